//! The part of a file in which an offset lies: the statement, the head of a block, a rule of one, or a line between them.

use std::ops::Range;

use super::nodes::begun;
use super::words::Bound;
use crate::editor::lines;
use crate::source::Span;
use crate::syntax::Tree;
use crate::syntax::tree::{Rule, Statement, StatementKind};

/// A part of a file whose words depend on nothing outside it: a statement, the head of a block, a rule of a block, or a line
/// between them.
#[derive(Clone, Debug)]
pub struct FilePart<'t> {
    /// The bytes.
    pub range: Range<usize>,
    /// The statement outside of blocks, or the block, that it belongs to; none between them.
    pub statement: Option<&'t Statement>,
    /// The rule, if that is what it is, with its span. There is none in a broken statement.
    pub rule: Option<(Span, &'t Rule)>,
    /// Whether it lies between the braces of a block.
    pub in_block: bool,
}

/// How much of a long statement is looked at before and after an offset, in bytes.
const NEAR: usize = 16 * 1024;

/// The part of a file that holds an offset. The end of a statement or rule belongs to it.
pub fn part<'t>(tree: &'t Tree, text: &str, offset: usize) -> FilePart<'t> {
    let offset = text.floor_char_boundary(offset);
    let statements = &tree.statements;
    let after = begun(statements, offset);
    let before = after.checked_sub(1).and_then(|last| statements.get(last));
    let ends = before.map_or(0, |statement| statement.span.end as usize);
    let (Some(statement), true) = (before, offset <= ends) else {
        let next = statements.get(after).map_or(text.len(), |next| next.span.start as usize);
        let range = line_within(text, &(ends..next), offset);
        return FilePart { range, statement: None, rule: None, in_block: false };
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
            FilePart { range, statement: Some(statement), rule, in_block: own.is_some() }
        }
        StatementKind::Rule(_, rule) => {
            let rule = Some((statement.span, rule));
            FilePart { range: whole, statement: Some(statement), rule, in_block: false }
        }
        _ => FilePart { range: whole, statement: Some(statement), rule: None, in_block: false },
    }
}

impl FilePart<'_> {
    /// The rule whose tools an argument in this part belongs to: the rule itself, and in the head of a block its first one.
    pub(super) fn rule_of_arguments(&self) -> Option<Span> {
        let rule = self.rule.map(|(span, _)| span);
        rule.or_else(|| match &self.statement?.kind {
            StatementKind::Block(block) if !self.in_block => block.rules.first().map(|rule| rule.0),
            _ => None,
        })
    }
}

/// Where statements and rules begin and end in a range.
pub(super) fn bounds(tree: &Tree, range: &Range<usize>) -> Vec<Bound> {
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

/// The part of an offset's line that lies in a range. Nothing between statements crosses the end of a line.
fn line_within(text: &str, range: &Range<usize>, offset: usize) -> Range<usize> {
    let (start, end) = (lines::line_start(text, offset), lines::line_end(text, offset));
    start.max(range.start)..end.min(range.end)
}

/// The lines of a part around an offset, whole, so that one statement of megabytes costs no more than a long one.
pub(super) fn near(text: &str, part: &Range<usize>, offset: usize) -> Range<usize> {
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
