//! What is shown of one line, and how.

use std::borrow::Cow;
use std::ops::Range;

use crate::source::SourceFile;
use crate::text;

/// A line with more bytes than this is cut.
pub const LONG_LINE: usize = 200;

/// How many bytes of a long line are shown before a label, and after it.
pub const AROUND: usize = 60;

/// How many bytes of a label on a long line are shown.
pub const LONGEST_LABEL: usize = 100;

/// What stands where a line was cut.
pub const CUT: &str = "…";

/// The bytes of a line without its line break and without a byte-order mark.
pub fn content(source: &SourceFile, line: usize) -> Range<usize> {
    let text = source.text();
    let range = source.lines().line_range(text, line);
    match text.get(range.clone()) {
        Some(content) if range.start == 0 && content.starts_with('\u{feff}') => {
            '\u{feff}'.len_utf8()..range.end
        }
        _ => range,
    }
}

/// What is shown of a line: all of it, or the surroundings of the labels, in order and apart.
pub fn windows(text: &str, line: &Range<usize>, labels: &[Range<usize>]) -> Vec<Range<usize>> {
    if line.len() <= LONG_LINE {
        return vec![line.clone()];
    }
    let head = line.start..line.start;
    let mut wanted: Vec<Range<usize>> =
        labels.iter().map(|label| window(text, line, label)).collect();
    if wanted.is_empty() {
        wanted.push(window(text, line, &head));
    }
    wanted.sort_by_key(|window| window.start);
    let mut windows: Vec<Range<usize>> = Vec::new();
    for next in wanted {
        match windows.last_mut() {
            // A gap that is no longer than the mark for it is not worth one.
            Some(last) if next.start <= last.end + CUT.len() => last.end = last.end.max(next.end),
            _ => windows.push(next),
        }
    }
    windows
}

fn window(text: &str, line: &Range<usize>, label: &Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(label.start.saturating_sub(AROUND)).max(line.start);
    let end =
        if label.len() > LONGEST_LABEL { label.start + LONGEST_LABEL } else { label.end + AROUND };
    start..text.ceil_char_boundary(end).min(line.end)
}

/// The text with every hidden character replaced by visible ones of the same length in bytes, so that
/// offsets stay what they are. Tabs are kept: the renderer knows them.
pub fn mask(text: &str) -> Cow<'_, str> {
    let hidden = |character: char| character != '\t' && text::is_hidden(character);
    if !text.chars().any(hidden) {
        return Cow::Borrowed(text);
    }
    let mut masked = String::with_capacity(text.len());
    for character in text.chars() {
        match (hidden(character), character.len_utf8()) {
            (false, _) => masked.push(character),
            (true, 1) => masked.push('?'),
            (true, 2) => masked.push('¿'),
            (true, 3) => masked.push('\u{fffd}'),
            (true, _) => masked.push_str("????"),
        }
    }
    Cow::Owned(masked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_replaced_at_their_length() {
        let text = "a\u{1b}b\u{85}c\u{202e}d\u{e0041}e\tf";
        assert_eq!(mask(text), "a?b¿c\u{fffd}d????e\tf");
        assert_eq!(mask(text).len(), text.len());
    }
}
