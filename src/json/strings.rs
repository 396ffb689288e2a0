//! JSON strings as they stand in a text: where they end, what is wrong in them, and which characters of the text
//! a part of the decoded string came from.

use std::ops::Range;

use super::mistake::Mistake;
use crate::source::{Span, TextPart};

/// The characters of a JSON string that decode to a part of it.
///
/// `span` is the string with its quotes in `text`, `part` a range of bytes of the decoded string. An empty part gives
/// the empty span before its character.
pub fn span_in_string(text: &str, span: Span, part: Range<usize>) -> Span {
    let mut place = StringPlace::at_start(text, span);
    place.span(part)
}

/// As [`span_in_string`], for many parts in their order, of which none overlaps the one before: the string is read once.
pub fn spans_in_string(
    text: &str,
    span: Span,
    parts: impl IntoIterator<Item = Range<usize>>,
) -> Vec<Span> {
    let mut place = StringPlace::at_start(text, span);
    parts.into_iter().map(|part| place.span(part)).collect()
}

/// A place in a JSON string, which moves forward.
struct StringPlace<'t> {
    /// The string with its quotes.
    span: Span,
    /// What stands between the quotes.
    inner: &'t str,
    /// Where it is, in bytes of `inner`.
    at: usize,
    /// How many bytes what stands before it decodes to.
    decoded: usize,
}

impl<'t> StringPlace<'t> {
    fn at_start(text: &'t str, span: Span) -> Self {
        let raw = text.part(span.range());
        let inner = raw.part(1..raw.len().saturating_sub(1));
        Self { span, inner, at: 0, decoded: 0 }
    }

    fn span(&mut self, part: Range<usize>) -> Span {
        let base = self.span.start as usize + 1;
        let start = base + self.advance(part.start);
        Span::new(self.span.file, start, base + self.advance(part.end))
    }

    /// Moves on to the first character before which at least so many decoded bytes stand, or to the end.
    fn advance(&mut self, decoded: usize) -> usize {
        while self.decoded < decoded
            && let Some(rest) = self.inner.get(self.at..)
            && let Some(character) = rest.chars().next()
        {
            let (length, bytes) = match character {
                '\\' => escape(rest),
                plain => (plain.len_utf8(), plain.len_utf8()),
            };
            self.at += length;
            self.decoded += bytes;
        }
        self.at
    }
}

/// The length of a valid escape at the start of a text, and of what it decodes to, both in bytes.
fn escape(text: &str) -> (usize, usize) {
    match hexadecimal(text) {
        Some(0xd800..=0xdbff) => (12, 4),
        Some(unit) => (6, char::from_u32(unit).map_or(3, char::len_utf8)),
        None => (2, 1),
    }
}

/// The code unit of `\uXXXX` at the start of a text.
fn hexadecimal(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if plain { u32::from_str_radix(digits, 16).ok() } else { None }
}

/// The offset after the closing quote of the string that opens at `start`.
///
/// # Errors
/// The first thing wrong in it.
pub(super) fn end_of_string(text: &str, start: usize) -> Result<usize, Box<Mistake>> {
    let mut at = start + 1;
    loop {
        let rest = text.part(at..);
        let Some(plain) = rest.find(|c: char| matches!(c, '"' | '\\') || c < ' ') else {
            return Err(Mistake::unclosed_string(text, start));
        };
        at += plain;
        match text.as_bytes().get(at) {
            Some(b'"') => return Ok(at + 1),
            Some(b'\\') => at += escape_length(text, at, start)?,
            Some(b'\n' | b'\r') => return Err(Mistake::unclosed_string(text, start)),
            _ => return Err(Mistake::control_character(text, at)),
        }
    }
}

/// The length of the escape at `at`; both halves of a surrogate pair count as one.
fn escape_length(text: &str, at: usize, start: usize) -> Result<usize, Box<Mistake>> {
    let rest = text.part(at..);
    match rest.chars().nth(1) {
        Some('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't') => Ok(2),
        Some('u') => match hexadecimal(rest) {
            Some(0xd800..=0xdbff) => {
                let second = rest.get(6..).and_then(hexadecimal);
                if matches!(second, Some(0xdc00..=0xdfff)) {
                    Ok(12)
                } else {
                    Err(Mistake::half_character(text, at))
                }
            }
            Some(0xdc00..=0xdfff) => Err(Mistake::half_character(text, at)),
            Some(_) => Ok(6),
            None => Err(Mistake::short_unicode_escape(text, at)),
        },
        None | Some('\n' | '\r') => Err(Mistake::unclosed_string(text, start)),
        Some(_) => Err(Mistake::unknown_escape(text, at)),
    }
}
