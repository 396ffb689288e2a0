//! Whether a change lets a call through that is blocked: asked of every fix before it is offered.

use std::collections::BTreeMap;

use super::trial::{documents, left_out};
use crate::diff::is_wider;
use crate::editor::overlay::Overlay;
use crate::editor::{Edits, FileEdits, Snapshot, View};
use crate::policy_json::Document;
use crate::source::SourceFile;

/// A file that more policies share is not fixed here: each of them would have to be compiled.
const MAX_POLICIES: usize = 16;

/// How many changes are compared at one place; a row of more findings is fixed by `gatewright check --fix`.
const MAX_CHANGES: usize = 32;

/// What a change does to the policies of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::editor) enum Effect {
    /// Every call that is blocked is blocked still.
    Harmless,
    /// A call may get through.
    Opens,
    /// A policy does not compile as it is.
    Unknown,
}

/// The policies of a file, with what they compile to.
pub(in crate::editor) struct Comparison<'c> {
    snapshot: &'c Snapshot,
    view: &'c View,
    /// What each policy compiles to as it is, by path.
    before: BTreeMap<String, Option<Document>>,
    changes_left: usize,
}

impl<'c> Comparison<'c> {
    pub(in crate::editor) fn new(snapshot: &'c Snapshot, view: &'c View) -> Self {
        Self { snapshot, view, before: BTreeMap::new(), changes_left: MAX_CHANGES }
    }

    /// What a change does; what is not compared is taken to let calls through.
    pub(in crate::editor) fn effect(&mut self, edits: &Edits) -> Effect {
        let Some(left) = self.changes_left.checked_sub(1) else { return Effect::Opens };
        self.changes_left = left;
        let mut policies = BTreeMap::new();
        for path in edits.files.keys() {
            let users = self.snapshot.policies_with(path);
            policies.extend(users.into_iter().map(|checked| (checked.path.clone(), checked)));
        }
        if policies.len() > MAX_POLICIES {
            return Effect::Opens;
        }
        let changed = Overlay::new(self.snapshot, applied(edits));
        let mut effect = Effect::Harmless;
        for (path, checked) in &policies {
            let known = self
                .before
                .entry(path.clone())
                .or_insert_with(|| Overlay::new(self.snapshot, []).document(checked));
            match (known, changed.document(checked)) {
                (None, _) => effect = Effect::Unknown,
                (Some(before), Some(after)) if !is_wider(before, &after) => {}
                _ => return Effect::Opens,
            }
        }
        effect
    }

    /// The same for a policy that does not compile, without the statements of this file that are wrong.
    pub(in crate::editor) fn effect_beside_mistakes(&mut self, edits: &Edits) -> Effect {
        let path = self.view.path();
        let own = edits.files.get(path).filter(|_| edits.files.len() == 1);
        let Some(own) = own else { return Effect::Opens };
        let left_out = left_out(&self.view.all());
        let before = documents(self.snapshot, self.view, &left_out, &[]);
        let after = documents(self.snapshot, self.view, &left_out, &own.edits);
        let (Some(before), Some(after)) = (before, after) else { return Effect::Opens };
        let is_harmless = before.len() == after.len()
            && before.iter().zip(&after).all(|(before, after)| !is_wider(before, after));
        if is_harmless { Effect::Harmless } else { Effect::Opens }
    }
}

/// The files as they are after a change.
fn applied(edits: &Edits) -> Vec<SourceFile> {
    let file =
        |(path, edits): (&String, &FileEdits)| SourceFile::new(path.as_str(), edits.applied());
    edits.files.iter().map(file).collect()
}
