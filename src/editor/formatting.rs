//! The text laid out anew, whole or in part, also while it is typed.

use std::ops::Range;

use super::{TextEdit, View};

/// The changes that lay the whole text out; none where it has mistakes, which would not survive it.
pub fn document(view: &View) -> Vec<TextEdit> {
    let _ = view;
    Vec::new()
}

/// The same for the statements that a range touches.
pub fn range(view: &View, range: Range<usize>) -> Vec<TextEdit> {
    let _ = (view, range);
    Vec::new()
}

/// The same behind a character that has just been typed: the line that a line break ended, the block that a brace closed.
pub fn typed(view: &View, offset: usize, character: char) -> Vec<TextEdit> {
    let _ = (view, offset, character);
    Vec::new()
}
