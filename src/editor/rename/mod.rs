//! Giving a group, a tool or a file another name.
//!
//! A name is changed wherever it stands: in every file of the policy, and in every policy of the workspace that shares one of
//! these files. What would come out is compiled before it is handed out, and nothing is changed where it would not be the same
//! policy.

mod moved;
mod names;
mod scope;
mod trial;

use std::ops::Range;

use super::cursor::{Symbol, SymbolAt, symbol_at};
use super::navigation::Use;
use super::navigation::uses::uses;
use super::{Edits, Snapshot, View};
use crate::lint::Form;
use crate::text::quote;

pub use moved::moved;

/// Why something cannot be renamed, in a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(pub String);

/// What would be renamed at an offset: its characters, and the name that is offered for editing.
///
/// # Errors
/// [`rename`] would refuse every new name.
pub fn prepare(
    snapshot: &Snapshot,
    view: &View,
    offset: usize,
) -> Result<(Range<usize>, String), Refusal> {
    let (place, old) = renamed(view, offset)?;
    let affected = scope::affected(snapshot, view, &place.symbol);
    let mut refusal = None;
    for new in names::possible(&place.symbol, &old.0, &affected)? {
        let change = Change { thing: &place.symbol, old: &old.0, new: &new };
        match edits(snapshot, &change, &affected) {
            Ok(_) => return Ok((place.name, old.0)),
            Err(reason) => refusal = refusal.or(Some(reason)),
        }
    }
    let none = || Refusal(format!("no tool of the manifest can replace {}", quote(&old.0)));
    Err(refusal.unwrap_or_else(none))
}

/// Gives what stands at an offset another name, everywhere.
///
/// # Errors
/// The policy would not mean the same afterwards.
pub fn rename(
    snapshot: &Snapshot,
    view: &View,
    offset: usize,
    name: &str,
) -> Result<Edits, Refusal> {
    let (place, old) = renamed(view, offset)?;
    if old.0 == name {
        return Ok(Edits::default());
    }
    let change = Change { thing: &place.symbol, old: &old.0, new: name };
    names::check_form(&change)?;
    edits(snapshot, &change, &scope::affected(snapshot, view, &place.symbol))
}

/// The edits of a change whose new name has the right form, if the policies mean the same afterwards.
fn edits(
    snapshot: &Snapshot,
    change: &Change<'_>,
    affected: &[scope::Affected],
) -> Result<Edits, Refusal> {
    names::check(change, affected)?;
    let edits = scope::edits(snapshot, change, affected);
    trial::check(snapshot, change, affected, &edits)?;
    Ok(edits)
}

/// The places that change together with the one at an offset while somebody types: a group's name and its uses. None where the
/// group is named in another file too: the places are all in this one, and those elsewhere would be left behind.
pub fn linked(view: &View, offset: usize) -> Vec<Range<usize>> {
    let Some(place) = symbol_at(view, offset) else { return Vec::new() };
    let is_inside = place.name.start <= offset && offset <= place.name.end;
    if !is_inside || !matches!(place.symbol, Symbol::Group(_)) {
        return Vec::new();
    }
    let is_elsewhere =
        |view: &View| uses(view, &place.symbol).iter().any(|found| found.span.file != view.file());
    let found = uses(view, &place.symbol);
    let is_defined = found.iter().any(|found| found.how == Use::Definition);
    let mut ranges: Vec<Range<usize>> = found.iter().map(|found| found.span.range()).collect();
    // A name in a broken rule of a block does not use the group.
    let is_use = ranges.contains(&place.name);
    if !is_defined || !is_use || view.all().iter().any(is_elsewhere) {
        return Vec::new();
    }
    ranges.sort_unstable_by_key(|range| range.start);
    ranges
}

/// A name that is to be changed.
struct Change<'c> {
    thing: &'c Symbol,
    old: &'c str,
    new: &'c str,
}

impl Change<'_> {
    /// Whether it is a tool's name, which the compiled policy holds.
    fn is_of_tool(&self) -> bool {
        matches!(self.thing, Symbol::Tool(_))
    }
}

/// A name without `@` and quotes.
struct Name(String);

/// What stands at an offset, if its name can be changed.
fn renamed(view: &View, offset: usize) -> Result<(SymbolAt, Name), Refusal> {
    if view.form() == Form::PolicyJson {
        return refuse("only names in `.gate` files can be changed");
    }
    let Some(place) = symbol_at(view, offset) else {
        return refuse("there is nothing to rename here");
    };
    let name = match &place.symbol {
        Symbol::Group(name) if !is_defined(view, &place.symbol) => {
            return refuse(format!("the group {} is not defined", quote(name)));
        }
        Symbol::Group(name) | Symbol::Tool(name) => Name(name.clone()),
        Symbol::Set(name) => {
            let shown = quote(&format!("@{name}"));
            return refuse(format!("{shown} is a built-in set"));
        }
        Symbol::Glob(glob) => {
            return refuse(format!("{} is a glob, not a tool's name", quote(glob)));
        }
        Symbol::Argument { .. } => {
            return refuse("the server decides the names of arguments");
        }
        Symbol::File(_) => {
            return refuse(
                "to change the name of a file, rename the file; policies that name it are updated",
            );
        }
        Symbol::Counter(_) => return refuse("the gateway counts calls under this name"),
    };
    Ok((place, name))
}

fn is_defined(view: &View, thing: &Symbol) -> bool {
    let views = view.all();
    let mut all = views.iter().flat_map(|view| uses(view, thing));
    all.any(|found| found.how == Use::Definition)
}

fn refuse<T>(reason: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal(reason.into()))
}
