//! All safe fixes at once, as `gatewright check --fix` makes them.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Action, ActionKind};
use crate::check::{self, Fixable};
use crate::diagnostic::Applicability;
use crate::editor::{Checked, Edits, Snapshot, View};
use crate::lint::Form;

/// The action, if anything can be fixed in the policies of the file. They are fixed together with all that share files with them,
/// because what is good for one may be bad for another.
pub(super) fn action(snapshot: &Snapshot, view: &View) -> Option<Action> {
    let policies = together(snapshot, view);
    let is_fixable = |checked: &Arc<Checked>| {
        let all = &checked.analysis.outcome.diagnostics;
        let mut fixes = all.iter().flat_map(|finding| &finding.fixes);
        fixes.any(|fix| fix.applicability == Applicability::Safe)
    };
    if !policies.iter().any(is_fixable) {
        return None;
    }
    let fixables = policies.iter().filter_map(|checked| {
        let file = snapshot.text(&checked.path)?;
        let options = Arc::new(checked.options.clone());
        Some(Fixable {
            path: checked.path.clone(),
            bytes: file.text().as_bytes().to_vec(),
            options,
        })
    });
    let fixed = check::fix(fixables.collect(), &snapshot.files, Applicability::Safe);
    let mut edits = Edits::default();
    for change in &fixed.changes {
        let file = snapshot.text(&change.path).filter(|file| file.text() == change.before)?;
        for edit in super::super::difference::lines(&change.before, &change.after) {
            edits.replace(&file, edit.range.start..edit.range.end, edit.text);
        }
    }
    let found = snapshot.findings(view.path());
    let has_safe = |number: &usize| {
        let fixes = found.get(*number).map(|finding| &finding.diagnostic().fixes);
        fixes.into_iter().flatten().any(|fix| fix.applicability == Applicability::Safe)
    };
    let findings = (0..found.len()).filter(has_safe).collect();
    let title = "apply all safe fixes".to_owned();
    Some(Action { title, kind: ActionKind::FixAll, edits, findings, is_preferred: false })
}

/// The policies of a file, and those that share files with them, and so on.
fn together(snapshot: &Snapshot, view: &View) -> Vec<Arc<Checked>> {
    let mut files: BTreeSet<String> = BTreeSet::from([view.path().to_owned()]);
    let mut waiting: Vec<Arc<Checked>> =
        snapshot.roots().into_iter().filter(|checked| checked.form == Form::Gate).collect();
    let mut found = Vec::new();
    loop {
        let before = found.len();
        let shares = |checked: &mut Arc<Checked>| checked.parts().any(|part| files.contains(part));
        let more: Vec<Arc<Checked>> = waiting.extract_if(.., shares).collect();
        files.extend(more.iter().flat_map(|checked| checked.parts()).map(str::to_owned));
        found.extend(more);
        if found.len() == before {
            return found;
        }
    }
}
