//! The ways in: standard input, names that are almost those of policies, and what a configuration excludes.

use super::run::Folder;

const TIDY: &str = "default deny\nallow get_page\n";
const UNTIDY: &str = "default deny\nallow   get_page\n";
const WRONG: &str = "default deny\nalow x\n";
const TOOLS: &str =
    "{\"tools\": [{\"name\": \"get_page\", \"annotations\": {\"readOnlyHint\": true}}]}";
const JSON: &str = "{\"version\": \"1\", \"default\": \"deny\", \"tols\": {}}\n";

#[test]
fn a_policy_on_standard_input_is_checked() {
    let folder = Folder::new().with("tools.json", TOOLS).with("b.gate", "allow get_page\n");
    let run = folder.run_on(TIDY, &["check", "-"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.shown());
    let run = folder.run_on(WRONG, &["check", "-"]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("┌─ <stdin>:2:1\n"), "{}", run.stdout);
    // Includes are looked for from the folder of the call.
    let run = folder
        .run_on("manifest \"tools.json\"\ndefault deny\ninclude \"b.gate\"\n", &["check", "-"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.shown());
    let run = folder.run_on("include \"../../a.gate\"\n", &["check", "-"]);
    assert!(run.stdout.contains("it is outside the project"), "{}", run.shown());
    // Without a name, what is JSON is taken for a policy.json.
    let run = folder.run_on(JSON, &["check", "-"]);
    assert!(run.stdout.contains("unknown-key"), "{}", run.shown());
}

#[test]
fn the_name_of_standard_input_decides_as_that_of_a_file() {
    let folder = Folder::new()
        .with("p/gatewright.toml", "exclude = [\"old.gate\"]\n[rules]\ninert-rule = \"error\"\n")
        .with("p/b.gate", "default deny\n")
        .with("a.gate", "default deny\nallow x\n");
    let named = |text: &str, name: &str, more: &[&str]| {
        let arguments = [&["check", "-", "--stdin-filename", name], more].concat();
        folder.run_on(text, &arguments)
    };
    let run = named("include \"b.gate\"\nrate x 5/hour\n", "p/new.gate", &[]);
    assert_eq!(run.code, 1, "{}", run.shown());
    assert!(run.stdout.starts_with("error[inert-rule]"), "{}", run.stdout);
    assert!(run.stdout.contains("p/new.gate:2:1"), "{}", run.stdout);
    let run = named("include \"../a.gate\"\n", "p/new.gate", &[]);
    assert!(run.stdout.contains("it is outside the project"), "{}", run.shown());
    assert!(named(JSON, "p/policy.json", &[]).stdout.contains("p/policy.json:1:"));
    let run = named(WRONG, "p/notes.md", &[]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("`p/notes.md` is neither a `.gate` nor a `.json` file"));
    assert_eq!(named(WRONG, "p/old.gate", &[]).code, 1);
    let run = named(WRONG, "p/old.gate", &["--force-exclude"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.shown());
}

#[test]
fn standard_input_is_read_alone_and_never_written() {
    let folder = Folder::new().with("a.gate", TIDY);
    let run = folder.run(&["check", "-", "a.gate"]);
    insta::assert_snapshot!(run.shown(), @r#"
    exit 2
    -- out
    -- error
    error: `-` must be the only path
    "#);
    let run = folder.run(&["check", "a.gate", "--stdin-filename", "b.gate"]);
    insta::assert_snapshot!(run.stderr, @r#"
    error: `--stdin-filename` applies to standard input, which is not an input here
      = help: use `-` as the path
    1 file checked, no findings
    "#);
    let open = "default deny\nallow set_tag\n";
    let run = folder.run_on(open, &["check", "-", "--fix", "--unsafe"]);
    insta::assert_snapshot!(run.shown(), @r#"
    exit 2
    -- out
    -- error
    error: `--fix` cannot write to standard input
      = help: add `--diff` to print the changes
    "#);
    let run = folder.run_on(open, &["check", "-", "--fix", "--unsafe", "--diff"]);
    assert_eq!(run.code, 0, "{}", run.shown());
    assert!(run.stdout.contains("+allow set_tag 30/minute\n"), "{}", run.shown());
}

#[test]
fn every_command_that_reads_a_file_takes_standard_input() {
    let folder = Folder::new().with("tools.json", TOOLS).with("a.gate", TIDY);
    let run = folder.run_on(TIDY, &["compile", "-"]);
    assert_eq!(run, folder.run(&["compile", "a.gate"]));
    let json = run.stdout;
    let run = folder.run_on(&json, &["decompile", "-"]);
    assert_eq!(
        (run.code, run.stdout),
        (0, TIDY.replace('\n', "\n\n").trim_end().to_owned() + "\n")
    );
    let run = folder.run_on(TOOLS, &["classify", "-"]);
    assert_eq!(run, folder.run(&["classify", "tools.json"]));
    let run = folder.run_on(TOOLS, &["init", "-"]);
    assert_eq!(run, folder.run(&["init", "tools.json"]));
    let run = folder.run_on(TOOLS, &["init", "-", "--stdin-filename", "captures/wiki.json"]);
    assert!(run.stdout.contains("manifest \"captures/wiki.json\"\n"), "{}", run.shown());
    let run = folder.run_on("[", &["classify", "-"]);
    assert!(run.stderr.contains("<stdin>:1:"), "{}", run.shown());
}

#[test]
fn fmt_names_standard_input() {
    let folder = Folder::new().with("p/gatewright.toml", "exclude = [\"old.gate\"]\n");
    let run = folder.run_on(WRONG, &["fmt", "-", "--stdin-filename", "p/a.gate"]);
    assert!(run.stderr.contains("p/a.gate:2:1"), "{}", run.shown());
    let run = folder.run_on(UNTIDY, &["fmt", "-", "--stdin-filename", "p/a.gate"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, TIDY));
    // An editor puts what comes back in the place of what it sent.
    let excluded = ["fmt", "-", "--stdin-filename", "p/old.gate", "--force-exclude"];
    let run = folder.run_on(UNTIDY, &excluded);
    assert_eq!((run.code, run.stdout.as_str()), (0, UNTIDY), "{}", run.shown());
}

#[test]
fn a_name_that_is_almost_that_of_a_policy_is_reported() {
    let folder =
        Folder::new().with("a.gate", TIDY).with("deep/EVIL.GATE", WRONG).with("Policy.JSON", JSON);
    let run = folder.run(&["check", "."]);
    insta::assert_snapshot!(run.shown(), @r#"
    exit 2
    -- out
    -- error
    error: `Policy.JSON` is skipped: its name is not lower case
      = help: rename the file to end in `.gate`, `policy.json` or `.policy.json`
    error: `deep/EVIL.GATE` is skipped: its name is not lower case
      = help: rename the file to end in `.gate`, `policy.json` or `.policy.json`
    1 file checked, no findings
    "#);
    let run = folder.run(&["fmt", ".", "--check"]);
    assert_eq!(run.code, 2, "{}", run.shown());
    assert!(
        run.stderr.contains("deep/EVIL.GATE") && !run.stderr.contains("Policy"),
        "{}",
        run.stderr
    );
    let folder = folder.with("gatewright.toml", "exclude = [\"EVIL.GATE\", \"Policy.JSON\"]\n");
    assert_eq!(folder.run(&["check", "."]).code, 0);
    assert_eq!(folder.run(&["fmt", ".", "--check"]).code, 0);
    // If nothing else is found, nothing is checked.
    let run = folder.run(&["check", "deep"]);
    assert_eq!(run.code, 2, "{}", run.shown());
    assert!(run.stderr.contains("excludes every file found"), "{}", run.stderr);
}

#[cfg(target_os = "linux")]
#[test]
fn a_policy_whose_name_is_not_text_is_reported() {
    use std::os::unix::ffi::OsStrExt;

    let folder = Folder::new().with("a.gate", TIDY);
    let name = std::ffi::OsStr::from_bytes(b"b\xff.gate");
    std::fs::write(folder.path("").join(name), WRONG).unwrap();
    for command in [&["check", "."][..], &["fmt", "."]] {
        let run = folder.run(command);
        assert_eq!(run.code, 2, "{}", run.shown());
        assert!(
            run.stderr.contains("cannot read `b\u{fffd}.gate`: its name is not UTF-8"),
            "{}",
            run.stderr
        );
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_that_is_called_like_a_policy_is_reported_and_not_waited_for() {
    let folder = Folder::new().with("a.gate", TIDY);
    let status = std::process::Command::new("mkfifo").arg(folder.path("b.gate")).status();
    assert!(status.unwrap().success());
    for path in [".", "b.gate"] {
        let run = folder.run(&["check", path]);
        assert_eq!(run.code, 2, "{}", run.shown());
        assert!(
            run.stderr.contains("cannot read `b.gate`: it is not a regular file"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn fmt_leaves_out_what_the_configuration_excludes() {
    let folder = Folder::new()
        .with("gatewright.toml", "exclude = [\"vendor/**\"]\n")
        .with("a.gate", TIDY)
        .with("vendor/v.gate", UNTIDY);
    let run = folder.run(&["fmt", ".", "--check"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.shown());
    // A file that the call names is worked on, unless a hook names it.
    let run = folder.run(&["fmt", "vendor/v.gate", "--check"]);
    assert_eq!(run.code, 1, "{}", run.shown());
    for paths in [&["vendor/v.gate"][..], &["vendor/v.gate", "a.gate"]] {
        for command in [&["fmt", "--force-exclude"][..], &["check", "--force-exclude"]] {
            let run = folder.run(&[command, paths].concat());
            assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.shown());
        }
    }
    assert_eq!(folder.read("vendor/v.gate"), UNTIDY);
    let run = folder.run(&["fmt", "vendor"]);
    assert_eq!(run.code, 2, "{}", run.shown());
    assert!(run.stderr.contains("`gatewright.toml` excludes every file"), "{}", run.stderr);
    let folder = folder.with("other.toml", "exclude = [\"a.gate\"]\n");
    let run = folder.run(&["fmt", ".", "--check", "--config", "other.toml"]);
    assert!(run.stderr.contains("vendor/v.gate:2:1"), "{}", run.shown());
}

#[test]
fn fmt_writes_nothing_under_a_configuration_with_mistakes() {
    let folder =
        Folder::new().with("gatewright.toml", "exlude = [\"a.gate\"]\n").with("a.gate", UNTIDY);
    let run = folder.run(&["fmt", "."]);
    assert_eq!(run.code, 1, "{}", run.shown());
    assert!(run.stderr.contains("invalid-configuration"), "{}", run.stderr);
    assert_eq!(folder.read("a.gate"), UNTIDY);
}
