//! What a pattern is made of.

use std::ops::Range;

use regex_syntax::ast::{
    self, AssertionKind, Ast, ClassSetItem, Repetition, RepetitionKind, RepetitionRange,
};

/// Whether a pattern matches nothing, or everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Emptiness {
    /// It asks for something.
    Asks,
    /// It matches the empty text, and nothing in it says that this is meant.
    Empty,
    /// It matches every text.
    Everything,
    /// It matches every text without a line break.
    EveryLine,
}

/// Which parts of a pattern may match without a character. The bits are those of the anchors that they pass: none, the start, the
/// end, both.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Nothing(u8);

impl Nothing {
    const NEVER: Nothing = Nothing(0);
    const ALWAYS: Nothing = Nothing(1);
    const AT_START: Nothing = Nothing(2);
    const AT_END: Nothing = Nothing(4);

    fn or(self, other: Self) -> Self {
        Nothing(self.0 | other.0)
    }

    fn and(self, other: Self) -> Self {
        let mut both = 0;
        for left in (0..4u8).filter(|way| self.0 & (1 << way) != 0) {
            for right in (0..4u8).filter(|way| other.0 & (1 << way) != 0) {
                both |= 1 << (left | right);
            }
        }
        Nothing(both)
    }
}

/// What a pattern asks of a text.
pub fn emptiness(tree: &Ast) -> Emptiness {
    let nothing = nothing(tree, true);
    let at_one_end = Nothing::ALWAYS.or(Nothing::AT_START).or(Nothing::AT_END);
    if leaves(tree).is_empty() && nothing.0 & at_one_end.0 == 0 {
        // `^$` asks for the empty text, `\b` for a word.
        Emptiness::Asks
    } else if nothing.0 & at_one_end.0 != 0 {
        Emptiness::Everything
    } else if nothing == Nothing::NEVER {
        Emptiness::Asks
    } else if leaves(tree).iter().all(|leaf| matches!(leaf, Ast::Dot(_))) {
        Emptiness::EveryLine
    } else if self::nothing(tree, false) == Nothing::NEVER {
        Emptiness::Asks
    } else {
        Emptiness::Empty
    }
}

/// How a pattern matches nothing. Without `stated`, the ways that say so do not count: `?`, counts, and empty alternatives.
fn nothing(tree: &Ast, stated: bool) -> Nothing {
    match tree {
        Ast::Flags(_) => Nothing::ALWAYS,
        Ast::Empty(_) if stated => Nothing::ALWAYS,
        Ast::Assertion(assertion) => match assertion.kind {
            AssertionKind::StartLine | AssertionKind::StartText => Nothing::AT_START,
            AssertionKind::EndLine | AssertionKind::EndText => Nothing::AT_END,
            _ => Nothing::NEVER,
        },
        Ast::Repetition(repetition) => {
            let inner = nothing(&repetition.ast, stated);
            let counts = stated || matches!(repetition.op.kind, RepetitionKind::ZeroOrMore);
            if counts && least(repetition) == 0 { inner.or(Nothing::ALWAYS) } else { inner }
        }
        Ast::Group(group) => nothing(&group.ast, stated),
        Ast::Alternation(alternation) => {
            let parts = alternation.asts.iter();
            parts.fold(Nothing::NEVER, |all, part| all.or(nothing(part, stated)))
        }
        Ast::Concat(concat) => {
            // `^$` says that the empty text is meant.
            let only_anchors = concat.asts.iter().all(|part| matches!(part, Ast::Assertion(_)));
            if only_anchors && !stated {
                return Nothing::NEVER;
            }
            let parts = concat.asts.iter();
            parts.fold(Nothing::ALWAYS, |all, part| all.and(nothing(part, stated)))
        }
        _ => Nothing::NEVER,
    }
}

/// How often a repetition repeats at least.
pub(super) fn least(repetition: &Repetition) -> u32 {
    match repetition.op.kind {
        RepetitionKind::ZeroOrOne | RepetitionKind::ZeroOrMore => 0,
        RepetitionKind::OneOrMore => 1,
        RepetitionKind::Range(
            RepetitionRange::Exactly(least)
            | RepetitionRange::AtLeast(least)
            | RepetitionRange::Bounded(least, _),
        ) => least,
    }
}

/// The parts that match characters.
fn leaves(tree: &Ast) -> Vec<&Ast> {
    let is_leaf = |part: &&Ast| {
        matches!(
            part,
            Ast::Literal(_)
                | Ast::Dot(_)
                | Ast::ClassUnicode(_)
                | Ast::ClassPerl(_)
                | Ast::ClassBracketed(_)
        )
    };
    every_part(tree).into_iter().filter(is_leaf).collect()
}

/// Every part of a pattern, itself included, in the order of the text.
pub(super) fn every_part(tree: &Ast) -> Vec<&Ast> {
    let mut found = Vec::new();
    let mut waiting = vec![tree];
    while let Some(part) = waiting.pop() {
        found.push(part);
        match part {
            Ast::Repetition(repetition) => waiting.push(&repetition.ast),
            Ast::Group(group) => waiting.push(&group.ast),
            Ast::Alternation(alternation) => waiting.extend(alternation.asts.iter().rev()),
            Ast::Concat(concat) => waiting.extend(concat.asts.iter().rev()),
            _ => {}
        }
    }
    found
}

