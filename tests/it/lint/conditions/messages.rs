//! What is said of conditions that cannot hold or fail, of superfluous tests and guards, and of guards that fail open.

use super::{check, findings, lines, lines_of};
use crate::support::plain;

/// The same, without the rule's name, for conditions of a `require`.
fn of_conditions(rule: &str, conditions: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for condition in conditions {
        let lines = lines(&format!("require pay with {condition}"));
        let messages: Vec<&str> =
            lines.iter().filter_map(|line| line.strip_prefix(rule)?.strip_prefix(": ")).collect();
        found.push(format!("{condition} -> {}", messages.join(" | ")));
    }
    found
}

#[test]
fn contradictions_are_told_in_words() {
    insta::assert_snapshot!(
        of_conditions(
            "contradictory-condition",
            &[
                "args.a > 100 and args.a < 50",
                "args.a > 5 and args.a <= 5.0",
                "args.a >= 5 and args.a <= 5 and args.a != 5",
                "args.a == \"x\" and args.a == \"y\"",
                "args.a in [\"x\", \"y\"] and args.a in [\"z\"]",
                "args.a == 7 and args.a > 1e1",
                "args.a == true and not args.a == true",
                "args.a missing and args.a > 5",
                "args.a exists and args.a missing",
                "args.a > 5 and args.a matches \"x\"",
                "args.a matches \"^x$\" and not args.a matches \"^x$\"",
                "args.a contains \"ab\" and not args.a contains \"a\" and args.a matches \"\"",
                "args.a in [\"xyz\", \"abc\"] and args.a contains \"q\"",
                "args.a == [1] and args.a > 3",
                "args.a missing and args.a.b exists",
                "args.a > 5 and args.a.b.c == 1",
                "args.a in []",
                "not (args.a exists or args.a missing)",
                "args.b == 1 and (args.a == 2 and args.a == 3 or args.c == 1 and args.c == 2)",
                "args.b == 1 or args.a > 5 and args.a < 3",
                "args.b == 1 and (args.b == 2 or args.a == 3)",
                "args.a != true and args.a != false and args.a in [true, false]",
            ]
        )
        .join("\n")
    );
}

#[test]
fn conditions_that_may_hold_are_left_alone() {
    for condition in [
        "args.a > 5 and args.a < 6",
        "args.a >= 5 and args.a <= 5",
        "args.a != \"x\" and args.a != \"y\"",
        // Whether values of different types are equal is not published.
        "args.a == 5 and args.a == \"5\"",
        "args.a == \"5\" and args.a > 3",
        "args.a missing and args.b.a exists",
        "args.a exists and args.a.b missing",
        "not args.a > 5 and not args.a <= 5",
        "not args.a == 5 and args.a missing",
        "args.a contains \"a\" and not args.a contains \"ab\"",
        "args.a contains \"a\" and args.a contains 5",
        "args.a matches \"^x\" and args.a matches \"y$\"",
        "args.a > 5 or args.a <= 5",
        "args.a == 5 or args.a != 5",
        // A list may have the one element and not the other.
        "args.a contains \"ab\" and not args.a contains \"a\"",
        "args.a > 5 or args.a <= 5 or args.a missing",
        "args.a > 5 and args.b < 3 or args.a <= 5 and args.b >= 3",
        "args.a == true or args.a == false or args.a missing",
    ] {
        let mut lines = lines(&format!("require pay with {condition}"));
        lines.retain(|line| !line.starts_with("fails-open") && !line.starts_with("subsumed"));
        assert_eq!(lines, [""; 0], "{condition}");
    }
}

#[test]
fn conditions_that_always_hold_are_told_with_their_tests() {
    insta::assert_snapshot!(
        of_conditions(
            "always-true-condition",
            &[
                "args.a exists or args.a missing",
                "not (args.a > 5 and args.a < 3)",
                "not args.a > 5 or args.a > 3",
                "not args.a == \"x\" or args.a exists",
                "args.b == 1 and (args.a missing or args.a exists)",
                "args.a.b missing or args.a exists",
                "not args.a in []",
            ]
        )
        .join("\n")
    );
}

#[test]
fn what_becomes_of_the_guard_is_said() {
    let text = "\
allow pay
require pay with args.a > 9 and args.a < 5
approve pay unless args.a > 9 and args.a < 5
deny pay when args.a > 9 and args.a < 5
approve pay when args.a > 9 and args.a < 5
require pay with args.a exists or args.a missing
deny pay when args.a exists or args.a missing
approve pay unless args.b == 1 or args.a > 9 and args.a < 5
";
    insta::assert_snapshot!(findings(text));
}

#[test]
fn superfluous_tests_are_told() {
    insta::assert_snapshot!(
        of_conditions(
            "subsumed-condition",
            &[
                "args.a > 5 or args.a > 3",
                "args.a > 5 and args.a > 3",
                "args.a <= 5 and args.a exists",
                "args.a == \"x\" and args.a != \"y\"",
                "args.a == 1 or args.b == 2 or args.a == 1.0",
                "args.a in [1, 2, 3] or args.a == 2",
                "args.a > 5 or args.a > 9 and args.b == 1",
                "args.a.b == 1 and args.a exists",
                "args.a > 1 and (args.a > 0 and args.b == 2)",
                "not (args.a > 5 or args.a > 3)",
            ]
        )
        .join("\n")
    );
    for needed in [
        // What the gateway does with `!=` on null is not published; this says it.
        "args.a != 5 and args.a exists",
        "args.a not in [5, 6] and args.a exists",
        "not args.a != 5 or args.a missing",
        "args.a > 5 or args.b > 3",
        "args.a == 1 or args.a == 2",
        "args.a.b missing or args.a.c missing",
    ] {
        assert_eq!(lines(&format!("require pay with {needed}")), [""; 0], "{needed}");
    }
}

