//! What differs between two texts, line by line.
//!
//! Lines that stand once in both texts hold them together; what lies between two of them is replaced as a whole, but for the lines
//! that are the same at its start and its end. It takes time in proportion to the lines and the logarithm of their number.

use std::collections::HashMap;

use super::TextEdit;

/// The replacements that make one text of another.
pub(super) fn lines(before: &str, after: &str) -> Vec<TextEdit> {
    let old: Vec<&str> = before.split_inclusive('\n').collect();
    let new: Vec<&str> = after.split_inclusive('\n').collect();
    let mut anchors = anchors(&old, &new);
    anchors.push((old.len(), new.len()));
    let mut edits = Vec::new();
    let (mut left, mut right, mut at) = (0, 0, 0);
    for (next_left, next_right) in anchors {
        let gone = old.get(left..next_left).unwrap_or(&[]);
        let come = new.get(right..next_right).unwrap_or(&[]);
        edits.extend(replacement(at, gone, come));
        let anchor = old.get(next_left).map_or(0, |line| line.len());
        at += gone.iter().map(|line| line.len()).sum::<usize>() + anchor;
        (left, right) = (next_left + 1, next_right + 1);
    }
    edits
}

fn replacement(at: usize, old: &[&str], new: &[&str]) -> Option<TextEdit> {
    let same = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let start: usize = old.iter().take(same).map(|line| line.len()).sum();
    let (old, new) = (old.get(same..)?, new.get(same..)?);
    let end = old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count();
    let (old, new) = (old.get(..old.len() - end)?, new.get(..new.len() - end)?);
    let length: usize = old.iter().map(|line| line.len()).sum();
    let start = at + start;
    (!old.is_empty() || !new.is_empty()).then(|| TextEdit::new(start..start + length, new.concat()))
}

/// Places of lines that stand once in each text, rising in both: the longest row of them.
fn anchors(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    let places = once(new);
    let mut pairs: Vec<(usize, usize)> =
        once(old).into_iter().filter_map(|(line, left)| Some((left, *places.get(line)?))).collect();
    pairs.sort_unstable();
    // For each length the row that ends earliest in the new text, by the number of its last pair; and the pair before each.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    let right = |number: usize| pairs.get(number).map_or(0, |(_, right)| *right);
    for (number, pair) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| right(*end) < pair.1);
        before.push(length.checked_sub(1).and_then(|shorter| ends.get(shorter)).copied());
        match ends.get_mut(length) {
            Some(end) => *end = number,
            None => ends.push(number),
        }
    }
    let last = ends.last().copied();
    let row = std::iter::successors(last, |number| before.get(*number).copied().flatten());
    let mut row: Vec<(usize, usize)> =
        row.filter_map(|number| pairs.get(number).copied()).collect();
    row.reverse();
    row
}

/// The lines that stand once in a text, with their numbers.
fn once<'t>(lines: &[&'t str]) -> HashMap<&'t str, usize> {
    let mut found: HashMap<&str, Option<usize>> = HashMap::with_capacity(lines.len());
    for (number, line) in lines.iter().enumerate() {
        found.entry(line).and_modify(|place| *place = None).or_insert(Some(number));
    }
    found.into_iter().filter_map(|(line, place)| Some((line, place?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_replaced() {
        let edit = |start: usize, end: usize, text: &str| TextEdit::new(start..end, text);
        for (before, after, expected) in [
            ("a\nb\n", "a\nb\n", vec![]),
            ("a\nb\nc\n", "a\nc\n", vec![edit(2, 4, "")]),
            ("a\nc\n", "a\nb\nc\n", vec![edit(2, 2, "b\n")]),
            ("a\n\nb\n\nc\n", "x\n\nb\n\ny\n", vec![edit(0, 2, "x\n"), edit(6, 8, "y\n")]),
            ("a\na\na\n", "a\na\n", vec![edit(4, 6, "")]),
            ("a\nb\n", "b\na\n", vec![edit(0, 2, ""), edit(4, 4, "a\n")]),
            ("", "a", vec![edit(0, 0, "a")]),
            ("a", "", vec![edit(0, 1, "")]),
        ] {
            let found = lines(before, after);
            let file = crate::source::SourceFile::new("", before);
            let made = crate::editor::FileEdits { file: Some(file.into()), edits: found.clone() };
            assert_eq!(made.applied(), after, "{before:?} {after:?} {found:?}");
            assert_eq!(found, expected, "{before:?} {after:?}");
        }
    }
}
