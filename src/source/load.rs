//! How texts come in.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

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

    /// The bytes of a file, with its stamp if the program can tell one.
    ///
    /// # Errors
    /// Like [`read`](Loader::read).
    fn read_stamped(&self, path: &str) -> Result<(Vec<u8>, Option<FileStamp>), LoadError> {
        Ok((self.read(path)?, None))
    }

    /// The stamp of the file at a path, without reading it; `None` if there is no file, or if the program cannot tell.
    fn stamp(&self, path: &str) -> Option<FileStamp> {
        let _ = path;
        None
    }

    /// Says whether the file at `from` may lead to the one at `path`, which may not exist. It is asked before the file
    /// is read. There is no default, so that no loader over another one opens what that keeps closed.
    ///
    /// # Errors
    /// Why it may not, in words that follow "cannot read X: ".
    fn admit(&self, from: &str, path: &str) -> Result<(), LoadError>;

    /// Whether the file of an [identity](Loader::identity) may be rewritten.
    fn may_change(&self, identity: &str) -> bool {
        let _ = identity;
        true
    }

    /// The names of files beside a missing one that its name may have been meant for, nearest first. None without a folder to look
    /// at.
    fn near(&self, path: &str) -> Vec<String> {
        let _ = path;
        Vec::new()
    }

    /// One name for the file at a path, whatever other paths lead to it: asked for before a file is changed, so that none is
    /// changed twice. Without links a path is its own name.
    fn identity(&self, path: &str) -> String {
        path.to_owned()
    }

    /// The absolute path of a folder after all links; for a missing folder, where it would be. `None` without a disk.
    fn real_folder(&self, folder: &str) -> Option<String> {
        let _ = folder;
        None
    }
}

/// Time and size of a file. Two stamps differ if the file has been written in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileStamp {
    /// The time of the last change, since the epoch of the system.
    pub modified: Option<Duration>,
    /// The size in bytes.
    pub bytes: u64,
    /// A number that changes when another file takes the place of this one; 0 where the system has none.
    pub number: u64,
}

/// What a file is named for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A part of a policy: a `.gate` file.
    Include,
    /// A server's tools: a `.json` file.
    Manifest,
}

impl Role {
    /// Says whether the file at `from` may lead to the one at `path`, which it names so. It is asked before the file is
    /// read: of what is no such file nothing may be shown.
    ///
    /// # Errors
    /// The name is that of another kind of file, or [the loader](Loader::admit) refuses.
    pub fn admit(self, loader: &dyn Loader, from: &str, path: &str) -> Result<(), LoadError> {
        let is_gate = path.ends_with(".gate");
        let is_json = path.ends_with(".json");
        let refuse = |reason: &str, help: &str| Err(LoadError::new(reason).with_help(help));
        match self {
            Role::Include if is_address(path) => refuse(
                "it is a URL, not a file",
                "save the file next to this one, and include that file",
            ),
            Role::Manifest if is_address(path) => refuse(
                "it is a URL, not a file",
                "save the server's answer to `tools/list` as a `.json` file, and name that file",
            ),
            Role::Include if is_json => refuse(
                "an included file must end in `.gate`",
                "to name the server's tools, write `manifest` instead of `include`",
            ),
            Role::Include if !is_gate => {
                refuse("an included file must end in `.gate`", "name a `.gate` file")
            }
            Role::Manifest if is_gate => refuse(
                "a manifest must end in `.json`",
                "to include a `.gate` file, write `include` instead of `manifest`",
            ),
            Role::Manifest if !is_json => refuse(
                "a manifest must end in `.json`",
                "save the server's answer to `tools/list` as a `.json` file, and name that file",
            ),
            _ => loader.admit(from, path),
        }
    }
}

/// Whether a name is an address, such as `https://example.org/tools.json`, and not a path.
pub fn is_address(name: &str) -> bool {
    name.split_once("://").is_some_and(|(scheme, _)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    })
}

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    /// The reason in lower case, such as `no such file`.
    pub reason: String,
    /// What to do about it, where that follows from the reason.
    pub help: Option<String>,
    /// Whether there is no file of the name: nothing at all, or a folder.
    pub is_absent: bool,
}

impl LoadError {
    /// An error with this reason.
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), help: None, is_absent: false }
    }

    /// There is no such file.
    pub fn absent() -> Self {
        Self { is_absent: true, ..Self::new("no such file") }
    }

    /// There is a folder in the place of the file.
    pub fn folder() -> Self {
        Self { is_absent: true, ..Self::new("it is a folder") }
    }

    /// The same with what to do about it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
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
        self.files.get(path).cloned().ok_or_else(LoadError::absent)
    }

    fn admit(&self, _: &str, _: &str) -> Result<(), LoadError> {
        Ok(())
    }
}
