//! The arguments that a schema declares anywhere, with what it says of each: for reading about them, not for
//! judging values.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::reference::resolve;
use super::types::TypeSet;
use super::walk::list;
use crate::source::TextPart;

/// One argument, or a key inside one, as the schema declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The key, as it stands.
    pub name: String,
    /// How many keys lead to it: zero for an argument of the tool itself.
    pub depth: usize,
    /// The types that `type` admits.
    pub types: TypeSet,
    /// The strings that `enum` and `const` list, in the schema's order, also those of its unions. No more than
    /// [`MAX_VALUES`].
    pub values: Vec<String>,
    /// The description's beginning, no more than [`MAX_DESCRIPTION`] bytes; empty when there is none.
    pub description: String,
}

/// How many arguments are listed at most.
pub const MAX_PARAMETERS: usize = 1024;
/// How many values of one argument are listed at most.
pub const MAX_VALUES: usize = 1024;
/// How much of an argument's description is listed at most, in bytes.
pub const MAX_DESCRIPTION: usize = 512;
/// How many keys deep arguments are listed.
const MAX_DEPTH: usize = 4;
/// How many parts of the schema are looked at.
const MAX_STEPS: usize = 16_384;

/// The arguments that a schema declares, outer before inner, in its order, within the limits, and whether none of these was
/// reached. What lies deeper than arguments are listed is no limit: it decides nothing about a tool.
pub(in crate::manifest) fn parameters(root: &Value) -> (Vec<Parameter>, bool) {
    let mut found = Vec::new();
    let mut are_all = true;
    let mut seen = HashSet::new();
    let mut steps = 0;
    let mut level = vec![root];
    for depth in 0..MAX_DEPTH {
        let mut inner = Vec::new();
        let mut next = 0;
        while let Some(schema) = level.get(next) {
            next += 1;
            for part in parts(root, schema, &mut steps) {
                if !seen.insert(std::ptr::from_ref(part).addr()) {
                    continue;
                }
                for (name, property) in members(part, "properties") {
                    if found.len() == MAX_PARAMETERS {
                        return (found, false);
                    }
                    let parameter = parameter(root, name, property, depth, &mut steps);
                    are_all &= parameter.values.len() < MAX_VALUES;
                    found.push(parameter);
                    inner.push(property);
                }
                // The keys of a list's elements are as deep as those of an object in its place.
                level.extend(part.get("items"));
            }
        }
        level = inner;
    }
    (found, are_all && steps <= MAX_STEPS)
}

fn parameter(
    root: &Value,
    name: &str,
    property: &Value,
    depth: usize,
    steps: &mut usize,
) -> Parameter {
    let parts = parts(root, property, steps);
    let mut values = Vec::new();
    for part in &parts {
        let items = part.get("items");
        let listed = list_of(part).chain(items.into_iter().flat_map(list_of));
        values.extend(listed.take(MAX_VALUES - values.len()).map(str::to_owned));
    }
    let description = parts.iter().find_map(|part| part.get("description")?.as_str()).unwrap_or("");
    let end = description.floor_char_boundary(MAX_DESCRIPTION);
    Parameter {
        name: name.to_owned(),
        depth,
        types: TypeSet::declared(property.get("type")),
        values,
        description: description.part(..end).to_owned(),
    }
}

/// The strings of `enum` and `const`.
fn list_of(schema: &Value) -> impl Iterator<Item = &str> {
    let listed = schema.as_object().map_or(&[][..], |keywords| list(keywords, "enum"));
    listed.iter().chain(schema.get("const")).filter_map(Value::as_str)
}

fn members<'v>(schema: &'v Value, keyword: &str) -> impl Iterator<Item = (&'v String, &'v Value)> {
    schema.get(keyword).and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

/// A schema and what describes the same value: its unions and what it refers to.
fn parts<'v>(root: &'v Value, schema: &'v Value, steps: &mut usize) -> Vec<&'v Value> {
    let mut found: Vec<&Value> = Vec::new();
    let mut seen = HashSet::new();
    // The last one is looked at first, so parts are put there in reverse.
    let mut waiting = vec![schema];
    while let Some(schema) = waiting.pop() {
        *steps += 1;
        if *steps > MAX_STEPS || !seen.insert(std::ptr::from_ref(schema).addr()) {
            continue;
        }
        found.push(schema);
        let Value::Object(keywords) = schema else { continue };
        for word in ["oneOf", "anyOf", "allOf"] {
            waiting.extend(list(keywords, word).iter().rev());
        }
        let reference = keywords.get("$ref").and_then(Value::as_str);
        waiting.extend(reference.and_then(|reference| resolve(root, reference)));
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(schema: &Value) -> Vec<String> {
        let line = |found: &Parameter| {
            format!("{} {} {}", found.depth, found.name, found.values.join("|")).trim().to_owned()
        };
        parameters(schema).0.iter().map(line).collect()
    }

    #[test]
    fn arguments_are_listed_outer_first_with_their_values() {
        let schema = json!({
            "$defs": {"Action": {"enum": ["get", "drop"]}},
            "properties": {
                "action": {"$ref": "#/$defs/Action"},
                "kind": {"anyOf": [{"const": "a"}, {"const": "b"}, {"type": "null"}]},
                "items": {"type": "array", "items": {"properties": {"mode": {"enum": ["x", 1]}}}},
            },
            "oneOf": [{"properties": {"other": {}}}],
        });
        let expected = ["0 action get|drop", "0 kind a|b", "0 items", "0 other", "1 mode x"];
        assert_eq!(shown(&schema), expected);
    }

    #[test]
    fn cycles_and_floods_end() {
        let schema = json!({"properties": {"again": {"$ref": "#"}}});
        assert_eq!(shown(&schema), ["0 again"]);
        let many: Map<String, Value> =
            (0..1024).map(|number| (format!("p{number}"), json!({}))).collect();
        let (found, are_all) = parameters(&json!({ "properties": many }));
        assert_eq!((found.len(), are_all), (MAX_PARAMETERS, true));
        let mut more = many;
        more.insert("action".to_owned(), json!({"enum": ["delete"]}));
        assert_eq!(parameters(&json!({ "properties": more })), (found, false));
        let values: Vec<Value> = (0..1024).map(|number| json!(number.to_string())).collect();
        assert!(!parameters(&json!({"properties": {"action": {"enum": values}}})).1);
        let parts = vec![json!({}); MAX_STEPS];
        assert!(!parameters(&json!({ "allOf": parts })).1);
    }
}
