//! Where the comments that suppress findings stand, and which lines they are about.
//!
//! Most files have none, so the first step is to look for `gatewright:`. Then only the lines that hold it are read: strings end
//! on their line, so that what is a comment can be told line by line, whatever else is broken.

use std::ops::Range;
use std::sync::Arc;

use super::directive::{self, Reports};
use super::{Comment, Suppression};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, SourceSet, Span};
use crate::syntax::Tree;
use crate::syntax::compare::comments;
use crate::syntax::tree::StatementKind;

/// What a comment begins with that is for the linter.
const MARK: &str = "gatewright:";

/// What may stand on a line before its text.
const BEFORE_TEXT: [char; 3] = ['\u{feff}', ' ', '\t'];

/// For how many unknown rules of a run the nearest names are looked for.
const MAX_SUGGESTIONS: usize = 1_000;

/// The suppressions in the comments of a policy's files, in the order of the files and of their texts, and what is wrong with
/// them.
pub fn read(sources: &SourceSet, trees: &[Arc<Tree>]) -> (Vec<Suppression>, Vec<Diagnostic>) {
    let mut reports = Reports { findings: Vec::new(), suggestions_left: MAX_SUGGESTIONS };
    let mut found = Vec::new();
    for tree in trees {
        let text = sources.text(tree.file);
        if text.contains(MARK) {
            let mut file = File { id: tree.file, text, parts: None, run: None };
            file.read(tree, &mut found, &mut reports);
        }
    }
    (found, reports.findings)
}

/// A file that is read line by line.
struct File<'t> {
    id: FileId,
    text: &'t str,
    /// From the first to behind the last byte of every statement, head of a block and rule in a block, in their order.
    parts: Option<Vec<Range<usize>>>,
    /// The last lines of comments that were met.
    run: Option<Run>,
}

/// Lines that hold nothing but comments, without a blank line between them.
#[derive(Clone, Copy)]
struct Run {
    /// Where the last comment ends.
    comments_end: usize,
    /// From the first comment to the end of the code that they are about.
    about: Span,
    above_nothing: bool,
}

