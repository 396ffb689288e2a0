//! The usual mistakes, told apart by what stands where the grammar gave up.

use super::super::grammar::Expected;
use super::super::words;
use super::refused::{Context, Found, Place};
use crate::diagnostic::{Applicability, Code, Diagnostic, Edit};
use crate::source::Span;
use crate::text;

impl Found<'_> {
    /// A bracket that is left open, when the grammar ran out of its line because of it.
    pub(super) fn unclosed(&self, context: &Context<'_>) -> Option<Diagnostic> {
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
    pub(super) fn foreign_quote(&self) -> Option<Diagnostic> {
        let mark = self.token.chars().next()?;
        let quotes =
            ['\u{201c}', '\u{201d}', '\u{201e}', '\u{2018}', '\u{2019}', '\u{ab}', '\u{bb}'];
        quotes.contains(&mark).then(|| {
            let message = format!("`{mark}` is no quotation mark of the language");
            Diagnostic::new(Code::InvalidCharacter, self.span, message)
                .with_help("strings stand in straight double quotes, `\"`")
        })
    }

    /// `deny x unless c`, which is `require x with c`.
    fn deny_unless(&self, context: &Context<'_>) -> Diagnostic {
        let found = Diagnostic::new(Code::DenyUnless, self.span, "`deny` takes no `unless`").with_help(
            "write `require TOOLS with CONDITION`, which blocks calls for which it does not hold",
        );
        let word = Span::new(context.file, context.start, context.start + "deny".len());
        let slice = |span: Span| context.text.get(span.range()).unwrap_or("");
        let between = slice(Span { start: word.end, end: self.span.start, ..word });
        let edits = match (between.trim().is_empty(), context.place) {
            _ if slice(word) != "deny" => return found,
            (true, Place::Block) => {
                vec![Edit { span: word.to(self.span), text: "require".to_owned() }]
            }
            (false, Place::File) => vec![
                Edit { span: word, text: "require".to_owned() },
                Edit { span: self.span, text: "with".to_owned() },
            ],
            _ => return found,
        };
        found.with_edits(Applicability::Unsafe, "write `require`", edits)
    }

    /// Clauses that the statement does not take, or in another place.
    pub(super) fn clause(&self, context: &Context<'_>) -> Option<Diagnostic> {
        let wrong = |message: &str, help: &str| Some(self.syntax(message).with_help(help));
        match (self.word, self.token) {
            ("deny", "unless") => Some(self.deny_unless(context)),
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
                wrong(
                    &message,
                    "write the condition in a `require`, `deny` or `approve` of its own",
                )
            }
            ("allow" | "rate" | "hide" | "budget" | "default" | "group", "because") => wrong(
                &format!("`{}` takes no reason", self.word),
                "write it as a comment, behind `#`",
            ),
            (_, "having") if !self.expects(Expected::Word("having")) => {
                wrong("`having` stands before `except`, and once", "move it before `except`")
            }
            (_, token) if self.expects(Expected::End) && words::STATEMENTS.contains(&token) => {
                wrong(
                    "a statement ends with its line",
                    &format!("begin `{token}` on a line of its own"),
                )
            }
            (_, ";") => wrong("a statement ends with its line", "remove the `;`"),
            _ => None,
        }
    }

    pub(super) fn rate(&self) -> Option<Diagnostic> {
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

    pub(super) fn operator(&self) -> Option<Diagnostic> {
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

    pub(super) fn argument(&self) -> Option<Diagnostic> {
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
        if self.token == "args" || self.token == "args." {
            let message = "expected an argument's name right behind `args.`".to_owned();
            return Some(invalid(message).with_help("write it without blanks: args.amount"));
        }
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

    pub(super) fn value(&self) -> Option<Diagnostic> {
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
            return Some(
                diagnostic
                    .with_help(format!("did you mean `{constant}`?"))
                    .with_choice(self.span, [constant.to_owned()]),
            );
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

    pub(super) fn tool(&self, context: &Context<'_>) -> Option<Diagnostic> {
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
