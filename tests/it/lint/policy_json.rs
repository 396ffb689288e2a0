//! The linter over policy.json files: the same policy in either form gets the same findings.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use gatewright::check::{NamedManifest, Options, Outcome, check_gate, check_policy_json};
use gatewright::diagnostic::{Category, Code, Severity};
use gatewright::source::{LoadError, Loader, MemoryLoader};
use regex::Regex;

use crate::support::{compile, plain};

/// An example in which every policy is changed as it is read: patterns and what stands there instead.
struct Changed<'c> {
    folder: PathBuf,
    changes: &'c [(&'c str, &'c str)],
}

impl Loader for Changed<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, LoadError> {
        let mut text = std::fs::read_to_string(self.folder.join(path)).unwrap();
        for (pattern, replacement) in self.changes.iter().filter(|_| path.ends_with(".gate")) {
            text = Regex::new(pattern).unwrap().replace_all(&text, *replacement).into_owned();
        }
        Ok(text.into())
    }

    fn admit(&self, _: &str, _: &str) -> Result<(), LoadError> {
        Ok(())
    }
}

fn check(json: &str, manifest: Option<&[u8]>) -> Outcome<()> {
    let named = |bytes: &[u8]| NamedManifest { path: "tools.json".to_owned(), bytes: bytes.into() };
    let options = Options { manifest: manifest.map(named), ..Options::default() };
    check_policy_json("policy.json", json.into(), &options)
}

/// The open doors, each with a tool. One that asks how a tool was selected has no like in a policy.json, where every name is
/// exact.
fn doors(outcome: &Outcome<()>) -> BTreeSet<(Code, String)> {
    let is_door =
        |code: Code| code.category() == Category::OpenDoors && !matches!(code, Code::CriticalBySet);
    let found = outcome.diagnostics.iter().filter(|finding| is_door(finding.code));
    found
        .flat_map(|finding| finding.tools.iter().map(|tool| (finding.code, tool.to_string())))
        .collect()
}

/// What is open in an example after the changes, in the language and compiled; the two are the same.
fn opened(name: &str, file: &str, changes: &[(&str, &str)]) -> BTreeSet<(Code, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
    let folder = Changed { folder, changes };
    let path = format!("{file}.gate");
    let text = folder.read(&path).unwrap();
    let checked = check_gate(&path, text.clone(), &folder, &Options::default());
    let compiled = compile(&path, text, &folder);
    let json = compiled.value.as_deref().unwrap_or_else(|| panic!("{}", plain(&compiled)));
    let manifest = folder.read(&format!("{file}.tools.json")).unwrap();
    let document = check(json, Some(&manifest));
    assert!(document.value.is_some() && checked.sources.iter().count() > 1);
    assert_eq!(doors(&checked), doors(&document), "{}\n{}", plain(&checked), plain(&document));
    doors(&document)
}

/// An `allow` without its caps.
const UNCAPPED: (&str, &str) = (r"(?m)^(\s*allow [^#\n]*?),? \d+/\w+.*$", "$1");
/// No cap but those of an `allow`.
const NO_RATE: (&str, &str) = (r"(?m)^\s*rate .*$", "");
const NO_CAP_OVER_ALL: (&str, &str) = (r"(?m)^rate all .*$", "");
const NOT_HIDDEN: (&str, &str) = (r"(?m)^hide ", "allow ");
const ALLOWED: (&str, &str) = (r"(?m)^default deny", "default allow");

#[test]
fn the_examples_get_the_same_findings_in_either_form() {
    for (name, file) in [("mlflow", "mlflow"), ("payments", "payments"), ("support-desk", "desk")] {
        opened(name, file, &[]);
        opened(name, file, &[ALLOWED]);
        opened(name, file, &[UNCAPPED]);
        opened(name, file, &[NO_CAP_OVER_ALL]);
        let open = opened(name, file, &[UNCAPPED, NO_RATE]);
        assert!(!open.is_empty(), "{name}");
        let more = opened(name, file, &[UNCAPPED, NO_RATE, NOT_HIDDEN, ALLOWED]);
        assert!(more.len() >= open.len(), "{name}: {more:?}");
    }
}

#[test]
fn a_door_that_stands_open_is_found_in_the_compiled_policy_too() {
    let found = opened("mlflow", "mlflow", &[UNCAPPED, NO_RATE]);
    for tool in ["copy_model_version", "set_run_tag", "set_model_alias"] {
        assert!(found.contains(&(Code::UncappedWrite, tool.to_owned())), "{tool}: {found:?}");
    }
    let found = opened("payments", "payments", &[UNCAPPED, NO_RATE]);
    assert!(found.contains(&(Code::UncappedWrite, "update_customer".to_owned())), "{found:?}");
    let found = opened("support-desk", "desk", &[UNCAPPED, NO_RATE]);
    assert!(found.contains(&(Code::UncappedWrite, "tickets.tag".to_owned())), "{found:?}");
}

