//! The engine held against two evaluators that share no code with it: one knows the statements of the language, the other the
//! text of policy.json. Both count calls in their own way.
//!
//! A policy has one tool with random guards and several others, caps of tools and of all calls, hidden tools and either default. A
//! row of calls with a clock is decided three times.

use std::collections::BTreeMap;

use gatewright::decide::{Call, Cause, Counters, Engine};
use gatewright::json;
use gatewright::policy::Literal;
use gatewright::policy::semantics::Corner;
use gatewright::policy_json::{self, Document};
use gatewright::source::{MemoryLoader, SourceSet};
use jiff::Timestamp;
use serde_json::Value;

use crate::lowering::condition::Json;
use crate::lowering::gateway;
use crate::lowering::generate;
use crate::lowering::language::Null;
use crate::lowering::policy::{Policy, TOOL};
use crate::lowering::runner;
use crate::random::Random;
use crate::support::compile;

/// How many policies are compared, and how many calls of each.
const POLICIES: u32 = 2000;
const CALLS: usize = 24;

const WINDOWS: [(&str, i64); 3] = [("minute", 60), ("hour", 3600), ("day", 86_400)];

pub fn document(text: &str) -> Document {
    let mut sources = SourceSet::default();
    let file = sources.add("policy.json", text);
    policy_json::read(file, text).0.unwrap()
}

pub fn literal(text: &str) -> Literal {
    let mut sources = SourceSet::default();
    let file = sources.add("arguments.json", text);
    json::parse(file, text).unwrap().to_literal()
}

/// A policy of several tools as the test knows it.
#[derive(Debug)]
struct Surroundings {
    /// Caps by tool; those of all calls under the empty name. No window is named twice.
    caps: BTreeMap<&'static str, Vec<(u64, usize)>>,
    hidden: Vec<&'static str>,
    hides_all: bool,
    allows_unlisted: bool,
}

impl Surroundings {
    fn random(random: &mut Random) -> Self {
        let mut caps = BTreeMap::new();
        for tool in [TOOL, "read", "ban", ""] {
            let mut own: Vec<(u64, usize)> = Vec::new();
            for window in 0..WINDOWS.len() {
                if random.one_in(3) {
                    own.push((1 + random.below(6) as u64, window));
                }
            }
            random.shuffle(&mut own);
            caps.insert(tool, own);
        }
        let hidden = if random.one_in(6) { vec![TOOL] } else { vec!["ban"] };
        let (hides_all, allows_unlisted) = (random.one_in(20), random.one_in(3));
        Self { caps, hidden, hides_all, allows_unlisted }
    }

    fn text(&self) -> String {
        let mut text = String::new();
        let rates = |caps: &[(u64, usize)]| {
            let rates =
                caps.iter().map(|(calls, window)| format!("{calls}/{}", WINDOWS[*window].0));
            rates.collect::<Vec<_>>().join(", ")
        };
        for (tool, caps) in &self.caps {
            let (rates, subject) = (rates(caps), if tool.is_empty() { "all" } else { *tool });
            if *tool == "read" || *tool == "ban" {
                text += &format!("allow {subject} {rates}\n");
            } else if !caps.is_empty() {
                text += &format!("rate {subject} {rates}\n");
            }
        }
        for tool in &self.hidden {
            text += &format!("hide {tool}\n");
        }
        text += if self.hides_all { "hide all\n" } else { "" };
        text += "deny closed because \"Closed.\"\napprove asked\n";
        text += if self.allows_unlisted { "default allow\n" } else { "default deny\n" };
        text
    }
}

/// What the language says, with the calls that got through.
struct Language<'p> {
    policy: &'p Policy,
    around: &'p Surroundings,
    passed: Vec<(String, i64)>,
}

