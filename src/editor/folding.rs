//! What can be folded away, and what is selected when a selection grows.

use std::ops::Range;

use super::{View, policy_json};
use crate::lint::Form;

/// A part that can be folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fold {
    /// From the first line's last character that stays to the last character that goes.
    pub range: Range<usize>,
    /// What it is.
    pub kind: FoldKind,
}

/// What is folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoldKind {
    /// Lines of comment.
    Comment,
    /// The files that are named one after the other.
    Imports,
    /// Anything else.
    Region,
}

/// What can be folded, by place.
pub fn folds(view: &View) -> Vec<Fold> {
    match view.form() {
        Form::Gate => Vec::new(),
        Form::PolicyJson => policy_json::folds(view),
    }
}

/// What is selected when the selection at an offset grows: from the word to the whole file, each holding the one before.
pub fn selection(view: &View, offset: usize) -> Vec<Range<usize>> {
    match view.form() {
        Form::Gate => Vec::new(),
        Form::PolicyJson => policy_json::selection(view, offset),
    }
}
