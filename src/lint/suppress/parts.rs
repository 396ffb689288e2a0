//! The parts of a file that suppressions cover as a whole.

use std::ops::Range;

use super::SuppressionTarget;
use crate::syntax::tree::{Statement, StatementKind};
use crate::syntax::{Tree, tokens_within};

/// A statement, the head of a block, or a rule in a block.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// What it covers: from its first byte to after its last. The braces of a block belong to its head and are not in it, so
    /// that no part touches another.
    pub span: Range<usize>,
    /// What kind of part it is.
    pub target: SuppressionTarget,
    /// Where its code begins: at the part, or at the `}` of the block whose head it is.
    begins: usize,
}

/// The parts of a file in the order of the text; the head of a block twice, the second time for its `}`.
pub(super) struct Parts(Vec<Part>);

impl Parts {
    pub(super) fn of(tree: &Tree, text: &str) -> Self {
        let mut parts = Vec::with_capacity(tree.statements.len());
        for statement in &tree.statements {
            add(statement, text, &mut parts);
        }
        Self(parts)
    }

    /// The part to which the code belongs that comes last before an offset.
    pub(super) fn before(&self, offset: usize) -> Option<Part> {
        let after = self.0.partition_point(|part| part.begins < offset);
        after.checked_sub(1).and_then(|last| self.0.get(last)).cloned()
    }

    /// The part in the middle of which an offset is.
    pub(super) fn around(&self, offset: usize) -> Option<Part> {
        self.before(offset).filter(|part| part.span.contains(&offset))
    }

    /// The first part that begins on a line.
    pub(super) fn first_on(&self, line: &Range<usize>) -> Option<Part> {
        let first = self.0.partition_point(|part| part.begins < line.start);
        let part = self.0.get(first).filter(|part| part.begins < line.end)?;
        (part.begins == part.span.start).then(|| part.clone())
    }
}

/// Where the `{` is that follows the selectors of a block, with only blanks and comments in between.
fn open_brace(text: &str, from: usize, to: usize) -> usize {
    let mut tokens = tokens_within(text, from..to);
    tokens.find(|token| token.text(text) == "{").map_or(from, |brace| brace.start())
}

fn add(statement: &Statement, text: &str, parts: &mut Vec<Part>) {
    let span = statement.span.range();
    let StatementKind::Block(block) = &statement.kind else {
        parts.push(Part { begins: span.start, span, target: SuppressionTarget::Part });
        return;
    };
    let end = block.selectors.as_ref().map_or(span.start, |selectors| selectors.span.range().end);
    let end = open_brace(text, end, span.end);
    let head = Part { begins: span.start, span: span.start..end, target: SuppressionTarget::Head };
    parts.push(head.clone());
    let rules = block.rules.iter().map(|(rule, _)| rule.range());
    parts.extend(rules.map(|span| Part {
        begins: span.start,
        span,
        target: SuppressionTarget::Part,
    }));
    let before = text.get(..span.end).unwrap_or("").trim_end_matches([' ', '\t']);
    if let Some(before) = before.strip_suffix('}') {
        parts.push(Part { begins: before.len(), ..head });
    }
}