#[test]
fn weaker_guards_are_told() {
    let text = "\
allow pay, peek
require pay with args.a <= 50
require pay with args.a <= 100
approve pay unless args.a <= 30 because \"Thirty.\"
approve pay unless args.a <= 20 because \"Twenty.\"
deny peek when args.a == 1 or args.b == 2
tool peek {
    deny when args.b == 2
}
";
    insta::assert_snapshot!(findings(text));
}

#[test]
fn guards_that_do_something_of_their_own_are_left_alone() {
    for guards in [
        // Its reason is what an agent reads that names no amount.
        "require pay with args.a exists because \"Name an amount.\"\n\
         require pay with args.a <= 50 because \"At most 50.\"",
        "require pay with args.a <= 50\nrequire pay, peek with args.a <= 100",
        "require pay with args.a <= 50\napprove pay unless args.a <= 100",
        "require pay with args.a <= 50\nrequire pay with args.b <= 100",
        // The same twice is the matter of another rule.
        "require pay with args.a <= 50\nrequire pay with args.a <= 50",
    ] {
        assert_eq!(lines_of(&format!("allow pay, peek\n{guards}\n")), [""; 0], "{guards}");
    }
}

#[test]
fn guards_that_a_missing_argument_passes_are_told() {
    let text = "\
manifest \"tools.json\"
allow pay, peek, give
approve pay when args.tip > 50
deny peek, give when args.amount > 50 because \"Too much.\"
deny pay when args.loose > 50
approve pay when args.maybe >= 5
deny pay when args.stage != \"dev\"
tool pay {
    deny when args.title contains \"x\" and args.to.limit not in [1, 2]
    approve when
        args.amount > 5
        or args.tip < 3
}
";
    insta::assert_snapshot!(findings(text));
}

#[test]
fn guards_that_a_missing_argument_does_not_pass_are_left_alone() {
    let known = "manifest \"tools.json\"\nallow pay, peek, give\n";
    for guards in [
        "deny pay when args.amount > 50",
        "deny pay when args.untyped > 50",
        "deny pay when args.tip > 50 or args.tip missing",
        "deny pay when not (args.tip <= 50)",
        "approve pay unless args.tip <= 50",
        // This one says that a call may leave it out.
        "deny pay when args.tip exists and args.tip > 50",
        "deny pay when args.tip > 50\nrequire pay with args.tip exists",
        "deny pay when args.tip > 50\nrequire pay with args.tip >= 0 and args.amount exists",
        "deny pay when args.tip > 50\ndeny pay when args.tip missing because \"Say it.\"",
        "deny pay when args.to.limit > 50\nrequire pay with args.to.limit exists",
        "deny pay when args.to.limit > 50\nrequire pay with args.to.limit == 7 or args.to.iban exists\n\
         deny pay when args.to.limit missing",
        // Two guards that together leave no call through.
        "deny pay when args.tip > 50\ndeny pay when args.tip missing and args.stage exists\n\
         deny pay when args.tip missing and args.stage missing",
        // A person sees every call.
        "deny pay when args.tip > 50\napprove pay",
        "deny pay when args.title == \"x\" or args.stage in [\"dev\"]",
        "deny pay when args.loose > 50 or args.loose matches \"\" or args.loose in [true, false]\n\
         require pay with args.loose <= 60",
        "hide peek\ndeny peek when args.tip > 50",
    ] {
        let text = format!("{known}{guards}\n");
        let outcome = check(&text);
        let fails = outcome.diagnostics.iter().any(|d| d.code.name() == "fails-open");
        assert!(!fails, "{text}\n{}", plain(&outcome));
    }
}

#[test]
fn without_a_manifest_nothing_says_that_an_argument_is_there() {
    assert_eq!(
        lines("deny pay when args.amount > 50"),
        ["fails-open: a call without `args.amount` passes this `deny`"]
    );
    assert_eq!(
        lines("approve pay when args.amount > 50 and args.amount < 99"),
        ["fails-open: a call without `args.amount` passes this `approve`"]
    );
}

#[test]
fn hostile_conditions_take_little_time() {
    let start = std::time::Instant::now();
    let many = |test: &dyn Fn(usize) -> String, word: &str, count: usize| {
        (0..count).map(test).collect::<Vec<_>>().join(word)
    };
    let pairs = many(&|n| format!("(args.a{n} > 1 or args.b{n} != 2)"), " and ", 400);
    let row = many(&|n| format!("args.a != {n}"), " or ", 4000);
    let values = many(&|n| format!("\"v{n}\""), ", ", 2000);
    let mut text = String::from("allow pay\n");
    for _ in 0..20 {
        text += &format!("deny pay when {pairs}\ndeny pay when {row}\n");
        text += &format!("require pay with args.v in [{values}] and args.v not in [{values}]\n");
        text += "deny pay when args.x > 1 and args.y > 1 and (args.z > 1 or args.w > 1)\n";
    }
    let outcome = check(&text);
    assert!(super::found(&outcome).iter().any(|found| found.code.name() == "fails-open"));
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}
