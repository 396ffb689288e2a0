//! Assertions held against calls: what is proved holds for every call that is tried, and a witness refutes its claim. Calls are
//! decided by the evaluators of the lowering, which share no code with the proof.

use std::cell::RefCell;
use std::collections::BTreeMap;

use gatewright::check::{self, Options, Outcome};
use gatewright::diagnostic::{Code, Severity};
use gatewright::source::MemoryLoader;
use serde_json::Value;

use crate::lowering::condition::Condition;
use crate::lowering::gateway;
use crate::lowering::generate;
use crate::lowering::language::{Null, holds};
use crate::lowering::policy::{Policy, TOOL};
use crate::lowering::runner;
use crate::random::Random;
use crate::support::{compile, plain};

const POLICIES: u32 = 1500;
const CALLS: usize = 24;

/// The verdict of the gateway, caps aside.
fn verdict(json: &Value, arguments: &Value) -> &'static str {
    match gateway::decide(json, TOOL, arguments) {
        gateway::Decision::Hidden => "hide",
        gateway::Decision::NotGranted => "deny",
        gateway::Decision::Allowed => "allow",
        gateway::Decision::Denied(_) => {
            let denials = gateway::denials(&json["tools"][TOOL], arguments, Null::Missing);
            let mut messages = denials.require.iter().chain(&denials.deny_if);
            let approves = messages.all(|message| message.starts_with("Requires human approval."));
            if approves { "approve" } else { "deny" }
        }
    }
}

fn keeps(claim: &str, verdict: &str) -> bool {
    match claim {
        "deny" => verdict == "deny",
        "approve" => matches!(verdict, "deny" | "approve"),
        _ => verdict == "allow",
    }
}

#[test]
fn what_is_proved_holds_and_what_is_refuted_does_not() {
    let tried: RefCell<BTreeMap<&str, usize>> = RefCell::default();
    let strategy = (generate::typed_policy(), generate::typed_policy());
    let outcome = runner(POLICIES).run(&strategy, |(policy, other)| {
        // Half of the claims are about what a guard of the policy says.
        let own = policy.seed % 2 == 0;
        let from = if own { &policy } else { &other };
        let condition = from.statements.first().map(|statement| statement.condition.clone());
        if let Some(condition) = condition {
            compare(&policy, &condition, &mut tried.borrow_mut());
        }
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    let tried = tried.into_inner();
    let count = |what: &str| tried.get(what).copied().unwrap_or(0);
    assert!(count("proved") > 150 && count("refuted") > 300, "{tried:?}");
    // What has no exact form as predicates is undecided, as a guard with the same condition would be refused.
    assert!(count("undecided") * 10 < count("refuted") + count("proved"), "{tried:?}");
}

fn compare(policy: &Policy, condition: &Condition, tried: &mut BTreeMap<&'static str, usize>) {
    let mut random = Random::new(policy.seed ^ 0xa55e_4700);
    let loader = MemoryLoader::default().with("tools.json", policy.manifest().as_str());
    let Some(compiled) = compile("policy.gate", policy.text().into_bytes(), &loader).value else {
        return;
    };
    let json: Value = serde_json::from_str(&compiled).unwrap();
    let claim = random.pick(&["deny", "approve", "allow"]);
    let text = format!("{}assert {claim} {TOOL} when {}\n", policy.text(), condition.one_line());
    let outcome = compile("policy.gate", text.clone().into_bytes(), &loader);
    let errors: Vec<_> = outcome.diagnostics.iter().filter(|found| found.is_error()).collect();
    if errors
        .iter()
        .any(|error| !matches!(error.code, Code::RefutedAssertion | Code::UndecidedAssertion))
    {
        return;
    }
    let Some(error) = errors.first() else {
        assert_eq!(
            outcome.value.as_deref(),
            Some(compiled.as_str()),
            "an assertion changed the policy"
        );
        *tried.entry("proved").or_default() += 1;
        let mut tests = policy.tests();
        condition.each_test(&mut |test| tests.push(test));
        for _ in 0..CALLS {
            let arguments = generate::arguments(&tests, &mut random);
            if !policy.admits(&arguments) || !holds(condition, false, &arguments, Null::Missing) {
                continue;
            }
            let call = serde_json::from_str(&arguments.text()).unwrap();
            let verdict = verdict(&json, &call);
            assert!(
                keeps(claim, verdict),
                "proved, but {} is {verdict}\n\n{text}",
                arguments.text()
            );
            *tried.entry("calls").or_default() += 1;
        }
        return;
    };
    if error.code == Code::UndecidedAssertion {
        *tried.entry("undecided").or_default() += 1;
        return;
    }
    *tried.entry("refuted").or_default() += 1;
    let witness = error.message.split_once(' ').and_then(|(_, rest)| rest.rsplit_once('`'));
    let Some(Ok(witness)) = witness.map(|(json, _)| serde_json::from_str::<Value>(json)) else {
        return;
    };
    let verdict = verdict(&json, &witness);
    assert!(!keeps(claim, verdict), "refuted by {witness}, which is {verdict}\n\n{text}");
}

fn checked(text: &str) -> Outcome<()> {
    let tools = r#"{"tools": [
        {"name": "pay", "inputSchema": {"type": "object", "properties": {"amount": {"type": "number"}}, "required": ["amount"]}},
        {"name": "get_rate", "inputSchema": {"type": "object"}},
        {"name": "delete_it", "inputSchema": {"type": "object"}}
    ]}"#;
    let loader = MemoryLoader::default().with("tools.json", tools);
    check::check_gate("policy.gate", text.as_bytes().to_vec(), &loader, &Options::default())
}

