//! `gatewright compile`

use super::run::Folder;

/// What the gateway's catalogue publishes for this tool.
const SET_RUN_TAG: &str = r#"{
  "version": "1",
  "default": "deny",
  "tools": {
    "set_run_tag": {
      "limits": [
        {
          "counter": "set_run_tag_rate",
          "window": "minute",
          "max": 30,
          "scope": "grant"
        }
      ]
    }
  }
}
"#;

fn tagged() -> Folder {
    Folder::new().with("a.gate", "default deny\nallow set_run_tag 30/minute\n")
}

#[test]
fn the_result_goes_to_standard_output_alone() {
    let run = tagged().run(&["compile", "a.gate"]);
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, SET_RUN_TAG, ""));
    assert_eq!(tagged().run(&["compile", "a.gate", "-o", "-"]), run);
}

#[test]
fn the_result_goes_to_a_file_when_one_is_named() {
    let folder = tagged();
    let run = folder.run(&["compile", "a.gate", "-o", "policy.json"]);
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""));
    assert_eq!(folder.read("policy.json"), SET_RUN_TAG);
    assert_eq!(folder.names(), ["a.gate", "policy.json"]);
}

#[test]
fn with_an_error_nothing_is_written() {
    let folder = Folder::new().with("a.gate", "allow x\nalow y\n").with("policy.json", "old");
    let run = folder.run(&["compile", "a.gate"]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert!(run.stderr.starts_with("error[unknown-statement]: "), "{}", run.stderr);
    assert!(run.stderr.ends_with("\n1 error in 1 file\n"), "{}", run.stderr);
    let run = folder.run(&["compile", "a.gate", "-o", "policy.json"]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert_eq!(folder.read("policy.json"), "old");
    assert_eq!(folder.names(), ["a.gate", "policy.json"]);
}

#[test]
fn warnings_go_to_standard_error_and_stop_nothing() {
    let folder = Folder::new().with("a.gate", "default deny\nallow x\nrate y 5/hour\n");
    let run = folder.run(&["compile", "a.gate"]);
    assert_eq!(run.code, 0);
    assert_eq!(run.json()["default"], "deny");
    assert!(run.stderr.starts_with("warning[inert-rule]: "), "{}", run.stderr);
    assert!(run.stderr.ends_with("\n1 warning in 1 file\n"), "{}", run.stderr);
    let run = folder.run(&["compile", "a.gate", "--format", "json"]);
    assert_eq!(run.code, 0);
    assert_eq!(run.json()["default"], "deny");
    assert_eq!(run.json_error()["diagnostics"][0]["code"], "inert-rule");
    assert_eq!(run.json_error()["summary"]["warnings"], 1);
}

#[test]
fn an_input_is_never_written_over() {
    let shared = "allow x\n";
    let tools = r#"{"tools": [{"name": "x"}]}"#;
    let folder = Folder::new()
        .with("a.gate", "manifest \"tools.json\"\ninclude \"shared.gate\"\n")
        .with("shared.gate", shared)
        .with("tools.json", tools);
    for out in ["a.gate", "./a.gate", "shared.gate", "tools.json"] {
        let run = folder.run(&["compile", "a.gate", "-o", out]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{out}");
        assert!(run.stderr.contains("is also an input"), "{}", run.stderr);
    }
    assert_eq!(
        (folder.read("shared.gate").as_str(), folder.read("tools.json").as_str()),
        (shared, tools)
    );
}

#[test]
fn a_file_that_cannot_be_written_is_a_fault() {
    let folder = tagged().with("folder/x", "");
    for out in ["no/policy.json", "folder", "a.gate/policy.json"] {
        let run = folder.run(&["compile", "a.gate", "-o", out]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{out}");
        assert!(run.stderr.starts_with("error: cannot write `"), "{}", run.stderr);
    }
    assert_eq!(folder.names(), ["a.gate", "folder"]);
}

#[test]
fn a_file_that_cannot_be_read_is_a_fault() {
    let folder = Folder::new().with("folder/x", "").with("policy.json", "{}");
    insta::assert_snapshot!(folder.run(&["compile", "no.gate"]).shown(), @r#"
    exit 2
    -- out
    -- error
    error: cannot read `no.gate`: no such file
    "#);
    insta::assert_snapshot!(folder.run(&["compile", "folder"]).shown(), @r#"
    exit 2
    -- out
    -- error
    error: cannot read `folder`: it is a folder
    "#);
    insta::assert_snapshot!(folder.run(&["compile", "policy.json"]).shown(), @r#"
    exit 2
    -- out
    -- error
    error: `policy.json` is not a `.gate` file
      = help: to turn a policy.json into a `.gate` file, use `gatewright decompile`
    "#);
}
