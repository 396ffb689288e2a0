//! What one part of a schema says of a path, and how the answers of several parts combine.

use serde_json::{Map, Value};

use super::shape::Shape;

/// How many lists of declared keys an answer collects; they serve suggestions only.
const MAX_KNOWN: usize = 64;

/// The answer of a part of a schema.
#[derive(Clone, Debug)]
pub(super) struct Answer<'s> {
    pub(super) what: What<'s>,
    pub(super) required: Required,
    /// Whether the path is declared by name, if it is found.
    pub(super) named: Named,
}

/// Whether each key of a path is declared by its name: what one part says counts for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Named {
    /// No part that was read does so.
    No,
    /// A part may do so that is not read.
    Unread,
    Yes,
}

#[derive(Clone, Debug)]
pub(super) enum What<'s> {
    /// The part says nothing of the path: it holds for any value there.
    Silent,
    /// The part does not declare the path, and it may hold for some values there and not for others.
    Unclear(Doubt),
    /// The path is declared.
    Found(Shape),
    /// The part declares keys, and this one is not among them.
    Missing(Missing<'s>),
}

/// Why an answer is unclear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Doubt {
    /// The part admits the path among others without declaring it.
    Admitted,
    /// The part may declare the path in words that are not followed here.
    Unread,
}

#[derive(Clone, Debug)]
pub(super) struct Missing<'s> {
    /// The key that is not declared, counted from zero.
    pub(super) depth: usize,
    /// Whether the part forbids the key.
    pub(super) closed: bool,
    /// Whether the part admits other keys explicitly.
    pub(super) free: bool,
    /// The `properties` that were searched.
    pub(super) known: Vec<&'s Map<String, Value>>,
}

/// For each key of the path whether the object that may hold it must have it; a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Required(u64);

impl Required {
    /// The key at this depth, and no other.
    pub(super) fn at(depth: usize) -> Self {
        Self(u32::try_from(depth).ok().and_then(|depth| 1u64.checked_shl(depth)).unwrap_or(0))
    }

    /// Whether all of the first keys are required.
    pub(super) fn all(self, keys: usize) -> bool {
        usize::try_from(self.0.trailing_ones()).is_ok_and(|ones| ones >= keys)
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl<'s> Answer<'s> {
    pub(super) fn silent() -> Self {
        What::Silent.into()
    }

    pub(super) fn unclear(doubt: Doubt) -> Self {
        What::Unclear(doubt).into()
    }

    pub(super) fn found(shape: Shape) -> Self {
        What::Found(shape).into()
    }

    pub(super) fn forbidden(depth: usize, known: Vec<&'s Map<String, Value>>) -> Self {
        What::Missing(Missing { depth, closed: true, free: false, known }).into()
    }

    /// What combining two answers costs, in bytes or so: the longer list of a union is extended in place.
    pub(super) fn cost_of_both(&self, other: &Self) -> usize {
        match (&self.what, &other.what) {
            (What::Found(left), What::Found(right)) => left.cost().saturating_add(right.cost()),
            _ => 0,
        }
    }

    /// The cost of the union with an answer that comes after this one.
    pub(super) fn cost_of_either(&self, other: &Self) -> usize {
        match (&self.what, &other.what) {
            (What::Found(_), What::Found(right)) => right.cost(),
            _ => 0,
        }
    }

    /// Both parts hold, as under `allOf`.
    pub(super) fn both(self, other: Self) -> Self {
        use What::{Found, Missing, Silent, Unclear};
        let what = match (self.what, other.what) {
            (Silent, what) | (what, Silent) => what,
            (Found(left), Found(right)) => Found(left.intersection(&right)),
            (Missing(left), Missing(right)) => Missing(left.both(right)),
            // What one part forbids, no other can allow; what one merely leaves out, another may declare.
            (Missing(missing), _) | (_, Missing(missing)) if missing.closed => Missing(missing),
            (Found(shape), _) | (_, Found(shape)) => Found(shape),
            (left, right) => Unclear(left.doubt().max(right.doubt())),
        };
        let named = self.named.max(other.named);
        Self { what, required: self.required.or(other.required), named }
    }

    /// One of the parts holds, as under `anyOf`.
    pub(super) fn either(self, other: Self) -> Self {
        use What::{Found, Missing, Silent, Unclear};
        let what = match (self.what, other.what) {
            (Silent, Silent) => Silent,
            (Found(left), Found(right)) => Found(left.union(right)),
            (Missing(left), Missing(right)) => Missing(left.either(right)),
            // A part that forbids the key adds no value to it.
            (Missing(missing), what) | (what, Missing(missing)) if missing.closed => what,
            // A part that leaves the key out admits any value under it.
            (Found(_), _) | (_, Found(_)) => Found(Shape::anything()),
            (left, right) => Unclear(left.doubt().max(right.doubt())),
        };
        let named = self.named.max(other.named);
        Self { what, required: self.required.and(other.required), named }
    }

    /// The part holds under some condition, as under `then`: what it declares is declared, and it forbids nothing.
    pub(super) fn conditional(self) -> Self {
        let what = match self.what {
            What::Found(_) => What::Found(Shape::anything()),
            What::Missing(missing) => What::Missing(Missing { closed: false, ..missing }),
            what => what,
        };
        Self { what, required: Required::default(), named: self.named }
    }
}

impl What<'_> {
    fn doubt(&self) -> Doubt {
        match self {
            What::Unclear(doubt) => *doubt,
            _ => Doubt::Admitted,
        }
    }
}

impl<'s> From<What<'s>> for Answer<'s> {
    fn from(what: What<'s>) -> Self {
        let named = match what {
            What::Unclear(Doubt::Unread) => Named::Unread,
            _ => Named::No,
        };
        Self { what, required: Required::default(), named }
    }
}

impl<'s> Missing<'s> {
    fn both(self, other: Self) -> Self {
        match (self.closed, other.closed) {
            (true, false) => self,
            (false, true) => other,
            // The path ends where the first of them ends.
            (true, true) => self.merge(other, true, |left, right| left < right),
            // The path goes on where one of them lets it.
            (false, false) => self.merge(other, false, |left, right| left > right),
        }
    }

    fn either(self, other: Self) -> Self {
        let closed = self.closed && other.closed;
        self.merge(other, closed, |left, right| left > right)
    }

    /// The one that is ahead by depth, or what both know when they end at the same key.
    fn merge(mut self, other: Self, closed: bool, ahead: fn(usize, usize) -> bool) -> Self {
        let free = self.free || other.free;
        if ahead(other.depth, self.depth) {
            return Self { closed, free, ..other };
        }
        if self.depth == other.depth {
            for properties in other.known {
                let is_new = !self.known.iter().any(|known| std::ptr::eq(*known, properties));
                if is_new && self.known.len() < MAX_KNOWN {
                    self.known.push(properties);
                }
            }
        }
        Self { closed, free, ..self }
    }
}
