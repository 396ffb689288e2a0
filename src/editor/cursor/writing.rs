//! What is being written at a place: in which statement, and what the grammar would take there.

use std::ops::Range;

use super::nodes::begun;
use super::resume;
use super::typed::Typing;
use crate::editor::View;
use crate::editor::lines::line_start;
use crate::source::TextPart;
use crate::syntax::tree::{Statement, StatementKind, Tree};
use crate::syntax::{Expectation, Expected, Fragment, Token, expectation, tokens_within, words};

/// How far a statement is looked for above the cursor, in lines and in bytes.
const MAX_LINES: usize = 400;
const MAX_BYTES: usize = 64 * 1024;

/// So many statements above the cursor may be rules of a block that nothing closes.
const MAX_RULES: usize = 100;

/// What is being written: a word in a statement, or the first of one.
#[derive(Debug)]
pub(in crate::editor) struct Writing<'v> {
    /// The whole text.
    pub text: &'v str,
    /// The cursor.
    pub offset: usize,
    /// The bytes of the word under the cursor, which a completion replaces.
    pub replace: Range<usize>,
    /// Whether the word under the cursor is a string.
    pub is_string: bool,
    /// The word that begins the statement, or that was meant to; none where nothing is begun.
    pub statement: Option<&'static str>,
    /// Whether it is a statement, the head of a block, or a rule in a block.
    pub fragment: Fragment,
    /// The tokens from the first word of the statement to the word under the cursor, without comments.
    pub tokens: Vec<Token>,
    /// The tokens of the head of the block that holds the cursor.
    pub head: Vec<Token>,
    /// What the grammar would take instead of the word under the cursor.
    pub expected: Vec<Expected>,
}

/// A cursor in a comment that begins at an offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::editor) struct InComment(pub usize);

/// What is being written at an offset of a policy of the language.
///
/// # Errors
/// The offset lies in a comment.
pub(in crate::editor) fn writing_at(view: &View, offset: usize) -> Result<Writing<'_>, InComment> {
    let offset = view.text().floor_char_boundary(offset);
    match Typing::at(view.text(), offset) {
        Typing::Comment(start) => Err(InComment(start)),
        typing => Ok(Writing::new(view, offset, &typing)),
    }
}

/// Where a statement lies that may hold the cursor.
struct Surroundings {
    fragment: Fragment,
    /// Statements are looked for after this offset.
    lower: usize,
    head: Option<Range<usize>>,
}

impl<'v> Writing<'v> {
    fn new(view: &'v View, offset: usize, typing: &Typing) -> Self {
        let text = view.text();
        let writing = Self::with_range(view, offset, typing.range(offset));
        match typing {
            // `=` begins an operator only where one may stand.
            Typing::Mark(_) if !writing.expected.contains(&Expected::Operator) => {
                Self::with_range(view, offset, offset..offset)
            }
            Typing::Text(range) => Self { is_string: text.get(range.clone()).is_some(), ..writing },
            _ => writing,
        }
    }

    fn with_range(view: &'v View, offset: usize, replace: Range<usize>) -> Self {
        let text = view.text();
        let around = surroundings(view, replace.start);
        let head = around.head.as_ref().map_or_else(Vec::new, |head| code(text, head.clone()));
        let mut writing = Self {
            text,
            offset,
            replace,
            is_string: false,
            statement: None,
            fragment: around.fragment,
            tokens: Vec::new(),
            head,
            expected: Vec::new(),
        };
        writing.find(&around);
        writing
    }

    /// The characters of a token.
    pub(in crate::editor) fn slice(&self, token: Token) -> &'v str {
        token.text(self.text)
    }

    /// What has been typed of the word under the cursor.
    pub(in crate::editor) fn typed(&self) -> &'v str {
        self.text.part(self.replace.start..self.offset)
    }

    /// Whether the grammar would take something here.
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
        let is_inner = around.fragment != Fragment::Statement;
        let begin = if is_inner { line.max(around.lower) } else { line };
        let before = self.text.part(begin..at);
        let begins_line = before.trim_start_matches(['\u{feff}', ' ', '\t']).is_empty();
        let is_step = around.fragment == Fragment::Step;
        if let Some(start) = statement_start(self.text, around.lower, at, is_step) {
            self.goes_on(start, begins_line);
        }
        if begins_line {
            let new = match around.fragment {
                Fragment::Rule => Expected::BlockRule,
                Fragment::Step => Expected::Step,
                _ => Expected::Statement,
            };
            if !self.expected.contains(&new) {
                self.expected.push(new);
            }
        } else if self.expected.is_empty() && !self.guess(begin) {
            self.expected = resume::expected(self);
            self.complete_condition();
        }
    }

    /// A statement begins before the cursor, perhaps on an earlier line.
    fn goes_on(&mut self, start: usize, begins_line: bool) {
        let at = self.replace.start;
        let word = match self.fragment {
            Fragment::Step => words::step_at(self.text, start),
            _ => words::at(self.text, start),
        };
        let fragment = match (self.fragment, word) {
            (Fragment::Rule | Fragment::Step, _) => self.fragment,
            (_, Some("tool")) => Fragment::Head,
            (_, Some("test")) => Fragment::TestHead,
            _ => self.fragment,
        };
        let found = ask(fragment, self.text.part(start..at));
        let is_complete = found.as_ref().is_some_and(|found| found.contains(&Expected::End));
        if begins_line && (found.is_none() || is_complete && !self.is_deeper(start)) {
            return;
        }
        self.enter(start, word, fragment);
        self.expected = found.unwrap_or_default();
        self.complete_condition();
    }

    /// Reads the line as the statement that its misspelt first word means. Returns false if it means none.
    fn guess(&mut self, begin: usize) -> bool {
        let at = self.replace.start;
        let line = self.text.part(begin..at);
        let start = begin + (line.len() - line.trim_start_matches(['\u{feff}', ' ', '\t']).len());
        let run = words::run(self.text, start);
        let behind = start + run.len();
        if run.is_empty() || behind > at || words::is_word(run) {
            return false;
        }
        let Some(meant) = words::nearest_statement(run) else { return false };
        let fragment = match (self.fragment, meant) {
            (Fragment::Step, _) => return false,
            (Fragment::Rule, _) => Fragment::Rule,
            (_, "tool") => Fragment::Head,
            (_, "test") => Fragment::TestHead,
            _ => self.fragment,
        };
        let prefix = format!("{meant}{}", self.text.part(behind..at));
        let Some(expected) = ask(fragment, &prefix) else { return false };
        self.enter(start, Some(meant), fragment);
        self.expected = expected;
        self.complete_condition();
        true
    }

    fn enter(&mut self, start: usize, statement: Option<&'static str>, fragment: Fragment) {
        self.statement = statement;
        self.fragment = fragment;
        self.tokens = code(self.text, start..self.replace.start);
    }

    /// Whether the line of the cursor is indented deeper than the statement above it and follows it at once: then it may go on
    /// with that statement, complete or not.
    fn is_deeper(&self, start: usize) -> bool {
        let column = |at: usize| at - line_start(self.text, at);
        let between = self.text.part(start..self.replace.start);
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
            None => self.fragment == Fragment::Rule && self.statement == Some("require"),
        }
    }
}

