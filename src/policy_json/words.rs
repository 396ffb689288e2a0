//! Words that people write for the format's own: windows, operators, postures.

use crate::policy::{Operator, Posture, Window};

/// The window that a word stands for: `1m`, `minutes`, `per hour`, `daily`.
pub(super) fn window(word: &str) -> Option<Window> {
    let word = word.trim().to_ascii_lowercase();
    let word = word.strip_prefix("per ").or_else(|| word.strip_prefix("per_")).unwrap_or(&word);
    let word = word.strip_prefix('1').unwrap_or(word).trim();
    match word {
        "m" | "min" | "mins" | "minute" | "minutes" | "60s" | "minutely" => Some(Window::Minute),
        "h" | "hr" | "hrs" | "hour" | "hours" | "60m" | "60min" | "hourly" => Some(Window::Hour),
        "d" | "day" | "days" | "24h" | "daily" => Some(Window::Day),
        _ => None,
    }
}

/// The window of so many seconds.
pub(super) fn window_of_seconds(spelling: &str) -> Option<Window> {
    match spelling {
        "60" => Some(Window::Minute),
        "3600" => Some(Window::Hour),
        "86400" => Some(Window::Day),
        _ => None,
    }
}

/// The operator that a word or a sign stands for in other languages.
pub(super) fn operator(word: &str) -> Option<Operator> {
    let folded = word.trim().to_ascii_lowercase().replace(['-', ' '], "_");
    Some(match folded.as_str() {
        "=" | "==" | "===" | "equals" | "equal" | "is" => Operator::Eq,
        "!=" | "!==" | "<>" | "ne" | "not_eq" | "not_equals" | "not_equal" | "is_not" => {
            Operator::Neq
        }
        "<" | "less_than" | "less" | "before" => Operator::Lt,
        "<=" | "=<" | "le" | "max" | "at_most" | "less_than_or_equal" => Operator::Lte,
        ">" | "greater_than" | "greater" | "more_than" | "after" => Operator::Gt,
        ">=" | "=>" | "ge" | "min" | "at_least" | "greater_than_or_equal" => Operator::Gte,
        "one_of" | "any_of" | "oneof" | "in_list" => Operator::In,
        "nin" | "notin" | "!in" | "none_of" | "not_one_of" => Operator::NotIn,
        "present" | "exist" | "is_set" | "defined" | "missing" | "absent" | "not_exists" => {
            Operator::Exists
        }
        "regexp" | "re" | "match" | "matches" | "=~" | "~" | "~=" | "pattern" | "like" => {
            Operator::Regex
        }
        "includes" | "include" | "has" | "contain" | "substring" => Operator::Contains,
        _ => return None,
    })
}

/// The posture that a word stands for.
pub(super) fn posture(word: &str) -> Option<Posture> {
    match word.trim().to_ascii_lowercase().as_str() {
        "deny" | "denied" | "block" | "forbid" | "reject" | "none" => Some(Posture::Deny),
        "allow" | "allowed" | "permit" | "accept" | "all" => Some(Posture::Allow),
        _ => None,
    }
}
