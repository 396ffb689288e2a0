//! One file for each question of the protocol: parameters in, an answer of the editor module in the protocol's words out.

pub mod actions;
pub mod commands;
pub mod completion;
pub mod decorations;
pub mod folding;
pub mod formatting;
pub mod hover;
pub mod navigation;
pub mod rename;
pub mod semantic;
pub mod symbols;

use tower_lsp::ls_types as lsp;

/// Words in Markdown.
pub(crate) fn markdown(value: String) -> lsp::MarkupContent {
    lsp::MarkupContent { kind: lsp::MarkupKind::Markdown, value }
}

/// Words beside an item, in Markdown if the client shows that, else as they are.
pub(crate) fn documentation(is_markdown: bool, value: String) -> lsp::Documentation {
    if is_markdown {
        lsp::Documentation::MarkupContent(markdown(value))
    } else {
        lsp::Documentation::String(value)
    }
}

/// A number of the protocol.
pub(crate) fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
