//! Results of tests as one JSON document.

use serde::Serialize;

use super::coverage::{self, CoverageEntry};
use super::{TestedFile, line_of};
use crate::check::Mutations;
use crate::cli::formats::json;
use crate::cli::why::WhyDocument;

#[derive(Serialize)]
struct TestDocument<'t> {
    version: u32,
    tests: Vec<TestEntry<'t>>,
    /// Those that are not proved.
    assertions: Vec<AssertionEntry<'t>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<CoverageEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mutants: Option<Vec<MutantEntry<'t>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<usize>,
}

#[derive(Serialize)]
struct TestEntry<'t> {
    name: &'t str,
    file: &'t str,
    line: u32,
    passed: bool,
    failures: Vec<FailureEntry<'t>>,
}

#[derive(Serialize)]
struct AssertionEntry<'t> {
    file: &'t str,
    line: u32,
    text: &'t str,
    code: &'static str,
    message: &'t str,
}

#[derive(Serialize)]
struct FailureEntry<'t> {
    line: u32,
    expected: &'t str,
    /// Null if the step calls no tool.
    verdict: Option<&'static str>,
    why: Option<WhyDocument<'t>>,
}

#[derive(Serialize)]
struct MutantEntry<'t> {
    file: &'t str,
    line: u32,
    change: &'t str,
    widens: bool,
    noticed: bool,
}

/// The document, a line for each test.
pub(super) fn document(tested: &[TestedFile]) -> String {
    let mutations: Vec<(&TestedFile, &Mutations)> =
        tested.iter().filter_map(|file| Some((file, file.mutations.as_ref()?))).collect();
    let score = mutations.iter().map(|(_, mutations)| mutations.score()).min();
    let mutants = mutations.iter().flat_map(|(file, mutations)| {
        mutations.mutants.iter().map(|mutant| MutantEntry {
            file: file.sources.path(mutant.span.file),
            line: line_of(&file.sources, mutant.span),
            change: &mutant.change,
            widens: mutant.widens,
            noticed: mutant.noticed,
        })
    });
    let document = TestDocument {
        version: 1,
        tests: tested.iter().flat_map(tests).collect(),
        assertions: tested.iter().flat_map(assertions).collect(),
        coverage: coverage::entry(tested),
        mutants: score.map(|_| mutants.collect()),
        score,
    };
    String::from_utf8_lossy(&json::lines(&document)).into_owned()
}

fn assertions(file: &TestedFile) -> impl Iterator<Item = AssertionEntry<'_>> {
    file.refuted.iter().map(|refuted| AssertionEntry {
        file: file.sources.path(refuted.primary.span.file),
        line: line_of(&file.sources, refuted.primary.span),
        text: file.sources.slice(refuted.primary.span),
        code: refuted.code.name(),
        message: &refuted.message,
    })
}

fn tests(file: &TestedFile) -> impl Iterator<Item = TestEntry<'_>> {
    file.results.iter().filter_map(move |(number, result)| {
        let case = file.suite.cases.get(*number)?;
        let failure =
            |failure: &'_ crate::decide::CallFailure| line_of(&file.sources, failure.step);
        let failures = result.failures.iter().map(|found| FailureEntry {
            line: failure(found),
            expected: &found.expected,
            verdict: found.explanation.as_ref().map(|why| why.decision.outcome.name()),
            why: found.explanation.as_ref().map(|why| {
                WhyDocument::new(&file.suite.decider, &file.sources, &found.call(), why)
            }),
        });
        Some(TestEntry {
            name: &case.name,
            file: file.sources.path(case.span.file),
            line: line_of(&file.sources, case.span),
            passed: result.passed(),
            failures: failures.collect(),
        })
    })
}
