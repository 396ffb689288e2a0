//! Rules about conditions: what they find, what they leave alone, and that their fixes do what they say.

mod fixes;
mod messages;
mod patterns;
mod solver;

use gatewright::check::{self, Options, Outcome};
use gatewright::diagnostic::{Code, Diagnostic, Fix};
use gatewright::source::MemoryLoader;

/// The rules of this area.
const RULES: [Code; 6] = [
    Code::ContradictoryCondition,
    Code::AlwaysTrueCondition,
    Code::SubsumedCondition,
    Code::FailsOpen,
    Code::UnanchoredRegex,
    Code::DangerousRegex,
];

/// A server whose arguments differ in what their schemas say.
const TOOLS: &str = r#"{"tools": [
    {"name": "pay", "inputSchema": {"type": "object", "required": ["amount", "loose", "untyped", "maybe"], "properties": {
        "amount": {"type": "number"},
        "tip": {"type": "number"},
        "loose": {"type": ["number", "string", "boolean", "array"]},
        "untyped": {},
        "maybe": {"type": ["number", "null"]},
        "stage": {"enum": ["dev", "test", "live"]},
        "title": {"type": "string"},
        "to": {"type": "object", "properties": {"iban": {"type": "string"}, "limit": {"type": "number"}}}
    }}},
    {"name": "peek", "inputSchema": {"type": "object", "required": ["amount"], "properties": {
        "amount": {"type": "number"}
    }}},
    {"name": "give", "inputSchema": {"type": "object", "properties": {"amount": {"type": "number"}}}}
]}"#;

/// Checks a policy beside [`TOOLS`].
fn check(text: &str) -> Outcome<()> {
    let loader = MemoryLoader::default().with("tools.json", TOOLS).with("policy.gate", text);
    check::check_gate("policy.gate", text.into(), &loader, &Options::default())
}

/// The findings of the rules of this area.
fn found(outcome: &Outcome<()>) -> Vec<&Diagnostic> {
    outcome.diagnostics.iter().filter(|finding| RULES.contains(&finding.code)).collect()
}

/// The findings of this area, as plain lines.
fn findings(text: &str) -> String {
    let outcome = check(text);
    let found: Vec<Diagnostic> = found(&outcome).into_iter().cloned().collect();
    crate::support::plain_diagnostics(&outcome.sources, &found)
}

/// The findings of this area for guards of a tool whose manifest is not known, each as `code: message`.
fn lines(guards: &str) -> Vec<String> {
    lines_of(&format!("allow pay\n{guards}\n"))
}

fn lines_of(text: &str) -> Vec<String> {
    let outcome = check(text);
    // Whether a comparison can be negated for a tool that is not known does not matter here.
    let is_other = |finding: &&Diagnostic| finding.is_error() && finding.code != Code::NoExactForm;
    let errors: Vec<_> = outcome.diagnostics.iter().filter(is_other).collect();
    assert!(errors.is_empty(), "{text}\n{errors:?}");
    let found = found(&outcome).into_iter();
    found.map(|finding| format!("{}: {}", finding.code, finding.message)).collect()
}

/// A text with a fix applied.
fn apply(text: &str, fix: &Fix) -> String {
    let mut edits = fix.edits.clone();
    edits.sort();
    let mut out = text.to_owned();
    for edit in edits.iter().rev() {
        out.replace_range(edit.span.range(), &edit.text);
    }
    out
}

/// The only fix of the only finding of a rule.
fn only_fix(text: &str, code: Code) -> Fix {
    let outcome = check(text);
    let of_code: Vec<_> = outcome.diagnostics.iter().filter(|d| d.code == code).collect();
    let [finding] = of_code.as_slice() else {
        panic!("{text}\n{}", crate::support::plain(&outcome));
    };
    let [fix] = finding.fixes.as_slice() else {
        panic!("{text}\n{}", crate::support::plain(&outcome));
    };
    fix.clone()
}

#[test]
fn examples_of_good_policies_are_left_alone() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut checked = 0;
    for folder in ["mlflow", "payments", "support-desk"] {
        let mut loader = MemoryLoader::default();
        let mut policies = Vec::new();
        for part in ["", "shared"] {
            let Ok(entries) = std::fs::read_dir(root.join(folder).join(part)) else { continue };
            for path in entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
                let name = path.file_name().unwrap().to_str().unwrap();
                let name = if part.is_empty() { name.to_owned() } else { format!("{part}/{name}") };
                let bytes = std::fs::read(&path).unwrap();
                loader.insert(name.clone(), bytes.clone());
                if name.ends_with(".gate") {
                    policies.push((name, bytes));
                }
            }
        }
        for (name, bytes) in policies {
            let outcome = check::check_gate(&name, bytes, &loader, &Options::default());
            assert!(found(&outcome).is_empty(), "{}", crate::support::plain(&outcome));
            checked += 1;
        }
    }
    assert_eq!(checked, 8);
}

#[test]
fn exists_beside_an_equality_is_redundant_as_it_is_beside_a_comparison() {
    for test in ["== 5", "in [5, 6]", "== \"x\"", "> 5"] {
        let found = lines(&format!("require pay with args.n exists and args.n {test}"));
        let is_found = found.iter().any(|line| line.starts_with("subsumed-condition"));
        assert!(is_found, "{test}: {found:?}");
    }
}
