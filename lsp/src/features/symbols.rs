//! The parts of a file by name, and those of all files.

use gatewright::editor::symbols::{Symbol, SymbolKind, search, symbols};
use gatewright::editor::{Location, Snapshot};
use tower_lsp::ls_types as lsp;

use crate::moment::{Asked, Seen};

/// The most symbols of a workspace that are sent.
const MAX_FOUND: usize = 1_000;

/// The parts of the file: a tree if the client shows one, else a list.
pub fn document_symbols(asked: &Asked) -> lsp::DocumentSymbolResponse {
    let found = symbols(&asked.view);
    if asked.features().symbol_tree {
        let tree = found.into_iter().map(|symbol| nested(asked, symbol)).collect();
        return lsp::DocumentSymbolResponse::Nested(tree);
    }
    let mut list = Vec::new();
    if let Some(uri) = asked.seen.uri(asked.view.path()) {
        for symbol in &found {
            flatten(asked, &uri, symbol, None, &mut list);
        }
    }
    lsp::DocumentSymbolResponse::Flat(list)
}

fn nested(asked: &Asked, symbol: Symbol) -> lsp::DocumentSymbol {
    let children: Vec<lsp::DocumentSymbol> =
        symbol.children.into_iter().map(|child| nested(asked, child)).collect();
    #[expect(deprecated, reason = "the structure has a field that must be named and is left empty")]
    lsp::DocumentSymbol {
        name: named(symbol.name),
        detail: symbol.detail,
        kind: kind(symbol.kind),
        tags: None,
        deprecated: None,
        range: asked.range(&symbol.range),
        selection_range: asked.range(&symbol.selection),
        children: (!children.is_empty()).then_some(children),
    }
}

fn flatten(
    asked: &Asked,
    uri: &lsp::Uri,
    symbol: &Symbol,
    container: Option<&str>,
    list: &mut Vec<lsp::SymbolInformation>,
) {
    let location = lsp::Location::new(uri.clone(), asked.range(&symbol.range));
    list.push(information(symbol, location, container));
    for child in &symbol.children {
        flatten(asked, uri, child, Some(&symbol.name), list);
    }
}

/// The parts of all files whose names fit a query.
pub fn workspace_symbols(seen: &[Seen], query: &str) -> Vec<lsp::SymbolInformation> {
    let mut list = Vec::new();
    for seen in seen {
        seen.check_all();
        for (symbol, location) in found(&seen.snapshot, query) {
            let Some(uri) = seen.uri(location.file.path()) else { continue };
            let range = seen.range(&location.file, &location.range);
            list.push(information(&symbol, lsp::Location::new(uri, range), None));
        }
    }
    list
}

fn found(snapshot: &Snapshot, query: &str) -> impl Iterator<Item = (Symbol, Location)> {
    search(snapshot, query).into_iter().take(MAX_FOUND)
}

fn information(
    symbol: &Symbol,
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