impl Language<'_> {
    fn verdict(&mut self, tool: &str, arguments: &Json, time: i64) -> &'static str {
        if self.around.hides_all || self.around.hidden.contains(&tool) {
            return "hide";
        }
        let is_granted = [TOOL, "read", "ban"].contains(&tool) || self.around.allows_unlisted;
        match tool {
            "closed" => return "deny",
            "asked" => return "approve",
            _ if !is_granted => return "deny",
            TOOL => {
                let guards = &self.policy.statements;
                let mut blocking =
                    guards.iter().filter(|guard| guard.blocks(arguments, Null::Missing));
                if blocking.clone().any(|guard| !guard.approves()) {
                    return "deny";
                }
                if blocking.next().is_some() {
                    return "approve";
                }
            }
            _ => {}
        }
        let used = |counted: &str, seconds: i64| {
            let calls = self.passed.iter().filter(|(other, at)| {
                (counted.is_empty() || other == counted) && at / seconds == time / seconds
            });
            calls.count() as u64
        };
        for counted in [tool, ""] {
            for (most, window) in self.around.caps.get(counted).into_iter().flatten() {
                if used(counted, WINDOWS[*window].1) >= *most {
                    return "rate";
                }
            }
        }
        self.passed.push((tool.to_owned(), time));
        "allow"
    }
}

/// What policy.json says, with its counters.
struct Gateway<'j> {
    json: &'j Value,
    used: BTreeMap<(String, usize, i64), u64>,
}

impl Gateway<'_> {
    fn verdict(&mut self, tool: &str, arguments: &Value, time: i64) -> &'static str {
        let rule = &self.json["tools"][tool];
        match gateway::decide(self.json, tool, arguments) {
            gateway::Decision::Hidden => return "hide",
            gateway::Decision::NotGranted => return "deny",
            gateway::Decision::Allowed => {}
            gateway::Decision::Denied(_) => {
                let denials = gateway::denials(rule, arguments, Null::Missing);
                let mut messages = denials.require.iter().chain(&denials.deny_if);
                let approves =
                    messages.all(|message| message.starts_with("Requires human approval."));
                return if approves { "approve" } else { "deny" };
            }
        }
        let limits = [(tool, &rule["limits"]), ("*", &self.json["all_tools"]["limits"])];
        let mut taken = Vec::new();
        for (owner, limits) in limits {
            for (number, limit) in limits.as_array().into_iter().flatten().enumerate() {
                let window = WINDOWS.iter().find(|(name, _)| limit["window"] == *name).unwrap().1;
                let counter = (owner.to_owned(), number, time.div_euclid(window));
                if self.used.get(&counter).copied().unwrap_or(0) >= limit["max"].as_u64().unwrap() {
                    return "rate";
                }
                taken.push(counter);
            }
        }
        taken.into_iter().for_each(|counter| *self.used.entry(counter).or_default() += 1);
        "allow"
    }
}

