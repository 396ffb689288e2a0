//! Naming and reading files.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::exit::Fault;
use crate::input::{read_limited, reason};
use crate::project::{self, DiskFileSystem, IRREGULAR, ProjectLoader, STANDARD_INPUT, is_regular};
use crate::source::is_address;
use crate::text;

/// The bytes of a file, or why it cannot be read. Of a larger file than
/// [`MAX_FILE_BYTES`](crate::source::MAX_FILE_BYTES) only so much is read as shows that it is larger.
pub fn read(path: &Path) -> Result<Vec<u8>, Fault> {
    read_bytes(path).map_err(|error| missing(path, &error))
}

/// The same with the error of the system. Only regular files are opened: anything else may never end, or never begin.
pub fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_dir() && !is_handed_over(path) && !is_regular(path, &metadata) {
        return Err(io::Error::other(IRREGULAR));
    }
    read_limited(File::open(path)?, metadata.len())
}

/// The bytes of a file that the call names, whatever it is named for: the one way in which such a file is read. No link may
/// lead it out of its project.
pub fn read_named(path: &Path, disk: &ProjectLoader) -> Result<Vec<u8>, Fault> {
    if !is_handed_over(path) {
        disk.admit_named(path)?;
    }
    read(path)
}

/// The same, or of standard input for `-`.
pub fn read_argument(path: &Path, disk: &ProjectLoader) -> Result<Vec<u8>, Fault> {
    if is_standard_input(path) { read_standard_input() } else { read_named(path, disk) }
}

/// Whether a path is one that the shell has made for the call, such as `/dev/fd/63`, or names nothing. Any other link or pipe may
/// come with the files beside it.
fn is_handed_over(path: &Path) -> bool {
    let folders = ["/dev/fd", "/proc/self/fd"];
    let files = ["/dev/stdin", "/dev/null"];
    folders.iter().any(|folder| path.starts_with(folder))
        || files.iter().any(|file| path == Path::new(file))
}

/// Whether a path of the call means standard input.
pub fn is_standard_input(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The name of a file that the call names, for messages.
pub fn name(path: &Path) -> String {
    if is_standard_input(path) { STANDARD_INPUT.to_owned() } else { shown(path) }
}

/// Standard input, or why it cannot be read.
pub fn read_standard_input() -> Result<Vec<u8>, Fault> {
    read_limited(io::stdin().lock(), 0)
        .map_err(|error| unreadable("standard input", &reason(&error)))
}

/// A path as messages show it: see [`project::shown`].
pub fn shown(path: &Path) -> String {
    project::shown(&DiskFileSystem::current(), path)
}

/// Whether both paths lead to one existing file.
pub fn same_file(left: &Path, right: &Path) -> bool {
    match (fs::canonicalize(left), fs::canonicalize(right)) {
        (Ok(left), Ok(right)) => left == right,
        _ => false,
    }
}

/// The fault of a file that cannot be read.
pub fn unreadable(name: &str, reason: &str) -> Fault {
    Fault::unreadable(name, reason)
}

/// The fault of a path of the call at which nothing can be read, with what may be meant instead.
pub fn missing(path: &Path, error: &io::Error) -> Fault {
    if path.to_str().is_some_and(is_address) {
        return unreadable(&quoted(path), "it is a URL, not a file")
            .with_help("download it, and name the file");
    }
    let fault = unreadable(&quoted(path), &reason(error));
    if error.kind() != io::ErrorKind::NotFound {
        return fault;
    }
    let near = project::near_files(&DiskFileSystem::current(), path);
    let near: Vec<String> = near.iter().map(|name| shown(&path.with_file_name(name))).collect();
    match near.as_slice() {
        [] => fault,
        near => {
            let near = text::choice(near.iter().map(String::as_str), 3);
            fault.with_help(format!("did you mean {near}?"))
        }
    }
}

/// The path for a message, in backticks. It is not cut: the user has to find it.
pub fn quoted(path: &Path) -> String {
    project::quoted(&DiskFileSystem::current(), path)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A folder with these files in it, each a policy.
    pub(in crate::cli) fn tree(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "default deny\n").unwrap();
        }
        folder
    }

    #[cfg(unix)]
    #[test]
    fn a_path_through_a_link_keeps_its_name() {
        let folder = tree(&["deep/er/x.md", "deep/a.gate"]);
        std::os::unix::fs::symlink(folder.path().join("deep/er"), folder.path().join("link"))
            .unwrap();
        let path = folder.path().join("link/../a.gate");
        assert!(shown(&path).ends_with("link/../a.gate"));
        assert!(shown(&folder.path().join("deep/../deep/a.gate")).ends_with("deep/a.gate"));
        assert!(!shown(&folder.path().join("deep/../deep/a.gate")).contains(".."));
    }

    #[test]
    fn a_missing_file_is_reported_with_what_may_be_meant() {
        let folder = tree(&["agent.gate", "agent.json"]);
        let missing = |path: &Path| {
            let error = fs::metadata(path).unwrap_err();
            let Fault { message, help } = missing(path, &error);
            (message, help.unwrap_or_default())
        };
        let (message, help) = missing(&folder.path().join("agnet.gate"));
        assert!(message.ends_with("agnet.gate`: no such file"), "{message}");
        assert!(help.starts_with("did you mean `"), "{help}");
        assert!(help.ends_with("/agent.gate`?") && !help.contains("agent.json"), "{help}");
        assert_eq!(missing(&folder.path().join("zzz.gate")).1, "");
        let (message, help) = missing(Path::new("https://example.com/a.gate"));
        assert_eq!(message, "cannot read `https://example.com/a.gate`: it is a URL, not a file");
        assert_eq!(help, "download it, and name the file");
    }
}
