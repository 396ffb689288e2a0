//! `gatewright diff`

use std::process::{Command, Stdio};

use super::run::{Folder, Run};

const OLD: &str = "default deny\n\
                   allow create_refund 30/minute\n\
                   approve create_refund when args.amount > 100\n\
                   allow search\n\
                   allow old_tool\n\
                   rate all 40/minute\n";

const NEW: &str = "default deny\n\
                   allow create_refund 60/minute\n\
                   approve create_refund when args.amount > 200\n\
                   allow search\n\
                   deny search when args.q matches \"secret\" because \"Not that.\"\n\
                   rate all 40/minute\n";

/// Runs git in a folder, without the configuration of whoever runs the tests.
fn git(folder: &Folder, arguments: &[&str]) {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=n", "-c", "user.email=e@example.org"]).args(arguments);
    git.current_dir(folder.path("")).env("GIT_CONFIG_GLOBAL", "/dev/null");
    git.env("GIT_CONFIG_NOSYSTEM", "1").stdin(Stdio::null());
    let output = git.output().unwrap();
    assert!(output.status.success(), "{arguments:?} {output:?}");
}

/// A repository with everything in the folder committed under the tag `base`.
fn committed(folder: Folder) -> Folder {
    git(&folder, &["init", "-q", "-b", "main"]);
    git(&folder, &["add", "-A"]);
    git(&folder, &["commit", "-q", "-m", "base"]);
    git(&folder, &["tag", "base"]);
    folder
}

fn diff(folder: &Folder, arguments: &[&str]) -> Run {
    let mut command = folder.command(&[&["diff"], arguments].concat());
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    Run::from(command.output().unwrap())
}

/// The relation of each row of the only policy.
fn relations(run: &Run) -> Vec<(String, String)> {
    let json = run.json();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let rows = json["policies"][0]["tools"].as_array().unwrap();
    rows.iter().map(|row| (text(&row["name"]), text(&row["relation"]))).collect()
}

#[test]
fn a_reviewer_reads_what_became_of_calls() {
    let folder = Folder::new().with("old.gate", OLD).with("new.gate", NEW);
    insta::assert_snapshot!(diff(&folder, &["old.gate", "new.gate"]).shown());
}

