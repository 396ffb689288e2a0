//! Two versions of a long policy.

use super::{DIFF, Files, joined, kinds};

/// Two versions of a policy.json with these members besides the first ones.
fn versions(members: impl Fn(usize) -> String) -> Files {
    let document =
        |version| format!("{{\"version\":\"1\",\"default\":\"deny\"{}}}", members(version));
    vec![("old.policy.json".to_owned(), document(0)), ("new.policy.json".to_owned(), document(1))]
}

fn limits(count: usize, window: &str, more: usize) -> String {
    joined(count, ",", |n| {
        let max = n + 5 + more;
        format!(
            "{{\"counter\":\"c{n}\",\"window\":\"{window}\",\"max\":{max},\"scope\":\"grant\"}}"
        )
    })
}

kinds! {
    tools_with_other_guards: DIFF, 200, |n| versions(|version| {
        let tools = joined(n, ",", |n| format!(
            "\"t{n}\":{{\"deny_if\":[{{\"conditions\":[{{\"path\":\"args.x\",\"op\":\"gt\",\"value\":{}}}]}}]}}",
            n + version,
        ));
        format!(",\"tools\":{{{tools}}}")
    });
    guards_of_one_tool_that_change: DIFF, 200, |n| versions(|version| {
        let guards = joined(n, ",", |n| format!(
            "{{\"conditions\":[{{\"path\":\"args.x{n}\",\"op\":\"gt\",\"value\":{}}}]}}",
            n + version,
        ));
        format!(",\"tools\":{{\"t\":{{\"deny_if\":[{guards}]}}}}")
    });
    limits_of_two_tools_with_the_same_counters: DIFF, 200, |n| versions(|version| {
        let limits = limits(n, "hour", version);
        format!(",\"tools\":{{\"a\":{{\"limits\":[{limits}]}},\"b\":{{\"limits\":[{limits}]}}}}")
    });
    limits_of_all_calls_beside_tools: DIFF, 200, |n| versions(|version| {
        let tools = joined(n, ",", |n| format!(
            "\"t{n}\":{{\"limits\":[{}]}}", limits(1, "day", 0),
        ));
        let all = limits(n, "day", 1000 * n + version);
        format!(",\"all_tools\":{{\"limits\":[{all}]}},\"tools\":{{{tools}}}")
    });
    hidden_tools_that_change: DIFF, 800, |n| versions(|version| {
        let hide = joined(n, ",", |n| format!("\"t{}\"", n + version));
        format!(",\"hide\":[{hide}]")
    });
}