/// Whether a pattern begins or ends with `.*` or `.+`: whatever stands at that end of a text is taken in by it.
pub(super) fn is_any_text_at(tree: &Ast, at_end: bool) -> bool {
    match tree {
        Ast::Repetition(repetition) => {
            is_endless(repetition) && least(repetition) < 2 && is_dot(&repetition.ast)
        }
        Ast::Group(group) => is_any_text_at(&group.ast, at_end),
        Ast::Concat(concat) => {
            let is_text = |part: &&Ast| !matches!(part, Ast::Assertion(_) | Ast::Flags(_));
            let mut parts = concat.asts.iter().filter(is_text);
            let edge = if at_end { parts.next_back() } else { parts.next() };
            edge.is_some_and(|part| is_any_text_at(part, at_end))
        }
        _ => false,
    }
}

fn is_dot(tree: &Ast) -> bool {
    match tree {
        Ast::Dot(_) => true,
        Ast::Group(group) => is_dot(&group.ast),
        _ => false,
    }
}

/// Whether a pattern names no character, as `\S` and `.+` do: it only asks that something is there.
pub fn is_test_for_presence(tree: &Ast) -> bool {
    leaves(tree).iter().all(|leaf| matches!(leaf, Ast::Dot(_) | Ast::ClassPerl(_)))
}

/// The place of the only `*` of a pattern, without a `?` behind it.
pub fn only_star(tree: &Ast) -> Option<Range<usize>> {
    let parts = every_part(tree);
    let mut stars = parts.iter().filter_map(|part| match part {
        Ast::Repetition(repetition) => match repetition.op.kind {
            RepetitionKind::ZeroOrMore => Some(repetition.op.span.start.offset),
            _ => None,
        },
        _ => None,
    });
    let star = stars.next()?;
    stars.next().is_none().then_some(star..star + 1)
}

/// The ranges from a capital to a small letter, such as `A-z`: their places and both letters.
pub fn letter_ranges(tree: &Ast) -> Vec<(ast::Span, char, char)> {
    let mut found = Vec::new();
    for part in every_part(tree) {
        let Ast::ClassBracketed(class) = part else { continue };
        let ast::ClassSet::Item(item) = &class.kind else { continue };
        let items = match item {
            ClassSetItem::Union(union) => union.items.as_slice(),
            item => std::slice::from_ref(item),
        };
        for item in items {
            if let ClassSetItem::Range(range) = item
                && range.start.c.is_ascii_uppercase()
                && range.end.c.is_ascii_lowercase()
            {
                found.push((range.span, range.start.c, range.end.c));
            }
        }
    }
    found
}

/// A repetition without end of a repetition without end.
pub struct Nested {
    /// Where it stands.
    pub span: ast::Span,
    /// What to write for its last character, if the inner repetition alone says the same: nothing, or `?`.
    pub instead: Option<(Range<usize>, &'static str)>,
}

/// The repetitions without end in which every turn may take any number of turns of another: a text can be divided among them in
/// more ways than can be tried.
pub fn nested_repetitions(tree: &Ast) -> Vec<Nested> {
    let parts = every_part(tree).into_iter();
    let repetitions = parts.filter_map(|part| match part {
        Ast::Repetition(repetition) if is_endless(repetition) => Some(repetition),
        _ => None,
    });
    let nested = repetitions.filter(|repetition| takes_any_number(&repetition.ast));
    nested.map(|outer| Nested { span: outer.span, instead: instead(outer) }).collect()
}

fn is_endless(repetition: &Repetition) -> bool {
    matches!(
        repetition.op.kind,
        RepetitionKind::ZeroOrMore
            | RepetitionKind::OneOrMore
            | RepetitionKind::Range(RepetitionRange::AtLeast(_))
    )
}

/// Whether a part is, but for what may be left out, a repetition without end.
fn takes_any_number(tree: &Ast) -> bool {
    match tree {
        Ast::Repetition(repetition) => is_endless(repetition),
        Ast::Group(group) => takes_any_number(&group.ast),
        Ast::Alternation(alternation) => alternation.asts.iter().any(takes_any_number),
        Ast::Concat(concat) => {
            let is_needed = |part: &&Ast| nothing(part, true).0 & Nothing::ALWAYS.0 == 0;
            let mut needed = concat.asts.iter().filter(is_needed);
            match (needed.next(), needed.next()) {
                (None, _) => concat.asts.iter().any(takes_any_number),
                (Some(only), None) => takes_any_number(only),
                _ => false,
            }
        }
        _ => false,
    }
}

/// `(a+)+` and `(a*)+` say what `(a+)` and `(a*)` say.
fn instead(outer: &Repetition) -> Option<(Range<usize>, &'static str)> {
    let Ast::Group(group) = &*outer.ast else { return None };
    let Ast::Repetition(inner) = &*group.ast else { return None };
    let text = match (&outer.op.kind, &inner.op.kind) {
        (RepetitionKind::OneOrMore, RepetitionKind::OneOrMore | RepetitionKind::ZeroOrMore)
        | (RepetitionKind::ZeroOrMore, RepetitionKind::ZeroOrMore) => "",
        (RepetitionKind::ZeroOrMore, RepetitionKind::OneOrMore) => "?",
        _ => return None,
    };
    Some((outer.op.span.start.offset..outer.op.span.end.offset, text))
}
