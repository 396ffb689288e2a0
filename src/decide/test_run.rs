//! Runs tests.

use jiff::Timestamp;

use super::counters::Counters;
use super::engine::Engine;
use super::{Call, CallOutcome, Cause, Decision, Explanation};
use crate::policy::{Literal, TestCall, TestCase, wording};
use crate::source::Span;

/// What a test came to.
#[derive(Clone, Debug, Default)]
pub struct TestResult {
    /// The calls with another verdict than expected, the first of each step and tool.
    pub failures: Vec<CallFailure>,
}

impl TestResult {
    /// Whether every call got its verdict.
    pub fn passed(&self) -> bool {
        self.failures.is_empty()
    }
}

/// A call with another verdict than expected.
#[derive(Clone, Debug)]
pub struct CallFailure {
    /// The step.
    pub step: Span,
    /// The tool.
    pub tool: String,
    /// The arguments.
    pub arguments: Literal,
    /// The time.
    pub time: Timestamp,
    /// Which of the equal calls of the step it is, from 1.
    pub number: u64,
    /// The expectation, as a step writes it.
    pub expected: String,
    /// Why the call was decided as it was; `None` if the step calls no tool.
    pub explanation: Option<Box<Explanation>>,
}

impl CallFailure {
    /// The call.
    pub fn call(&self) -> Call<'_> {
        Call { tool: &self.tool, arguments: &self.arguments, time: self.time }
    }
}

/// Is told of each decision while tests run.
pub trait TestObserver {
    /// Equal calls were decided.
    fn decided(&mut self, call: &Call<'_>, decision: &Decision);
}

impl TestObserver for () {
    fn decided(&mut self, _: &Call<'_>, _: &Decision) {}
}

/// Runs a test, with empty counters at its start.
pub fn run_test(
    engine: &Engine,
    test: &TestCase,
    counters: &mut Counters,
    observer: &mut dyn TestObserver,
) -> TestResult {
    counters.reset();
    let mut result = TestResult::default();
    for step in &test.calls {
        if step.tools.is_empty() {
            result.failures.push(CallFailure {
                step: step.span,
                tool: String::new(),
                arguments: step.arguments.clone(),
                time: step.time,
                number: 0,
                expected: step.expected.to_string(),
                explanation: None,
            });
        }
        for tool in &step.tools {
            let call = Call { tool, arguments: &step.arguments, time: step.time };
            let failure = run_calls(engine, step, &call, counters, observer);
            result.failures.extend(failure);
        }
    }
    result
}

/// Makes the calls of a step to one tool; returns the first that gets another verdict.
fn run_calls(
    engine: &Engine,
    step: &TestCall,
    call: &Call<'_>,
    counters: &mut Counters,
    observer: &mut dyn TestObserver,
) -> Option<CallFailure> {
    let (mut made, mut allowed) = (0, 0);
    let mut failed = None;
    for run in engine.decide_all(call, step.times, counters) {
        observer.decided(call, &run.decision);
        let (calls, outcome) = (run.calls, run.decision.outcome);
        if failed.is_none() && !is_as_expected(engine, step, call, &run.decision) {
            failed = Some((made, run.decision));
        }
        made += calls;
        allowed += if outcome == CallOutcome::Allow { calls } else { 0 };
    }
    let (earlier, decision) = failed?;
    // The counters as they were before the call that failed: only calls that got through are counted.
    let since = allowed.saturating_sub(earlier);
    let mut states = counters.states(engine, call.tool, call.time);
    states.iter_mut().for_each(|state| state.used = state.used.saturating_sub(since));
    Some(CallFailure {
        step: step.span,
        tool: call.tool.to_owned(),
        arguments: step.arguments.clone(),
        time: step.time,
        number: earlier + 1,
        expected: step.expected.to_string(),
        explanation: Some(Box::new(engine.explain_decision(call, decision, states))),
    })
}

fn is_as_expected(engine: &Engine, step: &TestCall, call: &Call<'_>, decision: &Decision) -> bool {
    let expected = &step.expected;
    if decision.outcome != expected.outcome {
        return false;
    }
    let is_reason = expected.because.as_ref().is_none_or(|because| {
        let message = engine.message(call, decision).unwrap_or_default();
        let reason = match decision.outcome {
            CallOutcome::Approve => message.strip_prefix(wording::APPROVAL).map(str::trim),
            _ => None,
        };
        message == *because || reason == Some(because.as_str())
    });
    is_reason
        && expected
            .by
            .as_ref()
            .is_none_or(|counter| counter_of(engine, call, decision) == Some(counter.as_str()))
}

/// The name of the counter that stops a call.
fn counter_of<'e>(engine: &'e Engine, call: &Call<'_>, decision: &Decision) -> Option<&'e str> {
    let (wanted, is_of_all) = match decision.cause {
        Cause::ToolLimit(index) => (index, false),
        Cause::AllLimit(index) => (index, true),
        _ => return None,
    };
    let mut limits = engine.limits_of(call.tool).filter(|(_, of_all)| *of_all == is_of_all);
    Some(engine.limit(limits.nth(wanted)?.0)?.counter.as_str())
}
