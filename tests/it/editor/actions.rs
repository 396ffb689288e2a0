//! What can be done at a place, and that it does what it says.

use gatewright::editor::answers::actions;
use std::fs;
use std::path::Path;

use gatewright::check::{self, Options};
use gatewright::diagnostic::Code;
use gatewright::editor::actions::{Action, ActionKind};
use gatewright::editor::{Snapshot, Workspace};
use gatewright::policy::Posture;
use gatewright::source::MemoryLoader;

use super::fixture::{CURSOR, Fixture, TOOLS, variants};
use crate::support;

const REWRITE: &[ActionKind] = &[ActionKind::Rewrite];
const EXTRACT: &[ActionKind] = &[ActionKind::Extract];
const QUICK: &[ActionKind] = &[ActionKind::QuickFix];

/// What is offered in the range between two marks, or at one.
fn offered_in(files: &[(&str, &str)], kinds: &[ActionKind]) -> (Snapshot, Vec<Action>) {
    let second = |text: &str| text.replacen(CURSOR, "", 1).find(CURSOR);
    let end = files.iter().find_map(|(_, text)| second(text));
    let fixture = Fixture::files(files);
    let snapshot = fixture.snapshot();
    let view = snapshot.view(&fixture.path).unwrap();
    let range = fixture.offset..end.unwrap_or(fixture.offset);
    let found = actions(&snapshot, &view, range, kinds);
    (snapshot, found)
}

fn offered(marked: &str, kinds: &[ActionKind]) -> Vec<Action> {
    offered_in(&[("agent.gate", marked), ("tools.json", TOOLS)], kinds).1
}

fn titles(actions: &[Action]) -> Vec<&str> {
    actions.iter().map(|action| action.title.as_str()).collect()
}

/// The text of a file after an action.
fn after(action: &Action, path: &str) -> String {
    action.edits.files[path].applied()
}

/// In all variants of a text: the action with this title makes that of it.
fn does(marked: &str, kinds: &[ActionKind], title: &str, expected: &str) {
    does_in(&variants(marked), kinds, title, &variants(expected));
}

/// The same without a broken neighbour, beside which the linter says little.
fn does_if_right(marked: &str, kinds: &[ActionKind], title: &str, expected: &str) {
    does_in(&variants(marked)[..3], kinds, title, &variants(expected));
}

fn does_in(marked: &[String], kinds: &[ActionKind], title: &str, expected: &[String]) {
    for (marked, expected) in marked.iter().zip(expected) {
        let found = offered(marked, kinds);
        let action = found.iter().find(|action| action.title == title);
        let action = action.unwrap_or_else(|| panic!("{:?}\n{marked}", titles(&found)));
        assert_eq!(after(action, "agent.gate"), *expected, "{marked}");
    }
}

const HEAD: &str = "manifest \"tools.json\"\n\ndefault deny\n\n";

fn in_policy(statements: &str) -> String {
    format!("{HEAD}{statements}")
}

#[test]
fn every_fix_of_a_finding_is_offered_where_it_stands() {
    does(&in_policy("allow get_pa‸e\n"), &[], "write `get_page`", &in_policy("allow get_page\n"));
    does(&in_policy("allow @raed‸\n"), QUICK, "write `@read`", &in_policy("allow @read\n"));
    let elsewhere = in_policy("allow get_pae\nal‸low list_pages\n");
    assert!(!titles(&offered(&elsewhere, QUICK)).contains(&"write `get_page`"));
}

#[test]
fn where_several_names_are_near_each_is_offered() {
    let found = offered(&in_policy("allow @wri‸e\nclassify get_page as finncial\n"), QUICK);
    assert_eq!(titles(&found), ["write `@write`"]);
    let manifest = r#"{"tools": [{"name": "get_run"}, {"name": "set_run"}, {"name": "let_run"}]}"#;
    let files =
        [("agent.gate", "manifest \"tools.json\"\nallow bet_‸run\n"), ("tools.json", manifest)];
    let (_, found) = offered_in(&files, QUICK);
    assert_eq!(titles(&found), ["write `get_run`", "write `set_run`", "write `let_run`"]);
    assert!(found.iter().all(|action| !action.is_preferred));
}

