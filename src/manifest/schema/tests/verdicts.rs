//! What a schema makes of a test.

use super::path;
use crate::manifest::schema::{Lookup, Lookups, Values, Verdict, corners, judge};
use crate::policy::{Literal, Operator, Test};

/// A value of JSON as conditions have it.
fn literal(json: &str) -> Literal {
    let value: serde_json::Value = serde_json::from_str(json).unwrap();
    Values::of([&value]).iter().next().cloned().unwrap()
}

/// The verdict and the corners of `args.a OPERATOR value` under a schema of `a`.
fn verdict(schema: &str, operator: &str, value: &str) -> String {
    let schema = format!(r#"{{"properties":{{"a":{schema}}}}}"#);
    let root = serde_json::from_str(&schema).unwrap();
    let Lookup::Found(shape) = Lookups::default().look_up(&root, &path("a")).lookup else {
        panic!("{schema}")
    };
    let operator = Operator::ALL.into_iter().find(|known| known.gate_name() == operator).unwrap();
    let test = Test { path: path("a"), operator, value: literal(value) };
    let corners = corners(&test, &shape);
    let mut out = match judge(&test, &shape) {
        Verdict::Possible => "possible".to_owned(),
        Verdict::Impossible { reason, near } => {
            near.into_iter().fold(reason, |out, near| out + " ~" + &near)
        }
        Verdict::Dead { values, near } => {
            near.into_iter().fold(format!("dead {values:?}"), |out, near| out + " ~" + &near)
        }
    };
    for corner in corners {
        out += &format!(" {corner:?}");
    }
    out
}

fn check_verdicts(schema: &str, expected: &[(&str, &str, &str)]) {
    for (operator, value, answer) in expected {
        assert_eq!(verdict(schema, operator, value), *answer, "{schema} {operator} {value}");
    }
}

#[test]
fn verdicts_by_type() {
    check_verdicts(
        r#"{"type":"integer"}"#,
        &[
            ("==", "1", "possible"),
            ("==", "1.0", "possible"),
            ("==", "1.5", "`args.a` is declared as integer"),
            ("==", "\"5\"", "`args.a` is declared as integer ~5"),
            ("==", "null", "possible"),
            ("!=", "\"x\"", "dead [0]"),
            ("!=", "1", "possible"),
            ("in", "[1, \"x\", null, true]", "dead [1, 3]"),
            ("in", "[\"x\", \"2\"]", "`args.a` is declared as integer"),
            ("in", "[]", "possible"),
            ("not in", "[1, \"2\"]", "dead [1] ~2"),
            ("<", "5", "possible"),
            ("exists", "true", "possible"),
            ("matches", "\"^1\"", "`matches` needs a string, and `args.a` is declared as integer"),
            (
                "contains",
                "1",
                "`contains` needs a string or a list, and `args.a` is declared as integer",
            ),
            ("contains", "null", "possible"),
        ],
    );
    check_verdicts(
        r#"{"type":"string"}"#,
        &[
            ("==", "90210", "`args.a` is declared as string ~\"90210\""),
            (">=", "1", "a comparison needs a number, and `args.a` is declared as string"),
            ("matches", "\"^1\"", "possible"),
            ("contains", "\"x\"", "possible"),
            ("contains", "1", "`args.a` is declared as string"),
        ],
    );
    check_verdicts(
        r#"{"type":"array","items":{"enum":["read","write"]}}"#,
        &[
            ("contains", "\"read\"", "possible"),
            (
                "contains",
                "\"raed\"",
                "`args.a` is declared as array of (\"read\" or \"write\") ~\"read\"",
            ),
            ("==", "[\"read\", \"write\"]", "possible"),
            ("==", "[\"other\"]", "`args.a` is declared as array of (\"read\" or \"write\")"),
            (
                ">",
                "1",
                "a comparison needs a number, and `args.a` is declared as array of (\"read\" or \"write\")",
            ),
        ],
    );
    check_verdicts(
        "{}",
        &[("==", "1", "possible"), ("<", "1", "possible"), ("!=", "1", "possible")],
    );
    check_verdicts(
        "false",
        &[("==", "1", "`args.a` is declared as no value"), ("exists", "true", "possible")],
    );
}

#[test]
fn verdicts_by_value() {
    check_verdicts(
        r#"{"enum":["staging","production"]}"#,
        &[
            ("==", "\"staging\"", "possible"),
            (
                "==",
                "\"Stagin\"",
                "`args.a` is declared as \"staging\" or \"production\" ~\"staging\"",
            ),
            ("in", "[\"staging\", \"prodution\"]", "dead [1] ~\"production\""),
            ("!=", "\"staging\"", "possible"),
            (
                "not in",
                "[\"production\", \"staging\", \"x\"]",
                "it excludes every possible value of `args.a`: \"staging\" or \"production\"",
            ),
            ("matches", "\"^x\"", "`args.a` is declared as \"staging\" or \"production\""),
            ("matches", "\"^stag\"", "possible"),
            ("contains", "\"stag\"", "possible"),
            ("contains", "\"x\"", "`args.a` is declared as \"staging\" or \"production\""),
        ],
    );
    check_verdicts(
        r#"{"enum":[1,2,3]}"#,
        &[
            (">", "3", "`args.a` is declared as 1, 2 or 3"),
            (">=", "3", "possible"),
            ("<", "1", "`args.a` is declared as 1, 2 or 3"),
            ("<=", "1.0", "possible"),
            ("not in", "[1, 2, 3]", "it excludes every possible value of `args.a`: 1, 2 or 3"),
        ],
    );
    check_verdicts(
        r#"{"type":"boolean"}"#,
        &[("not in", "[true, false]", "it excludes every possible value of `args.a`: boolean")],
    );
    check_verdicts(
        r#"{"const":[1,[2]]}"#,
        &[("contains", "[2.0]", "possible"), ("contains", "2", "`args.a` is declared as [1, [2]]")],
    );
    // A null that is not listed may get past the exclusion, so it is not called impossible.
    check_verdicts(r#"{"enum":["x",null]}"#, &[("!=", "\"x\"", "possible Null")]);
    // Numbers that a reader may have rounded decide nothing.
    check_verdicts(
        r#"{"enum":[9007199254740993, 0.1]}"#,
        &[("not in", "[9007199254740992, 0.1]", "possible"), (">", "9007199254740993", "possible")],
    );
}

#[test]
fn corners_are_where_the_schema_lets_a_call_get() {
    check_verdicts(
        r#"{"type":["string","integer","null"]}"#,
        &[
            ("==", "\"x\"", "possible MixedTypes"),
            ("!=", "1", "possible Null MixedTypes"),
            ("in", "[null]", "possible"),
            ("not in", "[true]", "dead [0] ~\"true\" Null"),
            ("<", "1", "possible"),
        ],
    );
    check_verdicts(
        r#"{"type":["number","object"]}"#,
        &[("<", "1", "possible"), ("==", "1.5", "possible MixedTypes")],
    );
    check_verdicts(r#"{"enum":[1,1.5]}"#, &[("==", "1", "possible")]);
    check_verdicts("{}", &[("!=", "1", "possible"), ("<", "1", "possible")]);
}
