//! Conjunctive normal form: clauses that must all hold, each a row of tests one of which must.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use super::{MAX_PREDICATES, Unexpressible};
use crate::policy::{Condition, Literal, Operator, Path, Test};
use crate::source::Span;

/// Clauses are multiplied out up to this many: far more than predicates are allowed, few enough to be quick.
const MAX_CLAUSES: usize = MAX_PREDICATES * MAX_PREDICATES;

/// A test with its place in the text.
pub(super) type PlacedTest = (Arc<Test>, Span);

/// Tests of which one must hold, each plain or negated.
#[derive(Clone, Debug, Default)]
pub(super) struct Clause<'c> {
    literals: Vec<(&'c Arc<Test>, Span, bool)>,
}

impl Clause<'_> {
    /// The plain tests with their places, and the negated ones. Plain equalities of one argument become one `in`,
    /// which stands where the first of them stood.
    pub(super) fn split(&self) -> (Vec<PlacedTest>, Vec<Arc<Test>>) {
        let mut plain: Vec<PlacedTest> = Vec::new();
        let mut negated = Vec::new();
        let mut equalities: HashMap<&Path, usize> = HashMap::new();
        for &(test, span, is_negated) in &self.literals {
            if is_negated {
                negated.push(Arc::clone(test));
                continue;
            }
            if matches!(test.operator, Operator::Eq | Operator::In) {
                match equalities.entry(&test.path) {
                    Entry::Occupied(first) => {
                        if let Some((into, _)) = plain.get_mut(*first.get()) {
                            widen(Arc::make_mut(into), test);
                        }
                        continue;
                    }
                    Entry::Vacant(entry) => {
                        entry.insert(plain.len());
                    }
                }
            }
            plain.push((Arc::clone(test), span));
        }
        (plain, negated)
    }
}

/// Widens an equality or `in` so that it holds where another one of the same argument does too.
fn widen(into: &mut Test, other: &Test) {
    if into.operator == Operator::Eq {
        let value = std::mem::replace(&mut into.value, Literal::Null);
        into.operator = Operator::In;
        into.value = Literal::List(vec![value]);
    }
    if let Literal::List(values) = &mut into.value {
        match (other.operator, &other.value) {
            (Operator::In, Literal::List(more)) => values.extend(more.iter().cloned()),
            (_, value) => values.push(value.clone()),
        }
    }
}

/// The clauses of a condition, or of its negation.
pub(super) fn of(condition: &Condition, negated: bool) -> Result<Vec<Clause<'_>>, Unexpressible> {
    match condition {
        Condition::Test(test, span) => Ok(vec![Clause { literals: vec![(test, *span, negated)] }]),
        Condition::Not(inner) => of(inner, !negated),
        Condition::All(parts) if !negated => every(parts, negated),
        Condition::Any(parts) if negated => every(parts, negated),
        Condition::All(parts) | Condition::Any(parts) => one(parts, negated),
    }
}

/// All parts must hold: their clauses one after the other.
fn every(parts: &[Condition], negated: bool) -> Result<Vec<Clause<'_>>, Unexpressible> {
    let mut clauses = Vec::new();
    for part in parts {
        clauses.extend(of(part, negated)?);
    }
    Ok(clauses)
}

/// One part must hold: every clause of the one joined with every clause of the other.
fn one(parts: &[Condition], negated: bool) -> Result<Vec<Clause<'_>>, Unexpressible> {
    let mut joined = vec![Clause::default()];
    for part in parts {
        let clauses = of(part, negated)?;
        if let [clause] = clauses.as_slice() {
            // The usual case, in place: a row of a thousand tests joined by `or` stays linear.
            for left in &mut joined {
                left.literals.extend(&clause.literals);
            }
            continue;
        }
        if joined.len().saturating_mul(clauses.len()) > MAX_CLAUSES {
            return Err(Unexpressible::TooMany);
        }
        let product = joined.iter().flat_map(|left| {
            clauses.iter().map(|right| Clause {
                literals: left.literals.iter().chain(&right.literals).copied().collect(),
            })
        });
        joined = product.collect();
    }
    Ok(joined)
}
