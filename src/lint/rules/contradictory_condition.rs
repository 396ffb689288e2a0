//! Conditions that no call satisfies.

use crate::diagnostic::{Code, Diagnostic};
use crate::lint::guards::{self, Effect, Question};
use crate::lint::solver::{self, Dead, Form, Scope, Solver};
use crate::lint::{Context, Rule, schema_conditions};
use crate::policy::semantics::Readings;

pub(super) const RULE: Rule =
    Rule { code: Code::ContradictoryCondition, needs_whole_policy: false, check };

fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let solver = Solver::new(Readings::AnyEquality);
    guards::ask(context, Question::Contradictory, findings, |guarded, findings| {
        if !guards::is_examined(context, RULE.code, &guarded, findings) {
            return false;
        }
        let dead = solver::dead_parts(&solver, &Form::of(guarded.condition), Scope::Beside);
        findings.extend(dead.iter().map(|dead| finding(dead, guarded.effect_if(false))));
        guards::is_decided(context, RULE.code, &guarded, &solver, findings)
    });
    // The answer depends on the manifest too, so it is not remembered by the characters of the statement.
    for guarded in guards::conditional(context) {
        let form = Form::of(guarded.condition);
        let asked = (Code::ContradictoryCondition, &form);
        findings.extend(schema_conditions::finding(context, &solver, &guarded, asked));
    }
}

fn finding(dead: &Dead<'_>, effect: Effect) -> Diagnostic {
    let what = if dead.is_whole { "condition" } else { "alternative" };
    let message = format!("this {what} never holds: {}", solver::why_impossible(&dead.facts));
    let finding =
        guards::at_tests(Code::ContradictoryCondition, dead, message, "this test contradicts it");
    if dead.is_whole {
        finding.with_note(effect.in_words()).with_help(effect.remedy())
    } else {
        finding
            .with_note("the condition means the same without this alternative")
            .with_help("fix one of the tests, or remove the alternative")
    }
}
