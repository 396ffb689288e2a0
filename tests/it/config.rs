//! The configuration file: what it says, and what is said about it.

use std::path::Path;

use gatewright::config::{self, Config};
use gatewright::diagnostic::{Code, Diagnostic, Severity};
use gatewright::lint::{Settings, Thresholds};
use gatewright::source::SourceSet;

use crate::support::plain_diagnostics;

/// What a text comes to, and its findings as plain lines.
fn read(text: &str) -> (Config, String) {
    let mut sources = SourceSet::default();
    let file = sources.add("gatewright.toml", text);
    let (config, findings) = config::read(file, text);
    let all = |test: fn(&Diagnostic) -> bool| findings.iter().all(test);
    assert!(all(|finding| finding.code == Code::InvalidConfiguration && finding.is_error()));
    (config, plain_diagnostics(&sources, &findings))
}

fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/config");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn a_configuration_says_what_stands_in_it() {
    let (config, findings) = read(&fixture("good.toml"));
    assert_eq!(findings, "");
    assert_eq!(config.targets(), ["policy-json"]);
    let severities = [
        (Code::UncappedWrite, Some(Severity::Error)),
        (Code::OpenDefault, Some(Severity::Info)),
        (Code::BoundaryBurst, None),
        (Code::MissingReason, Some(Severity::Warning)),
    ];
    assert_eq!(config.settings().severities, severities.into());
    assert_eq!(config.settings().thresholds, Thresholds { write: 1, execute: 10 });
    assert!(config.is_excluded("vendor/deep/a.gate"));
    assert!(config.is_excluded("old/a.gate"));
    assert!(config.is_excluded("x/drafts/y/a.gate"));
    assert!(!config.is_excluded("old/deep/a.gate"));
}

#[test]
fn the_first_pattern_of_the_text_names_the_manifest() {
    let (config, _) = read(&fixture("good.toml"));
    let manifest = |path| config.manifest_for(path).map(|manifest| manifest.path.as_str());
    assert_eq!(manifest("policies/special.policy.json"), Some("../captures/special.json"));
    assert_eq!(manifest("policies/other.policy.json"), Some("mlflow.tools.json"));
    assert_eq!(manifest("policies/deep/other.policy.json"), None);
    let text = "[manifests]\n\"z*.json\" = \"first.json\"\n\"*.json\" = \"second.json\"\n";
    let (config, _) = read(text);
    let place = config.manifest_for("za.json").unwrap().place;
    assert_eq!(&text[place.range()], "\"first.json\"");
}

#[test]
fn suppressions_are_given_with_all_that_they_say() {
    let text = fixture("good.toml");
    let (config, _) = read(&text);
    let both = config.suppressions_for("policies/old.policy.json");
    assert_eq!(both.len(), 2);
    assert_eq!(both[0].rules, [Code::UncappedWrite, Code::LooseCap]);
    assert_eq!(both[0].tools, ["set_run_tag", "log_*"]);
    assert_eq!(both[0].until.map(|day| day.to_string()).as_deref(), Some("2027-01-31"));
    assert_eq!(both[0].reason, "It is replaced in the next release.");
    assert_eq!(&text[both[0].place.range()], "[[suppress]]");
    assert!(both[0].place < both[1].place);
    assert_eq!(both[1].until.map(|day| day.to_string()).as_deref(), Some("2028-02-29"));
    assert!(both[1].tools.is_empty());
    assert_eq!(config.suppressions_for("deep/er/x.policy.json"), [both[1]]);
    assert!(config.suppressions_for("policy.json").is_empty());
}

#[test]
fn an_empty_configuration_changes_nothing() {
    for text in ["", "\u{feff}\r\n# Nothing.\r\n", "exclude = []\n[rules]\n[manifests]\n"] {
        let (config, findings) = read(text);
        assert_eq!(findings, "");
        assert_eq!(*config.settings(), Settings::default());
        assert!(!config.is_excluded("a.gate"));
        assert!(config.manifest_for("policy.json").is_none());
    }
}

