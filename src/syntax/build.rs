//! What the grammar leaves to be judged while the tree is built: words as names, numbers of calls, strings.

use std::collections::HashSet;

use super::tree::{Literal, Text, decode_string};
use super::{mistakes, words};
use crate::diagnostic::Diagnostic;
use crate::policy::MAX_CALLS;
use crate::source::{FileId, Span};

/// Collects what is wrong with one statement while its nodes are made.
pub(super) struct Builder<'t> {
    file: FileId,
    text: &'t str,
    /// What was found, in the order of the text.
    pub problems: Vec<Diagnostic>,
}

impl<'t> Builder<'t> {
    pub(super) fn new(file: FileId, text: &'t str) -> Self {
        Self { file, text, problems: Vec::new() }
    }

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }

    /// A bare name must be no word of the language.
    pub(super) fn name(&mut self, span: Span, name: &str) {
        if words::is_word(name) {
            self.problems.push(mistakes::word_as_name(span, name));
        }
    }

    /// A number of calls, from 1 to the largest that every JSON reader keeps exactly.
    pub(super) fn calls(&mut self, span: Span, digits: &str) -> u64 {
        match digits.parse() {
            Ok(0) => self.problems.push(mistakes::no_calls(span)),
            Ok(calls) if calls <= MAX_CALLS => return calls,
            _ => self.problems.push(mistakes::too_many_calls(span, digits)),
        }
        1
    }

    /// A JSON string, quotes included.
    pub(super) fn text(&mut self, span: Span, quoted: &str) -> Text {
        let plain = !quoted.bytes().any(|byte| byte == b'\\' || byte < b' ');
        if !plain && let Some((at, length, problem)) = mistakes::string_problem(quoted) {
            let start = span.start as usize + at;
            let place = self.span(start, start + length);
            let doubled = mistakes::doubled_backslashes(quoted);
            let found = mistakes::invalid_string(place, &problem);
            self.problems.push(match doubled {
                Some(by) => mistakes::with_backslashes(found, span, by),
                None => found,
            });
        }
        Text { span }
    }

    /// A key of an argument must not be empty.
    pub(super) fn key(&mut self, text: Text, quoted: &str) {
        if quoted == "\"\"" {
            self.problems.push(mistakes::empty_key(text.span));
        }
    }

    /// An object must not hold a key twice.
    pub(super) fn members(&mut self, members: &[(Text, Literal)]) {
        let mut seen = HashSet::new();
        for (key, _) in members {
            let name = decode_string(self.text.get(key.span.range()).unwrap_or(""));
            if !seen.insert(name.clone()) {
                self.problems.push(mistakes::duplicate_key(key.span, &name));
            }
        }
    }
}
