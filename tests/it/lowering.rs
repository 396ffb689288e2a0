//! The proof by test that the lowering of conditions is exact.
//!
//! Random guards are written as a `.gate` file and compiled. Then random calls are decided twice: by what the language's
//! reference says about the guards (`language`, over the tests' own conditions) and by what the description of
//! policy.json says about the compiled text (`gateway`, over JSON). The two evaluators share no code. Every guard must block
//! the same calls on both sides, with its own message, and the first message must be the one that the order of
//! decisions asks for.
//!
//! Three corners are published nowhere. Two are read alike on both sides: null is missing, and values of different types
//! differ. The third, the negation of a comparison on a list or an object, cannot be said in policy.json; `Reading`
//! tells exactly the calls in which it decides, and those are counted and left out.

pub mod condition;
pub mod gateway;
pub mod generate;
pub mod language;
pub mod policy;

use std::cell::RefCell;

use gatewright::check::Outcome;
use gatewright::diagnostic::{self, Code};
use gatewright::policy_json;
use gatewright::source::{MemoryLoader, SourceSet};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::Value;

use self::condition::Json;
use self::gateway::{Decision, Denials};
use self::language::{Reading, test_holds};
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
    /// Guards whose answer to a call hangs on the corner.
    in_the_corner: usize,
    guards: usize,
    /// Calls whose first message was compared.
    ordered: usize,
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
    let outcome = runner(POLICIES).run(&generate::policy(), |policy| {
        compare(&policy, &mut tried.borrow_mut());
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    let tried = tried.into_inner();
    let share = |part: usize, whole: usize| 100 * part / whole.max(1);
    assert!(share(tried.without_form + tried.too_many, tried.policies) < 35, "{tried:?}");
    assert!(tried.without_form > 50 && tried.too_many > 5, "{tried:?}");
    assert!((30..80).contains(&share(tried.denied, tried.calls)), "{tried:?}");
    assert!(share(tried.in_the_corner, tried.guards) < 5 && tried.in_the_corner > 50, "{tried:?}");
    assert!(tried.ordered > 2000, "{tried:?}");
    for [no, yes] in tried.answers {
        assert!(share(no, no + yes) >= 10 && share(yes, no + yes) >= 10, "{tried:?}");
        assert!(no + yes > 1000, "{tried:?}");
    }
}

/// Compares one policy on many calls.
fn compare(policy: &Policy, tried: &mut Tried) {
    let text = policy.text();
    let outcome = compile("policy.gate", text.clone().into_bytes(), &MemoryLoader::default());
    tried.policies += 1;
    let Some(compiled) = &outcome.value else { return refused(policy, &text, &outcome, tried) };
    let mut sources = SourceSet::default();
    let file = sources.add("policy.json", compiled.as_str());
    let (document, findings) = policy_json::read(file, compiled);
    assert!(document.is_some() && !diagnostic::has_errors(&findings), "{text}\n{compiled}");

    let json: Value = serde_json::from_str(compiled).unwrap();
    let tests = policy.tests();
    let mut random = Random::new(policy.seed);
    for _ in 0..CALLS {
        let arguments = generate::arguments(&tests, &mut random);
        for test in &tests {
            tried.answers[test.question.number()][usize::from(test_holds(test, &arguments))] += 1;
        }
        if let Err(difference) = compare_call(policy, &json, &arguments, tried) {
            panic!("{difference}\n\n{text}\narguments {}\n\n{compiled}", arguments.text());
        }
    }
}

/// A policy that has no policy.json: for one of the two reasons only, and only where that is so.
fn refused(policy: &Policy, text: &str, outcome: &Outcome<String>, tried: &mut Tried) {
    let errors = outcome.diagnostics.iter().filter(|finding| finding.is_error());
    let codes: Vec<Code> = errors.map(|finding| finding.code).collect();
    assert!(!codes.is_empty(), "no value and no error\n{text}");
    for code in &codes {
        assert!(
            matches!(code, Code::NoExactForm | Code::TooManyPredicates),
            "{}\n{text}",
            plain(outcome)
        );
    }
    let without_form = codes.iter().filter(|code| **code == Code::NoExactForm).count();
    let may_be_without =
        policy.statements.iter().filter(|statement| statement.may_have_no_form()).count();
    assert!(without_form <= may_be_without, "{}\n{text}", plain(outcome));
    tried.without_form += usize::from(without_form > 0);
    tried.too_many += usize::from(codes.contains(&Code::TooManyPredicates));
}

fn compare_call(
    policy: &Policy,
    json: &Value,
    arguments: &Json,
    tried: &mut Tried,
) -> Result<(), String> {
    let call: Value = serde_json::from_str(&arguments.text()).unwrap();
    let denials = gateway::denials(&json["tools"][TOOL], &call);
    let mut expected: Vec<String> = Vec::new();
    let mut certain = true;
    let mut shared = false;
    for (message, statements) in policy.by_message() {
        let blocks = |reading| statements.iter().any(|guard| guard.blocks(arguments, reading));
        let (exact, lenient) = (blocks(Reading::Exact), blocks(Reading::Lenient));
        let compiled = denials.require.contains(&message) || denials.deny_if.contains(&message);
        tried.guards += 1;
        shared |= statements.len() > 1;
        if exact != lenient {
            // The only difference that the corner may make: a block of the language that is lost.
            assert!(exact);
            tried.in_the_corner += 1;
            certain = false;
            continue;
        }
        if exact != compiled {
            return Err(format!(
                "the language blocks: {exact}; policy.json: {compiled}\n{message}"
            ));
        }
        if exact {
            expected.push(message);
        }
    }
    tried.calls += 1;
    let decision = gateway::decide(json, TOOL, &call);
    let allowed = decision == Decision::Allowed;
    tried.denied += usize::from(!allowed);
    // Fail closed: whatever the corner does to one guard, a call that another one blocks stays blocked.
    if !expected.is_empty() && allowed {
        return Err("a blocked call is let through".to_owned());
    }
    if !certain || shared {
        return Ok(());
    }
    compare_order(&expected, &denials, &decision, tried)
}

/// The first message must be that of the first guard that blocks. The gateway looks at `require` before `deny_if`,
/// whatever the guard was, so the order can tell within each list, and for the call when only one of them denies.
fn compare_order(
    expected: &[String],
    denials: &Denials,
    decision: &Decision,
    tried: &mut Tried,
) -> Result<(), String> {
    let place = |message: &String| expected.iter().position(|other| other == message);
    for list in [&denials.require, &denials.deny_if] {
        if !list.is_sorted_by_key(place) {
            return Err(format!("out of order: {list:?}"));
        }
    }
    let first = expected.first().cloned().map_or(Decision::Allowed, Decision::Denied);
    if (denials.require.is_empty() || denials.deny_if.is_empty()) && *decision != first {
        return Err(format!("decided {decision:?} instead of {first:?}"));
    }
    tried.ordered += usize::from(expected.len() > 1);
    Ok(())
}
