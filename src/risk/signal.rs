//! The kinds of evidence, each of which is a row of the table of weights.

use super::class::Class;

/// The part that some words play in a tool's declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Role {
    /// The verb of the name.
    Name,
    /// A verb joined to the name's verb: `get_or_create`.
    NameToo,
    /// A critical verb elsewhere in the name.
    NameHidden,
    /// The verb of the title, where there is a description too.
    Title,
    /// The verb of the sentence that says what the tool does.
    Lead,
    /// A verb joined to that verb.
    LeadToo,
    /// A verb in a list of operations, of a tool whose name leaves open what it does.
    Listed,
    /// The same, of a tool whose name says what it does.
    Mentioned,
    /// The verb of a later sentence.
    Later,
    /// The worst value of an action parameter.
    Action,
    /// The worst action that the description of such a parameter lists.
    ActionSaid,
    /// A phrase of the description.
    Phrase,
}

/// How much the words alone decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Strength {
    /// A verb together with its object.
    Pair,
    /// A verb that means one thing.
    Verb,
    /// A verb that means several things.
    Soft,
    /// A word that is a noun as often.
    Noun,
}

/// A fact about a tool that needs no words of the lexicon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Flag {
    Always,
    NoNameVerb,
    ReportName,
    GeneralName,
    NoText,
    NoLead,
    SameVerb,
    ReadOnlyText,
    RunsSaved,
    ReadOnlyHint,
    NotReadOnlyHint,
    DestructiveHint,
    NotDestructiveHint,
    SavesResult,
    DestroyingSwitch,
    Gateway,
    FreeQuery,
    ReadingActions,
    PagingKey,
    SearchKey,
    ContentKey,
    MoneyKey,
    ConfirmKey,
    NoParameters,
    FewParameters,
    ManyParameters,
}

/// A kind of evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Signal {
    Word(Role, Class, Strength),
    Flag(Flag),
}

macro_rules! named {
    ($kind:ident: $($value:ident = $name:literal,)*) => {
        impl $kind {
            /// Every value, in order.
            pub(super) const ALL: &[$kind] = &[$($kind::$value),*];

            /// The words for it in the table of weights.
            pub(super) fn name(self) -> &'static str {
                match self { $($kind::$value => $name),* }
            }
        }
    };
}

named! { Role:
    Name = "name", NameToo = "name-too", NameHidden = "name-hidden", Title = "title", Lead = "lead", LeadToo = "lead-too",
    Listed = "listed", Mentioned = "mentioned", Later = "later", Action = "action", ActionSaid = "action-said",
    Phrase = "phrase",
}

named! { Strength: Pair = "pair", Verb = "verb", Soft = "soft", Noun = "noun", }

named! { Flag:
    Always = "always", NoNameVerb = "no-name-verb", ReportName = "report-name", GeneralName = "general-name",
    NoText = "no-text", NoLead = "no-lead", SameVerb = "same-verb", ReadOnlyText = "read-only-text",
    RunsSaved = "runs-saved", ReadOnlyHint = "read-only-hint",
    NotReadOnlyHint = "not-read-only-hint", DestructiveHint = "destructive-hint",
    NotDestructiveHint = "not-destructive-hint", SavesResult = "saves-result", DestroyingSwitch = "destroying-switch",
    Gateway = "gateway", FreeQuery = "free-query", ReadingActions = "reading-actions", PagingKey = "paging-key",
    SearchKey = "search-key", ContentKey = "content-key", MoneyKey = "money-key", ConfirmKey = "confirm-key",
    NoParameters = "no-parameters", FewParameters = "few-parameters", ManyParameters = "many-parameters",
}

impl Signal {
    /// Its number among [`all`](Self::all).
    pub(super) fn index(self) -> usize {
        match self {
            Signal::Word(role, class, strength) => {
                let row = role as usize * Class::ALL.len() + class as usize;
                row * Strength::ALL.len() + strength as usize
            }
            Signal::Flag(flag) => {
                Role::ALL.len() * Class::ALL.len() * Strength::ALL.len() + flag as usize
            }
        }
    }

    /// Its row's name in the table of weights.
    pub(super) fn name(self) -> String {
        match self {
            Signal::Word(role, class, strength) => {
                format!("{}/{}/{}", role.name(), class.name(), strength.name())
            }
            Signal::Flag(flag) => flag.name().to_owned(),
        }
    }

    /// Every kind, by its number.
    pub(super) fn all() -> impl Iterator<Item = Signal> {
        let words = Role::ALL.iter().flat_map(|role| {
            Class::ALL.into_iter().flat_map(move |class| {
                let strengths = Strength::ALL.iter();
                strengths.map(move |strength| Signal::Word(*role, class, *strength))
            })
        });
        words.chain(Flag::ALL.iter().map(|flag| Signal::Flag(*flag)))
    }
}
