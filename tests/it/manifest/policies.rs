//! What policies make of manifests that are odd, broken or hostile.

use gatewright::check::{self, Options};
use gatewright::manifest::Manifest;
use gatewright::source::{MemoryLoader, SourceSet};

use crate::support::{compile, plain};

/// The findings of a policy beside a manifest, a line each with its notes and help.
fn findings(manifest: &str, policy: &str) -> String {
    let loader = MemoryLoader::default().with("tools.json", manifest);
    let text = format!("manifest \"tools.json\"\n{policy}");
    plain(&compile("p.gate", text.into(), &loader))
}

/// Only the lines with a code, without their places.
fn codes(manifest: &str, policy: &str) -> Vec<String> {
    let found = findings(manifest, policy);
    let heads = found.lines().filter(|line| !line.starts_with(' '));
    heads.map(|line| line.split(": ").nth(1).unwrap().to_owned()).collect()
}

/// Two tools that pay, the first with this schema.
fn payers(schema: &str) -> String {
    format!(
        r#"{{"tools":[{{"name":"pay","description":"Pays a sum.","inputSchema":{schema}}},
        {{"name":"refund","description":"Refunds a sum.","inputSchema":{{"properties":{{"amount":{{"type":"number"}}}}}}}}]}}"#
    )
}

const GUARD: &str = "allow pay, refund 5/minute\n\
    deny @tools having args.amount when args.amount > 50 because \"Too much.\"\n";

#[test]
fn a_schema_with_a_cut_emoji_keeps_its_guard() {
    for schema in [
        r#"{"properties":{"amount":{"type":"number","description":"The sum.\ud83d"}}}"#,
        r#"{"properties":{"amount":{"type":"number","default":1e999}}}"#,
        r#"{"properties":{"amount":{"type":"number"},"note\udc00":{}}}"#,
    ] {
        let loader = MemoryLoader::default().with("tools.json", payers(schema));
        let text = format!("manifest \"tools.json\"\n{GUARD}");
        let outcome = compile("p.gate", text.into(), &loader);
        assert_eq!(plain(&outcome), "", "{schema}");
        let json = outcome.value.unwrap();
        assert_eq!(json.matches("Too much.").count(), 2, "{schema}");
    }
}

#[test]
fn having_fails_closed_where_a_schema_cannot_be_used() {
    let deep = format!("{{\"default\":{}{}}}", "[".repeat(130), "]".repeat(130));
    for schema in [
        "[]",
        "7",
        &deep,
        r#"{"properties":{"amount":{}},"properties":{}}"#,
        r#"{"properties":["amount"]}"#,
        r#"{"properties":null}"#,
        r#"{"allOf":null}"#,
        r#"{"anyOf":[]}"#,
        r##"{"$ref":"#"}"##,
        r#"{"$ref":"https://example.org/schema"}"#,
        r##"{"$ref":"#/$defs/none"}"##,
    ] {
        let found = codes(&payers(schema), GUARD);
        assert_eq!(
            found,
            [
                "error[undecided-selector] `having args.amount` cannot be decided for `pay`",
                &found[1]
            ],
            "{schema}"
        );
        assert!(found[1].starts_with("warning[unusable-declaration]"), "{schema}: {found:?}");
    }
    let found = findings(&payers("[]"), GUARD);
    assert!(found.contains("note: `pay` has a schema that cannot be used; a tool that is wrongly left out loses the rule"), "{found}");
    for (policy, reason) in [
        (
            "deny \"drop\", pay having args.amount when args.amount > 5 because \"r\"\n",
            "`drop` is not in the manifest",
        ),
        (
            "deny idle, pay having args.amount when args.amount > 5 because \"r\"\n",
            "`idle` has no schema",
        ),
    ] {
        let manifest = payers("{}").replace("]}", ",{\"name\":\"idle\"}]}");
        assert!(findings(&manifest, policy).contains(reason), "{policy}");
    }
    // What merely could be more is no doubt about what is there.
    let partly = r#"{"properties":{"amount":{},"other":{"$ref":"elsewhere.json"}}}"#;
    assert_eq!(codes(&payers(partly), GUARD).len(), 1);
}

