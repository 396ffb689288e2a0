//! The disk. The only file of the library that touches it; programs choose it with the feature `disk`.

use std::borrow::Cow;
use std::fs::{self, DirEntry, File, FileType, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::file_system::{FileKind, FileStatus, FileSystem, FolderEntry};
use crate::input::{read_limited, reason};
use crate::source::{FileStamp, LoadError};

/// The disk as it is seen from a folder.
#[derive(Clone, Debug)]
pub struct DiskFileSystem {
    base: Base,
}

/// Where relative paths begin.
#[derive(Clone, Debug)]
enum Base {
    /// In the current folder of the process.
    CurrentFolder,
    /// In this folder.
    Folder(PathBuf),
    /// Nowhere: they lead to nothing.
    Nowhere,
}

impl DiskFileSystem {
    /// The disk as it is seen from the current folder.
    pub fn current() -> Self {
        Self { base: Base::CurrentFolder }
    }

    /// The disk as it is seen from a folder.
    pub fn seen_from(folder: impl Into<PathBuf>) -> Self {
        Self { base: Base::Folder(folder.into()) }
    }

    /// The disk by absolute paths only.
    pub fn absolute_only() -> Self {
        Self { base: Base::Nowhere }
    }

    fn at<'p>(&self, path: &'p Path) -> Option<Cow<'p, Path>> {
        match &self.base {
            _ if path.is_absolute() => Some(Cow::Borrowed(path)),
            Base::CurrentFolder if path.as_os_str().is_empty() => Some(Path::new(".").into()),
            Base::CurrentFolder => Some(Cow::Borrowed(path)),
            Base::Folder(folder) => Some(Cow::Owned(folder.join(path))),
            Base::Nowhere => None,
        }
    }
}

impl FileSystem for DiskFileSystem {
    fn status(&self, path: &Path) -> Result<FileStatus, LoadError> {
        let path = self.at(path).ok_or_else(LoadError::absent)?;
        let metadata = fs::metadata(&path).map_err(unseen)?;
        Ok(status(&path, &metadata))
    }

    fn link_status(&self, path: &Path) -> Result<FileStatus, LoadError> {
        let path = self.at(path).ok_or_else(LoadError::absent)?;
        let metadata = fs::symlink_metadata(&path).map_err(unseen)?;
        Ok(status(&path, &metadata))
    }

    fn read(&self, path: &Path, expected_bytes: u64) -> Result<Vec<u8>, LoadError> {
        let path = self.at(path).ok_or_else(LoadError::absent)?;
        let read = File::open(path).and_then(|file| read_limited(file, expected_bytes));
        read.map_err(|error| LoadError::new(reason(&error)))
    }

    fn list(&self, folder: &Path, limit: usize) -> Result<Vec<FolderEntry>, LoadError> {
        let folder = self.at(folder).ok_or_else(LoadError::absent)?;
        let failed = |error: io::Error| LoadError::new(reason(&error));
        let entry = |entry: io::Result<DirEntry>| {
            let entry = entry?;
            let kind = entry.file_type().map_or(FileKind::Other, kind_of);
            Ok(FolderEntry { name: entry.file_name(), kind })
        };
        let entries = fs::read_dir(folder).map_err(failed)?.take(limit).map(entry);
        entries.collect::<io::Result<_>>().map_err(failed)
    }

    fn canonical(&self, path: &Path) -> Option<PathBuf> {
        fs::canonicalize(self.at(path)?).ok()
    }

    fn absolute(&self, path: &Path) -> Option<PathBuf> {
        std::path::absolute(self.at(path)?).ok()
    }
}

/// Whether a file with this metadata is one of a disk. What the system makes up has no length, and may never end.
pub fn is_regular(path: &Path, metadata: &Metadata) -> bool {
    let is_made_up = || {
        fs::canonicalize(path)
            .is_ok_and(|path| path.starts_with("/proc") || path.starts_with("/sys"))
    };
    metadata.is_file() && !(cfg!(unix) && metadata.len() == 0 && is_made_up())
}

fn unseen(error: io::Error) -> LoadError {
    LoadError { is_absent: true, ..LoadError::new(reason(&error)) }
}

fn status(path: &Path, metadata: &Metadata) -> FileStatus {
    let kind = match kind_of(metadata.file_type()) {
        FileKind::File if !is_regular(path, metadata) => FileKind::Other,
        kind => kind,
    };
    FileStatus { kind, stamp: stamp(metadata) }
}

fn kind_of(found: FileType) -> FileKind {
    if found.is_symlink() {
        FileKind::Link
    } else if found.is_dir() {
        FileKind::Folder
    } else if found.is_file() {
        FileKind::File
    } else {
        FileKind::Other
    }
}

fn stamp(metadata: &Metadata) -> FileStamp {
    let modified = metadata.modified().ok();
    let modified = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    FileStamp { modified, bytes: metadata.len(), number: number(metadata) }
}

#[cfg(unix)]
fn number(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn number(_: &Metadata) -> u64 {
    0
}
