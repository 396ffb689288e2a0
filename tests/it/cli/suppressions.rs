//! Suppressions as the program judges them: by the calendar, or as of a given day.

use super::run::Folder;

#[test]
fn a_suppression_ends_on_its_day() {
    let policy = "default deny\nallow set_run_tag # gatewright: allow(uncapped-write) until 2027-01-31 Counted.\n";
    let folder = Folder::new().with("a.gate", policy);
    let codes = |day: &str| {
        let run = folder.run(&["check", "a.gate", "--today", day, "--format", "json"]);
        assert_eq!(run.code, 0, "{}", run.shown());
        let found = run.json()["diagnostics"].as_array().unwrap().clone();
        found.iter().map(|found| found["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(codes("2027-01-31"), [] as [&str; 0]);
    assert_eq!(codes("2027-02-01"), ["uncapped-write", "expired-suppression"]);
}

#[test]
fn without_a_day_the_clock_is_asked() {
    let folder = Folder::new()
        .with(
            "past.gate",
            "default deny\nallow set_tag # gatewright: allow(uncapped-write) until 2020-01-31 So.\n",
        )
        .with(
            "future.gate",
            "default deny\nallow set_tag # gatewright: allow(uncapped-write) until 9999-12-31 So.\n",
        );
    let past = folder.run(&["check", "past.gate"]);
    assert!(past.stdout.contains("warning[expired-suppression]"), "{}", past.shown());
    let future = folder.run(&["check", "future.gate"]);
    assert_eq!(future.stdout, "");
}

#[test]
fn the_day_has_to_exist() {
    let folder = Folder::new().with("a.gate", "default deny\n");
    for (day, reason) in [
        ("tomorrow", "write the year, month and day, such as 2027-01-31"),
        ("2027-02-30", "`2027-02-30` is not a date: that month ends on 2027-02-28"),
        ("2027-13-01", "`2027-13-01` is not a date"),
    ] {
        let run = folder.run(&["check", "a.gate", "--today", day]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""));
        assert!(run.stderr.contains(&format!("'--today <DATE>': {reason}\n")), "{}", run.stderr);
    }
}

#[test]
fn compiling_says_nothing_about_suppressions() {
    let policy = "allow x\n\
        rate y 5/hour # gatewright: allow(inert-rule) until 2020-01-31 Granted by others.\n\
        allow z # gatewright: allow(hidden-allow) Not at all.\n";
    let folder = Folder::new().with("a.gate", policy);
    let run = folder.run(&["compile", "a.gate"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let folder = Folder::new().with("a.gate", "allow x # gatewright: allow(hidden-alow) So.\n");
    let run = folder.run(&["compile", "a.gate"]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert!(run.stderr.contains("error[invalid-suppression]"), "{}", run.stderr);
}
