//! The policy as the compiler understands it: who may call what, under which caps and guards.
//!
//! Plain values without text positions of their own beyond the spans that findings need. This layer knows no
//! grammar, no JSON target and no file; nothing here is serialised.

mod access;
mod build;
mod condition;
mod literal;
pub mod logic;
mod model;
mod pattern;
mod regex;
pub mod semantics;
mod sound;
pub mod wording;

pub use access::Access;
pub use build::Redundant;
pub use condition::{Condition, Operator, Path, Test, is_identifier};
pub use literal::{Literal, compare_numbers, write_string};
pub use model::{
    Action, Blocks, Budget, Cap, Caps, Counter, Guard, Hidden, Mention, Policy, Purpose, Rule,
    RuleId, Standing, Subjects, Target, Tool, ToolId, Tools,
};
pub use regex::{MAX_PATTERN_BYTES, PatternError, check_pattern};
pub use sound::Sound;

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

/// The period over which calls are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Window {
    /// A minute.
    Minute,
    /// An hour.
    Hour,
    /// A day.
    Day,
}

impl Window {
    /// Every window, shortest first.
    pub const ALL: [Window; 3] = [Window::Minute, Window::Hour, Window::Day];

    /// `minute`, `hour`, `day`: the word in both languages.
    pub fn name(self) -> &'static str {
        match self {
            Window::Minute => "minute",
            Window::Hour => "hour",
            Window::Day => "day",
        }
    }

    /// The window of a word.
    pub fn from_name(name: &str) -> Option<Window> {
        Window::ALL.into_iter().find(|window| window.name() == name)
    }
}

/// The largest cap: 2^53 - 1, the largest count that every JSON reader keeps exactly.
pub const MAX_CALLS: u64 = (1 << 53) - 1;
