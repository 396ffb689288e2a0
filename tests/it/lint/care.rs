//! Rules of care: reasons, groups, the default, and selectors that add nothing.

use gatewright::check;
use gatewright::diagnostic::Code;

use super::effects::{assert_silent, fixed, found, found_with};

#[test]
fn guards_without_a_reason_are_reported_with_what_the_agent_reads() {
    insta::assert_snapshot!(found(Code::MissingReason, r#"
default deny
allow get_run, refund_payment
require get_run with args.run_id exists
deny get_run when args.run_id == ""
deny delete_run
tool refund_payment {
    approve unless args.amount < 5
}
"#), @r#"
    policy.gate:4:1-8 "require": info[missing-reason] this `require` has no reason: the agent reads only `Denied by policy unless args.run_id exists.`
        help: say what the agent should do instead: add `because "…"`
    policy.gate:5:1-5 "deny": info[missing-reason] this `deny` has no reason: the agent reads only `Denied by policy when args.run_id == "".`
        help: say what the agent should do instead: add `because "…"`
    policy.gate:6:1-5 "deny": info[missing-reason] this `deny` has no reason: the agent reads only `Denied by policy.`
        help: say what the agent should do instead: add `because "…"`
    policy.gate:8:5-12 "approve": info[missing-reason] this `approve` has no reason: the agent reads only `Requires human approval.`
        help: say what the agent should do instead: add `because "…"`
    "#);
}

#[test]
fn a_reason_that_nobody_would_read_is_not_missed() {
    for text in [
        "allow get_run\ndeny get_run because \"Closed.\"\n",
        "allow refund_payment\napprove refund_payment\n",
        "allow get_run\nhide get_run\ndeny get_run when args.a == 1\n",
        "rate get_run 5/minute\nrequire get_run with args.a == 1\n",
    ] {
        assert_silent(Code::MissingReason, text);
    }
}

#[test]
fn groups_that_no_rule_uses_are_reported_and_removed() {
    let text = r#"
default deny

group readers = get_run
group writers = set_run_tag
group most = @writers, @others
group others = set_model_alias
group kept = search_runs

allow @readers
tool get_*, @kept {
    deny when args."run_id" missing because "Name it."
}
"#;
    let text = format!("manifest \"tools.json\"\n{text}");
    let names: Vec<String> = found(Code::UnusedGroup, &text)
        .lines()
        .filter_map(|line| Some(line.split_once("no rule uses the group ")?.1.to_owned()))
        .collect();
    assert_eq!(names, ["`writers`", "`most`", "`others`"]);
    // Each step of the fixes leaves a policy without a mistake: `most` goes before what it uses.
    let left = fixed(Code::UnusedGroup, &text);
    assert!(left.contains("group readers = get_run\ngroup kept = search_runs\n\nallow"), "{left}");
}

#[test]
fn groups_that_serve_others_are_no_mistake() {
    let files = [("groups.gate", "group readers = get_run\ngroup writers = set_run_tag\n")];
    let text = "include \"groups.gate\"\ndefault deny\nallow @readers\n";
    assert_eq!(found_with(Code::UnusedGroup, &files, text), "");
    assert_silent(Code::UnusedGroup, files[0].1);
}

#[test]
fn a_missing_default_is_written_where_authors_put_it() {
    for (text, expected) in [
        ("allow a\n", "default deny\n\nallow a\n"),
        ("\u{feff}allow a\n", "\u{feff}default deny\n\nallow a\n"),
        ("# Head.\n\nallow a\n", "# Head.\n\ndefault deny\n\nallow a\n"),
        (
            "# Head.\n\n# Why.\n# So.\nallow a\n",
            "# Head.\n\ndefault deny\n\n# Why.\n# So.\nallow a\n",
        ),
        ("# Why.\nallow a", "default deny\n\n# Why.\nallow a"),
        (
            "manifest \"tools.json\"  # all\nallow get_run\n",
            "manifest \"tools.json\"  # all\n\ndefault deny\n\nallow get_run\n",
        ),
        (
            "manifest \"tools.json\"\n\nallow get_run\n",
            "manifest \"tools.json\"\n\ndefault deny\n\nallow get_run\n",
        ),
    ] {
        let found = found(Code::ImplicitDefault, text);
        assert_eq!(found.lines().filter(|line| line.contains("[implicit-default]")).count(), 1);
        let left = fixed(Code::ImplicitDefault, text);
        assert_eq!(left, expected);
        let plain = left.trim_start_matches('\u{feff}').to_owned() + "\n";
        let formatted = check::format("p.gate", left.into_bytes()).unwrap().value.unwrap();
        assert_eq!(formatted.trim_end(), plain.trim_end(), "not in the formatter's style");
    }
}

#[test]
fn a_default_may_come_from_an_include_and_a_part_needs_none() {
    let files = [("base.gate", "default deny\n")];
    let text = "include \"base.gate\"\nallow get_run\n";
    assert_eq!(found_with(Code::ImplicitDefault, &files, text), "");
    assert_silent(Code::ImplicitDefault, "deny get_run when args.a == 1\n");
    assert_silent(Code::ImplicitDefault, "");
}

#[test]
fn selectors_that_add_nothing_are_reported_with_what_covers_them() {
    insta::assert_snapshot!(found(Code::RedundantSelector, r#"
manifest "tools.json"
default deny
group readers = get_run, "get_run", search_*
allow search_runs, @readers, get_*
deny @tools, delete_* except get_*, @readers, search_runs because "Closed."
tool set_run_tag, set_* {
    allow 5/minute
}
"#), @r#"
    policy.gate:4:26-35 "\"get_run\"": warning[redundant-selector] `"get_run"` adds nothing: the rest of the list covers it
        policy.gate:4:17-24 "get_run": covers it
        help: remove it
        fix (safe): remove `"get_run"`: policy.gate:4:26-37 "\"get_run\", " -> ""
    policy.gate:5:7-18 "search_runs": warning[redundant-selector] `search_runs` adds nothing: the rest of the list covers it
        policy.gate:5:20-28 "@readers": covers it
        help: remove it
        fix (safe): remove `search_runs`: policy.gate:5:7-20 "search_runs, " -> ""
    policy.gate:6:14-22 "delete_*": warning[redundant-selector] `delete_*` adds nothing: the rest of the list covers it
        policy.gate:6:6-12 "@tools": covers it
        help: remove it
        fix (safe): remove `delete_*`: policy.gate:6:12-22 ", delete_*" -> ""
    policy.gate:6:47-58 "search_runs": warning[redundant-selector] `search_runs` adds nothing: the rest of the list covers it
        policy.gate:6:37-45 "@readers": covers it
        help: remove it
        fix (safe): remove `search_runs`: policy.gate:6:45-58 ", search_runs" -> ""
    policy.gate:7:6-17 "set_run_tag": warning[redundant-selector] `set_run_tag` adds nothing: the rest of the list covers it
        policy.gate:7:19-24 "set_*": covers it
        help: remove it
        fix (safe): remove `set_run_tag`: policy.gate:7:6-19 "set_run_tag, " -> ""
    "#);
}

#[test]
fn selectors_that_add_something_are_left_alone() {
    for text in [
        "allow get_run, search_*\n",
        "allow @read, set_model_alias, set_run_tag\n",
        // Globs that happen to match the same tools of this manifest.
        "rate get_*, *_run 5/minute\n",
        // Somebody chose these tools.
        "allow delete_run, delete_*\n",
        "allow @critical, refund_payment\n",
        "tool delete_run, delete_* {\n    allow\n}\n",
        // The compiler reports that the exception removes nothing.
        "allow get_* except delete_*, delete_run\n",
    ] {
        let text = format!("manifest \"tools.json\"\n{text}");
        assert_silent(Code::RedundantSelector, &text);
    }
    let hidden = "manifest \"tools.json\"\nallow get_run\nhide delete_run, delete_*\n";
    assert!(found(Code::RedundantSelector, hidden).contains("`delete_run` adds nothing"));
    let twice = "allow delete_run, delete_run\n";
    assert!(found(Code::RedundantSelector, twice).contains("`delete_run` adds nothing"));
}

#[test]
fn redundant_selectors_are_removed_with_their_comma() {
    for (row, expected) in [
        ("get_run, get_run, search_runs, get_run", "get_run, search_runs"),
        ("get_run, search_runs, get_*,\n    search_*", "get_*,\n    search_*"),
        ("@tools, get_*, @read", "@tools"),
        ("set_run_*, set_*, set_*", "set_*"),
        ("set_*, set_**", "set_*"),
        ("@tools except get_run, get_*, @critical, delete_run", "@tools except get_*, @critical"),
        // A comment is not lost.
        ("get_run, # this one\n    get_run", "get_run, # this one\n    get_run"),
    ] {
        let policy =
            |row: &str| format!("manifest \"tools.json\"\ndefault deny\nrate {row} 5/minute\n");
        assert_eq!(fixed(Code::RedundantSelector, &policy(row)), policy(expected));
    }
}
