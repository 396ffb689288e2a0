//! A finding in the protocol's words.
//!
//! The message is the finding's own, and below it each note and the help, which begins with `help: `, on lines of their own. Code,
//! severity and place are those of `gatewright check --format json`; its labels are the related places.

use gatewright::diagnostic::{Code, Diagnostic, Label, Severity};
use gatewright::editor::Finding;
use gatewright::source::Span;
use tower_lsp::ls_types as lsp;

use crate::configuration::rule_page;
use crate::snapshots::WorkspaceSnapshot;

/// Who says it.
const SOURCE: &str = "gatewright";

/// The rules about what could as well not stand there.
const UNNECESSARY: [Code; 13] = [
    Code::UnmatchedGlob,
    Code::RemovesNothing,
    Code::InertRule,
    Code::HiddenAllow,
    Code::RedundantCap,
    Code::ShadowedRule,
    Code::AlwaysTrueCondition,
    Code::DuplicateRule,
    Code::SubsumedCondition,
    Code::UnreachableCap,
    Code::UnusedGroup,
    Code::RedundantSelector,
    Code::UnusedSuppression,
];

/// The finding as the client shows it; `None` only if it lies in no file.
pub fn diagnostic(workspace: &WorkspaceSnapshot, finding: &Finding) -> Option<lsp::Diagnostic> {
    let found = finding.diagnostic();
    let features = &workspace.features;
    let is_unnecessary = features.unnecessary_tag && UNNECESSARY.contains(&found.code);
    Some(lsp::Diagnostic {
        range: range(workspace, finding, found.primary.span)?,
        severity: Some(severity(found.severity)),
        code: Some(lsp::NumberOrString::String(found.code.name().to_owned())),
        code_description: page(workspace, found.code),
        source: Some(SOURCE.to_owned()),
        message: message(found),
        related_information: features
            .related_information
            .then(|| related(workspace, finding))
            .flatten(),
        tags: is_unnecessary.then(|| vec![lsp::DiagnosticTag::UNNECESSARY]),
        ..lsp::Diagnostic::default()
    })
}

/// Where the rule is explained, if the user has said where.
fn page(workspace: &WorkspaceSnapshot, code: Code) -> Option<lsp::CodeDescription> {
    let href = rule_page(workspace.rule_pages.as_ref()?, code.name())?;
    Some(lsp::CodeDescription { href })
}

/// All that the finding says, a line for each part.
fn message(found: &Diagnostic) -> String {
    let mut message = found.message.clone();
    for note in &found.notes {
        message.push('\n');
        message.push_str(note);
    }
    if let Some(help) = &found.help {
        message.push_str("\nhelp: ");
        message.push_str(help);
    }
    message
}

fn related(
    workspace: &WorkspaceSnapshot,
    finding: &Finding,
) -> Option<Vec<lsp::DiagnosticRelatedInformation>> {
    let found = finding.diagnostic();
    let primary = Some(&found.primary).filter(|label| !label.message.is_empty());
    let labels = primary.into_iter().chain(&found.labels);
    let related: Vec<_> = labels.filter_map(|label| place(workspace, finding, label)).collect();
    (!related.is_empty()).then_some(related)
}

fn place(
    workspace: &WorkspaceSnapshot,
    finding: &Finding,
    label: &Label,
) -> Option<lsp::DiagnosticRelatedInformation> {
    let uri = workspace.uri(finding.sources().path(label.span.file))?;
    let location = lsp::Location::new(uri, range(workspace, finding, label.span)?);
    // The protocol wants words; a label without any marks what the message speaks of.
    let message = if label.message.is_empty() { "here" } else { &label.message };
    Some(lsp::DiagnosticRelatedInformation { location, message: message.to_owned() })
}

fn range(workspace: &WorkspaceSnapshot, finding: &Finding, span: Span) -> Option<lsp::Range> {
    let file = finding.sources().shared(span.file)?;
    Some(workspace.range(&file, &span.range()))
}

fn severity(severity: Severity) -> lsp::DiagnosticSeverity {
    match severity {
        Severity::Error => lsp::DiagnosticSeverity::ERROR,
        Severity::Warning => lsp::DiagnosticSeverity::WARNING,
        Severity::Info => lsp::DiagnosticSeverity::INFORMATION,
    }
}
