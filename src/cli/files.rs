//! Naming and reading files.

use std::fs::{self, File};
use std::io;
use std::path::{Component, Path};

use super::disk::Disk;
use super::exit::Fault;
use crate::input::{read_limited, reason};
use crate::source::normalize;
use crate::text;

/// The name of standard input in messages.
pub const STANDARD_INPUT: &str = "<stdin>";

/// Why a device or a pipe is not read.
pub const IRREGULAR: &str = "it is not a regular file";

/// The bytes of a file, or why it cannot be read. Of a larger file than
/// [`MAX_FILE_BYTES`](crate::source::MAX_FILE_BYTES) only so much is read as shows that it is larger.
pub fn read(path: &Path) -> Result<Vec<u8>, Fault> {
    read_bytes(path).map_err(|error| unreadable(&quoted(path), &reason(&error)))
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
pub fn read_named(path: &Path, disk: &Disk) -> Result<Vec<u8>, Fault> {
    if !is_handed_over(path) {
        disk.admit_named(path)?;
    }
    read(path)
}

/// The same, or of standard input for `-`.
pub fn read_argument(path: &Path, disk: &Disk) -> Result<Vec<u8>, Fault> {
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

/// Whether a file with this metadata is one of a disk. What the system makes up has no length, and may never end.
pub fn is_regular(path: &Path, metadata: &fs::Metadata) -> bool {
    let is_made_up = || {
        fs::canonicalize(path)
            .is_ok_and(|path| path.starts_with("/proc") || path.starts_with("/sys"))
    };
    metadata.is_file() && !(cfg!(unix) && metadata.len() == 0 && is_made_up())
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
}
