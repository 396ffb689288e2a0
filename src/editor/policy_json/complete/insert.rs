//! How an offer gets into the text: with the quotes, the colon and the comma that are missing there.

use std::ops::Range;

use crate::editor::completion::{Completion, CompletionKind, Insert};
use crate::policy::write_string;
use crate::text::clean;

use crate::editor::policy_json::sketch::{Side, Sketch, Spot};

/// A text with places to be filled out.
#[derive(Clone, Debug, Default)]
pub(super) struct Template {
    snippet: String,
    plain: String,
    has_holes: bool,
}

impl Template {
    /// JSON as it stands.
    pub(super) fn text(text: &str) -> Self {
        Self::default().then(text)
    }

    /// A JSON string.
    pub(super) fn string(text: &str) -> Self {
        let mut quoted = String::new();
        write_string(text, &mut quoted);
        Self::text(&quoted)
    }

    /// Further JSON as it stands.
    pub(super) fn then(mut self, text: &str) -> Self {
        for character in text.chars() {
            if matches!(character, '\\' | '$' | '}') {
                self.snippet.push('\\');
            }
            self.snippet.push(character);
        }
        self.plain.push_str(text);
        self
    }

    /// A JSON string behind what is there.
    pub(super) fn then_string(self, text: &str) -> Self {
        self.and(&Template::string(text))
    }

    /// A place to be filled out; the default stands there until it is.
    pub(super) fn hole(mut self, number: u8, default: &str) -> Self {
        self.has_holes = true;
        let escaped = Self::text(default).snippet;
        let hole = if default.is_empty() {
            format!("${{{number}}}")
        } else {
            format!("${{{number}:{escaped}}}")
        };
        self.snippet.push_str(&hole);
        self.plain.push_str(default);
        self
    }

    /// Another template behind this one.
    pub(super) fn and(mut self, other: &Template) -> Self {
        self.snippet.push_str(&other.snippet);
        self.plain.push_str(&other.plain);
        self.has_holes |= other.has_holes;
        self
    }

    fn into_insert(self) -> Insert {
        if self.has_holes {
            Insert::Snippet(self.snippet, self.plain)
        } else {
            Insert::Text(self.plain)
        }
    }
}

/// The place that an offer is put into.
pub(super) struct Site {
    replace: Range<usize>,
    /// Whether the word there begins with a quote, so that typed characters have to be compared with one.
    is_quoted: bool,
    /// Whether a key has its colon already, and with it most likely its value.
    has_colon: bool,
    /// What has to stand behind the offer: a comma, where another part follows without one.
    behind: &'static str,
}

impl Site {
    pub(super) fn new(sketch: &Sketch<'_>, spot: &Spot) -> Self {
        let has_colon =
            spot.side == Side::Key && spot.part.is_some_and(|part| sketch.has_colon(part));
        let rest = sketch.rest(spot.word.end);
        let next = rest.bytes().find(|byte| !byte.is_ascii_whitespace());
        let is_followed = next.is_some_and(|next| !matches!(next, b',' | b':' | b'}' | b']'));
        let is_alone = spot.inside.is_none();
        Self {
            replace: spot.word.clone(),
            is_quoted: sketch.slice(spot.word.clone()).starts_with('"'),
            has_colon,
            behind: if is_followed && !has_colon && !is_alone { "," } else { "" },
        }
    }

    /// A key, and the value that it gets unless it has one.
    pub(super) fn key(&self, key: &str, value: &Template, kind: CompletionKind) -> Completion {
        let template = Template::string(key);
        let template = if self.has_colon {
            template
        } else {
            template.then(": ").and(value).then(self.behind)
        };
        self.item(key, template, kind)
    }

    /// A value.
    pub(super) fn value(&self, label: &str, value: Template, kind: CompletionKind) -> Completion {
        self.item(label, value.then(self.behind), kind)
    }

    fn item(&self, label: &str, template: Template, kind: CompletionKind) -> Completion {
        let label = clean(label).into_owned();
        // An editor compares what it replaces, with its quote.
        let filter = self.is_quoted.then(|| format!("\"{}\"", label.trim_matches('"')));
        Completion {
            label,
            kind,
            detail: None,
            class: None,
            documentation: None,
            filter,
            insert: template.into_insert(),
            replace: self.replace.clone(),
            is_faded: false,
        }
    }
}
