//! Random facts, and whether they hold, by the language's reference.

use gatewright::policy::{Literal, Operator, Path, Test};
use regex::Regex;
use serde_json::{Value, json};

use super::universe::{Json, values};
use crate::lowering::gateway::same;
use crate::random::Random;

const PATTERNS: [&str; 10] =
    ["a", "^a", "b$", "^ab?$", "^[a-c]+$", "", "^$", "(?i)A", "^.$", r"^\d+$"];
const PATHS: [&[&str]; 5] = [&["a"], &["a"], &["b"], &["a", "x"], &["a", "x", "y"]];

/// One to six facts, as tests and whether they are negated.
pub fn random_facts(random: &mut Random) -> Vec<(Test, bool)> {
    (0..=random.below(6)).map(|_| (random_test(random), random.one_in(3))).collect()
}

/// A test of one of a few arguments.
pub fn random_test(random: &mut Random) -> Test {
    let operator = random.pick(&Operator::ALL);
    let value = match operator {
        Operator::Exists => json!(random.one_in(2)),
        Operator::Regex => json!(random.pick(&PATTERNS)),
        Operator::In | Operator::NotIn => {
            Value::Array((0..random.below(4)).map(|_| random.pick(&values())).collect())
        }
        operator if operator.is_ordering() => {
            random.pick(&[json!(0), json!(1), json!(1.5), json!(2), json!(3)])
        }
        Operator::Contains => {
            random.pick(&[json!("a"), json!("b"), json!("ab"), json!(""), json!(1), json!(null)])
        }
        _ => random.pick(&values()),
    };
    let path = random.pick(&PATHS).iter().map(|key| Box::from(*key)).collect();
    Test { path: Path(path), operator, value: Literal::from(&value) }
}

/// Whether all facts hold for the arguments of a call.
pub fn all_hold(facts: &[(Test, bool)], call: &Json) -> bool {
    facts.iter().all(|(test, negated)| holds(test, call) != *negated)
}

/// Whether a test holds for the arguments of a call.
pub fn holds(test: &Test, call: &Json) -> bool {
    let Some(value) = call.at(&test.path.0) else {
        return test.operator == Operator::Exists && test.value.to_json() == "false";
    };
    let expected = Json::of(&test.value).value();
    let among = |values: &Value| values.as_array().unwrap().iter().any(|one| same(value, one));
    match test.operator {
        Operator::Exists => expected == json!(true),
        Operator::Eq => same(value, &expected),
        Operator::Neq => !same(value, &expected),
        Operator::In => among(&expected),
        Operator::NotIn => !among(&expected),
        Operator::Regex => {
            let pattern = expected.as_str().unwrap().replace(r"\d", "[0-9]");
            value.as_str().is_some_and(|text| Regex::new(&pattern).unwrap().is_match(text))
        }
        Operator::Contains => match value {
            Value::String(text) => expected.as_str().is_some_and(|part| text.contains(part)),
            Value::Array(items) => items.iter().any(|item| same(item, &expected)),
            _ => false,
        },
        operator => {
            let (Some(number), Some(bound)) = (value.as_f64(), expected.as_f64()) else {
                return false;
            };
            match operator {
                Operator::Lt => number < bound,
                Operator::Lte => number <= bound,
                Operator::Gt => number > bound,
                _ => number >= bound,
            }
        }
    }
}
