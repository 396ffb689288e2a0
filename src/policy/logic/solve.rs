//! A value for one argument.

use std::borrow::Cow;
use std::sync::Arc;

use super::domain::{Domain, DomainId, Listed, Range};
use super::kinds::{Kind, KindSet};
use super::number::{Interval, parse_number};
use super::text::TextSet;
use super::tree::Node;
use super::{Fact, Logic, Undecided};
use crate::policy::pattern::Pattern;
use crate::policy::semantics::{self, Readings, ValueSet};
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

    /// A value that makes the facts of a node hold; `Ok(None)` where there is none. Callers handle a missing argument before.
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
        if self.readings != Readings::Documented {
            return self.loose_value(node);
        }
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
            let may_be_null = listed.is_none() && kinds.has(Kind::Null);
            return if may_be_null { self.of_kind(Kind::Null, node, part) } else { Ok(None) };
        }
        let mut undecided = None;
        for kind in node.kinds_by_relevance().into_iter().filter(|kind| kinds.has(*kind)) {
            match self.of_kind(kind, node, part) {
                Ok(None) => {}
                Ok(found) => return Ok(found),
                Err(reason) => undecided = Some(reason),
            }
        }
        undecided.map_or(Ok(None), Err)
    }

    /// The first of some values for which all facts hold and which the schema admits.
    pub(super) fn try_each(
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
            if !self.fact_may_hold(fact, value)? {
                return Ok(false);
            }
        }
        for (key, child) in &node.children {
            let holds = match semantics::look_up(value, &[(*key).into()]) {
                None => child.holds_when_missing() || self.may_hold_for_null_in(value, key, child),
                Some(below) => self.holds(child, below, &child.sets())?,
            };
            if !holds {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether a fact holds for a value that is not null, under one of the readings in question.
    fn fact_may_hold(&mut self, fact: &Fact<'_>, value: &Literal) -> Result<bool, Undecided> {
        let work = self.patterns.work();
        let holds = if self.readings == Readings::Documented {
            Some(semantics::holds(fact.test, Some(value), &mut self.patterns)?)
        } else {
            semantics::holds_in_every_reading(fact.test, value, &mut self.patterns)?
        };
        self.spend(self.patterns.work() - work)?;
        Ok(holds.is_none_or(|holds| holds != fact.negated))
    }

    /// Whether a key of an object is null, and the facts about it may hold for null.
    fn may_hold_for_null_in(&self, object: &Literal, key: &str, node: &Node<'_>) -> bool {
        let Literal::Object(members) = object else { return false };
        self.readings == Readings::Any
            && members.iter().any(|(name, value)| **name == *key && *value == Literal::Null)
            && node.children_hold_when_missing()
            && node.may_hold_for_null()
    }

    /// A value of one kind, where no values are listed.
    pub(super) fn of_kind(
        &mut self,
        kind: Kind,
        node: &Node<'_>,
        part: &Part<'d>,
    ) -> Result<Option<Found>, Undecided> {
        self.spend(node.len().saturating_add(1))?;
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
        let mut patterns: Vec<(Cow<'_, str>, bool)> =
            node.facts.iter().filter_map(|fact| Some((pattern(fact)?, !fact.negated))).collect();
        let mut texts = TextSet::default();
        for domain in &part.domains {
            texts.length = texts.length.and(domain.length);
            patterns.extend(domain.patterns.iter().map(|pattern| (pattern.into(), true)));
        }
        let strings = node.excluded().filter_map(|value| match value {
            Literal::String(text) => Some(text.clone()),
            _ => None,
        });
        texts.excluded = strings.collect();
        // A question without a model needs no automaton where one pattern is all there is.
        let is_one = matches!(patterns.as_slice(), [] | [(_, true)]);
        if self.readings != Readings::Documented && is_one && texts.excluded.is_empty() {
            return Ok(Some(Literal::String("".into())));
        }
        for (pattern, is_wanted) in patterns {
            texts.patterns.push((self.pattern(&pattern)?, is_wanted));
        }
        // A text with a character in it shows more than an empty one.
        let shortest = texts.length.least;
        texts.length.least = shortest.max(1);
        let mut found = self.shortest_text(&texts);
        if shortest == 0 && matches!(found, Ok(None)) {
            texts.length = Range { least: 0, most: Some(0) };
            found = self.shortest_text(&texts);
        }
        Ok(found?.map(|text| Literal::String(text.into())))
    }

    fn shortest_text(&mut self, texts: &TextSet) -> Result<Option<String>, Undecided> {
        let (found, work) = texts.pick();
        self.spend(work)?;
        found
    }

    /// A compiled pattern.
    pub(super) fn pattern(&mut self, pattern: &str) -> Result<Arc<Pattern>, Undecided> {
        let work = self.patterns.work();
        let compiled = self.patterns.get(pattern);
        self.spend(self.patterns.work() - work)?;
        compiled.ok_or_else(|| Undecided::Pattern(pattern.to_owned()))
    }
}

/// The pattern of a fact about texts.
fn pattern<'t>(fact: &Fact<'t>) -> Option<Cow<'t, str>> {
    match (fact.test.operator, &fact.test.value) {
        (Operator::Regex, Literal::String(pattern)) => Some(Cow::Borrowed(pattern)),
        (Operator::Contains, Literal::String(part)) => Some(regex_syntax::escape(part).into()),
        _ => None,
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
