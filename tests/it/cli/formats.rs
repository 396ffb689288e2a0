//! The forms of findings, through the program: `--format` and `--output`.

use serde_json::Value;

use super::run::{Folder, Run};

/// Every form of findings.
const FORMATS: [&str; 6] = ["human", "concise", "json", "sarif", "github", "junit"];

/// A folder with a file that is wrong, in a path that needs care, and one with nothing to say about.
fn folder() -> Folder {
    Folder::new()
        .with("p q/\u{e9},%.gate", "default deny\n\u{4e2d} alow x\nalow y ]]> ::error::\n")
        .with("clean.gate", "default deny\nallow x\n")
}

fn check(folder: &Folder, format: &str) -> Run {
    folder.run(&["check", ".", "--format", format])
}

#[test]
fn every_form_ends_with_the_same_exit_code_and_says_the_same() {
    let (wrong, clean) = (folder(), Folder::new().with("a.gate", "default deny\nallow x\n"));
    for format in FORMATS {
        let run = check(&wrong, format);
        assert_eq!(run.code, 1, "{format}");
        assert!(run.stdout.contains("unknown-statement"), "{format}: {}", run.stdout);
        assert_eq!(check(&clean, format).code, 0, "{format}");
        assert_eq!(wrong.run(&["check", "no.gate", "--format", format]).code, 2, "{format}");
    }
}

#[test]
fn a_document_stands_alone_and_lines_come_with_a_summary() {
    let folder = folder();
    for format in FORMATS {
        let summary = match format {
            "json" | "sarif" | "junit" => "",
            _ => "2 errors in 2 files\n",
        };
        assert_eq!(check(&folder, format).stderr, summary, "{format}");
    }
}

