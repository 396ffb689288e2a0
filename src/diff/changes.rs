//! Lists what is written differently about one row, whether or not it lets other calls through.

use std::collections::BTreeMap;

use super::DiffSubject;
use super::drift::{self, DriftBudget};
use super::view::{CounterUse, DocumentView, ToolState, tightest};
use super::words::{guard, outcome, rates};
use crate::policy::Window;
use crate::policy_json::{Limit, Predicate, ToolRule};

/// A difference between two policies.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PolicyChange {
    /// What has changed.
    pub kind: ChangeKind,
    /// How it was before, in the words of the language; `None` if there was nothing.
    pub old: Option<String>,
    /// How it is now.
    pub new: Option<String>,
}

/// What has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ChangeKind {
    /// The `default` for tools that are not listed.
    Default,
    /// The tool is granted now.
    Granted,
    /// The tool is not granted any more.
    Revoked,
    /// The tool is hidden now.
    Hidden,
    /// The tool is not hidden any more.
    Shown,
    /// A window has no cap any more.
    CapRemoved,
    /// There is a cap for a window that had none.
    CapAdded,
    /// A cap lets more calls through.
    CapRaised,
    /// A cap lets fewer calls through.
    CapLowered,
    /// A counter has another name.
    CounterRenamed,
    /// A counter is shared with more tools.
    CounterJoined,
    /// A counter is shared with fewer tools.
    CounterSplit,
    /// An approval is gone.
    ApprovalDropped,
    /// A call needs approval that did not.
    ApprovalAdded,
    /// A `require` or `deny` is gone.
    GuardDropped,
    /// There is another `require` or `deny`.
    GuardAdded,
    /// The agent reads another message.
    MessageChanged,
    /// The server has a tool that it had not. `new` tells what the policy does with it.
    ToolNew,
    /// The server does not have the tool any more.
    ToolGone,
    /// The tool is of another class.
    ClassChanged,
    /// No call that the tool takes now is blocked by a guard that could block some. `new` tells why.
    GuardNeverBlocks,
    /// Every call that the tool takes now is blocked by a guard that let some through. `new` tells why.
    GuardAlwaysBlocks,
}

impl ChangeKind {
    /// Its name for programs.
    pub fn name(self) -> &'static str {
        match self {
            ChangeKind::Default => "default",
            ChangeKind::Granted => "granted",
            ChangeKind::Revoked => "revoked",
            ChangeKind::Hidden => "hidden",
            ChangeKind::Shown => "shown",
            ChangeKind::CapAdded => "cap-added",
            ChangeKind::CapRemoved => "cap-removed",
            ChangeKind::CapRaised => "cap-raised",
            ChangeKind::CapLowered => "cap-lowered",
            ChangeKind::CounterRenamed => "counter-renamed",
            ChangeKind::CounterJoined => "counter-joined",
            ChangeKind::CounterSplit => "counter-split",
            ChangeKind::ApprovalAdded => "approval-added",
            ChangeKind::ApprovalDropped => "approval-dropped",
            ChangeKind::GuardAdded => "guard-added",
            ChangeKind::GuardDropped => "guard-dropped",
            ChangeKind::MessageChanged => "message-changed",
            ChangeKind::ToolNew => "tool-new",
            ChangeKind::ToolGone => "tool-gone",
            ChangeKind::ClassChanged => "class-changed",
            ChangeKind::GuardNeverBlocks => "guard-never-blocks",
            ChangeKind::GuardAlwaysBlocks => "guard-always-blocks",
        }
    }
}

/// The changes of one row, in the order of their kinds.
pub(super) struct ChangeList {
    changes: Vec<PolicyChange>,
}

impl ChangeList {
    pub(super) fn add(
        &mut self,
        kind: ChangeKind,
        old: impl Into<Option<String>>,
        new: impl Into<Option<String>>,
    ) {
        self.changes.push(PolicyChange { kind, old: old.into(), new: new.into() });
    }
}

/// What has changed about a subject.
pub(super) fn changes(
    old: &DocumentView<'_>,
    new: &DocumentView<'_>,
    subject: &DiffSubject,
    budget: &mut DriftBudget,
) -> Vec<PolicyChange> {
    let mut list = ChangeList { changes: Vec::new() };
    match subject {
        DiffSubject::AllCalls => {
            caps(&mut list, (old, &old.document.all_limits), (new, &new.document.all_limits));
        }
        DiffSubject::OtherTools => {
            if old.document.default != new.document.default {
                let word = |view: &DocumentView<'_>| Some(view.document.default.name().to_owned());
                list.add(ChangeKind::Default, word(old), word(new));
            }
            visibility(&mut list, old.hides_others(), new.hides_others());
        }
        DiffSubject::Tool(name) => {
            visibility(&mut list, old.hides(name), new.hides(name));
            of_tool(&mut list, (old, old.entry(name)), (new, new.entry(name)));
            drift::changes(&mut list, old, new, name, budget);
        }
    }
    list.changes.sort_by_key(|change| change.kind);
    list.changes
}

