//! Which statements of a policy its tests decide with.

use std::collections::{BTreeMap, BTreeSet};

use super::decider::Decider;
use crate::decide::{Call, Cause, Decision, TestObserver, ToolOutlook};
use crate::policy::{Action, Blocks, RuleId, Subjects};
use crate::source::Span;

/// What the tests of a policy reach.
#[derive(Debug)]
pub struct Coverage {
    /// The statements that can decide a call, in the order of the text.
    pub statements: Vec<StatementCoverage>,
    /// The statements that cannot decide any call.
    pub unable: Vec<Span>,
    /// The tools that no test calls.
    pub uncalled: Vec<String>,
}

/// What the tests reach of a statement.
#[derive(Clone, Debug)]
pub struct StatementCoverage {
    /// The statement.
    pub span: Span,
    /// How many times it decided. Equal calls of one step count once.
    pub decisions: usize,
    /// For a guard with a condition, whether it both blocked a call and let one pass.
    pub both_ways: Option<bool>,
    /// Its caps, each with whether one was used up.
    pub caps: Vec<(Span, bool)>,
    /// Whether it is a `rate`, which decides when one of its caps is used up.
    pub only_caps: bool,
}

/// Watches tests run.
#[derive(Debug)]
pub struct CoverageObserver<'d> {
    decider: &'d Decider,
    decided: BTreeMap<Option<RuleId>, usize>,
    passed: BTreeSet<RuleId>,
    reached: BTreeSet<Span>,
    called: BTreeSet<String>,
}

impl TestObserver for CoverageObserver<'_> {
    fn decided(&mut self, call: &Call<'_>, decision: &Decision) {
        let decider = self.decider;
        let rule = decider.rule(call.tool, &decision.cause);
        *self.decided.entry(rule).or_default() += 1;
        self.reached.extend(decider.cap(call.tool, &decision.cause));
        self.called.insert(call.tool.to_owned());
        let (mut blocked, mut passed) = (BTreeSet::new(), BTreeSet::new());
        for (place, blocks) in decider.engine.asked(call) {
            if let Some(rule) = decider.rule(call.tool, &Cause::Predicate(place)) {
                let side = if blocks { &mut blocked } else { &mut passed };
                side.insert(rule);
            }
        }
        self.passed.extend(passed.difference(&blocked));
    }
}

impl<'d> CoverageObserver<'d> {
    /// Nothing has run yet.
    pub fn new(decider: &'d Decider) -> Self {
        Self {
            decider,
            decided: BTreeMap::new(),
            passed: BTreeSet::new(),
            reached: BTreeSet::new(),
            called: BTreeSet::new(),
        }
    }

    /// What the tests that have run reach.
    pub fn finish(self) -> Coverage {
        let mut coverage =
            Coverage { statements: Vec::new(), unable: Vec::new(), uncalled: Vec::new() };
        let policy = self.decider.policy();
        let able = self.able_rules();
        let in_force = self.caps_in_force();
        for (number, rule) in (0u32..).map(RuleId).zip(&policy.rules) {
            if !able.contains(&number) {
                coverage.unable.push(rule.span);
                continue;
            }
            let decisions = self.decided.get(&Some(number)).copied().unwrap_or(0);
            let is_conditional = matches!(
                &rule.action,
                Action::Guard(guard) if !matches!(guard.blocks, Blocks::Always)
            );
            let both_ways = is_conditional.then(|| decisions > 0 && self.passed.contains(&number));
            let caps = rule.caps().into_iter().flatten().map(|cap| cap.span);
            let caps = caps.filter(|cap| in_force.contains(cap));
            let caps: Vec<(Span, bool)> =
                caps.map(|cap| (cap, self.reached.contains(&cap))).collect();
            let only_caps = matches!(rule.action, Action::Rate(_));
            if only_caps && caps.is_empty() {
                coverage.unable.push(rule.span);
                continue;
            }
            let span = rule.span;
            let statement = StatementCoverage { span, decisions, both_ways, caps, only_caps };
            coverage.statements.push(statement);
        }
        if let Some(span) = self.decider.default_statement() {
            let decisions = self.decided.get(&None).copied().unwrap_or(0);
            let (both_ways, caps, only_caps) = (None, Vec::new(), false);
            let statement = StatementCoverage { span, decisions, both_ways, caps, only_caps };
            coverage.statements.push(statement);
        }
        coverage.statements.sort_by_key(|statement| statement.span);
        let uncalled = self.decider.tools().filter(|tool| !self.called.contains(*tool));
        coverage.uncalled = uncalled.map(str::to_owned).collect();
        coverage
    }

    fn caps_in_force(&self) -> BTreeSet<Span> {
        let policy = self.decider.policy();
        let own = policy.tools.iter().flat_map(|(_, tool)| &tool.caps);
        own.chain(&policy.all_caps).map(|cap| cap.span).collect()
    }

    /// The rules that decide some call.
    fn able_rules(&self) -> BTreeSet<RuleId> {
        let (decider, policy) = (self.decider, self.decider.policy());
        let mut able = BTreeSet::new();
        for (id, tool) in policy.tools.iter() {
            let overview = decider.engine.overview(&tool.name);
            let decides = decider.rule(&tool.name, &overview.cause);
            let is_open = match &overview.outlook {
                ToolOutlook::DependsOn(_) => true,
                ToolOutlook::Every(outcome) => *outcome == crate::decide::CallOutcome::Allow,
            };
            able.extend(decides);
            if !is_open {
                continue;
            }
            able.extend(decider.rule(&tool.name, &Cause::Entry));
            for (number, rule, _) in policy.rules_of(id) {
                if !matches!(rule.action, Action::Allow(_) | Action::Hide) || has_caps(rule) {
                    able.insert(number);
                }
            }
        }
        let all = (0u32..).map(RuleId).zip(&policy.rules);
        able.extend(
            all.filter(|(_, rule)| matches!(rule.subjects, Subjects::All))
                .map(|(number, _)| number),
        );
        able
    }
}

fn has_caps(rule: &crate::policy::Rule) -> bool {
    rule.caps().is_some_and(|caps| !caps.is_empty())
}

impl StatementCoverage {
    /// What can be reached, and how much of it was.
    fn points(&self) -> (usize, usize) {
        let caps = self.caps.iter().filter(|(_, reached)| *reached).count();
        let both = self.both_ways.map_or((0, 0), |both| (usize::from(both), 1));
        let decided = match self.only_caps {
            true => (0, 0),
            false => (usize::from(self.decisions > 0), 1),
        };
        (decided.0 + both.0 + caps, decided.1 + both.1 + self.caps.len())
    }

    /// Whether everything of it was reached.
    pub fn is_full(&self) -> bool {
        let (reached, all) = self.points();
        reached == all
    }
}

impl Coverage {
    /// How much of what can be reached was reached: a point for each statement that decided, each guard that went both ways, and
    /// each cap that was used up. In percent, rounded down.
    pub fn percent(&self) -> usize {
        let points = self.statements.iter().map(StatementCoverage::points);
        let (reached, all) =
            points.fold((0, 0), |(reached, all), (more, total)| (reached + more, all + total));
        (100 * reached).checked_div(all).unwrap_or(100)
    }
}
