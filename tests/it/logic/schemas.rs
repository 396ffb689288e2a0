//! Random schemas for the arguments `a` and `b`, and for `x` and `y` in `a`.

use gatewright::manifest::Manifest;
use gatewright::source::SourceSet;
use serde_json::{Value, json};

use super::universe::values;
use crate::random::Random;

/// A manifest with one tool that has the schema.
pub fn tool(schema: &Value) -> Manifest {
    let text = json!({"tools": [{"name": "t", "inputSchema": schema}]}).to_string();
    let mut sources = SourceSet::default();
    let file = sources.add("tools.json", text.clone());
    Manifest::read(file, text).0
}

pub fn random_schema(random: &mut Random) -> Value {
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {"a": value(random, 3), "b": value(random, 1)},
        "$defs": {"r": value(random, 1)},
    });
    more_keys(&mut schema, random, &["a", "b"]);
    schema
}

/// `required` and `additionalProperties`, sometimes.
fn more_keys(schema: &mut Value, random: &mut Random, keys: &[&str]) {
    if random.one_in(2) {
        schema["required"] = json!([random.pick(keys)]);
    }
    match random.below(4) {
        0 => schema["additionalProperties"] = json!(false),
        1 => schema["additionalProperties"] = json!({"type": "string"}),
        _ => {}
    }
}

fn value(random: &mut Random, depth: usize) -> Value {
    match random.below(if depth == 0 { 6 } else { 12 }) {
        0 => {
            json!({"type": "string", "minLength": random.below(3), "maxLength": 1 + random.below(3)})
        }
        1 => json!({"type": "integer", "minimum": random.below(3), "maximum": 1 + random.below(5)}),
        2 => json!({"type": random.pick(&["number", "boolean", "null"]), "exclusiveMinimum": 0}),
        3 => {
            json!({"enum": (0..1 + random.below(4)).map(|_| random.pick(&values())).collect::<Vec<_>>()})
        }
        4 => {
            json!({"type": ["string", "null"], "pattern": random.pick(&["^a", "b$", "^[a-c]*$", "^ab$"])})
        }
        5 => json!({"type": ["number", "string"], "multipleOf": random.pick(&[1.0, 2.0, 0.5])}),
        6 => json!({"anyOf": [value(random, depth - 1), value(random, depth - 1)]}),
        7 => json!({"allOf": [value(random, depth - 1), value(random, depth - 1)]}),
        8 => json!({
            "type": "array", "items": value(random, depth - 1), "minItems": random.below(2),
            "maxItems": 1 + random.below(2), "uniqueItems": random.one_in(2),
        }),
        9 => json!({"$ref": "#/$defs/r", "type": random.pick(&["string", "number"])}),
        10 => json!({"const": random.pick(&values())}),
        _ => {
            let mut schema =
                json!({"type": "object", "properties": {"x": value(random, depth - 1)}});
            more_keys(&mut schema, random, &["x", "z"]);
            schema
        }
    }
}
