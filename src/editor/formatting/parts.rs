//! One statement, or one rule of a block, laid out on its own.

use std::ops::Range;

use super::blanks;
use crate::editor::TextEdit;
use crate::editor::lines::{line_break, line_end, line_start};
use crate::format;
use crate::source::SourceSet;
use crate::syntax;
use crate::syntax::tree::StatementKind;

/// What a rule is put into to be read without its block.
const HEAD: &str = "tool x {\n";
const END: &str = "\n}\n";

/// A statement or a rule, from its first to behind its last byte.
pub(super) struct StatementLines {
    span: Range<usize>,
    is_rule: bool,
}

impl StatementLines {
    /// A statement outside a block, or a whole block.
    pub(super) fn statement(span: Range<usize>) -> Self {
        Self { span, is_rule: false }
    }

    /// A rule in a block.
    pub(super) fn rule(span: Range<usize>) -> Self {
        Self { span, is_rule: true }
    }

    /// The changes that lay the part out, with the comment behind it. None where something else stands on its lines, and where it
    /// has mistakes.
    pub(super) fn edits(&self, text: &str) -> Option<Vec<TextEdit>> {
        let start = line_start(text, self.span.start);
        let before = text.get(start..self.span.start)?;
        let start = start + before.len() - before.trim_start_matches('\u{feff}').len();
        let end = line_end(text, self.span.end);
        let behind = text.get(self.span.end..end)?.trim_start();
        let is_alone = text.get(start..self.span.start)?.trim().is_empty()
            && (behind.is_empty() || behind.starts_with('#'));
        let lines = text.get(start..end).filter(|_| is_alone)?;
        let laid_out = if self.is_rule { rule(lines)? } else { statement(lines)? };
        let line_break = line_break(text);
        let laid_out =
            if line_break == "\n" { laid_out } else { laid_out.replace('\n', line_break) };
        blanks::differences(lines, &laid_out, start)
    }
}

/// Whether the lines of a part end before a range. A range that ends where a line begins does not touch that line.
pub(super) fn is_before(text: &str, part: Range<usize>, range: &Range<usize>) -> bool {
    part.end <= range.start && line_end(text, part.end) < range.start
}

/// Whether the lines of a part begin behind a range.
pub(super) fn is_behind(text: &str, part: Range<usize>, range: &Range<usize>) -> bool {
    if part.start < range.end {
        return false;
    }
    let start = line_start(text, part.start);
    if range.is_empty() { start > range.end } else { start >= range.end }
}

/// One statement, laid out, without the line break at its end; none where it has mistakes or more than one stands there.
pub(in crate::editor) fn statement(lines: &str) -> Option<String> {
    let laid_out = laid_out(lines, |kind| !matches!(kind, StatementKind::Broken(_)))?;
    laid_out.strip_suffix('\n').map(str::to_owned)
}

fn rule(lines: &str) -> Option<String> {
    let is_one_rule = |kind: &StatementKind| matches!(kind, StatementKind::Block(block) if block.rules.len() == 1);
    let laid_out = laid_out(&format!("{HEAD}{lines}{END}"), is_one_rule)?;
    laid_out.strip_prefix(HEAD)?.strip_suffix(END).map(str::to_owned)
}

/// The text of one statement of a kind, laid out; none where it has mistakes or is something else.
fn laid_out(text: &str, is_wanted: impl Fn(&StatementKind) -> bool) -> Option<String> {
    let mut sources = SourceSet::default();
    let file = sources.add("", text);
    let (tree, mistakes) = syntax::parse(file, text);
    let [only] = tree.statements.as_slice() else { return None };
    let is_right = mistakes.is_empty() && is_wanted(&only.kind);
    is_right.then(|| format::format(&tree, text).ok()).flatten()
}
