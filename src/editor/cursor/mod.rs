//! What is at a place in a `.gate` file, in right and in half-written text. Every question about an offset asks this module:
//!
//! | question | asked by |
//! | --- | --- |
//! | [`word_at`]: the word there, what it is, and the statement that it belongs to | hovers, highlighting |
//! | `symbol_at`: the thing that the word names | definitions, references, highlights, rename |
//! | `writing_at`: what is being typed, and what the grammar would take there | completion, signature help |
//!
//! The statement is found in the tree by binary search. What its words are follows from its tokens alone, which is as good for a
//! broken statement as for a right one; where the statement is right, its node is at hand too.

mod directive;
mod named;
mod nodes;
mod part;
mod path;
mod resume;
mod symbol;
mod typed;
mod words;
mod writing;

use std::ops::Range;

use super::View;
use crate::source::Span;
use crate::syntax::Tree;
use crate::syntax::tree::{Calls, Guard, Literal, LiteralKind, Rule, Selectors, Test};

pub use directive::{Directive, directive};
pub(super) use named::{NamedPart, named_files, named_parts};
pub(super) use nodes::{
    Placed, begun, counter_span, exact_name, guard_of, last_begun, literals, selectors_of, tests,
    touched,
};
pub use part::{FilePart, part};
pub use path::{PathKey, keys};
pub(super) use path::{split_keys, typed_keys};
pub(super) use resume::open_list;
pub(super) use symbol::{
    Symbol, SymbolAt, between_quotes, counter_name, file_path, is_given, key_name, of_selector,
    symbol_at,
};
pub(super) use typed::name_end;
pub use words::{Word, WordKind};
pub(super) use writing::{InComment, Writing, writing_at};

/// The word at an offset, with the part of the file that it belongs to.
#[derive(Clone, Debug)]
pub struct WordAt<'t> {
    /// The word that holds the offset or ends there.
    pub word: Word,
    /// The part of the file that it belongs to.
    pub part: FilePart<'t>,
    /// The words of the part; of a very long one, those near the offset.
    pub words: Vec<Word>,
    /// The offset.
    pub offset: usize,
}

/// The word that holds an offset, else the one that ends there. `None` between words, and for a policy.json.
pub fn word_at(view: &View, offset: usize) -> Option<WordAt<'_>> {
    let offset = view.text().floor_char_boundary(offset);
    let (part, words) = words_around(view, offset)?;
    let holds = |word: &&Word| word.range.start <= offset && offset < word.range.end;
    let says = |word: &Word| word.kind != WordKind::Mark;
    let after = words.partition_point(|word| word.range.start <= offset);
    let near = words.get(after.saturating_sub(2)..after).unwrap_or(&[]);
    let ends = || near.iter().find(|word| word.range.end == offset && says(word));
    let inside = near.iter().find(holds).filter(|word| says(word));
    let word = inside.or_else(ends).or_else(|| near.iter().find(holds))?.clone();
    Some(WordAt { word, part, words, offset })
}

/// The part of the file in which an offset lies, and its words, or those near the offset if it is very long.
fn words_around(view: &View, offset: usize) -> Option<(FilePart<'_>, Vec<Word>)> {
    let (tree, text) = (view.tree()?, view.text());
    let part = part(tree, text, offset);
    let range = part::near(text, &part.range, offset);
    let words = words::words(text, tree.tokens_in(&range), part.in_block, &[]);
    Some((part, words))
}

/// The words of a range of a file, in order, each with all of its characters though the range may hold only some of them.
pub fn words_within(tree: &Tree, text: &str, range: &Range<usize>) -> Vec<Word> {
    let first = part(tree, text, range.start);
    let last = part(tree, text, range.end);
    let reach = first.range.start..last.range.end.max(first.range.end);
    let tokens = tree.tokens_in(&reach);
    let mut words = words::words(text, tokens, first.in_block, &part::bounds(tree, &reach));
    words.retain(|word| word.range.start < range.end && range.start < word.range.end);
    words
}

impl<'t> WordAt<'t> {
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

fn holds(span: Span, range: &Range<usize>) -> bool {
    span.start as usize <= range.start && range.end <= span.end as usize
}

#[cfg(test)]
mod tests;
