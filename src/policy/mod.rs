//! The policy as the compiler understands it: who may call what, under which caps and guards.
//!
//! Plain values without text positions of their own beyond the spans that findings need. This layer knows no
//! grammar, no JSON target and no file; nothing here is serialised.

mod access;
mod build;
mod compared;
mod condition;
mod literal;
pub mod logic;
mod model;
mod pattern;
mod rate;
mod regex;
pub mod semantics;
mod sink;
mod sound;
mod test_case;
pub mod wording;

pub use access::Access;
pub use build::Redundant;
pub use compared::{Compared, MayBeComposite};
pub use condition::{ANY_TEXT, Condition, Operator, Path, Test, is_identifier};
pub use literal::{Literal, compare_numbers, write_string};
pub use model::{
    Action, Blocks, Budget, Cap, Caps, Counter, Guard, Hidden, Mention, Policy, Purpose, Rule,
    RuleId, Standing, Subjects, Target, Tool, ToolId, Tools,
};
pub use pattern::Patterns;
pub use rate::{MAX_CALLS, Rate, RateError, Window};
pub use regex::{MAX_PATTERN_BYTES, PatternError, check_pattern, pattern_surprises, pattern_tree};
pub use sink::{Length, Sink, string_length};
pub use sound::Sound;
pub use test_case::{
    Assertion, CLOCK_START, CallOutcome, ExpectedOutcome, MAX_TIMES, TestCall, TestCase,
};

/// What happens to a tool that nothing grants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Posture {
    /// It may not be called.
    #[default]
    Deny,
    /// It may be called.
    Allow,
}

impl Posture {
    /// `deny`, `allow`: the word in both languages.
    pub fn name(self) -> &'static str {
        match self {
            Posture::Deny => "deny",
            Posture::Allow => "allow",
        }
    }
}

/// The longest policy.json, in bytes. One rule may be about every tool of a server, so the text may be far longer than the
/// files that it comes from.
pub const MAX_OUTPUT_BYTES: usize = 256 * 1024 * 1024;
