//! Fixes of conditions: they parse and compile, remove what was found, and never let a call through.

use std::cell::RefCell;

use gatewright::diagnostic::{Applicability, Code, Fix};
use gatewright::source::MemoryLoader;
use serde_json::Value;

use super::{apply, check, only_fix};
use crate::lowering::condition::Test;
use crate::lowering::gateway::{Decision, decide};
use crate::lowering::policy::{Policy, TOOL};
use crate::lowering::{generate, runner};
use crate::random::Random;
use crate::support::compile;

#[derive(Debug, Default)]
struct Tried {
    rewritten: usize,
    removed: usize,
    stricter: usize,
    calls: usize,
}

#[test]
fn guards_that_fail_open_are_rewritten() {
    for (before, after) in [
        ("approve pay when args.tip > 50", "approve pay unless args.tip <= 50"),
        ("deny pay when args.tip >= 50", "require pay with args.tip < 50"),
        (
            "deny pay when (args.tip < 5)  because \"No.\"",
            "require pay with args.tip >= 5  because \"No.\"",
        ),
        (
            "deny pay\n    when args.stage != \"dev\"\n    because \"No.\"",
            "require pay\n    with args.stage == \"dev\"\n    because \"No.\"",
        ),
        (
            "deny pay when args.stage not in [\"dev\",\"test\"]",
            "require pay with args.stage in [\"dev\",\"test\"]",
        ),
        (
            "deny pay when args.tip > 5 or args.stage != \"dev\"",
            "require pay with args.tip <= 5 and args.stage == \"dev\"",
        ),
        (
            "deny pay when args.tip > 5 and args.stage == \"dev\"",
            "require pay with args.tip <= 5 or not args.stage == \"dev\"",
        ),
        (
            "deny pay when args.tip > 5 and args.title exists",
            "require pay with args.tip <= 5 or args.title missing",
        ),
        (
            "deny pay when args.tip > 5 or args.title matches \"(x)\"",
            "require pay with args.tip <= 5 and not args.title matches \"(x)\"",
        ),
        (
            "deny pay when args.tip > 5 and not (args.title exists)",
            "require pay with args.tip <= 5 or args.title exists",
        ),
        (
            "approve pay when args.tip > 5 or args.tip < 1 and args.stage != \"dev\" because \"Ask.\"",
            "approve pay unless args.tip <= 5 and (args.tip >= 1 or args.stage == \"dev\") because \"Ask.\"",
        ),
        (
            "tool pay {\n    deny   when args.tip > 5 because \"No.\"\n}",
            "tool pay {\n    require args.tip <= 5 because \"No.\"\n}",
        ),
        (
            "tool pay {\n    approve when args.tip > 5\n}",
            "tool pay {\n    approve unless args.tip <= 5\n}",
        ),
        (
            "deny pay, give having args.amount except give when args.tip > 5",
            "require pay, give having args.amount except give with args.tip <= 5",
        ),
        ("deny pay when args.\"tip\" > 5e0", "require pay with args.\"tip\" <= 5e0"),
    ] {
        let head = "manifest \"tools.json\"\nallow pay, give\n";
        let text = format!("{head}{before}\n");
        let fix = only_fix(&text, Code::FailsOpen);
        assert_eq!(fix.applicability, Applicability::Unsafe);
        let fixed = apply(&text, &fix);
        assert_eq!(fixed, format!("{head}{after}\n"));
        let loader = MemoryLoader::default().with("tools.json", super::TOOLS);
        let compiled = compile("policy.gate", fixed.clone().into_bytes(), &loader);
        assert!(compiled.value.is_some(), "{fixed}\n{}", crate::support::plain(&compiled));
        assert_eq!(super::findings(&fixed), "");
    }
}

#[test]
fn where_a_comment_or_the_target_is_in_the_way_there_is_only_advice() {
    for text in [
        "allow pay\ndeny pay when args.tip > 5 # much\n    or args.tip < 1\n",
        "allow pay\ndeny pay # these\n    when args.tip > 5\n",
        // The opposite would become too many predicates.
        "allow pay\ndeny pay when args.a > 1 and args.b > 1 and args.c > 1 and args.d > 1\n",
    ] {
        let outcome = check(text);
        let finding = outcome.diagnostics.iter().find(|d| d.code == Code::FailsOpen).unwrap();
        assert!(finding.fixes.is_empty() && finding.help.is_some(), "{text}");
    }
}

