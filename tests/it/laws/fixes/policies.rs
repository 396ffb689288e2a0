//! Policies over a small manifest, right and wrong, as people write them when they are in a hurry.

use crate::random::Random;

pub const MANIFEST: &str = r#"{"tools": [
    {"name": "get_run", "description": "Returns a run."},
    {"name": "list_runs", "description": "Lists runs."},
    {"name": "set_run", "description": "Changes a run.", "inputSchema": {"type": "object", "properties": {
        "amount": {"type": "number"}, "cur": {"type": "string", "enum": ["usd", "eur"]},
        "cmd": {"type": "string"}, "force": {"type": "boolean"}}}},
    {"name": "delete_run", "description": "Deletes a run for good.", "inputSchema": {"type": "object", "properties": {
        "cmd": {"type": "string"}, "force": {"type": "boolean"}}}},
    {"name": "pay_invoice", "description": "Pays an invoice.", "inputSchema": {"type": "object", "properties": {
        "amount": {"type": "number"}, "cur": {"type": "string", "enum": ["usd", "eur"]}}}},
    {"name": "run_job", "description": "Runs a command.", "inputSchema": {"type": "object", "properties": {
        "cmd": {"type": "string"}, "amount": {"type": "number"}}}}
]}"#;

/// Names of the manifest, some that it lacks, and one in quotes that it has.
const NAMES: [&str; 9] = [
    "get_run",
    "list_runs",
    "set_run",
    "delete_run",
    "pay_invoice",
    "run_job",
    "\"zap\"",
    "\"get_run\"",
    "\"old tool\"",
];
const SETS: [&str; 11] = [
    "*_run",
    "*",
    "set_*",
    "@tools",
    "@write",
    "@financial",
    "@critical",
    "@destructive",
    "@g",
    "@h",
    "@read",
];
/// Tests of which some can never hold, never fail, or are spelled wrong.
const TESTS: [&str; 26] = [
    "args.amount > 50",
    "args.amount >= 50",
    "args.amount <= 50",
    "args.amount < 10",
    "args.amount exists",
    "args.amount missing",
    "args.cur == \"usd\"",
    "args.cur != \"USD\"",
    "args.cur != \"eur\"",
    "args.cur in [\"usd\", \"eur\"]",
    "args.cur in [\"usd\", \"EUR\"]",
    "args.cur not in [\"eur\", \"USD\"]",
    "args.amout > 50",
    "args.\"amount\" > 20",
    "args.\"cmd\" matches \"^rm|shutdown$\"",
    "args.cmd matches \"^rm|shutdown$\"",
    "args.cmd matches \"evil.com\"",
    "args.cmd matches \"^https://evil.com/\"",
    "args.cmd matches \"[A-z]+\"",
    "args.cmd matches \"^[a-z]*$\"",
    "args.cmd matches \"registry\\\\.corp\\\\.example/\"",
    "args.cmd matches \"^(a+)+$\"",
    "args.cmd matches \"\"",
    "args.cmd matches \".*rm.*\"",
    "args.cmd contains \"rm\"",
    "args.force == true",
];
const RATES: [&str; 7] = [
    "5/minute",
    "30/minute",
    "300/hour",
    "5/hour",
    "1000/hour, 10/minute",
    "2/day",
    "9000/day, 60/minute",
];
const RULES: [&str; 8] = [
    "uncapped-write",
    "duplicate-rule",
    "redundant-selector",
    "critical-by-set",
    "unapproved-financial",
    "fails-open",
    "unreachable-cap",
    "uncapped-execute",
];

/// A whole policy.
pub fn policy(random: &mut Random) -> String {
    let mut text = String::new();
    if random.one_in(6) {
        text.push_str("# What the agent may do.\n");
    }
    text.push_str("manifest \"tools.json\"\n");
    match random.below(8) {
        0 => text.push_str("default allow\n"),
        1 => {}
        _ => text.push_str("default deny\n"),
    }
    text.push_str(&format!("group g = {}\n", selectors(random, false)));
    if random.one_in(2) {
        text.push_str(&format!("group h = {}\n", selectors(random, false)));
    } else {
        text.push_str("group h = set_run, \"zap\"\n");
    }
    if random.one_in(8) {
        text.push_str(&format!("group unused = {}\n", selectors(random, false)));
    }
    let mut written: Vec<String> = Vec::new();
    for _ in 0..2 + random.below(7) {
        let statement = match written.as_slice() {
            [_, ..] if random.one_in(5) => random.pick(&written),
            _ => statement(random),
        };
        written.push(statement.clone());
        comment_above(random, "", &mut text);
        text.push_str(&statement);
        comment_behind(random, &mut text);
        text.push('\n');
        if random.one_in(6) {
            text.push('\n');
        }
    }
    if random.one_in(12) {
        text.push_str(random.pick(&[
            "alow run_job",
            "budget @tools args.amount 5/day",
            "deny get_rn",
            "allow x as c",
        ]));
        text.push('\n');
    }
    text
}

