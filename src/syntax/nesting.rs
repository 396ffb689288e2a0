//! How deep brackets nest, found before the grammar sees the text.
//!
//! The grammar and everything behind it recurse with the brackets of conditions and literals; this bounds them all.

use super::{recovery, words};

/// The deepest nesting of `(`, `[` and `{` in a statement.
pub const MAX_DEPTH: usize = 64;

/// Brackets that nest too deep in one statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooDeep {
    /// The line that began the statement.
    pub from: usize,
    /// The first bracket that opens level 65.
    pub bracket: usize,
}

/// The statements in which brackets nest too deep, in the order of the text, each once. A line that begins with a
/// statement word starts anew.
pub(super) fn too_deep(text: &str) -> Vec<TooDeep> {
    let bytes = text.as_bytes();
    if count_opening(bytes) <= MAX_DEPTH {
        return Vec::new();
    }
    let mut found: Vec<TooDeep> = Vec::new();
    let mut depth = 0usize;
    let mut from = 0;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => at = recovery::string_end(text, at),
            b'#' => at = recovery::line_end(text, at),
            b'(' | b'[' | b'{' => {
                depth += 1;
                if depth > MAX_DEPTH && found.last().is_none_or(|last| last.bracket < from) {
                    found.push(TooDeep { from, bracket: at });
                }
                at += 1;
            }
            b')' | b']' | b'}' => {
                depth = depth.saturating_sub(1);
                at += 1;
            }
            b'\n' => {
                at = recovery::skip_blanks(text, at + 1);
                if words::at(text, at).is_some() {
                    depth = 0;
                    from = at;
                }
            }
            _ => at += 1,
        }
    }
    found
}

/// How many brackets open in a text, those in strings and comments included. Counted in strides of so many bytes that a byte
/// holds the count, which the processor does at once.
fn count_opening(bytes: &[u8]) -> usize {
    const STRIDE: usize = u8::MAX as usize;
    let opens = |byte: &u8| u8::from(matches!(byte, b'(' | b'[' | b'{'));
    bytes.chunks(STRIDE).map(|stride| usize::from(stride.iter().map(opens).sum::<u8>())).sum()
}
