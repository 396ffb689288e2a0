//! The values that an argument may have.

use super::types::TypeSet;
use super::values::Values;
use crate::policy::Literal;
use crate::text::excerpt;

/// How many values a description lists, and how many characters it shows of each.
const MAX_LISTED: usize = 5;
const MAX_CHARACTERS: usize = 40;

/// The values that an argument may have, as far as types, `enum`, `const` and the types of list elements tell.
///
/// These are all values of the `unlimited` types, and the `values`.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// The types that the argument may have; all when the schema declares none.
    pub types: TypeSet,
    /// Those of the types that `enum` and `const` do not limit.
    pub unlimited: TypeSet,
    /// The values of the other types. Empty when nothing is limited.
    pub values: Values,
    /// What the elements of a list may be; `None` when anything.
    pub items: Option<Box<Shape>>,
    /// Whether every call that the schema admits has the argument: each key of its path is required.
    pub required: bool,
}

impl Shape {
    /// Every value of these types.
    pub(super) fn of_types(types: TypeSet) -> Self {
        let values = Values::default();
        Self { types, unlimited: types, values, items: None, required: false }
    }

    /// These values.
    pub(super) fn of_values(values: Values) -> Self {
        let unlimited = TypeSet::NONE;
        Self { types: values.types(), unlimited, values, items: None, required: false }
    }

    /// Any value at all.
    pub(super) fn anything() -> Self {
        Self::of_types(TypeSet::ALL)
    }

    /// Whether the schema says nothing of the value.
    pub fn is_anything(&self) -> bool {
        self.unlimited == TypeSet::ALL && self.items.is_none()
    }

    /// Whether the argument may have this value.
    pub fn admits(&self, literal: &Literal) -> bool {
        if !TypeSet::of(literal).meets(self.unlimited) {
            return self.values.contains(literal);
        }
        match (literal, &self.items) {
            (Literal::List(elements), Some(items)) => {
                elements.iter().all(|element| items.admits(element))
            }
            _ => true,
        }
    }

    /// The values of both. Nothing is said of `required`.
    pub(super) fn intersection(&self, other: &Shape) -> Shape {
        let unlimited = self.unlimited.intersection(other.unlimited);
        let ours = self.values.admitted_by(&other.values, other.unlimited);
        let theirs = other.values.admitted_by(&self.values, self.unlimited);
        let items = match (&self.items, &other.items) {
            (Some(ours), Some(theirs)) => Some(Box::new(ours.intersection(theirs))),
            (ours, theirs) => ours.clone().or_else(|| theirs.clone()),
        };
        Self::from_parts(unlimited, ours.union(theirs), items)
    }

    /// The values of either. Nothing is said of `required`.
    pub(super) fn union(self, other: Shape) -> Shape {
        let unlimited = self.unlimited.union(other.unlimited);
        let is_list = |shape: &Shape| shape.unlimited.meets(TypeSet::ARRAY);
        let lists = (is_list(&self), is_list(&other));
        let items = match (lists, self.items, other.items) {
            ((true, true), Some(ours), Some(theirs)) => Some(Box::new(ours.union(*theirs))),
            ((true, true), ..) => None,
            ((true, false), ours, _) => ours,
            ((false, _), _, theirs) => theirs,
        };
        Self::from_parts(unlimited, self.values.union(other.values), items)
    }

    /// The same values, those lists excepted that hold other elements than these.
    pub(super) fn with_items(self, items: Shape) -> Self {
        Self::from_parts(self.unlimited, self.values, Some(Box::new(items)))
    }

    /// A shape whose parts do not overlap: values of unlimited types say nothing, nor do elements without lists.
    fn from_parts(unlimited: TypeSet, values: Values, items: Option<Box<Shape>>) -> Self {
        let values = values.of_types(TypeSet::ALL.without(unlimited));
        let types = unlimited.union(values.types());
        let has_lists = unlimited.meets(TypeSet::ARRAY);
        let items = items.filter(|items| has_lists && !items.is_anything());
        Self { types, unlimited, values, items, required: false }
    }

    /// What one pass over the values costs, in bytes or so.
    pub(super) fn cost(&self) -> usize {
        self.values.cost().saturating_add(self.items.as_ref().map_or(0, |items| items.cost()))
    }

    /// The shape in words for messages: `integer`, `string or null`, `"a", "b" or "c"`.
    ///
    /// Long lists and long values are cut, and nothing hidden is left in them. The types are JSON Schema's own
    /// words, which the author finds in the manifest.
    pub fn describe(&self) -> String {
        if self.is_anything() {
            return "any value".to_owned();
        }
        let mut parts: Vec<String> =
            self.unlimited.names().map(|(kind, name)| self.describe_type(kind, name)).collect();
        let is_null = |literal: &&Literal| matches!(literal, Literal::Null);
        let shown = self.values.iter().filter(|literal| !is_null(literal)).take(MAX_LISTED);
        parts.extend(shown.map(|value| excerpt(&value.to_json(), MAX_CHARACTERS)));
        let nulls = usize::from(self.values.contains(&Literal::Null));
        match self.values.len().saturating_sub(nulls + MAX_LISTED) {
            0 => {}
            more => parts.push(format!("{more} more")),
        }
        if self.types.meets(TypeSet::NULL) {
            parts.push("null".to_owned());
        }
        match parts.split_last() {
            None => "no value".to_owned(),
            Some((only, [])) => only.clone(),
            Some((last, first)) => format!("{} or {last}", first.join(", ")),
        }
    }

    fn describe_type(&self, kind: TypeSet, name: &str) -> String {
        match &self.items {
            Some(items) if kind == TypeSet::ARRAY => {
                let element = items.describe();
                let is_choice = element.contains(" or ");
                if is_choice {
                    format!("array of ({element})")
                } else {
                    format!("array of {element}")
                }
            }
            _ => name.to_owned(),
        }
    }
}
