//! The five classes of what a tool can do, and the risk that each carries.

use crate::manifest::Annotations;

/// What a tool can do, the least severe first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Retrieves.
    Read,
    /// Changes what can be changed back.
    Write,
    /// Runs what its arguments say.
    Execute,
    /// Destroys.
    Destructive,
    /// Moves or commits money.
    Financial,
}

impl Class {
    /// Every class, the least severe first.
    pub const ALL: [Class; 5] =
        [Class::Read, Class::Write, Class::Execute, Class::Destructive, Class::Financial];

    /// The class's word, which is also the name of its set.
    pub fn name(self) -> &'static str {
        match self {
            Class::Read => "read",
            Class::Write => "write",
            Class::Execute => "execute",
            Class::Destructive => "destructive",
            Class::Financial => "financial",
        }
    }

    /// How much harm a tool of this class can do.
    pub fn risk(self) -> Risk {
        match self {
            Class::Read => Risk::Low,
            Class::Write => Risk::Medium,
            Class::Execute => Risk::High,
            Class::Destructive | Class::Financial => Risk::Critical,
        }
    }

    /// The class of a word.
    pub fn from_name(name: &str) -> Option<Class> {
        Class::ALL.into_iter().find(|class| class.name() == name)
    }
}

/// How much harm a tool can do, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Risk {
    /// It only reads.
    Low,
    /// What it changes can be changed back.
    Medium,
    /// What it does depends on its arguments.
    High,
    /// What it does cannot be taken back: something is gone, or money has moved.
    Critical,
}

impl Risk {
    /// Every risk, the least first.
    pub const ALL: [Risk; 4] = [Risk::Low, Risk::Medium, Risk::High, Risk::Critical];

    /// The risk's word.
    pub fn name(self) -> &'static str {
        match self {
            Risk::Low => "low",
            Risk::Medium => "medium",
            Risk::High => "high",
            Risk::Critical => "critical",
        }
    }
}

/// Some of the five classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassSet(u8);

impl ClassSet {
    /// All five: nothing is known.
    pub const ANY: ClassSet = ClassSet(0b1_1111);

    /// Exactly these.
    pub fn of(classes: &[Class]) -> Self {
        ClassSet(classes.iter().fold(0, |bits, class| bits | 1 << (*class as u8)))
    }

    /// The set of a name behind `@`: a class, or `critical` for destructive and financial.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "critical" => Some(Self::of(&[Class::Destructive, Class::Financial])),
            name => Class::from_name(name).map(|class| Self::of(&[class])),
        }
    }

    /// The classes in it, the least severe first.
    pub fn iter(self) -> impl Iterator<Item = Class> {
        Class::ALL.into_iter().filter(move |class| self.0 & 1 << (*class as u8) != 0)
    }

    /// Whether all of it lies in another set.
    pub fn is_within(self, other: ClassSet) -> bool {
        self.0 & !other.0 == 0
    }

    /// Whether none of it lies in another set.
    pub fn is_apart_from(self, other: ClassSet) -> bool {
        self.0 & other.0 == 0
    }

    /// The classes that a tool with these annotations may have.
    ///
    /// `destructiveHint: true` makes it destructive, whatever else is claimed. `readOnlyHint: true` makes it a
    /// reader. `readOnlyHint: false` says that it is none, `destructiveHint: false` that it is not destructive;
    /// neither says whether it runs code or moves money.
    pub fn of_annotations(annotations: Annotations) -> Self {
        let Annotations { read_only, destructive, .. } = annotations;
        match (read_only, destructive) {
            (_, Some(true)) => Self::of(&[Class::Destructive]),
            (Some(true), _) => Self::of(&[Class::Read]),
            (Some(false), Some(false)) => {
                Self::of(&[Class::Write, Class::Execute, Class::Financial])
            }
            (Some(false), None) => ClassSet(Self::ANY.0 & !Self::of(&[Class::Read]).0),
            (None, Some(false)) => ClassSet(Self::ANY.0 & !Self::of(&[Class::Destructive]).0),
            (None, None) => Self::ANY,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotations_leave_open_what_they_do_not_say() {
        let hints = |read_only, destructive| {
            let annotations = Annotations { read_only, destructive, ..Annotations::default() };
            let classes = ClassSet::of_annotations(annotations);
            classes.iter().map(Class::name).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(hints(Some(true), None), "read");
        assert_eq!(hints(Some(true), Some(true)), "destructive");
        assert_eq!(hints(Some(false), Some(false)), "write execute financial");
        assert_eq!(hints(Some(false), None), "write execute destructive financial");
        assert_eq!(hints(None, None), "read write execute destructive financial");
    }
}
