//! From the text of a manifest to its tools.
//!
//! One pass of a parser decides whether the text is JSON; everything else works on ranges of it. Schemas, descriptions and
//! titles are kept as ranges, and a schema is looked through for what cannot be used, but no tree of it is built.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::cursor::Cursor;
use super::findings::{self, Finder};
use super::index::NameTable;
use super::schema::{Fault, inspect};
use super::wire::{self, Capture, Member, Members, Page, WireKey};
use super::{Manifest, TextRange, Tool, Unusable, hints, transport};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, TextPart};
use crate::text::count;

/// How many findings with the same code are reported one by one; a manifest may hold millions.
const MAX_REPORTED: usize = 100;

/// Reads a manifest: what could be read, and every problem of it.
pub(super) fn read(file: FileId, text: &Arc<str>) -> (Manifest, Vec<Diagnostic>) {
    let json: Arc<str> = match transport::strip(text) {
        std::borrow::Cow::Borrowed(_) => Arc::clone(text),
        std::borrow::Cow::Owned(json) => json.into(),
    };
    let finder = Finder { file, text: &json };
    let mut reader =
        ManifestReader { finder, json: &json, problems: Vec::new(), seen: BTreeMap::new() };
    let manifest = reader.manifest();
    (manifest, reader.problems)
}

struct ManifestReader<'t> {
    finder: Finder<'t>,
    /// The text with nothing but JSON in it; every place is that of the file.
    json: &'t Arc<str>,
    problems: Vec<Diagnostic>,
    /// How often each code was found, reported or not.
    seen: BTreeMap<Code, usize>,
}

