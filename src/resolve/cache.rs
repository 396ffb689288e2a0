//! What several policies of one run share, so that it is read once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::diagnostic::Diagnostic;
use crate::manifest::Manifest;
use crate::policy::Sound;
use crate::risk::{AssessedManifest, Names};
use crate::source::FileId;
use crate::syntax::{self, Before, Tree};

/// Manifests that have been read, with what is known about their tools, and what is known of names.
///
/// Whether it is full or empty never shows in a result: it only spares work, in a program that checks many files as in an editor
/// that checks one again and again.
#[derive(Debug, Default)]
pub struct Cache {
    manifests: Mutex<HashMap<FileId, Vec<Entry>>>,
    names: Arc<Names>,
    /// The statements in which questions found nothing; none unless they are to be kept.
    sound: Option<Arc<Sound>>,
    /// The trees of `.gate` files as they were read last, by path; none unless they are to be kept.
    trees: Option<Mutex<HashMap<String, Parsed>>>,
}

/// A file as it was read last.
#[derive(Clone, Debug)]
struct Parsed {
    text: Arc<str>,
    tree: Arc<Tree>,
    findings: Arc<[Diagnostic]>,
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
    /// One that keeps the trees of files too, and what was found good in them, so that after an edit only a part of the text is
    /// read and looked at again. It is for programs that check the same files again and again; they
    /// [forget](Self::forget_tree) those that they check no more.
    pub fn for_edits() -> Self {
        Self { trees: Some(Mutex::default()), sound: Some(Arc::default()), ..Self::default() }
    }

    /// The tree of a file and the mistakes in it.
    pub fn parse(
        &self,
        path: &str,
        file: FileId,
        text: Arc<str>,
    ) -> (Arc<Tree>, Arc<[Diagnostic]>) {
        let read = |(tree, findings): (Tree, Vec<Diagnostic>)| (Arc::new(tree), findings.into());
        let Some(trees) = &self.trees else { return read(syntax::parse(file, &text)) };
        let lock = || trees.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = lock().get(path).cloned();
        let (tree, findings): (_, Arc<[Diagnostic]>) = match &kept {
            Some(kept) if kept.tree.file == file && *kept.text == *text => {
                return (Arc::clone(&kept.tree), Arc::clone(&kept.findings));
            }
            Some(Parsed { text: old, tree, findings }) => {
                let before = Before { text: old, tree, findings };
                read(syntax::parse_again(before, file, &text))
            }
            None => read(syntax::parse(file, &text)),
        };
        let parsed = Parsed { text, tree: Arc::clone(&tree), findings: Arc::clone(&findings) };
        lock().insert(path.to_owned(), parsed);
        (tree, findings)
    }

    /// Forgets the tree of a file.
    pub fn forget_tree(&self, path: &str) {
        if let Some(trees) = &self.trees {
            trees.lock().unwrap_or_else(PoisonError::into_inner).remove(path);
        }
    }

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

    /// The statements that have been found good, if they are kept.
    pub fn sound(&self) -> Option<&Arc<Sound>> {
        self.sound.as_ref()
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
