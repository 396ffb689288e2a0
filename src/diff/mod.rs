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
mod changes;
mod drift;
mod view;
mod words;

use std::collections::BTreeSet;

use crate::decide::CallOutcome;
use crate::manifest::{Manifest, Tool};
use crate::policy::Literal;
use crate::policy::logic::{Logic, Undecided};
use crate::policy::semantics::Corner;
use crate::policy_json::Document;
use crate::risk::Class;
use calls::CallComparison;
use drift::DriftBudget;
use view::DocumentView;

pub use changes::{ChangeKind, PolicyChange};

/// The most steps that the comparison of two documents takes, in steps of the logic.
const MAX_STEPS: usize = 2_000_000;

/// One of the two policies that are compared.
#[derive(Clone, Copy)]
pub struct DiffSide<'d> {
    /// What the gateway gets.
    pub document: &'d Document,
    /// The server's tools, if they are known.
    pub manifest: Option<&'d Manifest>,
    /// The class of a tool, where it is known.
    pub class: Option<&'d ToolClass<'d>>,
}

/// Tells the class of a tool, where it is known.
pub type ToolClass<'d> = dyn Fn(&str) -> Option<Class> + 'd;

impl<'d> From<&'d Document> for DiffSide<'d> {
    fn from(document: &'d Document) -> Self {
        Self { document, manifest: None, class: None }
    }
}

/// The comparison of two policies.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct PolicyDiff {
    /// Every tool of either policy and either server, sorted, then all other tools, then all calls together.
    pub rows: Vec<DiffRow>,
}

/// One row of a comparison.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DiffRow {
    /// The calls that are compared.
    pub subject: DiffSubject,
    /// How the new document lets more through than the old one.
    pub wider: Excess,
    /// How the old document lets more through than the new one.
    pub narrower: Excess,
    /// What is written differently, in the order of the kinds. There may be changes between equal documents, such as another
    /// message.
    pub changes: Vec<PolicyChange>,
}

/// The calls that one row compares.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
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
    /// A call has a more lenient verdict.
    Call {
        /// The arguments: an object.
        arguments: Literal,
        /// The verdict under the stricter document, caps aside.
        strict: CallOutcome,
        /// The verdict under the more lenient document, caps aside.
        lenient: CallOutcome,
        /// Whether the tool's schema certainly admits the call. True without a schema.
        is_admitted: bool,
    },
    /// All of these calls get through under the more lenient document, and under the stricter one the last does not. Empty if
    /// the shortest such sequence is too long to list.
    Sequence(Vec<CallBurst>),
    /// It is not decided.
    Undecided(Undecided),
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
    /// Whether more gets through than before, as far as is known: also through a guard that blocks nothing any more, or to a tool that
    /// the server did not have.
    pub fn may_let_more_through(&self) -> bool {
        let opens = |change: &PolicyChange| match change.kind {
            ChangeKind::GuardNeverBlocks => true,
            ChangeKind::ToolNew => !matches!(change.new.as_deref(), Some("deny" | "hide")),
            _ => false,
        };
        self.wider.is_shown()
            || matches!(self.wider, Excess::Undecided(_))
            || self.changes.iter().any(opens)
    }

    /// Whether anything differs.
    pub fn is_changed(&self) -> bool {
        self.relation() != Relation::Equal || !self.changes.is_empty()
    }

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

/// Compares two policies. A witness is a call that the tool's schema admits, if there is one. Runs in time linear in the number
/// of tools, within a budget that [`Excess::Undecided`] reports.
pub fn diff<'d>(old: impl Into<DiffSide<'d>>, new: impl Into<DiffSide<'d>>) -> PolicyDiff {
    let (old, new) = (DocumentView::new(old.into()), DocumentView::new(new.into()));
    let mut wider = Comparison::new(&old, &new);
    let mut narrower = Comparison::new(&new, &old);
    let mut budget = DriftBudget::default();
    let row = |subject: DiffSubject| {
        let declared = |first: &DocumentView<'d>, second: &DocumentView<'d>| match &subject {
            DiffSubject::Tool(name) => first.declared(name).or_else(|| second.declared(name)),
            DiffSubject::OtherTools | DiffSubject::AllCalls => None,
        };
        DiffRow {
            wider: wider.excess(&subject, declared(&new, &old)),
            narrower: narrower.excess(&subject, declared(&old, &new)),
            changes: changes::changes(&old, &new, &subject, &mut budget),
            subject,
        }
    };
    PolicyDiff { rows: subjects(&old, &new, true).map(row).collect() }
}

