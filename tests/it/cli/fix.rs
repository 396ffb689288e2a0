//! `gatewright check --fix`

use super::run::Folder;

const OPEN: &str = "default deny\nallow set_tag\n";
const CAPPED: &str = "default deny\nallow set_tag 30/minute\n";

#[test]
fn an_unsafe_fix_is_only_hinted_at() {
    let folder = Folder::new().with("a.gate", OPEN);
    let run = folder.run(&["check", "a.gate", "--fix"]);
    assert_eq!(run.code, 0);
    assert!(run.stdout.starts_with("warning[uncapped-write]: "), "{}", run.stdout);
    assert_eq!(
        run.stderr,
        "1 problem has a fix that may change the meaning: use --unsafe to apply it\n1 warning in 1 file\n"
    );
    assert_eq!(folder.read("a.gate"), OPEN);
}

#[test]
fn problems_are_fixed_in_place_and_the_rest_is_reported() {
    let folder = Folder::new()
        .with("p/a.gate", "default deny\nalow set_tag\nallow @nothing\n")
        .with("p/b.gate", OPEN)
        .with("p/c.gate", CAPPED);
    let run = folder.run(&["check", "p", "--fix", "--unsafe"]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.starts_with("error[unknown-group]: "), "{}", run.stdout);
    assert!(run.stdout.contains("p/a.gate:3:7"), "{}", run.stdout);
    assert_eq!(run.stderr, "fixed 2 problems in 2 files\n1 error in 3 files\n");
    assert_eq!(folder.read("p/a.gate"), "default deny\nallow set_tag\nallow @nothing\n");
    assert_eq!(folder.read("p/b.gate"), CAPPED);
    assert_eq!(folder.read("p/c.gate"), CAPPED);
    let again = folder.run(&["check", "p", "--fix", "--unsafe"]);
    assert_eq!((again.code, again.stdout), (1, run.stdout));
    assert_eq!(again.stderr, "1 error in 3 files\n");
}

#[test]
fn a_diff_shows_and_writes_nothing() {
    let folder = Folder::new().with("a.gate", "default deny\r\nallow set_tag\r\nalow @x\r\n");
    let before = folder.read("a.gate");
    let run = folder.run(&["check", ".", "--fix", "--unsafe", "--diff"]);
    insta::assert_snapshot!(run.shown(), @r#"
    exit 1
    -- out
    --- a/a.gate
    +++ b/a.gate
    @@ -1,3 +1,3 @@
     default deny\u{d}
     allow set_tag\u{d}
    -alow @x\u{d}
    +allow @x\u{d}
    -- error
    would fix 1 problem in 1 file
    error[unknown-group]: unknown group or set `@x`
      ┌─ a.gate:3:7
      │
    3 │ allow @x
      │       ^^
      │
      = help: define it: `group x = …`

    1 error in 1 file
    "#);
    assert_eq!(folder.read("a.gate"), before);
    let nothing = folder.run(&["check", ".", "--fix", "--diff"]);
    assert_eq!((nothing.code, nothing.stdout.as_str()), (1, ""));
}

#[test]
fn a_shared_file_is_fixed_once() {
    let folder = Folder::new()
        .with("p/a.gate", "include \"../s/shared.gate\"\n")
        .with("p/b.gate", "include \"../s/../s/shared.gate\"\nallow get_tag\n")
        .with("s/shared.gate", OPEN);
    for paths in [&["p", "s"][..], &["s/shared.gate", "./p/b.gate", "p/a.gate"], &["."]] {
        let folder = Folder::new()
            .with("p/a.gate", &folder.read("p/a.gate"))
            .with("p/b.gate", &folder.read("p/b.gate"))
            .with("s/shared.gate", OPEN);
        let run = folder.run(&[&["check", "--fix", "--unsafe"], paths].concat());
        assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.shown());
        assert!(run.stderr.starts_with("fixed 1 problem in 1 file\n"), "{}", run.stderr);
        assert_eq!(folder.read("s/shared.gate"), CAPPED);
    }
}

#[cfg(unix)]
#[test]
fn a_file_with_two_names_is_fixed_once_and_its_link_stays() {
    let folder = Folder::new()
        .with("a.gate", "include \"s/shared.gate\"\n")
        .with("b.gate", "include \"link.gate\"\n")
        .with("s/shared.gate", OPEN);
    std::os::unix::fs::symlink("s/shared.gate", folder.path("link.gate")).unwrap();
    let run = folder.run(&["check", ".", "--fix", "--unsafe"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.shown());
    assert_eq!(folder.read("s/shared.gate"), CAPPED);
    assert!(std::fs::symlink_metadata(folder.path("link.gate")).unwrap().is_symlink());
}

#[test]
fn a_policy_json_is_only_reported() {
    let json = "{\"version\": \"1\", \"default\": \"deny\", \"tools\": {\"set_tag\": {}}, }\n";
    let folder = Folder::new().with("policy.json", json);
    let run = folder.run(&["check", "policy.json", "--fix", "--unsafe"]);
    assert_eq!((run.code, run.stderr.as_str()), (1, "1 error in 1 file\n"));
    assert_eq!(folder.read("policy.json"), json);
}

#[test]
fn a_misspelt_name_in_a_policy_json_is_only_reported() {
    let json = "{\"version\": \"1\", \"default\": \"deny\", \"tools\": {\"get_pge\": {}}}\n";
    let folder = Folder::new()
        .with("policy.json", json)
        .with("tools.json", "{\"tools\": [{\"name\": \"get_page\"}]}");
    let arguments = ["check", "policy.json", "--manifest", "tools.json"];
    let checked = folder.run(&arguments);
    assert!(checked.stdout.contains("undeclared-tool"), "{}", checked.shown());
    for more in [&["--fix"][..], &["--fix", "--unsafe"], &["--fix", "--unsafe", "--diff"]] {
        let run = folder.run(&[&arguments, more].concat());
        assert_eq!(run.code, checked.code, "{}", run.shown());
        assert!(!run.stderr.contains("fix"), "{}", run.shown());
        assert_eq!(folder.read("policy.json"), json);
    }
}

#[test]
fn as_json_only_what_is_left_is_written() {
    let folder = Folder::new().with("a.gate", OPEN);
    let run = folder.run(&["check", "a.gate", "--fix", "--unsafe", "--format", "json"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_eq!(run.json()["diagnostics"].as_array().unwrap().len(), 0);
    assert_eq!(folder.read("a.gate"), CAPPED);
}

#[test]
fn the_other_flags_need_fix() {
    let folder = Folder::new().with("a.gate", OPEN);
    for flag in ["--unsafe", "--diff"] {
        let run = folder.run(&["check", "a.gate", flag]);
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains("--fix"), "{}", run.stderr);
    }
    assert_eq!(folder.read("a.gate"), OPEN);
}
