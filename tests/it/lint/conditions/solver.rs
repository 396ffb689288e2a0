//! What the solver says of random conditions, held against the language's own meaning on every call that could matter.

use std::cell::RefCell;

use gatewright::lint::solver::{Form, Solver};
use gatewright::policy::semantics::Readings;
use gatewright::policy::{Action, Blocks, Condition};
use gatewright::resolve;
use gatewright::source::{MemoryLoader, SourceSet};

use crate::lowering::condition::{self, Json, Question, Test};
use crate::lowering::language::{Null, holds};
use crate::lowering::policy::Policy;
use crate::lowering::{generate, runner};
use crate::random::Random;

const POLICIES: u32 = 2500;
/// The most calls that a condition is tried on.
const CALLS: usize = 600;

#[derive(Debug, Default)]
struct Tried {
    conditions: usize,
    never: usize,
    always: usize,
    implied: usize,
    /// Conditions that no call that was tried satisfies, and of which the solver does not say so.
    missed: usize,
}

#[test]
fn solver_is_never_wrong_about_random_conditions() {
    let tried = RefCell::new(Tried::default());
    let outcome = runner(POLICIES).run(&generate::policy(), |policy| {
        judge(&policy, &mut tried.borrow_mut());
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    let tried = tried.into_inner();
    assert!(tried.never > 150 && tried.always > 20 && tried.implied > 300, "{tried:?}");
    // Nearly all of these need values of one type to equal those of another, which is not published.
    assert!(tried.missed < tried.never, "{tried:?}");
}

/// The conditions of the guards, as the compiler resolves them, in the order of the text.
fn resolved(text: &str) -> Vec<Condition> {
    let mut sources = SourceSet::default();
    let root = sources.add("policy.gate", text);
    let resolved =
        resolve::resolve(&mut sources, root, &MemoryLoader::default(), &resolve::Cache::default());
    let guards = resolved.policy.rules.iter().filter_map(|rule| match &rule.action {
        Action::Guard(guard) => Some(&guard.blocks),
        _ => None,
    });
    let conditions = guards.filter_map(|blocks| match blocks {
        Blocks::When(condition) | Blocks::Unless(condition) => Some(condition.clone()),
        Blocks::Always => None,
    });
    conditions.collect()
}

fn judge(policy: &Policy, tried: &mut Tried) {
    let text = policy.text();
    let compiled = resolved(&text);
    let written: Vec<&condition::Condition> = policy
        .statements
        .iter()
        .filter(|statement| statement.has_condition())
        .map(|statement| &statement.condition)
        .collect();
    assert_eq!(compiled.len(), written.len(), "{text}");
    let calls = calls(&policy.tests(), policy.seed);
    let forms: Vec<Form<'_>> = compiled.iter().map(Form::of).collect();
    let answers: Vec<Vec<bool>> = written
        .iter()
        .map(|condition| {
            calls.iter().map(|call| holds(condition, false, call, Null::Missing)).collect()
        })
        .collect();
    for reading in [Readings::AnyEquality, Readings::Any] {
        let solver = Solver::new(reading);
        for (form, answers) in forms.iter().zip(&answers) {
            judge_one(&solver, reading, form, answers, tried, &text);
        }
        for (one, its) in forms.iter().zip(&answers) {
            for (other, theirs) in forms.iter().zip(&answers) {
                if !std::ptr::eq(one, other) && solver.implies(one, other) {
                    tried.implied += 1;
                    let all = its.iter().zip(theirs).all(|(one, other)| !one || *other);
                    assert!(all, "{text}");
                }
            }
        }
    }
}

fn judge_one(
    solver: &Solver,
    reading: Readings,
    form: &Form<'_>,
    answers: &[bool],
    tried: &mut Tried,
    text: &str,
) {
    let can_hold = solver.can_hold(&[form]);
    let can_fail = solver.can_hold(&[&form.negation()]);
    assert!(can_hold || answers.iter().all(|answer| !answer), "never holds?\n{text}");
    assert!(can_fail || answers.iter().all(|answer| *answer), "always holds?\n{text}");
    if let Some(core) = solver.conflict(&[form]) {
        assert!(!can_hold && !core.is_empty());
        let core = Form::All(core.into_iter().map(Form::Fact).collect());
        assert!(!solver.can_hold(&[&core]), "{text}");
    } else {
        assert!(can_hold);
    }
    if reading == Readings::AnyEquality {
        tried.conditions += 1;
        tried.never += usize::from(!can_hold);
        tried.always += usize::from(!can_fail);
        let is_missed = can_hold && answers.iter().all(|answer| !answer);
        tried.missed += usize::from(is_missed);
    }
}

/// Calls with every combination of values that could matter to the tests; where there are too many, some of them.
fn calls(tests: &[&Test], seed: u64) -> Vec<Json> {
    let mut arguments: Vec<(Vec<&str>, Vec<Option<Json>>)> = Vec::new();
    for test in tests {
        let keys: Vec<&str> = test.path.iter().map(|key| key.0).collect();
        let values = match arguments.iter_mut().find(|(other, _)| *other == keys) {
            Some((_, values)) => values,
            None => {
                arguments.push((keys, some_of_every_kind()));
                &mut arguments.last_mut().unwrap().1
            }
        };
        values.extend(around(&test.question).into_iter().map(Some));
    }
    // What lies in an object comes after it.
    arguments.sort_by(|left, right| left.0.cmp(&right.0));
    let mut random = Random::new(seed);
    let all: usize = arguments.iter().fold(1, |all, (_, values)| all.saturating_mul(values.len()));
    let mut calls = Vec::new();
    for number in 0..all.min(CALLS) {
        let mut number = if all > CALLS { random.below(all) } else { number };
        let mut call = Json::Object(Vec::new());
        for (keys, values) in &arguments {
            let value = &values[number % values.len()];
            number /= values.len();
            if let Some(value) = value {
                put(&mut call, keys, value.clone());
            }
        }
        calls.push(call);
    }
    calls
}

fn some_of_every_kind() -> Vec<Option<Json>> {
    vec![
        None,
        Some(Json::Null),
        Some(Json::Bool(true)),
        Some(Json::Bool(false)),
        Some(Json::Number("0.25", 250)),
        Some(Json::Text("other".to_owned())),
        Some(Json::List(vec![Json::Bool(true)])),
        Some(Json::Object(Vec::new())),
    ]
}

/// Values on both sides of what a question asks for, and on the line.
fn around(question: &Question) -> Vec<Json> {
    if let Question::Matches(pattern) = question {
        return pattern.near.iter().map(|text| Json::Text((*text).to_owned())).collect();
    }
    let mut values = Vec::new();
    for literal in question.literals() {
        values.push(literal.clone());
        match literal {
            Json::Number(_, value) => {
                values.extend([value - 1, value + 1].map(|near| Json::Number("", near)));
            }
            Json::Text(text) => values.push(Json::Text(format!("<{text}>"))),
            other => values.push(Json::List(vec![other.clone()])),
        }
        if matches!(question, Question::Contains(_)) {
            values.push(Json::List(vec![literal.clone()]));
        }
    }
    values
}

/// Puts a value at a path, in objects where there are any or nothing; what is no object stays.
fn put(into: &mut Json, keys: &[&str], value: Json) {
    let Some((first, rest)) = keys.split_first() else {
        *into = value;
        return;
    };
    let Json::Object(members) = into else { return };
    let at = members.iter().position(|(key, _)| key == first).unwrap_or_else(|| {
        members.push(((*first).to_owned(), Json::Object(Vec::new())));
        members.len() - 1
    });
    put(&mut members[at].1, rest, value);
}