#[test]
fn what_was_meant_is_a_fix_wherever_it_is_told() {
    for (wrong, title, right) in [
        ("classify get_page as raed‸\n", "write `read`", "classify get_page as read\n"),
        (
            "deny update_page when args.stage == \"Stagng\"‸\n",
            "write `\"Staging\"`",
            "deny update_page when args.stage == \"Staging\"\n",
        ),
        (
            "deny update_page when args.stage in [\"Draft\", \"Stagng\"‸]\n",
            "write `\"Staging\"`",
            "deny update_page when args.stage in [\"Draft\", \"Staging\"]\n",
        ),
        (
            "deny update_page when args.title matches \"\\\\p{Greeek}‸\"\n",
            "write `\\\\p{Greek}`",
            "deny update_page when args.title matches \"\\\\p{Greek}\"\n",
        ),
        (
            "deny delete_page when args.force == True‸\n",
            "write `true`",
            "deny delete_page when args.force == true\n",
        ),
        (
            "# gatewright: allow(uncaped‸-write) It is capped elsewhere.\nallow set_tag\n",
            "write `uncapped-write`",
            "# gatewright: allow(uncapped-write) It is capped elsewhere.\nallow set_tag\n",
        ),
    ] {
        does(&in_policy(wrong), QUICK, title, &in_policy(right));
    }
}

#[test]
fn an_action_tells_the_findings_that_it_removes() {
    let marked = in_policy("allow get_page, get_page‸\nallow list_pagse‸\n");
    let files = [("agent.gate", marked.as_str()), ("tools.json", TOOLS)];
    let (snapshot, found) = offered_in(&files, QUICK);
    let all = snapshot.findings("agent.gate");
    let fixes: Vec<&Action> =
        found.iter().filter(|action| !action.title.starts_with("suppress")).collect();
    assert!(fixes.len() >= 2, "{found:?}");
    for action in fixes {
        for number in &action.findings {
            let fixes = &all[*number].diagnostic().fixes;
            assert!(fixes.iter().any(|fix| fix.title == action.title), "{action:?}");
        }
    }
    assert_eq!(found[0].title, "remove `get_page`");
    assert!(!found.iter().any(|action| action.is_preferred), "beside an error nothing is safe");
    let found = offered(&in_policy("allow get_page, get_page‸\n"), QUICK);
    assert!(found[0].is_preferred, "safe fixes come first: {found:?}");
}

#[test]
fn what_lets_a_call_through_is_a_choice_that_says_so_or_is_not_offered() {
    let tools = r#"{"tools": [{"name": "set_tag", "inputSchema": {"type": "object", "properties": {
        "cur": {"type": "string", "enum": ["usd", "eur"]}, "amount": {"type": "number"},
        "cmd": {"type": "string"}}}}]}"#;
    let choices = |guard: &str| {
        let text =
            format!("manifest \"tools.json\"\ndefault deny\nallow set_tag 5/minute\n{guard}\n");
        let (_, found) = offered_in(&[("agent.gate", &text), ("tools.json", tools)], QUICK);
        assert!(!found.iter().any(|action| action.is_preferred), "{found:?}");
        let written = found.iter().filter(|action| action.title.starts_with("write "));
        written.map(|action| action.title.clone()).collect::<Vec<String>>()
    };
    assert_eq!(
        choices("deny set_tag when args.cur != \"US‸D\" because \"No.\""),
        ["write `\"usd\"` (allows calls that are blocked now)"]
    );
    assert_eq!(
        choices("require set_tag with args.amo‸ut <= 5 because \"No.\""),
        ["write `amount` (allows calls that are blocked now)"]
    );
    assert_eq!(
        choices("require set_tag with args.cur in [\"eur\", \"us‸s\"] because \"No.\""),
        ["write `\"usd\"` (allows calls that are blocked now)"]
    );
    assert_eq!(
        choices("deny set_tag when args.cmd matches \"^r‸m|shutdown$\" because \"No.\""),
        [""; 0]
    );
}

