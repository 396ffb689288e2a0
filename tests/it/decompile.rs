//! Back again: from policy.json to text.
//!
//! The first law is that the text compiles to the same policy. The second is that the shortest style is the one that is
//! right: the others are there for faults of the program, and a test would not notice one if they could answer.

mod corpus;
mod generated;
mod older;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use gatewright::check::{self, NamedManifest};
use gatewright::decompile::{self, Style, difference};
use gatewright::diagnostic::Code;
use gatewright::format;
use gatewright::manifest::Manifest;
use gatewright::policy::{Rate, Window};
use gatewright::policy_json::{self, Document};
use gatewright::source::{MemoryLoader, SourceSet};
use gatewright::syntax;

use crate::support::plain;

/// The document of a policy.json.
fn document(json: &str) -> Document {
    let mut sources = SourceSet::default();
    let file = sources.add("policy.json", json);
    let (document, findings) = policy_json::read(file, json);
    document.unwrap_or_else(|| panic!("{json}\n{findings:?}"))
}

/// The text for a policy.json, and what is said of it.
fn decompiled(json: &str, manifest: Option<&str>) -> String {
    let manifest =
        manifest.map(|text| NamedManifest { path: "tools.json".to_owned(), bytes: text.into() });
    let outcome = check::decompile("policy.json", json.into(), manifest);
    let findings = plain(&outcome);
    outcome.value.unwrap_or_else(|| panic!("{json}\n{findings}"))
}

/// The policy.json that a text compiles to.
fn compiled(text: &str, manifest: Option<&str>) -> String {
    let loader = MemoryLoader::default().with("tools.json", manifest.unwrap_or(""));
    let outcome = crate::support::compile("policy.gate", text.into(), &loader);
    let findings = plain(&outcome);
    outcome.value.unwrap_or_else(|| panic!("{text}\n{findings}"))
}

/// The text as the formatter lays it out.
fn formatted(text: &str) -> String {
    let mut sources = SourceSet::default();
    let file = sources.add("policy.gate", text);
    let (tree, findings) = syntax::parse(file, text);
    assert!(findings.is_empty(), "{text}\n{findings:?}");
    format::format(&tree, text).unwrap()
}

/// The text in one style, compiled, against the document.
fn assert_style_is_right(document: &Document, manifest: Option<&str>, style: Style) -> String {
    let mut sources = SourceSet::default();
    let read = manifest.map(|text| {
        let file = sources.add("tools.json", text);
        Manifest::read(file, text).0
    });
    let named = read.as_ref().map(|manifest| ("tools.json", manifest));
    let text = decompile::decompile(document, named, style);
    let back = self::document(&compiled(&text, manifest));
    assert_eq!(difference(document, &back, read.as_ref()), None, "{style:?}\n{text}");
    text
}

/// Both laws, and that the text is laid out. Returns it.
fn assert_laws(json: &str, manifest: Option<&str>) -> String {
    let document = document(json);
    let brief = assert_style_is_right(&document, manifest, Style::Brief);
    assert_style_is_right(&document, manifest, Style::Exact);
    assert_style_is_right(&document, manifest, Style::Explicit);
    let text = decompiled(json, manifest);
    assert_eq!(text, formatted(&brief));
    assert_eq!(text, formatted(&text));
    text
}

#[test]
fn fixtures() {
    insta::glob!("../fixtures/decompile", "*.policy.json", |path| {
        let json = fs::read_to_string(path).unwrap();
        let tools = path.to_string_lossy().replace(".policy.json", ".tools.json");
        let manifest = fs::read_to_string(tools).ok();
        let text = assert_laws(&json, manifest.as_deref());
        insta::assert_snapshot!(text);
    });
}

#[test]
fn every_valid_policy_json_has_a_text() {
    insta::glob!("../fixtures/policy_json/ok", "*.json", |path| {
        let json = fs::read_to_string(path).unwrap();
        assert_laws(json.trim_start_matches('\u{feff}'), None);
        decompiled(&json, None);
    });
}

#[test]
fn examples() {
    insta::glob!("../../examples", "*/*.tools.json", |path| {
        let manifest = fs::read_to_string(path).unwrap();
        let folder = path.parent().unwrap();
        let json = compiled_example(folder);
        let text = assert_laws(&json, Some(&manifest));
        insta::assert_snapshot!(text);
    });
}

