//! The text laid out anew, whole or in part, also while it is typed.
//!
//! The whole text becomes what `gatewright fmt` writes, byte for byte. A part of it is laid out statement by statement, each on its
//! own, so that mistakes elsewhere are in nobody's way; there the file keeps its own line breaks. The formatter changes nothing but
//! blanks, so the changes are the blanks that differ, and cursors and marks stay where they are.

mod blanks;
mod parts;

use std::ops::Range;

use super::cursor::{Placed, last_begun};
use super::{TextEdit, View, lines};
use crate::check;
use crate::lint::Form;
use crate::syntax::tree::{Block, Statement, StatementKind};
use parts::StatementLines;

pub(super) use parts::statement;

/// The changes that lay the whole text out; none where it has mistakes, which would not survive it.
pub fn document(view: &View) -> Vec<TextEdit> {
    if view.form() != Form::Gate {
        return Vec::new();
    }
    let text = view.text();
    let formatted = check::format(view.path(), text.as_bytes().to_vec());
    let Some(formatted) = formatted.ok().and_then(|outcome| outcome.value) else {
        return Vec::new();
    };
    let whole = || vec![TextEdit::new(0..text.len(), formatted.as_str())];
    blanks::differences(text, &formatted, 0).unwrap_or_else(whole)
}

/// The same for the statements that a range touches. Of a block whose head and end it does not touch, these are the rules. What
/// stands between statements stays as it is.
pub fn range(view: &View, range: Range<usize>) -> Vec<TextEdit> {
    let Some(tree) = view.tree() else { return Vec::new() };
    let text = view.text();
    let behind = |statement: &Statement| parts::is_before(text, statement.span.range(), &range);
    let first = tree.statements.partition_point(behind);
    let touched = tree
        .statements
        .get(first..)
        .unwrap_or(&[])
        .iter()
        .take_while(|statement| !parts::is_behind(text, statement.span.range(), &range));
    touched.flat_map(|statement| statement_in(text, statement, &range)).collect()
}

/// The same behind a character that has just been typed: the line that a line break ended, the block that a brace closed.
pub fn typed(view: &View, offset: usize, character: char) -> Vec<TextEdit> {
    let part = match character {
        '\n' => ended_by_line_break(view, offset),
        '}' => closed_by_brace(view, offset),
        _ => None,
    };
    part.and_then(|part| part.edits(view.text())).unwrap_or_default()
}

/// The changes in one statement that a range touches.
fn statement_in(text: &str, statement: &Statement, range: &Range<usize>) -> Vec<TextEdit> {
    let whole = StatementLines::statement(statement.span.range());
    let StatementKind::Block(block) = &statement.kind else {
        return whole.edits(text).unwrap_or_default();
    };
    if !is_inside(text, statement, block, range)
        && let Some(edits) = whole.edits(text)
    {
        return edits;
    }
    // A block that is broken somewhere still has rules that are not.
    let rules = block.rules.iter().map(|(span, _)| span.range());
    let touched = rules.filter(|rule| {
        !parts::is_before(text, rule.clone(), range) && !parts::is_behind(text, rule.clone(), range)
    });
    touched.flat_map(|rule| StatementLines::rule(rule).edits(text).unwrap_or_default()).collect()
}

/// Whether a range touches neither the lines of a block's head nor that of its end.
fn is_inside(text: &str, statement: &Statement, block: &Block, range: &Range<usize>) -> bool {
    let (Some((first, _)), Some((last, _))) = (block.rules.first(), block.rules.last()) else {
        return false;
    };
    let start = lines::line_start(text, first.start as usize);
    let end = lines::line_start(text, (statement.span.end as usize).saturating_sub(1));
    let is_apart =
        start > lines::line_start(text, statement.span.start as usize) && end > last.end as usize;
    is_apart && start <= range.start && range.end <= end && range.start < end
}

/// The statement, or the rule of a block, that ends on the line above the cursor's.
fn ended_by_line_break(view: &View, offset: usize) -> Option<StatementLines> {
    let text = view.text();
    let own = lines::line_start(text, offset);
    let above = lines::line_start(text, own.checked_sub(1)?);
    let ends_there = |span: &Range<usize>| above < span.end && span.end < own;
    let statement = last_before(view.statements(), own)?;
    let span = statement.span.range();
    match &statement.kind {
        StatementKind::Broken(_) => None,
        _ if ends_there(&span) => Some(StatementLines::statement(span)),
        StatementKind::Block(block) => {
            let (rule, _) = last_before(&block.rules, own)?;
            Some(rule.range()).filter(ends_there).map(StatementLines::rule)
        }
        _ => None,
    }
}

/// The block that ends at an offset.
fn closed_by_brace(view: &View, offset: usize) -> Option<StatementLines> {
    let statement = last_before(view.statements(), offset)?;
    let is_closed = matches!(statement.kind, StatementKind::Block(_))
        && statement.span.end as usize == offset
        && view.text().get(..offset)?.ends_with('}');
    is_closed.then(|| StatementLines::statement(statement.span.range()))
}

/// The last of a row that begins before an offset.
fn last_before<T: Placed>(row: &[T], offset: usize) -> Option<&T> {
    last_begun(row, offset.checked_sub(1)?)
}
