//! Whether a condition can hold, whether it can fail, and whether one implies another.
//!
//! The answers err on one side: "no call satisfies the condition" is said only when that is certain, under every reading in
//! question of the behaviour that the gateway does not document ([`Readings`]). A condition is taken apart into its
//! alternatives, each a list of tests and negated tests, which [`logic`] decides. It cannot hold when no
//! row can.
//!
//! Work is bounded: a question that takes too many steps gets the answer "it can hold". [`Solver::take_undecided`] tells the
//! rules, which report it.

mod form;
mod parts;
mod words;

use std::cell::{Cell, RefCell};

use crate::policy::logic::{self, Logic};
use crate::policy::semantics::Readings;

pub use form::{Fact, Form};
pub use parts::{Dead, Scope, dead_parts};
pub use words::{negation_in_words, test_in_words, why_impossible};

/// How often one question may ask whether tests exclude each other, and how many tests and alternatives it may lay down at once.
const MAX_LEAVES: usize = 256;
const MAX_FACTS: usize = 512;
const MAX_CHOICES: usize = 128;
/// The most tests that are looked at for one policy, by one who asks. It keeps hostile policies from taking minutes, and is far
/// beyond what any policy of people needs.
const MAX_STEPS: usize = 4_000_000;

/// Answers questions about the conditions of one policy.
#[derive(Debug)]
pub struct Solver {
    readings: Readings,
    logic: RefCell<Logic<'static>>,
    /// Whether a question took too long since this was last asked.
    undecided: Cell<bool>,
}

impl Solver {
    /// Takes these readings into account.
    pub fn new(readings: Readings) -> Self {
        let logic = RefCell::new(Logic::default().within(MAX_STEPS));
        Self { readings, logic, undecided: Cell::new(false) }
    }

    /// Whether there are no steps left: from here on everything can hold.
    pub fn is_exhausted(&self) -> bool {
        self.logic.borrow().is_exhausted()
    }

    /// Whether a call may satisfy all of these at once; also when that is not known.
    pub fn can_hold(&self, forms: &[&Form<'_>]) -> bool {
        self.decide(forms) != Some(false)
    }

    /// Whether a call may satisfy all of these at once; `None` when that takes too long to find out.
    pub fn decide(&self, forms: &[&Form<'_>]) -> Option<bool> {
        self.search(forms).0
    }

    /// Whether a question took too long to answer.
    pub fn is_undecided(&self) -> bool {
        self.undecided.get()
    }

    /// Returns whether a question took too long to answer, and clears it.
    pub fn take_undecided(&self) -> bool {
        self.undecided.take()
    }

    /// The answer, and the first tests that were found to exclude each other.
    fn search<'c>(&self, forms: &[&Form<'c>]) -> (Option<bool>, Option<Vec<Fact<'c>>>) {
        let mut search = SolverSearch::new(self);
        let answer = search.can_hold(forms.to_vec(), Vec::new());
        if answer.is_none() {
            self.undecided.set(true);
        }
        (answer, search.first_conflict)
    }

    /// Whether every call that satisfies the one satisfies the other.
    pub fn implies(&self, one: &Form<'_>, other: &Form<'_>) -> bool {
        !self.can_hold(&[one, &other.negation()])
    }

    /// Tests that exclude each other, none of which can be spared, if no call satisfies all of these at once: those of the first
    /// alternatives, in the order of the text.
    pub fn conflict<'c>(&self, forms: &[&Form<'c>]) -> Option<Vec<Fact<'c>>> {
        let (Some(false), Some(mut core)) = self.search(forms) else { return None };
        let mut at = 0;
        while at < core.len() {
            let spared = core.remove(at);
            if self.is_impossible(&core) != Some(true) {
                core.insert(at, spared);
                at += 1;
            }
        }
        core.sort_by_key(|fact| fact.span);
        Some(core)
    }

    /// Whether no call satisfies all facts; `None` if that is not decided.
    fn is_impossible(&self, facts: &[Fact<'_>]) -> Option<bool> {
        let facts: Vec<logic::Fact<'_>> = facts.iter().map(Fact::without_span).collect();
        self.logic.borrow_mut().may_hold(&facts, self.readings).ok().map(|may_hold| !may_hold)
    }
}

/// The way through the alternatives of one question.
struct SolverSearch<'s, 'c> {
    solver: &'s Solver,
    leaves: usize,
    /// The first tests that were found to exclude each other.
    first_conflict: Option<Vec<Fact<'c>>>,
}

impl<'s, 'c> SolverSearch<'s, 'c> {
    fn new(solver: &'s Solver) -> Self {
        Self { solver, leaves: MAX_LEAVES, first_conflict: None }
    }

    /// Whether the forms can hold together with the facts. Goes one step deeper for each choice between alternatives, at most as
    /// often as it may ask.
    fn can_hold<'f>(
        &mut self,
        mut forms: Vec<&'f Form<'c>>,
        mut facts: Vec<Fact<'c>>,
    ) -> Option<bool> {
        // What must hold in any case comes first.
        let mut choices: Vec<&'f Form<'c>> = Vec::new();
        forms.reverse();
        while let Some(form) = forms.pop() {
            match form {
                Form::Fact(fact) => facts.push(*fact),
                Form::All(parts) => forms.extend(parts.iter().rev()),
                Form::Any(_) => choices.push(form),
            }
            if facts.len() > MAX_FACTS || choices.len() > MAX_CHOICES {
                return None;
            }
        }
        self.leaves = self.leaves.checked_sub(1)?;
        if self.solver.is_impossible(&facts)? {
            self.first_conflict.get_or_insert(facts);
            return Some(false);
        }
        let Some((Form::Any(parts), others)) = choices.split_first() else { return Some(true) };
        for part in parts {
            let forms = std::iter::once(part).chain(others.iter().copied()).collect();
            if self.can_hold(forms, facts.clone())? {
                return Some(true);
            }
        }
        Some(false)
    }
}
