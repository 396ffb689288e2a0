//! The texts that a run reads, and places in them.
//!
//! A [`SourceSet`] owns every text; everything else refers to it by [`Span`]: a file and a range of
//! bytes. Loaded text is never rewritten, so a span always points at the author's own characters.
//!
//! This layer knows neither the language nor JSON, and reads no disk: texts come in through a
//! [`Loader`], which a program answers from the disk and a test from memory.

mod line_index;
mod load;
mod path;

use std::collections::{BTreeSet, HashMap};
use std::slice::SliceIndex;
use std::sync::{Arc, OnceLock};

pub use line_index::{LineIndex, Position};
pub use load::{FileStamp, LoadError, Loader, MemoryLoader, Role, is_address};
pub use path::{is_absolute, normalize, relative_path, resolve_beside};

/// A part of a text at a range that was found in it.
pub trait TextPart {
    /// The characters of the range. None of a range that is not of this text: builds with assertions refuse that, and others show
    /// nothing rather than stop.
    fn part(&self, range: impl SliceIndex<str, Output = str> + Clone) -> &str;
}

impl TextPart for str {
    fn part(&self, range: impl SliceIndex<str, Output = str> + Clone) -> &str {
        debug_assert!(self.get(range.clone()).is_some(), "a range of another text");
        self.get(range).unwrap_or("")
    }
}

/// The largest file that is read, in bytes: 64 MiB.
pub const MAX_FILE_BYTES: usize = 64 * 1024 * 1024;

/// A file of one [`SourceSet`]; meaningless in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// A range of bytes in one file: `start` inclusive, `end` exclusive, zero-based.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// The bytes `start..end` of `file`. Offsets past 4 GiB are clamped; files end at 64 MiB.
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        let clamp = |offset| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { file, start: clamp(start), end: clamp(end.max(start)) }
    }

    /// The smallest span that holds `self` and `other`, which lie in the same file.
    pub fn to(self, other: Span) -> Span {
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The empty span at the start of this one.
    pub fn at_start(self) -> Span {
        Span { end: self.start, ..self }
    }

    /// The empty span at the end of this one.
    pub fn at_end(self) -> Span {
        Span { start: self.end, ..self }
    }

    /// The range, for slicing.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// One text and the name under which messages show it.
#[derive(Debug)]
pub struct SourceFile {
    path: String,
    text: Arc<str>,
    lines: OnceLock<LineIndex>,
}

impl SourceFile {
    /// A text under a name.
    pub fn new(path: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        Self { path: path.into(), text: text.into(), lines: OnceLock::new() }
    }

    /// The path as the user gave it, or as an `include` led to it, with `/` between its parts.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole text, with its byte-order mark if it has one.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The same text, shared.
    pub fn shared_text(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// Where the lines lie; computed at the first call.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// Line and column of a byte offset.
    pub fn position(&self, offset: u32) -> Position {
        self.lines().position(&self.text, offset)
    }
}

/// Every text of one run. A clone shares the texts.
#[derive(Clone, Debug, Default)]
pub struct SourceSet {
    files: Vec<Arc<SourceFile>>,
    by_path: HashMap<String, FileId>,
    withheld: BTreeSet<FileId>,
}

impl SourceSet {
    /// Takes a text in. The caller sees to it that a path is added once.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<Arc<str>>) -> FileId {
        self.share(Arc::new(SourceFile::new(path, text)))
    }

    /// Takes a file in that other sets hold too.
    pub fn share(&mut self, file: Arc<SourceFile>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.by_path.entry(file.path.clone()).or_insert(id);
        self.files.push(file);
        id
    }

    /// The same set with another text for a file, which keeps its path.
    #[must_use]
    pub fn with_replaced(&self, file: FileId, source: Arc<SourceFile>) -> Self {
        let mut set = self.clone();
        if let Some(kept) = set.files.get_mut(file.0 as usize) {
            *kept = source;
        }
        set
    }

    /// The same set with other paths for all files.
    #[must_use]
    pub fn with_paths(&self, path: impl Fn(&str) -> String) -> Self {
        let mut set = Self { withheld: self.withheld.clone(), ..Self::default() };
        for file in &self.files {
            set.add(path(&file.path), file.shared_text());
        }
        set
    }

    /// The file of an id; `None` only for an id of another set.
    pub fn get(&self, file: FileId) -> Option<&SourceFile> {
        self.files.get(file.0 as usize).map(Arc::as_ref)
    }

    /// The same, to be held longer than the set.
    pub fn shared(&self, file: FileId) -> Option<Arc<SourceFile>> {
        self.files.get(file.0 as usize).cloned()
    }

    /// The path of a file; empty for an id of another set.
    pub fn path(&self, file: FileId) -> &str {
        self.get(file).map_or("", SourceFile::path)
    }

    /// The text of a file; empty for an id of another set.
    pub fn text(&self, file: FileId) -> &str {
        self.get(file).map_or("", SourceFile::text)
    }

    /// The characters of a span; empty when it lies outside its file or splits a character.
    pub fn slice(&self, span: Span) -> &str {
        self.text(span.file).part(span.range())
    }

    /// The file that was added under a path.
    pub fn find(&self, path: &str) -> Option<FileId> {
        self.by_path.get(path).copied()
    }

    /// Keeps the content of a file out of everything that is shown: it is not what it was named for, so nobody knows whose
    /// secrets it holds.
    pub fn withhold(&mut self, file: FileId) {
        self.withheld.insert(file);
    }

    /// Whether nothing of a file's content may be shown.
    pub fn is_withheld(&self, file: FileId) -> bool {
        self.withheld.contains(&file)
    }

    /// All files in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        (0u32..).map(FileId).zip(self.files.iter().map(Arc::as_ref))
    }
}

/// Why bytes are no text that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// Longer than [`MAX_FILE_BYTES`].
    TooLarge {
        /// The length in bytes.
        bytes: usize,
    },
    /// Not UTF-8; everything before the offset is.
    NotUtf8 {
        /// The first bad byte.
        offset: usize,
    },
}

/// The bytes of a file as text.
///
/// # Errors
/// The text that could be read, and why it ends there.
pub fn decode(bytes: Vec<u8>) -> Result<String, (String, DecodeError)> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err((String::new(), DecodeError::TooLarge { bytes: bytes.len() }));
    }
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let valid = error.as_bytes().get(..offset).unwrap_or(&[]);
        (String::from_utf8_lossy(valid).into_owned(), DecodeError::NotUtf8 { offset })
    })
}
