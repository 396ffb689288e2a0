//! Findings about the steps of tests.

use crate::diagnostic::{Code, Diagnostic};
use crate::policy::MAX_TIMES;
use crate::source::Span;
use crate::text::{excerpt, quote};

pub(crate) fn not_a_time(span: Span, text: &str) -> Diagnostic {
    let message = format!("{} is not a time", quote(text));
    Diagnostic::new(Code::InvalidTest, span, message)
        .with_help("write a time of the day such as 10:59:58, or one such as 2026-01-31T10:59:58Z")
}

pub(crate) fn clock_runs_back(span: Span, now: &str) -> Diagnostic {
    let message = format!("the clock of a test does not run back: it shows {now}");
    Diagnostic::new(Code::InvalidTest, span, message)
        .with_help("put the steps in the order of their times, or begin another test")
}

pub(crate) fn times(span: Span, digits: &str) -> Diagnostic {
    let message =
        format!("a call is made from 1 to {MAX_TIMES} times, not {}", excerpt(digits, 24));
    Diagnostic::new(Code::InvalidTest, span, message)
        .with_help("to test a large cap, write the test for a smaller one, or several steps")
}

pub(crate) fn clause_without_effect(span: Span, clause: &str, verdict: &str) -> Diagnostic {
    let (message, help) = match clause {
        "by" => (
            format!("`by` names a counter, and `{verdict}` has none"),
            "remove `by`, or expect `rate`",
        ),
        _ => (
            format!("`because` names what the agent reads, and `{verdict}` has no such text"),
            "remove `because`, or expect `deny` or `approve`",
        ),
    };
    Diagnostic::new(Code::InvalidTest, span, message).with_help(help)
}
