//! Mistakes in the steps of tests.

use super::super::grammar::Expected;
use super::super::lexer::{self, Lexer};
use super::super::words;
use super::found::Mistake;
use super::refused::{RefusedIn, token_at};
use crate::diagnostic::{Applicability, Code, Diagnostic};
use crate::source::Span;
use crate::text::{self, nearest, quote};

/// Words of other languages for a step.
const STEP_WORDS: [(&str, &str); 16] = [
    ("expect", "call"),
    ("assert", "call"),
    ("should", "call"),
    ("check", "call"),
    ("invoke", "call"),
    ("request", "call"),
    ("calls", "call"),
    ("when", "call"),
    ("given", "call"),
    ("tool", "call"),
    ("time", "at"),
    ("clock", "at"),
    ("wait", "at"),
    ("on", "at"),
    ("now", "at"),
    ("sleep", "at"),
];

/// Words of other languages for a verdict.
const VERDICT_WORDS: [(&str, &str); 26] = [
    ("allowed", "allow"),
    ("allows", "allow"),
    ("permit", "allow"),
    ("permitted", "allow"),
    ("grant", "allow"),
    ("granted", "allow"),
    ("pass", "allow"),
    ("passes", "allow"),
    ("true", "allow"),
    ("effect_allow", "allow"),
    ("denied", "deny"),
    ("denies", "deny"),
    ("forbid", "deny"),
    ("forbidden", "deny"),
    ("block", "deny"),
    ("blocked", "deny"),
    ("reject", "deny"),
    ("refused", "deny"),
    ("false", "deny"),
    ("effect_deny", "deny"),
    ("approved", "approve"),
    ("approval", "approve"),
    ("ask", "approve"),
    ("hidden", "hide"),
    ("limited", "rate"),
    ("throttled", "rate"),
];

/// Words that people write in the place of `->`.
const ARROW_WORDS: [&str; 16] = [
    "should", "expect", "expects", "expected", "is", "be", "returns", "return", "to", "then",
    "gives", "must", "=", "==", "=>", ":",
];

