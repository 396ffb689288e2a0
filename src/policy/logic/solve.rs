//! A value for one argument.

use super::domain::{Domain, DomainId, Listed};
use super::kinds::{Kind, KindSet};
use super::number::{Interval, parse_number};
use super::text::Texts;
use super::tree::Node;
use super::{Fact, Logic, Undecided};
use crate::policy::semantics::{self, ValueSet};
use crate::policy::{Literal, Operator};

/// The most alternatives of a schema that are looked at for one argument.
const MAX_PARTS: usize = 64;
/// The most domains that hold for one argument.
const MAX_DOMAINS: usize = 256;

/// Domains that hold together, their references followed and of each union one domain chosen.
#[derive(Clone, Debug, Default)]
pub(super) struct Part<'d> {
    pub(super) domains: Vec<&'d Domain>,
}

/// A way through the unions of some domains.
#[derive(Clone, Debug, Default)]
struct Choice<'d> {
    part: Part<'d>,
    /// Domains that hold and are not taken in yet.
    waiting: Vec<DomainId>,
    /// Unions of which no domain is chosen yet.
    unions: Vec<&'d Vec<DomainId>>,
    /// The domains that were taken in.
    met: Vec<DomainId>,
}

/// A value that was found.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) value: Literal,
    /// Whether the schema certainly admits it.
    pub(super) is_admitted: bool,
}

impl Part<'_> {
    fn kinds(&self) -> KindSet {
        self.domains.iter().fold(KindSet::ALL, |kinds, domain| kinds.and(domain.kinds))
    }

    /// Whether the schema admits all values that all domains admit.
    pub(super) fn is_exact(&self) -> bool {
        self.domains.iter().all(|domain| domain.is_exact)
    }

    fn shortest_list(&self) -> Option<&Listed> {
        let lists = self.domains.iter().filter_map(|domain| domain.values.as_ref());
        lists.min_by_key(|listed| listed.values.len())
    }
}

