//! The single entry for every program: a file in, what it means and all that is to be said about it out.
//!
//! Knows no terminal and no editor; reads files only through a [`Loader`].

use crate::diagnostic::{self, Code, Diagnostic};
use crate::format::{self, FormatFault};
use crate::source::{self, DecodeError, FileId, Loader, SourceSet, Span};
use crate::syntax;

/// What a run over one file came to.
#[derive(Debug)]
pub struct Outcome<T> {
    /// Every text that was read: the file itself first, then what it includes, and manifests.
    pub sources: SourceSet,
    /// Every finding, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
    /// The result. There is none when a finding is an error.
    pub value: Option<T>,
}

impl<T> Outcome<T> {
    /// Sorts the findings and keeps the value only when none of them is an error.
    pub(crate) fn new(
        sources: SourceSet,
        mut diagnostics: Vec<Diagnostic>,
        value: Option<T>,
    ) -> Self {
        diagnostic::sort(&mut diagnostics);
        let value = if diagnostic::has_errors(&diagnostics) { None } else { value };
        Self { sources, diagnostics, value }
    }

    /// The same findings with another value made from this one.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Outcome<U> {
        Outcome {
            sources: self.sources,
            diagnostics: self.diagnostics,
            value: self.value.map(make),
        }
    }
}

/// Compiles a `.gate` file to the text of its policy.json.
pub fn compile(path: &str, bytes: Vec<u8>, _loader: &dyn Loader) -> Outcome<String> {
    let _ = (path, bytes);
    Outcome::new(SourceSet::default(), Vec::new(), None)
}

/// Checks a `.gate` file and what it includes.
pub fn check_gate(path: &str, bytes: Vec<u8>, loader: &dyn Loader) -> Outcome<()> {
    compile(path, bytes, loader).map(|_| ())
}

/// Checks a policy.json file.
pub fn check_policy_json(path: &str, bytes: Vec<u8>) -> Outcome<()> {
    let _ = (path, bytes);
    Outcome::new(SourceSet::default(), Vec::new(), None)
}

/// Formats a `.gate` file. The value is the formatted text, equal to the input when nothing changes; a file with
/// mistakes has none.
///
/// # Errors
/// The formatter's result was not the policy that it was given, which is a fault of this library.
pub fn format(path: &str, bytes: Vec<u8>) -> Result<Outcome<String>, FormatFault> {
    let mut sources = SourceSet::default();
    let (file, mut diagnostics) = add_text(&mut sources, path, bytes);
    let text = sources.text(file);
    let mut value = None;
    if diagnostics.is_empty() {
        let (tree, findings) = syntax::parse(file, text);
        diagnostics = findings;
        if diagnostics.is_empty() {
            value = Some(format::format(&tree, text)?);
        }
    }
    Ok(Outcome::new(sources, diagnostics, value))
}

/// Takes the bytes of a file in as text. The finding says why they are none.
fn add_text(sources: &mut SourceSet, path: &str, bytes: Vec<u8>) -> (FileId, Vec<Diagnostic>) {
    let (text, error) = match source::decode(bytes) {
        Ok(text) => (text, None),
        Err((text, error)) => (text, Some(error)),
    };
    let at = text.len();
    let file = sources.add(path, text);
    let finding = error.map(|error| match error {
        DecodeError::TooLarge { bytes } => {
            let limit = source::MAX_FILE_BYTES / (1024 * 1024);
            let message = format!("the file has {bytes} bytes, more than the limit of {limit} MiB");
            Diagnostic::new(Code::FileTooLarge, Span::new(file, 0, 0), message)
        }
        DecodeError::NotUtf8 { offset } => {
            let message = format!("the byte at offset {offset} is not valid UTF-8");
            Diagnostic::new(Code::NotUtf8, Span::new(file, at, at), message)
                .with_help("save the file as UTF-8")
        }
    });
    (file, finding.into_iter().collect())
}

/// A manifest for [`decompile`]: the text that stands in the `manifest` statement of the result, and the content.
#[derive(Clone, Debug)]
pub struct NamedManifest {
    /// The path as the result shall name it.
    pub path: String,
    /// The content of the file.
    pub bytes: Vec<u8>,
}

/// Turns a policy.json into the `.gate` text that compiles to it.
pub fn decompile(path: &str, bytes: Vec<u8>, manifest: Option<NamedManifest>) -> Outcome<String> {
    let _ = (path, bytes, manifest);
    Outcome::new(SourceSet::default(), Vec::new(), None)
}
