//! Hover.

use gatewright::editor::answers;
use tower_lsp::ls_types as lsp;

use super::markdown;
use crate::snapshots::RequestContext;

/// What is known about what stands at a position.
pub fn hover(request: &RequestContext, position: lsp::Position) -> Option<lsp::Hover> {
    let found = answers::hover(&request.view, request.offset(position))?;
    let contents = if request.features().hover_markdown {
        markdown(found.contents)
    } else {
        lsp::MarkupContent { kind: lsp::MarkupKind::PlainText, value: found.contents }
    };
    let range = Some(request.range(&found.range));
    Some(lsp::Hover { contents: lsp::HoverContents::Markup(contents), range })
}
