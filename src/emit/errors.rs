//! Findings about policies that a target cannot express.

use crate::diagnostic::{Code, Diagnostic};
use crate::policy::{
    Blocks, Compared, Guard, MAX_OUTPUT_BYTES, MayBeComposite, Policy, Purpose, Test,
};
use crate::source::Span;
use crate::text;

/// The guard needs the negation of a test that predicates cannot say.
pub(super) fn no_exact_form(policy: &Policy, guard: &Guard, test: &Test, span: Span) -> Diagnostic {
    let mut shown = String::new();
    test.write_gate(&mut shown);
    let message = format!("policy.json has no exact negation of {}", text::quote(&shown));
    let finding = Diagnostic::new(Code::NoExactForm, span, message);
    let (note, way_out) = if test.operator.is_ordering() {
        (comparison_note(policy, guard, test), type_remedy(guard, test))
    } else {
        let note = "policy.json has no `or` or `not`, and no negation of `matches` and `contains`";
        (note.to_owned(), None)
    };
    let mut help = other_form(guard, test);
    if let Some(remedy) = way_out {
        help = format!("{remedy}, or {help}");
    }
    finding.with_note(note).with_help(help)
}

/// Why a comparison cannot be negated: no operator finds a list or an object, and nothing rules them out.
fn comparison_note(policy: &Policy, guard: &Guard, test: &Test) -> String {
    let path = text::quote(&test.path.dotted());
    let composite = Compared::find(&guard.compared, &test.path).and_then(|found| found.composite);
    let tool = composite.map_or_else(String::new, |(tool, _)| text::quote(policy.tools.name(tool)));
    let why = match composite.map(|(_, why)| why) {
        None | Some(MayBeComposite::NoManifest) => {
            format!("without a manifest, the type of {path} is unknown")
        }
        Some(MayBeComposite::UnknownTool) => {
            format!("{tool} is not in the manifest, so the type of {path} is unknown")
        }
        Some(MayBeComposite::NoType) => {
            format!("the schema of {tool} does not declare the type of {path}")
        }
        Some(MayBeComposite::Declared) => {
            format!("the schema of {tool} allows a list or an object for {path}")
        }
    };
    format!("a list or an object fails the comparison too, and no operator tests for one; {why}")
}

/// How to let a schema say the argument's type.
fn type_remedy(guard: &Guard, test: &Test) -> Option<String> {
    let (_, why) = Compared::find(&guard.compared, &test.path)?.composite?;
    match why {
        MayBeComposite::NoManifest => Some("name the server's manifest".to_owned()),
        MayBeComposite::UnknownTool => Some("capture the manifest again".to_owned()),
        MayBeComposite::NoType | MayBeComposite::Declared => None,
    }
}

/// How else to say it, and which calls that blocks besides.
fn other_form(guard: &Guard, test: &Test) -> String {
    let operator = test.operator.gate_name();
    let path = text::quote(&test.path.dotted());
    let besides = if test.operator.is_ordering() {
        format!("calls in which {path} is missing or is not a number")
    } else {
        format!("calls without {path}")
    };
    match (guard.purpose, &guard.blocks) {
        (Purpose::Approve, Blocks::Unless(_)) => format!(
            "write the `{operator}` test in its own `approve … unless`, without `or`, which also \
             asks about {besides}"
        ),
        (Purpose::Approve, _) => format!(
            "write the `{operator}` test in its own `approve … unless`, without `not`, which also \
             asks about {besides}"
        ),
        (Purpose::Require, _) => format!(
            "write the `{operator}` test in its own `require`, without `or`, which also blocks \
             {besides}"
        ),
        (Purpose::Deny, _) => format!(
            "write the `{operator}` test in its own `require`, without `not`, which also blocks \
             {besides}"
        ),
    }
}

pub(super) fn too_many_predicates(span: Span, limit: usize) -> Diagnostic {
    let message = format!("this condition compiles to more than {limit} predicates");
    Diagnostic::new(Code::TooManyPredicates, span, message)
        .with_note(
            "each combination of the alternatives joined by `and` and `or` becomes its own \
             predicate",
        )
        .with_help(
            "split it into several statements, or use `in` for several values of one argument",
        )
}

pub(super) fn unsupported_budget(span: Span) -> Diagnostic {
    Diagnostic::new(Code::UnsupportedBudget, span, "policy.json has no documented key for a budget")
        .with_note(
            "the gateway can count amounts, but how to ask for this in policy.json is undocumented",
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
