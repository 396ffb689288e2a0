//! At which ends of a text the matches of a pattern are held.

use regex_syntax::ast::{Assertion, AssertionKind, Ast, Flag, Flags, GroupKind};

use super::shape::{is_any_text_at, least};

/// The ways in which a pattern's alternatives are anchored: a bit for each of "at neither end", "at the start", "at the end", "at
/// both".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends(u8);

/// The anchors of a way.
const AT_START: u8 = 1;
const AT_END: u8 = 2;

impl Ends {
    const NONE: Ends = Ends(0);
    const NEITHER: Ends = Ends(1);
    const START: Ends = Ends(2);
    const END: Ends = Ends(4);

    /// Whether some alternative is anchored at neither end.
    pub fn has_loose(self) -> bool {
        self.0 & Self::NEITHER.0 != 0
    }

    /// Whether every alternative is anchored at neither end.
    pub fn is_loose(self) -> bool {
        self == Self::NEITHER
    }

    fn or(self, other: Self) -> Self {
        Ends(self.0 | other.0)
    }

    /// The same ways with some anchors taken out of each.
    fn without(self, anchors: u8) -> Self {
        let ways = (0..4u8).filter(|way| self.0 & (1 << way) != 0);
        Ends(ways.fold(0, |ends, way| ends | 1 << (way & !anchors)))
    }

    /// Each way of the one with each of the other. The number of a bit is itself a set of anchors.
    fn and(self, other: Self) -> Self {
        let mut both = 0;
        for left in (0..4u8).filter(|way| self.0 & (1 << way) != 0) {
            for right in (0..4u8).filter(|way| other.0 & (1 << way) != 0) {
                both |= 1 << (left | right);
            }
        }
        Ends(both)
    }
}

/// How a pattern is anchored.
pub fn ends(tree: &Ast) -> Ends {
    walk(tree, &mut false)
}

/// With `multi_line`, `^` and `$` hold at the ends of lines, which a text may have wherever its author likes.
fn walk(tree: &Ast, multi_line: &mut bool) -> Ends {
    match tree {
        Ast::Assertion(assertion) => of_assertion(assertion, *multi_line),
        Ast::Flags(set) => {
            apply(&set.flags, multi_line);
            Ends::NEITHER
        }
        Ast::Repetition(repetition) => {
            let inner = walk(&repetition.ast, multi_line);
            if least(repetition) == 0 { inner.or(Ends::NEITHER) } else { inner }
        }
        Ast::Group(group) => {
            // What a group switches on ends with it.
            let mut inner = *multi_line;
            if let GroupKind::NonCapturing(flags) = &group.kind {
                apply(flags, &mut inner);
            }
            walk(&group.ast, &mut inner)
        }
        Ast::Alternation(alternation) => {
            let parts = alternation.asts.iter();
            parts.fold(Ends::NONE, |ends, part| ends.or(walk(part, multi_line)))
        }
        Ast::Concat(concat) => {
            let parts = concat.asts.iter();
            let ends = parts.fold(Ends::NEITHER, |ends, part| ends.and(walk(part, multi_line)));
            // In `^.*x` any text may stand before the `x`: the `^` says nothing.
            let is_open = |at_end, anchor| if is_any_text_at(tree, at_end) { anchor } else { 0 };
            ends.without(is_open(false, AT_START) | is_open(true, AT_END))
        }
        _ => Ends::NEITHER,
    }
}

fn of_assertion(assertion: &Assertion, multi_line: bool) -> Ends {
    match assertion.kind {
        AssertionKind::StartText => Ends::START,
        AssertionKind::EndText => Ends::END,
        AssertionKind::StartLine if !multi_line => Ends::START,
        AssertionKind::EndLine if !multi_line => Ends::END,
        _ => Ends::NEITHER,
    }
}

fn apply(flags: &Flags, multi_line: &mut bool) {
    if let Some(state) = flags.flag_state(Flag::MultiLine) {
        *multi_line = state;
    }
}

/// Where brackets belong in `^a|b$`: behind the `^` of its first alternative and before the `$` of its last. None for any other
/// pattern.
pub fn split_alternation(tree: &Ast) -> Option<(usize, usize)> {
    let Ast::Alternation(alternation) = tree else { return None };
    let (first, last) = (alternation.asts.first()?, alternation.asts.last()?);
    let (start, end) = (edge(first, false)?, edge(last, true)?);
    let is_split = start.kind == AssertionKind::StartLine
        && end.kind == AssertionKind::EndLine
        && ends(first) == Ends::START
        && ends(last) == Ends::END;
    is_split.then_some((start.span.end.offset, end.span.start.offset))
}

/// The anchor with which a row begins or ends.
fn edge(tree: &Ast, at_end: bool) -> Option<&Assertion> {
    let edge = match tree {
        Ast::Concat(concat) if at_end => concat.asts.last()?,
        Ast::Concat(concat) => concat.asts.first()?,
        tree => tree,
    };
    match edge {
        Ast::Assertion(assertion) => Some(assertion),
        _ => None,
    }
}
