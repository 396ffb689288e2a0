//! Decides conjunctions of tests: whether some call passes some tests and fails others, and which call.
//!
//! [`Logic::satisfy`] takes facts about the arguments of one call, each a test or its negation. It gives one of three answers:
//! a model, which is an arguments object for which every fact holds; that there is none; or that the budget does not suffice to
//! tell. A model is evaluated again before it is returned, so "yes" is as certain as [`super::semantics`]. "No" is
//! certain because every step below leaves out only what cannot hold.
//!
//! - The facts are sorted into a tree of the argument paths (`tree`). An argument is absent, null, a scalar, a list, or an
//!   object whose keys are decided independently of each other.
//! - Where values are listed (`==`, `in`, `enum`) each is tried. Otherwise each kind of value is asked for one: numbers are
//!   intervals of exact decimals (`number`), texts the intersection of automata and their complements (`text`), lists hold the
//!   elements that are asked for (`list`), objects a value for each key (`object`).
//! - Optionally under a schema, as [`Domains`]: it only takes models away. Where a keyword of it is not understood, a model may be
//!   one that the schema refuses; [`Model::is_admitted`] says so.
//!
//! [`Logic::may_hold`] answers without a model, and under other readings of the behaviour that the gateway does not document
//! (`loose`).
//!
//! Work is bounded by steps, states and tries; a question that reaches a bound is [`Undecided`].

mod admits;
mod domain;
mod kinds;
mod list;
mod loose;
mod number;
mod object;
mod solve;
mod text;
mod tree;

use super::pattern::Patterns;
use super::semantics::{self, Readings, TooLarge};
use super::{Literal, Operator, Path, Test};
use tree::Node;

pub use domain::{Additional, Bound, Domain, DomainId, Domains, Key, Listed, Range};
pub use kinds::{Kind, KindSet};
pub use number::{Number, parse_number};

/// The most steps that one question takes; a step is about one comparison of values.
const MAX_STEPS: usize = 1_000_000;
/// The most facts of which each is compared with every other.
const MAX_INDEPENDENT: usize = 16;
/// The most keys of a path.
const MAX_KEYS: usize = 64;

/// A test, or its plain logical negation.
#[derive(Clone, Copy, Debug)]
pub struct Fact<'t> {
    /// The test.
    pub test: &'t Test,
    /// Whether the test must fail.
    pub negated: bool,
}

/// The answer about a conjunction of facts.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// All of them hold for a call.
    Yes(Model),
    /// They hold for no call.
    No,
    /// The budget does not suffice to tell.
    Undecided(Undecided),
}

/// An arguments object for which facts hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// The arguments: an object.
    pub arguments: Literal,
    /// Whether the schema admits it; always without a schema.
    pub is_admitted: bool,
}

/// The reason why a question is not decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undecided {
    /// The automaton of a pattern is too large.
    Pattern(String),
    /// Texts that pass all patterns were not found within the budget.
    Texts,
    /// Numbers too long to calculate with, or too far apart.
    Numbers,
    /// Lists or objects that differ from others were not found within the budget.
    Values,
    /// The question takes too many steps.
    Steps,
}

impl From<TooLarge> for Undecided {
    fn from(error: TooLarge) -> Self {
        Undecided::Pattern(error.pattern)
    }
}

/// Answers questions about the arguments of one tool. Patterns stay compiled from one question to the next.
#[derive(Debug)]
pub struct Logic<'d> {
    schema: Option<(&'d Domains, DomainId)>,
    patterns: Patterns,
    readings: Readings,
    /// Steps left for the current question.
    steps: usize,
    /// Steps left for all questions.
    budget: usize,
}

impl Default for Logic<'_> {
    fn default() -> Self {
        let readings = Readings::Documented;
        Self { schema: None, patterns: Patterns::default(), readings, steps: 0, budget: usize::MAX }
    }
}

impl<'d> Logic<'d> {
    /// Considers only calls that a schema admits.
    pub fn under(domains: &'d Domains, arguments: DomainId) -> Self {
        Self { schema: Some((domains, arguments)), ..Self::default() }
    }

    /// Answers [`Undecided::Steps`] once all questions together have taken so many steps.
    #[must_use]
    pub fn within(self, budget: usize) -> Self {
        Self { budget, ..self }
    }

    /// Uses patterns that have been compiled for other questions.
    #[must_use]
    pub fn with_patterns(self, patterns: Patterns) -> Self {
        Self { patterns, ..self }
    }