/// What the grammar would take at the end of a text; `None` when it does not get that far.
pub(super) fn ask(fragment: Fragment, text: &str) -> Option<Vec<Expected>> {
    let Expectation { offset, expected } = expectation(fragment, text);
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
    tokens_within(text, range).filter(|token| !token.is_comment()).collect()
}

/// What an offset lies in, as far as the tree tells.
fn surroundings(view: &View, at: usize) -> Surroundings {
    let outside = |lower| Surroundings { fragment: Fragment::Statement, lower, head: None };
    let mark = if view.text().starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let count = at.checked_sub(1).map_or(0, |before| begun(view.statements(), before));
    let above = view.statements().get(..count).unwrap_or(&[]);
    let (Some(last), Some((statement, from, fragment))) = (above.last(), nearest_block(above))
    else {
        return outside(mark);
    };
    let brace = view.tree().and_then(|tree| brace(tree, view.text(), statement, from));
    let Some(brace) = brace else { return outside(mark) };
    let (start, end) = (statement.span.start as usize, statement.span.end as usize);
    let is_closed = view.text().get(brace + 1..end).is_some_and(|inner| inner.ends_with('}'));
    let is_last = last.span == statement.span;
    if at <= brace || !is_last && (is_closed || !are_indented(view.text(), start, at)) {
        return outside(mark);
    }
    if is_closed && at >= end {
        return outside(end);
    }
    Surroundings { fragment, lower: brace + 1, head: Some(start..brace) }
}

/// The nearest block or test of these statements, with the end of its selectors or name, and what is in it. While a block is open and its last rule unfinished, the tree may end the block before
/// that rule and read the rest as statements.
fn nearest_block(above: &[Statement]) -> Option<(&Statement, u32, Fragment)> {
    let mut above = above.iter().rev().take(MAX_RULES);
    above.find_map(|statement| match &statement.kind {
        StatementKind::Block(block) => {
            let end = block.selectors.as_ref().map(|selectors| selectors.span.end);
            Some((statement, end.unwrap_or(statement.span.start), Fragment::Rule))
        }
        StatementKind::Test(test) => {
            let end = test.name.map(|name| name.span.end);
            Some((statement, end.unwrap_or(statement.span.start), Fragment::Step))
        }
        _ => None,
    })
}

/// Whether every line after the head of a block, up to that of an offset, is empty or indented deeper than the head.
fn are_indented(text: &str, start: usize, at: usize) -> bool {
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let depth = indent(text.part(line_start(text, start)..));
    let end =
        text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |length| at + length);
    let mut lines = text.part(start..end).lines().skip(1);
    at - start <= MAX_BYTES && lines.all(|line| line.trim().is_empty() || indent(line) > depth)
}

/// The `{` of a block or test, at or after an offset.
fn brace(tree: &Tree, text: &str, statement: &Statement, from: u32) -> Option<usize> {
    let brace = tree.tokens_in(&(from as usize..statement.span.end as usize)).iter();
    brace
        .map(|token| (token.start(), token.text(text)))
        .find(|(_, mark)| *mark == "{")
        .map(|it| it.0)
}

/// The beginning of the statement or step before a place: of the nearest line above or at it that begins with its word.
fn statement_start(text: &str, lower: usize, at: usize, is_step: bool) -> Option<usize> {
    let mut line = line_start(text, at);
    for _ in 0..MAX_LINES {
        let begin = line.max(lower);
        let rest = text.get(begin..)?;
        let start = begin + (rest.len() - rest.trim_start_matches([' ', '\t']).len());
        let begins = match is_step {
            true => words::step_at(text, start).is_some(),
            false => words::at(text, start).is_some(),
        };
        if start < at && begins {
            return Some(start);
        }
        if line <= lower || at - line > MAX_BYTES {
            return None;
        }
        line = line_start(text, line - 1);
    }
    None
}
