//! The texts that the editor shows, as they are typed.

use std::sync::{Arc, OnceLock};

use gatewright::lint::Form;
use tower_lsp::ls_types as lsp;

use crate::paths::Place;
use crate::position::{Encoding, Lines, offset_once};

/// A document that is open in the editor.
#[derive(Debug)]
pub struct Document {
    /// Where it is, for the workspaces.
    pub place: Place,
    /// The address under which the client knows it.
    pub uri: lsp::Uri,
    /// What kind of policy it is, if it is one.
    pub form: Option<Form>,
    /// The number of its last change.
    pub version: i32,
    /// Whether the text may differ from what the editor shows, because a change could not be read.
    pub is_lost: bool,
    text: String,
    shown: Option<Arc<Shown>>,
}

/// A document at one moment.
#[derive(Debug)]
pub struct Shown {
    /// The address under which the client knows it.
    pub uri: lsp::Uri,
    /// The number of the last change that is in it.
    pub version: i32,
    /// The whole text.
    pub text: Arc<str>,
    lines: OnceLock<Arc<Lines>>,
}

impl Document {
    /// A document that has just been opened.
    pub fn new(place: Place, item: lsp::TextDocumentItem, form: Option<Form>) -> Self {
        let lsp::TextDocumentItem { uri, version, text, .. } = item;
        Self { place, uri, form, version, is_lost: false, text, shown: None }
    }

    /// Makes the changes of a notification, one after the other. Of a client that does not count them, they are counted here.
    pub fn change(
        &mut self,
        version: Option<i32>,
        changes: Vec<lsp::TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) {
        self.version = version.unwrap_or(self.version.wrapping_add(1));
        self.shown = None;
        for change in changes {
            match change.range {
                None => {
                    self.text = change.text;
                    self.is_lost = false;
                }
                Some(range) => self.replace(range, &change.text, encoding),
            }
        }
    }

    /// Replaces a part of the text. A range may cut a surrogate pair; the half that stays becomes U+FFFD, so that the places of
    /// later changes still fit.
    fn replace(&mut self, range: lsp::Range, by: &str, encoding: Encoding) {
        let half = |cuts: bool| if cuts { "\u{fffd}" } else { "" };
        let (start, cuts_start) = offset_once(&self.text, range.start, encoding);
        let (end, cuts_end) = offset_once(&self.text, range.end, encoding);
        let cut = self.text.get(end..).and_then(|rest| rest.chars().next());
        let end = if cuts_end { end + cut.map_or(0, char::len_utf8) } else { end }.max(start);
        if cuts_start || cuts_end {
            let whole = [half(cuts_start), by, half(cuts_end)].concat();
            self.text.replace_range(start..end, &whole);
        } else {
            self.text.replace_range(start..end, by);
        }
    }

    /// Takes in the text as it is now. Returns whether it was another one.
    pub fn restore(&mut self, text: String) -> bool {
        self.is_lost = false;
        let is_other = self.text != text;
        if is_other {
            self.text = text;
            self.shown = None;
        }
        is_other
    }

    /// The document as it is now. The same until it changes.
    pub fn shown(&mut self) -> Arc<Shown> {
        let new = || {
            Arc::new(Shown {
                uri: self.uri.clone(),
                version: self.version,
                text: Arc::from(self.text.as_str()),
                lines: OnceLock::new(),
            })
        };
        Arc::clone(self.shown.get_or_insert_with(new))
    }
}

impl Shown {
    /// Where its lines lie; found at the first call.
    pub fn lines(&self) -> Arc<Lines> {
        Arc::clone(self.lines.get_or_init(|| Arc::new(Lines::new(&self.text))))
    }
}
