//! Conditions that hold for every call that the schemas admit, or for none.

use std::cmp::Ordering;

use super::approval::with_schema;
use super::calls;
use super::guards::Guarded;
use super::solver::{Fact, Form, Solver};
use super::{Context, Form as PolicyForm};
use crate::diagnostic::{Code, Diagnostic};
use crate::manifest::{Lookup, Tool, TypeSet, Verdict, corners, judge};
use crate::policy::{Access, Literal, Operator, ToolId, compare_numbers};
use crate::text;

/// How many tools a message lists.
const SHOWN: usize = 5;

/// A finding about a guard whose whole condition is decided by the schemas: `form` is the condition or its negation, which no
/// admitted call of any of the guard's open tools makes true. `None` where the condition is decided without a schema, or not at
/// all, and where a test is about an argument that a tool lacks: other findings say so.
pub fn finding<'c>(
    context: &Context<'c>,
    solver: &Solver,
    guarded: &Guarded<'c>,
    (code, form): (Code, &Form<'c>),
) -> Option<Diagnostic> {
    // One statement of the language becomes many predicates of a policy.json, some of them for calls that no schema admits.
    let is_judged = context.form == PolicyForm::Gate && guarded.is_short();
    context.manifest.filter(|_| is_judged)?;
    let targets = guarded.rule.subjects.targets().iter().map(|target| target.tool);
    let tools: Vec<ToolId> = targets.filter(|tool| context.access(*tool) == Access::Open).collect();
    let first = *tools.first()?;
    if !tools.iter().all(|tool| is_dead(context, *tool, form)) || !solver.can_hold(&[form]) {
        return None;
    }
    let holds = code == Code::AlwaysTrueCondition;
    let names: Vec<&str> = tools.iter().map(|tool| context.name(*tool)).collect();
    let mut message = format!(
        "this condition {} holds for {}",
        if holds { "always" } else { "never" },
        text::list(&names, SHOWN)
    );
    let reasons = calls::why_none(context, first, form);
    if !reasons.is_empty() {
        message.push_str(": ");
        message.push_str(&reasons.join("; "));
    }
    let effect = guarded.effect_if(holds);
    let finding = Diagnostic::new(code, guarded.span(), message)
        .with_tools(names)
        .with_note(effect.in_words())
        .with_help(effect.remedy());
    Some(with_schema(context, first, form, finding))
}

/// Whether no call that a tool's schema admits makes a form hold, under every reading of the tests in it.
fn is_dead(context: &Context<'_>, tool: ToolId, form: &Form<'_>) -> bool {
    let Some(declared) = context.declaration(tool) else { return false };
    may_be_dead(declared, form)
        && context.calls.has_schema(context, tool)
        && matches!(context.calls.find(context, tool, &[form]), Ok(None))
        && form.facts().iter().all(|fact| is_certain(declared, fact))
}

/// Whether the documented reading of a test is the only one, and the test is not an error of the language.
fn is_certain(tool: &Tool, fact: &Fact<'_>) -> bool {
    match tool.argument(&fact.test.path) {
        Lookup::Found(shape) => {
            corners(fact.test, &shape).is_empty()
                && !matches!(judge(fact.test, &shape), Verdict::Impossible { .. })
        }
        Lookup::Unknown { .. } | Lookup::Open => false,
    }
}

/// Whether it is worth asking the logic: a look at each test by itself, which costs next to nothing.
pub fn may_be_dead(tool: &Tool, form: &Form<'_>) -> bool {
    match form {
        Form::All(parts) => parts.iter().any(|part| may_be_dead(tool, part)),
        Form::Any(parts) => parts.iter().all(|part| may_be_dead(tool, part)),
        Form::Fact(fact) => fact_may_be_dead(tool, fact),
    }
}

/// The same for one test.
pub fn fact_may_be_dead(tool: &Tool, fact: &Fact<'_>) -> bool {
    let Lookup::Found(shape) = tool.argument(&fact.test.path) else { return false };
    if let Some(presence) = fact.presence() {
        return !presence && shape.required;
    }
    if fact.negated && !shape.required {
        return false;
    }
    let is_listed = !shape.unlimited.meets(TypeSet::ALL.without(TypeSet::BOOLEAN));
    is_listed || is_beyond_bounds(tool, fact)
}

/// Whether a comparison, or a number that the argument must equal, touches a bound of the schema or lies beyond it.
fn is_beyond_bounds(tool: &Tool, fact: &Fact<'_>) -> bool {
    let operator = match (fact.negated, fact.test.operator.opposite()) {
        (true, Some(opposite)) => opposite,
        _ => fact.test.operator,
    };
    let (may_be_low, may_be_high) = match operator {
        Operator::Lt | Operator::Lte => (true, false),
        Operator::Gt | Operator::Gte => (false, true),
        Operator::Eq | Operator::In => (true, true),
        _ => return false,
    };
    let values = match &fact.test.value {
        Literal::List(values) => values.as_slice(),
        value => std::slice::from_ref(value),
    };
    let [least, most] = tool.bounds(&fact.test.path);
    let touches = |bound: &Option<Literal>, inside: Ordering| {
        match bound {
        Some(Literal::Number(bound)) => values.iter().any(|value| {
            matches!(value, Literal::Number(number) if compare_numbers(number, bound) != inside)
        }),
        _ => false,
    }
    };
    may_be_low && touches(&least, Ordering::Greater)
        || may_be_high && touches(&most, Ordering::Less)
}