/// The policy.json of the policy in an example's folder.
fn compiled_example(folder: &Path) -> String {
    struct Folder<'p>(&'p Path);
    impl gatewright::source::Loader for Folder<'_> {
        fn read(&self, path: &str) -> Result<Vec<u8>, gatewright::source::LoadError> {
            fs::read(self.0.join(path))
                .map_err(|error| gatewright::source::LoadError::new(error.to_string()))
        }

        fn admit(&self, _: &str, _: &str) -> Result<(), gatewright::source::LoadError> {
            Ok(())
        }
    }
    let gate = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| {
            let path = path.to_str().unwrap();
            path.ends_with(".gate") && !path.ends_with("_test.gate")
        })
        .unwrap();
    let name = gate.file_name().unwrap().to_str().unwrap();
    let outcome = crate::support::compile(name, fs::read(&gate).unwrap(), &Folder(folder));
    let findings = plain(&outcome);
    outcome.value.unwrap_or_else(|| panic!("{findings}"))
}

#[test]
fn what_is_wrong_with_the_input_is_reported_and_nothing_is_returned() {
    let outcome = check::decompile("policy.json", b"{\"version\": \"1\"}".to_vec(), None);
    assert_eq!(outcome.value, None);
    assert_eq!(outcome.diagnostics[0].code, Code::MissingKey);
    let broken = NamedManifest { path: "tools.json".to_owned(), bytes: b"[".to_vec() };
    let json = br#"{"version": "1", "default": "deny"}"#;
    let outcome = check::decompile("policy.json", json.to_vec(), Some(broken));
    assert_eq!(outcome.value, None);
    assert_eq!(outcome.sources.path(outcome.diagnostics[0].primary.span.file), "tools.json");
}

#[test]
fn the_manifest_may_have_any_path() {
    let tools = r#"{"tools": [{"name": "a_x"}, {"name": "a_y"}, {"name": "a_z"}, {"name": "b"}]}"#;
    let json = r#"{"version": "1", "default": "deny", "tools": {"a_x": {}, "a_y": {}, "a_z": {}}}"#;
    for path in ["tools.json", "../up/tools.json", "/srv/t.json", "C:/t.json", "a \"b\".json"] {
        let manifest = NamedManifest { path: path.to_owned(), bytes: tools.into() };
        let outcome = check::decompile("policies/policy.json", json.into(), Some(manifest));
        let written = path.replace('"', "\\\"");
        let expected = format!("manifest \"{written}\"\n\ndefault deny\n\nallow a_*\n");
        assert_eq!(outcome.value, Some(expected));
    }
}

#[test]
fn documents_that_differ_are_told_apart() {
    let original = document(
        r#"{"version": "1", "default": "deny", "hide": ["h"],
            "all_tools": {"limits": [{"counter": "c", "window": "day", "max": 1, "scope": "grant"}]},
            "tools": {"t": {
                "require": [{"conditions": [{"path": "args.a", "op": "eq", "value": 1}], "on_deny": "m"}],
                "deny_if": [{"conditions": [{"path": "args.a", "op": "eq", "value": 2}]}],
                "limits": [{"counter": "c", "window": "day", "max": 1, "scope": "grant"}]}}}"#,
    );
    type Change = fn(&mut Document);
    let changes: [(&str, Change); 9] = [
        ("`default`", |other| other.default = gatewright::policy::Posture::Allow),
        ("`hide`", |other| other.hide.push("more".to_owned())),
        ("`all_tools`", |other| other.all_limits[0].rate = Rate::clamped(2, Window::Day)),
        ("the entry of `t`", |other| other.tools.clear()),
        ("the entry of `new`", |other| {
            other.tools.insert("new".to_owned(), policy_json::ToolRule::default());
        }),
        ("the `require` list of `t`", |other| {
            Arc::make_mut(&mut other.tools[0].require[0]).on_deny = None
        }),
        ("the `require` list of `t`", |other| {
            Arc::make_mut(&mut other.tools[0].require[0]).conditions.clear();
        }),
        ("the `deny_if` list of `t`", |other| other.tools[0].deny_if.clear()),
        ("the limits of `t`", |other| other.tools[0].limits[0].counter = "d".to_owned()),
    ];
    for (expected, change) in changes {
        let mut other = original.clone();
        change(&mut other);
        assert_eq!(difference(&original, &other, None).as_deref(), Some(expected));
    }
    let mut same = original.clone();
    Arc::make_mut(&mut same.tools[0].deny_if[0]).on_deny = Some("made up".into());
    assert_eq!(difference(&original, &same, None), None);
}

