//! What the server does on command: compiling a policy and classifying a manifest, as they stand in the editor.

use std::cmp::Reverse;

use gatewright::check::{self, AssessedTool, Outcome};
use gatewright::diagnostic::Diagnostic;
use gatewright::risk::{Evidence, Source};
use gatewright::source::SourceSet;
use gatewright::text::clean;
use serde::Serialize;
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, Result};

use super::rename::failed;
use crate::paths::Place;
use crate::snapshots::DocumentSnapshot;

/// Compiles a policy: `{"uri": …}` to an [`Answer`].
pub const COMPILE: &str = "gatewright.server.compile";
/// Classifies the tools of a manifest: `{"uri": …}` to an [`Answer`].
pub const CLASSIFY: &str = "gatewright.server.classify";

/// What a command comes to.
#[derive(Debug, Serialize)]
pub struct Answer {
    /// The result; none if there are errors.
    pub text: Option<String>,
    /// What stands in the way: `agent.gate:2:1: error: …`.
    pub errors: Vec<String>,
}

/// The file that the arguments of a command name: `[{"uri": …}]`, or only the address.
///
/// # Errors
/// They name none.
pub fn place(arguments: &[Value]) -> Result<Place> {
    let first = arguments.first();
    let uri = first.and_then(|first| first.get("uri").unwrap_or(first).as_str());
    let uri = uri.ok_or_else(|| Error::invalid_params("the command needs `{\"uri\": …}`"))?;
    Ok(Place::of_text(uri))
}

/// Compiles a file.
///
/// # Errors
/// It cannot be read.
pub fn compile(document: &DocumentSnapshot) -> Result<Answer> {
    let bytes = text(document)?;
    let DocumentSnapshot { workspace, path, .. } = document;
    Ok(answer(check::compile(path, bytes, workspace.snapshot.loader())))
}

/// Classifies the tools of a manifest.
///
/// # Errors
/// It cannot be read.
pub fn classify(document: &DocumentSnapshot) -> Result<Answer> {
    let bytes = text(document)?;
    Ok(answer(check::classify(&document.path, bytes).map(table)))
}

fn text(document: &DocumentSnapshot) -> Result<Vec<u8>> {
    let DocumentSnapshot { workspace, path, .. } = document;
    workspace.snapshot.loader().read(path).map_err(|error| {
        failed(format!("cannot read {}: {}", gatewright::text::quote(path), error.reason))
    })
}

fn answer(outcome: Outcome<String>) -> Answer {
    let Outcome { sources, diagnostics, value, .. } = outcome;
    let errors = diagnostics.iter().filter(|found| found.is_error());
    let errors = errors.map(|found| line(&sources, found)).collect();
    Answer { text: value, errors }
}

fn line(sources: &SourceSet, found: &Diagnostic) -> String {
    let span = found.primary.span;
    let place = sources.get(span.file).map(|file| file.position(span.start));
    let (line, column) = place.map_or((1, 1), |place| (place.line, place.column));
    let path = clean(sources.path(span.file));
    format!("{path}:{line}:{column}: error: {}", found.message)
}

/// A line for each tool, the most dangerous first, with the evidence that says most.
fn table(mut tools: Vec<AssessedTool>) -> String {
    let risk = |tool: &AssessedTool| Reverse(tool.assessment.class.risk());
    tools.sort_by(|left, right| (risk(left), &left.name).cmp(&(risk(right), &right.name)));
    let mut rows = vec![["RISK", "CLASS", "SURE", "TOOL", "EVIDENCE"].map(str::to_owned)];
    rows.extend(tools.iter().map(row));
    let longest = rows.iter().map(|[_, _, _, name, _]| name.chars().count()).max().unwrap_or(0);
    let lines = rows.iter().map(|[risk, class, sure, name, evidence]| {
        let line = format!("{risk:8}  {class:11}  {sure:6}  {name:longest$}  {evidence}");
        format!("{}\n", line.trim_end())
    });
    lines.collect()
}

fn row(tool: &AssessedTool) -> [String; 5] {
    let assessment = &tool.assessment;
    let speaking = assessment.evidence.iter().filter(|one| one.points_to == assessment.class);
    // The name is there already, so the first evidence from elsewhere says more.
    let evidence = speaking.clone().find(|one| one.source != Source::Name);
    let evidence = evidence.or_else(|| speaking.clone().next());
    [
        assessment.class.risk().name().to_owned(),
        assessment.class.name().to_owned(),
        assessment.confidence.name().to_owned(),
        clean(&tool.name).into_owned(),
        evidence.map_or_else(String::new, shown),
    ]
}

/// `name: delete_page`, `parameter action: delete`, `parameter: sql`
fn shown(evidence: &Evidence) -> String {
    let words: Vec<&str> = evidence.words.split_whitespace().collect();
    let words = words.join(" ");
    let key = evidence.parameter.as_deref().filter(|key| *key != words);
    let key = key.map_or_else(String::new, |key| format!(" {}", clean(key)));
    format!("{}{key}: {}", evidence.source.name(), clean(&words))
}
