//! The findings of a policy with errors, put together from two checks.

use super::Repair;
use crate::check::Outcome;
use crate::check::fix::{Covered, settle};
use crate::diagnostic::{self, Code, Diagnostic};
use crate::source::{SourceSet, Span};

/// The findings of a policy with errors: its errors, and what a check of the repaired policy says about everything but the broken
/// statements.
pub fn merged(current: &Outcome<()>, repaired: &Outcome<()>, repair: &Repair) -> Vec<Diagnostic> {
    let sources = &current.sources;
    let errors = current.diagnostics.iter().filter(|found| found.stops_compiling());
    let mut findings: Vec<Diagnostic> = errors.cloned().collect();
    let moving = Moving { repaired: &repaired.sources, current: sources, repair };
    findings.extend(repaired.diagnostics.iter().filter_map(|found| moving.finding(found)));
    diagnostic::sort(&mut findings);
    settle(sources, &Covered::default(), &mut findings);
    findings
}

/// From the repaired texts to the current ones.
struct Moving<'m> {
    repaired: &'m SourceSet,
    current: &'m SourceSet,
    repair: &'m Repair,
}

impl Moving<'_> {
    /// A finding at its place in the current text; `None` if it is about what was replaced.
    fn finding(&self, found: &Diagnostic) -> Option<Diagnostic> {
        let moved = moved(found, &|span| self.span(span))?;
        (!self.may_be_about_new(&moved)).then_some(moved)
    }

    fn span(&self, span: Span) -> Option<Span> {
        let path = self.repaired.path(span.file);
        let file = self.current.find(path)?;
        let range = self.repair.map(path).to_current(&span.range())?;
        Some(Span::new(file, range.start, range.end))
    }

    /// Whether a finding is about a comment that may suppress what is going to be found in a new statement under it.
    fn may_be_about_new(&self, found: &Diagnostic) -> bool {
        if !matches!(found.code, Code::UnusedSuppression | Code::ExpiredSuppression) {
            return false;
        }
        let Span { file, end, .. } = found.primary.span;
        let next = self.repair.map(self.current.path(file)).next_new(end as usize);
        let between = next.and_then(|next| self.current.text(file).get(end as usize..next));
        between.is_some_and(|text| {
            let mut lines = text.lines().skip(1).map(str::trim_start);
            lines.all(|line| line.is_empty() || line.starts_with('#'))
        })
    }
}

/// A finding with all its places moved; `None` if one of them has no new place.
pub(in crate::check) fn moved(
    found: &Diagnostic,
    place: &dyn Fn(Span) -> Option<Span>,
) -> Option<Diagnostic> {
    let mut moved = found.clone();
    moved.primary.span = place(moved.primary.span)?;
    for label in &mut moved.labels {
        label.span = place(label.span)?;
    }
    for fix in moved.fixes.iter_mut().chain(&mut moved.choices) {
        for edit in &mut fix.edits {
            edit.span = place(edit.span)?;
        }
    }
    Some(moved)
}
