//! What a gateway does with a policy.json, as the format's description says it. Knows JSON only.

use std::cell::RefCell;
use std::collections::HashMap;

use serde_json::Value;

use super::language::Null;

/// The predicates that deny a call, each by its message, in the order in which they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Denials {
    /// Those of `require` that do not hold.
    pub require: Vec<String>,
    /// Those of `deny_if` that hold.
    pub deny_if: Vec<String>,
}

/// Which of the two lists the gateway looks at first, which it does not publish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    RequireFirst,
    DenyIfFirst,
}

/// What becomes of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The tool is hidden.
    Hidden,
    /// Nothing grants the tool.
    NotGranted,
    /// A predicate denies, and says so.
    Denied(String),
    /// Only the caps stand between the call and the tool.
    Allowed,
}

/// Decides one call, in the order of the documentation.
pub fn decide(policy: &Value, tool: &str, arguments: &Value) -> Decision {
    decide_in(Order::RequireFirst, policy, tool, arguments)
}

/// Decides one call.
pub fn decide_in(order: Order, policy: &Value, tool: &str, arguments: &Value) -> Decision {
    let hidden = policy["hide"].as_array().map_or(&[][..], Vec::as_slice);
    if hidden.iter().any(|entry| entry == tool || entry == "*") {
        return Decision::Hidden;
    }
    match policy["tools"].get(tool) {
        None if policy["default"] == "allow" => Decision::Allowed,
        None => Decision::NotGranted,
        Some(rule) => {
            let Denials { require, deny_if } = denials(rule, arguments, Null::Missing);
            let (first, then) = match order {
                Order::RequireFirst => (require, deny_if),
                Order::DenyIfFirst => (deny_if, require),
            };
            match first.into_iter().chain(then).next() {
                Some(message) => Decision::Denied(message),
                None => Decision::Allowed,
            }
        }
    }
}

/// Every predicate of a tool's rule that denies a call.
pub fn denials(rule: &Value, arguments: &Value, null: Null) -> Denials {
    let denying = |key: &str, denies_when: bool| {
        let predicates = rule[key].as_array().map_or(&[][..], Vec::as_slice);
        let denying = predicates.iter().filter(|predicate| {
            let conditions = predicate["conditions"].as_array().unwrap();
            conditions.iter().all(|condition| holds(condition, arguments, null)) == denies_when
        });
        denying.map(|predicate| predicate["on_deny"].as_str().unwrap().to_owned()).collect()
    };
    Denials { require: denying("require", false), deny_if: denying("deny_if", true) }
}

fn holds(condition: &Value, arguments: &Value, null: Null) -> bool {
    let path = condition["path"].as_str().unwrap().strip_prefix("args.").unwrap();
    let value = &condition["value"];
    let operator = condition["op"].as_str().unwrap();
    let found = path.split('.').try_fold(arguments, |at, key| at.as_object()?.get(key));
    let found = found.filter(|argument| null == Null::Value || !argument.is_null());
    if operator == "exists" {
        return found.is_some() == value.as_bool().unwrap();
    }
    let Some(found) = found else { return false };
    match operator {
        "eq" => same(found, value),
        "neq" => !same(found, value),
        "lt" | "lte" | "gt" | "gte" => compare(operator, found, value),
        "in" => value.as_array().unwrap().iter().any(|item| same(found, item)),
        "not_in" => !value.as_array().unwrap().iter().any(|item| same(found, item)),
        "regex" => found.as_str().is_some_and(|text| finds(value.as_str().unwrap(), text)),
        "contains" => match found {
            Value::String(text) => value.as_str().is_some_and(|part| text.contains(part)),
            Value::Array(items) => items.iter().any(|item| same(item, value)),
            _ => false,
        },
        other => panic!("`{other}` is no operator of policy.json"),
    }
}

/// Numbers by value, all else by type and content.
pub fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.as_f64() == right.as_f64(),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(l, r)| same(l, r))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(key, value)| right.get(key).is_some_and(|other| same(value, other)))
        }
        (left, right) => left == right,
    }
}

fn compare(operator: &str, found: &Value, limit: &Value) -> bool {
    let Some(found) = found.as_f64() else { return false };
    let limit = limit.as_f64().unwrap();
    match operator {
        "lt" => found < limit,
        "lte" => found <= limit,
        "gt" => found > limit,
        _ => found >= limit,
    }
}

/// Whether a pattern finds a match anywhere in a text.
fn finds(pattern: &str, text: &str) -> bool {
    thread_local! {
        static COMPILED: RefCell<HashMap<String, regex::Regex>> = RefCell::default();
    }
    COMPILED.with_borrow_mut(|compiled| {
        let regex = compiled
            .entry(pattern.to_owned())
            .or_insert_with(|| regex::Regex::new(pattern).unwrap());
        regex.is_match(text)
    })
}
