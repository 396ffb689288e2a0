//! The values that `enum` and `const` list.

use std::cmp::Ordering;
use std::fmt::Write as _;
use std::sync::Arc;

use indexmap::IndexMap;
use indexmap::map::Entry;
use serde_json::Value;

use super::types::TypeSet;
use crate::policy::{Literal, compare_numbers};

/// Distinct values in the schema's order, and a quick way to find one.
///
/// Numbers are the same when they are the same double: readers of JSON keep no more, and a value must not seem
/// absent because of how it is spelled.
#[derive(Clone, Debug, Default)]
pub struct Values {
    /// Shared, because a lookup passes the values from part to part and many tests ask for the same ones.
    listed: Arc<Listed>,
}

#[derive(Clone, Debug, Default)]
struct Listed {
    /// Under a text that equal values share.
    by_text: IndexMap<Arc<str>, Arc<Literal>>,
    types: TypeSet,
    cost: usize,
    /// The lowest and the highest number.
    bounds: Option<(Arc<Literal>, Arc<Literal>)>,
}

impl Values {
    /// The values in the schema's order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Literal> {
        self.listed.by_text.values().map(AsRef::as_ref)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.listed.by_text.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.listed.by_text.is_empty()
    }

    /// Whether a value is among them.
    pub fn contains(&self, literal: &Literal) -> bool {
        !self.is_empty() && self.listed.by_text.contains_key(key(literal).as_str())
    }

    /// The lowest and the highest number among them.
    pub(super) fn bounds(&self) -> impl Iterator<Item = &Literal> {
        self.listed.bounds.iter().flat_map(|(lowest, highest)| [&**lowest, &**highest])
    }

    /// The values of a schema.
    pub(super) fn of<'v>(values: impl IntoIterator<Item = &'v Value>) -> Self {
        values.into_iter().map(Literal::from).collect()
    }

    /// The types of the values.
    pub(super) fn types(&self) -> TypeSet {
        self.listed.types
    }

    /// The values of these types.
    pub(super) fn of_types(self, types: TypeSet) -> Self {
        if self.types().without(types).is_empty() {
            return self;
        }
        self.filtered(|_, value| TypeSet::of(value).meets(types))
    }

    /// These values, and those of the other that are not among them. Takes time for the other ones, unless these are shared.
    pub(super) fn union(self, other: Self) -> Self {
        if self.is_empty() {
            return other;
        }
        if other.is_empty() {
            return self;
        }
        let mut listed = Arc::unwrap_or_clone(self.listed);
        for (text, value) in &other.listed.by_text {
            listed.enter(Arc::clone(text), value);
        }
        Self { listed: listed.into() }
    }

    /// Those of these values that are among the others too, or are of a type of which all are admitted.
    pub(super) fn admitted_by(&self, others: &Values, types: TypeSet) -> Self {
        if self.types().without(types).is_empty() {
            return self.clone();
        }
        if others.is_empty() && !self.types().meets(types) {
            return Self::default();
        }
        self.filtered(|text, value| {
            TypeSet::of(value).meets(types) || others.listed.by_text.contains_key(text)
        })
    }

    /// Whether each of these values is certainly among the others, which are exact: an equal double need not be an
    /// equal number.
    pub(super) fn is_within(&self, others: &Values) -> bool {
        let known = &others.listed.by_text;
        self.listed.by_text.iter().all(|(text, value)| is_exact(value) && known.contains_key(text))
    }

    /// What one pass over the values costs, in bytes or so.
    pub(super) fn cost(&self) -> usize {
        self.listed.cost
    }

    fn filtered(&self, keep: impl Fn(&str, &Literal) -> bool) -> Self {
        let mut listed = Listed::default();
        let kept = self.listed.by_text.iter().filter(|(text, value)| keep(text, value));
        kept.for_each(|(text, value)| listed.enter(Arc::clone(text), value));
        Self { listed: listed.into() }
    }
}

impl Listed {
    /// Adds a value unless it is there.
    fn enter(&mut self, text: Arc<str>, value: &Arc<Literal>) {
        let Entry::Vacant(place) = self.by_text.entry(text) else { return };
        self.cost = self.cost.saturating_add(place.key().len() + 16);
        place.insert(Arc::clone(value));
        self.types = self.types.union(TypeSet::of(value));
        let Literal::Number(number) = &**value else { return };
        let (lowest, highest) =
            self.bounds.get_or_insert_with(|| (Arc::clone(value), Arc::clone(value)));
        for (bound, order) in [(lowest, Ordering::Less), (highest, Ordering::Greater)] {
            if matches!(&**bound, Literal::Number(other) if compare_numbers(number, other) == order)
            {
                *bound = Arc::clone(value);
            }
        }
    }
}

impl FromIterator<Literal> for Values {
    fn from_iter<I: IntoIterator<Item = Literal>>(literals: I) -> Self {
        let mut listed = Listed::default();
        for literal in literals {
            listed.enter(key(&literal).into(), &Arc::new(literal));
        }
        Self { listed: listed.into() }
    }
}

impl PartialEq for Values {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.listed, &other.listed)
            || self.listed.by_text.keys().eq(other.listed.by_text.keys())
    }
}

/// A value of a schema as the language's conditions know values.
impl From<&Value> for Literal {
    fn from(value: &Value) -> Literal {
        match value {
            Value::Null => Literal::Null,
            Value::Bool(value) => Literal::Bool(*value),
            Value::Number(number) => Literal::Number(number.to_string().into()),
            Value::String(text) => Literal::String(text.as_str().into()),
            Value::Array(items) => Literal::List(items.iter().map(Literal::from).collect()),
            Value::Object(members) => Literal::Object(
                members.iter().map(|(key, value)| (key.as_str().into(), value.into())).collect(),
            ),
        }
    }
}

/// Whether a value is certainly what it seems: all its numbers are whole and small enough that no reader rounds
/// them.
pub(super) fn is_exact(literal: &Literal) -> bool {
    match literal {
        Literal::Number(spelling) => {
            spelling.parse::<i64>().is_ok_and(|number| number.unsigned_abs() <= 1 << 53)
        }
        Literal::List(items) => items.iter().all(is_exact),
        Literal::Object(members) => members.iter().all(|(_, value)| is_exact(value)),
        _ => true,
    }
}

/// A text that two values share exactly when they are equal, numbers as doubles.
fn key(literal: &Literal) -> String {
    literal.key_by(|spelling, out| {
        // Adding zero turns minus zero into zero; writing to a string cannot fail.
        let number = spelling.parse::<f64>().unwrap_or(f64::NAN) + 0.0;
        let _ = write!(out, "#{:x}", number.to_bits());
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(json: &str) -> Values {
        let parsed: Vec<Value> = serde_json::from_str(json).unwrap();
        Values::of(&parsed)
    }

    #[test]
    fn equal_values_are_one() {
        let listed =
            values(r#"[1, 1.0, "1", true, {"a":1,"b":[2]}, {"b":[2.0],"a":1e0}, -0.0, 0, null]"#);
        assert_eq!(listed.len(), 6);
        assert!(listed.contains(&Literal::Number("10e-1".into())));
        assert!(!listed.contains(&Literal::String("true".into())));
        assert_eq!(listed.iter().map(Literal::to_json).next().as_deref(), Some("1"));
    }

    #[test]
    fn a_number_is_found_though_the_schema_s_reader_rounds_it() {
        let listed = values("[123456789012345678901234567890]");
        assert!(listed.contains(&Literal::Number("123456789012345678901234567890".into())));
    }
}
