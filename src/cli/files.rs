//! Naming and reading files.

use std::fs::{self, File};
use std::io;
use std::path::{Component, Path};

use super::exit::Fault;
use crate::input::{read_limited, reason};
use crate::source::{LoadError, Loader, normalize};
use crate::text;

/// The bytes of a file that the call names, or why it cannot be read. Of a larger file than
/// [`MAX_FILE_BYTES`](crate::source::MAX_FILE_BYTES) only so much is read as shows that it is larger.
pub fn read(path: &Path) -> Result<Vec<u8>, Fault> {
    let read = File::open(path).and_then(|file| {
        let length = file.metadata()?.len();
        read_limited(file, length)
    });
    read.map_err(|error| unreadable(&quoted(path), &reason(&error)))
}

/// Standard input, or why it cannot be read.
pub fn read_standard_input() -> Result<Vec<u8>, Fault> {
    read_limited(io::stdin().lock(), 0)
        .map_err(|error| unreadable("standard input", &reason(&error)))
}

/// A path as messages show it: with `/` between its parts, and without `.` parts.
///
/// Taking away `x/..` is right only as long as `x` is no link; where it is one, the path stays as given.
pub fn shown(path: &Path) -> String {
    let given = path.to_string_lossy();
    let name = normalize(&given);
    let parts = || path.components().map(|part| part == Component::ParentDir);
    let climbs = parts().zip(parts().skip(1)).any(|(before, parent)| !before && parent);
    if climbs && !same_file(Path::new(&name), path) {
        return given.replace('\\', "/");
    }
    name
}

/// The way from the folder of the file `from` to the file `to`, both absolute; none between two drives.
pub fn relative(to: &str, from: &str) -> Option<String> {
    let to: Vec<&str> = to.split('/').collect();
    let mut folder: Vec<&str> = from.split('/').collect();
    folder.pop();
    if to.first() != folder.first() {
        return None;
    }
    let common = to.iter().zip(&folder).take_while(|(left, right)| left == right).count();
    let up = std::iter::repeat_n("..", folder.len() - common);
    let down = to.iter().skip(common).copied();
    Some(up.chain(down).collect::<Vec<_>>().join("/"))
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
    Fault::new(format!("cannot read {name}: {reason}"))
}

/// The path for a message, in backticks. It is not cut: the user has to find it.
pub fn quoted(path: &Path) -> String {
    format!("`{}`", text::clean(&shown(path)))
}

/// Reads what files include from the disk.
#[derive(Clone, Copy, Debug)]
pub struct Disk;

impl Loader for Disk {
    fn read(&self, path: &str) -> Result<Vec<u8>, LoadError> {
        let failed = |error: io::Error| LoadError::new(reason(&error));
        let metadata = fs::metadata(path).map_err(failed)?;
        if metadata.is_dir() {
            return Err(LoadError::new("it is a folder"));
        }
        // A policy may come from a stranger: what it names must not be a device that never ends.
        if !metadata.is_file() {
            return Err(LoadError::new("it is no regular file"));
        }
        File::open(path).and_then(|file| read_limited(file, metadata.len())).map_err(failed)
    }

    fn identity(&self, path: &str) -> String {
        let real = fs::canonicalize(path).ok();
        let real = real.and_then(|path| path.to_str().map(str::to_owned));
        real.unwrap_or_else(|| path.to_owned())
    }
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
    fn the_way_from_one_file_to_another_is_found() {
        for (to, from, expected) in [
            ("/p/tools.json", "/p/a.gate", "tools.json"),
            ("/p/tools.json", "/p/gates/a.gate", "../tools.json"),
            ("/p/captures/tools.json", "/p/gates/deep/a.gate", "../../captures/tools.json"),
            ("/p/captures/tools.json", "/p/a.gate", "captures/tools.json"),
            ("/tools.json", "/a.gate", "tools.json"),
        ] {
            assert_eq!(relative(to, from).as_deref(), Some(expected));
        }
        assert_eq!(relative("C:/tools.json", "D:/a.gate"), None);
    }

    #[test]
    fn the_loader_reads_regular_files_only() {
        let folder = tree(&["a.gate"]);
        let read = |name: &str| Disk.read(folder.path().join(name).to_str().unwrap());
        assert_eq!(read("a.gate").unwrap(), b"default deny\n");
        assert_eq!(read("b.gate").unwrap_err().reason, "no such file");
        assert_eq!(read("").unwrap_err().reason, "it is a folder");
        if cfg!(unix) {
            assert_eq!(Disk.read("/dev/zero").unwrap_err().reason, "it is no regular file");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_has_the_identity_of_the_file() {
        let folder = tree(&["a.gate", "b.gate"]);
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        std::os::unix::fs::symlink(path("a.gate"), path("link.gate")).unwrap();
        assert_eq!(Disk.identity(&path("link.gate")), Disk.identity(&path("a.gate")));
        assert_ne!(Disk.identity(&path("b.gate")), Disk.identity(&path("a.gate")));
        assert_eq!(Disk.identity("no.gate"), "no.gate");
    }
}
