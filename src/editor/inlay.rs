//! What a policy says without writing it, shown between its characters.

use std::ops::Range;

use super::{View, policy_json};
use crate::lint::Form;

/// A few words between the characters of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The byte before which it stands.
    pub offset: usize,
    /// The words, cleaned.
    pub label: String,
    /// More about it, as Markdown.
    pub tooltip: Option<String>,
}

/// The hints for a part of the text, by place.
pub fn hints(view: &View, range: Range<usize>) -> Vec<Hint> {
    match view.form() {
        Form::Gate => Vec::new(),
        Form::PolicyJson => policy_json::hints(view, &range),
    }
}
