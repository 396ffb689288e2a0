//! Values of TOML with their places.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::{MAX_FINDINGS, errors};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};

/// A key with its place.
pub(super) type EntryKey<'t> = Spanned<DeString<'t>>;
/// A value with its place. That of a table under a heading is the heading.
pub(super) type Value<'t> = Spanned<DeValue<'t>>;

/// The text that values point into, and what was found in it.
pub(super) struct Text<'t> {
    file: FileId,
    text: &'t str,
    pub(super) findings: Vec<Diagnostic>,
}

/// A string that has a place.
#[derive(Clone, Debug)]
pub(super) struct Word<'v> {
    pub(super) text: &'v str,
    pub(super) span: Span,
}

/// The entries of a table in the order of the text.
pub(super) fn entries<'v, 't>(table: &'v DeTable<'t>) -> Vec<(&'v EntryKey<'t>, &'v Value<'t>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, value)| (key.span().start, value.span().start));
    entries
}

impl<'t> Text<'t> {
    pub(super) fn new(file: FileId, text: &'t str) -> Self {
        Self { file, text, findings: Vec::new() }
    }

    /// Whether so much is wrong that looking on is of no use to anybody.
    pub(super) fn is_full(&self) -> bool {
        self.findings.len() >= MAX_FINDINGS
    }

    pub(super) fn add(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    pub(super) fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, range.start, range.end)
    }

    pub(super) fn key<'v>(&self, key: &'v EntryKey<'_>) -> Word<'v> {
        Word { text: key.get_ref(), span: self.span(key.span()) }
    }

    /// The place of a part of a string; the whole string where quotes or escapes make that impossible.
    pub(super) fn part(&self, word: &Word<'_>, part: Range<usize>) -> Span {
        let start = word.span.start as usize + 1;
        let inside = self.text.get(start..start + word.text.len());
        if inside != Some(word.text) || word.span.range().len() != word.text.len() + 2 {
            return word.span;
        }
        self.span(start + part.start..start + part.end)
    }

    /// The string, or a finding.
    pub(super) fn string<'v>(&mut self, subject: &str, value: &'v Value<'_>) -> Option<Word<'v>> {
        let span = self.span(value.span());
        match value.get_ref() {
            DeValue::String(text) => Some(Word { text, span }),
            found => {
                self.add(errors::wrong_type(span, subject, "a string", found));
                None
            }
        }
    }

    /// The strings of a list; a finding for each element that is none, and with this help if there is no element.
    pub(super) fn strings<'v>(
        &mut self,
        subject: &str,
        value: &'v Value<'_>,
        empty: Option<&str>,
    ) -> Vec<Word<'v>> {
        let span = self.span(value.span());
        let list = match value.get_ref() {
            DeValue::Array(list) => list,
            found => {
                let finding = errors::wrong_type(span, subject, "a list of strings", found);
                let written = self.text.get(value.span()).filter(|_| found.is_str());
                let help =
                    written.map(|text| format!("write `[{}]`", crate::text::excerpt(text, 80)));
                self.add(finding.with_help_if(help));
                return Vec::new();
            }
        };
        if let (true, Some(help)) = (list.is_empty(), empty) {
            self.add(errors::empty_list(span, subject, help));
        }
        let element = format!("each entry of {subject}");
        list.iter().filter_map(|value| self.string(&element, value)).collect()
    }

    /// The table, or a finding that names its heading.
    pub(super) fn table<'v, 'd>(
        &mut self,
        subject: &str,
        value: &'v Value<'d>,
        help: &str,
    ) -> Option<&'v DeTable<'d>> {
        match value.get_ref() {
            DeValue::Table(table) => Some(table),
            found => {
                let span = self.span(value.span());
                self.add(errors::wrong_type(span, subject, "a table", found).with_help(help));
                None
            }
        }
    }
}
