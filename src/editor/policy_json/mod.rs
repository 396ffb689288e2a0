//! The same questions about a policy.json.

use std::ops::Range;

use super::actions::Action;
use super::completion::Completions;
use super::folding::Fold;
use super::hover::Hover;
use super::navigation::Link;
use super::symbols::Symbol;
use super::{Location, Snapshot, View};

/// What may stand at an offset: keys, operators, tools, arguments, values.
pub(super) fn complete(view: &View, offset: usize) -> Completions {
    let _ = (view, offset);
    Completions::default()
}

/// What is known about what stands at an offset.
pub(super) fn hover(view: &View, offset: usize) -> Option<Hover> {
    let _ = (view, offset);
    None
}

/// The parts of the document.
pub(super) fn symbols(view: &View) -> Vec<Symbol> {
    let _ = view;
    Vec::new()
}

/// What can be folded.
pub(super) fn folds(view: &View) -> Vec<Fold> {
    let _ = view;
    Vec::new()
}

/// What is selected when the selection grows.
pub(super) fn selection(view: &View, offset: usize) -> Vec<Range<usize>> {
    let _ = (view, offset);
    Vec::new()
}

/// A tool's entry in the manifest.
pub(super) fn definition(view: &View, offset: usize) -> Vec<Link> {
    let _ = (view, offset);
    Vec::new()
}

/// Every place that names the tool.
pub(super) fn references(view: &View, offset: usize) -> Vec<Location> {
    let _ = (view, offset);
    Vec::new()
}

/// What can be done in a range.
pub(super) fn actions(snapshot: &Snapshot, view: &View, range: Range<usize>) -> Vec<Action> {
    let _ = (snapshot, view, range);
    Vec::new()
}