#[test]
fn superfluous_tests_are_taken_away() {
    let mut safe = 0;
    for (before, after) in [
        ("args.a > 5 or args.a > 3", "args.a > 3"),
        ("args.a > 3 or args.a > 5", "args.a > 3"),
        ("args.a > 5 and args.a > 3", "args.a > 5"),
        ("(args.b == 1) or args.a > 5 or (args.a > 3)", "(args.b == 1) or (args.a > 3)"),
        ("args.a exists and (args.a <= 5)", "(args.a <= 5)"),
        ("args.b == 1 and (args.a exists and args.a <= 5)", "args.b == 1 and (args.a <= 5)"),
        (
            "args.b == 1\n    and args.a exists\n    and args.a <= 5",
            "args.b == 1\n    and args.a <= 5",
        ),
        ("args.a == 2 or args.b in [1] or args.a in [1, 2]", "args.b in [1] or args.a in [1, 2]"),
    ] {
        let text = |condition: &str| format!("allow pay\nrequire pay with {condition}\n");
        let fix = only_fix(&text(before), Code::SubsumedCondition);
        // What does not compile, because no schema says that `a` is a number, has no safe fix.
        let compiled = compile("policy.gate", text(before).into(), &MemoryLoader::default());
        let expected =
            if compiled.value.is_some() { Applicability::Safe } else { Applicability::Unsafe };
        assert_eq!(fix.applicability, expected, "{before}");
        safe += usize::from(expected == Applicability::Safe);
        let fixed = apply(&text(before), &fix);
        assert_eq!(fixed, text(after));
        assert_eq!(super::findings(&fixed), "");
    }
    assert!(safe > 2, "{safe}");
    for without_fix in [
        "args.a > 3 or (args.a > 5)",
        "args.a > 3 or args.a > 5 and args.b == 1",
        "args.a > 3 or # why\n    args.a > 5",
        "args.a > 3 # this or\n    or args.a > 5",
    ] {
        let text = format!("allow pay\nrequire pay with {without_fix}\n");
        let outcome = check(&text);
        let finding =
            outcome.diagnostics.iter().find(|d| d.code == Code::SubsumedCondition).unwrap();
        assert!(finding.fixes.is_empty(), "{text}");
    }
}

#[test]
fn fixes_of_random_conditions_let_no_call_through() {
    let tried = RefCell::new(Tried::default());
    let outcome = runner(2500).run(&generate::policy(), |policy| {
        try_fixes(&policy, &mut tried.borrow_mut());
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    let tried = tried.into_inner();
    assert!(tried.rewritten > 150 && tried.removed > 20 && tried.stricter > 200, "{tried:?}");
}

fn try_fixes(policy: &Policy, tried: &mut Tried) {
    let text = policy.text();
    let Some(before) =
        compile("policy.gate", text.clone().into_bytes(), &MemoryLoader::default()).value
    else {
        return;
    };
    let before: Value = serde_json::from_str(&before).unwrap();
    let outcome = check(&text);
    for finding in &outcome.diagnostics {
        let is_open = finding.code == Code::FailsOpen;
        if !is_open && finding.code != Code::SubsumedCondition {
            continue;
        }
        for fix in &finding.fixes {
            let count = |text: &str| {
                check(text).diagnostics.iter().filter(|other| other.code == finding.code).count()
            };
            let fixed = apply(&text, fix);
            assert!(count(&fixed) < count(&text), "{}\n\n{text}\n{fixed}", finding.message);
            tried.rewritten += usize::from(is_open);
            tried.removed += usize::from(!is_open);
            compare(policy, &before, &fixed, fix, tried);
        }
    }
}

/// Whether a test compares what is a list or an object.
fn is_in_the_corner(test: &Test, call: &Value) -> bool {
    let argument = test.path.iter().try_fold(call, |value, key| value.get(key.0));
    test.question.is_comparison()
        && argument.is_some_and(|value| value.is_array() || value.is_object())
}

/// Decides random calls by both policies: the fixed one must block what the other blocks, and the same if its fix is safe.
fn compare(policy: &Policy, before: &Value, fixed: &str, fix: &Fix, tried: &mut Tried) {
    let compiled = compile("policy.gate", fixed.to_owned().into_bytes(), &MemoryLoader::default());
    let after = compiled.value.unwrap_or_else(|| panic!("does not compile\n{fixed}"));
    let after: Value = serde_json::from_str(&after).unwrap();
    let tests = policy.tests();
    let mut random = Random::new(policy.seed);
    for _ in 0..24 {
        let arguments = generate::arguments(&tests, &mut random);
        let call: Value = serde_json::from_str(&arguments.text()).unwrap();
        // What a comparison written out does with a list or an object is not published.
        if tests.iter().any(|test| is_in_the_corner(test, &call)) {
            continue;
        }
        let passes = |json: &Value| decide(json, TOOL, &call) == Decision::Allowed;
        let (passed, passes) = (passes(before), passes(&after));
        assert!(passed || !passes, "lets through {}\n{fixed}", arguments.text());
        if fix.applicability == Applicability::Safe {
            assert_eq!(passed, passes, "{}\n{}\n--\n{fixed}", arguments.text(), policy.text());
        }
        tried.calls += 1;
        tried.stricter += usize::from(passed && !passes);
    }
}
