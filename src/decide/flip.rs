//! The nearest call with another verdict.

use std::cmp::Ordering;

use super::engine::Engine;
use super::{Call, CallOutcome, Cause, Decision};
use crate::policy::logic::{Answer, Fact, Logic};
use crate::policy::semantics::{PreparedTest, listed, look_up_any};
use crate::policy::{Literal, Operator, Path, Test, compare_numbers};

/// The most changed calls that are tried.
const MAX_TRIES: usize = 2_000;
/// The most steps of the logic in search of a text.
const MAX_STEPS: usize = 50_000;

/// The most arguments that are changed.
const MAX_CHANGES: usize = 6;

/// A call that differs in as few arguments as were found to be enough, and its verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Flip {
    /// The arguments that differ.
    pub changes: Vec<ArgumentChange>,
    /// All arguments.
    pub arguments: Literal,
    /// The verdict, limits aside.
    pub outcome: CallOutcome,
}

/// Another value of an argument.
#[derive(Clone, Debug, PartialEq)]
pub struct ArgumentChange {
    /// The argument.
    pub path: Path,
    /// Its other value; `None` if it is missing.
    pub value: Option<Literal>,
}

/// A call that is tried.
struct Candidate {
    change: ArgumentChange,
    arguments: Literal,
    decision: Decision,
    rank: FlipRank,
}

/// The nearest call with a more lenient verdict than a blocked one, or with a stricter verdict than one that gets through.
pub(super) fn nearest(engine: &Engine, call: &Call<'_>, decision: &Decision) -> Option<Flip> {
    let rule = engine.rule(call.tool)?;
    if matches!(decision.cause, Cause::Hidden(_) | Cause::Default | Cause::PatternTooLarge(_)) {
        return None;
    }
    let from = engine.without_counters(call);
    let predicates: Vec<_> = engine.predicates_of(rule).collect();
    let mut search = FlipSearch { engine, call: *call, tries: MAX_TRIES };
    let tests = predicates.iter().flat_map(|(_, predicate)| &predicate.tests);
    let single = search.best(call.arguments, tests, |decision| match from.outcome {
        CallOutcome::Allow => decision.outcome < from.outcome,
        _ => decision.outcome > from.outcome,
    });
    if let Some(found) = single {
        let (arguments, outcome) = (found.arguments, found.decision.outcome);
        return Some(Flip { changes: vec![found.change], arguments, outcome });
    }
    // What blocks is removed, one guard after the other.
    let mut flip =
        Flip { changes: Vec::new(), arguments: call.arguments.clone(), outcome: from.outcome };
    let mut cause = from.cause;
    while flip.changes.len() < MAX_CHANGES {
        let Cause::Predicate(blocking) = cause else { return None };
        let (_, predicate) = predicates.iter().find(|(place, _)| *place == blocking)?;
        let is_over = |decision: &Decision| match decision.cause {
            Cause::Predicate(place) => place > blocking || decision.outcome > flip.outcome,
            _ => decision.outcome == CallOutcome::Allow,
        };
        let found = search.best(&flip.arguments, &predicate.tests, is_over)?;
        flip.changes.push(found.change);
        flip.arguments = found.arguments;
        cause = found.decision.cause;
        flip.outcome = found.decision.outcome;
        if flip.outcome > from.outcome {
            return Some(flip);
        }
    }
    None
}

/// Tries calls.
struct FlipSearch<'e, 'c> {
    engine: &'e Engine,
    call: Call<'c>,
    /// How many more calls are tried.
    tries: usize,
}

impl FlipSearch<'_, '_> {
    /// The nearest call that differs in an argument of one of the tests, and whose decision is as wanted.
    fn best<'t>(
        &mut self,
        arguments: &Literal,
        tests: impl IntoIterator<Item = &'t PreparedTest>,
        is_wanted: impl Fn(&Decision) -> bool,
    ) -> Option<Candidate> {
        let mut best: Option<Candidate> = None;
        for test in tests {
            let (test, keys) = (test.test(), &test.test().path.0);
            let now = look_up_any(arguments, keys);
            for value in candidates(test, now) {
                self.tries = match self.tries.checked_sub(1) {
                    Some(left) => left,
                    None => return best,
                };
                let Some(arguments) = with(arguments, keys, value.as_ref()) else { continue };
                let call = Call { arguments: &arguments, ..self.call };
                let decision = self.engine.without_counters(&call);
                let rank = FlipRank::new(decision.outcome, now, value.as_ref());
                let is_nearer = best.as_ref().is_none_or(|known| rank.is_nearer_than(&known.rank));
                if is_nearer && is_wanted(&decision) {
                    let change = ArgumentChange { path: test.path.clone(), value };
                    best = Some(Candidate { change, arguments, decision, rank });
                }
            }
        }
        best
    }
}

