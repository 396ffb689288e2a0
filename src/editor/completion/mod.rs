//! What may stand at a place, best first.
//!
//! `cursor` finds the statement that is being written and asks the grammar what it would take there; a file for each kind of
//! offer then says what that is in this policy; `rank` puts the offers in order. An offer replaces the whole word
//! under the cursor, and what has been typed of that word only decides the order.

mod arguments;
mod counters;
mod files;
mod operators;
mod rank;
mod rates;
mod selection;
mod sets;
mod statements;
mod suppressions;
mod tools;
mod values;
mod words;

use std::ops::Range;

use super::View;
use super::cursor::{InComment, Writing, writing_at};
use crate::lint::Context;
use crate::risk::Class;
use crate::syntax::Expected;
use crate::text::excerpt;
use rank::Offers;
use selection::Selection;

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
    /// The class of risk of a tool.
    pub class: Option<Class>,
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

/// What may be written at an offset of a policy of the language.
pub(super) fn complete(view: &View, files: &dyn super::Folder, offset: usize) -> Completions {
    let writing = match writing_at(view, offset) {
        Ok(writing) => writing,
        Err(InComment(start)) => return suppressions::complete(view, start, offset),
    };
    if let (true, Some(statement @ ("manifest" | "include" | "policy"))) =
        (writing.expects(Expected::Text), writing.statement)
    {
        return files::complete(view, files, &writing, statement);
    }
    let Some(context) = view.context() else { return Completions::default() };
    let asked = Asked {
        view,
        context: &context,
        selection: selection::selection(view, &context, &writing),
        writing: &writing,
    };
    let mut offers = Offers::new(writing.text, writing.offset, writing.replace.clone());
    for expected in &writing.expected {
        asked.offer(*expected, &mut offers);
    }
    offers.into_completions()
}

/// Everything that decides what is offered.
struct Asked<'a> {
    view: &'a View,
    context: &'a Context<'a>,
    writing: &'a Writing<'a>,
    selection: Selection,
}

impl Asked<'_> {
    /// Offers what the grammar would take.
    fn offer(&self, expected: Expected, offers: &mut Offers<'_>) {
        match expected {
            Expected::Statement | Expected::BlockRule => statements::offer(self, expected, offers),
            Expected::Tool => {
                tools::offer(self, offers);
                sets::offer(self, offers);
            }
            // A place for tools takes names too.
            Expected::Name if !self.writing.expects(Expected::Tool) => tools::offer(self, offers),
            Expected::Calls => rates::offer(self, offers),
            Expected::Argument => arguments::offer(self, offers),
            Expected::Operator => operators::offer(self, offers),
            Expected::Value | Expected::List => values::offer(self, expected, offers),
            Expected::Text => words::offer_text(self, offers),
            Expected::Posture => words::offer_postures(offers),
            Expected::Outcome => words::offer_outcomes(offers),
            Expected::Step => words::offer_steps(offers),
            Expected::Class => words::offer_classes(self, offers),
            Expected::Counter => counters::offer(self, offers),
            Expected::Word(word) => words::offer(self, word, offers),
            Expected::Name
            | Expected::Key
            | Expected::Number
            | Expected::GroupName
            | Expected::Times
            | Expected::Time
            | Expected::End => {}
        }
    }
}

/// What is said of a tool beside its name: `write, medium risk`.
pub(super) fn class_in_words(class: Class) -> String {
    format!("{}, {} risk", class.name(), class.risk().name())
}

/// A text of a stranger as a label: on one line, cleaned, and cut when it is long.
fn label(text: &str) -> String {
    const LONGEST: usize = 120;
    excerpt(text, LONGEST)
}