#[test]
fn a_cap_is_written_before_the_name_of_its_counter() {
    does_if_right(
        &in_policy("allow set‸_tag as tags\n"),
        QUICK,
        "cap it: `30/minute`",
        &in_policy("allow set_tag 30/minute as tags\n"),
    );
    does_if_right(
        &in_policy("tool set_tag {\n    all‸ow as tags\n}\n"),
        QUICK,
        "cap it: `30/minute`",
        &in_policy("tool set_tag {\n    allow 30/minute as tags\n}\n"),
    );
}

#[test]
fn a_comma_is_inserted_without_a_blank_before_it() {
    does(
        &in_policy("allow get_page list_pa‸ges\n"),
        QUICK,
        "insert a comma",
        &in_policy("allow get_page, list_pages\n"),
    );
}

#[test]
fn a_finding_is_suppressed_above_its_statement() {
    let title = "suppress `uncapped-write` here, with a reason";
    let comment = "# gatewright: allow(uncapped-write) …\n";
    does_if_right(
        &in_policy("allow set_tag‸\n"),
        &[],
        title,
        &in_policy(&format!("{comment}allow set_tag\n")),
    );
    does_if_right(
        &in_policy("tool set_tag {\n    allow‸\n}\n"),
        QUICK,
        title,
        &in_policy(&format!("tool set_tag {{\n    {comment}    allow\n}}\n")),
    );
    does_if_right(
        &in_policy("# gatewright: allow(missing-reason) It is known.\n# Why.\nallow set_tag‸\n"),
        QUICK,
        title,
        &in_policy(
            "# gatewright: allow(missing-reason, uncapped-write) It is known.\n# Why.\nallow set_tag\n",
        ),
    );
}

#[test]
fn what_is_suppressed_is_found_no_more_but_the_reason_is_missed() {
    let found = offered(&in_policy("allow get_page,\n    set_tag‸\n"), QUICK);
    let action = found.iter().find(|action| action.title.starts_with("suppress")).unwrap();
    let text = after(action, "agent.gate");
    let loader = MemoryLoader::default().with("tools.json", TOOLS);
    let codes = |text: &str| {
        let options = support::only(&[Code::UncappedWrite]);
        let checked = check::check_gate("agent.gate", text.into(), &loader, &options);
        let all: Vec<&str> = checked.diagnostics.iter().map(|found| found.code.name()).collect();
        all.join(" ")
    };
    assert_eq!(codes(&text), "invalid-suppression");
    assert_eq!(codes(&text.replace('…', "The server caps it.")), "");
}

#[test]
fn errors_of_the_language_are_not_suppressed() {
    let found = offered(&in_policy("allow get_pagee‸\n"), QUICK);
    assert!(!found.is_empty() && found.iter().all(|action| !action.title.starts_with("suppress")));
}

#[test]
fn a_finding_about_the_whole_file_is_suppressed_at_its_head() {
    for text in ["‸allow get_page\n", "\u{feff}‸allow get_page\n"] {
        let found = offered(text, QUICK);
        let action = found.iter().find(|action| action.title.contains("`implicit-default`"));
        let text = after(action.unwrap(), "agent.gate").replace('…', "It is the usual one.");
        let checked = check::check_gate(
            "agent.gate",
            text.clone().into(),
            &MemoryLoader::default(),
            &Options::default(),
        );
        assert_eq!(checked.diagnostics, [], "{text}");
        assert_eq!(checked.suppressed.len(), 1);
    }
}

#[test]
fn all_safe_fixes_are_made_only_for_who_asks() {
    let text = in_policy("allow get_page, get_page‸\nallow list_pages, list_pages\n");
    let is_all = |action: &Action| action.kind == ActionKind::FixAll;
    assert!(!offered(&text, &[]).iter().any(is_all));
    for kinds in [&[ActionKind::FixAll][..], &[ActionKind::Source]] {
        let found = offered(&text, kinds);
        let action = found.iter().find(|action| is_all(action)).unwrap();
        assert_eq!(after(action, "agent.gate"), in_policy("allow get_page\nallow list_pages\n"));
        assert_eq!(action.edits.files["agent.gate"].edits.len(), 1);
        assert_eq!(action.findings.len(), 2);
    }
    assert!(offered(&in_policy("allow get_page‸\n"), &[ActionKind::FixAll]).is_empty());
}

