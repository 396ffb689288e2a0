//! The proof by test that the lowering of conditions is exact.
//!
//! Random guards are written as a `.gate` file and compiled. Then random calls are decided twice: by what the language's
//! reference says about the guards (`language`, over the tests' own conditions) and by what the description of
//! policy.json says about the compiled text (`gateway`, over JSON). The two evaluators share no code. Every guard must block
//! the same calls on both sides, with its own message.
//!
//! Null is read in both ways that are not published, alike on both sides; values of different types differ. Calls are those
//! that the manifest admits. A call that a `require` or `deny` blocks must not read the message of an approval, whichever
//! of its two lists the gateway looks at first, unless `message-order` says that it may.

pub mod condition;
pub mod gateway;
pub mod generate;
pub mod language;
pub mod policy;

use std::cell::RefCell;

use gatewright::check::{self, Options, Outcome};
use gatewright::diagnostic::{self, Code};
use gatewright::policy_json;
use gatewright::source::{MemoryLoader, SourceSet};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::Value;

use self::condition::{Json, Key};
use self::gateway::{Decision, Denials, Order};
use self::language::{Null, test_holds};
use self::policy::{Policy, TOOL};
use crate::random::Random;
use crate::support::compile;
use crate::support::plain;

/// How many policies are compared, and how many calls of each.
const POLICIES: u32 = 4000;
const CALLS: usize = 16;

/// What has been tried, so that a test that tries nothing fails.
#[derive(Debug, Default)]
struct Tried {
    policies: usize,
    without_form: usize,
    too_many: usize,
    calls: usize,
    denied: usize,
    /// Policies with a test that the manifest rules out.
    impossible: usize,
    guards: usize,
    /// Calls that a denial blocks while an approval blocks them too.
    contested: usize,
    /// Those of them that may read the approval's message, in policies of which `message-order` says so.
    told: usize,
    /// For each question, how often it was answered no, and yes.
    answers: [[usize; 2]; 12],
}

/// A runner that takes the same random values on every machine.
pub fn runner(cases: u32) -> TestRunner {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    TestRunner::new_with_rng(config, random)
}

