//! The logic against brute force: conjunctions of facts over a small universe of calls, every call tried by an evaluator that
//! shares no code with the library, with and without a schema, which a library of its own judges.

pub mod facts;
mod schemas;
pub mod universe;

use gatewright::policy::logic::{Answer, Fact, Logic, Undecided};
use gatewright::policy::semantics::Readings;
use gatewright::policy::{Literal, Operator, Path, Test};

use crate::random::Random;
use facts::{all_hold, random_facts};
use universe::{Json, calls};

/// The number of conjunctions that are tried; `GATEWRIGHT_LOGIC_CASES` sets another.
const CASES: u64 = 4_000;

/// The number of cases that each test of this kind tries.
pub fn cases() -> u64 {
    let asked = std::env::var("GATEWRIGHT_LOGIC_CASES").ok();
    asked.and_then(|number| number.parse().ok()).unwrap_or(CASES)
}

/// What the answers came to.
#[derive(Debug, Default)]
struct Tally {
    yes: u64,
    no: u64,
    undecided: u64,
}

#[test]
fn every_answer_agrees_with_brute_force() {
    let calls = calls();
    let mut tally = Tally::default();
    for seed in 0..cases() {
        let owned = random_facts(&mut Random::new(seed));
        let facts: Vec<Fact<'_>> =
            owned.iter().map(|(test, negated)| Fact { test, negated: *negated }).collect();
        match Logic::default().satisfy(&facts) {
            Answer::Yes(model) => {
                tally.yes += 1;
                let arguments = Json::of(&model.arguments);
                assert!(all_hold(&owned, &arguments), "seed {seed}: {owned:?}\n{arguments:?}");
                assert!(model.is_admitted, "seed {seed}");
            }
            Answer::No => {
                tally.no += 1;
                let witness = calls.iter().find(|call| all_hold(&owned, call));
                assert!(witness.is_none(), "seed {seed}: {owned:?}\n{witness:?}");
            }
            Answer::Undecided(_) => tally.undecided += 1,
        }
        // More readings only make more possible.
        let some = calls.iter().any(|call| all_hold(&owned, call));
        for readings in [Readings::Documented, Readings::AnyEquality, Readings::Any] {
            let may_hold = Logic::default().may_hold(&facts, readings);
            assert!(!some || may_hold != Ok(false), "seed {seed}: {owned:?} {readings:?}");
        }
    }
    assert!(tally.no > cases() / 10 && tally.yes > cases() / 10, "{tally:?}");
    assert!(tally.undecided * 100 <= cases(), "{tally:?}");
}

#[test]
fn under_a_schema_every_answer_agrees_with_brute_force() {
    let calls = calls();
    let mut tally = Tally::default();
    for seed in 0..cases() / 4 {
        let mut random = Random::new(seed);
        let schema = schemas::random_schema(&mut random);
        let validator = jsonschema::validator_for(&schema).unwrap();
        let tool = schemas::tool(&schema);
        let (domains, arguments) = tool.tools()[0].domains().unwrap();
        let admitted: Vec<&Json> =
            calls.iter().filter(|call| validator.is_valid(&call.value())).collect();
        for _ in 0..4 {
            let owned = random_facts(&mut random);
            let facts: Vec<Fact<'_>> =
                owned.iter().map(|(test, negated)| Fact { test, negated: *negated }).collect();
            match Logic::under(&domains, arguments).satisfy(&facts) {
                Answer::Yes(model) => {
                    tally.yes += 1;
                    let arguments = Json::of(&model.arguments);
                    assert!(all_hold(&owned, &arguments), "seed {seed}: {owned:?}\n{arguments:?}");
                    let is_valid = validator.is_valid(&arguments.value());
                    assert!(is_valid || !model.is_admitted, "{seed}: {schema}\n{arguments:?}");
                }
                Answer::No => {
                    tally.no += 1;
                    let witness = admitted.iter().find(|call| all_hold(&owned, call));
                    assert!(witness.is_none(), "seed {seed}: {schema}\n{owned:?}\n{witness:?}");
                }
                Answer::Undecided(_) => tally.undecided += 1,
            }
        }
    }
    assert!(tally.no > cases() / 10 && tally.yes > cases() / 10, "{tally:?}");
    assert!(tally.undecided * 100 <= cases(), "{tally:?}");
}

