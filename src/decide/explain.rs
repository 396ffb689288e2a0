//! Why a call is decided as it is.

use std::sync::Arc;

use super::counters::{CounterState, Counters};
use super::engine::Engine;
use super::{Call, CallOutcome, Cause, Decision, Flip, PredicateList, PredicatePlace, flip};
use crate::policy::{Literal, Test};

/// A decision with all that led to it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Explanation {
    /// The decision.
    pub decision: Decision,
    /// The text that the agent reads; `None` for a call that gets through.
    pub message: Option<String>,
    /// The predicates that were asked before the call was decided.
    pub predicates: Vec<ExaminedPredicate>,
    /// The counters that apply, as they were before the call.
    pub counters: Vec<CounterState>,
    /// The nearest call with another verdict.
    pub flip: Option<Flip>,
}

/// A predicate that was asked about a call.
#[derive(Clone, Debug)]
pub struct ExaminedPredicate {
    /// The predicate.
    pub place: PredicatePlace,
    /// Whether it blocks the call.
    pub blocks: bool,
    /// Whether it asks for approval.
    pub approves: bool,
    /// Its tests, in their order.
    pub tests: Vec<ExaminedTest>,
}

/// A test that was asked about a call.
#[derive(Clone, Debug)]
pub struct ExaminedTest {
    /// The test.
    pub test: Arc<Test>,
    /// The argument; `None` if it is missing.
    pub value: Option<Literal>,
    /// Whether the test holds.
    pub held: bool,
}

impl ExaminedTest {
    /// The test and what it saw, as a sentence: `args.amount is 200, which is not <= 100`.
    pub fn sentence(&self) -> String {
        let path = self.test.path.dotted();
        let mut spelled = String::new();
        self.test.write_gate(&mut spelled);
        let mut written = String::new();
        self.test.path.write_gate(&mut written);
        let question = spelled.strip_prefix(&written).unwrap_or(&spelled).trim();
        let not = if self.held { "" } else { "not " };
        match (&self.value, self.test.presence()) {
            (None, None) => format!("{path} is missing, so `{spelled}` is false"),
            (None, Some(_)) => format!("{path} is missing"),
            (Some(_), Some(_)) => format!("{path} exists"),
            (Some(value), None) => {
                format!("{path} is {}, which is {not}{}", value.to_json(), as_predicate(question))
            }
        }
    }
}

/// An operator with its value after "which is": `matches` and `contains` are verbs.
fn as_predicate(question: &str) -> String {
    match question.split_once(' ') {
        Some(("matches", pattern)) => format!("matched by {pattern}"),
        Some(("contains", part)) => format!("a value that contains {part}"),
        _ => question.to_owned(),
    }
}

impl Engine {
    /// Decides a call without counting it, and says why.
    pub fn explain(&self, call: &Call<'_>, counters: &Counters) -> Explanation {
        let states = counters.states(self, call.tool, call.time);
        let decision = self.decide(call, &mut counters.clone());
        self.explain_decision(call, decision, states)
    }

    /// Says why a call was decided so. The states are those of its counters before the call.
    pub(super) fn explain_decision(
        &self,
        call: &Call<'_>,
        decision: Decision,
        states: Vec<CounterState>,
    ) -> Explanation {
        Explanation {
            message: self.message(call, &decision),
            predicates: self.examine(call, &decision),
            counters: states,
            flip: flip::nearest(self, call, &decision),
            decision,
        }
    }

    fn examine(&self, call: &Call<'_>, decision: &Decision) -> Vec<ExaminedPredicate> {
        let Some(rule) = self.rule(call.tool).filter(|_| decision.outcome != CallOutcome::Hide)
        else {
            return Vec::new();
        };
        let mut examined = Vec::new();
        for (place, predicate) in self.predicates_of(rule) {
            let observe = |test: &crate::policy::semantics::PreparedTest| {
                let observation = test.observe(call.arguments).ok()?;
                let value = observation.value.cloned();
                Some(ExaminedTest { test: Arc::clone(test.test()), value, held: observation.holds })
            };
            let tests: Vec<ExaminedTest> = predicate.tests.iter().filter_map(observe).collect();
            let holds = tests.iter().all(|test| test.held);
            let blocks = holds == (place.list == PredicateList::DenyIf);
            examined.push(ExaminedPredicate { place, blocks, approves: predicate.approves, tests });
            if matches!(&decision.cause, Cause::Predicate(decided) if *decided == place)
                && decision.outcome == CallOutcome::Deny
            {
                break;
            }
        }
        examined
    }
}
