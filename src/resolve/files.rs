//! The files of one policy: what the root includes, each once, and the manifest that they agree on.

use std::ops::Range;
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
    /// The policy that a test file names.
    pub tested: Option<TestedPolicy>,
    pub diagnostics: Vec<Diagnostic>,
}

/// The policy that a test file tests.
#[derive(Clone, Debug)]
pub struct TestedPolicy {
    /// The name in the `policy` statement.
    pub name: Span,
    /// Its path, as the test file leads to it.
    pub path: String,
    /// Its trees, by their numbers; none of a policy.json.
    pub trees: Range<usize>,
}

impl TestedPolicy {
    /// The findings about the files of the tests. Those about the policy are told when it is checked; that it has errors is told
    /// here too, because no test can run.
    pub(super) fn own_findings(
        &self,
        sources: &SourceSet,
        trees: &[Arc<Tree>],
        findings: Vec<Diagnostic>,
    ) -> Vec<Diagnostic> {
        let tested = trees.get(self.trees.clone()).unwrap_or(&[]);
        let root = trees.first().map(|tree| tree.file);
        let is_of_policy = |found: &Diagnostic| {
            let file = found.primary.span.file;
            let is_other = || Some(file) != root && sources.path(file).ends_with(".json");
            tested.iter().any(|tree| tree.file == file) || !tested.is_empty() && is_other()
        };
        let (of_policy, mut own): (Vec<_>, Vec<_>) = findings.into_iter().partition(is_of_policy);
        let error = of_policy.iter().find(|found| found.is_error());
        own.extend(
            error.map(|error| errors::broken_policy(self.name, &self.path, error.primary.span)),
        );
        own
    }
}

/// Whether a path is that of a file of tests.
pub fn is_test_file(path: &str) -> bool {
    path.ends_with("_test.gate")
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
        let (tested, diagnostics) = (None, Vec::new());
        Self { trees, order, manifest, names_manifest, tested, diagnostics }
    }

    /// How many statements there are.
    pub fn statement_count(&self) -> usize {
        self.order.len()
    }

    /// The statements of the files that a test file does not merely test: of a policy, all.
    pub fn own_statements(&self) -> impl Iterator<Item = &Statement> {
        let tested = self.tested.as_ref().map_or(0..0, |tested| tested.trees.clone());
        let own = self.order.iter().filter(move |(tree, _)| !tested.contains(tree));
        own.filter_map(|&(tree, statement)| self.trees.get(tree)?.statements.get(statement))
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
        tested: None,
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
        let leads: Vec<(usize, Option<Lead>)> = tree
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
                Some(Lead::Include(name)) => self.include(name),
                Some(Lead::Manifest(name)) => self.manifest(name),
                Some(Lead::Policy(name)) => self.policy(name),
                None => self.files.order.push((number, index)),
            }
        }
        self.open.pop();
    }

    /// Takes in the policy that a test file tests.
    fn policy(&mut self, name: Text) {
        let path = self.path(name);
        let is_at_root = self.open.len() == 1 && is_test_file(self.sources.path(name.span.file));
        if !is_at_root {
            self.files.diagnostics.push(errors::policy_outside_tests(name.span));
            return;
        }
        if let Some(first) = &self.files.tested {
            self.files.diagnostics.push(errors::two_policies(name.span, first.name));
            return;
        }
        let from = self.files.trees.len();
        if path.ends_with(".gate") && !is_test_file(&path) {
            if let Some(file) = self.read(Role::Include, name.span, &path) {
                self.file(file, Some(name.span));
            }
        } else if !path.ends_with(".json") {
            self.files.diagnostics.push(errors::not_a_policy(name.span, &path));
        }
        let trees = from..self.files.trees.len();
        self.files.tested = Some(TestedPolicy { name: name.span, path, trees });
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

/// The file that a statement leads to.
#[derive(Clone, Copy)]
enum Lead {
    Include(Text),
    Manifest(Text),
    Policy(Text),
}

fn lead(kind: &StatementKind) -> Option<Lead> {
    match kind {
        StatementKind::Include(name) => Some(Lead::Include(*name)),
        StatementKind::Manifest(name) => Some(Lead::Manifest(*name)),
        StatementKind::Policy(name) => Some(Lead::Policy(*name)),
        _ => None,
    }
}

fn is_broken_manifest(statement: &Statement) -> bool {
    matches!(&statement.kind, StatementKind::Broken(broken) if broken.word == Some("manifest"))
}
