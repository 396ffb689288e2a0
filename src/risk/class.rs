//! The five classes of what a tool can do, and the risk that each carries.

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

    /// Whether a class is in it.
    pub fn contains(self, class: Class) -> bool {
        self.0 & 1 << (class as u8) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn critical_is_what_cannot_be_taken_back() {
        let critical = ClassSet::from_name("critical").unwrap();
        for class in Class::ALL {
            assert_eq!(critical.contains(class), class.risk() == Risk::Critical, "{class:?}");
            assert!(ClassSet::from_name(class.name()).unwrap().contains(class));
        }
        assert_eq!(ClassSet::from_name("tools"), None);
    }
}
