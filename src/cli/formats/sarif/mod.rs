//! Findings as a SARIF log, version 2.1.0, which services for code scanning take in.
//!
//! Written from the standard of OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0"; the numbers
//! in comments are those of its sections.

mod fix;
mod place;
mod plain;
mod rule;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

use self::fix::Fix;
use self::place::Location;
use self::rule::Rule;

pub use self::plain::{PlainResult, PlainRule, plain_log};
use super::{background, json, noun, shown, words};
use crate::cli::fingerprint::fingerprints;
use crate::cli::report::{Finding, Report, SuppressedFinding};
use crate::cli::root::Root;
use crate::diagnostic::{Code, Diagnostic};
use crate::lint::suppress::Origin;

/// The schema that the log follows, by the name that it gives itself.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The depth of the results in the log: each has a line of its own.
const RESULT_DEPTH: usize = 4;

/// The most results of a run that GitHub takes; it refuses a log with more of them as a whole.
pub(super) const MAX_RESULTS: usize = 25_000;

/// A finding, and how it is suppressed.
type SarifFinding<'r, 's> = (Finding<'r>, Option<&'s SuppressedFinding<'r>>);

/// The log, with a final line break. Past [`MAX_RESULTS`] it has the most severe findings, the suppressed ones last.
pub fn write(report: &Report, findings: &[Finding<'_>], root: &Root) -> Vec<u8> {
    let suppressed = report.suppressed();
    let silenced = suppressed.iter().map(|found| (found.finding, Some(found)));
    let all: Vec<SarifFinding<'_, '_>> =
        findings.iter().map(|finding| (*finding, None)).chain(silenced).collect();
    let found: Vec<Finding<'_>> = all.iter().map(|(finding, _)| *finding).collect();
    // A fingerprint depends on the findings before it, so that of a finding is the same whatever is left out.
    let fingerprints = fingerprints(&found, |path| root.path(path));
    let all: Vec<(SarifFinding<'_, '_>, String)> = all.into_iter().zip(fingerprints).collect();
    let shown: Vec<&(SarifFinding<'_, '_>, String)> =
        choose(findings, suppressed.len()).into_iter().filter_map(|at| all.get(at)).collect();
    let mut rules: BTreeMap<Code, usize> =
        shown.iter().map(|((finding, _), _)| (finding.diagnostic.code, 0)).collect();
    rules.values_mut().enumerate().for_each(|(index, rule)| *rule = index);
    let results = shown.iter().map(|((finding, silenced), fingerprint)| {
        let mut result = Result::new(finding, &rules, fingerprint, root);
        // Either every result says whether it is suppressed, or none (3.27.23).
        if !suppressed.is_empty() {
            result.suppressions =
                Some(silenced.iter().map(|found| Suppression::new(found)).collect());
        }
        result
    });
    log(rules.keys().map(|code| Rule::new(*code)).collect(), results.collect())
}

/// The log of these results, which refer to these rules by their numbers.
fn log(rules: Vec<Rule>, results: Vec<Result<'_>>) -> Vec<u8> {
    let driver = Driver { name: "gatewright", version: env!("CARGO_PKG_VERSION"), rules };
    let tool = SarifTool { driver };
    let run = SarifRun { tool, column_kind: "unicodeCodePoints", results };
    json::lines_at(&Log { schema: SCHEMA, version: "2.1.0", runs: [run] }, RESULT_DEPTH)
}

/// The positions of the findings that the log has room for, the most severe first if it has not room for all.
fn choose(findings: &[Finding<'_>], suppressed: usize) -> Vec<usize> {
    let mut chosen = shown::most_severe(findings, MAX_RESULTS);
    let room = MAX_RESULTS.saturating_sub(chosen.len()).min(suppressed);
    if findings.len() + suppressed > MAX_RESULTS {
        let severity = |at: &usize| findings.get(*at).map(|found| found.diagnostic.severity);
        chosen.sort_by_key(|at| Reverse(severity(at)));
    }
    chosen.extend((findings.len()..).take(room));
    chosen
}

#[derive(Serialize)]
struct Log<'r> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [SarifRun<'r>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifRun<'r> {
    tool: SarifTool,
    column_kind: &'static str,
    results: Vec<Result<'r>>,
}

#[derive(Serialize)]
struct SarifTool {
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
    partial_fingerprints: Fingerprints<'r>,
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
struct Fingerprints<'r> {
    #[serde(rename = "gatewright/v1")]
    first: &'r str,
}

#[derive(Serialize)]
struct Suppression<'r> {
    kind: &'static str,
    justification: &'r str,
}

impl<'r> Result<'r> {
    fn new(
        finding: &Finding<'r>,
        rules: &BTreeMap<Code, usize>,
        fingerprint: &'r str,
        root: &Root,
    ) -> Self {
        let Finding { sources, diagnostic } = *finding;
        let location = |label| Location::new(sources, label, root);
        let related = diagnostic.labels.iter().filter_map(location);
        Self {
            rule_id: diagnostic.code.name(),
            rule_index: rules.get(&diagnostic.code).copied().unwrap_or(0),
            // The standard has the same names for severities as people are told.
            level: noun(diagnostic.severity),
            message: Message::new(&sentences(diagnostic)),
            locations: location(&diagnostic.primary).into_iter().collect(),
            // No two may be the same (3.27.22): their numbers differ.
            related_locations: (0..).zip(related).map(|(id, found)| found.with_id(id)).collect(),
            partial_fingerprints: Fingerprints { first: fingerprint },
            fixes: fix::fixes(sources, &diagnostic.fixes, root),
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
