//! How texts come in.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::SourceFile;

/// Answers the texts that `include` and `manifest` name. A program reads the disk, a test its own map.
pub trait Loader {
    /// The bytes of a file.
    ///
    /// # Errors
    /// Why the file cannot be read, in words that follow "cannot read X: ".
    fn read(&self, path: &str) -> Result<Vec<u8>, LoadError>;

    /// The file, where the program holds its text already: it is shared instead of copied. It bears the path that is asked for.
    fn held(&self, path: &str) -> Option<Arc<SourceFile>> {
        let _ = path;
        None
    }

    /// One name for the file at a path, whatever other paths lead to it: asked for before a file is changed, so that none is
    /// changed twice. Without links a path is its own name.
    fn identity(&self, path: &str) -> String {
        path.to_owned()
    }
}

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    /// The reason in lower case, such as `no such file`.
    pub reason: String,
}

impl LoadError {
    /// An error with this reason.
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.reason)
    }
}

impl std::error::Error for LoadError {}

/// Files held in memory, by path: for tests, for editors with unsaved text, for a program without a disk.
#[derive(Clone, Debug, Default)]
pub struct MemoryLoader {
    files: BTreeMap<String, Vec<u8>>,
}

impl MemoryLoader {
    /// Adds a file, or replaces it.
    pub fn insert(&mut self, path: impl Into<String>, content: impl Into<Vec<u8>>) {
        self.files.insert(path.into(), content.into());
    }

    /// The same with one file more, for building in one expression.
    #[must_use]
    pub fn with(mut self, path: impl Into<String>, content: impl Into<Vec<u8>>) -> Self {
        self.insert(path, content);
        self
    }
}

impl Loader for MemoryLoader {
    fn read(&self, path: &str) -> Result<Vec<u8>, LoadError> {
        self.files.get(path).cloned().ok_or_else(|| LoadError::new("no such file"))
    }
}
