//! What is known about what stands at a place.

use std::ops::Range;

use super::{View, policy_json};
use crate::lint::Form;

/// Words about a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// What they are about.
    pub range: Range<usize>,
    /// Markdown.
    pub contents: String,
}

/// What is known about what stands at an offset of the text.
pub fn hover(view: &View, offset: usize) -> Option<Hover> {
    match view.form() {
        Form::Gate => None,
        Form::PolicyJson => policy_json::hover(view, offset),
    }
}
