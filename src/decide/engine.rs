//! The compiled policy and its decisions.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;
use smallvec::{SmallVec, smallvec};

use super::counters::{CounterUses, Counters, window_number};
use super::{Call, CallOutcome, Cause, Decision, PredicateList, PredicatePlace};
use crate::policy::semantics::{Corner, CornerSet, PreparedTest, TestPatterns, TooLarge};
use crate::policy::{Literal, Posture, Window, wording};
use crate::policy_json::{Document, Limit, Predicate, ToolRule};

/// A limit of one [`Engine`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct LimitId(u32);

/// A policy that decides calls. Looking up a tool takes the same time however many there are.
#[derive(Debug)]
pub struct Engine {
    default: Posture,
    /// The position of `*` in `hide`.
    hides_all: Option<usize>,
    tools: HashMap<Box<str>, EngineTool, foldhash::quality::RandomState>,
    predicates: Vec<EnginePredicate>,
    limits: Vec<Limit>,
    all_limits: LimitList,
    /// For each limit the first one with the same counter and window; empty if no two share one.
    shared: Vec<LimitId>,
}

#[derive(Debug, Default)]
struct EngineTool {
    hidden: Option<usize>,
    rule: Option<EngineRule>,
}

#[derive(Debug)]
pub(super) struct EngineRule {
    require: Box<[u32]>,
    deny_if: Box<[u32]>,
    limits: LimitList,
}

/// The limits of a tool, or of all tools together.
#[derive(Clone, Debug, Default)]
struct LimitList {
    all: Range<u32>,
    /// The lowest of each window. They count the same calls as the others, and stop them first.
    lowest: SmallVec<[u32; Window::ALL.len()]>,
}

/// A limit that counts a call.
#[derive(Clone, Copy)]
struct CountingLimit {
    id: LimitId,
    is_of_all: bool,
    /// Its position in its list.
    index: usize,
}

/// A predicate of the engine.
#[derive(Debug)]
pub(super) struct EnginePredicate {
    pub(super) tests: Vec<PreparedTest>,
    pub(super) on_deny: Option<Arc<str>>,
    pub(super) approves: bool,
}

/// Equal decisions about some of a row of equal calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionRun {
    /// The decision.
    pub decision: Decision,
    /// The number of calls.
    pub calls: u64,
}

/// Whether a conjunction of tests holds, where readings may differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Certainty {
    Yes,
    No,
    Open,
}

/// What the predicates of a tool do with a call.
struct Judgement {
    /// The first denial, or else the first approval.
    blocker: Option<(PredicatePlace, CallOutcome)>,
    /// The corners of the tests that were asked.
    touched: CornerSet,
}

impl Engine {
    /// Compiles a document. Patterns are compiled when they are first needed.
    pub fn new(document: &Document) -> Self {
        let mut compiler = Compiler::default();
        let mut tools: HashMap<Box<str>, EngineTool, _> = HashMap::default();
        tools.reserve(document.tools.len());
        for (name, rule) in &document.tools {
            let rule = Some(compiler.rule(rule));
            tools.insert(name.as_str().into(), EngineTool { hidden: None, rule });
        }
        for (position, name) in document.hide.iter().enumerate().filter(|(_, name)| *name != "*") {
            let tool = tools.entry(name.as_str().into()).or_default();
            tool.hidden = tool.hidden.or(Some(position));
        }
        let all_limits = compiler.limits(&document.all_limits);
        Self {
            default: document.default,
            hides_all: document.hide.iter().position(|name| name == "*"),
            tools,
            predicates: compiler.predicates,
            shared: shared_limits(&compiler.limits),
            limits: compiler.limits,
            all_limits,
        }
    }

    /// Decides a call. One that gets through is counted.
    pub fn decide(&self, call: &Call<'_>, counters: &mut Counters) -> Decision {
        let mut runs = self.decide_all(call, 1, counters);
        runs.pop().map_or_else(|| self.without_counters(call), |run| run.decision)
    }

