//! Whether a test of an argument can hold, and where the gateway's answer is not known.

use std::cmp::Ordering;

use super::shape::Shape;
use super::types::TypeSet;
use super::values::{Values, is_exact};
use crate::policy::semantics::{self, Corner};
use crate::policy::{Literal, Operator, Patterns, Test, compare_numbers};
use crate::text::{nearest, quote};

/// How many of the declared values are searched for one that the author may have meant.
const MAX_CANDIDATES: usize = 500;

/// How many bytes of declared values are searched for one that contains another; what has more is taken to have one.
const MAX_SEARCHED: usize = 64 * 1024;

/// What a schema makes of a test.
///
/// A `near` is the value that the author may have meant, as JSON on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The test can hold, and nothing in it is idle.
    Possible,
    /// The test can never hold.
    Impossible {
        /// Why, as a part of a sentence that names the argument and what is declared.
        reason: String,
        /// What may have been meant.
        near: Option<String>,
    },
    /// The test can hold, but some of its values can never occur.
    Dead {
        /// Their positions in the list of `in` and `not in`; for `!=` it is 0.
        values: Vec<usize>,
        /// What may have been meant by the first of them.
        near: Option<String>,
    },
}

/// Whether a test can hold for an argument of this shape. Null counts as missing, so nothing is said of null values.
pub fn judge(test: &Test, shape: &Shape) -> Verdict {
    let path = quote(&test.path.dotted());
    if let Some(values) = semantics::listed(test) {
        return match test.operator {
            Operator::Eq | Operator::In => inclusion(values, shape, &path),
            _ => exclusion(values, shape, &path),
        };
    }
    match (test.operator, &test.value) {
        (operator, Literal::Number(bound)) if operator.is_ordering() => {
            comparison(operator, bound, shape, &path)
        }
        (Operator::Regex, _) if !shape.types.meets(TypeSet::STRING) => {
            impossible(format!("`matches` needs a string, and {}", declared(shape, &path)))
        }
        (Operator::Regex, Literal::String(pattern)) => matching(pattern, shape, &path),
        (Operator::Contains, value) => containment(value, shape, &path),
        _ => Verdict::Possible,
    }
}

/// Where the gateway's answer to a test is not known and the shape lets a call get there, in a fixed order. Nothing is
/// said when the schema says nothing of the value: a warning at each argument without a type would help nobody.
pub fn corners(test: &Test, shape: &Shape) -> Vec<Corner> {
    if shape.is_anything() {
        return Vec::new();
    }
    let values = semantics::listed(test).unwrap_or_default();
    let negative = matches!(test.operator, Operator::Neq | Operator::NotIn);
    let mut found = Vec::new();
    if negative && shape.types.meets(TypeSet::NULL) {
        found.push(Corner::Null);
    }
    if values.iter().any(|value| is_one_type_of_several(value, shape)) {
        found.push(Corner::MixedTypes);
    }
    found
}

fn is_one_type_of_several(value: &Literal, shape: &Shape) -> bool {
    let kind = TypeSet::of(value).with_all_numbers();
    kind != TypeSet::NULL
        && shape.types.meets(kind)
        && !shape.types.without(kind).without(TypeSet::NULL).is_empty()
}

/// `==` and `in`: one of the values must be admitted.
fn inclusion(values: &[Literal], shape: &Shape, path: &str) -> Verdict {
    let dead = dead(values, shape);
    let near = first(values, &dead).and_then(|value| near(value, shape));
    match (dead.len(), values.len()) {
        (0, _) => Verdict::Possible,
        (none, all) if none == all => Verdict::Impossible { reason: declared(shape, path), near },
        _ => Verdict::Dead { values: dead, near },
    }
}

/// `!=` and `not in`: a value that is not listed must be admitted.
fn exclusion(values: &[Literal], shape: &Shape, path: &str) -> Verdict {
    let dead = dead(values, shape);
    let excluded: Values = values.iter().filter(|value| is_exact(value)).cloned().collect();
    if is_covered(shape, &excluded) {
        return impossible(format!(
            "it excludes every possible value of {path}: {}",
            shape.describe()
        ));
    }
    if dead.is_empty() {
        return Verdict::Possible;
    }
    let near = first(values, &dead).and_then(|value| near(value, shape));
    Verdict::Dead { values: dead, near }
}

/// Whether all values of a shape are among these. Whether null is excluded too is not known of the gateway.
fn is_covered(shape: &Shape, excluded: &Values) -> bool {
    let both = [Literal::Bool(true), Literal::Bool(false)];
    let unlimited = match both.iter().all(|value| excluded.contains(value)) {
        true => shape.unlimited.without(TypeSet::BOOLEAN),
        false => shape.unlimited,
    };
    unlimited.is_empty() && !shape.types.meets(TypeSet::NULL) && shape.values.is_within(excluded)
}

