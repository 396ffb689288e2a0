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
struct Found<'t> {
    /// The token there: a run of name characters, a quoted text, or one mark.
    token: &'t str,
    /// Its place; empty at the end of the statement.
    span: Span,
    expected: Vec<Expected>,
    word: &'t str,
    /// The run of name characters before it.
    previous: &'t str,
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

    fn expects(&self, expected: Expected) -> bool {
        self.expected.contains(&expected)
    }

    /// "found …" or the end of the line.
    fn shown(&self) -> String {
        if self.token.is_empty() {
            "the end of the line".to_owned()
        } else {
            text::quote(self.token)
        }
    }

    fn syntax(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Code::Syntax, self.span, message)
    }

    fn replaced(&self, code: Code, message: String, by: &str) -> Diagnostic {
        Diagnostic::new(code, self.span, message)
            .with_help(format!("did you mean `{by}`?"))
            .with_fix(Applicability::Unsafe, format!("write `{by}`"), self.span, by)
    }

    /// A bracket that is left open, when the grammar ran out of its line because of it.
    fn unclosed(&self, context: &Context<'_>) -> Option<Diagnostic> {
        let open = context.extent.unclosed?;
        let behind = self.token.is_empty() || self.span.start as usize >= context.extent.end;
        let bracket = context.text.get(open..open + 1)?;
        if !behind {
            return None;
        }
        let closing = match bracket {
            "(" => ")",
            "[" => "]",
            _ => "}",
        };
        let span = Span::new(context.file, open, open + 1);
        Some(
            Diagnostic::new(
                Code::UnclosedDelimiter,
                span,
                format!("this `{bracket}` is never closed"),
            )
            .with_help(format!("close it with `{closing}`")),
        )
    }

    /// A quotation mark of a word processor.
    fn foreign_quote(&self) -> Option<Diagnostic> {
        let mark = self.token.chars().next()?;
        let quotes =
            ['\u{201c}', '\u{201d}', '\u{201e}', '\u{2018}', '\u{2019}', '\u{ab}', '\u{bb}'];
        quotes.contains(&mark).then(|| {
            let message = format!("`{mark}` is no quotation mark of the language");
            Diagnostic::new(Code::InvalidCharacter, self.span, message)
                .with_help("strings stand in straight double quotes, `\"`")
        })
    }

    /// Clauses that the statement does not take, or in another place.
    fn clause(&self, context: &Context<'_>) -> Option<Diagnostic> {
        let wrong = |message: &str, help: &str| Some(self.syntax(message).with_help(help));
        match (self.word, self.token) {
            ("deny", "unless") => Some(
                Diagnostic::new(Code::DenyUnless, self.span, "`deny` takes no `unless`").with_help(
                    "write `require TOOLS with CONDITION`, which blocks calls for which it does not hold",
                ),
            ),
            ("require", "unless" | "when") => wrong(
                "`require` takes its condition behind `with`",
                "write `require TOOLS with CONDITION`, or `deny TOOLS when CONDITION`",
            ),
            ("require", "with") if context.place == Place::Block => {
                wrong("inside a block `require` is followed by its condition", "leave `with` out")
            }
            ("approve" | "deny", "with") => {
                wrong("a condition stands behind `when` here", "write `when`")
            }
            ("allow" | "rate" | "hide" | "budget", "when" | "unless" | "with" | "if") => {
                let message = format!("`{}` takes no condition", self.word);
                wrong(&message, "write the condition in a `require`, `deny` or `approve` of its own")
            }
            ("allow" | "rate" | "hide" | "budget" | "default" | "group", "because") => {
                wrong(&format!("`{}` takes no reason", self.word), "write it as a comment, behind `#`")
            }
            (_, "having") if !self.expects(Expected::Word("having")) => {
                wrong("`having` stands before `except`, and once", "move it before `except`")
            }
            (_, token) if self.expects(Expected::End) && words::STATEMENTS.contains(&token) => {
                wrong("a statement ends with its line", &format!("begin `{token}` on a line of its own"))
            }
            (_, ";") => wrong("a statement ends with its line", "remove the `;`"),
            _ => None,
        }
    }

    fn rate(&self) -> Option<Diagnostic> {
        if !self.expects(Expected::Calls) {
            return None;
        }
        let digits = self.token.bytes().take_while(u8::is_ascii_digit).count();
        let (calls, rest) = self.token.split_at(digits);
        if calls.is_empty() {
            let caps = matches!(self.word, "rate" | "budget") || self.previous.contains("/");
            let only = self.expected == [Expected::Calls];
            return (caps && (self.token.is_empty() || only)).then(|| {
                self.syntax(format!("expected {}, found {}", Expected::Calls.words(), self.shown()))
            });
        }
        let invalid = |message: String| Diagnostic::new(Code::InvalidRate, self.span, message);
        let Some(window) = rest.strip_prefix('/') else {
            let message = "expected a number of calls, such as 30/minute".to_owned();
            return Some(invalid(message).with_help(format!("write the window: `{calls}/minute`")));
        };
        let near = window_of(window);
        let message = if window.is_empty() {
            "a number of calls needs its window, such as 30/minute".to_owned()
        } else {
            format!("{} is no window", text::quote(window))
        };
        let diagnostic = invalid(message);
        Some(match near {
            Some(window) => {
                let by = format!("{calls}/{window}");
                diagnostic.with_help(format!("did you mean `{by}`?")).with_fix(
                    Applicability::Unsafe,
                    format!("write `{by}`"),
                    self.span,
                    by,
                )
            }
            None => diagnostic.with_help("calls are counted per `minute`, `hour` or `day`"),
        })
    }

    fn operator(&self) -> Option<Diagnostic> {
        let joins = self.expects(Expected::Word("and")) || self.expects(Expected::End);
        let by = match self.token {
            "&&" | "&" if joins => "and",
            "||" | "|" if joins => "or",
            _ if !self.expects(Expected::Operator) => return None,
            "=" | "===" | "is" | "equals" | "eq" | ":" => "==",
            "!==" | "<>" | "neq" | "ne" | "isnt" | "=!" => "!=",
            "=>" | "gte" | "ge" => ">=",
            "=<" | "lte" | "le" => "<=",
            "gt" => ">",
            "lt" => "<",
            "=~" | "~" | "~=" | "match" | "regex" | "like" => "matches",
            "has" | "includes" | "contain" => "contains",
            "exist" | "present" => "exists",
            "absent" | "empty" | "unset" => "missing",
            other => {
                text::nearest(other, ["matches", "contains", "exists", "missing", "not", "in"])
                    .first()
                    .copied()?
            }
        };
        Some(self.replaced(Code::Syntax, format!("{} is no operator", self.shown()), by))
    }

    fn argument(&self) -> Option<Diagnostic> {
        let argument = self.expects(Expected::Argument);
        let invalid = |message: String| Diagnostic::new(Code::InvalidPath, self.span, message);
        if self.expects(Expected::Key) {
            let message = format!("expected {}, found {}", Expected::Key.words(), self.shown());
            return Some(
                invalid(message)
                    .with_help("a key that is no identifier is quoted: args.\"filter-query\""),
            );
        }
        if !argument {
            return None;
        }
        if self.token == "!" {
            return Some(self.replaced(Code::Syntax, "`!` is no operator".to_owned(), "not"));
        }
        let first = self.token.chars().next()?;
        if let Some(tail) = self.token.strip_prefix("args.")
            && let Some(key) = tail.split('.').find(|key| !crate::policy::is_identifier(key))
        {
            let message = format!("{} is no bare key of an argument", text::quote(key));
            let help = format!("quote it: args.\"{}\"", text::clean(key));
            return Some(invalid(message).with_help(help));
        }
        if !first.is_ascii_alphabetic() && first != '_' || words::is_word(self.token) {
            return None;
        }
        let name = self.token.split_once('.').map_or(self.token, |(root, rest)| {
            let root_of_arguments = ["arg", "arguments", "params", "input"].contains(&root);
            if root_of_arguments { rest } else { self.token }
        });
        let message =
            format!("a condition reads arguments of the call, and {} is none", self.shown());
        let diagnostic = invalid(message);
        let path =
            name.split('.').all(crate::policy::is_identifier).then(|| format!("args.{name}"));
        Some(match path {
            Some(path) => diagnostic.with_help(format!("did you mean `{path}`?")).with_fix(
                Applicability::Unsafe,
                format!("write `{path}`"),
                self.span,
                path,
            ),
            None => diagnostic.with_help("write args.NAME"),
        })
    }

    fn value(&self) -> Option<Diagnostic> {
        let value = self.expects(Expected::Value) || self.expects(Expected::Number);
        let text = self.expects(Expected::Text) && !self.expects(Expected::Tool);
        let list = self.expects(Expected::List);
        if !value && !text && !list {
            return None;
        }
        let wanted =
            match (value, list, self.expects(Expected::Number) && !self.expects(Expected::Value)) {
                (_, _, true) => Expected::Number,
                (true, ..) => Expected::Value,
                (_, true, _) => Expected::List,
                _ => Expected::Text,
            };
        let message = format!("expected {}, found {}", wanted.words(), self.shown());
        let diagnostic = self.syntax(message);
        if self.token.is_empty() {
            return Some(diagnostic);
        }
        if self.token.starts_with('\'') {
            return Some(diagnostic.with_help("strings stand in double quotes"));
        }
        let constant = match self.token {
            "True" | "TRUE" | "yes" => Some("true"),
            "False" | "FALSE" | "no" => Some("false"),
            "None" | "nil" | "undefined" | "NULL" => Some("null"),
            _ => None,
        };
        if let Some(constant) = constant.filter(|_| value) {
            return Some(diagnostic.with_help(format!("did you mean `{constant}`?")));
        }
        let bare = words::is_name_byte(*self.token.as_bytes().first()?);
        if bare && (text || value) && wanted != Expected::Number && !words::is_word(self.token) {
            let quoted = format!("\"{}\"", self.token);
            return Some(
                diagnostic.with_help(format!("put it in double quotes: {quoted}")).with_fix(
                    Applicability::Unsafe,
                    "put it in double quotes",
                    self.span,
                    quoted,
                ),
            );
        }
        Some(diagnostic)
    }

    fn tool(&self, context: &Context<'_>) -> Option<Diagnostic> {
        let name = self
            .token
            .bytes()
            .next()
            .is_some_and(|byte| words::is_name_byte(byte) || byte == b'@' || byte == b'"');
        if context.place == Place::Block && name && self.expects(Expected::End) {
            return Some(
                Diagnostic::new(
                    Code::MisplacedStatement,
                    self.span,
                    "the tools stand behind `tool`, not in its block",
                )
                .with_help(format!(
                    "leave {} out, or write the rule outside the block",
                    self.shown()
                )),
            );
        }
        if self.expects(Expected::Word(",")) && name && !words::is_word(self.token) {
            if words::is_word(self.previous) {
                let message = format!("`{}` follows the tools without a comma", self.previous);
                let start = self.span.start as usize;
                let before = context.text.get(context.start..start).unwrap_or("");
                let at = context.start + before.rfind(self.previous).unwrap_or(0);
                let span = Span::new(context.file, at, at + self.previous.len());
                return Some(
                    Diagnostic::new(Code::Syntax, span, message)
                        .with_help(format!("remove the comma before `{}`", self.previous)),
                );
            }
            let before = self.span.at_start();
            let list = self.expects(Expected::Word("]")) || self.expects(Expected::Word("}"));
            let what = if list { "values" } else { "names, globs and sets" };
            return Some(
                self.syntax(format!("expected a comma before {}", self.shown()))
                    .with_help(format!("{what} are separated by commas"))
                    .with_fix(Applicability::Unsafe, "insert a comma", before, ", "),
            );
        }
        let selector = self.expects(Expected::Tool) || self.expects(Expected::Name);
        if !selector {
            return None;
        }
        let digits = self.token.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            let message = format!("expected {}, found {}", Expected::Tool.words(), self.shown());
            return Some(self.syntax(message).with_help("rates follow the tools without a comma"));
        }
        None
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
    let bracket = context.text.get(refusal.offset..refusal.offset + 1)?;
    if !refusal.expected.is_empty() || !matches!(bracket, "(" | "[" | "{") {
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

/// The window that an author meant by another word for it.
fn window_of(word: &str) -> Option<&'static str> {
    match word {
        "m" | "min" | "mins" | "minutes" | "Minute" | "minut" => Some("minute"),
        "h" | "hr" | "hrs" | "hours" | "Hour" => Some("hour"),
        "d" | "days" | "Day" | "daily" => Some("day"),
        other => text::nearest(other, ["minute", "hour", "day"]).first().copied(),
    }
}
