//! What a condition means, as the language's reference says it. Knows the tests' own conditions and nothing of the
//! compiler or of policy.json.

use super::condition::{Condition, Json, Key, Question, Test};

/// What null is, which the gateway does not publish: the language takes it as missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Null {
    Missing,
    /// A value like any other, which is present and differs from all others.
    Value,
}

/// Whether a condition, or its negation, holds for the arguments of a call.
pub fn holds(condition: &Condition, negated: bool, arguments: &Json, null: Null) -> bool {
    match condition {
        Condition::Test(test) => test_holds(test, arguments, null) != negated,
        Condition::Not(inner) => holds(inner, !negated, arguments, null),
        Condition::Parentheses(inner) => holds(inner, negated, arguments, null),
        Condition::All(parts) if negated => {
            parts.iter().any(|part| holds(part, negated, arguments, null))
        }
        Condition::Any(parts) if !negated => {
            parts.iter().any(|part| holds(part, negated, arguments, null))
        }
        Condition::All(parts) | Condition::Any(parts) => {
            parts.iter().all(|part| holds(part, negated, arguments, null))
        }
    }
}

/// Whether a test whose negation has no form is one of several joined by *or*: then `no-exact-form` is right. `is_plain`
/// says which arguments are neither lists nor objects.
pub fn has_no_form(
    condition: &Condition,
    negated: bool,
    below_or: bool,
    is_plain: &dyn Fn(&[Key]) -> bool,
) -> bool {
    match condition {
        Condition::Test(test) => {
            let question = &test.question;
            let has_no_negation = matches!(question, Question::Matches(_) | Question::Contains(_))
                || question.is_comparison() && !is_plain(&test.path);
            !negated && below_or && has_no_negation
        }
        Condition::Not(inner) => has_no_form(inner, !negated, below_or, is_plain),
        Condition::Parentheses(inner) => has_no_form(inner, negated, below_or, is_plain),
        Condition::All(parts) => {
            parts.iter().any(|part| has_no_form(part, negated, below_or || negated, is_plain))
        }
        Condition::Any(parts) => {
            parts.iter().any(|part| has_no_form(part, negated, below_or || !negated, is_plain))
        }
    }
}

/// Whether one test holds for the arguments.
pub fn test_holds(test: &Test, arguments: &Json, null: Null) -> bool {
    let argument = look_up(arguments, &test.path);
    let is_missing = |argument: &&Json| null == Null::Value || **argument != Json::Null;
    answer(argument.filter(is_missing), &test.question)
}

/// The argument at a path.
pub fn look_up<'j>(arguments: &'j Json, path: &[Key]) -> Option<&'j Json> {
    let mut value = arguments;
    for key in path {
        let Json::Object(members) = value else { return None };
        value = &members.iter().find(|(name, _)| name == key.0)?.1;
    }
    Some(value)
}

fn answer(argument: Option<&Json>, question: &Question) -> bool {
    let Some(argument) = argument else { return *question == Question::Missing };
    let compares = |limit: &Json, holds: fn(i64, i64) -> bool| match (argument, limit) {
        (Json::Number(_, argument), Json::Number(_, limit)) => holds(*argument, *limit),
        _ => false,
    };
    match question {
        Question::Exists => true,
        Question::Missing => false,
        Question::Equals(value) => argument.equals(value),
        Question::Differs(value) => !argument.equals(value),
        Question::OneOf(values) => values.iter().any(|value| argument.equals(value)),
        Question::NoneOf(values) => !values.iter().any(|value| argument.equals(value)),
        Question::Below(limit) => compares(limit, |argument, limit| argument < limit),
        Question::AtMost(limit) => compares(limit, |argument, limit| argument <= limit),
        Question::Above(limit) => compares(limit, |argument, limit| argument > limit),
        Question::AtLeast(limit) => compares(limit, |argument, limit| argument >= limit),
        Question::Matches(pattern) => match argument {
            Json::Text(text) => (pattern.holds)(text),
            _ => false,
        },
        Question::Contains(part) => match (argument, part) {
            (Json::Text(text), Json::Text(part)) => text.contains(part.as_str()),
            (Json::List(items), part) => items.iter().any(|item| item.equals(part)),
            _ => false,
        },
    }
}
