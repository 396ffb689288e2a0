//! The configuration file and the flags of `gatewright check` that go with it.

use super::run::{Folder, Run};

/// A policy with one warning of the compiler: `inert-rule`.
const INERT: &str = "default deny\nrate x 5/hour\n";
const RIGHT_JSON: &str = "{\"version\": \"1\", \"default\": \"deny\"}\n";

/// `severity file:line:column code` of each finding.
fn findings(run: &Run) -> Vec<String> {
    let line = |finding: &serde_json::Value| {
        let text = |key: &str| finding[key].as_str().unwrap().to_owned();
        let start = &finding["start"];
        let (severity, file, code) = (text("severity"), text("file"), text("code"));
        format!("{severity} {file}:{}:{} {code}", start["line"], start["column"])
    };
    run.json()["diagnostics"].as_array().unwrap().iter().map(line).collect()
}

/// The exit code and the findings of a check.
fn check(folder: &Folder, arguments: &[&str]) -> (i32, Vec<String>) {
    let run = folder.run(&[&["check", "--format", "json"], arguments].concat());
    assert_eq!(run.stderr, "", "{arguments:?}");
    (run.code, findings(&run))
}

/// What the call says on standard error; it must be one that cannot be carried out.
fn fault(folder: &Folder, arguments: &[&str]) -> String {
    let run = folder.run(&[&["check"], arguments].concat());
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}");
    run.stderr
}

#[test]
fn the_nearest_configuration_counts() {
    let folder = Folder::new()
        .with("gatewright.toml", "[rules]\ninert-rule = \"error\"\n")
        .with("near/gatewright.toml", "[rules]\ninert-rule = \"info\"\n")
        .with("a.gate", INERT)
        .with("far/deep/b.gate", INERT)
        .with("near/deep/c.gate", INERT);
    let expected = [
        "error a.gate:2:1 inert-rule",
        "error far/deep/b.gate:2:1 inert-rule",
        "info near/deep/c.gate:2:1 inert-rule",
    ];
    assert_eq!(check(&folder, &["."]), (1, expected.map(str::to_owned).to_vec()));
    let (code, found) = check(&folder, &["near/deep/c.gate"]);
    assert_eq!((code, found.as_slice()), (0, &[expected[2].to_owned()][..]));
}

#[test]
fn the_configuration_is_found_above_the_folder_of_the_call() {
    let folder = Folder::new()
        .with("gatewright.toml", "[rules]\ninert-rule = \"off\"\nno-rule = \"off\"\n")
        .with("deep/er/a.gate", INERT);
    let mut command = folder.command(&["check", "a.gate", "--format", "json"]);
    let run = Run::from(command.current_dir(folder.path("deep/er")).output().unwrap());
    assert_eq!(findings(&run), ["error ../../gatewright.toml:3:1 invalid-configuration"]);
    assert_eq!(run.code, 1);
}

