//! Regular expressions in conditions, with their syntax trees and their places.

mod anchors;
mod intent;
mod names;
mod shape;

use std::ops::Range;

use regex_syntax::ast::{Ast, Span as AstSpan};

use super::guards::Guarded;
use super::{Context, written};
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::json::{span_in_string, spans_in_string};
use crate::policy::logic::is_pattern_included;
use crate::policy::{
    Literal, Operator, PatternError, check_pattern, pattern_surprises, pattern_tree,
};
use crate::source::Span;

pub use anchors::{ends, split_alternation};
pub use intent::{Intent, intent};
pub use names::dots_in_names;
pub use shape::{
    Emptiness, emptiness, is_test_for_presence, letter_ranges, nested_repetitions, only_star,
};

/// The `matches` of a guard.
pub struct Pattern<'c> {
    /// The pattern, decoded.
    pub text: &'c str,
    /// Its syntax.
    pub tree: Ast,
    /// Whether calls pass because it matches: it stands on a list of what is allowed.
    pub admits: bool,
    /// The test.
    pub test: Span,
    /// The pattern's string with its quotes; none in a policy.json.
    pub literal: Option<Span>,
}

/// Every pattern in the condition of a guard that RE2 takes and that has no spelling of RE2's own.
pub fn of_guard<'c>(context: &Context<'c>, guarded: &Guarded<'c>) -> Vec<Pattern<'c>> {
    let pattern = |(text, admits, test, literal)| {
        Some(Pattern { text, tree: pattern_tree(text)?, admits, test, literal })
    };
    texts(context, guarded).into_iter().filter_map(pattern).collect()
}

/// The patterns of a guard: the text, whether calls pass because it matches, the test, the literal if it is written in the
/// language.
type PatternText<'c> = (&'c str, bool, Span, Option<Span>);

fn texts<'c>(context: &Context<'c>, guarded: &Guarded<'c>) -> Vec<PatternText<'c>> {
    let facts = guarded.passes().facts();
    let tests: Vec<_> =
        facts.into_iter().filter(|fact| fact.test.operator == Operator::Regex).collect();
    if tests.is_empty() {
        return Vec::new();
    }
    let written = written::guard(context, guarded.rule).map(|guard| guard.tests());
    let written = written.unwrap_or_default();
    let text = |fact: &super::solver::Fact<'c>| -> Option<PatternText<'c>> {
        let Literal::String(text) = &fact.test.value else { return None };
        let test = written::test_at(&written, fact.span);
        let literal = test.and_then(|test| test.value.as_ref()).map(|value| value.span);
        Some((text, !fact.negated, fact.span, literal))
    };
    tests.iter().filter_map(text).collect()
}

/// What RE2 reads in another way than most dialects in the patterns of a guard, and where.
pub fn surprises<'c>(context: &Context<'c>, guarded: &Guarded<'c>) -> Vec<(Span, PatternError)> {
    let mut found = Vec::new();
    for (text, _, test, literal) in texts(context, guarded) {
        for surprise in pattern_surprises(text) {
            let in_string = |literal: Span| {
                let text = context.sources.text(literal.file);
                span_in_string(text, literal, surprise.range.clone())
            };
            found.push((literal.map_or(test, in_string), surprise));
        }
    }
    found
}

impl Pattern<'_> {
    /// Where a part of the pattern stands; the whole test where that is not known.
    pub fn place(&self, context: &Context<'_>, part: &AstSpan) -> Span {
        let Some(literal) = self.literal else { return self.test };
        let part = part.start.offset..part.end.offset;
        if part == (0..self.text.len()) {
            return literal;
        }
        span_in_string(context.sources.text(literal.file), literal, part)
    }

    /// A fix that replaces parts of the pattern, given in bytes and in their order, by texts of printable ASCII. None when RE2 takes
    /// no such pattern, and unless it is certain that no call gets through because of it: a pattern of what may pass must become
    /// stricter, one of what is blocked must not.
    pub fn fix(&self, context: &Context<'_>, parts: &[(Range<usize>, &str)]) -> Option<Fix> {
        let literal = self.literal?;
        let mut changed = String::new();
        let mut at = 0;
        let mut edits = Vec::new();
        let ranges = parts.iter().map(|(part, _)| part.clone());
        let spans = spans_in_string(context.sources.text(literal.file), literal, ranges);
        for ((part, text), span) in parts.iter().zip(spans) {
            changed.push_str(self.text.get(at..part.start)?);
            changed.push_str(text);
            at = part.end;
            edits.push(Edit { span, text: text.replace('\\', "\\\\") });
        }
        changed.push_str(self.text.get(at..)?);
        check_pattern(&changed).ok()?;
        let (inner, outer) =
            if self.admits { (&*changed, self.text) } else { (self.text, &*changed) };
        if !is_pattern_included(inner, outer) {
            return None;
        }
        let mut shown = String::new();
        crate::policy::write_string(&changed, &mut shown);
        let title = format!("write {}", crate::text::quote(&shown));
        Some(Fix { title, applicability: Applicability::Unsafe, edits })
    }
}
