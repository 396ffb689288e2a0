//! The disk under a folder: reading files as the program does, and finding those that matter.
//!
//! What the program reads and finds from a folder, the server must read and find in it: the limits, the words for what is wrong
//! and the filters of the search are the same.

use std::collections::{BTreeSet, HashSet};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use gatewright::config::FILE_NAME;
use gatewright::editor::{self, form_of, is_manifest};
use gatewright::input::{read_limited, reason};
use gatewright::source::{Bounds, FileTree, LoadError, Loader};
use ignore::WalkBuilder;

use crate::paths::{Folder, is_absolute};

/// The most names of one folder that are offered, and the most files of a new one that are looked at.
const MAX_ENTRIES: usize = 10_000;

/// How to read more.
const HELP: &str =
    "copy the file into the project, or list it in the setting `gatewright.allowRead` of the user";

/// Reads files: relative paths from a folder, if there is one; absolute paths anywhere. What a file may lead to has the same
/// [`Bounds`] as in the program.
#[derive(Debug)]
pub struct Disk {
    bounds: Bounds<Tree>,
}

/// The disk as it is seen from a folder.
#[derive(Clone, Debug)]
struct Tree {
    folder: Option<PathBuf>,
}

impl Tree {
    /// Where a path leads; `None` for a relative one where there is no folder.
    fn at(&self, path: &str) -> Option<PathBuf> {
        match &self.folder {
            _ if is_absolute(path) => Some(PathBuf::from(path)),
            Some(folder) => Some(folder.join(path)),
            None => None,
        }
    }
}

impl FileTree for Tree {
    fn real_path(&self, path: &str) -> Option<String> {
        Some(fs::canonicalize(self.at(path)?).ok()?.to_str()?.replace('\\', "/"))
    }

    fn is_link(&self, path: &str) -> bool {
        let metadata = self.at(path).map(fs::symlink_metadata);
        metadata.is_some_and(|metadata| metadata.is_ok_and(|metadata| metadata.is_symlink()))
    }

    fn exists(&self, path: &str) -> bool {
        self.at(path).is_some_and(|path| fs::metadata(path).is_ok())
    }
}

impl Disk {
    /// The disk as it is seen from a folder.
    pub fn from(folder: Option<&Folder>) -> Self {
        let folder = folder.map(|folder| PathBuf::from(format!("{}/", folder.path)));
        Self { bounds: Bounds::new(Tree { folder }, Vec::new(), HELP) }
    }

    /// Opens the folders of the workspaces to the policies in them where there is no repository, and to all policies
    /// the files and folders that the user lists.
    pub fn open(&self, folders: &[Folder], paths: &BTreeSet<String>) {
        let folders: Vec<String> =
            folders.iter().map(|folder| format!("{}/", folder.path)).collect();
        let paths: Vec<String> = paths.iter().map(|path| path.replace('\\', "/")).collect();
        self.bounds.open(&folders, &paths);
    }

    /// Forgets where links lead and where repositories are.
    pub fn forget(&self) {
        self.bounds.forget();
    }

    /// Whether the file at a path, where a link may be, may be read for what its name says.
    fn admits(&self, path: &str) -> bool {
        self.bounds.admit(path, path).is_ok()
    }
}

impl Loader for Disk {
    fn read(&self, path: &str) -> Result<Vec<u8>, LoadError> {
        let failed = |error: io::Error| LoadError::new(reason(&error));
        let tree = self.bounds.tree();
        let Some(full) = tree.at(path) else { return Err(LoadError::new("no such file")) };
        let mut metadata = fs::symlink_metadata(&full).map_err(failed)?;
        if metadata.is_symlink() {
            self.bounds.admit(path, path)?;
            metadata = fs::metadata(&full).map_err(failed)?;
        }
        if metadata.is_dir() {
            return Err(LoadError::new("it is a folder"));
        }
        // A policy may come from a stranger: what it names must not be a device that never ends.
        if !metadata.is_file() {
            return Err(LoadError::new("it is not a regular file"));
        }
        File::open(&full).and_then(|file| read_limited(file, metadata.len())).map_err(failed)
    }

    fn admit(&self, from: &str, path: &str) -> Result<(), LoadError> {
        self.bounds.admit(from, path)
    }

