//! How a project looks at its files: a disk, a map in memory, or whatever else has folders and files in it.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::source::{FileStamp, LoadError, is_address, normalize};
use crate::text;

/// Folders and files. Relative paths begin in a folder that the file system knows.
pub trait FileSystem: fmt::Debug + Send + Sync {
    /// What is at a path, after all links.
    ///
    /// # Errors
    /// There is nothing, or it may not be seen.
    fn status(&self, path: &Path) -> Result<FileStatus, LoadError>;

    /// The same without following a link at the end of the path.
    ///
    /// # Errors
    /// There is nothing, or it may not be seen.
    fn link_status(&self, path: &Path) -> Result<FileStatus, LoadError>;

    /// The bytes of the [regular](FileKind::File) file at a path. Callers must have asked for its status; `expected_bytes` only saves
    /// growing. Of a file larger than [`MAX_FILE_BYTES`](crate::source::MAX_FILE_BYTES), returns as much as shows that it is.
    ///
    /// # Errors
    /// The file cannot be read.
    fn read(&self, path: &Path, expected_bytes: u64) -> Result<Vec<u8>, LoadError>;

    /// The entries of a folder in any order, at most `limit` of them.
    ///
    /// # Errors
    /// The folder cannot be read.
    fn list(&self, folder: &Path, limit: usize) -> Result<Vec<FolderEntry>, LoadError>;

    /// The absolute path of what is at a path, after all links; `None` if nothing is there.
    fn canonical(&self, path: &Path) -> Option<PathBuf>;

    /// The absolute path as it is written: no link is followed.
    fn absolute(&self, path: &Path) -> Option<PathBuf>;

    /// Whether the last part of a path is a link.
    fn is_link(&self, path: &Path) -> bool {
        self.link_status(path).is_ok_and(|status| status.kind == FileKind::Link)
    }

    /// Whether anything is at a path.
    fn exists(&self, path: &Path) -> bool {
        self.status(path).is_ok()
    }
}

/// What is at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileStatus {
    /// What it is.
    pub kind: FileKind,
    /// When it was changed last, and its size.
    pub stamp: FileStamp,
}

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A link.
    Link,
    /// A device, a pipe, or a file that the system makes up: reading it may never end.
    Other,
}

/// An entry of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderEntry {
    /// Its name.
    pub name: OsString,
    /// What it is; a link is not followed.
    pub kind: FileKind,
}

/// A path with `/` between its parts; `None` if it is not UTF-8.
pub fn path_text(path: &Path) -> Option<String> {
    let text = path.to_str()?;
    Some(if cfg!(windows) { text.replace('\\', "/") } else { text.to_owned() })
}

/// The absolute path as it is written, with `/` between its parts and without `..`.
pub fn absolute_text(files: &dyn FileSystem, path: &Path) -> Option<String> {
    Some(normalize(files.absolute(path)?.to_str()?))
}

/// A path as messages show it: with `/` between its parts, and without `.` parts.
///
/// Taking away `x/..` is right only if `x` is not a link; where it is one, the path stays as given.
pub fn shown(files: &dyn FileSystem, path: &Path) -> String {
    use std::path::Component;

    let given = path.to_string_lossy();
    if is_address(&given) {
        return given.into_owned();
    }
    let name = normalize(&given);
    let parts = || path.components().map(|part| part == Component::ParentDir);
    let climbs = parts().zip(parts().skip(1)).any(|(before, parent)| !before && parent);
    let same = || {
        let real = files.canonical(path);
        real.is_some() && files.canonical(Path::new(&name)) == real
    };
    if climbs && !same() { given.replace('\\', "/") } else { name }
}

/// The most names of a folder that are searched for one that a user may have meant. The search only helps, so nothing is reported
/// about the rest.
const MAX_SEARCHED: usize = 1_000;

/// The names of files in the folder of a missing file that its name may have been meant for, nearest first; only names with the
/// same ending.
pub fn near_files(files: &dyn FileSystem, path: &Path) -> Vec<String> {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return Vec::new() };
    // The ending is the same for all, and would make short names look similar.
    let (stem, ending) = name.rfind('.').map_or((name, ""), |dot| name.split_at(dot));
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let entries = files.list(folder.unwrap_or(Path::new(".")), MAX_SEARCHED).unwrap_or_default();
    let is_file = |entry: &FolderEntry| matches!(entry.kind, FileKind::File | FileKind::Link);
    let files = entries.into_iter().filter(is_file);
    let names = files.filter_map(|entry| entry.name.into_string().ok());
    let mut stems: Vec<String> =
        names.filter_map(|name| name.strip_suffix(ending).map(str::to_owned)).collect();
    stems.sort();
    let near = text::nearest(stem, stems.iter().map(String::as_str));
    near.into_iter().map(|stem| format!("{stem}{ending}")).collect()
}

/// A path that is shown as it is, in backticks.
pub fn quote_path(path: &str) -> String {
    format!("`{}`", text::clean(path))
}

/// The path for a message, in backticks. It is not cut, because the user has to find it.
pub fn quoted(files: &dyn FileSystem, path: &Path) -> String {
    quote_path(&shown(files, path))
}
