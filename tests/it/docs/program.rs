//! What the papers show of the program: it prints, lists and does what they say.

use std::process::Command;

use super::{blocks, read, root};

/// What the program prints in a folder, on both streams, with its exit code.
fn run(folder: &std::path::Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gatewright"));
    let output = command.args(arguments).current_dir(folder).env_clear().output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_readme_shows_what_the_program_prints() {
    let blocks = blocks("README.md");
    let wrong = blocks.iter().find(|block| block.info.len() == 3).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let tools = read("examples/mlflow/mlflow.tools.json");
    std::fs::write(folder.path().join("mlflow.tools.json"), tools).unwrap();
    std::fs::write(folder.path().join("agent.gate"), &wrong.text).unwrap();

    let (code, out, error) = run(folder.path(), &["check", "agent.gate"]);
    assert_eq!(code, 1);
    let shown = blocks.iter().find(|block| block.is(&["text"])).unwrap();
    assert_eq!(shown.text, format!("$ gatewright check agent.gate\n{out}{error}"));
    assert!(out.contains(&format!("[{}]", wrong.info[2])), "{out}");

    let (code, out, error) = run(folder.path(), &["check", "agent.gate", "--format", "json"]);
    assert_eq!((code, error.as_str()), (1, ""));
    let json: Vec<&str> = blocks
        .iter()
        .filter(|block| block.is(&["json"]))
        .map(|block| block.text.as_str())
        .collect();
    assert_eq!(json[1..], [out.as_str()]);
}

#[test]
fn the_readme_shows_what_a_lost_cap_opens() {
    let blocks = blocks("README.md");
    let change = blocks.iter().find(|block| block.is(&["diff"])).unwrap();
    let (old, new) = change.text.split_once('\n').unwrap();
    let (old, new) = (old.strip_prefix('-').unwrap(), new.trim_end().strip_prefix('+').unwrap());
    let folder = tempfile::tempdir().unwrap();
    let policy = read("examples/mlflow/mlflow.gate");
    assert_eq!(policy.matches(old).count(), 1);
    let tools = read("examples/mlflow/mlflow.tools.json");
    std::fs::write(folder.path().join("mlflow.tools.json"), tools).unwrap();
    std::fs::write(folder.path().join("mlflow.gate"), policy.replace(old, new)).unwrap();
    let (code, out, error) = run(folder.path(), &["check", "mlflow.gate"]);
    let shown = blocks.iter().find(|block| block.is(&["text", "open"])).unwrap();
    assert_eq!(shown.text, format!("$ gatewright check mlflow.gate\n{out}{error}"));
    assert_eq!(code, 0);
    let (code, ..) = run(folder.path(), &["check", "mlflow.gate", "--deny", "warnings"]);
    assert_eq!(code, 1);
}

#[test]
fn the_readme_lists_the_commands() {
    let (code, help, _) = run(root(), &["--help"]);
    assert_eq!(code, 0);
    let list = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let commands: Vec<&str> =
        list.lines().filter_map(|line| line.split_whitespace().next()).collect();
    let readme = read("README.md");
    let rows: Vec<&str> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("| `gatewright ")?.split([' ', '`']).next())
        .collect();
    assert_eq!(rows, commands);
}

#[test]
fn the_readme_lists_the_options_of_check_and_the_forms() {
    let (code, help, _) = run(root(), &["check", "--help"]);
    assert_eq!(code, 0);
    let readme = read("README.md");
    let table = readme.split("\n## Options of `check`\n").nth(1).unwrap();
    let table = table.split("\n## ").next().unwrap();
    let options: Vec<&str> = help
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("--")?.split(' ').next())
        .collect();
    assert!(options.len() > 10, "{help}");
    for option in options {
        assert!(table.contains(&format!("--{option}")), "--{option}");
    }
    let forms = help.split("The format of findings: ").nth(1).unwrap();
    let forms = forms.split(" [").next().unwrap().replace(" or ", ", ");
    for form in forms.split(", ") {
        assert!(readme.contains(&format!("\n| `{form}` | ")), "{form}");
    }
}

#[test]
fn the_commands_about_ci_do_what_the_page_says() {
    let folder = tempfile::tempdir().unwrap();
    let policies = folder.path().join("policies");
    std::fs::create_dir(&policies).unwrap();
    let policy = policies.join("agent.gate");
    std::fs::write(&policy, "default deny\nallow set_run_tag\n").unwrap();
    let blocks = blocks("docs/ci.md");
    let shell: Vec<&str> = blocks
        .iter()
        .filter(|block| block.is(&["sh"]))
        .flat_map(|block| block.text.lines())
        .collect();
    let call = |command: &str| {
        let words: Vec<&str> = command.split(' ').collect();
        assert_eq!(words[0], "gatewright");
        run(folder.path(), &words[1..])
    };
    let [as_of, write, read] = shell[..] else { panic!("{shell:?}") };
    assert_eq!(call(as_of).0, 0, "{as_of}");
    let (code, out, _) = call(write);
    assert_eq!((code, out.as_str()), (0, ""), "{write}");
    let (code, out, _) = call(read);
    assert_eq!((code, out.as_str()), (0, ""), "{read}");
    std::fs::write(&policy, "default deny\nallow set_run_tag\nallow add_note\n").unwrap();
    let (_, out, _) = call(read);
    assert!(out.contains("add_note") && !out.contains("set_run_tag` may write"), "{out}");
}

#[test]
fn check_says_nothing_about_the_examples() {
    let (code, out, _) = run(root(), &["check", "examples", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &report["diagnostics"]), (0, &serde_json::json!([])), "{out}");
}

#[test]
fn the_page_about_testing_shows_what_the_program_prints() {
    let folder = tempfile::tempdir().unwrap();
    let mut faults = String::new();
    let mut calls = 0;
    for block in blocks("docs/testing.md") {
        let info: Vec<&str> = block.info.iter().map(String::as_str).collect();
        match info.as_slice() {
            ["gate" | "json", "file", name] => {
                std::fs::write(folder.path().join(name), &block.text).unwrap();
            }
            ["console"] => {
                let command = block.text.lines().next().unwrap();
                let words = shell_words(command.strip_prefix("$ gatewright ").unwrap());
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                let (_, out, error) = run(folder.path(), &words);
                let shown = format!("{command}\n{out}{error}");
                if block.text != shown {
                    faults += &format!("line {} should read:\n{shown}\n", block.line);
                }
                calls += 1;
            }
            _ => faults += &format!("line {}: no test knows the block {info:?}\n", block.line),
        }
    }
    assert!(faults.is_empty(), "{faults}");
    assert!(calls > 3, "{calls}");
}

/// The words of a command line, where single quotes hold blanks.
fn shell_words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for character in line.chars() {
        match character {
            '\'' => is_quoted = !is_quoted,
            ' ' if !is_quoted => words.push(String::new()),
            other => words.last_mut().unwrap().push(other),
        }
    }
    words
}
