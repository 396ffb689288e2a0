//! Calls that show whether one policy.json lets more through than another.

use serde_json::{Map, Value, json};

use crate::lowering::gateway::{Decision, decide};
use crate::random::Random;

const TOOLS: [&str; 9] = [
    "get_run",
    "list_runs",
    "set_run",
    "delete_run",
    "pay_invoice",
    "run_job",
    "zap",
    "old tool",
    "gained later",
];

/// Calls of each tool.
const CALLS: usize = 14;

/// A call that is blocked before and gets through afterwards, in words.
pub fn opened(
    before: &Value,
    after: &Value,
    random: &mut Random,
    calls: &mut usize,
) -> Option<String> {
    if before == after {
        return None;
    }
    for tool in TOOLS {
        let mut passes_after = false;
        for _ in 0..CALLS {
            *calls += 1;
            let arguments = arguments(random);
            let now = decide(after, tool, &arguments) == Decision::Allowed;
            passes_after |= now;
            if now && decide(before, tool, &arguments) != Decision::Allowed {
                return Some(format!("lets through {tool} {arguments}"));
            }
        }
        if passes_after {
            for (window, minutes) in WINDOWS {
                let (old, new) = (most(before, tool, minutes), most(after, tool, minutes));
                if new > old {
                    return Some(format!(
                        "lets {tool} be called {new} times a {window}, not {old}"
                    ));
                }
            }
        }
    }
    None
}

const WINDOWS: [(&str, u64); 3] = [("minute", 1), ("hour", 60), ("day", 1440)];

/// How many calls of a tool get through in one window, whatever their arguments.
fn most(policy: &Value, tool: &str, minutes: u64) -> u64 {
    let own = &policy["tools"][tool]["limits"];
    let all = &policy["all_tools"]["limits"];
    let limits = [own, all].into_iter().filter_map(Value::as_array).flatten();
    let most = limits.map(|limit| {
        let window = WINDOWS.iter().find(|(name, _)| limit["window"] == *name).unwrap().1;
        limit["max"].as_u64().unwrap() * (minutes / window).max(1)
    });
    most.min().unwrap_or(u64::MAX)
}

fn arguments(random: &mut Random) -> Value {
    let mut arguments = Map::new();
    let values: [(&str, Vec<Value>); 5] = [
        (
            "amount",
            vec![
                json!(0),
                json!(9),
                json!(10),
                json!(49.5),
                json!(50),
                json!(51),
                json!(1e9),
                json!(null),
            ],
        ),
        ("cur", vec![json!("usd"), json!("eur"), json!("USD"), json!("EUR"), json!("")]),
        (
            "cmd",
            [
                "rm -rf /",
                "rm",
                "shutdown",
                "now shutdown",
                "ls",
                "",
                "a",
                "aaa",
                "A_z",
                "evil.com",
                "evilxcom",
                "https://evil.com/x",
                "https://evilxcom/x",
                "registry.corp.example/x",
                "xregistry.corp.example/",
                "two\nrm\nlines",
            ]
            .map(|text| json!(text))
            .to_vec(),
        ),
        ("force", vec![json!(true), json!(false)]),
        ("amout", vec![json!(1), json!(99)]),
    ];
    for (name, values) in values {
        if !random.one_in(if name == "amout" { 1 } else { 4 }) || random.one_in(5) {
            arguments.insert(name.to_owned(), random.pick(&values));
        }
    }
    Value::Object(arguments)
}
