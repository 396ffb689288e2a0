//! The keys of a path as it is written, also of a half-written one.

use std::ops::Range;

use crate::syntax::decode_string;

/// A key of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathKey {
    /// The characters in the whole text, with quotes if it has them.
    pub range: Range<usize>,
    /// The key, decoded; empty where nothing stands behind a dot.
    pub name: String,
    /// Whether it stands in quotes.
    pub is_quoted: bool,
}

/// The keys of the path that stands in a range of a text, from behind `args.`.
pub fn keys(text: &str, range: &Range<usize>) -> Vec<PathKey> {
    let mut keys = Vec::new();
    let mut at = range.start + "args.".len();
    while at <= range.end && text.as_bytes().get(at - 1) == Some(&b'.') {
        let rest = text.get(at..range.end).unwrap_or("");
        let is_quoted = rest.starts_with('"');
        let length =
            if is_quoted { string_length(rest) } else { rest.find('.').unwrap_or(rest.len()) };
        let written = rest.get(..length).unwrap_or("");
        let name = match written.strip_prefix('"') {
            Some(inner) if is_open(written) => inner.to_owned(),
            Some(_) => decode_string(written).into_owned(),
            None => written.to_owned(),
        };
        keys.push(PathKey { range: at..at + length, name, is_quoted });
        at += length + 1;
    }
    keys
}

/// The length of the string with which a text begins, its quotes included; the whole text where nothing closes it.
pub(super) fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Whether nothing closes a string.
fn is_open(string: &str) -> bool {
    string.len() < 2 || !string.ends_with('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_also_where_the_last_is_not_written_yet() {
        for (path, expected) in [
            ("args.a", "a"),
            ("args.a.\"b.\\\"c\".d", "a|b.\"c|d"),
            ("args.", ""),
            ("args.a.", "a|"),
            ("args", ""),
            ("args.\"open", "open"),
        ] {
            let found = keys(path, &(0..path.len()));
            let names: Vec<&str> = found.iter().map(|key| key.name.as_str()).collect();
            assert_eq!(names.join("|"), expected, "{path}");
        }
    }
}
