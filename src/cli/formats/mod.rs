//! The forms in which findings are written. One file per form.
//!
//! A form only renders: it knows no stream and no file. What is read by people hides no character, whatever the
//! constructor of a finding did; what is read by programs keeps strings exact where the form can hold them.

mod concise;
mod excerpt;
pub mod github;
mod human;
pub mod json;
mod junit;
pub mod sarif;
mod shown;
mod step_summary;
pub mod test_results;
mod window;

pub use self::test_results::TestReportFile;

use self::shown::Shown;
use super::Format;
use super::report::{Finding, Report};
use super::root::Root;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{Position, SourceSet, Span};
use crate::text;

/// How many characters of a line of a message, note or help are shown at most, and how many lines.
const MAX_WORDS: usize = 2_000;

/// The findings of a report in one form. Colours are for people: the other forms have none.
///
/// Of the findings in one file only the most severe are shown, and the rest is counted. A SARIF log has all of them, because
/// services close what the next log does not have; it names files as seen from `root`.
pub fn render(
    format: Format,
    report: &Report,
    findings: &[Finding<'_>],
    root: &Root,
    colored: bool,
) -> String {
    if format == Format::Sarif {
        return text_of(sarif::write(report, findings, root));
    }
    let shown = Shown::new(findings);
    match format {
        Format::Human => text_of(human::findings(&shown.findings, colored)) + &rest(&shown),
        Format::Concise => concise::findings(&shown.findings, colored) + &rest(&shown),
        Format::Json => text_of(json::write(report, findings, &shown)),
        Format::Github => github::findings(&shown, root),
        Format::Junit | Format::Sarif => junit::write(report, &shown),
    }
}

/// What to say beside a form that cannot hold all findings.
pub fn limit(format: Format, report: &Report, findings: &[Finding<'_>]) -> Option<String> {
    let total = findings.len() + report.suppressed().len();
    (format == Format::Sarif && total > sarif::MAX_RESULTS).then(|| {
        let most = sarif::MAX_RESULTS;
        format!(
            "the log contains only the {most} most severe of {total} findings: GitHub accepts \
                 no more"
        )
    })
}

/// A line for people about each file with more findings than are shown.
fn rest(shown: &Shown<'_>) -> String {
    let line = |file: &shown::Omitted<'_>| {
        format!("note: {file} in `{}`, none of them more severe\n", words(file.path))
    };
    shown.omitted.iter().map(line).collect()
}

/// The findings as a section of Markdown, for the page on which GitHub shows what a job did.
pub fn step_summary(report: &Report, findings: &[Finding<'_>]) -> String {
    step_summary::section(&report.summary(findings), &Shown::new(findings))
}

/// The writers of bytes write nothing but UTF-8.
fn text_of(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Where a span lies: path, first character and the character after the last. What lies outside of its file is
/// drawn to the end; a file that was never read has no path.
fn positions(sources: &SourceSet, span: Span) -> (&str, Position, Position) {
    let Some(file) = sources.get(span.file) else {
        let nowhere = Position { line: 1, column: 1, offset: 0 };
        return ("", nowhere, nowhere);
    };
    let length = u32::try_from(file.text().len()).unwrap_or(u32::MAX);
    let at = |offset: u32| file.position(offset.min(length));
    (file.path(), at(span.start), at(span.end))
}

/// What to do about a finding: its help, or what its fixes do.
fn advice(diagnostic: &Diagnostic) -> impl Iterator<Item = &str> {
    let fixes: &[_] = if diagnostic.help.is_some() { &[] } else { &diagnostic.fixes };
    let titles = fixes.iter().map(|fix| fix.title.as_str());
    diagnostic.help.as_deref().into_iter().chain(titles)
}

/// All that a finding says besides its message, in plain words: the notes, then what to do, each beginning on a
/// line of its own.
fn background(diagnostic: &Diagnostic) -> Vec<String> {
    let notes = diagnostic.notes.iter().map(|note| paragraph(note));
    let advice = advice(diagnostic).map(|help| format!("help: {}", paragraph(help)));
    notes.chain(advice).collect()
}

/// The severity as people are told it.
fn noun(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// One line, cleaned.
fn words(message: &str) -> String {
    text::excerpt(message, MAX_WORDS)
}

/// Several lines, each cleaned.
fn paragraph(message: &str) -> String {
    let lines: Vec<String> = message.lines().take(MAX_WORDS).map(words).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests;
