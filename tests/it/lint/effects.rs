//! Rules about rules: what others shadow, repeat or make needless, and what a policy leaves unsaid.

use gatewright::check::{self, Options, Outcome};
use gatewright::diagnostic::{Applicability, Code, Diagnostic, Fix};
use gatewright::source::MemoryLoader;

use crate::support::plain;

const TOOLS: &str = include_str!("../../fixtures/explain/tools.json");

/// The codes of this area.
const CODES: [Code; 9] = [
    Code::ShadowedRule,
    Code::DuplicateRule,
    Code::UnreachableCap,
    Code::UnlistedTool,
    Code::BoundaryBurst,
    Code::MissingReason,
    Code::UnusedGroup,
    Code::ImplicitDefault,
    Code::RedundantSelector,
];

fn check_with(files: &[(&str, &str)], text: &str) -> Outcome<()> {
    let mut loader = MemoryLoader::default().with("tools.json", TOOLS);
    for (path, text) in files {
        loader.insert(*path, *text);
    }
    check::check_gate("policy.gate", text.into(), &loader, &Options::default())
}

/// What the rule says of a policy, as plain lines.
pub(super) fn found(code: Code, text: &str) -> String {
    found_with(code, &[], text)
}

pub(super) fn found_with(code: Code, files: &[(&str, &str)], text: &str) -> String {
    let mut outcome = check_with(files, text);
    let errors: Vec<_> = outcome.diagnostics.iter().filter(|found| is_mistake(found)).collect();
    assert!(errors.is_empty(), "{errors:?}");
    outcome.diagnostics.retain(|found| found.code == code);
    plain(&outcome)
}

fn is_mistake(found: &Diagnostic) -> bool {
    found.is_error() && !found.code.is_rule()
}

/// Whether the rule says nothing of a policy.
#[track_caller]
pub(super) fn assert_silent(code: Code, text: &str) {
    assert_eq!(found(code, text), "", "{text}");
}

/// The policy after the safe fixes of a rule, one at a time until none is left.
pub(super) fn fixed(code: Code, text: &str) -> String {
    fixed_as(Applicability::Safe, code, text)
}

fn fixed_as(applicability: Applicability, code: Code, text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..20 {
        let outcome = check_with(&[], &text);
        assert!(!outcome.diagnostics.iter().any(is_mistake), "{text}\n{}", plain(&outcome));
        let findings = outcome.diagnostics.iter().filter(|found| found.code == code);
        let is_wanted = |fix: &&Fix| fix.applicability == applicability;
        let Some(fix) = findings.flat_map(|found| &found.fixes).find(is_wanted) else {
            return text;
        };
        for edit in fix.edits.iter().rev() {
            text.replace_range(edit.span.range(), &edit.text);
        }
    }
    panic!("the fixes of {code} do not come to an end:\n{text}");
}

