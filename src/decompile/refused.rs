//! What the language refuses beside a manifest and a policy.json may say all the same.

use crate::manifest::{Lookup, Manifest, Tool, Verdict, judge};
use crate::policy::{Test, is_identifier};
use crate::policy_json::Document;
use crate::syntax::names::is_bare;
use crate::text::quote;

/// Whether a test with bare keys would be an error for a tool: its schema forbids the argument, or the test can never hold.
pub(super) fn refuses_bare(manifest: &Manifest, tool: &str, test: &Test) -> bool {
    find_tool(manifest, tool).is_some_and(|tool| match tool.argument(&test.path) {
        Lookup::Found(shape) => matches!(judge(test, &shape), Verdict::Impossible { .. }),
        Lookup::Unknown { closed, .. } => closed,
        Lookup::Open => false,
    })
}

/// Why no text that names this manifest says what the document says: the first name or key that the manifest lacks and that no
/// quotes excuse, because it needs them.
pub(super) fn find(document: &Document, manifest: &Manifest) -> Option<String> {
    let names = document.hide.iter().chain(document.tools.keys());
    let mut unknown = names.filter(|name| *name != "*" && !is_bare(name));
    if let Some(name) = unknown.find(|name| manifest.find(name).is_none()) {
        return Some(format!("it has no tool {}", quote(name)));
    }
    document.tools.iter().find_map(|(name, rule)| {
        let tool = find_tool(manifest, name)?;
        let predicates = rule.require.iter().chain(&rule.deny_if);
        let mut tests = predicates.flat_map(|predicate| &predicate.conditions);
        let test = tests.find(|test| refuses_quoted(tool, test))?;
        Some(format!("{} cannot have {}", quote(name), quote(&test.path.dotted())))
    })
}

/// Whether a test would be an error whatever is quoted.
fn refuses_quoted(tool: &Tool, test: &Test) -> bool {
    match tool.argument(&test.path) {
        Lookup::Found(shape) => {
            !test.path.0.iter().any(|key| is_identifier(key))
                && matches!(judge(test, &shape), Verdict::Impossible { .. })
        }
        Lookup::Unknown { depth, closed, .. } => {
            closed && test.path.0.get(depth).is_some_and(|key| !is_identifier(key))
        }
        Lookup::Open => false,
    }
}

fn find_tool<'m>(manifest: &'m Manifest, name: &str) -> Option<&'m Tool> {
    manifest.tools().get(manifest.find(name)?)
}
