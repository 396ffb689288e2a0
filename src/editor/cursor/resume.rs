//! What may follow a mistake earlier in the statement: the grammar is asked about the part after the last word or mark that makes
//! clear again where the statement is.

use super::writing::{Writing, ask};
use crate::source::TextPart;
use crate::syntax::{Expected, Fragment, Token, TokenKind};

/// How many words and marks are tried, from the last one back.
const MAX_TRIES: usize = 64;

/// What may be written, judged by the end of the statement alone; empty if that does not tell.
pub(super) fn expected(writing: &Writing<'_>) -> Vec<Expected> {
    let end = writing.replace.start;
    let first = writing.tokens.len().saturating_sub(MAX_TRIES).max(1);
    for number in (first..writing.tokens.len()).rev() {
        let Some(token) = writing.tokens.get(number) else { continue };
        let Some(opening) = opening(writing, number, *token) else { continue };
        let rest = writing.text.part(token.end()..end);
        if let Some(expected) = ask(Fragment::Statement, &format!("{opening}{rest}")) {
            return expected;
        }
    }
    Vec::new()
}

/// A right beginning of a statement that ends in this token.
fn opening(writing: &Writing<'_>, number: usize, token: Token) -> Option<&'static str> {
    if token.kind() == TokenKind::String {
        return None;
    }
    Some(match (writing.slice(token), writing.statement) {
        ("with", _) => "require x with",
        ("unless", _) => "approve x unless",
        ("when", _) => "deny x when",
        ("and" | "or", _) => "deny x when args.a exists and",
        ("(", _) => "deny x when (",
        ("because", _) => "deny x because",
        ("having", _) => "hide x having",
        ("except", _) => "hide x except",
        ("as", Some("classify")) => "classify x as",
        ("as", _) => "allow x as",
        ("=", Some("group")) => "group g =",
        ("[", _) => "deny x when args.a in [",
        (",", statement) => match before_comma(writing, number) {
            Row::List => "deny x when args.a in [0,",
            Row::Rates => "allow x 1/hour,",
            Row::Tools if statement == Some("classify") => "classify x,",
            Row::Tools => "hide x,",
        },
        _ => return None,
    })
}

/// The row that a comma is in.
enum Row {
    List,
    Rates,
    Tools,
}

fn before_comma(writing: &Writing<'_>, comma: usize) -> Row {
    if open_list(writing, comma).is_some() {
        return Row::List;
    }
    let before = comma.checked_sub(1).and_then(|last| writing.tokens.get(last));
    let is_rate = before.is_some_and(|token| {
        let run = writing.slice(*token);
        run.starts_with(|first: char| first.is_ascii_digit()) && run.contains('/')
    });
    if is_rate || writing.fragment == Fragment::Rule { Row::Rates } else { Row::Tools }
}

/// The number of the innermost `[` that is still open before a token.
pub(in crate::editor) fn open_list(writing: &Writing<'_>, before: usize) -> Option<usize> {
    let mut closed = 0usize;
    for (number, token) in writing.tokens.iter().enumerate().take(before).rev() {
        match writing.slice(*token) {
            "]" => closed += 1,
            "[" if closed == 0 => return Some(number),
            "[" => closed -= 1,
            _ => {}
        }
    }
    None
}
