//! Looks for a call with a more lenient verdict under one rule than under another.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::Excess;
use super::view::ToolState;
use crate::decide::CallOutcome;
use crate::manifest::Tool;
use crate::policy::logic::{Answer, Fact, Logic, Model, Undecided};
use crate::policy::semantics::{Corner, Readings};
use crate::policy::{Literal, Test};
use crate::policy_json::{Predicate, ToolRule};

/// The levels that a call may cross: it is at most so strict under the one rule, and stricter under the other.
const LEVELS: [CallOutcome; 2] = [CallOutcome::Allow, CallOutcome::Approve];

/// The most steps of the search for a witness that a schema admits.
const SCHEMA_STEPS: usize = 200_000;

/// Compares pairs of rules, within one budget.
pub(super) struct CallComparison<'d> {
    logic: Logic<'static>,
    /// The last pair of rules that differ, and the answers about it. Many tools may have the same guards.
    last: Option<(&'d ToolRule, &'d ToolRule, Remembered)>,
}

/// Answers about one pair of rules.
#[derive(Clone, Default)]
struct Remembered {
    excess: Option<Excess>,
    may_exceed: Option<bool>,
}

/// The state after all facts that follow have been added.
enum Derived<'t> {
    /// No call satisfies them all.
    Contradiction,
    /// Every conjunction fails.
    Free,
    /// One of these tests must fail.
    Choice(Vec<&'t Test>),
}

/// The facts about a call that is looked for.
struct Goal<'d> {
    /// Tests that must hold.
    passing: Vec<Fact<'d>>,
    /// The same by argument.
    by_argument: HashMap<&'d str, Vec<Fact<'d>>>,
    /// Conjunctions of which none may hold.
    denied: Vec<&'d [Arc<Test>]>,
    /// Sets of facts of which all facts of one must hold.
    reasons: Vec<Vec<Fact<'d>>>,
}

impl<'d> CallComparison<'d> {
    pub(super) fn new(logic: Logic<'static>) -> Self {
        Self { logic, last: None }
    }

    /// How the lenient rule lets more through under the documented reading, or may under another one. The schema is that of the
    /// tool, for a witness that it admits.
    pub(super) fn excess(
        &mut self,
        strict: ToolState<'d>,
        lenient: ToolState<'d>,
        schema: Option<&Tool>,
    ) -> Excess {
        // The schemas of two tools differ.
        let known = self.remembered(strict, lenient).excess;
        if let Some(known) = known.filter(|known| schema.is_none() || !known.is_shown()) {
            return known;
        }
        let excess = self.find_excess(strict, lenient, schema);
        self.remember(strict, lenient, |known| known.excess = Some(excess.clone()));
        excess
    }

    fn find_excess(
        &mut self,
        strict: ToolState<'d>,
        lenient: ToolState<'d>,
        schema: Option<&Tool>,
    ) -> Excess {
        for level in levels(strict, lenient) {
            let Some(goal) = Goal::new(strict, lenient, *level) else { continue };
            match model(&mut self.logic, &goal) {
                Ok(None) => {}
                Ok(Some(model)) => return self.witness(&goal, model, schema, strict, lenient),
                Err(reason) => return Excess::Undecided(reason),
            }
        }
        for (readings, corner) in
            [(Readings::AnyEquality, Corner::MixedTypes), (Readings::Any, Corner::Null)]
        {
            match self.may_cross(strict, lenient, readings) {
                Ok(false) => {}
                Ok(true) => return Excess::Corner(corner),
                Err(reason) => return Excess::Undecided(reason),
            }
        }
        Excess::None
    }

    /// A call that the schema admits, if there is one, else the one that was found.
    fn witness(
        &mut self,
        goal: &Goal<'_>,
        found: Model,
        schema: Option<&Tool>,
        strict: ToolState<'_>,
        lenient: ToolState<'_>,
    ) -> Excess {
        let domains = schema.and_then(Tool::domains);
        let admitted = domains.as_ref().and_then(|(domains, arguments)| {
            let mut logic = Logic::under(domains, *arguments).within(SCHEMA_STEPS);
            model(&mut logic, goal).ok().flatten()
        });
        let is_admitted = admitted.as_ref().map_or(domains.is_none(), |model| model.is_admitted);
        let arguments = admitted.unwrap_or(found).arguments;
        let strict = self.verdict(strict, &arguments);
        let lenient = self.verdict(lenient, &arguments);
        Excess::Call { arguments, strict, lenient, is_admitted }
    }

