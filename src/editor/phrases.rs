//! The tests of conditions in words, for `.gate` and policy.json alike.

use super::markdown::code;
use crate::policy::{Literal, Operator, Test};
use crate::text::excerpt;

/// Longer values are cut, in characters.
const MAX_VALUE: usize = 120;

/// When a test holds; `argument` is its argument as the file writes it, in Markdown.
pub(super) fn phrase(argument: &str, test: &Test) -> String {
    let value = code(&excerpt(&test.value.to_json(), MAX_VALUE));
    let holds = match (test.operator, &test.value) {
        (Operator::Exists, Literal::Bool(false)) => "is missing or null",
        (Operator::Exists, _) => "is present and not null",
        (Operator::Eq, _) => "is present and equal to",
        (Operator::Neq, _) => "is present and not equal to",
        (Operator::Lt, _) => "is a number less than",
        (Operator::Lte, _) => "is a number, at most",
        (Operator::Gt, _) => "is a number greater than",
        (Operator::Gte, _) => "is a number, at least",
        (Operator::In, _) => "is present and in",
        (Operator::NotIn, _) => "is present and not in",
        (Operator::Regex, _) => "is a string that matches the pattern",
        (Operator::Contains, Literal::String(_)) => "is a string or list that contains",
        (Operator::Contains, _) => "is a list that contains",
    };
    match test.operator {
        Operator::Exists => format!("{argument} {holds}"),
        _ => format!("{argument} {holds} {value}"),
    }
}

/// When an operator holds, whatever argument and value it compares.
pub(super) fn when(operator: Operator) -> &'static str {
    match operator {
        Operator::Eq => "the argument is present and equal to the value",
        Operator::Neq => "the argument is present and not equal to the value",
        Operator::Lt => "the argument is a number less than the value",
        Operator::Lte => "the argument is a number, at most the value",
        Operator::Gt => "the argument is a number greater than the value",
        Operator::Gte => "the argument is a number, at least the value",
        Operator::In => "the argument is present and in the list",
        Operator::NotIn => "the argument is present and not in the list",
        Operator::Exists => "the argument is present and not null",
        Operator::Regex => {
            "the argument is a string in which the regular expression (RE2) matches somewhere; \
             `^` and `$` anchor it to the ends"
        }
        Operator::Contains => {
            "the argument is a string that contains the value, or a list that has it as an element"
        }
    }
}
