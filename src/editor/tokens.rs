//! What each word of the text is, for colouring by meaning.

use std::ops::Range;

use super::View;

/// A word and what it is. It never goes on over a line break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SemanticToken {
    /// The bytes.
    pub range: Range<usize>,
    /// What it is.
    pub kind: SemanticKind,
    /// Whether it says what a name is, not only uses it.
    pub is_definition: bool,
    /// Whether it comes with the language.
    pub is_builtin: bool,
    /// Whether the tool is critical: it destroys, or moves money.
    pub is_critical: bool,
}

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SemanticKind {
    /// A word of the language.
    Keyword,
    /// A tool's name.
    Tool,
    /// A glob.
    Glob,
    /// A set or group.
    Set,
    /// An argument's path.
    Argument,
    /// An operator.
    Operator,
    /// A string.
    String,
    /// A number or a rate.
    Number,
    /// A class of risk.
    Class,
    /// The name of a counter.
    Counter,
    /// A comment.
    Comment,
    /// A suppression in a comment.
    Suppression,
    /// The name of a rule in a suppression.
    Rule,
}

/// The words of a part of the text, by place.
pub fn tokens(view: &View, range: Range<usize>) -> Vec<SemanticToken> {
    let _ = (view, range);
    Vec::new()
}