#[test]
fn a_configuration_of_the_call_counts_alone() {
    let folder = Folder::new()
        .with("gatewright.toml", "[rules]\ninert-rule = \"error\"\n")
        .with(
            "ci/strict.toml",
            "exclude = [\"../old/\", \"z.gate\"]\n[rules]\ninert-rule = \"info\"\n",
        )
        .with("old/a.gate", INERT)
        .with("deep/z.gate", INERT)
        .with("b.gate", INERT);
    let (code, found) = check(&folder, &["--config", "ci/strict.toml", "."]);
    assert_eq!((code, found), (0, vec!["info b.gate:2:1 inert-rule".to_owned()]));
    insta::assert_snapshot!(fault(&folder, &["--config", "no.toml", "."]), @r#"
    error: cannot read `no.toml`: no such file
    "#);
    insta::assert_snapshot!(fault(&folder, &["--config", "ci", "."]), @r#"
    error: cannot read `ci`: it is a folder
    "#);
}

#[test]
fn a_mistake_in_the_configuration_is_shown_once_and_nothing_is_clean() {
    let folder = Folder::new()
        .with("gatewright.toml", "[rules]\ninert-rule = \"off\"\nuncaped-write = \"off\"\n")
        .with("a.gate", INERT)
        .with("b/c.gate", "default deny\nallow x\n");
    let run = folder.run(&["check", "."]);
    insta::assert_snapshot!(run.shown(), @r#"
    exit 1
    -- out
    error[invalid-configuration]: unknown rule `uncaped-write`
      ┌─ gatewright.toml:3:1
      │
    3 │ uncaped-write = "off"
      │ ^^^^^^^^^^^^^
      │
      = help: did you mean `uncapped-write`?

    -- error
    1 error in 2 files
    "#);
    let folder = folder.with("gatewright.toml", "[rules\ninert-rule = \"off\"\n");
    let (code, found) = check(&folder, &["."]);
    assert_eq!(code, 1);
    assert_eq!(
        found,
        ["warning a.gate:2:1 inert-rule", "error gatewright.toml:1:1 invalid-configuration"]
    );
    let folder = folder.with("gatewright.toml", "");
    std::fs::write(folder.path("gatewright.toml"), b"# \xff\n").unwrap();
    let (code, found) = check(&folder, &["b/c.gate"]);
    assert_eq!((code, found), (1, vec!["error gatewright.toml:1:3 not-utf8".to_owned()]));
}

#[test]
fn excluded_files_are_left_out_of_folders_but_not_of_calls() {
    let folder = Folder::new()
        .with("gatewright.toml", "exclude = [\"vendor/**\", \"*.draft.gate\"]\n")
        .with("vendor/deep/a.gate", INERT)
        .with("x/b.draft.gate", INERT)
        .with("c.gate", INERT);
    let (code, found) = check(&folder, &["."]);
    assert_eq!((code, found), (0, vec!["warning c.gate:2:1 inert-rule".to_owned()]));
    let (_, found) = check(&folder, &["vendor/deep/a.gate", ".", "x"]);
    let expected = ["warning c.gate:2:1 inert-rule", "warning vendor/deep/a.gate:2:1 inert-rule"];
    assert_eq!(found, expected);
    insta::assert_snapshot!(fault(&folder, &["vendor"]), @r#"
    error: `gatewright.toml` excludes every file found
      = help: to process an excluded file anyway, name the file itself
    "#);
}

#[test]
fn an_excluded_file_is_still_a_part_of_what_includes_it() {
    let folder = Folder::new()
        .with("gatewright.toml", "exclude = [\"shared\"]\n")
        .with("shared/guards.gate", "alow x\n")
        .with("a.gate", "include \"shared/guards.gate\"\n");
    let (code, found) = check(&folder, &["."]);
    let expected =
        ["error a.gate:1:9 broken-include", "error shared/guards.gate:1:1 unknown-statement"];
    assert_eq!((code, found), (1, expected.map(str::to_owned).to_vec()));
}

#[test]
fn rules_are_selected_and_ignored() {
    let folder = Folder::new()
        .with("gatewright.toml", "[rules]\ninert-rule = \"off\"\nhidden-allow = \"error\"\n")
        .with("a.gate", "default deny\nallow x, y 5/hour\nhide y\nrate z 5/hour\n");
    let (inert, hidden) = ("warning a.gate:4:1 inert-rule", "error a.gate:3:6 hidden-allow");
    let found = |arguments: &[&str]| check(&folder, &[&["a.gate"], arguments].concat()).1;
    assert_eq!(found(&["--select", "inert-rule"]), [inert]);
    assert_eq!(found(&["--select", "inert-rule, hidden-allow"]), [hidden, inert]);
    assert_eq!(found(&["--select=hidden-allow", "--select", "inert-rule"]), [hidden, inert]);
    assert_eq!(found(&["--select", "inert-rule,hidden-allow", "--ignore", "inert-rule"]), [hidden]);
    assert!(found(&["--ignore", "hidden-allow"]).iter().all(|found| !found.contains("hidden")));
    let folder = folder.with("b.gate", "alow x\n");
    let (code, found) = check(&folder, &["b.gate", "--select", "inert-rule"]);
    assert_eq!((code, found), (1, vec!["error b.gate:1:1 unknown-statement".to_owned()]));
}

#[test]
fn every_wrong_name_of_a_rule_is_a_fault() {
    let folder = Folder::new().with("a.gate", INERT);
    let arguments =
        ["a.gate", "--select", "inert-rul,unknown-tool", "--ignore", "", "--manifest", "no.json"];
    insta::assert_snapshot!(fault(&folder, &arguments), @r#"
    error: unknown rule `inert-rul`
      = help: did you mean `inert-rule`?
    error: `unknown-tool` is an error of the language, which cannot be configured or suppressed
      = help: remove it: errors of the language are always reported
    error: unknown rule ``
      = help: list the rules with `gatewright explain`
    error: cannot read `no.json`: no such file
    "#);
}

#[test]
fn warnings_and_notes_can_be_denied() {
    let folder = Folder::new()
        .with("warning/a.gate", INERT)
        .with("info/gatewright.toml", "[rules]\ninert-rule = \"info\"\n")
        .with("info/a.gate", INERT);
    let code = |arguments: &[&str]| check(&folder, arguments).0;
    assert_eq!([code(&["warning"]), code(&["info"])], [0, 0]);
    assert_eq!(code(&["warning", "--deny", "warnings"]), 1);
    assert_eq!(code(&["info", "--deny", "warnings"]), 0);
    assert_eq!(code(&["warning", "--deny", "notes"]), 1);
    assert_eq!(code(&["info", "--deny", "notes"]), 1);
    let wrong = fault(&folder, &["warning", "--deny", "warning"]);
    assert!(wrong.contains("[possible values: warnings, notes]"), "{wrong}");
}

#[test]
fn a_manifest_is_for_policy_json_files_only() {
    let folder = Folder::new()
        .with("a.gate", "default deny\nallow x 5/hour\n")
        .with("policy.json", RIGHT_JSON)
        .with("tools.json", "{\"tools\": []}\n");
    insta::assert_snapshot!(fault(&folder, &["a.gate", "--manifest", "tools.json", "--select", "inert-rule"]), @r#"
    error: `--manifest` applies to policy.json files only, and none is checked
      = help: name the manifest in the `.gate` file: `manifest "FILE"`
    1 file checked, no findings
    "#);
    let (code, _) = check(&folder, &[".", "--manifest", "tools.json", "--select", "inert-rule"]);
    assert_eq!(code, 0);
}

#[test]
fn a_manifest_that_the_configuration_names_must_be_there() {
    let folder = Folder::new()
        .with(
            "c/gatewright.toml",
            "[manifests]\n\"*.json\" = \"no.json\"\n\"b.json\" = \"nor.json\"\n",
        )
        .with("c/x/policy.json", RIGHT_JSON)
        .with("c/y/policy.json", RIGHT_JSON)
        .with("tools.json", "{\"tools\": []}\n");
    let run = folder.run(&["check", "c", "--select", "inert-rule"]);
    insta::assert_snapshot!(run.shown(), @r#"
    exit 1
    -- out
    error[unreadable-file]: cannot read `c/no.json`: no such file
      ┌─ c/gatewright.toml:2:12
      │
    2 │ "*.json" = "no.json"
      │            ^^^^^^^^^
      │
      = help: the path is relative to `c/gatewright.toml`

    -- error
    1 error in 2 files
    "#);
    // Where the call names another one, nobody looks for it.
    let (code, found) =
        check(&folder, &["c", "--manifest", "tools.json", "--select", "inert-rule"]);
    assert_eq!((code, found), (0, Vec::new()));
}

#[cfg(unix)]
#[test]
fn a_configuration_that_cannot_be_read_is_a_fault() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new().with("gatewright.toml", "").with("a.gate", INERT);
    let path = folder.path("gatewright.toml");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    // To the superuser nothing is forbidden.
    if std::fs::read(&path).is_err() {
        let run = folder.run(&["check", "a.gate"]);
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains("cannot read `gatewright.toml`: permission denied"));
    } else {
        assert_eq!(folder.run(&["check", "a.gate"]).code, 0);
    }
}
