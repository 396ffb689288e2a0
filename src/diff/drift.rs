//! What a server that has changed its tools makes of a policy.

use std::sync::Arc;

use super::changes::{ChangeKind, ChangeList};
use super::view::{DocumentView, ToolState};
use super::words::{guard, outcome};
use crate::manifest::Tool;
use crate::policy::logic::{Answer, Fact, Logic};
use crate::policy::{Path, Test};
use crate::policy_json::Predicate;

/// The most steps that a question about one guard takes.
const MAX_STEPS: usize = 50_000;

/// Adds what has changed about a tool of the server, where both manifests are known.
pub(super) fn changes(
    list: &mut ChangeList,
    old: &DocumentView<'_>,
    new: &DocumentView<'_>,
    name: &str,
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
            if let ToolState::Ruled(rule) = new.tool(name) {
                let require = rule.require.iter().map(|predicate| (predicate, true));
                let deny_if = rule.deny_if.iter().map(|predicate| (predicate, false));
                for (predicate, is_required) in require.chain(deny_if) {
                    add_idle(list, predicate, is_required, (was, is));
                }
            }
        }
        _ => {}
    }
}

/// Adds a guard whose tests could hold together for a call of the tool and cannot any more.
fn add_idle(
    list: &mut ChangeList,
    predicate: &Arc<Predicate>,
    is_required: bool,
    (was, is): (&Tool, &Tool),
) {
    if !may_hold(predicate, was) {
        return;
    }
    let reason = match gone_argument(predicate, (was, is)) {
        Some(path) => {
            let mut text = String::new();
            path.write_gate(&mut text);
            format!("the server does not declare {text} any more")
        }
        None if !may_hold(predicate, is) => {
            "the tool's schema does not allow such a call any more".to_owned()
        }
        None => return,
    };
    let kind =
        if is_required { ChangeKind::GuardAlwaysBlocks } else { ChangeKind::GuardNeverBlocks };
    list.add(kind, Some(guard(predicate, is_required)), Some(reason));
}

/// An argument that a test needs, which the schema declared and does not declare any more.
fn gone_argument<'p>(predicate: &'p Predicate, (was, is): (&Tool, &Tool)) -> Option<&'p Path> {
    let needs = |test: &&Arc<Test>| test.presence() != Some(false);
    let paths = predicate.conditions.iter().filter(needs).map(|test| &test.path);
    let is_gone =
        |path: &&Path| was.declares(path) == Some(true) && is.declares(path) == Some(false);
    paths.into_iter().find(is_gone)
}

/// Whether the tests of a predicate may hold together for a call that the schema of a tool admits.
fn may_hold(predicate: &Predicate, tool: &Tool) -> bool {
    let facts: Vec<Fact<'_>> =
        predicate.conditions.iter().map(|test| Fact { test, negated: false }).collect();
    let Some((domains, arguments)) = tool.domains() else { return true };
    let answer = Logic::under(&domains, arguments).within(MAX_STEPS).satisfy(&facts);
    answer != Answer::No
}
