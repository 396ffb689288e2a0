//! Whether some value of one kind passes all tests of an argument.

use std::cmp::Ordering;
use std::slice;

use super::form::Fact;
use super::kinds::{Kind, is_equality};
use crate::policy::{Literal, Operator, Test, compare_numbers};

/// How many comparisons of values are made for one argument. Beyond it the tests are taken to be possible.
const MAX_COMPARISONS: usize = 16 * 1024;
/// How many values may stand in a list or object that is compared.
const MAX_VALUES: usize = 64;

/// Whether some value of the kind, which is not missing or null, passes all tests.
pub(super) fn is_possible(kind: Kind, facts: &[Fact<'_>]) -> bool {
    let fails = |fact: &Fact<'_>| answer(kind, fact.test) == Some(fact.negated);
    if facts.iter().any(fails) || opaque_tests_clash(kind, facts) {
        return false;
    }
    all_equalities_agree(kind, facts)
}

/// Whether null may pass all tests, if it is not known whether it counts as missing in equalities. As a value it equals
/// null and nothing else.
pub(super) fn is_possible_for_null(facts: &[Fact<'_>]) -> bool {
    let (equalities, others): (Vec<Fact<'_>>, Vec<Fact<'_>>) =
        facts.iter().partition(|fact| is_equality(fact.test.operator));
    let mut lists = equalities.iter().filter_map(Listing::of);
    others.iter().all(Fact::holds_when_missing)
        && (equalities.iter().all(Fact::holds_when_missing)
            || lists.all(|list| list.admits(&Literal::Null)))
}

/// Whether all equalities can hold together for values of a kind. A value that equals a listed one of another type acts, in all
/// equalities with that type, like that one.
fn all_equalities_agree(kind: Kind, facts: &[Fact<'_>]) -> bool {
    let is_near = |value: &Literal| is_composite(kind_of(value)) == is_composite(kind);
    let mut lists = facts.iter().filter_map(Listing::of);
    if !lists.all(|list| !list.among || list.values.iter().any(is_near)) {
        return false;
    }
    let types = [Kind::Null, Kind::Boolean, Kind::Number, Kind::Text, Kind::List, Kind::Object];
    types.into_iter().all(|listed| equalities_agree(kind, listed, facts))
}

/// What a test says to every value of a kind, if that is one answer.
fn answer(kind: Kind, test: &Test) -> Option<bool> {
    let is_empty = |value: &Literal| matches!(value, Literal::String(text) if text.is_empty());
    match test.operator {
        Operator::Exists => Some(test.value == Literal::Bool(true)),
        operator if operator.is_ordering() => (kind != Kind::Number).then_some(false),
        Operator::Regex if kind == Kind::Text && test.is_any_text() => Some(true),
        Operator::Contains if kind == Kind::Text && is_empty(&test.value) => Some(true),
        Operator::Regex => (kind != Kind::Text).then_some(false),
        Operator::Contains => (!matches!(kind, Kind::Text | Kind::List)).then_some(false),
        _ => None,
    }
}

/// Whether a `matches` or `contains` and a negated one exclude each other.
fn opaque_tests_clash(kind: Kind, facts: &[Fact<'_>]) -> bool {
    let opaque = |operator| matches!(operator, Operator::Regex | Operator::Contains);
    let (negated, plain): (Vec<&Fact<'_>>, Vec<&Fact<'_>>) =
        facts.iter().filter(|fact| opaque(fact.test.operator)).partition(|fact| fact.negated);
    plain.iter().any(|yes| negated.iter().any(|no| clashes(kind, yes.test, no.test)))
}

/// Whether no value of the kind passes the one and fails the other. A text with `ab` in it has `a` in it.
fn clashes(kind: Kind, yes: &Test, no: &Test) -> bool {
    if yes.operator != no.operator {
        return false;
    }
    match (&yes.value, &no.value) {
        (Literal::String(long), Literal::String(short)) => {
            let parts = kind == Kind::Text && yes.operator == Operator::Contains;
            long == short || parts && long.contains(&**short)
        }
        (Literal::Bool(_) | Literal::Number(_), value) => yes.value == *value,
        _ => false,
    }
}

/// Whether the equalities with values of one type can hold together for values of a kind.
fn equalities_agree(kind: Kind, listed: Kind, facts: &[Fact<'_>]) -> bool {
    let lists: Vec<Listing<'_>> = facts.iter().filter_map(Listing::of).collect();
    let is_wanted = |list: &&Listing<'_>| list.among && list.is_of(listed);
    let booleans = [Literal::Bool(true), Literal::Bool(false)];
    let shortest = lists.iter().filter(is_wanted).min_by_key(|list| list.values.len());
    let candidates = match shortest {
        Some(list) => list.values,
        None if (kind, listed) == (Kind::Boolean, Kind::Boolean) => &booleans,
        None if (kind, listed) == (Kind::Number, Kind::Number) => {
            return has_number(facts, &lists);
        }
        None => return true,
    };
    let all: usize = lists.iter().map(|list| list.values.len()).sum();
    if candidates.len().saturating_mul(all) > MAX_COMPARISONS
        || !lists.iter().all(Listing::is_simple)
    {
        return true;
    }
    let passes = |value: &Literal| {
        lists.iter().filter(|list| list.speaks_of(listed)).all(|list| list.admits(value))
            && (kind != listed || facts.iter().all(|fact| may_hold(fact, value)))
    };
    candidates.iter().any(passes)
}

/// Whether a test that is no equality may hold for a value.
fn may_hold(fact: &Fact<'_>, value: &Literal) -> bool {
    match (fact.test.operator, value, &fact.test.value) {
        (operator, Literal::Number(number), Literal::Number(bound)) if operator.is_ordering() => {
            fits(operator, compare_numbers(number, bound)) != fact.negated
        }
        (Operator::Contains, Literal::String(text), Literal::String(part)) => {
            text.contains(&**part) != fact.negated
        }
        _ => true,
    }
}

fn fits(operator: Operator, order: Ordering) -> bool {
    match operator {
        Operator::Lt => order == Ordering::Less,
        Operator::Lte => order != Ordering::Greater,
        Operator::Gt => order == Ordering::Greater,
        _ => order != Ordering::Less,
    }
}

/// How many values the equalities among some facts list.
pub(super) fn listed_values(facts: &[Fact<'_>]) -> usize {
    facts.iter().filter_map(Listing::of).map(|list| list.values.len()).sum()
}

/// An equality as a list of values that the argument is among, or not.
struct Listing<'c> {
    values: &'c [Literal],
    among: bool,
}

impl<'c> Listing<'c> {
    fn of(fact: &Fact<'c>) -> Option<Self> {
        let test = fact.test;
        if !is_equality(test.operator) {
            return None;
        }
        let values = match (test.operator, &test.value) {
            (Operator::In | Operator::NotIn, Literal::List(values)) => values.as_slice(),
            (_, value) => slice::from_ref(value),
        };
        let among = matches!(test.operator, Operator::Eq | Operator::In) != fact.negated;
        Some(Self { values, among })
    }

    /// Whether there are values, all of this type.
    fn is_of(&self, listed: Kind) -> bool {
        !self.values.is_empty() && self.values.iter().all(|value| kind_of(value) == listed)
    }

    /// Whether it decides about values of this type: an argument among values of several types may equal any of the others.
    fn speaks_of(&self, listed: Kind) -> bool {
        !self.among || self.is_of(listed)
    }

    fn admits(&self, value: &Literal) -> bool {
        self.values.contains(value) == self.among
    }

    /// Whether its values are quickly compared.
    fn is_simple(&self) -> bool {
        self.values.iter().all(|value| size(value, MAX_VALUES) < MAX_VALUES)
    }
}

/// How many values stand in a value, itself included, as far as `limit`.
fn size(value: &Literal, limit: usize) -> usize {
    let mut count = 0;
    let mut waiting = vec![value];
    while let Some(value) = waiting.pop() {
        count += 1;
        if count >= limit {
            return limit;
        }
        match value {
            Literal::List(items) => waiting.extend(items.iter().take(limit)),
            Literal::Object(members) => {
                waiting.extend(members.iter().take(limit).map(|(_, value)| value));
            }
            _ => {}
        }
    }
    count
}

/// Lists and objects equal nothing but lists and objects.
fn is_composite(kind: Kind) -> bool {
    matches!(kind, Kind::List | Kind::Object)
}

fn kind_of(value: &Literal) -> Kind {
    match value {
        Literal::Null => Kind::Null,
        Literal::Bool(_) => Kind::Boolean,
        Literal::Number(_) => Kind::Number,
        Literal::String(_) => Kind::Text,
        Literal::List(_) => Kind::List,
        Literal::Object(_) => Kind::Object,
    }
}

/// A bound of an interval, and whether it belongs to it.
type Bound<'c> = Option<(&'c str, bool)>;

/// Whether some number lies within all bounds and is not excluded. There are numbers between any two.
fn has_number(facts: &[Fact<'_>], lists: &[Listing<'_>]) -> bool {
    let (mut least, mut most): (Bound<'_>, Bound<'_>) = (None, None);
    for fact in facts.iter().filter(|fact| fact.test.operator.is_ordering()) {
        let Literal::Number(number) = &fact.test.value else { continue };
        let operator = if fact.negated {
            fact.test.operator.opposite().unwrap_or(fact.test.operator)
        } else {
            fact.test.operator
        };
        match operator {
            Operator::Gt => narrow(&mut least, (number, false), Ordering::Greater),
            Operator::Gte => narrow(&mut least, (number, true), Ordering::Greater),
            Operator::Lt => narrow(&mut most, (number, false), Ordering::Less),
            _ => narrow(&mut most, (number, true), Ordering::Less),
        }
    }
    let (Some((least, with_least)), Some((most, with_most))) = (least, most) else { return true };
    match compare_numbers(least, most) {
        Ordering::Less => true,
        Ordering::Greater => false,
        Ordering::Equal => {
            let only = Literal::Number(least.into());
            with_least && with_most && lists.iter().all(|list| list.among || list.admits(&only))
        }
    }
}

/// Takes the tighter of two bounds.
fn narrow<'c>(bound: &mut Bound<'c>, other: (&'c str, bool), tighter: Ordering) {
    let replaces = match *bound {
        None => true,
        Some((number, included)) => {
            let order = compare_numbers(other.0, number);
            order == tighter || order == Ordering::Equal && included
        }
    };
    if replaces {
        *bound = Some(other);
    }
}
