//! The few characters of the files that one finding shows.
//!
//! A file may be hostile: a megabyte on one line, escape sequences, characters that turn the line around. So
//! the renderer never sees a file. It sees an excerpt: the lines that the labels touch, of a long line only
//! the surroundings of the labels, and for every hidden character a visible one of the same length in bytes.
//! Line and column numbers stay those of the file. What an excerpt costs depends on its labels alone, not on
//! the file.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use codespan_reporting::files::{Error, Files, Location};

use super::window::{CUT, content, mask, windows};
use crate::source::{FileId, SourceFile, SourceSet, Span, TextPart};
use crate::text;

/// The texts that one finding shows.
#[derive(Debug)]
pub struct Excerpt<'s> {
    files: Vec<FileExcerpt<'s>>,
}

/// Where a span lies in an excerpt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExcerptPlace {
    /// The number of the file within the excerpt.
    pub file: usize,
    /// The bytes in the text of the excerpt, on one line.
    pub range: Range<usize>,
    /// Whether the span lay outside of its file, or split a character, and was moved.
    pub moved: bool,
}

#[derive(Debug)]
struct FileExcerpt<'s> {
    id: FileId,
    source: &'s SourceFile,
    is_withheld: bool,
    text: String,
    lines: Vec<Line>,
}

/// A line of an excerpt.
#[derive(Debug)]
struct Line {
    /// The zero-based number of the line in the file.
    number: usize,
    /// Where it begins in the excerpt.
    start: usize,
    /// What of it is shown, in order.
    pieces: Vec<ExcerptPart>,
}

/// An unbroken run of characters.
#[derive(Debug)]
struct ExcerptPart {
    /// The bytes in the file.
    real: Range<usize>,
    /// Where it begins in the excerpt.
    start: usize,
}

/// A span drawn to one line of a file.
struct Mark {
    file: usize,
    line: usize,
    range: Range<usize>,
    moved: bool,
}

impl<'s> Excerpt<'s> {
    /// The excerpt for these spans, and where each of them lies in it. A span of a file that was never read
    /// has no place.
    pub fn new(
        sources: &'s SourceSet,
        spans: impl IntoIterator<Item = Span>,
    ) -> (Self, Vec<Option<ExcerptPlace>>) {
        let mut files: Vec<FileExcerpt<'s>> = Vec::new();
        let mut windows: Vec<BTreeMap<usize, Vec<Range<usize>>>> = Vec::new();
        let mut marks = Vec::new();
        for span in spans {
            let mark = sources.get(span.file).map(|source| {
                let known = files.iter().position(|file| file.id == span.file);
                let file = known.unwrap_or_else(|| {
                    let is_withheld = sources.is_withheld(span.file);
                    files.push(FileExcerpt::new(span.file, source, is_withheld));
                    windows.push(BTreeMap::new());
                    files.len() - 1
                });
                Mark::new(file, source, span)
            });
            if let Some((mark, lines)) =
                mark.as_ref().and_then(|mark| Some((mark, windows.get_mut(mark.file)?)))
            {
                lines.entry(mark.line).or_default().push(mark.range.clone());
            }
            marks.push(mark);
        }
        for (file, lines) in files.iter_mut().zip(windows) {
            file.fill(lines);
        }
        let excerpt = Self { files };
        let places = marks.iter().map(|mark| excerpt.place(mark.as_ref()?)).collect();
        (excerpt, places)
    }

    fn place(&self, mark: &Mark) -> Option<ExcerptPlace> {
        let file = self.files.get(mark.file)?;
        let line = file.lines.iter().find(|line| line.number == mark.line)?;
        let holds = |piece: &&ExcerptPart| {
            piece.real.start <= mark.range.start && mark.range.start <= piece.real.end
        };
        let piece = line.pieces.iter().rfind(holds)?;
        let end = mark.range.end.min(piece.real.end).max(mark.range.start);
        let shift = |offset: usize| offset - piece.real.start + piece.start;
        Some(ExcerptPlace {
            file: mark.file,
            range: shift(mark.range.start)..shift(end),
            moved: mark.moved,
        })
    }

    fn file(&self, file: usize) -> Result<&FileExcerpt<'s>, Error> {
        self.files.get(file).ok_or(Error::FileMissing)
    }
}

