//! About rates and counters.

use super::{rule_of, shown};
use crate::editor::cursor::WordAt;
use crate::editor::{View, rates};
use crate::policy::{Action, Cap, Counter, Rate, Rule, Subjects};

/// So many counters are listed.
const MAX_COUNTERS: usize = 5;
/// Longer names of counters are cut, in characters.
const MAX_NAME: usize = 80;

/// A rate: what it comes to, and under which names the calls are counted.
pub(super) fn rate(view: &View, at: &WordAt<'_>, written: &str) -> Option<String> {
    let Ok(rate) = written.parse::<Rate>() else {
        return Some(
            "A rate is a number of calls and the window that they are counted in: `30/minute`, \
             `500/hour`, `2000/day`."
                .to_owned(),
        );
    };
    let rule = rule_of(view, at);
    if let Some(Action::Budget(_)) = rule.map(|rule| &rule.action) {
        return Some(format!(
            "The argument may sum up to {} {}. How to express this in policy.json is \
             undocumented, so it cannot be compiled.",
            rate.calls(),
            rate.window().with_article()
        ));
    }
    let mut out = rates::explained(rate);
    if let Some(rule) = rule
        && let Some(cap) =
            rule.caps().into_iter().flatten().find(|cap| cap.span.range() == at.word.range)
    {
        out += &format!("\n\n{}", counters(view, rule, cap));
        if is_replaced(view, rule, cap) {
            out += "\n\nIt is not in force for all of its tools: if a tool has several unnamed \
                    caps on one window, the lowest applies.";
        }
    }
    Some(out)
}

/// The name behind `as`.
pub(super) fn counter(view: &View, at: &WordAt<'_>) -> Option<String> {
    let rule = rule_of(view, at)?;
    let caps = match &rule.action {
        Action::Budget(budget) => std::slice::from_ref(&budget.cap),
        _ => rule.caps()?,
    };
    let lines: Vec<String> = caps.iter().map(|cap| counters(view, rule, cap)).collect();
    let how = match caps.first().map(|cap| &cap.counter) {
        Some(Counter::Literal(_)) => "A quoted name is used as written.",
        _ => "In a bare name, `{tool}` and `{window}` are expanded.",
    };
    Some(format!("{}\n\n{how}", lines.join("\n\n")))
}

fn counters(view: &View, rule: &Rule, cap: &Cap) -> String {
    let Some(resolved) = view.resolved() else { return String::new() };
    let window = cap.rate.window().name();
    if matches!(rule.subjects, Subjects::All) {
        let name = cap.counter.name(None, cap.rate.window());
        return format!(
            "Calls to all tools together are counted per {window} under {}.",
            shown(&name, MAX_NAME)
        );
    }
    let targets = rule.subjects.targets();
    let name = |tool| cap.counter.name(Some(resolved.policy.tools.name(tool)), cap.rate.window());
    let listed =
        targets.iter().take(MAX_COUNTERS).map(|target| shown(&name(target.tool), MAX_NAME));
    let mut listed: Vec<String> = listed.collect();
    listed.dedup();
    if targets.len() > MAX_COUNTERS {
        listed.push(format!("{} more", targets.len() - MAX_COUNTERS));
    }
    match targets.len() {
        0 => "It applies to no tool.".to_owned(),
        1 => format!("Calls are counted per {window} under {}.", listed.join(", ")),
        count => format!(
            "Calls are counted per tool and {window} for {count} tools, under {}.",
            listed.join(", ")
        ),
    }
}

/// Whether another cap is in force in its place on some tool.
fn is_replaced(view: &View, rule: &Rule, cap: &Cap) -> bool {
    let Some(resolved) = view.resolved() else { return false };
    let policy = &resolved.policy;
    let is_in = |caps: &[Cap]| caps.iter().any(|other| other.span == cap.span);
    match &rule.subjects {
        Subjects::All => !is_in(&policy.all_caps),
        Subjects::Tools(targets) => targets
            .iter()
            .any(|target| policy.tools.get(target.tool).is_some_and(|tool| !is_in(&tool.caps))),
    }
}
