//! What a policy does with the calls of a tool before any argument is looked at.

use super::{
    Action, Blocks, Cap, Caps, Guard, Policy, Posture, Purpose, Rule, RuleId, Target, ToolId,
};

/// What happens to the calls of a tool, in the order of the decision: what comes first wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Access {
    /// It is not even listed.
    Hidden,
    /// Nothing grants it, and the policy denies what nothing grants.
    NotGranted,
    /// A `deny` without condition blocks every call.
    Denied,
    /// An `approve` without condition: a person must approve every call.
    Approved,
    /// Calls get through, perhaps under conditions and caps.
    Open,
}

impl Policy {
    /// What happens to the calls of each tool, by its number.
    pub fn access(&self) -> Vec<Access> {
        let all_hidden = self.hides_all();
        self.tools
            .iter()
            .map(|(id, tool)| match tool.standing {
                standing if standing.hidden || all_hidden => Access::Hidden,
                standing if !standing.granted && self.posture == Posture::Deny => {
                    Access::NotGranted
                }
                standing if standing.blocked => self.blocked(id),
                _ => Access::Open,
            })
            .collect()
    }

    /// Whether it is a `deny` or only an `approve` that blocks every call.
    fn blocked(&self, tool: ToolId) -> Access {
        let denied = self.guards(tool).any(|(_, guard)| {
            matches!(guard.blocks, Blocks::Always) && guard.purpose != Purpose::Approve
        });
        if denied { Access::Denied } else { Access::Approved }
    }

    /// The rules that guard a tool, with their guards, in the order of the text.
    pub fn guards(&self, tool: ToolId) -> impl Iterator<Item = (&Rule, &Guard)> {
        self.rules_of(tool).filter_map(|(_, rule, _)| match &rule.action {
            Action::Guard(guard) => Some((rule, guard.as_ref())),
            _ => None,
        })
    }

    /// The rules that grant a tool, with its place in each, in the order of the text.
    pub fn grants(&self, tool: ToolId) -> impl Iterator<Item = (RuleId, &Rule, Target)> {
        self.rules_of(tool).filter(|(_, rule, _)| matches!(rule.action, Action::Allow(_)))
    }

    /// The caps on a tool that are in force: its own, then those over all calls together.
    pub fn caps(&self, tool: ToolId) -> impl Iterator<Item = &Cap> {
        let own = self.tools.get(tool).map_or(&[][..], |tool| &tool.caps);
        own.iter().chain(&self.all_caps)
    }
}

impl Rule {
    /// The caps of an `allow` or a `rate`; none for other rules.
    pub fn caps(&self) -> Option<&Caps> {
        match &self.action {
            Action::Allow(caps) | Action::Rate(caps) => Some(caps),
            _ => None,
        }
    }
}
