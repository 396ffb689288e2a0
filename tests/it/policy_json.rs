//! policy.json as input: what is found in it, and that it is written as it was read.

#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice)]

use std::path::Path;

use gatewright::check::validate_policy_json;
use gatewright::diagnostic::{self, Code, Diagnostic};
use gatewright::policy::{MAX_CALLS, Operator, Window};
use gatewright::policy_json::{self, Document, MAX_FINDINGS};
use gatewright::source::SourceSet;
use insta::assert_snapshot;

use crate::support::{plain, plain_diagnostics};

/// Sources longer than this are not repeated in a snapshot.
const SHOWN: usize = 2000;

fn read(text: &str) -> (Option<Document>, Vec<Diagnostic>) {
    let mut sources = SourceSet::default();
    let file = sources.add("policy.json", text);
    policy_json::read(file, text)
}

/// The source and what is found in it.
fn told(path: &Path, text: &str, outcome: &gatewright::check::Outcome<()>) -> String {
    let found = plain_diagnostics(&outcome.sources, &outcome.diagnostics);
    let found = if found.is_empty() { "nothing\n".to_owned() } else { found };
    let source = if text.len() > SHOWN { "(not shown)" } else { text.trim_end() };
    let name = path.file_name().unwrap().to_string_lossy();
    format!("{name}\n{source}\n\n--- found\n{found}")
}

fn check(path: &Path) -> (String, gatewright::check::Outcome<()>) {
    let bytes = std::fs::read(path).unwrap();
    let text = String::from_utf8(bytes.clone()).unwrap();
    let name = path.file_name().unwrap().to_string_lossy();
    (text, validate_policy_json(&name, bytes))
}

#[test]
fn valid_files_are_read_and_written() {
    insta::glob!("../fixtures/policy_json/ok", "*.json", |path| {
        let (text, outcome) = check(path);
        assert!(outcome.value.is_some(), "{}", plain(&outcome));
        assert!(!diagnostic::has_errors(&outcome.diagnostics));
        let document = read(&text).0.unwrap();
        let written = policy_json::write(&document);
        assert_eq!(read(&written).0.unwrap(), document);
        assert_eq!(policy_json::write(&read(&written).0.unwrap()), written);
        assert_snapshot!(told(path, &text, &outcome) + "\n--- written\n" + &written);
    });
}

#[test]
fn every_problem_is_found_at_its_place() {
    insta::glob!("../fixtures/policy_json/err", "*.json", |path| {
        let (text, outcome) = check(path);
        assert!(outcome.value.is_none());
        assert!(diagnostic::has_errors(&outcome.diagnostics), "{}", plain(&outcome));
        assert!(read(&text).0.is_none());
        assert_snapshot!(told(path, &text, &outcome));
    });
}

#[test]
fn the_published_bytes_are_written() {
    for name in ["set-run-tag", "everything"] {
        let path =
            format!("{}/tests/fixtures/policy_json/ok/{name}.json", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).unwrap();
        assert_eq!(policy_json::write(&read(&text).0.unwrap()), text);
    }
}

#[test]
fn lists_and_objects_in_values_are_indented_as_serde_json_does() {
    let value = r#"{"a": [1, [], {}, {"b": [null, "x"]}], "c": {}}"#;
    let text = format!(
        r#"{{"version": "1", "default": "deny", "tools": {{"t": {{"deny_if": [{{"conditions":
        [{{"path": "args.x", "op": "eq", "value": {value}}}]}}]}}}}}}"#
    );
    let written = policy_json::write(&read(&text).0.unwrap());
    let whole: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(written, serde_json::to_string_pretty(&whole).unwrap() + "\n");
}

/// A valid policy with so many tools, on one line.
fn many_tools(count: usize) -> String {
    let mut text = String::from("{\"version\":\"1\",\"default\":\"deny\",\"tools\":{");
    for index in 0..count {
        let comma = if index == 0 { "" } else { "," };
        text += &format!(
            "{comma}\"tool_{index}\":{{\"limits\":[{{\"counter\":\"tool_{index}_rate\",\"window\":\
             \"minute\",\"max\":30,\"scope\":\"grant\"}}]}}"
        );
    }
    text + "}}"
}

#[test]
fn large_files_are_read() {
    let text = many_tools(115_000);
    assert!(text.len() > 10_000_000);
    let (document, findings) = read(&text);
    assert_eq!((document.unwrap().tools.len(), findings.len()), (115_000, 0));
}

#[test]
fn a_long_line_full_of_mistakes_gives_a_bounded_number_of_short_findings() {
    let text = many_tools(9_000).replace("\"minute\"", "\"minuet\"");
    assert!(text.len() > 829_000 && !text.contains('\n'));
    let outcome = validate_policy_json("policy.json", text.into_bytes());
    assert!(outcome.diagnostics.iter().all(|finding| finding.code == Code::UnknownWindow));
    assert_eq!(outcome.diagnostics.len(), MAX_FINDINGS);
    let last = &outcome.diagnostics[MAX_FINDINGS - 1];
    assert_eq!(last.notes, ["this file has 8500 more errors not shown here"]);
    assert!(plain(&outcome).len() < MAX_FINDINGS * 300);
}

