//! What the stages' tests share.

use std::path::PathBuf;

use std::sync::LazyLock;

use gatewright::check::{self, Options, Outcome};
use gatewright::diagnostic::{Category, Code, Diagnostic, Fix};
use gatewright::lint::Settings;
use gatewright::policy_json;
use gatewright::source::{Loader, SourceSet, Span};

/// The folder with captures of real servers' manifests, which lies beside the repository and is no part of it.
///
/// Without the folder there is nothing to test and the answer is `None`; on the build server, where the variable
/// `CI` is set, that is a failure, so that the tests cannot fall silent unnoticed.
pub fn corpus() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/manifests");
    let is_there = folder.is_dir();
    assert!(is_there || std::env::var_os("CI").is_none(), "{} is missing", folder.display());
    is_there.then_some(folder)
}

/// What a check is asked when nothing but these rules is of interest, besides errors of the language: a test of one area
/// shall not change with what others find in its policies.
pub fn only(rules: &[Code]) -> Options {
    let mut settings = Settings::default();
    settings.select(&rules.iter().copied().collect());
    Options { settings, ..Options::default() }
}

/// The same for the rules of a category.
pub fn of_category(category: Category) -> Options {
    let codes = Code::ALL.iter().copied().filter(|code| code.category() == category);
    only(&codes.collect::<Vec<_>>())
}

/// Findings as plain lines: place, severity, code and message, then labels, notes, help and fixes, indented.
pub fn plain<T>(outcome: &Outcome<T>) -> String {
    plain_diagnostics(&outcome.sources, &outcome.diagnostics)
}

/// The same for findings that no outcome holds.
pub fn plain_diagnostics(sources: &SourceSet, diagnostics: &[Diagnostic]) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let at = place(sources, diagnostic.primary.span);
        let severity = diagnostic.severity.name();
        out += &format!("{at}: {severity}[{}] {}\n", diagnostic.code, diagnostic.message);
        if !diagnostic.primary.message.is_empty() {
            out += &format!("    here: {}\n", diagnostic.primary.message);
        }
        for label in &diagnostic.labels {
            out += &format!("    {}: {}\n", place(sources, label.span), label.message);
        }
        for note in &diagnostic.notes {
            out += &format!("    note: {note}\n");
        }
        if let Some(help) = &diagnostic.help {
            out += &format!("    help: {help}\n");
        }
        let edits = |fix: &Fix| {
            let edits: Vec<String> = fix
                .edits
                .iter()
                .map(|edit| format!("{} -> {:?}", place(sources, edit.span), edit.text))
                .collect();
            format!("{}: {}\n", fix.title, edits.join("; "))
        };
        for fix in &diagnostic.fixes {
            out += &format!("    fix ({}): {}", fix.applicability.name(), edits(fix));
        }
        for choice in &diagnostic.choices {
            out += &format!("    choice: {}", edits(choice));
        }
    }
    out
}

/// `file:line:column-column` or `file:line:column-line:column`, with the characters of short spans.
fn place(sources: &SourceSet, span: Span) -> String {
    let Some(file) = sources.get(span.file) else { return "nowhere".to_owned() };
    let (start, end) = (file.position(span.start), file.position(span.end));
    let end_place = if start.line == end.line {
        end.column.to_string()
    } else {
        format!("{}:{}", end.line, end.column)
    };
    let text: String = sources.slice(span).chars().take(40).collect();
    format!("{}:{}:{}-{} {:?}", file.path(), start.line, start.column, end_place, text)
}

/// Compiles as [`check::compile`] does, and holds what comes out against the JSON Schema of policy.json by a validator that
/// knows nothing of this project. Every test that compiles a policy compiles it here.
pub fn compile(path: &str, bytes: Vec<u8>, loader: &dyn Loader) -> Outcome<String> {
    let outcome = check::compile(path, bytes, loader);
    if let Some(json) = &outcome.value {
        assert_fits_schema(json);
    }
    outcome
}

static VALIDATOR: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let schema = serde_json::from_str(policy_json::SCHEMA).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
});

/// Fails when a text is no policy.json by its schema.
pub fn assert_fits_schema(json: &str) {
    let document = serde_json::from_str(json).unwrap();
    let errors: Vec<String> = VALIDATOR.iter_errors(&document).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}\n{json}");
}

/// Fails when a log lacks what the standard SARIF 2.1.0 demands of its parts.
pub fn assert_fits_sarif(log: &serde_json::Value) {
    let schema = include_str!("../fixtures/sarif/parts.schema.json");
    let schema = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(log).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}\n{log:#}");
}