/// Whether the new document may let a call through that the old one blocks, under any reading of undocumented behaviour.
/// "No" is certain.
pub fn is_wider(old: &Document, new: &Document) -> bool {
    first_wider(old, new).is_some()
}

/// The first calls of which the new document may let one through that the old one blocks. `None` is certain, as in [`is_wider`].
pub fn first_wider(old: &Document, new: &Document) -> Option<DiffSubject> {
    let (old, new) = (DocumentView::new(old.into()), DocumentView::new(new.into()));
    let mut comparison = Comparison::new(&old, &new);
    subjects(&old, &new, false).find(|subject| comparison.may_exceed(subject))
}

/// A policy that is held against bounds.
pub struct BoundedPolicy<'d> {
    view: DocumentView<'d>,
}

impl<'d> BoundedPolicy<'d> {
    /// Looks at the policy once, for many bounds.
    pub fn new(policy: impl Into<DiffSide<'d>>) -> Self {
        Self { view: DocumentView::new(policy.into()) }
    }

    /// How the policy lets more through than a bound, for the first of some calls for which it does not certainly stay within it.
    pub fn beyond(
        &self,
        bound: &'d Document,
        subjects: impl IntoIterator<Item = DiffSubject>,
    ) -> Option<(DiffSubject, Excess)> {
        let bound = DocumentView::new(bound.into());
        let mut comparison = Comparison::new(&bound, &self.view);
        self.first(subjects, |subject, schema| comparison.excess(subject, schema))
    }

    /// How a bound lets more through than the policy, likewise, caps aside.
    pub fn short_of(
        &self,
        bound: &'d Document,
        subjects: impl IntoIterator<Item = DiffSubject>,
    ) -> Option<(DiffSubject, Excess)> {
        let bound = DocumentView::new(bound.into());
        let mut comparison = Comparison::new(&self.view, &bound);
        self.first(subjects, |subject, schema| {
            let (strict, lenient) = (self.view.state(subject), bound.state(subject));
            comparison.calls.excess(strict, lenient, schema)
        })
    }

    fn first(
        &self,
        subjects: impl IntoIterator<Item = DiffSubject>,
        mut excess: impl FnMut(&DiffSubject, Option<&Tool>) -> Excess,
    ) -> Option<(DiffSubject, Excess)> {
        let mut other = None;
        for subject in subjects {
            let declared = match &subject {
                DiffSubject::Tool(name) => self.view.declared(name),
                DiffSubject::OtherTools | DiffSubject::AllCalls => None,
            };
            let excess = excess(&subject, declared);
            if excess.is_shown() {
                return Some((subject, excess));
            }
            if excess != Excess::None && other.is_none() {
                other = Some((subject, excess));
            }
        }
        other
    }
}

fn subjects<'d>(
    old: &DocumentView<'d>,
    new: &DocumentView<'d>,
    with_declared: bool,
) -> impl Iterator<Item = DiffSubject> + use<'d> {
    let mut names: BTreeSet<&'d str> = old.names().chain(new.names()).collect();
    if with_declared {
        names.extend(old.declared_names().chain(new.declared_names()));
    }
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
        let mut of_calls = match subject {
            DiffSubject::AllCalls => Excess::None,
            _ => self.calls.excess(strict, lenient, schema),
        };
        if let Excess::Call { strict, .. } = &mut of_calls
            && self.strict.is_hidden(subject)
        {
            *strict = CallOutcome::Hide;
        }
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