#[test]
fn the_engine_decides_as_the_language_and_as_policy_json() {
    let tried = std::cell::RefCell::new(BTreeMap::new());
    let outcome = runner(POLICIES).run(&generate::typed_policy(), |policy| {
        compare(&policy, &mut tried.borrow_mut());
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    let tried = tried.into_inner();
    for verdict in ["allow", "deny", "approve", "rate", "hide"] {
        assert!(tried.get(verdict).is_some_and(|calls| *calls > 1000), "{tried:?}");
    }
}

fn compare(policy: &Policy, tried: &mut BTreeMap<&'static str, usize>) {
    let mut random = Random::new(policy.seed ^ 0x5eed);
    let around = Surroundings::random(&mut random);
    let text = policy.text() + &around.text();
    let loader = MemoryLoader::default().with("tools.json", manifest(policy).as_str());
    let Some(compiled) = compile("policy.gate", text.clone().into_bytes(), &loader).value else {
        return;
    };
    let engine = Engine::new(&document(&compiled));
    let json: Value = serde_json::from_str(&compiled).unwrap();
    let mut counters = Counters::default();
    let mut language = Language { policy, around: &around, passed: Vec::new() };
    let mut gateway = Gateway { json: &json, used: BTreeMap::new() };
    let (tests, mut time) = (policy.tests(), 1_767_225_600 + random.below(100_000) as i64);
    for _ in 0..CALLS {
        time += random.pick(&[0, 0, 1, 7, 40, 3000, 50_000]);
        let tool = random.pick(&[TOOL, TOOL, TOOL, TOOL, "read", "ban", "closed", "asked", "none"]);
        let arguments = generate::arguments(&tests, &mut random);
        if !policy.admits(&arguments) {
            continue;
        }
        let found = literal(&arguments.text());
        let call = Call { tool, arguments: &found, time: Timestamp::from_second(time).unwrap() };
        // An explanation looks for the nearest change, which takes its time.
        let explained = random.one_in(16).then(|| engine.explain(&call, &counters).decision);
        let decision = engine.decide(&call, &mut counters);
        let (expected, sent) = (
            language.verdict(tool, &arguments, time),
            gateway.verdict(tool, &serde_json::from_str(&arguments.text()).unwrap(), time),
        );
        let verdict = decision.outcome.name();
        let shown = || format!("{tool} {} at {time}\n\n{text}\n{compiled}", arguments.text());
        assert_eq!((verdict, verdict), (expected, sent), "{}", shown());
        assert!(explained.is_none_or(|explained| explained == decision), "{}", shown());
        assert!(json.pointer(&decision.cause.pointer(tool)).is_some(), "{decision:?} {}", shown());
        // Where another reading of null changes the verdict, the decision says so.
        let rule = &json["tools"][tool];
        if matches!(decision.cause, Cause::Predicate(_) | Cause::Entry)
            && !decision.corners.contains(Corner::Null)
        {
            let call = serde_json::from_str(&arguments.text()).unwrap();
            let kind = |null| {
                let denials = gateway::denials(rule, &call, null);
                let mut all = denials.require.iter().chain(&denials.deny_if);
                (all.clone().next().is_some(), all.all(|text| text.starts_with("Requires human")))
            };
            assert_eq!(kind(Null::Missing), kind(Null::Value), "no corner for null: {}", shown());
        }
        *tried.entry(verdict).or_default() += 1;
    }
}

/// The manifest of the random policy, with the other tools.
fn manifest(policy: &Policy) -> String {
    let others = ["read", "ban", "closed", "asked"].map(|name| format!(r#"{{"name": "{name}"}}"#));
    let manifest = policy.manifest();
    manifest.replacen("\"tools\": [", &format!("\"tools\": [{}, ", others.join(", ")), 1)
}

fn engine(text: &str) -> Engine {
    let compiled = compile("policy.gate", text.as_bytes().to_vec(), &MemoryLoader::default());
    Engine::new(&document(&compiled.value.unwrap()))
}

fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

#[test]
fn a_window_is_aligned_and_a_blocked_call_takes_nothing() {
    let engine = engine("allow x 2/hour\nallow y\nrate all 3/day\n");
    let arguments = literal("{}");
    let mut counters = Counters::default();
    let mut decide = |tool, time| {
        let decision =
            engine.decide(&Call { tool, arguments: &arguments, time: at(time) }, &mut counters);
        (decision.outcome.name(), decision.cause.pointer(tool))
    };
    let entry = |tool: &str| ("allow", format!("/tools/{tool}"));
    assert_eq!(decide("x", "2026-01-01T10:59:59Z"), entry("x"));
    assert_eq!(decide("x", "2026-01-01T10:59:59Z"), entry("x"));
    for _ in 0..3 {
        assert_eq!(decide("x", "2026-01-01T10:59:59Z"), ("rate", "/tools/x/limits/0".into()));
    }
    assert_eq!(decide("x", "2026-01-01T11:00:00Z"), entry("x"));
    assert_eq!(decide("y", "2026-01-01T11:00:00Z"), ("rate", "/all_tools/limits/0".into()));
    assert_eq!(decide("y", "2026-01-02T00:00:00Z"), entry("y"));
}

#[test]
fn equal_calls_are_decided_in_runs() {
    let engine = engine("allow x 5/hour as \"c\"\nallow y 3/hour as \"c\"\n");
    let arguments = literal("{}");
    let mut counters = Counters::default();
    let mut runs = |tool, calls| {
        let call = Call { tool, arguments: &arguments, time: at("2026-01-01T00:00:00Z") };
        let runs = engine.decide_all(&call, calls, &mut counters);
        let shown = |run: gatewright::decide::DecisionRun| {
            (
                run.calls,
                run.decision.outcome.name(),
                run.decision.corners.contains(Corner::SharedCounter),
            )
        };
        runs.into_iter().map(shown).collect::<Vec<_>>()
    };
    assert_eq!(runs("x", 2), [(2, "allow", false)]);
    assert_eq!(runs("y", 4), [(1, "allow", false), (2, "allow", true), (1, "rate", false)]);
    assert_eq!(
        runs("x", 9_999_999),
        [(2, "allow", false), (1, "allow", true), (9_999_996, "rate", false)]
    );
}

#[test]
fn a_verdict_that_depends_on_undocumented_behaviour_says_so() {
    for (guard, arguments, corners) in [
        ("deny x when args.a != \"b\"", "{}", vec![Corner::Missing]),
        ("deny x when args.a != \"b\"", r#"{"a": null}"#, vec![Corner::Null]),
        ("require x with args.a == 5", r#"{"a": "5"}"#, vec![Corner::MixedTypes]),
        ("require x with args.a == 5", r#"{"a": "6"}"#, vec![Corner::MixedTypes]),
        ("require x with args.a == 5", r#"{"a": 6}"#, vec![]),
        ("require x with args.a matches \"^b\"", r#"{"a": "bc"}"#, vec![Corner::Anchoring]),
        ("require x with args.a matches \"^b$\"", r#"{"a": "b"}"#, vec![]),
        ("require x with args.a matches \"^b\"", r#"{"a": "c"}"#, vec![]),
        // Another guard decides, however the first is read.
        ("deny x when args.a != \"b\"\ndeny x when args.c missing", "{}", vec![]),
        ("require x with args.a exists", r#"{"a": null}"#, vec![Corner::Null]),
        ("require x with args.a > 1", r#"{"a": null}"#, vec![]),
    ] {
        let engine = engine(&format!("allow x\n{guard}\n"));
        let arguments = literal(arguments);
        let call = Call { tool: "x", arguments: &arguments, time: Timestamp::UNIX_EPOCH };
        let decision = engine.without_counters(&call);
        assert_eq!(decision.corners.iter().collect::<Vec<_>>(), corners, "{guard}");
    }
}

#[test]
fn a_pattern_that_cannot_be_run_denies_and_says_so() {
    let engine = engine("allow x\ndeny x when args.a matches \"(a|b)*a(a|b){200}\"\n");
    let arguments = literal(r#"{"a": "ab"}"#);
    let call = Call { tool: "x", arguments: &arguments, time: Timestamp::UNIX_EPOCH };
    let explained = engine.explain(&call, &Counters::default());
    assert_eq!(explained.decision.outcome.name(), "deny");
    assert!(explained.message.unwrap().contains("too large to be run"));
}

#[test]
fn the_nearest_change_flips_the_verdict() {
    let flip = |policy: &str, arguments: &str| {
        let engine = engine(policy);
        let arguments = literal(arguments);
        let call = Call { tool: "x", arguments: &arguments, time: Timestamp::UNIX_EPOCH };
        let flip = engine.explain(&call, &Counters::default()).flip?;
        Some(format!("{} {}", flip.arguments.to_json(), flip.outcome.name()))
    };
    let policy = "allow x\napprove x unless args.amount <= 100\nrequire x with args.currency in [\"eur\", \"usd\"]\n";
    let shown = |text: &str| Some(text.to_owned());
    assert_eq!(
        flip(policy, r#"{"amount": 200, "currency": "eur"}"#),
        shown(r#"{"amount": 100, "currency": "eur"} allow"#)
    );
    assert_eq!(
        flip(policy, r#"{"amount": 20, "currency": "eur"}"#),
        shown(r#"{"amount": 101, "currency": "eur"} approve"#)
    );
    assert_eq!(
        flip(policy, r#"{"amount": 20, "currency": "xau"}"#),
        shown(r#"{"amount": 20, "currency": "eur"} allow"#)
    );
    // Several arguments, where one is not enough.
    assert_eq!(
        flip(policy, r#"{"amount": 200}"#),
        shown(r#"{"amount": 200, "currency": "eur"} approve"#)
    );
    let both = "allow x\nrequire x with args.a == 1\nrequire x with args.b == 2\n";
    assert_eq!(flip(both, r#"{"c": 3}"#), shown(r#"{"c": 3, "a": 1, "b": 2} allow"#));
    assert_eq!(flip("deny x\n", "{}"), None);
    assert_eq!(
        flip("allow x\nrequire x with args.a.b matches \"^[0-9]{3}$\"\n", "{}"),
        shown(r#"{"a": {"b": "000"}} allow"#)
    );
}