    fn identity(&self, path: &str) -> String {
        self.bounds.real_path(path).unwrap_or_else(|| path.to_owned())
    }
}

impl editor::Folder for Disk {
    fn entries(&self, from: &str, path: &str) -> Vec<String> {
        let folder = if path.is_empty() { "." } else { path };
        if !self.bounds.admits_folder(from, folder) {
            return Vec::new();
        }
        let folder = self.bounds.tree().at(folder);
        let Some(Ok(entries)) = folder.map(fs::read_dir) else { return Vec::new() };
        let name = |entry: fs::DirEntry| {
            let name = entry.file_name().into_string().ok()?;
            Some(if entry.path().is_dir() { format!("{name}/") } else { name })
        };
        let mut names: Vec<String> =
            entries.take(MAX_ENTRIES).filter_map(|entry| name(entry.ok()?)).collect();
        names.sort();
        names
    }
}

/// Whether a file matters to a workspace: policies, configurations and manifests, by name.
pub fn is_wanted(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    form_of(path).is_some() || name == FILE_NAME || is_manifest(path)
}

/// The policies, configurations and manifests in a folder, relative to it.
pub fn find(folder: &Folder) -> Vec<String> {
    let root = PathBuf::from(format!("{}/", folder.path));
    let disk = Disk::from(Some(folder));
    disk.open(std::slice::from_ref(folder), &BTreeSet::new());
    let walk = WalkBuilder::new(&root)
        // What is found must not depend on the user's own configuration, only on the files.
        .standard_filters(false)
        .git_ignore(true)
        .parents(true)
        .require_git(false)
        .filter_entry(|entry| entry.file_name() != ".git")
        .build();
    let mut found: Vec<(String, bool)> = Vec::new();
    for entry in walk.flatten() {
        let path = entry.path();
        let Some(way) = way(&root, path).filter(|way| is_wanted(way)) else { continue };
        // A link to a file of the project counts as that file; a link to a folder is not followed.
        let is_plain = entry.file_type().is_some_and(|found| found.is_file());
        let is_file = || fs::metadata(path).is_ok_and(|metadata| metadata.is_file());
        if is_plain || is_file() && disk.admits(&way) {
            found.push((way, is_plain));
        }
    }
    found.sort();
    each_once(&root, found)
}

/// The files below a folder that a policy may consist of, with their absolute paths; `None` for what is no folder.
pub fn below(folder: &str) -> Option<Vec<String>> {
    if !fs::metadata(folder).ok()?.is_dir() {
        return None;
    }
    let walk = WalkBuilder::new(folder)
        .standard_filters(false)
        .filter_entry(|entry| entry.file_name() != ".git")
        .build();
    // A manifest may have any name, but it is JSON.
    let is_part = |path: &Path| {
        let kind = path.extension().and_then(OsStr::to_str);
        matches!(kind, Some("gate" | "json" | "toml"))
    };
    let files = walk.flatten().filter(|entry| is_part(entry.path()));
    let path = |entry: ignore::DirEntry| Some(entry.path().to_str()?.replace('\\', "/"));
    Some(files.take(MAX_ENTRIES).filter_map(path).collect())
}

/// Keeps each file once, under the first of its names. Only links give a file several.
fn each_once(root: &Path, found: Vec<(String, bool)>) -> Vec<String> {
    let has_links = found.iter().any(|(_, is_plain)| !is_plain);
    let real_root = fs::canonicalize(root).ok().filter(|_| has_links);
    let Some(real_root) = real_root else {
        return found.into_iter().map(|(way, _)| way).collect();
    };
    let mut seen = HashSet::with_capacity(found.len());
    let is_new = |(way, is_plain): &(String, bool)| {
        // The folders on the way are no links, since links to folders are not followed.
        let own = real_root.join(way);
        let real = if *is_plain { own } else { fs::canonicalize(&own).unwrap_or(own) };
        seen.insert(real)
    };
    let mut found = found;
    found.retain(is_new);
    found.into_iter().map(|(way, _)| way).collect()
}

/// The way from a folder to a path in it, with `/` between its parts; `None` for a path that is no text.
fn way(root: &Path, path: &Path) -> Option<String> {
    Some(path.strip_prefix(root).ok()?.to_str()?.replace('\\', "/"))
}
