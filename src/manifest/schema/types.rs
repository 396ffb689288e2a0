//! Sets of JSON types.

use serde_json::Value;

use crate::policy::Literal;

/// A set of JSON types. Whole numbers are a type of their own beside all other numbers, so that `integer` is a part
/// of `number`; as JSON Schema has it, `1.0` is a whole number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TypeSet(u8);

impl TypeSet {
    /// No type.
    pub const NONE: TypeSet = TypeSet(0);
    /// `null`
    pub const NULL: TypeSet = TypeSet(1);
    /// `boolean`
    pub const BOOLEAN: TypeSet = TypeSet(2);
    /// `integer`
    pub const INTEGER: TypeSet = TypeSet(4);
    /// `number`, whole or not.
    pub const NUMBER: TypeSet = TypeSet(4 | 8);
    /// The numbers that are not whole.
    const FRACTION: TypeSet = TypeSet(8);
    /// `string`
    pub const STRING: TypeSet = TypeSet(16);
    /// `array`
    pub const ARRAY: TypeSet = TypeSet(32);
    /// `object`
    pub const OBJECT: TypeSet = TypeSet(64);
    /// Lists and objects: the types of values that hold others.
    pub const COMPOSITE: TypeSet = TypeSet(32 | 64);
    /// Every type.
    pub const ALL: TypeSet = TypeSet(127);

    /// The type of a value: for a number the narrowest.
    pub fn of(literal: &Literal) -> TypeSet {
        match literal {
            Literal::Null => TypeSet::NULL,
            Literal::Bool(_) => TypeSet::BOOLEAN,
            Literal::Number(spelling) if is_whole(spelling) => TypeSet::INTEGER,
            Literal::Number(_) => TypeSet::FRACTION,
            Literal::String(_) => TypeSet::STRING,
            Literal::List(_) => TypeSet::ARRAY,
            Literal::Object(_) => TypeSet::OBJECT,
        }
    }

    /// The type of this name in JSON Schema.
    pub fn from_name(name: &str) -> Option<TypeSet> {
        Some(match name {
            "null" => TypeSet::NULL,
            "boolean" => TypeSet::BOOLEAN,
            "integer" => TypeSet::INTEGER,
            "number" => TypeSet::NUMBER,
            "string" => TypeSet::STRING,
            "array" => TypeSet::ARRAY,
            "object" => TypeSet::OBJECT,
            _ => return None,
        })
    }

    /// What a `type` keyword admits: every type when it is absent, or holds anything but the names of types.
    pub(super) fn declared(keyword: Option<&Value>) -> TypeSet {
        let named = |value: &Value| value.as_str().and_then(TypeSet::from_name);
        match keyword {
            Some(Value::Array(names)) => names
                .iter()
                .map(named)
                .try_fold(TypeSet::NONE, |all, one| Some(all.union(one?)))
                .filter(|all| !all.is_empty()),
            Some(name) => named(name),
            None => None,
        }
        .unwrap_or(TypeSet::ALL)
    }

    /// Whether the set is empty.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether the sets share a type.
    pub fn meets(self, other: TypeSet) -> bool {
        self.0 & other.0 != 0
    }

    /// The types of either set.
    #[must_use]
    pub fn union(self, other: TypeSet) -> TypeSet {
        TypeSet(self.0 | other.0)
    }

    /// The types of both sets.
    #[must_use]
    pub fn intersection(self, other: TypeSet) -> TypeSet {
        TypeSet(self.0 & other.0)
    }

    /// The types of this set that are not in the other.
    #[must_use]
    pub fn without(self, other: TypeSet) -> TypeSet {
        TypeSet(self.0 & !other.0)
    }

    /// The set with all numbers if it has any number, for questions where whole or not does not count.
    #[must_use]
    pub(super) fn with_all_numbers(self) -> TypeSet {
        if self.meets(TypeSet::NUMBER) { self.union(TypeSet::NUMBER) } else { self }
    }

    /// The names of the types but null, in a fixed order.
    pub(super) fn names(self) -> impl Iterator<Item = (TypeSet, &'static str)> {
        let number = if self.meets(TypeSet::FRACTION) { "number" } else { "integer" };
        [
            (TypeSet::BOOLEAN, "boolean"),
            (TypeSet::NUMBER, number),
            (TypeSet::STRING, "string"),
            (TypeSet::ARRAY, "array"),
            (TypeSet::OBJECT, "object"),
        ]
        .into_iter()
        .filter(move |(one, _)| self.meets(*one))
    }
}

/// Whether a number is whole. One that a double cannot tell from a whole number counts as whole.
fn is_whole(spelling: &str) -> bool {
    spelling.parse::<f64>().is_ok_and(|number| !number.is_finite() || number.fract() == 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_integers_however_they_are_spelled() {
        for (spelling, whole) in [
            ("1", true),
            ("1.0", true),
            ("1e2", true),
            ("-0", true),
            ("1e999", true),
            ("1.5", false),
            ("1e-1", false),
        ] {
            let set = TypeSet::of(&Literal::Number(spelling.into()));
            assert_eq!(set.meets(TypeSet::INTEGER), whole, "{spelling}");
            assert!(set.meets(TypeSet::NUMBER), "{spelling}");
        }
    }

    #[test]
    fn a_type_keyword_that_is_not_understood_admits_everything() {
        let declared = |text: &str| TypeSet::declared(serde_json::from_str(text).ok().as_ref());
        assert_eq!(declared(r#""string""#), TypeSet::STRING);
        assert_eq!(declared(r#"["string","null"]"#), TypeSet::STRING.union(TypeSet::NULL));
        for text in
            [r#""any""#, r#"["string","file"]"#, "[]", "7", "null", r#"[{"type":"string"}]"#]
        {
            assert_eq!(declared(text), TypeSet::ALL, "{text}");
        }
        assert_eq!(TypeSet::declared(None), TypeSet::ALL);
    }
}