#[test]
fn every_mistake_is_found_at_its_place() {
    for name in ["mistakes.toml", "shapes.toml", "syntax.toml", "unclosed.toml", "escapes.toml"] {
        let text = fixture(name);
        let (_, findings) = read(&text);
        insta::with_settings!({snapshot_suffix => name, omit_expression => true}, {
            insta::assert_snapshot!("mistakes", format!("{text}\n=====\n{findings}"));
        });
    }
}

#[test]
fn what_is_right_holds_beside_what_is_wrong() {
    let (config, _) = read(&fixture("mistakes.toml"));
    assert!(config.is_excluded("vendor/a.gate"));
    assert!(config.settings().severities.is_empty());
    assert_eq!(config.settings().thresholds, Thresholds::default());
    for path in ["a.policy.json", "b.gate", "c.policy.json", "old.gate"] {
        assert!(config.manifest_for(path).is_none(), "{path}");
        assert!(config.suppressions_for(path).is_empty(), "{path}");
    }
    let (config, _) = read("[rules]\nloose-cap = \"error\"\nloose-cup = \"error\"\nx = y\n");
    assert_eq!(config.settings().severity(Code::LooseCap), Some(Severity::Error));
}

#[test]
fn a_suppression_with_a_mistake_suppresses_nothing() {
    let right = "[[suppress]]\npath = \"a.json\"\nrules = [\"loose-cap\"]\nreason = \"r\"\n";
    assert_eq!(read(right).0.suppressions_for("a.json").len(), 1);
    for wrong in ["until = 1\n", "tools = [1]\n", "tols = [\"x\"]\n", "tools = []\n", "until = x\n"]
    {
        let (config, findings) = read(&format!("{right}{wrong}"));
        assert_ne!(findings, "", "{wrong}");
        assert!(config.suppressions_for("a.json").is_empty(), "{wrong}");
    }
}

#[test]
fn the_page_shows_what_is_wrong_and_what_is_right() {
    let page = Code::InvalidConfiguration.explanation();
    assert_ne!(read(&page.wrong[0].text).1, "");
    assert_eq!(read(&page.right[0].text).1, "");
}

#[test]
fn every_prefix_of_a_configuration_is_read() {
    for name in ["good.toml", "mistakes.toml", "syntax.toml", "escapes.toml"] {
        let text = fixture(name);
        for (end, _) in text.char_indices() {
            let start = &text[..end];
            let mut sources = SourceSet::default();
            let file = sources.add("gatewright.toml", start);
            let (_, findings) = config::read(file, start);
            // Whatever is wrong is shown at characters of the text.
            for finding in findings {
                let labels = std::iter::once(&finding.primary).chain(&finding.labels);
                for span in labels.map(|label| label.span) {
                    assert!(start.get(span.range()).is_some(), "{name} {end}: {finding:?}");
                }
            }
        }
        // What is right up to a line is right without the lines after it.
        if name == "good.toml" {
            for (end, _) in text.match_indices("\n\n") {
                assert_eq!(read(&text[..end]).1, "", "{end}");
            }
        }
    }
}

#[test]
fn hostile_configurations_end() {
    let lines = |line: &str| (0..5_000).map(|n| line.replace('N', &n.to_string())).collect();
    for text in [
        "[".repeat(20_000),
        "{a=".repeat(20_000),
        "a.".repeat(20_000),
        "x = [".repeat(5_000),
        "[[suppress]]\n".repeat(5_000),
        lines("ruleN = uncapped\n"),
        lines("[aN\n"),
        lines("keyN = 1\n"),
        format!("[rules]\n{}", lines("uncapped-writN = \"of\"\n")),
        format!("exclude = [{}]\n", lines("\"a*N?[b]\", \n")),
    ] {
        let (_, findings) = read(&text);
        assert!(findings.lines().count() < 1_600, "{}", &text[..20]);
    }
    let (_, findings) = read(&"#".repeat(config::MAX_BYTES + 1));
    assert!(findings.contains("the configuration is 1048577 bytes long"), "{findings}");
}
