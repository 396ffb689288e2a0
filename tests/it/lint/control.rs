//! Guards are weighed by the calls that they stop.

use gatewright::check::{self, Options};
use gatewright::diagnostic::{Code, Diagnostic, Severity};
use gatewright::source::MemoryLoader;

use crate::support::{only, plain};

const TOOLS: &str = r#"{"tools": [
    {"name": "pay_supplier", "description": "Pays a supplier.", "inputSchema": {"type": "object", "properties": {
        "amount": {"type": "number", "minimum": 0}, "currency": {"type": "string", "enum": ["usd", "eur"]},
        "supplier": {"type": "string"}, "memo": {"type": "string"}, "force": {"type": "boolean"},
        "discount": {"type": "number", "maximum": 100}},
        "required": ["amount", "currency", "supplier"]}},
    {"name": "delete_branch", "description": "Deletes a branch for good.", "inputSchema": {"type": "object",
        "properties": {"branch": {"type": "string", "default": "main"}, "force": {"type": "boolean", "default": true}}}},
    {"name": "put_file", "description": "Writes a file.", "inputSchema": {"type": "object", "properties": {
        "branch": {"type": "string", "default": "main"},
        "path": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
        "mode": {"type": "string", "enum": ["fast", "slow"]}, "size": {"type": "integer", "minimum": 1, "maximum": 9}},
        "required": ["mode", "size"]}},
    {"name": "start_job", "description": "Runs a program.", "inputSchema": {"type": "object", "properties": {
        "verbose": {"type": "boolean"}, "program": {"type": "string"}}, "required": ["program"]}}
]}"#;

const ASKED: [Code; 8] = [
    Code::UnapprovedFinancial,
    Code::UnguardedDestructive,
    Code::UncappedExecute,
    Code::PartialApproval,
    Code::AlwaysTrueCondition,
    Code::ContradictoryCondition,
    Code::FailsOpen,
    Code::SensitiveRead,
];

fn check(guards: &str) -> check::Outcome<()> {
    let policy = format!("manifest \"tools.json\"\ndefault deny\n{guards}\n");
    let loader = MemoryLoader::default().with("tools.json", TOOLS);
    let outcome = check::check_gate("a.gate", policy.into(), &loader, &only(&ASKED));
    let broken = outcome.diagnostics.iter().find(|found| !found.code.is_rule());
    assert!(broken.is_none(), "{guards}\n{}", plain(&outcome));
    outcome
}

/// The codes of the findings about a guard of the payment, in their order.
fn payment(guard: &str) -> Vec<&'static str> {
    let outcome = check(&format!("allow pay_supplier 5/hour\n{guard} because \"Why.\""));
    outcome.diagnostics.iter().map(|found| found.code.name()).collect()
}

#[test]
fn a_guard_that_stops_no_call_counts_for_nothing() {
    for guard in [
        "approve pay_supplier unless args.amount exists",
        "approve pay_supplier unless args.currency in [\"usd\", \"eur\"]",
        "approve pay_supplier unless args.currency in [\"eur\", \"usd\", \"usd\"]",
        "approve pay_supplier when args.amount < 0",
        "approve pay_supplier when args.amount missing",
        "approve pay_supplier when args.\"ammount\" > 100",
        "approve pay_supplier when args.\"ammount\" > 100 or args.amount < 0",
        "approve pay_supplier when args.discount > 100",
        "approve pay_supplier unless args.amount >= 0",
        "approve pay_supplier when args.currency != \"usd\" and args.currency != \"eur\"",
    ] {
        assert_eq!(payment(guard), ["unapproved-financial"], "{guard}");
    }
}

#[test]
fn approval_that_a_call_gets_past_is_partial() {
    for guard in [
        "approve pay_supplier when args.amount <= 500",
        "approve pay_supplier unless args.amount > 500",
        "approve pay_supplier when args.amount > 10 and args.amount < 100",
        "approve pay_supplier when args.amount == 100",
        "approve pay_supplier when args.force == true",
        "approve pay_supplier when args.force == true and args.amount > 10",
        "approve pay_supplier when args.memo contains \"urgent\"",
        "approve pay_supplier unless args.memo exists",
        "approve pay_supplier unless args.memo matches \"^ok$\"",
        "approve pay_supplier when args.supplier == \"acme\"",
        "approve pay_supplier when args.supplier in [\"acme\", \"evil\"]",
        "approve pay_supplier when args.supplier matches \"^evil\"",
        "approve pay_supplier when args.memo contains \"x\" or args.force == true",
    ] {
        assert_eq!(payment(guard), ["partial-approval"], "{guard}");
    }
}

