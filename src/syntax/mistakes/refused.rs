//! Why the grammar refused a statement, in the author's words.
//!
//! The grammar knows how far it came and what it could have taken there. That makes a message for every text; the usual
//! mistakes, told apart by what they look like at that place, get a better one with a remedy.

use super::super::grammar::{Expected, Refusal};
use super::super::recovery::{self, Extent};
use super::super::{lexer, nesting, words};
use super::comments;
use super::found::Mistake;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Span};

/// Where the refused text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::syntax) enum RefusedIn {
    /// Outside a block, or as the head of one.
    File,
    /// Among the rules of a block.
    Block,
    /// Among the steps of a test.
    Test,
    /// After a `}` on its line.
    AfterBlock,
}

/// The refused statement.
#[derive(Clone, Copy, Debug)]
pub(in crate::syntax) struct Context<'t> {
    pub file: FileId,
    pub text: &'t str,
    /// Its first byte.
    pub start: usize,
    pub place: RefusedIn,
    pub extent: Extent,
}

/// The one finding of a refused statement.
pub(in crate::syntax) fn describe(context: &Context<'_>, refusal: &Refusal) -> Diagnostic {
    let found = Mistake::new(context, refusal);
    comments::spare(context, found.described(refusal))
}

impl Mistake<'_> {
    fn described(&self, refusal: &Refusal) -> Diagnostic {
        let (context, found) = (&self.context, self);
        None.or_else(|| too_deep(context, refusal))
            .or_else(|| found.step_word())
            .or_else(|| found.step())
            .or_else(|| found.first_word())
            .or_else(|| found.open_string())
            .or_else(|| found.comment())
            .or_else(|| found.quotation())
            .or_else(|| found.unclosed())
            .or_else(|| found.semicolon())
            .or_else(|| found.thousands())
            .or_else(|| found.part_of_number())
            .or_else(|| found.trailing_comma())
            .or_else(|| found.closing_bracket())
            .or_else(|| found.exclusion())
            .or_else(|| found.clause())
            .or_else(|| found.noise())
            .or_else(|| found.rate())
            .or_else(|| found.operator())
            .or_else(|| found.argument())
            .or_else(|| found.value())
            .or_else(|| found.heading())
            .or_else(|| found.tool())
            .unwrap_or_else(|| found.other())
    }
}

fn too_deep(context: &Context<'_>, refusal: &Refusal) -> Option<Diagnostic> {
    if !refusal.too_deep {
        return None;
    }
    let span = Span::new(context.file, refusal.offset, refusal.offset + 1);
    let message = format!("brackets are nested more than {} levels deep", nesting::MAX_DEPTH);
    Some(
        Diagnostic::new(Code::NestingTooDeep, span, message)
            .with_help("split the condition into several statements"),
    )
}

impl Mistake<'_> {
    /// A string whose closing quote is missing, anywhere up to where the grammar gave up.
    fn open_string(&self) -> Option<Diagnostic> {
        let at = self.at();
        if !self.token.starts_with('"') || lexer::closing_quote(self.context.text, at).is_some() {
            return None;
        }
        Some(
            Diagnostic::new(
                Code::UnclosedString,
                self.place(at..at + 1),
                "this string is never closed",
            )
            .with_help(
                "close it with `\"` on the same line; write a line break in a string as \
                        `\\n`",
            ),
        )
    }

    /// A bracket that is left open, when the grammar ran out of its line because of it.
    fn unclosed(&self) -> Option<Diagnostic> {
        let open = self.context.extent.unclosed?;
        let is_after = self.token.is_empty() || self.at() >= self.context.extent.end;
        let bracket = self.context.text.get(open..open + 1)?;
        if bracket == "{" && recovery::holds_rules(self.context.text, open + 1) {
            return Some(self.block_of_another(open));
        }
        if !is_after {
            return None;
        }
        let closing = match bracket {
            "(" => ")",
            "[" => "]",
            _ => "}",
        };
        let message = format!("this `{bracket}` is never closed");
        Some(
            Diagnostic::new(Code::UnclosedDelimiter, self.place(open..open + 1), message)
                .with_help(format!("close it with `{closing}`")),
        )
    }
}

impl Mistake<'_> {
    /// A block of rules after a statement that has none.
    fn block_of_another(&self, brace: usize) -> Diagnostic {
        let message = format!("`{}` does not open a block", self.word);
        Diagnostic::new(Code::Syntax, self.place(brace..brace + 1), message)
            .with_help("to write several rules for the same tools, use `tool TOOLS { … }`")
    }

    /// A `)` that closes nothing.
    fn closing_bracket(&self) -> Option<Diagnostic> {
        let is_open = self.expects(Expected::Word(")"));
        let gone = self.before_end()..self.end();
        (self.token == ")" && !is_open && self.goes_further(gone.clone(), ""))
            .then(|| self.removed(self.at()..self.end(), "unmatched `)`", gone))
    }
}

/// The rest of a line, as far as quotation marks and comments are followed: many mistakes on one long line do not cost its length
/// for each.
pub(super) fn line_from(text: &str, at: usize) -> &str {
    const LONGEST: usize = 1024;
    let rest = text.get(at..).unwrap_or("");
    let window = rest.get(..rest.floor_char_boundary(LONGEST)).unwrap_or(rest);
    window.split('\n').next().unwrap_or("")
}

/// The characters that a reader takes for one thing: a run of name characters, a string, an operator, or one mark.
pub(super) fn token_at(text: &str, at: usize) -> &str {
    let rest = text.get(at..).unwrap_or("");
    let set = usize::from(rest.starts_with('@'));
    let run = words::run(text, at + set).len();
    let end = if run + set > 0 {
        run + set
    } else if rest.starts_with(['"', '\'', '`']) {
        let line = line_from(text, at);
        let foreign = |quote| line.get(1..).and_then(|tail| tail.find(quote)).map(|at| at + 1);
        let close = match rest.get(..1) {
            Some("\"") => lexer::closing_quote(line, 0),
            quote => foreign(quote.unwrap_or("")),
        };
        close.map_or(line.trim_end().len(), |close| close + 1)
    } else {
        let operators = |byte: &u8| matches!(byte, b'=' | b'!' | b'<' | b'>' | b'&' | b'|' | b'~');
        let operator = rest.bytes().take_while(operators).count();
        if operator > 0 { operator } else { rest.chars().next().map_or(0, char::len_utf8) }
    };
    rest.get(..end).unwrap_or("")
}
