//! The row of tokens and comments that is laid out.

use crate::syntax::{self, TokenKind};

/// A token or a comment.
///
/// Where the grammar's tokens are cut otherwise, lexemes are what the author reads: an argument such as `args."a".b` is
/// one, and so are the colon behind the key of an object and the `as` of `as{tool}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lexeme<'t> {
    /// Its characters; those of a comment without the blanks at its end.
    pub text: &'t str,
    /// The first byte in the file.
    pub start: usize,
    /// Whether it is a comment.
    pub comment: bool,
    /// How many lines end between it and what stands before it.
    pub line_breaks: usize,
}

impl Lexeme<'_> {
    /// Whether it is a comment on the line of what stands before it.
    pub(super) fn is_trailing(&self) -> bool {
        self.comment && self.line_breaks == 0
    }
}

/// The lexemes of `text[from..to]`.
pub(super) fn lexemes(text: &str, from: usize, to: usize) -> Vec<Lexeme<'_>> {
    let mut row = Row { text, end: from, previous: "", lexemes: Vec::new() };
    let part = text.get(from..to).unwrap_or("");
    for token in syntax::tokens(part) {
        let (start, end) = (from + token.start, from + token.end);
        match token.kind {
            TokenKind::Comment => row.comment(start, end),
            TokenKind::ObjectKey => row.object_key(start, end),
            _ => row.token(start, end),
        }
    }
    row.lexemes
}

struct Row<'t> {
    text: &'t str,
    /// The byte behind the last lexeme.
    end: usize,
    /// The last token, which no comment is.
    previous: &'t str,
    lexemes: Vec<Lexeme<'t>>,
}

impl<'t> Row<'t> {
    fn slice(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or("")
    }

    fn push(&mut self, start: usize, end: usize, comment: bool) {
        let blanks = self.slice(self.end, start);
        let line_breaks = blanks.bytes().filter(|&byte| byte == b'\n').count();
        let text = self.slice(start, end);
        self.lexemes.push(Lexeme { text, start, comment, line_breaks });
        if !comment {
            self.previous = text;
        }
        self.end = end;
    }

    fn comment(&mut self, start: usize, end: usize) {
        let length = self.slice(start, end).trim_end_matches([' ', '\t']).len();
        self.push(start, start + length, true);
    }

    fn token(&mut self, start: usize, end: usize) {
        let token = self.slice(start, end);
        let adjacent = start == self.end;
        let text = self.text;
        match self.lexemes.last_mut() {
            Some(last) if adjacent && goes_on(last.text, token) => {
                last.text = text.get(last.start..end).unwrap_or("");
                self.end = end;
            }
            _ if token.starts_with("as{") && self.previous != "as" => {
                let name = start + "as".len();
                self.push(start, name, false);
                self.push(name, end, false);
            }
            _ => self.push(start, end, false),
        }
    }

    /// A string and a colon, perhaps with comments between them.
    fn object_key(&mut self, start: usize, end: usize) {
        let colon = end.saturating_sub(1);
        for part in syntax::tokens(self.slice(start, colon)) {
            let (from, to) = (start + part.start, start + part.end);
            if part.kind == TokenKind::Comment {
                self.comment(from, to);
            } else {
                self.push(from, to, false);
            }
        }
        self.push(colon, end, false);
    }
}

/// Whether a token goes on with the argument that stands directly before it.
fn goes_on(argument: &str, token: &str) -> bool {
    argument.starts_with("args.")
        && if argument.ends_with('.') { token.starts_with('"') } else { token.starts_with('.') }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        lexemes(text, 0, text.len()).iter().map(|lexeme| lexeme.text).collect()
    }

    #[test]
    fn an_argument_is_one_lexeme() {
        assert_eq!(texts(r#"args.a."b c"."d".e==.5"#), [r#"args.a."b c"."d".e"#, "==", ".5"]);
        assert_eq!(texts(r#"args."x" "y""#), [r#"args."x""#, r#""y""#]);
    }

    #[test]
    fn a_template_is_parted_from_its_keyword() {
        assert_eq!(texts("5/day as{tool}"), ["5/day", "as", "{tool}"]);
        assert_eq!(texts("5/day as # c\n as{tool}"), ["5/day", "as", "# c", "as{tool}"]);
    }

    #[test]
    fn a_key_is_parted_from_its_colon() {
        assert_eq!(texts("{\"a\\\":\" # b: \n:1}"), ["{", "\"a\\\":\"", "# b:", ":", "1", "}"]);
    }

    #[test]
    fn lines_are_counted_from_the_lexeme_before() {
        let text = "a # b\r\n\r\n  # c\nd";
        let breaks: Vec<usize> =
            lexemes(text, 0, text.len()).iter().map(|lexeme| lexeme.line_breaks).collect();
        assert_eq!(breaks, [0, 0, 2, 1]);
    }
}
