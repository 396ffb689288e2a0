//! From conditions to predicates: the form without *or* and *not* that gateways enforce.
//!
//! A guard blocks a call unless every clause of its condition holds. A clause of one plain test becomes a condition of a
//! `require` predicate; every other clause becomes `deny_if` predicates, one for each way in which it can fail. The
//! result says exactly what the condition says (see "Lowering" in the language's reference), or there is none.
//!
//! Knows the operators, which all targets share, and no target, text or tool.

mod alternatives;
mod clauses;

use std::sync::Arc;

use crate::policy::{Blocks, Test};
use crate::source::Span;

/// The most predicates that one statement may become.
pub const MAX_PREDICATES: usize = 64;

/// The predicates of one guard. They share their tests with the condition and with each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Predicates {
    /// The conditions of its `require` predicate; there is none when they are empty.
    pub require: Vec<Arc<Test>>,
    /// The conditions of each `deny_if` predicate. One without conditions always denies.
    pub deny_if: Vec<Vec<Arc<Test>>>,
    /// Where a comparison had to be negated: what a list or an object does there is not published.
    pub negated_comparisons: Vec<Span>,
}

impl Predicates {
    /// How many predicates these are.
    pub fn count(&self) -> usize {
        usize::from(!self.require.is_empty()) + self.deny_if.len()
    }
}

/// Why a guard has no predicates.
#[derive(Clone, Debug, PartialEq)]
pub enum Unexpressible {
    /// The negation of this test is needed, and no predicates say it.
    NoExactForm {
        /// The test.
        test: Arc<Test>,
        /// Where it stands.
        span: Span,
    },
    /// There would be more than [`MAX_PREDICATES`].
    TooMany,
}

/// The predicates that block exactly the calls that a guard blocks.
///
/// # Errors
/// There are none, or too many.
pub fn lower(blocks: &Blocks) -> Result<Predicates, Unexpressible> {
    let clauses = match blocks {
        Blocks::Always => {
            return Ok(Predicates { deny_if: vec![Vec::new()], ..Predicates::default() });
        }
        Blocks::When(condition) => clauses::of(condition, true)?,
        Blocks::Unless(condition) => clauses::of(condition, false)?,
    };
    let mut predicates = Predicates::default();
    for clause in &clauses {
        let (plain, negated) = clause.split();
        match plain.as_slice() {
            [] => predicates.deny_if.push(negated),
            [(test, _)] if negated.is_empty() => predicates.require.push(Arc::clone(test)),
            _ => {
                let comparisons = plain.iter().filter(|(test, _)| test.operator.is_ordering());
                predicates.negated_comparisons.extend(comparisons.map(|(_, span)| *span));
                for alternative in alternatives::of(&plain)? {
                    let conditions = negated.iter().cloned().chain(alternative).collect();
                    predicates.deny_if.push(conditions);
                }
            }
        }
        if predicates.count() > MAX_PREDICATES {
            return Err(Unexpressible::TooMany);
        }
    }
    Ok(predicates)
}
