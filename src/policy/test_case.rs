//! Tests of a policy: calls with the verdicts that they must get.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Compared, Condition, Literal, Rate, Target};
use crate::source::Span;

/// The most equal calls of one step.
pub const MAX_TIMES: u64 = 10_000;

/// The time at which a clock stands that nothing has set: the first instant of 2026, UTC.
pub const CLOCK_START: Timestamp = Timestamp::constant(1_767_225_600, 0);

/// What becomes of a call, from the strictest to the most lenient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CallOutcome {
    /// The tool is hidden: it does not exist for the agent.
    Hide,
    /// It is blocked.
    Deny,
    /// It is blocked until a person approves it.
    Approve,
    /// A rate limit is reached.
    Rate,
    /// It gets through, and counts.
    Allow,
}

impl CallOutcome {
    /// Every outcome, in the order in which they are looked for.
    pub const ALL: [CallOutcome; 5] = [
        CallOutcome::Hide,
        CallOutcome::Deny,
        CallOutcome::Approve,
        CallOutcome::Rate,
        CallOutcome::Allow,
    ];

    /// The statement word that leads to it.
    pub fn name(self) -> &'static str {
        match self {
            CallOutcome::Hide => "hide",
            CallOutcome::Deny => "deny",
            CallOutcome::Approve => "approve",
            CallOutcome::Rate => "rate",
            CallOutcome::Allow => "allow",
        }
    }

    /// The outcome of a word.
    pub fn from_name(name: &str) -> Option<CallOutcome> {
        CallOutcome::ALL.into_iter().find(|outcome| outcome.name() == name)
    }

    /// The outcome in a sentence: `allowed`.
    pub fn participle(self) -> &'static str {
        match self {
            CallOutcome::Hide => "hidden",
            CallOutcome::Deny => "denied",
            CallOutcome::Approve => "held for approval",
            CallOutcome::Rate => "rate-limited",
            CallOutcome::Allow => "allowed",
        }
    }
}

/// A claim about every call.
#[derive(Clone, Debug)]
pub struct Assertion {
    /// The statement.
    pub span: Span,
    /// The verdict: a call gets it or a stricter one. For [`CallOutcome::Allow`] every call gets it.
    pub outcome: CallOutcome,
    /// The tools; none for all calls together.
    pub tools: Vec<Target>,
    /// Whether it is about all calls together.
    pub is_about_all: bool,
    /// The rates of [`CallOutcome::Rate`].
    pub rates: Vec<Rate>,
    /// The calls that it is about; `None` for all.
    pub condition: Option<Condition>,
    /// The arguments that the condition compares with numbers.
    pub compared: Vec<Compared>,
    /// A name for each glob that an unlisted tool may have.
    pub unlisted: Vec<(Span, String)>,
}

/// A test.
#[derive(Clone, Debug, PartialEq)]
pub struct TestCase {
    /// The name.
    pub name: String,
    /// The whole statement.
    pub span: Span,
    /// Its calls, in their order.
    pub calls: Vec<TestCall>,
}

/// A step of a test: calls that must all get one verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct TestCall {
    /// The step.
    pub span: Span,
    /// The tools, each of which is called.
    pub tools: Vec<Arc<str>>,
    /// The arguments: an object.
    pub arguments: Literal,
    /// How often each tool is called.
    pub times: u64,
    /// The time of the calls.
    pub time: Timestamp,
    /// The verdict.
    pub expected: ExpectedOutcome,
}

/// The verdict that a test expects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedOutcome {
    /// The verdict.
    pub outcome: CallOutcome,
    /// What the agent must read: the author's reason or the whole message.
    pub because: Option<String>,
    /// The counter that must be used up.
    pub by: Option<String>,
}

impl std::fmt::Display for ExpectedOutcome {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.outcome.name())?;
        if let Some(counter) = &self.by {
            write!(formatter, " by {counter}")?;
        }
        if let Some(reason) = &self.because {
            let mut quoted = String::new();
            super::write_string(reason, &mut quoted);
            write!(formatter, " because {quoted}")?;
        }
        Ok(())
    }
}
