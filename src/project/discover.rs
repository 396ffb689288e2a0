//! Which files belong to a folder: by their names, without those that `.gitignore` files leave out.
//!
//! The result depends on the files alone, not on the user's own configuration of git, so that a colleague and a CI job find the
//! same. Links to folders are not followed; a link to a file counts as that file.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::fault::Fault;
use super::file_system::{FileKind, FileSystem, FolderEntry, quoted};
use super::loader::{IRREGULAR, ProjectLoader};
use super::roles::FileRole;
use crate::source::{LoadError, MAX_FILE_BYTES};

/// The name of the files that leave others out.
const IGNORE_FILE: &str = ".gitignore";

/// What a search of a folder found, in no order.
#[derive(Debug, Default)]
pub struct Discovery {
    /// The files with the roles that were asked for.
    pub files: Vec<FoundFile>,
    /// Files that are named almost like policies and cannot be taken for one, and why. Without a word about them they would pass as
    /// checked.
    pub unusable: Vec<(PathBuf, Fault)>,
    /// Folders that could not be searched.
    pub faults: Vec<Fault>,
}

/// A file in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundFile {
    /// The path of the searched folder with the rest of the file's path.
    pub path: PathBuf,
    /// What it holds.
    pub role: FileRole,
    /// Whether its name is a link.
    pub is_link: bool,
}

/// Searches a folder and the folders in it for files of some roles.
pub fn discover(folder: &Path, wanted: &[FileRole], loader: &ProjectLoader) -> Discovery {
    let mut search = Search { loader, wanted, found: Discovery::default() };
    let real = loader.files().canonical(folder).unwrap_or_else(|| folder.to_owned());
    let above: Vec<&Path> = real.ancestors().skip(1).collect();
    let mut rules = None;
    for folder in above.into_iter().rev() {
        rules = search.rules_of(folder, folder, rules);
    }
    // Rules that cannot be read might leave out everything.
    if search.found.faults.is_empty() {
        search.run(Level { path: folder.to_owned(), real, rules });
    }
    search.found
}

/// Every file below a folder that may be a part of a policy, whatever the ignore rules say: at most `limit`. `None` if the path
/// does not lead to a folder.
pub fn parts_below(folder: &Path, files: &dyn FileSystem, limit: usize) -> Option<Vec<PathBuf>> {
    files.status(folder).ok().filter(|status| status.kind == FileKind::Folder)?;
    let (mut found, mut waiting) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = waiting.pop() {
        for entry in files.list(&folder, usize::MAX).unwrap_or_default() {
            let path = folder.join(&entry.name);
            if entry.kind == FileKind::Folder && entry.name != ".git" {
                waiting.push(path);
                continue;
            }
            // A manifest may have any name, but it is JSON.
            let ending = path.extension().and_then(|ending| ending.to_str());
            if matches!(ending, Some("gate" | "json" | "toml")) {
                found.push(path);
                if found.len() >= limit {
                    return Some(found);
                }
            }
        }
    }
    Some(found)
}

/// The one path of each file, whatever links lead to it. A folder is looked up once, because it may hold thousands of files.
#[derive(Debug)]
pub struct FileIdentities<'f> {
    files: &'f dyn FileSystem,
    folders: HashMap<PathBuf, Option<PathBuf>>,
}

impl<'f> FileIdentities<'f> {
    /// Nothing is known yet.
    pub fn new(files: &'f dyn FileSystem) -> Self {
        Self { files, folders: HashMap::new() }
    }

    /// The one path of a file, whose own name may be a link; `None` if it is gone.
    pub fn of(&mut self, path: &Path, may_be_link: bool) -> Option<PathBuf> {
        let (Some(folder), Some(name), false) = (path.parent(), path.file_name(), may_be_link)
        else {
            return self.files.canonical(path);
        };
        if !self.folders.contains_key(folder) {
            self.folders.insert(folder.to_owned(), self.files.canonical(folder));
        }
        self.folders.get(folder)?.as_ref().map(|folder| folder.join(name))
    }
}

impl Discovery {
    /// Sorts the files by path, and keeps each once, under the first of its names. Only links give a file several.
    pub fn sort_and_unite(&mut self, files: &dyn FileSystem) {
        self.files.sort_by(|left, right| left.path.cmp(&right.path));
        if !self.files.iter().any(|file| file.is_link) {
            return;
        }
        let mut identities = FileIdentities::new(files);
        let mut seen = HashSet::with_capacity(self.files.len());
        self.files.retain(|file| match identities.of(&file.path, file.is_link) {
            Some(identity) => seen.insert(identity),
            None => true,
        });
    }
}

/// The ignore rules of a folder, and those of the folders above it.
#[derive(Debug)]
struct IgnoreRules {
    own: Gitignore,
    above: Option<Arc<IgnoreRules>>,
}

/// A folder to search.
struct Level {
    path: PathBuf,
    /// Its real path, which the rules are about.
    real: PathBuf,
    /// The rules of the folders above it.
    rules: Option<Arc<IgnoreRules>>,
}