#[test]
fn warnings_do_not_crowd_out_errors() {
    let tools = many_tools(2_000).replace("\"limits\":[", "\"deny_if\":[{\"conditions\":[{\"path\":\"args.x\",\"op\":\"eq\",\"value\":null}]}],\"limits\":[");
    let text = tools
        .replace("tool_1999_rate\",\"window\":\"minute\"", "tool_1999_rate\",\"window\":\"week\"");
    let outcome = validate_policy_json("policy.json", text.into_bytes());
    assert!(outcome.value.is_none());
    assert_eq!(outcome.diagnostics.iter().filter(|finding| finding.is_error()).count(), 1);
    assert_eq!(outcome.diagnostics.len(), MAX_FINDINGS + 1);
}

#[test]
fn hostile_shapes_cost_no_more_than_their_length() {
    let open = "[".repeat(1_000_000);
    assert_eq!(read(&open).1[0].code, Code::NestingTooDeep);
    let same = "\"a\":{},".repeat(200_000);
    let text = format!("{{\"version\":\"1\",\"default\":\"deny\",\"tools\":{{{same}\"b\":{{}}}}}}");
    assert_eq!(read(&text).1.len(), MAX_FINDINGS);
    let hidden = "\"a\",".repeat(200_000);
    let text = format!("{{\"version\":\"1\",\"default\":\"deny\",\"hide\":[{hidden}\"b\"]}}");
    assert_eq!(read(&text).1.len(), MAX_FINDINGS);
    let keys: String = (0..100_000).map(|index| format!("\"k{index}\":1,")).collect();
    let text = format!("{{\"version\":\"1\",{keys}\"default\":\"deny\"}}");
    assert_eq!(read(&text).1.len(), MAX_FINDINGS);
    let shared = many_tools(50_000);
    let shared = shared.replace("\"max\":30", "\"max\":31");
    assert_eq!(read(&shared).1.len(), 0);
}

#[test]
fn every_prefix_and_every_change_is_handled() {
    let path =
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/policy_json/ok/everything.json");
    let text = std::fs::read_to_string(path).unwrap();
    let text = text.trim_end();
    for (at, _) in text.char_indices() {
        let (document, findings) = read(&text[..at]);
        assert!(document.is_none() && findings.len() == 1, "{at}");
        for change in ["", "]", "\"", "null", ",", "{", "0", "\\"] {
            let changed = format!("{}{change}{}", &text[..at], &text[at + 1..]);
            let (document, findings) = read(&changed);
            assert_eq!(document.is_none(), diagnostic::has_errors(&findings), "{changed}");
            for finding in findings {
                assert!(changed.get(finding.primary.span.range()).is_some(), "{finding:?}");
            }
        }
    }
}

#[test]
fn fixes_remove_their_findings() {
    insta::glob!("../fixtures/policy_json/err", "*.json", |path| {
        let (text, outcome) = check(path);
        for finding in &outcome.diagnostics {
            for fix in &finding.fixes {
                let mut changed = text.clone();
                let mut edits = fix.edits.clone();
                edits.sort();
                for edit in edits.iter().rev() {
                    changed.replace_range(edit.span.range(), &edit.text);
                }
                let count = |findings: &[Diagnostic]| {
                    let same = |other: &&Diagnostic| {
                        (other.code, &other.message) == (finding.code, &finding.message)
                    };
                    findings.iter().filter(same).count()
                };
                let again = read(&changed).1;
                assert!(count(&again) < count(&outcome.diagnostics), "{finding:?}\n{changed}");
            }
        }
    });
}

/// The values of an `enum` in the schema, or of the keys of `properties`.
fn words(schema: &serde_json::Value, pointer: &str) -> Vec<String> {
    match schema.pointer(pointer).unwrap() {
        serde_json::Value::Array(words) => {
            words.iter().map(|word| word.as_str().unwrap().to_owned()).collect()
        }
        serde_json::Value::Object(members) => members.keys().cloned().collect(),
        other => panic!("{other}"),
    }
}

#[test]
fn the_schema_knows_the_same_words() {
    let schema: serde_json::Value = serde_json::from_str(policy_json::SCHEMA).unwrap();
    let operators = Operator::ALL.map(Operator::json_name);
    assert_eq!(words(&schema, "/$defs/condition/properties/op/enum"), operators);
    let windows = Window::ALL.map(Window::name);
    assert_eq!(words(&schema, "/$defs/limit/properties/window/enum"), windows);
    assert_eq!(schema.pointer("/$defs/limit/properties/max/maximum").unwrap(), MAX_CALLS);
    for (pointer, keys) in [
        ("/properties", "version default hide all_tools tools"),
        ("/$defs/rule/properties", "require deny_if limits"),
        ("/$defs/predicate/properties", "conditions on_deny"),
        ("/$defs/condition/properties", "path op value"),
        ("/$defs/limit/properties", "counter window max scope"),
    ] {
        assert_eq!(words(&schema, pointer).join(" "), keys, "{pointer}");
    }
}

#[test]
fn the_schema_takes_what_the_reader_takes() {
    insta::glob!("../fixtures/policy_json/ok", "*.json", |path| {
        let text = std::fs::read_to_string(path).unwrap();
        crate::support::assert_fits_schema(text.trim_start_matches('\u{feff}'));
    });
}
