//! Where the cursor stands: in which statement, and what the grammar would take there.

use std::ops::Range;

use super::resume;
use super::word::{Word, shifted};
use crate::editor::View;
use crate::editor::at::begun;
use crate::editor::lines::line_start;
use crate::syntax::tree::{Block, Statement, StatementKind};
use crate::syntax::{Expectation, Expected, Part, Token, TokenKind, expectation, tokens, words};

/// How far a statement is looked for above the cursor, in lines and in bytes.
const MAX_LINES: usize = 400;
const MAX_BYTES: usize = 64 * 1024;

/// So many statements above the cursor may be rules of a block that nothing closes.
const MAX_RULES: usize = 100;

/// A place in the code of a statement, or where one may begin.
#[derive(Debug)]
pub(in crate::editor) struct Place<'v> {
    /// The whole text.
    pub text: &'v str,
    /// The cursor.
    pub offset: usize,
    /// The bytes under the cursor that an offer takes the place of.
    pub replace: Range<usize>,
    /// Whether the word under the cursor is a string.
    pub is_string: bool,
    /// The word that begins the statement, or that was meant to; none where nothing is begun.
    pub statement: Option<&'static str>,
    /// Whether the statement is one, the head of a block, or a rule in a block.
    pub part: Part,
    /// What stands between the first word of the statement and the word under the cursor, that first word included, without
    /// comments. Places are those of the text.
    pub tokens: Vec<Token>,
    /// The tokens of the head of the block in which the cursor stands.
    pub head: Vec<Token>,
    /// What the grammar would take in the place of the word under the cursor.
    pub expected: Vec<Expected>,
}

/// Where a statement lies that may hold the cursor.
struct Surroundings {
    part: Part,
    /// Statements are looked for behind this.
    lower: usize,
    head: Option<Range<usize>>,
}

impl<'v> Place<'v> {
    /// The place of a word that is no comment.
    pub(in crate::editor) fn new(view: &'v View, offset: usize, word: &Word) -> Self {
        let text = view.text();
        let place = Self::with_range(view, offset, word.range(offset));
        match word {
            // `=` begins an operator only where one may stand.
            Word::Mark(_) if !place.expected.contains(&Expected::Operator) => {
                Self::with_range(view, offset, offset..offset)
            }
            Word::Text(range) => Self { is_string: text.get(range.clone()).is_some(), ..place },
            _ => place,
        }
    }

    fn with_range(view: &'v View, offset: usize, replace: Range<usize>) -> Self {
        let text = view.text();
        let around = surroundings(view, replace.start);
        let head = around.head.as_ref().map_or_else(Vec::new, |head| code(text, head.clone()));
        let mut place = Self {
            text,
            offset,
            replace,
            is_string: false,
            statement: None,
            part: around.part,
            tokens: Vec::new(),
            head,
            expected: Vec::new(),
        };
        place.find(&around);
        place
    }