#[test]
fn fixing_all_reaches_the_files_that_are_included() {
    let files = [
        ("agent.gate", "include \"shared.gate\"\ndefault deny\nallow a, a‸\n"),
        ("shared.gate", "allow b, b\n"),
        ("other.gate", "include \"shared.gate\"\ndefault deny\n"),
    ];
    let (_, found) = offered_in(&files, &[ActionKind::FixAll]);
    let [action] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(after(action, "agent.gate"), "include \"shared.gate\"\ndefault deny\nallow a\n");
    assert_eq!(after(action, "shared.gate"), "allow b\n");
    assert_eq!(action.edits.files.len(), 2);
}

#[test]
fn names_become_the_set_or_group_that_holds_exactly_these() {
    let policy =
        |row: &str| in_policy(&format!("group pages = get_page, list_pages\nallow {row}\n"));
    does(
        &policy("get_page, list_pages‸"),
        REWRITE,
        "write `@pages` instead of 2 names",
        &policy("@pages"),
    );
    does(
        &policy("get_page, list_pages‸"),
        &[],
        "write `@read` instead of 2 names",
        &policy("@read"),
    );
    let found = offered(&policy("list_pages, get_page‸"), REWRITE);
    let writes = |action: &Action| action.title.starts_with("write `@");
    assert!(!found.iter().any(writes), "the tools would be written in another order: {found:?}");
}

/// Tools for which a glob stands.
const RUNS: &str = r#"{"tools": [{"name": "get_run"}, {"name": "get_run_tag"}, {"name": "get_run_log"}, {"name": "list_jobs"}]}"#;

#[test]
fn names_become_a_glob_and_a_glob_becomes_names() {
    let names = "manifest \"t.json\"\nallow get_run, get_run_tag, get_run_log‸ 5/day\n";
    let glob = "manifest \"t.json\"\nallow get_*‸ 5/day\n";
    let (_, found) = offered_in(&[("agent.gate", names), ("t.json", RUNS)], REWRITE);
    let short = found.iter().find(|action| action.title == "write `get_*` instead of 3 names");
    assert_eq!(after(short.unwrap(), "agent.gate"), glob.replace(CURSOR, ""));
    let (_, found) = offered_in(&[("agent.gate", glob), ("t.json", RUNS)], REWRITE);
    let long = found.iter().find(|action| action.title == "write the tools by name (3 names)");
    assert_eq!(after(long.unwrap(), "agent.gate"), names.replace(CURSOR, ""));
}

#[test]
fn one_of_several_selectors_is_written_out() {
    does(
        &in_policy("hide @rea‸d, delete_page\n"),
        REWRITE,
        "write `@read` by name (2 names)",
        &in_policy("hide get_page, list_pages, delete_page\n"),
    );
    does(
        &in_policy("group mine = @tools‸ having args.page_id except @critical\nhide @mine\n"),
        REWRITE,
        "write the tools by name (2 names)",
        &in_policy("group mine = get_page, update_page\nhide @mine\n"),
    );
}

#[test]
fn critical_tools_that_are_granted_keep_their_names() {
    let text = in_policy("allow delete_page, move_money‸ 5/day\n");
    let found = offered(&text, &[ActionKind::Rewrite, ActionKind::Extract]);
    assert_eq!(titles(&found), ["write 2 statements, one per tool"]);
    let hidden = offered(&text.replace("allow", "hide").replace(" 5/day", ""), REWRITE);
    assert!(titles(&hidden).contains(&"write `@critical` instead of 2 names"), "{hidden:?}");
}

