//! The codes that occur, as SARIF describes rules: from the page that `gatewright explain` prints.

use serde::Serialize;

use crate::cli::formats::noun;
use crate::diagnostic::{Category, Code, Severity};

/// How many bytes of a description services take: GitHub's 1,024.
const MAX_DESCRIPTION: usize = 1_024;

/// A code with its page.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rule {
    id: &'static str,
    name: String,
    short_description: SarifText,
    full_description: SarifText,
    help: Help,
    default_configuration: RuleConfiguration,
    properties: Properties,
}

#[derive(Serialize)]
struct SarifText {
    text: String,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: &'static str,
}

#[derive(Serialize)]
struct RuleConfiguration {
    level: &'static str,
}

/// What GitHub reads besides the standard.
#[derive(Serialize)]
struct Properties {
    tags: [&'static str; 1],
    #[serde(rename = "problem.severity")]
    severity: &'static str,
}

impl Rule {
    /// A rule that one sentence describes.
    pub(super) fn plain(id: &'static str, text: &'static str) -> Self {
        let sentence = || SarifText { text: text.to_owned() };
        Self {
            id,
            name: name(id),
            short_description: sentence(),
            full_description: sentence(),
            help: Help { text: text.to_owned(), markdown: text },
            default_configuration: RuleConfiguration { level: "warning" },
            properties: Properties { tags: ["policy-diff"], severity: "recommendation" },
        }
    }

    pub(super) fn new(code: Code) -> Self {
        let page = code.explanation();
        let severity = code.severity();
        Self {
            id: code.name(),
            name: name(code.name()),
            short_description: SarifText { text: page.summary.to_owned() },
            full_description: SarifText { text: description(page.text) },
            help: Help { text: plain(page.text), markdown: page.text.trim_end() },
            default_configuration: RuleConfiguration { level: noun(severity) },
            properties: Properties { tags: [tag(code.category())], severity: problem(severity) },
        }
    }
}

/// `UncappedWrite` for `uncapped-write`, as names of rules are written (3.49.7).
fn name(id: &str) -> String {
    let mut name = String::new();
    for part in id.split('-') {
        let mut letters = part.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}

/// The paragraphs before the examples, as many as fit.
fn description(page: &str) -> String {
    let reason = page.split("\n## ").next().unwrap_or("");
    let mut text = String::new();
    for paragraph in reason.split("\n\n").map(str::trim).filter(|part| !part.is_empty()) {
        let paragraph = paragraph.replace('\n', " ");
        if text.len() + 1 + paragraph.len() > MAX_DESCRIPTION {
            break;
        }
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&paragraph);
    }
    text
}

/// The page without the marks of headings and fences.
fn plain(page: &str) -> String {
    let lines: Vec<&str> = page
        .lines()
        .filter(|line| !line.starts_with("```"))
        .map(|line| line.strip_prefix("## ").unwrap_or(line))
        .collect();
    lines.join("\n").trim_end().to_owned()
}

fn tag(category: Category) -> &'static str {
    match category {
        Category::Language => "language",
        Category::OpenDoors => "open-doors",
        Category::Effects => "effects",
        Category::Names => "names",
        Category::Care => "care",
    }
}

/// GitHub's own name for a severity.
fn problem(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "recommendation",
    }
}
