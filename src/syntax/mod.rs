//! From text to tree.
//!
//! Reading is total: every text gives a [`Tree`] and the findings of all its mistakes. A statement that the grammar
//! refuses becomes a [`tree::Broken`] node.
//!
//! One lexer tells where tokens begin and end; the tree keeps them. Plain statements are read from tokens alone, all others
//! by the grammar, which works on characters and describes the same tokens.
//!
//! This layer resolves no name, reads no other file and knows no target. Inside it only `grammar` knows pest.

mod again;
mod build;
mod characters;
pub mod compare;
mod expectation;
mod grammar;
mod lexer;
mod mistakes;
pub mod names;
mod nesting;
mod one_line;
mod plain;
mod reader;
mod recovery;
mod shift;
mod stream;
pub mod tree;
pub mod words;

pub use again::{Before, Changed, changed, parse_again};
pub(crate) use characters::check as hidden_characters;
pub use expectation::{Expectation, Fragment, expectation};
pub use grammar::{Expected, accepts, terminals};
pub use lexer::{Token, TokenKind, closed_string, comments, tokens, tokens_within};
pub use nesting::MAX_DEPTH;
pub use one_line::one_line;
pub use reader::parse;
pub(crate) use shift::Shift;
pub use tree::{Tree, decode_string};
