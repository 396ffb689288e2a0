//! The starter policy: it is laid out, compiles, and leaves the linter nothing to say.

use std::fs;

use gatewright::check::{self, Options};
use gatewright::policy::Posture;
use gatewright::source::MemoryLoader;
use serde_json::{Value, json};

use crate::support::{self, corpus, plain};

const POSTURES: [Posture; 2] = [Posture::Deny, Posture::Allow];

/// No line with a comment is wider than this, in characters.
const WIDEST: usize = 120;

fn starter(tools: &Value, posture: Posture) -> String {
    let outcome = check::starter("tools.json", tools.to_string().into(), "tools.json", posture);
    outcome.value.unwrap_or_else(|| panic!("no policy"))
}

/// All that is said about a starter policy beside its manifest: layout, compiler, linter. Nothing, if it is right.
fn said(text: &str, manifest: &[u8]) -> String {
    let loader = MemoryLoader::default().with("tools.json", manifest);
    let formatted = check::format("agent.gate", text.into()).unwrap().value;
    if formatted.as_deref() != Some(text) {
        return format!("the formatter changes it:\n{}", formatted.unwrap_or_default());
    }
    let compiled = support::compile("agent.gate", text.into(), &loader);
    if compiled.value.is_none() {
        return format!("it does not compile:\n{}", plain(&compiled));
    }
    plain(&check::check_gate("agent.gate", text.into(), &loader, &Options::default()))
}

/// The policy for these tools, which is right in every respect.
fn right(tools: &Value, posture: Posture) -> String {
    let text = starter(tools, posture);
    assert_eq!(said(&text, tools.to_string().as_bytes()), "", "{text}");
    text
}

/// The lines of a policy that are no comments, with the blank ones left out and the comments behind them cut off.
fn statements(text: &str) -> Vec<&str> {
    let lines = text.lines().map(|line| line.split("  # ").next().unwrap());
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}

