//! What rules claim about calls is held against brute force: every claim about random policies over a small set of calls is
//! checked by an evaluator of the compiled document that shares no code with the program.

use std::collections::BTreeMap;

use gatewright::check::{self, Options};
use gatewright::diagnostic::{Category, Code, Diagnostic, Edit, Severity};
use gatewright::policy::Posture;
use gatewright::source::MemoryLoader;
use serde_json::{Map, Value, json};

use crate::random::Random;
use crate::support::{corpus, plain};

const TOOLS: &str = r#"{"tools": [
    {"name": "pay_bill", "description": "Pays a bill.", "inputSchema": {"type": "object", "additionalProperties": false, "properties": {
        "amount": {"type": "integer", "minimum": 0, "maximum": 4}, "mode": {"type": "string", "enum": ["x", "y", "z"]},
        "to": {"type": "string"}, "force": {"type": "boolean", "default": true}, "memo": {"type": "string"}},
        "required": ["amount", "to"]}},
    {"name": "delete_note", "description": "Deletes a note for good.", "inputSchema": {"type": "object", "properties": {
        "amount": {"type": "integer", "minimum": 0, "maximum": 4}, "mode": {"type": "string", "enum": ["x", "y", "z"]},
        "to": {"type": "string", "default": "a"}, "force": {"type": "boolean"}, "memo": {"type": "string"}},
        "required": ["mode"], "additionalProperties": false}},
    {"name": "set_tag", "description": "Sets a tag.", "inputSchema": {"type": "object", "properties": {
        "amount": {"type": "integer", "minimum": 1, "maximum": 3}, "mode": {"type": "string", "enum": ["x", "y", "z"]},
        "to": {"type": "string"}, "force": {"type": "boolean"}, "memo": {"type": "string"}},
        "required": ["amount", "mode"], "additionalProperties": false}}
]}"#;

const ALL: [&str; 3] = ["pay_bill", "delete_note", "set_tag"];

/// How many policies are tried.
fn cases() -> usize {
    std::env::var("GATEWRIGHT_TRUTH_CASES")
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(1500)
}

/// The calls of a tool that its schema allows, as far as the policies can tell them apart.
fn calls(tool: &str) -> Vec<Value> {
    let (amounts, required): (Vec<i32>, &[&str]) = match tool {
        "pay_bill" => ((0..=4).collect(), &["amount", "to"]),
        "delete_note" => ((0..=4).collect(), &["mode"]),
        _ => ((1..=3).collect(), &["amount", "mode"]),
    };
    let texts = ["a", "b", "ab", "zz"].map(|text| json!(text)).to_vec();
    let domains = [
        ("amount", amounts.into_iter().map(|amount| json!(amount)).collect()),
        ("mode", vec![json!("x"), json!("y"), json!("z")]),
        ("to", texts),
        ("force", vec![json!(true), json!(false)]),
        ("memo", vec![json!("a")]),
    ];
    let mut calls = vec![Map::new()];
    for (key, values) in domains {
        let mut next = Vec::new();
        for call in calls {
            if !required.contains(&key) {
                next.push(call.clone());
            }
            for value in &values {
                let mut call = call.clone();
                call.insert(key.to_owned(), value.clone());
                next.push(call);
            }
        }
        calls = next;
    }
    calls.into_iter().map(Value::Object).collect()
}

fn random_test(random: &mut Random) -> String {
    match random.below(9) {
        0..=2 => {
            let operator = random.pick(&["<", "<=", ">", ">=", "==", "!="]);
            format!("args.amount {operator} {}", random.below(6))
        }
        3 => format!("args.mode == \"{}\"", random.pick(&["x", "y", "z"])),
        4 => {
            let values = random.pick(&["\"x\"", "\"x\", \"y\"", "\"x\", \"y\", \"z\""]);
            format!("args.mode {} [{values}]", random.pick(&["in", "not in"]))
        }
        5 => {
            let values = random.pick(&["\"a\"", "\"a\", \"b\""]);
            format!("args.to {} [{values}]", random.pick(&["in", "not in"]))
        }
        6 => format!("args.force == {}", random.pick(&["true", "false"])),
        7 => {
            let key = random.pick(&["amount", "mode", "to", "memo"]);
            format!("args.{key} {}", random.pick(&["exists", "missing"]))
        }
        _ => format!("args.to matches \"{}\"", random.pick(&["^a", "^a$", "^[ab]+$", "b$"])),
    }
}