#[test]
fn compiled_guards_block_the_calls_that_the_language_blocks() {
    let tried = RefCell::new(Tried::default());
    let outcome = runner(POLICIES).run(&generate::typed_policy(), |policy| {
        compare(&policy, &mut tried.borrow_mut());
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    let tried = tried.into_inner();
    let share = |part: usize, whole: usize| 100 * part / whole.max(1);
    assert!(
        share(tried.without_form + tried.too_many + tried.impossible, tried.policies) < 55,
        "{tried:?}"
    );
    assert!(tried.without_form > 50, "{tried:?}");
    assert!((30..80).contains(&share(tried.denied, tried.calls)), "{tried:?}");
    assert!(tried.contested > 2000 && share(tried.told, tried.contested) < 10, "{tried:?}");
    for [no, yes] in tried.answers {
        assert!(share(no, no + yes) >= 10 && share(yes, no + yes) >= 10, "{tried:?}");
        assert!(no + yes > 1000, "{tried:?}");
    }
}

/// Compares one policy on many calls.
fn compare(policy: &Policy, tried: &mut Tried) {
    let text = policy.text();
    let loader = MemoryLoader::default().with("tools.json", policy.manifest().as_str());
    let outcome = compile("policy.gate", text.clone().into_bytes(), &loader);
    tried.policies += 1;
    let Some(compiled) = &outcome.value else { return refused(policy, &text, &outcome, tried) };
    let mut sources = SourceSet::default();
    let file = sources.add("policy.json", compiled.as_str());
    let (document, findings) = policy_json::read(file, compiled);
    assert!(document.is_some() && !diagnostic::has_errors(&findings), "{text}\n{compiled}");
    let checked =
        check::check_gate("policy.gate", text.clone().into(), &loader, &Options::default());
    let is_told = checked.diagnostics.iter().any(|finding| finding.code == Code::MessageOrder);

    let json: Value = serde_json::from_str(compiled).unwrap();
    let tests = policy.tests();
    let mut random = Random::new(policy.seed);
    let calls = (0..CALLS).map(|_| generate::arguments(&tests, &mut random));
    for arguments in calls.filter(|arguments| policy.admits(arguments)) {
        for test in &tests {
            let answer = test_holds(test, &arguments, Null::Missing);
            tried.answers[test.question.number()][usize::from(answer)] += 1;
        }
        if let Err(difference) = compare_call(policy, &json, &arguments, is_told, tried) {
            panic!("{difference}\n\n{text}\narguments {}\n\n{compiled}", arguments.text());
        }
    }
}

/// A policy that has no policy.json: for one of these reasons only, and only where that is so.
fn refused(policy: &Policy, text: &str, outcome: &Outcome<String>, tried: &mut Tried) {
    let errors = outcome.diagnostics.iter().filter(|finding| finding.is_error());
    let codes: Vec<Code> = errors.map(|finding| finding.code).collect();
    assert!(!codes.is_empty(), "no value and no error\n{text}");
    for code in &codes {
        let is_known = matches!(code, Code::NoExactForm | Code::TooManyPredicates)
            || *code == Code::ImpossibleTest && policy.has_manifest();
        assert!(is_known, "{}\n{text}", plain(outcome));
    }
    let without_form = codes.iter().filter(|code| **code == Code::NoExactForm).count();
    let is_plain = |path: &[Key]| policy.is_plain(path);
    let guards = policy.statements.iter();
    let may_be_without = guards.filter(|guard| guard.may_have_no_form(&is_plain)).count();
    assert!(without_form <= may_be_without, "{}\n{text}", plain(outcome));
    tried.without_form += usize::from(without_form > 0);
    tried.too_many += usize::from(codes.contains(&Code::TooManyPredicates));
    tried.impossible += usize::from(codes.contains(&Code::ImpossibleTest));
}

fn compare_call(
    policy: &Policy,
    json: &Value,
    arguments: &Json,
    is_told: bool,
    tried: &mut Tried,
) -> Result<(), String> {
    let call: Value = serde_json::from_str(&arguments.text()).unwrap();
    for null in [Null::Missing, Null::Value] {
        let denials = gateway::denials(&json["tools"][TOOL], &call, null);
        let denied = policy
            .statements
            .iter()
            .any(|guard| !guard.approves() && guard.blocks(arguments, null));
        for (message, statements) in policy.by_message() {
            let blocks = statements.iter().any(|guard| guard.blocks(arguments, null));
            let compiled = denials.require.contains(&message) || denials.deny_if.contains(&message);
            // Where a denial blocks the call, what an approval says of it does not matter.
            let may_be_silent = denied && statements.iter().all(|guard| guard.approves());
            tried.guards += 1;
            if blocks != compiled && !(may_be_silent && blocks) {
                return Err(format!(
                    "null is {null:?}; the language blocks: {blocks}; policy.json: {compiled}\n{message}"
                ));
            }
        }
        let blocks = policy.statements.iter().any(|guard| guard.blocks(arguments, null));
        if blocks == (denials.require.is_empty() && denials.deny_if.is_empty()) {
            return Err(format!("null is {null:?}; the language blocks: {blocks}"));
        }
        compare_order(policy, &denials)?;
    }
    tried.calls += 1;
    compare_verdict(policy, json, &call, arguments, is_told, tried)
}

/// Within a list, the messages of one purpose stand in the order of the text, and those of approvals come last.
fn compare_order(policy: &Policy, denials: &Denials) -> Result<(), String> {
    let by_message = policy.by_message();
    let is_shared = by_message.iter().any(|(_, statements)| statements.len() > 1);
    let place = |message: &String| {
        let place = by_message.iter().position(|(other, _)| other == message)?;
        let approves = by_message[place].1.iter().all(|guard| guard.approves());
        // Predicates of approvals that moved here come before their others.
        Some(if approves { usize::MAX } else { place })
    };
    for list in [&denials.require, &denials.deny_if] {
        if !is_shared && !list.is_sorted_by_key(place) {
            return Err(format!("out of order: {list:?}"));
        }
    }
    Ok(())
}

/// The message that the agent reads is one of a denial if any denial blocks the call, under both orders of the lists.
fn compare_verdict(
    policy: &Policy,
    json: &Value,
    call: &Value,
    arguments: &Json,
    is_told: bool,
    tried: &mut Tried,
) -> Result<(), String> {
    let blocking: Vec<_> =
        policy.statements.iter().filter(|guard| guard.blocks(arguments, Null::Missing)).collect();
    let approves = blocking.iter().all(|guard| guard.approves());
    tried.denied += usize::from(!blocking.is_empty());
    let is_contested = !approves && blocking.iter().any(|guard| guard.approves());
    tried.contested += usize::from(is_contested);
    let mut is_misread = false;
    for order in [Order::RequireFirst, Order::DenyIfFirst] {
        let decision = gateway::decide_in(order, json, TOOL, call);
        let right = match &decision {
            Decision::Denied(message) => {
                !blocking.is_empty() && approves == message.starts_with("Requires human approval.")
            }
            other => blocking.is_empty() && *other == Decision::Allowed,
        };
        if !(right || is_told && is_contested) {
            return Err(format!("decided {decision:?} under {order:?}"));
        }
        is_misread |= !right;
    }
    tried.told += usize::from(is_misread);
    Ok(())
}
