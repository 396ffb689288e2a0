//! Whether some call passes several tests and fails others, and which.
//!
//! [`Logic::satisfy`] takes a conjunction of facts, each a test or its negation, about the arguments of one call, and answers with
//! one of three things: a model, which is an arguments object that makes every fact hold; that there is none; or that the
//! budget does not suffice to tell. A model is evaluated again before it is returned, so "yes" is as certain as
//! [`semantics`](super::semantics). "No" is certain because every step below only leaves out what cannot hold.
//!
//! - The facts are sorted into a tree of the argument paths (`tree`). An argument is absent, null, a scalar, a list, or an
//!   object whose keys are decided independently of each other.
//! - Where values are listed (`==`, `in`, `enum`) each is tried. Otherwise each kind of value is asked for one: numbers are
//!   intervals of exact decimals (`number`), texts the intersection of automata and their complements (`text`), lists hold the
//!   elements that are asked for (`list`), objects a value for each key (`object`).
//! - Optionally under a schema, as [`Domains`]: it only takes models away. Where a keyword of it is not understood, a model may be
//!   one that the schema refuses; [`Model::is_admitted`] says so.
//!
//! Work is bounded by steps, states and tries; whatever reaches a bound is [`Undecided`].

mod admits;
mod domain;
mod kinds;
mod list;
mod number;
mod object;
mod solve;
mod text;
mod tree;

use super::pattern::Patterns;
use super::semantics::{self, TooLarge};
use super::{Literal, Test};
use tree::Node;

pub use domain::{Additional, Bound, Domain, DomainId, Domains, Key, Listed, Range};
pub use kinds::{Kind, KindSet};
pub use number::{Number, parse_number};

/// The most steps that one question takes; a step is about one comparison of values.
const MAX_STEPS: usize = 1_000_000;
/// The most keys of a path.
const MAX_KEYS: usize = 64;

/// A test, or its plain logical negation.
#[derive(Clone, Copy, Debug)]
pub struct Fact<'t> {
    /// The test.
    pub test: &'t Test,
    /// Whether it is the test's negation that must hold.
    pub negated: bool,
}

/// What is known of a conjunction of facts.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// A call makes all of them hold.
    Yes(Model),
    /// No call does.
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

/// Why a question is not decided.
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

/// Answers questions about the arguments of one tool.
#[derive(Debug)]
pub struct Logic<'d> {
    schema: Option<(&'d Domains, DomainId)>,
    patterns: Patterns,
    steps: usize,
}

impl Default for Logic<'_> {
    fn default() -> Self {
        Self { schema: None, patterns: Patterns::default(), steps: MAX_STEPS }
    }
}

impl<'d> Logic<'d> {
    /// About calls whose arguments a schema admits.
    pub fn under(domains: &'d Domains, arguments: DomainId) -> Self {
        Self { schema: Some((domains, arguments)), ..Self::default() }
    }

    /// Whether some call makes all facts hold.
    pub fn satisfy(&mut self, facts: &[Fact<'_>]) -> Answer {
        self.steps = MAX_STEPS;
        let model = match self.model(facts) {
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

    fn model(&mut self, facts: &[Fact<'_>]) -> Result<Option<Model>, Undecided> {
        let tree = Node::of(facts).ok_or(Undecided::Steps)?;
        let ids: Vec<DomainId> = self.schema.iter().map(|(_, arguments)| *arguments).collect();
        for part in self.parts(&ids)? {
            if let Some(found) = self.object(&tree, &part)? {
                let is_admitted = part.is_exact() && found.is_admitted;
                return Ok(Some(Model { arguments: found.value, is_admitted }));
            }
        }
        Ok(None)
    }

    /// Whether all facts hold for the arguments of a call.
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
        self.steps = self.steps.checked_sub(steps).ok_or(Undecided::Steps)?;
        Ok(())
    }
}
