//! Which tools the selectors of a text stand for.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::Range;

use super::cursor::{exact_name, keys};
use super::markdown::code;
use super::schema::declares;
use crate::manifest::Manifest;
use crate::policy::{Path, ToolId};
use crate::resolve::{Resolved, matches_glob};
use crate::risk::{Class, ClassSet};
use crate::source::TextPart;
use crate::syntax::tree::{SelectorKind, Selectors};
use crate::text::{count, excerpt};

/// Longer names are cut, in characters.
const MAX_NAME: usize = 80;

/// So many names of tools are listed.
const LISTED: usize = 20;

/// The tools that a selector stands for, as it is written, in the manifest's order. `None` where that cannot be told: there is
/// no manifest, no such group, or its definition is wrong.
pub(super) fn tools(resolved: &Resolved, written: &str, kind: SelectorKind) -> Option<Vec<ToolId>> {
    let manifest = resolved.manifest.as_deref();
    match kind {
        SelectorKind::Name | SelectorKind::Quoted => {
            Some(resolved.policy.tools.find(&exact_name(written, kind)).into_iter().collect())
        }
        SelectorKind::Glob => Some(matching(manifest?, written).collect()),
        SelectorKind::Set => {
            let name = written.strip_prefix('@').unwrap_or(written);
            if name == "tools" {
                return Some(every(manifest?));
            }
            if let Some(classes) = ClassSet::from_name(name) {
                manifest?;
                return Some(numbered(resolved.assessments.members(classes)).collect());
            }
            let members = resolved.groups.tools(name)?;
            Some(members.iter().map(|target| target.tool).collect())
        }
    }
}

/// The tools of a manifest, in its order.
pub(super) fn every(manifest: &Manifest) -> Vec<ToolId> {
    (0u32..).map(ToolId).take(manifest.tools().len()).collect()
}

/// Each of some tools once, where it first stands.
pub(super) fn distinct(mut tools: Vec<ToolId>) -> Vec<ToolId> {
    let mut seen = HashSet::new();
    tools.retain(|tool| seen.insert(*tool));
    tools
}

/// What is left of some tools behind `having` and `except`.
pub(super) struct Left {
    /// Those that stay.
    pub(super) tools: Vec<ToolId>,
    /// Those that do not declare the argument of `having`.
    pub(super) without_argument: Vec<ToolId>,
    /// Those that `except` takes away.
    pub(super) excepted: Vec<ToolId>,
}

/// Takes away from tools what the row of selectors in a text does not keep.
pub(super) fn keep(
    resolved: &Resolved,
    text: &str,
    selectors: &Selectors,
    tools: Vec<ToolId>,
) -> Left {
    let mut left = Left { tools, without_argument: Vec::new(), excepted: Vec::new() };
    if let (Some(path), Some(manifest)) = (&selectors.having, resolved.manifest.as_deref()) {
        let path = path_of(text, &path.span.range());
        let (kept, without) = left.tools.into_iter().partition(|tool| has(manifest, *tool, &path));
        (left.tools, left.without_argument) = (kept, without);
    }
    if !selectors.except.is_empty() {
        let away: BTreeSet<ToolId> = selectors
            .except
            .iter()
            .filter_map(|selector| {
                self::tools(resolved, text.get(selector.span.range())?, selector.kind)
            })
            .flatten()
            .collect();
        let (away, kept) = left.tools.into_iter().partition(|tool| away.contains(tool));
        (left.tools, left.excepted) = (kept, away);
    }
    left
}

/// The argument whose path stands in a range of a text.
pub(super) fn path_of(text: &str, range: &Range<usize>) -> Path {
    Path(keys(text, range).into_iter().map(|key| key.name.into()).collect())
}

/// Whether the schema of a tool declares an argument.
fn has(manifest: &Manifest, tool: ToolId, path: &Path) -> bool {
    manifest.tools().get(tool.0 as usize).is_some_and(|tool| declares(tool, path))
}

/// The tools of a manifest that a glob matches, in its order. Those whose names begin otherwise are not looked at.
pub(super) fn matching(manifest: &Manifest, glob: &str) -> impl Iterator<Item = ToolId> {
    let literal = glob.find(['*', '?']).unwrap_or(glob.len());
    let candidates = manifest.names_by_prefix(glob.part(..literal));
    let matches = move |index: &usize| {
        manifest.tools().get(*index).is_some_and(|tool| matches_glob(glob, &tool.name))
    };
    numbered(candidates.filter(matches))
}

fn numbered(indices: impl IntoIterator<Item = usize>) -> impl Iterator<Item = ToolId> {
    indices.into_iter().filter_map(|index| u32::try_from(index).ok().map(ToolId))
}

/// Some tools for a reader, as Markdown: how many there are of each class, and the first of their names.
pub(super) fn listing(resolved: &Resolved, tools: &[ToolId]) -> String {
    if tools.is_empty() {
        return "No tool.".to_owned();
    }
    let names = names(resolved, tools, LISTED);
    format!("{}: {}.\n\n{names}", count(tools.len(), "tool"), by_class(resolved, tools))
}

/// The names of tools as Markdown, of many the first ones.
pub(super) fn names(resolved: &Resolved, tools: &[ToolId], limit: usize) -> String {
    let name = |tool: &ToolId| code(&excerpt(resolved.policy.tools.name(*tool), MAX_NAME));
    let mut names: Vec<String> = tools.iter().take(limit).map(name).collect();
    if tools.len() > limit {
        names.push(format!("{} more", tools.len() - limit));
    }
    names.join(", ")
}

/// How many tools there are of each class, the least severe first: `2 read, 1 write`.
pub(super) fn by_class(resolved: &Resolved, tools: &[ToolId]) -> String {
    let mut counts: BTreeMap<Class, usize> = BTreeMap::new();
    for tool in tools {
        let name = resolved.policy.tools.name(*tool);
        *counts.entry(resolved.assessments.brief(tool.0 as usize, name).class).or_default() += 1;
    }
    let parts = counts.iter().map(|(class, count)| format!("{count} {}", class.name()));
    parts.collect::<Vec<_>>().join(", ")
}