impl Mistake<'_> {
    /// A step that begins with another word than `call` and `at`.
    pub(super) fn step_word(&self) -> Option<Diagnostic> {
        let context = &self.context;
        if context.place != RefusedIn::Test || words::step_at(context.text, context.start).is_some()
        {
            return None;
        }
        let token = token_at(context.text, context.start);
        let span = self.place(context.start..context.start + token.len());
        if words::at(context.text, context.start).is_some() && token != "tool" && token != "assert"
        {
            let message = format!("`{token}` is not allowed inside a test");
            let found = Diagnostic::new(Code::MisplacedStatement, span, message);
            return Some(found.with_help("close the test with `}` before this line"));
        }
        let found =
            Diagnostic::new(Code::UnknownStatement, span, format!("unknown step {}", quote(token)));
        Some(match meant(token, &STEP_WORDS, words::STEPS) {
            Some(step) => found.with_help(format!("did you mean `{step}`?")).with_fix(
                Applicability::Unsafe,
                format!("write `{step}`"),
                span,
                step,
            ),
            None => found.with_help("write `call TOOL -> VERDICT` or `at TIME`"),
        })
    }

    /// A mistake in a step that begins with the right word, or in the verdict of an assertion.
    pub(super) fn step(&self) -> Option<Diagnostic> {
        if self.word == "assert" && self.context.place == RefusedIn::File {
            return self.verdict().or_else(|| self.rest_of_claim());
        }
        if self.context.place != RefusedIn::Test {
            return None;
        }
        self.verdict().or_else(|| self.repetitions()).or_else(|| self.arrow())
    }

    /// Another word in the place of the verdict.
    fn verdict(&self) -> Option<Diagnostic> {
        if !self.expects(Expected::Outcome) {
            return None;
        }
        if self.token.is_empty() && self.word != "assert" {
            return Some(without_verdict(self.span));
        }
        let found = format!("{} is not a verdict", quote(self.token));
        let found = Diagnostic::new(Code::Syntax, self.span, found);
        let outcomes = ["allow", "approve", "deny", "hide", "rate"];
        Some(match meant(self.token.trim_matches('"'), &VERDICT_WORDS, outcomes) {
            Some(word) => found.with_help(format!("did you mean `{word}`?")).with_fix(
                Applicability::Unsafe,
                format!("write `{word}`"),
                self.span,
                word,
            ),
            None => found.with_help(format!("write {}", text::choice(outcomes, 5))),
        })
    }

    /// What follows the tools of an assertion.
    fn rest_of_claim(&self) -> Option<Diagnostic> {
        let found = |message: &str| Diagnostic::new(Code::Syntax, self.span, message);
        if self.token == "unless" {
            let found = found("an assertion takes its condition after `when`");
            return Some(found.with_help("write `when`, and the opposite condition"));
        }
        (self.expects(Expected::Calls) && self.token.is_empty()).then(|| {
            found("this assertion is missing its rate").with_help("add a rate, such as 60/hour")
        })
    }

    /// Another word, or nothing, in the place of `->`.
    fn arrow(&self) -> Option<Diagnostic> {
        if !self.expects(Expected::Word("->")) {
            return None;
        }
        if let Some(tight) = self.tight_arrow() {
            return Some(tight);
        }
        let is_arrow = ARROW_WORDS.contains(&self.token) || self.token.starts_with(['=', '~']);
        if is_arrow && !self.token.is_empty() {
            let message = format!("expected `->` before the verdict, found {}", quote(self.token));
            let found = Diagnostic::new(Code::Syntax, self.span, message);
            return Some(found.with_help("write `->`").with_fix(
                Applicability::Unsafe,
                "write `->`",
                self.span,
                "->",
            ));
        }
        let at = self.span.range().start;
        let is_bare = self.context.text.get(at..).is_some_and(|rest| rest.starts_with("->"));
        if is_bare {
            return Some(without_verdict(self.place(at..at + "->".len())));
        }
        if self.token.is_empty() {
            return Some(without_verdict(self.span));
        }
        let message = format!("expected `->` and a verdict, found {}", quote(self.token));
        let found = Diagnostic::new(Code::Syntax, self.span, message);
        Some(found.with_help("write `-> allow`, or another verdict, at the end of the call"))
    }

    /// `->` without a blank on one of its sides.
    fn tight_arrow(&self) -> Option<Diagnostic> {
        let text = self.context.text;
        let from = self.context.start;
        let end = self.context.extent.end.min(text.len());
        let mut previous: Option<lexer::Token> = None;
        for token in Lexer::new(text.get(..end)?, from) {
            let (start, stop) = (token.start(), token.end());
            let shown = token.text(text);
            let glued = previous.is_some_and(|before| {
                shown == ">" && before.end() == start && before.text(text).ends_with('-')
            });
            let is_tight = shown == "->"
                && !text.get(stop..end)?.trim_end().is_empty()
                && !text.get(stop..)?.starts_with([' ', '\t', '\r', '\n']);
            if glued || is_tight {
                let arrow = self.place(stop - 2..stop);
                let found = Diagnostic::new(Code::Syntax, arrow, "`->` needs a blank on each side");
                return Some(found.with_help("write ` -> `").with_fix(
                    Applicability::Unsafe,
                    "put blanks around `->`",
                    arrow,
                    " -> ",
                ));
            }
            previous = Some(token);
        }
        None
    }

    /// `x5`, `5x`, `*5` in the place of `5 times`.
    fn repetitions(&self) -> Option<Diagnostic> {
        let digits = self.token.trim_matches(['x', 'X', '*']);
        let is_count = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !is_count || !(self.expects(Expected::Times) || self.expects(Expected::Word("times"))) {
            return None;
        }
        let by = format!("{digits} times");
        let message = format!("expected how often the call is made, found {}", quote(self.token));
        let found = Diagnostic::new(Code::Syntax, self.span, message);
        Some(found.with_help(format!("did you mean `{by}`?")).with_fix(
            Applicability::Unsafe,
            format!("write `{by}`"),
            self.span,
            by,
        ))
    }
}

/// The word that another one means: one that other languages use, or the nearest.
fn meant<const N: usize, const M: usize>(
    token: &str,
    synonyms: &[(&str, &'static str); N],
    words: [&'static str; M],
) -> Option<&'static str> {
    let lower = token.to_ascii_lowercase();
    let synonym = synonyms.iter().find(|(other, _)| *other == lower).map(|(_, word)| *word);
    synonym
        .or_else(|| words.into_iter().find(|word| *word == lower))
        .or_else(|| nearest(&lower, words).first().copied())
}

/// A call that ends before its verdict.
fn without_verdict(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Syntax, span, "this call is missing its verdict")
        .with_help("write `-> allow`, or another verdict, at the end of the call")
}
