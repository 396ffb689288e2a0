//! The keys of an argument as they are written, whole or half.

use crate::editor::at;

/// The keys of `args.a."b".c`, and where the last one begins, which may be half written or missing.
pub(super) fn split(path: &str) -> (Vec<Box<str>>, usize) {
    let all = at::keys(path, &(0..path.len()));
    let last = all.last().map_or(path.len(), |key| key.range.start);
    let is_written = |key: &at::PathKey| key.is_quoted || !key.name.is_empty();
    (all.into_iter().filter(is_written).map(|key| key.name.into()).collect(), last)
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
