//! From trees to the policy: what every name stands for, and what the rules come to.
//!
//! The order of the work is the order of the modules below: the files, the classes of tools, the groups, then rule by
//! rule the tools and conditions, then what all rules do together. Every step goes on after a mistake, so that one run finds
//! them all; a policy made from wrong files is for browsing only.
//!
//! This layer knows the syntax tree and the manifest. It knows no target: what cannot be written is found later.

mod cache;
mod classes;
mod conditions;
mod counters;
mod effects;
pub(crate) mod errors;
mod files;
mod groups;
mod nulls;
mod overlaps;
mod rules;
mod selectors;
mod test_cases;

use std::collections::HashSet;
use std::sync::Arc;

use crate::diagnostic::{self, Diagnostic};
use crate::manifest::Manifest;
use crate::policy::{Assertion, Policy, Posture, Sound, TestCase};
use crate::risk::{AssessedManifest, Assessments};
use crate::source::{FileId, Loader, SourceSet, Span};
use crate::syntax::Tree;
use crate::syntax::tree::StatementKind;
use crate::text::Suggestions;

pub use cache::Cache;
pub(crate) use errors::files::{test_file_compiled, unreadable};
pub use files::{MAX_INCLUDE_DEPTH, TestedPolicy, is_test_file};
pub use groups::Groups;
pub use overlaps::RedundantSelector;
pub(crate) use selectors::matches_glob;

/// What the files of a policy come to.
#[derive(Debug)]
pub struct Resolved {
    /// The policy, with as much as could be understood.
    pub policy: Policy,
    /// The tree of every file, the root's first.
    pub trees: Vec<Arc<Tree>>,
    /// The manifest, if one is named and could be read.
    pub manifest: Option<Arc<Manifest>>,
    /// The groups, for whoever shows what one stands for.
    pub groups: Groups,
    /// What is known about the danger of the policy's tools.
    pub assessments: Assessments,
    /// The statements that have been found good, where that is kept.
    pub sound: Option<Arc<Sound>>,
    /// The selectors that add nothing to their rows.
    pub redundant: Vec<RedundantSelector>,
    /// In each row with too many globs and sets, the first one with which the others are not compared.
    pub uncompared: Vec<Span>,
    /// The tests of the policy, or of the test file.
    pub tests: Vec<TestCase>,
    /// The assertions of the policy, or of the test file.
    pub assertions: Vec<Assertion>,
    /// The policy that a test file tests; `None` for a policy.
    pub tested: Option<TestedPolicy>,
    /// Everything that is wrong or worth knowing, unsorted.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads the root file's text from the sources, everything that it leads to from the loader, and resolves it.
pub fn resolve(
    sources: &mut SourceSet,
    root: FileId,
    loader: &dyn Loader,
    cache: &Cache,
) -> Resolved {
    let files = files::load(sources, root, loader, cache);
    resolve_files(sources, files, cache)
}

/// Resolves statements that have been read without errors, with the manifest that they name. They include no other file.
pub fn resolve_tree(
    sources: &SourceSet,
    tree: Tree,
    manifest: Option<Arc<AssessedManifest>>,
    cache: &Cache,
) -> Resolved {
    resolve_files(sources, files::Files::of_tree(tree, manifest), cache)
}

fn resolve_files(sources: &SourceSet, mut files: files::Files, cache: &Cache) -> Resolved {
    let assessments = Assessments::new(files.manifest.clone(), Arc::clone(cache.names()));
    let mut resolver = Resolver::new(sources, &files, assessments);
    resolver.diagnostics.append(&mut files.diagnostics);
    resolver.posture(&files);
    resolver.classify(&files);
    resolver.define_groups(&files);
    resolver.rules(&files);
    resolver.effects();
    let assertions = resolver.assertions(&files);
    let tests = resolver.tests(&files);
    if let Some(tested) = &files.tested {
        resolver.diagnostics = tested.own_findings(sources, &files.trees, resolver.diagnostics);
    }
    resolver.assessments.make_room(resolver.policy.tools.len());
    Resolved {
        assessments: resolver.assessments,
        policy: resolver.policy,
        sound: cache.sound().cloned(),
        groups: resolver.groups,
        redundant: resolver.redundant,
        uncompared: resolver.uncompared,
        tests,
        assertions,
        tested: files.tested,
        diagnostics: resolver.diagnostics,
        trees: files.trees,
        manifest: resolver.manifest,
    }
}

/// What the steps share.
struct Resolver<'r> {
    sources: &'r SourceSet,
    manifest: Option<Arc<Manifest>>,
    /// The path of the manifest, for messages.
    manifest_path: String,
    /// Whether a manifest is named, though perhaps unreadable: then nothing is said about names.
    names_manifest: bool,
    policy: Policy,
    assessments: Assessments,
    groups: groups::Groups,
    marks: selectors::Marks,
    /// How many selectors of the row at hand stand for each tool.
    counts: overlaps::Counts,
    redundant: Vec<RedundantSelector>,
    uncompared: Vec<Span>,
    /// How many more mentions of tools there may be.
    mentions_left: usize,
    suggestions: Suggestions,
    /// Patterns that have been judged and found good: a policy repeats few of them often.
    good_patterns: HashSet<Box<str>>,
    diagnostics: Vec<Diagnostic>,
}

