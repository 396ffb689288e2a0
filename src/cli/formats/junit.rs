//! Findings as JUnit's XML, which most servers that run tests can show.
//!
//! A file is a suite, a finding a case that failed, a file without findings a case that passed. A note is a case that
//! passed and printed it. There is no norm for the form: what is written is what the readers in use agree on.

use std::collections::BTreeMap;

use super::shown::{Omitted, Shown};
use super::{background, positions, words};
use crate::cli::report::{Finding, Report};
use crate::diagnostic::Severity;
use crate::text::is_hidden;

/// The findings in one file.
#[derive(Default)]
struct Suite<'f, 'r> {
    findings: Vec<&'f Finding<'r>>,
    omitted: Option<&'f Omitted<'r>>,
}

/// The document, with a final line break.
pub(super) fn write(report: &Report, shown: &Shown<'_>) -> String {
    let mut suites: BTreeMap<&str, Suite<'_, '_>> =
        report.paths().map(|path| (path, Suite::default())).collect();
    for finding in &shown.findings {
        let path = finding.sources.path(finding.diagnostic.primary.span.file);
        suites.entry(path).or_default().findings.push(finding);
    }
    for file in &shown.omitted {
        suites.entry(file.path).or_default().omitted = Some(file);
    }
    let tests: usize = suites.values().map(Suite::tests).sum();
    let failures: usize = suites.values().map(Suite::failures).sum();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.push_str(&format!(
        "<testsuites name=\"gatewright\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" \
         time=\"0\">\n"
    ));
    for (path, suite) in suites {
        suite.write(path, &mut out);
    }
    out.push_str("</testsuites>\n");
    out
}

impl Suite<'_, '_> {
    fn tests(&self) -> usize {
        (self.findings.len() + usize::from(self.omitted.is_some())).max(1)
    }

    fn failures(&self) -> usize {
        let severities = self.findings.iter().map(|finding| finding.diagnostic.severity);
        let omitted = self.omitted.iter().map(|file| file.severity);
        severities.chain(omitted).filter(|severity| fails(*severity)).count()
    }

    fn write(&self, path: &str, out: &mut String) {
        let name = escape(path);
        let (tests, failures) = (self.tests(), self.failures());
        out.push_str(&format!(
            "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" \
             skipped=\"0\" time=\"0\">\n"
        ));
        if self.findings.is_empty() {
            out.push_str(&format!(
                "    <testcase name=\"no findings\" classname=\"{name}\" file=\"{name}\" \
                 time=\"0\"/>\n"
            ));
        }
        // Readers compare two runs by the names of the cases: these do not change when lines move.
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for finding in &self.findings {
            let diagnostic = finding.diagnostic;
            let title = format!("{}: {}", diagnostic.code, words(&diagnostic.message));
            let number = seen.entry(title.clone()).or_default();
            *number += 1;
            let title = if *number == 1 { title } else { format!("{title} ({number})") };
            case(out, &name, &title, finding);
        }
        if let Some(file) = self.omitted {
            more(out, &name, file);
        }
        out.push_str("  </testsuite>\n");
    }
}

/// The case for the findings that are not shown. Its name holds no number, for two runs are compared by names.
fn more(out: &mut String, name: &str, file: &Omitted<'_>) {
    out.push_str(&format!(
        "    <testcase name=\"more findings\" classname=\"{name}\" file=\"{name}\" time=\"0\">\n"
    ));
    if fails(file.severity) {
        let severity = file.severity.name();
        out.push_str(&format!("      <failure type=\"{severity}\" message=\"{file}\"/>\n"));
    } else {
        out.push_str(&format!("      <system-out>{file}</system-out>\n"));
    }
    out.push_str("    </testcase>\n");
}

fn case(out: &mut String, file: &str, title: &str, finding: &Finding<'_>) {
    let diagnostic = finding.diagnostic;
    let (path, start, _) = positions(finding.sources, diagnostic.primary.span);
    let message = words(&diagnostic.message);
    let place = format!("{}:{}:{}", words(path), start.line, start.column);
    let mut lines = vec![format!("{place}: {message}")];
    lines.extend(background(diagnostic));
    let (title, text) = (escape(title), escape_lines(&lines.join("\n")));
    out.push_str(&format!(
        "    <testcase name=\"{title}\" classname=\"{file}\" file=\"{file}\" line=\"{}\" \
         time=\"0\">\n",
        start.line
    ));
    if fails(diagnostic.severity) {
        let (severity, message) = (diagnostic.severity.name(), escape(&message));
        out.push_str(&format!(
            "      <failure type=\"{severity}\" message=\"{message}\">{text}</failure>\n"
        ));
    } else {
        out.push_str(&format!("      <system-out>{text}</system-out>\n"));
    }
    out.push_str("    </testcase>\n");
}

fn fails(severity: Severity) -> bool {
    severity > Severity::Info
}

/// The text of an element, in which line breaks stay.
pub(super) fn escape_lines(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(escape).collect();
    lines.join("\n")
}

/// The value of an attribute. Characters that cannot be seen are written by number, and those that XML has no way
/// to write as messages show them.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            _ if !is_character(character) => out.extend(character.escape_unicode()),
            _ if is_hidden(character) => out.push_str(&format!("&#x{:X};", u32::from(character))),
            _ => out.push(character),
        }
    }
    out
}

/// Whether XML 1.0 can hold a character, be it by its number.
fn is_character(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_shown_and_what_nobody_can_see_is_numbered() {
        assert_eq!(
            escape("\0\u{b}\u{1b}\u{fffe}\u{ffff}"),
            "\\u{0}\\u{b}\\u{1b}\\u{fffe}\\u{ffff}"
        );
        assert_eq!(
            escape("\t\n\r\u{85}\u{202e}\u{e0041}"),
            "&#x9;&#xA;&#xD;&#x85;&#x202E;&#xE0041;"
        );
        assert_eq!(escape("]]> & <a b='\"'>"), "]]&gt; &amp; &lt;a b=&apos;&quot;&apos;&gt;");
        assert_eq!(escape("\u{e9}\u{4e2d}\u{1f600}"), "\u{e9}\u{4e2d}\u{1f600}");
        assert_eq!(escape_lines("a\n<\r\n"), "a\n&lt;&#xD;\n");
    }
}
