//! Texts of manifests, and what is read and said of them.

use super::*;
use crate::manifest::{Annotations, TypeSet};
use crate::source::SourceSet;

/// The names that were read, then the findings with the text of their places.
fn check(text: &str) -> String {
    let mut sources = SourceSet::default();
    let file = sources.add("tools.json", text);
    let (manifest, problems) = Manifest::read(file, text);
    let names: Vec<&str> = manifest.tools().iter().map(|tool| &*tool.name).collect();
    let mut out = names.join(" ");
    for problem in problems {
        let start = problem.primary.span.start;
        let at = sources.slice(problem.primary.span);
        out += &format!(" | {} {start} [{at}] {}", problem.code, problem.message);
        for label in problem.labels {
            let (start, at) = (label.span.start, sources.slice(label.span));
            out += &format!(" ({start} [{at}] {})", label.message);
        }
    }
    out
}

#[test]
fn three_forms_and_the_capture_are_accepted() {
    for text in [
        r#"{"tools":[{"name":"a"},{"name":"b"}]}"#,
        r#"[{"name":"a"},{"name":"b"}]"#,
        r#"{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"a"},{"name":"b"}]}}"#,
        r#"{"server":"s","capabilities":{"tools":{"x":[1]}},"tools":[{"name":"a"},{"name":"b"}]}"#,
        "\u{feff} {\"tools\" : [ {\"name\": \"a\", \"zz\": [[{}]]}, {\"name\":\"b\"} ] }\n",
        r#"{"tools":null,"result":{"tools":[{"name":"a"},{"name":"b"}],"nextCursor":null}}"#,
        r#"{"result":7,"result":{"tools":"no"},"tools":[{"name":"\u0061"},{"name":"b"}]}"#,
        // Server-sent events, a session of messages in lines, and a batch.
        "event: message\r\ndata: {\"result\":{\"tools\":[{\"name\":\"a\"},\ndata:{\"name\":\"b\"}]}}\r\n\r\n",
        "data: {\"result\":{\"tools\":[{\"name\":\"a\"}],\"next_cursor\":\"2\"}}\n\ndata: {\"result\":{\"tools\":[{\"name\":\"a\"},{\"name\":\"b\"}]}}\n",
        "{\"method\":\"tools/list\"}\n{\"id\":1,\"result\":{\"capabilities\":{\"tools\":{}}}}\n{\"id\":2,\"result\":{\"tools\":[{\"name\":\"a\"},{\"name\":\"b\"}]}}\n{\"id\":3,\"error\":null}\n",
        r#"[{"jsonrpc":"2.0","id":1,"result":{}},{"jsonrpc":"2.0","result":{"tools":[{"name":"a"},{"name":"b"}]}}]"#,
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n[{\"name\":\"a\"},{\"name\":\"b\"}]",
    ] {
        assert_eq!(check(text), "a b", "{text}");
    }
    assert_eq!(check("[]"), "");
}

#[test]
fn what_is_no_manifest_is_said_at_its_place() {
    for (text, expected) in [
        ("", " | invalid-manifest 0 [] the manifest is empty"),
        (" \n", " | invalid-manifest 0 [] the manifest is empty"),
        (
            "[{\"name\":\"a\"}",
            " | invalid-manifest 13 [] the manifest ends in the middle of its JSON",
        ),
        (
            "{\n \"tools\": [x]}",
            " | invalid-manifest 13 [x] the manifest is not valid JSON: unexpected `x`",
        ),
        (
            "\u{feff}[\n{\"name\": \"\u{e9}\" \u{4e2d}}]",
            " | invalid-manifest 19 [\u{4e2d}] the manifest is not valid JSON: unexpected `\u{4e2d}`",
        ),
        (
            "[{\"name\":\"a\nb\"}]",
            " | invalid-manifest 11 [\n] the manifest is not valid JSON: unexpected `\\u{a}`",
        ),
        ("[] []", " | invalid-manifest 3 [[] the manifest is not valid JSON: unexpected `[`"),
        (" {\"a\":[]}", " | invalid-manifest 1 [{] the manifest does not contain a list of tools"),
        ("\u{feff}7", " | invalid-manifest 3 [7] the manifest does not contain a list of tools"),
        (
            "{\"tools\":[]} 7",
            " | invalid-manifest 13 [7] the manifest is not valid JSON: unexpected `7`",
        ),
        (
            r#"{"jsonrpc":"2.0","id":2,"error":{"code":-32601,"message":"Not\u001b found"}}"#,
            " | invalid-manifest 57 [\"Not\\u001b found\"] the server answered with an error: `Not\\u{1b} found`",
        ),
        (
            "data: {\"error\": 7}\n",
            " | invalid-manifest 16 [7] the server answered with an error: `7`",
        ),
        (
            r#"{"tools":{"name":"a"}}"#,
            " | invalid-manifest 0 [{] the manifest does not contain a list of tools",
        ),
    ] {
        assert_eq!(check(text), expected, "{text}");
    }
}

#[test]
fn broken_tools_do_not_hide_the_others() {
    for (text, expected) in [
        (
            r#"[7,{"name":"a"},[{}]]"#,
            "a | invalid-manifest 1 [7] a tool is not an object \
             | invalid-manifest 16 [[] a tool is not an object",
        ),
        (
            r#"{"result":{"tools":[{"title":"x"},{"name":"a"}]}}"#,
            "a | invalid-manifest 20 [{] a tool has no `name`",
        ),
        (
            r#"[{"name":["x"]},{"name":null},{"name":""},{"name":"\ud800"},{"name":"a"}]"#,
            "a | invalid-manifest 9 [[] the name of a tool is not a string \
             | invalid-manifest 24 [null] the name of a tool is not a string \
             | invalid-manifest 38 [\"\"] the name of a tool is empty \
             | invalid-manifest 50 [\"\\ud800\"] the name of a tool is not valid Unicode",
        ),
        (
            r#"[{"name":"\u0061"},{"name":"b"},{"name":"\u0061"}]"#,
            "a b | duplicate-tool 40 [\"\\u0061\"] the manifest has the tool `a` more than once \
             (9 [\"\\u0061\"] the first is used)",
        ),
        (
            r#"{"result":{"tools":[{"name":"a"}],"nextCursor":"p2"}}"#,
            "a | incomplete-manifest 47 [\"p2\"] the manifest does not contain all of the server's tools: \
             there is another page",
        ),
    ] {
        assert_eq!(check(text), expected, "{text}");
    }
}

#[test]
fn keys_that_are_given_twice_decide_nothing() {
    for (text, expected) in [
        (
            r#"{"tools":[],"tools":[{"name":"a"}]}"#,
            "a | invalid-manifest 12 [\"tools\"] `tools` is given twice, with different values \
             (1 [\"tools\"] first given here)",
        ),
        (
            r#"{"result":{},"result":{"tools":[{"name":"a"}]}}"#,
            "a | invalid-manifest 13 [\"result\"] `result` is given twice, with different values \
             (1 [\"result\"] first given here)",
        ),
        (
            r#"[{"name":"x","name":"y"},{"name":"a","name":"a"}]"#,
            "a | invalid-manifest 13 [\"name\"] `name` is given twice, with different values \
             (2 [\"name\"] first given here) \
             | unusable-declaration 37 [\"name\"] `name` is given twice in the declaration of `a` \
             (26 [\"name\"] first given here)",
        ),
        (
            r#"[{"name":"a","description":"x","description":"y"}]"#,
            "a | unusable-declaration 31 [\"description\"] `description` is given twice in the declaration \
             of `a`, with different values (13 [\"description\"] first given here)",
        ),
        (
            r#"[{"name":"a","inputSchema":{},"input_schema":{"type":"object"}}]"#,
            "a | unusable-declaration 30 [\"input_schema\"] `input_schema` is given twice in the declaration \
             of `a`, with different values (13 [\"inputSchema\"] first given here)",
        ),
        (
            r#"[{"name":"a","inputSchema":{"properties":{"x":{},"\u0078":{"type":"null"},"y":{},"y":{}}}}]"#,
            "a | unusable-declaration 49 [\"\\u0078\"] `x` is given twice in the schema of `a`, with different \
             values (42 [\"x\"] first given here)",
        ),
        (
            r#"[{"name":"a","annotations":{"readOnlyHint":true},"readOnlyHint":false}]"#,
            "a | unusable-declaration 49 [\"readOnlyHint\"] `readOnlyHint` is given twice in the declaration \
             of `a`, with different values (28 [\"readOnlyHint\"] first given here)",
        ),
        (
            r#"[{"name":"a"},{"name":"a","title":"b"}]"#,
            "a | duplicate-tool 22 [\"a\"] the manifest has the tool `a` more than once (9 [\"a\"] first declared here)",
        ),
    ] {
        assert_eq!(check(text), expected, "{text}");
    }
}

/// Schemas that cannot be used, and what is said of them.
const UNUSABLE: &[(&str, &str)] = &[
    ("7", "27 [7] the schema of `a` has a number in place of a schema"),
    (r#"["x"]"#, "27 [[] the schema of `a` has a list in place of a schema"),
    (
        r#"{"properties":["x"]}"#,
        "41 [[] `properties` in the schema of `a` is a list, not an object",
    ),
    (r#"{"properties":{"x":null}}"#, "46 [null] the schema of `a` has null in place of a schema"),
    (r#"{"anyOf":{}}"#, "36 [{] `anyOf` in the schema of `a` is an object, not a list"),
    (r#"{"enum":"x"}"#, "35 [\"x\"] `enum` in the schema of `a` is a string, not a list"),
    (
        r#"{"properties":null}"#,
        "41 [null] `properties` in the schema of `a` is null, not an object",
    ),
    (r#"{"allOf":null}"#, "36 [null] `allOf` in the schema of `a` is null, not a list"),
    (r#"{"then":null}"#, "35 [null] `then` in the schema of `a` is null, not a schema"),
    (r#"{"anyOf":[]}"#, "36 [[] `anyOf` in the schema of `a` is an empty list"),
    (r#"{"oneOf":[ ]}"#, "36 [[] `oneOf` in the schema of `a` is an empty list"),
    (r#"{"type":[]}"#, "35 [[] `type` in the schema of `a` is an empty list"),
    (
        r#"{"type":{}}"#,
        "35 [{] `type` in the schema of `a` has an object in place of a type's name",
    ),
    (
        r#"{"nullable":"true"}"#,
        "39 [\"true\"] `nullable` in the schema of `a` is a string, not true or false",
    ),
    (
        r#"{"required":"x"}"#,
        "39 [\"x\"] `required` in the schema of `a` is a string, not a list of names",
    ),
    (
        r#"{"required":["x",7]}"#,
        "44 [7] `required` in the schema of `a` is a number, not the name of an argument",
    ),
    (r#"{"$ref":7}"#, "35 [7] a reference in the schema of `a` is a number, not a string"),
    (r##"{"$ref":"#"}"##, "35 [\"#\"] the reference `\"#\"` in the schema of `a` refers to itself"),
    (
        r#"{"maximum":-1e999}"#,
        "38 [-1e999] the number `-1e999` in the schema of `a` is too large for a double",
    ),
    (
        r#"{"const":{"1e999":["1e999",1e9,1e999]}}"#,
        "58 [1e999] the number `1e999` in the schema of `a` is too large for a double",
    ),
    (
        r#"{"properties":{"x":{"enum":[1e-999,3e400]}}}"#,
        "62 [3e400] the number `3e400` in the schema of `a` is too large for a double",
    ),
    (r#"{"items":"x"}"#, "36 [\"x\"] the schema of `a` has a string in place of a schema"),
    (
        r#"{"type":"strnig"}"#,
        "35 [\"strnig\"] `\"strnig\"` in the schema of `a` is not a JSON Schema type",
    ),
    (
        r#"{"$ref":"other.json"}"#,
        "35 [\"other.json\"] the reference `\"other.json\"` in the schema of `a` cannot be followed",
    ),
    (
        r##"{"$ref":"#/x"}"##,
        "35 [\"#/x\"] the reference `\"#/x\"` in the schema of `a` cannot be followed",
    ),
];

#[test]
fn what_of_a_schema_cannot_be_used_is_said_at_its_place() {
    let deep = format!(r#"{{"default":{}{}}}"#, "[".repeat(127), "]".repeat(127));
    let deep = (deep.as_str(), "164 [[] the schema of `a` is nested too deeply");
    for (schema, expected) in UNUSABLE.iter().copied().chain([deep]) {
        let text = self::schema(schema);
        assert_eq!(check(&text), format!("a | unusable-declaration {expected}"), "{text}");
    }
    for sound in [
        "true",
        "{}",
        "null",
        r#"{"type":"any","items":null,"minimum":"x","enum":[],"allOf":[],"required":[]}"#,
        r#"{"default":1e999,"nullable":null,"required":null,"properties":{"x":{"required":true}}}"#,
        r#"{"default":{"a":1,"a":2},"const":{"type":"x"},"properties":{"$ref":{"type":["null"]}}}"#,
        r##"{"properties":{"a":{"$ref":"#/$defs/a"}},"$defs":{"a":{"$ref":"#"}}}"##,
    ] {
        assert_eq!(check(&schema(sound)), "a", "{sound}");
    }
}

#[test]
fn what_of_a_declaration_cannot_be_used_is_said_at_its_place() {
    for (member, expected) in [
        (r#""description":7"#, "27 [7] the description of `a` is a number, not a string"),
        (r#""title":{}"#, "21 [{] the title of `a` is an object, not a string"),
        (r#""annotations":[]"#, "27 [[] a hint of `a` is a list, not an object of hints"),
        (r#""read_only_hint":"yes""#, "30 [\"yes\"] a hint of `a` is a string, not true or false"),
        (r#""parameters":[]"#, "26 [[] the schema of `a` has a list in place of a schema"),
    ] {
        let text = format!(r#"[{{"name":"a",{member}}}]"#);
        assert_eq!(check(&text), format!("a | unusable-declaration {expected}"), "{text}");
    }
    for sound in
        [r#""description":null"#, r#""description":"\ud83d""#, r#""annotations":null,"title":"t""#]
    {
        assert_eq!(check(&format!(r#"[{{"name":"a",{sound}}}]"#)), "a", "{sound}");
    }
}

/// A manifest whose one tool has this schema.
fn schema(schema: &str) -> String {
    format!(r#"[{{"name":"a","inputSchema":{schema}}}]"#)
}

#[test]
fn what_cannot_be_used_decides_nothing() {
    let sum = crate::policy::Path(vec!["sum".into()]);
    let state = |text: &str| {
        let (manifest, _) = Manifest::read(SourceSet::default().add("tools.json", ""), text);
        let [tool] = manifest.tools() else { panic!("one tool") };
        let parts: Vec<&str> = tool.unusable.parts().collect();
        (tool.declares(&sum), parts.join(", "))
    };
    let sound = r#"{"properties":{"sum":{"description":"Half a \ud83d","default":1e999}}}"#;
    assert_eq!(state(&schema(sound)), (Some(true), String::new()));
    for beside in [r#""maximum":1e999"#, r#""nullable":"no""#, r#""type":[]"#, r#""required":"x""#]
    {
        let in_part = format!(r#"{{"properties":{{"sum":{{{beside}}}}}}}"#);
        assert_eq!(state(&schema(&in_part)), (Some(true), "the schema".to_owned()), "{beside}");
    }
    assert_eq!(state(r#"[{"name":"a"}]"#), (None, String::new()));
    let unusable = (None, "the schema".to_owned());
    assert_eq!(state(&schema(r#"{"properties":{"sum":{}},"properties":{}}"#)), unusable);
    assert_eq!(state(&schema(r#"{"properties":{"sum":{}},"anyOf":{}}"#)), unusable);
    let in_part = r#"{"properties":{"sum":{},"x":{"$ref":"other.json"}}}"#;
    assert_eq!(state(&schema(in_part)), (Some(true), "the schema".to_owned()));
    let differing = r#"[{"name":"a","inputSchema":{"properties":{"sum":{}}}},{"name":"a"}]"#;
    assert_eq!(state(differing), (None, "the description, the schema, the annotations".to_owned()));
}

#[test]
fn keys_count_as_sdks_write_them() {
    let text = r#"[
        {"name":"a","input_schema":{"properties":{"x":{}}},"annotations":{"read_only_hint":true,"DestructiveHint":false}},
        {"name":"b","parameters":{"properties":{"x":{}}},"idempotentHint":true,"open-world-hint":true},
        {"name":"c","inputSchema":{"properties":{"x":{}}},"parameters":[]}]"#;
    let (manifest, problems) = Manifest::read(SourceSet::default().add("tools.json", ""), text);
    assert!(problems.is_empty(), "{problems:?}");
    assert!(manifest.tools().iter().all(|tool| tool.argument_names() == ["x"]));
    let hints: Vec<Annotations> = manifest.tools().iter().map(|tool| tool.annotations).collect();
    let none = Annotations::default();
    assert_eq!(hints[0], Annotations { read_only: Some(true), destructive: Some(false), ..none });
    assert_eq!(hints[1], Annotations { idempotent: Some(true), open_world: Some(true), ..none });
    let twice = r#"[{"name":"a","annotations":{"destructiveHint":true},"destructive_hint":false}]"#;
    let (manifest, _) = Manifest::read(SourceSet::default().add("tools.json", ""), twice);
    assert_eq!(manifest.tools()[0].annotations.destructive, Some(true));
}

#[test]
fn the_cursor_of_another_list_does_not_count() {
    let text = r#"{"tools":[{"name":"a"}],"result":{"nextCursor":"p2"}}"#;
    assert_eq!(check(text), "a");
}

#[test]
fn findings_are_few_however_many_tools_are_broken() {
    let same = r#"{"name":"a"},"#.repeat(302);
    let text = format!("[{same}{}1]", "1,".repeat(5000));
    let file = SourceSet::default().add("tools.json", "");
    let (_, problems) = Manifest::read(file, text);
    let notes: Vec<String> = problems.iter().flat_map(|problem| problem.notes.clone()).collect();
    assert_eq!(problems.len(), 2 * MAX_REPORTED);
    assert_eq!(
        notes.join("; "),
        "the file has 201 more places with this problem; the file has 4901 more places with this problem"
    );
}

#[test]
fn nesting_of_any_depth_is_survived() {
    let deep = format!(r#"{{"default":{}1{}}}"#, "[".repeat(200_000), "]".repeat(200_000));
    let text = format!(r#"[{{"name":"a","inputSchema":{deep},"annotations":{deep}}}]"#);
    let found = check(&text);
    assert_eq!(found, "a | unusable-declaration 164 [[] the schema of `a` is nested too deeply");
    let deep = format!("{}true{}", r#"{"items":"#.repeat(200_000), "}".repeat(200_000));
    assert!(check(&schema(&deep)).ends_with("the schema of `a` is nested too deeply"));
    assert!(check(&"[".repeat(200_000)).contains("invalid-manifest"));
}

#[test]
fn texts_and_hints_are_read_as_far_as_they_are_sound() {
    let text = r#"[
        {"name":"a","title":"T\n","description":"d","annotations":{"readOnlyHint":true,
         "destructiveHint":false,"idempotentHint":"yes","title":"x","openWorldHint":null}},
        {"name":"b","title":7,"annotations":[true]},
        {"name":"c","annotations":{"idempotentHint":true,"openWorldHint":true},"inputSchema":null}]"#;
    let file = SourceSet::default().add("tools.json", "");
    let (manifest, problems) = Manifest::read(file, text);
    assert_eq!(problems.len(), 3, "{problems:?}");
    let [a, b, c] = manifest.tools() else { panic!("three tools") };
    assert_eq!((a.title().as_deref(), a.description().as_deref()), (Some("T\n"), Some("d")));
    assert_eq!((b.title(), b.description()), (None, None));
    let hints = Annotations { read_only: Some(true), destructive: Some(false), ..b.annotations };
    assert_eq!(a.annotations, hints);
    assert_eq!(b.annotations, Annotations::default());
    let hints = Annotations { idempotent: Some(true), open_world: Some(true), ..b.annotations };
    assert_eq!(c.annotations, hints);
    assert!(c.argument_names().is_empty());
}

#[test]
fn types_are_ruled_out_only_where_the_schema_decides() {
    let text = r#"[{"name":"a","inputSchema":{"properties":{
        "n":{"type":["number","null"]},"e":{"enum":["x",[1]]},"any":{},"o":{"$ref":"elsewhere.json"}}}},
        {"name":"b"},{"name":"c","inputSchema":7}]"#;
    let file = SourceSet::default().add("tools.json", "");
    let (manifest, _) = Manifest::read(file, text);
    let admitted = |tool: usize, key: &str| {
        manifest.tools()[tool].admitted_types(&crate::policy::Path(vec![key.into()]))
    };
    assert_eq!(admitted(0, "n"), TypeSet::NUMBER.union(TypeSet::NULL));
    assert_eq!(admitted(0, "e"), TypeSet::STRING.union(TypeSet::ARRAY));
    assert!(!admitted(0, "n").meets(TypeSet::COMPOSITE));
    for (tool, key) in [(0, "any"), (0, "o"), (0, "other"), (1, "n"), (2, "n")] {
        assert_eq!(admitted(tool, key), TypeSet::ALL, "{tool} {key}");
    }
}
