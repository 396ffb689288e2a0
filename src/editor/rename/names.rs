//! What a new name must not be, told before anything is tried.

use super::scope::Affected;
use super::{Change, Refusal, refuse};
use crate::editor::View;
use crate::editor::cursor::{NamedPart, named_parts};
use crate::editor::cursor::{Symbol, is_given};
use crate::editor::navigation::Use;
use crate::editor::navigation::reach::Reach;
use crate::editor::navigation::uses::uses;
use crate::policy::is_identifier;
use crate::source::Span;
use crate::syntax::names::is_bare;
use crate::text::quote;

/// Whether something can have the new name at all.
pub(super) fn check_form(change: &Change<'_>) -> Result<(), Refusal> {
    let new = change.new;
    match (change.is_of_tool(), new) {
        (true, "") => refuse("a tool's name cannot be empty"),
        (true, "*") => refuse("`*` is not a tool's name"),
        (true, _) => Ok(()),
        (false, _) if !is_identifier(new) => refuse(format!(
            "{} is not a group's name: write a letter or `_`, then letters, digits and `_`",
            quote(new)
        )),
        (false, _) if is_given(new) => {
            refuse(format!("{} is a built-in set", quote(&format!("@{new}"))))
        }
        (false, _) => Ok(()),
    }
}

/// How many tools of a manifest are tried as new names.
const MAX_TRIES: usize = 8;

/// New names that show whether something can be renamed at all: one that nothing has, or for a tool of the manifest others of that
/// manifest of which the policies say nothing.
pub(super) fn possible(
    thing: &Symbol,
    old: &str,
    affected: &[Affected],
) -> Result<Vec<String>, Refusal> {
    if matches!(thing, Symbol::Tool(_)) {
        affected.iter().try_for_each(|policy| check_old_tool(old, &policy.view))?;
    }
    let resolved = || affected.iter().filter_map(|policy| policy.view.resolved());
    let manifests = || resolved().filter_map(|resolved| resolved.manifest.as_ref());
    let declared = manifests().find(|manifest| manifest.find(old).is_some());
    if let (Symbol::Tool(_), Some(manifest)) = (thing, declared) {
        let is_free = |name: &str| {
            resolved().all(|resolved| {
                let tool = resolved.policy.tools.find(name);
                tool.is_none_or(|tool| resolved.policy.rules_of(tool).next().is_none())
            })
        };
        let names = manifest.tools().iter().map(|tool| &*tool.name);
        let free = names.filter(|name| *name != old && is_free(name));
        return Ok(free.take(MAX_TRIES).map(str::to_owned).collect());
    }
    let texts = || affected.iter().flat_map(|policy| policy.view.sources().iter());
    let mut fresh = format!("{old}_");
    while texts().any(|(_, file)| file.text().contains(&fresh)) {
        fresh.push('_');
    }
    Ok(vec![fresh])
}

/// Whether the new name is free in every policy, and the old one stands for the same as the new one will.
pub(super) fn check(change: &Change<'_>, affected: &[Affected]) -> Result<(), Refusal> {
    for policy in affected {
        if change.is_of_tool() {
            check_tool(change, policy)?;
        } else {
            check_group(change, &policy.view)?;
        }
    }
    Ok(())
}

fn check_group(change: &Change<'_>, view: &View) -> Result<(), Refusal> {
    let shown = quote(change.new);
    if !uses(view, &Symbol::Group(change.new.to_owned())).is_empty() {
        return refuse(format!("{} already has a group {shown}", quote(view.path())));
    }
    let tools = view.resolved().map(|resolved| &resolved.policy.tools);
    if tools.is_some_and(|tools| tools.find(change.new).is_some()) {
        return refuse(format!("{shown} is a tool's name, so a group cannot have it"));
    }
    Ok(())
}

fn check_tool(change: &Change<'_>, policy: &Affected) -> Result<(), Refusal> {
    let view = &policy.view;
    let (old, new, path) = (quote(change.old), quote(change.new), quote(view.path()));
    let others = uses(view, &Symbol::Tool(change.new.to_owned()));
    if others.iter().any(|found| found.how == Use::Name) {
        return refuse(format!("{new} is already used in {path}"));
    }
    let is_bare_use = policy.named.iter().any(|found| !view.slice(found.span).starts_with('"'));
    let group = Symbol::Group(change.new.to_owned());
    let mut groups = uses(view, &group).into_iter();
    if is_bare_use && is_bare(change.new) && groups.any(|found| found.how == Use::Definition) {
        return refuse(format!("{new} is a group's name, so a tool cannot have it without quotes"));
    }
    let manifest = view.resolved().and_then(|resolved| resolved.manifest.as_ref());
    if let Some(manifest) = manifest
        && manifest.find(change.old).is_some()
        && manifest.find(change.new).is_none()
    {
        return refuse(format!("the manifest contains {old}, but not {new}"));
    }
    check_old_tool(change.old, view)?;
    if let Some(span) = held_unnamed(view, change.new) {
        let shown = quote(view.slice(span));
        return refuse(format!("{shown} contains {new}, which already has statements"));
    }
    Ok(())
}

/// Whether everything that a policy says of a tool is said by its name.
fn check_old_tool(old: &str, view: &View) -> Result<(), Refusal> {
    let Some(span) = held_unnamed(view, old) else { return Ok(()) };
    let (shown, old) = (quote(view.slice(span)), quote(old));
    refuse(format!("{shown} contains {old}, whose statements would not follow"))
}

/// The first glob, or set that comes with the language, that holds a tool: what a policy says through it stays with the old name.
fn held_unnamed(view: &View, name: &str) -> Option<Span> {
    let reach = Reach::new(view, name);
    let is_group = |span: Span| {
        let set = view.slice(span).strip_prefix('@');
        set.is_some_and(|set| !is_given(set))
    };
    let is_unnamed = |(span, how): &(Span, Use)| *how == Use::Reach && !is_group(*span);
    for tree in view.trees() {
        let text = view.sources().text(tree.file);
        for statement in &tree.statements {
            let mut held: Vec<(Span, Use)> = Vec::new();
            named_parts(tree, text, statement, name, &mut |part| match part {
                NamedPart::Row(row) => held.extend(reach.row(row)),
                NamedPart::Selector(it) => {
                    held.extend(reach.selector(&it).map(|how| (it.span, how)))
                }
                _ => {}
            });
            if let Some((span, _)) = held.into_iter().find(is_unnamed) {
                return Some(span);
            }
        }
    }
    None
}
