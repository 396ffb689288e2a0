//! From the text of a manifest to its tools, in one pass.
//!
//! Schemas, descriptions and titles are skipped as raw JSON and kept as ranges of the text. Places are computed
//! from the raw values' addresses; those of tools that turn out to be broken are found in a second pass, which a
//! sound manifest never needs.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use serde_json::value::RawValue;

use super::index::NameTable;
use super::wire::{self, Entry, Page};
use super::{Annotations, Manifest, TextRange, Tool, decode_string};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Span};
use crate::text::{count, quote};

/// How many tools with the same fault are reported one by one; a manifest may hold millions.
const MAX_REPORTED: usize = 100;

/// Reads a manifest: what could be read, and every problem of it.
pub(super) fn read(file: FileId, text: &Arc<str>) -> (Manifest, Vec<Diagnostic>) {
    let mut reader = Reader { file, text, problems: Vec::new(), faults: BTreeMap::new() };
    let manifest = reader.manifest();
    (manifest, reader.problems)
}

struct Reader<'t> {
    file: FileId,
    text: &'t Arc<str>,
    problems: Vec<Diagnostic>,
    /// How many tools have each fault, reported or not.
    faults: BTreeMap<Code, usize>,
}

impl<'t> Reader<'t> {
    fn manifest(&mut self) -> Manifest {
        // The mark is no part of JSON.
        let json = self.text.strip_prefix('\u{feff}').unwrap_or(self.text);
        let page = match wire::read(json) {
            Ok(page) => page,
            Err(error) => {
                self.problems.push(self.not_json(json, &error));
                return Manifest::default();
            }
        };
        let Page { tools: Some(entries), cursor } = page else {
            self.problems.push(self.no_tools(json));
            return Manifest::default();
        };
        if let Some(cursor) = cursor {
            self.problems.push(self.incomplete(cursor));
        }
        let manifest = self.tools(json, entries);
        self.close_report();
        manifest
    }

    fn tools(&mut self, json: &'t str, entries: Vec<Option<Entry<'t>>>) -> Manifest {
        let mut names = NameTable::with_room_for(entries.len());
        let mut tools: Vec<Tool> = Vec::with_capacity(entries.len());
        let mut nameless = Vec::new();
        for (position, entry) in entries.into_iter().enumerate() {
            let Some((entry, raw_name)) = entry.and_then(|entry| Some((entry, entry.name?))) else {
                nameless.push(position);
                continue;
            };
            let Some(name) = self.name(raw_name) else { continue };
            let name_span = self.span(raw_name);
            if let Some(first) = names.find(&name, &tools).and_then(|index| tools.get(index)) {
                let first = first.name_span;
                self.report(Code::DuplicateTool, |_| repeated(&name, name_span, first));
                continue;
            }
            names.insert(&name, tools.len(), &tools);
            tools.push(self.tool(&entry, name, name_span));
        }
        self.nameless(json, &nameless);
        Manifest { tools, names, ..Manifest::default() }
    }

    fn tool(&self, entry: &Entry<'t>, name: Box<str>, name_span: Span) -> Tool {
        let range = |raw: Option<&RawValue>| {
            raw.map_or_else(TextRange::default, |raw| TextRange::new(&self.range(raw)))
        };
        Tool {
            name,
            name_span,
            annotations: entry.annotations.map_or_else(Annotations::default, wire::annotations),
            text: Arc::clone(self.text),
            title: range(entry.title),
            description: range(entry.description),
            input_schema: range(entry.input_schema),
            schema: std::sync::OnceLock::new(),
        }
    }

    /// The name of a tool, or the finding that there is none.
    fn name(&mut self, raw: &RawValue) -> Option<Box<str>> {
        let message = match decode_string(raw.get()) {
            Some(name) if !name.is_empty() => return Some(name.into()),
            Some(_) => "the name of a tool is empty",
            None if raw.get().starts_with('"') => "the name of a tool is no valid text",
            None => "the name of a tool is no string",
        };
        self.report(Code::InvalidManifest, |reader| reader.invalid(raw, message));
        None
    }

    /// Reports the tools at these positions of the list, which are no objects or have no name.
    fn nameless(&mut self, json: &'t str, positions: &[usize]) {
        if positions.is_empty() {
            return;
        }
        let elements = wire::elements(json);
        for &position in positions {
            let Some(&raw) = elements.get(position) else { continue };
            let message = if raw.get().starts_with('{') {
                "a tool has no `name`"
            } else {
                "a tool is no object"
            };
            self.report(Code::InvalidManifest, |reader| reader.invalid(raw, message));
        }
    }