fn comparison(operator: Operator, bound: &str, shape: &Shape, path: &str) -> Verdict {
    if !shape.types.meets(TypeSet::NUMBER) {
        return impossible(format!("a comparison needs a number, and {}", declared(shape, path)));
    }
    let is_met = |value: &Literal| match value {
        Literal::Number(number) => may_compare(operator, number, bound),
        _ => false,
    };
    if shape.unlimited.meets(TypeSet::NUMBER) || shape.values.bounds().any(is_met) {
        return Verdict::Possible;
    }
    impossible(declared(shape, path))
}

/// Whether a number of the schema meets a comparison. One that readers may have rounded to the bound counts as met.
fn may_compare(operator: Operator, number: &str, bound: &str) -> bool {
    let order = compare_numbers(number, bound);
    let is_rounded = !is_exact(&Literal::Number(number.into()));
    order == Ordering::Equal && is_rounded || semantics::compares(operator, order)
}

/// `matches`: a listed string must match, unless the schema admits any.
fn matching(pattern: &str, shape: &Shape, path: &str) -> Verdict {
    if shape.unlimited.meets(TypeSet::STRING) || shape.values.cost() > MAX_SEARCHED {
        return Verdict::Possible;
    }
    let Some(compiled) = Patterns::default().get(pattern) else { return Verdict::Possible };
    let is_met = |value: &Literal| match value {
        Literal::String(text) => compiled.is_match(text),
        _ => false,
    };
    if shape.values.iter().any(is_met) {
        return Verdict::Possible;
    }
    impossible(declared(shape, path))
}

/// `contains`: a string with a part, or a list with an element.
fn containment(value: &Literal, shape: &Shape, path: &str) -> Verdict {
    if *value == Literal::Null {
        return Verdict::Possible;
    }
    if !shape.types.meets(TypeSet::STRING.union(TypeSet::ARRAY)) {
        let declared = declared(shape, path);
        return impossible(format!("`contains` needs a string or a list, and {declared}"));
    }
    let in_lists = shape.unlimited.meets(TypeSet::ARRAY)
        && shape.items.as_ref().is_none_or(|items| items.admits(value));
    let in_strings = shape.unlimited.meets(TypeSet::STRING) && matches!(value, Literal::String(_));
    let is_searched = shape.values.cost() <= MAX_SEARCHED;
    if in_lists
        || in_strings
        || !is_searched
        || shape.values.iter().any(|listed| holds(listed, value))
    {
        return Verdict::Possible;
    }
    let near = shape.items.as_ref().and_then(|items| near(value, items));
    Verdict::Impossible { reason: declared(shape, path), near }
}

/// Whether a value that the schema lists contains another.
fn holds(listed: &Literal, value: &Literal) -> bool {
    match listed {
        // Numbers that are the same double are the same to many readers.
        Literal::List(items) => items.iter().cloned().collect::<Values>().contains(value),
        _ => semantics::contains(listed, value),
    }
}

/// The positions of the values that the shape does not admit.
fn dead(values: &[Literal], shape: &Shape) -> Vec<usize> {
    let is_dead = |value: &Literal| *value != Literal::Null && !shape.admits(value);
    values.iter().enumerate().filter(|(_, value)| is_dead(value)).map(|(index, _)| index).collect()
}

fn first<'v>(values: &'v [Literal], positions: &[usize]) -> Option<&'v Literal> {
    values.get(*positions.first()?)
}

/// The admitted value that is nearest to one that is not: the same in or without quotes, or a similar string.
fn near(value: &Literal, shape: &Shape) -> Option<String> {
    if let Literal::String(text) = value {
        let candidates = shape.values.iter().take(MAX_CANDIDATES);
        let strings = candidates.filter_map(|listed| match listed {
            Literal::String(listed) => Some(&**listed),
            _ => None,
        });
        if let Some(&found) = nearest(text, strings).first() {
            return Some(Literal::String(found.into()).to_json());
        }
    }
    let other = match value {
        Literal::String(text) => match serde_json::from_str(text).ok()? {
            serde_json::Value::Number(_) => Literal::Number(text.trim().into()),
            serde_json::Value::Bool(value) => Literal::Bool(value),
            _ => return None,
        },
        Literal::Number(_) | Literal::Bool(_) => Literal::String(value.to_json().into()),
        _ => return None,
    };
    shape.admits(&other).then(|| other.to_json())
}

fn declared(shape: &Shape, path: &str) -> String {
    format!("{path} is declared as {}", shape.describe())
}

fn impossible(reason: String) -> Verdict {
    Verdict::Impossible { reason, near: None }
}
