//! The proof: the changed policies are compiled and compared with what they were.

use std::collections::BTreeMap;

use super::scope::Affected;
use super::{Change, Refusal, refuse};
use crate::check::Outcome;
use crate::diagnostic::{Code, Diagnostic};
use crate::editor::overlay::Overlay;
use crate::editor::{Edits, Snapshot};
use crate::policy_json::Document;
use crate::source::SourceFile;
use crate::text::quote;

/// Compiles every policy as it is and as it would be. Refuses what has an error that was not there, and what compiles to
/// something else.
pub(super) fn check(
    snapshot: &Snapshot,
    change: &Change<'_>,
    affected: &[Affected],
    edits: &Edits,
) -> Result<(), Refusal> {
    let changed = edits.files.iter();
    let changed = changed.map(|(path, edits)| SourceFile::new(path.as_str(), edits.applied()));
    let (as_is, changed) = (Overlay::new(snapshot, []), Overlay::new(snapshot, changed));
    for policy in affected {
        let path = policy.view.path();
        let shown = quote(path);
        let (Some(before), Some(after)) = (as_is.compile(path), changed.compile(path)) else {
            return refuse(format!("{shown} cannot be read"));
        };
        if let Some(problem) = new_error(&before, &after) {
            return refuse(format!("{shown} would have an error: {}", problem.message));
        }
        if let (Some(before), Some(after)) = (before.value, after.value)
            && !is_same(change, before, after)
        {
            return refuse(format!("{shown} would compile to a different policy"));
        }
    }
    Ok(())
}

/// The first error that has no equal of the same kind on the same line before. A changed name moves no line.
fn new_error<'a>(
    before: &Outcome<Document>,
    after: &'a Outcome<Document>,
) -> Option<&'a Diagnostic> {
    let mut known: BTreeMap<(&str, u32, Code), usize> = BTreeMap::new();
    for error in before.diagnostics.iter().filter(|error| error.is_error()) {
        *known.entry(key(before, error)).or_default() += 1;
    }
    after.diagnostics.iter().filter(|error| error.is_error()).find(|error| {
        let left = known.get_mut(&key(after, error)).filter(|left| **left > 0);
        left.map(|left| *left -= 1).is_none()
    })
}

fn key<'o>(outcome: &'o Outcome<Document>, error: &Diagnostic) -> (&'o str, u32, Code) {
    let place = error.primary.span;
    let line = outcome.sources.get(place.file).map_or(0, |file| file.position(place.start).line);
    (outcome.sources.path(place.file), line, error.code)
}

/// Whether two compiled policies are the same, except that a tool has another name in the second.
fn is_same(change: &Change<'_>, mut before: Document, mut after: Document) -> bool {
    if change.is_of_tool() {
        // A policy that names the new tool before, or the old one afterwards, says something about another tool now.
        if names(&before, change.new) || names(&after, change.old) {
            return false;
        }
        rename(&mut before, change.old, change.new);
        rename(&mut after, change.new, change.new);
    }
    before == after
}

/// Whether a policy says anything about a tool.
fn names(policy: &Document, name: &str) -> bool {
    policy.tools.contains_key(name) || policy.hide.iter().any(|hidden| hidden == name)
}

/// Gives a tool another name, and its counters none, because these are made from the tool's own name.
fn rename(policy: &mut Document, old: &str, new: &str) {
    if let Some(mut rule) = policy.tools.swap_remove(old) {
        rule.limits.iter_mut().for_each(|limit| limit.counter.clear());
        policy.tools.insert(new.to_owned(), rule);
    }
    for name in policy.hide.iter_mut().filter(|name| *name == old) {
        new.clone_into(name);
    }
}
