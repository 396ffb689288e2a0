//! The list of codes. A new code is one line here and one page in `codes/`.

use super::Severity;
use super::explanation::Explanation;

macro_rules! codes {
    ($($category:ident { $($variant:ident $name:literal $severity:ident;)* })*) => {
        /// The kind of a finding. Its name is stable: people put it into configuration and search for it.
        ///
        /// Every code has a page, which [`Code::explanation`] reads and `gatewright explain` prints.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[doc = concat!("`", $name, "`: see its page.")] $variant,)*)*
        }

        impl Code {
            /// Every code, in the order of the list, category by category.
            pub const ALL: &'static [Code] = &[$($(Code::$variant),*),*];

            /// The code as people write it.
            pub fn name(self) -> &'static str {
                match self { $($(Code::$variant => $name),*),* }
            }

            /// The severity unless a finding or the configuration says otherwise.
            pub fn severity(self) -> Severity {
                match self { $($(Code::$variant => Severity::$severity),*),* }
            }

            /// What the code is about.
            pub fn category(self) -> Category {
                match self { $($(Code::$variant => Category::$category),*),* }
            }

            /// The page of the code.
            pub fn explanation(self) -> Explanation {
                Explanation::parse(match self {
                    $($(Code::$variant => include_str!(concat!("codes/", $name, ".md"))),*),*
                })
            }
        }
    };
}

/// What a code is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// What a text, a file or a command must not be: never configured, never suppressed.
    Language,
    /// Tools that can do more than the policy controls.
    OpenDoors,
    /// Rules that do not do what they say.
    Effects,
    /// Names and arguments, held against the manifest.
    Names,
    /// What keeps a policy readable and maintained.
    Care,
}

impl Category {
    /// The categories of rules, in the order in which documents list them.
    pub const RULES: [Category; 4] =
        [Category::OpenDoors, Category::Effects, Category::Names, Category::Care];

    /// The category as a heading.
    pub fn title(self) -> &'static str {
        match self {
            Category::Language => "Errors of the language",
            Category::OpenDoors => "Open doors",
            Category::Effects => "Rules that do not do what they say",
            Category::Names => "Names and arguments",
            Category::Care => "Care",
        }
    }
}

codes! {
    Language {
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
        InvalidTest "invalid-test" Error;
        RefutedAssertion "refuted-assertion" Error;
        UndecidedAssertion "undecided-assertion" Error;
        MisplacedStatement "misplaced-statement" Error;
        DenyUnless "deny-unless" Error;
        NestingTooDeep "nesting-too-deep" Error;
        FileTooLarge "file-too-large" Error;
        NotUtf8 "not-utf8" Error;
        InvalidCharacter "invalid-character" Error;
        DuplicateKey "duplicate-key" Error;
        UnreadableFile "unreadable-file" Error;
        IncludeCycle "include-cycle" Error;
        IncludeTooDeep "include-too-deep" Error;
        BrokenInclude "broken-include" Error;
        InvalidManifest "invalid-manifest" Error;
        ConflictingManifest "conflicting-manifest" Error;
        ConflictingDefault "conflicting-default" Error;
        UnknownTool "unknown-tool" Error;
        EmptyName "empty-name" Error;
        StarAsName "star-as-name" Error;
        MissingAt "missing-at" Error;
        UnknownGroup "unknown-group" Error;
        DuplicateGroup "duplicate-group" Error;
        GroupCycle "group-cycle" Error;
        ReservedGroupName "reserved-group-name" Error;
        NeedsManifest "needs-manifest" Error;
        UndecidedSelector "undecided-selector" Error;
        TooManyMatches "too-many-matches" Error;
        UnknownClass "unknown-class" Error;
        MissingClassifyReason "missing-classify-reason" Error;
        ConflictingClass "conflicting-class" Error;
        ImpossibleTest "impossible-test" Error;
        ForbiddenArgument "forbidden-argument" Error;
        InvalidRegex "invalid-regex" Error;
        NoExactForm "no-exact-form" Error;
        TooManyPredicates "too-many-predicates" Error;
        OutputTooLarge "output-too-large" Error;
        UnreachableKey "unreachable-key" Error;
        ReadsAsApproval "reads-as-approval" Error;
        CounterClash "counter-clash" Error;
        UnsupportedBudget "unsupported-budget" Error;
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
        Unformatted "unformatted" Error;
        NotDecompilable "not-decompilable" Error;
        InvalidSuppression "invalid-suppression" Error;
        InvalidConfiguration "invalid-configuration" Error;
    }
    OpenDoors {
        UncappedWrite "uncapped-write" Warning;
        UncappedExecute "uncapped-execute" Warning;
        UnguardedDestructive "unguarded-destructive" Warning;
        UnapprovedFinancial "unapproved-financial" Warning;
        PartialApproval "partial-approval" Warning;
        CriticalBySet "critical-by-set" Error;
        OpenDefault "open-default" Warning;
        LooseCap "loose-cap" Warning;
        MixedActionTool "mixed-action-tool" Warning;
        UnconstrainedGateway "unconstrained-gateway" Warning;
        AnnotationConflict "annotation-conflict" Warning;
        SensitiveRead "sensitive-read" Warning;
    }
    Effects {
        UnmatchedGlob "unmatched-glob" Warning;
        RemovesNothing "removes-nothing" Warning;
        InertRule "inert-rule" Warning;
        HiddenAllow "hidden-allow" Warning;
        RedundantCap "redundant-cap" Warning;
        SharedCounter "shared-counter" Warning;
        CounterWithoutRate "counter-without-rate" Warning;
        ShadowedRule "shadowed-rule" Warning;
        ContradictoryCondition "contradictory-condition" Warning;
        AlwaysTrueCondition "always-true-condition" Warning;
        DuplicateRule "duplicate-rule" Warning;
        SubsumedCondition "subsumed-condition" Warning;
        UnreachableCap "unreachable-cap" Warning;
        FailsOpen "fails-open" Warning;
        MessageOrder "message-order" Warning;
        UnanchoredRegex "unanchored-regex" Warning;
        DangerousRegex "dangerous-regex" Warning;
        OpenEndedPattern "open-ended-pattern" Warning;
        ListContainsAllowsOthers "list-contains-allows-others" Warning;
        UnlistedTool "unlisted-tool" Info;
        BoundaryBurst "boundary-burst" Info;
    }
    Names {
        DuplicateTool "duplicate-tool" Warning;
        LookalikeTool "lookalike-tool" Warning;
        IncompleteManifest "incomplete-manifest" Warning;
        UnusableDeclaration "unusable-declaration" Warning;
        UndeterminedClass "undetermined-class" Warning;
        UndeclaredTool "undeclared-tool" Warning;
        UnknownArgument "unknown-argument" Warning;
        ImpossibleValue "impossible-value" Warning;
        NullComparison "null-comparison" Warning;
        UncertainTest "uncertain-test" Warning;
    }
    Care {
        MissingReason "missing-reason" Info;
        UnusedGroup "unused-group" Warning;
        ImplicitDefault "implicit-default" Info;
        RedundantSelector "redundant-selector" Warning;
        UnusedSuppression "unused-suppression" Warning;
        ExpiredSuppression "expired-suppression" Warning;
    }
}

impl Code {
    /// Whether it is a rule: something that can be configured, selected and suppressed.
    pub fn is_rule(self) -> bool {
        self.category() != Category::Language
    }

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
