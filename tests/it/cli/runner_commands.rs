//! Names and texts that a CI runner would take for commands.

use super::run::{Folder, Run};

/// A command as the name of a file. A line break in it is a second one.
const NAME: &str = "::error file=x::a\n::warning::b ##vso[task.complete]\r::notice::c.gate";

/// Whether a runner would find a command in a line: GitHub after white space, others anywhere.
fn is_command(line: &str) -> bool {
    line.trim_start().starts_with("::") || line.contains("##[") || line.contains("##vso[")
}

fn assert_no_command(run: &Run, words: &[&str]) {
    for stream in [&run.stdout, &run.stderr] {
        let found = stream.split(['\n', '\r']).find(|line| is_command(line));
        assert_eq!(found, None, "{words:?}\n{}", run.shown());
    }
}

fn folder() -> Folder {
    let tools = r####"[{"name": "::error::t", "description": "Deletes ::x ##vso[a]."},
        {"name": "##vso[b]\n::error::u", "description": "Runs.\n::error::v"},
        {"name": "##[c]"}, {"name": "::error::w", "inputSchema": {"type": 1}}]"####;
    let policy = r####"{"version": "1", "default": "deny", "hide": ["::error::x"], "tools": {
        "a": {"limits": [{"counter": "::error::c", "window": "minute", "max": 5, "scope": "grant"}]},
        "::error::t": {"deny_if": [{"conditions": [], "on_deny": "::error::m ##vso[n]"}]},
        "##[c]": {"require": [{"conditions": [{"path": "args.x", "op": "eq", "value": "##[v]"}]}]},
        "::error::long-1": {}, "::error::long-2": {}, "::error::long-3": {}, "::error::long-4": {},
        "::error::long-5": {}, "::error::long-6": {}, "::error::long-7": {}, "::error::long-8": {}}}"####;
    Folder::new()
        .with(
            NAME,
            "allow a,\n::error::b,\n ::stop-commands::c\nrate   ::error::d 5/hour # ##vso[x]\n",
        )
        .with("wrong.gate", "::error::x\nallow ::error::x unless\n")
        .with("manifest.gate", "manifest \"::error::m.json\"\nallow ::x\n")
        .with("tools.json", tools)
        .with("::error::p.json", policy)
        .with("broken.json", "{\"version\": \"1\", \"::error::k\": 1, \"tools\": {\"##[x]\": 1}}")
}

#[test]
fn no_output_holds_a_command() {
    let folder = folder();
    let mut calls: Vec<Vec<&str>> = vec![
        vec!["compile", NAME],
        vec!["decompile", "::error::p.json"],
        vec!["decompile", "::error::p.json", "--manifest", "tools.json"],
        vec!["decompile", "broken.json"],
        vec!["classify", "tools.json"],
        vec!["classify", "tools.json", "--format", "json"],
        vec!["classify", "tools.json", "--explain", "::error::t"],
        vec!["classify", "tools.json", "--explain", "x\n::error::t"],
        vec!["init", "tools.json"],
        vec!["fmt", ".", "--diff"],
        vec!["fmt", NAME, "--diff"],
        vec!["fmt", NAME, "--check"],
        vec!["check", NAME, "--fix", "--diff"],
        vec!["check", "x\n::error::y.gate"],
        vec!["check", ".", "--select", "x\n::error::y"],
        vec!["check", ".", "--x\n::error::y"],
        vec!["check", ".", "--format", "\n::error::y"],
        vec!["\n::error::y ##[z]"],
        vec!["explain", "\n::error::y"],
        vec!["explain"],
        vec!["schema"],
        vec!["check", ".", "--write-baseline", "::error::baseline"],
        vec!["check", NAME, "-q\r::x"],
    ];
    for format in ["human", "concise", "json", "sarif", "junit"] {
        calls.push(vec!["check", ".", "--format", format]);
        calls.push(vec!["check", NAME, "wrong.gate", "--format", format, "--color", "always"]);
        calls.push(vec!["check", NAME, "--format", format, "--output", "/dev/stdout"]);
        calls.push(vec!["fmt", NAME, "--check", "--format", format]);
        calls.push(vec!["compile", "wrong.gate", "--format", format]);
    }
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        calls.push(vec!["completions", shell]);
    }
    for words in &calls {
        assert_no_command(&folder.run(words), words);
    }
    // The file is written last: its name is a command too.
    let run = folder.run(&["fmt", NAME]);
    assert_no_command(&run, &["fmt"]);
    assert!(
        run.stderr.contains("formatted \\u{3a}:error file=x::a\\u{a}")
            || run.stderr.contains("formatted ::"),
        "{}",
        run.stderr
    );
}

#[test]
fn the_commands_of_the_form_github_are_its_own() {
    let run = folder().run(&["check", ".", "--format", "github"]);
    for line in run.stdout.lines() {
        let is_ours = ["::error file=", "::warning file=", "::notice file="];
        assert!(is_ours.iter().any(|start| line.starts_with(start)), "{line}");
        assert!(!line.contains('\r'), "{line}");
    }
    assert!(run.stderr.lines().all(|line| !is_command(line)), "{}", run.stderr);
}

#[test]
fn a_document_says_the_same_with_its_commands_escaped() {
    let folder = folder();
    let run = folder.run(&["check", ".", "--format", "json"]);
    let found = run.json()["diagnostics"].as_array().unwrap().clone();
    assert!(found.iter().any(|finding| finding["file"] == NAME), "{}", run.stdout);
    let run = folder.run(&["classify", "tools.json", "--format", "json"]);
    assert_eq!(run.json()["tools"][1]["name"], "##vso[b]\n::error::u");
    let folder =
        Folder::new().with("a.gate", "default deny\ndeny \"##[a]\" because \"##vso[b]\"\n");
    let run = folder.run(&["compile", "a.gate"]);
    assert_no_command(&run, &["compile"]);
    assert_eq!(run.json()["tools"]["##[a]"]["deny_if"][0]["on_deny"], "##vso[b]");
}

#[test]
fn what_is_decompiled_to_the_screen_compiles_to_the_same() {
    let folder = folder();
    let run = folder.run(&["decompile", "::error::p.json"]);
    assert_eq!(run.code, 0, "{}", run.shown());
    let folder = folder.with("back.gate", &run.stdout);
    let compiled = folder.run(&["compile", "back.gate"]).json();
    let before: serde_json::Value = serde_json::from_str(&folder.read("::error::p.json")).unwrap();
    assert_eq!(compiled["hide"], before["hide"]);
    assert_eq!(compiled["tools"]["::error::t"], before["tools"]["::error::t"]);
    assert_eq!(compiled["tools"].as_object().unwrap().len(), 11);
}

#[test]
fn a_text_that_cannot_be_written_otherwise_is_refused() {
    let text = "allow a, # Why.\n    ::error::b\n";
    let run = Folder::new().run_on(text, &["fmt", "-"]);
    insta::assert_snapshot!(run.shown(), @r"
    exit 2
    -- out
    -- error
    error: a line of the result begins with `::`, which CI runners treat as a command
      = help: format the file in place, without `-`
    ");
}
