//! Errors of included files, reported at the `include` statements that lead to them as well.
//!
//! An author looks at the file that they are working on. That it compiles to nothing because of another file must be visible there.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, SourceSet, Span, resolve_beside};
use crate::syntax::tree::StatementKind;
use crate::syntax::{Tree, decode_string};
use crate::text::quote;

/// An `include` statement: the name of the file in it, and the file.
#[derive(Clone, Copy)]
struct Include {
    name: Span,
    file: FileId,
}

/// A finding for each `include` of the policy itself whose file has errors, or includes one that has: the first of the trees is
/// the policy's. An `include` in between says nothing more, however many there are. Looks at every statement once.
pub(super) fn broken_includes(
    sources: &SourceSet,
    trees: &[Arc<Tree>],
    findings: &[Diagnostic],
) -> Vec<Diagnostic> {
    let mut first_errors: BTreeMap<FileId, Span> = BTreeMap::new();
    let mut reported: HashSet<Span> = HashSet::new();
    for error in findings.iter().filter(|found| found.stops_compiling()) {
        let span = error.primary.span;
        let first = first_errors.entry(span.file).or_insert(span);
        *first = span.min(*first);
        reported.insert(span);
        reported.extend(error.labels.iter().map(|label| label.span));
    }
    if first_errors.is_empty() {
        return Vec::new();
    }
    let mut waiting: Vec<FileId> = first_errors.keys().copied().collect();
    let mut includes: HashMap<FileId, Vec<Include>> = HashMap::new();
    for include in all_includes(sources, trees) {
        includes.entry(include.file).or_default().push(include);
    }
    let Some(policy) = trees.first().map(|tree| tree.file) else { return Vec::new() };
    let mut found = Vec::new();
    while let Some(file) = waiting.pop() {
        let Some(first) = first_errors.get(&file).copied() else { continue };
        for include in includes.remove(&file).into_iter().flatten() {
            if reported.contains(&include.name) {
                continue;
            }
            if include.name.file == policy {
                found.push(broken_include(sources, include, first));
            }
            first_errors.entry(include.name.file).or_insert_with(|| {
                waiting.push(include.name.file);
                first
            });
        }
    }
    found
}

fn all_includes<'s>(
    sources: &'s SourceSet,
    trees: &'s [Arc<Tree>],
) -> impl Iterator<Item = Include> + 's {
    trees.iter().flat_map(|tree| &tree.statements).filter_map(|statement| {
        let StatementKind::Include(name) = &statement.kind else { return None };
        let named = decode_string(sources.slice(name.span));
        let file = sources.find(&resolve_beside(sources.path(name.span.file), &named))?;
        Some(Include { name: name.span, file })
    })
}

fn broken_include(sources: &SourceSet, include: Include, first: Span) -> Diagnostic {
    let message = format!("the included file {} has errors", quote(sources.path(include.file)));
    Diagnostic::new(Code::BrokenInclude, include.name, message)
        .with_label(first, "the first error")
        .with_help("fix the errors in it: nothing is compiled until then")
}
