//! That the order of statements decides nothing.

use std::collections::BTreeSet;

use gatewright::source::SourceSet;
use gatewright::syntax;
use serde_json::{Map, Value};

use super::corpus::{Sample, gate_samples};
use crate::lowering::gateway::{Decision, decide};
use crate::random::Random;
use crate::support::plain;

/// How often the statements of a file are put in another order, and how many calls are then decided for each tool.
const ORDERS: u64 = 10;
const CALLS: usize = 16;

#[test]
fn the_order_of_statements_never_changes_a_decision() {
    let (mut compared, mut denied, mut allowed) = (0, 0, 0);
    for sample in gate_samples() {
        let Some(first) = sample.run_text(&sample.text).value else { continue };
        let policy: Value = serde_json::from_str(&first).unwrap();
        for seed in 0..ORDERS {
            let mut random = Random::new(seed);
            let text = reordered(&sample.text, &mut random);
            let outcome = sample.run_text(&text);
            let Some(second) = &outcome.value else {
                panic!("{} has errors in another order\n{text}\n{}", sample.path, plain(&outcome));
            };
            let other: Value = serde_json::from_str(second).unwrap();
            assert_eq!(settled(&policy), settled(&other), "{}\n{text}", sample.path);
            for (tool, arguments) in calls(&policy, &mut random) {
                let decisions = [&policy, &other].map(|policy| decide(policy, &tool, &arguments));
                let is_allowed = decisions.clone().map(|decision| decision == Decision::Allowed);
                assert_eq!(is_allowed[0], is_allowed[1], "{tool} {arguments}\n{text}\n{second}");
                compared += 1;
                allowed += usize::from(is_allowed[0]);
                denied += usize::from(matches!(decisions[0], Decision::Denied(_)));
            }
        }
    }
    assert!(compared > 10_000 && denied * 20 > compared && allowed * 20 > compared, "{compared}");
}

/// The statements of a right file in another order; comments between them are lost.
fn reordered(text: &str, random: &mut Random) -> String {
    let mut sources = SourceSet::default();
    let (tree, _) = syntax::parse(sources.add("policy.gate", text), text);
    let mut statements: Vec<&str> =
        tree.statements.iter().map(|statement| &text[statement.span.range()]).collect();
    random.shuffle(&mut statements);
    statements.join("\n") + "\n"
}

/// What of a policy no call is needed to compare: the posture, the hidden tools, the tools and their limits.
fn settled(policy: &Value) -> (String, BTreeSet<String>, BTreeSet<String>) {
    let list = |value: &Value, what: &str| {
        let items = value.as_array().cloned().unwrap_or_default();
        items.into_iter().map(|item| format!("{what} {item}")).collect::<BTreeSet<String>>()
    };
    let mut limits = list(&policy["all_tools"]["limits"], "all tools");
    for (tool, rule) in policy["tools"].as_object().unwrap_or(&Map::new()) {
        limits.insert(tool.clone());
        limits.extend(list(&rule["limits"], tool));
    }
    (policy["default"].to_string(), list(&policy["hide"], "hide"), limits)
}

/// Calls of every tool, with arguments near to what its conditions ask for.
fn calls(policy: &Value, random: &mut Random) -> Vec<(String, Value)> {
    let mut calls = vec![("unheard of".to_owned(), Value::Object(Map::new()))];
    for (tool, rule) in policy["tools"].as_object().unwrap_or(&Map::new()) {
        let predicates = ["require", "deny_if"].map(|key| rule[key].as_array().cloned());
        let conditions: Vec<Value> = predicates
            .into_iter()
            .flatten()
            .flatten()
            .flat_map(|predicate| predicate["conditions"].as_array().cloned().unwrap())
            .collect();
        let repeats = if conditions.is_empty() { 1 } else { CALLS };
        calls.extend((0..repeats).map(|_| (tool.clone(), arguments(&conditions, random))));
    }
    calls
}

fn arguments(conditions: &[Value], random: &mut Random) -> Value {
    let mut arguments = Value::Object(Map::new());
    for condition in conditions {
        if random.one_in(4) {
            continue;
        }
        let path = condition["path"].as_str().unwrap();
        let mut at = &mut arguments;
        for key in path.split('.').skip(1) {
            if !at.is_object() {
                *at = Value::Object(Map::new());
            }
            at = &mut at[key];
        }
        *at = near(&condition["value"], random);
    }
    arguments
}

fn near(value: &Value, random: &mut Random) -> Value {
    match value {
        Value::Array(items) if !items.is_empty() && !random.one_in(4) => random.pick(items),
        Value::Number(number) if random.one_in(2) => {
            let number = number.as_f64().unwrap();
            (number + if random.one_in(2) { 1.0 } else { -1.0 }).into()
        }
        _ if random.one_in(6) => Value::Null,
        Value::String(text) if random.one_in(2) => {
            // Patterns are mostly anchored words.
            text.trim_matches(['^', '$', '(', ')']).split('|').next().unwrap_or("").into()
        }
        other => other.clone(),
    }
}

/// Whether a sample is compared at all.
#[test]
fn most_right_samples_have_several_statements() {
    let several = gate_samples()
        .iter()
        .filter(|sample: &&Sample| sample.run_text(&sample.text).value.is_some())
        .filter(|sample| {
            let mut sources = SourceSet::default();
            let file = sources.add("policy.gate", sample.text.as_str());
            syntax::parse(file, &sample.text).0.statements.len() > 2
        })
        .count();
    assert!(several > 30, "{several}");
}
