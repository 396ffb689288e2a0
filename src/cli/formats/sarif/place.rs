//! Files and places in them, as SARIF names them.

use serde::Serialize;

use super::Message;
use crate::cli::formats::{positions, words};
use crate::cli::root::Root;
use crate::diagnostic::Label;
use crate::source::{SourceSet, Span};

/// What relative addresses are relative to: the reader of the log knows where the sources lie.
const ROOT_NAME: &str = "%SRCROOT%";

/// A place with a few words.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Location<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: Artifact,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

/// A file.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Artifact {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

/// One-based lines and columns in characters; the character at the end is not part of it (3.30.8).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

impl Location<'_> {
    /// The place of a label; none in a file that was never read.
    pub(super) fn new(sources: &SourceSet, label: &Label, root: &Root) -> Option<Self> {
        let artifact_location = Artifact::new(sources.get(label.span.file)?.path(), root);
        let region = Some(Region::new(sources, label.span));
        let physical_location = PhysicalLocation { artifact_location, region };
        let text = Some(label.message.as_str()).filter(|message| !message.is_empty());
        let message = text.map(|text| Message::new(&words(text)));
        Some(Self { id: None, physical_location, message })
    }

    /// A file as a whole.
    pub(super) fn of_file(path: &str, root: &Root) -> Self {
        let artifact_location = Artifact::new(path, root);
        let physical_location = PhysicalLocation { artifact_location, region: None };
        Self { id: None, physical_location, message: None }
    }

    /// With a number that no other place of the result has.
    pub(super) fn with_id(self, id: usize) -> Self {
        Self { id: Some(id), ..self }
    }
}

impl Artifact {
    /// The file at a path with `/` between its parts.
    pub(super) fn new(path: &str, root: &Root) -> Self {
        let path = root.path(path);
        match absolute(&path) {
            // An absolute address is relative to nothing (3.4.4).
            Some(uri) => Self { uri, uri_base_id: None },
            None => Self { uri: encode(&path), uri_base_id: Some(ROOT_NAME) },
        }
    }
}

impl Region {
    /// The characters of a span.
    pub(super) fn new(sources: &SourceSet, span: Span) -> Self {
        let (_, start, end) = positions(sources, span);
        Self {
            start_line: start.line,
            start_column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }
}

/// The address of an absolute path, which begins with `/` or with the letter of a drive.
fn absolute(path: &str) -> Option<String> {
    if path.starts_with('/') {
        return Some(format!("file://{}", encode(path)));
    }
    let (drive, rest) = path.split_once(":/")?;
    let is_letter = drive.len() == 1 && drive.starts_with(|c: char| c.is_ascii_alphabetic());
    is_letter.then(|| format!("file:///{drive}:/{}", encode(rest)))
}

/// The path with every byte as `%XX` but those that mean themselves everywhere in an address, and `/`.
fn encode(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}
