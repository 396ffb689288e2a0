//! About conditions: what they mean, and what becomes of them in a policy.json.

use super::{rule_of, shown};
use crate::editor::cursor::WordAt;
use crate::editor::decision::{condition_of, tests};
use crate::editor::phrases::{phrase, when};
use crate::editor::{View, markdown};
use crate::emit;
use crate::lower::{MAX_PREDICATES, Unexpressible, lower};
use crate::policy::semantics::holds_when_missing;
use crate::policy::{Action, Blocks, Condition, Guard, Operator, Path, Purpose, Rule};
use crate::policy_json::write_rule;
use crate::text::excerpt;

/// A condition of more tests is shown as it stands.
const MAX_TESTS: usize = 8;
/// So many arguments are told about that a call may leave out.
const MAX_PATHS: usize = 4;
/// So many lines of JSON are shown.
const MAX_LINES: usize = 60;
/// Longer ones are cut, in characters.
const MAX_LINE: usize = 200;
/// Longer values and texts are cut, in characters.
const MAX_VALUE: usize = 120;
const MAX_REASON: usize = 300;

/// An operator: what its test says, and what the whole condition comes to.
pub(super) fn operator(view: &View, at: &WordAt<'_>, operator: Operator) -> String {
    clause(view, at).unwrap_or_else(|| general(operator))
}

fn general(operator: Operator) -> String {
    let missing = match operator {
        Operator::Exists => ", and `missing` when it is absent or null",
        _ => "",
    };
    format!("`{}` holds when {}{missing}.", operator.gate_name(), when(operator))
}

/// A part of a condition: what its test says, if it is a part of one, and what the whole condition comes to.
pub(super) fn clause(view: &View, at: &WordAt<'_>) -> Option<String> {
    let guard = rule_of(view, at).and_then(guard_of);
    let sections: Vec<String> = test_at(view, at).into_iter().chain(guard.map(meaning)).collect();
    (!sections.is_empty()).then(|| sections.join("\n\n"))
}

/// What the test at a place says.
pub(super) fn test_at(view: &View, at: &WordAt<'_>) -> Option<String> {
    let span = at.test()?.span;
    let guard = guard_of(rule_of(view, at)?)?;
    let (test, _) = tests(condition_of(guard)?).into_iter().find(|(_, place)| *place == span)?;
    let mut written = String::new();
    test.write_gate(&mut written);
    let missing = match test.operator {
        Operator::Exists => "",
        _ => " If it is missing, the test is false.",
    };
    let words = phrase(&argument(&test.path), test);
    Some(format!("{} holds when {words}.{missing}", shown(&written, MAX_VALUE)))
}

/// What the agent reads behind `because`.
pub(super) fn reason(view: &View, at: &WordAt<'_>) -> Option<String> {
    let guard = guard_of(rule_of(view, at)?)?;
    let text = emit::on_deny(guard);
    Some(format!("When a call is blocked, the agent reads: {}", shown(&text, MAX_REASON)))
}

/// What a guard does to calls, in words and in JSON.
pub(super) fn meaning(guard: &Guard) -> String {
    let words = match (&guard.blocks, guard.purpose) {
        (Blocks::Always, Purpose::Approve) => "Every call needs approval.".to_owned(),
        (Blocks::Always, _) => "Every call is blocked.".to_owned(),
        (Blocks::Unless(condition), Purpose::Approve) => {
            format!("A call gets through without approval only if {}.", phrase_of(condition))
        }
        (Blocks::Unless(condition), _) => {
            format!("A call gets through only if {}.", phrase_of(condition))
        }
        (Blocks::When(condition), Purpose::Approve) => {
            format!("A call needs approval if {}.", phrase_of(condition))
        }
        (Blocks::When(condition), _) => format!("A call is blocked if {}.", phrase_of(condition)),
    };
    format!("{words}{}\n\n{}", without_arguments(guard), json(guard))
}

pub(super) fn guard_of(rule: &Rule) -> Option<&Guard> {
    match &rule.action {
        Action::Guard(guard) => Some(guard),
        _ => None,
    }
}

