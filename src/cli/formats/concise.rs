//! Findings for people who want to see many: a line each, as editors and `grep` show places.

use super::{advice, noun, positions, words};
use crate::cli::report::Finding;
use crate::diagnostic::{Diagnostic, Severity};

/// A longer help, in characters, is left to the other forms.
const SHORT_HELP: usize = 80;

/// `path:line:column: severity[code] message; help`, a line each.
pub fn findings(findings: &[Finding<'_>], colored: bool) -> String {
    let mut out = String::new();
    for finding in findings {
        let diagnostic = finding.diagnostic;
        let (path, start, _) = positions(finding.sources, diagnostic.primary.span);
        let (path, line, column) = (words(path), start.line, start.column);
        let (color, plain) = colors(diagnostic.severity, colored);
        let (severity, code) = (noun(diagnostic.severity), diagnostic.code);
        let message = words(&diagnostic.message);
        out.push_str(&format!(
            "{path}:{line}:{column}: {color}{severity}[{code}]{plain} {message}"
        ));
        if let Some(help) = short_help(diagnostic) {
            out.push_str(&format!("; {}", words(help)));
        }
        out.push('\n');
    }
    out
}

/// The one thing to do, if there is only one and a few words say it.
fn short_help(diagnostic: &Diagnostic) -> Option<&str> {
    let mut all = advice(diagnostic);
    let help = all.next().filter(|help| help.chars().nth(SHORT_HELP).is_none())?;
    (all.next().is_none() && !help.contains('\n')).then_some(help)
}

fn colors(severity: Severity, colored: bool) -> (&'static str, &'static str) {
    match (colored, severity) {
        (false, _) => ("", ""),
        (true, Severity::Error) => ("\u{1b}[1;31m", "\u{1b}[0m"),
        (true, Severity::Warning) => ("\u{1b}[1;33m", "\u{1b}[0m"),
        (true, Severity::Info) => ("\u{1b}[1;32m", "\u{1b}[0m"),
    }
}
