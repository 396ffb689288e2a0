//! From places in decoded text back to the JSON in which it stands.

use std::ops::Range;

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
            let rest = self.raw.get(self.at..).unwrap_or("");
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
    if rest.as_bytes().get(1) != Some(&b'u') {
        return Some((2, 1));
    }
    let unit = |at: usize| u16::from_str_radix(rest.get(at..at + 4)?, 16).ok();
    match char::decode_utf16([unit(2)?]).next()? {
        Ok(character) => Some((6, character.len_utf8())),
        // Only a pair of escapes makes a character outside of the first plane, which takes four bytes.
        Err(_) => Some((12, 4)),
    }
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
    fn keys_are_told_from_values() {
        let raw = r#"{"enum": ["action", "get"], "properties": {"action" : {"enum": ["get"]}}}"#;
        let key = find_in_schema(raw, "action", None).unwrap();
        assert_eq!(key, 43..51);
        let value = find_in_schema(raw, "action", Some("get")).unwrap();
        assert_eq!((value.start > key.end, raw.get(value)), (true, Some("\"get\"")));
        assert_eq!(find_in_schema(raw, "mode", None), None);
    }
}
