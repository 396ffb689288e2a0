//! Doors that a policy leaves open: who is reported, where, why, and what is offered.

use std::collections::BTreeSet;

use gatewright::check::{self, Options, Outcome};
use gatewright::diagnostic::{Code, Diagnostic, Edit};
use gatewright::lint::Thresholds;
use gatewright::source::MemoryLoader;
use insta::assert_snapshot;

use crate::support::{corpus, plain};

const TOOLS: &str = include_str!("../../fixtures/lint/doors.tools.json");

/// Checks a policy that may name the manifest `tools.json`.
fn check(policy: &str) -> Outcome<()> {
    check_with(policy, TOOLS, &Options::default())
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

/// Fails unless each fix of each finding leaves a policy without errors of the language in which that finding is gone.
/// The answer is how many fixes there were.
fn assert_fixes_remove(policy: &str, tools: &str) -> usize {
    let options = Options::default();
    let before = check_with(policy, tools, &options);
    let mut count = 0;
    for finding in &before.diagnostics {
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
        }
    }
    count
}

#[test]
fn fixes_close_the_doors_of_every_server() {
    let Some(folder) = corpus() else { return };
    let mut servers = 0;
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
            assert_fixes_remove(&policy, &tools);
        }
        servers += 1;
    }
    assert!(servers > 20);
}
