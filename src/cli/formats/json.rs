//! Findings as one JSON document, for programs.
//!
//! One line per finding. Strings stay exact, but characters that a reader cannot see are escaped, because the
//! document may well end up on a terminal.

use std::io::{self, Write};
use std::sync::Arc;

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use super::positions;
use super::shown::Shown;
use crate::cli::check::baseline::BaselineComparison;
use crate::cli::report::{Finding, Report};
use crate::diagnostic;
use crate::source::{Position, SourceSet, Span, TextPart};
use crate::text::is_hidden;

/// The document, with a final line break. The summary counts all findings.
pub(super) fn write(report: &Report, findings: &[Finding<'_>], shown: &Shown<'_>) -> Vec<u8> {
    let summary = report.summary(findings);
    let omitted = Some(shown.omitted()).filter(|omitted| *omitted > 0);
    let document = JsonReport {
        version: 1,
        diagnostics: shown.findings.iter().map(FindingEntry::new).collect(),
        summary: Counts {
            files: summary.files,
            errors: summary.errors,
            warnings: summary.warnings,
            infos: summary.infos,
            suppressed: summary.suppressed,
            omitted,
        },
        baseline: report.baseline(),
    };
    lines(&document)
}

/// A document of which each element of an outermost list has a line, with a final line break.
pub fn lines(document: &impl Serialize) -> Vec<u8> {
    lines_at(document, LINE_DEPTH)
}

/// The same where the list lies deeper: `depth` counts the objects and lists around its elements.
pub fn lines_at(document: &impl Serialize, depth: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let lines = LineFormatter { depth: 0, filled: false, line_depth: depth };
    let mut serializer = Serializer::with_formatter(&mut out, lines);
    // Writing plain structures to memory cannot fail; were it to, the document would end early and be refused.
    let _ = document.serialize(&mut serializer);
    out.push(b'\n');
    out
}

#[derive(Serialize)]
struct JsonReport<'r> {
    version: u32,
    diagnostics: Vec<FindingEntry<'r>>,
    summary: Counts,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<&'r BaselineComparison>,
}

#[derive(Serialize)]
struct Counts {
    files: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
    suppressed: usize,
    /// How many findings are counted and not in the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    omitted: Option<usize>,
}

/// A finding with its places resolved: the same whatever run it comes from.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct FindingEntry<'r> {
    code: &'static str,
    severity: &'static str,
    message: &'r str,
    file: &'r str,
    start: JsonLocation,
    end: JsonLocation,
    labels: Vec<Label<'r>>,
    notes: &'r [String],
    help: Option<&'r str>,
    fixes: Vec<JsonFix<'r>>,
    /// The tools that it is about.
    tools: &'r [Arc<str>],
}

/// One-based line and column in characters; zero-based offset in bytes.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct JsonLocation {
    line: u32,
    column: u32,
    offset: u32,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Label<'r> {
    file: &'r str,
    start: JsonLocation,
    end: JsonLocation,
    message: &'r str,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct JsonFix<'r> {
    title: &'r str,
    applicability: &'static str,
    edits: Vec<Edit<'r>>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Edit<'r> {
    file: &'r str,
    start: JsonLocation,
    end: JsonLocation,
    text: &'r str,
}

impl<'r> FindingEntry<'r> {
    /// The finding as the document shows it. Words beside the primary place come as the first label.
    pub fn new(finding: &Finding<'r>) -> Self {
        let Finding { sources, diagnostic } = *finding;
        let (file, start, end) = place(sources, diagnostic.primary.span);
        let primary = Some(&diagnostic.primary).filter(|label| !label.message.is_empty());
        Self {
            code: diagnostic.code.name(),
            severity: diagnostic.severity.name(),
            message: &diagnostic.message,
            file,
            start,
            end,
            labels: primary
                .into_iter()
                .chain(&diagnostic.labels)
                .map(|label| Label::new(sources, label))
                .collect(),
            notes: &diagnostic.notes,
            help: diagnostic.help.as_deref(),
            fixes: diagnostic.fixes.iter().map(|fix| JsonFix::new(sources, fix)).collect(),
            tools: &diagnostic.tools,
        }
    }
}

impl<'r> Label<'r> {
    fn new(sources: &'r SourceSet, label: &'r diagnostic::Label) -> Self {
        let (file, start, end) = place(sources, label.span);
        Self { file, start, end, message: &label.message }
    }
}

impl<'r> JsonFix<'r> {
    fn new(sources: &'r SourceSet, fix: &'r diagnostic::Fix) -> Self {
        let edit = |edit: &'r diagnostic::Edit| {
            let (file, start, end) = place(sources, edit.span);
            Edit { file, start, end, text: &edit.text }
        };
        Self {
            title: &fix.title,
            applicability: fix.applicability.name(),
            edits: fix.edits.iter().map(edit).collect(),
        }
    }
}

fn place(sources: &SourceSet, span: Span) -> (&str, JsonLocation, JsonLocation) {
    let (path, start, end) = positions(sources, span);
    let place = |at: Position| JsonLocation { line: at.line, column: at.column, offset: at.offset };
    (path, place(start), place(end))
}