/// A policy.json with these entries under `tools`.
fn denying(entries: &str) -> String {
    format!("{{\"version\":\"1\",\"default\":\"deny\",\"tools\":{{{entries}}}}}")
}

const TOOLS: &str = r#"{"tools":[
    {"name":"set_tag","description":"Sets a tag of a run.","inputSchema":{"type":"object",
        "properties":{"run":{"type":"object","properties":{"id":{"type":"string"}}},"tag":{"type":"string"}}}},
    {"name":"get_tag","description":"Reads a tag."}]}"#;

#[test]
fn a_finding_stands_at_the_entry_and_says_what_to_add() {
    let mut outcome = check(&denying("\n  \"set_tag\": {}\n"), Some(TOOLS.as_bytes()));
    outcome.diagnostics.retain(|finding| finding.code == Code::UncappedWrite);
    insta::assert_snapshot!(plain(&outcome), @r#"
    policy.json:2:3-12 "\"set_tag\"": warning[uncapped-write] nothing caps how often `set_tag` may write
        note: `set_tag` is a write tool (medium risk, high confidence): its name says `set`, its description says `Sets a tag`
        help: add to `set_tag` `"limits": [{"counter":"set_tag_rate","window":"minute","max":30,"scope":"grant"}]`
    "#);
}

#[test]
fn a_limit_of_its_own_or_over_all_tools_is_a_cap() {
    let limit = r#"{"counter":"c","window":"minute","max":5,"scope":"grant"}"#;
    let own = denying(&format!("\"set_tag\":{{\"limits\":[{limit}]}}"));
    let all = format!(
        r#"{{"version":"1","default":"deny","tools":{{"set_tag":{{}}}},"all_tools":{{"limits":[{limit}]}}}}"#
    );
    for json in [own, all] {
        assert_eq!(doors(&check(&json, Some(TOOLS.as_bytes()))), BTreeSet::new(), "{json}");
    }
}

#[test]
fn what_is_hidden_blocked_or_not_listed_is_closed() {
    let blocked = r#"{"deny_if":[{"conditions":[],"on_deny":"Requires human approval."}]}"#;
    for json in [
        denying(&format!("\"set_tag\":{blocked}")),
        denying("\"get_tag\":{}"),
        r#"{"version":"1","default":"deny","hide":["set_tag"],"tools":{"set_tag":{}}}"#.to_owned(),
        r#"{"version":"1","default":"allow","tools":{"set_tag":{}},"hide":["*"]}"#.to_owned(),
    ] {
        assert_eq!(doors(&check(&json, Some(TOOLS.as_bytes()))), BTreeSet::new(), "{json}");
    }
}

#[test]
fn without_a_manifest_a_clear_name_is_enough() {
    let found = doors(&check(&denying("\"set_tag\":{},\"frobnicate\":{}"), None));
    let set_tag = (Code::UncappedWrite, "set_tag".to_owned());
    assert!(found.contains(&set_tag), "{found:?}");
}

#[test]
fn what_the_manifest_lacks_is_a_warning() {
    let condition = |path: &str| {
        format!(r#"{{"conditions":[{{"path":"{path}","op":"exists","value":true}}]}}"#)
    };
    let rule = format!(
        "{{\"require\":[{},{},{}]}}",
        condition("args.run.idd"),
        condition("args.tag"),
        condition("args.t\\u0061gs")
    );
    let json = format!(
        "{{\"version\":\"1\",\"default\":\"deny\",\"hide\":[\"*\",\"gone\"],\n\"tools\":{{\"set_tga\":{{}},\n\"set_tag\":{rule}}}}}"
    );
    let outcome = check(&json, Some(TOOLS.as_bytes()));
    assert!(outcome.value.is_some());
    let mut names = outcome;
    names.diagnostics.retain(|f| matches!(f.code, Code::UndeclaredTool | Code::UnknownArgument));
    assert!(names.diagnostics.iter().all(|finding| finding.severity == Severity::Warning));
    insta::assert_snapshot!(plain(&names), @r#"
    policy.json:1:45-51 "\"gone\"": warning[undeclared-tool] the manifest has no tool `gone`
        note: the tools are those of `tools.json`
        help: correct it, or capture the manifest again
    policy.json:2:10-19 "\"set_tga\"": warning[undeclared-tool] the manifest has no tool `set_tga`
        note: the tools are those of `tools.json`
        help: did you mean `set_tag` or `get_tag`?
    policy.json:3:56-59 "idd": warning[unknown-argument] `set_tag` has no argument `idd`
        note: the schema does not declare it; a test of a missing argument is false
        help: did you mean `id`?
        choice: write `id`: policy.json:3:56-59 "idd" -> "id"
    policy.json:3:184-193 "t\\u0061gs": warning[unknown-argument] `set_tag` has no argument `tags`
        note: the schema does not declare it; a test of a missing argument is false
        help: did you mean `tag`?
        choice: write `tag`: policy.json:3:184-193 "t\\u0061gs" -> "tag"
    "#);
    let unknown = |code| matches!(code, Code::UndeclaredTool | Code::UnknownArgument);
    assert!(!check(&json, None).diagnostics.iter().any(|finding| unknown(finding.code)));
}

#[test]
fn with_a_broken_manifest_nothing_is_said_of_what_is_absent() {
    let outcome = check(&denying("\"set_tag\":{}"), Some(b"{"));
    let codes: Vec<Code> = outcome.diagnostics.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, [Code::InvalidManifest], "{}", plain(&outcome));
    let not_text = check(&denying(""), Some(b"\xff"));
    assert_eq!(not_text.diagnostics.len(), 1, "{}", plain(&not_text));
    assert!(not_text.value.is_none());
}

#[test]
fn a_document_with_errors_is_not_linted() {
    let outcome = check(&denying("\"set_tag\":{},\"x\":{\"limit\":[]}"), Some(TOOLS.as_bytes()));
    let codes: Vec<Code> = outcome.diagnostics.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, [Code::UnknownKey]);
}

#[test]
fn a_message_that_the_compiler_makes_up_is_no_reason() {
    let text = "default deny\nallow set_tag 5/minute\nrequire set_tag with args.key exists\n\
                deny set_tag when args.key == \"x\"\ndeny set_tag when args.key == \"y\" because \"No y.\"\n";
    let compiled = compile("policy.gate", text.into(), &MemoryLoader::default());
    let outcome = check(compiled.value.as_deref().unwrap(), None);
    let missing = outcome.diagnostics.iter().filter(|found| found.code == Code::MissingReason);
    assert_eq!(missing.count(), 2, "{}", plain(&outcome));
}

#[test]
fn the_conditions_of_a_predicate_are_joined() {
    let with = |conditions: &str| {
        let rule =
            format!(r#"{{"require": [{{"conditions": [{conditions}], "on_deny": "Because."}}]}}"#);
        let outcome = check(&denying(&format!("\"set_tag\":{rule}")), None);
        outcome.diagnostics.iter().any(|found| found.code == Code::ContradictoryCondition)
    };
    let (more, less) = (
        r#"{"path": "args.n", "op": "gt", "value": 5}"#,
        r#"{"path": "args.n", "op": "lt", "value": 3}"#,
    );
    assert!(with(&format!("{more}, {less}")));
    assert!(with(&format!("{less}, {more}")));
    assert!(!with(more) && !with(less));
}

#[test]
fn settings_hold_for_documents_too() {
    let mut options = Options::default();
    options.settings.severities.insert(Code::UncappedWrite, None);
    let outcome = check_policy_json("policy.json", denying("\"set_tag\":{}").into(), &options);
    assert_eq!(doors(&outcome), BTreeSet::new());
}

/// Fifty thousand tools with guards and caps, hidden ones, and a manifest that has other names.
#[test]
fn a_large_document_takes_no_quadratic_time() {
    let mut entries = String::new();
    let mut hidden = String::from("\"*\"");
    let mut tools = String::new();
    for number in 0..50_000 {
        let comma = if number == 0 { "" } else { "," };
        write!(
            entries,
            r#"{comma}"set_{number}":{{"require":[{{"conditions":[{{"path":"args.a","op":"eq","value":1}}]}}],"limits":[{{"counter":"c{number}","window":"minute","max":5,"scope":"grant"}}]}}"#
        )
        .unwrap();
        write!(hidden, ",\"gone_{number}\"").unwrap();
        // Of another length than the names of the policy: the search for near ones is not what is measured.
        let name = format!("{number}{}", "x".repeat(60));
        write!(tools, "{comma}{{\"name\":\"{name}\"}}").unwrap();
    }
    let json = format!(
        "{{\"version\":\"1\",\"default\":\"deny\",\"hide\":[{hidden}],\"tools\":{{{entries}}}}}"
    );
    let manifest = format!("{{\"tools\":[{tools}]}}");
    let start = std::time::Instant::now();
    let outcome = check(&json, Some(manifest.as_bytes()));
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
    assert!(outcome.value.is_some());
    let unknown = outcome.diagnostics.iter().filter(|finding| finding.code == Code::UnknownTool);
    assert!(unknown.count() <= gatewright::policy_json::MAX_FINDINGS);
}

#[test]
fn a_policy_that_the_language_says_in_parts_is_one_finding_a_tool_in_json() {
    let loader = MemoryLoader::default().with("tools.json", TOOLS);
    let text = "manifest \"tools.json\"\ndefault deny\nallow set_tag\nallow @tools\n";
    let gate = check_gate("a.gate", text.into(), &loader, &Options::default());
    let json = compile("a.gate", text.into(), &loader).value.unwrap();
    assert_eq!(doors(&gate), doors(&check(&json, Some(TOOLS.as_bytes()))));
}
