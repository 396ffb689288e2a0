//! The findings of a policy with errors, put together from two checks.

use super::Repair;
use crate::check::Outcome;
use crate::check::fix::{Covered, settle};
use crate::diagnostic::{self, Code, Diagnostic, Label};
use crate::source::{SourceSet, Span};

/// The findings of a policy with errors: its errors, what there is to say about its broken statements, and what a check of the
/// repaired policy says about all others.
pub fn merged(current: &Outcome<()>, repaired: &Outcome<()>, repair: &Repair) -> Vec<Diagnostic> {
    let sources = &current.sources;
    let is_own = |found: &&Diagnostic| {
        let span = found.primary.span;
        found.stops_compiling() || repair.map(sources.path(span.file)).is_replaced(&span.range())
    };
    let mut findings: Vec<Diagnostic> =
        current.diagnostics.iter().filter(is_own).cloned().collect();
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
        let mut moved = found.clone();
        moved.primary = self.label(&found.primary)?;
        moved.labels = found.labels.iter().map(|label| self.label(label)).collect::<Option<_>>()?;
        for fix in moved.fixes.iter_mut().chain(&mut moved.choices) {
            for edit in &mut fix.edits {
                edit.span = self.span(edit.span)?;
            }
        }
        (!self.may_be_about_new(&moved)).then_some(moved)
    }

    fn label(&self, label: &Label) -> Option<Label> {
        Some(Label { span: self.span(label.span)?, message: label.message.clone() })
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
        let next = self.repair.map(self.current.path(file)).next_replaced(end as usize);
        let between = next.and_then(|next| self.current.text(file).get(end as usize..next.start));
        between.is_some_and(|text| {
            let mut lines = text.lines().skip(1).map(str::trim_start);
            lines.all(|line| line.is_empty() || line.starts_with('#'))
        })
    }
}
