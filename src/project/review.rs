//! Whether the suppressions of a configuration are still needed, once all files that they are about have been checked.

use std::collections::BTreeMap;

use crate::check::{Options, Outcome};
use crate::diagnostic::Diagnostic;
use crate::lint::Settings;
use crate::lint::suppress::{self, Matches, Review, Suppression};
use crate::source::Span;

/// The suppressions of one configuration, and the findings that they are about in all files together.
#[derive(Debug)]
pub struct SuppressionReview<'o> {
    options: &'o Options,
    suppressions: BTreeMap<Span, &'o Suppression>,
    matches: Matches,
    is_complete: bool,
}

impl<'o> SuppressionReview<'o> {
    /// A review of a configuration, with the options of the first file that it is about.
    pub fn new(options: &'o Options) -> Self {
        let (suppressions, matches) = Default::default();
        Self { options, suppressions, matches, is_complete: true }
    }

    /// Adds a file that has been checked with some options.
    pub fn add(&mut self, options: &'o Options, matches: &Matches, findings: &[Diagnostic]) {
        for suppression in &options.suppressions {
            self.suppressions.entry(suppression.place).or_insert(suppression);
        }
        self.matches.add(matches);
        // An error of the language may hide the findings that a suppression is about.
        self.is_complete &= findings.iter().all(|found| found.code.is_rule());
    }

    /// Adds a file that has been checked with some options, with all that came of it.
    pub fn add_outcome<T>(&mut self, options: &'o Options, outcome: &Outcome<T>) {
        self.add(options, &outcome.matches, &outcome.diagnostics);
    }

    /// The suppressions that are useless or have expired. The findings are in the configuration.
    pub fn finish(self) -> Vec<Diagnostic> {
        let Options { settings, today, .. } = self.options;
        let settings: &Settings = settings;
        let review = Review { settings, today: *today, complete: self.is_complete, root: None };
        let suppressions: Vec<Suppression> = self.suppressions.into_values().cloned().collect();
        suppress::review(&suppressions, &self.matches, &review)
    }
}