    /// Decides a number of equal calls at one instant, and counts those that get through. Takes no longer for many calls than
    /// for one.
    pub fn decide_all(
        &self,
        call: &Call<'_>,
        calls: u64,
        counters: &mut Counters,
    ) -> SmallVec<[DecisionRun; 3]> {
        let decision = self.without_counters(call);
        if decision.outcome != CallOutcome::Allow {
            return smallvec![DecisionRun { decision, calls }];
        }
        let separate = self.take(call, calls, &mut counters.separate, |id| id);
        let shared = match self.shared.is_empty() {
            true => separate.clone(),
            false => {
                let shared = |id: LimitId| self.shared.get(id.0 as usize).copied().unwrap_or(id);
                self.take(call, calls, &mut counters.shared, shared)
            }
        };
        let stopped = |cause: &Cause| Decision {
            outcome: CallOutcome::Rate,
            cause: cause.clone(),
            corners: decision.corners,
        };
        let both = separate.0.min(shared.0);
        let differ = separate.0.max(shared.0);
        let mut runs: SmallVec<[DecisionRun; 3]> = SmallVec::new();
        for (from, to) in [(0, both), (both, differ), (differ, calls)] {
            let mut decided = match &separate.1 {
                Some(cause) if from >= separate.0 => stopped(cause),
                _ => decision.clone(),
            };
            if from == both && to == differ {
                decided.corners = decided.corners.and(Corner::SharedCounter.into());
            }
            if to > from {
                runs.push(DecisionRun { decision: decided, calls: to - from });
            }
        }
        runs
    }

    /// CounterUses as many of some calls as the limits let through. Returns their number, and the limit that stops the others.
    fn take(
        &self,
        call: &Call<'_>,
        calls: u64,
        counts: &mut CounterUses,
        counter: impl Fn(LimitId) -> LimitId,
    ) -> (u64, Option<Cause>) {
        let mut taken = calls;
        let mut cause = None;
        let counting = || self.counting_limits(call.tool);
        for CountingLimit { id, is_of_all, index } in counting() {
            let Some(limit) = self.limit(id) else { continue };
            let window = window_number(limit.rate.window(), call.time);
            let left = limit.rate.calls().saturating_sub(counts.used(counter(id), window));
            if left < taken {
                taken = left;
                cause =
                    Some(if is_of_all { Cause::AllLimit(index) } else { Cause::ToolLimit(index) });
            }
        }
        // One counter may be named twice: it is taken from once.
        let mut counted: SmallVec<[LimitId; 4]> = SmallVec::new();
        for CountingLimit { id, .. } in counting().filter(|_| taken > 0) {
            let (counter, Some(limit)) = (counter(id), self.limit(id)) else { continue };
            if !counted.contains(&counter) {
                counts.add(counter, window_number(limit.rate.window(), call.time), taken);
                counted.push(counter);
            }
        }
        (taken, cause)
    }

    /// Decides a call, limits aside.
    pub fn without_counters(&self, call: &Call<'_>) -> Decision {
        let certain = |outcome, cause| Decision { outcome, cause, corners: CornerSet::default() };
        let tool = self.tools.get(call.tool);
        if let Some(position) = tool.and_then(|tool| tool.hidden).or(self.hides_all) {
            return certain(CallOutcome::Hide, Cause::Hidden(position));
        }
        let Some(rule) = tool.and_then(|tool| tool.rule.as_ref()) else {
            let outcome = match self.default {
                Posture::Deny => CallOutcome::Deny,
                Posture::Allow => CallOutcome::Allow,
            };
            return certain(outcome, Cause::Default);
        };
        let judgement = match self.judge(rule, call.arguments) {
            Ok(judgement) => judgement,
            Err(place) => return certain(CallOutcome::Deny, Cause::PatternTooLarge(place)),
        };
        let (outcome, cause) = match judgement.blocker {
            Some((place, outcome)) => (outcome, Cause::Predicate(place)),
            None => (CallOutcome::Allow, Cause::Entry),
        };
        let decides = |corner: &Corner| self.may_differ(rule, call.arguments, outcome, *corner);
        let corners = judgement.touched.iter().filter(decides).map(CornerSet::from);
        Decision { outcome, cause, corners: corners.fold(CornerSet::default(), CornerSet::and) }
    }

    /// All predicates of a tool that is listed and not hidden, each with whether it blocks a call. Predicates that cannot be run
    /// are left out.
    pub fn asked(&self, call: &Call<'_>) -> Vec<(PredicatePlace, bool)> {
        let tool = self.tools.get(call.tool).filter(|tool| tool.hidden.is_none());
        let rule = tool.and_then(|tool| tool.rule.as_ref()).filter(|_| self.hides_all.is_none());
        let Some(rule) = rule else { return Vec::new() };
        let mut touched = CornerSet::default();
        let asked = self.predicates_of(rule).filter_map(|(place, predicate)| {
            let holds = predicate.holds(call.arguments, &mut touched).ok()?;
            Some((place, holds == (place.list == PredicateList::DenyIf)))
        });
        asked.collect()
    }

