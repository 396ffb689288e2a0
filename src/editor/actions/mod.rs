//! What can be done at a place.

use std::ops::Range;

use super::{Edits, Snapshot, View, policy_json};
use crate::lint::Form;

/// Something that can be done.
#[derive(Clone, Debug)]
pub struct Action {
    /// What it does, as an imperative.
    pub title: String,
    /// Of what kind it is.
    pub kind: ActionKind,
    /// The changes.
    pub edits: Edits,
    /// The findings that it removes, by their numbers in [`Snapshot::findings`] of the file.
    pub findings: Vec<usize>,
    /// Whether it is the one to do without thinking.
    pub is_preferred: bool,
}

/// The kinds of actions, as editors group them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ActionKind {
    /// Removes findings.
    QuickFix,
    /// Says the same in other words.
    Rewrite,
    /// Gives a part a name of its own.
    Extract,
    /// Applies all safe fixes of the file.
    FixAll,
    /// Anything else that concerns the whole file.
    Source,
}

/// What can be done in a range of the text; of some kinds only, unless `kinds` is empty.
pub fn actions(
    snapshot: &Snapshot,
    view: &View,
    range: Range<usize>,
    kinds: &[ActionKind],
) -> Vec<Action> {
    match view.form() {
        Form::Gate => Vec::new(),
        Form::PolicyJson => policy_json::actions(snapshot, view, &range, kinds),
    }
}
