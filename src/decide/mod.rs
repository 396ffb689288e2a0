//! What a policy does with a call: the verdict, the part of the document that decides, and the undocumented behaviour of the
//! gateway on which the verdict depends.
//!
//! [`Engine`] is compiled from a [`Document`](crate::policy_json::Document), so a policy.json gives the same answers as the `.gate` file that it was compiled
//! from. It takes a [`Call`] and the [`Counters`] so far. What an operator means is decided in
//! [`semantics`](crate::policy::semantics) alone.
//!
//! This layer knows no text, file or clock.

mod counters;
mod engine;
mod explain;
mod flip;
mod overview;
mod recording;
mod test_run;

use jiff::Timestamp;

use crate::policy::Literal;
use crate::policy::semantics::CornerSet;

pub use crate::policy::CallOutcome;
pub use counters::{CounterState, Counters};
pub use engine::{DecisionRun, Engine};
pub use explain::{ExaminedPredicate, ExaminedTest, Explanation};
pub use flip::{ArgumentChange, Flip};
pub use overview::{ToolOutlook, ToolOverview};
pub use recording::{MAX_LINE, RecordedCall, RecordingReader, read_arguments};
pub use test_run::{CallFailure, TestObserver, TestResult, run_test};

/// One call of a tool.
#[derive(Clone, Copy, Debug)]
pub struct Call<'c> {
    /// The tool's exact name.
    pub tool: &'c str,
    /// The arguments: an object.
    pub arguments: &'c Literal,
    /// The time of the call.
    pub time: Timestamp,
}

/// The decision about a call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decision {
    /// The verdict under the documented reading.
    pub outcome: CallOutcome,
    /// The part of the document that decides.
    pub cause: Cause,
    /// The undocumented behaviour under which the verdict may be another.
    pub corners: CornerSet,
}

/// The part of the document that decides about a call.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// An entry of `hide`.
    Hidden(usize),
    /// `default`: no entry of `tools` names the tool.
    Default,
    /// The tool's entry in `tools`, of which nothing holds the call back.
    Entry,
    /// A predicate of the tool.
    Predicate(PredicatePlace),
    /// A limit of the tool.
    ToolLimit(usize),
    /// A limit of all tools together.
    AllLimit(usize),
    /// A pattern that is too large to be run. The call is denied because nobody knows what the predicate says.
    PatternTooLarge(PredicatePlace),
}

/// A predicate of a tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PredicatePlace {
    /// Its list.
    pub list: PredicateList,
    /// Its position there.
    pub index: usize,
}

/// The two lists of predicates of a tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PredicateList {
    /// `require`
    Require,
    /// `deny_if`
    DenyIf,
}

impl PredicateList {
    /// The key in policy.json.
    pub fn key(self) -> &'static str {
        match self {
            PredicateList::Require => "require",
            PredicateList::DenyIf => "deny_if",
        }
    }
}

impl Cause {
    /// The JSON pointer to the part of policy.json, for a tool.
    pub fn pointer(&self, tool: &str) -> String {
        let of_tool = |rest: &str| format!("/tools/{}{rest}", escaped(tool));
        match self {
            Cause::Hidden(index) => format!("/hide/{index}"),
            Cause::Default => "/default".to_owned(),
            Cause::Entry => of_tool(""),
            Cause::Predicate(place) | Cause::PatternTooLarge(place) => {
                of_tool(&format!("/{}/{}", place.list.key(), place.index))
            }
            Cause::ToolLimit(index) => of_tool(&format!("/limits/{index}")),
            Cause::AllLimit(index) => format!("/all_tools/limits/{index}"),
        }
    }
}

/// A key as a part of a JSON pointer.
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
