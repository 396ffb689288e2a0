//! What can be done at a place.
//!
//! Editors ask this at every move of the cursor, so it is answered in two measures. Fixes of findings at the place are always offered,
//! but only those that let no blocked call through: the policies of the file are compiled with and without them. Suppressions and
//! manifests to name cost next to nothing. What says the same in other words, or takes a part out, is only offered if the
//! policy compiles to the same document afterwards. To know that, the policy is compiled, so it is done where an editor asks for
//! such kinds by name, where something is selected, and in policies so small that it takes no time. Fixing all runs all rules
//! several times, and is done only for who asks for it.

mod all;
pub(super) mod comparison;
mod file;
pub(super) mod fixes;
mod group;
mod manifest;
mod place;
mod selectors;
mod single;
mod suppress;
mod trial;

use std::ops::Range;

use super::{Edits, Snapshot, View};

/// Something that can be done.
#[derive(Clone, Debug)]
pub struct Action {
    /// What it does, as an imperative.
    pub title: String,
    /// Of what kind it is.
    pub kind: ActionKind,
    /// The changes.
    pub edits: Edits,
    /// The findings that it removes, by their numbers in [`Snapshot::findings`] of the file.
    pub findings: Vec<usize>,
    /// Whether it is the one to do without thinking.
    pub is_preferred: bool,
}

/// The kinds of actions, as editors group them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ActionKind {
    /// Removes findings.
    QuickFix,
    /// Says the same in other words.
    Rewrite,
    /// Gives a part a name of its own.
    Extract,
    /// Applies all safe fixes of the file.
    FixAll,
    /// Anything else that concerns the whole file.
    Source,
}

/// A policy of so many bytes is compiled in a small part of a millisecond.
const SMALL_POLICY: usize = 8 * 1024;

/// The same for a manifest, in tools.
const SMALL_MANIFEST: usize = 500;

/// What can be done in a range of a policy of the language.
pub(super) fn actions(
    snapshot: &Snapshot,
    view: &View,
    range: &Range<usize>,
    kinds: &[ActionKind],
) -> Vec<Action> {
    let asks_for = |kind| kinds.contains(&kind);
    let takes = |kind| kinds.is_empty() || asks_for(kind);
    let mut found = Vec::new();
    if takes(ActionKind::QuickFix) || asks_for(ActionKind::Source) {
        let findings = fixes::touched(snapshot, view, range);
        let mut comparison = comparison::Comparison::new(snapshot, view);
        found.extend(fixes::actions(&findings, &mut comparison));
        found.extend(file::actions(snapshot, view, &findings));
        found.extend(suppress::actions(view, &findings));
        found.extend(manifest::actions(
            snapshot,
            view,
            range,
            &findings,
            asks_for(ActionKind::Source),
        ));
    }
    let is_cheap = kinds.is_empty() && (!range.is_empty() || is_small(view));
    let rewrites = is_cheap || asks_for(ActionKind::Rewrite);
    let extracts = is_cheap || asks_for(ActionKind::Extract);
    if (rewrites || extracts)
        && let Some(place) = place::at(view, range)
        && let Some(mut trial) = trial::Trial::new(snapshot, view, &place)
    {
        if rewrites {
            found.extend(selectors::actions(view, range, &place, &mut trial));
            found.extend(single::actions(view, &place, &mut trial));
        }
        if extracts {
            found.extend(group::actions(view, range, &place, &mut trial));
        }
    }
    if asks_for(ActionKind::FixAll) || asks_for(ActionKind::Source) {
        found.extend(all::action(snapshot, view));
    }
    let is_asked = |kind| takes(kind) || kind == ActionKind::FixAll && asks_for(ActionKind::Source);
    found.retain(|action| is_asked(action.kind) && !action.edits.is_empty());
    found
}

/// Whether the policies of a file are compiled in no time.
fn is_small(view: &View) -> bool {
    view.all().iter().all(|view| {
        let Some(resolved) = view.resolved() else { return false };
        let bytes: usize =
            resolved.trees.iter().map(|tree| view.sources().text(tree.file).len()).sum();
        let tools = resolved.manifest.as_ref().map_or(0, |manifest| manifest.tools().len());
        bytes <= SMALL_POLICY && tools <= SMALL_MANIFEST
    })
}
