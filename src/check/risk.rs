//! From a manifest to the class of every tool.

use super::Outcome;
use crate::input::add_text;
use crate::manifest::Manifest;
use crate::risk::{self, Assessment};
use crate::source::{SourceSet, normalize};

/// A tool of a manifest, and what is known about its danger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssessedTool {
    /// The name, as the server gives it; not cleaned.
    pub name: String,
    /// Its class, how sure that is, and the evidence.
    pub assessment: Assessment,
}

/// Assesses every tool of a manifest, in the server's order.
pub fn classify(path: &str, bytes: Vec<u8>) -> Outcome<Vec<AssessedTool>> {
    let mut sources = SourceSet::default();
    let file = match add_text(&mut sources, &normalize(path), bytes) {
        Ok(file) => file,
        Err((_, finding)) => return Outcome::new(sources, vec![finding], None),
    };
    let (manifest, findings) = Manifest::read(file, sources.text(file));
    manifest.withhold_what_is_none(&findings, &mut sources, file);
    let assess = |tool: &crate::manifest::Tool| AssessedTool {
        name: tool.name.to_string(),
        assessment: risk::assess(tool),
    };
    let tools = manifest.tools().iter().map(assess).collect();
    Outcome::new(sources, findings, Some(tools))
}
