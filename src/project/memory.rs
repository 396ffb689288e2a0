//! Files in memory, by path: for tests, and for programs without a disk. There are no links.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use super::file_system::{FileKind, FileStatus, FileSystem, FolderEntry};
use crate::source::{FileStamp, LoadError};

/// Files in memory. Folders exist as far as files lie in them.
#[derive(Clone, Debug)]
pub struct MemoryFileSystem {
    /// The folder in which relative paths begin.
    base: PathBuf,
    files: BTreeMap<PathBuf, Vec<u8>>,
    /// The folders that hold the files.
    folders: BTreeSet<PathBuf>,
}

impl MemoryFileSystem {
    /// No files. Relative paths begin in an absolute folder.
    pub fn new(base: impl Into<PathBuf>) -> Self {
        let base = base.into();
        let folders = base.ancestors().map(Path::to_owned).collect();
        Self { base, files: BTreeMap::new(), folders }
    }

    /// The same with one more file, for building in one expression.
    #[must_use]
    pub fn with(mut self, path: impl AsRef<Path>, content: impl Into<Vec<u8>>) -> Self {
        self.insert(path, content);
        self
    }

    /// Adds a file, or replaces it.
    pub fn insert(&mut self, path: impl AsRef<Path>, content: impl Into<Vec<u8>>) {
        let path = self.real(path.as_ref());
        self.folders.extend(path.ancestors().skip(1).map(Path::to_owned));
        self.files.insert(path, content.into());
    }

    fn real(&self, path: &Path) -> PathBuf {
        let mut real = PathBuf::new();
        for part in self.base.join(path).components() {
            match part {
                Component::ParentDir => {
                    real.pop();
                }
                Component::CurDir => {}
                other => real.push(other),
            }
        }
        real
    }
}

impl FileSystem for MemoryFileSystem {
    fn status(&self, path: &Path) -> Result<FileStatus, LoadError> {
        let path = self.real(path);
        let status = |kind, bytes| {
            let stamp = FileStamp { modified: None, bytes, number: 0 };
            Ok(FileStatus { kind, stamp })
        };
        match self.files.get(&path) {
            Some(content) => status(FileKind::File, content.len() as u64),
            None if self.folders.contains(&path) => status(FileKind::Folder, 0),
            None => Err(LoadError::absent()),
        }
    }

    fn link_status(&self, path: &Path) -> Result<FileStatus, LoadError> {
        self.status(path)
    }

    fn read(&self, path: &Path, _: u64) -> Result<Vec<u8>, LoadError> {
        self.files.get(&self.real(path)).cloned().ok_or_else(LoadError::absent)
    }

    fn list(&self, folder: &Path, limit: usize) -> Result<Vec<FolderEntry>, LoadError> {
        let folder = self.real(folder);
        if !self.folders.contains(&folder) {
            return Err(LoadError::absent());
        }
        let is_in = |path: &&PathBuf| path.parent() == Some(&folder);
        let entry =
            |path: &PathBuf, kind| Some(FolderEntry { name: path.file_name()?.to_owned(), kind });
        let folders = self.folders.iter().filter(is_in);
        let folders = folders.filter_map(|path| entry(path, FileKind::Folder));
        let files = self.files.keys().filter(is_in);
        let files = files.filter_map(|path| entry(path, FileKind::File));
        Ok(folders.chain(files).take(limit).collect())
    }

    fn canonical(&self, path: &Path) -> Option<PathBuf> {
        self.status(path).ok().map(|_| self.real(path))
    }

    fn absolute(&self, path: &Path) -> Option<PathBuf> {
        Some(self.base.join(path))
    }
}
