//! Findings about what rules do together.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::source::Span;
use crate::text::{list, quote};

/// How many tools a message lists.
const SHOWN: usize = 5;

pub(crate) fn inert(span: Span, word: &str, tools: &[&str]) -> Diagnostic {
    let message = format!("this `{word}` has no effect: nothing grants {}", list(tools, SHOWN));
    Diagnostic::new(Code::InertRule, span, message)
        .with_note("under `default deny`, a tool that no `allow` covers cannot be called")
        .with_help("grant the tool with `allow`, or remove the rule")
}

pub(crate) fn hidden_allow(span: Span, tools: &[&str], exact: Option<Span>) -> Diagnostic {
    let grants = if exact.is_some() { "by name" } else { "through a glob or set" };
    let message = format!("this hides {}, which `allow` grants {grants}", list(tools, SHOWN));
    let severity = if exact.is_some() { Severity::Warning } else { Severity::Info };
    let diagnostic = Diagnostic::new(Code::HiddenAllow, span, message)
        .with_severity(severity)
        .with_note("`hide` wins: the tool cannot be called")
        .with_help("remove one of the two, or add `except` to the wider one");
    match exact {
        Some(allow) => diagnostic.with_label(allow, "granted here"),
        None => diagnostic,
    }
}

pub(crate) fn redundant_cap(span: Span, tools: &[&str], lower: Span, max: u64) -> Diagnostic {
    let verb = if tools.len() == 1 { "is" } else { "are" };
    let message =
        format!("{} {verb} already capped lower, so this cap is not written", list(tools, SHOWN));
    Diagnostic::new(Code::RedundantCap, span, message)
        .with_label(lower, format!("{max} in the same window here"))
        .with_help("remove it; to keep both, give it its own counter with `as`")
}

/// The reason of a `deny` or `require` begins as the message of an approval does.
pub(crate) fn reads_as_approval(span: Span, word: &str) -> Diagnostic {
    let message = format!("this reason makes the `{word}` an approval");
    Diagnostic::new(Code::ReadsAsApproval, span, message)
        .with_note(
            "in policy.json, a predicate is an approval if its message begins with \
                    `Requires human approval.`",
        )
        .with_help("write `approve` if a person may let the call through, or change the reason")
}

/// Two caps of each of the tools, or over all calls when there is none.
pub(crate) fn counter_clash(span: Span, tools: &[&str], counter: &str, first: Span) -> Diagnostic {
    let whose = match tools {
        [] => "on all calls".to_owned(),
        tools => format!("on {}", list(tools, SHOWN)),
    };
    let message = format!("two caps {whose} use the same counter, {}", quote(counter));
    Diagnostic::new(Code::CounterClash, span, message).with_label(first, "the other cap").with_help(
        "give them different counters; `{window}` in a counter's name expands to the window",
    )
}

/// Caps of several tools, or of tools and of all calls together.
pub(crate) fn shared_counter(
    span: Span,
    counter: &str,
    tools: &[&str],
    with_all: bool,
    first: Span,
) -> Diagnostic {
    let all = if with_all { " and all calls together" } else { "" };
    let message = format!("{}{all} use the same counter, {}", list(tools, SHOWN), quote(counter));
    Diagnostic::new(Code::SharedCounter, span, message)
        .with_label(first, "the other cap")
        .with_note("the gateway's behaviour for a counter that several caps share is undocumented")
        .with_help("put `{tool}` in the counter's name")
}

/// A counter without a rate to count for.
pub(crate) fn counter_without_rate(span: Span) -> Diagnostic {
    Diagnostic::new(Code::CounterWithoutRate, span, "this counter has no rate")
        .with_note(
            "a counter applies to the rates before it; there are none here, so the tools \
                    are not capped",
        )
        .with_help("write a rate before `as`, such as `30/minute`, or remove the counter")
}
