//! What stands at an offset of a `.gate` file.
//!
//! The statement is found by binary search. What the word at the offset is comes from the words of that statement alone, which
//! is as good for a broken statement as for a right one; where the statement is right, its node is at hand too.

mod directive;
mod nodes;
mod path;
mod words;

use std::ops::Range;

use super::{View, lines};
use crate::source::Span;
use crate::syntax::Tree;
use crate::syntax::tree::{
    Calls, Guard, Literal, LiteralKind, Rule, Selectors, Statement, StatementKind, Test,
};

pub use directive::{Directive, directive};
pub(super) use nodes::{
    Placed, begun, counter_span, exact_name, guard_of, last_begun, literals, selectors_of, tests,
    touched,
};
pub use path::{PathKey, keys};
use words::Bound;
pub use words::{Word, WordKind};

/// What stands at an offset.
#[derive(Clone, Debug)]
pub struct At<'t> {
    /// The word that the offset lies in, or behind whose last character it stands.
    pub word: Word,
    /// The part of the file that it belongs to.
    pub part: Part<'t>,
    /// The words of the part, or of as much of it as was looked at.
    pub words: Vec<Word>,
    /// The offset.
    pub offset: usize,
}

/// A part of a file whose words can be told without the rest: a statement, the head of a block, a rule of a block, or what lies
/// between them.
#[derive(Clone, Debug)]
pub struct Part<'t> {
    /// The bytes.
    pub range: Range<usize>,
    /// The statement outside of blocks, or the block, that it belongs to; none between them.
    pub statement: Option<&'t Statement>,
    /// The rule, if that is what it is, with its span. There is none in a broken statement.
    pub rule: Option<(Span, &'t Rule)>,
    /// Whether it lies between the braces of a block.
    pub in_block: bool,
}

/// No more of a statement than this is looked at before and behind an offset, in bytes.
const NEAR: usize = 16 * 1024;

/// What stands at an offset: the word that holds it, else the one that ends there. `None` between words, and for a policy.json.
pub fn at(view: &View, offset: usize) -> Option<At<'_>> {
    let text = view.text();
    let offset = text.floor_char_boundary(offset);
    let part = part(view.tree()?, text, offset);
    let range = near(text, &part.range, offset);
    let words = words::words(text, range, part.in_block, &[]);
    let holds = |word: &&Word| word.range.start <= offset && offset < word.range.end;
    let says = |word: &Word| word.kind != WordKind::Mark;
    let after = words.partition_point(|word| word.range.start <= offset);
    let near = words.get(after.saturating_sub(2)..after).unwrap_or(&[]);
    let ends = || near.iter().find(|word| word.range.end == offset && says(word));
    let inside = near.iter().find(holds).filter(|word| says(word));
    let word = inside.or_else(ends).or_else(|| near.iter().find(holds))?.clone();
    Some(At { word, part, words, offset })
}

/// The words of a range of a file, in order, each with all of its characters though the range may hold only some of them.
pub fn words_within(tree: &Tree, text: &str, range: &Range<usize>) -> Vec<Word> {
    let first = part(tree, text, range.start);
    let last = part(tree, text, range.end);
    let reach = first.range.start..last.range.end.max(first.range.end);
    let mut words = words::words(text, reach.clone(), first.in_block, &bounds(tree, &reach));
    words.retain(|word| word.range.start < range.end && range.start < word.range.end);
    words
}

/// The part of a file in which an offset lies; right behind the last character of a statement or rule it is still that.
pub fn part<'t>(tree: &'t Tree, text: &str, offset: usize) -> Part<'t> {
    let offset = text.floor_char_boundary(offset);
    let statements = &tree.statements;
    let after = begun(statements, offset);
    let before = after.checked_sub(1).and_then(|last| statements.get(last));
    let ends = before.map_or(0, |statement| statement.span.end as usize);
    let (Some(statement), true) = (before, offset <= ends) else {
        let next = statements.get(after).map_or(text.len(), |next| next.span.start as usize);
        let range = line_within(text, &(ends..next), offset);
        return Part { range, statement: None, rule: None, in_block: false };
    };
    let whole = statement.span.range();
    match &statement.kind {
        StatementKind::Block(block) => {
            let after = begun(&block.rules, offset);
            let next = block.rules.get(after).map_or(whole.end, |(span, _)| span.start as usize);
            let own = after.checked_sub(1).and_then(|last| block.rules.get(last));
            let (range, rule) = match own {
                Some((span, rule)) if offset <= span.end as usize => {
                    (span.range(), Some((*span, rule)))
                }
                Some((span, _)) => (span.end as usize..next, None),
                None => (whole.start..next, None),
            };
            Part { range, statement: Some(statement), rule, in_block: own.is_some() }
        }
        StatementKind::Rule(_, rule) => {
            let rule = Some((statement.span, rule));
            Part { range: whole, statement: Some(statement), rule, in_block: false }
        }
        _ => Part { range: whole, statement: Some(statement), rule: None, in_block: false },
    }
}