#[test]
fn concise() {
    insta::assert_snapshot!(check(&folder(), "concise").stdout, @r#"
    p q/é,%.gate:2:1: error[unknown-statement] unknown statement `中`; begin a statement with a keyword such as `allow`, `deny`, `rate` or `require`
    p q/é,%.gate:3:1: error[unknown-statement] unknown statement `alow`; did you mean `allow`?
    "#);
}

#[test]
fn github() {
    insta::assert_snapshot!(check(&folder(), "github").stdout, @r#"
    ::error file=p q/é%2C%25.gate,line=2,endLine=2,col=1,endColumn=2,title=gatewright unknown-statement::unknown statement `中`%0Ahelp: begin a statement with a keyword such as `allow`, `deny`, `rate` or `require`
    ::error file=p q/é%2C%25.gate,line=3,endLine=3,col=1,endColumn=5,title=gatewright unknown-statement::unknown statement `alow`%0Ahelp: did you mean `allow`?
    "#);
}

#[test]
fn junit() {
    insta::assert_snapshot!(check(&folder(), "junit").stdout, @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="gatewright" tests="3" failures="2" errors="0" time="0">
      <testsuite name="clean.gate" tests="1" failures="0" errors="0" skipped="0" time="0">
        <testcase name="no findings" classname="clean.gate" file="clean.gate" time="0"/>
      </testsuite>
      <testsuite name="p q/é,%.gate" tests="2" failures="2" errors="0" skipped="0" time="0">
        <testcase name="unknown-statement: unknown statement `中`" classname="p q/é,%.gate" file="p q/é,%.gate" line="2" time="0">
          <failure type="error" message="unknown statement `中`">p q/é,%.gate:2:1: unknown statement `中`
    help: begin a statement with a keyword such as `allow`, `deny`, `rate` or `require`</failure>
        </testcase>
        <testcase name="unknown-statement: unknown statement `alow`" classname="p q/é,%.gate" file="p q/é,%.gate" line="3" time="0">
          <failure type="error" message="unknown statement `alow`">p q/é,%.gate:3:1: unknown statement `alow`
    help: did you mean `allow`?</failure>
        </testcase>
      </testsuite>
    </testsuites>
    "#);
}

#[test]
fn sarif() {
    let log = check(&folder(), "sarif").json();
    super::super::support::assert_fits_sarif(&log);
    let run = &log["runs"][0];
    assert_eq!(run["tool"]["driver"]["version"], env!("CARGO_PKG_VERSION"));
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 2);
    let uri = &results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(uri, "p%20q/%C3%A9%2C%25.gate");
    let fingerprints = |log: &Value| -> Vec<String> {
        let results = log["runs"][0]["results"].as_array().unwrap().iter();
        results.map(|result| result["partialFingerprints"]["gatewright/v1"].to_string()).collect()
    };
    let moved = "# new\n\ndefault deny\n\u{4e2d} alow x\n  alow y ]]> ::error::\n";
    let moved = Folder::new()
        .with("p q/\u{e9},%.gate", moved)
        .with("clean.gate", "default deny\nallow x\n");
    assert_eq!(fingerprints(&check(&moved, "sarif").json()), fingerprints(&log));
}

#[test]
fn the_summary_of_a_step_is_added_to_the_file_that_is_named() {
    let folder = folder().with("summary.md", "before");
    let run = |format: &str, path: &str| {
        let mut command = folder.command(&["check", ".", "--format", format]);
        Run::from(command.env("GITHUB_STEP_SUMMARY", path).output().unwrap())
    };
    assert_eq!(run("github", "summary.md").code, 1);
    let written = folder.read("summary.md");
    assert!(written.starts_with("before\n### gatewright: 2 errors in 2 files\n\n| "), "{written}");
    assert_eq!(written.lines().filter(|line| line.starts_with("| error | ")).count(), 2);
    assert_eq!(run("json", "summary.md").code, 1);
    assert_eq!(folder.read("summary.md"), written);
    assert_eq!(run("github", ""), check(&folder, "github"));

    let missing = run("github", "no/such.md");
    assert_eq!((missing.code, &missing.stdout), (1, &check(&folder, "github").stdout));
    let note = "cannot write the file named by GITHUB_STEP_SUMMARY: no such file\n";
    assert_eq!(missing.stderr, format!("{note}2 errors in 2 files\n"));
}

#[test]
fn findings_are_written_to_a_file() {
    let folder = folder();
    for format in FORMATS {
        let run = folder.run(&["check", ".", "--format", format, "--output", "out.txt"]);
        assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{format}");
        assert_eq!(run.stderr, "2 errors in 2 files\n", "{format}");
        assert_eq!(folder.read("out.txt"), check(&folder, format).stdout, "{format}");
        let run = folder.run(&["check", ".", "--format", format, "--output", "-"]);
        assert_eq!(run, check(&folder, format));
    }
    assert_eq!(folder.names(), ["clean.gate", "out.txt", "p q"]);
    let colored = folder
        .run(&["check", ".", "--output", "out.txt", "--format", "concise", "--color", "always"]);
    assert_eq!(colored.code, 1);
    assert!(folder.read("out.txt").contains("\u{1b}[1;31merror"));
}

#[test]
fn a_file_that_cannot_be_written_is_a_fault() {
    let folder = folder();
    let run = folder.run(&["check", ".", "--output", "no/out.txt"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert_eq!(run.stderr, "error: cannot write `no/out.txt`: no such folder\n");
}

#[test]
fn findings_are_not_written_over_what_was_read() {
    let folder = Folder::new()
        .with("a.gate", "manifest \"tools.json\"\ninclude \"b.gate\"\n")
        .with("b.gate", "allow x\n")
        .with("tools.json", "{\"tools\": [{\"name\": \"x\", \"inputSchema\": {}}]}");
    for (paths, out) in [
        (&["a.gate"][..], "a.gate"),
        (&["a.gate"], "./b.gate"),
        (&["a.gate"], "tools.json"),
        (&["a.gate", "b.gate"], "b.gate"),
    ] {
        let before = folder.read(out);
        let run = folder.run(&[&["check", "--output", out][..], paths].concat());
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{out}");
        let name = out.trim_start_matches("./");
        let fault = format!("error: `{name}` is also an input\n");
        assert_eq!(run.stderr, format!("{fault}  = help: choose another output file\n"));
        assert_eq!(folder.read(out), before);
    }
}

#[test]
fn every_command_that_reports_findings_takes_every_form() {
    let folder = Folder::new()
        .with("a.gate", "alow x\n")
        .with("policy.json", "{\"version\": \"1\"}")
        .with("tools.json", "{\"tools\": 1}");
    for call in [
        &["compile", "a.gate"][..],
        &["fmt", "a.gate"],
        &["decompile", "policy.json"],
        &["init", "tools.json"],
    ] {
        for format in FORMATS {
            let run = folder.run(&[call, &["--format", format]].concat());
            assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{call:?} {format}");
            let mark = match format {
                "human" => "error[",
                "concise" => ": error[",
                "json" => "{\"version\":1,",
                "sarif" => "{\"$schema\":",
                "github" => "::error file=",
                _ => "<?xml ",
            };
            assert!(run.stderr.contains(mark), "{call:?} {format}: {}", run.stderr);
        }
    }
}

#[test]
fn beside_a_result_lines_say_nothing_when_there_is_nothing_to_say() {
    let folder = Folder::new().with("a.gate", "default deny\n");
    for format in FORMATS {
        let run = folder.run(&["compile", "a.gate", "--format", format]);
        assert_eq!(run.code, 0);
        assert_eq!(run.stderr.is_empty(), ["human", "concise", "github"].contains(&format));
    }
}

/// A policy with this many warnings, and an error in its last line.
fn many(warnings: usize) -> String {
    let lines = (0..warnings).map(|number| format!("allow set_thing_{number}\n"));
    let mut text: String = lines.collect();
    text.push_str("rate x 5/hour\ndefault deny\n");
    text
}

/// A configuration in which the finding of the last line of [`many`] is an error.
const STRICT: &str = "[rules]\ninert-rule = \"error\"\n";

#[test]
fn of_many_findings_in_a_file_the_most_severe_are_shown_and_all_are_counted() {
    let folder = Folder::new().with("many.gate", &many(600)).with("gatewright.toml", STRICT);
    let folder = folder.with("one.gate", "default deny\nallow set_x\n");
    let run = check(&folder, "concise");
    assert_eq!(run.code, 1);
    assert_eq!(run.stdout.lines().count(), 502);
    assert!(run.stdout.contains("many.gate:601:1: error[inert-rule]"));
    assert!(run.stdout.contains("many.gate:499:7: ") && !run.stdout.contains("many.gate:500:7: "));
    assert!(
        run.stdout.ends_with("note: 101 more findings in `many.gate`, none of them more severe\n")
    );
    assert_eq!(run.stderr, "1 error, 601 warnings in 2 files\n");

    let run = check(&folder, "human");
    assert!(
        run.stdout
            .ends_with("\nnote: 101 more findings in `many.gate`, none of them more severe\n")
    );

    let document = check(&folder, "json").json();
    assert_eq!(document["diagnostics"].as_array().unwrap().len(), 501);
    assert_eq!(document["summary"]["warnings"], 601);
    assert_eq!(document["summary"]["omitted"], 101);

    let run = check(&folder, "github");
    assert_eq!(run.stdout.lines().count(), 502);
    assert!(
        run.stdout.ends_with(
            "\n::notice file=many.gate,title=gatewright::101 more findings in this file\n"
        )
    );

    let run = check(&folder, "junit");
    assert!(run.stdout.contains("<testsuites name=\"gatewright\" tests=\"502\" failures=\"502\""));
    assert!(run.stdout.contains("<failure type=\"warning\" message=\"101 more findings\"/>"));
    assert_eq!(run.stdout.matches("<testcase ").count(), 502);

    assert_eq!(results(&folder).len(), 602, "a service closes what the next log does not have");
}

#[test]
fn a_baseline_and_the_exit_code_are_about_all_findings() {
    let folder = Folder::new().with("many.gate", &many(600));
    let run = folder.run(&["check", ".", "--write-baseline", "known.json"]);
    assert!(run.stderr.contains("601 findings written"), "{}", run.stderr);
    let known = ["check", ".", "--baseline", "known.json", "--deny", "warnings"];
    assert_eq!(folder.run(&known).code, 0);
    let run = folder.with("many.gate", &(many(600) + "allow set_x\n")).run(&known);
    assert_eq!((run.code, run.stderr.lines().next()), (1, Some("1 warning in 1 file")));
    assert!(run.stdout.contains("many.gate:603:7"), "{}", run.stdout);
}

/// The results of the log for a folder.
fn results(folder: &Folder) -> Vec<Value> {
    let log = check(folder, "sarif").json();
    log["runs"][0]["results"].as_array().unwrap().clone()
}

#[test]
fn a_log_names_files_from_the_root_of_the_repository() {
    let folder = Folder::new()
        .with("r/.git/HEAD", "")
        .with("r/policies/deep/a.gate", "allow set_x\n")
        .with("b.gate", "allow set_x\n");
    let found = |from: &str, path: &str| {
        let mut command = folder.command(&["check", path, "--format", "sarif"]);
        let run = Run::from(command.current_dir(folder.path(from)).output().unwrap());
        let result = run.json()["runs"][0]["results"][0].clone();
        let artifact = result["locations"][0]["physicalLocation"]["artifactLocation"].clone();
        (artifact, result["partialFingerprints"].clone())
    };
    let expected = found("r", ".");
    assert_eq!(expected.0["uri"], "policies/deep/a.gate");
    assert_eq!(expected.0["uriBaseId"], "%SRCROOT%");
    let absolute = folder.path("r/policies");
    for (from, path) in [
        ("r/policies", "."),
        ("r/policies", "../policies"),
        ("r/policies/deep", ".."),
        (".", absolute.to_str().unwrap()),
        ("r", absolute.to_str().unwrap()),
    ] {
        if from != "." {
            assert_eq!(found(from, path), expected, "{from}: {path}");
        }
    }
    // A file elsewhere has no address below the root.
    let outside = found("r", "../b.gate").0;
    assert!(outside["uri"].as_str().unwrap().starts_with("file:///"), "{outside}");
    assert!(outside.get("uriBaseId").is_none(), "{outside}");
}
