//! The list of codes. A new code is one line here and one page in `codes/`.

use super::Severity;
use super::explanation::Explanation;

macro_rules! codes {
    ($($variant:ident $name:literal $severity:ident;)*) => {
        /// The kind of a finding. Its name is stable: people put it into configuration and search for it.
        ///
        /// Every code has a page, which [`Code::explanation`] reads and `gatewright explain` prints.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = concat!("`", $name, "`: see its page.")] $variant,)*
        }

        impl Code {
            /// Every code, in the order of the list: syntax, files, names, arguments, effects, policy.json, tools.
            pub const ALL: &'static [Code] = &[$(Code::$variant),*];

            /// The code as people write it.
            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => $name),* }
            }

            /// The severity unless a finding says otherwise.
            pub fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity),* }
            }

            /// The page of the code.
            pub fn explanation(self) -> Explanation {
                Explanation::parse(match self {
                    $(Code::$variant => include_str!(concat!("codes/", $name, ".md"))),*
                })
            }
        }
    };
}

codes! {
    // Syntax.
    Syntax "syntax" Error;
    UnknownStatement "unknown-statement" Error;
    ReservedWord "reserved-word" Error;
    WordAsName "word-as-name" Error;
    UnclosedDelimiter "unclosed-delimiter" Error;
    UnclosedString "unclosed-string" Error;
    InvalidString "invalid-string" Error;
    InvalidNumber "invalid-number" Error;
    InvalidRate "invalid-rate" Error;
    InvalidPath "invalid-path" Error;
    EmptyBlock "empty-block" Error;
    MisplacedStatement "misplaced-statement" Error;
    DenyUnless "deny-unless" Error;
    NestingTooDeep "nesting-too-deep" Error;
    FileTooLarge "file-too-large" Error;
    NotUtf8 "not-utf8" Error;
    InvalidCharacter "invalid-character" Error;
    DuplicateKey "duplicate-key" Error;

    // Files.
    UnreadableFile "unreadable-file" Error;
    IncludeCycle "include-cycle" Error;
    IncludeTooDeep "include-too-deep" Error;
    InvalidManifest "invalid-manifest" Error;
    DuplicateTool "duplicate-tool" Warning;
    IncompleteManifest "incomplete-manifest" Warning;
    ConflictingManifest "conflicting-manifest" Error;
    ConflictingDefault "conflicting-default" Error;

    // Names, groups and classes.
    UnknownTool "unknown-tool" Error;
    EmptyName "empty-name" Error;
    StarAsName "star-as-name" Error;
    MissingAt "missing-at" Error;
    UnknownGroup "unknown-group" Error;
    DuplicateGroup "duplicate-group" Error;
    GroupCycle "group-cycle" Error;
    ReservedGroupName "reserved-group-name" Error;
    NeedsManifest "needs-manifest" Error;
    MatchesNothing "matches-nothing" Warning;
    RemovesNothing "removes-nothing" Warning;
    TooManyMatches "too-many-matches" Error;
    UndeterminedClass "undetermined-class" Error;
    UnknownClass "unknown-class" Error;
    MissingReason "missing-classify-reason" Error;
    ConflictingClass "conflicting-class" Error;

    // Arguments and conditions.
    UnknownArgument "unknown-argument" Warning;
    ImpossibleTest "impossible-test" Error;
    ImpossibleValue "impossible-value" Warning;
    NullComparison "null-comparison" Warning;
    UncertainTest "uncertain-test" Warning;
    InvalidRegex "invalid-regex" Error;
    NoExactForm "no-exact-form" Error;
    TooManyPredicates "too-many-predicates" Error;
    UnreachableKey "unreachable-key" Error;

    // What rules do together.
    InertRule "inert-rule" Warning;
    HiddenAllow "hidden-allow" Warning;
    RedundantCap "redundant-cap" Warning;
    CounterClash "counter-clash" Error;
    SharedCounter "shared-counter" Warning;
    UnsupportedBudget "unsupported-budget" Error;

    // policy.json.
    InvalidJson "invalid-json" Error;
    UnknownKey "unknown-key" Error;
    MissingKey "missing-key" Error;
    WrongType "wrong-type" Error;
    UnknownVersion "unknown-version" Error;
    UnknownOperator "unknown-operator" Error;
    UnknownWindow "unknown-window" Error;
    UnknownScope "unknown-scope" Error;
    InvalidMaximum "invalid-maximum" Error;
    OlderVocabulary "older-vocabulary" Error;
    EmptyRequire "empty-require" Error;
    HiddenTwice "hidden-twice" Error;

    // What the commands refuse.
    Unformatted "unformatted" Error;
    NotDecompilable "not-decompilable" Error;
}

impl Code {
    /// The code of a name.
    pub fn from_name(name: &str) -> Option<Code> {
        Code::ALL.iter().copied().find(|code| code.name() == name)
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name())
    }
}
