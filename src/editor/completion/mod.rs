//! What may stand at a place, best first.

use std::ops::Range;

use super::{View, policy_json};
use crate::lint::Form;

/// What may stand at a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completions {
    /// The offers, best first.
    pub items: Vec<Completion>,
    /// Whether there are more when more is typed.
    pub is_incomplete: bool,
}

/// One offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What the list shows, cleaned.
    pub label: String,
    /// What it is.
    pub kind: CompletionKind,
    /// A few words behind the label, cleaned: a class, a type, a count.
    pub detail: Option<String>,
    /// More about it, as Markdown.
    pub documentation: Option<String>,
    /// What typed characters are compared with, where that is not the label.
    pub filter: Option<String>,
    /// What is put in.
    pub insert: Insert,
    /// The bytes that it takes the place of; the cursor lies in them or at their end.
    pub replace: Range<usize>,
    /// Whether it is offered only for completeness: a tool that is covered already.
    pub is_faded: bool,
}

/// What an offer puts into the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Insert {
    /// These characters.
    Text(String),
    /// A snippet in the syntax of the Language Server Protocol, and the plain text for editors that know none.
    Snippet(String, String),
}

/// What an offer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompletionKind {
    /// A word of the language.
    Keyword,
    /// A statement with room for its parts.
    Snippet,
    /// A tool.
    Tool,
    /// A set that comes with the language.
    Set,
    /// A group.
    Group,
    /// An argument.
    Argument,
    /// An operator.
    Operator,
    /// A value.
    Value,
    /// A rate.
    Rate,
    /// The name of a counter.
    Counter,
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A class of risk.
    Class,
    /// A rule of the linter.
    Rule,
    /// A key of a policy.json.
    Key,
}

/// What may stand at an offset of the text.
pub fn complete(view: &View, files: &dyn super::Folder, offset: usize) -> Completions {
    match view.form() {
        Form::Gate => {
            let _ = (files, offset);
            Completions::default()
        }
        Form::PolicyJson => policy_json::complete(view, offset),
    }
}
