//! Where the comments that suppress findings are, and which parts of a file they cover.
//!
//! A part is a statement, the head of a block with its braces, or a rule in a block. A comment covers the whole part that it is
//! written in or after, and on a line of its own outside of one, the part below. So where a statement breaks over lines, which is
//! the formatter's decision, changes nothing.
//!
//! Most files have no such comment, so the first step is to look for the words in which one is written. Then only the lines that
//! hold them are read: strings end on their line, so that what is a comment can be told line by line, whatever else is broken.

use std::ops::Range;
use std::sync::Arc;

use super::directive::{self, Reports};
use super::parts::{Part, Parts};
use super::{Comment, Suppression, SuppressionTarget, slips};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, SourceSet, Span};
use crate::syntax::Tree;
use crate::syntax::comments;

/// What a comment begins with that is for the linter.
pub(super) const MARK: &str = "gatewright:";

/// What a line holds that may be such a comment, or nearly one.
const NEEDLES: [&str; 2] = ["atewright", "allow("];

/// What may come before the text of a line.
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
        if NEEDLES.iter().any(|needle| text.contains(needle)) {
            let mut file = File::new(tree.file, text);
            file.read(tree, &mut found, &mut reports);
        }
    }
    (found, reports.findings)
}

/// Whether a comment of a text is a suppression, or was probably meant as one.
pub fn has_directive(id: FileId, text: &str) -> bool {
    let mut file = File::new(id, text);
    let mut from = 0;
    while let Some(line) = file.next_line_of_interest(from) {
        from = line.end;
        let is_directive = file.comment(&line).is_some_and(|(place, body)| {
            let body_text = text.get(body..place.end as usize).unwrap_or("");
            body_text.starts_with(MARK) || slips::find(id, body, body_text).is_some()
        });
        if is_directive {
            return true;
        }
    }
    false
}

/// A file that is read line by line.
struct File<'t> {
    id: FileId,
    text: &'t str,
    /// Where each of the needles comes next.
    next: [Option<usize>; NEEDLES.len()],
    parts: Option<Parts>,
    /// The last lines of comments that were met.
    run: Option<CommentRun>,
}

/// Lines that hold nothing but comments, without a blank line between them.
#[derive(Clone, Copy)]
struct CommentRun {
    /// Where the last comment ends.
    comments_end: usize,
    /// From the first comment to the end of the part that they cover.
    covered: Span,
    target: SuppressionTarget,
}

impl<'t> File<'t> {
    fn new(id: FileId, text: &'t str) -> Self {
        Self { id, text, next: NEEDLES.map(|needle| text.find(needle)), parts: None, run: None }
    }

    fn read(&mut self, tree: &Tree, found: &mut Vec<Suppression>, reports: &mut Reports) {
        let mut from = 0;
        while let Some(line) = self.next_line_of_interest(from) {
            from = line.end;
            let Some((place, body)) = self.comment(&line) else { continue };
            let end = place.end as usize;
            let behind = self.text.get(body..end).unwrap_or("");
            if !behind.starts_with(MARK) {
                reports.findings.extend(slips::find(self.id, body, behind));
                continue;
            }
            let mark = Span::new(self.id, body, body + MARK.len());
            let directive = directive::read(self.id, self.text, mark, end, reports);
            let comment = self.covered(tree, &line, place);
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

    /// The first line from an offset on that may hold a comment for the linter.
    fn next_line_of_interest(&mut self, from: usize) -> Option<Range<usize>> {
        let rest = self.text.get(from..)?;
        for (needle, next) in NEEDLES.into_iter().zip(&mut self.next) {
            // Each search goes on where it ended, so that all of them together read the text once.
            if next.is_some_and(|next| next < from) {
                *next = rest.find(needle).map(|at| from + at);
            }
        }
        let at = self.next.into_iter().flatten().min()?;
        let start = self.line_start(at);
        Some(start..self.line_end(at))
    }

    /// The comment of a line, and where its text begins, after the `#` and blanks.
    fn comment(&self, line: &Range<usize>) -> Option<(Span, usize)> {
        let text = self.text.get(line.clone())?;
        let comment = comments(text).next()?;
        // It ends where the line does, but for blanks.
        let end = line.start + text.trim_end_matches([' ', '\t', '\r']).len();
        let start = end - comment.len();
        let body = comment.strip_prefix('#')?.trim_start_matches([' ', '\t']);
        Some((Span::new(self.id, start, end), end - body.len()))
    }

    /// What the comment at a place covers, and what goes with it when it is removed.
    fn covered(&mut self, tree: &Tree, line: &Range<usize>, place: Span) -> Comment {
        let at = place.start as usize;
        let before = self.text.get(line.start..at).unwrap_or("");
        let blank = before.len() - before.trim_end_matches([' ', '\t']).len();
        let start = at - blank;
        let comment = |covered, target, removal| Comment {
            covered,
            target,
            rules: Vec::new(),
            until: None,
            removal,
        };
        if before.trim_start_matches(BEFORE_TEXT).is_empty() {
            let run = self.run(tree, line);
            let removal = Span::new(self.id, start, self.next_line(line.end));
            return comment(run.covered, run.target, removal);
        }
        let removal = Span::new(self.id, start, place.end as usize);
        match self.parts(tree).before(at) {
            Some(part) => comment(self.span_of(&part), part.target, removal),
            None => {
                comment(Span::new(self.id, line.start, line.end), SuppressionTarget::Part, removal)
            }
        }
    }

    /// The lines of comments to which a line belongs that holds nothing else. Every line is looked at once.
    fn run(&mut self, tree: &Tree, line: &Range<usize>) -> CommentRun {
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
        let (covered, target) = if let Some(part) = self.parts(tree).around(line.start) {
            (self.span_of(&part), part.target)
        } else {
            let part = code.and_then(|code| self.parts(tree).first_on(&code));
            let end = part.as_ref().map_or(comments_end, |part| part.span.end);
            let target = part.map_or(SuppressionTarget::Nothing, |part| part.target);
            (Span::new(self.id, start, end), target)
        };
        let run = CommentRun { comments_end, covered, target };
        self.run = Some(run);
        run
    }

    fn parts(&mut self, tree: &Tree) -> &Parts {
        self.parts.get_or_insert_with(|| Parts::of(tree, self.text))
    }

    /// A part with what comes before it on its line, if that is no code: findings about a whole file begin there.
    fn span_of(&self, part: &Part) -> Span {
        let line = self.line_start(part.span.start);
        let before = self.text.get(line..part.span.start).unwrap_or("");
        let blank = before.trim_start_matches(BEFORE_TEXT).is_empty();
        Span::new(self.id, if blank { line } else { part.span.start }, part.span.end)
    }

    fn is_comment(&self, line: &Range<usize>) -> bool {
        is_comment(self.line(line))
    }

    fn line(&self, line: &Range<usize>) -> &str {
        self.text.get(line.clone()).unwrap_or("")
    }

    /// Where the line begins that holds an offset.
    fn line_start(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or("");
        before.rfind('\n').map_or(0, |line_break| line_break + 1)
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
