//! Which kinds of values pass several tests at once.

use std::collections::BTreeMap;

use super::Reading;
use super::form::Fact;
use super::present::{is_possible, is_possible_for_null};
use crate::policy::Operator;

/// How many keys a path may have for the objects on the way to be looked at.
const MAX_KEYS: usize = 64;

/// What an argument may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Missing,
    /// Null, where it is not simply missing.
    Null,
    Boolean,
    Number,
    Text,
    List,
    Object,
}

impl Kind {
    pub(super) const ALL: [Kind; 7] = [
        Kind::Missing,
        Kind::Null,
        Kind::Boolean,
        Kind::Number,
        Kind::Text,
        Kind::List,
        Kind::Object,
    ];
}

/// Which kinds an argument may be of.
#[derive(Clone, Debug)]
struct Kinds(Vec<Kind>);

impl Kinds {
    /// Those of which some value passes all tests, which are of one argument.
    fn of(facts: &[Fact<'_>], reading: Reading) -> Self {
        let passes = |kind: &Kind| match kind {
            Kind::Missing => facts.iter().all(Fact::holds_when_missing),
            Kind::Null => reading == Reading::Cautious && is_possible_for_null(facts),
            kind => is_possible(*kind, facts),
        };
        Self(Kind::ALL.into_iter().filter(passes).collect())
    }

    fn has(&self, kind: Kind) -> bool {
        self.0.contains(&kind)
    }
}

/// Whether no call satisfies all facts.
pub(super) fn is_impossible(facts: &[Fact<'_>], reading: Reading) -> bool {
    let mut arguments: BTreeMap<&[Box<str>], Vec<Fact<'_>>> = BTreeMap::new();
    for fact in facts {
        arguments.entry(&fact.test.path.0).or_default().push(*fact);
    }
    let kinds: BTreeMap<&[Box<str>], Kinds> =
        arguments.iter().map(|(path, facts)| (*path, Kinds::of(facts, reading))).collect();
    let is_no_object =
        |path: &[Box<str>]| kinds.get(path).is_some_and(|kinds| !kinds.has(Kind::Object));
    kinds.iter().any(|(path, possible)| {
        // What is there lies in objects.
        let must_be_there = !possible.has(Kind::Missing) && path.len() <= MAX_KEYS;
        let mut above = (1..path.len()).filter_map(|keys| path.get(..keys));
        possible.0.is_empty() || must_be_there && above.any(is_no_object)
    })
}

/// `==`, `!=`, `in`, `not in`.
pub(super) fn is_equality(operator: Operator) -> bool {
    matches!(operator, Operator::Eq | Operator::Neq | Operator::In | Operator::NotIn)
}
