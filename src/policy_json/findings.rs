//! Collects findings, a bounded number of them.

use crate::diagnostic::Diagnostic;

/// The most errors, and the most warnings, that are reported of one file; how many more there are is told.
pub const MAX_FINDINGS: usize = 500;

/// The findings of one file in the order in which they were made.
#[derive(Default)]
pub(super) struct Findings {
    errors: Vec<Diagnostic>,
    warnings: Vec<Diagnostic>,
    more_errors: usize,
    more_warnings: usize,
}

impl Findings {
    /// Takes a finding in, or counts it when there are too many.
    pub(super) fn report(&mut self, finding: Diagnostic) {
        let (list, more) = if finding.is_error() {
            (&mut self.errors, &mut self.more_errors)
        } else {
            (&mut self.warnings, &mut self.more_warnings)
        };
        if list.len() < MAX_FINDINGS {
            list.push(finding);
        } else {
            *more += 1;
        }
    }

    /// Whether nothing was found that forbids the use of the file.
    pub(super) fn is_usable(&self) -> bool {
        self.errors.is_empty()
    }

    /// Everything, errors first; the last of each kind tells how many more there are.
    pub(super) fn into_vec(self) -> Vec<Diagnostic> {
        let mut all = with_more(self.errors, self.more_errors, "error");
        all.extend(with_more(self.warnings, self.more_warnings, "warning"));
        all
    }
}

fn with_more(mut list: Vec<Diagnostic>, more: usize, noun: &str) -> Vec<Diagnostic> {
    if more > 0
        && let Some(last) = list.last_mut()
    {
        let count = crate::text::count(more, &format!("more {noun}"));
        last.notes.push(format!("this file has {count} not shown here"));
    }
    list
}
