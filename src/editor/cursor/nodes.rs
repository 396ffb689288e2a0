//! The statement or rule at an offset of a tree, and parts of one.

use std::borrow::Cow;

use crate::source::Span;
use crate::syntax::decode_string;
use crate::syntax::tree::{
    Condition, Counter, Guard, Literal, LiteralKind, Rule, SelectorKind, Selectors, Statement,
    StatementKind, Subjects, Test, Text,
};

/// A node with a span, sorted by place among others: a statement, or a rule of a block.
pub(in crate::editor) trait Placed {
    /// Its characters.
    fn span(&self) -> Span;
}

impl Placed for Statement {
    fn span(&self) -> Span {
        self.span
    }
}

impl Placed for (Span, Rule) {
    fn span(&self) -> Span {
        self.0
    }
}

/// How many of the nodes begin at an offset or before it.
pub(in crate::editor) fn begun<T: Placed>(row: &[T], offset: usize) -> usize {
    row.partition_point(|one| one.span().start as usize <= offset)
}

/// The last node that begins at an offset or before it.
pub(in crate::editor) fn last_begun<T: Placed>(row: &[T], offset: usize) -> Option<&T> {
    row.get(begun(row, offset).checked_sub(1)?)
}

/// The node that holds an offset or ends there.
pub(in crate::editor) fn touched<T: Placed>(row: &[T], offset: usize) -> Option<&T> {
    last_begun(row, offset).filter(|one| offset <= one.span().end as usize)
}

/// The name in a selector that names one tool, without its quotes.
pub(in crate::editor) fn exact_name(written: &str, kind: SelectorKind) -> Cow<'_, str> {
    if kind == SelectorKind::Quoted { decode_string(written) } else { Cow::Borrowed(written) }
}

/// The characters of a counter's name, with its quotes if it has them.
pub(in crate::editor) fn counter_span(counter: Counter) -> Span {
    let (Counter::Template(span) | Counter::Literal(Text { span })) = counter;
    span
}

/// The selectors of a statement, or of the head of a block.
pub(in crate::editor) fn selectors_of(statement: &Statement) -> Option<&Selectors> {
    match &statement.kind {
        StatementKind::Group(group) => Some(&group.selectors),
        StatementKind::Rule(Subjects::Tools(selectors), _) => Some(selectors),
        StatementKind::Block(block) => block.selectors.as_ref(),
        _ => None,
    }
}

/// The guard of a rule, if it has one.
pub(in crate::editor) fn guard_of(rule: &Rule) -> Option<&Guard> {
    match rule {
        Rule::Require(guard) | Rule::Approve(guard) | Rule::Deny(guard) => Some(guard),
        _ => None,
    }
}

/// Every test of a condition, in the order of the text. It nests no deeper than the brackets of a text may.
pub(in crate::editor) fn tests<'t>(condition: &'t Condition, take: &mut dyn FnMut(&'t Test)) {
    match condition {
        Condition::Any(parts) | Condition::All(parts) => {
            parts.iter().for_each(|part| tests(part, take));
        }
        Condition::Not(_, inner) | Condition::Parentheses(inner) => tests(inner, take),
        Condition::Test(test) => take(test),
    }
}

/// A value and every value in it, in no order.
pub(in crate::editor) fn literals<'t>(literal: &'t Literal, take: &mut dyn FnMut(&'t Literal)) {
    let mut waiting = vec![literal];
    while let Some(literal) = waiting.pop() {
        take(literal);
        match &literal.kind {
            LiteralKind::Scalar => {}
            LiteralKind::List(items) => waiting.extend(items),
            LiteralKind::Object(members) => waiting.extend(members.iter().map(|(_, value)| value)),
        }
    }
}
