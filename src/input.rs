//! Taking files in: bytes become a source, or a finding says why not.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{DecodeError, FileId, MAX_FILE_BYTES, SourceSet, Span, decode};

/// Adds the text of a file to the sources.
///
/// # Errors
/// The bytes are no text or too many. The file is there all the same, with what could be read of it, so that the
/// finding has a place.
pub fn add_text(
    sources: &mut SourceSet,
    path: &str,
    bytes: Vec<u8>,
) -> Result<FileId, (FileId, Diagnostic)> {
    let (text, error) = match decode(bytes) {
        Ok(text) => return Ok(sources.add(path, text)),
        Err(problem) => problem,
    };
    let end = text.len();
    let file = sources.add(path, text);
    let span = Span::new(file, end, end);
    Err((file, refused(span, error)))
}

fn refused(span: Span, error: DecodeError) -> Diagnostic {
    match error {
        DecodeError::TooLarge { bytes } => {
            let message = format!("the file holds {bytes} bytes, more than {MAX_FILE_BYTES}");
            Diagnostic::new(Code::FileTooLarge, span, message)
                .with_help("split it into several files that one includes")
        }
        DecodeError::NotUtf8 { .. } => {
            Diagnostic::new(Code::NotUtf8, span, "the byte here is not part of UTF-8 text")
                .with_help("save the file as UTF-8")
        }
    }
}