fn fact(operator: Operator, value: &str) -> Test {
    let value = Literal::from(&serde_json::from_str::<serde_json::Value>(value).unwrap());
    Test { path: Path(vec!["x".into()]), operator, value }
}

/// The model of facts about one argument; `!` before a value negates its test.
fn model(tests: &[(Operator, &str)]) -> Answer {
    let owned: Vec<(Test, bool)> = tests
        .iter()
        .map(|(operator, value)| {
            let plain = value.strip_prefix('!').unwrap_or(value);
            (fact(*operator, plain), value.starts_with('!'))
        })
        .collect();
    let facts: Vec<Fact<'_>> =
        owned.iter().map(|(test, negated)| Fact { test, negated: *negated }).collect();
    Logic::default().satisfy(&facts)
}

fn argument(answer: &Answer) -> Option<String> {
    let Answer::Yes(model) = answer else { return None };
    let Literal::Object(members) = &model.arguments else { return None };
    members.first().map(|(_, value)| value.to_json())
}

#[test]
fn models_are_the_smallest_of_their_kind() {
    use Operator::{Contains, Gt, Gte, Lt, Neq, NotIn, Regex};
    for (tests, expected) in [
        (&[(Gt, "5")][..], "6"),
        (&[(Gt, "5"), (Lt, "6")], "5.1"),
        (&[(Gt, "-2"), (Lt, "-1"), (Neq, "-1.5")], "-1.9"),
        (&[(Lt, "1"), (Neq, "0")], "-1"),
        (&[(Gte, "1e300"), (Lt, "1e301")], "1e300"),
        (&[(Gt, "9007199254740992"), (Lt, "9007199254740994")], "9007199254740993"),
        (&[(Regex, r#""^models:/""#)], "\"models:/\""),
        (&[(Regex, r#""^a+$""#), (NotIn, r#"["a", "aa"]"#)], "\"aaa\""),
        (&[(Regex, r#""^[a-c]$""#), (Regex, r#"!"a|b""#)], "\"c\""),
        (&[(Contains, r#""ab""#), (Contains, r#""bc""#), (Contains, r#"!"abc""#)], "\"abbc\""),
        (&[(Contains, "1"), (Contains, "!2")], "[1]"),
    ] {
        assert_eq!(argument(&model(tests)).as_deref(), Some(expected), "{tests:?}");
    }
}

#[test]
fn what_excludes_each_other_has_no_model() {
    use Operator::{Contains, Eq, Exists, Gt, In, Lt, Lte, Regex};
    for tests in [
        &[(Gt, "5"), (Lte, "5")][..],
        &[(Gt, "5"), (Regex, r#""a""#)],
        &[(Regex, r#""^a""#), (Regex, r#""^b""#)],
        &[(Contains, r#""abc""#), (Contains, r#"!"b""#), (Regex, r#""c""#)],
        &[(Eq, "1"), (Lt, "1.0")],
        &[(In, "[1, 2]"), (In, "[3]")],
        &[(Exists, "true"), (Exists, "false")],
        &[(Regex, r#"!"(?s)^.*$""#), (Contains, r#""a""#), (Contains, "!1"), (Regex, r#""x""#)],
    ] {
        assert_eq!(model(tests), Answer::No, "{tests:?}");
    }
}

#[test]
fn a_pattern_beyond_the_budget_is_named() {
    let tests = [(Operator::Regex, r#""(a|b)*a(a|b){200}""#)];
    let pattern = "(a|b)*a(a|b){200}".to_owned();
    assert_eq!(model(&tests), Answer::Undecided(Undecided::Pattern(pattern)));
}

#[test]
fn a_number_beyond_the_budget_is_not_decided() {
    assert_eq!(model(&[(Operator::Gt, "1e300")]), Answer::Undecided(Undecided::Numbers));
}
