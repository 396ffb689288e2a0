//! The parts of a file by name, and those of all files.

use gatewright::editor::answers::symbols;
use gatewright::editor::search::search;
use gatewright::editor::symbols::{OutlineSymbol, SymbolKind};
use gatewright::editor::{Location, Snapshot};
use tower_lsp::ls_types as lsp;

use crate::snapshots::{RequestContext, WorkspaceSnapshot};

/// The most symbols of a workspace that are sent.
const MAX_FOUND: usize = 1_000;

/// The parts of the file: a tree if the client shows one, else a list.
pub fn document_symbols(request: &RequestContext) -> lsp::DocumentSymbolResponse {
    let found = symbols(&request.view);
    if request.features().symbol_tree {
        let tree = found.into_iter().map(|symbol| nested(request, symbol)).collect();
        return lsp::DocumentSymbolResponse::Nested(tree);
    }
    let mut list = Vec::new();
    if let Some(uri) = request.workspace.uri(request.view.path()) {
        for symbol in &found {
            flatten(request, &uri, symbol, None, &mut list);
        }
    }
    lsp::DocumentSymbolResponse::Flat(list)
}

fn nested(request: &RequestContext, symbol: OutlineSymbol) -> lsp::DocumentSymbol {
    let children: Vec<lsp::DocumentSymbol> =
        symbol.children.into_iter().map(|child| nested(request, child)).collect();
    #[expect(deprecated, reason = "the structure has a field that must be named and is left empty")]
    lsp::DocumentSymbol {
        name: named(symbol.name),
        detail: symbol.detail,
        kind: kind(symbol.kind),
        tags: None,
        deprecated: None,
        range: request.range(&symbol.range),
        selection_range: request.range(&symbol.selection),
        children: (!children.is_empty()).then_some(children),
    }
}

fn flatten(
    request: &RequestContext,
    uri: &lsp::Uri,
    symbol: &OutlineSymbol,
    container: Option<&str>,
    list: &mut Vec<lsp::SymbolInformation>,
) {
    let location = lsp::Location::new(uri.clone(), request.range(&symbol.range));
    list.push(information(symbol, location, container));
    for child in &symbol.children {
        flatten(request, uri, child, Some(&symbol.name), list);
    }
}

/// The parts of all files whose names fit a query.
pub fn workspace_symbols(
    workspace: &[WorkspaceSnapshot],
    query: &str,
) -> Vec<lsp::SymbolInformation> {
    let mut list = Vec::new();
    for workspace in workspace {
        workspace.check_all();
        for (symbol, location) in found(&workspace.snapshot, query) {
            let Some(uri) = workspace.uri(location.file.path()) else { continue };
            let range = workspace.range(&location.file, &location.range);
            list.push(information(&symbol, lsp::Location::new(uri, range), None));
        }
    }
    list
}

fn found(snapshot: &Snapshot, query: &str) -> impl Iterator<Item = (OutlineSymbol, Location)> {
    search(snapshot, query).into_iter().take(MAX_FOUND)
}

fn information(
    symbol: &OutlineSymbol,
    location: lsp::Location,
    container: Option<&str>,
) -> lsp::SymbolInformation {
    #[expect(deprecated, reason = "the structure has a field that must be named and is left empty")]
    lsp::SymbolInformation {
        name: named(symbol.name.clone()),
        kind: kind(symbol.kind),
        tags: None,
        deprecated: None,
        location,
        container_name: container.map(str::to_owned),
    }
}

/// The protocol allows no symbol without a name.
fn named(name: String) -> String {
    if name.is_empty() { "\"\"".to_owned() } else { name }
}

fn kind(kind: SymbolKind) -> lsp::SymbolKind {
    match kind {
        SymbolKind::File => lsp::SymbolKind::FILE,
        SymbolKind::Default => lsp::SymbolKind::CONSTANT,
        SymbolKind::Group => lsp::SymbolKind::CLASS,
        SymbolKind::Tool => lsp::SymbolKind::FUNCTION,
        SymbolKind::Rule => lsp::SymbolKind::EVENT,
        SymbolKind::Class => lsp::SymbolKind::ENUM_MEMBER,
        SymbolKind::Key => lsp::SymbolKind::KEY,
    }
}
