//! The questions about a file that may have either format, and the only place that asks which one it has.
//!
//! The answers for the language are in the module of each question, those for policy.json in `policy_json`. Neither knows the
//! other; what both say it in, such as [`Hover`] and [`Fold`], belongs to the question.

use std::ops::Range;

use super::actions::{self, Action, ActionKind};
use super::completion::{self, Completions};
use super::folding::{self, Fold};
use super::hover::{self, Hover};
use super::inlay::{self, Hint};
use super::navigation::{self, Link, Use};
use super::symbols::{self, OutlineSymbol};
use super::{Folder, Location, Snapshot, View, policy_json};
use crate::lint::Form;

/// What may be written at an offset of the text.
pub fn complete(view: &View, files: &dyn Folder, offset: usize) -> Completions {
    match view.form() {
        Form::Gate => completion::complete(view, files, offset),
        Form::PolicyJson => policy_json::complete(view, offset),
    }
}

/// What is known about the word at an offset.
pub fn hover(view: &View, offset: usize) -> Option<Hover> {
    match view.form() {
        Form::Gate => hover::hover(view, offset),
        Form::PolicyJson => policy_json::hover(view, offset),
    }
}

/// Where the name at an offset is defined: the statement of a group, the entry of a tool in the manifest, a file. A set of classes
/// leads to the statements that put tools into it, `@tools` to the manifest, a glob to the tools that it matches, an argument to its
/// declarations.
pub fn definition(view: &View, offset: usize) -> Vec<Link> {
    match view.form() {
        Form::Gate => navigation::definition(view, offset),
        Form::PolicyJson => policy_json::definition(view, offset),
    }
}

/// Every place that is about what is named at an offset, over all policies that the file belongs to; its definition too, if asked.
/// Sorted by path and place, each once.
pub fn references(view: &View, offset: usize, with_definition: bool) -> Vec<Location> {
    match view.form() {
        Form::Gate => navigation::references(view, offset, with_definition),
        Form::PolicyJson => policy_json::references(view, offset, with_definition),
    }
}

/// The references within the file, for marking.
pub fn highlights(view: &View, offset: usize) -> Vec<(Range<usize>, Use)> {
    match view.form() {
        Form::Gate => navigation::highlights(view, offset),
        Form::PolicyJson => policy_json::highlights(view, offset),
    }
}

/// What can be folded, by place: blocks, lists and other statements over several lines, lines of comment, files that are named one
/// after the other, and statements under a comment up to the next blank line.
pub fn folds(view: &View) -> Vec<Fold> {
    match view.form() {
        Form::Gate => folding::folds(view),
        Form::PolicyJson => policy_json::folds(view),
    }
}

/// What is selected when the selection at an offset grows: from the word to the whole file, each range holding the one before.
pub fn selection(view: &View, offset: usize) -> Vec<Range<usize>> {
    match view.form() {
        Form::Gate => folding::selection(view, offset),
        Form::PolicyJson => policy_json::selection(view, offset),
    }
}

/// The outline of a file, by place.
pub fn symbols(view: &View) -> Vec<OutlineSymbol> {
    match view.form() {
        Form::Gate => symbols::symbols(view),
        Form::PolicyJson => policy_json::symbols(view),
    }
}

/// The hints for a part of the text, by place.
pub fn hints(view: &View, range: Range<usize>) -> Vec<Hint> {
    match view.form() {
        Form::Gate => inlay::hints(view, range),
        Form::PolicyJson => policy_json::hints(view, &range),
    }
}

/// What can be done in a range of the text; of some kinds only, unless `kinds` is empty.
///
/// Fixes and suppressions come first, by the place of their findings. An editor that asks for no kind gets no
/// [`ActionKind::FixAll`], and for a policy of more than a few pages rewrites and extractions only if something is selected.
pub fn actions(
    snapshot: &Snapshot,
    view: &View,
    range: Range<usize>,
    kinds: &[ActionKind],
) -> Vec<Action> {
    match view.form() {
        Form::Gate => actions::actions(snapshot, view, &range, kinds),
        Form::PolicyJson => policy_json::actions(snapshot, view, &range, kinds),
    }
}
