//! A policy with errors as it reads with the last good versions of its broken statements. Answers go on being about that policy.

use std::sync::Arc;

use super::View;
use super::overlay::Overlay;
use super::snapshot::{Checked, Snapshot};
use super::workspace::LastGood;
use crate::check::{self, Analysis, Repair, RepairScope, TextMap};
use crate::diagnostic::Diagnostic;
use crate::source::{Loader, SourceFile};

/// A repaired policy.
#[derive(Clone, Debug)]
pub(super) struct Repaired {
    policy: Arc<Checked>,
    repair: Arc<Repair>,
    /// Whether the linter has looked at it.
    is_finished: bool,
}

impl Repaired {
    /// Repairs a policy with errors by its last version without; `None` if it has errors then as well.
    pub(super) fn new(snapshot: &Snapshot, current: &Checked, before: &LastGood) -> Option<Self> {
        let mut tried: Option<Repair> = None;
        for scope in [RepairScope::Broken, RepairScope::BrokenAndDefinitions] {
            let Some(repair) = Repair::new(&current.analysis, &before.checked.analysis, scope)
            else {
                continue;
            };
            if tried.as_ref().is_some_and(|tried| tried.is_same(&repair)) {
                return None;
            }
            if is_restored(&repair, before) {
                let policy = Arc::clone(&before.checked);
                return Some(Self { policy, repair: Arc::new(repair), is_finished: true });
            }
            if let Some(analysis) = understood(snapshot, current, &repair) {
                let policy = current.with(analysis, None);
                return Some(Self { policy, repair: Arc::new(repair), is_finished: false });
            }
            tried = Some(repair);
        }
        None
    }

    /// The same with what the linter finds.
    pub(super) fn finished(&self) -> Self {
        let mut finished = self.clone();
        if !self.is_finished
            && let Some(analysis) = check::look(&self.policy.analysis, &self.policy.options)
        {
            finished.policy = self.policy.with(analysis, None);
        }
        finished.is_finished = true;
        finished
    }

    /// The policy, which has no errors in its statements.
    pub(super) fn policy(&self) -> &Arc<Checked> {
        &self.policy
    }

    /// The findings of the policy as it is, with those about its whole statements.
    pub(super) fn findings(&self, current: &Analysis) -> Vec<Diagnostic> {
        check::merged(&current.outcome, &self.policy.analysis.outcome, &self.repair)
    }

    /// A file of the policy, if it has it.
    pub(super) fn view(&self, path: &str) -> Option<RepairedView<'_>> {
        let view = View::new(Arc::clone(&self.policy), Vec::new(), path)?;
        Some(RepairedView { view, map: self.repair.map(path) })
    }
}

/// Whether the repaired policy is the one before, which has been checked.
fn is_restored(repair: &Repair, before: &LastGood) -> bool {
    let sources = &before.checked.analysis.outcome.sources;
    let own = sources.find(&before.checked.path).and_then(|file| sources.get(file));
    before.is_current && own.is_some_and(|own| repair.restores(own))
}

/// What the repaired policy means, if it has no errors.
fn understood(snapshot: &Snapshot, current: &Checked, repair: &Repair) -> Option<Analysis> {
    let copy = |file: &Arc<SourceFile>| SourceFile::new(file.path(), file.shared_text());
    let overlay = Overlay::new(snapshot, repair.sources().map(copy));
    let root = overlay.held(&current.path)?;
    let analysis = check::understand(root, &overlay, &current.options);
    analysis.is_whole().then_some(analysis)
}

/// A file of a repaired policy.
pub(super) struct RepairedView<'r> {
    /// The file.
    pub(super) view: View,
    /// Where its parts are in the file as it is.
    pub(super) map: &'r TextMap,
}
