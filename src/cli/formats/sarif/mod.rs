//! Findings as a SARIF log, version 2.1.0, which services for code scanning take in.
//!
//! Written from the standard of OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0"; the numbers
//! in comments are those of its sections.

mod fix;
mod place;
mod rule;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use self::fix::Fix;
use self::place::Location;
use self::rule::Rule;
use super::{background, json, noun, words};
use crate::cli::fingerprint::fingerprints;
use crate::cli::report::{Finding, Report, SuppressedFinding};
use crate::diagnostic::{Code, Diagnostic};
use crate::lint::suppress::Origin;

/// The schema that the log follows, by the name that it gives itself.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The depth of the results in the log: each has a line of its own.
const RESULT_DEPTH: usize = 4;

/// The log, with a final line break.
pub fn write(report: &Report, findings: &[Finding<'_>]) -> Vec<u8> {
    let suppressed = report.suppressed();
    let silenced = suppressed.iter().map(|found| (found.finding, Some(found)));
    let all: Vec<(Finding<'_>, Option<&SuppressedFinding<'_>>)> =
        findings.iter().map(|finding| (*finding, None)).chain(silenced).collect();
    let shown: Vec<Finding<'_>> = all.iter().map(|(finding, _)| *finding).collect();
    let mut rules: BTreeMap<Code, usize> =
        shown.iter().map(|finding| (finding.diagnostic.code, 0)).collect();
    rules.values_mut().enumerate().for_each(|(index, rule)| *rule = index);
    let results = all.iter().zip(fingerprints(&shown)).map(|((finding, silenced), fingerprint)| {
        let mut result = Result::new(finding, &rules, fingerprint);
        // Either every result says whether it is suppressed, or none (3.27.23).
        if !suppressed.is_empty() {
            result.suppressions =
                Some(silenced.iter().map(|found| Suppression::new(found)).collect());
        }
        result
    });
    let driver = Driver {
        name: "gatewright",
        version: env!("CARGO_PKG_VERSION"),
        rules: rules.keys().map(|code| Rule::new(*code)).collect(),
    };
    let run =
        Run { tool: Tool { driver }, column_kind: "unicodeCodePoints", results: results.collect() };
    json::lines_at(&Log { schema: SCHEMA, version: "2.1.0", runs: [run] }, RESULT_DEPTH)
}

#[derive(Serialize)]
struct Log<'r> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'r>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'r> {
    tool: Tool,
    column_kind: &'static str,
    results: Vec<Result<'r>>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
struct Driver {
    name: &'static str,
    version: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Result<'r> {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Message<'r>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<Location<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location<'r>>,
    partial_fingerprints: Fingerprints,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Fix<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressions: Option<Vec<Suppression<'r>>>,
}

#[derive(Serialize)]
struct Message<'r> {
    text: Cow<'r, str>,
}

#[derive(Serialize)]
struct Fingerprints {
    #[serde(rename = "gatewright/v1")]
    first: String,
}

#[derive(Serialize)]
struct Suppression<'r> {
    kind: &'static str,
    justification: &'r str,
}

impl<'r> Result<'r> {
    fn new(finding: &Finding<'r>, rules: &BTreeMap<Code, usize>, fingerprint: String) -> Self {
        let Finding { sources, diagnostic } = *finding;
        let related = diagnostic.labels.iter().filter_map(|label| Location::new(sources, label));
        Self {
            rule_id: diagnostic.code.name(),
            rule_index: rules.get(&diagnostic.code).copied().unwrap_or(0),
            // The standard has the same names for severities as people are told.
            level: noun(diagnostic.severity),
            message: Message::new(&sentences(diagnostic)),
            locations: Location::new(sources, &diagnostic.primary).into_iter().collect(),
            // No two may be the same (3.27.22): their numbers differ.
            related_locations: (0..).zip(related).map(|(id, found)| found.with_id(id)).collect(),
            partial_fingerprints: Fingerprints { first: fingerprint },
            fixes: fix::fixes(sources, &diagnostic.fixes),
            suppressions: None,
        }
    }
}

impl<'r> Suppression<'r> {
    fn new(found: &SuppressedFinding<'r>) -> Self {
        let kind = match found.origin {
            Origin::Comment => "inSource",
            Origin::Configuration => "external",
        };
        Self { kind, justification: found.reason }
    }
}

impl Message<'_> {
    /// A message of these words alone: braces would be read as places for arguments (3.11.5), and brackets
    /// before parentheses as links (3.11.6), which a stranger's text must not make.
    fn new(text: &str) -> Self {
        let text = text.replace('{', "{{").replace('}', "}}").replace("](", "] (");
        Self { text: text.into() }
    }
}

/// All that the finding says. The message ends as a sentence, because a viewer that is short of room shows the
/// first sentence only (3.11.3).
fn sentences(diagnostic: &Diagnostic) -> String {
    let mut message = words(&diagnostic.message);
    if !message.ends_with(['.', '?', '!', '…']) {
        message.push('.');
    }
    let mut lines = vec![message];
    lines.extend(background(diagnostic));
    lines.join("\n")
}
