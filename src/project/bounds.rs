//! What one file may lead to: the files of its own project, and what somebody trusted has opened.
//!
//! A policy in a pull request is a stranger's text, and so is everything that lies beside it: the configuration that
//! is found there, and links. So whatever a file names is held against the real path of the project that the file
//! itself belongs to, and only the person who runs the program can widen that.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::file_system::{FileSystem, path_text};
use crate::source::LoadError;

/// The bounds of reading, over a file system. Paths have `/` between their parts.
///
/// The project of a file is the repository around it. Where there is none, it is the folder of the file, with the folders
/// that the user has named.
#[derive(Debug)]
pub struct Bounds {
    files: Box<dyn FileSystem>,
    /// How to open more, in the words of the program.
    help: &'static str,
    /// The files that the user has named, for a command as its arguments.
    named_files: Vec<String>,
    /// Their real paths. A call may name thousands, and most need none of these.
    real_files: OnceLock<HashSet<String>>,
    known: Mutex<Known>,
}

/// What may change while a program runs, and what has been looked up.
#[derive(Debug, Default)]
struct Known {
    /// The real paths of the folders that the user has named: for a command among its arguments, for an editor the folders
    /// of the workspace.
    named: Vec<String>,
    /// The real paths of what a trusted party has opened.
    opened: Vec<String>,
    /// Folders by the path under which they were asked for; `None` for those that do not exist. A run may read thousands
    /// of files from one folder.
    folders: HashMap<String, Option<Arc<Folder>>>,
    /// The root of the repository around each real folder.
    repositories: HashMap<String, Option<Arc<str>>>,
    /// The real roots of all repositories that a folder lies in as it is typed, by that absolute path.
    typed: HashMap<String, Arc<[String]>>,
}

#[derive(Debug)]
struct Folder {
    real: String,
    /// The root of the repository around it.
    repository: Option<Arc<str>>,
}

impl Bounds {
    /// Bounds for a program whose user has named these files.
    pub fn new(files: Box<dyn FileSystem>, named_files: Vec<String>, help: &'static str) -> Self {
        let (real_files, known) = Default::default();
        Self { files, help, named_files, real_files, known }
    }

    /// Takes in which folders the user has named, and which files and folders a trusted party has opened, in place of
    /// those before. What does not exist opens nothing.
    pub fn open(&self, named: &[String], opened: &[String]) {
        let real = |paths: &[String]| -> Vec<String> {
            paths.iter().filter_map(|path| self.canonical(path)).collect()
        };
        let (named, opened) = (real(named), real(opened));
        *self.known() = Known { named, opened, ..Known::default() };
    }

    /// Forgets what was looked up: the disk has changed.
    pub fn forget(&self) {
        let mut known = self.known();
        known.folders.clear();
        known.repositories.clear();
        known.typed.clear();
    }

    /// The file system.
    pub fn files(&self) -> &dyn FileSystem {
        self.files.as_ref()
    }

    /// Whether the file at `from` may lead to the one at `path`.
    ///
    /// # Errors
    /// It lies outside the project of `from`, or is a link to a file of another kind.
    pub fn admit(&self, from: &str, path: &str) -> Result<(), LoadError> {
        let missing = || LoadError::absent();
        let textual = self.named_path(path).ok_or_else(missing)?;
        let is_link = self.files.is_link(Path::new(&textual));
        let real = if is_link { self.canonical(&textual).ok_or_else(missing)? } else { textual };
        if !self.is_open(from, &real) {
            let reason = match is_link {
                true => "it is a link to a file outside the project",
                false => "it is outside the project",
            };
            return Err(LoadError::new(reason).with_help(self.help));
        }
        if kind(&real) != kind(path) {
            let reason = "it is a link to a file of another kind";
            return Err(
                LoadError::new(reason).with_help("replace the link with a copy of the file")
            );
        }
        Ok(())
    }

    /// Whether a path that somebody has typed may be read, whatever folder on its way is a link. `absolute` is the same path from
    /// the root on, as it is typed: no link is followed, and no `..` is left.
    ///
    /// # Errors
    /// It [leads out](Self::leads_out) of the project, and nobody has opened the place.
    pub fn admit_typed(&self, path: &str, absolute: &str) -> Result<(), LoadError> {
        if !self.leads_out(path, absolute) {
            return Ok(());
        }
        if self.real_path(path).is_some_and(|real| self.is_in_opened(&real)) {
            return Ok(());
        }
        let reason = "it is a link to a file outside the project";
        Err(LoadError::new(reason).with_help(self.help))
    }