impl Mark {
    fn new(file: usize, source: &SourceFile, span: Span) -> Self {
        let text = source.text();
        let wanted = span.range();
        let start = text.floor_char_boundary(wanted.start);
        let line = source.lines().line(u32::try_from(start).unwrap_or(u32::MAX));
        let content = content(source, line);
        let end = text.ceil_char_boundary(wanted.end.min(content.end)).max(start);
        let moved = wanted.end > text.len()
            || !text.is_char_boundary(wanted.start)
            || !text.is_char_boundary(wanted.end);
        // A byte-order mark and a line break are not shown: what points at them points beside them.
        let clamp = |offset: usize| offset.clamp(content.start, content.end);
        Self { file, line, range: clamp(start)..clamp(end), moved }
    }
}

impl<'s> FileExcerpt<'s> {
    fn new(id: FileId, source: &'s SourceFile, is_withheld: bool) -> Self {
        Self { id, source, is_withheld, text: String::new(), lines: Vec::new() }
    }

    /// Copies the lines with these labels. A line between two of them is shown too, since the renderer asks
    /// for it.
    fn fill(&mut self, labels: BTreeMap<usize, Vec<Range<usize>>>) {
        let between = labels.keys().map(|line| line + 1);
        let between = between.filter(|line| labels.contains_key(&(line + 1)));
        let numbers: BTreeSet<usize> = labels.keys().copied().chain(between).collect();
        for number in numbers {
            let none = Vec::new();
            self.add_line(number, labels.get(&number).unwrap_or(&none));
        }
    }

    fn add_line(&mut self, number: usize, labels: &[Range<usize>]) {
        let whole = content(self.source, number);
        let mut line = Line { number, start: self.text.len(), pieces: Vec::new() };
        let text = self.source.text();
        let mut shown = whole.start;
        let windows = match self.is_withheld {
            // The marks keep their places, and nothing is shown around them.
            true => {
                let starts: BTreeSet<usize> = labels.iter().map(|label| label.start).collect();
                starts.into_iter().map(|start| start..start).collect()
            }
            false => windows(text, &whole, labels),
        };
        for window in windows {
            if window.start > shown {
                self.text.push_str(CUT);
            }
            line.pieces.push(ExcerptPart { real: window.clone(), start: self.text.len() });
            self.text.push_str(&mask(text.part(window.clone())));
            shown = window.end;
        }
        if shown < whole.end {
            self.text.push_str(CUT);
        }
        self.text.push('\n');
        self.lines.push(line);
    }

    /// The line at an offset of the excerpt.
    fn line_at(&self, offset: usize) -> Option<&Line> {
        let after = self.lines.partition_point(|line| line.start <= offset);
        self.lines.get(after.checked_sub(1)?)
    }

    /// The offset in the file of an offset in the excerpt.
    fn real_offset(&self, offset: usize) -> Option<usize> {
        let pieces = &self.line_at(offset)?.pieces;
        let piece = pieces.iter().rfind(|piece| piece.start <= offset).or(pieces.first())?;
        let within = offset.saturating_sub(piece.start).min(piece.real.len());
        Some(piece.real.start + within)
    }
}