/// A policy in which tools share some rules and no tool shares all of them, and its manifest.
fn large(tools: usize) -> (Document, String) {
    let names: Vec<String> =
        (0..tools).map(|tool| format!("do_{}_thing_{tool}", tool % 9)).collect();
    let rules: Vec<String> = names
        .iter()
        .enumerate()
        .map(|(tool, name)| {
            let max = tool % (tools / 3) + 1;
            let group = tool % 7;
            format!(
                r#""{name}": {{
                "deny_if": [{{"conditions": [], "on_deny": "{group}"}}],
                "limits": [{{"counter": "{name}-day", "window": "day", "max": {max}, "scope": "grant"}}]}}"#
            )
        })
        .collect();
    let hide = serde_json::to_string(&names).unwrap();
    let rules = rules.join(", ");
    let json =
        format!(r#"{{"version": "1", "default": "deny", "hide": {hide}, "tools": {{{rules}}}}}"#);
    let tools: Vec<String> =
        names.iter().rev().map(|name| format!(r#"{{"name": "{name}"}}"#)).collect();
    (document(&json), format!("[{}]", tools.join(", ")))
}

#[test]
fn a_large_document_is_no_harder_than_a_small_one() {
    // At this size a step for every two tools would take minutes.
    let tools = 20_000;
    let (document, manifest) = large(tools);
    let mut sources = SourceSet::default();
    let file = sources.add("tools.json", manifest.as_str());
    let (manifest, _) = Manifest::read(file, manifest);
    let text = decompile::decompile(&document, Some(("t", &manifest)), Style::Brief);
    assert!(text.len() > tools);
}

#[test]
fn names_inside_of_words_are_found_in_counters_where_tools_agree() {
    let limits = |counters: &[(&str, &str, &str)]| {
        let limit = |(tool, counter, window): &(&str, &str, &str)| {
            format!(
                r#""{tool}": {{"limits": [{{"counter": "{counter}", "window": "{window}", "max": 5,
                "scope": "grant"}}]}}"#
            )
        };
        let tools: Vec<String> = counters.iter().map(limit).collect();
        format!(r#"{{"version": "1", "default": "deny", "tools": {{{}}}}}"#, tools.join(","))
    };
    for (counters, expected) in [
        (
            vec![("get_a", "xget_a", "minute"), ("get_b", "xget_b", "minute")],
            "allow get_a, get_b 5/minute as x{tool}",
        ),
        (
            vec![("get_a", "minuteget_a", "minute"), ("get_b", "minuteget_b", "minute")],
            "allow get_a, get_b 5/minute as minute{tool}",
        ),
        (
            vec![("get_a", "get_ax", "minute"), ("get_b", "get_bx", "minute")],
            "allow get_a, get_b 5/minute as {tool}x",
        ),
        (
            vec![("a", "capa", "minute"), ("b", "capb", "minute")],
            "allow a, b 5/minute as cap{tool}",
        ),
        // One counter for both is no template, although it holds the name of one.
        (
            vec![("get", "gadget", "minute"), ("list", "gadget", "minute")],
            "allow get, list 5/minute as gadget",
        ),
        (vec![("get", "gadget", "minute")], "allow get 5/minute as gadget"),
        (
            vec![("get_a", "payday_get_a", "day"), ("get_b", "payday_get_b", "day")],
            "allow get_a, get_b 5/day as payday_{tool}",
        ),
    ] {
        let json = limits(&counters);
        assert_eq!(decompiled(&json, None), format!("default deny\n\n{expected}\n"));
        assert_laws(&json, None);
    }
    let both = r#"{"version": "1", "default": "deny", "tools": {"a": {"limits": [
        {"counter": "xminutea", "window": "minute", "max": 5, "scope": "grant"},
        {"counter": "xhoura", "window": "hour", "max": 50, "scope": "grant"}]}, "b": {"limits": [
        {"counter": "xminuteb", "window": "minute", "max": 5, "scope": "grant"},
        {"counter": "xhourb", "window": "hour", "max": 50, "scope": "grant"}]}}}"#;
    assert_eq!(
        assert_laws(both, None),
        "default deny\n\nallow a, b 5/minute, 50/hour as x{window}{tool}\n"
    );
}

/// Without a manifest, a bare name that begins with `-` is taken for an exclusion, so it is an error and is written in quotes.
#[test]
fn names_that_look_like_exclusions_are_quoted() {
    let text =
        assert_laws(r#"{"version": "1", "default": "deny", "tools": {"-get_user": {}}}"#, None);
    assert!(text.contains("allow \"-get_user\""), "{text}");
    let bare = "allow get_page, -get_user 5/minute\n";
    let outcome = crate::support::compile("a.gate", bare.into(), &MemoryLoader::default());
    insta::assert_snapshot!(plain(&outcome), @r#"
    a.gate:1:17-26 "-get_user": error[unknown-tool] `-get_user` is not a known tool
        note: without a manifest, a bare name cannot begin with `-`
        help: to exclude a tool, write `except get_user` after the others, or to use the name as written, put it in double quotes
    "#);
}
