//! What an assessment holds.

use super::class::Class;
use super::traits::Traits;
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
    /// What else it has to do with.
    pub traits: Traits,
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

/// How sure an assessment is: how far the evidence for its class exceeds that for every other. `docs/risk.md` shows how often
/// each level is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// A guess.
    Low,
    /// One source says so, or sources disagree.
    Medium,
    /// Several sources agree.
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
    /// How much it counts, in points; see `weights.txt`.
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
    /// Every level, the lowest first.
    pub const ALL: [Confidence; 3] = [Confidence::Low, Confidence::Medium, Confidence::High];

    /// How many of a hundred judgements of this level were right for tools of servers that had no part in the weights.
    pub fn share_right(self) -> u8 {
        super::weights::shares_right().get(self as usize).copied().unwrap_or(0)
    }

    /// The level's word.
    pub fn name(self) -> &'static str {
        match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
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
