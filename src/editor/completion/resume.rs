//! What may follow where something earlier in the statement is wrong: the grammar is asked about the part behind the last word
//! or mark from which it is clear again what goes on.

use super::place::{Place, ask};
use crate::syntax::{Expected, Part, Token, TokenKind};

/// How many words and marks are tried, the last first.
const MAX_TRIES: usize = 64;

/// What may stand at the place, judged by the end of the statement alone; nothing if that does not tell.
pub(super) fn expected(place: &Place<'_>) -> Vec<Expected> {
    let end = place.replace.start;
    let first = place.tokens.len().saturating_sub(MAX_TRIES).max(1);
    for number in (first..place.tokens.len()).rev() {
        let Some(token) = place.tokens.get(number) else { continue };
        let Some(opening) = opening(place, number, *token) else { continue };
        let rest = place.text.get(token.end..end).unwrap_or("");
        if let Some(expected) = ask(Part::Statement, &format!("{opening}{rest}")) {
            return expected;
        }
    }
    Vec::new()
}

/// A right beginning of a statement that ends in this token.
fn opening(place: &Place<'_>, number: usize, token: Token) -> Option<&'static str> {
    if token.kind == TokenKind::String || token.kind == TokenKind::ObjectKey {
        return None;
    }
    Some(match (place.slice(token), place.statement) {
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
        (",", statement) => match before_comma(place, number) {
            Row::List => "deny x when args.a in [0,",
            Row::Rates => "allow x 1/hour,",
            Row::Tools if statement == Some("classify") => "classify x,",
            Row::Tools => "hide x,",
        },
        _ => return None,
    })
}

/// What a comma stands in.
enum Row {
    List,
    Rates,
    Tools,
}

fn before_comma(place: &Place<'_>, comma: usize) -> Row {
    if open_list(place, comma).is_some() {
        return Row::List;
    }
    let before = comma.checked_sub(1).and_then(|last| place.tokens.get(last));
    let is_rate = before.is_some_and(|token| {
        let run = place.slice(*token);
        run.starts_with(|first: char| first.is_ascii_digit()) && run.contains('/')
    });
    if is_rate || place.part == Part::Rule { Row::Rates } else { Row::Tools }
}

/// The number of the innermost `[` that is still open before a token.
pub(super) fn open_list(place: &Place<'_>, before: usize) -> Option<usize> {
    let mut closed = 0usize;
    for (number, token) in place.tokens.iter().enumerate().take(before).rev() {
        match place.slice(*token) {
            "]" => closed += 1,
            "[" if closed == 0 => return Some(number),
            "[" => closed -= 1,
            _ => {}
        }
    }
    None
}