#[test]
fn a_page_that_failed_is_missed() {
    let page = r#"{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"get_run","description":"Gets a run."}]}}"#;
    for (other, reason) in [
        (
            r#"{"jsonrpc":"2.0","id":2,"error":{"code":-32603,"message":"Not\u001b now"}}"#,
            "the server answered with an error: `Not\\u{1b} now`",
        ),
        (
            r#"{"jsonrpc":"2.0","id":2,"result":{"tools":{"name":"drop"}}}"#,
            "`tools` in one answer is an object, not a list",
        ),
        (
            r#"{"jsonrpc":"2.0","id":2,"result":{"tools":null}}"#,
            "`tools` in one answer is null, not a list",
        ),
    ] {
        let expected =
            format!("warning[incomplete-manifest] the manifest may be incomplete: {reason}\n");
        for capture in [
            format!("{page}\n{other}"),
            format!("{other}\n{page}"),
            format!("[{page},{other}]"),
            format!("data: {page}\n\ndata: {other}\n\n"),
        ] {
            let found = findings(&capture, "default allow\nrate get_run 5/minute\n");
            assert!(found.contains(&expected), "{capture}: {found}");
            assert_eq!(found.matches("incomplete-manifest").count(), 1, "{found}");
        }
    }
    // An answer to another question has no tools.
    let hello = r#"{"jsonrpc":"2.0","id":0,"result":{"capabilities":{"tools":{}}}}"#;
    let found = codes(&format!("{hello}\n{page}"), "allow get_run\n");
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn what_merely_admits_an_argument_does_not_declare_it() {
    let policy = "allow @tools having args.dry_run\nallow refund\n";
    for (schema, expected) in [
        (r#"{"properties":{},"additionalProperties":{"type":"boolean"}}"#, false),
        (r#"{"properties":{"dry_run":{}},"additionalProperties":{"type":"boolean"}}"#, true),
    ] {
        let loader = MemoryLoader::default().with("tools.json", payers(schema));
        let outcome =
            compile("p.gate", format!("manifest \"tools.json\"\n{policy}").into(), &loader);
        let found = plain(&outcome);
        let grants = !found.contains("unmatched-glob");
        assert_eq!(grants, expected, "{schema}: {found}");
    }
}

#[test]
fn a_set_that_nobody_knows_is_not_called_empty_too() {
    let manifest = r#"{"tools":[{"name":"x","description":5}]}"#;
    let found = codes(manifest, "allow @financial\n").join("\n");
    assert!(found.contains("undecided-selector"), "{found}");
    assert!(!found.contains("unmatched-glob"), "{found}");
}

#[test]
fn a_constraint_that_nobody_knows_is_not_used() {
    let test = |amount: &str, condition: &str| {
        let schema = format!(r#"{{"properties":{{"amount":{amount}}}}}"#);
        let policy =
            format!("allow pay, refund 5/minute\ndeny pay when {condition} because \"r\"\n");
        codes(&payers(&schema), &policy)
    };
    for number in ["1e999", "-1e999"] {
        for amount in [
            format!(r#"{{"type":"number","const":{number}}}"#),
            format!(r#"{{"type":"number","enum":[1,{number}]}}"#),
            format!(r#"{{"type":"number","maximum":{number}}}"#),
        ] {
            let found = test(&amount, "args.amount == 7");
            let expected = format!(
                "warning[unusable-declaration] the number `{number}` in the schema of `pay` is too large for a double"
            );
            assert_eq!(found, [expected], "{amount}");
        }
    }
    let found = test(r#"{"type":"number","enum":[1,2]}"#, "args.amount == 7");
    assert!(found[0].starts_with("error[impossible-test]"), "{found:?}");
}

#[test]
fn an_undecided_argument_is_shown_where_the_manifest_leaves_it_open() {
    let found = findings(&payers(r#"{"patternProperties":{"^a":{}}}"#), GUARD);
    assert!(
        found.contains("note: `pay` may declare it in a part of its schema that is not examined"),
        "{found}"
    );
    assert!(found.contains("arguments are declared with a pattern here"), "{found}");
    let circle =
        r##"{"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}}}"##;
    let found = findings(&payers(circle), GUARD);
    assert!(
        found.contains("the reference `\"#/$defs/a\"` in the schema of `pay` refers to itself"),
        "{found}"
    );
}

#[test]
fn class_sets_fail_closed_where_evidence_cannot_be_used() {
    let manifest = |member: &str| {
        format!(
            r#"[{{"name":"get_run","description":"Gets a run."}},{{"name":"get_page",{member}}}]"#
        )
    };
    for member in [
        r#""description":["Deletes."]"#,
        r#""description":"Gets.","description":"Deletes.""#,
        r#""inputSchema":[]"#,
        r#""inputSchema":{"properties":{"action":{"$ref":"elsewhere.json"}}}"#,
        r#""annotations":{"destructiveHint":"true"}"#,
    ] {
        for policy in [
            "allow @read\n",
            "hide @critical\n",
            "hide @tools except @read\n",
            "group g = @write\nallow @g\n",
        ] {
            let found = codes(&manifest(member), policy);
            let errors: Vec<&String> =
                found.iter().filter(|line| line.starts_with("error")).collect();
            assert_eq!(errors.len(), 1, "{member} {policy}: {found:?}");
            assert!(
                errors[0].contains("undecided-selector") && errors[0].contains("`get_page`"),
                "{errors:?}"
            );
        }
        let classified = "classify get_page as destructive\nallow @read\n";
        let found = codes(&manifest(member), classified);
        assert!(found.iter().all(|line| !line.starts_with("error")), "{member}: {found:?}");
        // Its class is not a low one by silence.
        let outcome = check::classify("tools.json", manifest(member).into());
        let class = outcome.value.unwrap()[1].assessment.class.name();
        assert_eq!(class, "destructive", "{member}");
    }
}

#[test]
fn a_schema_that_is_too_large_hides_no_danger() {
    let harmless: String = (0..1024).map(|n| format!("\"p{n}\":{{}},")).collect();
    let manifest = format!(
        r#"[{{"name":"get_run","inputSchema":{{"properties":{{{harmless}"action":{{"enum":["delete"]}}}}}}}}]"#
    );
    let outcome = check::classify("tools.json", manifest.into());
    assert_eq!(outcome.value.unwrap()[0].assessment.class.name(), "destructive");
}

#[test]
fn hints_count_wherever_servers_write_them() {
    let class = |tool: &str| {
        let outcome = check::classify("tools.json", format!("[{tool}]").into());
        assert_eq!(plain(&outcome), "");
        outcome.value.unwrap()[0].assessment.class.name()
    };
    for hint in [
        r#""destructiveHint":true"#,
        r#""destructive_hint":true"#,
        r#""annotations":{"destructive_hint":true}"#,
    ] {
        assert_eq!(class(&format!(r#"{{"name":"widget",{hint}}}"#)), "destructive", "{hint}");
    }
}

#[test]
fn a_name_in_quotes_is_taken_as_it_stands_with_a_warning() {
    let manifest = r#"[{"name":"get_run"},{"name":"export all"}]"#;
    for (policy, expected) in [
        ("allow \"get_run\", \"export all\"\n", vec![]),
        (
            "allow \"get_rum\"\n",
            vec!["warning[undeclared-tool] the manifest has no tool `get_rum`"],
        ),
        ("hide \"export al\"\n", vec!["error[unknown-tool] the manifest has no tool `export al`"]),
        (
            "allow @tools except \"get_rum\"\n",
            vec!["warning[undeclared-tool] the manifest has no tool `get_rum`"],
        ),
        (
            "classify \"zzz\" as write\n",
            vec!["warning[undeclared-tool] the manifest has no tool `zzz`"],
        ),
    ] {
        let found = codes(manifest, policy);
        let found: Vec<&str> = found
            .iter()
            .map(String::as_str)
            .filter(|line| !line.contains("undetermined"))
            .collect();
        assert_eq!(found, expected, "{policy}");
    }
    let found = findings(manifest, "hide \"drop database\"\n");
    assert!(found.contains("help: fix the name, or capture the manifest again"), "{found}");
}

/// A tool whose keys need quotes, and which forbids others if `closed`.
fn keyed(closed: bool) -> String {
    let other = if closed { ",\"additionalProperties\":false" } else { "" };
    format!(
        r#"[{{"name":"put","inputSchema":{{"properties":{{"filter[name]":{{"type":"string"}},"$top":{{"type":"integer"}},
        "page-size":{{"type":"integer"}},"plain":{{"enum":["a","b"]}},
        "files":{{"type":"array","items":{{"properties":{{"path":{{"type":"string"}}}}}}}}}}{other}}}}}]"#
    )
}

#[test]
fn a_key_that_needs_quotes_is_checked_like_a_bare_one() {
    for (test, closed, open) in [
        (r#"args."page-sizze" > 100"#, "error[forbidden-argument]", "warning[unknown-argument]"),
        (r#"args."$topp" > 100"#, "error[forbidden-argument]", "warning[unknown-argument]"),
        (r#"args."filter[name]" == 5"#, "error[impossible-test]", "error[impossible-test]"),
        (r#"args."filter[name]" == "x""#, "", ""),
        (r#"args."plane" exists"#, "warning[unknown-argument]", "warning[unknown-argument]"),
        (r#"args.plane exists"#, "error[forbidden-argument]", "warning[unknown-argument]"),
        // The author took the key as it stands, and with it the values.
        (r#"args."plain" == "c""#, "", ""),
        (r#"args.plain == "c""#, "error[impossible-test]", "error[impossible-test]"),
    ] {
        let policy = format!("allow put\ndeny put when {test} because \"r\"\n");
        for (is_closed, expected) in [(true, closed), (false, open)] {
            let found = codes(&keyed(is_closed), &policy);
            let found: Vec<&str> =
                found.iter().map(|line| line.split(' ').next().unwrap()).collect();
            let expected: Vec<&str> = if expected.is_empty() { vec![] } else { vec![expected] };
            assert_eq!(found, expected, "{test} {is_closed}");
        }
    }
}

#[test]
fn no_help_leads_into_a_list_or_past_a_schema() {
    let note = "note: `args.files` is a list, and a path cannot reach the elements of a list";
    let help = "help: guard the whole call: `approve` or `hide` the tool";
    for (test, is_closed) in
        [("args.files.path exists", false), ("args.files.\"path\" exists", true)]
    {
        let found = findings(
            &keyed(is_closed),
            &format!("allow put\ndeny put when {test} because \"r\"\n"),
        );
        assert!(found.contains(note) && found.contains(help), "{found}");
    }
    for (test, is_closed, quotes) in [
        ("args.zzzzzz exists", false, true),
        ("args.zzzzzz exists", true, false),
        ("args.\"zzz-zzz\" exists", false, false),
        ("args.\"zzzzzz\" exists", false, false),
    ] {
        let found = findings(
            &keyed(is_closed),
            &format!("allow put\ndeny put when {test} because \"r\"\n"),
        );
        assert_eq!(found.contains("quote it"), quotes, "{test}: {found}");
    }
}

#[test]
fn policy_json_and_gate_say_the_same_of_what_the_manifest_lacks() {
    let loader = MemoryLoader::default().with("tools.json", keyed(true));
    let json = br#"{"version":"1","default":"deny","hide":["putt"],"tools":{"put":{"deny_if":[{"conditions":[{"path":"args.plane","op":"exists","value":true}],"on_deny":"r"}]}}}"#;
    let gate = b"manifest \"tools.json\"\ndefault deny\nhide \"putt\"\nallow put\ndeny put when args.\"plane\" exists because \"r\"\n";
    let named = check::NamedManifest { path: "tools.json".to_owned(), bytes: keyed(true).into() };
    let options = Options { manifest: Some(named), ..Options::default() };
    let of_json = check::check_policy_json("p.json", json.to_vec(), &options);
    let of_gate = check::check_gate("p.gate", gate.to_vec(), &loader, &Options::default());
    for outcome in [of_json, of_gate] {
        let found = plain(&outcome);
        for code in ["warning[undeclared-tool]", "warning[unknown-argument]"] {
            assert_eq!(found.matches(code).count(), 1, "{code}: {found}");
        }
    }
}

#[test]
fn a_name_outranks_an_earlier_glob() {
    let manifest = r#"[{"name":"drop_a","description":"Deletes a table."},{"name":"drop_b","description":"Deletes b."}]"#;
    let loader = MemoryLoader::default().with("tools.json", manifest);
    let check = |policy: &str| {
        let text = format!("manifest \"tools.json\"\ndefault deny\n{policy}");
        let outcome = check::check_gate("p.gate", text.into(), &loader, &Options::default());
        let by_set =
            outcome.diagnostics.iter().filter(|found| found.code.name() == "critical-by-set");
        by_set.map(|found| found.message.clone()).collect::<Vec<_>>().join("; ")
    };
    // Somebody chose `drop_a`, whichever selector comes first; nobody chose `drop_b`.
    for selectors in ["drop_*, drop_a", "drop_a, drop_*"] {
        let found = check(&format!("allow {selectors} 1/day\n"));
        assert!(found.contains("drop_b") && !found.contains("drop_a"), "{selectors}: {found}");
    }
}

#[test]
fn places_in_a_capture_are_those_of_its_text() {
    let event = "event: message\r\ndata: {\"result\":{\"tools\":[{\"name\":\"pay\",\"inputSchema\":[]}]}}\r\n\r\n";
    let text = format!(": ping\n\n{event}");
    let mut sources = SourceSet::default();
    let file = sources.add("tools.json", &*text);
    let (manifest, problems) = Manifest::read(file, &*text);
    let [tool] = manifest.tools() else { panic!("{problems:?}") };
    assert_eq!(sources.slice(tool.name_span), "\"pay\"");
    assert_eq!(problems[0].primary.span.start as usize, text.find("[]").unwrap());
    let name = tool.place_in_name(&(0..3)).unwrap();
    assert_eq!(sources.slice(name), "pay");
}
