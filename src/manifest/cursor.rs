//! Moving over JSON that is known to be valid, without building a tree.

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

    /// The characters of a range.
    pub(super) fn slice(&self, range: &Range<usize>) -> &'t str {
        self.text.get(range.clone()).unwrap_or("")
    }

    /// The first byte of the next value.
    pub(super) fn first(&mut self) -> u8 {
        self.skip_blanks();
        self.byte().unwrap_or(0)
    }

    /// Where the next value begins.
    pub(super) fn start(&mut self) -> usize {
        self.skip_blanks();
        self.at
    }

    /// Steps over the next value, of any depth, and returns its range.
    pub(super) fn skip(&mut self) -> Range<usize> {
        let start = self.start();
        let mut open = 0usize;
        loop {
            match self.byte() {
                Some(b'"') => self.string(),
                Some(b'{' | b'[') => {
                    open += 1;
                    self.at += 1;
                }
                Some(b'}' | b']') => {
                    open = open.saturating_sub(1);
                    self.at += 1;
                }
                Some(b',' | b':' | b' ' | b'\t' | b'\n' | b'\r') if open > 0 => self.at += 1,
                Some(b',' | b':' | b' ' | b'\t' | b'\n' | b'\r') | None => break,
                Some(_) => self.word(),
            }
            if open == 0 {
                break;
            }
        }
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

    /// Descriptions make most of a manifest's text, so a string is not looked at byte by byte.
    fn string(&mut self) {
        self.at += 1;
        while let Some(rest) = self.text.as_bytes().get(self.at..) {
            match memchr::memchr2(b'"', b'\\', rest) {
                Some(offset) if rest.get(offset) == Some(&b'"') => {
                    self.at += offset + 1;
                    return;
                }
                Some(offset) => self.at += offset + 2,
                None => break,
            }
        }
        self.at = self.text.len();
    }

    /// A number, `true`, `false` or `null`.
    fn word(&mut self) {
        let ends = |byte: &u8| {
            matches!(byte, b',' | b':' | b']' | b'}' | b' ' | b'\t' | b'\n' | b'\r' | b'"')
        };
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        self.at += rest.iter().position(ends).unwrap_or(rest.len()).max(1);
    }
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
