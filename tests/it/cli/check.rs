//! `gatewright check`

use std::fs;

use super::run::{Folder, Run};

/// `file:line:column code` of each finding, and the counts of files, errors, warnings and notes.
fn findings(run: &Run) -> (Vec<String>, [u64; 4]) {
    let document = run.json();
    assert_eq!(document["version"], 1);
    let line = |finding: &serde_json::Value| {
        let start = &finding["start"];
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let (file, code) = (text(&finding["file"]), text(&finding["code"]));
        format!("{file}:{}:{} {code}", start["line"], start["column"])
    };
    let summary = |key: &str| document["summary"][key].as_u64().unwrap();
    let lines = document["diagnostics"].as_array().unwrap().iter().map(line).collect();
    (lines, ["files", "errors", "warnings", "infos"].map(summary))
}

#[test]
fn nothing_to_report() {
    let folder = Folder::new()
        .with("a.gate", "default deny\nallow x\n")
        .with("b.gate", "default deny\nallow y 5/hour\n")
        .with("policy.json", "{\"version\": \"1\", \"default\": \"deny\"}\n");
    insta::assert_snapshot!(folder.run(&["check", "."]).shown(), @r#"
    exit 0
    -- out
    -- error
    3 files checked, no findings
    "#);
    let run = folder.run(&["check", ".", "--format", "json"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(run.stdout, @r#"
    {"version":1,"diagnostics":[],"summary":{"files":3,"errors":0,"warnings":0,"infos":0,"suppressed":0}}
    "#);
}

#[test]
fn errors_are_shown_with_their_place_and_end_with_1() {
    let folder = Folder::new().with("p/a.gate", "default deny\nalow x\n");
    let run = folder.run(&["check", "p/a.gate"]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.starts_with("error[unknown-statement]: "), "{}", run.stdout);
    assert!(run.stdout.contains("┌─ p/a.gate:2:1\n"), "{}", run.stdout);
    assert!(run.stdout.contains("2 │ alow x\n"), "{}", run.stdout);
    assert!(run.stdout.contains("= help: "), "{}", run.stdout);
    assert_eq!(run.stderr, "1 error in 1 file\n");
}

#[test]
fn json_has_lines_columns_and_offsets() {
    let folder = Folder::new().with("a.gate", "# \u{1f600}\nallow x \u{1f600}\n");
    let run = folder.run(&["check", "a.gate", "--format", "json"]);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    let document = run.json();
    let finding = &document["diagnostics"][0];
    assert_eq!(finding["severity"], "error");
    assert_eq!(finding["file"], "a.gate");
    assert_eq!(finding["start"], serde_json::json!({"line": 2, "column": 9, "offset": 15}));
    let keys: Vec<&String> = finding.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "code", "severity", "message", "file", "start", "end", "labels", "notes", "help",
            "fixes", "tools"
        ]
    );
}

#[test]
fn warnings_alone_end_with_0() {
    let folder = Folder::new().with("a.gate", "default deny\nallow x\nrate y 5/hour\n");
    let run = folder.run(&["check", "a.gate"]);
    assert_eq!(run.code, 0, "{}", run.shown());
    assert!(run.stdout.starts_with("warning[inert-rule]: "), "{}", run.stdout);
    assert_eq!(run.stderr, "1 warning in 1 file\n");
}

#[test]
fn both_kinds_of_files_are_checked() {
    let folder = Folder::new()
        .with("a.gate", "alow x\n")
        .with(
            "policy.json",
            "{\n  \"version\": \"1\",\n  \"default\": \"deny\",\n  \"tols\": {}\n}\n",
        )
        .with("tools.json", "not a policy")
        .with("x.policy.json", "{\"version\": \"1\", \"default\": \"deny\",}");
    let run = folder.run(&["check", ".", "--format", "json"]);
    assert_eq!(run.code, 1);
    let (found, counts) = findings(&run);
    assert_eq!(counts, [3, 3, 0, 0], "{found:?}");
    assert_eq!(found[0], "a.gate:1:1 unknown-statement");
    assert!(found[1].starts_with("policy.json:4:") && found[1].ends_with(" unknown-key"));
    assert!(found[2].starts_with("x.policy.json:1:") && found[2].ends_with(" invalid-json"));
}

#[test]
fn every_path_that_cannot_be_read_is_reported_beside_what_was_found() {
    let folder =
        Folder::new().with("a.gate", "alow x\n").with("notes.md", "").with("empty/notes.md", "");
    let run = folder.run(&["check", "no.gate", "a.gate", "notes.md", "empty", "nor.json"]);
    assert_eq!(run.code, 2);
    assert!(run.stdout.contains("a.gate:1:1"), "{}", run.stdout);
    insta::assert_snapshot!(run.stderr, @r#"
    error: `notes.md` is neither a `.gate` nor a `.json` file
      = help: use a file that ends in `.gate` or `.json`, or a folder
    error: cannot read `no.gate`: no such file
    error: cannot read `nor.json`: no such file
    error: the folder `empty` contains no `*.gate`, `policy.json` or `*.policy.json` file
    1 error in 1 file
    "#);
}

#[test]
fn without_any_file_there_is_no_report() {
    let folder = Folder::new().with("empty/notes.md", "");
    let run = folder.run(&["check", "empty", "--format", "json"]);
    insta::assert_snapshot!(run.shown(), @r#"
    exit 2
    -- out
    -- error
    error: the folder `empty` contains no `*.gate`, `policy.json` or `*.policy.json` file
    "#);
}

#[test]
fn the_order_of_the_paths_changes_nothing() {
    let folder = Folder::new()
        .with("a.gate", "include \"shared.gate\"\nalow x\n")
        .with("b.gate", "include \"shared.gate\"\n\nalow y\n")
        .with("shared.gate", "allow z\nalow z\n");
    let expected = folder.run(&["check", "a.gate", "b.gate", "shared.gate"]);
    assert_eq!(expected.code, 1);
    for paths in [
        ["shared.gate", "b.gate", "a.gate"],
        ["b.gate", "./a.gate", "shared.gate"],
        ["b.gate", ".", "b.gate"],
    ] {
        assert_eq!(folder.run(&[&["check"][..], &paths].concat()), expected, "{paths:?}");
    }
    let run = folder.run(&["check", ".", "--format", "json"]);
    let (found, counts) = findings(&run);
    let expected = [
        "a.gate:1:9 broken-include",
        "a.gate:2:1 unknown-statement",
        "b.gate:1:9 broken-include",
        "b.gate:3:1 unknown-statement",
        "shared.gate:2:1 unknown-statement",
    ];
    assert_eq!(found, expected);
    assert_eq!(counts, [3, 5, 0, 0]);
}

#[test]
fn an_included_file_is_no_policy_of_its_own() {
    // Alone, the guard would be inert.
    let folder = Folder::new()
        .with("main.gate", "include \"shared/guards.gate\"\ndefault deny\nallow x\n")
        .with("shared/guards.gate", "rate x 5/hour\n");
    let run = folder.run(&["check", "shared/guards.gate"]);
    assert!(run.stdout.contains("warning[inert-rule]"), "{}", run.shown());
    for paths in [&["."][..], &["main.gate", "shared"], &["shared/guards.gate", "main.gate"]] {
        let run = folder.run(&[&["check"][..], paths].concat());
        assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{paths:?}");
        assert_eq!(run.stderr, "2 files checked, no findings\n");
    }
}

#[test]
fn files_that_include_each_other_are_reported_once() {
    let folder = Folder::new()
        .with("a.gate", "include \"b.gate\"\nallow x\n")
        .with("b.gate", "include \"a.gate\"\nallow y\n");
    let run = folder.run(&["check", ".", "--format", "json"]);
    assert_eq!(run.code, 1);
    let (found, counts) = findings(&run);
    assert_eq!(counts, [2, 1, 0, 0]);
    assert!(found[0].ends_with("include-cycle"), "{found:?}");
    assert_eq!(folder.run(&["check", "b.gate", "a.gate", "--format", "json"]), run);
}

#[test]
fn a_folder_is_searched_as_git_sees_it() {
    let folder = Folder::new()
        .with(".gitignore", "ignored/\n*.draft.gate\n")
        .with("ignored/a.gate", "alow x\n")
        .with("b.draft.gate", "alow x\n")
        .with("c.gate", "default deny\nallow x\n")
        .with("notes.gate.md", "alow x\n");
    let run = folder.run(&["check", "."]);
    assert_eq!(run.stderr, "1 file checked, no findings\n");
    let run = folder.run(&["check", "b.draft.gate"]);
    assert_eq!(run.code, 1, "what is ignored can still be named: {}", run.shown());
}

#[test]
fn policies_that_include_too_much_again_are_refused_in_their_order() {
    let shared = format!("default deny\n# {}\n", "x".repeat(20 * 1024 * 1024));
    let mut folder = Folder::new().with("shared.gate", &shared).with("d.gate", "default deny\n");
    for name in ["a.gate", "b.gate", "c.gate"] {
        folder = folder.with(name, "include \"shared.gate\"\nallow t\n");
    }
    let run = folder.run(&["check", "--format", "concise", "."]);
    assert_eq!(run.code, 1, "{}", run.shown());
    assert!(
        run.stdout.starts_with("c.gate:1:9: error[unreadable-file] cannot read"),
        "{}",
        run.shown()
    );
    assert!(run.stdout.contains("the checked policies already include 32 MiB"), "{}", run.shown());
    assert!(!run.stdout.contains("a.gate") && !run.stdout.contains("b.gate"), "{}", run.shown());
    assert_eq!(folder.run(&["check", "c.gate"]).code, 0);
}

#[test]
fn a_missing_include_is_a_finding() {
    let folder = Folder::new().with("a.gate", "include \"no.gate\"\n");
    let run = folder.run(&["check", "a.gate", "--format", "json"]);
    assert_eq!(run.code, 1);
    let (found, _) = findings(&run);
    assert_eq!(found, ["a.gate:1:9 unreadable-file"]);
}

#[test]
fn an_include_is_read_beside_its_file() {
    let folder = Folder::new()
        .with(".git/HEAD", "")
        .with("policies/a.gate", "include \"../shared/b.gate\"\n")
        .with("shared/b.gate", "alow x\n");
    let run = folder.run(&["check", "./policies/a.gate", "--format", "json"]);
    let expected = ["policies/a.gate:1:9 broken-include", "shared/b.gate:1:1 unknown-statement"];
    assert_eq!(findings(&run).0, expected);
    let absolute = fs::canonicalize(folder.path("policies/a.gate")).unwrap();
    let run = folder.run(&["check", absolute.to_str().unwrap(), "--format", "json"]);
    let shared = fs::canonicalize(folder.path("shared/b.gate")).unwrap();
    let expected = format!("{}:1:1 unknown-statement", shared.to_str().unwrap());
    assert_eq!(findings(&run).0[1..], [expected]);
}

#[test]
fn nothing_from_a_file_reaches_the_terminal_raw() {
    let text = "allow x \u{1b}[2J\u{202e}\nallow \"\u{1b}]0;title\u{7}\u{200b}\" 5/minite\n";
    let folder = Folder::new().with("a.gate", text);
    for format in ["human", "json"] {
        let run = folder.run(&["check", "a.gate", "--format", format]);
        assert_eq!(run.code, 1);
        let hidden = |character: char| character != '\n' && gatewright::text::is_hidden(character);
        assert!(!run.stdout.contains(hidden), "{:?}", run.stdout);
        assert!(!run.stderr.contains(hidden), "{:?}", run.stderr);
    }
}

#[test]
fn a_minified_file_gives_short_findings() {
    let tools: String = (0..40_000).map(|tool| format!("\"tool_{tool}\":{{}},")).collect();
    let text = format!(
        "{{\"version\":\"1\",\"default\":\"deny\",\"tools\":{{{tools}\"x\":{{\"limit\":[]}}}}}}"
    );
    let folder = Folder::new().with("policy.json", &text);
    let run = folder.run(&["check", "policy.json"]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("error[unknown-key]"), "{}", run.stdout.len());
    assert!(run.stdout.len() < 2_000, "{}", run.stdout.len());
}

#[test]
fn a_file_that_is_too_large_is_not_read_whole() {
    let folder = Folder::new();
    let file = fs::File::create(folder.path("a.gate")).unwrap();
    file.set_len(1 << 40).unwrap();
    let run = folder.run(&["check", "a.gate"]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("error[file-too-large]"), "{}", run.shown());
}
