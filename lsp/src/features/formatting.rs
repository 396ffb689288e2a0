//! Laying the text out, whole, in part and while it is typed.

use gatewright::editor::formatting;
use tower_lsp::ls_types as lsp;

use crate::snapshots::RequestContext;

/// The characters behind which the text is laid out: a line that ends, a block that closes.
pub const TRIGGERS: [&str; 2] = ["\n", "}"];

/// The changes that lay the whole text out.
pub fn document(request: &RequestContext) -> Vec<lsp::TextEdit> {
    request.text_edits(&formatting::document(&request.view))
}

/// The same for the statements that a range touches.
pub fn range(request: &RequestContext, range: lsp::Range) -> Vec<lsp::TextEdit> {
    request.text_edits(&formatting::range(&request.view, request.bytes(range)))
}

/// The same behind a character that has just been typed.
pub fn typed(request: &RequestContext, position: lsp::Position, typed: &str) -> Vec<lsp::TextEdit> {
    let Some(character) = typed.chars().last() else { return Vec::new() };
    let offset = request.offset(position);
    request.text_edits(&formatting::typed(&request.view, offset, character))
}
