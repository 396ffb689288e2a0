//! Compares two documents by the calls that they let through.
//!
//! One document is wider than another for a tool if a call has a more lenient verdict under it (`calls`), or if more of the
//! calls that both allow get through in some window (`caps`). The comparison is exact: it rests on
//! [`logic`](crate::policy::logic), not on how the documents are written. Messages and the names of counters do not count,
//! and a hidden tool lets through as much as one that is denied.
//!
//! [`diff`] compares under the documented reading and names the undocumented behaviour that could change an answer.
//! [`is_wider`] asks whether *any* reading lets more through; what cannot be decided counts as wider.

mod calls;
mod caps;
mod view;

use std::collections::BTreeSet;

use crate::manifest::{Manifest, Tool};
use crate::policy::Literal;
use crate::policy::logic::{Logic, Undecided};
use crate::policy::semantics::Corner;
use crate::policy_json::Document;
use calls::CallComparison;
use view::DocumentView;

/// The most steps that the comparison of two documents takes, in steps of the logic.
const MAX_STEPS: usize = 2_000_000;

/// The comparison of two documents.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyDiff {
    /// Every tool that either document names, sorted, then all other tools, then all calls together.
    pub rows: Vec<DiffRow>,
}

/// One row of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct DiffRow {
    /// The calls that are compared.
    pub subject: DiffSubject,
    /// How the new document lets more through than the old one.
    pub wider: Excess,
    /// How the old document lets more through than the new one.
    pub narrower: Excess,
}

/// The calls that one row compares.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DiffSubject {
    /// Those of a tool.
    Tool(String),
    /// Those of any tool that neither document names.
    OtherTools,
    /// All calls together, which caps over all calls count.
    AllCalls,
}

/// How the new document relates to the old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// Both let the same calls through.
    Equal,
    /// The new one lets more through.
    Wider,
    /// The new one lets less through.
    Narrower,
    /// Each lets calls through that the other does not.
    Incomparable,
    /// The budget does not suffice to tell.
    Undecided,
}

/// How one document lets more through than another.
#[derive(Clone, Debug, PartialEq)]
pub enum Excess {
    /// It does not, under any reading of undocumented behaviour.
    None,
    /// It does not under the documented reading. It may under another reading of this behaviour.
    Corner(Corner),
    /// It does not under the documented reading. It may if the gateway counts the calls of several tools under one counter that
    /// they name.
    SharedCounter,
    /// A call has a more lenient verdict.
    Call {
        /// The arguments: an object.
        arguments: Literal,
        /// The verdict under the stricter document.
        strict: CallVerdict,
        /// The verdict under the more lenient document.
        lenient: CallVerdict,
        /// Whether the tool's schema certainly admits the call. True without a schema.
        is_admitted: bool,
    },
    /// All of these calls get through under the more lenient document, and under the stricter one the last does not. Empty if
    /// the shortest such sequence is too long to list.
    Sequence(Vec<CallBurst>),
    /// It is not decided.
    Undecided(Undecided),
}

/// The verdict about a call, caps aside, from the most lenient to the strictest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CallVerdict {
    /// It gets through.
    Allow,
    /// A person must approve it.
    Approve,
    /// It is blocked, or the tool is hidden.
    Deny,
}

/// Equal calls of one tool in one minute.
#[derive(Clone, Debug, PartialEq)]
pub struct CallBurst {
    /// The tool; `None` is any that neither document names.
    pub tool: Option<String>,
    /// The arguments: an object.
    pub arguments: Literal,
    /// The minute of the day, UTC. A sequence begins at midnight.
    pub minute: u64,
    /// The number of calls.
    pub calls: u64,
}

impl Excess {
    /// Whether more gets through under the documented reading.
    pub fn is_shown(&self) -> bool {
        matches!(self, Excess::Call { .. } | Excess::Sequence(_))
    }
}

