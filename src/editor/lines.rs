//! The lines of a text around a place in it. Each question costs the length of a line.

use std::ops::Range;

use crate::source::TextPart;
use crate::syntax::tokens;

/// The line break that a text uses: that of its first line.
pub(super) fn line_break(text: &str) -> &'static str {
    let first = text.find('\n').and_then(|end| text.get(..end));
    if first.is_some_and(|line| line.ends_with('\r')) { "\r\n" } else { "\n" }
}

/// Code on one line, without its comments: its tokens, with a blank where anything stands between two. It must not begin inside a
/// string.
pub(super) fn code(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut end = None;
    for token in tokens(text).filter(|token| !token.is_comment()) {
        if end.is_some_and(|end| end < token.start()) {
            out.push(' ');
        }
        out.push_str(token.text(text));
        end = Some(token.end());
    }
    out
}

/// Where the line of an offset begins.
pub(super) fn line_start(text: &str, offset: usize) -> usize {
    text.get(..offset).and_then(|before| before.rfind('\n')).map_or(0, |line_break| line_break + 1)
}

/// Where the line of an offset ends, without its line break.
pub(super) fn line_end(text: &str, offset: usize) -> usize {
    let rest = text.part(offset..);
    let Some(end) = rest.find('\n') else { return offset + rest.len() };
    let is_pair = rest.get(..end).is_some_and(|line| line.ends_with('\r'));
    offset + end - usize::from(is_pair)
}

/// The comments that stand directly above the line that begins at an offset, each on a line of its own; the nearest first.
pub(super) fn comments_above(text: &str, start: usize) -> impl Iterator<Item = Range<usize>> {
    let above = move |start: usize| {
        let own = line_start(text, start.checked_sub(1)?);
        let line = own..line_end(text, own);
        let is_comment = content(text, &line).starts_with('#');
        is_comment.then_some(line)
    };
    std::iter::successors(above(start), move |line| above(line.start))
}

/// A line without the blanks and the byte-order mark with which it begins.
pub(super) fn content<'t>(text: &'t str, line: &Range<usize>) -> &'t str {
    text.part(line.clone()).trim_start_matches(['\u{feff}', ' ', '\t'])
}
