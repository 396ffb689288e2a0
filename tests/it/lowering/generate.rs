//! Random conditions, policies and calls.

use proptest::prelude::*;

use super::condition::{Condition, Json, Key, Pattern, Question, Test};
use super::policy::{Kind, Policy, Statement};
use crate::random::Random;

/// Numbers with their value in thousandths; several spellings of one value among them.
const NUMBERS: [(&str, i64); 14] = [
    ("-1", -1000),
    ("-0", 0),
    ("0", 0),
    ("0.5", 500),
    ("1", 1000),
    ("1.0", 1000),
    ("1.5", 1500),
    ("2", 2000),
    ("4.999", 4999),
    ("5", 5000),
    ("1e1", 10_000),
    ("10", 10_000),
    ("0.1E+2", 10_000),
    ("100", 100_000),
];

const TEXTS: [&str; 12] = [
    "",
    "a",
    "b",
    "ab",
    "abc",
    "a.b",
    "1",
    "true",
    "\u{e9}t\u{e9}",
    "x\"y",
    "back\\slash",
    "line\nbreak",
];

static PATTERNS: [Pattern; 9] = [
    Pattern { spelling: "", holds: |_| true, near: &["", "a"] },
    Pattern { spelling: "^a", holds: |text| text.starts_with('a'), near: &["a", "ab", "ba"] },
    Pattern { spelling: "b$", holds: |text| text.ends_with('b'), near: &["b", "ab", "bc", "b\n"] },
    Pattern { spelling: "^$", holds: str::is_empty, near: &["", " "] },
    Pattern {
        spelling: "^(a|b|1)$",
        holds: |text| matches!(text, "a" | "b" | "1"),
        near: &["a", "1", "a1", "\na"],
    },
    Pattern {
        spelling: "[0-9]",
        holds: |text| text.contains(|c: char| c.is_ascii_digit()),
        near: &["1", "x5y", "x"],
    },
    Pattern { spelling: "\\.", holds: |text| text.contains('.'), near: &["a.b", "ab"] },
    Pattern {
        spelling: "(?i)^AB",
        holds: |text| text.to_lowercase().starts_with("ab"),
        near: &["abc", "aB", "cab"],
    },
    Pattern {
        spelling: "\"y|\\\\",
        holds: |text| text.contains("\"y") || text.contains('\\'),
        near: &["x\"y", "back\\slash", "x"],
    },
];

/// Paths, the first ones more often, so that tests of one policy meet at one argument.
const PATHS: [&[Key]; 10] = [
    &[Key("a", false)],
    &[Key("n", false)],
    &[Key("c", false), Key("d", false)],
    &[Key("a", true)],
    &[Key("c", false)],
    &[Key("c", false), Key("g h", true), Key("i", false)],
    &[Key("e-f", true)],
    &[Key("k\"q", true)],
    &[Key("\u{43a}\u{43b}\u{44e}\u{447}", true)],
    &[Key("args", false), Key("allow", false)],
];

fn number() -> impl Strategy<Value = Json> {
    prop::sample::select(&NUMBERS[..]).prop_map(|(spelling, value)| Json::Number(spelling, value))
}

fn text() -> impl Strategy<Value = Json> {
    prop::sample::select(&TEXTS[..]).prop_map(|text| Json::Text(text.to_owned()))
}

fn scalar() -> impl Strategy<Value = Json> {
    prop_oneof![
        4 => text(),
        4 => number(),
        2 => any::<bool>().prop_map(Json::Bool),
        1 => Just(Json::Null),
    ]
}

fn literal() -> impl Strategy<Value = Json> {
    prop_oneof![8 => scalar(), 1 => scalar().prop_recursive(3, 6, 3, |inner| {
        let key = prop::sample::select(&["d", "i", "g h", ""][..]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Json::List),
            prop::collection::btree_map(key, inner, 0..3).prop_map(|members| {
                Json::Object(members.into_iter().map(|(key, value)| (key.into(), value)).collect())
            }),
        ]
    })]
}

fn question() -> impl Strategy<Value = Question> {
    let literals = || prop::collection::vec(literal(), 0..4);
    prop_oneof![
        4 => literal().prop_map(Question::Equals),
        3 => literal().prop_map(Question::Differs),
        2 => number().prop_map(Question::Below),
        2 => number().prop_map(Question::AtMost),
        2 => number().prop_map(Question::Above),
        2 => number().prop_map(Question::AtLeast),
        3 => literals().prop_map(Question::OneOf),
        2 => literals().prop_map(Question::NoneOf),
        1 => prop::sample::select(PATTERNS.iter().collect::<Vec<_>>()).prop_map(Question::Matches),
        1 => literal().prop_map(Question::Contains),
        2 => Just(Question::Exists),
        2 => Just(Question::Missing),
    ]
}

fn test() -> impl Strategy<Value = Test> {
    let path = prop_oneof![
        3 => prop::sample::select(&PATHS[..3]),
        1 => prop::sample::select(&PATHS[..]),
    ];
    (path, question()).prop_map(|(path, question)| Test { path: path.to_vec(), question })
}

fn condition() -> impl Strategy<Value = Condition> {
    test().prop_map(Condition::Test).prop_recursive(4, 8, 3, |inner| {
        let parts = || prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            4 => parts().prop_map(Condition::All),
            4 => parts().prop_map(Condition::Any),
            3 => inner.clone().prop_map(|inner| Condition::Not(Box::new(inner))),
            1 => inner.prop_map(|inner| Condition::Parentheses(Box::new(inner))),
        ]
    })
}