    /// Whether the lenient rule may let more through under some reading.
    pub(super) fn may_exceed(&mut self, strict: ToolState<'d>, lenient: ToolState<'d>) -> bool {
        if let Some(known) = self.remembered(strict, lenient).may_exceed {
            return known;
        }
        let may_exceed = self.may_cross(strict, lenient, Readings::Any).unwrap_or(true);
        self.remember(strict, lenient, |known| known.may_exceed = Some(may_exceed));
        may_exceed
    }

    fn may_cross(
        &mut self,
        strict: ToolState<'d>,
        lenient: ToolState<'d>,
        readings: Readings,
    ) -> Result<bool, Undecided> {
        let goals = levels(strict, lenient).iter();
        for goal in goals.filter_map(|level| Goal::new(strict, lenient, *level)) {
            for reason in &goal.reasons {
                if !self.logic.may_hold(&goal.related(reason), readings)? {
                    continue;
                }
                let facts = goal.passing.iter().chain(reason).copied().collect();
                if self.may_escape(facts, goal.denied.clone(), readings)? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// A call that both rules allow.
    pub(super) fn allowed_by_both(
        &mut self,
        one: ToolState<'d>,
        other: ToolState<'d>,
    ) -> Result<Option<Literal>, Undecided> {
        let (ToolState::Ruled(one), ToolState::Ruled(other)) = (one, other) else {
            return Ok(None);
        };
        let Some(goal) = Goal::passing([one, other], CallOutcome::Allow) else { return Ok(None) };
        Ok(model(&mut self.logic, &goal)?.map(|model| model.arguments))
    }

    fn remembered(&self, strict: ToolState<'d>, lenient: ToolState<'d>) -> Remembered {
        let is_same = |one: &ToolRule, other: &ToolRule| {
            one.require == other.require && one.deny_if == other.deny_if
        };
        match (strict, lenient) {
            (_, ToolState::Closed) => {
                Remembered { excess: Some(Excess::None), may_exceed: Some(false) }
            }
            (ToolState::Closed, _) => Remembered::default(),
            (ToolState::Ruled(strict), ToolState::Ruled(lenient)) => match &self.last {
                _ if is_same(strict, lenient) => {
                    Remembered { excess: Some(Excess::None), may_exceed: Some(false) }
                }
                Some((one, other, known)) if is_same(one, strict) && is_same(other, lenient) => {
                    known.clone()
                }
                _ => Remembered::default(),
            },
        }
    }

    fn remember(
        &mut self,
        strict: ToolState<'d>,
        lenient: ToolState<'d>,
        write: impl FnOnce(&mut Remembered),
    ) {
        if let (ToolState::Ruled(strict), ToolState::Ruled(lenient)) = (strict, lenient) {
            let mut known = Remembered::default();
            write(&mut known);
            self.last = Some((strict, lenient, known));
        }
    }

    /// Whether some call may satisfy some facts and fail each of some conjunctions. Without a model that would show which
    /// conjunctions matter, facts that follow are derived first, and only then alternatives are tried.
    fn may_escape<'t>(
        &mut self,
        facts: Vec<Fact<'t>>,
        denied: Vec<&'t [Arc<Test>]>,
        readings: Readings,
    ) -> Result<bool, Undecided> {
        let mut waiting = vec![(facts, denied)];
        while let Some((mut facts, mut open)) = waiting.pop() {
            if !self.logic.may_hold(&facts, readings)? {
                continue;
            }
            match self.derive(&mut facts, &mut open, readings)? {
                Derived::Contradiction => {}
                Derived::Free => return Ok(true),
                Derived::Choice(ways) => {
                    let branch = |test: &'t Test| (with(&facts, test, true), open.clone());
                    waiting.extend(ways.into_iter().rev().map(branch));
                }
            }
        }
        Ok(false)
    }

    /// Adds the facts that follow from conjunctions of which all tests but one must hold, and drops conjunctions that cannot hold.
    /// Takes a conjunction that leaves a choice out of the open ones.
    fn derive<'t>(
        &mut self,
        facts: &mut Vec<Fact<'t>>,
        open: &mut Vec<&'t [Arc<Test>]>,
        readings: Readings,
    ) -> Result<Derived<'t>, Undecided> {
        loop {
            let known = facts.len();
            let mut left: Vec<(&'t [Arc<Test>], Vec<&'t Test>)> = Vec::new();
            for tests in open.drain(..) {
                let all = tests.iter().map(|test| Fact { test, negated: false });
                let together: Vec<Fact<'t>> = facts.iter().copied().chain(all).collect();
                if !self.logic.may_hold(&together, readings)? {
                    continue;
                }
                let mut ways: Vec<&'t Test> = Vec::new();
                for test in tests {
                    if self.logic.may_hold(&with(facts, test, true), readings)? {
                        ways.push(test);
                    }
                }
                match ways.as_slice() {
                    [] => return Ok(Derived::Contradiction),
                    [test] => facts.push(Fact { test, negated: true }),
                    _ => left.push((tests, ways)),
                }
            }
            if facts.len() == known || left.is_empty() {
                let choice = left.pop();
                open.extend(left.into_iter().map(|(tests, _)| tests));
                return Ok(choice.map_or(Derived::Free, |(_, ways)| Derived::Choice(ways)));
            }
            open.extend(left.into_iter().map(|(tests, _)| tests));
        }
    }

