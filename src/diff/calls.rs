//! Whether a call has a less strict verdict under one rule than under another.

use std::collections::HashSet;
use std::sync::Arc;

use super::{Standing, Widening};
use crate::policy::logic::{Answer, Fact, Logic, Undecided};
use crate::policy::wording::is_approval;
use crate::policy::{Literal, Test};
use crate::policy_json::{Predicate, ToolRule};

/// How many conjunctions are decided for one pair of rules.
const MAX_QUESTIONS: usize = 20_000;

/// What becomes of a call, caps aside, in the order of strictness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It gets through.
    Allow,
    /// A person must approve it.
    Approve,
    /// It is blocked.
    Deny,
    /// The tool is hidden.
    Hide,
}

/// A call whose verdict is less strict under `new`.
pub(super) fn widening(
    old: Standing<'_>,
    new: Standing<'_>,
    logic: &mut Logic<'_>,
) -> Option<Widening> {
    if old == new {
        return None;
    }
    let empty = ToolRule::default();
    let fixed = |verdict| Side { verdict: Some(verdict), rule: &empty };
    let side = |standing| match standing {
        Standing::Hidden => fixed(Verdict::Hide),
        Standing::NotGranted => fixed(Verdict::Deny),
        Standing::Ruled(rule) => Side { verdict: None, rule: rule.unwrap_or(&empty) },
    };
    let (old, new) = (side(old), side(new));
    let mut search = Search { logic, left: MAX_QUESTIONS };
    for level in [Verdict::Allow, Verdict::Approve, Verdict::Deny] {
        match search.crossing(&old, &new, level) {
            Ok(None) => {}
            Ok(Some(arguments)) => {
                let old = old.verdict_of(&arguments, search.logic);
                let new = new.verdict_of(&arguments, search.logic);
                return Some(Widening::Call { arguments, old, new });
            }
            Err(reason) => return Some(Widening::Undecided(reason)),
        }
    }
    None
}

/// One rule, or a verdict that every call of the tool has.
struct Side<'d> {
    verdict: Option<Verdict>,
    rule: &'d ToolRule,
}

impl<'d> Side<'d> {
    /// Predicates that make a verdict stricter than a level.
    fn stricter(
        predicates: &'d [Arc<Predicate>],
        level: Verdict,
    ) -> impl Iterator<Item = &'d [Arc<Test>]> {
        let counts = move |predicate: &&Arc<Predicate>| match level {
            Verdict::Allow => true,
            Verdict::Approve => !predicate.on_deny.as_deref().is_some_and(is_approval),
            Verdict::Deny | Verdict::Hide => false,
        };
        predicates.iter().filter(counts).map(|predicate| predicate.conditions.as_slice())
    }

    /// The verdict of one call.
    fn verdict_of(&self, arguments: &Literal, logic: &mut Logic<'_>) -> Verdict {
        if let Some(verdict) = self.verdict {
            return verdict;
        }
        let mut is_over = |level| {
            let mut holds = |tests: &[Arc<Test>]| {
                let facts: Vec<Fact<'_>> =
                    tests.iter().map(|test| Fact { test, negated: false }).collect();
                // What cannot be evaluated is blocked.
                logic.all_hold(&facts, arguments).ok()
            };
            Self::stricter(&self.rule.require, level).any(|tests| holds(tests) != Some(true))
                || Self::stricter(&self.rule.deny_if, level).any(|tests| holds(tests) != Some(false))
        };
        match (is_over(Verdict::Allow), is_over(Verdict::Approve)) {
            (false, _) => Verdict::Allow,
            (true, false) => Verdict::Approve,
            (true, true) => Verdict::Deny,
        }
    }
}

/// Questions to the logic, as many as may be asked.
struct Search<'s, 'l> {
    logic: &'s mut Logic<'l>,
    left: usize,
}

impl Search<'_, '_> {
    /// A call whose verdict under `new` is at most a level, and stricter under `old`.
    fn crossing(
        &mut self,
        old: &Side<'_>,
        new: &Side<'_>,
        level: Verdict,
    ) -> Result<Option<Literal>, Undecided> {
        if new.verdict.is_some_and(|verdict| verdict > level)
            || old.verdict.is_some_and(|verdict| verdict <= level)
        {
            return Ok(None);
        }
        let required: Vec<&Arc<Test>> = Side::stricter(&new.rule.require, level).flatten().collect();
        let denied: Vec<&[Arc<Test>]> = Side::stricter(&new.rule.deny_if, level).collect();
        if denied.iter().any(|tests| tests.is_empty()) {
            return Ok(None);
        }
        let passing: Vec<Fact<'_>> =
            required.iter().map(|test| Fact { test, negated: false }).collect();
        if old.verdict.is_some() {
            return self.model(passing, &denied);
        }
        for reason in reasons(old, new, level) {
            let facts = passing.iter().copied().chain(reason).collect();
            if let Some(found) = self.model(facts, &denied)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// A call for which some facts hold, and of each of the `denied` conjunctions one test fails. Where a model of the facts fails
    /// one, each of its tests is negated in turn.
    fn model(
        &mut self,
        facts: Vec<Fact<'_>>,
        denied: &[&[Arc<Test>]],
    ) -> Result<Option<Literal>, Undecided> {
        let mut open = vec![facts];
        while let Some(facts) = open.pop() {
            self.left = self.left.checked_sub(1).ok_or(Undecided::Steps)?;
            let model = match self.logic.satisfy(&facts) {
                Answer::Yes(model) => model.arguments,
                Answer::No => continue,
                Answer::Undecided(reason) => return Err(reason),
            };
            let mut violated = None;
            for tests in denied {
                let all: Vec<Fact<'_>> =
                    tests.iter().map(|test| Fact { test, negated: false }).collect();
                if self.logic.all_hold(&all, &model)? {
                    violated = Some(*tests);
                    break;
                }
            }
            let Some(tests) = violated else { return Ok(Some(model)) };
            open.extend(tests.iter().rev().map(|test| {
                let mut facts = facts.clone();
                facts.push(Fact { test, negated: true });
                facts
            }));
        }
        Ok(None)
    }
}

/// The ways in which a rule makes a verdict stricter than a level, each as facts; those that the other rule has too are left out.
fn reasons<'d>(old: &Side<'d>, new: &Side<'_>, level: Verdict) -> Vec<Vec<Fact<'d>>> {
    let required: HashSet<String> =
        Side::stricter(&new.rule.require, level).flatten().map(|test| spelled([test])).collect();
    let denied: HashSet<String> =
        Side::stricter(&new.rule.deny_if, level).map(|tests| spelled(tests)).collect();
    let fails = Side::stricter(&old.rule.require, level)
        .flatten()
        .filter(|test| !required.contains(&spelled([*test])))
        .map(|test| vec![Fact { test, negated: true }]);
    let holds = Side::stricter(&old.rule.deny_if, level)
        .filter(|tests| !denied.contains(&spelled(*tests)))
        .map(|tests| tests.iter().map(|test| Fact { test, negated: false }).collect());
    fails.chain(holds).collect()
}

/// Tests as a text: two that are spelled alike say the same.
fn spelled<'t>(tests: impl IntoIterator<Item = &'t Arc<Test>>) -> String {
    let mut out = String::new();
    for test in tests {
        test.write_gate(&mut out);
        out.push('\n');
    }
    out
}
