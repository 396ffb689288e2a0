//! What the schemas say of the arguments that a guard compares with numbers.

use std::collections::HashSet;

use crate::manifest::{Lookup, Tool, TypeSet};
use crate::policy::{Compared, MayBeComposite, Path, Test, ToolId};

/// The arguments that tests of a guard compare with numbers, and what the schemas of the guard's tools say of each.
///
/// `declared` gives the manifest's declaration of a tool; `None` stands for a policy without a manifest.
pub fn compared<'c, 't>(
    tests: impl IntoIterator<Item = &'c Test>,
    tools: &[ToolId],
    declared: Option<&dyn Fn(ToolId) -> Option<&'t Tool>>,
) -> Vec<Compared> {
    let mut seen: HashSet<&Path> = HashSet::new();
    let comparisons = tests.into_iter().filter(|test| test.operator.is_ordering());
    let paths = comparisons.map(|test| &test.path).filter(|path| seen.insert(path));
    paths.map(|path| of_argument(path, tools, declared)).collect()
}

fn of_argument<'t>(
    path: &Path,
    tools: &[ToolId],
    declared: Option<&dyn Fn(ToolId) -> Option<&'t Tool>>,
) -> Compared {
    let mut compared = Compared { path: path.clone(), composite: None, nullable: false };
    for tool in tools {
        let why = match declared.map(|declared| declared(*tool)) {
            None => MayBeComposite::NoManifest,
            Some(None) => MayBeComposite::UnknownTool,
            Some(Some(tool)) => {
                let types = tool.admitted_types(path);
                compared.nullable |= types.meets(TypeSet::NULL);
                if !types.meets(TypeSet::COMPOSITE) {
                    continue;
                }
                match tool.argument(path) {
                    Lookup::Found(shape) if !shape.is_anything() => MayBeComposite::Declared,
                    _ => MayBeComposite::NoType,
                }
            }
        };
        return Compared { composite: Some((*tool, why)), nullable: true, ..compared };
    }
    compared
}