#[test]
fn a_long_row_of_names_is_laid_out() {
    let names: Vec<String> =
        (0..12).map(|n| format!("{{\"name\": \"get_something_{n:02}\"}}")).collect();
    let manifest = format!("{{\"tools\": [{}]}}", names.join(", "));
    let text = "manifest \"t.json\"\nallow get_*‸ 5/day\n";
    let (_, found) = offered_in(&[("agent.gate", text), ("t.json", &manifest)], REWRITE);
    let text = after(&found[0], "agent.gate");
    assert!(text.lines().count() > 3, "{text}");
    assert_eq!(check::format("agent.gate", text.clone().into()).unwrap().value, Some(text));
}

#[test]
fn the_tools_of_a_statement_become_a_group() {
    does(
        &in_policy("# Readers.\nallow get_page, list_pages‸\n"),
        EXTRACT,
        "extract the tools into the group `selected`",
        &in_policy("group selected = get_page, list_pages\n\n# Readers.\nallow @selected\n"),
    );
    does(
        &in_policy("allow get_page, ‸list_pages, set_tag‸ 5/day\n"),
        &[],
        "extract the selection into the group `selected`",
        &in_policy("group selected = list_pages, set_tag\nallow get_page, @selected 5/day\n"),
    );
    does(
        &in_policy("allow @read, set_tag 5/day\ntool @read, set_tag‸ {\n    rate 5/hour\n}\n"),
        EXTRACT,
        "extract the tools of 2 statements into the group `selected`",
        &in_policy(
            "group selected = @read, set_tag\nallow @selected 5/day\ntool @selected {\n    rate 5/hour\n}\n",
        ),
    );
}

#[test]
fn a_new_group_has_a_name_of_its_own() {
    let text = in_policy(
        "group selected = get_page\ngroup selected_2 = ,\nallow @selected, set_tag‸ 5/day\n",
    );
    let found = offered(&text, EXTRACT);
    assert_eq!(titles(&found), ["extract the tools into the group `selected_3`"]);
}

#[test]
fn a_statement_is_taken_apart() {
    does(
        &in_policy("approve get_page, set_tag‸\n    when args.key exists\n"),
        REWRITE,
        "write 2 statements, one per tool",
        &in_policy(
            "approve get_page\n    when args.key exists\napprove set_tag\n    when args.key exists\n",
        ),
    );
}

#[test]
fn the_nearest_manifests_are_offered_where_one_is_needed() {
    let files = [
        ("policies/a/agent.gate", "# The agent.\ndefault deny\n\nallow get_*‸\n"),
        ("policies/a/own.tools.json", TOOLS),
        ("policies/tools.json", TOOLS),
        ("far/away/x.tools.json", TOOLS),
        ("policies/b/c/d.tools.json", TOOLS),
        ("policies/a/notes.json", TOOLS),
    ];
    let (snapshot, found) = offered_in(&files, &[]);
    let named: Vec<&Action> =
        found.iter().filter(|action| action.title.starts_with("name the manifest")).collect();
    let paths: Vec<&str> =
        named.iter().map(|action| action.title.split('`').nth(1).unwrap()).collect();
    assert_eq!(paths, ["own.tools.json", "../tools.json", "../b/c/d.tools.json"]);
    assert_eq!(
        after(named[1], "policies/a/agent.gate"),
        "# The agent.\nmanifest \"../tools.json\"\n\ndefault deny\n\nallow get_*\n"
    );
    assert_eq!(named[0].kind, ActionKind::QuickFix);
    let code = snapshot.findings("policies/a/agent.gate")[named[0].findings[0]].diagnostic().code;
    assert_eq!(code.name(), "needs-manifest");
    assert_eq!(snapshot.manifests().count(), 4);
}

#[test]
fn a_manifest_is_offered_at_the_top_and_only_if_none_is_named() {
    let is_manifest = |action: &Action| action.title.starts_with("name the manifest");
    let found = offered("default ‸deny\nallow get_page\n", &[]);
    assert!(found.iter().any(|action| is_manifest(action) && action.kind == ActionKind::Source));
    assert!(!offered("default deny\nallow get_page‸\n", &[]).iter().any(is_manifest));
    assert!(offered("default deny\nallow x‸\n", &[ActionKind::Source]).iter().any(is_manifest));
    for named in ["manifest \"tools.json\"‸\n", "manifest ‸\nallow get_*\n"] {
        assert!(!offered(named, &[ActionKind::Source]).iter().any(is_manifest), "{named}");
    }
    let empty = offered("‸", &[ActionKind::Source]);
    assert_eq!(after(&empty[0], "agent.gate"), "manifest \"tools.json\"\n");
}

