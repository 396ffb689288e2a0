//! Results of tests for people.

use super::{TestedFile, line_of};
use crate::check::Mutant;
use crate::cli::decisions::{shown_call, statement_line};
use crate::decide::CallFailure;
use crate::text;

/// The names of the tests, a line each.
pub(super) fn list(tested: &[TestedFile], filter: &str) -> String {
    let mut out = String::new();
    for file in tested {
        for case in file.suite.cases.iter().filter(|case| case.name.contains(filter)) {
            let path = text::clean(file.sources.path(case.span.file));
            let line = line_of(&file.sources, case.span);
            out += &format!("{path}:{line}: {}\n", text::clean(&case.name));
        }
    }
    out
}

/// A line for each test, and for a failure what happened instead.
pub(super) fn results(tested: &[TestedFile]) -> String {
    let (mut out, mut passed, mut failed) = (String::new(), 0, 0);
    let refuted: usize = tested.iter().map(|file| file.refuted.len()).sum();
    let assertions: usize = tested.iter().map(|file| file.suite.assertion_count()).sum();
    for file in tested.iter().filter(|file| !file.results.is_empty()) {
        out += &format!("{}\n", text::clean(&file.name));
        for (number, result) in &file.results {
            let Some(case) = file.suite.cases.get(*number) else { continue };
            let mark = if result.passed() { "ok  " } else { "FAIL" };
            out += &format!("  {mark}  {}\n", text::clean(&case.name));
            for failure in &result.failures {
                for line in failure_lines(file, failure) {
                    out += &format!("          {line}\n");
                }
            }
            passed += usize::from(result.passed());
            failed += usize::from(!result.passed());
        }
    }
    let total = text::count(passed + failed, "test");
    out += &match failed {
        0 if passed == 0 => String::new(),
        0 => format!("{total} passed\n"),
        _ => format!("{total}: {passed} passed, {failed} failed\n"),
    };
    let total = text::count(assertions, "assertion");
    out + &match (assertions, refuted) {
        (0, _) => String::new(),
        (_, 0) => format!("{total} proved\n"),
        _ => format!("{total}: {} proved, {refuted} not\n", assertions.saturating_sub(refuted)),
    }
}

/// What happened instead of the expectation, and why.
pub(super) fn failure_lines(file: &TestedFile, failure: &CallFailure) -> Vec<String> {
    let step = statement_line(&file.sources, failure.step);
    let Some(explanation) = &failure.explanation else {
        return vec![step, "the step calls no tool: nothing matches".to_owned()];
    };
    let decision = &explanation.decision;
    let number = match failure.number {
        0 | 1 => String::new(),
        number => format!(" by call {number}"),
    };
    let mut lines = vec![
        step,
        format!(
            "expected {}, got {}{number}",
            text::clean(&failure.expected),
            decision.outcome.name()
        ),
        shown_call(&failure.tool, &failure.arguments),
    ];
    if let Some(message) = &explanation.message {
        lines.push(format!("the agent reads: {}", text::clean(message)));
    }
    let statement = file.suite.decider.statement(&failure.tool, &decision.cause);
    lines.push(match statement {
        Some(span) => format!("decided by {}", statement_line(&file.sources, span)),
        None => "decided by `default`, which is left out and denies".to_owned(),
    });
    for predicate in &explanation.predicates {
        let mark = if predicate.blocks { "blocks" } else { "passes" };
        let tests = predicate.tests.iter();
        lines.extend(tests.map(|test| format!("{mark}: {}", text::excerpt(&test.sentence(), 240))));
    }
    let behaviour = decision.corners.iter().map(|corner| {
        let behaviour = corner.behaviour();
        format!(
            "caution: this verdict depends on undocumented behaviour of the gateway: {behaviour}"
        )
    });
    lines.extend(behaviour);
    lines
}

/// The changes that no test notices, those first that let more calls through.
pub(super) fn mutations(tested: &[TestedFile]) -> String {
    let mut out = String::new();
    for file in tested {
        let Some(mutations) = &file.mutations else {
            let name = text::clean(&file.name);
            out += &format!("{name}: no change was tried, because the tests fail without one\n");
            continue;
        };
        let total = mutations.mutants.len();
        let mut missed: Vec<&Mutant> =
            mutations.mutants.iter().filter(|mutant| !mutant.noticed).collect();
        missed.sort_by_key(|mutant| (!mutant.widens, mutant.span));
        let name = text::clean(&file.name);
        out += &format!(
            "{name}: the tests notice {} of {} ({}%)\n",
            total - missed.len(),
            text::count(total, "change"),
            mutations.score()
        );
        for mutant in missed {
            let effect =
                if mutant.widens { "lets more calls through" } else { "blocks more calls" };
            let change = text::clean(&mutant.change);
            let place = statement_line(&file.sources, mutant.span);
            out += &format!("  not noticed, {effect}: {change}\n    {place}\n");
        }
        if mutations.untried > 0 {
            out += &format!("  {} not tried\n", text::count(mutations.untried, "change"));
        }
    }
    out
}
