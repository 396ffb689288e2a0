//! What a test says about a value: the one place that knows the operators.
//!
//! The reading is that of the language's reference: null counts as missing, values of different types are never equal, and every
//! test but `missing` is false for a missing argument. `docs/language.md` lists where the gateway publishes nothing.

use std::cmp::Ordering;
use std::collections::HashSet;

use super::pattern::Patterns;
use super::{Literal, Operator, Test, compare_numbers};

/// A pattern whose automaton would be too large, so that nothing is known of what it matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooLarge {
    /// The pattern.
    pub pattern: String,
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
    Ok(match (test.operator, &test.value) {
        (Operator::Exists, expected) => *expected == Literal::Bool(true),
        (Operator::Eq, expected) => value == expected,
        (Operator::Neq, expected) => value != expected,
        (Operator::In, Literal::List(values)) => values.contains(value),
        (Operator::NotIn, Literal::List(values)) => !values.contains(value),
        (Operator::Regex, Literal::String(pattern)) => match value {
            Literal::String(text) => {
                let too_large = || TooLarge { pattern: pattern.to_string() };
                patterns.get(pattern).ok_or_else(too_large)?.is_match(text)
            }
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

/// Whether a test holds for a missing argument: every test but `missing` is false then.
pub fn holds_when_missing(test: &Test) -> bool {
    test.operator == Operator::Exists && test.value == Literal::Bool(false)
}

/// The value at the end of some keys; `None` if it is missing or null, or a value on the way is no object.
pub fn look_up<'v>(value: &'v Literal, keys: &[Box<str>]) -> Option<&'v Literal> {
    let mut value = value;
    for key in keys {
        let Literal::Object(members) = value else { return None };
        value = &members.iter().find(|(name, _)| name == key)?.1;
    }
    (*value != Literal::Null).then_some(value)
}

/// Whether a comparison holds for a number that compares so with the bound.
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
fn contains(value: &Literal, part: &Literal) -> bool {
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

/// Values, and a quick way to find one.
#[derive(Clone, Debug, Default)]
pub struct ValueSet {
    keys: HashSet<String>,
}

impl ValueSet {
    /// Whether an equal value is among them.
    pub fn contains(&self, value: &Literal) -> bool {
        self.keys.contains(&value.key())
    }

    /// Adds a value; answers whether none was equal to it.
    pub fn insert(&mut self, value: &Literal) -> bool {
        self.keys.insert(value.key())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

impl<'v> FromIterator<&'v Literal> for ValueSet {
    fn from_iter<I: IntoIterator<Item = &'v Literal>>(values: I) -> Self {
        Self { keys: values.into_iter().map(Literal::key).collect() }
    }
}