    /// Asks the predicates of a tool. Once one denies, the others are not asked.
    fn judge(&self, rule: &EngineRule, arguments: &Literal) -> Result<Judgement, PredicatePlace> {
        let mut judgement = Judgement { blocker: None, touched: CornerSet::default() };
        for (place, predicate) in self.predicates_of(rule) {
            if predicate.approves && judgement.blocker.is_some() {
                continue;
            }
            let holds = predicate.holds(arguments, &mut judgement.touched).map_err(|_| place)?;
            if holds != (place.list == PredicateList::DenyIf) {
                continue;
            }
            if !predicate.approves {
                judgement.blocker = Some((place, CallOutcome::Deny));
                break;
            }
            judgement.blocker = Some((place, CallOutcome::Approve));
        }
        Ok(judgement)
    }

    /// Whether the verdict of the predicates may be another than this one where a corner is read otherwise.
    fn may_differ(
        &self,
        rule: &EngineRule,
        arguments: &Literal,
        outcome: CallOutcome,
        corner: Corner,
    ) -> bool {
        // The strictest and the most lenient verdict that any reading gives.
        let (mut strictest, mut mildest) = (CallOutcome::Allow, CallOutcome::Allow);
        for (place, predicate) in self.predicates_of(rule) {
            let blocked = if predicate.approves { CallOutcome::Approve } else { CallOutcome::Deny };
            let holds = predicate.certainty(arguments, corner);
            let blocks = match (place.list, holds) {
                (_, Certainty::Open) => Certainty::Open,
                (PredicateList::DenyIf, Certainty::Yes)
                | (PredicateList::Require, Certainty::No) => Certainty::Yes,
                _ => Certainty::No,
            };
            if blocks != Certainty::No {
                strictest = strictest.min(blocked);
            }
            if blocks == Certainty::Yes {
                mildest = mildest.min(blocked);
            }
        }
        strictest != outcome || mildest != outcome
    }

    /// The predicates of a rule, in the order in which they are asked.
    pub(super) fn predicates_of<'e>(
        &'e self,
        rule: &'e EngineRule,
    ) -> impl Iterator<Item = (PredicatePlace, &'e EnginePredicate)> {
        let lists =
            [(PredicateList::Require, &rule.require), (PredicateList::DenyIf, &rule.deny_if)];
        lists.into_iter().flat_map(move |(list, numbers)| {
            let place = move |(index, number): (usize, &u32)| {
                let predicate = self.predicates.get(*number as usize)?;
                Some((PredicatePlace { list, index }, predicate))
            };
            numbers.iter().enumerate().filter_map(place)
        })
    }

    /// The rule of a tool that is listed.
    pub(super) fn rule(&self, tool: &str) -> Option<&EngineRule> {
        self.tools.get(tool)?.rule.as_ref()
    }

    /// The limits that count the calls of a tool, its own first; with whether they count all calls.
    pub(super) fn limits_of(&self, tool: &str) -> impl Iterator<Item = (LimitId, bool)> + use<> {
        let own = self.rule(tool).map_or(0..0, |rule| rule.limits.all.clone());
        let own = own.map(|id| (LimitId(id), false));
        own.chain(self.all_limits.all.clone().map(|id| (LimitId(id), true)))
    }

    /// The limits that a call has to pass, the tool's own first. Without shared counters the lowest of each window suffice.
    fn counting_limits(&self, tool: &str) -> impl Iterator<Item = CountingLimit> {
        let own = self.rule(tool).map(|rule| (&rule.limits, false));
        let lists = own.into_iter().chain([(&self.all_limits, true)]);
        let is_short = self.shared.is_empty();
        lists.flat_map(move |(list, is_of_all)| {
            let all = if is_short { 0..0 } else { list.all.clone() };
            let lowest = if is_short { list.lowest.as_slice() } else { &[] };
            let start = list.all.start;
            all.chain(lowest.iter().copied()).map(move |id| CountingLimit {
                id: LimitId(id),
                is_of_all,
                index: id.saturating_sub(start) as usize,
            })
        })
    }

    pub(super) fn limit(&self, id: LimitId) -> Option<&Limit> {
        self.limits.get(id.0 as usize)
    }

    /// The text that the agent reads; `None` for a call that gets through.
    pub fn message(&self, call: &Call<'_>, decision: &Decision) -> Option<String> {
        Some(match &decision.cause {
            Cause::Hidden(_) => "the tool does not exist".to_owned(),
            Cause::Default if decision.outcome == CallOutcome::Deny => "not granted".to_owned(),
            Cause::Default | Cause::Entry => return None,
            Cause::Predicate(place) => {
                let message = self.predicate(call.tool, *place)?.on_deny.as_deref();
                message.unwrap_or(wording::DENIED).to_owned()
            }
            Cause::PatternTooLarge(place) => format!(
                "denied because a pattern of `{}` is too large to be run",
                Cause::Predicate(*place).pointer(call.tool)
            ),
            Cause::ToolLimit(index) => self.limit_message(call, *index, false)?,
            Cause::AllLimit(index) => self.limit_message(call, *index, true)?,
        })
    }

    /// A predicate of a tool.
    pub(super) fn predicate(&self, tool: &str, place: PredicatePlace) -> Option<&EnginePredicate> {
        let rule = self.rule(tool)?;
        self.predicates_of(rule).find(|(other, _)| *other == place).map(|(_, predicate)| predicate)
    }

    fn limit_message(&self, call: &Call<'_>, index: usize, is_of_all: bool) -> Option<String> {
        let states = Counters::default().states(self, call.tool, call.time);
        let state = states.iter().filter(|state| state.is_of_all == is_of_all).nth(index)?;
        let resets: Timestamp = state.resets;
        Some(format!(
            "{}: {} of {} per {} used; the next {} starts at {resets}",
            state.name,
            state.rate.calls(),
            state.rate.calls(),
            state.rate.window().name(),
            state.rate.window().name(),
        ))
    }
}