#[test]
fn only_what_is_asked_for_is_offered() {
    let text = in_policy("allow get_page, set_tag‸\n");
    for kind in [ActionKind::QuickFix, ActionKind::Rewrite, ActionKind::Extract] {
        let found = offered(&text, &[kind]);
        assert!(!found.is_empty() && found.iter().all(|action| action.kind == kind), "{kind:?}");
    }
}

#[test]
fn of_a_large_policy_rewriting_is_offered_on_demand() {
    let many: String = (0..600).map(|n| format!("allow tool_{n}\n")).collect();
    let text = format!("default deny\n{many}allow a, b‸\n");
    let is_rewrite = |action: &Action| action.kind == ActionKind::Rewrite;
    assert!(!offered(&text, &[]).iter().any(is_rewrite));
    assert!(offered(&text, REWRITE).iter().any(is_rewrite));
    let selected = format!("default deny\n{many}allow ‸a, b‸\n");
    assert!(offered(&selected, &[]).iter().any(is_rewrite));
}

#[test]
fn a_shared_file_is_rewritten_only_if_it_is_right_for_all() {
    let shared = "group both = get_page, list_pages‸\n";
    let files = [
        ("a.gate", "manifest \"tools.json\"\ninclude \"shared.gate\"\nallow @both\n"),
        ("b.gate", "manifest \"few.json\"\ninclude \"shared.gate\"\nallow @both\n"),
        ("shared.gate", shared),
        ("tools.json", TOOLS),
        (
            "few.json",
            r#"{"tools": [{"name": "get_page"}, {"name": "list_pages"}, {"name": "list_x"}]}"#,
        ),
    ];
    let (_, found) = offered_in(&files, REWRITE);
    assert!(!titles(&found).contains(&"write `@read` instead of 2 names"), "{found:?}");
    let (_, found) = offered_in(&[files[0], files[2], files[3]], REWRITE);
    assert!(titles(&found).contains(&"write `@read` instead of 2 names"), "{found:?}");
}

/// Holds every action that promises it against the compiler, at every statement of a policy.
fn keeps_its_promise(text: &str, manifest: (&str, &[u8]), others: &[(&str, String)]) -> usize {
    let mut disk = MemoryLoader::default().with(manifest.0, manifest.1).with("agent.gate", text);
    for (path, text) in others {
        disk.insert(*path, text.as_str());
    }
    let compile = |text: &str| support::compile("agent.gate", text.into(), &disk).value.unwrap();
    let before = compile(text);
    let mut workspace = Workspace::new(std::sync::Arc::new(disk.clone()));
    workspace.set_found(["agent.gate".to_owned()]);
    let snapshot = workspace.snapshot();
    snapshot.checked("agent.gate");
    let view = snapshot.view("agent.gate").unwrap();
    let kinds = [ActionKind::Rewrite, ActionKind::Extract];
    let mut made = 0;
    for statement in &view.tree().unwrap().statements {
        let start = statement.span.start as usize;
        for action in actions(&snapshot, &view, start..start, &kinds) {
            assert_eq!(compile(&after(&action, "agent.gate")), before, "{}", action.title);
            made += 1;
        }
    }
    made
}

#[test]
fn what_is_rewritten_compiles_to_the_same() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let read = |path: &str| fs::read(root.join(path)).unwrap();
    let text = |path: &str| String::from_utf8(read(path)).unwrap();
    let mut made = 0;
    for (policy, manifest) in [
        ("mlflow/mlflow.gate", "mlflow/mlflow.tools.json"),
        ("payments/payments.gate", "payments/payments.tools.json"),
    ] {
        let name = manifest.rsplit('/').next().unwrap();
        made += keeps_its_promise(&text(policy), (name, &read(manifest)), &[]);
    }
    if let Some(corpus) = support::corpus() {
        for name in ["git", "memory", "sqlite", "slack"] {
            let bytes = fs::read(corpus.join(format!("{name}.tools.json"))).unwrap();
            let starter = check::starter("t.json", bytes.clone(), "t.json", Posture::Deny);
            made += keeps_its_promise(&starter.value.unwrap(), ("t.json", &bytes), &[]);
        }
    }
    assert!(made >= 10, "{made}");
}

