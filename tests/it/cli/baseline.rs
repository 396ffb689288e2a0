//! Findings that are known already: writing them down, and checking for others.

use super::run::Folder;

const POLICY: &str = "default deny\nallow set_run_tag\nrate x 5/hour\n";

/// A folder with two policies and the baseline of both.
fn folder() -> Folder {
    let folder = Folder::new()
        .with("p/a.gate", POLICY)
        .with("p/b.gate", "default deny\nallow set_tag\n# Nothing else.\n");
    let run = folder.run(&["check", "p", "--write-baseline", "known.json"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
    assert_eq!(run.stderr, "2 files checked, no findings\n3 findings written to `known.json`\n");
    folder
}

/// The baseline with fingerprints replaced, which other tests are about.
fn masked(text: &str) -> String {
    let mut out = String::new();
    for (index, part) in text.split("\"fingerprint\":\"").enumerate() {
        let (digits, rest) = if index == 0 { ("", part) } else { part.split_at(16) };
        assert!(digits.chars().all(|digit| digit.is_ascii_hexdigit()), "{digits}");
        out += if index == 0 { "" } else { "\"fingerprint\":\"…" };
        out += rest;
    }
    out
}

#[test]
fn a_baseline_has_a_finding_on_each_line() {
    let folder = folder();
    let written = folder.read("known.json");
    insta::assert_snapshot!(masked(&written), @r#"
    {"version":2,"findings":[
    {"file":"p/a.gate","code":"inert-rule","message":"this `rate` has no effect: nothing grants `x`","tools":[],"line":3,"fingerprint":"…"},
    {"file":"p/a.gate","code":"uncapped-write","message":"`set_run_tag` can write any number of times: no cap applies","tools":["set_run_tag"],"line":2,"fingerprint":"…"},
    {"file":"p/b.gate","code":"uncapped-write","message":"`set_tag` can write any number of times: no cap applies","tools":["set_tag"],"line":2,"fingerprint":"…"}
    ]}
    "#);
    let again = folder.run(&["check", "p/b.gate", "./p/a.gate", "--write-baseline", "known.json"]);
    assert_eq!(again.code, 0);
    assert_eq!(folder.read("known.json"), written);

    let empty = Folder::new().with("a.gate", "default deny\n");
    let run = empty.run(&["check", "a.gate", "--write-baseline", "known.json"]);
    assert!(run.stderr.ends_with("0 findings written to `known.json`\n"), "{}", run.stderr);
    assert_eq!(empty.read("known.json"), "{\"version\":2,\"findings\":[]}\n");
    assert_eq!(empty.run(&["check", "a.gate", "--baseline", "known.json"]).code, 0);
}

#[test]
fn what_is_known_is_not_reported() {
    let folder = folder();
    insta::assert_snapshot!(folder.run(&["check", "p", "--baseline", "known.json"]).shown(), @r"
    exit 0
    -- out
    -- error
    2 files checked, no findings
    3 findings left out: in the baseline
    ");
    // Lines above it move a finding, and do not make it new.
    let folder = folder.with("p/a.gate", &POLICY.replace("allow", "\n# New.\n  allow"));
    let run = folder.run(&["check", "p", "--baseline", "known.json"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
}

#[test]
fn what_is_new_is_reported_and_decides_the_exit_code() {
    let folder = folder().with("p/a.gate", &format!("{POLICY}rate y 5/hour\nallow set_alias\n"));
    let run = folder.run(&["check", "p", "--baseline", "known.json"]);
    assert_eq!(run.code, 0, "warnings alone are no errors");
    assert!(run.stdout.contains("nothing grants `y`"), "{}", run.stdout);
    assert!(!run.stdout.contains("set_run_tag"), "{}", run.stdout);
    assert!(run.stderr.starts_with("2 warnings in 2 files\n"), "{}", run.stderr);

    let folder = folder.with("p/b.gate", "allow set_tag\nalow y\n");
    let run = folder.run(&["check", "p", "--baseline", "known.json"]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("error[unknown-statement]"), "{}", run.stdout);
}

#[test]
fn a_finding_is_known_when_its_own_line_changes() {
    let folder = folder();
    for policy in [
        "default deny\nallow set_run_tag # Since today.\nrate x 5/hour\n",
        "# New.\n\ndefault deny\n\n\nallow set_run_tag  # Since today.\nrate x 5/hour\n",
        "default deny\nrate x 5/hour # Swapped.\nallow set_run_tag, get_run\n",
    ] {
        let folder =
            Folder::new().with("p/a.gate", policy).with("known.json", &folder.read("known.json"));
        let run = folder.run(&["check", "p", "--baseline", "known.json"]);
        assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{policy}");
        assert!(!run.stderr.contains("no longer"), "{}", run.stderr);
    }
    // Another tool under the same rule is another finding.
    let folder = folder.with("p/a.gate", &POLICY.replace("set_run_tag", "set_run_name"));
    let run = folder.run(&["check", "p", "--baseline", "known.json"]);
    assert!(run.stdout.contains("`set_run_name`"), "{}", run.stdout);
    assert!(
        run.stderr
            .contains("no longer found: p/a.gate: `set_run_tag` can write any number of times")
    );
}

#[test]
fn paths_are_relative_to_the_baseline() {
    let folder = Folder::new().with("p/a.gate", POLICY).with("known/readme.md", "");
    folder.run(&["check", "p", "--write-baseline", "known/all.json"]);
    let written = folder.read("known/all.json");
    assert!(written.contains("\"file\":\"../p/a.gate\""), "{written}");
    folder.run(&["check", "p", "--write-baseline", "known.json"]);
    for (from, words) in [
        (".", ["check", "p", "--baseline", "known.json"]),
        ("p", ["check", ".", "--baseline", "../known.json"]),
        ("p", ["check", "../p/a.gate", "--baseline", "../known.json"]),
        ("known", ["check", "../p", "--baseline", "all.json"]),
    ] {
        let mut command = folder.command(&words);
        let run = super::run::Run::from(command.current_dir(folder.path(from)).output().unwrap());
        assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{from}: {words:?}");
        assert!(run.stderr.contains("2 findings left out"), "{}", run.stderr);
    }
    let folder = folder.with("p/a.gate", "default deny\n");
    let mut command = folder.command(&["check", ".", "--baseline", "../known.json"]);
    let run = super::run::Run::from(command.current_dir(folder.path("p")).output().unwrap());
    assert!(run.stderr.contains("no longer found: a.gate: "), "{}", run.stderr);
}

#[test]
fn a_baseline_of_the_first_version_is_still_read() {
    let folder = folder();
    let old = |code: &str, fingerprint: &str, message: &str| {
        format!(
            "{{\"file\":\"p/a.gate\",\"code\":\"{code}\",\"fingerprint\":\"{fingerprint}\",\
             \"message\":\"{message}\"}}"
        )
    };
    let inert = "this `rate` has no effect: nothing grants `x`";
    // The fingerprint of a version that wrote this form, and one of a line that has changed since.
    let entries = [
        old("uncapped-write", "161e6754b7b0be1f", "in other words"),
        old("inert-rule", "0000000000000000", inert),
        old("inert-rule", "0000000000000001", "of another time"),
    ];
    let text = format!("{{\"version\":1,\"findings\":[\n{}\n]}}\n", entries.join(",\n"));
    let folder = folder.with("old.json", &text);
    let run = folder.run(&["check", "p/a.gate", "--baseline", "old.json"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.shown());
    insta::assert_snapshot!(run.stderr, @r"
    1 file checked, no findings
    no longer found: p/a.gate: of another time [inert-rule]
    to remove them from the baseline, write it again with --write-baseline
    2 findings left out: in the baseline
    ");
}

#[test]
fn what_is_gone_is_named() {
    let folder = folder().with("p/a.gate", "default deny\nrate x 5/hour\n").with("p/b.gate", "");
    let run = folder.run(&["check", "p", "--baseline", "known.json"]);
    insta::assert_snapshot!(run.shown(), @r"
    exit 0
    -- out
    -- error
    2 files checked, no findings
    no longer found: p/a.gate: `set_run_tag` can write any number of times: no cap applies [uncapped-write]
    no longer found: p/b.gate: `set_tag` can write any number of times: no cap applies [uncapped-write]
    to remove them from the baseline, write it again with --write-baseline
    1 finding left out: in the baseline
    ");
    // Of files that were not checked nothing is known.
    let run = folder.run(&["check", "p/b.gate", "--baseline", "known.json"]);
    assert!(!run.stderr.contains("p/a.gate"), "{}", run.stderr);
    assert!(run.stderr.contains("no longer found: p/b.gate"), "{}", run.stderr);
}

#[test]
fn beside_an_error_of_the_language_nothing_is_called_gone() {
    let folder = folder().with("p/a.gate", "default deny\nalow x\n");
    let run = folder.run(&["check", "p", "--baseline", "known.json"]);
    assert_eq!(run.code, 1);
    assert!(!run.stderr.contains("no longer found"), "{}", run.stderr);
}

#[test]
fn as_json_the_comparison_is_part_of_the_document() {
    let folder = folder().with("p/b.gate", "default deny\n");
    let run = folder.run(&["check", "p", "--baseline", "known.json", "--format", "json"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let baseline = run.json()["baseline"].clone();
    assert_eq!(baseline["known"], 2);
    assert_eq!(baseline["gone"].as_array().unwrap().len(), 1);
    assert_eq!(baseline["gone"][0]["file"], "p/b.gate");
    let without = folder.run(&["check", "p", "--format", "json"]);
    assert!(without.json().get("baseline").is_none());
}

#[test]
fn errors_of_the_language_stay_out_of_the_baseline() {
    let folder =
        Folder::new().with("a.gate", "allow set_tag\nalow x\n").with("b.gate", "rate x 5/hour\n");
    let run = folder.run(&["check", ".", "--write-baseline", "known.json"]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("error[unknown-statement]"), "{}", run.stdout);
    let written = folder.read("known.json");
    assert!(written.contains("inert-rule") && !written.contains("unknown-statement"), "{written}");
}

#[test]
fn suppressed_findings_stay_out_of_the_baseline() {
    let policy =
        "default deny\nallow set_tag # gatewright: allow(uncapped-write) Counted elsewhere.\n";
    let folder = Folder::new().with("a.gate", policy);
    folder.run(&["check", "a.gate", "--write-baseline", "known.json"]);
    assert_eq!(folder.read("known.json"), "{\"version\":2,\"findings\":[]}\n");
}

#[test]
fn without_all_files_no_baseline_is_written() {
    let folder = Folder::new().with("a.gate", POLICY);
    let run = folder.run(&["check", "a.gate", "no.gate", "--write-baseline", "known.json"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.ends_with("`known.json` is not written, because some files could not be read\n")
    );
    assert_eq!(folder.names(), ["a.gate"]);
}

#[test]
fn a_baseline_is_not_written_over_an_input() {
    let folder = Folder::new()
        .with("a.gate", "manifest \"tools.json\"\nallow x\n")
        .with("tools.json", "[{\"name\": \"x\"}]");
    for file in ["a.gate", "./tools.json"] {
        let before = folder.read(file);
        let run = folder.run(&["check", "a.gate", "--write-baseline", file]);
        assert_eq!(run.code, 2, "{}", run.shown());
        assert!(run.stderr.contains("is also an input"), "{}", run.stderr);
        assert_eq!(folder.read(file), before);
    }
    let run = folder.run(&["check", "a.gate", "--write-baseline", "no/known.json"]);
    assert_eq!(run.code, 2, "{}", run.shown());
    assert!(run.stderr.contains("cannot write `no/known.json`"), "{}", run.stderr);
}

#[test]
fn a_file_that_is_no_baseline_is_a_fault() {
    let mut shown = String::new();
    for text in [
        "",
        "{\"version\":1,\"findings\":[\n<<<<<<< ours\n",
        "[]",
        "{\"version\":3,\"findings\":[]}",
        "{\"version\":\"1\",\"findings\":[]}",
        "{\"findings\":[]}",
        "{\"version\":1}",
        "{\"version\":1,\"findings\":{}}",
        "{\"version\":1,\"findings\":[\n7]}",
        "{\"version\":1,\"findings\":[\n{\"file\":\"a\",\"code\":\"b\",\"fingerprint\":1}]}",
        "{\"version\":1,\"findings\":[\n{\"file\":\"a\",\"code\":\"b\",\"fingerprint\":\"c\"}]}",
        "{\"version\":2,\"findings\":[\n{\"file\":\"a\",\"code\":\"b\",\"fingerprint\":\"c\",\"message\":\"\"}]}",
        "{\"version\":2,\"findings\":[\n{\"tools\":[7],\"line\":1}]}",
        "{\"version\":2,\"findings\":[\n{\"tools\":[],\"line\":-1}]}",
    ] {
        let folder = Folder::new().with("a.gate", POLICY).with("known.json", text);
        let run = folder.run(&["check", "a.gate", "--baseline", "known.json"]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{text}");
        let (message, help) = run.stderr.split_once('\n').unwrap();
        assert_eq!(help, "  = help: write it with `gatewright check PATH --write-baseline FILE`\n");
        shown += &format!("{message}\n");
    }
    insta::assert_snapshot!(shown);
    let folder = Folder::new().with("a.gate", POLICY);
    let run = folder.run(&["check", "a.gate", "--baseline", "no.json"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.starts_with("error: cannot read `no.json`: no such file\n"),
        "{}",
        run.stderr
    );
    let run = folder.run(&["check", "a.gate", "--baseline", "x", "--write-baseline", "y"]);
    assert_eq!(run.code, 2, "{}", run.shown());
}
