//! The shape of the statement that is being written.

use std::ops::Range;

use super::View;
use super::cursor::{Writing, writing_at};
use super::shapes::{self, Shape, Slot};
use crate::lint::Form;
use crate::source::TextPart;
use crate::syntax::{Expected, Fragment, words};

/// A statement's shape, and the part of it that stands at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The whole shape: `rate SELECTORS RATES [as COUNTER]`.
    pub label: String,
    /// What the statement does, as Markdown.
    pub documentation: String,
    /// The parts, as ranges of bytes of the label, each with words about it as Markdown.
    pub parts: Vec<(Range<usize>, String)>,
    /// The number of the part at the cursor.
    pub active: Option<usize>,
}

/// The shapes of the statement at an offset: several where a statement has several, the one that fits best first.
pub fn signatures(view: &View, offset: usize) -> Vec<Signature> {
    if view.form() != Form::Gate {
        return Vec::new();
    }
    let Ok(writing) = writing_at(view, offset) else { return Vec::new() };
    let own = view.text().part(writing.replace.clone());
    let begins = writing.expects(Expected::Statement) || writing.expects(Expected::BlockRule);
    let in_block = writing.fragment == Fragment::Rule;
    let statement = match begins && words::STATEMENTS.contains(&own) {
        true => Some(own),
        false => writing.statement,
    };
    let Some(statement) = statement else {
        // On a line of its own any rule of a block may begin.
        let is_rule = |shape: &&Shape| in_block && begins && shape.fragment == Fragment::Rule;
        return shapes::all().iter().filter(is_rule).map(|shape| signature(shape, None)).collect();
    };
    let slot = if statement == own { None } else { slot(&writing, statement, own) };
    let first = writing.tokens.get(1).map_or(own, |token| writing.slice(*token));
    let own =
        |shape: &&Shape| shape.word == statement && (shape.fragment == Fragment::Rule) == in_block;
    let mut found: Vec<&Shape> = shapes::all().iter().filter(own).collect();
    found.sort_by_key(|shape| !fits(shape, first));
    found.into_iter().map(|shape| signature(shape, slot)).collect()
}

/// Whether the first word behind the statement's own is of this shape rather than of another.
fn fits(shape: &Shape, first: &str) -> bool {
    let (slot, piece) = shape.slots.first().copied().unwrap_or((Slot::All, ""));
    match slot {
        Slot::All | Slot::Posture => piece == first,
        _ => first != "all",
    }
}

fn signature(shape: &Shape, slot: Option<Slot>) -> Signature {
    let mut behind = 0;
    let mut parts = Vec::new();
    for (slot, piece) in shape.slots {
        let rest = shape.label.part(behind..);
        let Some(at) = rest.find(piece) else { continue };
        let start = behind + at;
        behind = start + piece.len();
        parts.push((start..behind, slot.about().to_owned()));
    }
    let is_active = |found: &&(Slot, &str)| {
        // `all` stands where other shapes have tools.
        Some(found.0) == slot || found.0 == Slot::All && slot == Some(Slot::Selectors)
    };
    let active = shape.slots.iter().position(|found| is_active(&found));
    Signature {
        label: shape.label.to_owned(),
        documentation: shape.about.to_owned(),
        parts,
        active,
    }
}

/// The part of a statement in which the cursor stands.
fn slot(writing: &Writing<'_>, statement: &str, own: &str) -> Option<Slot> {
    let condition = condition(writing, statement);
    let by_word = match own {
        "having" | "except" => Some(Slot::Selectors),
        "with" => Some(Slot::With),
        "when" | "unless" => Some(Slot::Condition),
        "because" => Some(Slot::Reason),
        "as" => Some(counter(statement)),
        _ => None,
    };
    if by_word.is_some() {
        return by_word;
    }
    let expects = |expected| writing.expects(expected);
    let sum = statement == "budget";
    Some(if expects(Expected::Tool) || writing.last() == Some("having") {
        Slot::Selectors
    } else if expects(Expected::Name) {
        Slot::Names
    } else if expects(Expected::GroupName) || expects(Expected::Word("=")) {
        Slot::GroupName
    } else if expects(Expected::Posture) {
        Slot::Posture
    } else if expects(Expected::Class) {
        Slot::Class
    } else if expects(Expected::Counter) {
        Slot::Counter
    } else if matches!(statement, "manifest" | "include") {
        Slot::File
    } else if expects(Expected::Calls) {
        if sum { Slot::Amount } else { Slot::Rates }
    } else if expects(Expected::Argument) && sum {
        Slot::Path
    } else if writing.last() == Some("because") {
        Slot::Reason
    } else {
        return condition.or_else(|| next(writing, statement));
    })
}

/// The condition in which the cursor stands.
fn condition(writing: &Writing<'_>, statement: &str) -> Option<Slot> {
    let mut words = writing.tokens.iter().rev().map(|token| writing.slice(*token));
    let clause = words.find_map(|word| match word {
        "with" => Some(Some(Slot::With)),
        "when" | "unless" => Some(Some(Slot::Condition)),
        "because" | "as" => Some(None),
        _ => None,
    });
    let is_bare = writing.fragment == Fragment::Rule && statement == "require";
    clause.unwrap_or_else(|| is_bare.then_some(Slot::With))
}

/// The part that comes next where one has ended.
fn next(writing: &Writing<'_>, statement: &str) -> Option<Slot> {
    let expects = |word| writing.expects(Expected::Word(word));
    if expects("with") {
        Some(Slot::With)
    } else if expects("when") {
        Some(Slot::Condition)
    } else if expects("as") {
        Some(counter(statement))
    } else if expects("{") {
        Some(Slot::Rules)
    } else if expects("because") {
        Some(Slot::Reason)
    } else {
        None
    }
}

/// What `as` stands before.
fn counter(statement: &str) -> Slot {
    if statement == "classify" { Slot::Class } else { Slot::Counter }
}
