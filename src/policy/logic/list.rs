//! A list with some elements and without others.

use super::admits::both;
use super::domain::{DomainId, Range};
use super::solve::{Found, Part};
use super::tree::Node;
use super::{Fact, Logic, Undecided};
use crate::policy::semantics::ValueSet;
use crate::policy::{Literal, Operator, Path, Test};

/// How many elements are added to make a list long enough, or another than the excluded ones.
const MAX_ADDED: usize = 256;

impl<'d> Logic<'d> {
    pub(super) fn list(
        &mut self,
        node: &Node<'_>,
        part: &Part<'d>,
    ) -> Result<Option<Found>, Undecided> {
        let size = part.domains.iter().fold(Range::default(), |size, domain| size.and(domain.size));
        let unique = part.domains.iter().any(|domain| domain.unique);
        let ids: Vec<DomainId> = part.domains.iter().filter_map(|domain| domain.items).collect();
        let (mut items, unwanted) = elements(node);
        if items.iter().any(|item| unwanted.contains(item)) {
            return Ok(None);
        }
        let mut known = Some(true);
        for item in &items {
            for id in &ids {
                known = both(known, self.domain_admits(*id, item)?);
            }
        }
        if known == Some(false) {
            return Ok(None);
        }
        let excluded: ValueSet = node.excluded().collect();
        for _ in 0..=MAX_ADDED {
            if size.most.is_some_and(|most| items.len() > most) {
                return Ok(None);
            }
            let list = Literal::List(items.clone());
            if size.holds(items.len()) && !excluded.contains(&list) {
                return Ok(Some(Found { value: list, is_admitted: known == Some(true) }));
            }
            let taken = if unique { items.as_slice() } else { &[] };
            let Some(more) = self.element(&unwanted, taken, &ids)? else { return Ok(None) };
            known = both(known, more.is_admitted.then_some(true));
            items.push(more.value);
        }
        Err(Undecided::Values)
    }

    /// An element that is none of these values.
    fn element(
        &mut self,
        unwanted: &[Literal],
        taken: &[Literal],
        ids: &[DomainId],
    ) -> Result<Option<Found>, Undecided> {
        let others: Vec<Literal> = unwanted.iter().chain(taken).cloned().collect();
        let may_be_null = !others.contains(&Literal::Null);
        let test = Test {
            path: Path(Vec::new()),
            operator: Operator::NotIn,
            value: Literal::List(others),
        };
        let node = Node { facts: vec![Fact { test: &test, negated: false }], ..Node::default() };
        let found = self.value(&node, ids);
        // The test fails for null, which counts as missing. In a list null is a value as others are.
        if matches!(found, Ok(Some(_))) || !may_be_null {
            return found;
        }
        let mut known = Some(true);
        for id in ids {
            known = both(known, self.domain_admits(*id, &Literal::Null)?);
        }
        match known {
            Some(false) => found,
            known => Ok(Some(Found { value: Literal::Null, is_admitted: known == Some(true) })),
        }
    }
}

/// The elements that a list must have, each once, and those that it must not have.
fn elements(node: &Node<'_>) -> (Vec<Literal>, Vec<Literal>) {
    let (mut wanted, mut unwanted, mut seen) = (Vec::new(), Vec::new(), ValueSet::default());
    for fact in node.facts.iter().filter(|fact| fact.test.operator == Operator::Contains) {
        let value = &fact.test.value;
        if fact.negated {
            unwanted.push(value.clone());
        } else if seen.insert(value) {
            wanted.push(value.clone());
        }
    }
    (wanted, unwanted)
}
