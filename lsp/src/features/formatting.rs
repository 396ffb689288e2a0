//! Laying the text out, whole, in part and while it is typed.

use gatewright::editor::formatting;
use tower_lsp::ls_types as lsp;

use crate::moment::Asked;

/// The characters behind which the text is laid out: a line that ends, a block that closes.
pub const TRIGGERS: [&str; 2] = ["\n", "}"];

/// The changes that lay the whole text out.
pub fn document(asked: &Asked) -> Vec<lsp::TextEdit> {
    asked.text_edits(&formatting::document(&asked.view))
}

/// The same for the statements that a range touches.
pub fn range(asked: &Asked, range: lsp::Range) -> Vec<lsp::TextEdit> {
    asked.text_edits(&formatting::range(&asked.view, asked.bytes(range)))
}

/// The same behind a character that has just been typed.
pub fn typed(asked: &Asked, position: lsp::Position, typed: &str) -> Vec<lsp::TextEdit> {
    let Some(character) = typed.chars().last() else { return Vec::new() };
    let offset = asked.offset(position);
    asked.text_edits(&formatting::typed(&asked.view, offset, character))
}
