//! Conditions that every call satisfies.

use crate::diagnostic::{Code, Diagnostic};
use crate::lint::guards::{self, Effect, Question};
use crate::lint::solver::{self, Dead, Form, Scope, Solver};
use crate::lint::{Context, Rule, schema_conditions};
use crate::policy::semantics::Readings;

pub(super) const RULE: Rule =
    Rule { code: Code::AlwaysTrueCondition, needs_whole_policy: false, check };

fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let solver = Solver::new(Readings::AnyEquality);
    guards::ask(context, Question::AlwaysTrue, findings, |guarded, findings| {
        if !guards::is_examined(context, RULE.code, &guarded, findings) {
            return false;
        }
        // What never fails is what never holds when it is negated.
        let dead = solver::dead_parts(&solver, &Form::not(guarded.condition), Scope::Alone);
        findings.extend(dead.iter().map(|dead| finding(dead, guarded.effect_if(true))));
        guards::is_decided(context, RULE.code, &guarded, &solver, findings)
    });
    // The answer depends on the manifest too, so it is not remembered by the characters of the statement.
    for guarded in guards::conditional(context) {
        let form = Form::not(guarded.condition);
        let asked = (Code::AlwaysTrueCondition, &form);
        findings.extend(schema_conditions::finding(context, &solver, &guarded, asked));
    }
}

fn finding(dead: &Dead<'_>, effect: Effect) -> Diagnostic {
    let what = if dead.is_whole { "condition" } else { "part of the condition" };
    let message = format!(
        "this {what} always holds: every call passes {}",
        solver::negation_in_words(&dead.facts)
    );
    let finding = guards::at_tests(
        Code::AlwaysTrueCondition,
        dead,
        message,
        "every call that fails this test",
    );
    let finding = match dead.facts.as_slice() {
        [] | [_] => finding,
        _ => finding.with_primary("passes this test"),
    };
    if dead.is_whole {
        finding.with_note(effect.in_words()).with_help(effect.remedy())
    } else {
        finding
            .with_note("the condition means the same without this part")
            .with_help("fix one of the tests, or remove this part")
    }
}
