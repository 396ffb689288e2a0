//! `gatewright fmt`

use super::run::Folder;

const UNTIDY: &str = "# kept\ndefault   deny\r\nallow x\r\n";
const TIDY: &str = "# kept\ndefault deny\nallow x\n";

#[test]
fn files_are_formatted_in_place() {
    let folder =
        Folder::new().with("p/a.gate", UNTIDY).with("p/b.gate", TIDY).with("p/policy.json", "{  }");
    let run = folder.run(&["fmt", "p"]);
    insta::assert_snapshot!(run.shown(), @r#"
    exit 0
    -- out
    -- error
    formatted p/a.gate
    "#);
    assert_eq!((folder.read("p/a.gate").as_str(), folder.read("p/b.gate").as_str()), (TIDY, TIDY));
    let run = folder.run(&["fmt", "p"]);
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""));
}

#[test]
fn standard_input_goes_to_standard_output() {
    let run = Folder::new().run_on(UNTIDY, &["fmt", "-"]);
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, TIDY, ""));
    let run = Folder::new().run_on(TIDY, &["fmt", "-"]);
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, TIDY, ""));
    let run = Folder::new().run_on("alow x\n", &["fmt", "-"]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert!(run.stderr.contains("<stdin>:1:1"), "{}", run.stderr);
}

#[test]
fn with_an_error_in_one_file_none_is_written() {
    let folder = Folder::new().with("a.gate", UNTIDY).with("b.gate", "alow x\n");
    for words in [&["fmt", "."][..], &["fmt", ".", "--diff"]] {
        let run = folder.run(words);
        assert_eq!((run.code, run.stdout.as_str()), (1, ""));
        assert!(run.stderr.contains("b.gate:1:1"), "{}", run.stderr);
        assert!(run.stderr.ends_with("\n1 error in 2 files\n"), "{}", run.stderr);
    }
    assert_eq!(folder.read("a.gate"), UNTIDY);
}

#[test]
fn check_reports_and_writes_nothing() {
    let folder = Folder::new().with("a.gate", UNTIDY).with("b.gate", TIDY);
    let run = folder.run(&["fmt", "a.gate", "b.gate", "--check"]);
    insta::assert_snapshot!(run.shown(), @r#"
    exit 1
    -- out
    -- error
    error[unformatted]: the file is not formatted
      ┌─ a.gate:2:1
      │
    2 │ default   deny
      │ ^^^^^^^^^^^^^^ first difference here
      │
      = help: run `gatewright fmt a.gate`

    1 error in 2 files
    "#);
    assert_eq!(folder.read("a.gate"), UNTIDY);
    let run = folder.run(&["fmt", "b.gate", "--check"]);
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""));
    let run = folder.run_on(UNTIDY, &["fmt", "-", "--check", "--format", "json"]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert_eq!(run.json_error()["diagnostics"][0]["code"], "unformatted");
    assert_eq!(run.json_error()["diagnostics"][0]["help"], "run `gatewright fmt -`");
}

#[test]
fn diff_shows_and_writes_nothing() {
    let folder = Folder::new().with("a.gate", UNTIDY).with("b.gate", TIDY);
    let run = folder.run(&["fmt", ".", "--diff"]);
    insta::assert_snapshot!(run.shown(), @r#"
    exit 0
    -- out
    --- a/a.gate
    +++ b/a.gate
    @@ -1,3 +1,3 @@
     # kept
    -default   deny\u{d}
    -allow x\u{d}
    +default deny
    +allow x
    -- error
    "#);
    assert_eq!(folder.read("a.gate"), UNTIDY);
    let both = folder.run(&["fmt", ".", "--diff", "--check"]);
    assert_eq!((both.code, &both.stdout), (1, &run.stdout));
    assert!(both.stderr.starts_with("error[unformatted]: "), "{}", both.stderr);
}

#[test]
fn unless_every_path_can_be_read_none_is_formatted() {
    let folder = Folder::new().with("a.gate", UNTIDY).with("policy.json", "{}");
    let run = folder.run(&["fmt", "a.gate", "no.gate", "policy.json"]);
    insta::assert_snapshot!(run.shown(), @r#"
    exit 2
    -- out
    -- error
    error: `policy.json` is not a `.gate` file
      = help: use a file that ends in `.gate`, or a folder
    error: cannot read `no.gate`: no such file
    "#);
    assert_eq!(folder.read("a.gate"), UNTIDY);
}

#[cfg(unix)]
#[test]
fn permissions_and_links_stay_what_they_are() {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    let folder = Folder::new().with("real/a.gate", UNTIDY);
    fs::set_permissions(folder.path("real/a.gate"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real/a.gate", folder.path("link.gate")).unwrap();
    assert_eq!(folder.run(&["fmt", "."]).code, 0);
    assert_eq!(folder.read("real/a.gate"), TIDY);
    assert!(fs::symlink_metadata(folder.path("link.gate")).unwrap().is_symlink());
    let mode = fs::metadata(folder.path("real/a.gate")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn check_accepts_the_line_ends_of_windows() {
    let windows = TIDY.replace('\n', "\r\n");
    let folder = Folder::new().with("a.gate", &windows).with("b.gate", "allow x\r\ndeny   y\r\n");
    let run = folder.run(&["fmt", "a.gate", "--check"]);
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""));
    // The place is that of the first line that differs in more than its end.
    let run = folder.run(&["fmt", "b.gate", "--check"]);
    assert!(run.code == 1 && run.stderr.contains("b.gate:2:1"), "{}", run.shown());
    // What is written has line feeds.
    folder.run(&["fmt", "a.gate"]);
    assert_eq!(folder.read("a.gate"), TIDY);
}
