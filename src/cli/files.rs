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

/// The bytes of a file that the call names, or why it cannot be read. Of a larger file than
/// [`MAX_FILE_BYTES`](crate::source::MAX_FILE_BYTES) only so much is read as shows that it is larger.
pub fn read(path: &Path) -> Result<Vec<u8>, Fault> {
    read_bytes(path).map_err(|error| unreadable(&quoted(path), &reason(&error)))
}

/// The same with the error of the system.
pub fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    read_limited(file, length)
}

/// The bytes of a policy that the call names: a file, or standard input for `-`.
pub fn read_policy(path: &Path, disk: &Disk) -> Result<Vec<u8>, Fault> {
    // What is called `/dev/fd/63` comes from the shell; any other link may come with the files beside it.
    let is_device = path.starts_with("/dev") || path.starts_with("/proc/self/fd");
    if !is_device && fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink()) {
        disk.admit_link(path)?;
    }
    read_argument(path)
}

/// The bytes of a file that the call names, or of standard input for `-`.
pub fn read_argument(path: &Path) -> Result<Vec<u8>, Fault> {
    if is_standard_input(path) { read_standard_input() } else { read(path) }
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
