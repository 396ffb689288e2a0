//! Fixes that once let calls through, lost comments, or handed suppressions on.

use std::sync::Arc;

use gatewright::check::{Fixable, Options, check_gate, fix};
use gatewright::diagnostic::Applicability::{self, Safe, Unsafe};
use gatewright::diagnostic::Code;
use gatewright::source::MemoryLoader;

const TOOLS: &str = r#"{"tools": [{"name": "get_issue"}, {"name": "run_workflow"}, {"name": "set_run",
    "inputSchema": {"type": "object", "properties": {"cur": {"type": "string", "enum": ["usd", "eur"]},
        "cmd": {"type": "string"}}}},
    {"name": "pay_invoice", "inputSchema": {"type": "object", "properties": {
        "amount": {"type": "number"}, "currency": {"type": "string"}}}}]}"#;

fn fixed(text: &str, allowed: Applicability) -> String {
    let loader = MemoryLoader::default().with("tools.json", TOOLS);
    let policy = Fixable { path: "a.gate".to_owned(), bytes: text.into(), options: Arc::default() };
    let fixed = fix(vec![policy], &loader, allowed);
    assert_eq!(fixed.faults, []);
    fixed.changes.into_iter().next().map_or_else(|| text.to_owned(), |change| change.after)
}

/// The safe fixes that a check prints: their titles.
fn safe(text: &str) -> Vec<String> {
    let loader = MemoryLoader::default().with("tools.json", TOOLS);
    let outcome = check_gate("a.gate", text.into(), &loader, &Options::default());
    let fixes = outcome.diagnostics.into_iter().flat_map(|finding| finding.fixes);
    fixes.filter(|fix| fix.applicability == Safe).map(|fix| fix.title).collect()
}

const GROUP: &str = "manifest \"tools.json\"\ndefault deny\ngroup g = \"zap\", get_issue\nallow @g\n\
    deny @g, @g, @tools when args.\"force\" exists because \"Not by force.\"\n";

#[test]
fn a_group_with_other_names_is_not_covered_by_all_tools() {
    assert_eq!(safe(GROUP), ["remove `@g`"]);
    let after = GROUP.replace("@g, @g,", "@g,");
    assert_eq!(fixed(GROUP, Safe), after);
    assert_eq!(safe(&after), [""; 0]);
}

#[test]
fn beside_an_error_nothing_is_safe() {
    for error in ["alow run_workflow\n", "budget \"zap\" args.amount 5/day\n"] {
        let text = format!("{GROUP}{error}");
        assert_eq!(safe(&text), [""; 0]);
        assert_eq!(fixed(&text, Safe), text);
    }
    let text = format!("{GROUP}alow run_workflow\n");
    let fixed = fixed(&text, Unsafe);
    assert!(fixed.contains("allow run_workflow") && fixed.contains("deny @g, @tools"), "{fixed}");
}

#[test]
fn a_tool_that_others_grant_too_keeps_its_caps_and_guards() {
    let text = "manifest \"tools.json\"\ndefault deny\nallow *_invoice\n\
        approve pay_invoice unless args.currency == \"EUR\" because \"Only euros.\"\n\
        tool set_run, *_invoice {\n    allow 2/day\n    require args.amount <= 50 because \"Small sums.\"\n}\n";
    let fixed = fixed(text, Unsafe);
    assert!(fixed.contains("tool set_run, *_invoice {"), "{fixed}");
    assert!(!fixed.contains("except"), "{fixed}");
}

#[test]
fn what_a_deny_blocks_is_not_corrected_away() {
    for guard in [
        "deny set_run when args.cmd matches \"^rm|shutdown$\" because \"Not these.\"",
        "deny set_run when args.cur != \"USD\" because \"Dollars only.\"",
        "require set_run with args.cur not in [\"USD\"] because \"No dollars.\"",
    ] {
        let text =
            format!("manifest \"tools.json\"\ndefault deny\nallow set_run 5/minute\n{guard}\n");
        assert!(fixed(&text, Unsafe).contains(guard.split('"').nth(1).unwrap()), "{guard}");
    }
}

#[test]
fn a_suppression_is_not_handed_on() {
    let before = "default deny\nallow set_tag\n\
        # gatewright: allow(uncapped-write) The server caps tags itself.\nallow set_tag\nallow set_x\n";
    assert_eq!(safe(before), [""; 0]);
    assert_eq!(fixed(before, Safe), before);
    // Nor does a finding move to a statement with a suppression.
    let above = "default deny\n# gatewright: allow(uncapped-write) The server caps tags itself.\n\
        allow set_tag\nallow set_tag\n";
    let loader = MemoryLoader::default();
    let outcome = check_gate("a.gate", above.into(), &loader, &Options::default());
    let duplicate = outcome.diagnostics.iter().find(|found| found.code == Code::DuplicateRule);
    assert!(duplicate.unwrap().fixes.is_empty());
    // The suppression has no use there: it goes first.
    assert_eq!(fixed(above, Safe), "default deny\nallow set_tag\n");
}

#[test]
fn safe_fixes_keep_every_comment() {
    let text = "default deny\nallow get_run, search_runs\n# Ticket 17: the dashboard needs it.\n\
        allow get_run # because of X\nallow set_tag 5/minute\ntool get_z {\n    # inner\n    allow\n    allow # twice\n}\n\
        # About group.\ngroup readers = get_a, # first\n    get_b # second\n# About next.\nallow get_x,\n    # the old one\n    \
        get_y, # keep\n    get_x # again\n";
    assert_eq!(safe(text), [""; 0]);
    assert_eq!(fixed(text, Safe), text);
    let after = fixed(text, Unsafe);
    // What goes takes its comments along: none of them heads the next statement.
    for gone in ["Ticket 17", "because of X", "# twice", "# About group.", "# first", "# second"] {
        assert!(!after.contains(gone), "{gone}\n{after}");
    }
    for kept in ["# inner", "# About next.", "# the old one", "# keep", "# again"] {
        assert!(after.contains(kept), "{kept}\n{after}");
    }
}

#[test]
fn the_heading_of_a_file_is_not_removed_with_its_first_statement() {
    let text =
        "# What the agent may do.\nrate get_run 9000/hour\ndefault deny\nallow get_run 5/minute\n";
    assert!(fixed(text, Unsafe).starts_with("# What the agent may do.\nrate get_run"));
}
