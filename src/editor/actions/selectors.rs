//! Names as the globs, sets and groups that stand for exactly these tools, and back.

use std::ops::Range;

use super::place::Place;
use super::trial::Trial;
use super::{Action, ActionKind};
use crate::decompile;
use crate::editor::View;
use crate::policy::ToolId;
use crate::risk::{Class, ClassSet, Level};
use crate::syntax::comments;
use crate::syntax::names::{is_written_bare, write_quoted};
use crate::syntax::tree::{Selector, SelectorKind, StatementKind};
use crate::text::{clean, count, quote};

/// Longer rows of names are not written out.
const MAX_NAMES: usize = 200;

/// How many sets and groups are tried for one row of names.
const MAX_SETS: usize = 4;

/// What a row of names, globs and sets may say instead.
pub(super) fn actions(
    view: &View,
    range: &Range<usize>,
    place: &Place<'_>,
    trial: &mut Trial<'_>,
) -> Vec<Action> {
    if comments(view.slice(place.selectors.span)).next().is_some() || place.targets.is_empty() {
        return Vec::new();
    }
    let is_name = |selector: &Selector| is_name(*selector);
    let has_names_only = place.selectors.items.iter().all(is_name)
        && place.selectors.having.is_none()
        && place.selectors.except.is_empty();
    if has_names_only {
        return shorter(view, place, trial);
    }
    let mut found = Vec::new();
    let whole = place.selectors.span.range();
    let tools: Vec<ToolId> = place.targets.iter().map(|target| target.tool).collect();
    let items = &place.selectors.items;
    let at_cursor = items.iter().find(|item| {
        let span = item.span.range();
        !is_name(item) && span.start <= range.start && range.end <= span.end && span != whole
    });
    if let Some(item) = at_cursor {
        let own = place.targets.iter().filter(|target| target.selector == item.span);
        let own: Vec<ToolId> = own.map(|target| target.tool).collect();
        let what = quote(view.slice(item.span));
        found.extend(written_out(view, place, trial, item.span.range(), &own, &what));
    }
    found.extend(written_out(view, place, trial, whole, &tools, "the tools"));
    found
}

fn is_name(selector: Selector) -> bool {
    matches!(selector.kind, SelectorKind::Name | SelectorKind::Quoted)
}

/// The names of some tools in the place of what selects them.
fn written_out(
    view: &View,
    place: &Place<'_>,
    trial: &mut Trial<'_>,
    part: Range<usize>,
    tools: &[ToolId],
    what: &str,
) -> Option<Action> {
    if tools.is_empty() || tools.len() > MAX_NAMES {
        return None;
    }
    let names: Vec<String> = tools.iter().map(|tool| written(place, *tool)).collect();
    let edit = place.replaced(view.text(), part, &names.join(", "))?;
    let title = format!("write {what} by name ({})", count(tools.len(), "name"));
    trial.action(ActionKind::Rewrite, title, &[edit])
}

/// The name of a tool as the language writes it: bare only where the manifest has it.
fn written(place: &Place<'_>, tool: ToolId) -> String {
    let name = place.resolved.policy.tools.name(tool);
    let is_known = place.manifest().is_none_or(|manifest| manifest.find(name).is_some());
    let mut out = String::new();
    if is_known && is_written_bare(name) {
        out.push_str(name);
    } else {
        write_quoted(name, &mut out);
    }
    out
}

/// Names as sets, groups and globs. Critical tools that are granted keep their names.
fn shorter(view: &View, place: &Place<'_>, trial: &mut Trial<'_>) -> Vec<Action> {
    if place.targets.len() < 2 || place.grants_critical() {
        return Vec::new();
    }
    let mut candidates: Vec<String> = groups(view, place);
    candidates.extend(sets(place));
    candidates.truncate(MAX_SETS);
    if let Some(manifest) = place.manifest() {
        let names = place.names();
        let globs = decompile::selectors(manifest, &names);
        candidates.extend(globs.into_iter().filter(|written| written.contains(['*', '@'])));
    }
    candidates.dedup();
    let mut found = Vec::new();
    for candidate in candidates {
        let Some(edit) = place.replaced(view.text(), place.selectors.span.range(), &candidate)
        else {
            continue;
        };
        let names = count(place.targets.len(), "name");
        let title = format!("write `{}` instead of {names}", clean(&candidate));
        found.extend(trial.action(ActionKind::Rewrite, title, &[edit]));
    }
    found
}

/// The sets of the language that hold these tools and no others. A class of which the evidence says little is no good name.
fn sets(place: &Place<'_>) -> Vec<String> {
    let Some(manifest) = place.manifest() else { return Vec::new() };
    let assessments = &place.resolved.assessments;
    let is_sure = || {
        let mut tools = place.targets.iter().map(|target| target.tool.0 as usize);
        tools.all(|tool| assessments.brief(tool, "").confidence.level() > Level::Low)
    };
    let is_same = |members: Vec<usize>| {
        members.into_iter().eq(place.targets.iter().map(|target| target.tool.0 as usize))
    };
    let all = manifest.tools().len();
    if is_same((0..all).collect()) {
        return vec!["@tools".to_owned()];
    }
    let names = Class::ALL.into_iter().map(Class::name).chain(["critical"]);
    let fits = |name: &&str| {
        ClassSet::from_name(name).is_some_and(|set| is_same(assessments.members(set)))
    };
    names.filter(fits).filter(|_| is_sure()).map(|name| format!("@{name}")).collect()
}

/// The groups that hold these tools and no others.
fn groups(view: &View, place: &Place<'_>) -> Vec<String> {
    let own = match &place.statement.kind {
        StatementKind::Group(group) => view.slice(group.name),
        _ => "",
    };
    let is_same = |name: &&str| {
        let tools = place.resolved.groups.tools(name).unwrap_or(&[]);
        let tools = tools.iter().map(|target| target.tool);
        *name != own && tools.eq(place.targets.iter().map(|target| target.tool))
    };
    let statements = place.resolved.trees.iter().flat_map(|tree| &tree.statements);
    let names = statements.filter_map(|statement| match &statement.kind {
        StatementKind::Group(group) => Some(view.slice(group.name)),
        _ => None,
    });
    names.filter(is_same).map(|name| format!("@{name}")).take(MAX_SETS).collect()
}
