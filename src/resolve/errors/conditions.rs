//! Findings about arguments, tests and guards.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::text::{self, list, quote};

/// How many tools a message lists.
const SHOWN: usize = 3;

/// The key at `span` is declared by none of `tools`; `all` says whether these are all tools of the rule.
pub(crate) fn unknown_argument(
    span: Span,
    key: &str,
    tools: &[&str],
    all: bool,
    closed: bool,
    near: &[&str],
) -> Diagnostic {
    let verb = if tools.len() == 1 { "has" } else { "have" };
    let message = format!("{} {verb} no argument {}", list(tools, SHOWN), quote(key));
    let (code, note) = if closed {
        (Code::ForbiddenArgument, "the schema forbids other arguments, so a call never carries it")
    } else {
        (
            Code::UnknownArgument,
            "the schema does not declare it; a test of a missing argument is false",
        )
    };
    let diagnostic = Diagnostic::new(code, span, message).with_note(note);
    let written = |key: &&str| {
        if crate::policy::is_identifier(key) { (*key).to_owned() } else { quoted(key) }
    };
    match near {
        [] if all => diagnostic
            .with_help(format!("quote the key to take it as it stands: {}", quote(&quoted(key)))),
        [] => diagnostic
            .with_help("keep the tools that have it with `having`, or write a rule for each"),
        near => diagnostic
            .with_help(format!("did you mean {}?", text::choice(near, 3)))
            .with_choice(span, near.iter().map(written)),
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
        None => "test the argument for a value that its schema admits".to_owned(),
    };
    Diagnostic::new(Code::ImpossibleTest, span, message)
        .with_help(help)
        .with_choice(span, near.filter(|_| is_value).map(str::to_owned))
}

/// A number that is valid JSON but beyond what parsers keep.
pub(crate) fn unreadable_number(span: Span, number: &str) -> Diagnostic {
    let message = format!("the number {} is out of range for parsers of JSON", quote(number));
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
        None => "correct the value, or remove it".to_owned(),
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
    let message = format!("what the gateway does here is not published: {what}");
    Diagnostic::new(Code::UncertainTest, span, message)
        .with_note(format!("the schema of {} lets a call get here", list(tools, SHOWN)))
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
        written.get(1..written.len().saturating_sub(1)).unwrap_or("").to_owned()
    };
    Diagnostic::new(Code::InvalidRegex, span, message.to_owned())
        .with_note("regular expressions are read in RE2's syntax")
        .with_help_if(help)
        .with_choice(span, meant.map(in_string))
}

pub(crate) fn dotted_key(span: Span, key: &str) -> Diagnostic {
    let message = format!(
        "no target can reach the argument {}: dots separate the keys of a path",
        quote(key)
    );
    Diagnostic::new(Code::UnreachableKey, span, message)
        .with_help("write nested keys as args.a.b; a key that holds a dot itself cannot be tested")
}
