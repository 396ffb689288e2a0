//! Checking a policy.json: the same linter as for the language, over the policy that the document says.

use std::sync::Arc;

use super::suppressed::Findings;
use super::{NamedManifest, Options, Outcome};
use crate::diagnostic::{self, Diagnostic};
use crate::input::add_text;
use crate::lint::{self, Context};
use crate::policy_json::{self, Placed};
use crate::resolve::Cache;
use crate::risk::{AssessedManifest, Assessments};
use crate::source::SourceSet;

pub(super) fn check(path: &str, bytes: Vec<u8>, options: &Options) -> Outcome<()> {
    let mut sources = SourceSet::default();
    let file = match add_text(&mut sources, path, bytes) {
        Ok(file) => file,
        Err((_, finding)) => return Outcome::new(sources, vec![finding], None),
    };
    let mut found = Vec::new();
    let (placed, mut diagnostics) = policy_json::read_placed(file, sources.text(file));
    if let Some(placed) = placed {
        let manifest = options.manifest.as_ref().and_then(|named| {
            let manifest = read_manifest(named, &mut sources, &mut diagnostics, &options.cache)?;
            Some((manifest, named.path.as_str()))
        });
        let whole = options.manifest.is_none() || manifest.is_some();
        found = lint(placed, &sources, manifest, options, whole);
    }
    Findings::new(diagnostics, found).conclude(sources, None, &[], options)
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
    diagnostics.extend(findings.iter().cloned());
    is_usable.then_some(manifest)
}

/// What is to be said of the policy that a document says. `whole` is false when its manifest cannot be used.
fn lint(
    placed: Placed,
    sources: &SourceSet,
    named: Option<(Arc<AssessedManifest>, &str)>,
    options: &Options,
    whole: bool,
) -> Vec<Diagnostic> {
    let text = sources.text(placed.tree.span.file);
    let manifest = named.as_ref().map(|(assessed, path)| (assessed.manifest().as_ref(), *path));
    let mut model = policy_json::model(placed, text, manifest);
    let mut diagnostics = std::mem::take(&mut model.findings);
    let assessed = named.map(|(assessed, _)| assessed);
    let manifest = assessed.as_ref().map(|assessed| assessed.manifest());
    let names = Arc::clone(options.cache.names());
    let mut assessments = Assessments::new(assessed.clone(), names);
    assessments.make_room(model.policy.tools.len());
    let context =
        Context::of_policy_json(sources, &model, manifest, &assessments, &options.settings);
    diagnostics.extend(lint::lint(&context, &options.settings, whole));
    diagnostics
}
