//! A document by tools.

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;

use smallvec::SmallVec;

use super::{DiffSide, DiffSubject};
use crate::manifest::Tool;
use crate::policy::{Posture, Window};
use crate::policy_json::{Document, Limit, ToolRule};
use crate::risk::Class;

/// The rule of a tool that is allowed without being listed.
static NO_RULE: ToolRule =
    ToolRule { require: Vec::new(), deny_if: Vec::new(), limits: Vec::new() };

/// A document with an index of its hidden tools and its counters.
pub(super) struct DocumentView<'d> {
    pub(super) document: &'d Document,
    side: DiffSide<'d>,
    /// The limits over all calls that matter.
    pub(super) all: Tightest<'d>,
    hidden: HashSet<&'d str>,
    /// The tools that name each counter.
    counters: HashMap<&'d str, CounterUse>,
}

/// The tools that name a counter, the calls of all tools among them. Two uses are equal if they are of the same tools.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct CounterUse {
    /// How many tools.
    pub(super) tools: usize,
    /// The sum of the hashes of their names.
    hash: u64,
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
    pub(super) fn new(side: DiffSide<'d>) -> Self {
        let document = side.document;
        let hidden = document.hide.iter().map(String::as_str).collect();
        let all = tightest(&document.all_limits);
        Self { document, side, all, hidden, counters: counters(document) }
    }

    /// The names of the server's tools.
    pub(super) fn declared_names(&self) -> impl Iterator<Item = &'d str> {
        let tools = self.side.manifest.map_or(&[][..], |manifest| manifest.tools());
        tools.iter().map(|tool| &*tool.name)
    }

    pub(super) fn has_manifest(&self) -> bool {
        self.side.manifest.is_some()
    }

    /// What the server declares of a tool.
    pub(super) fn declared(&self, name: &str) -> Option<&'d Tool> {
        let manifest = self.side.manifest?;
        manifest.tools().get(manifest.find(name)?)
    }

    pub(super) fn is_declared(&self, name: &str) -> bool {
        self.declared(name).is_some()
    }

    pub(super) fn class(&self, name: &str) -> Option<Class> {
        (self.side.class?)(name)
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
        if self.hides(name) { ToolState::Closed } else { self.entry(name) }
    }

    /// What would decide the calls of a tool if it were not hidden.
    pub(super) fn entry(&self, name: &str) -> ToolState<'d> {
        match self.document.tools.get(name) {
            Some(rule) => ToolState::Ruled(rule),
            None if self.document.default == Posture::Allow => ToolState::Ruled(&NO_RULE),
            None => ToolState::Closed,
        }
    }

    pub(super) fn hides(&self, name: &str) -> bool {
        self.hides_others() || self.hidden.contains(name)
    }

    pub(super) fn is_hidden(&self, subject: &DiffSubject) -> bool {
        match subject {
            DiffSubject::Tool(name) => self.hides(name),
            DiffSubject::OtherTools | DiffSubject::AllCalls => self.hides_others(),
        }
    }

    /// Whether every tool is hidden.
    pub(super) fn hides_others(&self) -> bool {
        self.hidden.contains("*")
    }

    /// The state of a tool that the document does not name.
    pub(super) fn others(&self) -> ToolState<'d> {
        match self.document.default {
            Posture::Allow if !self.hides_others() => ToolState::Ruled(&NO_RULE),
            Posture::Allow | Posture::Deny => ToolState::Closed,
        }
    }

    /// Whether several tools name the counter of a limit.
    pub(super) fn is_shared(&self, limit: &Limit) -> bool {
        self.users(limit).tools > 1
    }

    /// The tools that name the counter of a limit.
    pub(super) fn users(&self, limit: &Limit) -> CounterUse {
        self.counters.get(&*limit.counter).copied().unwrap_or_default()
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

/// For each window the limit that lets the fewest calls through.
pub(super) type Tightest<'d> = SmallVec<[&'d Limit; 3]>;

/// The limits that matter: of those for one window, the others stop no call that one does not.
pub(super) fn tightest(limits: &[Limit]) -> Tightest<'_> {
    let of = |window| {
        let own = limits.iter().filter(move |limit| limit.rate.window() == window);
        own.min_by_key(|limit| limit.rate.calls())
    };
    Window::ALL.into_iter().filter_map(of).collect()
}

fn counters(document: &Document) -> HashMap<&str, CounterUse> {
    let mut users: HashMap<&str, CounterUse> = HashMap::new();
    let of_tools = document.tools.iter().map(|(name, rule)| (name.as_str(), &rule.limits));
    // No tool has the empty name.
    for (name, limits) in of_tools.chain([("", &document.all_limits)]) {
        let hash = fnv::FnvBuildHasher::default().hash_one(name);
        let own: HashSet<&str> = limits.iter().map(|limit| &*limit.counter).collect();
        for counter in own {
            let user = users.entry(counter).or_default();
            user.tools += 1;
            user.hash = user.hash.wrapping_add(hash);
        }
    }
    users
}
