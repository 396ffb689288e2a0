//! What makes a finding the same one when it is looked for again later.
//!
//! Other programs keep fingerprints: baselines, and the services that collect findings. So what goes into one,
//! and how, is stable across versions of the program; a change of it is a change of what they have kept.

use std::collections::HashMap;
use std::hash::Hasher;

use fnv::FnvHasher;

use super::report::Finding;
use crate::source::{SourceFile, TextPart};

/// Of a longer line only the marked characters count, and of these as many bytes. A file on one line would
/// otherwise change the fingerprints of all its findings whenever anything in it changes.
const LONG_LINE: usize = 1_000;

/// The fingerprints of findings, in their order: 16 hexadecimal digits each, no two the same.
///
/// A fingerprint is made of the code, the path, the text of the line where the finding begins with every run of
/// white space taken as one space, the names of the tools in alphabetical order, and how many findings of the same
/// file before it agree in all of these. Neither the number of the line nor the words of the finding count, so
/// that both may change.
///
/// The findings come sorted by place, as [`Report::findings`](super::report::Report::findings) gives them: equal ones
/// are told apart by their order alone. `named` gives the path under which the fingerprint knows a file.
pub fn fingerprints(findings: &[Finding<'_>], named: impl Fn(&str) -> String) -> Vec<String> {
    let mut seen: HashMap<u64, u64> = HashMap::new();
    let mut fingerprint = |finding| {
        let content = content(finding, &named);
        let ordinal = seen.entry(content).or_default();
        let mut hasher = FnvHasher::default();
        hasher.write(&content.to_le_bytes());
        hasher.write(&ordinal.to_le_bytes());
        *ordinal += 1;
        format!("{:016x}", hasher.finish())
    };
    findings.iter().map(&mut fingerprint).collect()
}

/// All that goes into a fingerprint but the ordinal.
fn content(finding: &Finding<'_>, named: impl Fn(&str) -> String) -> u64 {
    let diagnostic = finding.diagnostic;
    let file = finding.sources.get(diagnostic.primary.span.file);
    let mut hasher = FnvHasher::default();
    write(&mut hasher, diagnostic.code.name());
    write(&mut hasher, &file.map_or_else(String::new, |file| named(file.path())));
    let words: Vec<&str> =
        file.map_or("", |file| line(file, finding)).split_ascii_whitespace().collect();
    write(&mut hasher, &words.join(" "));
    let mut tools: Vec<&str> = diagnostic.tools.iter().map(AsRef::as_ref).collect();
    tools.sort_unstable();
    tools.dedup();
    for tool in tools {
        write(&mut hasher, tool);
    }
    hasher.finish()
}

/// The line where the finding begins, or of a long one the marked characters.
fn line<'r>(file: &'r SourceFile, finding: &Finding<'r>) -> &'r str {
    let span = finding.diagnostic.primary.span;
    // A short secret can be found from its hash.
    if finding.sources.is_withheld(span.file) {
        return "";
    }
    let (text, lines) = (file.text(), file.lines());
    let range = lines.line_range(text, lines.line(span.start));
    if range.len() <= LONG_LINE {
        return text.part(range).trim_start_matches('\u{feff}');
    }
    let marked = finding.sources.slice(span);
    marked.get(..marked.floor_char_boundary(LONG_LINE)).unwrap_or(marked)
}

/// A text with its length before it, so that no two lists of texts are the same bytes. The hasher is given bytes
/// alone: how the standard library feeds it a text may change.
fn write(hasher: &mut FnvHasher, text: &str) {
    hasher.write(&(text.len() as u64).to_le_bytes());
    hasher.write(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Code, Diagnostic};
    use crate::source::{SourceSet, Span};

    /// The fingerprints of a finding at every place where `marked` stands in a file.
    fn of(path: &str, text: &str, marked: &str, tools: &[&str]) -> Vec<String> {
        let mut sources = SourceSet::default();
        let file = sources.add(path, text);
        let found: Vec<Diagnostic> = text
            .match_indices(marked)
            .map(|(at, _)| {
                let span = Span::new(file, at, at + marked.len());
                Diagnostic::new(Code::UncappedWrite, span, "words")
                    .with_tools(tools.iter().copied())
            })
            .collect();
        let findings: Vec<Finding<'_>> =
            found.iter().map(|diagnostic| Finding { sources: &sources, diagnostic }).collect();
        fingerprints(&findings, str::to_owned)
    }

    #[test]
    fn fingerprints_do_not_change_from_one_version_to_the_next() {
        assert_eq!(of("a.gate", "allow x\n", "x", &["x"]), ["cf62a585bf64b044"]);
        assert_eq!(of("p/\u{e9}.gate", "allow @w # \u{4e2d}", "@w", &[]), ["6fbc3fe617d2b780"]);
    }

    #[test]
    fn lines_may_move_and_be_indented() {
        let expected = of("a.gate", "allow x 5/hour\n", "x", &["x"]);
        for text in [
            "# new\n\nallow x 5/hour\n",
            "\u{feff}allow x 5/hour",
            "\tallow   x\t5/hour  \r\n",
            "deny y\n  allow x 5/hour\n",
        ] {
            assert_eq!(of("a.gate", text, "x", &["x"]), expected, "{text:?}");
        }
    }

    #[test]
    fn every_part_makes_a_difference() {
        let mut all = vec![
            of("a.gate", "allow x y\n", "x", &["x", "y"]),
            of("b.gate", "allow x y\n", "x", &["x", "y"]),
            of("a.gate", "allow xy\n", "x", &["x", "y"]),
            of("a.gate", "allow x y\n", "x", &["x"]),
            of("a.gate", "allow x y\n", "x", &["xy"]),
            of("a.gate", "allow x y\n", "x", &[]),
        ];
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 6);
    }

    #[test]
    fn the_order_of_tools_makes_none() {
        let one = of("a.gate", "allow x y\n", "x", &["x", "y"]);
        assert_eq!(of("a.gate", "allow x y\n", "x", &["y", "x", "y"]), one);
    }

    #[test]
    fn equal_findings_are_told_apart_by_their_order() {
        let three = of("a.gate", "allow x\nallow x\nallow x\n", "x", &[]);
        let mut distinct = three.clone();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), 3);
        assert_eq!(of("a.gate", "allow x\nallow x\n", "x", &[]), three.get(..2).unwrap());
    }

    #[test]
    fn on_a_long_line_only_the_marked_characters_count() {
        let file =
            |filler: &str| format!("{}\"bad\"{}", filler.repeat(2_000), filler.repeat(2_000));
        let one = of("a.json", &file("x"), "\"bad\"", &[]);
        assert_eq!(of("a.json", &file("yy"), "\"bad\"", &[]), one);
        assert_ne!(of("a.json", &file("x"), "bad", &[]), one);
    }

    #[test]
    fn many_findings_on_one_line_take_no_quadratic_time() {
        let text = "\u{4e2d}bad".repeat(200_000);
        let start = std::time::Instant::now();
        assert_eq!(of("a.json", &text, "bad", &[]).len(), 200_000);
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    }
}
