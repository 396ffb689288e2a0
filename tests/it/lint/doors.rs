//! Doors that a policy leaves open: who is reported, where, why, and what is offered.

use std::collections::BTreeSet;

use gatewright::check::{self, Options, Outcome};
use gatewright::diagnostic::{Category, Code, Diagnostic, Edit};
use gatewright::lint::{Settings, Thresholds};
use gatewright::source::MemoryLoader;
use insta::assert_snapshot;

use crate::support::{corpus, of_category, plain};

const TOOLS: &str = include_str!("../../fixtures/lint/doors.tools.json");

/// What a check is asked: for open doors alone.
fn doors() -> Options {
    of_category(Category::OpenDoors)
}

/// Checks a policy that may name the manifest `tools.json` for open doors.
fn check(policy: &str) -> Outcome<()> {
    check_with(policy, TOOLS, &doors())
}

fn check_with(policy: &str, tools: &str, options: &Options) -> Outcome<()> {
    let loader = MemoryLoader::default().with("tools.json", tools);
    check::check_gate("policy.gate", policy.into(), &loader, options)
}

/// The findings about the fixture's tools, as plain text.
fn shown(rules: &str) -> String {
    plain(&check(&format!("manifest \"tools.json\"\ndefault deny\n{rules}\n")))
}

/// The codes that are found, each with its tools.
fn codes(rules: &str) -> String {
    let outcome = check(&format!("manifest \"tools.json\"\ndefault deny\n{rules}\n"));
    let line = |d: &Diagnostic| format!("{}: {}", d.code, d.tools.join(" "));
    let lines: Vec<String> = outcome.diagnostics.iter().map(line).collect();
    lines.join("\n")
}

/// A text after some edits.
fn edited(text: &str, edits: &[Edit]) -> String {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| edit.span);
    let mut out = text.to_owned();
    for edit in edits.iter().rev() {
        out.replace_range(edit.span.range(), &edit.text);
    }
    out
}

/// What a fix may bring with it: a `hide` takes away what an `allow` grants, perhaps all of it, and what is taken out of the
/// only rule about it is left to `default`.
const EXPECTED: [Code; 3] = [Code::HiddenAllow, Code::ShadowedRule, Code::UnlistedTool];

/// Fails unless each fix of each open door leaves a policy without errors of the language in which that finding is gone and no
/// rule does other than it says.
/// The answer is how many fixes there were.
fn assert_fixes_remove(policy: &str, tools: &str) -> usize {
    let options = Options::default();
    let before = check_with(policy, tools, &options);
    let mut count = 0;
    let is_door = |finding: &&Diagnostic| finding.code.category() == Category::OpenDoors;
    for finding in before.diagnostics.iter().filter(is_door) {
        let about: BTreeSet<_> = finding.tools.iter().collect();
        for fix in &finding.fixes {
            count += 1;
            let fixed = edited(policy, &fix.edits);
            let after = check_with(&fixed, tools, &options);
            let broken = after.diagnostics.iter().find(|d| !d.code.is_rule());
            assert!(broken.is_none(), "{}\n{fixed}\n{}", fix.title, plain(&after));
            let again = after.diagnostics.iter().find(|other| {
                other.code == finding.code && other.tools.iter().any(|tool| about.contains(tool))
            });
            assert!(again.is_none(), "{}\n{fixed}\n{}", fix.title, plain(&after));
            let known = |code| before.diagnostics.iter().any(|d| d.code == code);
            let other = after.diagnostics.iter().find(|d| {
                let is_new = matches!(d.code.category(), Category::Effects | Category::Names);
                is_new && !EXPECTED.contains(&d.code) && !known(d.code)
            });
            assert!(other.is_none(), "{}\n{fixed}\n{}", fix.title, plain(&after));
        }
    }
    count
}

