//! What is at the place where the grammar gave up, and what helps to judge it.

use std::ops::Range;

use super::super::grammar::{self, Expected, GrammarEntry, Refusal};
use super::super::lexer::{self, Lexer};
use super::super::words;
use super::refused::{Context, RefusedIn, token_at};
use crate::diagnostic::{Applicability, Code, Diagnostic};
use crate::source::Span;
use crate::text;

/// Statements up to this many bytes are tried with other characters in them.
const LONGEST_TRIED: usize = 16 * 1024;

/// The token at which the grammar gave up.
pub(super) struct Mistake<'t> {
    pub(super) context: Context<'t>,
    /// The token there: a run of name characters, a quoted text, or one mark.
    pub(super) token: &'t str,
    /// Its place; empty at the end of the statement.
    pub(super) span: Span,
    pub(super) expected: Vec<Expected>,
    /// The first word of the statement.
    pub(super) word: &'t str,
    /// The run of name characters before the token.
    pub(super) previous: &'t str,
}

impl<'t> Mistake<'t> {
    pub(super) fn new(context: &Context<'t>, refusal: &Refusal) -> Self {
        let word = words::run(context.text, context.start);
        let (offset, expected) = match first_operand(word, context.place) {
            // The grammar never got past the first word: what is missing is what follows the word.
            Some(operand) if refusal.offset == context.start => {
                (context.start + word.len(), vec![operand])
            }
            _ => (refusal.offset, refusal.expected.clone()),
        };
        let at = lexer::skip_blanks(context.text, offset);
        let (at, expected) = match start_of_operator(context, at) {
            Some(start) if word != "group" => (start, vec![Expected::Operator]),
            _ => (at, expected),
        };
        let line_end = context.text.get(at..).is_none_or(|rest| {
            rest.is_empty() || rest.starts_with(['\n', '\r', '#']) && !rest.starts_with("\r\r")
        });
        let brace = context.extent.brace == Some(at);
        let is_after = at > context.extent.end && !brace || line_end;
        let (span, token) = if is_after {
            let end = at.min(context.extent.end).max(context.start);
            (Span::new(context.file, end, end), "")
        } else {
            let token = token_at(context.text, at);
            (Span::new(context.file, at, at + token.len()), token)
        };
        let before = context.text.get(context.start..span.start as usize).unwrap_or("").trim_end();
        let previous_start =
            before.bytes().rev().take_while(|byte| words::is_name_byte(*byte)).count();
        let previous = before.get(before.len() - previous_start..).unwrap_or("");
        Self { context: *context, token, span, expected, word, previous }
    }

    pub(super) fn expects(&self, expected: Expected) -> bool {
        self.expected.contains(&expected)
    }

    /// The first byte of the token.
    pub(super) fn at(&self) -> usize {
        self.span.start as usize
    }

    /// The byte after the token.
    pub(super) fn end(&self) -> usize {
        self.span.end as usize
    }

