//! What a policy may read, and what the program may write.

use super::run::{Folder, Run};

const SECRET: &str = "TOKEN=s3cret\n";
const TOOLS: &str =
    "{\"tools\": [{\"name\": \"get_page\", \"annotations\": {\"readOnlyHint\": true}}]}";
const TIDY: &str = "default deny\nallow get_page\n";
const UNTIDY: &str = "default deny\nallow   get_page\n";
/// Every form, and the commands that read policies.
const READERS: [&[&str]; 8] = [
    &["check"],
    &["check", "--format", "concise"],
    &["check", "--format", "json"],
    &["check", "--format", "sarif"],
    &["check", "--format", "github"],
    &["check", "--format", "junit"],
    &["check", "--fix", "--unsafe", "--diff"],
    &["compile"],
];

/// A repository, with files beside it.
fn project() -> Folder {
    Folder::new()
        .with("repo/.git/HEAD", "")
        .with("repo/sub/tools.json", TOOLS)
        .with("repo/shared.gate", "default deny\n")
        .with("outside/.env", SECRET)
        .with("outside/secret.gate", SECRET)
        .with("outside/secret.json", "{\"token\": \"s3cret\"}\n")
        .with("outside/tools.json", TOOLS)
}

fn run_in(folder: &Folder, below: &str, arguments: &[&str]) -> Run {
    Run::from(folder.command(arguments).current_dir(folder.path(below)).output().unwrap())
}

fn says_nothing_of_the_secret(run: &Run) {
    assert!(!run.stdout.contains("s3cret") && !run.stderr.contains("s3cret"), "{}", run.shown());
    assert!(!run.stdout.contains("TOKEN") && !run.stderr.contains("TOKEN"), "{}", run.shown());
}

#[cfg(unix)]
fn link(folder: &Folder, target: &str, name: &str) {
    std::os::unix::fs::symlink(target, folder.path(name)).unwrap();
}

#[test]
fn what_lies_outside_the_project_is_refused_by_name_and_never_shown() {
    let absolute = project();
    let json = absolute.path("outside/secret.json").to_str().unwrap().to_owned();
    for (statement, reason) in [
        ("include \"/proc/self/environ\"", "an included file must end in `.gate`"),
        ("include \"/proc/kmsg\"", "an included file must end in `.gate`"),
        ("include \"../../outside/.env\"", "an included file must end in `.gate`"),
        ("manifest \"../../outside/.env\"", "a manifest must end in `.json`"),
        ("include \"../../outside/secret.gate\"", "it is outside the project"),
        ("manifest \"../../outside/secret.json\"", "it is outside the project"),
        ("manifest \"../../outside/not-there.json\"", "it is outside the project"),
        ("manifest \"../../not/there.json\"", "it is outside the project"),
        (&format!("manifest \"{json}\""), "it is outside the project"),
    ] {
        let folder = project().with("repo/sub/a.gate", &format!("{statement}\n{TIDY}"));
        for command in READERS {
            let run = run_in(&folder, "repo", &[command, &["sub/a.gate"]].concat());
            assert_eq!(run.code, 1, "{}", run.shown());
            says_nothing_of_the_secret(&run);
            let said = format!("{}{}", run.stdout, run.stderr);
            assert!(said.contains("unreadable-file") || command.contains(&"github"), "{said}");
            assert!(said.contains(reason) || said.contains(&reason.replace('`', "")), "{said}");
        }
    }
}