#[test]
fn a_fix_adds_the_line_breaks_that_the_file_has() {
    let found = offered("‸allow get_page\r\n", QUICK);
    let action = found.iter().find(|action| action.title == "add `default deny`").unwrap();
    assert_eq!(after(action, "agent.gate"), "default deny\r\n\r\nallow get_page\r\n");
}

#[test]
fn a_policy_that_is_many_lines_long_is_not_rewritten_for_a_look() {
    let many: String =
        (0..800).map(|n| format!("deny tool_{n}, other_{n} when args.x == 1\n")).collect();
    let fixture = Fixture::files(&[("agent.gate", &many)]);
    let snapshot = fixture.snapshot();
    let view = snapshot.view("agent.gate").unwrap();
    let at = many.len() / 2;
    let offered = actions(&snapshot, &view, at..at, &[]);
    assert!(offered.iter().all(|action| action.kind == ActionKind::QuickFix));
    assert_eq!(actions(&snapshot, &view, at..at, REWRITE).len(), 1);
    // In a small policy the same is offered unasked.
    let fixture = Fixture::gate("deny zap, oth‸er when args.x == 1\n");
    let snapshot = fixture.snapshot();
    let offered =
        actions(&snapshot, &fixture.view(), fixture.offset..fixture.offset, &[]).into_iter();
    assert_eq!(offered.filter(|action| action.kind == ActionKind::Rewrite).count(), 1);
}

#[test]
fn a_file_that_is_not_there_is_taken_for_one_of_a_near_name() {
    for text in variants("manifest \"../tols.json‸\"\ninclude \"shared/gaurds.gate\"\n") {
        let files = [
            ("policies/agent.gate", text.as_str()),
            ("tools.json", TOOLS),
            ("policies/shared/guards.gate", "group g = x\n"),
            ("policies/policy.json", "{}"),
        ];
        let (_, found) = offered_in(&files, QUICK);
        assert_eq!(titles(&found), ["write `../tools.json`"], "{text}");
        let written = after(&found[0], "policies/agent.gate");
        assert_eq!(written, text.replace("../tols.json‸", "../tools.json"));
        let moved = text.replace(CURSOR, "").replace("gaurds", "ga‸urds");
        let (_, found) = offered_in(&[(files[0].0, &moved), files[1], files[2], files[3]], QUICK);
        assert_eq!(titles(&found), ["write `shared/guards.gate`"], "{text}");
    }
    // A file is not offered to itself, and what is far from the name is none.
    assert_eq!(titles(&offered("include \"agnt.gate‸\"\n", QUICK)), [] as [&str; 0]);
    assert_eq!(titles(&offered("manifest \"elsewhere.json‸\"\n", QUICK)), [] as [&str; 0]);
}

#[test]
fn a_deny_with_unless_becomes_a_require() {
    for (text, expected) in [
        (
            "deny get_page ‸unless args.page_id == \"1\"\n",
            "require get_page with args.page_id == \"1\"\n",
        ),
        (
            "tool get_page {\n    deny ‸unless args.page_id == \"1\"\n}\n",
            "tool get_page {\n    require args.page_id == \"1\"\n}\n",
        ),
    ] {
        let fixture = Fixture::gate(text);
        let (snapshot, view) = (fixture.snapshot(), fixture.view());
        let range = fixture.offset..fixture.offset;
        let all = gatewright::editor::answers::actions(&snapshot, &view, range, &[]);
        let action = all.iter().find(|action| action.title == "write `require`").unwrap();
        assert_eq!(action.edits.files["agent.gate"].applied(), expected);
    }
}
