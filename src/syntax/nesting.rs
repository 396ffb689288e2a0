//! How deep brackets nest, found before the grammar sees the text.
//!
//! The grammar and every later phase recurse with the brackets of conditions and literals; this bounds them all.

use super::lexer::{self, Token};
use super::words;

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
/// statement word starts over. The tokens are looked at only where enough brackets open.
pub(super) fn too_deep(text: &str, tokens: impl Iterator<Item = Token>) -> Vec<TooDeep> {
    if count_opening(text.as_bytes()) <= MAX_DEPTH {
        return Vec::new();
    }
    let mut found: Vec<TooDeep> = Vec::new();
    let mut depth = 0usize;
    let mut from = 0;
    for token in tokens {
        if token.begins_line() && words::at(text, token.start()).is_some() {
            depth = 0;
            from = token.start();
        }
        match token.text(text) {
            "(" | "[" | "{" => {
                depth += 1;
                if depth > MAX_DEPTH && found.last().is_none_or(|last| last.bracket < from) {
                    found.push(TooDeep { from, bracket: token.start() });
                }
            }
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    found
}

/// Whether brackets nest too deep anywhere in a text.
pub(super) fn is_too_deep(text: &str) -> bool {
    !too_deep(text, lexer::tokens(text)).is_empty()
}

/// How many brackets open in a text, those in strings and comments included. Counted in strides of so many bytes that a byte
/// holds the count, which the processor does at once.
fn count_opening(bytes: &[u8]) -> usize {
    const STRIDE: usize = u8::MAX as usize;
    let opens = |byte: &u8| u8::from(matches!(byte, b'(' | b'[' | b'{'));
    bytes.chunks(STRIDE).map(|stride| usize::from(stride.iter().map(opens).sum::<u8>())).sum()
}
