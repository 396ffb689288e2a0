//! Tests on which approval must not rest alone, because a call that does as much harm gets past them.
//!
//! [`AMOUNTS`], [`SWITCHES`] and [`NOTES`] are the data. The page of `partial-approval` lists them.

use super::Context;
use super::solver::{Fact, Form};
use crate::manifest::{Lookup, TypeSet};
use crate::policy::{Literal, Operator, Path, Test, ToolId, compare_numbers, semantics};
use crate::risk::key_words;

/// Words in the names of numbers of which more does more harm.
pub const AMOUNTS: [&str; 14] = [
    "amount", "amounts", "budget", "cents", "cost", "count", "fee", "limit", "price", "qty",
    "quantity", "rows", "sum", "total",
];

/// Words in the names of switches without which a tool does its harm all the same.
pub const SWITCHES: [&str; 12] = [
    "async",
    "confirm",
    "confirmed",
    "force",
    "forced",
    "notify",
    "quiet",
    "silent",
    "verbose",
    "wait",
    "yes",
    "now",
];

/// Last words of the names of texts that describe a call and bound nothing of it.
pub const NOTES: [&str; 14] = [
    "comment",
    "comments",
    "correlation",
    "description",
    "idempotency",
    "justification",
    "memo",
    "memos",
    "message",
    "note",
    "notes",
    "reason",
    "remark",
    "remarks",
];

/// How a test is weak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weakness {
    /// It stops small amounts and lets larger ones pass.
    Inverted,
    /// It stops calls without an amount and lets every amount pass.
    AnyAmount,
    /// It stops some amounts and lets others pass.
    SomeAmounts,
    /// It is about a switch that the harm does not need.
    Switch,
    /// It stops some texts of an argument that may hold any.
    Denylist,
    /// It is about a text that bounds nothing.
    Note,
}

/// A weak test, and what is true of the calls that get past it.
pub struct Escape<'c> {
    /// The first weak test of the guard.
    pub fact: Fact<'c>,
    /// How it is weak.
    pub weakness: Weakness,
    /// Every weak test, none of which finds the call.
    weak: Vec<Fact<'c>>,
    /// More tests that the call passes.
    tests: Vec<Test>,
}

impl Escape<'_> {
    /// What is true of a call that gets past.
    pub fn form(&self) -> Form<'_> {
        let failed = self.weak.iter().map(|fact| Fact { negated: !fact.negated, ..*fact });
        let passed =
            self.tests.iter().map(|test| Fact { test, span: self.fact.span, negated: false });
        Form::All(failed.chain(passed).map(Form::Fact).collect())
    }
}

impl Weakness {
    /// Whether the amounts that pass depend on the guard.
    pub fn is_about_amounts(self) -> bool {
        matches!(self, Weakness::Inverted | Weakness::AnyAmount | Weakness::SomeAmounts)
    }

    /// What the guard does, beside its test.
    pub fn in_words(self) -> &'static str {
        match self {
            Weakness::Inverted => "stops small amounts and lets larger ones pass",
            Weakness::AnyAmount => "stops calls without the amount and lets any amount pass",
            Weakness::SomeAmounts => "stops these amounts and lets all others pass",
            Weakness::Switch => "stops calls with this switch alone",
            Weakness::Denylist => "stops these texts and lets all others pass",
            Weakness::Note => "tests a text that does not limit what the call does",
        }
    }

    /// What to do about it.
    pub fn remedy(self) -> &'static str {
        match self {
            Weakness::Inverted | Weakness::AnyAmount | Weakness::SomeAmounts => {
                "use `unless` with the largest amount that needs no approval"
            }
            Weakness::Denylist => "use `unless` to list the texts that need no approval",
            Weakness::Switch | Weakness::Note => "test the argument that decides what is done",
        }
    }
}

/// Tests that say of the amounts among a tool's own arguments that they are large.
pub fn large_amounts(context: &Context<'_>, tool: ToolId) -> Vec<Test> {
    const MOST: usize = 4;
    let Some(declared) = context.declaration(tool) else { return Vec::new() };
    let is_amount = |path: &Path| {
        let words = path.0.last().map(|key| key_words(key)).unwrap_or_default();
        let is_number = declared.admitted_types(path).meets(TypeSet::NUMBER);
        is_number && words.iter().any(|word| AMOUNTS.contains(&word.as_str()))
    };
    let paths = declared.argument_names().into_iter().map(|name| Path(vec![name.into()]));
    paths.filter(is_amount).take(MOST).map(|path| over(path, "999999")).collect()
}

