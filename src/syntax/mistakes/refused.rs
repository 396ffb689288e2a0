//! Why the grammar refused a statement, in the author's words.
//!
//! The grammar knows how far it came and what it could have taken there. That makes a message for every text; the usual
//! mistakes, told apart by what stands at that place, get a better one with a remedy.

use super::super::grammar::{Expected, Refusal};
use super::super::recovery::{self, Extent};
use super::super::{nesting, words};
use crate::diagnostic::{Applicability, Code, Diagnostic};
use crate::source::{FileId, Span};
use crate::text;

/// Where the refused text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::syntax) enum Place {
    /// Outside a block, or as the head of one.
    File,
    /// Among the rules of a block.
    Block,
    /// Behind a `}` on its line.
    AfterBlock,
}

/// The refused statement.
#[derive(Clone, Copy, Debug)]
pub(in crate::syntax) struct Context<'t> {
    pub file: FileId,
    pub text: &'t str,
    /// Its first byte.
    pub start: usize,
    pub place: Place,
    pub extent: Extent,
}

/// The one finding of a refused statement.
pub(in crate::syntax) fn describe(context: &Context<'_>, refusal: &Refusal) -> Diagnostic {
    let found = Found::new(context, refusal);
    None.or_else(|| too_deep(context, refusal))
        .or_else(|| first_word(context, &found))
        .or_else(|| open_string(context, &found))
        .or_else(|| found.foreign_quote())
        .or_else(|| found.unclosed(context))
        .or_else(|| found.clause(context))
        .or_else(|| found.rate())
        .or_else(|| found.operator())
        .or_else(|| found.argument())
        .or_else(|| found.value())
        .or_else(|| found.tool(context))
        .unwrap_or_else(|| found.other())
}

/// What stands where the grammar gave up.
pub(super) struct Found<'t> {
    /// The token there: a run of name characters, a quoted text, or one mark.
    pub(super) token: &'t str,
    /// Its place; empty at the end of the statement.
    pub(super) span: Span,
    pub(super) expected: Vec<Expected>,
    pub(super) word: &'t str,
    /// The run of name characters before it.
    pub(super) previous: &'t str,
}

impl<'t> Found<'t> {
    fn new(context: &Context<'t>, refusal: &Refusal) -> Self {
        let word = words::run(context.text, context.start);
        let (offset, expected) = match first_operand(word, context.place) {
            // The grammar never came behind the first word: what it lacks is what follows the word.
            Some(operand) if refusal.offset == context.start => {
                (context.start + word.len(), vec![operand])
            }
            _ => (refusal.offset, refusal.expected.clone()),
        };
        let at = recovery::skip_blanks(context.text, offset);
        let line_end = context.text.get(at..).is_none_or(|rest| {
            rest.is_empty() || rest.starts_with(['\n', '\r', '#']) && !rest.starts_with("\r\r")
        });
        let brace = context.extent.brace == Some(at);
        let gave_up_behind = at > context.extent.end && !brace || line_end;
        let (span, token) = if gave_up_behind {
            let end = at.min(context.extent.end).max(context.start);
            (Span::new(context.file, end, end), "")
        } else {
            let token = token_at(context.text, at);
            (Span::new(context.file, at, at + token.len()), token)
        };
        let before = context.text.get(context.start..span.start as usize).unwrap_or("").trim_end();
        let previous_start =
            before.bytes().rev().take_while(|byte| words::is_name_byte(*byte)).count();
        Self {
            token,
            span,
            expected,
            word,
            previous: before.get(before.len() - previous_start..).unwrap_or(""),
        }
    }

