//! All keys that a schema declares, without a path.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::reference::resolve;
use super::walk::{MAX_NODES, Object, list};

/// The `properties` of a schema and of every part of it that describes the same object.
pub(super) fn properties(root: &Value) -> Vec<&Object> {
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    // The last one is looked at first, so parts are put there in reverse.
    let mut waiting = vec![root];
    while let Some(schema) = waiting.pop() {
        if seen.len() == MAX_NODES || !seen.insert(std::ptr::from_ref(schema).addr()) {
            continue;
        }
        let Value::Object(keywords) = schema else { continue };
        found.extend(keywords.get("properties").and_then(Value::as_object));
        let dependent = keywords.get("dependentSchemas").and_then(Value::as_object);
        waiting.extend(dependent.into_iter().flat_map(Map::values).rev());
        waiting.extend(["else", "then"].iter().filter_map(|word| keywords.get(*word)));
        for word in ["oneOf", "anyOf", "allOf"] {
            waiting.extend(list(keywords, word).iter().rev());
        }
        let reference = keywords.get("$ref").and_then(Value::as_str);
        waiting.extend(reference.and_then(|reference| resolve(root, reference)));
    }
    found
}
