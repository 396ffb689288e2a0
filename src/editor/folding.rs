//! What can be folded away, and what is selected when a selection grows.

mod growing;

use std::ops::Range;

use super::cursor::{guard_of, literals, tests};
use super::{View, lines};
use crate::source::TextPart;
use crate::syntax::Tree;
use crate::syntax::tree::{Block, Literal, LiteralKind, Rule, Statement, StatementKind};

pub(super) use growing::selection;

/// A part that can be folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fold {
    /// From the first line's last character that stays to the last character that goes.
    pub range: Range<usize>,
    /// What it is.
    pub kind: FoldKind,
}

/// What is folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoldKind {
    /// Lines of comment.
    Comment,
    /// The files that are named one after the other.
    Imports,
    /// Anything else.
    Region,
}

/// What can be folded in a policy of the language.
pub(super) fn folds(view: &View) -> Vec<Fold> {
    let Some(tree) = view.tree() else { return Vec::new() };
    let mut folding = Folding { text: view.text(), folds: Vec::new() };
    folding.gaps(tree);
    folding.imports(tree);
    for statement in &tree.statements {
        folding.statement(statement);
    }
    let mut folds = folding.folds;
    folds.sort_by_key(|fold| (fold.range.start, std::cmp::Reverse(fold.range.end)));
    folds.dedup_by_key(|fold| fold.range.clone());
    folds
}

struct Folding<'t> {
    text: &'t str,
    folds: Vec<Fold>,
}

impl Folding<'_> {
    /// A fold from the line of one place to that of another, if these are two.
    fn add(&mut self, start: usize, end: usize, kind: FoldKind) {
        let first = self.text.get(start..end).and_then(|text| text.find('\n'));
        if let Some(first) = first.map(|at| start + at) {
            let line = self.text.part(start..first);
            let range = start + line.trim_end().len()..end;
            self.folds.push(Fold { range, kind });
        }
    }

    /// The same for what ends in a bracket, which stays when it has its line for itself.
    fn bracket(&mut self, start: usize, end: usize) {
        let inside = self.text.part(start..end.saturating_sub(1));
        let kept = inside.trim_end();
        let has_own_line = inside.get(kept.len()..).is_some_and(|rest| rest.contains('\n'));
        let end = if has_own_line { start + kept.len() } else { end };
        self.add(start, end, FoldKind::Region);
    }

    fn statement(&mut self, statement: &Statement) {
        let Range { start, end } = statement.span.range();
        match &statement.kind {
            StatementKind::Block(block) => {
                let written = self.text.part(start..end).trim_end();
                if written.ends_with('}') {
                    self.bracket(start, end);
                } else {
                    self.add(start, start + written.len(), FoldKind::Region);
                }
                self.comments_in(block, start, end);
                for (span, rule) in &block.rules {
                    self.add(span.range().start, span.range().end, FoldKind::Region);
                    self.lists(rule);
                }
            }
            StatementKind::Rule(_, rule) => {
                self.add(start, end, FoldKind::Region);
                self.lists(rule);
            }
            _ => self.add(start, end, FoldKind::Region),
        }
    }

    /// The lists and objects of a rule's condition.
    fn lists(&mut self, rule: &Rule) {
        let condition = guard_of(rule).and_then(|guard| guard.condition.as_ref());
        let mut bracket = |literal: &Literal| {
            if !matches!(literal.kind, LiteralKind::Scalar) {
                self.bracket(literal.span.range().start, literal.span.range().end);
            }
        };
        if let Some(condition) = condition {
            tests(condition, &mut |test| {
                test.value.iter().for_each(|value| literals(value, &mut bracket));
            });
        }
    }

    /// Comments between the rules of a block.
    fn comments_in(&mut self, block: &Block, start: usize, end: usize) {
        let head = block.selectors.as_ref().map_or(start, |row| row.span.range().end);
        let mut at = head;
        for (span, _) in &block.rules {
            self.comments(at, span.range().start);
            at = span.range().end;
        }
        if !block.rules.is_empty() {
            self.comments(at, end);
        }
    }

    /// What stands between statements: comments, of which the last may be the head of a section.
    fn gaps(&mut self, tree: &Tree) {
        let mut at = 0;
        let mut head: Option<usize> = None;
        let mut members = 0;
        for statement in &tree.statements {
            let Range { start, end } = statement.span.range();
            let comment = self.comments(at, start);
            if at == 0 || has_blank_line(self.text, at, start) || comment.is_some() {
                self.section(head, members, at);
                (head, members) = (comment, 0);
            }
            members += 1;
            at = end;
        }
        self.section(head, members, at);
        self.comments(at, self.text.len());
    }

    /// Several statements under a comment.
    fn section(&mut self, head: Option<usize>, members: usize, end: usize) {
        if let Some(start) = head.filter(|_| members > 1) {
            self.add(start, end, FoldKind::Region);
        }
    }

    /// The runs of comment lines between two places. Says where the last comment line begins, if nothing stands between it and the
    /// end.
    fn comments(&mut self, from: usize, to: usize) -> Option<usize> {
        let (runs, last) = comment_runs(self.text, from, to);
        runs.into_iter().for_each(|run| self.add(run.start, run.end, FoldKind::Comment));
        last
    }

    /// Files that are named in statements one after the other.
    fn imports(&mut self, tree: &Tree) {
        let names_file = |statement: &Statement| {
            matches!(statement.kind, StatementKind::Include(_) | StatementKind::Manifest(_))
        };
        for run in tree.statements.chunk_by(|one, other| names_file(one) == names_file(other)) {
            if let (Some(first), Some(last)) = (run.first(), run.last())
                && names_file(first)
                && run.len() > 1
            {
                let (start, end) = (first.span.range().start, last.span.range().end);
                self.add(start, end, FoldKind::Imports);
            }
        }
    }
}

/// The runs of comment lines between two places; the first line belongs to what stands there. Also where the last comment line
/// begins, if nothing stands between it and the end.
fn comment_runs(text: &str, from: usize, to: usize) -> (Vec<Range<usize>>, Option<usize>) {
    let (mut runs, mut run, mut last) = (Vec::new(), None, None);
    let mut at = from;
    for line in text.part(from..to).split_inclusive('\n') {
        let content = lines::content(text, &(at..at + line.len()));
        let start = at + line.len() - content.len();
        if content.starts_with('#') && (at != from || from == 0) {
            let first = run.map_or(start, |run: Range<usize>| run.start);
            run = Some(first..at + line.trim_end().len());
            last = Some(start);
        } else if line.ends_with('\n') || !line.trim().is_empty() {
            runs.extend(run.take());
            last = None;
        }
        at += line.len();
    }
    runs.extend(run);
    (runs, last)
}

/// Whether a line without any character stands between two places.
fn has_blank_line(text: &str, from: usize, to: usize) -> bool {
    let gap = text.part(from..to);
    // The first line ends what stands before the gap, and the last begins what stands behind it.
    let mut lines = gap.split('\n').skip(1).peekable();
    while let Some(line) = lines.next() {
        if lines.peek().is_some() && line.trim().is_empty() {
            return true;
        }
    }
    false
}
