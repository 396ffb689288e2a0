//! What stands between the characters and above the lines: inlay hints and code lenses.

use gatewright::editor::answers::hints;
use gatewright::editor::inlay::Hint;
use gatewright::editor::lens::lenses;
use tower_lsp::ls_types as lsp;

use super::markdown;
use crate::snapshots::RequestContext;

/// The hints for a part of the text.
pub fn inlay_hints(request: &RequestContext, range: lsp::Range) -> Vec<lsp::InlayHint> {
    let hint = |hint: Hint| lsp::InlayHint {
        position: request.position(hint.offset),
        label: lsp::InlayHintLabel::String(hint.label),
        kind: None,
        text_edits: None,
        tooltip: hint.tooltip.map(|words| lsp::InlayHintTooltip::MarkupContent(markdown(words))),
        padding_left: Some(true),
        padding_right: None,
        data: None,
    };
    hints(&request.view, request.bytes(range)).into_iter().map(hint).collect()
}

/// The lenses of the file. They say something and do nothing.
pub fn code_lenses(request: &RequestContext) -> Vec<lsp::CodeLens> {
    let lens = |lens: gatewright::editor::lens::Lens| lsp::CodeLens {
        range: request.range(&lens.range),
        command: Some(lsp::Command { title: lens.title, command: String::new(), arguments: None }),
        data: None,
    };
    lenses(&request.view).into_iter().map(lens).collect()
}
