//! The tokens that the reader goes along, lexed as they are needed.

use super::lexer::{Lexer, Token};

/// The tokens of a text from an offset on, and the next one to read.
pub(super) struct TokenStream<'t> {
    lexer: Lexer<'t>,
    tokens: Vec<Token>,
    next: usize,
}

/// A token takes about this many bytes of text; room is made for so many tokens at once, and no more.
const USUAL_TOKEN: usize = 7;
const MANY: usize = 16 * 1024;

impl<'t> TokenStream<'t> {
    pub(super) fn new(lexer: Lexer<'t>, bytes: usize) -> Self {
        let tokens = Vec::with_capacity((bytes / USUAL_TOKEN).min(MANY));
        Self { lexer, tokens, next: 0 }
    }

    pub(super) fn text(&self) -> &'t str {
        self.lexer.text()
    }

    /// A token by its number.
    pub(super) fn get(&mut self, number: usize) -> Option<Token> {
        while self.tokens.len() <= number {
            self.tokens.push(self.lexer.next()?);
        }
        self.tokens.get(number).copied()
    }

    /// The number of the next token.
    pub(super) fn next(&self) -> usize {
        self.next
    }

    /// Goes on to a token. Returns where it begins, or the end of the text.
    pub(super) fn go_to(&mut self, number: usize) -> usize {
        self.next = number;
        self.get(number).map_or(self.text().len(), Token::start)
    }

    /// The number of the first token at or after this one that is not a comment.
    pub(super) fn code(&mut self, from: usize) -> usize {
        let mut number = from;
        while self.get(number).is_some_and(Token::is_comment) {
            number += 1;
        }
        number
    }

    /// Goes on, or back, to the first token at or after an offset. A token in the middle of which the offset lies is cut in two.
    pub(super) fn seek(&mut self, offset: usize) {
        while let Some(before) = self.next.checked_sub(1)
            && self.get(before).is_some_and(|token| token.end() > offset)
        {
            self.next = before;
        }
        while let Some(token) = self.get(self.next).filter(|token| token.start() < offset) {
            if token.end() > offset {
                self.tokens.truncate(self.next);
                self.tokens.push(token.up_to(offset));
                self.lexer = Lexer::after(self.text(), offset);
            }
            self.next += 1;
        }
    }

    /// All tokens from the first on.
    pub(super) fn all(&mut self) -> impl Iterator<Item = Token> {
        let mut number = 0;
        std::iter::from_fn(move || {
            number += 1;
            self.get(number - 1)
        })
    }

    /// The tokens that have been read, the next one with them: what is on its line is known then.
    pub(super) fn into_read(mut self) -> Vec<Token> {
        if self.get(self.next).is_some() {
            self.next += 1;
        }
        self.tokens.truncate(self.next);
        self.tokens
    }

    /// All tokens, to be kept.
    pub(super) fn into_all(mut self) -> Vec<Token> {
        self.tokens.extend(self.lexer);
        self.tokens.shrink_to_fit();
        self.tokens
    }
}
