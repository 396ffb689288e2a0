//! The meaning of the operators. No other code decides whether a test holds for a value.
//!
//! [`holds`] gives the documented reading: null counts as missing, values of different types are never equal, and every
//! test except `missing` is false for a missing argument. Where the gateway's behaviour is undocumented ([`Readings`]),
//! [`holds_in_every_reading`] and [`holds_for_null`] tell what other readings say.

use std::cmp::Ordering;
use std::collections::HashSet;

mod prepared;

use super::pattern::Patterns;
use super::{Literal, Operator, Test, compare_numbers};

pub use prepared::{CornerSet, Observation, PreparedTest, TestPatterns};

/// A pattern whose automaton would be too large, so nothing is known about the texts it matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooLarge {
    /// The pattern.
    pub pattern: String,
}

/// The readings of undocumented behaviour that an answer takes into account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Readings {
    /// The documented reading alone.
    Documented,
    /// Values of different types may also be equal: scalars to scalars, and lists to objects. Each value equals at most
    /// one value of each other type.
    AnyEquality,
    /// Besides, null may exist, and it may differ from other values.
    Any,
}

/// Behaviour that the gateway does not document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Corner {
    /// Tests of null: whether it exists, and whether `!=` and `not in` hold for it.
    Null,
    /// Equality of values of different types.
    MixedTypes,
    /// `!=` and `not in` on a missing argument.
    Missing,
    /// Whether a pattern must match the whole text.
    Anchoring,
    /// Whether tools that name the same counter share it.
    SharedCounter,
}

impl Corner {
    /// Every corner.
    pub const ALL: [Corner; 5] = [
        Corner::Null,
        Corner::MixedTypes,
        Corner::Missing,
        Corner::Anchoring,
        Corner::SharedCounter,
    ];

    /// The name in documents for programs.
    pub fn name(self) -> &'static str {
        match self {
            Corner::Null => "null",
            Corner::MixedTypes => "mixed-types",
            Corner::Missing => "missing-argument",
            Corner::Anchoring => "anchoring",
            Corner::SharedCounter => "shared-counter",
        }
    }

    /// The behaviour, as the object of "the gateway does not document".
    pub fn behaviour(self) -> &'static str {
        match self {
            Corner::Null => "how it tests null, treated here as missing",
            Corner::MixedTypes => {
                "whether values of different types can be equal, treated here as not equal"
            }
            Corner::Missing => {
                "whether `!=` and `not in` hold for a missing argument, treated here as false"
            }
            Corner::Anchoring => {
                "whether a pattern must match the whole text, treated here as matching anywhere"
            }
            Corner::SharedCounter => {
                "whether tools that name the same counter share it, treated here as separate counters"
            }
        }
    }
}

/// One reading of null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NullReading {
    /// Whether null exists.
    pub exists: bool,
    /// Whether `==`, `!=`, `in` and `not in` compare null as a value.
    pub is_compared: bool,
}

impl NullReading {
    /// Every reading, the documented one first.
    pub const ALL: [NullReading; 4] = [
        NullReading { exists: false, is_compared: false },
        NullReading { exists: false, is_compared: true },
        NullReading { exists: true, is_compared: false },
        NullReading { exists: true, is_compared: true },
    ];
}

/// Whether a test holds for an argument; `None` is a missing one.
///
/// # Errors
/// The test needs a pattern that is too large to be run.
pub fn holds(
    test: &Test,
    argument: Option<&Literal>,
    patterns: &mut Patterns,
) -> Result<bool, TooLarge> {
    let Some(value) = argument.filter(|value| **value != Literal::Null) else {
        return Ok(holds_when_missing(test));
    };
    holds_for_value(test, value, |pattern, text| {
        let too_large = || TooLarge { pattern: pattern.to_owned() };
        Ok(patterns.get(pattern).ok_or_else(too_large)?.is_match(text))
    })
}

/// The same for a value that is not null; `matches` answers whether a text matches a pattern.
fn holds_for_value(
    test: &Test,
    value: &Literal,
    matches: impl FnOnce(&str, &str) -> Result<bool, TooLarge>,
) -> Result<bool, TooLarge> {
    Ok(match (test.operator, &test.value) {
        (Operator::Exists, expected) => *expected == Literal::Bool(true),
        (Operator::Eq, expected) => value == expected,
        (Operator::Neq, expected) => value != expected,
        (Operator::In, Literal::List(values)) => values.contains(value),
        (Operator::NotIn, Literal::List(values)) => !values.contains(value),
        (Operator::Regex, Literal::String(pattern)) => match value {
            Literal::String(text) => matches(pattern, text)?,
            _ => false,
        },
        (Operator::Contains, part) => contains(value, part),
        (operator, Literal::Number(bound)) => match value {
            Literal::Number(number) => compares(operator, compare_numbers(number, bound)),
            _ => false,
        },
        _ => false,
    })
}

