//! `gatewright decompile`

use super::run::Folder;

const TOOLS: &str =
    r#"{"tools": [{"name": "get_run"}, {"name": "get_metric"}, {"name": "set_tag"}]}"#;

fn policy() -> Folder {
    let gate = "default deny\nallow get_run\nallow get_metric\nallow set_tag 30/minute\n";
    let folder = Folder::new().with("a.gate", gate).with("captures/tools.json", TOOLS);
    let run = folder.run(&["compile", "a.gate"]);
    assert_eq!(run.code, 0, "{}", run.shown());
    folder.with("policy.json", &run.stdout)
}

#[test]
fn the_result_compiles_to_the_same_document() {
    let folder = policy();
    let run = folder.run(&["decompile", "policy.json"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let folder = folder.with("b.gate", &run.stdout);
    assert_eq!(folder.run(&["compile", "b.gate"]).stdout, folder.read("policy.json"));
}

#[test]
fn the_manifest_is_named_from_where_the_result_lies() {
    let folder = policy().with("gates/x", "").with(".git/HEAD", "");
    let call = ["decompile", "policy.json", "--manifest", "captures/tools.json"];
    let run = folder.run(&call);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(run.stdout.contains("manifest \"captures/tools.json\"\n"), "{}", run.stdout);
    let run = folder.run(&[&call[..], &["-o", "gates/b.gate"]].concat());
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""));
    let written = folder.read("gates/b.gate");
    assert!(written.contains("manifest \"../captures/tools.json\"\n"), "{written}");
    assert_eq!(folder.run(&["compile", "gates/b.gate"]).stdout, folder.read("policy.json"));
}

#[test]
fn with_an_error_nothing_is_written() {
    let folder = Folder::new().with("policy.json", "{\"version\": \"2\", \"default\": \"deny\"}\n");
    let run = folder.run(&["decompile", "policy.json", "-o", "a.gate"]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert!(run.stderr.starts_with("error[unknown-version]: "), "{}", run.stderr);
    assert_eq!(folder.names(), ["policy.json"]);
    let run = folder.run(&["decompile", "policy.json", "--format", "json"]);
    assert_eq!(run.code, 1);
    assert_eq!(run.json_error()["summary"]["errors"], 1);
}

#[test]
fn an_input_is_never_written_over() {
    let folder = Folder::new()
        .with("policy.json", "{\"version\": \"1\", \"default\": \"deny\"}\n")
        .with("tools.json", TOOLS);
    for out in ["policy.json", "tools.json"] {
        let run = folder.run(&["decompile", "policy.json", "--manifest", "tools.json", "-o", out]);
        assert_eq!(run.code, 2, "{}", run.shown());
        assert!(run.stderr.contains("is also an input"), "{}", run.stderr);
    }
    assert_eq!(folder.read("tools.json"), TOOLS);
}

#[test]
fn every_file_that_cannot_be_read_is_reported() {
    let folder = Folder::new().with("a.gate", "");
    let run = folder.run(&["decompile", "no.json", "--manifest", "nor.json"]);
    insta::assert_snapshot!(run.shown(), @r#"
    exit 2
    -- out
    -- error
    error: cannot read `no.json`: no such file
    error: cannot read `nor.json`: no such file
    "#);
    insta::assert_snapshot!(folder.run(&["decompile", "a.gate"]).shown(), @r#"
    exit 2
    -- out
    -- error
    error: `a.gate` is not a policy.json
      = help: to compile a `.gate` file, use `gatewright compile`
    "#);
}
