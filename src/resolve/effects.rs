//! What the rules come to together: which caps are in force, and which rules do nothing.

use indexmap::IndexMap;

use super::Resolver;
use super::errors::effects as errors;
use crate::diagnostic::Diagnostic;
use crate::policy::{self, Action, Blocks, Policy, Posture, Purpose, Rule, Target, ToolId};
use crate::source::Span;

impl Resolver<'_> {
    /// Computes the caps in force and says which rules have no effect.
    pub(super) fn effects(&mut self) {
        self.policy.settle_all();
        let order = std::mem::take(&mut self.policy.order);
        let mut redundant = Redundant::new();
        for tool in &order {
            self.tool_caps(*tool, &mut redundant);
        }
        self.report_redundant(redundant);
        self.policy.order = order;
        self.counters();
        let inert = !self.has_errors() && self.policy.posture == Posture::Deny;
        let mut found = Vec::new();
        let grants = Grants::of(&self.policy);
        for rule in &self.policy.rules {
            match rule.action {
                Action::Hide => found.extend(self.hidden_allows(rule, &grants)),
                _ if inert => found.extend(self.inert(rule)),
                _ => {}
            }
        }
        self.diagnostics.extend(found);
    }

    /// Computes the caps of one tool that are in force, and notes those that are not written.
    fn tool_caps(&mut self, id: ToolId, redundant: &mut Redundant) {
        for policy::Redundant { span, lower } in self.policy.settle(id) {
            let (_, tools) =
                redundant.entry((span, lower.span)).or_insert((lower.rate.calls(), Vec::new()));
            tools.push(id);
        }
    }

    fn report_redundant(&mut self, redundant: Redundant) {
        for ((span, lower), (max, tools)) in redundant {
            let names: Vec<&str> = tools.iter().map(|tool| self.policy.tools.name(*tool)).collect();
            let problem = errors::redundant_cap(span, &names, lower, max);
            self.report(problem);
        }
    }

    /// A rule about tools that nothing grants. Of a glob or set only one that grants nothing at all is reported.
    fn inert(&self, rule: &Rule) -> Option<Diagnostic> {
        let word = match &rule.action {
            Action::Rate(_) => "rate",
            Action::Budget(_) => "budget",
            Action::Guard(guard) => match (&guard.blocks, guard.purpose) {
                (Blocks::Always, _) => return None,
                (_, Purpose::Require) => "require",
                (_, Purpose::Deny) => "deny",
                (_, Purpose::Approve) => "approve",
            },
            Action::Allow(_) | Action::Hide => return None,
        };
        let targets = rule.subjects.targets();
        let granted = |target: &Target| {
            self.policy.tools.get(target.tool).is_some_and(|tool| tool.standing.granted)
        };
        let any = targets.iter().any(granted);
        let inert: Vec<&Target> =
            targets.iter().filter(|target| !granted(target) && (target.exact || !any)).collect();
        let first = inert.first()?;
        let span = if any { first.selector } else { rule.span };
        let names: Vec<&str> =
            inert.iter().map(|target| self.policy.tools.name(target.tool)).collect();
        Some(errors::inert(span, word, &names))
    }

    /// A `hide` of tools that an `allow` grants: by name a warning, through a glob or set worth a word.
    fn hidden_allows(&self, rule: &Rule, grants: &Grants) -> Vec<Diagnostic> {
        let (mut exact, mut loose) = (Vec::new(), Vec::new());
        let (mut allow, mut hide, mut loose_hide) = (None, None, None);
        for target in rule.subjects.targets() {
            let name = self.policy.tools.name(target.tool);
            match grants.of_tool(target.tool) {
                Grant::None => {}
                Grant::ByName(selector) => {
                    allow = allow.or(Some(selector));
                    hide = hide.or(Some(target.selector));
                    exact.push(name);
                }
                Grant::ThroughSet => {
                    loose_hide = loose_hide.or(Some(target.selector));
                    loose.push(name);
                }
            }
        }
        let mut problems: Vec<Diagnostic> = Vec::new();
        problems.extend(hide.map(|span| errors::hidden_allow(span, &exact, allow)));
        problems.extend(loose_hide.map(|span| errors::hidden_allow(span, &loose, None)));
        problems
    }
}

/// How the tools are granted, looked up once for all that hides them.
struct Grants(Vec<Grant>);

#[derive(Clone, Copy)]
enum Grant {
    None,
    /// Only through globs and sets.
    ThroughSet,
    /// By this name, the first of several.
    ByName(Span),
}

impl Grants {
    fn of(policy: &Policy) -> Self {
        if !policy.rules.iter().any(|rule| matches!(rule.action, Action::Hide)) {
            return Self(Vec::new());
        }
        let mut grants = vec![Grant::None; policy.tools.len()];
        let allows = policy.rules.iter().filter(|rule| matches!(rule.action, Action::Allow(_)));
        for target in allows.flat_map(|rule| rule.subjects.targets()) {
            match grants.get_mut(target.tool.0 as usize) {
                Some(grant) if target.exact && !matches!(grant, Grant::ByName(_)) => {
                    *grant = Grant::ByName(target.selector);
                }
                Some(grant @ Grant::None) => *grant = Grant::ThroughSet,
                _ => {}
            }
        }
        Self(grants)
    }

    fn of_tool(&self, tool: ToolId) -> Grant {
        self.0.get(tool.0 as usize).copied().unwrap_or(Grant::None)
    }
}

/// Caps that are not written, each with the lower one: that one's calls, and the tools.
type Redundant = IndexMap<(Span, Span), (u64, Vec<ToolId>)>;
