//! How a policy grows rule by rule, and which of its caps are in force in the end.

use super::{
    Action, Blocks, Cap, Caps, Counter, Hidden, Mention, Policy, Rule, RuleId, Subjects, ToolId,
    Window,
};
use crate::source::Span;

/// A cap that is not in force, because another one on the same window is lower.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redundant {
    /// The rate's characters.
    pub span: Span,
    /// The lower cap.
    pub lower: Cap,
}

impl Policy {
    /// Takes a rule in behind those that are there, and notes of each tool that it is about what it comes to. The caps in
    /// force are computed when all rules are there: see [`Policy::settle`] and [`Policy::settle_all`].
    ///
    /// No tool stands twice among the subjects; whoever makes them sees to it.
    pub fn enter(&mut self, span: Span, subjects: Subjects, action: Action) {
        let id = RuleId(u32::try_from(self.rules.len()).unwrap_or(u32::MAX));
        for (number, target) in (0u32..).zip(subjects.targets()) {
            let Some(tool) = self.tools.get_mut(target.tool) else { continue };
            if tool.mentions.is_empty() {
                self.order.push(target.tool);
            }
            tool.mentions.push(Mention { rule: id, target: number });
            match &action {
                Action::Allow(_) => tool.standing.granted = true,
                Action::Hide if !std::mem::replace(&mut tool.standing.hidden, true) => {
                    self.hidden.push(Hidden::Tool(target.tool));
                }
                Action::Guard(guard) if matches!(guard.blocks, Blocks::Always) => {
                    tool.standing.blocked = true;
                }
                _ => {}
            }
        }
        let hides_all = matches!((&action, &subjects), (Action::Hide, Subjects::All));
        if hides_all && !std::mem::replace(&mut self.all_hidden, true) {
            self.hidden.push(Hidden::All);
        }
        self.rules.push(Rule { span, subjects, action });
    }

    /// Whether every tool is hidden, known or not.
    pub fn hides_all(&self) -> bool {
        self.all_hidden
    }

    /// Computes the caps over all calls together that are in force.
    pub fn settle_all(&mut self) {
        let mut force = Force::default();
        for rule in &self.rules {
            if let (Subjects::All, Action::Rate(caps)) = (&rule.subjects, &rule.action) {
                force.add(caps, false);
            }
        }
        self.all_caps = force.caps;
    }

    /// Computes the caps of one tool that are in force. Gives out those of rules that name it exactly and are not.
    pub fn settle(&mut self, id: ToolId) -> Vec<Redundant> {
        let mut force = Force::default();
        for (_, rule, target) in self.rules_of(id) {
            if let Some(caps) = rule.caps() {
                force.add(caps, target.exact);
            }
        }
        if let Some(tool) = self.tools.get_mut(id) {
            tool.caps = force.caps;
        }
        force.redundant
    }
}

/// The caps in force on one tool, or over all calls: of unnamed ones on one window the lowest.
#[derive(Default)]
struct Force {
    caps: Caps,
    /// For each window, the place of its unnamed cap, and whether that stands in a rule that names the tool exactly.
    unnamed: [Option<(usize, bool)>; Window::ALL.len()],
    /// Caps of rules that name the tool exactly and are not written.
    redundant: Vec<Redundant>,
}

impl Force {
    fn add(&mut self, caps: &[Cap], exact: bool) {
        for cap in caps {
            let slot = self.unnamed.get_mut(cap.rate.window() as usize);
            let Some(slot) = slot.filter(|_| cap.counter == Counter::Generated) else {
                self.caps.push(cap.clone());
                continue;
            };
            let Some((at, other_exact)) = *slot else {
                *slot = Some((self.caps.len(), exact));
                self.caps.push(cap.clone());
                continue;
            };
            let Some(other) = self.caps.get_mut(at) else { continue };
            if cap.rate.calls() > other.rate.calls() && exact {
                self.redundant.push(Redundant { span: cap.span, lower: other.clone() });
            } else if cap.rate.calls() < other.rate.calls() {
                if other_exact {
                    self.redundant.push(Redundant { span: other.span, lower: cap.clone() });
                }
                *other = cap.clone();
                *slot = Some((at, exact));
            }
        }
    }
}
