//! Reading a text again after an edit: only the statements that the edit may concern.
//!
//! A statement without mistakes depends on its own characters and on how the line after it begins, and on nothing else. So the
//! statements before the edit stay, but for the last of them, which the edit may go on with; then statements are read until one
//! begins where one began before, after the edit; what follows stays, moved. Where this reasoning does not hold (a mistake
//! elsewhere, a bracket that is left open), everything is read: the result is always that of [`parse`](super::parse).

use std::ops::Range;

use super::lexer::{Lexer, Token};
use super::reader::{self, StatementReader};
use super::shift::Shift;
use super::stream::TokenStream;
use super::tree::{Statement, StatementKind, Tree};
use super::{characters, nesting};
use crate::diagnostic::Diagnostic;
use crate::source::FileId;

/// A text that has been read.
#[derive(Clone, Copy, Debug)]
pub struct Before<'b> {
    /// The text.
    pub text: &'b str,
    /// Its tree.
    pub tree: &'b Tree,
    /// The mistakes in it.
    pub findings: &'b [Diagnostic],
}

/// The statements that an edit concerns.
#[derive(Debug)]
pub struct Changed {
    /// The old statements, by their numbers.
    pub old: Range<usize>,
    /// The statements that replace them.
    pub new: Vec<Statement>,
    /// What is wrong with them.
    pub findings: Vec<Diagnostic>,
    /// How far everything after them has moved.
    pub(crate) shift: Shift,
    /// The old tokens, by their numbers, and those that replace them.
    tokens: (Range<usize>, Vec<Token>),
}

/// The same as [`parse`](super::parse), sooner when little has changed since the text was read before, as the same file.
pub fn parse_again(before: Before<'_>, file: FileId, text: &str) -> (Tree, Vec<Diagnostic>) {
    let Some(changed) = changed(before, file, text) else { return reader::parse(file, text) };
    let Changed { old, new, mut findings, shift, tokens } = changed;
    let mut statements = Vec::new();
    let behind = join(&before.tree.statements, old, new, &mut statements);
    behind.iter_mut().for_each(|statement| shift.statement(statement));
    let mut all = Vec::new();
    let behind = join(&before.tree.tokens, tokens.0, tokens.1, &mut all);
    behind.iter_mut().for_each(|token| *token = shift.token(*token));
    findings.extend(characters::check(file, text));
    (Tree { file, statements, tokens: all }, findings)
}

/// How many statements after the edit are read in search of one that begins where one began before.
const BEHIND: usize = 2;

/// The statements that an edit concerns, but for hidden characters, which are not looked for; `None` where it cannot be told
/// without reading everything.
pub fn changed(before: Before<'_>, file: FileId, text: &str) -> Option<Changed> {
    if before.tree.file != file {
        return None;
    }
    let old = &before.tree.statements;
    let edit = difference(before.text, text);
    let first = old.partition_point(|statement| (statement.span.end as usize) < edit.start);
    let first = first.checked_sub(1)?;
    let start = old.get(first)?.span.start as usize;
    if first > 0 && is_broken(old.get(first - 1)) {
        return None;
    }
    let shift = |offset: usize| (offset + text.len()).checked_sub(before.text.len());
    let behind = old.partition_point(|statement| (statement.span.start as usize) < edit.end);
    let limit = match old.get(behind + BEHIND) {
        Some(statement) => shift(statement.span.start as usize)?,
        None => text.len(),
    };
    let deep = nesting::is_too_deep(text.get(start..limit)?);
    if deep || !mistakes_lie_in(before, start..edit.end) {
        return None;
    }
    let from = first_token(before.tree, start);
    let first_of = |number: usize| before.tree.tokens.get(number).copied();
    let lexer = Lexer::again(text, first_of(from)?, from.checked_sub(1).and_then(first_of));
    let mut reader = StatementReader::new(file, TokenStream::new(lexer, limit - start), start);
    let rest = old.get(behind..).unwrap_or(&[]);
    let end = loop {
        let at = reader.next_position();
        if at >= text.len() {
            break old.len();
        }
        if at > limit {
            return None;
        }
        let same = rest.binary_search_by_key(&Some(at), |old| shift(old.span.start as usize));
        if let Ok(same) = same {
            if is_broken(rest.get(same)) {
                return None;
            }
            break behind + same;
        }
        reader.step();
    };
    if reader.has_open_bracket() {
        return None;
    }
    let (new, findings, tokens) = reader.into_parts();
    let shift = Shift::new(before.text.len(), text.len());
    // The first token after the edit may begin its line now, or no longer, so it is replaced too.
    let next = old.get(end).map(|next| first_token(before.tree, next.span.start as usize) + 1);
    let tokens = (from..next.unwrap_or(before.tree.tokens.len()), tokens);
    Some(Changed { old: first..end, new, findings, shift, tokens })
}

