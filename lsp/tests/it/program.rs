//! The program `gatewright`, which the server has to agree with: this test binary runs it in a process of its own.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// The arguments for the process, one to a line.
const ARGUMENTS: &str = "GATEWRIGHT_TEST_ARGUMENTS";
/// Stands before what the program writes; the test runner writes too.
const MARK: &str = "\u{2}";

/// What the program says about a folder: `check --format json`.
pub fn check(folder: &Path, paths: &[&str]) -> Vec<Value> {
    let mut arguments = vec!["check", "--format", "json"];
    arguments.extend(paths);
    let written = run(folder, &arguments);
    let value: Value = serde_json::from_str(&written).unwrap();
    value["diagnostics"].as_array().unwrap().clone()
}

/// What the program writes to standard output.
fn run(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "program::the_program_runs", "--nocapture", "--quiet"])
        .env(ARGUMENTS, arguments.join("\n"))
        .current_dir(folder)
        .output()
        .unwrap();
    let written = String::from_utf8(output.stdout).unwrap();
    written.split(MARK).nth(1).expect("the program ran").to_owned()
}

#[test]
fn the_program_runs() {
    let Ok(arguments) = std::env::var(ARGUMENTS) else {
        let folder = tempfile::tempdir().unwrap();
        assert!(run(folder.path(), &["--version"]).starts_with("gatewright "));
        return;
    };
    write!(std::io::stdout(), "{MARK}").unwrap();
    let arguments = ["gatewright"].into_iter().chain(arguments.lines());
    let _ = gatewright::cli::main(arguments);
    write!(std::io::stdout(), "{MARK}").unwrap();
}
