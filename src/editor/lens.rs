//! What the policy comes to, in a line above the text.

use std::ops::Range;

use super::View;

/// A line above a part of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lens {
    /// The part.
    pub range: Range<usize>,
    /// The words, cleaned.
    pub title: String,
}

/// The lenses of a file: one for the policy, one for each `tool` block.
pub fn lenses(view: &View) -> Vec<Lens> {
    let _ = view;
    Vec::new()
}