#[test]
fn fixes_close_the_doors_of_every_server() {
    let Some(folder) = corpus() else { return };
    let (mut servers, mut fixes) = (0, 0);
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let tools = std::fs::read_to_string(path).unwrap();
        for rules in [
            "default deny\nallow @tools\n",
            "default deny\nallow * 1000/minute\n",
            "default deny\ntool @tools {\n    allow\n}\nrate all 9000/hour\n",
            "default allow\n",
            "default allow\nallow *e*\nrate *a* 5000/hour\n",
        ] {
            let policy = format!("manifest \"tools.json\"\n{rules}");
            fixes += assert_fixes_remove(&policy, &tools);
        }
        servers += 1;
    }
    assert!(servers > 20 && fixes > 10 * servers, "{servers} servers, {fixes} fixes");
}

/// Applies the first fix that is offered, until none is.
fn fixed_throughout(policy: &str, tools: &str) -> String {
    let mut policy = policy.to_owned();
    for _ in 0..64 {
        let outcome = check_with(&policy, tools, &Options::default());
        let Some(fix) = outcome.diagnostics.iter().find_map(|finding| finding.fixes.first()) else {
            return policy;
        };
        policy = edited(&policy, &fix.edits);
    }
    panic!("no end of fixes:\n{policy}")
}

#[test]
fn fix_after_fix_every_door_is_closed() {
    let Some(folder) = corpus() else { return };
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let tools = std::fs::read_to_string(path).unwrap();
        for rules in ["default deny\nallow @tools\n", "default allow\n"] {
            let policy = fixed_throughout(&format!("manifest \"tools.json\"\n{rules}"), &tools);
            let left = check_with(&policy, &tools, &Options::default());
            let door = left.diagnostics.iter().find(|finding| {
                finding.is_error() || finding.code.category() == Category::OpenDoors
            });
            assert!(door.is_none(), "{policy}\n{}", plain(&left));
        }
    }
}

#[test]
fn what_is_shown_as_an_example_compiles() {
    let Some(folder) = corpus() else { return };
    let mut examples = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let tools = std::fs::read_to_string(path).unwrap();
        let policy = "manifest \"tools.json\"\ndefault deny\nallow @tools\n";
        for finding in check_with(policy, &tools, &doors()).diagnostics {
            let help = finding.help.unwrap_or_default();
            let Some((_, example)) = help.split_once("for example `") else { continue };
            let pasted = format!("{policy}{}\n", example.strip_suffix('`').unwrap());
            let after = check_with(&pasted, &tools, &Options::default());
            let wrong = after
                .diagnostics
                .iter()
                .find(|d| !d.code.is_rule() || d.code.category() == Category::Names);
            assert!(wrong.is_none(), "{pasted}\n{}", plain(&after));
            examples += 1;
        }
    }
    assert!(examples >= 5, "{examples}");
}

#[test]
fn fixes_close_doors_however_the_policy_is_written() {
    let mut fixes = 0;
    for rules in [
        "default deny\nallow delete_*, purge_*  # all of it\n",
        "default deny\nallow * having args.id except get_note 500/minute\n",
        "default deny\ntool *_note, run_job {\n    allow 300/minute\n}",
        "default deny\ngroup all_of_it = delete_note, @tools\nallow @all_of_it\n",
        "default deny\nallow run_job, set_note 500/minute, 100000/hour\nrate all 600/minute",
        "default deny\nallow *\nrate run_job, set_note, add_label 200000/day as calls-{tool}\n",
        "default deny\nallow *_note\nallow \"gone_delete\", get_secret,\n    manage_folder\n",
        "default allow  # for now\r\nallow manage_folder\r\nallow delete_*\r\n",
        "default allow\nallow send_request, get_secret, create_payment, purge_trash",
    ] {
        let found = assert_fixes_remove(&format!("manifest \"tools.json\"\n{rules}"), TOOLS);
        assert!(found > 0, "{rules}");
        fixes += found;
    }
    assert!(fixes > 30, "{fixes}");
}

#[test]
fn everything_open_is_explained() {
    assert_snapshot!("everything-granted", shown("allow *"));
    let open = check("manifest \"tools.json\"\ndefault allow  # for now\n");
    assert_snapshot!("everything-by-default", plain(&open));
}