/// What is said of an assertion; empty if it is proved.
fn said(policy: &str, assertion: &str) -> String {
    let outcome = checked(&format!("{policy}{assertion}\n"));
    let of_assertion = |found: &&gatewright::diagnostic::Diagnostic| {
        matches!(found.code, Code::RefutedAssertion | Code::UndecidedAssertion)
    };
    let others = outcome.diagnostics.iter().find(|found| found.is_error() && !of_assertion(found));
    assert!(others.is_none(), "{}", plain(&outcome));
    let found = outcome.diagnostics.iter().find(of_assertion);
    found.map_or_else(String::new, |found| {
        let kind = if found.severity == Severity::Warning { "warning: " } else { "" };
        format!("{kind}{}", found.message)
    })
}

#[test]
fn each_claim_is_proved_or_refuted() {
    let policy = "manifest \"tools.json\"\ndefault deny\nallow pay 5/hour\nallow get_rate\n\
        approve pay unless args.amount <= 100 because \"Ask.\"\n\
        deny pay when args.amount > 500 because \"Too much.\"\nhide delete_it\nrate all 200/day\n";
    for (assertion, expected) in [
        ("assert deny pay when args.amount > 500", ""),
        ("assert deny pay when args.amount > 400", "`pay {\"amount\": 401}` is held for approval"),
        ("assert approve pay when args.amount > 100", ""),
        ("assert approve pay", "`pay {\"amount\": 0}` is allowed"),
        ("assert deny delete_it, \"unlisted\"", ""),
        ("assert hide delete_*", ""),
        ("assert hide pay", "`pay` is not hidden"),
        ("assert allow get_*", ""),
        ("assert allow pay when args.amount <= 100", ""),
        (
            "assert allow pay when args.amount <= 101",
            "`pay {\"amount\": 101}` is held for approval",
        ),
        ("assert rate pay 5/hour", ""),
        ("assert rate pay 120/day", ""),
        ("assert rate pay 4/hour", "5 calls of `pay` can get through in one window of 4/hour"),
        ("assert rate get_rate 200/day", ""),
        (
            "assert rate get_rate 199/day",
            "200 calls of `get_rate` can get through in one window of 199/day",
        ),
        ("assert rate delete_it 1/day", ""),
        ("assert rate all 200/day", ""),
        (
            "assert rate all 199/day",
            "200 calls of all tools together can get through in one window of 199/day",
        ),
    ] {
        assert_eq!(said(policy, assertion), expected, "{assertion}");
    }
}

#[test]
fn a_glob_stands_for_tools_that_the_server_may_add() {
    let open = "manifest \"tools.json\"\ndefault allow\ndeny get_rate because \"No.\"\n";
    assert_eq!(
        said(open, "assert deny get_*"),
        "the policy allows `get_unlisted`, which no statement names and the glob matches"
    );
    assert_eq!(said(open, "assert deny get_rate"), "");
    assert_eq!(
        said("default allow\n", "assert rate all 5/day"),
        "6 calls of all tools together can get through in one window of 5/day"
    );
}

#[test]
fn a_claim_that_depends_on_undocumented_behaviour_is_a_warning() {
    let policy = "default deny\nallow pay\nrequire pay with args.kind == 5 because \"Five.\"\n";
    let found = said(policy, "assert deny pay when args.kind == \"5\"");
    assert!(
        found.starts_with("warning: this assertion depends on undocumented behaviour"),
        "{found}"
    );
}
