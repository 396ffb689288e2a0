//! Texts of manifests, and what is read and said of them.

use super::*;
use crate::manifest::TypeSet;
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
        r#"{"tools":[],"tools":[{"name":"a"},{"name":"x","name":"b"}]}"#,
        r#"{"result":7,"result":{"tools":"no"},"tools":[{"name":"\u0061"},{"name":"b"}]}"#,
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
            " | invalid-manifest 13 [] the manifest ends before its JSON is complete",
        ),
        (
            "{\n \"tools\": [x]}",
            " | invalid-manifest 13 [x] the manifest is no valid JSON: unexpected `x`",
        ),
        (
            "\u{feff}[\n{\"name\": \"\u{e9}\" \u{4e2d}}]",
            " | invalid-manifest 19 [\u{4e2d}] the manifest is no valid JSON: unexpected `\u{4e2d}`",
        ),
        (
            "[{\"name\":\"a\nb\"}]",
            " | invalid-manifest 11 [\n] the manifest is no valid JSON: unexpected `\\u{a}`",
        ),
        ("[] []", " | invalid-manifest 3 [[] the manifest is no valid JSON: unexpected `[`"),
        (" {\"a\":[]}", " | invalid-manifest 1 [{] the manifest holds no list of tools"),
        ("\u{feff}7", " | invalid-manifest 3 [7] the manifest holds no list of tools"),
        (
            r#"{"tools":{"name":"a"}}"#,
            " | invalid-manifest 0 [{] the manifest holds no list of tools",
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
            "a | invalid-manifest 1 [7] a tool is no object \
             | invalid-manifest 16 [[] a tool is no object",
        ),
        (
            r#"{"result":{"tools":[{"title":"x"},{"name":"a"}]}}"#,
            "a | invalid-manifest 20 [{] a tool has no `name`",
        ),
        (
            r#"[{"name":["x"]},{"name":null},{"name":""},{"name":"\ud800"},{"name":"a"}]"#,
            "a | invalid-manifest 9 [[] the name of a tool is no string \
             | invalid-manifest 24 [null] the name of a tool is no string \
             | invalid-manifest 38 [\"\"] the name of a tool is empty \
             | invalid-manifest 50 [\"\\ud800\"] the name of a tool is no valid text",
        ),
        (
            r#"[{"name":"a"},{"name":"b"},{"name":"\u0061"}]"#,
            "a b | duplicate-tool 35 [\"\\u0061\"] the manifest has the tool `a` more than once \
             (9 [\"a\"] the first counts)",
        ),
        (
            r#"{"result":{"tools":[{"name":"a"}],"nextCursor":"p2"}}"#,
            "a | incomplete-manifest 47 [\"p2\"] the manifest holds one page of the server's tools, \
             and there are more",
        ),
    ] {
        assert_eq!(check(text), expected, "{text}");
    }
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
        "the file has 201 more tools with this fault; the file has 4901 more tools with this fault"
    );
}

#[test]
fn nesting_of_any_depth_is_survived() {
    let deep = format!(r#"{{"properties":{}1{}}}"#, "[".repeat(200_000), "]".repeat(200_000));
    let text = format!(r#"[{{"name":"a","inputSchema":{deep},"annotations":{deep}}}]"#);
    assert_eq!(check(&text), "a");
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
    assert!(problems.is_empty());
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
