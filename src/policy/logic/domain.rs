//! The values that a schema admits, as far as the logic follows it.
//!
//! A [`Domain`] holds the constraints of one schema; those that it takes over from others, and the alternatives of a union, are
//! references. So a schema that refers to itself costs what its text costs. Leaving a keyword out only admits more values: a
//! domain then says that it is not exact, and a model within it may be refused by the schema.

use indexmap::IndexMap;

use super::Number;
use super::kinds::KindSet;
use crate::policy::Literal;
use crate::policy::semantics::ValueSet;

/// A domain of [`Domains`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DomainId(u32);

/// The domains of one schema, which refer to each other.
#[derive(Clone, Debug, Default)]
pub struct Domains {
    all: Vec<Domain>,
}

/// The values that one schema admits.
#[derive(Clone, Debug)]
pub struct Domain {
    /// Their kinds.
    pub kinds: KindSet,
    /// Whether numbers must be whole.
    pub whole: bool,
    /// The values that are listed, if they are.
    pub values: Option<Listed>,
    /// The least number, and whether it belongs to the domain itself.
    pub least: Option<Bound>,
    /// The greatest number.
    pub most: Option<Bound>,
    /// Numbers are multiples of this.
    pub multiple_of: Option<Number>,
    /// The least and the greatest number of characters of a text.
    pub length: Range,
    /// Patterns that match somewhere in every text.
    pub patterns: Vec<String>,
    /// The domain of each element of a list.
    pub items: Option<DomainId>,
    /// The least and the greatest number of elements of a list.
    pub size: Range,
    /// Whether the elements of a list differ from each other.
    pub unique: bool,
    /// The domains of an object's keys.
    pub properties: IndexMap<Box<str>, DomainId>,
    /// The keys that an object has.
    pub required: Vec<Box<str>>,
    /// The values of an object's other keys.
    pub additional: Additional,
    /// Domains that admit the values too.
    pub all_of: Vec<DomainId>,
    /// Of each of these lists one domain admits the values too.
    pub any_of: Vec<Vec<DomainId>>,
    /// Whether the schema admits all values of the domain.
    pub is_exact: bool,
}

/// The end of an interval of numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// The number.
    pub number: Number,
    /// Whether it belongs to the interval.
    pub included: bool,
}

/// From the least to the greatest; no greatest where there is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// The least.
    pub least: usize,
    /// The greatest.
    pub most: Option<usize>,
}

/// Values that a schema lists.
#[derive(Clone, Debug)]
pub struct Listed {
    /// In the order of the schema.
    pub values: Vec<Literal>,
    set: ValueSet,
}

/// The values of an object's keys that have no domain of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Additional {
    /// Anything.
    Any,
    /// There are none.
    None,
    /// Values of a domain.
    Of(DomainId),
}

/// The values that a domain admits for one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Its values are those of a domain.
    Of(DomainId),
    /// It may hold anything.
    Any,
    /// It is forbidden.
    Forbidden,
}

impl Default for Domain {
    /// All values.
    fn default() -> Self {
        Self {
            kinds: KindSet::ALL,
            whole: false,
            values: None,
            least: None,
            most: None,
            multiple_of: None,
            length: Range::default(),
            patterns: Vec::new(),
            items: None,
            size: Range::default(),
            unique: false,
            properties: IndexMap::new(),
            required: Vec::new(),
            additional: Additional::Any,
            all_of: Vec::new(),
            any_of: Vec::new(),
            is_exact: true,
        }
    }
}

impl Domain {
    /// The values that it admits for a key of an object.
    pub fn key(&self, key: &str) -> Key {
        match (self.properties.get(key).copied(), self.additional) {
            (Some(domain), _) | (None, Additional::Of(domain)) => Key::Of(domain),
            (None, Additional::Any) => Key::Any,
            (None, Additional::None) => Key::Forbidden,
        }
    }
}

impl Domains {
    /// Makes room for a domain that is given later: a schema may refer to itself.
    pub fn reserve(&mut self) -> DomainId {
        let id = DomainId(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        self.all.push(Domain { is_exact: false, ..Domain::default() });
        id
    }

    /// Gives a domain that was reserved.
    pub fn set(&mut self, id: DomainId, domain: Domain) {
        if let Some(place) = self.all.get_mut(id.0 as usize) {
            *place = domain;
        }
    }

    /// Adds a domain.
    pub fn add(&mut self, domain: Domain) -> DomainId {
        let id = self.reserve();
        self.set(id, domain);
        id
    }

    /// The domain of an id.
    pub fn get(&self, id: DomainId) -> Option<&Domain> {
        self.all.get(id.0 as usize)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

impl Listed {
    /// Values in the order of a schema.
    pub fn new(values: Vec<Literal>) -> Self {
        let set = values.iter().collect();
        Self { values, set }
    }

    /// Whether an equal value is listed.
    pub fn contains(&self, value: &Literal) -> bool {
        self.set.contains(value)
    }
}

impl Range {
    /// Whether a count lies in it.
    pub fn holds(self, count: usize) -> bool {
        self.least <= count && self.most.is_none_or(|most| count <= most)
    }

    /// The counts in both ranges.
    #[must_use]
    pub fn and(self, other: Range) -> Range {
        let most = match (self.most, other.most) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
        Range { least: self.least.max(other.least), most }
    }
}
