//! Patterns of paths, in the manner of `.gitignore`.
//!
//! A pattern with a `/` at its start or within it is about the one path from the configuration's folder; any other is about
//! names at every depth. One that matches a folder is about all that lies in it, and one with a `/` at its end about folders
//! only. `*` and `?` stop at a `/`, `**` does not; `[ab]`, `{a,b}` and `\` are as usual.

use globset::{ErrorKind, Glob, GlobBuilder, GlobSet};

use super::{MAX_PATTERN_BYTES, MAX_PATTERN_DEPTH};
use crate::text;

/// So many globs are looked for together. What a set takes may grow with the square of its globs.
const TOGETHER: usize = 256;

/// Patterns that can be asked about a path.
#[derive(Clone, Debug, Default)]
pub(super) struct Patterns {
    /// Each with [`TOGETHER`] globs, but for the last.
    sets: Vec<GlobSet>,
    /// For each glob of the sets, the pattern that it comes from.
    owners: Vec<usize>,
}

/// Patterns as they are read.
#[derive(Debug, Default)]
pub(super) struct PatternsBuilder {
    globs: Vec<Glob>,
    owners: Vec<usize>,
    patterns: usize,
}

/// What is wrong with a pattern.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) message: String,
    pub(super) help: String,
}

impl Patterns {
    /// Whether any pattern matches.
    pub(super) fn has(&self, path: &str) -> bool {
        self.sets.iter().any(|set| set.is_match(path))
    }

    /// The numbers of the patterns that match, each once, in order.
    pub(super) fn matching(&self, path: &str) -> impl Iterator<Item = usize> {
        let globs = self.sets.iter().enumerate().flat_map(|(number, set)| {
            set.matches(path).into_iter().map(move |glob| number * TOGETHER + glob)
        });
        let mut found: Vec<usize> =
            globs.filter_map(|glob| self.owners.get(glob).copied()).collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter()
    }
}

impl PatternsBuilder {
    /// Adds the next pattern.
    ///
    /// # Errors
    /// Why it is no pattern. It then takes no number.
    pub(super) fn add(&mut self, pattern: &str) -> Result<(), Wrong> {
        check(pattern)?;
        for text in globs(pattern) {
            let glob =
                GlobBuilder::new(&text).literal_separator(true).backslash_escape(true).build();
            self.globs.push(glob.map_err(|error| refused(pattern, error.kind()))?);
            self.owners.push(self.patterns);
        }
        self.patterns += 1;
        Ok(())
    }

    /// All patterns together; none when they are too large for that.
    pub(super) fn build(self) -> Option<Patterns> {
        let sets: Result<Vec<GlobSet>, _> = self.globs.chunks(TOGETHER).map(GlobSet::new).collect();
        Some(Patterns { sets: sets.ok()?, owners: self.owners })
    }
}

fn check(pattern: &str) -> Result<(), Wrong> {
    let wrong = |message: String, help: &str| Err(Wrong { message, help: help.to_owned() });
    if pattern.trim_matches('/').trim().is_empty() {
        return wrong("the pattern is empty".to_owned(), "write a path, such as `vendor/**`");
    }
    if pattern.len() > MAX_PATTERN_BYTES {
        return wrong(
            format!("the pattern is longer than {MAX_PATTERN_BYTES} bytes"),
            "split it into several patterns",
        );
    }
    if depth(pattern) > MAX_PATTERN_DEPTH {
        return wrong(
            format!("braces are nested more than {MAX_PATTERN_DEPTH} levels deep"),
            "split it into several patterns with fewer braces",
        );
    }
    if pattern.starts_with('!') {
        return wrong(
            format!("{} is a negated pattern, which is not supported", text::quote(pattern)),
            "write narrower patterns; to match a name that begins with `!`, write `[!]…`",
        );
    }
    Ok(())
}

