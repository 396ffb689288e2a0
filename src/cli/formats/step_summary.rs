//! Findings as a table in Markdown, for the page on which GitHub shows what a job did.

use super::shown::Shown;
use super::{advice, noun, positions};
use crate::cli::report::{Finding, Summary};
use crate::text;

/// How many bytes the table has before the rest is only counted: half of what GitHub takes from one step, since
/// other commands of the step may add to it.
const MAX_BYTES: usize = 512 * 1024;

/// How many characters of a path, a message or a help are shown.
const MAX_CELL: usize = 500;

/// The section: a heading that says how much was found, and a row for each finding.
pub(super) fn section(summary: &Summary, shown: &Shown<'_>) -> String {
    // What another command has written may end without a line break.
    let mut out = format!("\n### gatewright: {summary}\n\n");
    if shown.findings.is_empty() {
        return out;
    }
    out.push_str("| severity | place | code | finding |\n| --- | --- | --- | --- |\n");
    let mut rest = shown.findings.iter();
    while out.len() < MAX_BYTES
        && let Some(finding) = rest.next()
    {
        out.push_str(&row(finding));
    }
    match rest.len() + shown.omitted() {
        0 => {}
        more => out.push_str(&format!("\nand {}\n", text::count(more, "more finding"))),
    }
    out.push('\n');
    out
}

fn row(finding: &Finding<'_>) -> String {
    let diagnostic = finding.diagnostic;
    let (path, start, _) = positions(finding.sources, diagnostic.primary.span);
    let (severity, code) = (noun(diagnostic.severity), diagnostic.code);
    let place = format!("{}:{}:{}", cell(path), start.line, start.column);
    let mut words = cell(&diagnostic.message);
    for help in advice(diagnostic) {
        words.push_str(&format!("<br>{}", cell(help)));
    }
    format!("| {severity} | {place} | {code} | {words} |\n")
}

/// The text cleaned and cut, on one line, with a backslash before every character that Markdown may read as more
/// than itself.
fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for character in text::excerpt(text, MAX_CELL).chars() {
        if character.is_ascii_punctuation() {
            out.push('\\');
        }
        out.push(character);
    }
    out
}
