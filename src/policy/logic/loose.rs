//! Whether facts may hold under some reading of the behaviour that the gateway does not document.
//!
//! An argument is taken for a value of one kind that may equal one value of each other kind as well. A fact that lists
//! values of another kind is then a fact about that other value. The answer errs on one side: facts that list values of
//! several kinds are not held against each other, so "may hold" is said too often and "cannot hold" is certain.

use super::kinds::Kind;
use super::solve::{Found, Part};
use super::tree::{Node, ValueList};
use super::{Logic, Undecided};
use crate::policy::Literal;
use crate::policy::semantics::{self, NullReading, Readings, ValueSet};

impl Logic<'_> {
    /// A value for which the facts of a node may hold. It need not satisfy them under the documented reading.
    pub(super) fn loose_value(&mut self, node: &Node<'_>) -> Result<Option<Found>, Undecided> {
        let mut undecided = None;
        for kind in node.kinds_by_relevance() {
            match self.loose_value_of(kind, node) {
                Ok(None) => {}
                Ok(found) => return Ok(found),
                Err(reason) => undecided = Some(reason),
            }
        }
        undecided.map_or(Ok(None), Err)
    }

    fn loose_value_of(&mut self, kind: Kind, node: &Node<'_>) -> Result<Option<Found>, Undecided> {
        let lists = node.lists();
        let values: usize = lists.iter().map(|list| list.values.len()).sum();
        self.spend(node.facts.len().saturating_add(values).saturating_add(1))?;
        if kind == Kind::Null && self.readings != Readings::Any || !other_kinds_agree(kind, &lists)
        {
            return Ok(None);
        }
        if kind == Kind::Null {
            // No reading makes null equal to another value.
            let may_hold = node.children_hold_when_missing() && node.may_hold_for_null();
            return Ok(may_hold.then_some(Found { value: Literal::Null, is_admitted: true }));
        }
        let own = node.without_other_kinds(kind);
        let everything = Part::default();
        let Some(candidates) = own.candidates() else {
            return self.of_kind(kind, &own, &everything);
        };
        let candidates: Vec<Literal> =
            candidates.iter().filter(|value| Kind::of(value) == kind).cloned().collect();
        self.try_each(&own, &everything, &candidates)
    }
}

impl Node<'_> {
    /// Whether the node's own facts may hold for null.
    pub(super) fn may_hold_for_null(&self) -> bool {
        NullReading::ALL.into_iter().any(|reading| {
            let holds = |fact: &super::Fact<'_>| {
                semantics::holds_for_null(fact.test, reading) != fact.negated
            };
            self.facts.iter().all(holds)
        })
    }
}

/// Whether the values of other kinds that a value of this kind equals can satisfy all lists.
fn other_kinds_agree(kind: Kind, lists: &[ValueList<'_>]) -> bool {
    let may_be_equal = |value: &Literal| Kind::of(value).may_equal(kind);
    if !lists.iter().all(|list| !list.included || list.values.iter().any(may_be_equal)) {
        return false;
    }
    let others = Kind::ALL.into_iter().filter(|other| *other != kind && other.may_equal(kind));
    others.into_iter().all(|other| has_common_value(other, lists))
}

/// Whether some value is in all lists of values of one kind that must include it, and in none that excludes it.
fn has_common_value(kind: Kind, lists: &[ValueList<'_>]) -> bool {
    let is_of_kind = |list: &&ValueList<'_>| {
        list.included && list.values.iter().all(|value| Kind::of(value) == kind)
    };
    let wanted: Vec<&ValueList<'_>> = lists.iter().filter(is_of_kind).collect();
    let Some(shortest) = wanted.iter().min_by_key(|list| list.values.len()) else { return true };
    let sets: Vec<ValueSet> = wanted.iter().map(|list| list.values.iter().collect()).collect();
    let excluded: ValueSet =
        lists.iter().filter(|list| !list.included).flat_map(|list| list.values).collect();
    let passes =
        |value: &&Literal| !excluded.contains(value) && sets.iter().all(|set| set.contains(value));
    shortest.values.iter().any(|value| passes(&value))
}