fn random_condition(random: &mut Random) -> String {
    let test = random_test(random);
    match random.below(5) {
        0 => format!("{test} and {}", random_test(random)),
        1 => format!("{test} or {}", random_test(random)),
        2 => format!("not ({test})"),
        _ => test,
    }
}

/// One statement a line, so that a statement can be taken out.
fn random_policy(random: &mut Random) -> (&'static str, String) {
    let tool = random.pick(&ALL);
    let caps = random.pick(&["", " 5/minute", " 2/minute, 100/hour", " 5/minute, 400/hour"]);
    let mut text = format!("manifest \"tools.json\"\ndefault deny\nallow {tool}{caps}\n");
    for _ in 0..1 + random.below(3) {
        let condition = random_condition(random);
        text += &match random.below(4) {
            0 => format!("approve {tool} when {condition} because \"Why.\"\n"),
            1 => format!("approve {tool} unless {condition} because \"Why.\"\n"),
            2 => format!("deny {tool} when {condition} because \"Why.\"\n"),
            _ => format!("require {tool} with {condition} because \"Why.\"\n"),
        };
    }
    if random.one_in(4) {
        text +=
            &format!("rate {tool} {}/{}\n", 1 + random.below(9), random.pick(&["minute", "hour"]));
    }
    (tool, text)
}

/// The verdicts of a compiled document.
struct Judge {
    rule: Value,
}

impl Judge {
    /// `None` if a policy does not compile.
    fn of(text: &str, tool: &str) -> Option<Self> {
        let loader = MemoryLoader::default().with("tools.json", TOOLS);
        let json = check::compile("a.gate", text.into(), &loader).value?;
        let document: Value = serde_json::from_str(&json).unwrap();
        Some(Self { rule: document["tools"].get(tool)?.clone() })
    }

    fn verdict(&self, call: &Value) -> &'static str {
        let mut verdict = "allow";
        let mut block = |predicate: &Value| {
            let approves =
                predicate["on_deny"].as_str().unwrap().starts_with("Requires human approval.");
            verdict = if approves && verdict != "deny" { "approve" } else { "deny" };
        };
        let list = |key: &str| self.rule[key].as_array().cloned().unwrap_or_default();
        for predicate in list("require") {
            if !predicate["conditions"].as_array().unwrap().iter().all(|test| holds(test, call)) {
                block(&predicate);
            }
        }
        for predicate in list("deny_if") {
            if predicate["conditions"].as_array().unwrap().iter().all(|test| holds(test, call)) {
                block(&predicate);
            }
        }
        verdict
    }

    fn verdicts(&self, calls: &[Value]) -> Vec<&'static str> {
        calls.iter().map(|call| self.verdict(call)).collect()
    }
}

/// One condition of a predicate.
fn holds(test: &Value, call: &Value) -> bool {
    let key = test["path"].as_str().unwrap().strip_prefix("args.").unwrap();
    let (operator, expected) = (test["op"].as_str().unwrap(), &test["value"]);
    let Some(value) = call.get(key).filter(|value| !value.is_null()) else {
        return operator == "exists" && *expected == json!(false);
    };
    let is_listed = || expected.as_array().unwrap().contains(value);
    let compares = |check: fn(f64, f64) -> bool| {
        value.as_f64().is_some_and(|value| check(value, expected.as_f64().unwrap()))
    };
    match operator {
        "exists" => *expected == json!(true),
        "eq" => value == expected,
        "neq" => value != expected,
        "in" => is_listed(),
        "not_in" => !is_listed(),
        "lt" => compares(|one, two| one < two),
        "lte" => compares(|one, two| one <= two),
        "gt" => compares(|one, two| one > two),
        "gte" => compares(|one, two| one >= two),
        "regex" => value.as_str().is_some_and(|text| {
            let pattern = expected.as_str().unwrap();
            match pattern {
                "^a" => text.starts_with('a'),
                "^a$" => text == "a",
                "^[ab]+$" => !text.is_empty() && text.chars().all(|c| "ab".contains(c)),
                "b$" => text.ends_with('b'),
                _ => pattern == "(?s)^.*$",
            }
        }),
        other => panic!("{other}"),
    }
}

