//! A document by tools.

use std::collections::{HashMap, HashSet};

use super::DiffSubject;
use crate::policy::Posture;
use crate::policy_json::{Document, Limit, ToolRule};

/// The rule of a tool that is allowed without being listed.
static NO_RULE: ToolRule =
    ToolRule { require: Vec::new(), deny_if: Vec::new(), limits: Vec::new() };

/// A document with an index of its hidden tools and shared counters.
pub(super) struct DocumentView<'d> {
    pub(super) document: &'d Document,
    hidden: HashSet<&'d str>,
    /// The counters that several tools name.
    shared: HashSet<&'d str>,
}

/// The part of a document that decides the calls of one tool.
#[derive(Clone, Copy, Debug)]
pub(super) enum ToolState<'d> {
    /// No call gets through: the tool is hidden, or nothing grants it.
    Closed,
    /// The rule decides.
    Ruled(&'d ToolRule),
}

impl<'d> DocumentView<'d> {
    pub(super) fn new(document: &'d Document) -> Self {
        let hidden = document.hide.iter().map(String::as_str).collect();
        Self { document, hidden, shared: shared_counters(document) }
    }

    /// The tools that the document names.
    pub(super) fn names(&self) -> impl Iterator<Item = &'d str> {
        let hidden = self.document.hide.iter().map(String::as_str).filter(|name| *name != "*");
        hidden.chain(self.document.tools.keys().map(String::as_str))
    }

    pub(super) fn state(&self, subject: &DiffSubject) -> ToolState<'d> {
        match subject {
            DiffSubject::Tool(name) => self.tool(name),
            DiffSubject::OtherTools | DiffSubject::AllCalls => self.others(),
        }
    }

    pub(super) fn tool(&self, name: &str) -> ToolState<'d> {
        if self.hidden.contains("*") || self.hidden.contains(name) {
            return ToolState::Closed;
        }
        self.document.tools.get(name).map_or_else(|| self.others(), ToolState::Ruled)
    }

    /// The state of a tool that the document does not name.
    pub(super) fn others(&self) -> ToolState<'d> {
        match self.document.default {
            Posture::Allow if !self.hidden.contains("*") => ToolState::Ruled(&NO_RULE),
            Posture::Allow | Posture::Deny => ToolState::Closed,
        }
    }

    /// Whether several tools name the counter of a limit.
    pub(super) fn is_shared(&self, limit: &Limit) -> bool {
        self.shared.contains(&*limit.counter)
    }
}

impl<'d> ToolState<'d> {
    /// The tool's own limits.
    pub(super) fn limits(self) -> &'d [Limit] {
        match self {
            ToolState::Closed => &[],
            ToolState::Ruled(rule) => &rule.limits,
        }
    }
}

fn shared_counters(document: &Document) -> HashSet<&str> {
    let mut users: HashMap<&str, usize> = HashMap::new();
    let of_tools = document.tools.values().map(|rule| rule.limits.as_slice());
    for limits in of_tools.chain([document.all_limits.as_slice()]) {
        let own: HashSet<&str> = limits.iter().map(|limit| &*limit.counter).collect();
        own.into_iter().for_each(|counter| *users.entry(counter).or_default() += 1);
    }
    users.into_iter().filter(|(_, users)| *users > 1).map(|(counter, _)| counter).collect()
}
