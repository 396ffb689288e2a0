//! What a policy does with each tool, whatever the arguments.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::counters::{CounterState, Counters};
use super::engine::Engine;
use super::{Call, CallOutcome, Cause, Decision};
use crate::policy::Literal;

/// What becomes of the calls of a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ToolOutlook {
    /// Every call has this verdict, limits aside.
    Every(CallOutcome),
    /// It depends on these arguments, sorted.
    DependsOn(Vec<String>),
}

/// What a policy does with the calls of a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolOverview {
    /// The verdict, or what it depends on.
    pub outlook: ToolOutlook,
    /// The part of the document that decides: for a tool that depends, the first guard that asks about arguments.
    pub cause: Cause,
    /// Its own limits.
    pub limits: Vec<CounterState>,
}

impl Engine {
    /// The limits over all calls together.
    pub fn limits_of_all(&self) -> Vec<CounterState> {
        // No tool has an empty name.
        Counters::default().states(self, "", Timestamp::UNIX_EPOCH)
    }

    fn own_limits(&self, tool: &str) -> Vec<CounterState> {
        let own = self.limits_of(tool).take_while(|(_, is_of_all)| !is_of_all);
        own.filter_map(|(id, is_of_all)| {
            let limit = self.limit(id)?;
            let (used, resets) = (0, Timestamp::UNIX_EPOCH);
            Some(CounterState {
                name: limit.counter.clone(),
                rate: limit.rate,
                used,
                resets,
                is_of_all,
            })
        })
        .collect()
    }

    /// What happens to the calls of a tool.
    pub fn overview(&self, tool: &str) -> ToolOverview {
        let limits = self.own_limits(tool);
        let no_arguments = Literal::Object(Vec::new());
        let call = Call { tool, arguments: &no_arguments, time: Timestamp::UNIX_EPOCH };
        let Decision { outcome, cause, .. } = self.without_counters(&call);
        let every = |outcome, cause| ToolOverview {
            outlook: ToolOutlook::Every(outcome),
            cause,
            limits: limits.clone(),
        };
        let Some(rule) = self.rule(tool).filter(|_| outcome != CallOutcome::Hide) else {
            return every(outcome, cause);
        };
        let mut paths = BTreeSet::new();
        let mut approved = None;
        let mut guard = None;
        for (place, predicate) in self.predicates_of(rule) {
            if predicate.tests.is_empty() && !predicate.approves {
                return every(CallOutcome::Deny, Cause::Predicate(place));
            }
            if predicate.tests.is_empty() {
                approved = approved.or(Some(Cause::Predicate(place)));
                continue;
            }
            paths.extend(
                predicate.tests.iter().map(|test| (predicate.approves, test.test().path.dotted())),
            );
            guard = guard.or(Some(Cause::Predicate(place)));
        }
        // Where every call waits for a person, only what denies can change that.
        let paths: BTreeSet<String> = paths
            .into_iter()
            .filter(|(approves, _)| !approves || approved.is_none())
            .map(|(_, path)| path)
            .collect();
        match (paths.is_empty(), approved, guard) {
            (true, Some(approval), _) => every(CallOutcome::Approve, approval),
            (false, _, Some(guard)) => ToolOverview {
                outlook: ToolOutlook::DependsOn(paths.into_iter().collect()),
                cause: guard,
                limits,
            },
            _ => every(CallOutcome::Allow, Cause::Entry),
        }
    }
}
