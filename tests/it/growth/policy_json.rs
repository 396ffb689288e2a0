//! A policy.json that is long in one direction, checked and decompiled.

use super::{CHECK_JSON, DECOMPILE, Files, WHY, joined, kinds};

fn document(rest: &str) -> Files {
    vec![("policy.json".to_owned(), format!("{{\"version\":\"1\",\"default\":\"deny\"{rest}}}\n"))]
}

/// A document of one tool with this rule.
fn tool(rule: &str) -> Files {
    document(&format!(",\"tools\":{{\"t\":{{{rule}}}}}"))
}

fn limit(counter: &str, max: usize) -> String {
    format!("{{\"counter\":\"{counter}\",\"window\":\"minute\",\"max\":{max},\"scope\":\"grant\"}}")
}

fn predicate(key: &str, value: usize) -> String {
    format!("{{\"conditions\":[{}],\"on_deny\":\"No.\"}}", condition(key, value))
}

fn condition(key: &str, value: usize) -> String {
    format!("{{\"path\":\"args.{key}\",\"op\":\"eq\",\"value\":{value}}}")
}

fn tools(n: usize) -> Files {
    let tools =
        joined(n, ",", |n| format!("\"get_t{n}\":{{\"limits\":[{}]}}", limit(&format!("c{n}"), 5)));
    document(&format!(",\"tools\":{{{tools}}}"))
}

fn hidden(n: usize) -> Files {
    document(&format!(",\"hide\":[{}]", joined(n, ",", |n| format!("\"t{n}\""))))
}

fn limits(n: usize) -> Files {
    tool(&format!("\"limits\":[{}]", joined(n, ",", |n| limit(&format!("c{n}"), n + 5))))
}

fn denials(n: usize) -> Files {
    tool(&format!("\"deny_if\":[{}]", joined(n, ",", |n| predicate("x", n))))
}

fn conditions(n: usize) -> Files {
    let conditions = joined(n, ",", |n| condition(&format!("x{n}"), n));
    tool(&format!("\"deny_if\":[{{\"conditions\":[{conditions}],\"on_deny\":\"No.\"}}]"))
}

kinds! {
    entries: CHECK_JSON, 75, tools;
    entries_decompiled: DECOMPILE, 40, tools;
    entries_explained: WHY, 60, tools;
    hidden_names_decompiled: DECOMPILE, 75, hidden;
    limits_of_one_tool: CHECK_JSON, 60, limits;
    denials_of_one_tool: CHECK_JSON, 30, denials;
    denials_of_one_tool_decompiled: DECOMPILE, 25, denials;
    conditions_of_one_predicate_decompiled: DECOMPILE, 50, conditions;
    caps_over_all_explained: WHY, 50, |n| {
        let tools = joined(n, ",", |n| format!("\"create_t{n}\":{{}}"));
        let limits = joined(n, ",", |n| limit(&format!("c{n}"), n + 500));
        document(&format!(",\"all_tools\":{{\"limits\":[{limits}]}},\"tools\":{{{tools}}}"))
    };
    caps_over_all_beside_entries: CHECK_JSON, 50, |n| {
        let tools = joined(n, ",", |n| format!("\"create_t{n}\":{{}}"));
        let limits = joined(n, ",", |n| limit(&format!("c{n}"), n + 500));
        document(&format!(",\"all_tools\":{{\"limits\":[{limits}]}},\"tools\":{{{tools}}}"))
    };
}
