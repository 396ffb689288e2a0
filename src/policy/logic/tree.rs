//! Facts by the argument that they are about.

use std::collections::BTreeMap;

use super::kinds::Kind;
use super::{Fact, MAX_KEYS};
use crate::policy::semantics::{self, ValueSet, listed};
use crate::policy::{Literal, Operator};

/// The values that a fact lists, and whether an argument that is present must be one of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct ValueList<'t> {
    pub(super) values: &'t [Literal],
    pub(super) included: bool,
}

/// The facts about an argument, and about the keys in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Node<'t> {
    pub(super) facts: Vec<Fact<'t>>,
    pub(super) children: BTreeMap<&'t str, Node<'t>>,
}

impl<'t> Node<'t> {
    /// The tree of some facts, whose root is the object of all arguments; `None` if a path is too long.
    pub(super) fn of(facts: &[Fact<'t>]) -> Option<Self> {
        let mut root = Self::default();
        for fact in facts {
            if fact.test.path.0.len() > MAX_KEYS {
                return None;
            }
            let mut node = &mut root;
            for key in &fact.test.path.0 {
                node = node.children.entry(key).or_default();
            }
            node.facts.push(*fact);
        }
        Some(root)
    }

    /// Whether all facts hold, here and below, when the argument is missing.
    pub(super) fn holds_when_missing(&self) -> bool {
        self.own_hold_when_missing() && self.children_hold_when_missing()
    }

    /// Whether the facts about the argument itself hold when it is missing.
    pub(super) fn own_hold_when_missing(&self) -> bool {
        let holds = |fact: &Fact<'_>| semantics::holds_when_missing(fact.test) != fact.negated;
        self.facts.iter().all(holds)
    }

    /// Whether the facts about keys in the argument hold when the argument is not an object.
    pub(super) fn children_hold_when_missing(&self) -> bool {
        self.children.values().all(Node::holds_when_missing)
    }

    /// How many facts there are, here and below.
    pub(super) fn len(&self) -> usize {
        self.facts.len() + self.children.values().map(Node::len).sum::<usize>()
    }

    /// The shortest list of values of which the argument must be one, if it is present and not null.
    pub(super) fn candidates(&self) -> Option<&'t [Literal]> {
        let lists = self
            .facts
            .iter()
            .filter(|fact| is_inclusion(fact))
            .filter_map(|fact| listed(fact.test));
        lists.min_by_key(|values| values.len())
    }

    /// The listed values that the argument must not equal.
    pub(super) fn excluded(&self) -> impl Iterator<Item = &'t Literal> {
        let exclusions = self.facts.iter().filter(|fact| !is_inclusion(fact));
        exclusions.filter_map(|fact| listed(fact.test)).flatten()
    }

    /// The lists of values in the node's own facts.
    pub(super) fn lists(&self) -> Vec<ValueList<'t>> {
        let list = |fact: &Fact<'t>| {
            Some(ValueList { values: listed(fact.test)?, included: is_inclusion(fact) })
        };
        self.facts.iter().filter_map(list).collect()
    }

    /// The node without facts that a value of another kind than this may satisfy.
    pub(super) fn without_other_kinds(&self, kind: Kind) -> Self {
        let is_other = |value: &Literal| Kind::of(value) != kind && Kind::of(value).may_equal(kind);
        let is_kept = |fact: &&Fact<'t>| {
            !is_inclusion(fact)
                || listed(fact.test).is_none_or(|values| !values.iter().any(is_other))
        };
        let facts = self.facts.iter().filter(is_kept).copied().collect();
        Self { facts, children: self.children.clone() }
    }

    /// Every kind; those of the values in the facts first, so that a model looks like what the policy is about.
    pub(super) fn kinds_by_relevance(&self) -> Vec<Kind> {
        let mut kinds = Kind::ALL.to_vec();
        let is_about = |kind: &Kind| {
            let about = |fact: &Fact<'_>| match (&fact.test.operator, &fact.test.value) {
                (Operator::In | Operator::NotIn, Literal::List(values)) => {
                    values.iter().any(|value| Kind::of(value) == *kind)
                }
                (Operator::Exists, _) => false,
                (_, value) => Kind::of(value) == *kind,
            };
            self.facts.iter().any(about) || *kind == Kind::Object && !self.children.is_empty()
        };
        kinds.sort_by_key(|kind| !is_about(kind));
        kinds
    }

    /// The lists of the node's own facts as sets, each with whether a value must be in it.
    pub(super) fn sets(&self) -> Vec<(ValueSet, bool)> {
        self.lists().into_iter().map(|list| (list.values.iter().collect(), list.included)).collect()
    }
}

/// Whether a fact with a list of values requires that an argument that is present is one of them.
fn is_inclusion(fact: &Fact<'_>) -> bool {
    matches!(fact.test.operator, Operator::Eq | Operator::In) != fact.negated
}