fn edited(text: &str, edits: &[Edit]) -> String {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| edit.span);
    let mut out = text.to_owned();
    for edit in edits.iter().rev() {
        out.replace_range(edit.span.range(), &edit.text);
    }
    out
}

/// The policy without the line in which a place lies.
fn without_line(text: &str, place: usize) -> String {
    let start = text[..place].rfind('\n').map_or(0, |at| at + 1);
    let end = text[place..].find('\n').map_or(text.len(), |at| place + at + 1);
    format!("{}{}", &text[..start], &text[end..])
}

/// The arguments of the call with which a message or note begins.
fn shown_call(words: &str, tool: &str) -> Option<Value> {
    let rest = words.strip_prefix(&format!("`{tool} "))?;
    serde_json::from_str(rest.split('`').next()?).ok()
}

/// A policy with the verdicts of all calls.
struct Judged<'t> {
    text: &'t str,
    tool: &'t str,
    judge: Judge,
    calls: &'t [Value],
    verdicts: Vec<&'static str>,
}

/// What is wrong with a claim, if anything is.
fn fault(found: &Diagnostic, judged: &Judged<'_>) -> Option<String> {
    let Judged { text, tool, judge, calls, verdicts } = judged;
    let same_without = |text: &str, what: &str| {
        let other = Judge::of(text, tool)?;
        let at = (0..calls.len()).find(|at| verdicts[*at] != other.verdict(&calls[*at]))?;
        Some(format!("{what}: {} becomes {}", calls[at], other.verdict(&calls[at])))
    };
    let place = found.primary.span.start as usize;
    let passes =
        |call: &Value| (judge.verdict(call) != "allow").then(|| format!("{call} is stopped"));
    let some_call = |is_meant: &dyn Fn(&Value) -> bool| {
        let mut meant = calls.iter().zip(verdicts).filter(|(call, _)| is_meant(call));
        (!meant.any(|(_, verdict)| *verdict == "allow")).then(|| "no call gets through".to_owned())
    };
    match found.code {
        Code::UnapprovedFinancial | Code::UnguardedDestructive => {
            let idle = found.labels.iter().filter(|label| label.message.starts_with("stops no"));
            let mut wrong = idle.filter_map(|label| {
                same_without(&without_line(text, label.span.start as usize), "an idle guard")
            });
            let shown = found.notes.iter().filter_map(|note| shown_call(note, tool));
            wrong
                .next()
                .or_else(|| shown.filter_map(|call| passes(&call)).next())
                .or_else(|| some_call(&|_| true))
        }
        Code::PartialApproval => passes(&shown_call(&found.message, tool)?),
        Code::FailsOpen => {
            let key = found.message.strip_prefix("a call without `args.")?.split('`').next()?;
            some_call(&|call| call.get(key).is_none())
        }
        Code::AlwaysTrueCondition | Code::ContradictoryCondition => {
            let note = found.notes.first()?;
            if note.contains("never") {
                same_without(&without_line(text, place), "a guard that does nothing")
            } else if note.contains("every call") {
                let open = verdicts.iter().position(|verdict| *verdict == "allow")?;
                Some(format!("{} gets through", calls[open]))
            } else {
                None
            }
        }
        Code::ShadowedRule | Code::DuplicateRule | Code::InertRule | Code::SubsumedCondition => {
            let fix = found.fixes.first()?;
            same_without(&edited(text, &fix.edits), "a superfluous part")
        }
        Code::UnreachableCap => {
            let caps = judge.rule["limits"].as_array()?;
            let written = &text[found.primary.span.range()];
            let (max, window) = written.split_once('/')?;
            let (max, length) = (max.parse::<u64>().ok()?, minutes(window));
            let is_stricter = |cap: &&Value| {
                let (other, own) = (cap["max"].as_u64().unwrap(), cap["window"].as_str().unwrap());
                let most =
                    if minutes(own) > length { other } else { other * length / minutes(own) };
                (other, own) != (max, window) && most <= max
            };
            caps.iter().find(is_stricter).is_none().then(|| format!("{written} can be reached"))
        }
        _ => None,
    }
}