#[test]
fn programs_read_json() {
    let folder = Folder::new().with("old.gate", OLD).with("new.gate", NEW);
    let run = diff(&folder, &["old.gate", "new.gate", "--format", "json"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let json = run.json();
    assert_eq!(json["version"], 1);
    let policy = &json["policies"][0];
    assert_eq!((&policy["old"], &policy["new"]), (&"old.gate".into(), &"new.gate".into()));
    let expected = serde_json::json!({
        "name": "create_refund",
        "relation": "wider",
        "changes": [
            {"kind": "cap-raised", "old": "30/minute", "new": "60/minute"},
            {"kind": "approval-dropped", "old": "approve when args.amount > 100", "new": null},
            {"kind": "approval-added", "old": null, "new": "approve when args.amount > 200"},
        ],
        "witnesses": [{
            "direction": "wider", "arguments": {"amount": 101}, "calls": null,
            "old": "approve", "new": "allow", "admitted": true,
        }],
    });
    assert_eq!(policy["tools"][0], expected);
    let expected = serde_json::json!(
        {"equal": 2, "wider": 1, "narrower": 2, "incomparable": 0, "undecided": 0}
    );
    assert_eq!(policy["summary"], expected);
    let names: Vec<String> = relations(&run).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["create_refund", "old_tool", "search", "(any other tool)", "all_tools"]);
}

#[test]
fn a_policy_and_what_it_compiles_to_are_equal() {
    let folder = Folder::new().with("a.gate", OLD);
    assert_eq!(folder.run(&["compile", "a.gate", "-o", "policy.json"]).code, 0);
    let call = ["a.gate", "policy.json", "--fail-on", "changed"];
    insta::assert_snapshot!(diff(&folder, &call).shown(), @r"
    exit 0
    -- out
    policy.json: lets the same calls through (before: a.gate)
    -- error
    compared 1 policy: nothing differs
    ");
    let run = folder.run_on(NEW, &["diff", "policy.json", "-", "--fail-on", "wider"]);
    assert_eq!(run.code, 1, "{}", run.shown());
}

#[test]
fn the_exit_code_is_what_the_call_asks_for() {
    let folder = Folder::new()
        .with("wide.gate", "allow a, b\n")
        .with("narrow.gate", "allow a\n")
        .with("words.gate", "allow a\ndeny a when args.x == 1 because \"no\"\n")
        .with("other.gate", "allow a\ndeny a when args.x == 1 because \"not so\"\n")
        .with("broken.gate", "allow\n");
    for (old, new, codes) in [
        ("narrow.gate", "wide.gate", [0, 1, 1]),
        ("wide.gate", "narrow.gate", [0, 0, 1]),
        ("words.gate", "other.gate", [0, 0, 1]),
        ("wide.gate", "wide.gate", [0, 0, 0]),
        ("wide.gate", "broken.gate", [1, 1, 1]),
        ("broken.gate", "wide.gate", [1, 1, 1]),
        ("wide.gate", "none.gate", [2, 2, 2]),
    ] {
        let flags: [&[&str]; 3] = [&[], &["--fail-on", "wider"], &["--fail-on", "changed"]];
        for (flags, code) in flags.into_iter().zip(codes) {
            let run = diff(&folder, &[&[old, new], flags].concat());
            assert_eq!(run.code, code, "{old} {new} {flags:?} {}", run.shown());
        }
    }
    assert_eq!(diff(&folder, &["wide.gate"]).code, 2);
    assert_eq!(diff(&folder, &["wide.gate", "wide.gate", "wide.gate"]).code, 2);
    assert_eq!(diff(&folder, &["-", "-"]).code, 2);
}

#[test]
fn a_revision_has_its_own_includes_manifest_and_configuration() {
    let folder = committed(
        Folder::new()
            .with("p/a.gate", "manifest \"tools.json\"\ninclude \"b.gate\"\nallow get_*\n")
            .with("p/b.gate", "hide get_secret\n")
            .with("p/tools.json", r#"{"tools": [{"name": "get_one"}, {"name": "get_secret"}]}"#)
            .with("p/policy.json", r#"{"version": "1", "default": "deny"}"#)
            .with("p/old/c.gate", "allow c\n")
            .with("gatewright.toml", "exclude = [\"old\"]\n"),
    );
    let folder = folder
        .with("p/b.gate", "")
        .with("p/tools.json", r#"{"tools": [{"name": "get_one"}, {"name": "get_two"}]}"#);
    let run = diff(&folder, &["--against", "base", "--format", "json"]);
    let json = run.json();
    let names: Vec<&str> =
        json["policies"].as_array().unwrap().iter().map(|it| it["new"].as_str().unwrap()).collect();
    assert_eq!(names, ["p/a.gate", "p/policy.json"], "{}", run.shown());
    let expected = [
        ("get_one", "equal"),
        ("get_secret", "equal"),
        ("get_two", "wider"),
        ("(any other tool)", "equal"),
        ("all_tools", "equal"),
    ];
    assert_eq!(relations(&run), expected.map(|(name, is)| (name.to_owned(), is.to_owned())));
    let kinds = |row: usize| -> Vec<String> {
        let changes = json["policies"][0]["tools"][row]["changes"].as_array().unwrap();
        changes.iter().map(|change| change["kind"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(
        (kinds(1), kinds(2)),
        (
            vec!["revoked".into(), "shown".into(), "tool-gone".into()],
            vec!["granted".into(), "tool-new".into()]
        )
    );
    // The same by names, from another folder.
    let mut command = folder.command(&["diff", "base:p/a.gate", "a.gate", "--format", "json"]);
    command.current_dir(folder.path("p"));
    let by_name = Run::from(command.output().unwrap());
    assert_eq!(by_name.json()["policies"][0]["tools"], json["policies"][0]["tools"]);
    let mut command = folder.command(&["diff", "base:./a.gate", "base:p/a.gate"]);
    command.current_dir(folder.path("p"));
    assert_eq!(Run::from(command.output().unwrap()).code, 0);
}

#[test]
fn policies_that_come_and_go_are_told() {
    let folder =
        committed(Folder::new().with("p/gone.gate", "allow a\n").with("same.gate", "allow a\n"));
    std::fs::remove_file(folder.path("p/gone.gate")).unwrap();
    let folder = folder.with("p/new.gate", "allow b\n").with("closed.gate", "default deny\n");
    let run = diff(&folder, &["--against", "HEAD", "--fail-on", "wider"]);
    insta::assert_snapshot!(run.shown());
    // A path need not exist any more.
    let run = diff(&folder, &["--against", "HEAD", "p/gone.gate", "--fail-on", "wider"]);
    assert_eq!(run.code, 1, "{}", run.shown());
    let run = diff(&folder, &["--against", "HEAD", "p/never.gate"]);
    assert_eq!(run.code, 2, "{}", run.shown());
    let run = diff(&folder, &["--against", "HEAD", "closed.gate", "--fail-on", "wider"]);
    assert_eq!(run.code, 0, "{}", run.shown());
}

#[test]
fn a_folder_without_policies_is_compared_with_one_that_has_some() {
    let folder = committed(Folder::new().with("p/AGENT.GATE", "allow a\n").with("x", ""));
    std::fs::rename(folder.path("p/AGENT.GATE"), folder.path("p/agent.gate")).unwrap();
    let run = diff(&folder, &["--against", "base", "p", "--fail-on", "wider"]);
    assert_eq!(run.code, 1, "{}", run.shown());
    assert!(
        run.stdout.starts_with("p/agent.gate: the policy is new, and lets calls"),
        "{}",
        run.stdout
    );
    let run = diff(&folder, &["--against", "base", "x"]);
    assert_eq!(run.code, 2, "{}", run.shown());
    std::fs::remove_file(folder.path("p/agent.gate")).unwrap();
    let run = diff(&folder, &["--against", "base", "p"]);
    assert_eq!(run.code, 2, "{}", run.shown());
    assert!(run.stderr.contains("no policy was found to compare"), "{}", run.stderr);
}

#[test]
fn test_files_are_not_policies() {
    let tests = "policy \"a.gate\"\n\ntest \"it\" {\n    call a -> allow\n}\n";
    let folder = committed(Folder::new().with("a.gate", "allow a\n").with("a_test.gate", tests));
    let run = diff(&folder, &["--against", "base"]);
    assert_eq!(run.stdout, "a.gate: lets the same calls through (before: base:a.gate)\n");
    let run = diff(&folder, &["base:a_test.gate", "a.gate"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(
        run.stderr.contains("`base:a_test.gate` is a test file, not a policy"),
        "{}",
        run.stderr
    );
}

#[test]
fn an_error_of_a_revision_is_shown_with_its_name() {
    let folder = committed(Folder::new().with("a.gate", "alow a\n").with("b.gate", "allow b\n"));
    let folder = folder.with("a.gate", "allow a\n");
    insta::assert_snapshot!(diff(&folder, &["--against", "base", "."]).shown());
}

#[test]
fn a_hostile_revision_is_one_argument_and_no_option() {
    let folder = committed(Folder::new().with("a.gate", "allow a\n").with("b/c.gate", "allow a\n"));
    for revision in [
        "-x",
        "--help",
        "--exec=touch pwned",
        "",
        "base..main",
        "base main",
        "$(touch pwned)",
        "base;touch pwned",
        "`touch pwned`",
        "base\n",
        "nothing",
        "^base",
        "base^{blob}",
    ] {
        let run = diff(&folder, &[&format!("--against={revision}"), "a.gate"]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{revision} {}", run.shown());
        let run = diff(&folder, &["--", &format!("{revision}:a.gate"), "a.gate"]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{revision} {}", run.shown());
    }
    for path in ["none.gate", "../a.gate", "b/../../a.gate", "/etc/passwd.gate", "b", "", "-x.gate"]
    {
        let run = diff(&folder, &[&format!("base:{path}"), "a.gate"]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{path} {}", run.shown());
    }
    assert_eq!(folder.names(), [".git", "a.gate", "b"]);
    assert_eq!(diff(&folder, &["base:b/../a.gate", "a.gate", "--fail-on", "changed"]).code, 0);
}

#[test]
fn a_file_that_is_named_like_a_revision_is_not_taken_for_it() {
    let folder = committed(Folder::new().with("a.gate", "allow a\n"));
    let folder = folder.with("base:a.gate", "allow b\n").with("b.gate", "allow b\n");
    assert_eq!(diff(&folder, &["base:a.gate", "b.gate", "--fail-on", "changed"]).code, 1);
    assert_eq!(diff(&folder, &["./base:a.gate", "b.gate", "--fail-on", "changed"]).code, 0);
}

#[cfg(unix)]
#[test]
fn links_of_a_revision_lead_nowhere_else() {
    use std::os::unix::fs::symlink;

    let outside = Folder::new().with("secret.gate", "allow secret\n").with("tools.json", "{}");
    let folder =
        Folder::new().with("p/real.gate", "allow a\n").with("q.gate", "include \"out.gate\"\n");
    symlink(outside.path("secret.gate"), folder.path("out.gate")).unwrap();
    symlink("p/real.gate", folder.path("in.gate")).unwrap();
    symlink("p/real.gate", folder.path("other.json")).unwrap();
    symlink("p", folder.path("deep")).unwrap();
    let folder = committed(folder);
    for path in ["out.gate", "other.json", "q.gate"] {
        let run = diff(&folder, &[&format!("base:{path}"), "p/real.gate"]);
        assert_ne!(run.code, 0, "{path} {}", run.shown());
        assert!(!run.shown().contains("allow secret"), "{}", run.shown());
    }
    for path in ["in.gate", "deep/real.gate"] {
        let call = [&format!("base:{path}"), "p/real.gate", "--fail-on", "changed"];
        assert_eq!(diff(&folder, &call).code, 0, "{path}");
    }
}

#[test]
fn outside_of_a_repository_there_is_no_revision() {
    let folder = Folder::new().with("a.gate", "allow a\n");
    let mut command = folder.command(&["diff", "--against", "main"]);
    command.env("GIT_CEILING_DIRECTORIES", folder.path("..")).env("PATH", "/usr/bin:/bin");
    let run = Run::from(command.output().unwrap());
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(
        run.stderr.contains("is not in the working tree of a git repository"),
        "{}",
        run.stderr
    );
    let mut command = folder.command(&["diff", "--against", "main"]);
    command.env("PATH", folder.path("nowhere"));
    let run = Run::from(command.output().unwrap());
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("cannot run `git`: no such file"), "{}", run.stderr);
}

#[test]
fn a_server_that_has_changed_its_tools_is_told_as_a_consequence() {
    let tools = |argument: &str, name: &str, hint: &str| {
        let schema = format!(
            r#"{{"type": "object", "properties": {{"{argument}": {{"type": "number"}}}}}}"#
        );
        format!(
            r#"{{"tools": [
                {{"name": "{name}", "inputSchema": {{"type": "object"}}}},
                {{"name": "send_money", "inputSchema": {schema}}},
                {{"name": "touch", "description": "{hint}"}}
            ]}}"#
        )
    };
    let policy = "manifest \"now.json\"\ndefault allow\n\
                  deny \"send_money\" when args.\"amount\" > 100\n";
    let folder = Folder::new()
        .with("a.gate", policy)
        .with("then.json", &tools("amount", "list_notes", "Reads a note."))
        .with("now.json", &tools("cents", "wipe_notes", "Deletes all notes forever."));
    let call = ["a.gate", "a.gate", "--old-manifest", "then.json", "--new-manifest", "now.json"];
    insta::assert_snapshot!(diff(&folder, &call).shown());
    let run = diff(&folder, &[&call[..], &["--fail-on", "wider"]].concat());
    assert_eq!(run.code, 1);
    // A manifest that is not one stops the comparison, under its own name.
    let folder = folder.with("now.json", "{\"tools\": 1}");
    let run = diff(&folder, &call);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{}", run.shown());
    assert!(run.stderr.contains("now.json:1:"), "{}", run.stderr);
}

/// Tools, arguments and messages that try to be markup, commands or control characters.
fn hostile() -> Folder {
    let name = r"x|</code>`@everyone`<img src=x>\n::error::boo\u001b[31m\u202e";
    let policy = |bound: u32| {
        format!(
            r#"{{"version": "1", "default": "deny", "tools": {{"{name}": {{"deny_if": [{{"conditions": [
                {{"path": "args.![a](http://x)|b", "op": "gt", "value": {bound}}}],
                "on_deny": "::error::no ##[error] {bound}"}}]}}}}}}"#
        )
    };
    Folder::new().with("old.policy.json", &policy(5)).with("new.policy.json", &policy(9))
}