/// A test that an argument is a number over a bound.
fn over(path: Path, bound: &str) -> Test {
    Test { path, operator: Operator::Gt, value: Literal::Number(bound.into()) }
}

/// How a call gets past a guard that blocks where a form holds; `None` if a test in it is not known to be weak.
pub fn of<'c>(context: &Context<'c>, tool: ToolId, blocks: &Form<'c>) -> Option<Escape<'c>> {
    match blocks {
        Form::Fact(fact) => of_fact(context, tool, fact),
        // Failing one of the tests is enough to pass.
        Form::All(parts) => parts.iter().find_map(|part| of(context, tool, part)),
        Form::Any(parts) => {
            let escapes: Vec<Escape<'c>> =
                parts.iter().map(|part| of(context, tool, part)).collect::<Option<_>>()?;
            escapes.into_iter().reduce(|mut first, next| {
                first.weak.extend(next.weak);
                first.tests.extend(next.tests);
                first
            })
        }
    }
}

fn of_fact<'c>(context: &Context<'c>, tool: ToolId, fact: &Fact<'c>) -> Option<Escape<'c>> {
    let words = key_words(fact.test.path.0.last()?);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let shape = context.declaration(tool).map(|tool| tool.argument(&fact.test.path));
    let escape = |weakness, tests| Some(Escape { fact: *fact, weakness, weak: vec![*fact], tests });
    let present = || vec![Test::exists(fact.test.path.clone(), true)];
    let text = free_text(shape.as_ref());
    let is_note = words.last().is_some_and(|word| NOTES.contains(&word.as_str()));
    if is_note && text != Some(false) {
        return escape(Weakness::Note, Vec::new());
    }
    if has(&AMOUNTS) {
        let (weakness, bound) = weak_amount(fact)?;
        return escape(weakness, vec![over(fact.test.path.clone(), bound)]);
    }
    let stops_values = stops_values(fact);
    if has(&SWITCHES) && stops_values && is_boolean(&fact.test.value) {
        return escape(Weakness::Switch, Vec::new());
    }
    let is_denylist = text == Some(true) && stops_values && is_text_test(fact);
    if is_denylist { escape(Weakness::Denylist, present()) } else { None }
}

/// How a test of an amount is weak, and a bound over which amounts pass.
fn weak_amount<'c>(fact: &Fact<'c>) -> Option<(Weakness, &'c str)> {
    if let Some(presence) = fact.presence() {
        return (!presence).then_some((Weakness::AnyAmount, "0"));
    }
    match (fact.test.operator, fact.negated, &fact.test.value) {
        (Operator::Lt | Operator::Lte, false, Literal::Number(bound))
        | (Operator::Gt | Operator::Gte, true, Literal::Number(bound)) => {
            Some((Weakness::Inverted, bound))
        }
        _ if stops_values(fact) => {
            let values = semantics::listed(fact.test)?;
            let numbers = values.iter().filter_map(|value| match value {
                Literal::Number(number) => Some(&**number),
                _ => None,
            });
            let largest = numbers.max_by(|one, other| compare_numbers(one, other))?;
            Some((Weakness::SomeAmounts, largest))
        }
        _ => None,
    }
}

/// Whether a guard stops the calls that have certain values, and lets all other values pass.
fn stops_values(fact: &Fact<'_>) -> bool {
    match fact.test.operator {
        Operator::Eq | Operator::In | Operator::Regex | Operator::Contains => !fact.negated,
        Operator::Neq | Operator::NotIn => fact.negated,
        _ => false,
    }
}

fn is_boolean(value: &Literal) -> bool {
    match value {
        Literal::Bool(_) => true,
        Literal::List(values) => values.iter().all(|value| matches!(value, Literal::Bool(_))),
        _ => false,
    }
}

/// Whether a test is about texts. A pattern that looks for characters outside of a class lists what is allowed.
fn is_text_test(fact: &Fact<'_>) -> bool {
    match &fact.test.value {
        Literal::String(pattern) if fact.test.operator == Operator::Regex => {
            !pattern.contains("[^")
        }
        Literal::String(_) => true,
        Literal::List(values) => values.iter().any(|value| matches!(value, Literal::String(_))),
        _ => false,
    }
}

/// Whether an argument may hold any text; `None` if that is not known.
fn free_text(lookup: Option<&Lookup>) -> Option<bool> {
    match lookup {
        Some(Lookup::Found(shape)) if !shape.is_anything() => {
            Some(shape.unlimited.meets(TypeSet::STRING))
        }
        _ => None,
    }
}
