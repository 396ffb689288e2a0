//! The laws over policies that nobody wrote.

use std::sync::Arc;

use gatewright::policy::{Literal, Operator, Path, Posture, Rate, Test, Window};
use gatewright::policy_json::{Document, Limit, Predicate, ToolRule, write};
use gatewright::source::MemoryLoader;
use proptest::prelude::*;
use proptest::sample::select;

use super::assert_laws;

const NAMES: [&str; 24] = [
    "get_run",
    "get_runs",
    "get_run_tag",
    "set_run_tag",
    "set_model_tag",
    "set_x_tag",
    "allow",
    "all",
    "exists",
    "default",
    "Create.Charge__v2 (beta)",
    "args.x",
    "args",
    "30/minute",
    "5",
    "5x",
    "a*",
    "?",
    "-",
    "a/b:c",
    "caf\u{e9} \u{4e2d}",
    "say \"hi\"\\",
    "tab\tand\nline",
    "\u{202e}x",
];

const COUNTERS: [&str; 18] = [
    "get_run_rate",
    "get_run_per_hour",
    "set_run_tag_per_day",
    "calls-per-minute",
    "shared",
    "a counter",
    "{tool}",
    "{tool}_{window}",
    "x-get_run-y",
    "set_run_tag-minute",
    "set_run_tag-hour",
    "minute",
    "day/hour",
    "all",
    "as",
    "30/minute",
    "\"",
    "a*_rate",
];

const KEYS: [&str; 10] =
    ["a", "b", "_", "exists", "in", "page-size", "1st", "a b", "\u{e9}", "q\"\\\n"];

const MESSAGES: [&str; 11] = [
    "",
    "no",
    "Requires human approval.",
    "Requires human approval. Ask.",
    "Requires human approval. ",
    "Denied by policy.",
    "Denied by policy unless args.a exists.",
    "Denied by policy when args.a exists.",
    "Denied by policy when args.a exists or args.b == 1.",
    "quote \" and \\ and \n",
    "Requires human approval. Requires human approval.",
];

fn path() -> impl Strategy<Value = Path> {
    let key = prop_oneof![3 => Just("a"), 2 => Just("b"), 3 => select(&KEYS[..])];
    prop::collection::vec(key.prop_map(Box::from), 1..3).prop_map(Path)
}

fn number() -> impl Strategy<Value = Literal> {
    select(&["0", "1", "-1", "1.50", "2e3", "1E-7", "9007199254740993", "-0"][..])
        .prop_map(|spelling| Literal::Number(spelling.into()))
}

fn scalar() -> impl Strategy<Value = Literal> {
    prop_oneof![
        Just(Literal::Null),
        any::<bool>().prop_map(Literal::Bool),
        number(),
        select(&MESSAGES[..]).prop_map(|text| Literal::String(text.into())),
    ]
}

fn value() -> impl Strategy<Value = Literal> {
    scalar().prop_recursive(3, 12, 3, |inner| {
        let object = prop::collection::btree_map(select(&KEYS[..]), inner.clone(), 0..3);
        prop_oneof![
            prop::collection::vec(inner, 0..3).prop_map(Literal::List),
            object.prop_map(|members| {
                let members = members.into_iter().map(|(key, value)| (key.into(), value));
                Literal::Object(members.collect())
            }),
        ]
    })
}

fn test() -> impl Strategy<Value = Test> {
    let operator_and_value = select(&Operator::ALL[..]).prop_flat_map(|operator| {
        let value = match operator {
            Operator::Eq | Operator::Neq | Operator::Contains => value().boxed(),
            Operator::Lt | Operator::Lte | Operator::Gt | Operator::Gte => number().boxed(),
            Operator::In | Operator::NotIn => {
                prop::collection::vec(value(), 0..3).prop_map(Literal::List).boxed()
            }
            Operator::Exists => any::<bool>().prop_map(Literal::Bool).boxed(),
            Operator::Regex => select(&["", "^a", "\\d+\"", "(?i)x|y"][..])
                .prop_map(|pattern| Literal::String(pattern.into()))
                .boxed(),
        };
        value.prop_map(move |value| (operator, value))
    });
    (path(), operator_and_value).prop_map(|(path, (operator, value))| Test {
        path,
        operator,
        value,
    })
}

fn predicate(least: usize) -> impl Strategy<Value = Arc<Predicate>> {
    let message = prop_oneof![
        1 => Just(None),
        4 => select(&MESSAGES[..]).prop_map(|text| Some((*text).into())),
    ];
    (prop::collection::vec(test(), least..4), message).prop_map(
        |(conditions, on_deny): (Vec<Test>, _)| {
            let conditions = conditions.into_iter().map(Arc::new).collect();
            Arc::new(Predicate { conditions, on_deny })
        },
    )
}

/// Limits of which no two have one counter.
fn limits() -> impl Strategy<Value = Vec<Limit>> {
    let limit = (select(&COUNTERS[..]), select(&Window::ALL[..]), 1..4u64).prop_map(
        |(counter, window, max)| Limit {
            counter: counter.to_owned(),
            rate: Rate::clamped(max, window),
        },
    );
    prop::collection::vec(limit, 0..4).prop_map(|limits| {
        let mut distinct: Vec<Limit> = Vec::new();
        for limit in limits {
            if distinct.iter().all(|other| other.counter != limit.counter) {
                distinct.push(limit);
            }
        }
        distinct
    })
}