/// How deep the braces nest, at most: those that are escaped count too.
fn depth(pattern: &str) -> usize {
    let (mut open, mut deepest) = (0usize, 0);
    for byte in pattern.bytes() {
        match byte {
            b'{' => open += 1,
            b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(open);
    }
    deepest
}

/// The globs that say what a pattern says: for a path itself, and for what lies in it.
fn globs(pattern: &str) -> Vec<String> {
    let pattern = pattern.trim_start_matches("./");
    let only_folders = pattern.ends_with('/');
    let path = pattern.trim_end_matches('/');
    let anchored = match path.strip_prefix('/') {
        Some(path) => path.trim_start_matches('/').to_owned(),
        None if path.contains('/') => path.to_owned(),
        None => format!("**/{path}"),
    };
    let inside = format!("{anchored}/**");
    match (only_folders, anchored.ends_with("/**") || anchored == "**") {
        (_, true) => vec![anchored],
        (true, false) => vec![inside],
        (false, false) => vec![anchored, inside],
    }
}

fn refused(pattern: &str, kind: &ErrorKind) -> Wrong {
    let (what, help) = match kind {
        ErrorKind::UnclosedClass => (
            "has an unclosed `[`",
            "close it, or write `[[]` for a \
                                                             literal `[`",
        ),
        ErrorKind::InvalidRange(..) => ("has a reversed range", "write the lower character first"),
        ErrorKind::UnopenedAlternates => (
            "has an unmatched `}`",
            "remove it, or write `[}]` for \
                                                                   a literal `}`",
        ),
        ErrorKind::UnclosedAlternates => (
            "has an unclosed `{`",
            "close it, or write `[{]` for a \
                                                                  literal `{`",
        ),
        ErrorKind::DanglingEscape => ("ends with a single backslash", "write `\\\\`"),
        _ => ("is not valid", "use `*`, `?` and `**`"),
    };
    Wrong { message: format!("the pattern {} {what}", text::quote(pattern)), help: help.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(texts: &[&str]) -> Patterns {
        let mut builder = PatternsBuilder::default();
        for text in texts {
            builder.add(text).unwrap();
        }
        builder.build().unwrap()
    }

    fn matches(pattern: &str, path: &str) -> bool {
        patterns(&[pattern]).has(path)
    }

    #[test]
    fn a_name_is_found_at_every_depth_and_a_path_at_its_own() {
        for (pattern, path, expected) in [
            ("vendor", "vendor/a.gate", true),
            ("vendor", "deep/er/vendor/a.gate", true),
            ("vendor", "vendors/a.gate", false),
            ("/vendor", "vendor/x/a.gate", true),
            ("/vendor", "deep/vendor/a.gate", false),
            ("vendor/**", "vendor/x/a.gate", true),
            ("vendor/**", "deep/vendor/a.gate", false),
            ("old/*.gate", "old/a.gate", true),
            ("old/*.gate", "old/deep/a.gate", false),
            ("*.draft.gate", "x/y.draft.gate", true),
            ("./a.gate", "a.gate", true),
            ("a.gate/", "a.gate", false),
            ("a.gate/", "a.gate/b.gate", true),
            ("**", "x/y.gate", true),
            ("../other/*.gate", "../other/a.gate", true),
            ("{a,b}/?.gate", "b/x.gate", true),
            ("a/**/z.gate", "a/z.gate", true),
            ("A.gate", "a.gate", false),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn each_pattern_counts_once_and_in_its_order() {
        let patterns = patterns(&["x/**", "*.gate", "x/", "y"]);
        assert_eq!(patterns.matching("x/a.gate").collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(patterns.matching("z").count(), 0);
        assert_eq!(Patterns::default().matching("x").count(), 0);
    }

    #[test]
    fn more_patterns_than_one_set_holds_are_numbered_as_they_come() {
        let texts: Vec<String> = (0..1000).map(|number| format!("p{number}.gate")).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).chain(["*7.gate"]).collect();
        let patterns = patterns(&texts);
        assert_eq!(patterns.matching("x/p777.gate").collect::<Vec<_>>(), [777, 1000]);
        assert_eq!(patterns.matching("p128.gate/x").collect::<Vec<_>>(), [128]);
        assert!(patterns.has("p999.gate") && !patterns.has("p1000.gate"));
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        let message = |pattern: &str| PatternsBuilder::default().add(pattern).unwrap_err().message;
        assert_eq!(message(" /"), "the pattern is empty");
        assert_eq!(message("!a"), "`!a` is a negated pattern, which is not supported");
        assert_eq!(message("a[b"), "the pattern `a[b` has an unclosed `[`");
        assert_eq!(message("a[z-b]"), "the pattern `a[z-b]` has a reversed range");
        assert_eq!(message("a}"), "the pattern `a}` has an unmatched `}`");
        assert_eq!(message("{a"), "the pattern `{a` has an unclosed `{`");
        assert_eq!(message("a\\"), "the pattern `a\\` ends with a single backslash");
        assert!(message(&"x".repeat(1001)).starts_with("the pattern is longer"));
    }

    #[test]
    fn hostile_patterns_end() {
        let mut builder = PatternsBuilder::default();
        let nested = |depth| format!("{}{}", "{a,b".repeat(depth), "}".repeat(depth));
        assert_eq!(
            builder.add(&nested(17)).unwrap_err().message,
            "braces are nested more than 16 levels deep"
        );
        builder.add(&nested(16)).unwrap();
        assert!(builder.build().is_some());
        let mut builder = PatternsBuilder::default();
        for number in 0..1000 {
            builder.add(&format!("{number}*{}", "?[ab]{c,d}".repeat(90))).unwrap();
        }
        let patterns = builder.build().unwrap();
        assert!(patterns.has(&format!("77*{}", "xbc".repeat(90))) && !patterns.has("77"));
    }
}
