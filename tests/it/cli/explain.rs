//! `gatewright explain`

use gatewright::diagnostic::Code;

use super::run::Folder;

#[test]
fn every_code_has_a_page() {
    for code in Code::ALL {
        let run = Folder::new().run(&["explain", code.name()]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{code}");
        assert_eq!(run.stdout, format!("{}\n", code.explanation().text.trim_end()));
    }
}

#[test]
fn without_a_code_all_are_listed() {
    let run = Folder::new().run(&["explain"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let names: Vec<&str> = run.stdout.lines().map(|line| line.split(' ').next().unwrap()).collect();
    let expected: Vec<&str> = Code::ALL.iter().map(|code| code.name()).collect();
    assert_eq!(names, expected);
    assert!(run.stdout.lines().all(|line| line.split_whitespace().nth(2).is_some()));
}

#[test]
fn an_unknown_code_gets_the_nearest_names() {
    let run = Folder::new().run(&["explain", "unknown-tol"]);
    insta::assert_snapshot!(run.shown(), @r#"
    exit 2
    -- out
    -- error
    error: unknown code `unknown-tol`
      = help: did you mean `unknown-tool` or `unknown-key`?
    "#);
    let run = Folder::new().run(&["explain", "frobnicate"]);
    insta::assert_snapshot!(run.shown(), @r#"
    exit 2
    -- out
    -- error
    error: unknown code `frobnicate`
      = help: list the codes with `gatewright explain`
    "#);
}
