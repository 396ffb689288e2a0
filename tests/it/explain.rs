//! The pages that `gatewright explain` prints: their form, and that their examples do what they say.

use std::collections::BTreeSet;
use std::path::Path;

use gatewright::check::{
    NamedManifest, Options, Outcome, check_gate, check_policy_json, validate_policy_json,
};
use gatewright::diagnostic::{Code, Diagnostic, Example};
use gatewright::source::MemoryLoader;

use crate::support::plain;

/// The manifest that lies beside every example.
const TOOLS: &str = include_str!("../fixtures/explain/tools.json");

/// The day as of which the examples are checked.
const TODAY: jiff::civil::Date = jiff::civil::Date::constant(2026, 11, 21);

/// The longest line of a page, in characters: a terminal shows it without a break.
const LONGEST_LINE: usize = 100;

#[test]
fn every_summary_is_one_short_sentence() {
    assert_every_code(|code| {
        let page = code.explanation();
        let summary = page.summary;
        let mut faults = Vec::new();
        if !page.text.starts_with(&format!("{summary}\n\n")) {
            faults.push("the summary is not the first paragraph, or not one line");
        }
        if !summary.ends_with('.') {
            faults.push("the summary does not end in a full stop");
        }
        if summary.starts_with(char::is_lowercase) {
            faults.push("the summary begins in lower case");
        }
        if summary.chars().count() >= LONGEST_LINE {
            faults.push("the summary is too long");
        }
        if page.text.contains("Summary of") {
            faults.push("the page is not written");
        }
        faults
    });
}

#[test]
fn every_page_has_a_reason_and_two_examples() {
    assert_every_code(|code| {
        let text = code.explanation().text;
        let headings: Vec<&str> =
            text.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        let reason = text.split("\n## ").next().and_then(|head| head.split_once("\n\n"));
        let mut faults = Vec::new();
        if headings != ["Wrong", "Right"] {
            faults.push("the headings are not Wrong and Right");
        }
        if reason.is_none_or(|(_, reason)| reason.trim().is_empty()) {
            faults.push("no paragraph says why");
        }
        if text.lines().filter(|line| line.starts_with("```")).count() % 2 != 0 {
            faults.push("a fence is not closed");
        }
        if text.lines().any(|line| line.chars().count() > LONGEST_LINE) {
            faults.push("a line is too long");
        }
        if !text.ends_with("```\n") {
            faults.push("the page does not end with an example");
        }
        faults
    });
}

#[test]
fn every_example_is_whole_and_has_one_main_file() {
    assert_every_code(|code| {
        let page = code.explanation();
        let mut faults = Vec::new();
        for examples in [&page.wrong, &page.right] {
            let mains = examples.iter().filter(|example| example.file.is_none()).count();
            if mains != 1 || examples.first().is_none_or(|first| first.file.is_some()) {
                faults.push("not exactly one main file, which comes first");
            }
            for example in examples {
                if !["gate", "json", "text"].contains(&example.language) {
                    faults.push("the language of a fence is not gate, json or text");
                }
                if example.text.trim().is_empty() {
                    faults.push("an example is empty");
                }
            }
        }
        if page.wrong.first().map(|example| example.language)
            != page.right.first().map(|example| example.language)
        {
            faults.push("the two examples are not of one language");
        }
        if page.wrong.iter().map(|e| &e.text).eq(page.right.iter().map(|e| &e.text)) {
            faults.push("the two examples are the same");
        }
        faults
    });
}

#[test]
fn every_right_json_file_is_json() {
    assert_every_code(|code| {
        let right = code.explanation().right;
        let broken = right
            .iter()
            .filter(|example| example.language == "json")
            .any(|example| serde_json::from_str::<serde_json::Value>(&example.text).is_err());
        if broken { vec!["a right file is no JSON"] } else { Vec::new() }
    });
    assert!(serde_json::from_str::<serde_json::Value>(TOOLS).is_ok());
}

#[test]
fn every_page_belongs_to_a_code() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/diagnostic/codes");
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let codes: BTreeSet<String> =
        Code::ALL.iter().map(|code| format!("{}.md", code.name())).collect();
    assert_eq!(files, codes);
    assert_eq!(codes.len(), Code::ALL.len(), "two codes have one name");
}

#[test]
fn every_wrong_example_yields_its_code() {
    let mut failures = String::new();
    for &code in Code::ALL {
        let Some(outcome) = check(&code.explanation().wrong) else { continue };
        if !outcome.diagnostics.iter().any(|diagnostic| diagnostic.code == code) {
            failures += &format!("{code} is not found:\n{}", plain(&outcome));
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn every_right_example_compiles_without_a_word() {
    let mut failures = String::new();
    for &code in Code::ALL {
        let Some(outcome) = compile(&code.explanation().right) else { continue };
        if !outcome.diagnostics.is_empty() || outcome.value.is_none() {
            failures += &format!("{code} is not clean:\n{}", plain(&outcome));
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn every_right_example_of_a_rule_is_free_of_it() {
    let mut failures = String::new();
    for &code in Code::ALL.iter().filter(|code| code.is_rule()) {
        let Some(outcome) = check(&code.explanation().right) else { continue };
        let own = |diagnostic: &Diagnostic| diagnostic.code == code || diagnostic.is_error();
        if outcome.diagnostics.iter().any(own) {
            failures += &format!("{code} is not free of it:\n{}", plain(&outcome));
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

/// Checks the main file of an example, with the others beside it. `None` for one that only shows a shape.
pub fn check(examples: &[Example]) -> Option<Outcome<()>> {
    let (main, loader) = files(examples)?;
    let bytes = main.text.clone().into_bytes();
    let options = Options { today: Some(TODAY), ..Options::default() };
    match main.language {
        "json" => {
            let beside = examples.iter().find_map(|example| Some((example.file?, &example.text)));
            let named = beside.map(|(path, text)| NamedManifest {
                path: path.to_owned(),
                bytes: text.clone().into_bytes(),
            });
            let options = Options { manifest: named, ..options };
            Some(check_policy_json("policy.json", bytes, &options))
        }
        "gate" => Some(check_gate("policy.gate", bytes, &loader, &options)),
        _ => None,
    }
}

/// Compiles it, or reads it as the gateway does.
fn compile(examples: &[Example]) -> Option<Outcome<()>> {
    let (main, loader) = files(examples)?;
    let bytes = main.text.clone().into_bytes();
    match main.language {
        "json" => Some(validate_policy_json("policy.json", bytes)),
        "gate" => Some(crate::support::compile("policy.gate", bytes, &loader).map(|_| ())),
        _ => None,
    }
}

/// The main file, and where it finds the others.
fn files(examples: &[Example]) -> Option<(&Example, MemoryLoader)> {
    let main = examples.iter().find(|example| example.file.is_none())?;
    let mut loader =
        MemoryLoader::default().with("tools.json", TOOLS).with("policy.gate", main.text.as_str());
    for example in examples {
        if let Some(file) = example.file {
            loader.insert(file, example.text.as_str());
        }
    }
    Some((main, loader))
}

/// Fails with every fault of every code, each on a line of its own.
fn assert_every_code(faults: impl Fn(Code) -> Vec<&'static str>) {
    let found: Vec<String> = Code::ALL
        .iter()
        .flat_map(|&code| faults(code).into_iter().map(move |fault| format!("{code}: {fault}")))
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}
