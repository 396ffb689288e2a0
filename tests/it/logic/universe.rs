//! The calls that are tried, as values of their own.

use gatewright::policy::Literal;
use serde_json::{Value, json};

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub struct Json(Value);

impl Json {
    pub fn of(literal: &Literal) -> Self {
        Self(serde_json::from_str(&literal.to_json()).unwrap())
    }

    pub fn value(&self) -> Value {
        self.0.clone()
    }

    /// The value at the end of some keys; missing and null are one.
    pub fn at(&self, keys: &[Box<str>]) -> Option<&Value> {
        let mut value = &self.0;
        for key in keys {
            value = value.as_object()?.get(&**key)?;
        }
        (!value.is_null()).then_some(value)
    }
}

/// Values of every kind.
pub fn values() -> Vec<Value> {
    let values = json!([
        null, true, false, -1, 0, 1, 1.5, 2, 3, 5, "", "a", "b", "ab", "ba", "abc", "1", "\u{e9}",
        [], [1], ["a"], ["a", "b"], [1, "a"], [2, 1], [null], {}, {"x": 1}, {"x": "a"},
        {"x": null}, {"x": {}}, {"x": {"y": 1}}, {"x": {"y": "b"}}, {"x": [1]}, {"z": 1},
        {"x": true}, {"x": 2, "z": 1}, {"x": "ab"}
    ]);
    values.as_array().unwrap().clone()
}

/// Every call with values of the universe for `a`, and a few for `b`.
pub fn calls() -> Vec<Json> {
    let few = [
        None,
        Some(json!(null)),
        Some(json!(1)),
        Some(json!(3)),
        Some(json!("a")),
        Some(json!("b")),
        Some(json!(true)),
        Some(json!(["a"])),
    ];
    let mut calls = Vec::new();
    for a in values().into_iter().map(Some).chain([None]) {
        for b in &few {
            let mut call = serde_json::Map::new();
            call.extend(a.clone().map(|value| ("a".to_owned(), value)));
            call.extend(b.clone().map(|value| ("b".to_owned(), value)));
            calls.push(Json(Value::Object(call)));
        }
    }
    calls
}
