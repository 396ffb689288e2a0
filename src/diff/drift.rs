//! What a server that has changed its tools makes of a policy.

use std::sync::Arc;

use super::changes::{ChangeKind, ChangeList};
use super::view::{DocumentView, ToolState};
use super::words::{guard, outcome};
use crate::manifest::Tool;
use crate::policy::logic::{Answer, DomainId, Domains, Fact, Logic};
use crate::policy::{Path, Test};
use crate::policy_json::Predicate;

/// The most steps that all questions about guards take together.
const MAX_STEPS: usize = 300_000;

/// The steps that are left for the questions about guards.
pub(super) struct DriftBudget {
    steps: usize,
}

impl Default for DriftBudget {
    fn default() -> Self {
        Self { steps: MAX_STEPS }
    }
}

/// A tool as the server declared it, or declares it, with what its schema admits.
struct Declared<'t> {
    tool: &'t Tool,
    domains: Option<(Domains, DomainId)>,
}

/// Adds what has changed about a tool of the server, where both manifests are known.
pub(super) fn changes(
    list: &mut ChangeList,
    old: &DocumentView<'_>,
    new: &DocumentView<'_>,
    name: &str,
    budget: &mut DriftBudget,
) {
    if let (Some(was), Some(is)) = (old.class(name), new.class(name))
        && was != is
        && old.is_declared(name) == new.is_declared(name)
    {
        let shown = |class: crate::risk::Class| Some(class.name().to_owned());
        list.add(ChangeKind::ClassChanged, shown(was), shown(is));
    }
    if !old.has_manifest() || !new.has_manifest() {
        return;
    }
    match (old.declared(name), new.declared(name)) {
        (None, Some(_)) => {
            let state = new.tool(name);
            let word = if new.hides(name) { "hide".to_owned() } else { outcome(state) };
            list.add(ChangeKind::ToolNew, None, Some(word));
        }
        (Some(_), None) => list.add(ChangeKind::ToolGone, Some(outcome(old.tool(name))), None),
        (Some(was), Some(is)) if !was.has_same_schema(is) => {
            let ToolState::Ruled(rule) = new.tool(name) else { return };
            let [was, is] = [was, is].map(|tool| Declared { tool, domains: tool.domains() });
            let require = rule.require.iter().map(|predicate| (predicate, true));
            let deny_if = rule.deny_if.iter().map(|predicate| (predicate, false));
            for (predicate, is_required) in require.chain(deny_if) {
                if let Some(reason) = idle_reason(predicate, &was, &is, budget) {
                    let kind = match is_required {
                        true => ChangeKind::GuardAlwaysBlocks,
                        false => ChangeKind::GuardNeverBlocks,
                    };
                    list.add(kind, Some(guard(predicate, is_required)), Some(reason));
                }
            }
        }
        _ => {}
    }
}

/// Why the tests of a guard, which could hold together for a call of the tool, cannot any more. What is not decided counts as such a
/// guard, because it may block nothing any more.
fn idle_reason(
    predicate: &Predicate,
    was: &Declared<'_>,
    is: &Declared<'_>,
    budget: &mut DriftBudget,
) -> Option<String> {
    if let Some(path) = gone_argument(predicate, was.tool, is.tool) {
        let mut text = String::new();
        path.write_gate(&mut text);
        return Some(format!("the server does not declare {text} any more"));
    }
    match (was.may_hold(predicate, budget), is.may_hold(predicate, budget)) {
        (Some(false), _) | (_, Some(true)) => None,
        (_, None) if budget.steps == 0 => Some(
            "this is not certain, because the schemas take too much work to compare".to_owned(),
        ),
        (_, None) => None,
        (_, Some(false)) => {
            Some("the tool's schema does not allow such a call any more".to_owned())
        }
    }
}

/// An argument that a test needs, which the schema declared and does not declare any more.
fn gone_argument<'p>(predicate: &'p Predicate, was: &Tool, is: &Tool) -> Option<&'p Path> {
    let needs = |test: &&Arc<Test>| test.presence() != Some(false);
    let mut paths = predicate.conditions.iter().filter(needs).map(|test| &test.path);
    paths.find(|path| was.declares(path) == Some(true) && is.declares(path) == Some(false))
}

impl Declared<'_> {
    /// Whether the tests of a predicate may hold together for a call that the schema admits; `None` if that is not decided.
    fn may_hold(&self, predicate: &Predicate, budget: &mut DriftBudget) -> Option<bool> {
        let Some((domains, arguments)) = &self.domains else { return Some(true) };
        let facts: Vec<Fact<'_>> =
            predicate.conditions.iter().map(|test| Fact { test, negated: false }).collect();
        let mut logic = Logic::under(domains, *arguments).within(budget.steps);
        let answer = logic.satisfy(&facts);
        budget.steps = logic.steps_left();
        match answer {
            Answer::Yes(_) => Some(true),
            Answer::No => Some(false),
            Answer::Undecided(_) => None,
        }
    }
}
