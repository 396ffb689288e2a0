//! Whether a condition can hold, whether it can fail, and whether one implies another.
//!
//! The answers err on one side: that no call satisfies a condition is said only when that is certain, by the language's
//! reference and by nothing that a gateway leaves open. So:
//!
//! - A condition becomes alternatives, each a row of tests and negated tests. It cannot hold when each row has a conflict.
//! - The tests of a row are sorted by argument. For each kind of value (missing, a boolean, a number, text, a list, an
//!   object) it is asked whether a value of that kind passes all tests of the argument; numbers are intervals between
//!   exact decimals, values that are listed are tried one by one. The row has a conflict when no kind is left.
//! - Arguments do not depend on each other, but that one which is there lies in objects.
//! - `matches` is taken as it stands: only its own negation excludes it. `contains` is decided for listed texts.
//! - Whether values of different types are equal is not published. It is only assumed that no value equals two
//!   different values of one type.
//!
//! Work is bounded: a condition with too many alternatives, and any beyond a number of steps, is taken to be able to hold.

mod form;
mod kinds;
mod parts;
mod present;
mod words;

use std::cell::Cell;

use kinds::is_impossible;
use present::listed_values;

pub use form::{Fact, Form};
pub use parts::{Dead, Scope, dead_parts};
pub use words::{negation_in_words, test_in_words, why_impossible};

/// The most alternatives of a condition, and the most tests of one of them.
const MAX_TERMS: usize = 256;
const MAX_FACTS: usize = 64;
/// The most tests that are looked at for one policy, by one who asks. It keeps hostile policies from taking minutes, and is far
/// beyond what any policy of people needs.
const MAX_STEPS: u64 = 4_000_000;

/// How null is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// As the language says: null is missing.
    Language,
    /// What the gateway does with `!=`, `not in` and equality on null is open, as it is not published.
    Cautious,
}

/// Answers questions about the conditions of one policy.
#[derive(Debug)]
pub struct Solver {
    reading: Reading,
    /// How many steps are left.
    steps: Cell<u64>,
}

impl Solver {
    /// One that reads null in this way.
    pub fn new(reading: Reading) -> Self {
        Self { reading, steps: Cell::new(MAX_STEPS) }
    }

    /// Whether a call may satisfy all of these at once; also when that is not known.
    pub fn can_hold(&self, forms: &[&Form<'_>]) -> bool {
        self.decide(forms) != Some(false)
    }

    /// Whether a call may satisfy all of these at once; `None` when there are too many alternatives to look at.
    pub fn decide(&self, forms: &[&Form<'_>]) -> Option<bool> {
        let terms = self.terms(forms)?;
        Some(terms.iter().any(|term| !self.is_impossible(term)))
    }

    /// Whether every call that satisfies the one satisfies the other.
    pub fn implies(&self, one: &Form<'_>, other: &Form<'_>) -> bool {
        !self.can_hold(&[one, &other.negation()])
    }

    /// Tests that exclude each other, none of which can be spared, if no call satisfies all of these at once: those of the first
    /// alternative, in the order of the text.
    pub fn conflict<'c>(&self, forms: &[&Form<'c>]) -> Option<Vec<Fact<'c>>> {
        let terms = self.terms(forms)?;
        if terms.iter().any(|term| !self.is_impossible(term)) {
            return None;
        }
        let mut core = terms.into_iter().next()?;
        let mut at = 0;
        while at < core.len() {
            let spared = core.remove(at);
            if !self.is_impossible(&core) {
                core.insert(at, spared);
                at += 1;
            }
        }
        core.sort_by_key(|fact| fact.span);
        Some(core)
    }

    fn is_impossible(&self, facts: &[Fact<'_>]) -> bool {
        // Listed values are compared with each other.
        let values = listed_values(facts);
        self.charge(facts.len().saturating_add(values.saturating_mul(values) / 4))
            && is_impossible(facts, self.reading)
    }

    /// Whether that many steps are left; they are gone then.
    fn charge(&self, steps: usize) -> bool {
        let left = self.steps.get().checked_sub(u64::try_from(steps).unwrap_or(u64::MAX));
        self.steps.set(left.unwrap_or(0));
        left.is_some()
    }

    /// The alternatives of all of these at once, unless they are too many.
    fn terms<'c>(&self, forms: &[&Form<'c>]) -> Option<Vec<Vec<Fact<'c>>>> {
        forms.iter().try_fold(vec![Vec::new()], |terms, form| self.and(&terms, form))
    }

    /// Every alternative so far with every alternative of a form.
    fn and<'c>(&self, terms: &[Vec<Fact<'c>>], form: &Form<'c>) -> Option<Vec<Vec<Fact<'c>>>> {
        let longer = match form {
            Form::All(parts) => {
                let mut longer = terms.to_vec();
                for part in parts {
                    longer = self.and(&longer, part)?;
                }
                longer
            }
            Form::Any(parts) => {
                let mut longer = Vec::new();
                for part in parts {
                    longer.extend(self.and(terms, part)?);
                    if longer.len() > MAX_TERMS {
                        return None;
                    }
                }
                longer
            }
            Form::Fact(fact) => {
                let with = |term: &Vec<Fact<'c>>| term.iter().copied().chain([*fact]).collect();
                terms.iter().map(with).collect()
            }
        };
        let facts = longer.iter().map(Vec::len).max().unwrap_or(0);
        (facts <= MAX_FACTS && self.charge(longer.len())).then_some(longer)
    }
}
