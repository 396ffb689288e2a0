//! The parts of a document in the words of the language.

use super::view::ToolState;
use crate::policy::Rate;
use crate::policy_json::{Predicate, ToolRule};

/// The most guards of a tool that are spelled out.
const MAX_GUARDS: usize = 3;

/// What a policy does with the calls of a tool: `allow 30/minute, approve when args.amount > 100`.
pub(super) fn outcome(state: ToolState<'_>) -> String {
    let ToolState::Ruled(rule) = state else { return "deny".to_owned() };
    let mut parts = vec![word(rule).to_owned()];
    if let Some(first) = parts.first_mut()
        && !rule.limits.is_empty()
    {
        first.push(' ');
        first.push_str(&rates(rule.limits.iter().map(|limit| limit.rate)));
    }
    let conditional = |predicate: &&Predicate| !predicate.conditions.is_empty();
    let required = rule.require.iter().map(|predicate| (predicate.as_ref(), true));
    let denied = rule.deny_if.iter().map(|predicate| (predicate.as_ref(), false));
    let guards: Vec<(&Predicate, bool)> =
        required.chain(denied).filter(|(predicate, _)| conditional(predicate)).collect();
    let shown = guards.iter().take(MAX_GUARDS);
    parts.extend(shown.map(|(predicate, is_required)| guard(predicate, *is_required)));
    if guards.len() > MAX_GUARDS {
        parts.push(format!("and {} more", guards.len() - MAX_GUARDS));
    }
    parts.join(", ")
}

/// The statement word for calls that no condition blocks.
fn word(rule: &ToolRule) -> &'static str {
    let mut always = rule.deny_if.iter().filter(|predicate| predicate.conditions.is_empty());
    match always.clone().next() {
        None => "allow",
        Some(_) if always.all(|predicate| predicate.approves()) => "approve",
        Some(_) => "deny",
    }
}

/// Rates as a statement lists them.
pub(super) fn rates(rates: impl IntoIterator<Item = Rate>) -> String {
    rates.into_iter().map(|rate| rate.to_string()).collect::<Vec<_>>().join(", ")
}

/// A predicate as a statement, without the tool.
pub(super) fn guard(predicate: &Predicate, is_required: bool) -> String {
    let mut text = match (predicate.approves(), is_required) {
        (true, true) => "approve unless ",
        (true, false) => "approve when ",
        (false, true) => "require ",
        (false, false) => "deny when ",
    }
    .to_owned();
    if predicate.conditions.is_empty() {
        text.truncate(text.trim_end().rfind(' ').unwrap_or(text.len()));
        return text;
    }
    for (number, test) in predicate.conditions.iter().enumerate() {
        if number > 0 {
            text.push_str(" and ");
        }
        test.write_gate(&mut text);
    }
    text
}
