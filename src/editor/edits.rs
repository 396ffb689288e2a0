//! Changes of texts that an answer asks the editor to make.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::source::{SourceFile, TextPart};

/// One replacement; an empty range inserts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextEdit {
    /// What is replaced, in bytes.
    pub range: EditRange,
    /// What stands there afterwards.
    pub text: String,
}

/// A range of bytes that can be ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EditRange {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl TextEdit {
    /// Puts a text in the place of a range of bytes.
    pub fn new(range: Range<usize>, text: impl Into<String>) -> Self {
        Self { range: EditRange { start: range.start, end: range.end }, text: text.into() }
    }
}

/// The replacements in one file, which do not overlap, sorted by place.
#[derive(Clone, Debug)]
pub struct FileEdits {
    /// The text that the ranges refer to; `None` for a file that is to be made, with one edit that holds its content.
    pub file: Option<Arc<SourceFile>>,
    /// The replacements.
    pub edits: Vec<TextEdit>,
}

/// Changes of several files, by path.
#[derive(Clone, Debug, Default)]
pub struct Edits {
    /// The files in the order of their paths.
    pub files: BTreeMap<String, FileEdits>,
}

impl Edits {
    /// Whether nothing is to be changed.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Adds a replacement in a file. One that is there already is not added again.
    pub fn replace(
        &mut self,
        file: &Arc<SourceFile>,
        range: Range<usize>,
        text: impl Into<String>,
    ) {
        let new = || FileEdits { file: Some(Arc::clone(file)), edits: Vec::new() };
        let own = self.files.entry(file.path().to_owned()).or_insert_with(new);
        let edit = TextEdit::new(range, text);
        if let Err(place) = own.edits.binary_search(&edit) {
            own.edits.insert(place, edit);
        }
    }

    /// Makes a file with this content.
    pub fn create(&mut self, path: impl Into<String>, content: impl Into<String>) {
        let edits = vec![TextEdit::new(0..0, content)];
        self.files.insert(path.into(), FileEdits { file: None, edits });
    }
}

impl FileEdits {
    /// The text with the replacements made: for tests, and to look at what would come out.
    pub fn applied(&self) -> String {
        let text = self.file.as_ref().map_or("", |file| file.text());
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for edit in &self.edits {
            out.push_str(text.part(at..edit.range.start));
            out.push_str(&edit.text);
            at = edit.range.end;
        }
        out.push_str(text.part(at..));
        out
    }
}
