//! Rule by rule: the tools, the caps and the guard of each.

use std::sync::Arc;

use super::Resolver;
use super::errors;
use super::files::Files;
use super::selectors::Use;
use crate::lower::compared;
use crate::manifest::Tool;
use crate::policy::{
    Action, Blocks, Budget, Cap, Caps, Compared, Condition, Counter, Guard, Purpose, Subjects,
    Target, ToolId, wording,
};
use crate::source::Span;
use crate::syntax::tree::{self, GuardMode, StatementKind};
use crate::syntax::{decode_string, one_line};

impl Resolver<'_> {
    /// Takes every rule in, in the order of the text.
    pub(super) fn rules(&mut self, files: &Files) {
        for statement in files.statements() {
            match &statement.kind {
                StatementKind::Rule(subjects, rule) => {
                    let subjects = match subjects {
                        tree::Subjects::All(_) => Subjects::All,
                        tree::Subjects::Tools(selectors) => {
                            let purpose = purpose([rule]);
                            Subjects::Tools(self.select(selectors, purpose).into())
                        }
                    };
                    let subjects = self.within_budget(statement.span, &subjects, rule, false);
                    self.rule(statement.span, &subjects, rule);
                }
                StatementKind::Block(block) => {
                    let targets = match &block.selectors {
                        Some(selectors) => {
                            let purpose = purpose(block.rules.iter().map(|(_, rule)| rule));
                            self.select(selectors, purpose)
                        }
                        None => Vec::new(),
                    };
                    let subjects = Subjects::Tools(targets.into());
                    for (number, (span, rule)) in block.rules.iter().enumerate() {
                        let subjects = self.within_budget(*span, &subjects, rule, number > 0);
                        self.rule(*span, &subjects, rule);
                    }
                }
                _ => {}
            }
        }
    }

    /// What a rule is about, or nothing when that is more than a policy may mention. Every cap and every test is a mention
    /// of each tool; `again` says that the tools have been mentioned before, by another rule of the block.
    fn within_budget(
        &mut self,
        span: Span,
        subjects: &Subjects,
        rule: &tree::Rule,
        again: bool,
    ) -> Subjects {
        let mentions = weight(rule).max(1) - usize::from(!again);
        let mentions = mentions.saturating_mul(subjects.targets().len());
        if mentions > 0 {
            self.spend(span, mentions);
            if self.mentions_left == 0 {
                return Subjects::Tools(Arc::new([]));
            }
        }
        subjects.clone()
    }

    fn rule(&mut self, span: Span, subjects: &Subjects, rule: &tree::Rule) {
        let action = match rule {
            tree::Rule::Allow(caps) => Action::Allow(self.caps(caps)),
            tree::Rule::Rate(caps) => Action::Rate(self.caps(caps)),
            tree::Rule::Require(guard) => {
                self.guard(Purpose::Require, span, guard, subjects.targets())
            }
            tree::Rule::Approve(guard) => {
                self.guard(Purpose::Approve, span, guard, subjects.targets())
            }
            tree::Rule::Deny(guard) => self.guard(Purpose::Deny, span, guard, subjects.targets()),
            tree::Rule::Hide => Action::Hide,
            tree::Rule::Budget(budget) => self.budget(budget, subjects.targets()),
        };
        self.policy.enter(span, subjects.clone(), action);
    }

    fn caps(&mut self, caps: &tree::Caps) -> Caps {
        if let Some(counter) = caps.counter.filter(|_| caps.rates.is_empty()) {
            let (tree::Counter::Template(span) | tree::Counter::Literal(tree::Text { span })) =
                counter;
            self.report(errors::effects::counter_without_rate(span));
        }
        let counter = self.counter(caps.counter);
        caps.rates.iter().map(|calls| cap(calls, &counter)).collect()
    }

    fn counter(&self, counter: Option<tree::Counter>) -> Counter {
        match counter {
            None => Counter::Generated,
            Some(tree::Counter::Template(span)) => {
                Counter::Template(self.sources.slice(span).into())
            }
            Some(tree::Counter::Literal(text)) => Counter::Literal(self.text(text)),
        }
    }

    fn text(&self, text: tree::Text) -> Arc<str> {
        decode_string(self.sources.slice(text.span)).into()
    }

    fn guard(
        &mut self,
        purpose: Purpose,
        span: Span,
        guard: &tree::Guard,
        targets: &[Target],
    ) -> Action {
        let because = guard.because.map(|text| self.text(text));
        if let (Some(text), Some(reason)) = (guard.because, &because)
            && purpose != Purpose::Approve
            && wording::is_approval(reason)
        {
            let word = if purpose == Purpose::Deny { "deny" } else { "require" };
            self.report(errors::effects::reads_as_approval(text.span, word));
        }
        let mut wording = String::new();
        let condition = guard.condition.as_ref().map(|condition| {
            if because.is_none() {
                wording = one_line(condition, self.sources.text(span.file));
            }
            self.condition(condition, targets)
        });
        if let Some(condition) = &condition {
            self.check_presence(condition, targets);
        }
        let compared =
            condition.as_ref().map_or_else(Vec::new, |condition| self.compared(condition, targets));
        let blocks = match (condition, guard.mode) {
            (None, _) | (_, GuardMode::Always) => Blocks::Always,
            (Some(condition), GuardMode::When) => Blocks::When(condition),
            (Some(condition), GuardMode::Unless) => Blocks::Unless(condition),
        };
        Action::Guard(Box::new(Guard { purpose, blocks, because, wording, compared }))
    }

    /// What the manifest says of the arguments that a condition compares with numbers.
    pub(super) fn compared(&self, condition: &Condition, targets: &[Target]) -> Vec<Compared> {
        let tools: Vec<ToolId> = targets.iter().map(|target| target.tool).collect();
        let tests = condition.tests();
        let Some(manifest) = &self.manifest else { return compared(tests, &tools, None) };
        let declared = |tool: ToolId| -> Option<&Tool> { manifest.tools().get(tool.0 as usize) };
        compared(tests, &tools, Some(&declared))
    }

    fn budget(&mut self, budget: &tree::Budget, targets: &[Target]) -> Action {
        let path = self.checked_path(&budget.path, targets);
        let cap = cap(&budget.limit, &self.counter(budget.counter));
        Action::Budget(Box::new(Budget { path, cap }))
    }
}

/// How many caps or tests a rule has.
fn weight(rule: &tree::Rule) -> usize {
    match rule {
        tree::Rule::Allow(caps) | tree::Rule::Rate(caps) => caps.rates.len(),
        tree::Rule::Require(guard) | tree::Rule::Approve(guard) | tree::Rule::Deny(guard) => {
            guard.condition.as_ref().map_or(0, tests)
        }
        tree::Rule::Hide | tree::Rule::Budget(_) => 1,
    }
}

fn tests(condition: &tree::Condition) -> usize {
    match condition {
        tree::Condition::Any(parts) | tree::Condition::All(parts) => parts.iter().map(tests).sum(),
        tree::Condition::Not(_, inner) | tree::Condition::Parentheses(inner) => tests(inner),
        tree::Condition::Test(_) => 1,
    }
}

/// What the tools of these rules are selected for.
fn purpose<'r>(rules: impl IntoIterator<Item = &'r tree::Rule>) -> Use {
    let grants = rules.into_iter().any(|rule| matches!(rule, tree::Rule::Allow(_)));
    if grants { Use::Grant } else { Use::Rule }
}

fn cap(calls: &tree::Calls, counter: &Counter) -> Cap {
    Cap { span: calls.span, rate: calls.rate, counter: counter.clone() }
}