struct Search<'s> {
    loader: &'s ProjectLoader,
    wanted: &'s [FileRole],
    found: Discovery,
}

impl Search<'_> {
    fn run(&mut self, first: Level) {
        let mut waiting = vec![first];
        while let Some(level) = waiting.pop() {
            match self.files().list(&level.path, usize::MAX) {
                Ok(entries) => self.level(level, &entries, &mut waiting),
                Err(error) => {
                    let name = quoted(self.files(), &level.path);
                    let fault = Fault::new(format!("cannot search {name}: {}", error.reason));
                    self.found.faults.push(fault);
                }
            }
        }
    }

    fn level(&mut self, level: Level, entries: &[FolderEntry], waiting: &mut Vec<Level>) {
        let faults = self.found.faults.len();
        let mut rules = level.rules;
        if entries.iter().any(|entry| entry.name == IGNORE_FILE) {
            rules = self.rules_of(&level.path, &level.real, rules);
            if self.found.faults.len() > faults {
                return;
            }
        }
        for entry in entries {
            let is_folder = entry.kind == FileKind::Folder;
            let role = || entry.name.to_str().and_then(FileRole::of);
            if entry.name == ".git" || !is_folder && role().is_none() && !may_be_meant(entry) {
                continue;
            }
            let real = level.real.join(&entry.name);
            if is_ignored(rules.as_deref(), &real, is_folder) {
                continue;
            }
            let path = level.path.join(&entry.name);
            if is_folder {
                waiting.push(Level { path, real, rules: rules.clone() });
            } else {
                self.file(path, entry);
            }
        }
    }

    /// Takes in a file, if its name says that it is wanted.
    fn file(&mut self, path: PathBuf, entry: &FolderEntry) {
        let role = entry.name.to_str().and_then(FileRole::of);
        let Some(role) = role.filter(|role| self.wanted.contains(role)) else {
            let fault = self.almost_wanted(&path, entry);
            self.found.unusable.extend(fault.map(|fault| (path, fault)));
            return;
        };
        let is_link = entry.kind == FileKind::Link;
        let admitted = match entry.kind {
            FileKind::File => Ok(true),
            _ => self.leads_to_file(&path, is_link),
        };
        match admitted {
            Ok(true) => self.found.files.push(FoundFile { path, role, is_link }),
            // A link to a folder is not followed, and one to nothing holds nothing.
            Ok(false) => {}
            Err(fault) => self.found.unusable.push((path, fault)),
        }
    }

    /// Whether a name leads to a file. One that leads to a device or a pipe, or out of the project, is a fault.
    fn leads_to_file(&self, path: &Path, is_link: bool) -> Result<bool, Fault> {
        let Ok(status) = self.files().status(path) else { return Ok(false) };
        if status.kind == FileKind::Folder {
            return Ok(false);
        }
        if is_link {
            self.loader.admit_link(path)?;
        }
        match status.kind {
            FileKind::File => Ok(true),
            _ => Err(Fault::unread(self.files(), path, &LoadError::new(IRREGULAR))),
        }
    }

    /// Why a file is left alone whose name is almost that of a wanted one.
    fn almost_wanted(&self, path: &Path, entry: &FolderEntry) -> Option<Fault> {
        let lowercase = entry.name.to_string_lossy().to_ascii_lowercase();
        let role = FileRole::of(&lowercase).filter(|role| self.wanted.contains(role))?;
        role.form()?;
        let is_text = entry.name.to_str().is_some();
        if is_text && entry.name.to_str() == Some(&lowercase) {
            return None;
        }
        let is_file = || {
            let status = self.files().status(path);
            status.is_ok_and(|status| status.kind == FileKind::File)
        };
        if entry.kind != FileKind::File && !is_file() {
            return None;
        }
        let name = quoted(self.files(), path);
        if !is_text {
            let fault = Fault::unreadable(&name, "its name is not UTF-8");
            return Some(fault.with_help("rename the file"));
        }
        let expected = match self.wanted.contains(&FileRole::PolicyJson) {
            false => "`.gate`",
            true => "`.gate`, `policy.json` or `.policy.json`",
        };
        let fault = Fault::new(format!("{name} is skipped: its name is not lower case"));
        Some(fault.with_help(format!("rename the file to end in {expected}")))
    }

    /// The rules in a folder, added to those above it. A rule that cannot be understood counts for nothing, as in git.
    fn rules_of(
        &mut self,
        folder: &Path,
        real: &Path,
        above: Option<Arc<IgnoreRules>>,
    ) -> Option<Arc<IgnoreRules>> {
        let path = folder.join(IGNORE_FILE);
        let status = match self.files().status(&path) {
            Ok(status) if status.kind != FileKind::Folder => status,
            _ => return above,
        };
        // Reading a pipe would never end.
        if status.kind != FileKind::File {
            let fault = Fault::unread(self.files(), &path, &LoadError::new(IRREGULAR));
            self.found.faults.push(fault);
            return above;
        }
        let bytes = self.files().read(&path, status.stamp.bytes).unwrap_or_default();
        let bytes = bytes.get(..MAX_FILE_BYTES).unwrap_or(&bytes);
        let own = ignore_rules(real, bytes);
        if own.is_empty() { above } else { Some(Arc::new(IgnoreRules { own, above })) }
    }

    fn files(&self) -> &dyn FileSystem {
        self.loader.files()
    }
}

