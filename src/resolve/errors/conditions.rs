//! Findings about arguments, tests and guards.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, TextPart};
use crate::text::{self, list, quote};

/// How many tools a message lists.
const SHOWN: usize = 3;

/// A key of a path that some tools do not declare.
pub(crate) struct UnknownArgument<'a> {
    /// The key as it is written, and its name.
    pub(crate) span: Span,
    pub(crate) key: &'a str,
    /// The tools that do not declare it, and whether these are all tools of the rule.
    pub(crate) tools: &'a [&'a str],
    pub(crate) is_of_all: bool,
    /// Whether the schema of one of them forbids the key.
    pub(crate) is_forbidden: bool,
    /// The path before the key, if a list stands there.
    pub(crate) list: Option<&'a str>,
    /// Whether the author took the key as it stands, by quotes that it does not need.
    pub(crate) is_taken: bool,
    pub(crate) near: &'a [&'a str],
}

impl UnknownArgument<'_> {
    pub(crate) fn into_diagnostic(self) -> Diagnostic {
        let verb = if self.tools.len() == 1 { "has" } else { "have" };
        let shown = list(self.tools, SHOWN);
        let message = format!("{shown} {verb} no argument {}", quote(self.key));
        let code = if self.is_forbidden && !self.is_taken {
            Code::ForbiddenArgument
        } else {
            Code::UnknownArgument
        };
        let note = match self.list {
            Some(list) => {
                format!("{} is a list, and a path cannot reach the elements of a list", quote(list))
            }
            None if self.is_forbidden => {
                "the schema forbids other arguments, so a call never has it".to_owned()
            }
            None => {
                "the schema does not declare it; a test of a missing argument is false".to_owned()
            }
        };
        Diagnostic::new(code, self.span, message)
            .with_note(note)
            .with_help(self.help())
            .with_choice(
                self.span,
                self.near.iter().map(|key| {
                    if crate::policy::is_identifier(key) { (*key).to_owned() } else { quoted(key) }
                }),
            )
    }

    fn help(&self) -> String {
        let is_bare = crate::policy::is_identifier(self.key) && !self.is_taken;
        match (self.near, self.list) {
            ([], Some(_)) => "guard the whole call: `approve` or `hide` the tool".to_owned(),
            ([], None) if !self.is_of_all => {
                "select the tools that have it with `having`, or write a rule for each".to_owned()
            }
            ([], None) if self.is_forbidden || !is_bare => {
                "fix the key, or capture the manifest again if the server has changed".to_owned()
            }
            ([], None) => {
                format!("to use the key as written, quote it: {}", quote(&quoted(self.key)))
            }
            (near, _) => format!("did you mean {}?", text::choice(near, 3)),
        }
    }
}

fn quoted(key: &str) -> String {
    let mut out = String::new();
    crate::policy::write_string(key, &mut out);
    out
}

/// A test that can never hold, by the declared type or values. `near` is what the author may have meant, and stands in the place
/// of the value if `is_value` says that the span is one.
pub(crate) fn impossible(
    span: Span,
    tools: &[&str],
    reason: &str,
    near: Option<&str>,
    is_value: bool,
) -> Diagnostic {
    let message = format!("this can never hold for {}: {reason}", list(tools, SHOWN));
    let help = match near {
        Some(near) => format!("did you mean {}?", quote(near)),
        None => "test the argument for a value that its schema allows".to_owned(),
    };
    Diagnostic::new(Code::ImpossibleTest, span, message)
        .with_help(help)
        .with_choice(span, near.filter(|_| is_value).map(str::to_owned))
}

/// An argument of tools whose schemas are too large to look it up.
pub(crate) fn unchecked(span: Span, path: &str, tools: &[&str]) -> Diagnostic {
    let message = format!(
        "{} is not checked: the schema of {} is too large",
        quote(path),
        list(tools, SHOWN)
    );
    Diagnostic::new(Code::UnusableDeclaration, span, message)
        .with_note("the name and the values in this test may be wrong")
        .with_help(
            "simplify the schema: fewer unions, references and levels, and shorter lists of values",
        )
}

/// A number that is valid JSON but beyond what parsers keep.
pub(crate) fn unreadable_number(span: Span, number: &str) -> Diagnostic {
    let message = format!("the number {} is out of range for JSON parsers", quote(number));
    Diagnostic::new(Code::InvalidNumber, span, message).with_help("write a number below 1.8e308")
}

/// Values of a list, or of a negated test, that never occur.
pub(crate) fn impossible_value(
    span: Span,
    value: &str,
    declared: &str,
    near: Option<&str>,
) -> Diagnostic {
    let message = format!("{} never occurs: the argument is {declared}", quote(value));
    let help = match near {
        Some(near) => format!("did you mean {}?", quote(near)),
        None => "fix the value, or remove it".to_owned(),
    };
    Diagnostic::new(Code::ImpossibleValue, span, message)
        .with_help(help)
        .with_choice(span, near.map(str::to_owned))
}

pub(crate) fn null_comparison(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::NullComparison,
        span,
        "null counts as missing, so this value is never equal to an argument",
    )
    .with_help("write `missing` or `exists`")
}

/// One of the three corners of which the gateway publishes nothing.
pub(crate) fn uncertain(span: Span, tools: &[&str], what: &str, help: &str) -> Diagnostic {
    let message = format!("the gateway's behaviour here is undocumented: {what}");
    Diagnostic::new(Code::UncertainTest, span, message)
        .with_note(format!("the schema of {} allows such a call", list(tools, SHOWN)))
        .with_help(help)
}

/// A pattern that RE2 does not take; `meant` is what may stand in its place, as it is without a string's escapes.
pub(crate) fn invalid_regex(
    span: Span,
    message: &str,
    help: Option<String>,
    meant: Option<String>,
) -> Diagnostic {
    let in_string = |meant: String| {
        let written = quoted(&meant);
        written.part(1..written.len().saturating_sub(1)).to_owned()
    };
    Diagnostic::new(Code::InvalidRegex, span, message.to_owned())
        .with_note("regular expressions use RE2 syntax")
        .with_help_if(help)
        .with_choice(span, meant.map(in_string))
}

pub(crate) fn dotted_key(span: Span, key: &str) -> Diagnostic {
    let message =
        format!("the argument {} cannot be tested: dots separate the keys of a path", quote(key));
    Diagnostic::new(Code::UnreachableKey, span, message)
        .with_help("write nested keys as args.a.b; a key that contains a dot cannot be tested")
}