    /// Gives up the patterns, and returns the steps that are left for all questions.
    pub fn into_parts(self) -> (Patterns, usize) {
        (self.patterns, self.budget)
    }

    /// Whether the steps for all questions are used up.
    pub fn is_exhausted(&self) -> bool {
        self.budget == 0
    }

    /// The steps that are left for all questions.
    pub fn steps_left(&self) -> usize {
        self.budget
    }

    /// Whether some call makes all facts hold under the documented reading.
    pub fn satisfy(&mut self, facts: &[Fact<'_>]) -> Answer {
        let ids: Vec<DomainId> = self.schema.iter().map(|(_, arguments)| *arguments).collect();
        let model = match self.model(facts, &ids, Readings::Documented) {
            Ok(Some(model)) => model,
            Ok(None) => return Answer::No,
            Err(reason) => return Answer::Undecided(reason),
        };
        match self.all_hold(facts, &model.arguments) {
            Ok(true) => Answer::Yes(model),
            Ok(false) => Answer::Undecided(Undecided::Values),
            Err(reason) => Answer::Undecided(reason),
        }
    }

    /// Whether some call may make all facts hold under one of these readings, the schema aside. "No" is certain.
    ///
    /// # Errors
    /// The budget does not suffice to tell.
    pub fn may_hold(&mut self, facts: &[Fact<'_>], readings: Readings) -> Result<bool, Undecided> {
        if readings != Readings::Documented && are_independent(facts) {
            self.steps = self.budget;
            return self.spend(facts.len()).map(|()| true);
        }
        self.model(facts, &[], readings).map(|model| model.is_some())
    }

    fn model(
        &mut self,
        facts: &[Fact<'_>],
        ids: &[DomainId],
        readings: Readings,
    ) -> Result<Option<Model>, Undecided> {
        (self.steps, self.readings) = (MAX_STEPS.min(self.budget), readings);
        self.spend(facts.len())?;
        let tree = Node::of(facts).ok_or(Undecided::Steps)?;
        for part in self.parts(ids)? {
            if let Some(found) = self.object(&tree, &part)? {
                let is_admitted = part.is_exact() && found.is_admitted;
                return Ok(Some(Model { arguments: found.value, is_admitted }));
            }
        }
        Ok(None)
    }

    /// Whether all facts hold for the arguments of a call, under the documented reading.
    ///
    /// # Errors
    /// A pattern is too large to be run.
    pub fn all_hold(&mut self, facts: &[Fact<'_>], arguments: &Literal) -> Result<bool, Undecided> {
        for fact in facts {
            let value = semantics::look_up(arguments, &fact.test.path.0);
            if semantics::holds(fact.test, value, &mut self.patterns)? == fact.negated {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn spend(&mut self, steps: usize) -> Result<(), Undecided> {
        self.budget = self.budget.saturating_sub(steps);
        self.steps = self.steps.checked_sub(steps).ok_or(Undecided::Steps)?;
        Ok(())
    }
}

/// Whether each fact is about another argument and can hold by itself, so that all may hold together. Most questions are so
/// simple; the answer needs no model and takes no memory.
fn are_independent(facts: &[Fact<'_>]) -> bool {
    let is_apart = |one: &Fact<'_>, other: &Fact<'_>| {
        let mut keys = one.test.path.0.iter().zip(&other.test.path.0);
        keys.any(|(one, other)| one != other)
    };
    let is_possible = |fact: &Fact<'_>| {
        fact.negated || semantics::listed(fact.test).is_none_or(|values| !values.is_empty())
    };
    facts.len() <= MAX_INDEPENDENT
        && facts.iter().enumerate().all(|(index, fact)| {
            is_possible(fact) && facts.iter().skip(index + 1).all(|other| is_apart(fact, other))
        })
}

/// Whether every text that one pattern matches is certainly one that another matches.
pub fn is_pattern_included(inner: &str, outer: &str) -> bool {
    let test = |pattern: &str| Test {
        path: Path(vec!["text".into()]),
        operator: Operator::Regex,
        value: Literal::String(pattern.into()),
    };
    let (inner, outer) = (test(inner), test(outer));
    let facts = [Fact { test: &inner, negated: false }, Fact { test: &outer, negated: true }];
    Logic::default().may_hold(&facts, Readings::Documented) == Ok(false)
}