#[test]
fn bounds_and_lists_of_what_is_allowed_are_enough() {
    for guard in [
        "approve pay_supplier unless args.amount <= 50",
        "approve pay_supplier unless args.amount > 0 and args.amount <= 50",
        "approve pay_supplier unless args.supplier in [\"acme\"]",
        "approve pay_supplier unless args.currency == \"eur\"",
        "approve pay_supplier when args.amount > 50",
        "approve pay_supplier when args.currency == \"usd\"",
        "approve pay_supplier when args.supplier matches \"[^a-z]\"",
        "approve pay_supplier when args.memo contains \"x\" or args.amount > 50",
        "approve pay_supplier",
        "approve pay_supplier when args.memo exists\napprove pay_supplier unless args.amount <= 9",
        "approve pay_supplier when args.amount <= 50\ndeny pay_supplier when args.amount > 50",
        "require pay_supplier with args.amount < 0",
    ] {
        let found = payment(guard);
        let found: Vec<_> =
            found.into_iter().filter(|code| *code != "contradictory-condition").collect();
        assert_eq!(found, [""; 0], "{guard}");
    }
}

#[test]
fn findings_show_the_call_and_the_guard() {
    let outcome =
        check("allow pay_supplier 5/hour\napprove pay_supplier unless args.amount exists\n");
    insta::assert_snapshot!(plain(&outcome));
    let outcome = check("allow pay_supplier\napprove pay_supplier when args.amount <= 500\n");
    insta::assert_snapshot!("partial", plain(&outcome));
    let outcome = check("allow start_job\napprove start_job when args.verbose == true\n");
    insta::assert_snapshot!("partial_execute", plain(&outcome));
}

#[test]
fn without_a_schema_only_the_guard_itself_is_weighed() {
    let codes = |guard: &str| {
        let policy = format!("default deny\nallow pay_supplier 5/hour\n{guard}\n");
        let outcome = check::check_gate(
            "a.gate",
            policy.into(),
            &MemoryLoader::default(),
            &only(&[Code::PartialApproval, Code::UnapprovedFinancial]),
        );
        outcome.diagnostics.iter().map(|found| found.code.name()).collect::<Vec<_>>()
    };
    assert_eq!(codes("approve pay_supplier unless args.amount exists"), ["partial-approval"]);
    assert_eq!(codes("approve pay_supplier when args.amount <= 500"), ["partial-approval"]);
    assert_eq!(codes("approve pay_supplier when args.supplier == \"acme\""), [""; 0]);
    assert_eq!(
        codes("approve pay_supplier when args.amount < 1 and args.amount > 2"),
        ["unapproved-financial"]
    );
}

#[test]
fn a_default_is_what_a_call_without_the_argument_means() {
    let outcome = check("allow put_file 5/hour\ndeny put_file when args.branch == \"main\"\n");
    insta::assert_snapshot!(plain(&outcome));
    let outcome = check("allow delete_branch\napprove delete_branch when args.force == true\n");
    let found: Vec<_> = outcome.diagnostics.iter().map(|d| (d.code, d.severity)).collect();
    assert!(found.contains(&(Code::FailsOpen, Severity::Error)), "{}", plain(&outcome));
    for guard in [
        "deny put_file when args.branch == \"main\" or args.branch missing",
        "require put_file with args.branch == \"work\"",
        "deny put_file when args.branch == \"other\"",
        "deny put_file when args.branch matches \"^m\" or args.branch missing",
    ] {
        let outcome = check(&format!("allow put_file 5/hour\n{guard}\n"));
        assert_eq!(plain(&outcome), "", "{guard}");
    }
    let outcome = check("allow put_file 5/hour\ndeny put_file when args.branch matches \"^m\"\n");
    assert_eq!(outcome.diagnostics.len(), 1, "{}", plain(&outcome));
}

