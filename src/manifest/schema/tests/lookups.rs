//! What a schema says of a path.

use serde_json::Value;

use super::path;
use crate::manifest::schema::{Lookup, Lookups, declared_names};

/// The answer in short: the description of what is found and `!` when it is required, or why nothing is.
fn show(schema: &str, dotted: &str) -> String {
    let root = serde_json::from_str(schema).unwrap();
    match Lookups::default().look_up(&root, &path(dotted)).lookup {
        Lookup::Found(shape) => {
            format!("{}{}", shape.describe(), if shape.required { "!" } else { "" })
        }
        Lookup::Unknown { depth, closed, known } => {
            let closed = if closed { "closed" } else { "unknown" };
            format!("{closed} {depth} [{}]", known.join(" "))
        }
        Lookup::Open => "open".to_owned(),
    }
}

/// Checks one schema against pairs of a path and an answer.
fn check(schema: &str, expected: &[(&str, &str)]) {
    for (dotted, answer) in expected {
        assert_eq!(show(schema, dotted), *answer, "{dotted} in {schema}");
    }
}

/// Checks schemas of the argument `a`.
fn check_values(expected: &[(&str, &str)]) {
    for (schema, answer) in expected {
        let schema = format!(r#"{{"properties":{{"a":{schema}}}}}"#);
        assert_eq!(show(&schema, "a"), *answer, "{schema}");
    }
}

#[test]
fn types_and_values() {
    check_values(&[
        (r#"{}"#, "any value"),
        (r#"true"#, "any value"),
        (r#"null"#, "any value"),
        (r#"false"#, "no value"),
        (r#"{"type":"integer"}"#, "integer"),
        (r#"{"type":["string","null"]}"#, "string or null"),
        (r#"{"type":["null","array","number","integer"]}"#, "number, array or null"),
        (r#"{"type":"strnig"}"#, "any value"),
        (r#"{"type":"string","nullable":true}"#, "string or null"),
        (r#"{"enum":["a","b",null,1.5]}"#, "\"a\", \"b\", 1.5 or null"),
        (r#"{"type":"string","enum":["a",1,null]}"#, "\"a\""),
        (r#"{"type":"integer","enum":[1,1.5,2.0]}"#, "1 or 2.0"),
        (r#"{"enum":["a"],"const":"b"}"#, "no value"),
        (r#"{"const":["a"],"enum":[["a"],"a"]}"#, "[\"a\"]"),
        (r#"{"const":[]}"#, "[]"),
        (r#"{"enum":[]}"#, "no value"),
        (r#"{"enum":["a","b"],"const":"b"}"#, "\"b\""),
        (r#"{"enum":"a","type":"string"}"#, "string"),
        (r#"{"enum":[1,2,3,4,5,6,7,null]}"#, "1, 2, 3, 4, 5, 2 more or null"),
        ("{\"const\":\"\\u001b[31m\"}", r#""\u001b[31m""#),
        (r#"{"type":"array","items":{"type":"string"}}"#, "array of string"),
        (r#"{"type":"array","items":{"enum":["a","b"]}}"#, "array of (\"a\" or \"b\")"),
        (r#"{"type":"array","items":{}}"#, "array"),
        (r#"{"type":"array","items":[{"type":"string"}]}"#, "array"),
        (r#"{"type":"array","prefixItems":[{}],"items":{"type":"string"}}"#, "array"),
        (r#"{"type":"array","items":{"type":"array","items":{"type":"null"}}}"#, "array of array"),
        (r#"{"type":"string","items":{"type":"integer"}}"#, "string"),
        (r#"{"type":"string","format":"x","pattern":"(","minimum":"?"}"#, "string"),
        (r#"{"type":"string","not":{"type":"string"}}"#, "string"),
    ]);
}

#[test]
fn unions_and_intersections_of_values() {
    check_values(&[
        (r#"{"anyOf":[{"type":"string"},{"type":"null"}]}"#, "string or null"),
        (r#"{"anyOf":[{"enum":["a","b"]},{"type":"null"}]}"#, "\"a\", \"b\" or null"),
        (r#"{"oneOf":[{"const":"a"},{"const":"b"},{"const":"a"}]}"#, "\"a\" or \"b\""),
        (r#"{"anyOf":[{"const":"auto"},{"type":"integer"}]}"#, "integer or \"auto\""),
        (r#"{"anyOf":[{"const":"auto"},{"type":"string"}]}"#, "string"),
        (r#"{"anyOf":[{"type":"string"},{}]}"#, "any value"),
        (r#"{"anyOf":[{"type":"string"},7]}"#, "any value"),
        (r#"{"anyOf":[{"type":"string"},false]}"#, "string"),
        (r#"{"anyOf":[]}"#, "any value"),
        (r#"{"allOf":[{"type":["string","integer"]},{"type":["integer","null"]}]}"#, "integer"),
        (r#"{"allOf":[{"type":"number"},{"type":"integer"}]}"#, "integer"),
        (r#"{"allOf":[{"enum":["a","b",1]},{"type":"string"},true]}"#, "\"a\" or \"b\""),
        (r#"{"type":"string","anyOf":[{"enum":["a",1]},{"const":"b"}]}"#, "\"a\" or \"b\""),
        (r#"{"anyOf":[{"type":"string"}],"oneOf":[{"const":"a"},{"const":1}]}"#, "\"a\""),
        (r#"{"allOf":[{"type":"string"}],"nullable":true}"#, "string or null"),
        (
            r#"{"anyOf":[{"type":"array","items":{"type":"string"}},{"type":"string"}]}"#,
            "string or array of string",
        ),
        (
            r#"{"anyOf":[{"type":"array","items":{"type":"string"}},{"type":"array","items":{"const":1}}]}"#,
            "array of (string or 1)",
        ),
        (r#"{"anyOf":[{"type":"array","items":{"type":"string"}},{"type":"array"}]}"#, "array"),
        (
            r#"{"items":{"type":["string","null"]},"allOf":[{"type":"array","items":{"type":"string"}}]}"#,
            "array of string",
        ),
        (r#"{"if":{"const":1},"then":{"const":2},"type":"integer"}"#, "integer"),
    ]);
}

#[test]
fn keys_and_closed_objects() {
    check("{}", &[("a", "open")]);
    check("7", &[("a", "open")]);
    check("true", &[("a", "open")]);
    check(r#"{"type":"object","properties":{}}"#, &[("a", "unknown 0 []")]);
    check(r#"{"type":"object","properties":{},"additionalProperties":true}"#, &[("a", "open")]);
    check(r#"{"type":"object","additionalProperties":false}"#, &[("a", "closed 0 []")]);
    check(r#"{"properties":7}"#, &[("a", "open")]);
    check(
        r#"{"properties":{"a":{"type":"string"},"b":{}}}"#,
        &[("a", "string"), ("c", "unknown 0 [a b]")],
    );
    check(r#"{"properties":{"a":{}},"additionalProperties":false}"#, &[("b", "closed 0 [a]")]);
    check(r#"{"properties":{"a":{}},"additionalProperties":{}}"#, &[("b", "unknown 0 [a]")]);
    check(
        r#"{"properties":{"a":{}},"additionalProperties":{"type":"integer"}}"#,
        &[("a", "any value"), ("b", "integer"), ("b.c", "closed 1 []")],
    );
    check(
        r#"{"properties":{"a":{}},"patternProperties":{"^x":{}},"additionalProperties":false}"#,
        &[("a", "any value"), ("b", "open")],
    );
    check(r#"{"properties":{"a":{}},"propertyNames":{"enum":["a","b"]}}"#, &[("b", "open")]);
    check(
        r#"{"propertyNames":{"type":"string"},"additionalProperties":{"type":"string"}}"#,
        &[("b", "string")],
    );
    check(
        r#"{"properties":{"a":{"properties":{"b":{"type":"object","additionalProperties":false}}}}}"#,
        &[("a.b", "object"), ("a.c", "unknown 1 [b]"), ("a.b.c", "closed 2 []")],
    );
    check(
        r#"{"properties":{"a":{"type":"object"},"s":{"type":["string","null"]},"l":{"type":"array"},"x":{}}}"#,
        &[
            ("a.b", "open"),
            ("s.b", "closed 1 []"),
            ("l.0", "closed 1 []"),
            ("x.b", "open"),
            ("y.b", "unknown 0 [a s l x]"),
        ],
    );
    check(
        r#"{"properties":{"a":false,"b":true}}"#,
        &[("a", "no value"), ("a.b", "closed 1 []"), ("b.c", "open")],
    );
    // The arguments are an object whatever is declared.
    check(r#"{"type":"string","properties":{"a":{"type":"string"}}}"#, &[("a", "string")]);
}

#[test]
fn required_keys() {
    check(
        r#"{"required":["a"],"properties":{"a":{"type":"object","required":["b"],"properties":{"b":{"type":"null"},"c":{}}}}}"#,
        &[("a", "object!"), ("a.b", "null!"), ("a.c", "any value")],
    );
    // What is required of objects is not required of a value that may be no object.
    check(
        r#"{"required":["a"],"properties":{"a":{"required":["b"],"properties":{"b":{}}}}}"#,
        &[("a.b", "any value")],
    );
    check(
        r#"{"required":["a"],"properties":{"a":{"nullable":true,"type":"object","required":["b"],"properties":{"b":{}}}}}"#,
        &[("a", "object or null!"), ("a.b", "any value")],
    );
    check(
        r#"{"properties":{"a":{},"b":{}},"allOf":[{"required":["a"]}],"anyOf":[{"required":["b"]},{}]}"#,
        &[("a", "any value!"), ("b", "any value"), ("c", "unknown 0 [a b]")],
    );
    check(
        r#"{"properties":{"a":{},"b":{}},"anyOf":[{"required":["a","b"]},{"required":["b"]}]}"#,
        &[("a", "any value"), ("b", "any value!")],
    );
    check(
        r#"{"required":["b"],"properties":{"a":{"type":"object","required":["b"],"properties":{"b":{}}}}}"#,
        &[("a.b", "any value")],
    );
}

#[test]
fn unions_of_objects() {
    let open = r#"{"anyOf":[{"properties":{"a":{"type":"string"},"k":{"const":1}}},{"properties":{"b":{},"k":{"const":2}}}]}"#;
    // The second part admits any value under `a`.
    check(open, &[("a", "any value"), ("k", "1 or 2"), ("c", "unknown 0 [a k b]")]);
    let closed = r#"{"oneOf":[
        {"properties":{"a":{"type":"string"}},"additionalProperties":false},
        {"properties":{"b":{}},"additionalProperties":false}]}"#;
    check(closed, &[("a", "string"), ("b", "any value"), ("c", "closed 0 [a b]")]);
    let half = r#"{"oneOf":[{"properties":{"a":{"type":"string"}},"additionalProperties":false},{"properties":{"b":{}}}]}"#;
    check(half, &[("a", "any value"), ("c", "unknown 0 [a b]")]);
    check(
        r#"{"anyOf":[{"properties":{"a":{}}},{"type":"object"}]}"#,
        &[("a", "any value"), ("b", "open")],
    );
    let nullable = r#"{"properties":{"o":{"anyOf":[{"type":"null"},
        {"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}]}}}"#;
    check(nullable, &[("o", "object or null"), ("o.a", "string"), ("o.b", "closed 1 [a]")]);
    check(
        r#"{"properties":{"o":{"anyOf":[{"type":"null"},{"type":"object"}]}}}"#,
        &[("o.a", "open")],
    );
    // The path ends later in the second part.
    let later = r#"{"anyOf":[{"properties":{"x":{}},"additionalProperties":false},
        {"properties":{"a":{"properties":{"y":{}}}}}]}"#;
    check(later, &[("a.b", "unknown 1 [y]")]);
}

#[test]
fn intersections_of_objects() {
    let open = r#"{"allOf":[{"properties":{"a":{"type":["string","null"]}}},{"properties":{"b":{},"a":{"type":"string"}}}]}"#;
    check(open, &[("a", "string"), ("b", "any value"), ("c", "unknown 0 [a b]")]);
    let closed = r#"{"allOf":[{"properties":{"a":{}},"additionalProperties":false},{"properties":{"b":{}}}]}"#;
    check(closed, &[("a", "any value"), ("b", "closed 0 [a]")]);
    let inherited = r##"{"allOf":[{"$ref":"#/$defs/base"},{"properties":{"b":{}}}],"properties":{"c":{}},
        "unevaluatedProperties":false,"$defs":{"base":{"properties":{"a":{}}}}}"##;
    check(
        inherited,
        &[("a", "any value"), ("b", "any value"), ("c", "any value"), ("d", "closed 0 [c a b]")],
    );
    check(
        r#"{"allOf":[{"properties":{"a":{"type":"object"}}},{"properties":{"b":{}}}]}"#,
        &[("a.x", "open")],
    );
    check(
        r#"{"properties":{"a":{}},"allOf":[{"$ref":"other.json"}]}"#,
        &[("a", "any value"), ("b", "open")],
    );
}

/// Whether the schema declares an argument; `?` where nobody knows.
fn declared(schema: &str, dotted: &str) -> &'static str {
    let root = serde_json::from_str(schema).unwrap();
    let answered = Lookups::default().look_up(&root, &path(dotted));
    match answered.declares {
        None => "?",
        Some(true) => "yes",
        Some(false) => "no",
    }
}

#[test]
fn whether_an_argument_is_declared_is_known_or_not() {
    for (schema, dotted, expected) in [
        (r#"{"properties":{"a":{}}}"#, "a", "yes"),
        (r#"{"properties":{"a":{}}}"#, "b", "no"),
        (r#"{"type":"object"}"#, "a", "no"),
        ("true", "a", "no"),
        ("false", "a", "no"),
        (r#"{"properties":{"a":{"type":"object"}}}"#, "a.b", "no"),
        (r#"{"additionalProperties":true,"properties":{}}"#, "a", "no"),
        // What admits any argument declares none, and what is declared elsewhere is.
        (r#"{"additionalProperties":{"type":"integer"}}"#, "a", "no"),
        (r#"{"additionalProperties":{"properties":{"b":{}}}}"#, "a.b", "no"),
        (r#"{"properties":{"a":{"additionalProperties":{"type":"integer"}}}}"#, "a.b", "no"),
        (r#"{"properties":{"a":{"additionalProperties":{"type":"integer"}}}}"#, "a", "yes"),
        (
            r#"{"additionalProperties":{"type":"integer"},"then":{"properties":{"a":{}}}}"#,
            "a",
            "yes",
        ),
        (
            r#"{"additionalProperties":{"type":"integer"},"allOf":[{"$ref":"other.json"}]}"#,
            "a",
            "?",
        ),
        (r#"{"propertyNames":{"pattern":"^a"},"properties":{"a":{}}}"#, "b", "no"),
        (r#"{"unevaluatedProperties":{"type":"string"}}"#, "a", "no"),
        (r#"{"patternProperties":{"^a":{}},"properties":{"b":{}}}"#, "a", "?"),
        (r#"{"patternProperties":{"^a":{}},"properties":{"b":{}}}"#, "b", "yes"),
        (
            r#"{"if":{"properties":{"k":{"const":1}}},"then":{"properties":{"a":{}}},"else":{"properties":{"b":{}}}}"#,
            "a",
            "yes",
        ),
        (
            r#"{"if":{"properties":{"k":{"const":1}}},"then":{"properties":{"a":{}}},"else":{"properties":{"b":{}}}}"#,
            "k",
            "yes",
        ),
        (
            r#"{"if":{"properties":{"k":{"const":1}}},"then":{"properties":{"a":{}}},"else":{"properties":{"b":{}}}}"#,
            "c",
            "no",
        ),
        (r#"{"properties":{"b":{}},"dependentSchemas":{"b":{"properties":{"a":{}}}}}"#, "a", "yes"),
        (
            r#"{"properties":{"b":{}},"dependencies":{"b":["c"],"c":{"properties":{"a":{}}}}}"#,
            "a",
            "yes",
        ),
        (r#"{"anyOf":[{"properties":{"a":{}}},{"$ref":"other.json"}]}"#, "a", "yes"),
        (r#"{"anyOf":[{"properties":{"a":{}}},{"$ref":"other.json"}]}"#, "b", "?"),
        (
            r#"{"properties":{"b":{}},"additionalProperties":false,"allOf":[{"$ref":"other.json"}]}"#,
            "a",
            "no",
        ),
        (r##"{"properties":{"a":{"$ref":"#"}}}"##, "a.a.a", "yes"),
        (r##"{"$ref":"#"}"##, "a", "?"),
        (r#"{"$dynamicRef":"x"}"#, "a", "?"),
        ("7", "a", "?"),
    ] {
        assert_eq!(declared(schema, dotted), expected, "{dotted} in {schema}");
    }
    let wide = format!(r#"{{"allOf":[{}{{"properties":{{"a":{{}}}}}}]}}"#, "{},".repeat(10_001));
    assert_eq!(declared(&wide, "a"), "?");
}

#[test]
fn conditional_parts_declare_and_forbid_nothing() {
    for word in ["if", "then", "else", "$dynamicRef"] {
        let open = format!(r#"{{"properties":{{"a":{{"type":"string"}}}},"{word}":{{}}}}"#);
        let other = if word == "$dynamicRef" { "open" } else { "unknown 0 [a]" };
        check(&open, &[("a", "string"), ("b", other)]);
        let closed =
            format!(r#"{{"properties":{{"a":{{}}}},"additionalProperties":false,"{word}":{{}}}}"#);
        check(&closed, &[("b", "closed 0 [a]")]);
    }
    check(
        r#"{"properties":{"a":{"type":"string"}},"then":{"properties":{"a":{"const":1},"b":{"type":"null"}},"required":["b"],"additionalProperties":false}}"#,
        &[("a", "string"), ("b", "any value"), ("c", "unknown 0 [a b]")],
    );
    check(r#"{"properties":{"a":{}},"not":{"properties":{"b":{}}}}"#, &[("b", "unknown 0 [a]")]);
    let unevaluated = r#""unevaluatedProperties":false"#;
    for (rest, answer) in [
        (r#""properties":{"a":{}}"#, "closed 0 [a]"),
        (r#""type":"object""#, "closed 0 []"),
        (r#""properties":{"a":{}},"then":{"properties":{"b":{}}}"#, "any value"),
        (r#""properties":{"a":{}},"additionalProperties":true"#, "unknown 0 [a]"),
        (
            r#""anyOf":[{"properties":{"a":{}},"additionalProperties":{}},{"properties":{"c":{}}}]"#,
            "unknown 0 [a c]",
        ),
        (r#""patternProperties":{"b":{}}"#, "open"),
        (
            r#""$schema":"http://json-schema.org/draft-07/schema#","properties":{"a":{}}"#,
            "unknown 0 [a]",
        ),
    ] {
        check(&format!("{{{unevaluated},{rest}}}"), &[("b", answer)]);
    }
    check(r#"{"properties":{"a":{}},"unevaluatedProperties":{"type":"string"}}"#, &[("b", "open")]);
}

#[test]
fn references() {
    let schema = r##"{"properties":{"a":{"$ref":"#/$defs/s"},"n":{"$ref":"#/$defs/node"},"x":{"$ref":"#/$defs/x~1y%20z"},
        "o":{"$ref":"https://example.org/s"},"z":{"$ref":"#/$defs/none"},"l":{"$ref":"#/$defs/l"},"r":{"$ref":"#"},
        "p":{"$ref":"#/properties/a"},"i":{"$id":"other","$ref":"#/$defs/s"}},
        "$defs":{"s":{"enum":["a","b"]},"x/y z":{"type":"null"},"l":{"anyOf":[{"type":"string"},{"$ref":"#/$defs/l"}]},
        "node":{"type":"object","properties":{"v":{"type":"integer"},"next":{"$ref":"#/$defs/node"}},"additionalProperties":false}}}"##;
    check(
        schema,
        &[
            ("a", "\"a\" or \"b\""),
            ("n.v", "integer"),
            ("n.next.next.next.v", "integer"),
            ("n.next.w", "closed 2 [v next]"),
            ("x", "null"),
            ("o", "any value"),
            ("o.a", "open"),
            ("z", "any value"),
            ("l", "any value"),
            ("r.r.a", "\"a\" or \"b\""),
            ("p", "\"a\" or \"b\""),
        ],
    );
    check(r##"{"$ref":"#"}"##, &[("a", "open")]);
    check(
        r##"{"allOf":[{"$ref":"#"},{"properties":{"a":{}}}],"properties":{"b":{}}}"##,
        &[("a", "any value"), ("c", "open")],
    );
    check(
        r##"{"definitions":{"d":{"properties":{"a":{"type":"string"}}}},"$ref":"#/definitions/d"}"##,
        &[("a", "string"), ("b", "unknown 0 [a]")],
    );
}

#[test]
fn keywords_beside_a_reference_count_as_the_draft_has_it() {
    let schema = |draft: &str| {
        format!(
            r##"{{{draft}"properties":{{"a":{{"$ref":"#/$defs/s","enum":["x"]}},"o":{{"$ref":"#/$defs/o","properties":{{"q":{{}}}},"additionalProperties":false}}}},
            "$defs":{{"s":{{"type":"string"}},"o":{{"type":"object","properties":{{"p":{{"type":"string"}}}}}}}}}}"##
        )
    };
    let old = schema(r#""$schema":"http://json-schema.org/draft-07/schema#","#);
    check(&old, &[("a", "string"), ("o.p", "string"), ("o.q", "unknown 1 [p]")]);
    let new = schema(r#""$schema":"https://json-schema.org/draft/2020-12/schema","#);
    check(&new, &[("a", "\"x\""), ("o.p", "closed 1 [q]"), ("o.r", "closed 1 [q]")]);
    let unnamed = schema("");
    check(
        &unnamed,
        &[("a", "string"), ("o.p", "string"), ("o.q", "any value"), ("o.r", "unknown 1 [q p]")],
    );
}

#[test]
fn hostile_schemas_cost_no_more_than_their_text() {
    // Each definition mentions the next one twice: two to the power of forty ways through it.
    let mut chain = String::from(r##"{"$ref":"#/$defs/d0","$defs":{"##);
    for number in 0..40 {
        let next = format!(r##"{{"$ref":"#/$defs/d{}"}}"##, number + 1);
        chain += &format!(r#""d{number}":{{"anyOf":[{next},{next}],"allOf":[{next},{next}]}},"#);
    }
    chain += r#""d40":{"properties":{"a":{"type":"string"}}}}}"#;
    // Reference and union both lie in one another, so the limit of depth is reached.
    check(&chain, &[("a", "open")]);
    let shallow = chain.replace("#/$defs/d20\"", "#/$defs/d40\"");
    check(&shallow, &[("a", "string"), ("b", "unknown 0 [a]")]);

    let wide = format!(
        r#"{{"allOf":[{}{{}}],"properties":{{"a":{{}}}}}}"#,
        r#"{"title":"x"},"#.repeat(10_001)
    );
    check(&wide, &[("a", "open")]);
    let deep = format!("{}{{}}{}", r#"{"properties":{"a":"#.repeat(60), "}}".repeat(60));
    let long = vec!["a"; 60].join(".");
    check(&deep, &[(&long, "any value"), (&vec!["a"; 70].join("."), "open")]);

    let value = "x".repeat(100_000);
    let parts = r##"{"$ref":"#/$defs/e"},"##.repeat(5_000);
    let large = format!(
        r#"{{"properties":{{"a":{{"allOf":[{parts}{{}}]}}}},"$defs":{{"e":{{"enum":["{value}"]}}}}}}"#
    );
    check(&large, &[("a", "open")]);
}

#[test]
fn declared_names_are_those_of_all_parts() {
    let schema = r##"{"properties":{"b":{},"a":{}},"allOf":[{"$ref":"#/$defs/d"},{"properties":{"c":{}}}],
        "anyOf":[{"properties":{"a":{},"e":{}}},{"$ref":"#"}],"then":{"properties":{"f":{}}},
        "not":{"properties":{"x":{}}},"$defs":{"d":{"properties":{"d":{"properties":{"y":{}}}}}}}"##;
    let names = declared_names(&serde_json::from_str(schema).unwrap());
    assert_eq!(names.join(" "), "b a d c e f");
    assert!(declared_names(&Value::Null).is_empty());
}
