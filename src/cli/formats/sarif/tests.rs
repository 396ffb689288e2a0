//! The log, with texts that try to break out of it.

use serde_json::{Value, json};

use super::super::tests::hostile;
use super::*;
use crate::diagnostic;
use crate::source::{SourceSet, Span};
use crate::text::is_hidden;

fn log(report: &Report) -> Value {
    let bytes = write(report, &report.findings(), &Root::default());
    serde_json::from_slice(&bytes).unwrap()
}

fn results(report: &Report) -> Vec<Value> {
    log(report)["runs"][0]["results"].as_array().unwrap().clone()
}

/// The address of a file at a path, and whether it is relative to the root.
fn address(path: &str) -> (String, bool) {
    let mut sources = SourceSet::default();
    let file = sources.add(path, "x");
    let mut report = Report::default();
    report.add(sources, vec![Diagnostic::new(Code::Syntax, Span::new(file, 0, 1), "wrong")]);
    let result = results(&report).remove(0);
    let artifact = &result["locations"][0]["physicalLocation"]["artifactLocation"];
    let base = &artifact["uriBaseId"];
    assert!(base.is_null() || base == "%SRCROOT%");
    (artifact["uri"].as_str().unwrap().to_owned(), !base.is_null())
}

/// What the standard demands of a log, as far as it is used here.
fn validator() -> jsonschema::Validator {
    let schema = include_str!("../../../../tests/fixtures/sarif/parts.schema.json");
    jsonschema::draft202012::new(&serde_json::from_str(schema).unwrap()).unwrap()
}

#[test]
fn the_log_has_what_the_standard_demands() {
    let validator = validator();
    for report in [hostile(), Report::default()] {
        let log = log(&report);
        let errors: Vec<String> = validator.iter_errors(&log).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}\n{log:#}");
    }
}

#[test]
fn a_log_that_lacks_what_the_standard_demands_is_refused() {
    let validator = validator();
    let log = log(&hostile());
    for path in [
        "/version",
        "/runs",
        "/runs/0/tool",
        "/runs/0/tool/driver",
        "/runs/0/tool/driver/name",
        "/runs/0/tool/driver/rules/0/id",
        "/runs/0/tool/driver/rules/0/help/text",
        "/runs/0/results/0/message",
        "/runs/0/results/0/locations/0/physicalLocation/artifactLocation",
        "/runs/0/results/0/locations/0/physicalLocation/region/startLine",
        "/runs/0/results/0/fixes/0/artifactChanges",
        "/runs/0/results/0/fixes/0/artifactChanges/0/artifactLocation",
        "/runs/0/results/0/fixes/0/artifactChanges/0/replacements",
        "/runs/0/results/0/fixes/0/artifactChanges/0/replacements/0/deletedRegion",
        "/runs/0/results/5/suppressions/0/kind",
    ] {
        let (parent, key) = path.rsplit_once('/').unwrap();
        let mut changed = log.clone();
        let object = changed.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        let value = object.remove(key).unwrap();
        assert!(!validator.is_valid(&changed), "{path} may be absent");
        let object = changed.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        object.insert(key.to_owned(), value);
        object.insert("misspelt".to_owned(), json!(1));
        assert!(!validator.is_valid(&changed), "{parent} may have any property");
    }
}

#[test]
fn every_part_of_a_finding_is_written() {
    let report = hostile();
    let mut log = log(&report);
    // The pages have their own test.
    log["runs"][0]["tool"]["driver"]["rules"] = json!([]);
    log["runs"][0]["tool"]["driver"]["version"] = json!("0.0.0");
    let pretty = serde_json::to_string_pretty(&log).unwrap();
    let shown: Vec<_> = pretty.lines().map(crate::text::clean).collect();
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn the_log_hides_nothing_and_has_a_line_for_each_result() {
    let report = hostile();
    let text = String::from_utf8(write(&report, &report.findings(), &Root::default())).unwrap();
    assert!(!text.contains(|found| found != '\n' && is_hidden(found)), "{text:?}");
    assert_eq!(text.lines().filter(|line| line.starts_with("{\"ruleId\":")).count(), 6);
}

#[test]
fn rules_are_described_by_their_pages() {
    let report = hostile();
    let log = log(&report);
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    let ids: Vec<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["uncapped-write", "critical-by-set", "loose-cap", "missing-reason"]);
    for result in log["runs"][0]["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(result["ruleId"], ids[index]);
    }
    let page = Code::UncappedWrite.explanation();
    let rule = &rules[0];
    assert_eq!(rule["name"], "UncappedWrite");
    assert_eq!(rule["shortDescription"]["text"], page.summary);
    assert_eq!(rule["help"]["markdown"], page.text.trim_end());
    assert_eq!(rule["defaultConfiguration"]["level"], "warning");
    assert_eq!(rule["properties"], json!({"tags": ["open-doors"], "problem.severity": "warning"}));
    let plain = rule["help"]["text"].as_str().unwrap();
    assert!(plain.contains("\nWrong\n\ndefault deny\n") && !plain.contains("```"), "{plain}");
    let whole = rule["fullDescription"]["text"].as_str().unwrap();
    assert!(whole.starts_with(page.summary) && !whole.contains('\n'), "{whole}");
    assert!(!whole.contains("default deny"), "{whole}");
}

#[test]
fn every_code_has_a_description_that_services_take() {
    for code in Code::ALL {
        let rule = serde_json::to_value(Rule::new(*code)).unwrap();
        for key in ["shortDescription", "fullDescription", "help"] {
            let text = rule[key]["text"].as_str().unwrap();
            assert!(!text.is_empty(), "{code}: {key}");
            assert!(key == "help" || text.len() <= 1_024, "{code}: {key}");
        }
    }
}

