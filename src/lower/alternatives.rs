//! The ways in which none of several plain tests holds, as rows of conditions.

use std::sync::Arc;

use super::clauses::PlacedTest;
use super::{MAX_PREDICATES, Unexpressible};
use crate::policy::{Literal, Operator, Path, Test};
use crate::source::Span;

/// The most plain tests of one clause that are looked at; each argument alone nearly always makes two ways of them.
const MAX_TESTS: usize = 1024;

/// What the conditions of one way say about the type of their argument, so that ways that exclude each other are not
/// written. Only types that the lowering itself chose are used, never one guessed from an author's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Missing,
    Present,
    Number,
    String,
    Boolean,
    /// Some value.
    Value,
}

/// One way in which the tests of one argument all fail.
#[derive(Clone, Debug)]
struct Way {
    kind: Kind,
    conditions: Vec<Arc<Test>>,
}

/// Every way in which none of the tests holds: rows of conditions, of which each makes a predicate.
pub(super) fn of(plain: &[PlacedTest]) -> Result<Vec<Vec<Arc<Test>>>, Unexpressible> {
    if plain.len() > MAX_TESTS {
        return Err(Unexpressible::TooMany);
    }
    let mut arguments: Vec<(&Path, Vec<Way>)> = Vec::new();
    for (test, span) in plain {
        let ways = negation(test, *span)?;
        match arguments.iter_mut().find(|(path, _)| **path == test.path) {
            Some((_, before)) => *before = both(before, &ways),
            None => arguments.push((&test.path, ways)),
        }
        let product =
            arguments.iter().fold(1usize, |count, (_, ways)| count.saturating_mul(ways.len()));
        if product > MAX_PREDICATES {
            return Err(Unexpressible::TooMany);
        }
    }
    let mut rows: Vec<Vec<Arc<Test>>> = vec![Vec::new()];
    for (_, ways) in &arguments {
        let longer = rows.iter().flat_map(|row| {
            ways.iter().map(|way| row.iter().chain(&way.conditions).cloned().collect())
        });
        rows = longer.collect();
    }
    Ok(rows)
}

/// The ways in which one plain test fails.
fn negation(test: &Arc<Test>, span: Span) -> Result<Vec<Way>, Unexpressible> {
    let way = |kind, operator, value| Way {
        kind,
        conditions: vec![Arc::new(Test { path: test.path.clone(), operator, value })],
    };
    let missing = way(Kind::Missing, Operator::Exists, Literal::Bool(false));
    if test.operator == Operator::Exists {
        let present = way(Kind::Present, Operator::Exists, Literal::Bool(true));
        return Ok(vec![if test.value == Literal::Bool(true) { missing } else { present }]);
    }
    let Some(opposite) = test.operator.opposite() else {
        return Err(Unexpressible::NoExactForm { test: Arc::clone(test), span });
    };
    if !test.operator.is_ordering() {
        return Ok(vec![missing, way(Kind::Value, opposite, test.value.clone())]);
    }
    let booleans = Literal::List(vec![Literal::Bool(true), Literal::Bool(false)]);
    Ok(vec![
        missing,
        way(Kind::Number, opposite, test.value.clone()),
        way(Kind::String, Operator::Regex, Literal::String("".into())),
        way(Kind::Boolean, Operator::In, booleans),
    ])
}

/// The ways in which two tests of one argument both fail.
fn both(left: &[Way], right: &[Way]) -> Vec<Way> {
    let pairs = left.iter().flat_map(|first| right.iter().map(move |second| (first, second)));
    pairs.filter_map(|(first, second)| join(first, second)).collect()
}

/// Both ways at once; `None` when they exclude each other.
fn join(first: &Way, second: &Way) -> Option<Way> {
    use Kind::{Missing, Present, Value};
    let (kind, conditions) = match (first.kind, second.kind) {
        (Missing, Missing) => (Missing, first.conditions.clone()),
        (Missing, _) | (_, Missing) => return None,
        // Whatever has a value is present.
        (Present, kind) => (kind, second.conditions.clone()),
        (kind, Present) => (kind, first.conditions.clone()),
        (Value, kind) | (kind, Value) => (kind, concatenated(first, second)),
        (left, right) if left != right => return None,
        (kind, _) => (kind, concatenated(first, second)),
    };
    Some(Way { kind, conditions })
}

/// The conditions of both, those that repeat themselves once.
fn concatenated(first: &Way, second: &Way) -> Vec<Arc<Test>> {
    let mut conditions = first.conditions.clone();
    let more = second.conditions.iter().filter(|test| !first.conditions.contains(test));
    conditions.extend(more.cloned());
    conditions
}
