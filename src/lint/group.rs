//! Tools that share a finding, because one statement opens the door to all of them.

use indexmap::IndexMap;

use super::Context;
use crate::policy::{Rule, RuleId, Target, ToolId};
use crate::source::Span;

/// Tools that one rule makes callable.
pub struct Group<'c> {
    /// The rule that a finding points at: the `allow` that grants them, or under `default allow` a rule that mentions them.
    pub rule: &'c Rule,
    /// The tools, as targets of that rule, in its order.
    pub targets: Vec<Target>,
}

impl Group<'_> {
    /// The tools.
    pub fn tools(&self) -> Vec<ToolId> {
        self.targets.iter().map(|target| target.tool).collect()
    }

    /// Their names, not cleaned.
    pub fn names<'c>(&self, context: &Context<'c>) -> Vec<&'c str> {
        self.targets.iter().map(|target| context.name(target.tool)).collect()
    }

    /// The selectors that lead to the tools, from the first to the last; in a block, whose selectors stand at its head, the
    /// rule.
    pub fn span(&self) -> Span {
        let spans = self.targets.iter().map(|target| target.selector);
        spans.reduce(Span::to).filter(|_| !self.is_in_block()).unwrap_or(self.rule.span)
    }

    /// Whether the rule leaves its selectors to the block in which it stands.
    pub fn is_in_block(&self) -> bool {
        let rule = self.rule.span;
        let stands_before =
            |selector: Span| selector.file != rule.file || selector.start < rule.start;
        self.targets.iter().any(|target| stands_before(target.selector))
    }

    /// Whether these are all the tools of the rule.
    pub fn is_whole(&self) -> bool {
        self.targets.len() == self.rule.subjects.targets().len()
    }
}

/// The callable tools for which `is_open` holds, by the rule that makes them callable. Those that no rule mentions, which are
/// callable by default, are left out.
pub fn by_grant<'c>(context: &Context<'c>, is_open: impl Fn(ToolId) -> bool) -> Vec<Group<'c>> {
    let mut groups: IndexMap<RuleId, Group<'c>> = IndexMap::new();
    for tool in context.open_tools().filter(|tool| is_open(*tool)) {
        let mention = context.grant(tool).or_else(|| context.policy.rules_of(tool).last());
        if let Some((id, rule, target)) = mention {
            groups
                .entry(id)
                .or_insert_with(|| Group { rule, targets: Vec::new() })
                .targets
                .push(target);
        }
    }
    for group in groups.values_mut() {
        group.targets.sort_by_key(|target| (target.selector, target.tool));
    }
    groups.into_values().collect()
}
