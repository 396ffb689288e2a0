//! The steps of the growing selection that lie outside of statements: comments, and statements in a row.

use std::ops::Range;

use super::Growing;
use crate::editor::cursor::begun;
use crate::editor::folding::{comment_runs, has_blank_line};
use crate::editor::lines::line_end;
use crate::source::TextPart;
use crate::syntax::Tree;
use crate::syntax::tree::Statement;

impl Growing<'_> {
    /// The lines of comment around the offset, outside of statements.
    pub(super) fn comment_run(&mut self, tree: &Tree) {
        let (from, to) = self.gap(tree);
        let (runs, _) = comment_runs(self.text, from, to);
        runs.into_iter().for_each(|run| self.add(run.start, run.end));
    }

    /// What lies between the statements around the offset.
    fn gap(&self, tree: &Tree) -> (usize, usize) {
        let next = begun(&tree.statements, self.offset);
        let before = next.checked_sub(1).and_then(|at| tree.statements.get(at));
        let after = tree.statements.get(next);
        (
            before.map_or(0, |statement| statement.span.range().end),
            after.map_or(self.text.len(), |statement| statement.span.range().start),
        )
    }

    /// The statements around the offset without a blank line between them, with the comments right above them and beside them.
    pub(super) fn paragraph(&mut self, tree: &Tree) {
        let all = &tree.statements;
        let behind = begun(all, self.offset);
        // A comment may belong to the statement behind it.
        self.paragraph_of(all, behind);
        if let Some(at) = behind.checked_sub(1) {
            self.paragraph_of(all, at);
        }
    }

    fn paragraph_of(&mut self, all: &[Statement], at: usize) {
        let place = |at: usize| all.get(at).map(|statement| statement.span.range());
        let (Some(mut first), Some(mut last)) = (place(at), place(at)) else { return };
        let joined = |one: &Range<usize>, other: &Range<usize>| {
            !has_blank_line(self.text, one.end, other.start)
        };
        let mut left = at;
        while let Some(before) = left.checked_sub(1).and_then(place).filter(|it| joined(it, &first))
        {
            left -= 1;
            first = before;
        }
        let mut right = at;
        while let Some(after) = place(right + 1).filter(|it| joined(&last, it)) {
            right += 1;
            last = after;
        }
        let above = left.checked_sub(1).and_then(place).map_or(0, |range| range.end);
        let start = self.with_comments(above, first.start);
        let line = self.text.part(last.end..line_end(self.text, last.end));
        let beside = line.trim_start().starts_with('#');
        let end = if beside { last.end + line.trim_end().len() } else { last.end };
        self.add(first.start, last.end);
        self.add(start, end);
    }

    /// Where the comment lines begin that stand right above a statement.
    fn with_comments(&self, from: usize, to: usize) -> usize {
        let mut start = to;
        while let Some(above) = self.text.get(from..start).and_then(|gap| gap.rfind('\n')) {
            let end = from + above;
            let gap = self.text.part(from..end);
            let line = gap.rfind('\n').map(|at| at + 1);
            // The first line of a gap belongs to the statement before it, at the start of a file to nothing.
            let Some(line) = line.or((from == 0).then_some(0)).map(|at| from + at) else { break };
            let written = self.text.part(line..end);
            let kept = written.trim_start_matches(['\u{feff}', ' ', '\t']);
            if !kept.starts_with('#') {
                break;
            }
            start = line + written.len() - kept.len();
        }
        start
    }
}