impl ManifestReader<'_> {
    fn manifest(&mut self) -> Manifest {
        let capture = match wire::read(self.json) {
            Ok(capture) => capture,
            Err(refused) => {
                self.problems.push(self.finder.refused(&refused));
                return Manifest::default();
            }
        };
        let Some(last) = capture.pages.last() else {
            self.problems.push(self.finder.no_tools(capture.errors.first()));
            return Manifest::default();
        };
        for (first, other) in &capture.repeated {
            self.report(self.finder.ambiguous(first, other));
        }
        // A page that another follows is complete with it.
        if let Some(cursor) = &last.cursor {
            self.problems.push(self.finder.incomplete(cursor));
        }
        for error in &capture.errors {
            self.report(self.finder.failed_page(error));
        }
        for tools in &capture.no_lists {
            self.report(self.finder.no_page(tools));
        }
        let manifest = self.tools(&capture);
        self.close_report();
        manifest
    }

    fn tools(&mut self, capture: &Capture) -> Manifest {
        let mut names = NameTable::default();
        let mut tools: Vec<Tool> = Vec::new();
        // Where each tool was declared.
        let mut declared: Vec<(usize, Range<usize>)> = Vec::new();
        for (page, Page { tools: list, .. }) in capture.pages.iter().enumerate() {
            Cursor::new(self.json, list.start).elements(|cursor| {
                let start = cursor.start();
                let mut schemas: Vec<(usize, Vec<Fault>)> = Vec::new();
                let members = wire::step_through(cursor, |key, cursor| {
                    if matches!(key, WireKey::InputSchema | WireKey::Parameters) {
                        schemas.push((cursor.start(), inspect(cursor)));
                    }
                });
                let Some((name, range)) = self.name(start, &members) else { return };
                let element = start..cursor.position();
                let Some(index) = names.find(&name, &tools) else {
                    tools.push(self.tool(name, &range, &members, schemas));
                    declared.push((page, element));
                    names.take_in_last(&tools);
                    return;
                };
                if let (Some(tool), Some(first)) = (tools.get_mut(index), declared.get(index)) {
                    self.again(tool, first, &(page, element), &range);
                }
            });
        }
        Manifest { tools, names, ..Manifest::default() }
    }

    /// Takes in that a tool is declared once more. A page may repeat what another said; what says something else makes the
    /// declaration useless.
    fn again(
        &mut self,
        tool: &mut Tool,
        first: &(usize, Range<usize>),
        other: &(usize, Range<usize>),
        name: &Range<usize>,
    ) {
        let is_same = self.json.get(first.1.clone()) == self.json.get(other.1.clone());
        if is_same && first.0 != other.0 {
            return;
        }
        if !is_same {
            tool.unusable = Unusable { description: true, schema: true, annotations: true };
            tool.schema_is_broken = true;
        }
        let span = self.finder.span(name);
        self.report(findings::repeated_tool(&tool.name, span, tool.name_span, is_same));
    }

    /// The name of a tool, or the finding that there is none.
    fn name(&mut self, start: usize, members: &Members) -> Option<(Box<str>, Range<usize>)> {
        let Some(member) = members.get(WireKey::Name) else {
            let is_object = self.json.as_bytes().get(start) == Some(&b'{');
            let message =
                if is_object { "a tool has no `name`" } else { "a tool is not an object" };
            self.report(self.finder.invalid(&(start..start + 1), message));
            return None;
        };
        if let Some((first, other)) = members.repeated(WireKey::Name) {
            self.report(self.finder.ambiguous(&first.key, &other.key));
            return None;
        }
        let raw = self.json.part(member.value.clone());
        let message = match serde_json::from_str::<String>(raw) {
            Ok(name) if !name.is_empty() => return Some((name.into(), member.value.clone())),
            Ok(_) => "the name of a tool is empty",
            Err(_) if raw.starts_with('"') => "the name of a tool is not valid Unicode",
            Err(_) => "the name of a tool is not a string",
        };
        self.report(self.finder.invalid(&member.value, message));
        None
    }

    /// A tool with what is wrong with it reported. `schemas` are those that it has, each with its place and faults.
    fn tool(
        &mut self,
        name: Box<str>,
        name_range: &Range<usize>,
        members: &Members,
        schemas: Vec<(usize, Vec<Fault>)>,
    ) -> Tool {
        if let Some((first, other)) = members.name_again() {
            self.report(self.finder.named_twice(&name, first, other));
        }
        let range = |member: Option<&Member>| {
            member.map_or_else(TextRange::default, |member| TextRange::new(&member.value))
        };
        let schema = self.schema_member(members);
        let (text, schema_faults) =
            (self.text_faults(&name, members), self.schema_faults(&name, members, schemas));
        let hints = hints::read(self.json, members);
        let own_title = members
            .get(WireKey::Title)
            .filter(|title| self.json.get(title.value.clone()) != Some("null"));
        for (first, other) in &hints.repeated {
            self.report(self.finder.given_twice(&name, first, other, findings::HINT));
        }
        for place in &hints.unusable {
            self.report(self.finder.no_hint(&name, place));
        }
        let unusable = Unusable {
            description: text,
            schema: schema_faults.is_some(),
            annotations: !hints.unusable.is_empty(),
        };
        Tool {
            name,
            name_span: self.finder.span(name_range),
            annotations: hints.annotations,
            unusable,
            text: Arc::clone(self.json),
            title: range(own_title.or(hints.title.as_ref())),
            description: range(members.get(WireKey::Description)),
            input_schema: range(schema),
            schema_is_broken: schema_faults == Some(true),
            schema: std::sync::OnceLock::new(),
            lookups: std::sync::Mutex::default(),
        }
    }

    /// The schema, under the name that the protocol gives it or that some SDKs give it.
    fn schema_member<'m>(&self, members: &'m Members) -> Option<&'m Member> {
        let given =
            members.get(WireKey::InputSchema).or_else(|| members.get(WireKey::Parameters))?;
        Some(given).filter(|member| self.json.get(member.value.clone()) != Some("null"))
    }

    /// Reports texts that cannot be used; whether the class of the tool would have to rest on one of them.
    fn text_faults(&mut self, name: &str, members: &Members) -> bool {
        let mut unusable = false;
        for (key, word) in [(WireKey::Description, "description"), (WireKey::Title, "title")] {
            if let Some((first, other)) = members.repeated(key) {
                self.report(self.finder.given_twice(name, &first.key, &other.key, findings::TEXT));
                unusable = true;
            }
            for member in members.all(key) {
                let is_text =
                    matches!(self.json.as_bytes().get(member.value.start), Some(b'"' | b'n'));
                if !is_text {
                    self.report(self.finder.no_text(name, word, &member.value));
                    unusable = true;
                }
            }
        }
        unusable
    }

    /// Reports what of the schema cannot be used; whether that makes all of it useless.
    fn schema_faults(
        &mut self,
        name: &str,
        members: &Members,
        schemas: Vec<(usize, Vec<Fault>)>,
    ) -> Option<bool> {
        let schema = self.schema_member(members)?;
        let mut broken = false;
        for key in [WireKey::InputSchema, WireKey::Parameters] {
            if let Some((first, other)) = members.repeated(key).filter(|(_, last)| *last == schema)
            {
                self.report(self.finder.given_twice(
                    name,
                    &first.key,
                    &other.key,
                    findings::SCHEMA,
                ));
                broken = true;
            }
        }
        let faults = schemas.into_iter().find(|(start, _)| *start == schema.value.start);
        let faults = faults.map_or_else(Vec::new, |(_, faults)| faults);
        for fault in &faults {
            broken |= fault.kind.is_fatal();
            self.report(self.finder.schema_fault(name, &fault.place, &fault.kind));
        }
        (broken || !faults.is_empty()).then_some(broken)
    }

    fn report(&mut self, finding: Diagnostic) {
        let seen = self.seen.entry(finding.code).or_insert(0);
        *seen += 1;
        if *seen <= MAX_REPORTED {
            self.problems.push(finding);
        }
    }

    /// Says how often nothing was said.
    fn close_report(&mut self) {
        for (&code, &seen) in &self.seen {
            let last = self.problems.iter_mut().rfind(|problem| problem.code == code);
            if let (Some(last), 1..) = (last, seen.saturating_sub(MAX_REPORTED)) {
                let rest = count(seen - MAX_REPORTED, "more place");
                last.notes.push(format!("the file has {rest} with this problem"));
            }
        }
    }
}

#[cfg(test)]
mod tests;
