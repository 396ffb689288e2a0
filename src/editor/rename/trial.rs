//! The proof: the changed policies are compiled and compared with what they were.

use std::collections::BTreeMap;

use serde_json::Value;

use super::scope::Affected;
use super::{Change, Refusal, refuse};
use crate::check::Outcome;
use crate::diagnostic::{Code, Diagnostic};
use crate::editor::overlay::Overlay;
use crate::editor::{Edits, Snapshot};
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
            && !is_same(change, &before, &after)
        {
            return refuse(format!("{shown} would compile to a different policy"));
        }
    }
    Ok(())
}

/// The first error that has no equal of the same kind on the same line before. A changed name moves no line.
fn new_error<'a>(before: &Outcome<String>, after: &'a Outcome<String>) -> Option<&'a Diagnostic> {
    let mut known: BTreeMap<(&str, u32, Code), usize> = BTreeMap::new();
    for error in before.diagnostics.iter().filter(|error| error.is_error()) {
        *known.entry(key(before, error)).or_default() += 1;
    }
    after.diagnostics.iter().filter(|error| error.is_error()).find(|error| {
        let left = known.get_mut(&key(after, error)).filter(|left| **left > 0);
        left.map(|left| *left -= 1).is_none()
    })
}

fn key<'o>(outcome: &'o Outcome<String>, error: &Diagnostic) -> (&'o str, u32, Code) {
    let place = error.primary.span;
    let line = outcome.sources.get(place.file).map_or(0, |file| file.position(place.start).line);
    (outcome.sources.path(place.file), line, error.code)
}

/// Whether two compiled policies are the same, save that a tool has another name in the second.
fn is_same(change: &Change<'_>, before: &str, after: &str) -> bool {
    if !change.is_of_tool() {
        return before == after;
    }
    let read = |text: &str| serde_json::from_str::<Value>(text).ok();
    let (Some(mut before), Some(mut after)) = (read(before), read(after)) else { return false };
    // Whatever the old name is in afterwards, or the new one was in before, is said of another tool now.
    if names(&before, change.new) || names(&after, change.old) {
        return false;
    }
    give_name(&mut before, change.old, change.new);
    forget_counters(&mut before, change.new);
    forget_counters(&mut after, change.new);
    before == after
}

/// Whether a policy says anything of a tool.
fn names(policy: &Value, name: &str) -> bool {
    let tools = policy.get("tools").and_then(Value::as_object);
    let hidden = policy.get("hide").and_then(Value::as_array);
    tools.is_some_and(|tools| tools.contains_key(name))
        || hidden.is_some_and(|hidden| hidden.iter().any(|it| it.as_str() == Some(name)))
}

fn give_name(policy: &mut Value, old: &str, new: &str) {
    if let Some(tools) = policy.get_mut("tools").and_then(Value::as_object_mut)
        && let Some(rules) = tools.remove(old)
    {
        tools.insert(new.to_owned(), rules);
    }
    let hidden = policy.get_mut("hide").and_then(Value::as_array_mut);
    for name in hidden.into_iter().flatten().filter(|name| name.as_str() == Some(old)) {
        *name = Value::String(new.to_owned());
    }
}

/// Takes away the names under which a tool's calls are counted: they are made from the tool's own.
fn forget_counters(policy: &mut Value, tool: &str) {
    let rules = policy.get_mut("tools").and_then(|tools| tools.get_mut(tool));
    let limits = rules.and_then(|rules| rules.get_mut("limits")).and_then(Value::as_array_mut);
    for limit in limits.into_iter().flatten() {
        if let Some(limit) = limit.as_object_mut() {
            limit.remove("counter");
        }
    }
}
