//! Moving over JSON that is known to be valid, without building a tree.

use crate::source::TextPart;
use std::ops::Range;

/// A position in a JSON text that a parser has accepted. On any other text it stays in bounds and ends.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    /// Before the value that begins at or after this byte.
    pub(super) fn new(text: &'t str, at: usize) -> Self {
        Self { text, at }
    }

    /// At another place of the same text.
    pub(super) fn at(&self, at: usize) -> Self {
        Self { text: self.text, at }
    }

    /// The text that it moves over.
    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    /// The characters of a range.
    pub(super) fn slice(&self, range: &Range<usize>) -> &'t str {
        self.text.part(range.clone())
    }

    /// The first byte of the next value.
    pub(super) fn first(&mut self) -> u8 {
        self.skip_blanks();
        self.byte().unwrap_or(0)
    }

    /// The offset that it has reached.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// Where the next value begins.
    pub(super) fn start(&mut self) -> usize {
        self.skip_blanks();
        self.at
    }

    /// Steps over the next value, of any depth, and returns its range.
    pub(super) fn skip(&mut self) -> Range<usize> {
        let start = self.start();
        let bytes = self.text.as_bytes();
        self.at = match bytes.get(start) {
            Some(b'"') => string_end(bytes, start),
            Some(b'{' | b'[') => nested_end(bytes, start),
            Some(b'}' | b']') => start + 1,
            Some(b',' | b':') | None => start,
            Some(_) => word_end(bytes, start),
        };
        start..self.at
    }

    /// Steps through an object: `member` gets the range of each key, with its quotes, and the cursor before the value. A value
    /// that `member` leaves is skipped.
    pub(super) fn members(&mut self, mut member: impl FnMut(&mut Self, Range<usize>)) {
        self.inside(|cursor| {
            let key = cursor.skip();
            cursor.skip_blanks();
            if cursor.byte() == Some(b':') {
                cursor.at += 1;
            }
            let value = cursor.start();
            member(cursor, key);
            if cursor.at == value {
                cursor.skip();
            }
        });
    }

    /// Steps through a list: `element` gets the cursor before each element. One that `element` leaves is skipped.
    pub(super) fn elements(&mut self, mut element: impl FnMut(&mut Self)) {
        self.inside(|cursor| {
            let start = cursor.start();
            element(cursor);
            if cursor.at == start {
                cursor.skip();
            }
        });
    }

    /// Steps into a list or object, calls `item` before everything in it, and steps out.
    fn inside(&mut self, mut item: impl FnMut(&mut Self)) {
        self.skip_blanks();
        self.at += 1;
        loop {
            let before = self.start();
            match self.byte() {
                Some(b'}' | b']') => {
                    self.at += 1;
                    return;
                }
                Some(b',') => self.at += 1,
                Some(_) => item(self),
                None => return,
            }
            if self.at == before {
                return;
            }
        }
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while matches!(self.byte(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }
}

/// The offset after the closing bracket of the list or object that begins here.
fn nested_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    let mut open = 0usize;
    loop {
        at = find(bytes, at, DELIMITER);
        match bytes.get(at) {
            Some(b'"') => {
                at = string_end(bytes, at);
                continue;
            }
            Some(b'{' | b'[') => open += 1,
            Some(_) => open -= 1,
            None => return at,
        }
        at += 1;
        if open == 0 {
            return at;
        }
    }
}

/// The offset after the closing quote of the string that begins at a quote.
fn string_end(bytes: &[u8], quote: usize) -> usize {
    let mut at = quote + 1;
    loop {
        // Descriptions make most of a manifest's text, keys and types are short.
        at = find(bytes, at, STRING_END);
        match bytes.get(at) {
            Some(b'"') => return at + 1,
            Some(_) => at += 2,
            None => return bytes.len(),
        }
    }
}

const DELIMITER: u8 = 1;
const STRING_END: u8 = 2;

/// What a byte may end.
fn kinds(byte: u8) -> u8 {
    match byte {
        b'{' | b'}' | b'[' | b']' => DELIMITER,
        b'"' => DELIMITER | STRING_END,
        b'\\' => STRING_END,
        _ => 0,
    }
}

/// The next byte of a kind, or the end of the text.
fn find(bytes: &[u8], from: usize, kind: u8) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    let found = rest.iter().position(|&byte| kinds(byte) & kind != 0);
    found.map_or(bytes.len(), |offset| from + offset)
}

/// Where a number, `true`, `false` or `null` ends.
fn word_end(bytes: &[u8], start: usize) -> usize {
    let ends =
        |byte: &u8| matches!(byte, b',' | b':' | b']' | b'}' | b' ' | b'\t' | b'\n' | b'\r' | b'"');
    let rest = bytes.get(start..).unwrap_or_default();
    start + rest.iter().position(ends).unwrap_or(rest.len()).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_stepped_over_at_any_depth() {
        let deep = format!("{}1{}", "[{\"a\":".repeat(100_000), "}]".repeat(100_000));
        for value in [" 7 ", "\"a\\\"]\" ", "[1, \"]\", {\"}\": [2]}]", "null", deep.as_str()] {
            let text = format!("[{value},true]");
            let mut seen = Vec::new();
            Cursor::new(&text, 0).elements(|cursor| seen.push(cursor.skip()));
            let shown: Vec<&str> = seen.into_iter().map(|range| text.get(range).unwrap()).collect();
            assert_eq!(shown, [value.trim(), "true"]);
        }
    }

    #[test]
    fn members_are_found_with_their_keys() {
        let text = r#" { "a\"" : [1 , 2] , "b":{}, "a":null } 5"#;
        let mut seen = Vec::new();
        let mut cursor = Cursor::new(text, 0);
        cursor.members(|cursor, key| {
            // The second value is left to the cursor.
            let value = if key.start > 20 && key.start < 26 { 0..0 } else { cursor.skip() };
            let [key, value] = [key, value].map(|range| text.get(range).unwrap());
            seen.push(format!("{key}={value}"));
        });
        assert_eq!(seen, [r#""a\""=[1 , 2]"#, r#""b"="#, r#""a"=null"#]);
        assert_eq!(text.get(cursor.skip()), Some("5"));
    }

    #[test]
    fn what_is_no_json_comes_to_an_end() {
        for text in [
            "",
            "[",
            "{",
            "{\"a",
            "{\"a\":",
            "[1 2",
            "]",
            "{]",
            "[\"a\\",
            "{\"a\" \"b\"}",
            ":",
            "[:",
            "{:}",
        ] {
            Cursor::new(text, 0).members(|_, _| {});
            Cursor::new(text, 0).elements(|_| {});
            Cursor::new(text, 0).skip();
        }
    }
}
