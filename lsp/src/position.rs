//! From byte offsets to the positions of the protocol and back, in constant time for a place, also on a line of a megabyte.

use std::ops::Range;

use gatewright::source::TextPart;
use tower_lsp::ls_types as lsp;

/// Distance between two checkpoints of the count of units, in bytes.
const STEP: usize = 1024;

/// In which units the client counts the characters of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of UTF-16, which every client understands.
    #[default]
    Utf16,
}

/// Where the lines of a text begin, as the protocol counts them: a line ends with `\n`, `\r\n` or a lone `\r`.
///
/// Columns are differences of counts from the start of the text. A text of ASCII needs none; any other has a checkpoint at every
/// 1,024th byte, so that many findings on one long line do not cost its length each.
#[derive(Debug)]
pub struct Lines {
    starts: Vec<usize>,
    /// Units of UTF-16 before every 1,024th byte; empty for a text of ASCII.
    units_before: Vec<usize>,
    is_ascii: bool,
}

impl Lines {
    /// Reads the text once.
    pub fn new(text: &str) -> Self {
        let is_ascii = text.is_ascii();
        let units_before = if is_ascii { Vec::new() } else { checkpoints(text) };
        Self { starts: starts(text), units_before, is_ascii }
    }

    /// The position of an offset in the text that the lines were made from. An offset within a line break counts as the end of
    /// its line, one past the end of the text as that end.
    pub fn position(&self, text: &str, offset: usize, encoding: Encoding) -> lsp::Position {
        let offset = floor(text, offset);
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let content = self.content(text, line);
        let offset = offset.min(content.end);
        let character = match encoding {
            Encoding::Utf16 if !self.is_ascii => {
                self.units(text, offset) - self.units(text, content.start)
            }
            _ => offset - content.start,
        };
        lsp::Position::new(number(line), number(character))
    }

    /// The offset of a position. A character past the end of its line counts as that end, a line past the last one as the end of
    /// the text, a place within a character as its start.
    pub fn offset(&self, text: &str, position: lsp::Position, encoding: Encoding) -> usize {
        let line = position.line as usize;
        if line >= self.starts.len() {
            return text.len();
        }
        let content = self.content(text, line);
        let character = position.character as usize;
        match encoding {
            Encoding::Utf16 if !self.is_ascii => {
                let units = self.units(text, content.start).saturating_add(character);
                self.offset_of(text, units).clamp(content.start, content.end)
            }
            _ => floor(text, content.start.saturating_add(character).min(content.end)),
        }
    }

    /// The protocol's range of a range of bytes.
    pub fn range(&self, text: &str, range: &Range<usize>, encoding: Encoding) -> lsp::Range {
        lsp::Range::new(
            self.position(text, range.start, encoding),
            self.position(text, range.end.max(range.start), encoding),
        )
    }

    /// The range of bytes of the protocol's range; one that ends before it begins is empty.
    pub fn bytes(&self, text: &str, range: lsp::Range, encoding: Encoding) -> Range<usize> {
        let start = self.offset(text, range.start, encoding);
        start..self.offset(text, range.end, encoding).max(start)
    }

    /// The bytes of a line without its break.
    pub fn content(&self, text: &str, line: usize) -> Range<usize> {
        let start = self.starts.get(line).copied().unwrap_or(text.len());
        let next = self.starts.get(line + 1).copied();
        let mut end = next.unwrap_or(text.len());
        if next.is_some() {
            let bytes = text.as_bytes();
            let before = |end: usize| bytes.get(end.wrapping_sub(1)).copied();
            if before(end) == Some(b'\n') {
                end -= 1;
                if end > start && before(end) == Some(b'\r') {
                    end -= 1;
                }
            } else {
                end -= 1;
            }
        }
        start..end
    }

