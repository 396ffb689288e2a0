//! Checking a policy.json: the same linter as for the language, over the policy that the document says.

use std::sync::Arc;

use super::suppressed::UnsettledFindings;
use super::{NamedManifest, Options};
use crate::diagnostic::{self, Diagnostic};
use crate::input::{add_text, is_json};
use crate::lint::{self, Context, Settings};
use crate::manifest::Manifest;
use crate::policy_json::{self, Model, PlacedDocument};
use crate::resolve::Cache;
use crate::risk::{AssessedManifest, Assessments};
use crate::source::{FileId, SourceSet};

/// A policy.json that was understood.
#[derive(Debug)]
pub struct Read {
    /// The policy with the places of its parts.
    pub model: Model,
    /// The server's tools, if a manifest is named and could be read.
    pub manifest: Option<Arc<Manifest>>,
    /// What is known about the danger of the policy's tools.
    pub assessments: Assessments,
}

impl Read {
    /// The policy as the linter sees it.
    pub(super) fn context<'c>(
        &'c self,
        sources: &'c SourceSet,
        settings: &Settings,
    ) -> Context<'c> {
        let manifest = self.manifest.as_ref();
        Context::of_policy_json(sources, &self.model, manifest, &self.assessments, settings)
    }
}

/// Reads the document, which stands in the sources, and says what is to be said of it.
pub(super) fn read(
    sources: &mut SourceSet,
    file: FileId,
    options: &Options,
) -> (Option<Read>, UnsettledFindings) {
    let (placed, mut diagnostics) = policy_json::read_placed(file, sources.text(file));
    withhold_what_is_no_json(sources, file, &mut diagnostics);
    let Some(placed) = placed else {
        return (None, UnsettledFindings::new(diagnostics, Vec::new()));
    };
    let manifest = options.manifest.as_ref().and_then(|named| {
        let manifest = read_manifest(named, sources, &mut diagnostics, &options.cache)?;
        Some((manifest, named.path.as_str()))
    });
    let whole = options.manifest.is_none() || manifest.is_some();
    let (read, mut found) = understand(placed, sources, manifest, options);
    let context = read.context(sources, &options.settings);
    found.extend(lint::lint(&context, &options.settings, whole));
    (Some(read), UnsettledFindings::new(diagnostics, found))
}

/// Keeps the content of a file that is not JSON at all out of what is said about it: it may be anybody's.
pub(super) fn withhold_what_is_no_json(
    sources: &mut SourceSet,
    file: FileId,
    diagnostics: &mut [Diagnostic],
) {
    let text = sources.text(file);
    if is_json(text) || text.trim().is_empty() {
        return;
    }
    sources.withhold(file);
    for finding in diagnostics {
        "the file is not JSON".clone_into(&mut finding.message);
        finding.help = None;
        finding.labels.clear();
        finding.notes.clear();
        finding.fixes.clear();
    }
}

/// The tools of a named manifest; none when it has errors, which are reported.
pub(super) fn read_manifest(
    named: &NamedManifest,
    sources: &mut SourceSet,
    diagnostics: &mut Vec<Diagnostic>,
    cache: &Cache,
) -> Option<Arc<AssessedManifest>> {
    let file = match add_text(sources, &named.path, named.bytes.clone()) {
        Ok(file) => file,
        Err((_, finding)) => {
            diagnostics.push(finding);
            return None;
        }
    };
    let (manifest, findings) = cache.manifest(file, sources.get(file)?.shared_text());
    let is_usable = !diagnostic::has_errors(&findings);
    manifest.manifest().withhold_what_is_none(&findings, sources, file);
    diagnostics.extend(findings.iter().cloned());
    is_usable.then_some(manifest)
}

/// What a document says, and what of it the manifest lacks.
fn understand(
    placed: PlacedDocument,
    sources: &SourceSet,
    named: Option<(Arc<AssessedManifest>, &str)>,
    options: &Options,
) -> (Read, Vec<Diagnostic>) {
    let text = sources.text(placed.tree.span.file);
    let manifest = named.as_ref().map(|(assessed, path)| (assessed.manifest().as_ref(), *path));
    let mut model = policy_json::model(placed, text, manifest);
    let findings = std::mem::take(&mut model.findings);
    let assessed = named.map(|(assessed, _)| assessed);
    let manifest = assessed.as_ref().map(|assessed| Arc::clone(assessed.manifest()));
    let mut assessments = Assessments::new(assessed, Arc::clone(options.cache.names()));
    assessments.make_room(model.policy.tools.len());
    (Read { model, manifest, assessments }, findings)
}