#[test]
fn pages_of_rules_about_rules_show_what_check_says() {
    let mut faults = String::new();
    for code in CODES {
        let page = code.explanation();
        for (examples, is_wrong) in [(&page.wrong, true), (&page.right, false)] {
            let outcome = check_with(&[], &examples[0].text);
            let codes: Vec<Code> = outcome.diagnostics.iter().map(|found| found.code).collect();
            if is_wrong != codes.contains(&code) || !is_wrong && !codes.is_empty() {
                faults += &format!("{code}, wrong: {is_wrong}\n{}\n", plain(&outcome));
            }
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn a_rule_about_closed_tools_is_shadowed() {
    insta::assert_snapshot!(found(Code::ShadowedRule, r#"
default deny
allow get_run, search_runs
deny get_run because "Confidential."
deny search_runs because "Confidential."
require get_run with args.run_id exists because "Name a run."
rate search_runs 5/minute
"#), @r#"
    policy.gate:3:1-27 "allow get_run, search_runs": warning[shadowed-rule] this `allow` has no effect: `get_run` and `search_runs` are already denied for every call
        policy.gate:4:1-37 "deny get_run because \"Confidential.\"": denied here
        policy.gate:5:1-41 "deny search_runs because \"Confidential.\"": denied here
        help: remove it, or narrow the rule that wins
        fix (safe): remove this `allow`: policy.gate:3:1-4:1 "allow get_run, search_runs\n" -> ""
    policy.gate:6:1-62 "require get_run with args.run_id exists ": warning[shadowed-rule] this `require` has no effect: `get_run` is already denied for every call
        policy.gate:4:1-37 "deny get_run because \"Confidential.\"": denied here
        help: remove it, or narrow the rule that wins
        fix (safe): remove this `require`: policy.gate:6:1-7:1 "require get_run with args.run_id exists " -> ""
    policy.gate:7:1-26 "rate search_runs 5/minute": warning[shadowed-rule] this `rate` has no effect: `search_runs` is already denied for every call
        policy.gate:5:1-41 "deny search_runs because \"Confidential.\"": denied here
        help: remove it, or narrow the rule that wins
        fix (safe): remove this `rate`: policy.gate:7:1-8:1 "rate search_runs 5/minute\n" -> ""
    "#);
}

#[test]
fn hidden_denied_and_approved_tools_are_told_apart() {
    insta::assert_snapshot!(found(Code::ShadowedRule, r#"
default allow
hide delete_run
deny delete_model because "Never."
approve create_payment
deny delete_run, delete_model when args.run_id missing because "Name it."
approve create_payment unless args.amount < 5 because "Small ones pass."
"#), @r#"
    policy.gate:6:1-74 "deny delete_run, delete_model when args.": warning[shadowed-rule] this `deny` has no effect: `delete_run` and `delete_model` are already blocked by other rules
        policy.gate:3:1-16 "hide delete_run": hidden here
        policy.gate:4:1-35 "deny delete_model because \"Never.\"": denied here
        help: remove it, or narrow the rule that wins
        fix (safe): remove this `deny`: policy.gate:6:1-7:1 "deny delete_run, delete_model when args." -> ""
    policy.gate:7:1-73 "approve create_payment unless args.amoun": warning[shadowed-rule] this `approve` has no effect: `create_payment` is already subject to approval for every call
        policy.gate:5:1-23 "approve create_payment": asks for approval for every call
        help: remove it, or narrow the rule that wins
        fix (safe): remove this `approve`: policy.gate:7:1-8:1 "approve create_payment unless args.amoun" -> ""
    "#);
}

#[test]
fn rules_that_can_still_decide_are_not_shadowed() {
    for text in [
        // Approved calls still meet the caps and the other guards.
        "default deny\nallow refund_payment 5/minute\napprove refund_payment\n\
         require refund_payment with args.amount exists\n",
        // One of the tools is open.
        "default deny\nallow get_run, search_runs\ndeny get_run\n",
        // A conditional rule wins only sometimes.
        "default deny\nallow get_run\ndeny get_run when args.run_id missing\n\
         approve get_run when args.run_id exists\n",
        // The compiler reports these itself.
        "default deny\nallow get_run\nhide get_run\n",
        "default deny\nhide get_run\nrate get_run 5/minute\n",
    ] {
        assert_silent(Code::ShadowedRule, text);
    }
}

#[test]
fn hiding_everything_is_one_finding_without_a_fix() {
    insta::assert_snapshot!(found(Code::ShadowedRule, r#"
default deny
allow get_run
deny search_runs because "Too slow."
hide all
"#), @r#"
    policy.gate:5:1-9 "hide all": warning[shadowed-rule] this hides every tool, so 2 other rules can have no effect
        policy.gate:3:1-14 "allow get_run": has no effect
        help: remove it to let the agent work again
    "#);
    assert_silent(Code::ShadowedRule, "hide all\nhide all\n");
}

#[test]
fn included_files_are_judged_by_themselves() {
    let guards = "require get_run with args.run_id exists because \"Name it.\"\n\
                  rate search_runs 3000/hour\nrate all 60/minute\n";
    let files = [("guards.gate", guards)];
    let text = "include \"guards.gate\"\ndefault deny\nallow get_run, search_runs 10/minute\n\
                deny get_run because \"Closed.\"\n";
    let shadowed = found_with(Code::ShadowedRule, &files, text);
    assert!(!shadowed.contains("guards.gate"), "{shadowed}");
    // With the 10 a minute of this policy no 3000 an hour get through; with what the file says itself they do.
    let capped = found_with(Code::UnreachableCap, &files, text);
    assert!(!capped.contains("guards.gate:2"), "{capped}");
    let repeated = "include \"guards.gate\"\ndefault deny\nallow get_run\nrate all 60/minute\n";
    let duplicate = found_with(Code::DuplicateRule, &files, repeated);
    assert!(duplicate.starts_with("policy.gate:4:1"), "{duplicate}");
    // An included rule is not blamed for what the root says: others may include it.
    let repeated = "default deny\nallow get_run\nrate all 60/minute\ninclude \"guards.gate\"\n";
    let duplicate = found_with(Code::DuplicateRule, &files, repeated);
    assert_eq!(duplicate, "");
}

#[test]
fn shadowed_rules_are_removed_where_they_stand_alone() {
    let text = "default deny\n\nallow get_run\nallow search_runs\n\n\
                tool get_run {\n    deny because \"No.\"\n    rate 5/minute\n}\n";
    assert_eq!(
        fixed(Code::ShadowedRule, text),
        "default deny\n\nallow search_runs\n\ntool get_run {\n    deny because \"No.\"\n    rate 5/minute\n}\n"
    );
}

#[test]
fn a_rule_that_is_said_twice_is_reported_once() {
    insta::assert_snapshot!(found(Code::DuplicateRule, r#"
default deny
allow get_run 5/minute, 50/day
rate all 60/minute
allow search_runs 5/minute, 50/day
allow get_run, search_runs 50/day, 5/minute
rate all 60/minute
deny get_run when args.run_id == "a" or args.run_id == "b" because "No."
deny get_run when args.run_id == "a" or args.run_id == "b" because "No."
"#), @r#"
    policy.gate:6:1-44 "allow get_run, search_runs 50/day, 5/min": warning[duplicate-rule] this `allow` adds nothing new for `get_run` and `search_runs`
        policy.gate:3:1-31 "allow get_run 5/minute, 50/day": says the same
        policy.gate:5:1-35 "allow search_runs 5/minute, 50/day": says the same
        help: remove it
        fix (safe): remove this `allow`: policy.gate:6:1-7:1 "allow get_run, search_runs 50/day, 5/min" -> ""
    policy.gate:7:1-19 "rate all 60/minute": warning[duplicate-rule] this `rate` adds nothing new
        policy.gate:4:1-19 "rate all 60/minute": says the same
        help: remove it
        fix (safe): remove this `rate`: policy.gate:7:1-8:1 "rate all 60/minute\n" -> ""
    policy.gate:9:1-73 "deny get_run when args.run_id == \"a\" or ": warning[duplicate-rule] this `deny` adds nothing new for `get_run`
        policy.gate:8:1-73 "deny get_run when args.run_id == \"a\" or ": says the same
        help: remove it
        fix (safe): remove this `deny`: policy.gate:9:1-10:1 "deny get_run when args.run_id == \"a\" or " -> ""
    "#);
}

#[test]
fn rules_that_differ_are_no_duplicates() {
    for text in [
        "allow get_run 5/minute\nallow get_run 6/minute\n",
        "allow get_run\nallow get_run, search_runs\n",
        "allow get_run\ndeny get_run because \"a\"\ndeny get_run because \"b\"\n",
        "allow get_run\nrequire get_run with args.a == 1\ndeny get_run when args.a == 1\n",
        "allow get_run\ndeny get_run when args.a == 1 and (args.b == 1 or args.c == 1)\n\
         deny get_run when args.a == 1 and args.b == 1 or args.c == 1\n",
        "allow get_run\ndeny get_run when args.a in [1, 2]\ndeny get_run when args.a in [2, 1]\n",
        "allow get_run 5/minute as a\nrate get_run 5/minute as \"b\"\n",
        "rate all 5/minute\nallow get_run\nrate get_run 5/minute\n",
        // Somebody chose this tool.
        "manifest \"tools.json\"\nallow delete_*\nallow delete_run, delete_model\n",
    ] {
        assert_silent(Code::DuplicateRule, text);
    }
    // Nobody needs to choose a reader.
    let text = "manifest \"tools.json\"\nallow get_*\nallow get_run\n";
    assert!(found(Code::DuplicateRule, text).contains("nothing new for `get_run`"));
}

#[test]
fn duplicates_are_removed_but_never_the_last_rule_of_a_block() {
    let text = "default deny\nallow get_run\ntool get_run {\n    allow\n}\n\
                tool search_runs {\n    allow\n    allow\n}\nhide a\nhide a\nhide a\n";
    assert_eq!(
        fixed(Code::DuplicateRule, text),
        "default deny\nallow get_run\ntool get_run {\n    allow\n}\n\
         tool search_runs {\n    allow\n}\nhide a\n"
    );
}

#[test]
fn caps_that_nothing_reaches_are_named_with_what_gets_through() {
    insta::assert_snapshot!(found(Code::UnreachableCap, r#"
default deny
allow set_run_tag 10/minute, 1000/hour
allow set_model_alias 100/hour, 2400/day as alias-{tool}-{window}
allow get_run 60/minute
rate get_run 4000/hour as readers-{tool}
rate all 60/minute, 4000/hour
"#), @r#"
    policy.gate:3:30-39 "1000/hour": warning[unreachable-cap] this cap never stops a call to `set_run_tag`: `10/minute` already allows at most 600 an hour
        policy.gate:3:19-28 "10/minute": stricter
        help: remove it, or lower it
        fix (safe): remove `1000/hour`: policy.gate:3:28-39 ", 1000/hour" -> ""
    policy.gate:4:33-41 "2400/day": warning[unreachable-cap] this cap never stops a call to `set_model_alias`: `100/hour` already allows at most 2400 a day
        policy.gate:4:23-31 "100/hour": stricter
        help: remove it, or lower it
        fix (safe): remove `2400/day`: policy.gate:4:31-41 ", 2400/day" -> ""
    policy.gate:5:15-24 "60/minute": warning[unreachable-cap] this cap never stops a call to `get_run`: `rate all 60/minute` already allows at most 60 a minute
        policy.gate:7:10-19 "60/minute": stricter
        help: remove it, or lower it
        fix (safe): remove `60/minute`: policy.gate:5:14-24 " 60/minute" -> ""
    policy.gate:6:14-23 "4000/hour": warning[unreachable-cap] this cap never stops a call to `get_run`: `60/minute` already allows at most 3600 an hour
        policy.gate:5:15-24 "60/minute": stricter
        help: remove it, or lower it
        fix (safe): remove this `rate`: policy.gate:6:1-7:1 "rate get_run 4000/hour as readers-{tool}" -> ""
    policy.gate:7:21-30 "4000/hour": warning[unreachable-cap] this cap never stops a call: `rate all 60/minute` already allows at most 3600 an hour
        policy.gate:7:10-19 "60/minute": stricter
        help: remove it, or lower it
        fix (safe): remove `4000/hour`: policy.gate:7:19-30 ", 4000/hour" -> ""
    "#);
}

#[test]
fn caps_that_can_be_reached_are_left_alone() {
    for text in [
        "allow get_run 10/minute, 599/hour\n",
        "allow get_run 600/hour\nrate all 11/minute\n",
        // A longer window that lets more through does not hold a shorter one down.
        "allow get_run 10/minute, 11/hour\n",
        // For one of its tools the cap means something.
        "allow get_run, search_runs 1000/hour\nrate get_run 10/minute\n",
        // The calls of both tools are counted together.
        "allow get_run, search_runs 10/minute\nrate get_run, search_runs 1000/hour as readers\n",
        // Nothing gets so far.
        "allow get_run 10/minute, 1000/hour\nhide get_run\n",
    ] {
        assert_silent(Code::UnreachableCap, text);
    }
}

/// Whether a cap can stop a call beside others, by counting minute by minute: a tool that is called as often as the others
/// let it fills the first window of each length as fast as any.
fn can_be_reached(cap: (u64, u64), others: &[(u64, u64)]) -> bool {
    let (max, window) = cap;
    let mut used: Vec<u64> = vec![0; others.len()];
    let mut calls = 0;
    for minute in 0..window {
        let mut now = u64::MAX;
        for ((max, window), used) in others.iter().zip(&mut used) {
            if minute % window == 0 {
                *used = 0;
            }
            now = now.min(max - *used);
        }
        used.iter_mut().for_each(|used| *used = used.saturating_add(now));
        calls = u64::saturating_add(calls, now);
    }
    calls > max
}

#[test]
fn a_cap_is_unreachable_exactly_where_counting_says_so() {
    let mut random = crate::random::Random::new(46);
    let windows = [("minute", 1), ("hour", 60), ("day", 1440)];
    let (mut unreachable, mut reachable) = (0, 0);
    for _ in 0..1500 {
        // The caps of a tool and of all calls, at most one on each window.
        let mut caps: Vec<(bool, u64, usize)> = Vec::new();
        for over_all in [false, true] {
            for window in 0..windows.len() {
                if random.one_in(2) {
                    let scale = [1, 60, 1440][random.below(3)];
                    caps.push((over_all, scale * (1 + random.below(3) as u64), window));
                }
            }
        }
        let rates = |over_all: bool| {
            let own = caps.iter().filter(|cap| cap.0 == over_all);
            own.map(|(_, max, window)| format!("{max}/{}", windows[*window].0)).collect::<Vec<_>>()
        };
        let mut text = format!("default deny\nallow x {}\n", rates(false).join(", "));
        if caps.iter().any(|cap| cap.0) {
            text += &format!("rate all {}\n", rates(true).join(", "));
        }
        let mut outcome = check_with(&[], &text);
        outcome.diagnostics.retain(|found| found.code == Code::UnreachableCap);
        for (over_all, max, window) in &caps {
            let cap = (*max, windows[*window].1);
            // Calls of a single tool cannot tell a cap of its own from one over all calls; the tool's own goes.
            let others: Vec<(u64, u64)> = caps
                .iter()
                .filter(|other| {
                    (other.0, other.2) != (*over_all, *window) && (!over_all || other.0)
                })
                .map(|(_, max, window)| (*max, windows[*window].1))
                .collect();
            let expected = !can_be_reached(cap, &others);
            let rate = format!("{max}/{}", windows[*window].0);
            let line = if *over_all { "rate all" } else { "allow x" };
            let told = outcome.diagnostics.iter().any(|found| {
                let place = found.primary.span.range();
                let start = text[..place.start].rfind('\n').map_or(0, |at| at + 1);
                text[place].trim() == rate && text[start..].starts_with(line)
            });
            assert_eq!(told, expected, "{rate} in\n{text}\n{}", plain(&outcome));
            unreachable += usize::from(expected);
            reachable += usize::from(!expected);
        }
    }
    assert!(unreachable > 500 && reachable > 500, "{unreachable} {reachable}");
}

#[test]
fn a_stricter_cap_of_several_tools_is_shown_once() {
    let text = "default deny\nallow a, b 5/hour\nrate a, b 500/day as daily-{tool}\n";
    assert_eq!(found(Code::UnreachableCap, text).matches(": stricter").count(), 1);
}

#[test]
fn an_approval_of_a_closed_tool_is_shadowed() {
    for (text, said) in [
        ("default allow\nhide a\napprove a\n", "`a` is already hidden"),
        ("default deny\nhide a\napprove a because \"Ask.\"\n", "`a` is already hidden"),
        ("default allow\nhide a\ndeny a because \"No.\"\n", "`a` is already hidden"),
        (
            "default allow\ndeny a\napprove a because \"Ask.\"\n",
            "`a` is already denied for every call",
        ),
        (
            "default deny\napprove a because \"Ask.\"\ndeny a\n",
            "`a` is already denied for every call",
        ),
        (
            "default deny\ndeny a, b\napprove b, a\n",
            "`b` and `a` are already denied for every call",
        ),
    ] {
        assert!(found(Code::ShadowedRule, text).contains(said), "{text}");
    }
    for text in [
        "default deny\ndeny a because \"No.\"\n",
        "default deny\napprove a\napprove a because \"Ask.\"\n",
        "default deny\ndeny a because \"No.\"\ndeny a, b because \"Never.\"\n",
        "default deny\ndeny a\napprove a, b\n",
    ] {
        assert_silent(Code::ShadowedRule, text);
    }
}

#[test]
fn an_except_that_leaves_nothing_is_told_once() {
    let tools = "manifest \"tools.json\"\ndefault allow\n";
    for (text, place) in [
        ("hide get_run except get_*\n", "3:21-26"),
        ("group g = get_run except get_*\nhide @g\n", "3:26-31"),
        ("deny get_*, delete_run except @read, delete_run\n", "3:31-48"),
    ] {
        let found = found(Code::UnmatchedGlob, &format!("{tools}{text}"));
        assert_eq!(found.matches("unmatched-glob").count(), 1, "{text}{found}");
        assert!(found.starts_with(&format!("policy.gate:{place} ")), "{text}{found}");
    }
    assert_silent(Code::UnmatchedGlob, &format!("{tools}hide get_*, delete_run except get_*\n"));
    // What is empty already is told where it becomes so.
    let found = found(Code::UnmatchedGlob, &format!("{tools}hide nothing_* except get_run\n"));
    assert_eq!(found.matches("unmatched-glob").count(), 1, "{found}");
}

#[test]
fn counters_that_several_caps_share_are_told() {
    for (text, who) in [
        ("allow a 5/minute as x\nrate all 10/minute as x\n", "`a` and all calls together"),
        ("allow a 5/minute as calls-per-hour\nrate all 10/hour\n", "`a` and all calls together"),
        ("allow Get_x, get_x 5/hour\n", "`Get_x` and `get_x`"),
        ("allow a 5/hour as x\nallow b 5/hour as x\nrate a, b 30/day\n", "`a` and `b`"),
    ] {
        let found = found(Code::SharedCounter, text);
        assert!(found.contains(&format!("{who} use the same counter")), "{text}{found}");
    }
    for text in ["allow a 5/minute as x\nrate all 10/minute\n", "allow a, b 5/minute as x-{tool}\n"]
    {
        assert_silent(Code::SharedCounter, text);
    }
}

#[test]
fn a_counter_needs_a_rate() {
    let told = found(Code::CounterWithoutRate, "default deny\nallow a as x\n");
    assert!(told.starts_with("policy.gate:2:12-13 \"x\""), "{told}");
    let told = found(Code::CounterWithoutRate, "default deny\ntool a {\n    allow as \"x y\"\n}\n");
    assert!(told.starts_with("policy.gate:3:14-19 "), "{told}");
    assert_silent(Code::CounterWithoutRate, "default deny\nallow a 5/hour as x\n");
}

#[test]
fn an_inert_rule_is_told_at_the_first_tool_that_is_not_granted() {
    let told = found(Code::InertRule, "default deny\nallow a\nrate b, a, c 5/hour\n");
    assert!(told.starts_with("policy.gate:3:6-7 \"b\""), "{told}");
}

#[test]
fn a_name_outranks_an_earlier_glob() {
    // By name it is a warning that a granted tool is hidden, through a glob only a note.
    let text = "manifest \"tools.json\"\ndefault deny\nallow get_*, get_run\nhide get_run\n";
    assert!(found(Code::HiddenAllow, text).contains("warning[hidden-allow]"), "{text}");
}

#[test]
fn unreachable_caps_are_removed_with_their_comma() {
    for (text, expected) in [
        ("allow a 1000/hour, 10/minute\n", "allow a 10/minute\n"),
        ("allow a 10/minute, 1000/hour\n", "allow a 10/minute\n"),
        ("allow a 90000/day, 10/minute,\n    1000/hour\n", "allow a 10/minute\n"),
        ("allow a 1000/hour\nrate all 10/minute\n", "allow a\nrate all 10/minute\n"),
        ("allow a 10/minute\nrate a 1000/hour\nhide b\n", "allow a 10/minute\nhide b\n"),
        // Nothing would be left for the counter's name, or of the comment.
        (
            "allow a 1000/hour as b\nrate all 10/minute\n",
            "allow a 1000/hour as b\nrate all 10/minute\n",
        ),
        ("allow a 10/minute, # c\n 1000/hour\n", "allow a 10/minute, # c\n 1000/hour\n"),
    ] {
        assert_eq!(fixed(Code::UnreachableCap, text), expected, "{text}");
    }
}

#[test]
fn tools_that_no_statement_mentions_are_listed() {
    insta::assert_snapshot!(found(Code::UnlistedTool, r#"
manifest "tools.json"
default deny
classify set_run_tag as write
group unused = set_model_alias
allow get_*, @financial except refund_payment
hide delete_model
"#), @r#"
    policy.gate:2:1-22 "manifest \"tools.json\"": info[unlisted-tool] no statement mentions `search_runs`, `set_model_alias`, `transition_stage`, `delete_run` and `export_report`: `default deny` blocks them
        help: to block a tool on purpose, name it in a `deny` or `hide`, or cover it with a glob
    "#);
}

#[test]
fn under_default_allow_the_dangerous_tools_are_left_to_another_rule() {
    insta::assert_snapshot!(found(Code::UnlistedTool, r#"
manifest "tools.json"
default allow
hide delete_run
"#), @r#"
    policy.gate:2:1-22 "manifest \"tools.json\"": info[unlisted-tool] no statement mentions `get_run` and `search_runs`: `default allow` leaves them open
        help: to block a tool on purpose, name it in a `deny` or `hide`, or cover it with a glob
    "#);
}

#[test]
fn a_policy_that_speaks_of_every_tool_has_no_unlisted_one() {
    assert_silent(Code::UnlistedTool, "manifest \"tools.json\"\nallow get_run\nhide all\n");
    assert_silent(Code::UnlistedTool, "manifest \"tools.json\"\nallow @tools\n");
    // A part for others to include.
    assert_silent(Code::UnlistedTool, "manifest \"tools.json\"\ngroup a = get_run\n");
}

#[test]
fn a_burst_at_the_edge_of_a_window_is_worth_a_word() {
    insta::assert_snapshot!(found(Code::BoundaryBurst, r#"
manifest "tools.json"
default deny
allow refund_payment, create_payment 10/hour
allow delete_run 8/minute, 20/hour, 30/day
"#), @r#"
    policy.gate:4:38-45 "10/hour": info[boundary-burst] when one hour ends and the next begins, 20 calls to `create_payment` and `refund_payment` can get through at once
        note: windows are fixed and follow the calendar in UTC: 10 calls can come in the last minute of one hour, and 10 in the first minute of the next
        help: add a cap on a shorter window, such as 5 a minute
        fix (unsafe): add `5/minute`: policy.gate:4:38-38 "" -> "5/minute, "
    "#);
}

#[test]
fn a_burst_is_held_down_by_half_as_many_calls_a_minute() {
    for (text, expected) in [
        ("allow delete_run 11/hour, 99/day\n", "allow delete_run 5/minute, 11/hour, 99/day\n"),
        // The counter of the statement would be given twice; the statement has such a cap.
        ("allow delete_run 11/hour as gone\n", "allow delete_run 11/hour as gone\n"),
        ("allow delete_run 9/minute, 11/hour\n", "allow delete_run 9/minute, 11/hour\n"),
    ] {
        assert_eq!(fixed_as(Applicability::Unsafe, Code::BoundaryBurst, text), expected);
    }
}

#[test]
fn no_burst_where_a_shorter_window_holds_it_or_harm_is_small() {
    for text in [
        "allow refund_payment 5/minute, 10/hour, 20/day\n",
        "allow refund_payment 10/hour\nrate all 5/minute\n",
        "allow refund_payment 10/minute\n",
        "allow refund_payment 1/hour\n",
        "allow refund_payment 10/hour\napprove refund_payment\n",
        "allow set_run_tag 10/hour\n",
        "rate refund_payment 10/hour\n",
    ] {
        assert_silent(Code::BoundaryBurst, text);
    }
}

/// Sizes at which a step that compares everything with everything would take minutes.
#[test]
fn rules_about_rules_bear_many_statements() {
    const MANY: usize = 20_000;
    let lines = |line: &dyn Fn(usize) -> String| (0..MANY).map(line).collect::<String>();
    let row = |item: &dyn Fn(usize) -> String| (0..MANY).map(item).collect::<Vec<_>>().join(", ");
    for (text, code, count) in [
        (
            lines(&|n| format!("deny t{n}\nallow t{n} 10/minute, 1000/hour\n")),
            Code::ShadowedRule,
            MANY,
        ),
        (
            lines(&|_| "allow t 10/minute\ndeny t when args.a == 1\n".to_owned()),
            Code::DuplicateRule,
            2 * (MANY - 1),
        ),
        (lines(&|n| format!("allow t{n} 10/minute, 1000/hour\n")), Code::UnreachableCap, MANY),
        (
            lines(&|n| format!("group g{n} = @g{}\n", n + 1))
                + &format!("group g{MANY} = t\nallow t\n"),
            Code::UnusedGroup,
            MANY + 1,
        ),
        (
            format!("allow {}\n", row(&|n| format!("t{}", n % 100))),
            Code::RedundantSelector,
            MANY - 100,
        ),
        (
            format!(
                "tool t {{\n{}}}\n",
                lines(&|n| format!("allow 10/minute\nrate {}/day as a{n}\n", n + 14_400))
            ),
            Code::UnreachableCap,
            MANY,
        ),
    ] {
        let outcome = check_with(&[], &text);
        let found = outcome.diagnostics.iter().filter(|found| found.code == code).count();
        assert_eq!(found, count, "{code}");
    }
}