/// Whether a test holds for a value that is not null; `None` if [`Readings::AnyEquality`] leaves it open.
///
/// # Errors
/// The test needs a pattern that is too large to be run.
pub fn holds_in_every_reading(
    test: &Test,
    value: &Literal,
    patterns: &mut Patterns,
) -> Result<Option<bool>, TooLarge> {
    let documented = holds(test, Some(value), patterns)?;
    Ok((!depends_on_equality(test, value, documented)).then_some(documented))
}

/// Whether the answer about a value that is not null depends on whether values of different types can be equal.
fn depends_on_equality(test: &Test, value: &Literal, documented: bool) -> bool {
    let is_equal = match test.operator {
        Operator::Eq | Operator::In | Operator::Contains => documented,
        Operator::Neq | Operator::NotIn => !documented,
        _ => return false,
    };
    let is_open = match (listed(test), value) {
        (Some(values), _) => values.iter().any(|listed| may_equal(listed, value)),
        (None, Literal::List(items)) => items.iter().any(|item| may_equal(item, &test.value)),
        (None, _) => false,
    };
    !is_equal && is_open
}

/// Whether values of different types may be equal: scalars to scalars, and lists to objects.
fn may_equal(listed: &Literal, value: &Literal) -> bool {
    std::mem::discriminant(listed) != std::mem::discriminant(value)
        && is_composite(listed) == is_composite(value)
}

/// Whether a test holds for null under one reading of it.
pub fn holds_for_null(test: &Test, reading: NullReading) -> bool {
    let is_listed = || listed(test).is_some_and(|values| values.contains(&Literal::Null));
    match test.operator {
        Operator::Exists => (test.value == Literal::Bool(true)) == reading.exists,
        Operator::Eq | Operator::In => reading.is_compared && is_listed(),
        Operator::Neq | Operator::NotIn => reading.is_compared && !is_listed(),
        _ => false,
    }
}

/// Whether a test holds for a missing argument: only `missing` does.
pub fn holds_when_missing(test: &Test) -> bool {
    test.operator == Operator::Exists && test.value == Literal::Bool(false)
}

/// The value at the end of a path; `None` if it is missing or null, or if a value on the way is not an object.
pub fn look_up<'v>(value: &'v Literal, keys: &[Box<str>]) -> Option<&'v Literal> {
    look_up_any(value, keys).filter(|value| **value != Literal::Null)
}

/// The same, null included.
pub fn look_up_any<'v>(value: &'v Literal, keys: &[Box<str>]) -> Option<&'v Literal> {
    let mut value = value;
    for key in keys {
        let Literal::Object(members) = value else { return None };
        value = &members.iter().find(|(name, _)| name == key)?.1;
    }
    Some(value)
}

/// Whether `<`, `<=`, `>` or `>=` holds for a number that compares in this way with the bound.
pub fn compares(operator: Operator, order: Ordering) -> bool {
    match operator {
        Operator::Lt => order == Ordering::Less,
        Operator::Lte => order != Ordering::Greater,
        Operator::Gt => order == Ordering::Greater,
        Operator::Gte => order != Ordering::Less,
        _ => false,
    }
}

/// `contains`: a text with a part, or a list with an element.
pub fn contains(value: &Literal, part: &Literal) -> bool {
    match (value, part) {
        (Literal::String(text), Literal::String(part)) => text.contains(&**part),
        (Literal::List(items), part) => items.contains(part),
        _ => false,
    }
}

/// The values that `==`, `!=`, `in` and `not in` list; `None` for the other operators.
pub fn listed(test: &Test) -> Option<&[Literal]> {
    match (test.operator, &test.value) {
        (Operator::Eq | Operator::Neq, value) => Some(std::slice::from_ref(value)),
        (Operator::In | Operator::NotIn, Literal::List(values)) => Some(values),
        _ => None,
    }
}

/// Whether a value is a list or an object.
pub fn is_composite(value: &Literal) -> bool {
    matches!(value, Literal::List(_) | Literal::Object(_))
}

/// A set of values.
#[derive(Clone, Debug, Default)]
pub struct ValueSet {
    keys: HashSet<String>,
}

impl ValueSet {
    /// Whether it holds an equal value.
    pub fn contains(&self, value: &Literal) -> bool {
        !self.is_empty() && self.keys.contains(&value.key())
    }

    /// Adds a value; returns false if it holds an equal one.
    pub fn insert(&mut self, value: &Literal) -> bool {
        self.keys.insert(value.key())
    }

    /// The number of values.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether it is empty.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

impl<'v> FromIterator<&'v Literal> for ValueSet {
    fn from_iter<I: IntoIterator<Item = &'v Literal>>(values: I) -> Self {
        Self { keys: values.into_iter().map(Literal::key).collect() }
    }
}