/// Globs and sets of one policy, the rules of its blocks, and their caps and tests may mention tools so often.
pub const MAX_MENTIONS: usize = 5_000_000;

/// Room is made for the rules of so many statements at once, and no more.
const MANY_STATEMENTS: usize = 1024;

impl<'r> Resolver<'r> {
    fn new(sources: &'r SourceSet, files: &files::Files, assessments: Assessments) -> Self {
        let mut policy = Policy::default();
        let manifest = files.manifest.as_ref().map(|read| Arc::clone(read.manifest()));
        let mut manifest_path = String::new();
        // Most statements name a tool of their own.
        let statements = files.statement_count().min(MANY_STATEMENTS);
        policy
            .tools
            .reserve(manifest.as_ref().map_or(statements, |manifest| manifest.tools().len()));
        policy.rules.reserve(statements);
        policy.order.reserve(statements);
        for tool in manifest.iter().flat_map(|manifest| manifest.tools()) {
            policy.tools.intern(&tool.name);
            manifest_path = sources.path(tool.name_span.file).to_owned();
        }
        Self {
            sources,
            manifest,
            manifest_path,
            names_manifest: files.names_manifest,
            policy,
            assessments,
            groups: groups::Groups::default(),
            marks: selectors::Marks::default(),
            counts: overlaps::Counts::default(),
            redundant: Vec::new(),
            uncompared: Vec::new(),
            mentions_left: MAX_MENTIONS,
            suggestions: Suggestions::default(),
            good_patterns: HashSet::new(),
            diagnostics: Vec::new(),
        }
    }

    fn report(&mut self, mut diagnostic: Diagnostic) {
        diagnostic.notes.extend(self.suggestions.note().map(str::to_owned));
        self.diagnostics.push(diagnostic);
    }

    /// Whether anything is an error so far: then nothing is said of what is absent, which may be what is broken.
    fn has_errors(&self) -> bool {
        diagnostic::has_errors(&self.diagnostics)
    }

    /// Reports that a glob or set cannot be understood without a manifest, unless one was named and is broken.
    fn needs_manifest(&mut self, span: Span, what: &str) {
        if !self.names_manifest {
            self.report(errors::names::needs_manifest(span, what));
        }
    }

    /// The names near a wrong one, as long as the search stays cheap.
    fn nearest<'c>(
        &mut self,
        name: &str,
        candidates: impl ExactSizeIterator<Item = &'c str>,
    ) -> Vec<&'c str> {
        self.suggestions.nearest(name, candidates)
    }

    /// The manifest's tools with names similar to an unknown one, as long as the search stays cheap.
    fn similar_tools(&mut self, name: &str) -> Vec<String> {
        let Some(assessed) = self.assessments.assessed() else { return Vec::new() };
        if self.suggestions.may_search(name, assessed.manifest().tools().len()) {
            assessed.nearest(name)
        } else {
            Vec::new()
        }
    }

    fn posture(&mut self, files: &files::Files) {
        let mut first: Option<(Posture, Span)> = None;
        for statement in files.statements() {
            let StatementKind::Default(posture) = statement.kind else { continue };
            match first {
                None => first = Some((posture, statement.span)),
                Some((other, _)) if other == posture => {}
                Some((_, span)) => {
                    let problem = errors::files::two_defaults(statement.span, posture, span);
                    self.report(problem);
                }
            }
        }
        self.policy.posture = first.map_or(Posture::Deny, |(posture, _)| posture);
    }
}