impl<'t> At<'t> {
    /// The statement word that the word belongs to, also of a broken statement.
    pub fn verb(&self) -> Option<&'static str> {
        let before = self.words.iter().take_while(|word| word.range.start <= self.word.range.start);
        let verb = |word: &Word| match word.kind {
            WordKind::Statement(verb) => Some(verb),
            _ => None,
        };
        before.filter_map(verb).last()
    }

    /// The guard that the word belongs to.
    pub fn guard(&self) -> Option<&'t Guard> {
        guard_of(self.part.rule?.1)
    }

    /// The test of a condition that the word belongs to.
    pub fn test(&self) -> Option<&'t Test> {
        let mut found = None;
        tests(self.guard()?.condition.as_ref()?, &mut |test| {
            if holds(test.span, &self.word.range) {
                found = Some(test);
            }
        });
        found
    }

    /// The innermost value that the word belongs to.
    pub fn literal(&self) -> Option<&'t Literal> {
        let mut literal = self.test()?.value.as_ref()?;
        while holds(literal.span, &self.word.range) {
            let inner = match &literal.kind {
                LiteralKind::Scalar => None,
                LiteralKind::List(items) => {
                    items.iter().find(|item| holds(item.span, &self.word.range))
                }
                LiteralKind::Object(members) => {
                    let mut values = members.iter().map(|(_, value)| value);
                    values.find(|value| holds(value.span, &self.word.range))
                }
            };
            let Some(inner) = inner else { return Some(literal) };
            literal = inner;
        }
        None
    }

    /// The rate that the word is.
    pub fn calls(&self) -> Option<Calls> {
        let rates = match self.part.rule? {
            (_, Rule::Allow(caps) | Rule::Rate(caps)) => caps.rates.as_slice(),
            (_, Rule::Budget(budget)) => std::slice::from_ref(&budget.limit),
            _ => &[],
        };
        rates.iter().find(|calls| calls.span.range() == self.word.range).copied()
    }

    /// The selectors that the part is about: its own, or those of the head of its block.
    pub fn selectors(&self) -> Option<&'t Selectors> {
        selectors_of(self.part.statement?)
    }

    /// The keys of the path that the word is; none for another word.
    pub fn keys(&self, text: &str) -> Vec<PathKey> {
        if self.word.kind == WordKind::Path { keys(text, &self.word.range) } else { Vec::new() }
    }
}

/// Where statements and rules begin and end in a range.
fn bounds(tree: &Tree, range: &Range<usize>) -> Vec<Bound> {
    let lies = |offset: u32| range.start < offset as usize && (offset as usize) < range.end;
    let mut bounds = Vec::new();
    let mut push = |offset: u32, in_block| {
        if lies(offset) {
            bounds.push(Bound { offset: offset as usize, in_block });
        }
    };
    let statements = &tree.statements;
    let from = statements.partition_point(|own| (own.span.end as usize) <= range.start);
    let inside = statements.iter().skip(from);
    for statement in inside.take_while(|own| (own.span.start as usize) < range.end) {
        push(statement.span.start, false);
        if let StatementKind::Block(block) = &statement.kind {
            let from = block.rules.partition_point(|(span, _)| (span.end as usize) <= range.start);
            let inside = block.rules.iter().skip(from);
            for (span, _) in inside.take_while(|(span, _)| (span.start as usize) < range.end) {
                push(span.start, true);
                push(span.end, true);
            }
        }
        push(statement.span.end, false);
    }
    bounds
}

fn holds(span: Span, range: &Range<usize>) -> bool {
    span.start as usize <= range.start && range.end <= span.end as usize
}

/// The line of an offset, as far as it lies in a range. Between statements nothing goes on over a line.
fn line_within(text: &str, range: &Range<usize>, offset: usize) -> Range<usize> {
    let (start, end) = (lines::line_start(text, offset), lines::line_end(text, offset));
    start.max(range.start)..end.min(range.end)
}

/// The lines of a part around an offset, whole, so that one statement of megabytes costs no more than a long one.
fn near(text: &str, part: &Range<usize>, offset: usize) -> Range<usize> {
    if part.len() <= 2 * NEAR {
        return part.clone();
    }
    let line_break = |from: usize, to: usize| {
        text.as_bytes().get(from..to).and_then(|bytes| bytes.iter().position(|byte| *byte == b'\n'))
    };
    let from = offset.saturating_sub(NEAR).max(part.start);
    let start =
        if from == part.start { Some(0) } else { line_break(from, offset).map(|at| at + 1) };
    let to = offset.saturating_add(NEAR).min(part.end);
    let end = line_break(to, part.end).map_or(part.end, |at| to + at);
    start.map_or(part.start, |at| from + at)..end
}

#[cfg(test)]
mod tests;
