//! All findings of one run of the program, over every file that it was given.

use std::fmt;

use super::json::Entry;
use crate::check::Outcome;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::SourceSet;
use crate::text;

/// The findings of several outcomes.
#[derive(Debug, Default)]
pub struct Report {
    files: usize,
    parts: Vec<(SourceSet, Vec<Diagnostic>)>,
}

/// One finding and the files that it points into.
#[derive(Clone, Copy, Debug)]
pub struct Finding<'r> {
    /// The files.
    pub sources: &'r SourceSet,
    /// What is said.
    pub diagnostic: &'r Diagnostic,
}

/// How much was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many files were looked at.
    pub files: usize,
    /// How many errors.
    pub errors: usize,
    /// How many warnings.
    pub warnings: usize,
    /// How many notes.
    pub infos: usize,
}

impl Report {
    /// Counts a file that was looked at.
    pub fn count_file(&mut self) {
        self.files += 1;
    }

    /// How many files were looked at.
    pub fn files(&self) -> usize {
        self.files
    }

    /// Takes in the findings of an outcome, and gives its value back.
    pub fn take<T>(&mut self, outcome: Outcome<T>) -> Option<T> {
        self.add(outcome.sources, outcome.diagnostics);
        outcome.value
    }

    /// Takes in findings. Texts that nothing points to are let go.
    pub fn add(&mut self, sources: SourceSet, diagnostics: Vec<Diagnostic>) {
        if !diagnostics.is_empty() {
            self.parts.push((sources, diagnostics));
        }
    }

    /// Whether an error was found.
    pub fn has_errors(&self) -> bool {
        self.parts.iter().any(|(_, found)| crate::diagnostic::has_errors(found))
    }

    /// Whether anything was found that weighs as much as this, or more.
    pub fn reaches(&self, severity: Severity) -> bool {
        let mut found = self.parts.iter().flat_map(|(_, found)| found);
        found.any(|diagnostic| diagnostic.severity >= severity)
    }

    /// Every finding once, sorted by path, then place: two files that include the same one may both have
    /// led to it.
    pub fn findings(&self) -> Vec<Finding<'_>> {
        let mut findings: Vec<Finding<'_>> = self
            .parts
            .iter()
            .flat_map(|(sources, found)| {
                found.iter().map(move |diagnostic| Finding { sources, diagnostic })
            })
            .collect();
        // The whole content decides last, so that the order of the arguments never does.
        findings.sort_by(|left, right| {
            left.key().cmp(&right.key()).then_with(|| Entry::new(left).cmp(&Entry::new(right)))
        });
        findings.dedup_by(|left, right| {
            left.key() == right.key() && Entry::new(left) == Entry::new(right)
        });
        findings
    }

    /// How much the findings come to.
    pub fn summary(&self, findings: &[Finding<'_>]) -> Summary {
        let count = |severity| {
            findings.iter().filter(|finding| finding.diagnostic.severity == severity).count()
        };
        Summary {
            files: self.files,
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            infos: count(Severity::Info),
        }
    }
}

impl<'r> Finding<'r> {
    fn key(&self) -> (&'r str, u32, u32, &'static str, &'r str) {
        let span = self.diagnostic.primary.span;
        let path = self.sources.path(span.file);
        (path, span.start, span.end, self.diagnostic.code.name(), &self.diagnostic.message)
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files = text::count(self.files, "file");
        let counts = [(self.errors, "error"), (self.warnings, "warning"), (self.infos, "note")];
        let found: Vec<String> = counts
            .into_iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, noun)| text::count(number, noun))
            .collect();
        if found.is_empty() {
            write!(formatter, "{files} checked, nothing to report")
        } else {
            write!(formatter, "{} in {files}", found.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;
    use crate::source::Span;

    fn part(path: &str, start: usize, message: &str) -> (SourceSet, Vec<Diagnostic>) {
        let mut sources = SourceSet::default();
        // The identity of a file differs between two sets; its path does not.
        sources.add(format!("root of {message}"), "");
        let file = sources.add(path, "allow x\nallow y\n");
        let span = Span::new(file, start, start + 5);
        (sources, vec![Diagnostic::new(Code::Syntax, span, message)])
    }

    fn shown(parts: Vec<(SourceSet, Vec<Diagnostic>)>) -> Vec<(String, u32, String)> {
        let mut report = Report::default();
        for (sources, diagnostics) in parts {
            report.add(sources, diagnostics);
        }
        let findings = report.findings();
        let line = |finding: &Finding<'_>| {
            let span = finding.diagnostic.primary.span;
            let path = finding.sources.path(span.file).to_owned();
            (path, span.start, finding.diagnostic.message.clone())
        };
        findings.iter().map(line).collect()
    }

    #[test]
    fn findings_are_sorted_by_path_and_place_and_said_once() {
        let one = || part("b.gate", 8, "one");
        let two = || part("b.gate", 0, "two");
        let three = || part("a.gate", 8, "three");
        let expected = shown(vec![three(), two(), one()]);
        assert_eq!(
            expected.iter().map(|(path, start, _)| (path.as_str(), *start)).collect::<Vec<_>>(),
            [("a.gate", 8), ("b.gate", 0), ("b.gate", 8)]
        );
        assert_eq!(shown(vec![one(), two(), one(), three(), two()]), expected);
    }

    #[test]
    fn findings_that_differ_in_a_note_alone_are_both_kept_in_one_order() {
        let (sources, mut found) = part("a.gate", 0, "same");
        let (more, mut other) = part("a.gate", 0, "same");
        found[0].notes.push("first".to_owned());
        other[0].notes.push("second".to_owned());
        let mut report = Report::default();
        report.add(more, other);
        report.add(sources, found);
        let notes: Vec<&str> =
            report.findings().iter().map(|finding| finding.diagnostic.notes[0].as_str()).collect();
        assert_eq!(notes, ["first", "second"]);
    }

    #[test]
    fn summaries_read_as_prose() {
        let summary = Summary { files: 3, errors: 2, warnings: 1, infos: 0 };
        assert_eq!(summary.to_string(), "2 errors, 1 warning in 3 files");
        let summary = Summary { files: 1, infos: 1, ..Summary::default() };
        assert_eq!(summary.to_string(), "1 note in 1 file");
        let summary = Summary { files: 3, ..Summary::default() };
        assert_eq!(summary.to_string(), "3 files checked, nothing to report");
    }
}
