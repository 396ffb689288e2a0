//! The disk under a folder, read and searched as the program does it.

use std::collections::BTreeSet;
use std::path::Path;

use gatewright::project::{
    Bounds, DiskFileSystem, FileRole, ProjectLoader, discover, parts_below, path_text,
};

use crate::paths::Folder;

/// The most files of a new folder that are looked at.
const MAX_NEW_FILES: usize = 10_000;

/// How to read more.
const HELP: &str =
    "copy the file into the project, or list it in the setting `gatewright.allowRead` of the user";

/// The files that a search looks for.
const WANTED: [FileRole; 4] =
    [FileRole::Gate, FileRole::PolicyJson, FileRole::Configuration, FileRole::Manifest];

/// Reads files: relative paths from a folder, if there is one; absolute paths anywhere.
pub fn loader(folder: Option<&Folder>) -> ProjectLoader {
    let files = match folder {
        Some(folder) => DiskFileSystem::seen_from(format!("{}/", folder.path)),
        None => DiskFileSystem::absolute_only(),
    };
    ProjectLoader::for_editor(Bounds::new(Box::new(files), Vec::new(), HELP))
}

/// Opens the folders of the workspaces to the policies in them where there is no repository, and to all policies
/// the files and folders that the user lists.
pub fn open(loader: &ProjectLoader, folders: &[Folder], paths: &BTreeSet<String>) {
    let folders: Vec<String> = folders.iter().map(|folder| format!("{}/", folder.path)).collect();
    let paths: Vec<String> = paths.iter().map(|path| path.replace('\\', "/")).collect();
    loader.bounds().open(&folders, &paths);
}

/// Whether a search looks for a file.
pub fn is_wanted(path: &str) -> bool {
    FileRole::of(path).is_some()
}

/// The policies, configurations and manifests in a folder, relative to it.
pub fn find(folder: &Folder) -> Vec<String> {
    let loader = loader(Some(folder));
    open(&loader, std::slice::from_ref(folder), &BTreeSet::new());
    let mut found = discover(Path::new(""), &WANTED, &loader);
    found.sort_and_unite(loader.files());
    found.files.iter().filter_map(|file| path_text(&file.path)).collect()
}

/// The files below a folder that a policy may consist of, with their absolute paths; `None` if the path does not lead to a folder.
pub fn below(folder: &str) -> Option<Vec<String>> {
    let files = DiskFileSystem::absolute_only();
    let found = parts_below(Path::new(folder), &files, MAX_NEW_FILES)?;
    Some(found.iter().filter_map(|path| path_text(path)).collect())
}
