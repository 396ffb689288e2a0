//! Whether policies compile to the same documents after a change.

use std::sync::Arc;

use super::place::Place;
use super::{Action, ActionKind};
use crate::editor::cursor::touched;
use crate::editor::overlay::Overlay;
use crate::editor::{Edits, FileEdits, Snapshot, TextEdit, View};
use crate::policy_json::Document;
use crate::source::SourceFile;

/// How many policies that share a file are compiled.
const MAX_POLICIES: usize = 4;

/// How many changes of one statement are tried.
const MAX_TRIALS: usize = 12;

/// A file with statements whose changes are tried. Statements that are wrong are left out, before and after, so that a mistake
/// elsewhere is in nobody's way.
pub(super) struct Trial<'t> {
    snapshot: &'t Snapshot,
    view: &'t View,
    /// What they compile to, found out when the first change is tried.
    documents: Option<Vec<Document>>,
    /// What takes the wrong statements away.
    left_out: Vec<TextEdit>,
    trials_left: usize,
}

impl<'t> Trial<'t> {
    /// None where the statement itself is wrong, and where many policies share the file.
    pub(super) fn new(snapshot: &'t Snapshot, view: &'t View, place: &Place<'_>) -> Option<Self> {
        let all = view.all();
        if all.len() > MAX_POLICIES {
            return None;
        }
        let left_out = left_out(&all);
        let whole = place.statement.span.range();
        let is_own = |edit: &TextEdit| (edit.range.start..edit.range.end) == whole;
        if left_out.iter().any(is_own) {
            return None;
        }
        let trials_left = MAX_TRIALS;
        Some(Self { snapshot, view, documents: None, left_out, trials_left })
    }

    /// The action that makes these changes, if they change no document.
    pub(super) fn action(
        &mut self,
        kind: ActionKind,
        title: String,
        edits: &[TextEdit],
    ) -> Option<Action> {
        self.trials_left = self.trials_left.checked_sub(1)?;
        if self.documents.is_none() {
            self.documents = self.compiled(&[]);
            // What does not compile as it is need not be tried again.
            self.trials_left *= usize::from(self.documents.is_some());
        }
        if self.documents.is_none() || self.compiled(edits) != self.documents {
            return None;
        }
        let mut changes = Edits::default();
        for edit in edits {
            let range = edit.range.start..edit.range.end;
            changes.replace(self.view.source(), range, edit.text.as_str());
        }
        Some(Action { title, kind, edits: changes, findings: Vec::new(), is_preferred: false })
    }

    /// What the policies compile to after some changes; none if one of them does not compile.
    fn compiled(&self, edits: &[TextEdit]) -> Option<Vec<Document>> {
        documents(self.snapshot, self.view, &self.left_out, edits)
    }
}

/// What the policies of a file compile to after some changes; `None` if one does not, or if changes touch.
pub(super) fn documents(
    snapshot: &Snapshot,
    view: &View,
    left_out: &[TextEdit],
    edits: &[TextEdit],
) -> Option<Vec<Document>> {
    let overlay = Overlay::new(snapshot, [changed(view, left_out, edits)?]);
    view.all().iter().map(|view| overlay.document(view.policy())).collect()
}

/// The file of a view after both changes; `None` where they touch each other.
fn changed(view: &View, one: &[TextEdit], other: &[TextEdit]) -> Option<SourceFile> {
    let mut all: Vec<TextEdit> = one.iter().chain(other).cloned().collect();
    all.sort();
    let is_apart = |pair: &[TextEdit]| match pair {
        [first, second] => first.range.end <= second.range.start,
        _ => true,
    };
    if !all.windows(2).all(is_apart) {
        return None;
    }
    let edits = FileEdits { file: Some(Arc::clone(view.source())), edits: all };
    Some(SourceFile::new(view.path(), edits.applied()))
}

/// What takes the wrong statements out of a file, seen as a part of each of its policies.
pub(super) fn left_out(all: &[View]) -> Vec<TextEdit> {
    let mut left_out = Vec::new();
    for view in all {
        for finding in view.diagnostics().filter(|finding| finding.stops_compiling()) {
            let start = finding.primary.span.start as usize;
            let around = touched(view.statements(), start);
            let span = around.map_or(finding.primary.span, |statement| statement.span);
            left_out.push(TextEdit::new(span.range(), ""));
        }
    }
    left_out.sort();
    left_out.dedup();
    left_out
}