    /// How many units of UTF-16 stand before an offset.
    fn units(&self, text: &str, offset: usize) -> usize {
        let checkpoint = (offset / STEP).min(self.units_before.len().saturating_sub(1));
        let before = self.units_before.get(checkpoint).copied().unwrap_or(0);
        let rest = text.as_bytes().get(checkpoint * STEP..offset).unwrap_or(&[]);
        before + rest.iter().map(|byte| units_of(*byte)).sum::<usize>()
    }

    /// The start of the character that holds the unit with this number.
    fn offset_of(&self, text: &str, units: usize) -> usize {
        let checkpoint = self.units_before.partition_point(|before| *before <= units);
        let checkpoint = checkpoint.saturating_sub(1);
        let mut count = self.units_before.get(checkpoint).copied().unwrap_or(0);
        let mut offset = floor(text, checkpoint * STEP);
        if offset < checkpoint * STEP {
            // The character at the checkpoint began before it, and its units were counted there.
            let character = text.get(offset..).and_then(|rest| rest.chars().next());
            count -= character.map_or(0, char::len_utf16);
        }
        for character in text.part(offset..).chars() {
            count += character.len_utf16();
            if count > units {
                break;
            }
            offset += character.len_utf8();
        }
        offset
    }
}

/// The start of the line with this number in a text whose lines are not known: for one look, as when a change comes in. `None` if
/// there are fewer lines.
pub fn line_start(text: &str, line: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut left, mut at) = (line, 0);
    // Blocks are counted through, which the compiler turns into wide instructions, and only the last one is looked into.
    while left > 0 && at < bytes.len() {
        let end = (at + STEP).min(bytes.len());
        let breaks = (at..end).filter(|place| ends_line(bytes, *place)).count();
        if breaks >= left {
            return (at..end)
                .filter(|place| ends_line(bytes, *place))
                .nth(left - 1)
                .map(|at| at + 1);
        }
        left -= breaks;
        at = end;
    }
    (left == 0).then_some(at)
}

/// The offset of a position in a text whose lines are not known, and whether the position lies within the surrogate pair of the
/// character there.
pub fn offset_once(text: &str, position: lsp::Position, encoding: Encoding) -> (usize, bool) {
    let Some(start) = line_start(text, position.line as usize) else { return (text.len(), false) };
    let rest = text.part(start..);
    let line = rest.find(['\n', '\r']).and_then(|end| rest.get(..end)).unwrap_or(rest);
    let character = position.character as usize;
    match encoding {
        Encoding::Utf8 => (start + floor(line, character), false),
        Encoding::Utf16 => {
            let mut units = 0;
            let mut characters = line.char_indices();
            let past = characters.find(|(_, found)| {
                units += found.len_utf16();
                units > character
            });
            // The units as far as the end of the character, of which the position has one to itself.
            past.map_or((start + line.len(), false), |(at, found)| {
                (start + at, found.len_utf16() == 2 && units == character + 1)
            })
        }
    }
}

fn starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let mut starts = vec![0];
    for (at, byte) in bytes.iter().enumerate() {
        if *byte <= b'\r' && ends_line(bytes, at) {
            starts.push(at + 1);
        }
    }
    starts
}

/// Whether a line ends with the byte at a place: `\n`, or a `\r` that no `\n` follows.
fn ends_line(bytes: &[u8], at: usize) -> bool {
    match bytes.get(at) {
        Some(b'\n') => true,
        Some(b'\r') => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    }
}

fn checkpoints(text: &str) -> Vec<usize> {
    let mut count = 0;
    let mut found = Vec::with_capacity(text.len() / STEP + 1);
    for block in text.as_bytes().chunks(STEP) {
        found.push(count);
        count += block.iter().map(|byte| units_of(*byte)).sum::<usize>();
    }
    found
}

/// The units of UTF-16 of the character that a byte begins; none for a byte that continues one.
fn units_of(byte: u8) -> usize {
    match byte {
        0x80..=0xbf => 0,
        0xf0.. => 2,
        _ => 1,
    }
}

/// The nearest start of a character at an offset or before it.
fn floor(text: &str, offset: usize) -> usize {
    text.floor_char_boundary(offset)
}

fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
