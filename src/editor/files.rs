//! The texts of a workspace: what is open in the editor, over what lies on the disk.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use crate::project::ProjectLoader;
use crate::source::{DecodeError, FileStamp, LoadError, Loader, SourceFile, decode};

/// Tells what a folder holds, for offering names of files. A program asks the disk.
pub trait Folder {
    /// The names in the folder at a path, those of folders with `/` at their end, in any order; none if it cannot be read,
    /// or if the file at `from` may not lead there.
    fn entries(&self, from: &str, path: &str) -> Vec<String>;
}

impl Folder for ProjectLoader {
    fn entries(&self, from: &str, path: &str) -> Vec<String> {
        ProjectLoader::entries(self, from, path)
    }
}

/// The texts at one moment. A clone shares them.
#[derive(Clone)]
pub(super) struct Files {
    disk: Arc<dyn Loader + Send + Sync>,
    open: Arc<HashMap<String, Arc<SourceFile>>>,
    /// What has been read from the disk. It is replaced, not changed, when a file changes there, so that a check that is
    /// under way cannot put in what it read before.
    read: Arc<Mutex<HashMap<String, ReadFile>>>,
}

/// A file that has been read.
#[derive(Clone)]
struct ReadFile {
    content: OnDisk,
    /// Its time and size when it was read, if there was a file.
    stamp: Option<FileStamp>,
}

/// A file as it was found on the disk.
#[derive(Clone)]
enum OnDisk {
    Text(Arc<SourceFile>),
    /// Its bytes are no text.
    Bytes(Arc<[u8]>),
    Unreadable(LoadError),
}

impl Files {
    pub(super) fn new(disk: Arc<dyn Loader + Send + Sync>) -> Self {
        Self { disk, open: Arc::default(), read: Arc::default() }
    }

    /// Takes in what the editor shows of a file.
    pub(super) fn open(&mut self, file: Arc<SourceFile>) {
        Arc::make_mut(&mut self.open).insert(file.path().to_owned(), file);
    }

    /// Forgets what the editor showed of a file.
    pub(super) fn close(&mut self, path: &str) {
        Arc::make_mut(&mut self.open).remove(path);
    }

    pub(super) fn is_open(&self, path: &str) -> bool {
        self.open.contains_key(path)
    }

    /// Forgets what was read of these files.
    pub(super) fn forget<'p>(&mut self, paths: impl IntoIterator<Item = &'p str>) {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for path in paths {
            read.remove(path);
        }
        self.read = Arc::new(Mutex::new(read));
    }

    /// Forgets everything that was read.
    pub(super) fn forget_all(&mut self) {
        self.read = Arc::default();
    }

    /// The files that are other files now than when they were read. Asks the disk once for each of them.
    pub(super) fn changed_since_read(&self) -> Vec<String> {
        let known: Vec<(String, Option<FileStamp>)> = {
            let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
            read.iter().map(|(path, file)| (path.clone(), file.stamp)).collect()
        };
        let is_other = |path: &str, stamp| !self.is_open(path) && self.disk.stamp(path) != stamp;
        let changed = known.into_iter().filter(|(path, stamp)| is_other(path, *stamp));
        changed.map(|(path, _)| path).collect()
    }

    /// The file, open or read; `None` when it cannot be read or is no text.
    pub(super) fn text(&self, path: &str) -> Option<Arc<SourceFile>> {
        if let Some(open) = self.open.get(path) {
            return Some(Arc::clone(open));
        }
        match self.on_disk(path) {
            OnDisk::Text(file) => Some(file),
            _ => None,
        }
    }

    fn on_disk(&self, path: &str) -> OnDisk {
        let lock = || self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(path) {
            return known.content.clone();
        }
        let (content, stamp) = match self.disk.read_stamped(path) {
            Err(error) => {
                // A file that may not be read has a stamp too.
                let stamp = if error.is_absent { None } else { self.disk.stamp(path) };
                (OnDisk::Unreadable(error), stamp)
            }
            Ok((bytes, stamp)) => (self.content(path, bytes), stamp),
        };
        lock().insert(path.to_owned(), ReadFile { content: content.clone(), stamp });
        content
    }

    fn content(&self, path: &str, bytes: Vec<u8>) -> OnDisk {
        match decode(bytes) {
            Ok(text) => OnDisk::Text(Arc::new(SourceFile::new(path, text))),
            // Bytes that are not text are read again to be refused as anywhere else; those of a file that is too large are not kept.
            Err((_, DecodeError::TooLarge { .. })) => OnDisk::Bytes(Arc::default()),
            Err((_, DecodeError::NotUtf8 { .. })) => match self.disk.read(path) {
                Ok(bytes) => OnDisk::Bytes(bytes.into()),
                Err(error) => OnDisk::Unreadable(error),
            },
        }
    }
}

impl Loader for Files {
    fn read(&self, path: &str) -> Result<Vec<u8>, LoadError> {
        if let Some(open) = self.open.get(path) {
            return Ok(open.text().as_bytes().to_vec());
        }
        match self.on_disk(path) {
            OnDisk::Text(file) => Ok(file.text().as_bytes().to_vec()),
            OnDisk::Bytes(bytes) if bytes.is_empty() => self.disk.read(path),
            OnDisk::Bytes(bytes) => Ok(bytes.to_vec()),
            OnDisk::Unreadable(error) => Err(error),
        }
    }

    fn held(&self, path: &str) -> Option<Arc<SourceFile>> {
        self.text(path)
    }

    fn admit(&self, from: &str, path: &str) -> Result<(), LoadError> {
        self.disk.admit(from, path)
    }

    fn near(&self, path: &str) -> Vec<String> {
        self.disk.near(path)
    }

    fn identity(&self, path: &str) -> String {
        self.disk.identity(path)
    }

    fn real_folder(&self, folder: &str) -> Option<String> {
        self.disk.real_folder(folder)
    }
}

/// A loader that remembers what was asked of it.
pub(super) struct Recorded<'l> {
    loader: &'l Files,
    asked: Mutex<BTreeSet<String>>,
}

impl<'l> Recorded<'l> {
    pub(super) fn new(loader: &'l Files) -> Self {
        Self { loader, asked: Mutex::default() }
    }

    /// The paths that were asked for, found or not.
    pub(super) fn into_asked(self) -> BTreeSet<String> {
        self.asked.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, path: &str) {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if !asked.contains(path) {
            asked.insert(path.to_owned());
        }
    }
}

impl Loader for Recorded<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, LoadError> {
        self.note(path);
        self.loader.read(path)
    }

    fn held(&self, path: &str) -> Option<Arc<SourceFile>> {
        self.note(path);
        self.loader.held(path)
    }

    fn admit(&self, from: &str, path: &str) -> Result<(), LoadError> {
        self.note(path);
        self.loader.admit(from, path)
    }

    fn near(&self, path: &str) -> Vec<String> {
        self.loader.near(path)
    }

    fn identity(&self, path: &str) -> String {
        self.loader.identity(path)
    }

    fn real_folder(&self, folder: &str) -> Option<String> {
        self.loader.real_folder(folder)
    }
}
