//! Findings as commands to the runner of GitHub Actions, which shows each beside its line.
//!
//! The form is that of the documentation, "Workflow commands for GitHub Actions": a line each, in which per cent
//! signs and line breaks are escaped, and in a property colons and commas too.

use super::shown::Shown;
use super::{background, positions, words};
use crate::cli::root::Root;
use crate::diagnostic::Severity;
use crate::text::is_hidden;

/// `::error file=…,line=…,endLine=…,col=…,endColumn=…,title=…::message`, a line each.
///
/// The runner resolves paths from the root of the repository. An annotation has columns only where both lie on one line. The last is the column after the finding, as in the other
/// forms; the documentation does not say which it takes.
pub(super) fn findings(shown: &Shown<'_>, root: &Root) -> String {
    let mut out = String::new();
    for finding in &shown.findings {
        let diagnostic = finding.diagnostic;
        let (path, start, end) = positions(finding.sources, diagnostic.primary.span);
        let (command, path) = (command(diagnostic.severity), property(&root.path(path)));
        out.push_str(&format!("::{command} file={path},line={},endLine={}", start.line, end.line));
        if start.line == end.line {
            out.push_str(&format!(",col={},endColumn={}", start.column, end.column));
        }
        let title = property(&format!("gatewright {}", diagnostic.code));
        let mut lines = vec![words(&diagnostic.message)];
        lines.extend(background(diagnostic));
        out.push_str(&format!(",title={title}::{}\n", data(&lines.join("\n"))));
    }
    for file in &shown.omitted {
        let path = property(&root.path(file.path));
        out.push_str(&format!("::notice file={path},title=gatewright::{file} in this file\n"));
    }
    out
}

fn command(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    }
}

/// The message of a command. Characters that cannot be seen are shown, because the log is read by people too.
pub fn data(text: &str) -> String {
    escape(text, "%\r\n")
}

/// The value of a property.
pub fn property(text: &str) -> String {
    escape(text, "%\r\n:,")
}

fn escape(text: &str, special: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if special.contains(character) {
            out.push_str(&format!("%{:02X}", u32::from(character)));
        } else if is_hidden(character) {
            out.extend(character.escape_unicode());
        } else {
            out.push(character);
        }
    }
    out
}
