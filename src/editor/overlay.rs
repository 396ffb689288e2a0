//! What policies would compile to if some files said something else: how a change is tried before it is offered.

use std::collections::HashMap;
use std::sync::Arc;

use super::Snapshot;
use super::files::Files;
use super::snapshot::Checked;
use crate::check::{self, Outcome};
use crate::diagnostic::has_errors;
use crate::lint::Form;
use crate::policy_json::{self, Document};
use crate::source::{LoadError, Loader, SourceFile, SourceSet};

/// The files of a moment with other texts for some of them.
pub(super) struct Overlay<'s> {
    snapshot: &'s Snapshot,
    /// By what the files below call the one file that several paths may lead to.
    changed: HashMap<String, Arc<SourceFile>>,
}

impl<'s> Overlay<'s> {
    /// The files with these in the place of those that have their paths.
    pub(super) fn new(
        snapshot: &'s Snapshot,
        changed: impl IntoIterator<Item = SourceFile>,
    ) -> Self {
        let identified = |file: SourceFile| (snapshot.files.identity(file.path()), Arc::new(file));
        Self { snapshot, changed: changed.into_iter().map(identified).collect() }
    }

    /// What the `.gate` policy at a path compiles to; `None` where it cannot be read.
    pub(super) fn compile(&self, path: &str) -> Option<Outcome<Document>> {
        let cache = &self.snapshot.cache;
        Some(check::compile_document(self.held(path)?, self, cache))
    }

    /// What the gateway gets of a policy, if it is valid.
    pub(super) fn document(&self, policy: &Checked) -> Option<Document> {
        if policy.form == Form::Gate {
            return self.compile(&policy.path)?.value;
        }
        let mut sources = SourceSet::default();
        let file = sources.share(self.held(&policy.path)?);
        let (document, findings) = policy_json::read(file, sources.text(file));
        document.filter(|_| !has_errors(&findings))
    }

    fn below(&self) -> &'s Files {
        &self.snapshot.files
    }

    fn changed(&self, path: &str) -> Option<&Arc<SourceFile>> {
        if self.changed.is_empty() {
            return None;
        }
        self.changed.get(&self.identity(path))
    }
}

impl Loader for Overlay<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, LoadError> {
        match self.changed(path) {
            Some(file) => Ok(file.text().as_bytes().to_vec()),
            None => self.below().read(path),
        }
    }

    fn held(&self, path: &str) -> Option<Arc<SourceFile>> {
        match self.changed(path) {
            Some(file) if file.path() == path => Some(Arc::clone(file)),
            Some(file) => Some(Arc::new(SourceFile::new(path, file.shared_text()))),
            None => self.below().held(path),
        }
    }

    fn admit(&self, from: &str, path: &str) -> Result<(), LoadError> {
        self.below().admit(from, path)
    }

    fn near(&self, path: &str) -> Vec<String> {
        self.below().near(path)
    }

    fn identity(&self, path: &str) -> String {
        self.below().identity(path)
    }
}
