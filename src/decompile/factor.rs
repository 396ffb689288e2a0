//! Predicates multiplied out, brought back to what they were made from.
//!
//! A clause such as `args.a == 1 or args.b == 2` becomes a predicate for each way in which both tests fail. Neighbours
//! that are exactly such a product are written as the tests again.

use std::sync::Arc;

use crate::policy::{ANY_TEXT, Literal, Operator, Path, Test};
use crate::policy_json::Predicate;

/// The most rows of a product: the compiler makes no more of one statement.
const MAX_ROWS: usize = 64;

/// Longer predicates are not looked at, in conditions.
const MAX_CONDITIONS: usize = 64;

/// What neighbouring predicates say: they deny when all of `holding` hold and none of `failing` does.
#[derive(Clone, Debug)]
pub(super) struct Term<'d> {
    pub(super) holding: &'d [Arc<Test>],
    pub(super) failing: Vec<Test>,
    /// How many predicates it stands for.
    pub(super) rows: usize,
}

/// The terms of predicates that share a message; they stand for the predicates in their order.
///
/// `is_plain` says of which arguments the schema admits neither lists, objects nor null: only their comparisons become
/// products, in the form that is looked for here.
pub(super) fn terms<'d>(
    predicates: &'d [Arc<Predicate>],
    is_plain: &dyn Fn(&Path) -> bool,
) -> Vec<Term<'d>> {
    let mut terms = Vec::new();
    let mut rest = predicates;
    while let Some(first) = rest.first() {
        let term = product(rest, is_plain).unwrap_or_else(|| Term::of(first));
        rest = rest.get(term.rows..).unwrap_or(&[]);
        terms.push(term);
    }
    terms
}

impl<'d> Term<'d> {
    /// One predicate as it stands.
    pub(super) fn of(predicate: &'d Predicate) -> Self {
        Self { holding: &predicate.conditions, failing: Vec::new(), rows: 1 }
    }
}

/// The product that the predicates begin with.
fn product<'d>(
    predicates: &'d [Arc<Predicate>],
    is_plain: &dyn Fn(&Path) -> bool,
) -> Option<Term<'d>> {
    let first = predicates.first()?.conditions.as_slice();
    if predicates.len() < 2 || first.len() > MAX_CONDITIONS {
        return None;
    }
    let (mut rows, mut holding) = (1, first);
    let mut failing: Vec<Test> = Vec::new();
    // Tests of presence fail in one way only. Behind a test that fails in several they are of the product.
    let mut presence: Vec<Test> = Vec::new();
    // The last test varies fastest.
    for (place, test) in first.iter().enumerate().rev() {
        if test.operator != Operator::Exists {
            break;
        }
        let before = first.get(..place)?;
        match predicates.get(rows).and_then(|row| varied(row, before, test, first.len())) {
            Some(varied) => {
                rows *= ways(&varied).len();
                if rows > MAX_ROWS {
                    return None;
                }
                failing.append(&mut presence);
                failing.push(varied);
                holding = before;
            }
            None => {
                let present = test.value == Literal::Bool(true);
                presence.push(Test::exists(test.path.clone(), !present));
            }
        }
    }
    if holding.is_empty() && failing.len() < 2 {
        // A clause of one plain test becomes a predicate of `require` instead.
        return None;
    }
    failing.reverse();
    let term = Term { holding, failing, rows };
    let is_negatable = |test: &Test| !test.operator.is_ordering() || is_plain(&test.path);
    (rows > 1 && term.failing.iter().all(is_negatable) && term.is_exactly(predicates.get(..rows)?))
        .then_some(term)
}

/// The test that `missing` is one of the ways to fail, when `row` goes on with the next way and is otherwise the
/// same before it.
fn varied(row: &Predicate, before: &[Arc<Test>], missing: &Test, length: usize) -> Option<Test> {
    let next = row.conditions.get(before.len())?;
    let same = missing.value == Literal::Bool(false)
        && row.conditions.len() == length
        && next.path == missing.path
        && row.conditions.get(..before.len()) == Some(before);
    let operator = next.operator.opposite().filter(|_| same)?;
    Some(Test { path: next.path.clone(), operator, value: next.value.clone() })
}

impl Term<'_> {
    /// Whether the compiler makes exactly these rows of it.
    fn is_exactly(&self, rows: &[Arc<Predicate>]) -> bool {
        let each_once = self.failing.iter().enumerate().all(|(index, test)| {
            self.failing.iter().take(index).all(|other| other.path != test.path)
        });
        let mut expected: Vec<Vec<Arc<Test>>> = vec![self.holding.to_vec()];
        for test in &self.failing {
            let ways = ways(test);
            let longer = expected.iter().flat_map(|row| {
                ways.iter().map(|way| row.iter().chain(std::iter::once(way)).cloned().collect())
            });
            expected = longer.collect();
        }
        each_once && expected.iter().eq(rows.iter().map(|row| &row.conditions))
    }
}

/// The ways in which a test fails, in the order in which the compiler writes them.
fn ways(test: &Test) -> Vec<Arc<Test>> {
    let way = |operator, value| Arc::new(Test { path: test.path.clone(), operator, value });
    let missing = way(Operator::Exists, Literal::Bool(false));
    let Some(opposite) = test.operator.opposite() else {
        let present = test.value == Literal::Bool(true);
        return vec![Arc::new(Test::exists(test.path.clone(), !present))];
    };
    let mut ways = vec![missing, way(opposite, test.value.clone())];
    if test.operator.is_ordering() {
        let booleans = vec![Literal::Bool(true), Literal::Bool(false)];
        ways.push(way(Operator::Regex, Literal::String(ANY_TEXT.into())));
        ways.push(way(Operator::In, Literal::List(booleans)));
    }
    ways
}