#[test]
fn the_error_stands_at_the_statement_and_says_what_to_do() {
    let folder =
        project().with("repo/a.gate", "manifest \"../outside/tools.json\"\ndefault deny\n");
    let run = run_in(&folder, "repo", &["check", "a.gate"]);
    insta::assert_snapshot!(run.shown(), @r#"
    exit 1
    -- out
    error[unreadable-file]: cannot read `../outside/tools.json`: it is outside the project
      ┌─ a.gate:1:10
      │
    1 │ manifest "../outside/tools.json"
      │          ^^^^^^^^^^^^^^^^^^^^^^^
      │
      = help: copy the file into the project, or pass `--allow-read PATH`

    -- error
    1 error in 1 file
    "#);
}

#[test]
fn the_project_is_the_repository_from_wherever_it_is_checked() {
    let policy = "include \"../shared.gate\"\nmanifest \"tools.json\"\nallow get_page\n";
    let folder = project().with("repo/sub/a.gate", policy);
    for (below, path) in [("repo", "sub/a.gate"), ("repo/sub", "a.gate"), (".", "repo/sub/a.gate")]
    {
        for command in [&["check"][..], &["compile"]] {
            let run = run_in(&folder, below, &[command, &[path]].concat());
            assert_eq!(run.code, 0, "{}", run.shown());
        }
    }
    // A repository within another is a project of its own.
    let folder = folder.with("repo/sub/.git", "gitdir: elsewhere\n");
    assert_eq!(run_in(&folder, "repo", &["check", "sub/a.gate"]).code, 1);
}

#[test]
fn without_a_repository_the_project_is_the_folder_that_the_call_names_else_the_file_s_own() {
    let folder = Folder::new()
        .with("p/policies/a.gate", "include \"../shared/b.gate\"\n")
        .with("p/shared/b.gate", TIDY)
        .with("p/policies/own.gate", "include \"below/c.gate\"\n")
        .with("p/policies/below/c.gate", TIDY);
    assert_eq!(folder.run(&["check", "p"]).code, 0);
    assert_eq!(folder.run(&["check", "p/policies/own.gate"]).code, 0);
    assert_eq!(folder.run(&["compile", "p/policies/own.gate"]).code, 0);
    for paths in [&["p/policies"][..], &["p/policies/a.gate"]] {
        let run = folder.run(&[&["check"], paths].concat());
        assert_eq!(run.code, 1, "{}", run.shown());
        assert!(run.stdout.contains("it is outside the project"), "{}", run.shown());
    }
    // What the call names is open.
    assert_eq!(folder.run(&["check", "p/policies", "p/shared"]).code, 0);
    assert_eq!(folder.run(&["check", "p/policies/a.gate", "p/shared/b.gate"]).code, 0);
}

#[test]
fn only_the_call_opens_more() {
    let policy = "manifest \"../outside/tools.json\"\ndefault deny\nallow get_page\n";
    let folder = project().with("repo/a.gate", policy);
    for command in ["check", "compile"] {
        let run = run_in(&folder, "repo", &[command, "a.gate", "--allow-read", "../outside"]);
        assert_eq!(run.code, 0, "{}", run.shown());
        let file = ["--allow-read", "../outside/tools.json"];
        let run = run_in(&folder, "repo", &[&[command, "a.gate"], &file[..]].concat());
        assert_eq!(run.code, 0, "{}", run.shown());
        let run = run_in(&folder, "repo", &[command, "a.gate", "--allow-read", "../nowhere"]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.shown());
        assert!(run.stderr.contains("cannot read `../nowhere`: no such file"), "{}", run.stderr);
    }
    // What is not a manifest is not shown even then.
    let folder = folder.with("repo/b.gate", "manifest \"../outside/secret.json\"\ndefault deny\n");
    let run = run_in(&folder, "repo", &["check", "b.gate", "--allow-read", "../outside"]);
    assert_eq!(run.code, 1);
    says_nothing_of_the_secret(&run);
}

#[test]
fn a_configuration_opens_what_it_names_only_if_the_call_names_it() {
    let json = "{\"version\": \"1\", \"default\": \"deny\", \"tools\": {\"get_page\": {}}}\n";
    let folder = project()
        .with("repo/policy.json", json)
        .with("repo/gatewright.toml", "[manifests]\n\"*.json\" = \"../outside/tools.json\"\n");
    let found = run_in(&folder, "repo", &["check", "policy.json"]);
    assert_eq!(found.code, 1, "{}", found.shown());
    assert!(found.stdout.contains("gatewright.toml:2:12"), "{}", found.shown());
    assert!(found.stdout.contains("it is outside the project"), "{}", found.shown());
    let given = run_in(&folder, "repo", &["check", "policy.json", "--config", "gatewright.toml"]);
    assert_eq!(given.code, 0, "{}", given.shown());
    // A manifest must be one in either case.
    let folder =
        folder.with("repo/gatewright.toml", "[manifests]\n\"*.json\" = \"../outside/.env\"\n");
    let found = run_in(&folder, "repo", &["check", "policy.json"]);
    assert!(found.stdout.contains("a manifest must end in `.json`"), "{}", found.shown());
    let given = run_in(&folder, "repo", &["check", "policy.json", "--config", "gatewright.toml"]);
    assert_eq!(given.code, 1);
    says_nothing_of_the_secret(&given);
}

#[test]
fn what_is_not_a_manifest_or_text_is_not_quoted() {
    let files: [(&str, &[u8]); 5] = [
        ("a.json", b"TOKEN=s3cret\n"),
        ("a.json", b"{\"TOKEN\": \"s3cret\"}"),
        ("a.json", b"[\"TOKEN\", \"s3cret\"]"),
        ("a.json", b"\xff TOKEN s3cret \xff"),
        ("a.gate", b"# TOKEN s3cret \xff\n"),
    ];
    for (name, content) in files {
        let folder = project();
        std::fs::write(folder.path("repo/sub").join(name), content).unwrap();
        let word = if name == "a.json" { "manifest" } else { "include" };
        let folder = folder.with("repo/sub/p.gate", &format!("{word} \"{name}\"\n{TIDY}"));
        for command in READERS {
            let run = run_in(&folder, "repo", &[command, &["sub/p.gate"]].concat());
            assert_eq!(run.code, 1, "{}", run.shown());
            says_nothing_of_the_secret(&run);
        }
    }
}

#[cfg(unix)]
#[test]
fn a_link_leads_to_a_file_of_its_kind_in_the_project() {
    for (target, name, statement, reason) in [
        ("../../outside/.env", "a.gate", "include", "it is a link to a file outside the project"),
        (
            "../../outside/secret.json",
            "a.json",
            "manifest",
            "it is a link to a file outside the project",
        ),
        ("/proc/self/environ", "a.gate", "include", "it is a link to a file outside the project"),
        ("/dev/zero", "a.json", "manifest", "it is a link to a file outside the project"),
        ("../local.env", "a.gate", "include", "it is a link to a file of another kind"),
        ("../local.env", "a.json", "manifest", "it is a link to a file of another kind"),
        ("../../outside", "below", "include", "it is outside the project"),
        ("nowhere.gate", "a.gate", "include", "no such file"),
        ("a.gate", "a.gate", "include", "no such file"),
    ] {
        let folder = project().with("repo/local.env", SECRET);
        link(&folder, target, &format!("repo/sub/{name}"));
        let named = if name == "below" { "below/secret.gate" } else { name };
        let policy = format!("{statement} \"{named}\"\n{TIDY}");
        let folder = folder.with("repo/sub/p.gate", &policy);
        for command in READERS {
            let run = run_in(&folder, "repo", &[command, &["sub/p.gate"]].concat());
            assert_eq!(run.code, 1, "{}", run.shown());
            says_nothing_of_the_secret(&run);
            let said = format!("{}{}", run.stdout, run.stderr);
            assert!(said.contains(reason), "{said}");
        }
    }
    let folder = project().with("repo/p.gate", "include \"link.gate\"\nmanifest \"tools.json\"\n");
    link(&folder, "shared.gate", "repo/link.gate");
    link(&folder, "sub/tools.json", "repo/tools.json");
    assert_eq!(run_in(&folder, "repo", &["check", "p.gate"]).code, 0);
}

#[cfg(unix)]
#[test]
fn a_policy_that_is_a_link_is_held_to_the_same() {
    for (target, name) in [
        ("../outside/secret.gate", "evil.gate"),
        ("../outside/secret.json", "evil.policy.json"),
        ("creds.json", "evil.policy.json"),
        ("local.env", "evil.gate"),
        ("/proc/self/environ", "evil.gate"),
    ] {
        let folder = project()
            .with("repo/local.env", SECRET)
            .with("repo/creds.json", "{\"TOKEN\": \"s3cret\"}")
            .with("repo/good.gate", TIDY);
        link(&folder, target, &format!("repo/{name}"));
        let command = if name.ends_with(".gate") { "compile" } else { "decompile" };
        for arguments in
            [&["check", "."][..], &["check", name], &["check", "--fix", name], &[command, name]]
        {
            let run = run_in(&folder, "repo", arguments);
            assert_eq!(run.code, 2, "{}", run.shown());
            assert!(
                run.stderr.contains(&format!("cannot read `{name}`: it is a link to")),
                "{}",
                run.stderr
            );
            says_nothing_of_the_secret(&run);
        }
        if name.ends_with(".gate") {
            for arguments in [&["fmt", "."][..], &["fmt", name], &["fmt", "--diff", name]] {
                let run = run_in(&folder, "repo", arguments);
                assert_eq!(run.code, 2, "{}", run.shown());
                says_nothing_of_the_secret(&run);
            }
        }
    }
}

#[cfg(unix)]
#[test]
fn a_configuration_that_is_a_link_is_held_to_the_same() {
    for target in ["../outside/secret.toml", "local.toml"] {
        let folder = project()
            .with("outside/secret.toml", SECRET)
            .with("repo/local.toml", SECRET)
            .with("repo/a.gate", TIDY);
        link(&folder, target, "repo/gatewright.toml");
        for command in ["check", "fmt"] {
            let run = run_in(&folder, "repo", &[command, "."]);
            assert_eq!(run.code, 2, "{}", run.shown());
            assert!(
                run.stderr.contains("cannot read `gatewright.toml`: it is a link to"),
                "{}",
                run.shown()
            );
            says_nothing_of_the_secret(&run);
        }
    }
}

#[test]
fn an_address_is_not_a_file() {
    let folder = project()
        .with("repo/a.gate", "manifest \"https://example.org/tools.json\"\ndefault deny\n");
    let run = run_in(&folder, "repo", &["check", "a.gate"]);
    insta::assert_snapshot!(run.shown(), @r#"
    exit 1
    -- out
    error[unreadable-file]: cannot read `https://example.org/tools.json`: it is a URL, not a file
      ┌─ a.gate:1:10
      │
    1 │ manifest "https://example.org/tools.json"
      │          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      │
      = help: save the server's answer to `tools/list` as a `.json` file, and name that file

    -- error
    1 error in 1 file
    "#);
    for (statement, help) in [
        (
            "include \"https://example.org/a.gate\"",
            "save the file next to this one, and include that file",
        ),
        ("include \"tools.json\"", "write `manifest` instead of `include`"),
        ("manifest \"shared.gate\"", "write `include` instead of `manifest`"),
        ("manifest \"tools.yaml\"", "save the server's answer to `tools/list` as a `.json` file"),
    ] {
        let folder = folder_with(statement);
        let run = run_in(&folder, "repo", &["check", "a.gate"]);
        assert_eq!(run.code, 1);
        assert!(run.stdout.contains(help), "{}", run.shown());
    }
}

fn folder_with(statement: &str) -> Folder {
    project().with("repo/a.gate", &format!("{statement}\ndefault deny\n"))
}

// ── Writing ─────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_shared_file_outside_the_paths_of_the_call_is_left_and_named() {
    let open = "default deny\nallow set_tag\n";
    let folder = project()
        .with("repo/p/a.gate", "include \"../s/shared.gate\"\nallow add_note\n")
        .with("repo/s/shared.gate", open);
    let run = run_in(&folder, "repo", &["check", "p", "--fix", "--unsafe"]);
    assert_eq!(run.code, 0, "{}", run.shown());
    assert_eq!(folder.read("repo/s/shared.gate"), open);
    assert!(folder.read("repo/p/a.gate").contains("add_note 30/minute"), "{}", run.shown());
    assert!(
        run.stderr
            .contains("not fixed: `s/shared.gate` is outside the paths on the command line\n"),
        "{}",
        run.stderr
    );
    assert!(run.stdout.contains("s/shared.gate:2:7"), "{}", run.shown());
    let run = run_in(&folder, "repo", &["check", "p", "s", "--fix", "--unsafe"]);
    assert!(!run.stderr.contains("not fixed"), "{}", run.stderr);
    assert_eq!(folder.read("repo/s/shared.gate"), "default deny\nallow set_tag 30/minute\n");
}

#[cfg(unix)]
#[test]
fn a_link_is_not_followed_out_of_the_paths_of_the_call() {
    let folder = project().with("repo/real/a.gate", UNTIDY).with("repo/p/b.gate", TIDY);
    link(&folder, "../real/a.gate", "repo/p/link.gate");
    for path in ["p", "p/link.gate"] {
        let run = run_in(&folder, "repo", &["fmt", path]);
        assert_eq!(run.code, 2, "{}", run.shown());
        assert!(run.stderr.contains("cannot write `p/link.gate`"), "{}", run.stderr);
        assert_eq!(folder.read("repo/real/a.gate"), UNTIDY);
        // Nothing would be written here.
        assert_eq!(run_in(&folder, "repo", &["fmt", path, "--check"]).code, 1);
    }
    let run = run_in(&folder, "repo", &["fmt", "."]);
    assert_eq!(run.code, 0, "{}", run.shown());
    assert_eq!(folder.read("repo/real/a.gate"), TIDY);
    assert!(std::fs::symlink_metadata(folder.path("repo/p/link.gate")).unwrap().is_symlink());
}

#[cfg(unix)]
#[test]
fn a_result_is_not_written_through_a_link_out_of_the_project() {
    let folder = project().with("repo/a.gate", TIDY).with("outside/profile", "kept\n");
    link(&folder, "../outside/profile", "repo/policy.json");
    for arguments in [
        &["compile", "a.gate", "-o", "policy.json"][..],
        &["check", "a.gate", "--output", "policy.json"],
        &["init", "sub/tools.json", "-o", "policy.json"],
    ] {
        let run = run_in(&folder, "repo", arguments);
        assert_eq!(run.code, 2, "{}", run.shown());
        assert_eq!(folder.read("outside/profile"), "kept\n");
    }
}

#[cfg(unix)]
const OUTSIDE: &str = "it is a link to a file outside the project";

#[cfg(unix)]
#[test]
fn a_linked_folder_opens_nothing_outside_the_repository() {
    let folder = project()
        .with("outside/x.gate", "default deny\nallow   TOKEN;\n")
        .with("outside/policy.json", "{\"TOKEN\": \"s3cret\"}")
        .with("outside/.git/HEAD", "")
        .with("repo/a.gate", TIDY)
        .with("repo/here/b.gate", TIDY);
    let before = folder.read("outside/x.gate");
    link(&folder, "../outside", "repo/policies");
    link(&folder, "here", "repo/inner");
    let absolute = folder.path("repo/policies/x.gate").to_str().unwrap().to_owned();
    for arguments in [
        &["check", "policies"][..],
        &["check", "policies/"],
        &["check", "./policies/x.gate"],
        &["check", &absolute],
        &["check", "a.gate", "policies/x.gate", "--fix", "--unsafe"],
        &["check", "--fix", "--unsafe", "policies"],
        &["fmt", "policies"],
        &["fmt", "policies/x.gate", "a.gate"],
        &["compile", "policies/x.gate"],
        &["decompile", "policies/policy.json"],
        &["classify", "policies/tools.json"],
        &["init", "policies/tools.json"],
        &["check", "a.gate", "--manifest", "policies/tools.json"],
        &["check", "a.gate", "--config", "policies/x.gate"],
        &["check", "a.gate", "--baseline", "policies/tools.json"],
    ] {
        let run = run_in(&folder, "repo", arguments);
        assert_eq!(run.code, 2, "{}", run.shown());
        assert!(run.stderr.contains(OUTSIDE), "{}", run.shown());
        says_nothing_of_the_secret(&run);
        assert_eq!(folder.read("outside/x.gate"), before);
    }
    // A link within the repository leads nowhere else, and the call can open more for reading.
    assert_eq!(run_in(&folder, "repo", &["check", "inner"]).code, 0);
    assert_eq!(run_in(&folder, "repo", &["fmt", "inner/b.gate"]).code, 0);
    let open = ["check", "policies/x.gate", "--allow-read", "../outside"];
    assert!(!run_in(&folder, "repo", &open).stderr.contains(OUTSIDE));
    run_in(&folder, "repo", &[&open[..], &["--fix", "--unsafe"]].concat());
    assert_eq!(folder.read("outside/x.gate"), before);
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_linked_folder() {
    let folder = project().with("repo/a.gate", TIDY);
    link(&folder, "../outside", "repo/od");
    link(&folder, "od/new.json", "repo/new.json");
    for arguments in [
        &["compile", "a.gate", "-o", "od/c.json"][..],
        &["compile", "a.gate", "-o", "new.json"],
        &["check", "a.gate", "--write-baseline", "od/z.json"],
        &["check", "a.gate", "--output", "od/o.txt"],
        &["check", "a.gate", "--allow-read", "../outside", "--output", "od/o.txt"],
        &["init", "sub/tools.json", "-o", "od/i.gate"],
    ] {
        let run = run_in(&folder, "repo", arguments);
        assert_eq!(run.code, 2, "{}", run.shown());
        assert!(run.stderr.contains("outside the project"), "{}", run.shown());
    }
    assert_eq!(std::fs::read_dir(folder.path("outside")).unwrap().count(), 4);
}

#[cfg(unix)]
#[test]
fn a_link_above_the_repository_counts_for_nothing() {
    let folder = project().with("repo/a.gate", UNTIDY);
    link(&folder, "repo", "alias");
    assert_eq!(folder.run(&["fmt", "alias/a.gate"]).code, 0);
    assert_eq!(folder.read("repo/a.gate"), TIDY);
    assert_eq!(folder.run(&["check", "alias"]).code, 0);
    assert_eq!(folder.run(&["compile", "alias/a.gate", "-o", "alias/c.json"]).code, 0);
    // Without a repository, a folder that is named may be a link.
    let folder = Folder::new().with("real/a.gate", TIDY);
    link(&folder, "real", "named");
    assert_eq!(folder.run(&["check", "named"]).code, 0);
}

#[cfg(target_os = "linux")]
#[test]
fn no_file_of_a_call_is_a_device_or_what_the_system_makes_up() {
    for target in ["/proc/self/environ", "/proc/kmsg", "/dev/zero", "../outside/secret.json"] {
        let folder = project().with("repo/a.gate", TIDY);
        link(&folder, target, "repo/k.json");
        for arguments in [
            &["classify", "k.json"][..],
            &["init", "k.json"],
            &["decompile", "k.json"],
            &["check", "a.gate", "--manifest", "k.json"],
            &["check", "a.gate", "--baseline", "k.json"],
            &["check", "a.gate", "--config", "k.json"],
            &["fmt", "a.gate", "--config", "k.json"],
        ] {
            let run = run_in(&folder, "repo", arguments);
            assert_eq!(run.code, 2, "{}", run.shown());
            assert!(run.stderr.contains(OUTSIDE), "{}", run.shown());
            says_nothing_of_the_secret(&run);
        }
    }
    let folder = project();
    pipe(&folder, "repo/k.json");
    for path in ["k.json", "/proc/kmsg", "/proc/self/environ", "/dev/zero"] {
        let run = run_in(&folder, "repo", &["classify", path]);
        assert_eq!(run.code, 2, "{}", run.shown());
        assert!(run.stderr.contains("it is not a regular file"), "{}", run.shown());
    }
}

#[cfg(unix)]
fn pipe(folder: &Folder, name: &str) {
    let status = std::process::Command::new("mkfifo").arg(folder.path(name)).status();
    assert!(status.unwrap().success());
}

#[cfg(unix)]
#[test]
fn a_pipe_that_is_called_like_a_configuration_is_reported_and_not_opened() {
    for (name, paths) in [
        (".gitignore", &["."][..]),
        (".gitignore", &["sub"]),
        ("sub/.gitignore", &["."]),
        ("gatewright.toml", &["."]),
        ("gatewright.toml", &["sub/a.gate"]),
    ] {
        let folder = project().with("repo/sub/a.gate", TIDY);
        pipe(&folder, &format!("repo/{name}"));
        // For a file that the call names, `fmt` looks at no configuration.
        let commands = if paths == ["sub/a.gate"] { &["check"][..] } else { &["check", "fmt"] };
        for command in commands {
            let run = run_in(&folder, "repo", &[&[*command], paths].concat());
            assert_eq!(run.code, 2, "{}", run.shown());
            assert!(run.stderr.contains("it is not a regular file"), "{}", run.shown());
            assert!(run.stderr.contains(name.rsplit('/').next().unwrap()), "{}", run.shown());
        }
    }
}

#[test]
fn what_is_not_json_is_not_quoted_whoever_reads_it() {
    for content in [SECRET, "S3CRET s3cret\n"] {
        let folder = project()
            .with("repo/env.json", content)
            .with("repo/a.gate", TIDY)
            .with("repo/m.gate", "manifest \"env.json\"\ndefault deny\n");
        for arguments in [
            &["classify", "env.json"][..],
            &["init", "env.json"],
            &["check", "env.json"],
            &["check", "m.gate"],
            &["decompile", "env.json"],
            &["check", "a.gate", "--baseline", "env.json"],
        ] {
            let run = run_in(&folder, "repo", arguments);
            assert_ne!(run.code, 0, "{}", run.shown());
            says_nothing_of_the_secret(&run);
            let said = format!("{}{}", run.stdout, run.stderr);
            assert!(said.contains("not JSON") && !said.contains("S3CRET"), "{said}");
            assert!(!said.contains("`T`") && !said.contains("`S`"), "{said}");
        }
    }
}

#[test]
fn github_is_told_paths_from_the_root_of_the_repository() {
    let folder = project().with("repo/sub/a.gate", "default deny\nallow x;\n");
    for (below, path) in [("repo", "sub/a.gate"), ("repo/sub", "a.gate")] {
        let run = run_in(&folder, below, &["check", "--format", "github", path]);
        assert!(run.stdout.contains("file=sub/a.gate,"), "{}", run.shown());
    }
}

#[test]
fn a_device_that_is_standard_output_takes_the_result() {
    let folder = Folder::new().with("a.gate", TIDY);
    let expected = folder.run(&["compile", "a.gate"]);
    if cfg!(unix) {
        for device in ["/dev/stdout", "/dev/fd/1"] {
            assert_eq!(folder.run(&["compile", "a.gate", "-o", device]), expected);
        }
        let to_error = folder.run(&["compile", "a.gate", "-o", "/dev/stderr"]);
        assert_eq!((to_error.code, &to_error.stderr), (0, &expected.stdout));
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_nothing_unfinished_and_says_what_it_changed() {
    use std::io::Read;
    use std::os::unix::process::ExitStatusExt;
    use std::process::{Command, Stdio};

    // The names of the formatted files fill the pipe of standard error, so that the program waits for its reader with files
    // still unfinished.
    const MANY: usize = 1_500;
    let name = |number: usize| format!("{}{number:04}.gate", "a".repeat(60));
    let mut folder = Folder::new();
    for number in 0..MANY {
        folder = folder.with(&name(number), UNTIDY);
    }
    for (signal, number) in [("-TERM", 15), ("-INT", 2)] {
        let mut command = folder.command(&["fmt", "."]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let first = name(0);
        while folder.read(&first) != TIDY {
            assert_eq!(child.try_wait().unwrap(), None, "the program did not wait for its reader");
            std::thread::yield_now();
        }
        let pid = child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!(child.wait().unwrap().signal(), Some(number));
        assert!(folder.names().iter().all(|name| name.ends_with(".gate")), "{:?}", folder.names());
        let changed = (0..MANY).filter(|number| folder.read(&name(*number)) == TIDY).count();
        assert!(changed > 0 && changed < MANY, "{changed}");
        let files = if changed == 1 { "file was" } else { "files were" };
        assert!(said.ends_with(&format!("interrupted: {changed} {files} changed\n")), "{said}");
        std::fs::write(folder.path(&first), UNTIDY).unwrap();
        for number in 0..MANY {
            std::fs::write(folder.path(&name(number)), UNTIDY).unwrap();
        }
    }
}
