//! Hover.

use gatewright::editor::hover;
use tower_lsp::ls_types as lsp;

use super::markdown;
use crate::moment::Asked;

/// What is known about what stands at a position.
pub fn hover(asked: &Asked, position: lsp::Position) -> Option<lsp::Hover> {
    let found = hover::hover(&asked.view, asked.offset(position))?;
    let contents = if asked.features().hover_markdown {
        markdown(found.contents)
    } else {
        lsp::MarkupContent { kind: lsp::MarkupKind::PlainText, value: found.contents }
    };
    let range = Some(asked.range(&found.range));
    Some(lsp::Hover { contents: lsp::HoverContents::Markup(contents), range })
}
