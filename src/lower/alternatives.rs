//! The ways in which none of several plain tests holds, as rows of conditions.

use std::sync::Arc;

use super::clauses::PlacedTest;
use super::{MAX_PREDICATES, Unexpressible};
use crate::policy::{ANY_TEXT, Compared, Literal, Operator, Path, Test};
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
    /// A list or an object, which no operator finds.
    Composite,
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
///
/// `beside` are tests that hold in every row. `compared` says which arguments may be lists or objects.
pub(super) fn of(
    plain: &[PlacedTest],
    beside: &[Arc<Test>],
    compared: &[Compared],
) -> Result<Vec<Vec<Arc<Test>>>, Unexpressible> {
    if plain.len() > MAX_TESTS {
        return Err(Unexpressible::TooMany);
    }
    let mut arguments: Vec<(&Path, Vec<Way>)> = Vec::new();
    for (test, span) in plain {
        let no_form = || Unexpressible::NoExactForm { test: Arc::clone(test), span: *span };
        let ways = ways(test, beside, compared).ok_or_else(no_form)?;
        match arguments.iter_mut().find(|(path, _)| **path == test.path) {
            Some((_, before)) => *before = both(before, &ways),
            None => arguments.push((&test.path, ways)),
        }
        if product(&arguments) > MAX_PREDICATES {
            break;
        }
    }
    let is_composite =
        |(_, ways): &&(&Path, Vec<Way>)| ways.iter().any(|way| way.kind == Kind::Composite);
    if let Some((path, _)) = arguments.iter().find(is_composite) {
        let is_at_fault =
            |(test, _): &&(Arc<Test>, Span)| test.path == **path && test.operator.is_ordering();
        let (test, span) = plain.iter().find(is_at_fault).ok_or(Unexpressible::TooMany)?;
        return Err(Unexpressible::NoExactForm { test: Arc::clone(test), span: *span });
    }
    if product(&arguments) > MAX_PREDICATES {
        return Err(Unexpressible::TooMany);
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

/// How many rows the ways of several arguments make.
fn product(arguments: &[(&Path, Vec<Way>)]) -> usize {
    arguments.iter().fold(1, |count, (_, ways)| count.saturating_mul(ways.len()))
}

/// One row for each way in which a test fails, as [`of`] has it; `None` where they cannot be written.
pub(super) fn of_test(
    test: &Test,
    beside: &[Arc<Test>],
    compared: &[Compared],
) -> Option<Vec<Vec<Arc<Test>>>> {
    let ways = ways(test, beside, compared)?;
    let is_written = |way: &Way| way.kind != Kind::Composite;
    let rows = ways.iter().all(is_written).then(|| ways.into_iter().map(|way| way.conditions));
    rows.map(Iterator::collect)
}

/// Whether no list and no object passes a test, whatever is not published about equality.
fn excludes_composites(test: &Test) -> bool {
    test.operator.is_ordering()
        || test.operator == Operator::Regex
        || test.operator == Operator::Exists && test.value == Literal::Bool(false)
}

/// One condition of a way.
fn way(kind: Kind, test: &Test, operator: Operator, value: Literal) -> Way {
    Way { kind, conditions: vec![Arc::new(Test { path: test.path.clone(), operator, value })] }
}

/// The ways in which a plain test fails; `None` where its operator has no opposite.
fn ways(test: &Test, beside: &[Arc<Test>], compared: &[Compared]) -> Option<Vec<Way>> {
    let missing = way(Kind::Missing, test, Operator::Exists, Literal::Bool(false));
    if let Some(present) = test.presence() {
        let there = way(Kind::Present, test, Operator::Exists, Literal::Bool(true));
        return Some(vec![if present { missing } else { there }]);
    }
    let opposite = test.operator.opposite()?;
    if test.operator.is_ordering() {
        let compared = Compared::find(compared, &test.path);
        return Some(comparison_fails(test, opposite, beside, compared));
    }
    Some(vec![missing, way(Kind::Value, test, opposite, test.value.clone())])
}

/// The ways in which a comparison fails, given the tests beside it and what the schemas say of the argument.
fn comparison_fails(
    test: &Test,
    opposite: Operator,
    beside: &[Arc<Test>],
    compared: Option<&Compared>,
) -> Vec<Way> {
    let mut others = vec![Literal::Bool(true), Literal::Bool(false)];
    // A gateway that takes null for a value, which is not published, finds it present. By the language's own reading null
    // is missing, so that it equals nothing.
    if compared.is_some_and(|compared| compared.nullable) {
        others.push(Literal::Null);
    }
    let mut ways = vec![
        way(Kind::Missing, test, Operator::Exists, Literal::Bool(false)),
        way(Kind::Number, test, opposite, test.value.clone()),
        way(Kind::String, test, Operator::Regex, Literal::String(ANY_TEXT.into())),
        way(Kind::Boolean, test, Operator::In, Literal::List(others)),
    ];
    let is_ruled_out = compared.is_some_and(|compared| compared.composite.is_none())
        || beside.iter().any(|other| other.path == test.path && excludes_composites(other));
    if !is_ruled_out {
        ways.push(Way { kind: Kind::Composite, conditions: Vec::new() });
    }
    ways
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
