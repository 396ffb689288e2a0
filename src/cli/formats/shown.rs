//! How many of many findings are shown.

use std::cmp::Reverse;
use std::fmt;

use crate::cli::report::Finding;
use crate::diagnostic::Severity;
use crate::text;

/// The most findings in one file that are shown. Nobody reads more, and a file of a stranger may have millions.
pub(super) const MAX_IN_FILE: usize = 500;

/// The findings that are shown, in their order, and how many are not.
pub(super) struct Shown<'r> {
    pub(super) findings: Vec<Finding<'r>>,
    /// The files with more findings than are shown, in the order of the findings.
    pub(super) omitted: Vec<Omitted<'r>>,
}

/// The findings in one file that are not shown.
#[derive(Debug)]
pub(super) struct Omitted<'r> {
    pub(super) path: &'r str,
    pub(super) count: usize,
    /// The highest severity among them.
    pub(super) severity: Severity,
}

impl<'r> Shown<'r> {
    /// Chooses the most severe findings in each file. The findings come sorted by path.
    pub(super) fn new(findings: &[Finding<'r>]) -> Self {
        let mut shown = Self { findings: Vec::new(), omitted: Vec::new() };
        for file in findings.chunk_by(|left, right| path(left) == path(right)) {
            let most_severe = most_severe(file, MAX_IN_FILE);
            if let Some(omitted) = Omitted::of(file, &most_severe) {
                shown.omitted.push(omitted);
            }
            shown.findings.extend(most_severe.iter().filter_map(|index| file.get(*index)));
        }
        shown
    }

    /// How many findings are not shown.
    pub(super) fn omitted(&self) -> usize {
        self.omitted.iter().map(|file| file.count).sum()
    }
}

impl<'r> Omitted<'r> {
    fn of(file: &[Finding<'r>], shown: &[usize]) -> Option<Self> {
        let count = file.len().checked_sub(shown.len()).filter(|count| *count > 0)?;
        let mut shown = shown.iter().peekable();
        let left = file.iter().enumerate().filter(|(index, _)| shown.next_if_eq(&index).is_none());
        let severity = left.map(|(_, finding)| finding.diagnostic.severity).max()?;
        Some(Self { path: path(file.first()?), count, severity })
    }
}

/// `12 more findings`
impl fmt::Display for Omitted<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&text::count(self.count, "more finding"))
    }
}

/// The positions of the most severe findings, `limit` at most, in ascending order. Of equally severe ones the first
/// are taken.
pub(super) fn most_severe(findings: &[Finding<'_>], limit: usize) -> Vec<usize> {
    let mut positions: Vec<usize> = (0..findings.len()).collect();
    if positions.len() > limit {
        let severity = |at: &usize| findings.get(*at).map(|found| found.diagnostic.severity);
        positions.sort_by_key(|at| Reverse(severity(at)));
        positions.truncate(limit);
        positions.sort_unstable();
    }
    positions
}

fn path<'r>(finding: &Finding<'r>) -> &'r str {
    finding.sources.path(finding.diagnostic.primary.span.file)
}