impl EnginePredicate {
    /// Whether all tests hold under the documented reading; adds the corners of the tests that were asked.
    fn holds(&self, arguments: &Literal, touched: &mut CornerSet) -> Result<bool, TooLarge> {
        for test in &self.tests {
            let observation = test.observe(arguments)?;
            *touched = touched.and(observation.corners);
            if !observation.holds {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether all tests hold, however a corner is read.
    fn certainty(&self, arguments: &Literal, corner: Corner) -> Certainty {
        let mut certainty = Certainty::Yes;
        for test in &self.tests {
            match test.observe(arguments) {
                Ok(observation) if observation.corners.contains(corner) => {
                    certainty = Certainty::Open;
                }
                Ok(observation) if observation.holds => {}
                Ok(_) => return Certainty::No,
                Err(_) => certainty = Certainty::Open,
            }
        }
        certainty
    }
}

/// Compiles the parts of a document.
#[derive(Default)]
struct Compiler {
    patterns: TestPatterns,
    predicates: Vec<EnginePredicate>,
    /// Predicates are shared by tools, and compiled once. By their addresses; the document holds them.
    known: HashMap<usize, u32, foldhash::fast::RandomState>,
    limits: Vec<Limit>,
}

impl Compiler {
    fn rule(&mut self, rule: &ToolRule) -> EngineRule {
        EngineRule {
            require: rule.require.iter().map(|predicate| self.predicate(predicate)).collect(),
            deny_if: rule.deny_if.iter().map(|predicate| self.predicate(predicate)).collect(),
            limits: self.limits(&rule.limits),
        }
    }

    fn predicate(&mut self, predicate: &Arc<Predicate>) -> u32 {
        let address = Arc::as_ptr(predicate) as usize;
        if let Some(known) = self.known.get(&address) {
            return *known;
        }
        let number = clamp(self.predicates.len());
        let tests = predicate.conditions.iter();
        self.predicates.push(EnginePredicate {
            tests: tests
                .map(|test| PreparedTest::new(Arc::clone(test), &mut self.patterns))
                .collect(),
            on_deny: predicate.on_deny.clone(),
            approves: predicate.approves(),
        });
        self.known.insert(address, number);
        number
    }

    fn limits(&mut self, limits: &[Limit]) -> LimitList {
        let start = clamp(self.limits.len());
        let mut lowest: SmallVec<[u32; Window::ALL.len()]> = SmallVec::new();
        for (id, limit) in (start..).zip(limits) {
            let of_window = |known: &u32| {
                limits.get(known.saturating_sub(start) as usize).map(|known| known.rate)
            };
            let window = limit.rate.window();
            let same = lowest
                .iter_mut()
                .find(|known| of_window(known).is_some_and(|known| known.window() == window));
            match same {
                None => lowest.push(id),
                Some(known) => {
                    if of_window(known).is_some_and(|rate| limit.rate.calls() < rate.calls()) {
                        *known = id;
                    }
                }
            }
        }
        lowest.sort_unstable();
        self.limits.extend_from_slice(limits);
        LimitList { all: start..clamp(self.limits.len()), lowest }
    }
}

/// For each limit the first one with its counter and window; empty if each has a counter of its own.
fn shared_limits(limits: &[Limit]) -> Vec<LimitId> {
    let mut first: HashMap<(&str, Window), LimitId> = HashMap::new();
    let numbered = (0u32..).map(LimitId).zip(limits);
    let shared: Vec<LimitId> = numbered
        .map(|(id, limit)| {
            *first.entry((limit.counter.as_str(), limit.rate.window())).or_insert(id)
        })
        .collect();
    if first.len() == limits.len() { Vec::new() } else { shared }
}

fn clamp(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
