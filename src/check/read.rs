//! Takes the bytes of a file in as text.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{DecodeError, FileId, MAX_FILE_BYTES, SourceSet, Span, decode};

/// Adds a file to the texts of a run.
///
/// # Errors
/// When the bytes are no text that can be read: the file with what could be read of it, so that the finding has a
/// place.
pub(crate) fn add_text(
    sources: &mut SourceSet,
    path: &str,
    bytes: Vec<u8>,
) -> Result<FileId, (FileId, Diagnostic)> {
    match decode(bytes) {
        Ok(text) => Ok(sources.add(path, text)),
        Err((readable, error)) => {
            let file = sources.add(path, readable);
            Err((file, undecodable(file, error)))
        }
    }
}

fn undecodable(file: FileId, error: DecodeError) -> Diagnostic {
    match error {
        DecodeError::TooLarge { bytes } => {
            let limit = MAX_FILE_BYTES / (1024 * 1024);
            let message =
                format!("the file has {bytes} bytes, more than the {limit} MiB that are read");
            Diagnostic::new(Code::FileTooLarge, Span::new(file, 0, 0), message)
                .with_help("split it into smaller files")
        }
        DecodeError::NotUtf8 { offset } => {
            let message = format!("the file is not UTF-8 from byte {offset} on");
            Diagnostic::new(Code::NotUtf8, Span::new(file, offset, offset), message)
                .with_help("save it as UTF-8")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undecodable_files_have_a_place() {
        let mut sources = SourceSet::default();
        let (file, finding) = add_text(&mut sources, "a", b"ab\xff".to_vec()).unwrap_err();
        assert_eq!((sources.text(file), finding.code), ("ab", Code::NotUtf8));
        assert_eq!(finding.primary.span, Span::new(file, 2, 2));
        let large = vec![b' '; MAX_FILE_BYTES + 1];
        let (file, finding) = add_text(&mut sources, "b", large).unwrap_err();
        assert_eq!((sources.text(file), finding.code), ("", Code::FileTooLarge));
        assert!(add_text(&mut sources, "c", b"{}".to_vec()).is_ok());
    }
}
