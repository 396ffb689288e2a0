//! From a manifest to the policy to begin with.

use super::Outcome;
use crate::input::add_text;
use crate::manifest::Manifest;
use crate::policy::Posture;
use crate::source::{SourceSet, normalize};
use crate::starter;

/// Writes the starter policy for the server of a manifest, laid out as [`format`](super::format()) does it.
///
/// `path` names the manifest in findings, `named` in the policy: relative to the folder where the policy will lie.
pub fn starter(path: &str, bytes: Vec<u8>, named: &str, posture: Posture) -> Outcome<String> {
    let mut sources = SourceSet::default();
    let file = match add_text(&mut sources, &normalize(path), bytes) {
        Ok(file) => file,
        Err((_, finding)) => return Outcome::new(sources, vec![finding], None),
    };
    let (manifest, findings) = Manifest::read(file, sources.text(file));
    manifest.withhold_what_is_none(&findings, &mut sources, file);
    let text = starter::write(&manifest, named, posture);
    Outcome::new(sources, findings, Some(text))
}
