//! What several policies of one run share, so that it is read once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::diagnostic::Diagnostic;
use crate::manifest::Manifest;
use crate::risk::{AssessedManifest, Names};
use crate::source::FileId;

/// Manifests that have been read, with what is known about their tools, and what is known of names.
///
/// Whether it is full or empty never shows in a result: it only spares work, in a program that checks many files as in an editor
/// that checks one again and again.
#[derive(Debug, Default)]
pub struct Cache {
    manifests: Mutex<HashMap<FileId, Vec<Entry>>>,
    names: Arc<Names>,
}

/// A manifest that has been read as a certain file of a set of sources: its spans hold for every set where it has the same
/// number.
#[derive(Clone, Debug)]
struct Entry {
    text: Arc<str>,
    manifest: Arc<AssessedManifest>,
    findings: Arc<[Diagnostic]>,
}

/// So many manifests are kept for each number; a run that has more reads some again.
const MAX_KEPT: usize = 64;

impl Cache {
    /// Reads a manifest, unless the same text has been read under the same number.
    pub fn manifest(
        &self,
        file: FileId,
        text: Arc<str>,
    ) -> (Arc<AssessedManifest>, Arc<[Diagnostic]>) {
        if let Some(entry) = self.find(file, &text) {
            return (entry.manifest, entry.findings);
        }
        let (manifest, findings) = Manifest::read(file, Arc::clone(&text));
        let (manifest, findings) = (Arc::new(AssessedManifest::new(manifest)), findings.into());
        let entry = Entry { text, manifest, findings };
        let mut kept = self.manifests.lock().unwrap_or_else(PoisonError::into_inner);
        let entries = kept.entry(file).or_default();
        if entries.len() >= MAX_KEPT {
            entries.remove(0);
        }
        entries.push(entry.clone());
        (entry.manifest, entry.findings)
    }

    /// What is known of names.
    pub fn names(&self) -> &Arc<Names> {
        &self.names
    }

    fn find(&self, file: FileId, text: &str) -> Option<Entry> {
        let kept = self.manifests.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(&file)?
            .iter()
            .find(|entry| std::ptr::eq(&*entry.text, text) || *entry.text == *text)
            .cloned()
    }
}
