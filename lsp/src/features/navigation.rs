//! Definitions, references, highlights and links.

use gatewright::editor::answers;
use gatewright::editor::navigation::{self, Link, Use};
use tower_lsp::ls_types as lsp;

use crate::snapshots::RequestContext;

/// Where the name at a position is defined: links if the client follows them, else places.
pub fn definition(
    request: &RequestContext,
    position: lsp::Position,
) -> Option<lsp::GotoDefinitionResponse> {
    let found = answers::definition(&request.view, request.offset(position));
    if found.is_empty() {
        return None;
    }
    Some(if request.features().definition_links {
        lsp::GotoDefinitionResponse::Link(
            found.iter().filter_map(|found| link(request, found)).collect(),
        )
    } else {
        let place = |found: &Link| {
            let uri = request.workspace.uri(found.target.file.path())?;
            let range = request.workspace.range(&found.target.file, &found.selection);
            Some(lsp::Location::new(uri, range))
        };
        lsp::GotoDefinitionResponse::Array(found.iter().filter_map(place).collect())
    })
}

fn link(request: &RequestContext, found: &Link) -> Option<lsp::LocationLink> {
    let file = &found.target.file;
    Some(lsp::LocationLink {
        origin_selection_range: Some(request.range(&found.origin)),
        target_uri: request.workspace.uri(file.path())?,
        target_range: request.workspace.range(file, &found.target.range),
        target_selection_range: request.workspace.range(file, &found.selection),
    })
}

/// Every place that is about what stands at a position.
pub fn references(
    request: &RequestContext,
    position: lsp::Position,
    with_definition: bool,
) -> Vec<lsp::Location> {
    let found = answers::references(&request.view, request.offset(position), with_definition);
    found.iter().filter_map(|location| request.location(location)).collect()
}

/// The same within the file.
pub fn highlights(
    request: &RequestContext,
    position: lsp::Position,
) -> Vec<lsp::DocumentHighlight> {
    let found = answers::highlights(&request.view, request.offset(position));
    let highlight = |(range, way): (std::ops::Range<usize>, Use)| lsp::DocumentHighlight {
        range: request.range(&range),
        kind: Some(match way {
            Use::Definition => lsp::DocumentHighlightKind::WRITE,
            Use::Name => lsp::DocumentHighlightKind::READ,
            Use::Reach => lsp::DocumentHighlightKind::TEXT,
        }),
    };
    found.into_iter().map(highlight).collect()
}

/// The files that the text names.
pub fn links(request: &RequestContext) -> Vec<lsp::DocumentLink> {
    let link = |(range, path): (std::ops::Range<usize>, String)| {
        Some(lsp::DocumentLink {
            range: request.range(&range),
            target: Some(request.workspace.uri(&path)?),
            tooltip: None,
            data: None,
        })
    };
    navigation::links(&request.view).into_iter().filter_map(link).collect()
}
