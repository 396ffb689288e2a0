//! Reading the files of a project: regular files only, and within its bounds.

use std::path::{Path, PathBuf};

use super::bounds::Bounds;
use super::fault::Fault;
use super::file_system::{
    FileKind, FileStatus, FileSystem, absolute_text, near_files, path_text, quoted,
};
use crate::config::FILE_NAME;
use crate::source::{FileStamp, LoadError, Loader};

/// Why a device or a pipe is not read.
pub const IRREGULAR: &str = "it is not a regular file";

/// The name of standard input in messages.
pub const STANDARD_INPUT: &str = "<stdin>";

/// The most names of one folder that are offered to an editor.
const MAX_OFFERED: usize = 10_000;

/// Reads files from a file system, within [`Bounds`].
#[derive(Debug)]
pub struct ProjectLoader {
    bounds: Bounds,
    /// Whether files that lead to others may themselves be reached through a link out of their project. A command refuses such
    /// a file when it is named; an editor opens it without asking.
    checks_origins: bool,
}

impl ProjectLoader {
    /// Reads files within bounds. The files that lead to others were admitted before.
    pub fn new(bounds: Bounds) -> Self {
        Self { bounds, checks_origins: false }
    }

    /// Reads files within bounds for files that nobody has admitted.
    pub fn for_editor(bounds: Bounds) -> Self {
        Self { bounds, checks_origins: true }
    }

    /// The bounds.
    pub fn bounds(&self) -> &Bounds {
        &self.bounds
    }

    /// The file system.
    pub fn files(&self) -> &dyn FileSystem {
        self.bounds.files()
    }

    /// Says whether the file at a path may be read where a link may be at its end.
    ///
    /// # Errors
    /// It is a link that leads out of the project, or to a file of another kind.
    pub fn admit_link(&self, path: &Path) -> Result<(), Fault> {
        let admitted = match path_text(path) {
            Some(path) => self.bounds.admit(&path, &path),
            None => Err(LoadError::new("it is a link, and its name is not UTF-8")),
        };
        admitted.map_err(|error| Fault::unread(self.files(), path, &error))
    }

    /// Says whether a file or folder that somebody has named may be read: no link on its path may lead it out of the project.
    ///
    /// # Errors
    /// One does, or it is itself a link to a file that it may not lead to.
    pub fn admit_named(&self, path: &Path) -> Result<(), Fault> {
        if let (Some(text), Some(absolute)) = (path_text(path), absolute_text(self.files(), path)) {
            let admitted = self.bounds.admit_typed(&text, &absolute);
            admitted.map_err(|error| Fault::unread(self.files(), path, &error))?;
        }
        let is_folder =
            || self.files().status(path).is_ok_and(|status| status.kind == FileKind::Folder);
        if self.files().is_link(path) && !is_folder() { self.admit_link(path) } else { Ok(()) }
    }

    /// Says whether the target of a path, after all links at its end, may be written.
    ///
    /// # Errors
    /// The target lies outside the project, as the path is typed.
    pub fn admit_target(&self, link: &Path, target: &Path) -> Result<(), Fault> {
        let absolute = absolute_text(self.files(), link);
        let held = match (path_text(link), path_text(target), absolute) {
            (Some(link), Some(target), Some(absolute)) => {
                (link == target || self.bounds.holds(&link, &target))
                    && !self.bounds.leads_out(&target, &absolute)
            }
            _ => link == target,
        };
        if held {
            return Ok(());
        }
        let name = quoted(self.files(), link);
        let message = format!("cannot write {name}: it is a link to a file outside the project");
        Err(Fault::new(message).with_help("use the path of the file itself"))
    }

    /// The real path of a file that may be rewritten: a `.gate` file that the call names or that lies below a folder
    /// that it names.
    pub fn rewritable(&self, path: &Path) -> Option<PathBuf> {
        let real = self.bounds.real_path(&path_text(path)?)?;
        self.may_change(&real).then(|| PathBuf::from(real))
    }