    /// The characters of a token.
    pub(in crate::editor) fn slice(&self, token: Token) -> &'v str {
        self.text.get(token.start..token.end).unwrap_or("")
    }

    /// What has been typed of the word under the cursor.
    pub(in crate::editor) fn typed(&self) -> &'v str {
        self.text.get(self.replace.start..self.offset).unwrap_or("")
    }

    /// Whether something may stand here.
    pub(in crate::editor) fn expects(&self, what: Expected) -> bool {
        self.expected.contains(&what)
    }

    /// The last token before the word under the cursor.
    pub(in crate::editor) fn last(&self) -> Option<&'v str> {
        self.tokens.last().map(|token| self.slice(*token))
    }

    /// Finds the statement and asks the grammar.
    fn find(&mut self, around: &Surroundings) {
        let at = self.replace.start;
        let line = line_start(self.text, at);
        let is_inner = around.part == Part::Rule;
        let begin = if is_inner { line.max(around.lower) } else { line };
        let before = self.text.get(begin..at).unwrap_or("");
        let begins_line = before.trim_start_matches(['\u{feff}', ' ', '\t']).is_empty();
        if let Some(start) = statement_start(self.text, around.lower, at) {
            self.goes_on(start, begins_line);
        }
        if begins_line {
            let new = if is_inner { Expected::BlockRule } else { Expected::Statement };
            if !self.expected.contains(&new) {
                self.expected.push(new);
            }
        } else if self.expected.is_empty() && !self.guess(begin) {
            self.expected = resume::expected(self);
            self.complete_condition();
        }
    }

    /// The cursor stands behind the beginning of a statement, perhaps on a line of its own.
    fn goes_on(&mut self, start: usize, begins_line: bool) {
        let at = self.replace.start;
        let word = words::at(self.text, start);
        let part =
            if self.part != Part::Rule && word == Some("tool") { Part::Head } else { self.part };
        let found = ask(part, self.text.get(start..at).unwrap_or(""));
        let is_complete = found.as_ref().is_some_and(|found| found.contains(&Expected::End));
        if begins_line && (found.is_none() || is_complete && !self.is_deeper(start)) {
            return;
        }
        self.enter(start, word, part);
        self.expected = found.unwrap_or_default();
        self.complete_condition();
    }

    /// The line begins with what is no word that begins a statement, but perhaps was meant to be one. Says whether it was.
    fn guess(&mut self, begin: usize) -> bool {
        let at = self.replace.start;
        let line = self.text.get(begin..at).unwrap_or("");
        let start = begin + (line.len() - line.trim_start_matches(['\u{feff}', ' ', '\t']).len());
        let run = words::run(self.text, start);
        let behind = start + run.len();
        if run.is_empty() || behind > at || words::is_word(run) {
            return false;
        }
        let Some(meant) = words::nearest_statement(run) else { return false };
        let part = if self.part != Part::Rule && meant == "tool" { Part::Head } else { self.part };
        let prefix = format!("{meant}{}", self.text.get(behind..at).unwrap_or(""));
        let Some(expected) = ask(part, &prefix) else { return false };
        self.enter(start, Some(meant), part);
        self.expected = expected;
        self.complete_condition();
        true
    }

    fn enter(&mut self, start: usize, statement: Option<&'static str>, part: Part) {
        self.statement = statement;
        self.part = part;
        self.tokens = code(self.text, start..self.replace.start);
    }

    /// Whether the line of the cursor is indented deeper than the statement above it and follows it at once: then it may go on
    /// with that statement, complete or not.
    fn is_deeper(&self, start: usize) -> bool {
        let column = |at: usize| at - line_start(self.text, at);
        let between = self.text.get(start..self.replace.start).unwrap_or("");
        let lines: Vec<&str> = between.split('\n').take(MAX_LINES).collect();
        let has_gap = lines.iter().rev().skip(1).any(|line| line.trim().is_empty());
        column(self.replace.start) > column(start) && !has_gap
    }

    /// `and` and `or` may follow where a test of a condition has ended. The grammar does not name them.
    fn complete_condition(&mut self) {
        let ends_test = self.tokens.len() > 1
            && self.expected.iter().any(|expected| {
                matches!(expected, Expected::Word("because" | ")") | Expected::End)
            })
            && self.is_in_condition();
        if ends_test {
            self.expected.extend([Expected::Word("and"), Expected::Word("or")]);
        }
    }

    /// Whether the last clause before the cursor is a condition with something in it.
    fn is_in_condition(&self) -> bool {
        let is_clause = |token: &&Token| {
            matches!(
                self.slice(**token),
                "with" | "when" | "unless" | "because" | "as" | "having" | "except"
            )
        };
        let clause = self.tokens.iter().rev().find(is_clause).map(|token| self.slice(*token));
        match clause {
            Some(word) => matches!(word, "with" | "when" | "unless"),
            None => self.part == Part::Rule && self.statement == Some("require"),
        }
    }
}

