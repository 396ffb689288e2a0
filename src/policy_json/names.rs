//! Holds the names of a policy.json against a manifest.
//!
//! What the manifest lacks is a warning here and an error in the language: the gateway takes a policy.json as it stands, and it
//! cannot say which of its names are meant to be unknown.

use super::findings::Findings;
use crate::diagnostic::{Code, Diagnostic};
use crate::json::{Node, span_in_string};
use crate::manifest::{Lookup, Manifest, Tool};
use crate::policy::{Path, Test, write_string};
use crate::resolve::errors;
use crate::source::Span;
use crate::text::Suggestions;

/// What has been found out about names.
pub(super) struct Names<'n> {
    /// The manifest and the path of its file.
    manifest: Option<(&'n Manifest, &'n str)>,
    /// The text of the policy.json.
    text: &'n str,
    suggestions: Suggestions,
    findings: Findings,
}

impl<'n> Names<'n> {
    pub(super) fn new(text: &'n str, manifest: Option<(&'n Manifest, &'n str)>) -> Self {
        let (suggestions, findings) = Default::default();
        Self { manifest, text, suggestions, findings }
    }

    /// What was found, a bounded number of findings.
    pub(super) fn into_findings(self) -> Vec<Diagnostic> {
        self.findings.into_vec()
    }

    /// Reports a tool that the manifest lacks, if there is a manifest. `is_taken` says whether another entry has a name already,
    /// so that this one cannot have it too.
    pub(super) fn unknown_tool(
        &mut self,
        span: Span,
        name: &str,
        is_taken: impl FnOnce(&str) -> bool,
    ) {
        let Some((manifest, path)) = self.manifest else { return };
        let names = manifest.tools().iter().map(|tool| tool.name.as_ref());
        let near = self.suggestions.nearest(name, names);
        let finding = errors::names::unknown_tool(span, name, path, &near);
        let fix = only(&near).filter(|name| !is_taken(name)).map(|name| (span, quoted(name)));
        self.report(finding, Code::UndeclaredTool, near.is_empty(), fix);
    }

    /// Reports an argument that the schema of the tool does not declare; `place` is the path in the condition.
    pub(super) fn check_path(&mut self, place: Option<&Node>, test: &Test, tool: &Tool) {
        let Lookup::Unknown { depth, closed, known } = tool.argument(&test.path) else { return };
        let (Some(place), Some(key)) = (place, test.path.0.get(depth)) else { return };
        let before: usize = test.path.0.iter().take(depth).map(|key| key.len() + 1).sum();
        let start = "args.".len() + before;
        let span = span_in_string(self.text, place.span, start..start + key.len());
        let near = self.suggestions.nearest(key, known.iter().map(String::as_str));
        let outer = Path(test.path.0.iter().take(depth).cloned().collect()).dotted();
        let list = tool.is_list(&test.path, depth).then_some(outer.as_str());
        let finding = errors::conditions::UnknownArgument {
            span,
            key,
            tools: &[tool.name.as_ref()],
            is_of_all: true,
            is_forbidden: closed,
            list,
            is_taken: false,
            near: &near,
        };
        let finding = finding.into_diagnostic();
        // No path can reach a key with a dot.
        let key = only(&near).filter(|key| !key.is_empty() && !key.contains('.'));
        let fix = key.map(|key| (span, within_quotes(key)));
        self.report(finding, Code::UnknownArgument, near.is_empty() && list.is_none(), fix);
    }

    /// Quotes mean nothing special in a policy.json, so neither the language's fix nor all of its advice is good here. The code is
    /// that of a rule, which can be configured.
    fn report(
        &mut self,
        mut finding: Diagnostic,
        code: Code,
        nothing_is_near: bool,
        fix: Option<(Span, String)>,
    ) {
        finding.fixes.clear();
        finding.choices.clear();
        (finding.code, finding.severity) = (code, code.severity());
        if let Some((span, written)) = fix {
            finding = finding.with_choice(span, [written]);
        }
        if nothing_is_near {
            finding.help = Some(errors::names::CORRECT.to_owned());
        }
        finding.notes.extend(self.suggestions.note().map(str::to_owned));
        self.findings.report(finding);
    }
}

/// The one name that must be meant.
fn only<'n>(near: &[&'n str]) -> Option<&'n str> {
    match near {
        [only] => Some(only),
        _ => None,
    }
}

/// A JSON string.
fn quoted(name: &str) -> String {
    let mut quoted = String::new();
    write_string(name, &mut quoted);
    quoted
}

/// A part of a JSON string.
fn within_quotes(part: &str) -> String {
    let quoted = quoted(part);
    quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or(part).to_owned()
}
