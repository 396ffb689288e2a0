//! Conditions with `not` moved inwards to the tests.

use crate::policy::logic;
use crate::policy::semantics::holds_when_missing;
use crate::policy::{Condition, Operator, Test};
use crate::source::Span;

/// A test of a condition, or its plain logical negation.
#[derive(Clone, Copy, Debug)]
pub struct Fact<'c> {
    /// The test.
    pub test: &'c Test,
    /// Where it stands.
    pub span: Span,
    /// Whether it is the test's negation that is meant.
    pub negated: bool,
}

impl<'c> Fact<'c> {
    /// The fact as the logic takes it.
    pub fn without_span(&self) -> logic::Fact<'c> {
        logic::Fact { test: self.test, negated: self.negated }
    }

    /// Whether the fact says that the argument is there (`Some(true)`), that it is not, or something else.
    pub fn presence(&self) -> Option<bool> {
        let is_presence = self.test.operator == Operator::Exists;
        is_presence.then(|| holds_when_missing(self.test) == self.negated)
    }
}

/// A condition over facts.
#[derive(Clone, Debug)]
pub enum Form<'c> {
    /// One of them holds; without any it is false.
    Any(Vec<Form<'c>>),
    /// All of them hold; without any it is true.
    All(Vec<Form<'c>>),
    /// The fact holds.
    Fact(Fact<'c>),
}

impl<'c> Form<'c> {
    /// A condition.
    pub fn of(condition: &'c Condition) -> Self {
        Self::new(condition, false)
    }

    /// The negation of a condition.
    pub fn not(condition: &'c Condition) -> Self {
        Self::new(condition, true)
    }

    fn new(condition: &'c Condition, negated: bool) -> Self {
        let all =
            |parts: &'c [Condition]| parts.iter().map(|part| Self::new(part, negated)).collect();
        match condition {
            Condition::Test(test, span) => Form::Fact(Fact { test, span: *span, negated }),
            Condition::Not(inner) => Self::new(inner, !negated),
            Condition::Any(parts) if negated => Form::All(all(parts)),
            Condition::All(parts) if negated => Form::Any(all(parts)),
            Condition::Any(parts) => Form::Any(all(parts)),
            Condition::All(parts) => Form::All(all(parts)),
        }
    }

    /// What holds exactly when this does not.
    #[must_use]
    pub fn negation(&self) -> Self {
        let all = |parts: &[Form<'c>]| parts.iter().map(Form::negation).collect();
        match self {
            Form::Any(parts) => Form::All(all(parts)),
            Form::All(parts) => Form::Any(all(parts)),
            Form::Fact(fact) => Form::Fact(Fact { negated: !fact.negated, ..*fact }),
        }
    }

    /// The same with some facts taken for true.
    #[must_use]
    pub fn granting(&self, is_granted: &dyn Fn(&Fact<'c>) -> bool) -> Self {
        let all = |parts: &[Form<'c>]| parts.iter().map(|part| part.granting(is_granted)).collect();
        match self {
            Form::Any(parts) => Form::Any(all(parts)),
            Form::All(parts) => Form::All(all(parts)),
            Form::Fact(fact) if is_granted(fact) => Form::All(Vec::new()),
            Form::Fact(fact) => Form::Fact(*fact),
        }
    }

    /// Every fact, in the order of the text.
    pub fn facts(&self) -> Vec<Fact<'c>> {
        let mut found = Vec::new();
        self.collect(&mut found);
        found
    }

    fn collect(&self, found: &mut Vec<Fact<'c>>) {
        match self {
            Form::Any(parts) | Form::All(parts) => {
                parts.iter().for_each(|part| part.collect(found));
            }
            Form::Fact(fact) => found.push(*fact),
        }
    }

    /// The names of the arguments that are asked about, without the keys in them.
    pub fn arguments(&self) -> Vec<&'c str> {
        let names = self.facts().into_iter().filter_map(|fact| fact.test.path.0.first());
        names.map(|name| &**name).collect()
    }

    /// From the first test to the last.
    pub fn span(&self) -> Option<Span> {
        self.facts().iter().map(|fact| fact.span).reduce(Span::to)
    }

    /// Whether both ask the same, in the same order and shape, wherever they stand.
    pub fn repeats(&self, other: &Form<'_>) -> bool {
        match (self, other) {
            (Form::Any(left), Form::Any(right)) | (Form::All(left), Form::All(right)) => {
                left.len() == right.len()
                    && left.iter().zip(right).all(|(left, right)| left.repeats(right))
            }
            (Form::Fact(left), Form::Fact(right)) => {
                left.negated == right.negated && left.test == right.test
            }
            _ => false,
        }
    }
}
