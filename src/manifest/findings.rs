//! The words for what is wrong with a manifest.

use std::ops::Range;

use super::decoded::decode_string;
use super::schema::FaultKind;
use super::wire::{Refused, WireKey, members};
use crate::diagnostic::{Code, Diagnostic};
use crate::input::is_json;
use crate::source::{FileId, Span, TextPart};
use crate::text::{excerpt, quote};

/// How much of an error's text is shown, in characters.
const MAX_ERROR: usize = 200;

/// What becomes of a text that is given twice.
pub(super) const TEXT: &str =
    "neither value decides the tool's class, so whether class sets include it is unknown";
/// What becomes of a hint that is given twice.
pub(super) const HINT: &str = "the value that makes the tool more dangerous is used";
/// What cannot be done with a tool whose schema cannot be used.
pub(super) const SCHEMA: &str = "the schema is ignored: tests of the tool's arguments are not \
                                 checked, and whether `having` and class sets include it is unknown";

/// Makes findings about places of one manifest.
#[derive(Clone, Copy)]
pub(super) struct Finder<'t> {
    pub(super) file: FileId,
    pub(super) text: &'t str,
}

impl Finder<'_> {
    pub(super) fn refused(&self, refused: &Refused) -> Diagnostic {
        let (place, message) = match refused {
            Refused::NotJson(None) if self.text.trim().is_empty() => {
                (0..0, "the manifest is empty".to_owned())
            }
            Refused::NotJson(None) => {
                let end = self.text.len();
                (end..end, "the manifest ends in the middle of its JSON".to_owned())
            }
            Refused::NotJson(Some(start)) | Refused::Stray(start) if !self.is_answer() => {
                (*start..*start, "the manifest is not JSON".to_owned())
            }
            Refused::NotJson(Some(start)) | Refused::Stray(start) => {
                let rest = self.text.part(*start..);
                let unexpected: String = rest.chars().take(1).collect();
                let message =
                    format!("the manifest is not valid JSON: unexpected {}", quote(&unexpected));
                (*start..start + unexpected.len(), message)
            }
        };
        Diagnostic::new(Code::InvalidManifest, self.span(&place), message).with_help(
            "save the server's answer to `tools/list` unchanged: JSON, lines of JSON, or \
             server-sent events",
        )
    }

    /// Whether the text begins as the answer of a server does, so that it may be quoted: as JSON, events, or a response.
    fn is_answer(&self) -> bool {
        let text = self.text.trim_start();
        let starts = ["data:", "event:", "HTTP/"];
        is_json(self.text) || starts.iter().any(|start| text.starts_with(start))
    }

    /// A text without a list of tools. `error` is the value that a JSON-RPC response has under this key.
    pub(super) fn no_tools(&self, error: Option<&Range<usize>>) -> Diagnostic {
        if let Some(error) = error {
            return self.error_response(error);
        }
        let start = self.text.len() - self.text.trim_start().len();
        let first = self.text.trim_start().chars().next().map_or(0, char::len_utf8);
        let message = "the manifest does not contain a list of tools";
        self.invalid(&(start..start + first), message).with_help(
            "write an object with a list `tools`, a bare list of tools, or the JSON-RPC messages \
             with a list `result.tools`",
        )
    }

    fn error_response(&self, error: &Range<usize>) -> Diagnostic {
        let (told, message) = self.error_words(error);
        self.invalid(&told, &message)
            .with_help("ask the server for `tools/list` again, after `initialize`")
    }

    /// Where a response says its error, and what to say of it.
    fn error_words(&self, error: &Range<usize>) -> (Range<usize>, String) {
        let inner = members(self.text, error.start);
        let told = inner.get(WireKey::Message).map_or(error, |message| &message.value);
        let raw = self.text.part(told.clone());
        let words = decode_string(raw).unwrap_or_else(|| raw.to_owned());
        let message =
            format!("the server answered with an error: `{}`", excerpt(&words, MAX_ERROR));
        (told.clone(), message)
    }

    /// An error among responses that hold tools: it may replace a page.
    pub(super) fn failed_page(&self, error: &Range<usize>) -> Diagnostic {
        let (told, words) = self.error_words(error);
        self.lacking(&told, &words)
    }

    /// A response whose `tools` is not a list, among others that hold tools.
    pub(super) fn no_page(&self, tools: &Range<usize>) -> Diagnostic {
        self.lacking(tools, &format!("`tools` in one answer is {}, not a list", self.kind(tools)))
    }

    fn lacking(&self, place: &Range<usize>, reason: &str) -> Diagnostic {
        let message = format!("the manifest may be incomplete: {reason}");
        Diagnostic::new(Code::IncompleteManifest, self.place(place), message)
            .with_note("globs and sets do not match tools that are missing from the manifest")
            .with_help(
                "ask the server for this page again; if the answer is to another request, remove \
                 it from the file",
            )
    }

    pub(super) fn incomplete(&self, cursor: &Range<usize>) -> Diagnostic {
        let message = "the manifest does not contain all of the server's tools: there is another \
                       page";
        Diagnostic::new(Code::IncompleteManifest, self.place(cursor), message)
            .with_note("a `nextCursor` that is not null means that there is another page")
            .with_help(
                "put the `tools` of all pages in one list, or save all answers one after another",
            )
    }

    /// A key that decides which tools there are, with two values.
    pub(super) fn ambiguous(&self, first: &Range<usize>, other: &Range<usize>) -> Diagnostic {
        let message = format!("{} is given twice, with different values", self.key(other));
        self.invalid(other, &message)
            .with_label(self.span(first), "first given here")
            .with_note("some JSON parsers keep the first value, others the last")
            .with_help("keep the value that the server intends")
    }

    pub(super) fn invalid(&self, place: &Range<usize>, message: &str) -> Diagnostic {
        Diagnostic::new(Code::InvalidManifest, self.place(place), message)
    }

    /// A key of a tool with two values; `effect` says what becomes of it.
    pub(super) fn given_twice(
        &self,
        tool: &str,
        first: &Range<usize>,
        other: &Range<usize>,
        effect: &str,
    ) -> Diagnostic {
        let message = format!(
            "{} is given twice in the declaration of {}, with different values",
            self.key(other),
            quote(tool)
        );
        self.unusable(other, message, effect).with_label(self.span(first), "first given here")
    }

    /// A name that is given twice, with the same value.
    pub(super) fn named_twice(
        &self,
        tool: &str,
        first: &Range<usize>,
        other: &Range<usize>,
    ) -> Diagnostic {
        let message =
            format!("{} is given twice in the declaration of {}", self.key(other), quote(tool));
        self.unusable(other, message, "the values are the same, so the tool is used")
            .with_label(self.span(first), "first given here")
    }

    /// A description or title that is no text.
    pub(super) fn no_text(&self, tool: &str, word: &str, place: &Range<usize>) -> Diagnostic {
        let message =
            format!("the {word} of {} is {}, not a string", quote(tool), self.kind(place));
        self.unusable(place, message, "whether class sets include the tool is unknown")
    }

    /// A hint that is no boolean.
    pub(super) fn no_hint(&self, tool: &str, place: &Range<usize>) -> Diagnostic {
        let is_list = matches!(self.text.as_bytes().get(place.start), Some(b'['));
        let wanted = if is_list { "an object of hints" } else { "true or false" };
        let message = format!("a hint of {} is {}, not {wanted}", quote(tool), self.kind(place));
        self.unusable(place, message, "whether class sets include the tool is unknown")
    }

    pub(super) fn schema_fault(
        &self,
        tool: &str,
        place: &Range<usize>,
        kind: &FaultKind,
    ) -> Diagnostic {
        let tool = quote(tool);
        let shown = || quote(self.text.get(self.head(place)).unwrap_or(""));
        let is_text = self.text.as_bytes().get(place.start) == Some(&b'"');
        let found = self.kind(place);
        let message = match kind {
            FaultKind::GivenTwice(_) => format!(
                "{} is given twice in the schema of {tool}, with different values",
                self.key(place)
            ),
            FaultKind::NotASchema => {
                format!("the schema of {tool} has {found} in place of a schema")
            }
            FaultKind::NotA { keyword, wanted } => {
                format!("{} in the schema of {tool} is {found}, not {wanted}", quote(keyword))
            }
            FaultKind::Empty(keyword) => {
                format!("{} in the schema of {tool} is an empty list", quote(keyword))
            }
            FaultKind::TooDeep => format!("the schema of {tool} is nested too deeply"),
            FaultKind::UnknownType if is_text => {
                format!("{} in the schema of {tool} is not a JSON Schema type", shown())
            }
            FaultKind::UnknownType => {
                format!("`type` in the schema of {tool} has {found} in place of a type's name")
            }
            FaultKind::Reference if is_text => {
                format!("the reference {} in the schema of {tool} cannot be followed", shown())
            }
            FaultKind::Reference => {
                format!("a reference in the schema of {tool} is {found}, not a string")
            }
            FaultKind::Circle => {
                format!("the reference {} in the schema of {tool} refers to itself", shown())
            }
            FaultKind::TooLarge => {
                format!("the number {} in the schema of {tool} is too large for a double", shown())
            }
        };
        let effect = match kind {
            FaultKind::TooLarge => {
                "the constraint is ignored, and whether class sets include the tool is unknown"
            }
            kind if kind.is_fatal() => SCHEMA,
            _ => {
                "the arguments described here are treated as unknown, and whether class sets \
                 include the tool is unknown"
            }
        };
        let finding = self.unusable(place, message, effect);
        match kind {
            FaultKind::GivenTwice(first) => {
                finding.with_label(self.span(first), "first given here")
            }
            _ => finding,
        }
    }

    fn unusable(&self, place: &Range<usize>, message: String, effect: &str) -> Diagnostic {
        Diagnostic::new(Code::UnusableDeclaration, self.place(place), message)
            .with_note(effect)
            .with_help("fix the manifest, or capture it again after the server is fixed")
    }

    /// A key as it is written, between backticks.
    fn key(&self, range: &Range<usize>) -> String {
        let raw = self.text.part(range.clone());
        quote(&decode_string(raw).unwrap_or_else(|| raw.to_owned()))
    }

    fn kind(&self, place: &Range<usize>) -> &'static str {
        match self.text.as_bytes().get(place.start) {
            Some(b'{') => "an object",
            Some(b'[') => "a list",
            Some(b'"') => "a string",
            Some(b't' | b'f') => "a boolean",
            Some(b'n') => "null",
            _ => "a number",
        }
    }

    /// The characters that stand for a value in a message: of a list or object only the bracket that opens it.
    fn place(&self, range: &Range<usize>) -> Span {
        self.span(&self.head(range))
    }

    fn head(&self, range: &Range<usize>) -> Range<usize> {
        match self.text.as_bytes().get(range.start) {
            Some(b'{' | b'[') => range.start..range.start + 1,
            _ => range.clone(),
        }
    }

    pub(super) fn span(&self, range: &Range<usize>) -> Span {
        Span::new(self.file, range.start, range.end)
    }
}

/// A tool that was declared before, with the same words or with others.
pub(super) fn repeated_tool(name: &str, span: Span, first: Span, is_same: bool) -> Diagnostic {
    let message = format!("the manifest has the tool {} more than once", quote(name));
    let finding = Diagnostic::new(Code::DuplicateTool, span, message);
    if is_same {
        return finding.with_label(first, "the first is used");
    }
    finding
        .with_label(first, "first declared here")
        .with_note(
            "the declarations differ, so whether `having` and class sets include the tool is \
             unknown",
        )
        .with_help("keep the declaration that the server intends")
}
