//! All findings of one run of the program, over every file that it was given.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::check::baseline::BaselineComparison;
use super::formats::json::FindingEntry;
use crate::check::Outcome;
use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::suppress::Origin;
use crate::source::SourceSet;
use crate::text;

/// The findings of several outcomes.
#[derive(Debug, Default)]
pub struct Report {
    files: Vec<String>,
    parts: Vec<(Arc<SourceSet>, Vec<Diagnostic>)>,
    suppressed: Vec<Suppressed>,
    /// What is known already, by its positions among all findings.
    left_out: BTreeSet<usize>,
    baseline: Option<BaselineComparison>,
}

/// A finding that a comment silences.
#[derive(Debug)]
struct Suppressed {
    sources: Arc<SourceSet>,
    diagnostic: Diagnostic,
    reason: String,
    origin: Origin,
}

/// One finding and the files that it points into.
#[derive(Clone, Copy, Debug)]
pub struct Finding<'r> {
    /// The files.
    pub sources: &'r SourceSet,
    /// What is said.
    pub diagnostic: &'r Diagnostic,
}

/// A finding that the author of the file has silenced, with the reason that the comment gives.
#[derive(Clone, Copy, Debug)]
pub struct SuppressedFinding<'r> {
    /// What would have been said.
    pub finding: Finding<'r>,
    /// Why it is not, in the author's words, not cleaned.
    pub reason: &'r str,
    /// Where the suppression stands.
    pub origin: Origin,
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
    /// How many findings were silenced; they are in no other number.
    pub suppressed: usize,
}

impl Report {
    /// Counts a file that was looked at, under the path that messages show.
    pub fn count_file(&mut self, path: impl Into<String>) {
        self.files.push(path.into());
    }

    /// How many files were looked at.
    pub fn files(&self) -> usize {
        self.files.len()
    }

    /// The files that were looked at, in no order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(String::as_str)
    }

    /// Takes in the findings of an outcome, and gives its value back.
    pub fn take<T>(&mut self, outcome: Outcome<T>) -> Option<T> {
        self.add(outcome.sources, outcome.diagnostics);
        outcome.value
    }

    /// Takes in findings. Texts that nothing points to are let go.
    pub fn add(&mut self, sources: impl Into<Arc<SourceSet>>, diagnostics: Vec<Diagnostic>) {
        if !diagnostics.is_empty() {
            self.parts.push((sources.into(), diagnostics));
        }
    }

    /// Takes in a finding that a comment silences, with the reason that the comment gives. The texts may be
    /// shared with those of [`Report::add`].
    pub fn add_suppressed(
        &mut self,
        sources: impl Into<Arc<SourceSet>>,
        diagnostic: Diagnostic,
        reason: impl Into<String>,
        origin: Origin,
    ) {
        let (sources, reason) = (sources.into(), reason.into());
        self.suppressed.push(Suppressed { sources, diagnostic, reason, origin });
    }

    /// Leaves findings out, by their positions in [`Report::findings`], and says what a baseline has to do with it. Nothing may be
    /// added afterwards.
    pub fn leave_out(&mut self, positions: BTreeSet<usize>, baseline: Option<BaselineComparison>) {
        self.left_out = positions;
        self.baseline = baseline;
    }

    /// What the baseline of the run came to, if there is one.
    pub fn baseline(&self) -> Option<&BaselineComparison> {
        self.baseline.as_ref()
    }

    /// Whether an error was found.
    pub fn has_errors(&self) -> bool {
        self.reaches(Severity::Error)
    }

    /// Whether anything was found that weighs as much as this, or more.
    pub fn reaches(&self, severity: Severity) -> bool {
        if !self.left_out.is_empty() {
            return self.findings().iter().any(|found| found.diagnostic.severity >= severity);
        }
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
        findings.sort_by(|left, right| left.order(right));
        findings.dedup_by(|left, right| left.order(right).is_eq());
        let mut positions = 0..;
        findings.retain(|_| positions.next().is_none_or(|at| !self.left_out.contains(&at)));
        findings
    }

    /// Every silenced finding once, in the same order.
    pub fn suppressed(&self) -> Vec<SuppressedFinding<'_>> {
        let mut found: Vec<SuppressedFinding<'_>> = self
            .suppressed
            .iter()
            .map(|Suppressed { sources, diagnostic, reason, origin }| SuppressedFinding {
                finding: Finding { sources, diagnostic },
                reason,
                origin: *origin,
            })
            .collect();
        let order = |left: &SuppressedFinding<'_>, right: &SuppressedFinding<'_>| {
            let by_suppression = || (left.reason, left.origin).cmp(&(right.reason, right.origin));
            left.finding.order(&right.finding).then_with(by_suppression)
        };
        found.sort_by(order);
        found.dedup_by(|left, right| order(left, right).is_eq());
        found
    }

    /// How much the findings come to.
    pub fn summary(&self, findings: &[Finding<'_>]) -> Summary {
        let count = |severity| {
            findings.iter().filter(|finding| finding.diagnostic.severity == severity).count()
        };
        Summary {
            files: self.files.len(),
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            infos: count(Severity::Info),
            suppressed: self.suppressed().len(),
        }
    }
}

impl<'r> Finding<'r> {
    /// By path and place; the whole content decides last, so that the order of the arguments never does.
    fn order(&self, other: &Finding<'_>) -> Ordering {
        self.key()
            .cmp(&other.key())
            .then_with(|| FindingEntry::new(self).cmp(&FindingEntry::new(other)))
    }

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
            write!(formatter, "{files} checked, no findings")?;
        } else {
            write!(formatter, "{} in {files}", found.join(", "))?;
        }
        match self.suppressed {
            0 => Ok(()),
            number => write!(formatter, ", {number} suppressed"),
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
        let summary = Summary { files: 3, errors: 2, warnings: 1, ..Summary::default() };
        assert_eq!(summary.to_string(), "2 errors, 1 warning in 3 files");
        let summary = Summary { files: 1, infos: 1, ..Summary::default() };
        assert_eq!(summary.to_string(), "1 note in 1 file");
        let summary = Summary { files: 3, ..Summary::default() };
        assert_eq!(summary.to_string(), "3 files checked, no findings");
        let summary = Summary { suppressed: 2, ..summary };
        assert_eq!(summary.to_string(), "3 files checked, no findings, 2 suppressed");
        let summary = Summary { warnings: 1, ..summary };
        assert_eq!(summary.to_string(), "1 warning in 3 files, 2 suppressed");
    }

    #[test]
    fn suppressed_findings_are_sorted_said_once_and_counted_apart() {
        let mut report = Report::default();
        for (start, reason) in [(8, "later"), (0, "first"), (8, "later")] {
            let (sources, mut found) = part("a.gate", start, "same");
            report.add_suppressed(sources, found.remove(0), reason, Origin::Comment);
        }
        let reasons: Vec<&str> = report.suppressed().iter().map(|found| found.reason).collect();
        assert_eq!(reasons, ["first", "later"]);
        assert!(report.findings().is_empty() && !report.has_errors());
        let summary = report.summary(&report.findings());
        assert_eq!(summary, Summary { suppressed: 2, ..Summary::default() });
    }
}