fn statement() -> impl Strategy<Value = Statement> {
    let kind = prop_oneof![
        6 => Just(Kind::Require),
        5 => Just(Kind::ApproveUnless),
        5 => Just(Kind::ApproveWhen),
        5 => Just(Kind::DenyWhen),
        1 => Just(Kind::Deny),
        1 => Just(Kind::Approve),
    ];
    (kind, condition(), prop::bool::weighted(0.8), any::<bool>()).prop_map(
        |(kind, condition, has_reason, in_block)| Statement {
            kind,
            condition,
            has_reason,
            in_block,
        },
    )
}

/// One to three guards of one granted tool, without a manifest.
pub fn policy() -> impl Strategy<Value = Policy> {
    let statements = prop_oneof![
        3 => prop::collection::vec(statement(), 1),
        1 => prop::collection::vec(statement(), 2..4),
    ];
    (statements, any::<u64>()).prop_map(|(statements, seed)| Policy {
        statements,
        typed: [false; 3],
        seed,
    })
}

/// One to four guards of one granted tool, and what the manifest says of its arguments.
pub fn typed_policy() -> impl Strategy<Value = Policy> {
    let statements = prop_oneof![
        2 => prop::collection::vec(statement(), 1),
        2 => prop::collection::vec(statement(), 2..5),
    ];
    let typed = prop_oneof![1 => Just([false; 3]), 3 => any::<[bool; 3]>()];
    (statements, typed, any::<u64>()).prop_map(|(statements, typed, seed)| Policy {
        statements,
        typed,
        seed,
    })
}

/// Arguments of a call, near to what the tests of a policy ask for.
pub fn arguments(tests: &[&Test], random: &mut Random) -> Json {
    let mut arguments = Json::Object(Vec::new());
    let mut order: Vec<&Test> = tests.to_vec();
    random.shuffle(&mut order);
    for test in order {
        let value = match random.below(16) {
            0 | 1 => continue,
            2 => Json::Null,
            3 => any_value(random),
            // An argument is sometimes asked about by another test, whose values are as good.
            4 => near(random.pick(tests), random),
            _ => near(test, random),
        };
        let keys: Vec<&str> = test.path.iter().map(|key| key.0).collect();
        let depth = if random.one_in(12) { random.below(keys.len()) + 1 } else { keys.len() };
        put(&mut arguments, &keys[..depth], value, random);
    }
    if random.one_in(4) {
        put(&mut arguments, &["unrelated"], any_value(random), random);
    }
    arguments
}

/// Puts a value at a path; what is no object on the way there is replaced, or left and the value not put.
fn put(into: &mut Json, keys: &[&str], value: Json, random: &mut Random) {
    let Some((first, rest)) = keys.split_first() else {
        *into = value;
        return;
    };
    if !matches!(into, Json::Object(_)) {
        if random.one_in(2) {
            return;
        }
        *into = Json::Object(Vec::new());
    }
    let Json::Object(members) = into else { return };
    let at = members.iter().position(|(key, _)| key == first).unwrap_or_else(|| {
        members.push(((*first).to_owned(), Json::Object(Vec::new())));
        members.len() - 1
    });
    put(&mut members[at].1, rest, value, random);
}

/// A value on either side of what a test asks for.
fn near(test: &Test, random: &mut Random) -> Json {
    if let Question::Matches(pattern) = &test.question {
        return Json::Text(random.pick(pattern.near).to_owned());
    }
    let literals = test.question.literals();
    if literals.is_empty() {
        return any_value(random);
    }
    let literal = random.pick(literals);
    let contains = matches!(test.question, Question::Contains(_));
    match literal {
        Json::Number(..) if random.one_in(2) || contains => {
            let (spelling, value) = random.pick(&NUMBERS);
            let number = Json::Number(spelling, value);
            if contains { Json::List(vec![number, literal]) } else { number }
        }
        Json::Text(text) if contains => {
            let longer = format!("<{text}>");
            let other = random.pick(&TEXTS);
            let choices = [
                Json::Text(longer),
                Json::List(vec![Json::Bool(true), Json::Text(text.clone())]),
                Json::List(vec![Json::Text(other.to_owned())]),
                Json::Text(text.chars().skip(1).collect()),
            ];
            random.pick(&choices)
        }
        Json::Text(text) if random.one_in(3) => {
            let choices = [text.clone() + "x", text.chars().skip(1).collect(), text.to_uppercase()];
            Json::Text(random.pick(&choices))
        }
        Json::Bool(value) => Json::Bool(value != random.one_in(2)),
        Json::List(mut items) if random.one_in(2) => {
            items.push(any_value(random));
            Json::List(items)
        }
        Json::Object(mut members) => {
            // The order of keys says nothing.
            members.reverse();
            if random.one_in(3) {
                members.push(("more".to_owned(), Json::Null));
            }
            Json::Object(members)
        }
        other if contains => Json::List(vec![any_value(random), other]),
        other => other,
    }
}

fn any_value(random: &mut Random) -> Json {
    match random.below(10) {
        0 => Json::Null,
        1 | 2 => Json::Bool(random.one_in(2)),
        3 | 4 => {
            let (spelling, value) = random.pick(&NUMBERS);
            Json::Number(spelling, value)
        }
        5 | 6 => Json::Text(random.pick(&TEXTS).to_owned()),
        7 => Json::List(Vec::new()),
        8 => Json::List(vec![any_value(random), any_value(random)]),
        _ => Json::Object(vec![("d".to_owned(), any_value(random))]),
    }
}
