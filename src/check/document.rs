//! Checking a policy.json: the same linter as for the language, over the policy that the document says.

use std::sync::Arc;

use super::{NamedManifest, Options, Outcome};
use crate::diagnostic::{self, Diagnostic};
use crate::input::add_text;
use crate::lint::{self, Context, Settings};
use crate::manifest::Manifest;
use crate::policy_json::{self, Placed};
use crate::risk::Assessments;
use crate::source::SourceSet;

pub(super) fn check(path: &str, bytes: Vec<u8>, options: &Options) -> Outcome<()> {
    let mut sources = SourceSet::default();
    let file = match add_text(&mut sources, path, bytes) {
        Ok(file) => file,
        Err((_, finding)) => return Outcome::new(sources, vec![finding], None),
    };
    let (placed, mut diagnostics) = policy_json::read_placed(file, sources.text(file));
    if let Some(placed) = placed {
        let manifest = options.manifest.as_ref().and_then(|named| {
            let manifest = read_manifest(named, &mut sources, &mut diagnostics)?;
            Some((manifest, named.path.as_str()))
        });
        let whole = options.manifest.is_none() || manifest.is_some();
        let found = lint(placed, &sources, manifest, &options.settings, whole);
        diagnostics.extend(found);
    }
    options.settings.apply(&mut diagnostics);
    Outcome::new(sources, diagnostics, Some(()))
}

/// The tools of a named manifest; none when it has errors, which are reported.
pub(super) fn read_manifest(
    named: &NamedManifest,
    sources: &mut SourceSet,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Manifest> {
    let file = match add_text(sources, &named.path, named.bytes.clone()) {
        Ok(file) => file,
        Err((_, finding)) => {
            diagnostics.push(finding);
            return None;
        }
    };
    let (manifest, findings) = Manifest::read(file, sources.get(file)?.shared_text());
    let is_usable = !diagnostic::has_errors(&findings);
    diagnostics.extend(findings);
    is_usable.then_some(manifest)
}

/// What is to be said of the policy that a document says. `whole` is false when its manifest cannot be used.
fn lint(
    placed: Placed,
    sources: &SourceSet,
    manifest: Option<(Manifest, &str)>,
    settings: &Settings,
    whole: bool,
) -> Vec<Diagnostic> {
    let text = sources.text(placed.tree.span.file);
    let named = manifest.as_ref().map(|(manifest, path)| (manifest, *path));
    let mut model = policy_json::model(placed, text, named);
    let mut diagnostics = std::mem::take(&mut model.findings);
    let manifest = manifest.map(|(manifest, _)| Arc::new(manifest));
    let mut assessments = Assessments::new(manifest.clone());
    assessments.make_room(model.policy.tools.len());
    let context =
        Context::of_policy_json(sources, &model, manifest.as_ref(), &assessments, settings);
    diagnostics.extend(lint::lint(&context, settings, whole));
    diagnostics
}