    pub(super) fn expects(&self, expected: Expected) -> bool {
        self.expected.contains(&expected)
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

    pub(super) fn replaced(&self, code: Code, message: String, by: &str) -> Diagnostic {
        Diagnostic::new(code, self.span, message)
            .with_help(format!("did you mean `{by}`?"))
            .with_fix(Applicability::Unsafe, format!("write `{by}`"), self.span, by)
    }

    /// What was expected, for everything that is no usual mistake.
    fn other(&self) -> Diagnostic {
        let mut expected: Vec<Expected> = self.expected.to_vec();
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

/// What must follow a statement word.
fn first_operand(word: &str, place: Place) -> Option<Expected> {
    Some(match (word, place) {
        ("require" | "budget", Place::Block) => Expected::Argument,
        ("rate", Place::Block) => Expected::Calls,
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

fn too_deep(context: &Context<'_>, refusal: &Refusal) -> Option<Diagnostic> {
    if !refusal.too_deep {
        return None;
    }
    let span = Span::new(context.file, refusal.offset, refusal.offset + 1);
    let message = format!("brackets nest deeper than {} here", nesting::MAX_DEPTH);
    Some(
        Diagnostic::new(Code::NestingTooDeep, span, message)
            .with_help("split the condition into several statements"),
    )
}

/// A statement whose first word is none, or stands in the wrong place.
fn first_word(context: &Context<'_>, found: &Found<'_>) -> Option<Diagnostic> {
    if context.place == Place::AfterBlock {
        return Some(
            found
                .syntax(format!(
                    "expected the end of the line behind `}}`, found {}",
                    found.shown()
                ))
                .with_help("begin the next statement on a line of its own"),
        );
    }
    let word = words::run(context.text, context.start);
    let token = if word.is_empty() { token_at(context.text, context.start) } else { word };
    let span = Span::new(context.file, context.start, context.start + token.len());
    if words::RESERVED.contains(&word) {
        let message = format!("`{word}` is reserved for a later version of the language");
        return Some(Diagnostic::new(Code::ReservedWord, span, message));
    }
    if context.place == Place::Block
        && words::STATEMENTS.contains(&word)
        && words::stands_outside(word)
    {
        let message = format!("`{word}` cannot stand inside a block");
        return Some(
            Diagnostic::new(Code::MisplacedStatement, span, message)
                .with_help("move it outside the block"),
        );
    }
    if words::at(context.text, context.start).is_some() {
        return None;
    }
    let message = format!("{} begins no statement", text::quote(token));
    let diagnostic = Diagnostic::new(Code::UnknownStatement, span, message);
    Some(match words::nearest_statement(word) {
        Some(statement) => diagnostic.with_help(format!("did you mean `{statement}`?")).with_fix(
            Applicability::Unsafe,
            format!("write `{statement}`"),
            span,
            statement,
        ),
        None => diagnostic.with_help(
            "a statement begins with a word such as `allow`, `deny`, `rate` or `require`",
        ),
    })
}

/// A string whose closing quote is missing, anywhere up to where the grammar gave up.
fn open_string(context: &Context<'_>, found: &Found<'_>) -> Option<Diagnostic> {
    let at = found.span.start as usize;
    if !found.token.starts_with('"') || recovery::closing_quote(context.text, at).is_some() {
        return None;
    }
    let span = Span::new(context.file, at, at + 1);
    Some(
        Diagnostic::new(Code::UnclosedString, span, "this string is not closed on its line")
            .with_help("close it with `\"`; a line break in a string is written `\\n`"),
    )
}

/// The characters that a reader takes for one thing: a run of name characters, a string, an operator, or one mark.
fn token_at(text: &str, at: usize) -> &str {
    let rest = text.get(at..).unwrap_or("");
    let set = usize::from(rest.starts_with('@'));
    let run = words::run(text, at + set).len();
    let end = if run + set > 0 {
        run + set
    } else if rest.starts_with(['"', '\'']) {
        let quote = rest.get(..1).unwrap_or("");
        let line = rest.get(..recovery::line_end(text, at) - at).unwrap_or(rest);
        line.get(1..)
            .and_then(|tail| tail.find(quote))
            .map_or(line.trim_end().len(), |close| close + 2)
    } else {
        let operators = |byte: &u8| matches!(byte, b'=' | b'!' | b'<' | b'>' | b'&' | b'|' | b'~');
        let operator = rest.bytes().take_while(operators).count();
        if operator > 0 { operator } else { rest.chars().next().map_or(0, char::len_utf8) }
    };
    rest.get(..end).unwrap_or("")
}
