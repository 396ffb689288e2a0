//! Sets of the kinds of JSON values.

use crate::policy::Literal;

/// The kind of a JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `null`
    Null,
    /// `true`, `false`
    Boolean,
    /// A number.
    Number,
    /// A string.
    Text,
    /// A list.
    List,
    /// An object.
    Object,
}

/// A set of kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KindSet(u8);

impl Kind {
    /// Every kind, in the order in which models are looked for.
    pub const ALL: [Kind; 6] =
        [Kind::Number, Kind::Text, Kind::Boolean, Kind::Object, Kind::List, Kind::Null];

    /// The kind of a value.
    pub fn of(value: &Literal) -> Kind {
        match value {
            Literal::Null => Kind::Null,
            Literal::Bool(_) => Kind::Boolean,
            Literal::Number(_) => Kind::Number,
            Literal::String(_) => Kind::Text,
            Literal::List(_) => Kind::List,
            Literal::Object(_) => Kind::Object,
        }
    }

    /// Whether a value of this kind may equal one of another kind under some reading.
    pub(super) fn may_equal(self, other: Kind) -> bool {
        let is_composite = |kind| matches!(kind, Kind::List | Kind::Object);
        is_composite(self) == is_composite(other)
    }
}

impl KindSet {
    /// No kind.
    pub const NONE: KindSet = KindSet(0);
    /// Every kind.
    pub const ALL: KindSet = KindSet(0b11_1111);

    /// The set with a kind.
    #[must_use]
    pub fn with(self, kind: Kind) -> KindSet {
        KindSet(self.0 | 1 << kind as u8)
    }

    /// Whether a kind is in the set.
    pub fn has(self, kind: Kind) -> bool {
        self.0 & 1 << kind as u8 != 0
    }

    /// The kinds in both sets.
    #[must_use]
    pub fn and(self, other: KindSet) -> KindSet {
        KindSet(self.0 & other.0)
    }
}

impl FromIterator<Kind> for KindSet {
    fn from_iter<I: IntoIterator<Item = Kind>>(kinds: I) -> Self {
        kinds.into_iter().fold(KindSet::NONE, KindSet::with)
    }
}
