//! The tests of a file, with the policy that they test.

use std::sync::Arc;

use super::assertions::assertion_findings;
use super::decider::{Decider, errors_only};
use super::{Options, Outcome, taken_in};
use crate::decide::{Counters, TestObserver, TestResult, run_test};
use crate::diagnostic::{self, Diagnostic};
use crate::input::add_text;
use crate::policy::{Assertion, TestCase};
use crate::resolve::{self, TestedPolicy};
use crate::source::{LoadError, Loader, Role, SourceFile, SourceSet, normalize};
use crate::syntax::Tree;

/// The tests of a file, and the policy.
#[derive(Debug)]
pub struct TestSuite {
    /// The tests, in the order of the text.
    pub cases: Vec<TestCase>,
    /// The policy.
    pub decider: Decider,
    /// The assertions that are not proved.
    pub refuted: Vec<Diagnostic>,
    pub(super) assertions: Vec<Assertion>,
    /// The trees of the policy's files; none of a policy.json.
    pub(super) policy_trees: Vec<Arc<Tree>>,
}

/// The tests of a `.gate` file. Without errors only; findings of the linter are not among the diagnostics. The suite has no cases if
/// the file has no tests.
pub fn test_suite(
    path: &str,
    bytes: Vec<u8>,
    loader: &dyn Loader,
    options: &Options,
) -> Outcome<TestSuite> {
    match taken_in(&normalize(path), bytes) {
        Ok(file) => suite_of(file, loader, options),
        Err(outcome) => outcome,
    }
}

pub(super) fn suite_of(
    file: Arc<SourceFile>,
    loader: &dyn Loader,
    options: &Options,
) -> Outcome<TestSuite> {
    let mut sources = SourceSet::default();
    let root = sources.share(file);
    let mut resolved = resolve::resolve(&mut sources, root, loader, &options.cache);
    let mut diagnostics = std::mem::take(&mut resolved.diagnostics);
    let cases = std::mem::take(&mut resolved.tests);
    let assertions = std::mem::take(&mut resolved.assertions);
    let tested = resolved.tested.clone();
    let policy_trees = match &tested {
        Some(tested) => resolved.trees.get(tested.trees.clone()).unwrap_or(&[]).to_vec(),
        None => resolved.trees.clone(),
    };
    let decider = match tested.filter(|tested| tested.path.ends_with(".json")) {
        Some(tested) if !diagnostic::has_errors(&diagnostics) => {
            let (decider, found) = policy_json(&mut sources, &tested, loader, options);
            diagnostics.extend(found);
            decider
        }
        _ => {
            let (decider, found) = Decider::of_resolved(resolved, diagnostics);
            diagnostics = found;
            decider
        }
    };
    let suite = decider.map(|decider| {
        let refuted = assertion_findings(&sources, &decider, &assertions);
        TestSuite { cases, decider, refuted, assertions, policy_trees }
    });
    Outcome::new(sources, errors_only(diagnostics), suite)
}

/// The policy.json that a test file tests.
fn policy_json(
    sources: &mut SourceSet,
    tested: &TestedPolicy,
    loader: &dyn Loader,
    options: &Options,
) -> (Option<Decider>, Vec<Diagnostic>) {
    let from = sources.path(tested.name.file).to_owned();
    let read = || -> Result<Vec<u8>, LoadError> {
        Role::Manifest.admit(loader, &from, &tested.path)?;
        loader.read(&tested.path)
    };
    let bytes = match read() {
        Ok(bytes) => bytes,
        Err(error) => {
            return (None, vec![resolve::unreadable(tested.name, &tested.path, &error)]);
        }
    };
    match add_text(sources, &tested.path, bytes) {
        Ok(file) => Decider::of_policy_json(sources, file, options.manifest.as_ref(), options),
        Err((_, finding)) => (None, vec![finding]),
    }
}

impl TestSuite {
    /// Runs the tests whose names contain a text, in their order.
    pub fn run(
        &self,
        filter: &str,
        observer: &mut dyn TestObserver,
    ) -> Vec<(&TestCase, TestResult)> {
        let mut counters = Counters::default();
        let chosen = self.cases.iter().filter(|case| case.name.contains(filter));
        chosen
            .map(|case| (case, run_test(&self.decider.engine, case, &mut counters, observer)))
            .collect()
    }

    /// How many assertions it has.
    pub fn assertion_count(&self) -> usize {
        self.assertions.len()
    }

    /// Whether it has a test or an assertion.
    pub fn has_claims(&self) -> bool {
        !self.cases.is_empty() || !self.assertions.is_empty()
    }

    /// The tests that pass.
    pub(super) fn passing(&self) -> Vec<&TestCase> {
        let results = self.run("", &mut ());
        results.into_iter().filter(|(_, result)| result.passed()).map(|(case, _)| case).collect()
    }
}

/// Whether tests pass with a policy.
pub(super) fn all_pass(cases: &[&TestCase], decider: &Decider) -> bool {
    let mut counters = Counters::default();
    cases.iter().all(|case| run_test(&decider.engine, case, &mut counters, &mut ()).passed())
}
