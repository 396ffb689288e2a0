//! What the words of the format mean, in a few sentences.

use crate::policy::{Operator, Window};
use crate::policy_json::Place;

/// What a key says. Empty for one that its place does not have.
pub(super) fn of_key(place: Place, key: &str) -> &'static str {
    match (place, key) {
        (Place::Root, "version") => "The version of the format. There is one, `\"1\"`.",
        (Place::Root, "default") => {
            "What happens to a tool that is not listed under `tools`: `\"deny\"` blocks it, `\"allow\"` lets it through. What is \
             listed is checked under either."
        }
        (Place::Root, "hide") => {
            "Tools that the agent does not even see: they are taken out of the server's list, and a call is denied. The entry \
             `\"*\"` hides every tool."
        }
        (Place::Root, "all_tools") => {
            "What holds for the calls of all tools together: its `limits`."
        }
        (Place::Root, "tools") => {
            "A rule for each tool, under the tool's exact name. `{}` allows the tool without further conditions."
        }
        (Place::AllTools, "limits") => {
            "How many calls get through in a period, those of all tools together."
        }
        (Place::Rule, "require") => {
            "What has to hold: a call gets through only if each entry does. A condition on an argument that is missing does \
             not hold, so the call is denied."
        }
        (Place::Rule, "deny_if") => {
            "What must not hold: any entry that does denies the call. A condition on an argument that is missing does not \
             hold, so the call gets through; an entry without conditions denies every call."
        }
        (Place::Rule, "limits") => "How many calls of this tool get through in a period.",
        (Place::Predicate, "conditions") => {
            "The conditions of this entry; it holds if all of them do. With none it always holds."
        }
        (Place::Predicate, "on_deny") => {
            "What the agent reads when this entry denies its call, behind `[POLICY DENIED]`."
        }
        (Place::Condition, "path") => {
            "The argument that is looked at: `args.` and its name. Further dots lead into nested objects."
        }
        (Place::Condition, "op") => {
            "How the argument is compared with `value`: one of eleven operators."
        }
        (Place::Condition, "value") => {
            "What the argument is compared with: a list for `in` and `not_in`, a number for `lt`, `lte`, `gt` and `gte`, \
             a boolean for `exists`, a regular expression (RE2) for `regex`, anything else for the others."
        }
        (Place::Limit, "counter") => {
            "The name under which the calls are counted. Each limit has one of its own."
        }
        (Place::Limit, "window") => {
            "The period: `minute`, `hour` or `day`. Periods begin with the full minute, hour or day in UTC, so twice as many \
             calls can get through around the moment where one ends."
        }
        (Place::Limit, "max") => {
            "How many calls get through in a period, 1 at least. The next one is denied."
        }
        (Place::Limit, "scope") => {
            "For whom the calls are counted: `grant`, for this policy's grant alone."
        }
        _ => "",
    }
}

/// When a condition with an operator holds.
pub(super) fn of_operator(operator: Operator) -> &'static str {
    match operator {
        Operator::Eq => "The argument is equal to the value.",
        Operator::Neq => "The argument is there and is not equal to the value.",
        Operator::Lt => "The argument is a number below the value.",
        Operator::Lte => "The argument is a number up to the value.",
        Operator::Gt => "The argument is a number above the value.",
        Operator::Gte => "The argument is a number from the value upward.",
        Operator::In => "The argument is equal to one of the values in the list.",
        Operator::NotIn => "The argument is there and is equal to none of the values in the list.",
        Operator::Exists => "With `true` the argument has to be there, with `false` to be missing.",
        Operator::Regex => {
            "The regular expression (RE2) matches somewhere in the argument; `^` and `$` tie it to the ends."
        }
        Operator::Contains => "The argument is a text or a list, and the value is a part of it.",
    }
}

/// When the calls of a window are counted anew.
pub(super) fn of_window(window: Window) -> &'static str {
    match window {
        Window::Minute => "Counted anew at each full minute.",
        Window::Hour => "Counted anew at each full hour in UTC.",
        Window::Day => "Counted anew at midnight in UTC.",
    }
}

/// What a word says as `default`.
pub(super) fn of_default(word: &str) -> &'static str {
    match word {
        "deny" => "Only the tools listed under `tools` can be called.",
        "allow" => {
            "Every tool can be called that is not hidden and that no rule denies, also those that the server gains later."
        }
        _ => "",
    }
}