/// What is wrong with the fix of an open door: a call that it lets through, or the call of the finding, if it still gets through.
fn fix_fault(found: &Diagnostic, judged: &Judged<'_>) -> Option<String> {
    let Judged { text, tool, calls, verdicts, .. } = judged;
    let is_asked = matches!(
        found.code,
        Code::PartialApproval
            | Code::FailsOpen
            | Code::UnapprovedFinancial
            | Code::UnguardedDestructive
    );
    let fix = found.fixes.first().filter(|_| is_asked)?;
    // A fix that does not compile is refused.
    let after = Judge::of(&edited(text, &fix.edits), tool)?;
    let rank = |verdict: &str| ["allow", "approve", "deny"].iter().position(|one| *one == verdict);
    let words = found.notes.iter().chain([&found.message]);
    let mut shown = words.filter_map(|words| shown_call(words, tool));
    if let Some(call) = shown.find(|call| after.verdict(call) == "allow") {
        return Some(format!("after the fix, {call} still gets through"));
    }
    let opened =
        calls.iter().zip(verdicts).find(|(call, before)| rank(after.verdict(call)) < rank(before));
    opened.map(|(call, _)| format!("after the fix, {call} gets through"))
}

fn minutes(window: &str) -> u64 {
    match window {
        "minute" => 1,
        "hour" => 60,
        _ => 24 * 60,
    }
}

#[test]
fn no_claim_about_calls_is_false() {
    let mut random = Random::new(20_261_201);
    let mut claims: BTreeMap<&str, usize> = BTreeMap::new();
    let all_calls = ALL.map(|tool| (tool, calls(tool))).into_iter().collect::<BTreeMap<_, _>>();
    for _ in 0..cases() {
        let (tool, text) = random_policy(&mut random);
        let loader = MemoryLoader::default().with("tools.json", TOOLS);
        let outcome =
            check::check_gate("a.gate", text.clone().into(), &loader, &Options::default());
        let Some(judge) = Judge::of(&text, tool) else { continue };
        let calls = &all_calls[tool];
        let verdicts = judge.verdicts(calls);
        let judged = Judged { text: &text, tool, judge, calls, verdicts };
        for found in &outcome.diagnostics {
            *claims.entry(found.code.name()).or_default() += 1;
            let fault = fault(found, &judged).or_else(|| fix_fault(found, &judged));
            assert_eq!(fault, None, "{text}\n{}\n{}", found.message, plain(&outcome));
        }
    }
    for code in [
        "unapproved-financial",
        "unguarded-destructive",
        "partial-approval",
        "fails-open",
        "always-true-condition",
        "contradictory-condition",
        "subsumed-condition",
        "unreachable-cap",
    ] {
        assert!(claims.get(code).is_some_and(|count| *count > 5), "{code}: {claims:?}");
    }
}

#[test]
fn every_approval_that_stops_nothing_is_found() {
    let mut random = Random::new(7);
    let (mut idle, mut approved) = (0, 0);
    for _ in 0..cases() / 2 {
        let tool = random.pick(&["pay_bill", "delete_note"]);
        let condition = random_condition(&mut random);
        let word = random.pick(&["when", "unless"]);
        let text = format!(
            "manifest \"tools.json\"\ndefault deny\nallow {tool} 5/minute\napprove {tool} {word} {condition} because \"Why.\"\n"
        );
        let Some(judge) = Judge::of(&text, tool) else { continue };
        let stops = judge.verdicts(&calls(tool)).iter().any(|verdict| *verdict != "allow");
        let loader = MemoryLoader::default().with("tools.json", TOOLS);
        let outcome =
            check::check_gate("a.gate", text.clone().into(), &loader, &Options::default());
        let is_found = outcome.diagnostics.iter().any(|found| {
            matches!(found.code, Code::UnapprovedFinancial | Code::UnguardedDestructive)
        });
        assert_eq!(is_found, !stops, "{text}\n{}", plain(&outcome));
        if stops { approved += 1 } else { idle += 1 }
    }
    assert!(idle > 20 && approved > 100, "{idle} {approved}");
}