impl<'d> Logic<'d> {
    /// The alternatives of some domains that must all hold. Without any, there is one that admits everything.
    pub(super) fn parts(&mut self, ids: &[DomainId]) -> Result<Vec<Part<'d>>, Undecided> {
        let mut done = Vec::new();
        let mut open = vec![Choice { waiting: ids.to_vec(), ..Choice::default() }];
        while let Some(mut choice) = open.pop() {
            self.follow(&mut choice)?;
            let Some(union) = choice.unions.pop() else {
                done.push(choice.part);
                continue;
            };
            // The first alternative is looked at first, so it is put on top.
            let one = |id: &DomainId| Choice { waiting: vec![*id], ..choice.clone() };
            open.extend(union.iter().rev().map(one));
            if open.len() + done.len() > MAX_PARTS {
                return Err(Undecided::Steps);
            }
        }
        Ok(done)
    }

    /// Takes in the domains that wait, with all to which they refer.
    fn follow(&mut self, choice: &mut Choice<'d>) -> Result<(), Undecided> {
        while let Some(id) = choice.waiting.pop() {
            self.spend(choice.met.len())?;
            let domain = self.schema.and_then(|(domains, _)| domains.get(id));
            let Some(domain) = domain.filter(|_| !choice.met.contains(&id)) else { continue };
            choice.met.push(id);
            choice.part.domains.push(domain);
            choice.waiting.extend(&domain.all_of);
            choice.unions.extend(&domain.any_of);
            if choice.met.len() > MAX_DOMAINS {
                return Err(Undecided::Steps);
            }
        }
        Ok(())
    }

    /// A value that makes the facts of a node hold; `Ok(None)` where there is none. Missing is no value: that is asked before.
    pub(super) fn value(
        &mut self,
        node: &Node<'_>,
        ids: &[DomainId],
    ) -> Result<Option<Found>, Undecided> {
        let mut undecided = None;
        for part in self.parts(ids)? {
            match self.value_of_part(node, &part) {
                Ok(None) => {}
                Ok(Some(mut found)) => {
                    found.is_admitted &= part.is_exact();
                    return Ok(Some(found));
                }
                Err(reason) => undecided = Some(reason),
            }
        }
        undecided.map_or(Ok(None), Err)
    }

    fn value_of_part(
        &mut self,
        node: &Node<'_>,
        part: &Part<'d>,
    ) -> Result<Option<Found>, Undecided> {
        let kinds = part.kinds();
        let listed = part.shortest_list().map(|listed| listed.values.as_slice());
        let named = node.candidates();
        let candidates = match (listed, named) {
            (Some(listed), Some(named)) if named.len() < listed.len() => Some(named),
            (Some(listed), _) => Some(listed),
            (None, named) => named,
        };
        if let Some(candidates) = candidates {
            if let Some(found) = self.try_each(node, part, candidates)? {
                return Ok(Some(found));
            }
            // What must be one of the author's values may still be null, which counts as missing.
            return if listed.is_none() {
                self.of_kind(Kind::Null, node, part, kinds)
            } else {
                Ok(None)
            };
        }
        let mut undecided = None;
        for kind in self.order(node) {
            match self.of_kind(kind, node, part, kinds) {
                Ok(None) => {}
                Ok(found) => return Ok(found),
                Err(reason) => undecided = Some(reason),
            }
        }
        undecided.map_or(Ok(None), Err)
    }

    /// Kinds of values that the tests name come first: a model should look like what the policy is about.
    fn order(&self, node: &Node<'_>) -> Vec<Kind> {
        let mut kinds = Kind::ALL.to_vec();
        let is_about = |kind: &Kind| {
            let about = |fact: &Fact<'_>| match (&fact.test.operator, &fact.test.value) {
                (Operator::In | Operator::NotIn, Literal::List(values)) => {
                    values.iter().any(|value| Kind::of(value) == *kind)
                }
                (Operator::Exists, _) => false,
                (_, value) => Kind::of(value) == *kind,
            };
            node.facts.iter().any(about) || *kind == Kind::Object && !node.children.is_empty()
        };
        kinds.sort_by_key(|kind| !is_about(kind));
        kinds
    }

    /// The first of some values for which all facts hold and which the schema admits.
    fn try_each(
        &mut self,
        node: &Node<'_>,
        part: &Part<'d>,
        candidates: &[Literal],
    ) -> Result<Option<Found>, Undecided> {
        let sets = node.sets();
        for value in candidates {
            self.spend(node.len().saturating_add(1))?;
            let is_null = *value == Literal::Null;
            let is_admitted = match self.admits(part, value)? {
                Some(false) => continue,
                known => known == Some(true),
            };
            let holds = if is_null {
                node.own_hold_when_missing() && node.children_hold_when_missing()
            } else {
                self.holds(node, value, &sets)?
            };
            if holds {
                return Ok(Some(Found { value: value.clone(), is_admitted }));
            }
        }
        Ok(None)
    }

    /// Whether the facts of a node, of which `sets` are those about listed values, hold for a value that is not null.
    fn holds(
        &mut self,
        node: &Node<'_>,
        value: &Literal,
        sets: &[(ValueSet, bool)],
    ) -> Result<bool, Undecided> {
        if !sets.iter().all(|(set, among)| set.contains(value) == *among) {
            return Ok(false);
        }
        for fact in node.facts.iter().filter(|fact| semantics::listed(fact.test).is_none()) {
            if semantics::holds(fact.test, Some(value), &mut self.patterns)? == fact.negated {
                return Ok(false);
            }
        }
        for (key, child) in &node.children {
            let holds = match semantics::look_up(value, &[(*key).into()]) {
                None => child.holds_when_missing(),
                Some(below) => self.holds(child, below, &child.sets())?,
            };
            if !holds {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// A value of one kind, where no values are listed.
    fn of_kind(
        &mut self,
        kind: Kind,
        node: &Node<'_>,
        part: &Part<'d>,
        kinds: KindSet,
    ) -> Result<Option<Found>, Undecided> {
        self.spend(node.len().saturating_add(1))?;
        if !kinds.has(kind) {
            return Ok(None);
        }
        if kind == Kind::Object {
            return self.object(node, part);
        }
        if !node.children_hold_when_missing() {
            return Ok(None);
        }
        if kind == Kind::Null {
            let null = Found { value: Literal::Null, is_admitted: true };
            return Ok(node.own_hold_when_missing().then_some(null));
        }
        if self.is_refused(kind, node) {
            return Ok(None);
        }
        let value = match kind {
            Kind::Boolean => {
                return self.try_each(node, part, &[Literal::Bool(true), Literal::Bool(false)]);
            }
            Kind::Number => number(node, part)?,
            Kind::Text => self.text(node, part)?,
            _ => return self.list(node, part),
        };
        Ok(value.map(|value| Found { value, is_admitted: true }))
    }

    /// Whether a fact fails for every value of a kind.
    pub(super) fn is_refused(&self, kind: Kind, node: &Node<'_>) -> bool {
        node.facts.iter().any(|fact| {
            let never = match (fact.test.operator, &fact.test.value) {
                (Operator::Exists, expected) => {
                    return (*expected == Literal::Bool(true)) == fact.negated;
                }
                (Operator::Regex, _) => kind != Kind::Text,
                (Operator::Contains, Literal::String(_)) => {
                    !matches!(kind, Kind::Text | Kind::List)
                }
                (Operator::Contains, _) => kind != Kind::List,
                (operator, _) if operator.is_ordering() => kind != Kind::Number,
                _ => false,
            };
            never && !fact.negated
        })
    }

    fn text(&mut self, node: &Node<'_>, part: &Part<'d>) -> Result<Option<Literal>, Undecided> {
        let mut texts = Texts::default();
        for fact in &node.facts {
            let Literal::String(written) = &fact.test.value else { continue };
            let pattern = match fact.test.operator {
                Operator::Regex => written.to_string(),
                Operator::Contains => regex_syntax::escape(written),
                _ => continue,
            };
            let compiled = self.patterns.get(&pattern).ok_or(Undecided::Pattern(pattern))?;
            texts.patterns.push((compiled, !fact.negated));
        }
        for domain in &part.domains {
            texts.length = texts.length.and(domain.length);
            for pattern in &domain.patterns {
                let too_large = || Undecided::Pattern(pattern.clone());
                texts.patterns.push((self.patterns.get(pattern).ok_or_else(too_large)?, true));
            }
        }
        let strings = node.excluded().filter_map(|value| match value {
            Literal::String(text) => Some(text.clone()),
            _ => None,
        });
        texts.excluded = strings.collect();
        // A text with a character in it shows more than an empty one.
        let shortest = texts.length.least;
        texts.length.least = shortest.max(1);
        let found = match texts.pick() {
            Ok(None) if shortest == 0 => {
                texts.length = super::domain::Range { least: 0, most: Some(0) };
                texts.pick()?
            }
            found => found?,
        };
        Ok(found.map(|text| Literal::String(text.into())))
    }
}

fn number(node: &Node<'_>, part: &Part<'_>) -> Result<Option<Literal>, Undecided> {
    let mut interval = Interval::default();
    for fact in node.facts.iter().filter(|fact| fact.test.operator.is_ordering()) {
        let Literal::Number(spelling) = &fact.test.value else { continue };
        let number = parse_number(spelling).ok_or(Undecided::Numbers)?;
        let operator = if fact.negated { fact.test.operator.opposite() } else { None };
        interval.compare(operator.unwrap_or(fact.test.operator), number);
    }
    for domain in &part.domains {
        domain.least.iter().for_each(|bound| interval.at_least(bound.clone()));
        domain.most.iter().for_each(|bound| interval.at_most(bound.clone()));
        if domain.whole {
            interval.multiples(&1.into())?;
        }
        if let Some(of) = &domain.multiple_of {
            interval.multiples(of)?;
        }
    }
    let numbers = node.excluded().filter(|value| Kind::of(value) == Kind::Number);
    interval.pick(&numbers.collect())
}