/// Whether a name may be almost that of a policy: not in lower case, or not UTF-8.
fn may_be_meant(entry: &FolderEntry) -> bool {
    let name = entry.name.as_encoded_bytes();
    [".gate", "policy.json"].iter().any(|ending| {
        let start = name.len().checked_sub(ending.len());
        let end = start.and_then(|start| name.get(start..));
        end.is_some_and(|end| end.eq_ignore_ascii_case(ending.as_bytes()))
    })
}

fn ignore_rules(folder: &Path, bytes: &[u8]) -> Gitignore {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        // Like git's own tools, up to the first line that is not text.
        Err(error) => {
            let valid = bytes.get(..error.valid_up_to()).unwrap_or(&[]);
            let valid = std::str::from_utf8(valid).unwrap_or("");
            valid.rsplit_once('\n').map_or("", |(whole, _)| whole)
        }
    };
    let mut rules = GitignoreBuilder::new(folder);
    for line in text.strip_prefix('\u{feff}').unwrap_or(text).lines() {
        let _ = rules.add_line(None, line);
    }
    rules.build().unwrap_or_else(|_| Gitignore::empty())
}

/// Whether the rules leave out a path. The nearest rules that say something decide.
fn is_ignored(rules: Option<&IgnoreRules>, real: &Path, is_folder: bool) -> bool {
    let mut rules = rules;
    while let Some(IgnoreRules { own, above }) = rules {
        match own.matched(real, is_folder) {
            Match::None => rules = above.as_deref(),
            Match::Ignore(_) => return true,
            Match::Whitelist(_) => return false,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{Bounds, MemoryFileSystem};

    fn found(files: MemoryFileSystem, folder: &str) -> (Vec<String>, Vec<String>) {
        let loader = ProjectLoader::new(Bounds::new(Box::new(files), Vec::new(), "help"));
        let wanted = [FileRole::Gate, FileRole::PolicyJson];
        let mut found = discover(Path::new(folder), &wanted, &loader);
        found.sort_and_unite(loader.files());
        let files = found.files.iter().map(|file| file.path.display().to_string());
        let unusable = found.unusable.iter().map(|(_, fault)| fault.message.clone());
        (files.collect(), unusable.collect())
    }

    #[test]
    fn the_nearest_ignore_rules_decide() {
        let files = MemoryFileSystem::new("/r/p")
            .with("/r/.gitignore", "*.draft.gate\n/p/out/\n# comment\nq.gate\n[")
            .with("/r/p/.gitignore", "\u{feff}vendor/\n!keep.draft.gate\n")
            .with("a.gate", "")
            .with("b.draft.gate", "")
            .with("keep.draft.gate", "")
            .with("out/c.gate", "")
            .with("vendor/d.gate", "")
            .with("deep/vendor/e.gate", "")
            .with("deep/q.gate", "")
            .with("deep/policy.json", "")
            .with("deep/tools.json", "")
            .with("x/.gitignore", b"/f.gate\n\xff\ng.gate\n".to_vec())
            .with("x/f.gate", "")
            .with("x/g.gate", "")
            .with(".git/h.gate", "")
            .with("deep/BIG.GATE", "");
        let (found, unusable) = found(files, "");
        assert_eq!(found, ["a.gate", "deep/policy.json", "keep.draft.gate", "x/g.gate"]);
        assert_eq!(unusable, ["`deep/BIG.GATE` is skipped: its name is not lower case"]);
    }

    #[test]
    fn a_folder_that_is_named_is_searched_though_it_is_ignored() {
        let files = MemoryFileSystem::new("/r")
            .with("/r/.gitignore", "vendor/\n")
            .with("vendor/a.gate", "")
            .with("vendor/vendor/b.gate", "");
        assert_eq!(found(files, "vendor").0, ["vendor/a.gate"]);
    }

    #[test]
    fn every_part_of_a_policy_is_listed_below_a_folder() {
        let files = MemoryFileSystem::new("/r")
            .with("/r/.gitignore", "*.gate\n")
            .with("p/a.gate", "")
            .with("p/q/server.json", "")
            .with("p/q/notes.md", "")
            .with("p/.git/x.json", "");
        let below = parts_below(Path::new("p"), &files, 9).unwrap();
        assert_eq!(below, [Path::new("p/a.gate"), Path::new("p/q/server.json")]);
        assert_eq!(parts_below(Path::new("p"), &files, 1).unwrap().len(), 1);
        assert_eq!(parts_below(Path::new("p/a.gate"), &files, 9), None);
    }
}
