//! From conditions to predicates: the form without *or* and *not* that gateways enforce.
//!
//! A guard blocks a call unless every clause of its condition holds. A clause of one plain test becomes a condition of a
//! `require` predicate; every other clause becomes `deny_if` predicates, one for each way in which it can fail. The
//! result says exactly what the condition says (see "Lowering" in the language's reference), or there is none.
//!
//! Knows the operators, which all targets share, and no target, text or tool.

mod alternatives;
mod clauses;
mod compared;
mod order;

use std::sync::Arc;

use crate::policy::{Blocks, Compared, Test};
use crate::source::Span;

pub use compared::compared;
pub use order::{Arranged, Placeable, Placed, arrange, needs_arranging};

/// The most predicates that one statement may become.
pub const MAX_PREDICATES: usize = 64;

/// The predicates of one guard. They share their tests with the condition and with each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Predicates {
    /// The conditions of its `require` predicate; there is none when they are empty.
    pub require: Vec<Arc<Test>>,
    /// The conditions of each `deny_if` predicate. One without conditions always denies.
    pub deny_if: Vec<Vec<Arc<Test>>>,
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
/// `compared` are the arguments that the guard compares with numbers: a comparison can only be negated where the argument
/// is neither a list nor an object. An argument that is not among them may be either.
///
/// # Errors
/// There are none, or too many.
pub fn lower(blocks: &Blocks, compared: &[Compared]) -> Result<Predicates, Unexpressible> {
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
                for alternative in alternatives::of(&plain, &negated, compared)? {
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
