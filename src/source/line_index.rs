//! From byte offsets to lines and columns, in constant time also on a line of a megabyte.

use super::TextPart;

/// A place as people and editors count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// One-based line.
    pub line: u32,
    /// One-based column in characters (Unicode scalar values). A byte-order mark is not counted.
    pub column: u32,
    /// Zero-based offset in bytes.
    pub offset: u32,
}

/// Distance between two checkpoints of the character count, in bytes.
const STEP: usize = 1024;

/// The starts of the lines, and how many characters stand before every 1,024th byte.
///
/// A column is the difference of two character counts, each a checkpoint and a walk of at most
/// 1,024 bytes; counting from the start of the line instead would make many findings on one
/// minified line cost its length each.
#[derive(Debug)]
pub struct LineIndex {
    line_starts: Vec<u32>,
    characters_before: Vec<u32>,
    mark: bool,
}

impl LineIndex {
    /// Reads the text once. A line ends after `\n`.
    pub fn new(text: &str) -> Self {
        let mut line_starts = vec![0];
        let mut characters_before = Vec::with_capacity(text.len() / STEP + 1);
        let mut characters = 0u32;
        for (offset, byte) in text.bytes().enumerate() {
            if offset % STEP == 0 {
                characters_before.push(characters);
            }
            if is_character_start(byte) {
                characters = characters.saturating_add(1);
            }
            if byte == b'\n' {
                line_starts.push(u32::try_from(offset + 1).unwrap_or(u32::MAX));
            }
        }
        Self { line_starts, characters_before, mark: text.starts_with('\u{feff}') }
    }

    /// How many lines there are; a text that ends in a line break has an empty last one.
    pub fn line_count(&self) -> usize {
        self.line_starts.len()
    }

    /// The zero-based line of an offset; the last line for an offset past the end.
    pub fn line(&self, offset: u32) -> usize {
        self.line_starts.partition_point(|&start| start <= offset).saturating_sub(1)
    }

    /// The byte range of a zero-based line without its line break.
    pub fn line_range(&self, text: &str, line: usize) -> std::ops::Range<usize> {
        let start = self.line_starts.get(line).map_or(text.len(), |&start| start as usize);
        let end = self.line_starts.get(line + 1).map_or(text.len(), |&next| next as usize);
        let line_text = text.part(start..end);
        let content = line_text.trim_end_matches(['\n', '\r']);
        start..start + content.len()
    }

    /// Line and column of an offset in the text that the index was made from.
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let line = self.line(offset);
        let start = self.line_starts.get(line).copied().unwrap_or(0);
        let mut column = self.characters(text, offset) - self.characters(text, start);
        if self.mark && line == 0 {
            column = column.saturating_sub(1);
        }
        Position { line: u32::try_from(line + 1).unwrap_or(u32::MAX), column: column + 1, offset }
    }

    fn characters(&self, text: &str, offset: u32) -> u32 {
        let offset = (offset as usize).min(text.len());
        let checkpoint = offset / STEP;
        let (from, before) = match self.characters_before.get(checkpoint) {
            Some(&before) => (checkpoint * STEP, before),
            None => match self.characters_before.last() {
                Some(&before) => ((self.characters_before.len() - 1) * STEP, before),
                None => (0, 0),
            },
        };
        let rest = text.as_bytes().get(from..offset).unwrap_or(&[]);
        let count = rest.iter().filter(|&&byte| is_character_start(byte)).count();
        before + u32::try_from(count).unwrap_or(0)
    }
}

/// Whether a byte begins a character of UTF-8 rather than continuing one.
fn is_character_start(byte: u8) -> bool {
    byte & 0b1100_0000 != 0b1000_0000
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(text: &str, offset: usize) -> (u32, u32) {
        let at = LineIndex::new(text).position(text, offset as u32);
        (at.line, at.column)
    }

    #[test]
    fn columns_count_characters() {
        let text = "a\u{1f600}b\r\n\u{4e2d}x\n";
        assert_eq!(position(text, 0), (1, 1));
        assert_eq!(position(text, 5), (1, 3));
        assert_eq!(position(text, 8), (2, 1));
        assert_eq!(position(text, 11), (2, 2));
        assert_eq!(position(text, text.len()), (3, 1));
    }

    #[test]
    fn a_byte_order_mark_takes_no_column() {
        assert_eq!(position("\u{feff}allow x", 3), (1, 1));
        assert_eq!(position("\u{feff}\nallow x", 4), (2, 1));
    }

    #[test]
    fn every_offset_agrees_with_counting_from_the_start() {
        let text = "\u{e9}x\n".repeat(700) + &"\u{4e2d}y".repeat(900);
        let index = LineIndex::new(&text);
        for (offset, _) in text.char_indices() {
            let before = text.get(..offset).unwrap();
            let line_start = before.rfind('\n').map_or(0, |at| at + 1);
            let expected = before.get(line_start..).unwrap().chars().count() + 1;
            assert_eq!(index.position(&text, offset as u32).column as usize, expected);
        }
    }
}
