//! The keys of an argument as they are written, whole or half.

use crate::syntax::decode_string;

/// The keys of `args.a."b".c`, and where the last one begins, which may be half written or missing.
pub(super) fn split(path: &str) -> (Vec<Box<str>>, usize) {
    let mut keys = Vec::new();
    let mut at = "args".len();
    let mut last = path.len();
    while path.get(at..).is_some_and(|rest| rest.starts_with('.')) {
        let start = at + 1;
        let rest = path.get(start..).unwrap_or("");
        let length = if rest.starts_with('"') { quoted(rest) } else { bare(rest) };
        let key = rest.get(..length).unwrap_or("");
        last = start;
        at = start + length;
        if key.starts_with('"') {
            keys.push(decode_string(key).into());
        } else if !key.is_empty() {
            keys.push(key.into());
        }
    }
    (keys, last)
}

fn bare(rest: &str) -> usize {
    rest.find('.').unwrap_or(rest.len())
}

/// The length of a string, quotes included; what is left of the text if it does not end.
fn quoted(rest: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            b'\\' if !escaped => escaped = true,
            b'"' if !escaped => return at + 1,
            _ => escaped = false,
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_split_where_dots_stand_outside_quotes() {
        for (path, expected, last) in [
            ("args.a", vec!["a"], 5),
            ("args.a.b", vec!["a", "b"], 7),
            ("args.a.", vec!["a"], 7),
            ("args.\"a.b\".c", vec!["a.b", "c"], 11),
            ("args.\"a \\\" b\"", vec!["a \" b"], 5),
            ("args.", vec![], 5),
        ] {
            let (keys, at) = split(path);
            let keys: Vec<&str> = keys.iter().map(AsRef::as_ref).collect();
            assert_eq!((keys, at), (expected, last), "{path}");
        }
    }
}
