//! Inside comments: the skeleton of a suppression, and the rules that it may name.

use std::collections::BTreeSet;
use std::ops::Range;

use super::rank::{Offers, Order};
use super::{Completion, CompletionKind, Completions, Insert};
use crate::diagnostic::Code;
use crate::editor::View;
use crate::editor::cursor::name_end;
use crate::editor::lines::line_start;
use crate::lint::suppress::is_suppressible;
use crate::source::TextPart;

/// What a comment begins with that is for the linter.
const MARK: &str = "gatewright:";

/// What may stand at an offset of a comment that begins at `start`.
pub(super) fn complete(view: &View, start: usize, offset: usize) -> Completions {
    let text = view.text();
    let behind = text.part(start + 1..offset);
    let content = behind.trim_start_matches([' ', '\t']);
    let begin = offset - content.len();
    if MARK.starts_with(content) {
        return skeleton(text, offset, begin, "gatewright: ");
    }
    let Some(rest) = content.strip_prefix(MARK) else { return Completions::default() };
    let instruction = rest.trim_start_matches([' ', '\t']);
    let Some(open) = instruction.find('(') else {
        return match "allow".starts_with(instruction) {
            true => skeleton(text, offset, offset - instruction.len(), ""),
            false => Completions::default(),
        };
    };
    let list = instruction.part(open + 1..);
    if instruction.get(..open).map(str::trim) != Some("allow") {
        return Completions::default();
    }
    match list.find(')') {
        None => rules(view, offset, list),
        Some(close) => until(text, offset, list.part(close + 1..)),
    }
}

fn skeleton(text: &str, offset: usize, begin: usize, mark: &str) -> Completions {
    let mut offers = Offers::new(text, offset, begin..end(text, begin, offset));
    let snippet = format!("{mark}allow(${{1:RULE}}) ${{2:REASON}}");
    let insert = Insert::Snippet(snippet, format!("{mark}allow("));
    let item = offers.item(CompletionKind::Snippet, &format!("{mark}allow(RULE) REASON"), insert);
    let detail = Some("suppresses a finding, with a reason".to_owned());
    offers.push(Order::Usual, Completion { detail, ..item });
    offers.into_completions()
}

/// Behind the list: the last day.
fn until(text: &str, offset: usize, rest: &str) -> Completions {
    let typed = rest.trim_start_matches([' ', '\t']);
    if !"until".starts_with(typed) {
        return Completions::default();
    }
    let begin = offset - typed.len();
    let mut offers = Offers::new(text, offset, begin..end(text, begin, offset));
    let insert =
        Insert::Snippet("until ${1:YYYY-MM-DD} ${2:REASON}".to_owned(), "until ".to_owned());
    let item = offers.item(CompletionKind::Snippet, "until YYYY-MM-DD REASON", insert);
    let detail = Some("the expiry date".to_owned());
    offers.push(Order::Usual, Completion { detail, ..item });
    offers.into_completions()
}

/// The rules that a list may name, first those of which something is found here.
fn rules(view: &View, offset: usize, list: &str) -> Completions {
    let text = view.text();
    let typed = list.rsplit(',').next().unwrap_or("").trim_start();
    let begin = offset - typed.len();
    let range = begin..end(text, begin, offset);
    let rest = text.part(range.end..);
    let rest = rest.split(['\n', ')']).next().unwrap_or("");
    let before = list.part(..list.len() - typed.len());
    let named: BTreeSet<&str> = before.split(',').chain(rest.split(',')).map(str::trim).collect();
    let found = found(view, offset);
    let mut offers = Offers::new(text, offset, range);
    let codes = Code::ALL.iter().copied().filter(|code| is_suppressible(*code));
    for code in codes.filter(|code| !named.contains(code.name())) {
        let is_found = found.contains(&code);
        let order = if is_found { Order::First } else { Order::Usual };
        let insert = Insert::Text(code.name().to_owned());
        let item = offers.item(CompletionKind::Rule, code.name(), insert);
        let detail = if is_found { "found here" } else { code.category().title() };
        let documentation = Some(code.explanation().summary.to_owned());
        offers.push(order, Completion { detail: Some(detail.to_owned()), documentation, ..item });
    }
    offers.into_completions()
}

/// Where the word ends that begins at `begin`; nothing behind the cursor belongs to a word that is not begun.
fn end(text: &str, begin: usize, offset: usize) -> usize {
    if begin == offset { offset } else { name_end(text, offset) }
}

/// What is found on the line of a comment and on the next: on these its findings are likely to begin.
fn found(view: &View, offset: usize) -> BTreeSet<Code> {
    let text = view.text();
    let line_end = |from: usize| {
        text.get(from..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| from + at)
    };
    let own_end = line_end(offset);
    let lines: Range<usize> = line_start(text, offset)..line_end(text.len().min(own_end + 1)) + 1;
    let here =
        view.diagnostics().filter(|found| lines.contains(&(found.primary.span.start as usize)));
    here.map(|found| found.code).collect()
}