    /// Whether a link below the root of a repository leads what is at a path out of that repository. Which repositories these
    /// are is told from the absolute path as it is typed, so a link on the way to a root counts for nothing. Without a repository
    /// nothing leads out.
    pub fn leads_out(&self, path: &str, absolute: &str) -> bool {
        let roots = self.typed_roots(folder_of(absolute));
        if roots.is_empty() {
            return false;
        }
        match self.real_path(path) {
            Some(real) => !roots.iter().all(|root| is_below(&real, root)),
            None => self.files.exists(Path::new(path)),
        }
    }

    /// The real roots of the repositories around a folder as it is typed. All count: a link may lead to another repository.
    fn typed_roots(&self, folder: &str) -> Arc<[String]> {
        if let Some(known) = self.known().typed.get(folder) {
            return Arc::clone(known);
        }
        let (mut roots, mut at) = (Vec::new(), folder);
        loop {
            if self.files.exists(Path::new(&join(at, ".git"))) {
                roots.push(self.canonical(at).unwrap_or_else(|| at.to_owned()));
            }
            let parent = folder_of(at);
            if parent == at || parent == "." {
                break;
            }
            at = parent;
        }
        let roots: Arc<[String]> = roots.into();
        self.known().typed.insert(folder.to_owned(), Arc::clone(&roots));
        roots
    }

    /// Whether a file lies inside the project of the file at `from`, or in what is opened. The file need not exist.
    pub fn holds(&self, from: &str, path: &str) -> bool {
        self.real_path(path).is_some_and(|real| self.is_open(from, &real))
    }

    /// Whether a folder may be listed for the file at `from`.
    pub fn admits_folder(&self, from: &str, folder: &str) -> bool {
        self.folder(folder).is_some_and(|folder| self.is_open(from, &folder.real))
    }

    /// The one absolute path of a file, whatever links lead to it; that of a file which does not exist, where it would
    /// be. `None` if that cannot be told.
    pub fn real_path(&self, path: &str) -> Option<String> {
        let textual = self.named_path(path)?;
        if self.files.is_link(Path::new(&textual)) {
            self.canonical(&textual)
        } else {
            Some(textual)
        }
    }

    /// The real path of the folder with the name in it, which may be a link.
    pub fn named_path(&self, path: &str) -> Option<String> {
        let name = name_of(path);
        if matches!(name, "" | "." | "..") {
            return self.canonical(path);
        }
        if let Some(folder) = self.folder(folder_of(path)) {
            return Some(join(&folder.real, name));
        }
        // The nearest folder that exists decides where a missing one would be.
        let mut existing = folder_of(path);
        while existing != folder_of(existing) {
            existing = folder_of(existing);
            if let Some(folder) = self.folder(existing) {
                let rest = path.strip_prefix(existing).unwrap_or(path).trim_start_matches('/');
                let climbs = rest.split('/').any(|part| part == "..");
                return (!climbs).then(|| join(&folder.real, rest));
            }
        }
        None
    }

    /// Whether the user has named the file at a real path, or a folder that holds it. A link that is named is not its
    /// target.
    pub fn names(&self, real: &str) -> bool {
        self.is_in_named_folder(real) || self.names_file(real)
    }

    fn names_file(&self, real: &str) -> bool {
        let named = self.real_files.get_or_init(|| {
            self.named_files.iter().filter_map(|file| self.named_path(file)).collect()
        });
        named.contains(real)
    }

    // No guard of what is known is held over a call: what is called may look something up.
    fn is_in_named_folder(&self, real: &str) -> bool {
        is_below_any(real, &self.known().named)
    }

    fn is_in_opened(&self, real: &str) -> bool {
        is_below_any(real, &self.known().opened)
    }

    fn is_open(&self, from: &str, real: &str) -> bool {
        let inside = self.folder(folder_of(from)).is_some_and(|folder| match &folder.repository {
            Some(repository) => is_below(real, repository),
            None => is_below(real, &folder.real) || self.is_in_named_folder(real),
        });
        inside || self.is_in_opened(real) || self.names_file(real)
    }

    fn folder(&self, path: &str) -> Option<Arc<Folder>> {
        if let Some(folder) = self.known().folders.get(path) {
            return folder.clone();
        }
        let folder = self.canonical(path).map(|real| {
            let repository = self.repository(&real);
            Arc::new(Folder { real, repository })
        });
        self.known().folders.insert(path.to_owned(), folder.clone());
        folder
    }

