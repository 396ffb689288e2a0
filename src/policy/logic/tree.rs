//! Facts by the argument that they are about.

use std::collections::BTreeMap;

use super::{Fact, MAX_KEYS};
use crate::policy::Literal;
use crate::policy::Operator;
use crate::policy::semantics::{self, ValueSet, listed};

/// The facts about an argument, and about the keys in it.
#[derive(Debug, Default)]
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

    /// Whether the facts about keys in the argument hold when the argument is no object.
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

    /// Whether a value that is there is among the values of every list that it must be among, and of no other.
    pub(super) fn sets(&self) -> Vec<(ValueSet, bool)> {
        let set = |fact: &Fact<'t>| Some((listed(fact.test)?.iter().collect(), is_inclusion(fact)));
        self.facts.iter().filter_map(set).collect()
    }
}

/// Whether a fact about listed values says that an argument that is there is one of them.
fn is_inclusion(fact: &Fact<'_>) -> bool {
    matches!(fact.test.operator, Operator::Eq | Operator::In) != fact.negated
}