#[test]
fn addresses_are_encoded() {
    assert_eq!(address("p q/\u{e9}#?%.gate"), ("p%20q/%C3%A9%23%3F%25.gate".to_owned(), true));
    assert_eq!(address("../x/a:b\\c.gate"), ("../x/a%3Ab%5Cc.gate".to_owned(), true));
    assert_eq!(address("/srv/a b.gate"), ("file:///srv/a%20b.gate".to_owned(), false));
    assert_eq!(address("C:/x/a b.gate"), ("file:///C:/x/a%20b.gate".to_owned(), false));
}

#[test]
fn a_fix_that_cannot_be_told_whole_is_left_out() {
    let mut sources = SourceSet::default();
    let file = sources.add("a.gate", "allow \u{4e2d}\n");
    let nowhere = {
        let mut other = SourceSet::default();
        (0..5).map(|name| other.add(format!("{name}"), "")).last().unwrap()
    };
    let fix = |title: &str, spans: &[Span]| diagnostic::Fix {
        title: title.to_owned(),
        applicability: diagnostic::Applicability::Safe,
        edits: spans
            .iter()
            .map(|span| diagnostic::Edit { span: *span, text: "y".to_owned() })
            .collect(),
    };
    let whole = Span::new(file, 0, 5);
    let fixes = [
        fix("twice", &[whole]),
        fix("twice", &[whole]),
        fix("nothing", &[]),
        fix("half", &[whole, Span::new(nowhere, 0, 0)]),
        fix("split character", &[Span::new(file, 7, 9)]),
        fix("past the end", &[Span::new(file, 0, 90)]),
        fix("two places", &[whole, Span::new(file, 6, 9)]),
    ];
    let written = fix::fixes(&sources, &fixes, &Root::default());
    let written = serde_json::to_value(&written).unwrap();
    let told = |fix: &Value| {
        let places = &fix["artifactChanges"][0]["replacements"];
        (fix["description"]["text"].clone(), places.as_array().map_or(0, Vec::len))
    };
    let told: Vec<_> = written.as_array().unwrap().iter().map(told).collect();
    assert_eq!(told, [(json!("twice"), 1), (json!("two places"), 2)]);
    let change = &written[0]["artifactChanges"][0];
    assert_eq!(change["artifactLocation"]["uri"], "a.gate");
    assert_eq!(change["replacements"][0]["deletedRegion"]["endColumn"], 6);
    assert_eq!(change["replacements"][0]["insertedContent"]["text"], "y");
}

#[test]
fn without_suppressions_no_result_speaks_of_them() {
    let mut sources = SourceSet::default();
    let file = sources.add("a.gate", "x");
    let mut report = Report::default();
    report.add(sources, vec![Diagnostic::new(Code::Syntax, Span::new(file, 0, 1), "wrong?")]);
    let result = results(&report).remove(0);
    assert!(result.get("suppressions").is_none());
    assert_eq!(result["message"]["text"], "wrong?");
}

#[test]
fn without_findings_the_log_is_whole() {
    let run = log(&Report::default())["runs"][0].clone();
    assert_eq!(run["results"], json!([]));
    assert_eq!(run["tool"]["driver"]["rules"], json!([]));
}

#[test]
fn the_log_has_no_more_results_than_github_takes() {
    let mut sources = SourceSet::default();
    let file = sources.add("a.gate", "x\n".repeat(MAX_RESULTS + 2));
    let at =
        |code, line: usize| Diagnostic::new(code, Span::new(file, 2 * line, 2 * line + 1), "w");
    let mut found: Vec<Diagnostic> =
        (0..=MAX_RESULTS).map(|line| at(Code::UncappedWrite, line)).collect();
    found.push(at(Code::CriticalBySet, MAX_RESULTS + 1));
    let silenced = at(Code::LooseCap, 0);
    let sources = std::sync::Arc::new(sources);
    let mut report = Report::default();
    report.add_suppressed(sources.clone(), silenced, "agreed", Origin::Comment);
    report.add(sources, found);

    let results = results(&report);
    assert_eq!(results.len(), MAX_RESULTS);
    let line = |at: usize| {
        results[at]["locations"][0]["physicalLocation"]["region"]["startLine"].as_u64().unwrap()
    };
    // The most severe comes first, and the last of the others are left out.
    assert_eq!(results[0]["ruleId"], "critical-by-set");
    assert_eq!((line(1), line(MAX_RESULTS - 1)), (1, MAX_RESULTS as u64 - 1));
    let said = super::super::limit(crate::cli::Format::Sarif, &report, &report.findings());
    assert_eq!(
        said.as_deref(),
        Some(
            "the log contains only the 25000 most severe of 25003 findings: GitHub accepts no more"
        )
    );
    assert_eq!(super::super::limit(crate::cli::Format::Json, &report, &report.findings()), None);
}

#[test]
fn the_last_places_are_for_what_is_suppressed() {
    let mut sources = SourceSet::default();
    let file = sources.add("a.gate", "x\n".repeat(MAX_RESULTS + 2));
    let at = |line: usize| {
        Diagnostic::new(Code::UncappedWrite, Span::new(file, 2 * line, 2 * line + 1), "w")
    };
    let sources = std::sync::Arc::new(sources);
    let mut report = Report::default();
    for line in [0, 1] {
        report.add_suppressed(sources.clone(), at(line), "agreed", Origin::Comment);
    }
    report.add(sources, (2..=MAX_RESULTS).map(at).collect());
    let results = results(&report);
    let suppressed = |result: &&Value| result["suppressions"] != json!([]);
    assert_eq!((results.len(), results.iter().filter(suppressed).count()), (MAX_RESULTS, 1));
}
