//! Where a name comes from, and where else it counts.

use std::ops::Range;

use super::{Location, View, policy_json};
use crate::lint::Form;

/// A way from a place to another.
#[derive(Clone, Debug)]
pub struct Link {
    /// The characters of this file that lead there.
    pub origin: Range<usize>,
    /// The whole of what is led to.
    pub target: Location,
    /// The name within it.
    pub selection: Range<usize>,
}

/// How a place uses a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// It says what the name is.
    Definition,
    /// It names it.
    Name,
    /// It is about it without naming it: a glob or set that holds a tool.
    Reach,
}

/// Where the name at an offset is defined.
pub fn definition(view: &View, offset: usize) -> Vec<Link> {
    match view.form() {
        Form::Gate => Vec::new(),
        Form::PolicyJson => policy_json::definition(view, offset),
    }
}

/// Every place that is about what stands at an offset, over all policies that the file belongs to; its definition too, if asked.
pub fn references(view: &View, offset: usize, with_definition: bool) -> Vec<Location> {
    match view.form() {
        Form::Gate => Vec::new(),
        Form::PolicyJson => policy_json::references(view, offset, with_definition),
    }
}

/// The same within the file, for marking.
pub fn highlights(view: &View, offset: usize) -> Vec<(Range<usize>, Use)> {
    match view.form() {
        Form::Gate => Vec::new(),
        Form::PolicyJson => policy_json::highlights(view, offset),
    }
}

/// The files that the text names, for following: each with the path that it resolves to.
pub fn links(view: &View) -> Vec<(Range<usize>, String)> {
    let _ = view;
    Vec::new()
}