/// Compact JSON, but each element of the lists at one depth stands on its own line.
#[derive(Debug)]
struct LineFormatter {
    depth: usize,
    filled: bool,
    line_depth: usize,
}

/// The depth of the values inside the document and one list.
const LINE_DEPTH: usize = 2;

impl Formatter for LineFormatter {
    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.depth += 1;
        out.write_all(b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.depth -= 1;
        out.write_all(b"}")
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.depth += 1;
        self.filled = false;
        out.write_all(b"[")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        out.write_all(if first { b"" } else { b"," })?;
        if self.depth == self.line_depth { out.write_all(b"\n") } else { Ok(()) }
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        let broken = self.depth == self.line_depth && self.filled;
        self.depth -= 1;
        out.write_all(if broken { b"\n]" } else { b"]" })
    }

    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, hidden)) = rest.char_indices().find(|(_, found)| is_hidden(*found)) {
            let (plain, tail) = rest.split_at(at);
            out.write_all(plain.as_bytes())?;
            let mut units = [0; 2];
            for unit in hidden.encode_utf16(&mut units) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = tail.part(hidden.len_utf8()..);
        }
        out.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Applicability, Code, Diagnostic};

    fn document(diagnostics: Vec<Diagnostic>, sources: SourceSet) -> String {
        let mut report = Report::default();
        report.count_file("a.gate");
        report.add(sources, diagnostics);
        let findings = report.findings();
        String::from_utf8(write(&report, &findings, &Shown::new(&findings))).unwrap()
    }

    #[test]
    fn every_part_of_a_finding_is_written() {
        let mut sources = SourceSet::default();
        let file = sources.add("a.gate", "# \u{1f600}\nalow x\n");
        let span = Span::new(file, 7, 11);
        let finding = Diagnostic::new(Code::UnknownStatement, span, "unknown statement `alow`")
            .with_primary("here")
            .with_label(Span::new(file, 2, 6), "a face")
            .with_note("a note")
            .with_help("did you mean `allow`?")
            .with_fix(Applicability::Safe, "write `allow`", span, "allow");
        let plain = Diagnostic::new(Code::RemovesNothing, Span::new(file, 12, 13), "nothing");
        insta::assert_snapshot!(document(vec![finding, plain], sources), @r#"
        {"version":1,"diagnostics":[
        {"code":"unknown-statement","severity":"error","message":"unknown statement `alow`","file":"a.gate","start":{"line":2,"column":1,"offset":7},"end":{"line":2,"column":5,"offset":11},"labels":[{"file":"a.gate","start":{"line":2,"column":1,"offset":7},"end":{"line":2,"column":5,"offset":11},"message":"here"},{"file":"a.gate","start":{"line":1,"column":3,"offset":2},"end":{"line":1,"column":4,"offset":6},"message":"a face"}],"notes":["a note"],"help":"did you mean `allow`?","fixes":[{"title":"write `allow`","applicability":"safe","edits":[{"file":"a.gate","start":{"line":2,"column":1,"offset":7},"end":{"line":2,"column":5,"offset":11},"text":"allow"}]}],"tools":[]},
        {"code":"removes-nothing","severity":"warning","message":"nothing","file":"a.gate","start":{"line":2,"column":6,"offset":12},"end":{"line":2,"column":7,"offset":13},"labels":[],"notes":[],"help":null,"fixes":[],"tools":[]}
        ],"summary":{"files":1,"errors":1,"warnings":1,"infos":0,"suppressed":0}}
        "#);
    }

    #[test]
    fn without_findings_the_list_is_empty() {
        assert_eq!(
            document(Vec::new(), SourceSet::default()),
            "{\"version\":1,\"diagnostics\":[],\"summary\":{\"files\":1,\"errors\":0,\"warnings\":0,\
             \"infos\":0,\"suppressed\":0}}\n"
        );
    }

    #[test]
    fn strings_are_exact_and_hide_nothing() {
        let mut sources = SourceSet::default();
        let path = "a\u{1b}[31m\u{202e}\u{e0041}\u{7f}\".gate";
        let file = sources.add(path, "x");
        let written = document(
            vec![Diagnostic::new(Code::Syntax, Span::new(file, 0, 1), "\u{9b}m")],
            sources,
        );
        assert!(!written.chars().any(|found| found != '\n' && is_hidden(found)), "{written:?}");
        let value: serde_json::Value = serde_json::from_str(&written).unwrap();
        assert_eq!(value["diagnostics"][0]["file"], path);
        assert_eq!(value["diagnostics"][0]["message"], "\u{9b}m");
    }

    #[test]
    fn places_outside_the_file_are_drawn_to_its_end() {
        let mut sources = SourceSet::default();
        let file = sources.add("a.gate", "x\n");
        let written =
            document(vec![Diagnostic::new(Code::Syntax, Span::new(file, 70, 90), "far")], sources);
        assert!(written.contains("\"start\":{\"line\":2,\"column\":1,\"offset\":2}"), "{written}");
    }
}
