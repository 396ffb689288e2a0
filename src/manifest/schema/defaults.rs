//! Single keywords of an argument's schema: its default, and whether its numbers are bounded.

use serde_json::Value;

use super::reference::resolve;
use super::walk::list;
use crate::policy::{Literal, Path};

/// How many references and parts are followed for one key.
const MAX_PARTS: usize = 64;

/// The `default` of the argument at a path. A default of an object on the way that holds the key counts too, if the key has none
/// of its own.
pub(in crate::manifest) fn default(root: &Value, path: &Path) -> Option<Literal> {
    let mut schemas = parts(root, vec![root]);
    let mut outer: Option<&Value> = None;
    for key in &path.0 {
        outer = keyword(&schemas, "default").or(outer).and_then(|value| value.get(&**key));
        schemas = below(root, &schemas, key);
    }
    keyword(&schemas, "default").or(outer).map(Literal::from)
}

/// The least and the greatest number that the schema of the argument at a path allows, outside of unions, whether or not they
/// belong to the interval.
pub(in crate::manifest) fn bounds(root: &Value, path: &Path) -> [Option<Literal>; 2] {
    let start = parts(root, vec![root]);
    let schemas = path.0.iter().fold(start, |schemas, key| below(root, &schemas, key));
    let number = |word| keyword(&schemas, word).filter(|value| value.is_number());
    [["minimum", "exclusiveMinimum"], ["maximum", "exclusiveMaximum"]]
        .map(|words| words.into_iter().find_map(number).map(Literal::from))
}

/// The schemas of a key.
fn below<'s>(root: &'s Value, schemas: &[&'s Value], key: &str) -> Vec<&'s Value> {
    let properties = schemas.iter().filter_map(|part| part.get("properties")?.get(key));
    parts(root, properties.collect())
}

/// Schemas with those that hold beside them: the targets of references, and the parts of `allOf`.
fn parts<'s>(root: &'s Value, mut found: Vec<&'s Value>) -> Vec<&'s Value> {
    let mut next = 0;
    while let Some(part) = found.get(next).copied().filter(|_| found.len() < MAX_PARTS) {
        next += 1;
        let Some(keywords) = part.as_object() else { continue };
        let reference = keywords.get("$ref").and_then(Value::as_str);
        found.extend(reference.and_then(|reference| resolve(root, reference)));
        found.extend(list(keywords, "allOf"));
    }
    found
}

fn keyword<'s>(schemas: &[&'s Value], word: &str) -> Option<&'s Value> {
    schemas.iter().find_map(|schema| schema.get(word))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn defaults_are_found_at_keys_in_references_and_in_objects_on_the_way() {
        let schema = json!({
            "properties": {
                "branch": {"type": "string", "default": "main"},
                "mode": {"$ref": "#/$defs/mode"},
                "options": {
                    "allOf": [{"properties": {"force": {"type": "boolean", "default": true}}}],
                    "default": {"force": false, "depth": 3}
                },
                "loop": {"$ref": "#/properties/loop"}
            },
            "$defs": {"mode": {"default": "fast"}}
        });
        for (path, expected) in [
            (&["branch"][..], Some("\"main\"")),
            (&["mode"], Some("\"fast\"")),
            (&["options", "force"], Some("true")),
            (&["options", "depth"], Some("3")),
            (&["loop"], None),
            (&["missing"], None),
        ] {
            let path = Path(path.iter().map(|key| Box::from(*key)).collect());
            let found = default(&schema, &path).map(|value| value.to_json());
            assert_eq!(found.as_deref(), expected, "{path:?}");
        }
    }
}
