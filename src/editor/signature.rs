//! The shape of the statement that is being written.

use std::ops::Range;

use super::View;

/// A statement's shape, and the part of it that stands at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The whole shape: `rate SELECTORS RATES [as COUNTER]`.
    pub label: String,
    /// What the statement does, as Markdown.
    pub documentation: String,
    /// The parts, as ranges of bytes of the label, each with words about it as Markdown.
    pub parts: Vec<(Range<usize>, String)>,
    /// The number of the part at the cursor.
    pub active: Option<usize>,
}

/// The shapes of the statement at an offset: several where a statement has several, the one that fits best first.
pub fn signatures(view: &View, offset: usize) -> Vec<Signature> {
    let _ = (view, offset);
    Vec::new()
}