    pub(super) fn slice(&self, range: Range<usize>) -> &'t str {
        self.context.text.get(range).unwrap_or("")
    }

    pub(super) fn place(&self, range: Range<usize>) -> Span {
        Span::new(self.context.file, range.start, range.end)
    }

    /// The statement before the token, without the blanks at its end.
    pub(super) fn before(&self) -> &'t str {
        self.slice(self.context.start..self.at()).trim_end()
    }

    /// The byte after the last character before the token.
    pub(super) fn before_end(&self) -> usize {
        self.context.start + self.before().len()
    }

    /// Where the run of name characters before the token begins.
    pub(super) fn previous_start(&self) -> usize {
        self.before_end() - self.previous.len()
    }

    /// Where the code of the token's line ends, as far as it belongs to the statement.
    pub(super) fn line_end(&self) -> usize {
        let (text, start) = (self.context.text, self.end());
        let limit = self.context.extent.end.max(start);
        let line = Lexer::after(text, start).take_while(|token| {
            !token.begins_line() && !token.is_comment() && token.start() < limit
        });
        let end = line.last().map_or(start, |token| token.end().min(limit));
        start + self.slice(start..end).trim_end().len()
    }

    /// What follows the token on its line.
    pub(super) fn tail(&self) -> &'t str {
        self.slice(self.end()..self.line_end())
    }

    /// The tokens of the line from an offset on, each with its place.
    pub(super) fn tokens(&self, from: usize) -> impl Iterator<Item = (usize, &'t str)> {
        let (text, end) = (self.context.text, self.line_end());
        let next = move |from: usize| {
            let at = lexer::skip_blanks(text, from);
            let token = if at < end { token_at(text, at) } else { "" };
            (!token.is_empty() && at + token.len() <= end).then_some((at, token))
        };
        std::iter::successors(next(from), move |(at, token)| next(at + token.len()))
    }

    /// The token after this one; empty at the end of the line.
    pub(super) fn next(&self) -> &'t str {
        self.tokens(self.end()).next().map_or("", |(_, token)| token)
    }

    /// Whether the grammar takes more of the statement, or all of it, with other characters in a range of it.
    pub(super) fn goes_further(&self, range: Range<usize>, by: &str) -> bool {
        let context = &self.context;
        let end = context.extent.brace.map_or(context.extent.end, |brace| brace + 1);
        if range.start < context.start || range.end > end || end - context.start > LONGEST_TRIED {
            return false;
        }
        let front = self.slice(context.start..range.start);
        let changed = [front, by, self.slice(range.end..end)].concat();
        let entry = match context.place {
            RefusedIn::Block => GrammarEntry::BlockItem,
            RefusedIn::Test => GrammarEntry::TestStep,
            _ if context.extent.brace.is_some() && self.word == "test" => GrammarEntry::TestOpen,
            _ if context.extent.brace.is_some() => GrammarEntry::BlockOpen,
            _ => GrammarEntry::Item,
        };
        let next = lexer::skip_blanks(&changed, front.len() + by.len());
        match grammar::read(entry, &changed, 0, changed.len()) {
            Ok(reading) => lexer::skip_between(&changed, reading.end()) >= changed.len(),
            Err(refusal) => refusal.offset > next,
        }
    }

    /// "found …" or the end of the line.
    pub(super) fn shown(&self) -> String {
        if self.token.is_empty() {
            "the end of the line".to_owned()
        } else {
            text::quote(self.token)
        }
    }

    pub(super) fn syntax(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Code::Syntax, self.span, message)
    }

    /// The token is wrong, and the author probably meant another.
    pub(super) fn replaced(&self, code: Code, message: String, by: &str) -> Diagnostic {
        Diagnostic::new(code, self.span, message)
            .with_help(format!("did you mean `{by}`?"))
            .with_fix(Applicability::Unsafe, format!("write `{by}`"), self.span, by)
    }

    /// These characters are wrong, and it is plain how to say the same.
    pub(super) fn rewritten(&self, range: Range<usize>, message: &str, by: &str) -> Diagnostic {
        let (span, title) = (self.place(range), format!("write {}", text::quote(by)));
        Diagnostic::new(Code::Syntax, span, message).with_help(title.clone()).with_fix(
            Applicability::Unsafe,
            title,
            span,
            by,
        )
    }

    /// These characters are wrong, and the statement is right without them.
    pub(super) fn removed(
        &self,
        range: Range<usize>,
        message: &str,
        gone: Range<usize>,
    ) -> Diagnostic {
        let title = format!("remove {}", text::quote(self.slice(range.clone())));
        Diagnostic::new(Code::Syntax, self.place(range), message).with_help(title.clone()).with_fix(
            Applicability::Unsafe,
            title,
            self.place(gone),
            "",
        )
    }

    /// What was expected, for everything that is no usual mistake.
    pub(super) fn other(&self) -> Diagnostic {
        let mut expected: Vec<Expected> = self.expected.clone();
        if expected.contains(&Expected::Tool) {
            let all = Expected::Word("all");
            expected
                .retain(|other| !matches!(other, Expected::Name | Expected::Text) && *other != all);
        }
        if expected.contains(&Expected::Argument) {
            expected.retain(|other| *other == Expected::Argument);
        }
        let words: Vec<String> = expected.iter().map(|expected| expected.words()).collect();
        match words.split_last() {
            None => self.syntax(format!("unexpected {}", self.shown())),
            Some((last, [])) => self.syntax(format!("expected {last}, found {}", self.shown())),
            Some((last, first)) => self.syntax(format!(
                "expected {} or {last}, found {}",
                first.join(", "),
                self.shown()
            )),
        }
    }
}

/// Where the operator begins in the middle of which the grammar gave up: `<>` begins like `<`.
fn start_of_operator(context: &Context<'_>, at: usize) -> Option<usize> {
    let is_sign = |byte: &u8| matches!(byte, b'=' | b'!' | b'<' | b'>');
    let bytes = context.text.as_bytes();
    let before = bytes.get(context.start..at)?.iter().rev().take_while(|byte| is_sign(byte));
    let before = before.count();
    (before > 0 && bytes.get(at).is_some_and(is_sign)).then(|| at - before)
}

/// What must follow a statement word.
fn first_operand(word: &str, place: RefusedIn) -> Option<Expected> {
    Some(match (word, place) {
        ("require" | "budget", RefusedIn::Block) => Expected::Argument,
        ("rate", RefusedIn::Block) => Expected::Calls,
        ("allow" | "rate" | "require" | "approve" | "deny" | "hide" | "budget" | "tool", _) => {
            Expected::Tool
        }
        ("classify", _) => Expected::Name,
        ("manifest" | "include", _) => Expected::Text,
        ("default", _) => Expected::Posture,
        ("group", _) => Expected::GroupName,
        _ => return None,
    })
}