    /// The verdict about one call under the documented reading.
    fn verdict(&mut self, state: ToolState<'_>, arguments: &Literal) -> CallOutcome {
        let ToolState::Ruled(rule) = state else { return CallOutcome::Deny };
        let mut is_stricter = |level| {
            let mut holds = |tests: &[Arc<Test>]| {
                let facts: Vec<Fact<'_>> =
                    tests.iter().map(|test| Fact { test, negated: false }).collect();
                self.logic.all_hold(&facts, arguments).ok()
            };
            // A predicate that cannot be evaluated blocks.
            stricter(&rule.require, level).any(|tests| holds(tests) != Some(true))
                || stricter(&rule.deny_if, level).any(|tests| holds(tests) != Some(false))
        };
        match (is_stricter(CallOutcome::Allow), is_stricter(CallOutcome::Approve)) {
            (false, _) => CallOutcome::Allow,
            (true, false) => CallOutcome::Approve,
            (true, true) => CallOutcome::Deny,
        }
    }
}

/// The levels that a call may cross. Where no rule asks for approval, both are the same.
fn levels(strict: ToolState<'_>, lenient: ToolState<'_>) -> &'static [CallOutcome] {
    let approves = |state: ToolState<'_>| match state {
        ToolState::Closed => false,
        ToolState::Ruled(rule) => {
            rule.require.iter().chain(&rule.deny_if).any(|predicate| predicate.approves())
        }
    };
    if approves(strict) || approves(lenient) { &LEVELS } else { &[CallOutcome::Allow] }
}

impl<'d> Goal<'d> {
    /// A call that is at most as strict as a level under the lenient rule, and stricter under the strict one. `None` if there is
    /// clearly no such call.
    fn new(strict: ToolState<'d>, lenient: ToolState<'d>, level: CallOutcome) -> Option<Self> {
        let ToolState::Ruled(lenient) = lenient else { return None };
        let mut goal = Self::passing([lenient], level)?;
        goal.reasons = match strict {
            ToolState::Closed => vec![Vec::new()],
            ToolState::Ruled(strict) => reasons(strict, lenient, level),
        };
        (!goal.reasons.is_empty()).then_some(goal)
    }

    /// A call that is at most as strict as a level under several rules.
    fn passing<const N: usize>(rules: [&'d ToolRule; N], level: CallOutcome) -> Option<Self> {
        let (passing, denied, by_argument) = Default::default();
        let mut goal = Self { passing, by_argument, denied, reasons: vec![Vec::new()] };
        for rule in rules {
            let required = required(rule, level).map(|test| Fact { test, negated: false });
            goal.passing.extend(required);
            for tests in stricter(&rule.deny_if, level) {
                match tests {
                    [] => return None,
                    [test] => goal.passing.push(Fact { test, negated: true }),
                    tests => goal.denied.push(tests),
                }
            }
        }
        for fact in &goal.passing {
            goal.by_argument.entry(argument(fact)).or_default().push(*fact);
        }
        Some(goal)
    }

    /// The facts of a reason, and those of the others that are about the same arguments. If these cannot hold together, nor can
    /// all. There may be thousands of reasons, and as many facts.
    fn related(&self, reason: &[Fact<'d>]) -> Vec<Fact<'d>> {
        let arguments: BTreeSet<&str> = reason.iter().map(argument).collect();
        let others = arguments.iter().filter_map(|argument| self.by_argument.get(argument));
        let mut related: Vec<Fact<'d>> = others.flatten().copied().collect();
        related.extend(reason);
        related
    }
}

/// The argument that a fact is about, or that holds what it is about.
fn argument<'d>(fact: &Fact<'d>) -> &'d str {
    fact.test.path.0.first().map_or("", |key| key)
}

/// The facts, and one more about a test.
fn with<'t>(facts: &[Fact<'t>], test: &'t Test, negated: bool) -> Vec<Fact<'t>> {
    facts.iter().copied().chain([Fact { test, negated }]).collect()
}

