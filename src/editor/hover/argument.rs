//! About the arguments of a call.

use indexmap::IndexMap;

use super::{condition, prose, shown, tools_of};
use crate::editor::cursor::WordAt;
use crate::editor::schema::description;
use crate::editor::{View, reach};
use crate::manifest::{Lookup, Manifest};
use crate::policy::{Path, ToolId};
use crate::resolve::Resolved;
use crate::text::count;

/// So many tools are asked for an argument.
const MAX_TOOLS: usize = 200;
/// So many of them are asked for its description.
const MAX_DESCRIBING: usize = 8;
/// So many different types are told.
const MAX_TYPES: usize = 4;
/// So many tools are listed.
const MAX_LISTED: usize = 6;
/// Longer paths and descriptions are cut, in characters.
const MAX_PATH: usize = 120;
const MAX_DESCRIPTION: usize = 300;

/// What the schemas say of the argument at a place, up to the key there, and what the test says of it.
pub(super) fn argument(view: &View, at: &WordAt<'_>) -> Option<String> {
    let resolved = view.resolved()?;
    let keys = at.keys(view.text());
    let up_to = keys.iter().position(|key| at.offset <= key.range.end);
    let up_to = up_to.filter(|_| at.offset >= at.word.range.start + "args.".len());
    let taken = keys.iter().take(up_to.map_or(keys.len(), |key| key + 1));
    let path = Path(taken.map(|key| key.name.as_str().into()).collect());
    let mut written = String::new();
    path.write_gate(&mut written);
    let mut out = format!("The argument {}.", shown(&written, MAX_PATH));
    let tools = tools_of(view, at);
    match &resolved.manifest {
        Some(manifest) => out += &declared(resolved, manifest, &path, &tools),
        None => {
            out += " Its type is unknown: add `manifest \"FILE\"` to name the server's \
                    declarations."
        }
    }
    if let Some(test) = condition::test_at(view, at) {
        out += &format!("\n\n{test}");
    }
    Some(out)
}

fn declared(resolved: &Resolved, manifest: &Manifest, path: &Path, tools: &[ToolId]) -> String {
    let mut types: IndexMap<String, Vec<ToolId>> = IndexMap::new();
    let (mut open, mut unknown, mut required) = (Vec::new(), Vec::new(), 0);
    for id in tools.iter().copied().take(MAX_TOOLS) {
        let Some(tool) = manifest.tools().get(id.0 as usize) else { continue };
        match tool.argument(path) {
            Lookup::Found(shape) => {
                required += usize::from(shape.required);
                types.entry(shape.describe()).or_default().push(id);
            }
            Lookup::Unknown { .. } => unknown.push(id),
            Lookup::Open => open.push(id),
        }
    }
    let names = |tools: &[ToolId]| reach::names(resolved, tools, MAX_LISTED);
    let found: usize = types.values().map(Vec::len).sum();
    let mut out = String::new();
    let description = types
        .values()
        .flatten()
        .take(MAX_DESCRIBING)
        .find_map(|tool| described(manifest, *tool, path));
    if let Some(description) = description {
        out += &format!("\n\n> {description}");
    }
    for (kind, tools) in types.iter().take(MAX_TYPES) {
        out += &format!("\n\n- {} in {}", shown(kind, MAX_DESCRIPTION), names(tools));
    }
    if types.len() > MAX_TYPES {
        out += &format!("\n\n- {} more", count(types.len() - MAX_TYPES, "type"));
    }
    if found > 0 {
        out += match required {
            0 => "\n\nOptional.",
            some if some == found => "\n\nRequired.",
            _ => "\n\nRequired by some of these tools.",
        };
    }
    if !open.is_empty() {
        out += &format!("\n\nThe schema of {} leaves it open.", names(&open));
    }
    if !unknown.is_empty() {
        out += &format!("\n\nNot declared by {}.", names(&unknown));
    }
    out
}

/// What the server says of an argument.
fn described(manifest: &Manifest, tool: ToolId, path: &Path) -> Option<String> {
    let parameters = manifest.tools().get(tool.0 as usize)?.parameters();
    let words = description(&parameters, path);
    (!words.is_empty()).then(|| prose(words, MAX_DESCRIPTION))
}
