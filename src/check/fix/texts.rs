//! The texts that have changed, in place of those that the loader gives.

use std::collections::{BTreeMap, BTreeSet};

use super::Change;
use crate::source::{FileId, LoadError, Loader, SourceSet, resolve_beside};
use crate::syntax::tree::StatementKind;
use crate::syntax::{self, decode_string};

/// The texts that have changed, by the identity of the file.
#[derive(Debug, Default)]
pub(super) struct Texts {
    changes: BTreeMap<String, Change>,
    /// What the files were before the policy at hand changed them; `None` for one that was unchanged.
    undo: BTreeMap<String, Option<Change>>,
}

impl Texts {
    /// From here on the changes belong to another policy.
    pub(super) fn begin(&mut self) {
        self.undo.clear();
    }

    /// Takes back what the policy at hand has changed.
    pub(super) fn undo(&mut self) {
        for (identity, before) in std::mem::take(&mut self.undo) {
            match before {
                Some(before) => self.changes.insert(identity, before),
                None => self.changes.remove(&identity),
            };
        }
    }

    /// Puts a text in the place of another.
    pub(super) fn change(&mut self, identity: &str, path: &str, before: &str, after: &str) {
        let known = self.changes.get(identity);
        if !self.undo.contains_key(identity) {
            self.undo.insert(identity.to_owned(), known.cloned());
        }
        let change = self.changes.entry(identity.to_owned()).or_insert_with(|| Change {
            path: path.to_owned(),
            before: before.to_owned(),
            after: String::new(),
            titles: Vec::new(),
        });
        change.after = after.to_owned();
    }

    /// Notes what was done to a file that has changed.
    pub(super) fn note(&mut self, identity: &str, title: &str) {
        if let Some(change) = self.changes.get_mut(identity) {
            change.titles.push(title.to_owned());
        }
    }

    /// The files that the policy at hand has changed, with their texts.
    pub(super) fn of_this_policy(&self) -> impl Iterator<Item = (&str, &str)> {
        self.undo.keys().filter_map(|identity| {
            let change = self.changes.get(identity)?;
            // A file that is again what it was is as good as unchanged.
            (change.before != change.after).then_some((identity.as_str(), change.after.as_str()))
        })
    }

    /// The files that the formatter would leave alone before they changed, but would not now: their identities, paths and texts as it
    /// would write them.
    pub(super) fn to_lay_out(&self) -> Vec<(String, String, String)> {
        let formatted = |path: &str, text: &str| {
            crate::check::format(path, text.as_bytes().to_vec()).ok().and_then(|done| done.value)
        };
        let changes = self.changes.iter();
        let laid_out = changes.filter_map(|(identity, change)| {
            let was_formatted = formatted(&change.path, &change.before)? == change.before;
            let after = formatted(&change.path, &change.after).filter(|_| was_formatted)?;
            (after != change.after).then(|| (identity.clone(), change.path.clone(), after))
        });
        laid_out.collect()
    }

    /// Every file that is not what it was, by path.
    pub(super) fn into_changes(self) -> Vec<Change> {
        let changes = self.changes.into_values();
        let mut changes: Vec<Change> =
            changes.filter(|change| change.before != change.after).collect();
        changes.sort_by(|left, right| left.path.cmp(&right.path));
        changes
    }
}

/// Reads changed files from memory, and all others as before.
pub(super) struct Overlay<'o> {
    pub(super) base: &'o dyn Loader,
    pub(super) texts: &'o Texts,
    /// Texts that are only tried.
    pub(super) trial: &'o BTreeMap<String, String>,
}

impl Overlay<'_> {
    /// The content of a file if it has changed.
    pub(super) fn changed(&self, path: &str) -> Option<Vec<u8>> {
        if self.texts.changes.is_empty() && self.trial.is_empty() {
            return None;
        }
        let identity = self.base.identity(path);
        let tried = self.trial.get(&identity);
        let text = tried.or_else(|| Some(&self.texts.changes.get(&identity)?.after))?;
        Some(text.as_bytes().to_vec())
    }
}

impl Loader for Overlay<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, LoadError> {
        self.changed(path).map_or_else(|| self.base.read(path), Ok)
    }

    fn admit(&self, from: &str, path: &str) -> Result<(), LoadError> {
        self.base.admit(from, path)
    }

    fn near(&self, path: &str) -> Vec<String> {
        self.base.near(path)
    }

    fn identity(&self, path: &str) -> String {
        self.base.identity(path)
    }
}

/// The files of a policy, from the root by way of what they include, with their identities. A file that is there under two
/// names is listed once; the manifest is none of them.
pub(super) fn policy_files(sources: &SourceSet, loader: &dyn Loader) -> BTreeMap<FileId, String> {
    let mut files = BTreeMap::new();
    let (mut met, mut identities) = (BTreeSet::new(), BTreeSet::new());
    let mut waiting: Vec<FileId> = sources.iter().take(1).map(|(file, _)| file).collect();
    met.extend(waiting.iter().copied());
    while let Some(file) = waiting.pop() {
        let path = sources.path(file);
        let identity = loader.identity(path);
        if identities.insert(identity.clone()) {
            files.insert(file, identity);
        }
        let (tree, _) = syntax::parse(file, sources.text(file));
        let includes = tree.statements.iter().filter_map(|statement| match &statement.kind {
            StatementKind::Include(name) => Some(decode_string(sources.slice(name.span))),
            _ => None,
        });
        let included = includes.filter_map(|name| sources.find(&resolve_beside(path, &name)));
        waiting.extend(included.filter(|file| met.insert(*file)));
    }
    files
}