impl File<'_> {
    fn read(&mut self, tree: &Tree, found: &mut Vec<Suppression>, reports: &mut Reports) {
        let mut from = 0;
        while let Some(at) = self.text.get(from..).and_then(|rest| rest.find(MARK)) {
            let before = self.text.get(from..from + at).unwrap_or("");
            let start = from + before.rfind('\n').map_or(0, |line_break| line_break + 1);
            let line = start..self.line_end(start);
            from = line.end;
            let Some((place, mark)) = self.comment(&line) else { continue };
            let end = place.end as usize;
            let directive = directive::read(self.id, self.text, mark, end, reports);
            let comment = self.about(tree, &line, place);
            found.push(Suppression {
                rules: directive.rules.iter().map(|(code, _)| *code).collect(),
                tools: Vec::new(),
                until: directive.until.map(|(date, _)| date),
                reason: directive.reason,
                place,
                comment: Some(Comment {
                    rules: directive.rules.iter().map(|(_, span)| *span).collect(),
                    until: directive.until.map(|(_, span)| span),
                    ..comment
                }),
            });
        }
    }

    /// The comment of a line and the mark with which it begins, if it does.
    fn comment(&self, line: &Range<usize>) -> Option<(Span, Span)> {
        let text = self.text.get(line.clone())?;
        let comment = comments(text).next()?;
        // It ends where the line does, but for blanks.
        let end = line.start + text.trim_end_matches([' ', '\t', '\r']).len();
        let start = end - comment.len();
        let behind = comment.strip_prefix('#')?.trim_start_matches([' ', '\t']);
        let mark = end - behind.len();
        let place = Span::new(self.id, start, end);
        behind.starts_with(MARK).then(|| (place, Span::new(self.id, mark, mark + MARK.len())))
    }

    /// The lines that the comment at a place is about, and what goes with it when it is removed.
    fn about(&mut self, tree: &Tree, line: &Range<usize>, place: Span) -> Comment {
        let before = self.text.get(line.start..place.start as usize).unwrap_or("");
        let blank = before.len() - before.trim_end_matches([' ', '\t']).len();
        let start = place.start as usize - blank;
        let comment = |lines, above_nothing, removal| Comment {
            lines,
            above_nothing,
            rules: Vec::new(),
            until: None,
            removal,
        };
        if before.trim_start_matches(BEFORE_TEXT).is_empty() {
            let run = self.run(tree, line);
            let removal = Span::new(self.id, start, self.next_line(line.end));
            return comment(run.about, run.above_nothing, removal);
        }
        let lines = Span::new(self.id, self.code_start(tree, line, start), line.end);
        comment(lines, false, Span::new(self.id, start, place.end as usize))
    }

    /// The lines of comments to which a line belongs that holds nothing else. Every line is looked at once.
    fn run(&mut self, tree: &Tree, line: &Range<usize>) -> Run {
        if let Some(run) = self.run.filter(|run| line.start < run.comments_end) {
            return run;
        }
        let mut start = line.start;
        while let Some(above) = self.line_above(start).filter(|above| self.is_comment(above)) {
            start = above.start;
        }
        let mut comments_end = line.end;
        let mut below = self.line_below(comments_end);
        while let Some(next) = below.clone().filter(|next| self.is_comment(next)) {
            comments_end = next.end;
            below = self.line_below(comments_end);
        }
        let code = below.filter(|below| !self.line(below).trim().is_empty());
        let end = code.as_ref().map_or(comments_end, |code| self.code_end(tree, code));
        let about = Span::new(self.id, start, end);
        let run = Run { comments_end, about, above_nothing: code.is_none() };
        self.run = Some(run);
        run
    }

    /// The end of the line on which the last part ends that begins on a line of code; of that line if none begins there.
    fn code_end(&mut self, tree: &Tree, code: &Range<usize>) -> usize {
        let last = self.last_part(tree, code.end);
        let goes_on = last.filter(|part| part.start >= code.start && part.end > code.end);
        goes_on.map_or(code.end, |part| self.line_end(part.end))
    }

    /// The start of the line on which the part begins that ends on a line of code, before a comment; of that line if none ends
    /// there.
    fn code_start(&mut self, tree: &Tree, code: &Range<usize>, comment: usize) -> usize {
        let last = self.last_part(tree, comment);
        let ended = last.filter(|part| part.start < code.start);
        let ended = ended.filter(|part| code.start < part.end && part.end <= comment);
        let before = ended.and_then(|part| self.text.get(..part.start));
        before.map_or(code.start, |before| before.rfind('\n').map_or(0, |at| at + 1))
    }

    /// The last part that begins before an offset.
    fn last_part(&mut self, tree: &Tree, offset: usize) -> Option<Range<usize>> {
        let parts = self.parts.get_or_insert_with(|| parts(tree));
        let after = parts.partition_point(|part| part.start < offset);
        after.checked_sub(1).and_then(|last| parts.get(last)).cloned()
    }

    fn is_comment(&self, line: &Range<usize>) -> bool {
        is_comment(self.line(line))
    }

    fn line(&self, line: &Range<usize>) -> &str {
        self.text.get(line.clone()).unwrap_or("")
    }

    /// The offset of the line break that ends the line, or the end of the text.
    fn line_end(&self, from: usize) -> usize {
        let rest = self.text.get(from..).unwrap_or("");
        from + rest.find('\n').unwrap_or(rest.len())
    }

    /// The start of the line below, or the end of the text.
    fn next_line(&self, line_end: usize) -> usize {
        self.text.len().min(line_end + 1)
    }

    fn line_below(&self, line_end: usize) -> Option<Range<usize>> {
        let start = line_end + 1;
        (start < self.text.len()).then(|| start..self.line_end(start))
    }

    fn line_above(&self, start: usize) -> Option<Range<usize>> {
        let end = start.checked_sub(1)?;
        let above = self.text.get(..end)?;
        Some(above.rfind('\n').map_or(0, |line_break| line_break + 1)..end)
    }
}

/// Whether a line holds a comment and no code.
fn is_comment(line: &str) -> bool {
    line.trim_start_matches(BEFORE_TEXT).starts_with('#')
}

/// The parts of a file that comments above and behind them are about as a whole. Where a part breaks over lines is the
/// formatter's decision, which must not change what is suppressed.
fn parts(tree: &Tree) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    for statement in &tree.statements {
        match &statement.kind {
            StatementKind::Block(block) => {
                let head = block.selectors.as_ref().map_or(statement.span.at_start(), |s| s.span);
                parts.push(statement.span.start as usize..head.end as usize);
                parts.extend(block.rules.iter().map(|(span, _)| span.range()));
            }
            _ => parts.push(statement.span.range()),
        }
    }
    parts
}
