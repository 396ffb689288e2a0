//! The keys of a path as it is written, perhaps only half of it.

use std::ops::Range;

use crate::source::TextPart;
use crate::syntax::{closed_string, decode_string};

/// A key of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathKey {
    /// The characters in the whole text, with quotes if it has them.
    pub range: Range<usize>,
    /// The key, decoded; empty if nothing follows the dot.
    pub name: String,
    /// Whether it is quoted.
    pub is_quoted: bool,
    /// Whether its closing quote is missing.
    pub is_open: bool,
}

/// The keys of the path in a range of a text, without `args`.
pub fn keys(text: &str, range: &Range<usize>) -> Vec<PathKey> {
    let mut keys = Vec::new();
    let mut at = range.start + "args.".len();
    while at <= range.end && text.as_bytes().get(at - 1) == Some(&b'.') {
        let rest = text.part(at..range.end);
        let is_quoted = rest.starts_with('"');
        let closed = closed_string(rest).filter(|_| is_quoted);
        let bare = rest.find('.').filter(|_| !is_quoted);
        let length = closed.or(bare).unwrap_or(rest.len());
        let written = rest.part(..length);
        let name = match written.strip_prefix('"') {
            Some(_) if closed.is_some() => decode_string(written).into_owned(),
            Some(inner) => inner.to_owned(),
            None => written.to_owned(),
        };
        keys.push(PathKey {
            range: at..at + length,
            name,
            is_quoted,
            is_open: is_quoted && closed.is_none(),
        });
        at += length + 1;
    }
    keys
}

/// The keys of `args.a."b".c`, and where the last one begins, which may be half written or missing.
pub(in crate::editor) fn split_keys(path: &str) -> (Vec<Box<str>>, usize) {
    let all = keys(path, &(0..path.len()));
    let last = all.last().map_or(path.len(), |key| key.range.start);
    let is_written = |key: &PathKey| key.is_quoted || !key.name.is_empty();
    (all.into_iter().filter(is_written).map(|key| key.name.into()).collect(), last)
}

/// The keys before the one that is being typed.
pub(in crate::editor) fn typed_keys(path: &str) -> Vec<Box<str>> {
    let (_, last) = split_keys(path);
    let before = last.checked_sub(1).and_then(|end| path.get(..end));
    before.map_or_else(Vec::new, |before| split_keys(before).0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_even_if_the_last_is_unfinished() {
        for (path, expected) in [
            ("args.a", "a"),
            ("args.a.\"b.\\\"c\".d", "a|b.\"c|d"),
            ("args.", ""),
            ("args.a.", "a|"),
            ("args", ""),
            ("args.\"open", "open"),
            ("args.\"open\\\"", "open\\\""),
        ] {
            let found = keys(path, &(0..path.len()));
            let names: Vec<&str> = found.iter().map(|key| key.name.as_str()).collect();
            assert_eq!(names.join("|"), expected, "{path}");
        }
    }

    #[test]
    fn keys_are_split_at_dots_outside_quotes() {
        for (path, expected, last) in [
            ("args.a", vec!["a"], 5),
            ("args.a.b", vec!["a", "b"], 7),
            ("args.a.", vec!["a"], 7),
            ("args.\"a.b\".c", vec!["a.b", "c"], 11),
            ("args.\"a \\\" b\"", vec!["a \" b"], 5),
            ("args.", vec![], 5),
        ] {
            let (keys, at) = split_keys(path);
            let keys: Vec<&str> = keys.iter().map(AsRef::as_ref).collect();
            assert_eq!((keys, at), (expected, last), "{path}");
        }
    }
}
