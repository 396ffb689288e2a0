//! `gatewright init`

use super::run::Folder;

const TOOLS: &str = r#"{"tools": [
    {"name": "get_run", "description": "Gets a run."},
    {"name": "set_tag", "description": "Sets a tag."},
    {"name": "delete_run", "description": "Deletes a run."}
]}"#;

fn folder() -> Folder {
    Folder::new()
        .with("captures/tools.json", TOOLS)
        .with("gates/deep/x", "")
        .with("tools.json", TOOLS)
}

#[test]
fn the_policy_is_printed() {
    insta::assert_snapshot!(folder().run(&["init", "tools.json"]).shown(), @r#"
    exit 0
    -- out
    # A starter policy for the tools of `tools.json`.
    #
    # What each tool can do was judged by its name, its description, its parameters and the server's
    # hints. This is a proposal: a person has to read it, line by line, before an agent works under it.
    # Behind each tool, or above it, stands the evidence, and how sure that is.

    manifest "tools.json"

    # A tool that the server gains later stays blocked until a line here allows it.
    default deny

    # Read: these retrieve, search or compute, and change nothing. The policy lets their calls through.
    allow get_run  # high confidence: name `get_run`, description `Gets a run`

    # Write: these change what can be changed back. The policy lets 30 calls a minute of each through.
    allow set_tag 30/minute  # high confidence: name `set_tag`, description `Sets a tag`

    # Destructive: these remove or overwrite for good. The policy hides them: the agent does not see
    # them, and calls are blocked.
    hide delete_run  # high confidence: name `delete_run`, description `Deletes a run`
    -- error
    "#);
    let run = folder().run(&["init", "tools.json", "--default", "allow"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(run.stdout.contains("\ndefault allow\n"), "{}", run.stdout);
    assert!(run.stdout.contains("\nrate set_tag 30/minute  # "), "{}", run.stdout);
}

#[test]
fn the_manifest_is_named_from_where_the_policy_lies() {
    let folder = folder().with(".git/HEAD", "");
    for (manifest, out, named) in [
        ("tools.json", "a.gate", "tools.json"),
        ("./captures/../tools.json", "gates/a.gate", "../tools.json"),
        ("captures/tools.json", "gates/deep/a.gate", "../../captures/tools.json"),
        ("captures/tools.json", "gates/deep/../b.gate", "../captures/tools.json"),
        ("captures/tools.json", "captures/a.gate", "tools.json"),
    ] {
        let run = folder.run(&["init", manifest, "-o", out]);
        assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""), "{out}");
        let text = folder.read(out);
        assert!(text.contains(&format!("\nmanifest \"{named}\"\n")), "{text}");
        let check = folder.run(&["check", out]);
        assert_eq!((check.code, check.stdout.as_str()), (0, ""), "{}", check.shown());
        let format = folder.run(&["fmt", "--check", out]);
        assert_eq!(format.code, 0, "{}", format.shown());
    }
    let run = folder.run(&["init", "./captures/tools.json", "-o", "-"]);
    assert!(run.stdout.contains("\nmanifest \"./captures/tools.json\"\n"), "{}", run.stdout);
}

#[test]
fn a_file_that_somebody_has_worked_on_is_left_alone() {
    let folder = folder().with("b.gate", "# mine\n");
    let call = ["init", "tools.json", "-o"];
    insta::assert_snapshot!(folder.run(&[&call[..], &["b.gate"]].concat()).shown(), @r#"
    exit 2
    -- out
    -- error
    error: `b.gate` is there already
      = help: give another file, or remove this one first
    "#);
    assert_eq!(folder.read("b.gate"), "# mine\n");
    // The same text twice is no loss.
    for _ in 0..2 {
        let run = folder.run(&[&call[..], &["a.gate"]].concat());
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    }
    assert_eq!(folder.names(), ["a.gate", "b.gate", "captures", "gates", "tools.json"]);
    let run = folder.run(&[&call[..], &["captures/../tools.json"]].concat());
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("is an input of this call"), "{}", run.stderr);
    assert_eq!(folder.read("tools.json"), TOOLS);
    let run = folder.run(&[&call[..], &["gates"]].concat());
    assert!(run.code == 2 && run.stderr.contains("it is a folder"), "{}", run.stderr);
    let run = folder.run(&[&call[..], &["no/a.gate"]].concat());
    assert!(run.code == 2 && run.stderr.contains("no such folder"), "{}", run.stderr);
}

#[test]
fn with_a_broken_manifest_nothing_is_written() {
    let folder = Folder::new().with("tools.json", "{\"tools\": 1}");
    let run = folder.run(&["init", "tools.json", "-o", "a.gate"]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert!(run.stderr.starts_with("error[invalid-manifest]: "), "{}", run.stderr);
    assert_eq!(folder.names(), ["tools.json"]);
    let run = folder.run(&["init", "tools.json", "--format", "json"]);
    assert_eq!((run.code, &run.json_error()["summary"]["errors"]), (1, &1.into()));
    let run = folder.run(&["init", "no.json"]);
    assert_eq!(run.code, 2);
}
