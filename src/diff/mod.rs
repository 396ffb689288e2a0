//! What differs between two documents, as calls: which get through under the one and not under the other.
//!
//! A verdict is stricter than another in the order `allow`, `approve`, `deny`, `hide`. One document is wider than another for a
//! tool if some call has a less strict verdict under it, or if more calls get through in some window. Everything rests on
//! [`logic`](crate::policy::logic), under the documented reading; messages and the names of counters do not count.

mod calls;
mod caps;

use std::collections::{BTreeSet, HashSet};

use crate::policy::logic::{Logic, Undecided};
use crate::policy::{Literal, Posture, Window};
use crate::policy_json::{Document, Limit, ToolRule};

pub use calls::Verdict;

/// What a row of a comparison is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A tool that one of the documents names.
    Tool(String),
    /// Every tool that neither names.
    OtherTools,
    /// All calls together.
    AllCalls,
}

/// Why one document is wider than another.
#[derive(Clone, Debug, PartialEq)]
pub enum Widening {
    /// A call has a less strict verdict.
    Call {
        /// The arguments: an object.
        arguments: Literal,
        /// The stricter verdict.
        old: Verdict,
        /// The verdict under the wider document.
        new: Verdict,
    },
    /// More calls get through in one window.
    Calls {
        /// The window, aligned to UTC.
        window: Window,
        /// The most calls that get through under the stricter document.
        old: u64,
        /// The same under the wider one; `None` without any limit.
        new: Option<u64>,
    },
    /// It could not be decided that nothing more gets through.
    Undecided(Undecided),
}

/// How the second document differs from the first for one subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// What it is about.
    pub subject: Subject,
    /// What gets through under the second document only.
    pub wider: Option<Widening>,
    /// What gets through under the first document only.
    pub narrower: Option<Widening>,
}

/// Every difference between two documents, sorted by subject; empty if they let the same calls through.
pub fn diff(old: &Document, new: &Document) -> Vec<Difference> {
    let (old, new) = (View::new(old), View::new(new));
    let mut logic = Logic::default();
    let rows = subjects(&old, &new).into_iter().map(|subject| Difference {
        wider: widening(&old, &new, &subject, &mut logic),
        narrower: widening(&new, &old, &subject, &mut logic),
        subject,
    });
    rows.filter(|row| row.wider.is_some() || row.narrower.is_some()).collect()
}

/// The first way in which the second document is wider than the first, if there is one, or if that cannot be decided.
pub fn first_widening(old: &Document, new: &Document) -> Option<(Subject, Widening)> {
    let (old, new) = (View::new(old), View::new(new));
    let mut logic = Logic::default();
    subjects(&old, &new)
        .into_iter()
        .find_map(|subject| Some((subject.clone(), widening(&old, &new, &subject, &mut logic)?)))
}

fn subjects(old: &View<'_>, new: &View<'_>) -> BTreeSet<Subject> {
    let tools = old.names().chain(new.names()).map(|name| Subject::Tool(name.to_owned()));
    tools.chain([Subject::OtherTools, Subject::AllCalls]).collect()
}

fn widening(
    old: &View<'_>,
    new: &View<'_>,
    subject: &Subject,
    logic: &mut Logic<'_>,
) -> Option<Widening> {
    let (before, after) = match subject {
        Subject::AllCalls => return caps::all_calls(old, new),
        Subject::OtherTools => (old.others(), new.others()),
        Subject::Tool(name) => (old.tool(name), new.tool(name)),
    };
    calls::widening(before, after, logic).or_else(|| caps::tool(old, new, before, after))
}

/// A document with its hidden tools at hand.
struct View<'d> {
    document: &'d Document,
    hidden: HashSet<&'d str>,
}

/// What a document says of a tool.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Standing<'d> {
    Hidden,
    /// Nothing grants it under `default deny`.
    NotGranted,
    /// It is decided by a rule; `None` is the empty one.
    Ruled(Option<&'d ToolRule>),
}

impl<'d> View<'d> {
    fn new(document: &'d Document) -> Self {
        Self { document, hidden: document.hide.iter().map(String::as_str).collect() }
    }

    fn names(&self) -> impl Iterator<Item = &'d str> {
        let hidden = self.hidden.iter().copied().filter(|name| *name != "*");
        hidden.chain(self.document.tools.keys().map(String::as_str))
    }

    fn tool(&self, name: &str) -> Standing<'d> {
        if self.hidden.contains(name) {
            return Standing::Hidden;
        }
        match self.document.tools.get(name) {
            Some(rule) if !self.hidden.contains("*") => Standing::Ruled(Some(rule)),
            _ => self.others(),
        }
    }

    /// What it says of a tool that it does not name.
    fn others(&self) -> Standing<'d> {
        match self.document.default {
            _ if self.hidden.contains("*") => Standing::Hidden,
            Posture::Deny => Standing::NotGranted,
            Posture::Allow => Standing::Ruled(None),
        }
    }

    fn all_limits(&self) -> &'d [Limit] {
        &self.document.all_limits
    }
}