/// The conditions of the predicates that make a verdict stricter than a level.
fn stricter(
    predicates: &[Arc<Predicate>],
    level: CallOutcome,
) -> impl Iterator<Item = &[Arc<Test>]> {
    let counts = move |predicate: &&Arc<Predicate>| match level {
        CallOutcome::Allow => true,
        CallOutcome::Approve => !predicate.approves(),
        _ => false,
    };
    predicates.iter().filter(counts).map(|predicate| predicate.conditions.as_slice())
}

/// The tests that must hold for a verdict that is at most as strict as a level.
fn required(rule: &ToolRule, level: CallOutcome) -> impl Iterator<Item = &Test> {
    stricter(&rule.require, level).flatten().map(Arc::as_ref)
}

/// The ways in which a rule makes a verdict stricter than a level, each as facts, without those that the lenient rule has too.
fn reasons<'d>(strict: &'d ToolRule, lenient: &ToolRule, level: CallOutcome) -> Vec<Vec<Fact<'d>>> {
    let known_tests: HashSet<String> =
        required(lenient, level).map(|test| spelled([test])).collect();
    let known_conjunctions: HashSet<String> = stricter(&lenient.deny_if, level)
        .map(|tests| spelled(tests.iter().map(Arc::as_ref)))
        .collect();
    let fails = required(strict, level)
        .filter(|test| !known_tests.contains(&spelled([*test])))
        .map(|test| vec![Fact { test, negated: true }]);
    let holds = stricter(&strict.deny_if, level)
        .filter(|tests| !known_conjunctions.contains(&spelled(tests.iter().map(Arc::as_ref))))
        .map(|tests| tests.iter().map(|test| Fact { test, negated: false }).collect());
    fails.chain(holds).collect()
}

/// A key that is the same for tests that are written alike.
fn spelled<'t>(tests: impl IntoIterator<Item = &'t Test>) -> String {
    let mut out = String::new();
    for test in tests {
        test.write_gate(&mut out);
        out.push('\n');
    }
    out
}

/// A call that satisfies a goal under the documented reading.
fn model(logic: &mut Logic<'_>, goal: &Goal<'_>) -> Result<Option<Model>, Undecided> {
    for reason in &goal.reasons {
        if logic.satisfy(&goal.related(reason)) == Answer::No {
            continue;
        }
        let mut open: Vec<Vec<Fact<'_>>> =
            vec![goal.passing.iter().chain(reason).copied().collect()];
        while let Some(facts) = open.pop() {
            let model = match logic.satisfy(&facts) {
                Answer::Yes(model) => model,
                Answer::No => continue,
                Answer::Undecided(reason) => return Err(reason),
            };
            let Some(tests) = first_that_holds(logic, &goal.denied, &model.arguments)? else {
                return Ok(Some(model));
            };
            // One of these tests must fail. Each is tried in turn.
            open.extend(tests.iter().rev().map(|test| with(&facts, test, true)));
        }
    }
    Ok(None)
}

fn first_that_holds<'t>(
    logic: &mut Logic<'_>,
    conjunctions: &[&'t [Arc<Test>]],
    arguments: &Literal,
) -> Result<Option<&'t [Arc<Test>]>, Undecided> {
    for tests in conjunctions {
        let facts: Vec<Fact<'_>> = tests.iter().map(|test| Fact { test, negated: false }).collect();
        if logic.all_hold(&facts, arguments)? {
            return Ok(Some(tests));
        }
    }
    Ok(None)
}
