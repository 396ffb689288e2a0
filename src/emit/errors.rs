//! What is said of policies that a target cannot express.

use crate::diagnostic::{Code, Diagnostic};
use crate::policy::{MAX_OUTPUT_BYTES, Purpose, Test};
use crate::source::Span;
use crate::text;

pub(super) fn no_exact_form(span: Span, test: &Test, purpose: Purpose) -> Diagnostic {
    let mut shown = String::new();
    test.write_gate(&mut shown);
    let operator = test.operator.gate_name();
    let message =
        format!("the gateway has no test for where {} does not hold", text::quote(&shown));
    let help = match purpose {
        Purpose::Require => {
            format!("write the `{operator}` test in a `require` of its own, without `or`")
        }
        Purpose::Deny | Purpose::Approve => {
            format!(
                "leave the negation of the `{operator}` test away, or name the values with `in`"
            )
        }
    };
    Diagnostic::new(Code::NoExactForm, span, message)
        .with_note("a policy.json has no `or` and no `not`, and `matches` and `contains` have no opposite there")
        .with_help(help)
}

pub(super) fn too_many_predicates(span: Span, limit: usize) -> Diagnostic {
    let message = format!("this condition becomes more than {limit} predicates");
    Diagnostic::new(Code::TooManyPredicates, span, message)
        .with_note(
            "every combination of alternatives joined by `and` and `or` is a predicate of its own",
        )
        .with_help(
            "split it into several statements, or use `in` for several values of one argument",
        )
}

pub(super) fn unsupported_budget(span: Span) -> Diagnostic {
    Diagnostic::new(Code::UnsupportedBudget, span, "policy.json has no published key for a budget")
        .with_note(
            "the gateway can count amounts, but how a policy.json asks for it is not published",
        )
        .with_help("cap the calls with `rate`, and the amount of each call with `require … with`")
}

/// `bytes` are those that the statement adds, or more than the limit; `tools` how many tools it is about.
pub(super) fn output_too_large(span: Span, bytes: usize, tools: usize) -> Diagnostic {
    const MEBIBYTE: usize = 1024 * 1024;
    let limit = MAX_OUTPUT_BYTES / MEBIBYTE;
    let message = format!("the policy.json would be larger than {limit} MiB");
    let mut finding = Diagnostic::new(Code::OutputTooLarge, span, message);
    if tools > 1 {
        let share = bytes.div_ceil(MEBIBYTE);
        finding = finding.with_note(format!(
            "this statement is written for each of {tools} tools and adds at least {share} MiB"
        ));
    }
    finding.with_help("shorten the condition or the message, or write the rule for fewer tools")
}