#[test]
fn hostile_names_are_escaped_in_every_format() {
    let folder = hostile();
    let run = |format: &str| {
        let run = diff(&folder, &["old.policy.json", "new.policy.json", "--format", format]);
        assert_eq!(run.code, 0, "{}", run.shown());
        let is_plain = |c: char| c == '\n' || !(c.is_control() || c == '\u{202e}');
        assert!(run.stdout.chars().all(is_plain), "{format} {}", run.stdout);
        let is_own = |line: &str| line.starts_with("::warning file=new.policy.json,title=");
        for line in run.stdout.lines() {
            let is_command = line.trim_start().starts_with("::") || line.contains("##[");
            assert!(!is_command || format == "github" && is_own(line), "{format} {line}");
        }
        run.stdout
    };
    run("human");
    assert_eq!(run("github").lines().count(), 1);
    let markdown = run("markdown");
    assert_eq!(
        markdown.lines().filter(|line| line.starts_with("| <code>")).count(),
        1,
        "{markdown}"
    );
    assert_eq!(markdown.matches("<code>").count(), markdown.matches("</code>").count());
    for markup in ["<img", "@everyone", "`", "![", "](", "http:"] {
        assert!(!markdown.contains(markup), "{markup} {markdown}");
    }
    let row = markdown.lines().find(|line| line.starts_with("| <code>")).unwrap();
    assert_eq!(row.matches('|').count(), 6, "{row}");
    let json: serde_json::Value = serde_json::from_str(&run("json")).unwrap();
    let name = json["policies"][0]["tools"][0]["name"].as_str().unwrap();
    assert!(name.contains("@everyone") && name.ends_with('\u{202e}'), "{name}");
    let sarif: serde_json::Value = serde_json::from_str(&run("sarif")).unwrap();
    let message = sarif["runs"][0]["results"][0]["message"]["text"].as_str().unwrap();
    assert!(!message.contains("](") && message.contains("@everyone"), "{message}");
}

