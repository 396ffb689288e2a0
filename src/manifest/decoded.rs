//! Between JSON as a server sends it and its decoded text.
//!
//! Two things that the grammar of JSON admits are refused by many of its readers: half of a surrogate pair, which is what
//! remains of an emoji when a description is cut, and a number beyond double precision. Neither makes a declaration
//! useless, so both are read as what comes nearest.

use crate::source::TextPart;
use std::ops::Range;

/// The text of a JSON string; `None` for any other value. Half of a surrogate pair becomes U+FFFD.
pub(super) fn decode_string(json: &str) -> Option<String> {
    let inner = json.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') { from_str(json) } else { Some(inner.to_owned()) }
}

/// Reads a value; a text that serde refuses is tried again with its repairable parts replaced.
pub(super) fn from_str<T: serde::de::DeserializeOwned>(json: &str) -> Option<T> {
    serde_json::from_str(json).ok().or_else(|| serde_json::from_str(&repaired(json)).ok())
}

/// The JSON with U+FFFD for every half of a surrogate pair and the largest double for every number beyond it.
fn repaired(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut rest = json;
    let mut in_string = false;
    while let Some(first) = rest.chars().next() {
        let (length, replacement) = match first {
            '\\' if in_string => escape(rest),
            '"' => {
                in_string = !in_string;
                (1, None)
            }
            '-' | '0'..='9' if !in_string => number(rest),
            other => (other.len_utf8(), None),
        };
        let (before, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        out.push_str(replacement.unwrap_or(before));
        rest = after;
    }
    out
}

/// The length of an escape in the raw text, and what stands for it if it is half of a character.
fn escape(rest: &str) -> (usize, Option<&'static str>) {
    match unit(rest) {
        None => (2, None),
        Some(0xd800..=0xdbff) if is_second_half(rest) => (12, None),
        Some(0xd800..=0xdfff) => (6, Some("\\ufffd")),
        Some(_) => (6, None),
    }
}

/// The code unit of `\uXXXX` at the start of a text.
fn unit(text: &str) -> Option<u16> {
    u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

/// Whether the escape after the first one is the second half of a surrogate pair.
fn is_second_half(text: &str) -> bool {
    text.get(6..).and_then(unit).is_some_and(|unit| (0xdc00..=0xdfff).contains(&unit))
}

/// The length of a number, and the largest one where it is beyond double precision.
pub(super) fn number(rest: &str) -> (usize, Option<&'static str>) {
    let is_part = |c: char| matches!(c, '0'..='9' | '+' | '-' | '.' | 'e' | 'E');
    let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    let spelling = rest.part(..length);
    let replacement = match spelling.parse::<f64>() {
        Ok(number) if number == f64::INFINITY => Some("1.7976931348623157e308"),
        Ok(number) if number == f64::NEG_INFINITY => Some("-1.7976931348623157e308"),
        _ => None,
    };
    (length, replacement)
}

/// Where a range of a string's text stands in the raw JSON of the string, quotes and escapes included.
///
/// Takes time for the raw text up to the range's end. The range of an escape is that of the whole escape.
pub(super) fn raw_range(raw: &str, range: &Range<usize>) -> Range<usize> {
    let mut characters = Characters { raw, at: 1, decoded: 0 };
    let start = characters.go_to(range.start);
    let end = characters.go_to(range.end);
    start..end.max(start)
}

/// A position that moves through the raw text and the decoded one at once.
struct Characters<'t> {
    raw: &'t str,
    at: usize,
    decoded: usize,
}

impl Characters<'_> {
    fn go_to(&mut self, target: usize) -> usize {
        while self.decoded < target {
            let rest = self.raw.part(self.at..);
            let Some((raw, decoded)) = step(rest) else { break };
            self.at += raw;
            self.decoded += decoded;
        }
        self.at
    }
}

/// The length of the next character, in the raw text and decoded.
fn step(rest: &str) -> Option<(usize, usize)> {
    let first = rest.chars().next()?;
    if first != '\\' {
        return Some((first.len_utf8(), first.len_utf8()));
    }
    Some(match unit(rest) {
        None => (2, 1),
        // A pair is a character outside of the first plane, half of one is read as U+FFFD.
        Some(0xd800..=0xdbff) if is_second_half(rest) => (12, 4),
        Some(unit) => (6, char::from_u32(unit.into()).map_or(3, char::len_utf8)),
    })
}

/// The first place in a raw schema where a key stands, or where this value stands behind the key. A value that only
/// stands before it, as definitions do, is found there.
pub(super) fn find_in_schema(raw: &str, key: &str, value: Option<&str>) -> Option<Range<usize>> {
    let key_range = find_key(raw, key);
    let Some(value) = value else { return key_range };
    let behind = key_range.map_or(0, |range| range.end);
    let quoted = serde_json::to_string(value).ok()?;
    let find =
        |from: usize| raw.get(from..)?.find(&quoted).map(|at| from + at..from + at + quoted.len());
    find(behind).or_else(|| find(0))
}

fn find_key(raw: &str, key: &str) -> Option<Range<usize>> {
    let quoted = serde_json::to_string(key).ok()?;
    let is_key = |at: &usize| {
        raw.get(at + quoted.len()..).is_some_and(|rest| rest.trim_start().starts_with(':'))
    };
    let at = raw.match_indices(&quoted).map(|(at, _)| at).find(is_key)?;
    Some(at..at + quoted.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_behind_escapes_are_found() {
        let raw = r#""a\n\u00e9b\ud83d\ude00cé!""#;
        let decoded: String = serde_json::from_str(raw).unwrap();
        for word in ["a", "b", "c", "é!", "!"] {
            let at = decoded.rfind(word).unwrap();
            let range = raw_range(raw, &(at..at + word.len()));
            assert_eq!(raw.get(range), Some(word));
        }
        let all = raw_range(raw, &(0..decoded.len()));
        assert_eq!(all, 1..raw.len() - 1);
    }

    #[test]
    fn half_characters_and_huge_numbers_are_read_as_what_comes_nearest() {
        for (raw, expected) in [
            (r#""a\ud83d""#, "a\u{fffd}"),
            (r#""\udc00\ud83d\ude00\ud83dx""#, "\u{fffd}\u{1f600}\u{fffd}x"),
            (r#""\\ud83d\n""#, "\\ud83d\n"),
            (r#""plain""#, "plain"),
        ] {
            assert_eq!(decode_string(raw).as_deref(), Some(expected), "{raw}");
        }
        assert_eq!(decode_string("7"), None);
        let value: serde_json::Value = from_str(r#"{"1e999":[1e999,-1e999,5,"\ud800"]}"#).unwrap();
        let expected = serde_json::json!({"1e999": [f64::MAX, f64::MIN, 5, "\u{fffd}"]});
        assert_eq!(value, expected);
        let raw = r#""\ud83d cut \ud83d\ude00!""#;
        let decoded = decode_string(raw).unwrap();
        let at = decoded.find('!').unwrap();
        assert_eq!(raw.get(raw_range(raw, &(at..at + 1))), Some("!"));
    }

    #[test]
    fn keys_are_told_from_values() {
        let raw = r#"{"enum": ["action", "get"], "properties": {"action" : {"enum": ["get"]}}}"#;
        let key = find_in_schema(raw, "action", None).unwrap();
        assert_eq!(key, 43..51);
        let value = find_in_schema(raw, "action", Some("get")).unwrap();
        assert_eq!((value.start > key.end, raw.get(value)), (true, Some("\"get\"")));
        assert_eq!(find_in_schema(raw, "mode", None), None);
    }
}
