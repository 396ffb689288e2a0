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
        Self { place, uri, form, version, text, shown: None }
    }

    /// Makes the changes of a notification, one after the other.
    pub fn change(
        &mut self,
        version: i32,
        changes: Vec<lsp::TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) {
        self.version = version;
        self.shown = None;
        for change in changes {
            match change.range {
                None => self.text = change.text,
                Some(range) => {
                    let start = offset_once(&self.text, range.start, encoding);
                    let end = offset_once(&self.text, range.end, encoding).max(start);
                    self.text.replace_range(start..end, &change.text);
                }
            }
        }
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