/// How near a changed call is.
struct FlipRank {
    outcome: CallOutcome,
    /// A value of the same type is nearer than another, and any value nearer than none.
    kind: u8,
    /// For numbers, how far apart they are.
    distance: f64,
}

impl FlipRank {
    fn new(outcome: CallOutcome, now: Option<&Literal>, value: Option<&Literal>) -> Self {
        let number = |value: Option<&Literal>| match value {
            Some(Literal::Number(spelling)) => spelling.parse::<f64>().ok(),
            _ => None,
        };
        let kind = match (now, value) {
            (Some(now), Some(value)) if same_kind(now, value) => 0,
            (_, Some(_)) => 1,
            (_, None) => 2,
        };
        let distance = match (number(now), number(value)) {
            (Some(now), Some(value)) => (now - value).abs(),
            _ => 0.0,
        };
        Self { outcome, kind, distance }
    }

    /// A call that gets through is nearer than one that waits for a person.
    fn is_nearer_than(&self, other: &Self) -> bool {
        let by_outcome = other.outcome.cmp(&self.outcome);
        let by_kind = self.kind.cmp(&other.kind);
        let by_distance = self.distance.total_cmp(&other.distance);
        by_outcome.then(by_kind).then(by_distance) == Ordering::Less
    }
}

fn same_kind(one: &Literal, other: &Literal) -> bool {
    std::mem::discriminant(one) == std::mem::discriminant(other)
}

/// Values for which a test may answer otherwise; `None` is a missing argument.
fn candidates(test: &Test, now: Option<&Literal>) -> Vec<Option<Literal>> {
    let mut values: Vec<Option<Literal>> = Vec::new();
    if let Some(listed) = listed(test) {
        values.extend(listed.iter().take(8).cloned().map(Some));
    }
    match (test.operator, &test.value) {
        (operator, Literal::Number(bound)) if operator.is_ordering() => {
            values.extend(around(bound).map(|number| Some(Literal::Number(number))));
        }
        (_, Literal::Bool(value)) if listed(test).is_some() => {
            values.push(Some(Literal::Bool(!value)));
        }
        (_, Literal::Number(bound)) => {
            values.extend(around(bound).map(|number| Some(Literal::Number(number))));
        }
        _ => {}
    }
    for negated in [false, true] {
        values.extend(model(test, negated).map(Some));
    }
    if now.is_some() {
        values.push(None);
    }
    values
}

/// A number, and the whole numbers next to it.
fn around(bound: &str) -> impl Iterator<Item = Box<str>> {
    let number: Option<f64> = bound.parse().ok().filter(|number: &f64| number.abs() < 1e15);
    let near = number
        .map(|number| [number.floor() - 1.0, number.floor(), number.ceil(), number.ceil() + 1.0]);
    let spelled = near.into_iter().flatten().map(|number| format!("{number:.0}").into());
    let spelled: Vec<Box<str>> = spelled.collect();
    let is_other = |number: &str| compare_numbers(number, bound) != Ordering::Equal;
    let others: Vec<Box<str>> = spelled.into_iter().filter(|number| is_other(number)).collect();
    std::iter::once(bound.into()).chain(others)
}

/// A value for which a test holds, or fails although the argument is present.
fn model(test: &Test, negated: bool) -> Option<Literal> {
    if !matches!(
        test.operator,
        Operator::Regex | Operator::Contains | Operator::Exists | Operator::Neq | Operator::NotIn
    ) {
        return None;
    }
    let present = Test::exists(test.path.clone(), true);
    let facts = [Fact { test: &present, negated: false }, Fact { test, negated }];
    match Logic::default().within(MAX_STEPS).satisfy(&facts) {
        Answer::Yes(model) => look_up_any(&model.arguments, &test.path.0).cloned(),
        Answer::No | Answer::Undecided(_) => None,
    }
}

/// The arguments with another value at a path, or without one. `None` if a value on the way is not an object.
fn with(arguments: &Literal, keys: &[Box<str>], value: Option<&Literal>) -> Option<Literal> {
    let Literal::Object(members) = arguments else { return None };
    let (key, rest) = keys.split_first()?;
    let known = members.iter().position(|(name, _)| name == key);
    let mut members = members.clone();
    if rest.is_empty() {
        match (known.and_then(|at| members.get_mut(at)), value) {
            (Some(member), Some(value)) => member.1 = value.clone(),
            (Some(_), None) => members.retain(|(name, _)| name != key),
            (None, Some(value)) => members.push((key.clone(), value.clone())),
            (None, None) => return None,
        }
        return Some(Literal::Object(members));
    }
    match known.and_then(|at| members.get_mut(at)) {
        Some(member) => member.1 = with(&member.1, rest, value)?,
        None => {
            let below = with(&Literal::Object(Vec::new()), rest, Some(value?))?;
            members.push((key.clone(), below));
        }
    }
    Some(Literal::Object(members))
}
