//! What differs between two texts that are the same but for blanks.

use crate::editor::TextEdit;

/// The replacements that make one text of another, which begins at `offset` in its file. None if more than blanks differs.
pub(super) fn differences(before: &str, after: &str, offset: usize) -> Option<Vec<TextEdit>> {
    let mut edits = Vec::new();
    let (mut left, mut right) = (before, after);
    let mut at = offset;
    loop {
        let (old, old_rest) = split_blanks(left);
        let (new, new_rest) = split_blanks(right);
        edits.extend(replacement(at, old, new));
        let (mut old_characters, mut new_characters) = (old_rest.chars(), new_rest.chars());
        let character = old_characters.next();
        if character != new_characters.next() {
            return None;
        }
        let Some(character) = character else { return Some(edits) };
        at += old.len() + character.len_utf8();
        (left, right) = (old_characters.as_str(), new_characters.as_str());
    }
}

/// The blanks with which a text begins, and the rest.
fn split_blanks(text: &str) -> (&str, &str) {
    text.split_at(text.find(|character| !is_blank(character)).unwrap_or(text.len()))
}

/// What the formatter may change: blanks, line breaks, and the byte-order mark.
fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\n' | '\u{feff}')
}

/// The smallest replacement of some blanks by others. Where there is more than plain blanks all are replaced: no place may lie
/// between the two characters of a line break.
fn replacement(at: usize, old: &str, new: &str) -> Option<TextEdit> {
    if old == new {
        return None;
    }
    let is_plain = |text: &str| !text.contains(['\r', '\u{feff}']);
    if !is_plain(old) || !is_plain(new) {
        return Some(TextEdit::new(at..at + old.len(), new));
    }
    let pairs = || old.bytes().zip(new.bytes());
    let start = pairs().take_while(|(old, new)| old == new).count();
    let (old_rest, new_rest) = (old.get(start..)?, new.get(start..)?);
    let backwards = old_rest.bytes().rev().zip(new_rest.bytes().rev());
    let end = backwards.take_while(|(old, new)| old == new).count();
    let text = new_rest.get(..new_rest.len() - end)?;
    Some(TextEdit::new(at + start..at + old.len() - end, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(before: &str, after: &str) -> Option<Vec<(usize, usize, String)>> {
        let edits = differences(before, after, 10)?;
        Some(edits.into_iter().map(|edit| (edit.range.start, edit.range.end, edit.text)).collect())
    }

    #[test]
    fn only_blanks_that_differ_are_replaced() {
        let edit = |start, end, text: &str| (start, end, text.to_owned());
        assert_eq!(changed("a b", "a b"), Some(vec![]));
        assert_eq!(changed("a   b\n", "a b\n"), Some(vec![edit(12, 14, "")]));
        assert_eq!(
            changed("a\nb", "a\n    b\n"),
            Some(vec![edit(12, 12, "    "), edit(13, 13, "\n")])
        );
        assert_eq!(changed("a\r\nb", "a\nb"), Some(vec![edit(11, 13, "\n")]));
        assert_eq!(changed("\u{feff}a", "a"), Some(vec![edit(10, 13, "")]));
        assert_eq!(changed("a==b", "a == b"), Some(vec![edit(11, 11, " "), edit(13, 13, " ")]));
        assert_eq!(changed("a b", "a c"), None);
        assert_eq!(changed("a", "a b"), None);
    }
}