/// The number of the first token at or after an offset.
fn first_token(tree: &Tree, offset: usize) -> usize {
    tree.tokens.partition_point(|token| token.start() < offset)
}

/// Whether a statement was refused. Its end depends on what follows, and its finding may point at the start of the next one.
fn is_broken(statement: Option<&Statement>) -> bool {
    statement.is_some_and(|statement| matches!(statement.kind, StatementKind::Broken(_)))
}

/// The bytes of the old text that are not the same in the new one.
fn difference(old: &str, new: &str) -> Range<usize> {
    let (old, new) = (old.as_bytes(), new.as_bytes());
    let front = common(old.chunks(STRIDE).zip(new.chunks(STRIDE)), old.iter().zip(new));
    let longest = old.len().min(new.len()) - front;
    let back = common(
        old.rchunks(STRIDE).zip(new.rchunks(STRIDE)),
        old.iter().rev().zip(new.iter().rev()),
    );
    front..old.len() - back.min(longest)
}

/// Bytes are compared so many at a time.
const STRIDE: usize = 256;

/// How many bytes are the same from one end of two texts: whole strides first, then one by one.
fn common<'b>(
    strides: impl Iterator<Item = (&'b [u8], &'b [u8])>,
    bytes: impl Iterator<Item = (&'b u8, &'b u8)>,
) -> usize {
    let same = strides.take_while(|(old, new)| old.len() == STRIDE && old == new).count() * STRIDE;
    same + bytes.skip(same).take_while(|(old, new)| old == new).count()
}

/// Whether all mistakes of the text that was read before lie in a part of it, which is read again. Callers must read everything
/// otherwise: nothing says which of the other findings would be made again, and their code does not tell who made them.
fn mistakes_lie_in(before: Before<'_>, part: Range<usize>) -> bool {
    before
        .findings
        .iter()
        .flat_map(|found| std::iter::once(&found.primary).chain(&found.labels))
        .all(|label| part.start <= label.span.start as usize && label.span.end as usize <= part.end)
}

/// Replaces a part of a row. Returns what follows that part.
fn join<'a, T: Clone>(
    before: &[T],
    old: Range<usize>,
    new: Vec<T>,
    out: &'a mut Vec<T>,
) -> &'a mut [T] {
    let front = before.get(..old.start).unwrap_or(&[]);
    let rest = before.get(old.end..).unwrap_or(&[]);
    out.reserve_exact(front.len() + new.len() + rest.len());
    out.extend_from_slice(front);
    out.extend(new);
    let behind = out.len();
    out.extend_from_slice(rest);
    out.get_mut(behind..).unwrap_or(&mut [])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceSet;

    const START: &str = "\
# A policy.
manifest \"tools.json\"
default deny

group writers = set_*, update_page
allow @read
allow a, b, c 30/minute, 500/day
# Why this is so.
tool transition {
    allow 10/hour
    approve unless args.stage == \"Staging\" because \"Only Staging.\"
}

require update_page with args.title matches \"^x\"
    and args.page_id in [
        \"1\",
        \"2\"
    ]
deny d when not (args.x > 5 or args.y exists)
budget pay args.amount 500/day as \"spent\"
classify zap, zip_* as execute because \"It runs.\"
hide delete_*
rate all 120/minute
";

    #[test]
    fn an_edit_in_a_right_text_costs_its_neighbours_only() {
        let text = START.repeat(2);
        let file = SourceSet::default().add("a.gate", "");
        let (tree, findings) = reader::parse(file, &text);
        let before = Before { text: &text, tree: &tree, findings: &findings };
        for (from, to) in
            [("10/hour", "1/hour"), ("a, b", "a, , b"), ("hide d", "hid d"), ("= set", "=\n  set")]
        {
            let changed = changed(before, file, &text.replacen(from, to, 1)).unwrap();
            assert!((1..=4).contains(&changed.new.len()), "{from}: {changed:?}");
        }
    }
}
