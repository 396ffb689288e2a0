//! From a tree and its text to the same policy, laid out in the one way that the project knows.
//!
//! The layout depends on the tokens, on the comments and whether each begins its line, and on the blank lines between
//! statements. Where else the author broke lines does not matter, so formatting twice gives what formatting once does.
//!
//! This layer resolves no name and knows no target. It takes trees without mistakes only.

mod layout;
mod lexeme;
mod page;
mod pieces;

use std::fmt;

use crate::syntax::{self, Tree, compare};

/// Lines are broken to stay within so many characters, where the language allows a break.
pub const WIDTH: usize = 100;

/// One step of indentation, in spaces.
pub const INDENT: usize = 4;

/// The formatter's own result was not the policy that it was given: a fault of the tool, never of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormatFault {
    /// The grammar does not take the result.
    Refused,
    /// The result says something else.
    Meaning,
    /// A comment was lost, changed or moved past another.
    Comments,
}

impl fmt::Display for FormatFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            FormatFault::Refused => "the formatted text cannot be parsed; nothing was changed",
            FormatFault::Meaning => {
                "the formatted text would have another meaning; nothing was changed"
            }
            FormatFault::Comments => "the formatted text would lose a comment; nothing was changed",
        })
    }
}

impl std::error::Error for FormatFault {}

/// The text of a tree that was read without a finding, laid out anew. Empty text stays empty; all other text ends in
/// one line break.
///
/// # Errors
/// The result is read back and compared before it is returned: the trees node by node, the comments and the other tokens one by
/// one. Any difference is a [`FormatFault`], and no text is returned.
pub fn format(tree: &Tree, text: &str) -> Result<String, FormatFault> {
    let formatted = page::write(tree, text);
    let (again, findings) = syntax::parse(tree.file, &formatted);
    if !findings.is_empty() {
        return Err(FormatFault::Refused);
    }
    if !compare::same((tree, text), (&again, &formatted)) {
        return Err(FormatFault::Meaning);
    }
    if !syntax::comments(text).eq(syntax::comments(&formatted)) {
        return Err(FormatFault::Comments);
    }
    if !code(text).eq(code(&formatted)) {
        return Err(FormatFault::Meaning);
    }
    Ok(formatted)
}

/// The tokens of a text that are no comments.
fn code(text: &str) -> impl Iterator<Item = &str> {
    syntax::tokens(text).filter(|token| !token.is_comment()).map(|token| token.text(text))
}
