//! What an assessment holds.

use super::class::Class;
use crate::source::Span;

/// What is known about a tool's danger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// The most severe class that the evidence shows.
    pub class: Class,
    /// How sure that is.
    pub confidence: Confidence,
    /// The evidence, the weightiest first.
    pub evidence: Vec<Evidence>,
    /// Parameters that choose between reading and destroying.
    pub mixed_actions: Vec<MixedAction>,
    /// The argument by which the tool takes any request, query or command; its key at the depth where it stands.
    pub generic_gateway: Option<String>,
    /// The hint that claims less danger than the other evidence shows.
    pub annotation_conflict: Option<AnnotationConflict>,
    /// Whether the tool reads secrets, credentials or environments.
    pub sensitive_read: bool,
}

/// What is known about a tool's danger, without the evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Brief {
    /// The class.
    pub class: Class,
    /// How sure that is.
    pub confidence: Confidence,
    /// Whether it reads secrets, credentials or environments.
    pub sensitive_read: bool,
}

/// How sure an assessment is, from 0 to 100. It grows with the evidence for the class and falls with the evidence for
/// others; it is no probability, but `docs/risk.md` shows how often each level is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Confidence(u8);

/// A confidence in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Below 40: a guess.
    Low,
    /// From 40: one source says so, or sources disagree.
    Medium,
    /// From 75: several sources agree.
    High,
}

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Where it comes from.
    pub source: Source,
    /// The key of the parameter that it comes from, if its source is one.
    pub parameter: Option<String>,
    /// The words that it rests on, as they stand in the tool, cut when they are long.
    pub words: String,
    /// The class that it speaks for.
    pub points_to: Class,
    /// How much it counts, in points; see `lexicon.txt`.
    pub weight: u8,
    /// Where the words stand in the manifest; nowhere for a tool of which only the name is known.
    pub place: Option<Span>,
}

/// Where evidence comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// The tool's name.
    Name,
    /// Its description.
    Description,
    /// Its title, if it has no description.
    Title,
    /// A parameter or a value that it lists.
    Parameter,
    /// A hint of the server.
    Annotation,
    /// A `classify` statement of the policy.
    Classify,
}

/// A parameter that chooses between reading and destroying.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MixedAction {
    /// The parameter's key.
    pub parameter: String,
    /// The values that destroy or move money, in the schema's order.
    pub destructive: Vec<String>,
    /// The values that only read, likewise.
    pub reading: Vec<String>,
}

/// A hint that claims less danger than the other evidence shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AnnotationConflict {
    /// `readOnlyHint: true` on a tool that is no reader.
    ReadOnly,
    /// `destructiveHint: false` on a tool that destroys.
    NotDestructive,
}

impl Confidence {
    /// A confidence; more than 100 is 100.
    pub fn new(percent: u8) -> Self {
        Self(percent.min(100))
    }

    /// From 0 to 100.
    pub fn percent(self) -> u8 {
        self.0
    }

    /// In a word.
    pub fn level(self) -> Level {
        match self.0 {
            0..40 => Level::Low,
            40..75 => Level::Medium,
            _ => Level::High,
        }
    }
}

impl Level {
    /// Every level, the lowest first.
    pub const ALL: [Level; 3] = [Level::Low, Level::Medium, Level::High];

    /// The level's word.
    pub fn name(self) -> &'static str {
        match self {
            Level::Low => "low",
            Level::Medium => "medium",
            Level::High => "high",
        }
    }
}

impl Source {
    /// The source's word.
    pub fn name(self) -> &'static str {
        match self {
            Source::Name => "name",
            Source::Description => "description",
            Source::Title => "title",
            Source::Parameter => "parameter",
            Source::Annotation => "annotation",
            Source::Classify => "classify",
        }
    }
}

impl AnnotationConflict {
    /// The hint as the manifest has it.
    pub fn hint(self) -> &'static str {
        match self {
            AnnotationConflict::ReadOnly => "readOnlyHint: true",
            AnnotationConflict::NotDestructive => "destructiveHint: false",
        }
    }
}
