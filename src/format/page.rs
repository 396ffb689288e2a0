//! The lines of a whole file: its statements in their order, with the comments and blank lines between them.

use super::INDENT;
use super::layout::{lay_out, trailing_comment};
use super::lexeme::{Lexeme, lexemes};
use super::pieces::{StatementLevel, pieces};
use crate::source::Span;
use crate::syntax::Tree;
use crate::syntax::tree::{Statement, StatementKind};

/// The text of a tree without mistakes, laid out anew.
pub(super) fn write(tree: &Tree, text: &str) -> String {
    let out = String::with_capacity(text.len() + text.len() / 8);
    let mut page = Page { tree, text, from: 0, out, behind_brace: false };
    for statement in &tree.statements {
        page.item(statement);
    }
    let rest = page.lexemes(text.len());
    page.comments(&rest, 0);
    if !page.out.is_empty() {
        page.out.push('\n');
    }
    page.out
}

struct Page<'t> {
    tree: &'t Tree,
    text: &'t str,
    /// The byte behind what has been written.
    from: usize,
    /// What has been written; the last line is open.
    out: String,
    /// Whether the last line opens a block.
    behind_brace: bool,
}

impl<'t> Page<'t> {
    /// What has not been written yet, up to an offset.
    fn lexemes(&mut self, to: usize) -> Vec<Lexeme<'t>> {
        let from = std::mem::replace(&mut self.from, to);
        lexemes(self.text, self.tree.tokens_in(&(from..to)), from)
    }

    /// A statement or block, with the comments before it.
    fn item(&mut self, item: &Statement) {
        let row = self.lexemes(item.span.range().end);
        let row = self.leading(&row, item.span, 0);
        match &item.kind {
            StatementKind::Block(block) => {
                self.block(row, block.rules.iter().map(|(span, _)| *span), StatementLevel::Block);
            }
            StatementKind::Test(test) => {
                self.block(row, test.steps.iter().map(|(span, _)| *span), StatementLevel::Test);
            }
            _ => self.statement(row, StatementLevel::File),
        }
    }

    /// A block or a test, given the spans of what is in it.
    fn block(
        &mut self,
        row: &[Lexeme<'_>],
        inside: impl Iterator<Item = Span>,
        level: StatementLevel,
    ) {
        let head = row.iter().position(|lexeme| lexeme.text == "{").map_or(row.len(), |at| at + 1);
        let (head, mut rest) = row.split_at(head);
        self.statement(head, StatementLevel::File);
        self.behind_brace = true;
        for span in inside {
            let rule = self.leading(rest, span, INDENT);
            let (rule, behind) = rule.split_at(before(rule, span.range().end));
            self.statement(rule, level);
            rest = behind;
        }
        if let Some((brace, comments)) = rest.split_last() {
            self.comments(comments, INDENT);
            self.start_line(1, 0);
            self.out.push_str(brace.text);
        }
    }

    /// Writes the comments before a span, and gives back what begins there.
    fn leading<'r>(
        &mut self,
        row: &'r [Lexeme<'r>],
        span: Span,
        indent: usize,
    ) -> &'r [Lexeme<'r>] {
        let (comments, rest) = row.split_at(before(row, span.range().start));
        self.comments(comments, indent);
        rest
    }

    fn statement(&mut self, row: &[Lexeme<'_>], level: StatementLevel) {
        let Some(first) = row.first() else { return };
        let indent = if level == StatementLevel::File { 0 } else { INDENT };
        self.start_line(first.line_breaks, indent);
        lay_out(&pieces(row, level), indent, &mut self.out);
    }

    fn comments(&mut self, comments: &[Lexeme<'_>], indent: usize) {
        for comment in comments {
            if comment.is_trailing() && !self.out.is_empty() {
                trailing_comment(comment.text, &mut self.out);
            } else {
                self.start_line(comment.line_breaks, indent);
                self.out.push_str(comment.text);
            }
        }
    }

    /// Begins a line. A blank line before it is kept, except at the start of the file and of a block.
    fn start_line(&mut self, line_breaks: usize, indent: usize) {
        if !self.out.is_empty() {
            let blank_line = line_breaks > 1 && !self.behind_brace;
            self.out.push_str(if blank_line { "\n\n" } else { "\n" });
        }
        self.behind_brace = false;
        self.out.extend(std::iter::repeat_n(' ', indent));
    }
}

/// How many of the lexemes begin before an offset.
fn before(row: &[Lexeme<'_>], offset: usize) -> usize {
    row.partition_point(|lexeme| lexeme.start < offset)
}