/// What the grammar would take at the end of a text; `None` when it does not get that far.
pub(super) fn ask(part: Part, text: &str) -> Option<Vec<Expected>> {
    let Expectation { offset, expected } = expectation(part, text);
    if offset >= text.len() {
        return Some(expected);
    }
    // `not in` is one operator for the grammar.
    let is_negated = expected.contains(&Expected::Operator)
        && text.get(offset..).is_some_and(|rest| rest.trim() == "not");
    is_negated.then(|| vec![Expected::Word("in")])
}

/// The tokens of a part of the text, comments left out.
fn code(text: &str, range: Range<usize>) -> Vec<Token> {
    let all = tokens(text.get(range.clone()).unwrap_or(""));
    let code = all.into_iter().filter(|token| token.kind != TokenKind::Comment);
    code.map(|token| shifted(token, range.start)).collect()
}

/// In what a place lies, as far as the tree tells.
fn surroundings(view: &View, at: usize) -> Surroundings {
    let outside = |lower| Surroundings { part: Part::Statement, lower, head: None };
    let mark = if view.text().starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let count = at.checked_sub(1).map_or(0, |before| begun(view.statements(), before));
    let above = view.statements().get(..count).unwrap_or(&[]);
    let (Some(last), Some((statement, block))) = (above.last(), nearest_block(above)) else {
        return outside(mark);
    };
    let Some(brace) = brace(view.text(), statement, block) else { return outside(mark) };
    let (start, end) = (statement.span.start as usize, statement.span.end as usize);
    let is_closed = view.text().get(brace + 1..end).is_some_and(|inner| inner.ends_with('}'));
    let is_last = last.span == statement.span;
    if at <= brace || !is_last && (is_closed || !are_indented(view.text(), start, at)) {
        return outside(mark);
    }
    if is_closed && at >= end {
        return outside(end);
    }
    Surroundings { part: Part::Rule, lower: brace + 1, head: Some(start..brace) }
}

/// The nearest block of these statements. While a block is open and its last rule half written, the tree may end the block before
/// that rule, and take what follows for statements.
fn nearest_block(above: &[Statement]) -> Option<(&Statement, &Block)> {
    let mut above = above.iter().rev().take(MAX_RULES);
    above.find_map(|statement| match &statement.kind {
        StatementKind::Block(block) => Some((statement, block)),
        _ => None,
    })
}

/// Whether every line behind that of a block's head, as far as that of a place, is empty or indented deeper than the head.
fn are_indented(text: &str, start: usize, at: usize) -> bool {
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let depth = indent(text.get(line_start(text, start)..).unwrap_or(""));
    let end =
        text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |length| at + length);
    let mut lines = text.get(start..end).unwrap_or("").lines().skip(1);
    at - start <= MAX_BYTES && lines.all(|line| line.trim().is_empty() || indent(line) > depth)
}

/// The `{` of a block.
fn brace(text: &str, statement: &Statement, block: &Block) -> Option<usize> {
    let start = statement.span.start as usize;
    let from = block.selectors.as_ref().map_or(start, |selectors| selectors.span.end as usize);
    let rest = text.get(from..statement.span.end as usize)?;
    let mut in_string = false;
    let mut in_comment = false;
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            b'\n' => (in_string, in_comment) = (false, false),
            b'"' if !in_comment => in_string = !in_string,
            b'#' if !in_string => in_comment = true,
            b'{' if !in_string && !in_comment => return Some(from + at),
            _ => {}
        }
    }
    None
}

/// The beginning of the statement before a place: of the nearest line above or at it that begins with a statement's word.
fn statement_start(text: &str, lower: usize, at: usize) -> Option<usize> {
    let mut line = line_start(text, at);
    for _ in 0..MAX_LINES {
        let begin = line.max(lower);
        let rest = text.get(begin..)?;
        let start = begin + (rest.len() - rest.trim_start_matches([' ', '\t']).len());
        if start < at && words::at(text, start).is_some() {
            return Some(start);
        }
        if line <= lower || at - line > MAX_BYTES {
            return None;
        }
        line = line_start(text, line - 1);
    }
    None
}
