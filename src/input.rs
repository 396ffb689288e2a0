//! Taking files in: bytes become a source, or a finding says why not; and in which words a program says that the system
//! gave it none.

use std::io::{self, Read};

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{DecodeError, FileId, MAX_FILE_BYTES, SourceSet, Span, decode};
use crate::text::clean;

/// Why the system refused, in words that follow "cannot read X: ": the same in every program.
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        io::ErrorKind::NotADirectory => "part of the path is not a folder".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "the file system is read-only".to_owned(),
        io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        _ => clean(&error.to_string()).into_owned(),
    }
}

/// Reads at most one byte more than a file may have. The expected length, in bytes, only saves growing.
///
/// # Errors
/// The system refused.
pub fn read_limited(file: impl Read, expected: u64) -> io::Result<Vec<u8>> {
    let limit = MAX_FILE_BYTES as u64 + 1;
    let capacity = usize::try_from(expected.min(limit)).unwrap_or(0);
    let mut bytes = Vec::with_capacity(capacity);
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Adds the text of a file to the sources.
///
/// # Errors
/// The bytes are not text, or too many. The file is there all the same, so that the finding has a place, but its content
/// is [withheld](SourceSet::withhold).
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
    sources.withhold(file);
    let span = Span::new(file, end, end);
    Err((file, refused(span, error)))
}

/// Whether a text is JSON at all, right or wrong, as the files of policies and servers are: an object or a list. Of any other
/// text in the place of JSON nothing may be shown.
pub fn is_json(text: &str) -> bool {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.trim_start().starts_with(['{', '['])
}

fn refused(span: Span, error: DecodeError) -> Diagnostic {
    match error {
        DecodeError::TooLarge { bytes } => {
            let message = format!(
                "the file is {bytes} bytes long, more than the maximum of \
                                   {MAX_FILE_BYTES}"
            );
            Diagnostic::new(Code::FileTooLarge, span, message)
                .with_help("split it into several files, and include them")
        }
        DecodeError::NotUtf8 { .. } => {
            Diagnostic::new(Code::NotUtf8, span, "this byte is not valid UTF-8")
                .with_help("save the file as UTF-8")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endless_file_is_read_to_the_limit() {
        let bytes = read_limited(io::repeat(b'x'), 0).unwrap();
        assert_eq!(bytes.len(), MAX_FILE_BYTES + 1);
    }
}