    /// The names in a folder, sorted, those of folders with `/` at their end; none if the folder cannot be read, or if the file
    /// at `from` may not lead there.
    pub fn entries(&self, from: &str, folder: &str) -> Vec<String> {
        let folder = if folder.is_empty() { "." } else { folder };
        if !self.bounds.admits_folder(from, folder) || self.admit_origin(from).is_err() {
            return Vec::new();
        }
        let folder = Path::new(folder);
        let entries = self.files().list(folder, MAX_OFFERED).unwrap_or_default();
        let is_folder = |name: &str, kind| match kind {
            FileKind::Link => {
                let status = self.files().status(&folder.join(name));
                status.is_ok_and(|status| status.kind == FileKind::Folder)
            }
            kind => kind == FileKind::Folder,
        };
        let named = entries.into_iter().filter_map(|entry| {
            let name = entry.name.into_string().ok()?;
            Some(if is_folder(&name, entry.kind) { format!("{name}/") } else { name })
        });
        let mut names: Vec<String> = named.collect();
        names.sort();
        names
    }

    /// Refuses a file that lies where a link leads out of the project.
    fn admit_origin(&self, from: &str) -> Result<(), LoadError> {
        if !self.checks_origins {
            return Ok(());
        }
        let Some(absolute) = absolute_text(self.files(), Path::new(from)) else { return Ok(()) };
        self.bounds.admit_typed(from, &absolute).map_err(|error| {
            let reason = "the file that names it is reached through a link out of the project";
            LoadError { reason: reason.to_owned(), ..error }
        })
    }

    /// The status of the regular file at a path. A link may lead to a file of the project only.
    fn regular(&self, path: &str) -> Result<FileStatus, LoadError> {
        let at = Path::new(path);
        let mut status = self.files().link_status(at)?;
        if status.kind == FileKind::Link {
            self.bounds.admit(path, path)?;
            status = self.files().status(at)?;
        }
        match status.kind {
            FileKind::File => Ok(status),
            FileKind::Folder => Err(LoadError::folder()),
            // A policy may come from a stranger: it must not name a device that never ends.
            FileKind::Link | FileKind::Other => Err(LoadError::new(IRREGULAR)),
        }
    }
}

impl Loader for ProjectLoader {
    fn read(&self, path: &str) -> Result<Vec<u8>, LoadError> {
        self.read_stamped(path).map(|(bytes, _)| bytes)
    }

    fn read_stamped(&self, path: &str) -> Result<(Vec<u8>, Option<FileStamp>), LoadError> {
        let status = self.regular(path)?;
        let bytes = self.files().read(Path::new(path), status.stamp.bytes)?;
        Ok((bytes, Some(status.stamp)))
    }

    fn stamp(&self, path: &str) -> Option<FileStamp> {
        self.regular(path).ok().map(|status| status.stamp)
    }

    fn admit(&self, from: &str, path: &str) -> Result<(), LoadError> {
        self.admit_origin(from)?;
        self.bounds.admit(from, path)
    }

    fn near(&self, path: &str) -> Vec<String> {
        near_files(self.files(), Path::new(path))
    }

    fn may_change(&self, identity: &str) -> bool {
        // A change of standard input can be shown only.
        let is_gate = identity.ends_with(".gate") || identity.ends_with(STANDARD_INPUT);
        is_gate && self.bounds.names(identity)
    }

    fn identity(&self, path: &str) -> String {
        self.bounds.real_path(path).unwrap_or_else(|| path.to_owned())
    }

    fn real_folder(&self, folder: &str) -> Option<String> {
        let folder = if folder.is_empty() { "." } else { folder.trim_end_matches('/') };
        let real = self.bounds.named_path(&format!("{folder}/{FILE_NAME}"))?;
        let real = real.strip_suffix(FILE_NAME)?;
        Some(if real == "/" { real } else { real.trim_end_matches('/') }.to_owned())
    }
}