impl<'a> Files<'a> for Excerpt<'_> {
    type FileId = usize;
    type Name = Cow<'a, str>;
    type Source = &'a str;

    fn name(&'a self, id: usize) -> Result<Self::Name, Error> {
        Ok(text::clean(self.file(id)?.source.path()))
    }

    fn source(&'a self, id: usize) -> Result<Self::Source, Error> {
        Ok(&self.file(id)?.text)
    }

    fn line_index(&'a self, id: usize, byte_index: usize) -> Result<usize, Error> {
        let line = self.file(id)?.line_at(byte_index);
        line.map(|line| line.number).ok_or(Error::IndexTooLarge { given: byte_index, max: 0 })
    }

    fn line_range(&'a self, id: usize, line_index: usize) -> Result<Range<usize>, Error> {
        let file = self.file(id)?;
        let missing = || Error::LineTooLarge { given: line_index, max: file.lines.len() };
        let at = file
            .lines
            .binary_search_by_key(&line_index, |line| line.number)
            .map_err(|_| missing())?;
        let start = file.lines.get(at).ok_or_else(missing)?.start;
        let end = file.lines.get(at + 1).map_or(file.text.len(), |next| next.start);
        Ok(start..end)
    }

    fn column_number(
        &'a self,
        id: usize,
        _line_index: usize,
        byte_index: usize,
    ) -> Result<usize, Error> {
        Ok(self.location(id, byte_index)?.column_number)
    }

    fn location(&'a self, id: usize, byte_index: usize) -> Result<Location, Error> {
        let file = self.file(id)?;
        let missing = Error::IndexTooLarge { given: byte_index, max: file.text.len() };
        let offset = file.real_offset(byte_index).ok_or(missing)?;
        let position = file.source.position(u32::try_from(offset).unwrap_or(u32::MAX));
        Ok(Location {
            line_number: position.line as usize,
            column_number: position.column as usize,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::window::{AROUND, LONG_LINE, LONGEST_LABEL};
    use super::*;

    /// The text of the excerpt for one span, and the characters of it that are marked.
    fn excerpt(text: &str, start: usize, end: usize) -> (String, String) {
        let mut sources = SourceSet::default();
        let file = sources.add("a.gate", text);
        let (excerpt, places) = Excerpt::new(&sources, [Span::new(file, start, end)]);
        let shown = excerpt.files[0].text.clone();
        let marked = shown.get(places[0].as_ref().unwrap().range.clone()).unwrap().to_owned();
        (shown, marked)
    }

    #[test]
    fn only_the_lines_of_labels_are_copied() {
        let (shown, marked) = excerpt("one\ntwo\nthree\n", 4, 7);
        assert_eq!((shown.as_str(), marked.as_str()), ("two\n", "two"));
    }

    #[test]
    fn a_label_ends_with_its_first_line() {
        assert_eq!(excerpt("one {\r\n  two\n}\n", 4, 14).1, "{");
        assert_eq!(excerpt("one\ntwo\n", 3, 5).1, "");
    }

    #[test]
    fn a_byte_order_mark_is_not_shown() {
        let (shown, marked) = excerpt("\u{feff}allow x\n", 0, 8);
        assert_eq!((shown.as_str(), marked.as_str()), ("allow x\n", "allow"));
    }

    #[test]
    fn a_long_line_is_cut_around_each_label() {
        let line =
            format!("{}BAD{}WORSE{}", "a".repeat(5_000), "b".repeat(5_000), "c".repeat(5_000));
        let mut sources = SourceSet::default();
        let file = sources.add("a.json", line.as_str());
        let spans = [Span::new(file, 10_003, 10_008), Span::new(file, 5_000, 5_003)];
        let (excerpt, places) = Excerpt::new(&sources, spans);
        let text = &excerpt.files[0].text;
        let around = |letter: &str| letter.repeat(AROUND);
        let expected =
            format!("…{}BAD{}…{}WORSE{}…\n", around("a"), around("b"), around("b"), around("c"));
        assert_eq!(*text, expected);
        let marked: Vec<&str> = places
            .iter()
            .map(|place| text.get(place.as_ref().unwrap().range.clone()).unwrap())
            .collect();
        assert_eq!(marked, ["WORSE", "BAD"]);
        let column = |place: &Option<ExcerptPlace>| {
            excerpt.location(0, place.as_ref().unwrap().range.start).unwrap().column_number
        };
        assert_eq!(places.iter().map(column).collect::<Vec<_>>(), [10_004, 5_001]);
    }

    #[test]
    fn a_label_as_long_as_its_line_is_cut_too() {
        let (shown, marked) = excerpt(&"中".repeat(100_000), 0, 300_000);
        assert!(shown.len() < LONG_LINE, "{}", shown.len());
        assert!(shown.ends_with("中…\n") && marked.chars().all(|c| c == '中'), "{shown}");
        assert!(marked.len() >= LONGEST_LABEL);
    }

    #[test]
    fn windows_never_split_a_character() {
        let line = "\u{1f600}é中".repeat(1_000);
        for (start, character) in line.char_indices().take(200) {
            let (_, marked) = excerpt(&line, start, start + character.len_utf8());
            assert_eq!(marked, character.to_string());
        }
    }

    #[test]
    fn a_span_outside_its_file_is_moved_to_the_end() {
        let mut sources = SourceSet::default();
        let file = sources.add("a.gate", "allow é");
        let place = |start, end| {
            let span = Span::new(file, start, end);
            Excerpt::new(&sources, [span]).1.remove(0).unwrap()
        };
        assert_eq!(place(90, 95), ExcerptPlace { file: 0, range: 8..8, moved: true });
        assert_eq!(place(6, 95), ExcerptPlace { file: 0, range: 6..8, moved: true });
        assert_eq!(place(7, 8), ExcerptPlace { file: 0, range: 6..8, moved: true });
        assert_eq!(place(6, 8), ExcerptPlace { file: 0, range: 6..8, moved: false });
        assert_eq!(place(8, 8), ExcerptPlace { file: 0, range: 8..8, moved: false });
    }

    #[test]
    fn a_span_of_another_set_has_no_place() {
        let mut other = SourceSet::default();
        let span = Span::new(other.add("a.gate", "x"), 0, 1);
        assert_eq!(Excerpt::new(&SourceSet::default(), [span]).1, [None]);
    }
}
