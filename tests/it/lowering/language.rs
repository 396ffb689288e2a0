//! What a condition means, as the language's reference says it. Knows the tests' own conditions and nothing of the
//! compiler or of policy.json.

use super::condition::{Condition, Json, Question, Test};

/// How to read the one corner in which policy.json cannot say what the language says.
///
/// A comparison of an argument that is a list or an object is false in the language, so its negation holds. Where
/// the negation must be written out, that is where the comparison is one of several tests joined by *or* (after
/// negations have moved inwards), policy.json has no test that finds a list or an object, and the negation is taken
/// as false. `Lenient` reads such comparisons, and no others, as holding. Where both readings give the same answer,
/// the corner does not matter and the compiled policy must give that answer too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    Exact,
    Lenient,
}

/// Whether a condition, or its negation, holds for the arguments of a call.
pub fn holds(condition: &Condition, negated: bool, arguments: &Json, reading: Reading) -> bool {
    Evaluation { arguments, reading }.condition(condition, negated, false)
}

/// Whether a test whose negation has no form is one of several joined by *or*: then `no-exact-form` is right.
pub fn has_no_form(condition: &Condition, negated: bool, below_or: bool) -> bool {
    match condition {
        Condition::Test(test) => {
            let has_no_negation =
                matches!(test.question, Question::Matches(_) | Question::Contains(_));
            !negated && below_or && has_no_negation
        }
        Condition::Not(inner) => has_no_form(inner, !negated, below_or),
        Condition::Parentheses(inner) => has_no_form(inner, negated, below_or),
        Condition::All(parts) => {
            parts.iter().any(|part| has_no_form(part, negated, below_or || negated))
        }
        Condition::Any(parts) => {
            parts.iter().any(|part| has_no_form(part, negated, below_or || !negated))
        }
    }
}

struct Evaluation<'a> {
    arguments: &'a Json,
    reading: Reading,
}

impl Evaluation<'_> {
    fn condition(&self, condition: &Condition, negated: bool, below_or: bool) -> bool {
        match condition {
            Condition::Test(test) => self.test(test, negated, below_or),
            Condition::Not(inner) => self.condition(inner, !negated, below_or),
            Condition::Parentheses(inner) => self.condition(inner, negated, below_or),
            Condition::All(parts) if negated => self.any(parts, negated),
            Condition::Any(parts) if !negated => self.any(parts, negated),
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter().all(|part| self.condition(part, negated, below_or))
            }
        }
    }

    fn any(&self, parts: &[Condition], negated: bool) -> bool {
        parts.iter().any(|part| self.condition(part, negated, true))
    }

    fn test(&self, test: &Test, negated: bool, below_or: bool) -> bool {
        let argument = look_up(self.arguments, test);
        let in_the_corner = self.reading == Reading::Lenient
            && below_or
            && !negated
            && test.question.is_comparison()
            && argument.is_some_and(Json::is_composite);
        in_the_corner || answer(argument, &test.question) != negated
    }
}

/// Whether one test holds for the arguments.
pub fn test_holds(test: &Test, arguments: &Json) -> bool {
    answer(look_up(arguments, test), &test.question)
}

/// The argument that a test is about; one that is null is taken as missing.
fn look_up<'j>(arguments: &'j Json, test: &Test) -> Option<&'j Json> {
    let mut value = arguments;
    for key in &test.path {
        let Json::Object(members) = value else { return None };
        value = &members.iter().find(|(name, _)| name == key.0)?.1;
    }
    if *value == Json::Null { None } else { Some(value) }
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
