//! Help, version, and calls that are wrong as calls.

use super::run::Folder;

fn help(command: &str) -> String {
    let run = Folder::new().run(&[command, "--help"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_eq!(
        Folder::new().run(&[command, "-h"]).stdout,
        run.stdout,
        "short and long help differ"
    );
    assert!(run.stdout.contains("\nExample: gatewright "), "{}", run.stdout);
    run.stdout
}

#[test]
fn the_program() {
    let run = Folder::new().run(&["--help"]);
    assert_eq!(run.code, 0);
    insta::assert_snapshot!(run.stdout, @"
    A policy language for AI agents' tools that compiles to the gateway's policy.json

    Usage: gatewright [OPTIONS] <COMMAND>

    Commands:
      compile      Compile a .gate file to the gateway's policy.json
      check        Report every problem in .gate and policy.json files
      fmt          Format .gate files in place
      diff         Compare two versions of a policy by the calls that they let through
      decompile    Turn a policy.json into a .gate file
      why          Say whether a call gets through, and which statement decides
      replay       Decide the calls of a recording, caps included
      test         Run the tests of policies
      classify     Show what each tool of a manifest can do: its risk and the evidence
      init         Write a starter policy for the tools of a manifest
      explain      Explain a diagnostic code, or list all codes
      schema       Print the JSON Schema of policy.json
      completions  Print a completion script for a shell

    Options:
          --color <WHEN>  When to use colours: auto (on a terminal), always or never [default: auto]
      -h, --help          Print help
      -V, --version       Print version

    Exit codes: 0 no errors, 1 errors in the files, 2 the command could not be carried out.

    Example: gatewright check policies
    ");
}

#[test]
fn compile() {
    insta::assert_snapshot!(help("compile"), @r#"
    Compile a .gate file to the gateway's policy.json

    Usage: gatewright compile [OPTIONS] <FILE>

    Arguments:
      <FILE>  The .gate file; - is standard input

    Options:
      -o, --output <OUT>       Where to write the result; - is standard output
          --allow-read <PATH>  Let policies read this file or folder outside the project; may be given more than once
          --format <FORMAT>    The format of findings: human, concise, json, sarif, github or junit [default: human]
          --color <WHEN>       When to use colours: auto (on a terminal), always or never [default: auto]
      -h, --help               Print help

    Writes nothing if there are errors. Findings go to standard error. A policy may read files in its own
    project: its repository, or else its folder. Use --allow-read to allow more.

    Example: gatewright compile agent.gate -o policy.json
    "#);
}

#[test]
fn classify() {
    insta::assert_snapshot!(help("classify"), @r#"
    Show what each tool of a manifest can do: its risk and the evidence

    Usage: gatewright classify [OPTIONS] <MANIFEST>

    Arguments:
      <MANIFEST>  The server's tools, as tools/list returns them; - is standard input

    Options:
          --explain <TOOL>   Show all evidence of this tool
          --format <FORMAT>  The format of the tools: human or json [default: human]
          --color <WHEN>     When to use colours: auto (on a terminal), always or never [default: auto]
      -h, --help             Print help

    A tool's class is read, write, execute, destructive or financial, whichever is the most severe. The
    evidence is its name, its description, its parameters and the server's hints.

    Example: gatewright classify tools.json --explain delete_page
    "#);
}

#[test]
fn init() {
    insta::assert_snapshot!(help("init"), @r#"
    Write a starter policy for the tools of a manifest

    Usage: gatewright init [OPTIONS] <MANIFEST>

    Arguments:
      <MANIFEST>  The server's tools, as tools/list returns them; - is standard input

    Options:
      -o, --output <FILE>          Where to write the policy; - is standard output
          --default <DEFAULT>      What happens to tools that the policy does not name: allow or deny [default: deny]
          --stdin-filename <FILE>  With -: the path of the manifest to write in the policy [default: tools.json]
          --format <FORMAT>        The format of findings: human, concise, json, sarif, github or junit [default: human]
          --color <WHEN>           When to use colours: auto (on a terminal), always or never [default: auto]
      -h, --help                   Print help

    Each tool gets the statements that its class calls for, with the evidence. The result is a proposal:
    read it before you use it. Existing files are never overwritten.

    Example: gatewright init tools.json -o agent.gate
    "#);
}

#[test]
fn check() {
    insta::assert_snapshot!(help("check"), @r#"
    Report every problem in .gate and policy.json files

    Usage: gatewright check [OPTIONS] <PATH>...

    Arguments:
      <PATH>...  Files and folders, or - for standard input

    Options:
          --stdin-filename <FILE>  With -: the file name to use for standard input
          --output <FILE>          Where to write the findings instead of standard output; - is standard output
          --fix                    Apply safe fixes to .gate files, and report the rest
          --unsafe                 With --fix: also apply fixes that may change the meaning
          --diff                   With --fix: write nothing; print the changes
          --today <DATE>           Check expiry dates as of this date, such as 2027-01-31, instead of today in UTC
          --baseline <FILE>        Do not report findings that are in this file
          --write-baseline <FILE>  Write the findings to this file for --baseline instead of reporting them
          --config <FILE>          Use this configuration instead of the nearest gatewright.toml
          --force-exclude          Skip files that the configuration excludes, also on the command line
          --select <RULES>         Report only these rules and errors of the language
          --ignore <RULES>         Do not report these rules
          --deny <WHAT>            Also fail on warnings, or on notes and warnings: warnings or notes
          --manifest <TOOLS>       The server's tools, as tools/list returns them, for policy.json files
          --allow-read <PATH>      Let policies read this file or folder outside the project; may be given more than once
          --format <FORMAT>        The format of findings: human, concise, json, sarif, github or junit [default: human]
          --color <WHEN>           When to use colours: auto (on a terminal), always or never [default: auto]
      -h, --help                   Print help

    Folders are searched for *.gate, policy.json and *.policy.json, honouring .gitignore. A .gate file that
    another checked file includes is checked as part of that file.

    The nearest gatewright.toml, in the folder of a file or above it, configures the rules. Files that it
    excludes are skipped in folders, and with --force-exclude also on the command line.

    Policies may read files in their own project: their repository, or else the folder on the command line,
    or else their own folder. Use --allow-read to allow more.

    A safe fix never allows a call that was blocked, and does what the author plainly meant. Fixes are
    applied to .gate files in the given paths until nothing changes; the rest is reported. With --diff, the
    report goes to standard error.

    Example: gatewright check policies
    "#);
}

#[test]
fn fmt() {
    insta::assert_snapshot!(help("fmt"), @r#"
    Format .gate files in place

    Usage: gatewright fmt [OPTIONS] <PATH>...

    Arguments:
      <PATH>...  Files and folders, or -

    Options:
          --check                  Write nothing; report files that are not formatted, and exit with 1 if there are any
          --diff                   Write nothing; print the changes
          --stdin-filename <FILE>  With -: the file name to use for standard input
          --config <FILE>          Use this configuration instead of the nearest gatewright.toml
          --force-exclude          Skip files that the configuration excludes, also on the command line
          --format <FORMAT>        The format of findings: human, concise, json, sarif, github or junit [default: human]
          --color <WHEN>           When to use colours: auto (on a terminal), always or never [default: auto]
      -h, --help                   Print help

    Formatting keeps every comment and the meaning. Writes nothing if any of the files has errors.
    The path - formats standard input to standard output. Lines end with LF; --check also accepts CRLF.
    Files that the nearest gatewright.toml excludes are skipped in folders.

    Example: gatewright fmt policies --check
    "#);
}

#[test]
fn diff() {
    insta::assert_snapshot!(help("diff"), @r#"
    Compare two versions of a policy by the calls that they let through

    Usage: gatewright diff [OPTIONS] [PATH]...

    Arguments:
      [PATH]...  OLD and NEW, or with --against files and folders

    Options:
          --against <REV>         Compare every policy with its version in this git revision
          --old-manifest <TOOLS>  The server's tools for the old policies, instead of the manifest that they name
          --new-manifest <TOOLS>  The server's tools for the new policies, instead of the manifest that they name
          --fail-on <WHAT>        Exit with 1 if more gets through (wider), or if anything differs (changed)
          --format <FORMAT>       The format of the comparison: human, json, markdown, github or sarif [default: human]
          --allow-read <PATH>     Let policies read this file or folder outside the project; may be given more than once
          --color <WHEN>          When to use colours: auto (on a terminal), always or never [default: auto]
      -h, --help                  Print help

    OLD and NEW are .gate files, policy.json files, or REV:PATH for a file in a git revision, with its includes,
    manifest and configuration of that revision. As in git, PATH begins at the root of the repository, and
    ./PATH in the current folder. To name a file with a colon in its name, write ./FILE.

    With --against, every policy in the given files and folders (by default this folder) is compared with its
    version in a revision.

    To see what a server's new tools mean for a policy, name the same policy twice, with --old-manifest and
    --new-manifest.

    Example: gatewright diff --against main policies
    "#);
}

#[test]
fn decompile() {
    insta::assert_snapshot!(help("decompile"), @r#"
    Turn a policy.json into a .gate file

    Usage: gatewright decompile [OPTIONS] <FILE>

    Arguments:
      <FILE>  The policy.json; - is standard input

    Options:
          --manifest <TOOLS>  The server's tools, as tools/list returns them; allows globs and sets in the result
      -o, --output <OUT>      Where to write the result; - is standard output
          --format <FORMAT>   The format of findings: human, concise, json, sarif, github or junit [default: human]
          --color <WHEN>      When to use colours: auto (on a terminal), always or never [default: auto]
      -h, --help              Print help

    The result is the shortest .gate text that compiles to the same policy.

    Example: gatewright decompile policy.json --manifest tools.json -o agent.gate
    "#);
}

#[test]
fn explain() {
    insta::assert_snapshot!(help("explain"), @r#"
    Explain a diagnostic code, or list all codes

    Usage: gatewright explain [OPTIONS] [CODE]

    Arguments:
      [CODE]  The code, as shown in brackets in a finding

    Options:
          --color <WHEN>  When to use colours: auto (on a terminal), always or never [default: auto]
      -h, --help          Print help

    Each page says what the code reports and why, with a wrong and a right example.

    Example: gatewright explain unknown-tool
    "#);
}

#[test]
fn schema() {
    insta::assert_snapshot!(help("schema"), @r#"
    Print the JSON Schema of policy.json

    Usage: gatewright schema [OPTIONS]

    Options:
          --color <WHEN>  When to use colours: auto (on a terminal), always or never [default: auto]
      -h, --help          Print help

    The schema uses the dialect 2020-12, for editors and other validators.

    Example: gatewright schema > policy.schema.json
    "#);
}

#[test]
fn completions() {
    insta::assert_snapshot!(help("completions"), @r#"
    Print a completion script for a shell

    Usage: gatewright completions [OPTIONS] <SHELL>

    Arguments:
      <SHELL>  The shell [possible values: bash, elvish, fish, powershell, zsh]

    Options:
          --color <WHEN>  When to use colours: auto (on a terminal), always or never [default: auto]
      -h, --help          Print help

    The shells are bash, elvish, fish, powershell and zsh.

    Example: gatewright completions fish > ~/.config/fish/completions/gatewright.fish
    "#);
}

#[test]
fn the_version_is_that_of_the_package() {
    let run = Folder::new().run(&["--version"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_eq!(run.stdout, format!("gatewright {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn wrong_calls_end_with_2_and_print_no_result() {
    let folder = Folder::new().with("a.gate", "default deny\n").with("policy.json", "{}\n");
    for call in [
        &[][..],
        &["chek"],
        &["check"],
        &["check", "a.gate", "--format", "xml"],
        &["check", "a.gate", "--nonsense"],
        &["compile"],
        &["compile", "a.gate", "b.gate"],
        &["compile", "policy.json"],
        &["decompile", "a.gate"],
        &["fmt"],
        &["fmt", "policy.json"],
        &["fmt", "-", "a.gate"],
        &["explain", "no-such-code"],
        &["completions", "tcsh"],
        &["schema", "extra"],
        &["explain", "syntax", "--format", "json"],
    ] {
        let run = folder.run(call);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{call:?}: {}", run.stderr);
        assert!(!run.stderr.is_empty(), "{call:?}");
    }
}

#[test]
fn every_shell_has_completions() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = Folder::new().run(&["completions", shell]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        for word in
            ["compile", "check", "fmt", "decompile", "explain", "schema", "manifest", "against"]
        {
            assert!(run.stdout.contains(word), "{shell} lacks {word}");
        }
    }
}

#[test]
fn the_schema_is_printed_as_it_lies_in_the_repository() {
    let run = Folder::new().run(&["schema"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_eq!(run.stdout, gatewright::policy_json::SCHEMA);
    assert!(run.json().is_object());
}