fn visibility(list: &mut ChangeList, was_hidden: bool, is_hidden: bool) {
    match (was_hidden, is_hidden) {
        (false, true) => list.add(ChangeKind::Hidden, None, Some("hide".to_owned())),
        (true, false) => list.add(ChangeKind::Shown, Some("hide".to_owned()), None),
        _ => {}
    }
}

fn of_tool(
    list: &mut ChangeList,
    (old, before): (&DocumentView<'_>, ToolState<'_>),
    (new, after): (&DocumentView<'_>, ToolState<'_>),
) {
    match (before, after) {
        (ToolState::Closed, ToolState::Closed) => {}
        (ToolState::Closed, after) => list.add(ChangeKind::Granted, None, Some(outcome(after))),
        (before, ToolState::Closed) => list.add(ChangeKind::Revoked, Some(outcome(before)), None),
        (ToolState::Ruled(before), ToolState::Ruled(after)) => {
            caps(list, (old, &before.limits), (new, &after.limits));
            guards(list, before, after);
        }
    }
}

/// The caps of each window, and the counters under which they count.
fn caps(
    list: &mut ChangeList,
    (old, before): (&DocumentView<'_>, &[Limit]),
    (new, after): (&DocumentView<'_>, &[Limit]),
) {
    let (before, after) = (tightest(before), tightest(after));
    for window in Window::ALL {
        let [before, after] = [&before, &after]
            .map(|limits| limits.iter().copied().find(|limit| limit.rate.window() == window));
        let rate = |limit: Option<&Limit>| limit.map(|limit| rates([limit.rate]));
        let calls = |limit: &Limit| limit.rate.calls();
        let kind = match (before, after) {
            (None, None) => continue,
            (None, Some(_)) => Some(ChangeKind::CapAdded),
            (Some(_), None) => Some(ChangeKind::CapRemoved),
            (Some(before), Some(after)) if calls(before) < calls(after) => {
                Some(ChangeKind::CapRaised)
            }
            (Some(before), Some(after)) if calls(before) > calls(after) => {
                Some(ChangeKind::CapLowered)
            }
            _ => None,
        };
        if let Some(kind) = kind {
            list.add(kind, rate(before), rate(after));
        }
        if let (Some(before), Some(after)) = (before, after) {
            counters(list, (old, before), (new, after));
        }
    }
}

fn counters(
    list: &mut ChangeList,
    (old, before): (&DocumentView<'_>, &Limit),
    (new, after): (&DocumentView<'_>, &Limit),
) {
    let (was, is): (CounterUse, CounterUse) = (old.users(before), new.users(after));
    let kind = if was.tools < is.tools {
        ChangeKind::CounterJoined
    } else if was.tools > is.tools {
        ChangeKind::CounterSplit
    } else if was.tools > 1 && was != is {
        // As many others, but not the same.
        list.add(ChangeKind::CounterSplit, Some(before.counter.clone()), None);
        list.add(ChangeKind::CounterJoined, None, Some(after.counter.clone()));
        return;
    } else if before.counter != after.counter {
        ChangeKind::CounterRenamed
    } else {
        return;
    };
    list.add(kind, Some(before.counter.clone()), Some(after.counter.clone()));
}

/// The guards of a rule by their texts, each with the messages that the agent reads.
type Guards<'d> = BTreeMap<(bool, String), Vec<Option<&'d str>>>;

fn guards(list: &mut ChangeList, before: &ToolRule, after: &ToolRule) {
    if before.require == after.require && before.deny_if == after.deny_if {
        return;
    }
    let (before, mut after) = (guards_of(before), guards_of(after));
    for ((approves, text), messages) in before {
        let dropped = if approves { ChangeKind::ApprovalDropped } else { ChangeKind::GuardDropped };
        match after.remove(&(approves, text.clone())) {
            None => list.add(dropped, Some(text), None),
            Some(others) if others == messages => {}
            Some(others) => {
                let shown = |messages: &[Option<&str>]| {
                    messages.iter().flatten().next().map(|message| (*message).to_owned())
                };
                list.add(ChangeKind::MessageChanged, shown(&messages), shown(&others));
            }
        }
    }
    for ((approves, text), _) in after {
        let added = if approves { ChangeKind::ApprovalAdded } else { ChangeKind::GuardAdded };
        list.add(added, None, Some(text));
    }
}

fn guards_of(rule: &ToolRule) -> Guards<'_> {
    let mut guards = Guards::new();
    let mut add = |predicate: &'_ Predicate, message, is_required| {
        let key = (predicate.approves(), guard(predicate, is_required));
        guards.entry(key).or_default().push(message);
    };
    for predicate in &rule.require {
        add(predicate, predicate.on_deny.as_deref(), true);
    }
    for predicate in &rule.deny_if {
        add(predicate, predicate.on_deny.as_deref(), false);
    }
    guards
}