    fn report(&mut self, code: Code, finding: impl FnOnce(&Self) -> Diagnostic) {
        let seen = self.faults.entry(code).or_insert(0);
        *seen += 1;
        if *seen <= MAX_REPORTED {
            self.problems.push(finding(self));
        }
    }

    /// Says of how many tools nothing was said.
    fn close_report(&mut self) {
        for (&code, &seen) in &self.faults {
            let last = self.problems.iter_mut().rfind(|problem| problem.code == code);
            if let (Some(last), 1..) = (last, seen.saturating_sub(MAX_REPORTED)) {
                let rest = count(seen - MAX_REPORTED, "more tool");
                last.notes.push(format!("the file has {rest} with this fault"));
            }
        }
    }

    fn not_json(&self, json: &str, error: &serde_json::Error) -> Diagnostic {
        let shift = self.text.len() - json.len();
        let at = |start: usize, end: usize| Span::new(self.file, start + shift, end + shift);
        let (span, message) = if json.trim().is_empty() {
            (at(0, 0), "the manifest is empty".to_owned())
        } else if error.is_eof() {
            (at(json.len(), json.len()), "the manifest ends before its JSON is complete".to_owned())
        } else {
            let start = error_offset(json, error);
            let unexpected: String = json.get(start..).unwrap_or("").chars().take(1).collect();
            let message =
                format!("the manifest is no valid JSON: unexpected {}", quote(&unexpected));
            (at(start, start + unexpected.len()), message)
        };
        Diagnostic::new(Code::InvalidManifest, span, message)
            .with_help("save the server's answer to `tools/list` as it came")
    }

    fn no_tools(&self, json: &str) -> Diagnostic {
        let start = self.text.len() - json.trim_start().len();
        let first = json.trim_start().chars().next().map_or(0, char::len_utf8);
        let span = Span::new(self.file, start, start + first);
        let message = "the manifest holds no list of tools";
        Diagnostic::new(Code::InvalidManifest, span, message).with_help(
            "give an object with a list `tools`, a bare list of tools, or a JSON-RPC response with a list \
             `result.tools`",
        )
    }

    fn incomplete(&self, cursor: &RawValue) -> Diagnostic {
        let message = "the manifest holds one page of the server's tools, and there are more";
        Diagnostic::new(Code::IncompleteManifest, self.place(cursor), message)
            .with_note("a `nextCursor` that is not null announces another page")
            .with_help("put the `tools` of all pages into one list")
    }

    fn invalid(&self, raw: &RawValue, message: &str) -> Diagnostic {
        Diagnostic::new(Code::InvalidManifest, self.place(raw), message)
    }

    /// The characters that stand for a value in a message: of a list or object only the bracket that opens it.
    fn place(&self, raw: &RawValue) -> Span {
        let span = self.span(raw);
        if raw.get().starts_with(['{', '[']) { Span { end: span.start + 1, ..span } } else { span }
    }

    fn span(&self, raw: &RawValue) -> Span {
        let range = self.range(raw);
        Span::new(self.file, range.start, range.end)
    }

    /// Where a raw value stands: it borrows from the text, so the addresses tell.
    fn range(&self, raw: &RawValue) -> Range<usize> {
        let start = raw.get().as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
        start..start + raw.get().len()
    }
}

fn repeated(name: &str, span: Span, first: Span) -> Diagnostic {
    let message = format!("the manifest has the tool {} more than once", quote(name));
    Diagnostic::new(Code::DuplicateTool, span, message).with_label(first, "the first counts")
}

/// The byte at which the JSON reader gave up. It counts lines from one, and columns in bytes up to and with the
/// one that it refuses; for a control character in a skipped string it stops one short.
fn error_offset(json: &str, error: &serde_json::Error) -> usize {
    let line_start: usize =
        json.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let mut offset = (line_start + error.column()).saturating_sub(1).min(json.len());
    let is_control = |at: usize| json.as_bytes().get(at).is_some_and(u8::is_ascii_control);
    if error.to_string().starts_with("control character") && !is_control(offset) {
        offset += usize::from(is_control(offset + 1));
    }
    json.floor_char_boundary(offset)
}

#[cfg(test)]
mod tests;
