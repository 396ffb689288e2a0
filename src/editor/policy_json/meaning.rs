//! What the words of the format mean, in a few sentences.

use crate::editor::phrases::when;
use crate::policy::{Operator, Window};
use crate::policy_json::Place;

/// What a key says. Empty for one that its place does not have.
pub(super) fn of_key(place: Place, key: &str) -> &'static str {
    match (place, key) {
        (Place::Root, "version") => "The version of the format. The only version is `\"1\"`.",
        (Place::Root, "default") => {
            "Sets what happens to tools that are not listed under `tools`: `\"deny\"` blocks \
             them, `\"allow\"` lets them through. Listed tools are checked either way."
        }
        (Place::Root, "hide") => {
            "Tools that the agent does not see: they are removed from the server's list, and \
             their calls are denied. The entry `\"*\"` hides every tool."
        }
        (Place::Root, "all_tools") => "The `limits` for calls to all tools together.",
        (Place::Root, "tools") => {
            "The rule for each tool, under the tool's exact name. `{}` allows the tool without \
             further conditions."
        }
        (Place::AllTools, "limits") => {
            "How many calls to all tools together get through in a period."
        }
        (Place::Rule, "require") => {
            "Entries that must hold: a call gets through only if every entry holds. A condition \
             on a missing argument does not hold, so the call is denied."
        }
        (Place::Rule, "deny_if") => {
            "Entries that must not hold: any entry that holds denies the call. A condition on a \
             missing argument does not hold, so the call gets through. An entry without \
             conditions denies every call."
        }
        (Place::Rule, "limits") => "How many calls to this tool get through in a period.",
        (Place::Predicate, "conditions") => {
            "The conditions of this entry, which holds if all of them hold. Without conditions it \
             always holds."
        }
        (Place::Predicate, "on_deny") => {
            "The message that the agent reads after `[POLICY DENIED]` when this entry denies its \
             call."
        }
        (Place::Condition, "path") => {
            "The argument to test: `args.` and its name. Further dots lead into nested objects."
        }
        (Place::Condition, "op") => {
            "The operator that compares the argument with `value`, one of eleven."
        }
        (Place::Condition, "value") => {
            "The value to compare the argument with: a list for `in` and `not_in`, a number for \
             `lt`, `lte`, `gt` and `gte`, a boolean for `exists`, a regular expression (RE2) for \
             `regex`, and any value for the others."
        }
        (Place::Limit, "counter") => {
            "The name that calls are counted under. Each limit has its own."
        }
        (Place::Limit, "window") => {
            "The period: `minute`, `hour` or `day`. Periods begin on the full minute, hour or day \
             in UTC, so up to twice as many calls can get through around the end of one."
        }
        (Place::Limit, "max") => {
            "How many calls get through in a period, at least 1. Further calls are denied."
        }
        (Place::Limit, "scope") => {
            "Whose calls are counted: `grant`, only those of this policy's grant."
        }
        _ => "",
    }
}

/// When a condition with an operator holds.
pub(super) fn of_operator(operator: Operator) -> String {
    let with_false = match operator {
        Operator::Exists => ", or, if the value is `false`, absent or null",
        _ => "",
    };
    format!("Holds when {}{with_false}.", when(operator))
}

/// When the calls of a window are counted anew.
pub(super) fn of_window(window: Window) -> &'static str {
    match window {
        Window::Minute => "The count restarts on each full minute.",
        Window::Hour => "The count restarts on each full hour in UTC.",
        Window::Day => "The count restarts at midnight in UTC.",
    }
}

/// What a word says as `default`.
pub(super) fn of_default(word: &str) -> &'static str {
    match word {
        "deny" => "Only tools listed under `tools` can be called.",
        "allow" => {
            "Every tool can be called unless it is hidden or a rule denies it, including tools \
             that the server adds later."
        }
        _ => "",
    }
}