#[test]
fn a_pattern_finds_nothing_in_a_list_of_texts() {
    let outcome = check("allow put_file 5/hour\ndeny put_file when args.path matches \"^/etc\"\n");
    let shown = plain(&outcome);
    assert!(shown.contains("a call in which `args.path` is a list passes this `deny`"), "{shown}");
    let closed = "require put_file with args.path matches \"^/srv/[a-z]+$\"";
    assert_eq!(plain(&check(&format!("allow put_file 5/hour\n{closed}\n"))), "");
}

#[test]
fn conditions_that_the_schema_decides_are_found() {
    for (guard, code) in [
        ("require put_file with args.mode exists", Code::AlwaysTrueCondition),
        ("require put_file with args.mode in [\"slow\", \"fast\"]", Code::AlwaysTrueCondition),
        ("require put_file with args.size <= 9", Code::AlwaysTrueCondition),
        ("deny put_file when args.size > 9", Code::ContradictoryCondition),
        ("deny put_file when args.size == 10", Code::ContradictoryCondition),
        ("deny put_file when args.mode missing", Code::ContradictoryCondition),
    ] {
        let outcome = check(&format!("allow put_file 5/hour\n{guard} because \"Why.\"\n"));
        let found: Vec<Code> = outcome.diagnostics.iter().map(|found| found.code).collect();
        assert_eq!(found, [code], "{guard}\n{}", plain(&outcome));
        let labels = &outcome.diagnostics[0].labels;
        assert!(labels.iter().any(|label| label.message == "declared here"), "{guard}");
    }
    for guard in [
        "require put_file with args.mode exists and args.size <= 5",
        "deny put_file when args.mode missing or args.size > 5",
        "deny put_file when args.size > 8",
    ] {
        let outcome = check(&format!("allow put_file 5/hour\n{guard} because \"Why.\"\n"));
        assert_eq!(plain(&outcome), "", "{guard}");
    }
}

#[test]
fn a_pattern_that_no_listed_value_matches_is_impossible() {
    let policy = "manifest \"tools.json\"\ndefault deny\nallow put_file 5/hour\n\
        require put_file with args.mode matches \"^Fast\" because \"Why.\"\n";
    let loader = MemoryLoader::default().with("tools.json", TOOLS);
    let outcome = check::check_gate("a.gate", policy.into(), &loader, &Options::default());
    let found: Vec<Code> = outcome.diagnostics.iter().map(|found| found.code).collect();
    assert_eq!(found, [Code::ImpossibleTest], "{}", plain(&outcome));
    let policy = policy.replace("^Fast", "^f|^x");
    let outcome = check::check_gate("a.gate", policy.into(), &loader, &Options::default());
    assert!(outcome.diagnostics.iter().all(|found| found.code != Code::ImpossibleTest));
}

#[test]
fn names_and_values_of_strangers_are_cleaned_and_cut() {
    let long = "x".repeat(5000);
    let tools = format!(
        r#"{{"tools": [{{"name": "pay\u001b[2J_supplier", "description": "Pays a supplier.", "inputSchema": {{
        "type": "object", "properties": {{"amount": {{"type": "number"}}, "to": {{"enum": ["\u202e{long}"]}}}},
        "required": ["to"]}}}}]}}"#
    );
    let policy = "manifest \"tools.json\"\ndefault deny\nallow \"pay\\u001b[2J_supplier\" 5/hour\n\
        approve \"pay\\u001b[2J_supplier\" when args.amount < 5 because \"Why.\"\n";
    let loader = MemoryLoader::default().with("tools.json", tools);
    let options = only(&[Code::PartialApproval]);
    let outcome = check::check_gate("a.gate", policy.into(), &loader, &options);
    let found: Vec<&Diagnostic> = outcome.diagnostics.iter().collect();
    assert_eq!(found.len(), 1, "{}", plain(&outcome));
    let message = &found[0].message;
    assert!(message.len() < 600 && !message.contains(['\u{1b}', '\u{202e}']), "{message}");
}