fn comment_above(random: &mut Random, indent: &str, text: &mut String) {
    match random.below(14) {
        0 => text.push_str(&format!("{indent}# About this, {}.\n", random.below(1000))),
        1 => text.push_str(&format!("\n{indent}# Apart, {}.\n\n", random.below(1000))),
        2 => {
            let rules = match random.below(3) {
                0 => format!("{}, {}", random.pick(&RULES), random.pick(&RULES)),
                _ => random.pick(&RULES).to_owned(),
            };
            text.push_str(&format!("{indent}# gatewright: allow({rules}) It is meant.\n"));
        }
        _ => {}
    }
}

fn comment_behind(random: &mut Random, text: &mut String) {
    match random.below(16) {
        0 => text.push_str(&format!(" # behind, {}", random.below(1000))),
        1 => text.push_str(&format!(" # gatewright: allow({}) It is meant.", random.pick(&RULES))),
        _ => {}
    }
}

/// A row of selectors; over several lines with comments now and then.
fn selectors(random: &mut Random, with_groups: bool) -> String {
    let mut items: Vec<String> = Vec::new();
    for _ in 0..1 + random.below(3) {
        let item = if random.one_in(3) {
            random.pick(&SETS[..if with_groups { SETS.len() } else { 8 }])
        } else {
            random.pick(&NAMES)
        };
        items.push(item.to_owned());
    }
    if random.one_in(6) {
        items.push(items[0].clone());
    }
    let mut row = match random.below(8) {
        0 if items.len() > 1 => {
            let mut row = items[0].clone();
            for item in &items[1..] {
                row.push(',');
                comment_behind(random, &mut row);
                row.push_str(&format!("\n    {item}"));
            }
            row
        }
        _ => items.join(", "),
    };
    if random.one_in(10) {
        row.push_str(&format!(" except {}", random.pick(&NAMES)));
    }
    row
}

fn condition(random: &mut Random) -> String {
    let test = |random: &mut Random| match random.below(6) {
        0 => format!("not {}", random.pick(&TESTS)),
        _ => random.pick(&TESTS).to_owned(),
    };
    let first = test(random);
    match random.below(6) {
        0 => format!("{first} and {}", test(random)),
        1 => format!("{first} or {}", test(random)),
        2 => format!("{first}\n    or {}", test(random)),
        _ => first,
    }
}

/// The tail of a rule behind its tools.
fn rule(random: &mut Random, in_block: bool) -> (&'static str, String) {
    let because = if random.one_in(2) { " because \"Not so.\"" } else { "" };
    let counter = match random.below(8) {
        0 => " as c",
        1 => " as c-{tool}-{window}",
        _ => "",
    };
    match random.below(10) {
        0 => ("allow", counter.to_owned()),
        1 | 2 => ("allow", String::new()),
        3 => ("allow", format!(" {}{counter}", random.pick(&RATES))),
        4 => ("rate", format!(" {}{counter}", random.pick(&RATES))),
        5 => {
            let with = if in_block { "" } else { "with " };
            ("require", format!(" {with}{}{because}", condition(random)))
        }
        6 => ("deny", format!(" when {}{because}", condition(random))),
        7 => {
            let word = random.pick(&["when", "unless"]);
            ("approve", format!(" {word} {}{because}", condition(random)))
        }
        8 => (random.pick(&["approve", "deny"]), because.to_owned()),
        _ => ("hide", String::new()),
    }
}

fn statement(random: &mut Random) -> String {
    match random.below(12) {
        0 => format!("rate all {}", random.pick(&RATES)),
        1 => format!(
            "classify {} as {} because \"So.\"",
            random.pick(&NAMES[..6]),
            random.pick(&["read", "write", "financial", "destructive"])
        ),
        2..=4 => {
            let mut text = format!("tool {} {{\n", selectors(random, true));
            for _ in 0..1 + random.below(3) {
                comment_above(random, "    ", &mut text);
                let (word, rest) = rule(random, true);
                text.push_str(&format!("    {word}{rest}"));
                comment_behind(random, &mut text);
                text.push('\n');
            }
            text.push('}');
            text
        }
        _ => {
            let (word, rest) = rule(random, false);
            format!("{word} {}{rest}", selectors(random, true))
        }
    }
}