#[test]
fn nearly_every_guard_that_stops_nothing_is_found() {
    let mut random = Random::new(11);
    let (mut idle, mut found) = (0, 0);
    for _ in 0..cases() / 2 {
        let condition = random_condition(&mut random);
        let guard = random.pick(&["deny set_tag when", "require set_tag with"]);
        let text = format!(
            "manifest \"tools.json\"\ndefault deny\nallow set_tag 5/minute\n{guard} {condition} because \"Why.\"\n"
        );
        let Some(judge) = Judge::of(&text, "set_tag") else { continue };
        if judge.verdicts(&calls("set_tag")).iter().any(|verdict| *verdict != "allow") {
            continue;
        }
        let loader = MemoryLoader::default().with("tools.json", TOOLS);
        let outcome =
            check::check_gate("a.gate", text.clone().into(), &loader, &Options::default());
        let is_claim = |found: &Diagnostic| {
            matches!(found.code, Code::AlwaysTrueCondition | Code::ContradictoryCondition)
        };
        idle += 1;
        if outcome.diagnostics.iter().any(is_claim) {
            found += 1;
        }
    }
    assert!(idle > 20 && found * 100 >= idle * 95, "{found} of {idle}");
}

#[test]
fn what_a_starter_policy_holds_back_is_reported_without_it() {
    let Some(folder) = corpus() else { return };
    let (mut reported, mut servers) = (0, 0);
    for entry in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let starter = check::starter("tools.json", bytes.clone(), "tools.json", Posture::Deny);
        let text = starter.value.unwrap();
        // Every guard and cap taken out: what is left is an `allow` for each tool.
        let (mut open, mut tools) = (String::new(), Vec::new());
        let statements = text.lines().map(|line| line.split("  # ").next().unwrap().trim_end());
        for line in statements.filter(|line| !line.trim_start().starts_with("because ")) {
            let mut words = line.split_whitespace();
            let is_kept = match (words.next(), words.next()) {
                (Some("approve" | "hide"), Some(name)) => Some(name),
                (Some("allow"), Some(name)) if line.contains('/') && words.next().is_some() => {
                    Some(name)
                }
                _ => None,
            };
            match is_kept {
                Some(name) => {
                    open += &format!("allow {name}\n");
                    tools.push(name.trim_matches('"').to_owned());
                }
                None => open += &format!("{line}\n"),
            }
        }
        let loader = MemoryLoader::default().with("tools.json", bytes);
        let outcome =
            check::check_gate("a.gate", open.clone().into(), &loader, &Options::default());
        let is_door = |found: &&Diagnostic| found.code.category() == Category::OpenDoors;
        let named: Vec<&str> = outcome
            .diagnostics
            .iter()
            .filter(is_door)
            .flat_map(|found| found.tools.iter().map(|tool| &**tool))
            .collect();
        for tool in &tools {
            assert!(named.contains(&tool.as_str()), "{tool}: {named:?}");
            reported += 1;
        }
        servers += 1;
    }
    assert!(servers > 20 && reported > 300, "{servers} servers, {reported} tools");
}

#[test]
fn sensible_policies_are_left_alone() {
    let Some(folder) = corpus() else { return };
    let policies =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/lint/sensible");
    let mut count = 0;
    for entry in std::fs::read_dir(policies).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{}.tools.json", path.file_stem().unwrap().to_str().unwrap());
        let tools = std::fs::read(folder.join(&name)).unwrap();
        let loader = MemoryLoader::default().with(&name, tools);
        let text = std::fs::read(&path).unwrap();
        let outcome = check::check_gate("a.gate", text, &loader, &Options::default());
        let finding = outcome.diagnostics.iter().find(|found| found.severity != Severity::Info);
        assert_eq!(finding, None, "{}\n{}", path.display(), plain(&outcome));
        count += 1;
    }
    assert!(count >= 10);
}