#[test]
fn a_cap_lost_is_found_at_its_line() {
    let policy = include_str!("../../../examples/mlflow/mlflow.gate");
    let tools = include_str!("../../../examples/mlflow/mlflow.tools.json");
    let cap = "rate @labels, copy_model_version 30/minute\n";
    assert!(policy.contains(cap));
    let policy = policy.replace(cap, "");
    let loader = MemoryLoader::default().with("mlflow.tools.json", tools);
    let outcome = check::check_gate("mlflow.gate", policy.into_bytes(), &loader, &doors());
    assert_snapshot!("a-cap-lost", plain(&outcome));
}

#[test]
fn executing_counts_as_capped_by_the_strictest_cap_in_the_long_run() {
    for rules in [
        "allow run_job 10/minute",
        "allow run_job 600/hour",
        "allow run_job 60/minute, 500/hour",
        "allow run_job\nrate all 10/minute",
        "allow run_job\napprove run_job when args.job != \"nightly\"",
        "allow run_job\ndeny run_job",
        "allow run_job\nhide run_job",
        "rate run_job 100/minute",
    ] {
        assert!(!codes(rules).contains("uncapped-execute"), "{rules}");
    }
    for rules in [
        "allow run_job",
        "allow run_job 601/hour",
        "allow run_job 14401/day\nrate all 11/minute",
        "allow run_job\nrequire run_job with args.job == \"nightly\"",
    ] {
        assert_eq!(codes(rules), "uncapped-execute: run_job", "{rules}");
    }
    assert_snapshot!("loose-execute", shown("allow run_job, get_note 601/hour"));
}

