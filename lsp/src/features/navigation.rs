//! Definitions, references, highlights and links.

use gatewright::editor::navigation::{self, Link, Use};
use tower_lsp::ls_types as lsp;

use crate::moment::Asked;

/// Where the name at a position is defined: links if the client follows them, else places.
pub fn definition(asked: &Asked, position: lsp::Position) -> Option<lsp::GotoDefinitionResponse> {
    let found = navigation::definition(&asked.view, asked.offset(position));
    if found.is_empty() {
        return None;
    }
    Some(if asked.features().definition_links {
        lsp::GotoDefinitionResponse::Link(
            found.iter().filter_map(|found| link(asked, found)).collect(),
        )
    } else {
        let place = |found: &Link| {
            let uri = asked.seen.uri(found.target.file.path())?;
            let range = asked.seen.range(&found.target.file, &found.selection);
            Some(lsp::Location::new(uri, range))
        };
        lsp::GotoDefinitionResponse::Array(found.iter().filter_map(place).collect())
    })
}

fn link(asked: &Asked, found: &Link) -> Option<lsp::LocationLink> {
    let file = &found.target.file;
    Some(lsp::LocationLink {
        origin_selection_range: Some(asked.range(&found.origin)),
        target_uri: asked.seen.uri(file.path())?,
        target_range: asked.seen.range(file, &found.target.range),
        target_selection_range: asked.seen.range(file, &found.selection),
    })
}

/// Every place that is about what stands at a position.
pub fn references(
    asked: &Asked,
    position: lsp::Position,
    with_definition: bool,
) -> Vec<lsp::Location> {
    let found = navigation::references(&asked.view, asked.offset(position), with_definition);
    found.iter().filter_map(|location| asked.location(location)).collect()
}

/// The same within the file.
pub fn highlights(asked: &Asked, position: lsp::Position) -> Vec<lsp::DocumentHighlight> {
    let found = navigation::highlights(&asked.view, asked.offset(position));
    let highlight = |(range, way): (std::ops::Range<usize>, Use)| lsp::DocumentHighlight {
        range: asked.range(&range),
        kind: Some(match way {
            Use::Definition => lsp::DocumentHighlightKind::WRITE,
            Use::Name => lsp::DocumentHighlightKind::READ,
            Use::Reach => lsp::DocumentHighlightKind::TEXT,
        }),
    };
    found.into_iter().map(highlight).collect()
}

/// The files that the text names.
pub fn links(asked: &Asked) -> Vec<lsp::DocumentLink> {
    let link = |(range, path): (std::ops::Range<usize>, String)| {
        Some(lsp::DocumentLink {
            range: asked.range(&range),
            target: Some(asked.seen.uri(&path)?),
            tooltip: None,
            data: None,
        })
    };
    navigation::links(&asked.view).into_iter().filter_map(link).collect()
}
