//! The row of tokens and comments that is laid out.

use crate::source::TextPart;
use crate::syntax::Token;

/// A token or a comment, with the lines that end before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lexeme<'t> {
    /// Its characters; those of a comment without the blanks at its end.
    pub text: &'t str,
    /// The first byte in the file.
    pub start: usize,
    /// Whether it is a comment.
    pub comment: bool,
    /// How many line breaks precede it.
    pub line_breaks: usize,
}

impl Lexeme<'_> {
    /// Whether it is a comment at the end of a line.
    pub(super) fn is_trailing(&self) -> bool {
        self.comment && self.line_breaks == 0
    }
}

/// The lexemes of some tokens; the text before them ends at `end`.
pub(super) fn lexemes<'t>(text: &'t str, tokens: &[Token], mut end: usize) -> Vec<Lexeme<'t>> {
    let lexeme = |token: &Token| {
        let blanks = text.part(end..token.start());
        let line_breaks = blanks.bytes().filter(|&byte| byte == b'\n').count();
        let comment = token.is_comment();
        let written = token.text(text);
        let written = if comment { written.trim_end_matches([' ', '\t']) } else { written };
        end = token.start() + written.len();
        Lexeme { text: written, start: token.start(), comment, line_breaks }
    };
    tokens.iter().map(lexeme).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_from_the_lexeme_before() {
        let text = "a # b \t\r\n\r\n  # c\nd";
        let tokens: Vec<Token> = crate::syntax::tokens(text).collect();
        let row = lexemes(text, &tokens, 0);
        let breaks: Vec<usize> = row.iter().map(|lexeme| lexeme.line_breaks).collect();
        assert_eq!(breaks, [0, 0, 2, 1]);
        assert_eq!(row[1].text, "# b");
    }
}
