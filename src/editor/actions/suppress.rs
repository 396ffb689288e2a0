//! A comment that lets findings stand, for a reason that the author still has to write.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{Action, ActionKind};
use crate::diagnostic::Code;
use crate::editor::cursor::{directive, last_begun};
use crate::editor::{Edits, Finding, View, lines};
use crate::lint::suppress::is_suppressible;
use crate::source::TextPart;
use crate::syntax::tree::StatementKind;

/// What stands in the place of the reason. It holds no letter, so that a check refuses it as long as nobody writes one.
const NO_REASON: &str = "…";

/// For each rule that a statement offends an action that suppresses it there.
pub(super) fn actions(view: &View, findings: &[(usize, Finding)]) -> Vec<Action> {
    let mut places: BTreeMap<(usize, Code), Vec<usize>> = BTreeMap::new();
    for (number, finding) in findings {
        let found = finding.diagnostic();
        if is_suppressible(found.code) {
            let line = line_of(view, found.primary.span.start as usize);
            places.entry((line, found.code)).or_default().push(*number);
        }
    }
    let action = |((line, code), findings): ((usize, Code), Vec<usize>)| Action {
        title: format!("suppress `{code}` here, with a reason"),
        kind: ActionKind::QuickFix,
        edits: edits(view, line, code),
        findings,
        is_preferred: false,
    };
    places.into_iter().map(action).collect()
}

/// Where the line begins above which a comment is about what stands at an offset: that of the statement, of the head of the block
/// or of the rule.
fn line_of(view: &View, offset: usize) -> usize {
    let start = part_at(view, offset).map_or(offset, |part| part.start);
    lines::line_start(view.text(), start)
}

fn part_at(view: &View, offset: usize) -> Option<Range<usize>> {
    let statement = last_begun(view.statements(), offset)?;
    if let StatementKind::Block(block) = &statement.kind
        && let Some((span, _)) = last_begun(&block.rules, offset)
        && offset < span.end as usize
    {
        return Some(span.range());
    }
    Some(statement.span.range()).filter(|span| offset < span.end)
}

fn edits(view: &View, line: usize, code: Code) -> Edits {
    let text = view.text();
    let mut edits = Edits::default();
    if let Some(at) =
        lines::comments_above(text, line).find_map(|comment| list(text, &comment, code))
    {
        edits.replace(view.source(), at..at, format!(", {code}"));
        return edits;
    }
    let whole = line..lines::line_end(text, line);
    let written = text.part(whole.clone());
    let mark = written.len() - written.trim_start_matches('\u{feff}').len();
    let at = line + mark;
    let blanks = written.len() - mark - lines::content(text, &whole).len();
    let indentation = text.part(at..at + blanks);
    let comment =
        format!("{indentation}# gatewright: allow({code}) {NO_REASON}{}", lines::line_break(text));
    edits.replace(view.source(), at..at, comment);
    edits
}

/// Where the list of rules ends in a comment that suppresses some, but not yet this one.
fn list(text: &str, comment: &Range<usize>, code: Code) -> Option<usize> {
    let start = comment.end - lines::content(text, comment).len();
    let list = directive(text, &(start..comment.end))?.list?;
    let names = || text.part(list.clone()).split(',').map(str::trim);
    let is_right = names().all(|name| Code::from_name(name).is_some_and(is_suppressible));
    let is_new = names().all(|name| name != code.name());
    (is_right && is_new).then_some(list.end)
}