#[test]
fn thresholds_are_the_user_s() {
    let policy = "allow run_job 20/minute\nallow set_note 20/minute";
    let options = |write, execute| {
        let thresholds = Thresholds { write, execute };
        Options { settings: Settings { thresholds, ..doors().settings }, ..doors() }
    };
    let with = |write, execute| {
        let outcome = check_with(policy, TOOLS, &options(write, execute));
        outcome.diagnostics.iter().map(|d| d.code.name()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(with(120, 10), "uncapped-execute");
    assert_eq!(with(120, 20), "");
    assert_eq!(with(5, 20), "loose-cap");
    let outcome = check_with(policy, TOOLS, &options(5, 3));
    let help: Vec<_> = outcome.diagnostics.iter().filter_map(|d| d.help.as_deref()).collect();
    assert_eq!(help, ["write `3/minute` instead", "write `5/minute` instead"]);
}

#[test]
fn a_loose_cap_is_reported_where_it_stands() {
    for rules in [
        "allow set_note 120/minute",
        "allow set_note 7200/hour",
        "allow set_note 1000/minute\nrate all 120/minute",
        "allow get_note 1000/minute",
        "allow run_job 10/minute\nrate all 1000/minute",
    ] {
        assert_eq!(codes(rules), "", "{rules}");
    }
    assert_snapshot!(
        "loose-caps",
        shown(
            "allow *_note, add_label except delete_note\nallow run_job 10/minute\nrate set_note 9000/hour\nrate all 9001/hour"
        )
    );
}

#[test]
fn destroying_and_paying_need_a_person() {
    for rules in [
        "allow delete_note\napprove delete_note",
        "allow delete_note\napprove delete_note unless args.force == false",
        "allow create_payment\napprove create_payment unless args.amount <= 5",
        "allow delete_note\ndeny delete_note",
        "allow delete_note\nclassify delete_note as write because \"It goes to the trash.\"\nrate all 9/day",
    ] {
        assert_eq!(codes(rules), "", "{rules}");
    }
    for (rules, expected) in [
        ("allow delete_note 1/day", "unguarded-destructive: delete_note"),
        (
            "allow delete_note\nrequire delete_note with args.force == false",
            "unguarded-destructive: delete_note",
        ),
        (
            "allow delete_note\napprove delete_note when args.force == true",
            "partial-approval: delete_note",
        ),
        ("allow create_payment 1/day", "unapproved-financial: create_payment"),
    ] {
        assert_eq!(codes(rules), expected, "{rules}");
    }
}

#[test]
fn a_critical_tool_is_granted_by_name() {
    let critical = |rules: &str| codes(rules).contains("critical-by-set");
    assert!(critical("allow delete_*"));
    assert!(critical("allow @critical 1/day"));
    assert!(critical("group gone = delete_note\nallow @gone"));
    assert!(critical("allow delete_*\nrate delete_note 1/day"));
    assert!(!critical("allow delete_note"));
    assert!(!critical("allow *\nallow delete_note, purge_trash, create_payment, manage_folder"));
    assert!(!critical("allow delete_*\nhide delete_note"));
    assert!(!critical("allow delete_*\napprove delete_*"));
    assert_snapshot!(
        "critical-by-set",
        shown(
            "allow delete_*\ntool * except get_secret {\n    allow 9/minute\n}\napprove @destructive"
        )
    );
}

#[test]
fn a_mixed_action_is_controlled_by_a_rule_on_it() {
    let own = "allow manage_folder 5/minute";
    assert_eq!(codes(own), "mixed-action-tool: manage_folder");
    for rule in [
        "require manage_folder with args.action in [\"list\"]",
        "deny manage_folder when not (args.action != \"delete\")",
        "approve manage_folder unless args.action == \"get\"",
        "approve manage_folder",
    ] {
        assert_eq!(codes(&format!("{own}\n{rule}")), "", "{rule}");
    }
}

#[test]
fn a_gateway_is_controlled_by_any_rule_on_its_arguments() {
    let own = "allow run_query, send_request 5/minute";
    assert_eq!(codes(own), "unconstrained-gateway: run_query send_request");
    let rules = "require run_query with args.sql matches \"^SELECT \"\n\
                 approve send_request when args.request.method == \"DELETE\"";
    assert_eq!(codes(&format!("{own}\n{rules}")), "");
}

#[test]
fn hints_that_claim_less_are_settled_by_classify() {
    // The tool has no such argument, so the guard stops nothing.
    let own = "allow purge_trash\napprove purge_trash when args.\"all\" == true";
    let open = "unguarded-destructive: purge_trash";
    assert_eq!(codes(own), format!("{open}\nannotation-conflict: purge_trash"));
    for (class, expected) in [("destructive", open), ("read", "")] {
        let classify = format!("classify purge_trash as {class} because \"It was tried.\"");
        assert_eq!(codes(&format!("{own}\n{classify}")), expected, "{class}");
    }
}

#[test]
fn readers_of_secrets_need_a_rule() {
    assert_eq!(codes("allow get_secret"), "sensitive-read: get_secret");
    assert_eq!(codes("allow get_secret\nrequire get_secret with args.name == \"x\""), "");
    assert_eq!(codes("allow get_secret\napprove get_secret"), "");
}

#[test]
fn open_by_default_are_those_that_no_rule_mentions() {
    let found = |rules: &str| {
        let outcome = check(&format!("manifest \"tools.json\"\ndefault allow\n{rules}\n"));
        let of = |d: &&Diagnostic| d.code.name() == "open-default";
        outcome.diagnostics.iter().find(of).map(|d| d.tools.join(" ")).unwrap_or_default()
    };
    let all = "create_payment delete_note purge_trash manage_folder run_job run_query \
               send_request set_note add_label";
    assert_eq!(found(""), all);
    assert_eq!(found("rate all 60/minute"), all.replace(" set_note add_label", ""));
    assert_eq!(found("rate all 9/minute"), "create_payment delete_note purge_trash manage_folder");
    assert_eq!(found("hide @critical\nrate @write, @execute 9/minute"), "");
}

#[test]
fn without_a_manifest_names_are_judged_and_said_to_be() {
    let outcome = check("default deny\nallow delete_run, get_run, frobnicate\nallow run_job");
    assert_snapshot!("by-name", plain(&outcome));
    let outcome = check("manifest \"tools.json\"\ndefault deny\nallow \"delete_run\", get_note");
    assert_snapshot!("quoted-by-name", plain(&outcome));
}