    /// The root of the repository around a real folder.
    fn repository(&self, real: &str) -> Option<Arc<str>> {
        let mut passed = Vec::new();
        let mut folder = real;
        let found = loop {
            if let Some(known) = self.known().repositories.get(folder) {
                break known.clone();
            }
            passed.push(folder.to_owned());
            if self.files.exists(Path::new(&join(folder, ".git"))) {
                break Some(folder.into());
            }
            let parent = folder_of(folder);
            if parent == folder || parent == "." {
                break None;
            }
            folder = parent;
        };
        self.known().repositories.extend(passed.into_iter().map(|folder| (folder, found.clone())));
        found
    }

    /// The absolute path of what is at a path, after all links; `None` if nothing is there or if that path is not text.
    fn canonical(&self, path: &str) -> Option<String> {
        path_text(&self.files.canonical(Path::new(path))?)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_below_any(path: &str, folders: &[String]) -> bool {
    folders.iter().any(|folder| is_below(path, folder))
}

/// Whether a path is a folder's own or leads below it; both are real.
fn is_below(path: &str, folder: &str) -> bool {
    let folder = folder.strip_suffix('/').unwrap_or(folder);
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What a file's name says about its content. A link must not make one thing of another: a policy.json of a file with
/// credentials.
fn kind(path: &str) -> &str {
    match name_of(path) {
        name @ ("gatewright.toml" | "policy.json") => name,
        name if name.ends_with(".policy.json") => "policy.json",
        name => name.rsplit_once('.').map_or("", |(_, ending)| ending),
    }
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The folder of a path: `.` for a bare name, `/` for a name at the root. That of a root is the root.
fn folder_of(path: &str) -> &str {
    match path.rfind('/') {
        None => ".",
        Some(0) => "/",
        Some(slash) => path.get(..slash).unwrap_or("."),
    }
}

fn join(folder: &str, name: &str) -> String {
    format!("{}/{name}", folder.strip_suffix('/').unwrap_or(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::project::MemoryFileSystem;

    /// Two repositories, one in the other, and folders without any.
    fn bounds(opened: &[&str]) -> Bounds {
        let files = MemoryFileSystem::new("/r")
            .with("/r/.git/HEAD", "")
            .with("/r/a/b/.git/HEAD", "")
            .with("/s/x.gate", "")
            .with("/plain/x.gate", "");
        let named = vec!["/s/named.gate".to_owned()];
        let bounds = Bounds::new(Box::new(files), named, "help");
        bounds.open(&[], &opened.iter().map(|path| (*path).to_owned()).collect::<Vec<_>>());
        bounds
    }

    #[test]
    fn the_nearest_repository_is_the_project() {
        let bounds = bounds(&[]);
        for (from, path, is_open) in [
            ("x.gate", "a/b/y.gate", true),
            ("a/x.gate", "y.gate", true),
            ("a/b/x.gate", "a/y.gate", false),
            ("a/b/x.gate", "a/b/missing/y.gate", true),
            ("x.gate", "/rest/y.gate", false),
            ("x.gate", "/s/y.gate", false),
            ("x.gate", "/s/named.gate", true),
            ("/plain/x.gate", "/plain/deep/y.gate", true),
            ("/plain/x.gate", "/y.gate", false),
            ("/missing/x.gate", "/missing/y.gate", false),
        ] {
            assert_eq!(bounds.admit(from, path).is_ok(), is_open, "{from} to {path}");
        }
    }

    #[test]
    fn what_is_opened_is_open_to_all_until_other_things_are() {
        let bounds = bounds(&["/s"]);
        assert!(bounds.admit("x.gate", "/s/y.gate").is_ok());
        assert!(bounds.admits_folder("x.gate", "/s"));
        bounds.open(&["/s".to_owned()], &[]);
        assert!(bounds.admit("x.gate", "/s/y.gate").is_err());
        // Folders that are named are open where there is no repository.
        assert!(bounds.admit("/plain/x.gate", "/s/y.gate").is_ok());
        assert!(!bounds.admits_folder("x.gate", "/s"));
    }

    #[test]
    fn a_name_says_what_a_file_holds() {
        assert_eq!(kind("a/tools.json"), kind("b/creds.json"));
        assert_ne!(kind("a/policy.json"), kind("a/creds.json"));
        assert_eq!(kind("a/policy.json"), kind("a/x.policy.json"));
        assert_ne!(kind("gatewright.toml"), kind("Cargo.toml"));
        assert_ne!(kind("a.gate"), kind("a.gate.txt"));
        assert_ne!(kind("a.gate"), kind("gate"));
    }
}