impl DiffRow {
    /// How the new document relates to the old one.
    pub fn relation(&self) -> Relation {
        let is_undecided = |excess: &Excess| matches!(excess, Excess::Undecided(_));
        match (self.wider.is_shown(), self.narrower.is_shown()) {
            (true, true) => Relation::Incomparable,
            _ if is_undecided(&self.wider) || is_undecided(&self.narrower) => Relation::Undecided,
            (true, false) => Relation::Wider,
            (false, true) => Relation::Narrower,
            (false, false) => Relation::Equal,
        }
    }
}

/// Compares two documents. A witness is a call that the tool's schema in the manifest admits, if there is one. Runs in time linear in the number of tools, within a budget that [`Excess::Undecided`] reports.
pub fn diff(old: &Document, new: &Document, manifest: Option<&Manifest>) -> PolicyDiff {
    let (old, new) = (DocumentView::new(old), DocumentView::new(new));
    let mut wider = Comparison::new(&old, &new);
    let mut narrower = Comparison::new(&new, &old);
    let declared = |subject: &DiffSubject| {
        let DiffSubject::Tool(name) = subject else { return None };
        let manifest = manifest?;
        manifest.tools().get(manifest.find(name)?)
    };
    let row = |subject: DiffSubject| DiffRow {
        wider: wider.excess(&subject, declared(&subject)),
        narrower: narrower.excess(&subject, declared(&subject)),
        subject,
    };
    PolicyDiff { rows: subjects(&old, &new).map(row).collect() }
}

/// Whether the new document may let a call through that the old one blocks, under any reading of undocumented behaviour.
/// "No" is certain.
pub fn is_wider(old: &Document, new: &Document) -> bool {
    first_wider(old, new).is_some()
}

/// The first calls of which the new document may let one through that the old one blocks. `None` is certain, as in [`is_wider`].
pub fn first_wider(old: &Document, new: &Document) -> Option<DiffSubject> {
    let (old, new) = (DocumentView::new(old), DocumentView::new(new));
    let mut comparison = Comparison::new(&old, &new);
    subjects(&old, &new).find(|subject| comparison.may_exceed(subject))
}

fn subjects<'d>(
    old: &DocumentView<'d>,
    new: &DocumentView<'d>,
) -> impl Iterator<Item = DiffSubject> + use<'d> {
    let names: BTreeSet<&'d str> = old.names().chain(new.names()).collect();
    let tools = names.into_iter().map(|name| DiffSubject::Tool(name.to_owned()));
    tools.chain([DiffSubject::OtherTools, DiffSubject::AllCalls])
}

/// Looks for what one document lets through and another does not.
struct Comparison<'v, 'd> {
    strict: &'v DocumentView<'d>,
    lenient: &'v DocumentView<'d>,
    calls: CallComparison<'d>,
}

impl<'v, 'd> Comparison<'v, 'd> {
    fn new(strict: &'v DocumentView<'d>, lenient: &'v DocumentView<'d>) -> Self {
        Self { strict, lenient, calls: CallComparison::new(Logic::default().within(MAX_STEPS)) }
    }

    /// How the lenient document lets more through.
    fn excess(&mut self, subject: &DiffSubject, schema: Option<&Tool>) -> Excess {
        let (strict, lenient) = (self.strict.state(subject), self.lenient.state(subject));
        let of_calls = match subject {
            DiffSubject::AllCalls => Excess::None,
            _ => self.calls.excess(strict, lenient, schema),
        };
        if of_calls.is_shown() {
            return of_calls;
        }
        match caps::excess(self.strict, self.lenient, subject, &mut self.calls) {
            Excess::None => of_calls,
            of_caps => of_caps,
        }
    }

    /// Whether the lenient document may let more through under some reading.
    fn may_exceed(&mut self, subject: &DiffSubject) -> bool {
        let (strict, lenient) = (self.strict.state(subject), self.lenient.state(subject));
        let of_calls = *subject != DiffSubject::AllCalls && self.calls.may_exceed(strict, lenient);
        of_calls || caps::may_exceed(self.strict, self.lenient, subject, &mut self.calls)
    }
}