#[test]
fn a_comment_has_room_for_a_service() {
    let many = |rate: u32| {
        (0..2000).map(|n| format!("allow tool_number_{n} {rate}/minute\n")).collect::<String>()
    };
    let folder = Folder::new().with("old.gate", &many(5)).with("new.gate", &many(6));
    let run = diff(&folder, &["old.gate", "new.gate", "--format", "markdown"]);
    assert!(run.stdout.len() < 65_536, "{}", run.stdout.len());
    assert!(run.stdout.ends_with(" more, which `gatewright diff` shows\n"), "{}", run.stdout);
}

#[test]
fn annotations_are_on_the_files_of_the_repository() {
    let folder = committed(Folder::new().with("p/a.gate", OLD)).with("p/a.gate", NEW);
    let mut command = folder.command(&["diff", "--against", "base", "--format", "github"]);
    command.current_dir(folder.path("p")).env("GITHUB_STEP_SUMMARY", folder.path("summary.md"));
    let run = Run::from(command.output().unwrap());
    assert_eq!(run.code, 0, "{}", run.shown());
    let starts: Vec<&str> =
        run.stdout.lines().map(|line| line.split(",title").next().unwrap()).collect();
    let expected = ["::warning file=p/a.gate", "::notice file=p/a.gate", "::notice file=p/a.gate"];
    assert_eq!(starts, expected, "{}", run.stdout);
    assert!(folder.read("summary.md").contains("### gatewright: compared 1 policy"));
}