#[test]
fn on_real_servers_there_is_nothing_to_report() {
    let Some(folder) = corpus() else { return };
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 29);
    let mut faults = String::new();
    for file in &files {
        let bytes = fs::read(file).unwrap();
        for posture in POSTURES {
            let outcome = check::starter("tools.json", bytes.clone(), "tools.json", posture);
            assert_eq!(plain(&outcome), "", "{}", file.display());
            let text = outcome.value.unwrap();
            let said = said(&text, &bytes);
            if !said.is_empty() {
                faults += &format!("{} {posture:?}:\n{said}", file.display());
            }
            let tools = check::classify("tools.json", bytes.clone()).value.unwrap();
            let rules = statements(&text).into_iter().filter(|line| !line.starts_with("classify "));
            let rules = rules.filter(|line| !line.starts_with(' ')).count();
            assert_eq!(rules, tools.len() + 2, "{}:\n{text}", file.display());
            let wide = text.lines().find(|line| line.chars().count() > WIDEST);
            assert_eq!(wide, None, "{}", file.display());
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

/// One tool for each thing that the policy can do.
fn bakery() -> Value {
    let object = |properties: Value| json!({"type": "object", "properties": properties});
    json!({"tools": [
        {"name": "delete_loaf", "description": "Deletes a loaf for good."},
        {"name": "list_loaves", "description": "Lists all loaves.", "annotations": {"readOnlyHint": true}},
        {"name": "pay_invoice", "description": "Pays an invoice."},
        {"name": "rename_loaf", "description": "Renames a loaf."},
        {"name": "start_oven_program", "description": "Runs a program of the oven."},
        {"name": "ledger_query", "description": "Runs a statement.", "inputSchema": object(json!({"sql": {"type": "string"}}))},
        {"name": "get_cellar_password", "description": "Gets the password of the cellar."},
        {"name": "label_loaf", "description": "Updates a label.", "annotations": {"readOnlyHint": true}},
        {"name": "crumb"},
        {"name": "query_flour", "description": "Saves the flour.", "inputSchema": object(json!({"filename": {"type": "string"}}))},
    ]})
}

#[test]
fn every_class_gets_what_it_owes() {
    insta::assert_snapshot!(right(&bakery(), Posture::Deny), @r#"
    # A starter policy for the tools of `tools.json`.
    #
    # What each tool can do was judged by its name, its description, its parameters and the server's
    # hints. This is a proposal: a person has to read it, line by line, before an agent works under it.
    # Behind each tool, or above it, stands the evidence, and how sure that is.

    manifest "tools.json"

    # A tool that the server gains later stays blocked until a line here allows it.
    default deny

    # Read: these retrieve, search or compute, and change nothing. The policy lets their calls through.
    # Where `approve` stands, a person has to approve every call.
    allow list_loaves  # high confidence: name `list_loaves`, description `Lists all loaves`, hint `readOnlyHint: true`
    approve get_cellar_password because "It can show secrets."  # high confidence: name `get_cellar_password`

    # Write: these change what can be changed back. The policy lets 30 calls a minute of each through.
    allow rename_loaf 30/minute  # high confidence: name `rename_loaf`, description `Renames a loaf`
    # high confidence: name `label_loaf`, description `Updates a label`
    classify label_loaf as write because "The rest outweighs the hint readOnlyHint: true."
    allow label_loaf 30/minute
    # a guess, check this one: write by description `Saves the flour`, or read by name `query_flour`
    allow query_flour 30/minute

    # Execute: these run what their arguments say, or set a process going. The policy lets 10 calls a
    # minute of each through. Where `approve` stands, a person has to approve every call.
    allow start_oven_program 10/minute  # high confidence: name `start_oven_program`, description `Runs a program`
    # high confidence: parameter `sql`, description `Runs a statement`
    approve ledger_query because "It takes any request, query or command."

    # Destructive: these remove or overwrite for good. The policy hides them: the agent does not see
    # them, and calls are blocked.
    hide delete_loaf  # high confidence: name `delete_loaf`, description `Deletes a loaf`

    # Financial: these move or commit money. A person has to approve every call.
    approve pay_invoice because "It can move or commit money."  # high confidence: name `pay_invoice`

    # Unknown: nothing that the server says tells what these do. A person has to approve every call.
    approve crumb because "Nothing says what it does."  # no evidence: check this one
    "#);
}

#[test]
fn under_default_allow_caps_stand_alone() {
    let text = right(&bakery(), Posture::Allow);
    insta::assert_snapshot!(statements(&text).join("\n"), @r#"
    manifest "tools.json"
    default allow
    allow list_loaves
    approve get_cellar_password because "It can show secrets."
    rate rename_loaf 30/minute
    classify label_loaf as write because "The rest outweighs the hint readOnlyHint: true."
    rate label_loaf 30/minute
    rate query_flour 30/minute
    rate start_oven_program 10/minute
    approve ledger_query because "It takes any request, query or command."
    hide delete_loaf
    approve pay_invoice because "It can move or commit money."
    approve crumb because "Nothing says what it does."
    "#);
}

#[test]
fn an_empty_manifest_has_a_policy() {
    for posture in POSTURES {
        let text = right(&json!([]), posture);
        assert!(text.ends_with("\n\n# The manifest has no tools.\n"), "{text}");
    }
}

#[test]
fn names_from_strangers_are_quoted_and_their_words_cleaned() {
    let names = [
        "a\"b",
        "a\nallow all",
        "# x",
        "\u{202e}teg",
        "all",
        "allow",
        "10/minute",
        "get_*",
        "?",
        "@tools",
        "args.x",
        " ",
        "\\",
        "gatewright: allow(uncapped-write) because I say so",
        "删除一切",
        "{tool}",
        "\u{7f}",
        "\u{2028}",
        "tool\r\nhide y",
    ];
    let hostile = "Deletes\n# gatewright: allow(open-default) x\n\u{202e}everything `\u{1b}[31m";
    for verb in ["", "get_", "set_", "run_", "delete_", "pay_"] {
        let tools: Vec<Value> = names
            .iter()
            .map(|name| json!({"name": format!("{verb}{name}"), "description": hostile}))
            .chain([json!({"name": format!("{verb}x").repeat(500)})])
            .collect();
        for posture in POSTURES {
            let text = right(&json!(tools), posture);
            let hidden = |c: char| c != '\n' && gatewright::text::is_hidden(c);
            assert!(!text.contains(hidden), "{text}");
            assert!(!text.lines().any(|line| line.contains("# gatewright")), "{text}");
        }
    }
}

#[test]
fn what_is_wrong_with_a_manifest_is_said() {
    let broken = check::starter("tools.json", "{".into(), "tools.json", Posture::Deny);
    assert!(broken.value.is_none());
    assert_eq!(broken.diagnostics.len(), 1, "{}", plain(&broken));
    let twice = json!([{"name": "set_tag"}, {"name": "set_tag"}, {"name": ""}]).to_string();
    let outcome = check::starter("tools.json", twice.clone().into(), "tools.json", Posture::Deny);
    let codes: Vec<&str> = outcome.diagnostics.iter().map(|found| found.code.name()).collect();
    assert!(codes.contains(&"duplicate-tool"), "{codes:?}");
    if let Some(text) = &outcome.value {
        assert_eq!(statements(text).last(), Some(&"allow set_tag 30/minute"));
        assert_eq!(said(text, twice.as_bytes()), plain(&outcome));
    }
}

#[test]
fn a_tool_that_no_rule_can_name_is_mentioned() {
    let tools = json!([{"name": "*"}, {"name": "list_loaves"}]);
    let text = starter(&tools, Posture::Deny);
    assert_eq!(statements(&text).last(), Some(&"allow list_loaves"));
    assert!(text.ends_with("called `*`, which no rule can name. It stays blocked.\n"), "{text}");
    let loader = MemoryLoader::default().with("tools.json", tools.to_string());
    assert!(support::compile("agent.gate", text.clone().into(), &loader).value.is_some());
    assert_eq!(said(&text, tools.to_string().as_bytes()), "");
    let open = starter(&tools, Posture::Allow);
    assert!(open.ends_with("called `*`, which no rule can name. It stays open.\n"), "{open}");
    // That it is open is reported, without a remedy that does not compile.
    let checked = check::check_gate("agent.gate", open.into(), &loader, &Options::default());
    let [left] = checked.diagnostics.as_slice() else { panic!("{}", plain(&checked)) };
    assert_eq!(left.code.name(), "open-default");
    assert_eq!(left.help.as_deref(), Some("write `default deny` and allow what is needed"));
    assert!(left.fixes.is_empty());
}

#[test]
fn tools_that_differ_in_case_only_are_counted_apart() {
    let tools = json!([{"name": "set_tag"}, {"name": "Set_Tag"}, {"name": "SET_TAG"}, {"name": "Set_Date"}]);
    for (posture, word) in [(Posture::Deny, "allow"), (Posture::Allow, "rate")] {
        let text = right(&tools, posture);
        let expected = [
            format!("{word} set_tag 30/minute"),
            format!("{word} Set_Tag 30/minute as \"Set_Tag_rate\""),
            format!("{word} SET_TAG 30/minute as \"SET_TAG_rate\""),
            format!("{word} Set_Date 30/minute"),
        ];
        assert_eq!(statements(&text)[2..], expected);
    }
}

#[test]
fn a_server_with_ten_thousand_tools_has_a_policy() {
    let verbs = ["get", "set", "run", "delete", "pay", "Set"];
    let tools: Vec<Value> = (0..10_000)
        .map(|number: usize| {
            let verb = verbs[number % verbs.len()];
            json!({"name": format!("{verb}_{}", number / 6), "description": "Does it."})
        })
        .collect();
    for posture in POSTURES {
        let text = right(&json!(tools), posture);
        assert_eq!(statements(&text).len(), 10_002);
    }
}
