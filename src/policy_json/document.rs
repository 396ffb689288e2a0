//! The content of a valid policy.json.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::policy::{Posture, Rate, Test, wording};

/// A valid policy.json. Two documents are equal when they say the same: the order of keys does not count, the
/// order of lists does.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// `default`
    pub default: Posture,
    /// `hide`: tool names, or `*` for every tool; no entry stands twice.
    pub hide: Vec<String>,
    /// `all_tools.limits`
    pub all_limits: Vec<Limit>,
    /// `tools`
    pub tools: IndexMap<String, ToolRule, foldhash::quality::RandomState>,
}

/// The rule of one tool; the empty one grants it.
///
/// Predicates are shared, because one guard may be about every tool of a server.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ToolRule {
    /// `require`: each must hold, else the call is denied. None is without conditions.
    pub require: Vec<Arc<Predicate>>,
    /// `deny_if`: each that holds denies the call. One without conditions always denies.
    pub deny_if: Vec<Arc<Predicate>>,
    /// `limits`
    pub limits: Vec<Limit>,
}

impl ToolRule {
    /// Whether the entry only says that every call is blocked, and why. Where the policy denies what it does not list,
    /// such an entry stands for the sake of its message, and grants nothing.
    pub fn only_blocks(&self) -> bool {
        let blocks = |predicate: &Arc<Predicate>| predicate.conditions.is_empty();
        self.require.is_empty()
            && self.limits.is_empty()
            && !self.deny_if.is_empty()
            && self.deny_if.iter().all(blocks)
    }
}

/// Conditions joined by *and*, and what the agent reads when the predicate denies.
#[derive(Clone, Debug, PartialEq)]
pub struct Predicate {
    /// The tests.
    pub conditions: Vec<Arc<Test>>,
    /// `on_deny`; a compiled policy always has it.
    pub on_deny: Option<Arc<str>>,
}

impl Predicate {
    /// Whether it asks for approval: its message says so, and nothing else in the format does.
    pub fn approves(&self) -> bool {
        self.on_deny.as_deref().is_some_and(wording::is_approval)
    }
}

/// A quota: `max` calls per `window`, counted under `counter`, in the scope of the grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The counter's name; unique within a tool.
    pub counter: String,
    /// `max` calls per `window`.
    pub rate: Rate,
}
