//! Why a tool stands where it does, in one line.

use super::plan::{Entry, runner_up};
use crate::risk::{Assessment, Class, Evidence, Source};
use crate::text::{self, quote};

/// How many pieces of evidence are shown at most, each from another source.
const SHOWN: usize = 3;

/// The evidence for a tool's class, in at most `room` columns if that is enough for anything: the weightiest piece, cut where
/// it must be, and those of the others that fit.
pub(super) fn evidence(entry: &Entry<'_>, room: usize) -> String {
    let assessment = &entry.assessment;
    if assessment.evidence.is_empty() {
        return "no evidence: check this one".to_owned();
    }
    let mut pieces = pieces(assessment, assessment.class).into_iter();
    let first = pieces.next().unwrap_or_default();
    if entry.is_guess() {
        let class = assessment.class.name();
        return guess(assessment, &format!("a guess, check this one: {class} by {first}"), room);
    }
    let mut text = format!("{} confidence: {first}", assessment.confidence.name());
    for piece in pieces {
        let longer = format!("{text}, {piece}");
        if width(&longer) <= room {
            text = longer;
        }
    }
    cut(&text, room)
}

/// What else the tool may be, behind what it was taken for.
fn guess(assessment: &Assessment, taken_for: &str, room: usize) -> String {
    let Some(other) = runner_up(assessment) else { return cut(taken_for, room) };
    let maybe = format!("{taken_for}, or {}", other.name());
    let first = pieces(assessment, other).into_iter().next().unwrap_or_default();
    let whole = format!("{maybe} by {first}");
    if width(&whole) <= room { whole } else { cut(&maybe, room) }
}

/// The evidence that speaks for a class in words, the weightiest piece of each source.
fn pieces(assessment: &Assessment, class: Class) -> Vec<String> {
    let mut pieces: Vec<&Evidence> = Vec::new();
    for piece in assessment.evidence.iter().filter(|piece| piece.points_to == class) {
        if pieces.len() < SHOWN && pieces.iter().all(|other| other.source != piece.source) {
            pieces.push(piece);
        }
    }
    pieces.into_iter().map(piece).collect()
}

/// `` name `set` ``, `` parameter `action`: `delete` ``
fn piece(evidence: &Evidence) -> String {
    let words: Vec<&str> = evidence.words.split_whitespace().collect();
    let words = words.join(" ");
    let source = match evidence.source {
        Source::Annotation => "hint",
        source => source.name(),
    };
    match evidence.parameter.as_deref().filter(|key| *key != words) {
        Some(key) => format!("{source} {}: {}", quote(key), quote(&words)),
        None => format!("{source} {}", quote(&words)),
    }
}

/// How many columns a text takes at most: many characters outside of ASCII take two.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

fn columns(character: char) -> usize {
    if character.is_ascii() { 1 } else { 2 }
}

/// The text, cut to so many columns.
fn cut(text: &str, room: usize) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let mut left = room.saturating_sub(columns('…'));
    let fits = |character: &char| {
        let width = columns(*character);
        let fits = width <= left;
        left = left.saturating_sub(width);
        fits
    };
    let kept: String = text.chars().take_while(fits).collect();
    format!("{}…", kept.trim_end())
}

/// A stranger's text for the middle of a comment: cleaned, on one line, and not longer than a line.
pub(super) fn inline(text: &str) -> String {
    text::excerpt(text, 80)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_to_its_columns() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdefg", 6), "abcd…");
        assert_eq!(cut("abc defg", 6), "abc…");
        assert_eq!(cut("删除一切", 6), "删除…");
        assert_eq!(cut("ab", 0), "…");
    }
}