fn rule() -> impl Strategy<Value = ToolRule> {
    let some = (
        prop::collection::vec(predicate(1), 0..3),
        prop::collection::vec(predicate(0), 0..4),
        limits(),
    )
        .prop_map(|(require, deny_if, limits)| ToolRule { require, deny_if, limits });
    prop_oneof![1 => Just(ToolRule::default()), 3 => some]
}

/// Documents whose tools draw on few rules, so that there is something to fold.
fn document() -> impl Strategy<Value = Document> {
    let tools = prop::collection::vec(rule(), 1..4).prop_flat_map(|rules| {
        let guards =
            prop::collection::vec((select(&NAMES[..]), 0..rules.len(), 0..rules.len()), 0..9);
        guards.prop_map(move |tools| {
            let rule = |caps: usize, guards: usize| ToolRule {
                limits: rules[caps].limits.clone(),
                ..rules[guards].clone()
            };
            tools
                .into_iter()
                .map(|(name, caps, guards)| (name.to_owned(), rule(caps, guards)))
                .collect()
        })
    });
    let hidden = prop_oneof![1 => Just("*"), 8 => select(&NAMES[..])];
    let hide = prop::collection::vec(hidden, 0..7).prop_map(|names| {
        let mut distinct: Vec<String> = Vec::new();
        for name in names {
            if distinct.iter().all(|other| other != name) {
                distinct.push(name.to_owned());
            }
        }
        distinct
    });
    (any::<bool>(), hide, limits(), tools).prop_map(|(deny, hide, all_limits, tools)| Document {
        default: if deny { Posture::Deny } else { Posture::Allow },
        hide,
        all_limits,
        tools,
    })
}

/// A manifest of some of the names, in any order, with schemas that forbid some tests.
fn manifest() -> impl Strategy<Value = String> {
    let schema = select(
        &[
            r#"{}"#,
            r#"{"type": "object", "properties": {"a": {"type": "integer"}}, "additionalProperties": false}"#,
            r#"{"type": "object", "properties": {"a": {"enum": ["x"]}, "b": {"type": "string"}}}"#,
        ][..],
    );
    let names = Just(NAMES.to_vec()).prop_shuffle();
    (names, 0..NAMES.len(), prop::collection::vec(schema, NAMES.len())).prop_map(
        |(names, count, schemas)| {
            let tools: Vec<String> = names
                .iter()
                .zip(schemas)
                .take(count)
                .map(|(name, schema)| {
                    let name = serde_json::to_string(name).unwrap();
                    format!(r#"{{"name": {name}, "inputSchema": {schema}}}"#)
                })
                .collect();
            format!("[{}]", tools.join(", "))
        },
    )
}

/// A condition as a text, over few arguments, so that some lower to products.
fn condition() -> impl Strategy<Value = String> {
    let test = select(
        &[
            "args.a == 1",
            "args.a != \"x\"",
            "args.b < 5",
            "args.b >= 2.5",
            "args.c in [1, 2]",
            "args.c not in [3]",
            "args.d exists",
            "args.d missing",
            "args.e matches \"^x\"",
            "args.e contains 1",
            "args.f.g == true",
        ][..],
    );
    test.prop_map(str::to_owned).prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4)
                .prop_map(|parts| format!("({})", parts.join(" and "))),
            prop::collection::vec(inner.clone(), 2..4)
                .prop_map(|parts| format!("({})", parts.join(" or "))),
            inner.prop_map(|part| format!("not ({part})")),
        ]
    })
}

/// Statements about a few tools, as an author may write them.
fn statements() -> impl Strategy<Value = String> {
    let tools = select(&["x", "y", "x, y", "y, z"][..]);
    let form = select(&["require", "deny", "approve when", "approve unless"][..]);
    let because = select(&["", " because \"so\""][..]);
    let statement = (tools, form, condition(), because).prop_map(
        |(tools, form, condition, because)| match form.split_once(' ') {
            Some((word, mode)) => format!("{word} {tools} {mode} {condition}{because}"),
            None if form == "require" => format!("require {tools} with {condition}{because}"),
            None => format!("deny {tools} when {condition}{because}"),
        },
    );
    prop::collection::vec(statement, 0..5)
        .prop_map(|lines| format!("allow x, y, z\n{}\n", lines.join("\n")))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_document_has_a_text(document in document()) {
        assert_laws(&write(&document), None);
    }

    #[test]
    fn every_document_has_a_text_with_a_manifest(document in document(), manifest in manifest()) {
        assert_laws(&write(&document), Some(&manifest));
    }

    #[test]
    fn what_was_compiled_comes_back(text in statements()) {
        // Some conditions have no exact form or too many predicates.
        let json = crate::support::compile("policy.gate", text.into(), &MemoryLoader::default()).value;
        prop_assume!(json.is_some());
        assert_laws(&json.unwrap(), None);
    }
}
