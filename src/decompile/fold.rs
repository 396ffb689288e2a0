//! Which tools share which statements.
//!
//! Tools of which the same is said form a kind. A statement that several kinds have in common is written once for all
//! of their tools where that takes fewer lines than to repeat it. Everything is found by hashing, in time that grows
//! with the document and not with its square.

use std::collections::HashMap;

use indexmap::IndexMap;

use crate::manifest::Manifest;
use crate::policy_json::Document;

use super::Style;
use super::caps::Templates;
use super::statement::{self, Statement};

/// The characters of a line that has no room for more.
const LINE: usize = 96;

/// The statements of a document, and the tools of each.
pub(super) struct Folded<'d> {
    /// Every distinct statement, in the order of first use.
    pub(super) statements: Vec<Statement<'d>>,
    /// The kinds of tools, in the order of their first tools.
    pub(super) kinds: Vec<FoldedStatement<'d>>,
}

/// Tools of which the same is said.
pub(super) struct FoldedStatement<'d> {
    /// The tools, in the order of the document, at least one.
    pub(super) tools: Vec<&'d str>,
    /// Their statements, as indices, each once.
    pub(super) statements: Vec<usize>,
    /// The characters that a list of the tools takes.
    width: usize,
}

/// A statement together with the kinds about which it is written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Share {
    /// The index of the statement.
    pub(super) statement: usize,
    /// The indices of the kinds, ascending, at least one.
    pub(super) kinds: Vec<usize>,
}

/// Finds the distinct statements and the kinds of tools.
pub(super) fn fold<'d>(
    document: &'d Document,
    style: Style,
    manifest: Option<&Manifest>,
    templates: &Templates,
) -> Folded<'d> {
    let mut statements: IndexMap<String, Statement<'d>> = IndexMap::new();
    let mut kinds: IndexMap<Vec<usize>, FoldedStatement<'d>> = IndexMap::new();
    for (position, (tool, rule)) in document.tools.iter().enumerate() {
        let declared = manifest.and_then(|manifest| manifest.tools().get(manifest.find(tool)?));
        let said = statement::of_tool(tool, rule, document.default, style, declared, templates);
        let mut repeats: HashMap<usize, usize> = HashMap::new();
        let mut signature = Vec::with_capacity(said.len() + 1);
        for statement in said {
            signature.push(intern(statement, &mut repeats, &mut statements));
        }
        let indices = signature.clone();
        if style == Style::Explicit {
            // No two tools are of one kind then.
            signature.push(usize::MAX - position);
        }
        let kind = kinds.entry(signature).or_insert_with(|| FoldedStatement {
            tools: Vec::new(),
            statements: indices,
            width: 0,
        });
        kind.width += tool.len() + 2;
        kind.tools.push(tool);
    }
    Folded { statements: statements.into_values().collect(), kinds: kinds.into_values().collect() }
}

/// The index of a statement. One that a tool has twice is two different ones, because both are written.
fn intern<'d>(
    statement: Statement<'d>,
    repeats: &mut HashMap<usize, usize>,
    statements: &mut IndexMap<String, Statement<'d>>,
) -> usize {
    let mut key = String::new();
    statement.write_key(&mut key);
    let entry = statements.entry(key);
    let index = entry.index();
    let repeat = repeats.entry(index).and_modify(|count| *count += 1).or_insert(0);
    if *repeat == 0 {
        entry.or_insert(statement);
        return index;
    }
    let key = format!("{}\n{repeat}", entry.key());
    statements.insert_full(key, statement).0
}

/// Divides the statements among the kinds. Kinds that `alone` names share nothing.
///
/// `known` is the number of the manifest's tools, if sets may be used.
pub(super) fn share(
    folded: &Folded<'_>,
    style: Style,
    known: Option<usize>,
    alone: &dyn Fn(usize) -> bool,
) -> Vec<Share> {
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); folded.statements.len()];
    for (kind, content) in folded.kinds.iter().enumerate() {
        for &statement in &content.statements {
            if let Some(users) = users.get_mut(statement) {
                users.push(kind);
            }
        }
    }
    let mut shares = Vec::new();
    for (statement, kinds) in users.into_iter().enumerate() {
        let (single, common): (Vec<usize>, Vec<usize>) =
            kinds.into_iter().partition(|&kind| style == Style::Explicit || alone(kind));
        shares.extend(single.into_iter().map(|kind| Share { statement, kinds: vec![kind] }));
        if common.len() > 1 && saves_lines(folded, &common, known) {
            shares.push(Share { statement, kinds: common });
        } else {
            shares.extend(common.into_iter().map(|kind| Share { statement, kinds: vec![kind] }));
        }
    }
    shares
}

/// Whether a statement about all the kinds takes fewer lines than one for each. In a block it takes a line; a
/// block of two dissolves when one of them leaves, and a statement that is the only one of its kind lists the
/// tools of the kind anyway.
fn saves_lines(folded: &Folded<'_>, kinds: &[usize], known: Option<usize>) -> bool {
    let (mut apart, mut width, mut tools) = (0, 0, 0);
    for kind in kinds.iter().filter_map(|&kind| folded.kinds.get(kind)) {
        width += kind.width;
        tools += kind.tools.len();
        apart += match kind.statements.len() {
            1 => LINE + kind.width,
            2 => 3 * LINE,
            _ => LINE,
        };
    }
    if let Some(others) = known.and_then(|known| known.checked_sub(tools)) {
        // Most of the manifest is `@tools except …`.
        width = width.min((others + 1) * (width / tools.max(1)));
    }
    LINE + width < apart
}