/// The predicates of a guard as the compiler writes them, or why there are none.
fn json(guard: &Guard) -> String {
    match lower(&guard.blocks, &guard.compared) {
        Ok(predicates) => {
            let text = write_rule(&emit::rule_of_guard(guard, &predicates));
            let lines = text.lines().take(MAX_LINES).map(|line| excerpt(line, MAX_LINE));
            let mut lines: Vec<String> = lines.collect();
            if text.lines().nth(MAX_LINES).is_some() {
                lines.push("…".to_owned());
            }
            format!(
                "In policy.json, for each of its tools:\n\n{}",
                markdown::block("json", &lines.join("\n"))
            )
        }
        Err(Unexpressible::NoExactForm { test, .. }) => {
            let mut written = String::new();
            test.write_gate(&mut written);
            format!(
                "policy.json cannot express this: it has no `or` or `not`, and no exact negation \
                 of {}.",
                shown(&written, MAX_VALUE)
            )
        }
        Err(Unexpressible::TooMany) => {
            format!(
                "policy.json cannot express this: it would need more than {MAX_PREDICATES} \
                 predicates."
            )
        }
    }
}

/// What happens to calls that leave an argument out.
fn without_arguments(guard: &Guard) -> String {
    let Some(condition) = condition_of(guard) else { return String::new() };
    let mut paths: Vec<&Path> = Vec::new();
    for (test, _) in tests(condition) {
        if !paths.contains(&&test.path) && paths.len() < MAX_PATHS {
            paths.push(&test.path);
        }
    }
    let blocked_when = matches!(guard.blocks, Blocks::When(_));
    let mut out = String::new();
    for path in paths {
        let happens = match (without(condition, path), guard.purpose) {
            (Some(holds), Purpose::Approve) if holds == blocked_when => "needs approval",
            (Some(holds), _) if holds == blocked_when => "is blocked",
            (Some(_), _) => "is not affected by this",
            (None, _) => "is decided by the rest of the condition",
        };
        out += &format!(" A call without {} {happens}.", argument(path));
    }
    out
}

/// What a condition comes to for calls that leave an argument out; `None` where that depends on others. The depth of conditions
/// is bounded by the reader.
fn without(condition: &Condition, path: &Path) -> Option<bool> {
    let each = |parts: &[Condition], decides: bool| {
        let values: Vec<Option<bool>> = parts.iter().map(|part| without(part, path)).collect();
        if values.contains(&Some(decides)) {
            Some(decides)
        } else if values.contains(&None) {
            None
        } else {
            Some(!decides)
        }
    };
    match condition {
        Condition::Any(parts) => each(parts, true),
        Condition::All(parts) => each(parts, false),
        Condition::Not(inner) => without(inner, path).map(|holds| !holds),
        Condition::Test(test, _) if test.path.0.starts_with(&path.0) => {
            Some(holds_when_missing(test))
        }
        Condition::Test(..) => None,
    }
}

/// An argument as the language writes it.
fn argument(path: &Path) -> String {
    let mut written = String::new();
    path.write_gate(&mut written);
    shown(&written, MAX_VALUE)
}

/// A condition in words; a long one as "the condition holds".
fn phrase_of(condition: &Condition) -> String {
    if tests(condition).len() > MAX_TESTS {
        "the condition holds".to_owned()
    } else {
        joined(condition, false)
    }
}

/// A condition in words, in parentheses where it is a part of another one and has parts itself.
fn joined(condition: &Condition, is_part: bool) -> String {
    let (parts, word) = match condition {
        Condition::Any(parts) => (parts, " or "),
        Condition::All(parts) => (parts, " and "),
        Condition::Not(inner) => return format!("it is not true that {}", joined(inner, true)),
        Condition::Test(test, _) => return phrase(&argument(&test.path), test),
    };
    let words: Vec<String> = parts.iter().map(|part| joined(part, true)).collect();
    let words = words.join(word);
    if is_part { format!("({words})") } else { words }
}
