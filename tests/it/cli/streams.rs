//! Pipes, full disks and colours.

use super::run::Folder;

#[test]
fn a_closed_pipe_is_no_fault() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = Folder::new().command(&["explain"]).stdout(writer).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty(), "{output:?}");
}

#[test]
fn a_closed_pipe_does_not_hide_errors() {
    let folder = Folder::new().with("a.gate", "alow x\n");
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = folder.command(&["check", "a.gate"]).stdout(writer).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_a_fault() {
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = Folder::new().command(&["explain"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(stderr, "error: cannot write the output: the disk is full\n");
}

/// Whether a wrong call is answered with colours, with these words and this environment.
fn colored(words: &[&str], environment: &[(&str, &str)]) -> bool {
    let folder = Folder::new();
    let call = [&["check", "no.gate"][..], words].concat();
    let output = folder.command(&call).envs(environment.iter().copied()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    output.stderr.contains(&0x1b)
}

#[test]
fn colours_are_for_terminals_unless_asked_for() {
    assert!(!colored(&[], &[("TERM", "xterm")]));
    assert!(colored(&["--color", "always"], &[]));
    assert!(colored(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(colored(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!colored(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(!colored(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
}

#[test]
fn paths_are_cleaned_before_they_are_shown() {
    let run = Folder::new().run(&["check", "a\u{1b}[31m\u{202e}.gate"]);
    assert_eq!(run.code, 2);
    assert_eq!(run.stderr, "error: cannot read `a\\u{1b}[31m\\u{202e}.gate`: no such file\n");
}
