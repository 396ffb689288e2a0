//! The files of one policy: what the root includes, each once, and the manifest that they agree on.

use std::sync::Arc;

use super::Cache;
use super::errors::files as errors;
use crate::diagnostic::Diagnostic;
use crate::risk::AssessedManifest;
use crate::source::{FileId, Loader, Role, SourceSet, Span, resolve_beside};
use crate::syntax::tree::{Statement, StatementKind, Text};
use crate::syntax::{Tree, decode_string};

/// How deep includes may nest.
pub const MAX_INCLUDE_DEPTH: usize = 32;

/// For how many missing files of a policy a similar name is looked for. It only helps, so nothing is reported about the rest.
const MAX_SEARCHES: usize = 16;

/// Every statement of a policy, in the order in which it counts: an included file's at its first mention.
pub(super) struct Files {
    pub trees: Vec<Arc<Tree>>,
    /// Tree and statement, by index.
    order: Vec<(usize, usize)>,
    /// The manifest, if one is named and could be read.
    pub manifest: Option<Arc<AssessedManifest>>,
    /// Whether a `manifest` statement stands anywhere, also one that failed: then its absence is no mistake.
    pub names_manifest: bool,
    pub diagnostics: Vec<Diagnostic>,
}

impl Files {
    /// One file that includes no other, with its manifest.
    pub fn of_tree(tree: Tree, manifest: Option<Arc<AssessedManifest>>) -> Self {
        let statements = tree.statements.iter().enumerate();
        let order = statements
            .filter(|(_, statement)| lead(&statement.kind).is_none())
            .map(|(number, _)| (0, number))
            .collect();
        let names_manifest = manifest.is_some();
        let trees = vec![Arc::new(tree)];
        Self { trees, order, manifest, names_manifest, diagnostics: Vec::new() }
    }

    /// How many statements there are.
    pub fn statement_count(&self) -> usize {
        self.order.len()
    }

    /// The statements in order.
    pub fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.order
            .iter()
            .filter_map(|&(tree, statement)| self.trees.get(tree)?.statements.get(statement))
    }
}

/// Reads everything that the root leads to.
pub(super) fn load(
    sources: &mut SourceSet,
    root: FileId,
    loader: &dyn Loader,
    cache: &Cache,
) -> Files {
    let files = Files {
        trees: Vec::new(),
        order: Vec::new(),
        manifest: None,
        names_manifest: false,
        diagnostics: Vec::new(),
    };
    let (open, manifest, searches_left) = (Vec::new(), None, MAX_SEARCHES);
    let mut loading = Loading { sources, loader, cache, files, open, manifest, searches_left };
    loading.file(root, None);
    loading.files
}

struct Loading<'l> {
    sources: &'l mut SourceSet,
    loader: &'l dyn Loader,
    cache: &'l Cache,
    files: Files,
    /// The files that are being read, outermost first, each with the `include` that led to it.
    open: Vec<(FileId, Option<Span>)>,
    /// The path of the manifest and the statement that first named it.
    manifest: Option<(String, Span)>,
    /// For how many more missing files a similar name is looked for.
    searches_left: usize,
}

impl Loading<'_> {
    fn file(&mut self, file: FileId, from: Option<Span>) {
        let text = self.sources.get(file).map(|source| source.shared_text()).unwrap_or_default();
        let (tree, problems) = self.cache.parse(self.sources.path(file), file, text);
        self.files.diagnostics.extend(problems.iter().cloned());
        let number = self.files.trees.len();
        let leads: Vec<(usize, Option<(bool, Text)>)> = tree
            .statements
            .iter()
            .enumerate()
            .map(|(index, statement)| (index, lead(&statement.kind)))
            .collect();
        self.files.names_manifest |= tree.statements.iter().any(is_broken_manifest);
        self.files.trees.push(tree);
        self.open.push((file, from));
        for (index, lead) in leads {
            match lead {
                Some((true, name)) => self.include(name),
                Some((false, name)) => self.manifest(name),
                None => self.files.order.push((number, index)),
            }
        }
        self.open.pop();
    }

    /// The path that a statement names, relative to the file that it stands in.
    fn path(&self, name: Text) -> String {
        let named = decode_string(self.sources.slice(name.span));
        resolve_beside(self.sources.path(name.span.file), &named)
    }

    fn include(&mut self, name: Text) {
        let path = self.path(name);
        if let Some(file) = self.sources.find(&path) {
            if let Some(at) = self.open.iter().position(|(open, _)| *open == file) {
                let chain = self.open.get(at..).unwrap_or(&[]);
                self.files.diagnostics.push(errors::cycle(self.sources, name.span, chain));
            }
            return;
        }
        if self.open.len() > MAX_INCLUDE_DEPTH {
            self.files.diagnostics.push(errors::too_deep(name.span, MAX_INCLUDE_DEPTH));
            return;
        }
        if let Some(file) = self.read(Role::Include, name.span, &path) {
            self.file(file, Some(name.span));
        }
    }

    fn manifest(&mut self, name: Text) {
        self.files.names_manifest = true;
        let path = self.path(name);
        match &self.manifest {
            Some((first, _)) if *first == path => return,
            Some((first, span)) => {
                self.files.diagnostics.push(errors::two_manifests(name.span, &path, *span, first));
                return;
            }
            None => self.manifest = Some((path.clone(), name.span)),
        }
        let Some(file) = self.read(Role::Manifest, name.span, &path) else { return };
        let text = self.sources.get(file).map(|source| source.shared_text()).unwrap_or_default();
        let (manifest, problems) = self.cache.manifest(file, text);
        if problems.iter().any(Diagnostic::is_error) {
            manifest.manifest().withhold_what_is_none(&problems, self.sources, file);
            self.files.diagnostics.push(errors::broken_manifest(name.span, &path));
        } else {
            self.files.manifest = Some(manifest);
        }
        self.files.diagnostics.extend(problems.iter().cloned());
    }

    /// The files that a missing one may be meant for, for the first few missing ones: each takes a look at a folder.
    fn near(&mut self, path: &str) -> Vec<String> {
        let left = self.searches_left.checked_sub(1);
        self.searches_left = left.unwrap_or(0);
        left.map_or_else(Vec::new, |_| self.loader.near(path))
    }

    /// Takes a named file in, or reports at the statement why that cannot be done.
    fn read(&mut self, role: Role, statement: Span, path: &str) -> Option<FileId> {
        if let Err(error) = role.admit(self.loader, self.sources.path(statement.file), path) {
            self.files.diagnostics.push(errors::unreadable(statement, path, &error));
            return None;
        }
        if let Some(held) = self.loader.held(path) {
            return Some(self.sources.share(held));
        }
        match self.loader.read(path) {
            Err(error) => {
                let near = if error.is_absent { self.near(path) } else { Vec::new() };
                self.files.diagnostics.push(errors::missing(statement, path, &error, &near));
                None
            }
            Ok(bytes) => match crate::input::add_text(self.sources, path, bytes) {
                Ok(file) => Some(file),
                Err((_, problem)) => {
                    self.files.diagnostics.push(problem);
                    None
                }
            },
        }
    }
}

/// What a statement leads to: a file to include (`true`) or a manifest.
fn lead(kind: &StatementKind) -> Option<(bool, Text)> {
    match kind {
        StatementKind::Include(name) => Some((true, *name)),
        StatementKind::Manifest(name) => Some((false, *name)),
        _ => None,
    }
}

fn is_broken_manifest(statement: &Statement) -> bool {
    matches!(&statement.kind, StatementKind::Broken(broken) if broken.word == Some("manifest"))
}
