//! The files of a revision, as git keeps them: trees that name files and other trees by the IDs of their content.
//!
//! The file system stands for the working tree at one revision, so the same paths lead to the same files as on the disk, only
//! older. It starts no process: whoever opens a revision answers the content of objects through an [`ObjectStore`].

use std::collections::{BTreeMap, HashMap};
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::file_system::{FileKind, FileStatus, FileSystem, FolderEntry};
use crate::source::{FileStamp, LoadError, MAX_FILE_BYTES};

/// The most links that a path may lead through.
const MAX_LINKS: usize = 40;

/// The most names that a search may list in one revision. A few small trees that contain each other can stand for any number of
/// files.
const MAX_LISTED: usize = 1_000_000;

/// The objects of a repository.
pub trait ObjectStore: fmt::Debug + Send + Sync {
    /// The content of an object by its ID in hexadecimal digits. Of one larger than [`MAX_FILE_BYTES`], returns as much as shows
    /// that it is.
    ///
    /// # Errors
    /// There is no such object, or it cannot be read.
    fn object(&self, id: &str) -> Result<Vec<u8>, LoadError>;
}

/// The files of a revision, in the place of those on the disk.
#[derive(Debug)]
pub struct RevisionFileSystem {
    objects: Box<dyn ObjectStore>,
    /// The real path of the working tree.
    root: PathBuf,
    /// The absolute folder in which relative paths begin.
    base: PathBuf,
    /// The ID of the tree at the root.
    tree: String,
    /// The trees that have been read, by their IDs. For looking up only.
    trees: Mutex<HashMap<String, Arc<Tree>>>,
    /// How many more names may be listed.
    listings_left: AtomicUsize,
}

type Tree = BTreeMap<OsString, TreeEntry>;

/// What a name in a tree stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct TreeEntry {
    kind: FileKind,
    id: String,
}

/// What is at a path without links.
#[derive(Debug)]
enum Located {
    /// An entry of the revision.
    Entry(TreeEntry),
    /// A folder above the working tree, or the one in which the repository is kept.
    Folder,
    /// Nothing that a revision holds.
    Outside,
}

impl RevisionFileSystem {
    /// The files below a tree, given by its ID, in the place of those in the working tree at `root`. Both folders are real paths.
    pub fn new(
        objects: Box<dyn ObjectStore>,
        tree: impl Into<String>,
        root: impl Into<PathBuf>,
        base: impl Into<PathBuf>,
    ) -> Self {
        let (root, base, tree) = (root.into(), base.into(), tree.into());
        let listings_left = AtomicUsize::new(MAX_LISTED);
        Self { objects, root, base, tree, trees: Mutex::default(), listings_left }
    }

    /// The real path of what is at a path, and what it is.
    fn locate(&self, path: &Path, follows_last: bool) -> Result<(PathBuf, Located), LoadError> {
        let whole = self.base.join(path);
        let mut real = top(&whole);
        let mut left = steps(&whole);
        let mut links = 0;
        // What is at each folder on the way, the root apart.
        let mut way: Vec<Located> = Vec::new();
        while let Some(step) = left.pop() {
            if step == ".." {
                real.pop();
                way.pop();
                continue;
            }
            let next = real.join(&step);
            let found = self.child(way.last().unwrap_or(&Located::Folder), &step, &next)?;
            match &found {
                Located::Entry(entry)
                    if entry.kind == FileKind::Link && (follows_last || !left.is_empty()) =>
                {
                    links += 1;
                    if links > MAX_LINKS {
                        return Err(LoadError::new("it leads through too many links"));
                    }
                    let target = PathBuf::from(os_name(self.objects.object(&entry.id)?));
                    if target.is_absolute() {
                        real = top(&target);
                        way.clear();
                    }
                    left.extend(steps(&target));
                }
                Located::Entry(entry) if entry.kind != FileKind::Folder && !left.is_empty() => {
                    return Err(LoadError::absent());
                }
                _ => {
                    real = next;
                    way.push(found);
                }
            }
        }
        Ok((real, way.pop().unwrap_or(Located::Folder)))
    }

    /// What has a name in a folder, which makes this its path.
    fn child(&self, folder: &Located, name: &OsStr, path: &Path) -> Result<Located, LoadError> {
        if path == self.root {
            let id = self.tree.clone();
            return Ok(Located::Entry(TreeEntry { kind: FileKind::Folder, id }));
        }
        match folder {
            Located::Entry(_) if name == ".git" && path.parent() == Some(&self.root) => {
                Ok(Located::Folder)
            }
            Located::Entry(folder) => {
                let found = self.tree(&folder.id)?.get(name).cloned();
                found.map(Located::Entry).ok_or_else(LoadError::absent)
            }
            Located::Folder if self.root.starts_with(path) => Ok(Located::Folder),
            Located::Folder | Located::Outside => Ok(Located::Outside),
        }
    }

    fn tree(&self, id: &str) -> Result<Arc<Tree>, LoadError> {
        // What is remembered is whole at any time, so a panic elsewhere leaves it good.
        let known = || self.trees.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tree) = known().get(id) {
            return Ok(Arc::clone(tree));
        }
        let content = self.objects.object(id)?;
        let id_bytes = id.len() / 2;
        let malformed = || LoadError::new("the repository holds a malformed folder");
        let tree = Arc::new(read_tree(&content, id_bytes).ok_or_else(malformed)?);
        known().insert(id.to_owned(), Arc::clone(&tree));
        Ok(tree)
    }

    fn status_of(&self, path: &Path, follows_last: bool) -> Result<FileStatus, LoadError> {
        let kind = match self.locate(path, follows_last)?.1 {
            Located::Entry(entry) => entry.kind,
            Located::Folder => FileKind::Folder,
            Located::Outside => return Err(LoadError::absent()),
        };
        Ok(FileStatus { kind, stamp: FileStamp { modified: None, bytes: 0, number: 0 } })
    }
}

impl FileSystem for RevisionFileSystem {
    fn status(&self, path: &Path) -> Result<FileStatus, LoadError> {
        self.status_of(path, true)
    }

    fn link_status(&self, path: &Path) -> Result<FileStatus, LoadError> {
        self.status_of(path, false)
    }

    fn read(&self, path: &Path, _: u64) -> Result<Vec<u8>, LoadError> {
        match self.locate(path, true)?.1 {
            Located::Entry(entry) if entry.kind == FileKind::File => self.objects.object(&entry.id),
            Located::Entry(TreeEntry { kind: FileKind::Folder, .. }) | Located::Folder => {
                Err(LoadError::folder())
            }
            _ => Err(LoadError::absent()),
        }
    }

    fn list(&self, folder: &Path, limit: usize) -> Result<Vec<FolderEntry>, LoadError> {
        let (_, Located::Entry(entry)) = self.locate(folder, true)? else {
            return Err(LoadError::absent());
        };
        if entry.kind != FileKind::Folder {
            return Err(LoadError::new("it is not a folder"));
        }
        let tree = self.tree(&entry.id)?;
        let count = tree.len().min(limit);
        let spend = |left: usize| left.checked_sub(count);
        if self.listings_left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, spend).is_err() {
            let reason = format!("the revision has more than {MAX_LISTED} files and folders");
            return Err(LoadError::new(reason));
        }
        let entry = |(name, entry): (&OsString, &TreeEntry)| FolderEntry {
            name: name.clone(),
            kind: entry.kind,
        };
        Ok(tree.iter().take(limit).map(entry).collect())
    }

    /// For a link out of the working tree, the path to which it leads: the revision holds nothing there.
    fn canonical(&self, path: &Path) -> Option<PathBuf> {
        self.locate(path, true).ok().map(|(real, _)| real)
    }

    fn absolute(&self, path: &Path) -> Option<PathBuf> {
        Some(self.base.join(path))
    }
}

/// The root of an absolute path.
fn top(path: &Path) -> PathBuf {
    let is_top = |part: &Component<'_>| matches!(part, Component::Prefix(_) | Component::RootDir);
    path.components().take_while(is_top).collect()
}

/// The parts of a path below its root, the last one first.
fn steps(path: &Path) -> Vec<OsString> {
    let parts = path.components().rev().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        _ => None,
    });
    parts.collect()
}

/// Reads a tree: for each entry the mode in octal digits, a blank, the name, a NUL, and the bytes of the ID. `None` if it is
/// anything else, or has a name that no file of a folder can have.
fn read_tree(content: &[u8], id_bytes: usize) -> Option<Tree> {
    if content.len() > MAX_FILE_BYTES || id_bytes == 0 {
        return None;
    }
    let mut tree = Tree::new();
    let mut rest = content;
    while !rest.is_empty() {
        let blank = rest.iter().position(|byte| *byte == b' ')?;
        let (mode, after) = (rest.get(..blank)?, rest.get(blank + 1..)?);
        let end = after.iter().position(|byte| *byte == 0)?;
        let (name, after) = (after.get(..end)?, after.get(end + 1..)?);
        let (id, after) = (after.get(..id_bytes)?, after.get(id_bytes..)?);
        if !is_name(name) {
            return None;
        }
        let kind = match mode {
            b"40000" => FileKind::Folder,
            b"120000" => FileKind::Link,
            // Another repository, of which this one holds nothing.
            b"160000" => FileKind::Other,
            mode if mode.starts_with(b"100") => FileKind::File,
            _ => return None,
        };
        let id = id.iter().map(|byte| format!("{byte:02x}")).collect();
        tree.insert(os_name(name.to_vec()), TreeEntry { kind, id });
        rest = after;
    }
    Some(tree)
}

/// Whether a file of a working tree can have the name.
fn is_name(name: &[u8]) -> bool {
    let is_separator = |byte: &u8| *byte == b'/' || cfg!(windows) && matches!(byte, b'\\' | b':');
    let is_reserved = matches!(name, b"" | b"." | b"..") || name.eq_ignore_ascii_case(b".git");
    !is_reserved && !name.iter().any(is_separator)
}

#[cfg(unix)]
fn os_name(bytes: Vec<u8>) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes)
}

#[cfg(not(unix))]
fn os_name(bytes: Vec<u8>) -> OsString {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{Bounds, ProjectLoader};
    use crate::source::Loader;

    /// Objects by IDs of four digits.
    #[derive(Debug, Default)]
    struct Objects(BTreeMap<String, Vec<u8>>);

    impl ObjectStore for Objects {
        fn object(&self, id: &str) -> Result<Vec<u8>, LoadError> {
            self.0.get(id).cloned().ok_or_else(LoadError::absent)
        }
    }

    impl Objects {
        fn add(&mut self, content: impl Into<Vec<u8>>) -> String {
            let id = format!("{:04x}", self.0.len());
            self.0.insert(id.clone(), content.into());
            id
        }

        fn tree(&mut self, entries: &[(&str, &str, &str)]) -> String {
            let mut content = Vec::new();
            for (mode, name, id) in entries {
                content.extend(format!("{mode} {name}\0").bytes());
                content.extend(u16::from_str_radix(id, 16).unwrap().to_be_bytes());
            }
            self.add(content)
        }
    }

    /// A repository at `/r`, seen from `/r/p`.
    fn revision() -> RevisionFileSystem {
        let mut objects = Objects::default();
        let file = objects.add("allow x\n");
        let links = [
            ("back", "../p"),
            ("beside", "a.gate"),
            ("circle", "circle"),
            ("other", "notes.gate.txt"),
            ("out", "/etc/passwd"),
            ("up", "../../r/top.gate"),
        ];
        let links = links.map(|(name, target)| (name, objects.add(target)));
        let folder = objects.tree(&[("100644", "b.gate", &file)]);
        let mut entries =
            vec![("100755", "a.gate", file.as_str()), ("40000", "deep", folder.as_str())];
        entries.extend(links.iter().map(|(name, id)| ("120000", *name, id.as_str())));
        entries.push(("160000", "module", "00ff"));
        let folder = objects.tree(&entries);
        let hostile = objects.tree(&[("100644", "..", &file)]);
        let root = [
            ("40000", "hostile", hostile.as_str()),
            ("40000", "p", folder.as_str()),
            ("100644", "top.gate", file.as_str()),
        ];
        let root = objects.tree(&root);
        RevisionFileSystem::new(Box::new(objects), root, "/r", "/r/p")
    }

    #[test]
    fn paths_lead_to_the_files_of_the_revision() {
        let files = revision();
        for (path, real, kind) in [
            ("a.gate", "/r/p/a.gate", FileKind::File),
            ("", "/r/p", FileKind::Folder),
            ("./deep/../deep/b.gate", "/r/p/deep/b.gate", FileKind::File),
            ("back/deep/b.gate", "/r/p/deep/b.gate", FileKind::File),
            ("back/../top.gate", "/r/top.gate", FileKind::File),
            ("beside", "/r/p/a.gate", FileKind::File),
            ("up", "/r/top.gate", FileKind::File),
            ("module", "/r/p/module", FileKind::Other),
            ("/r", "/r", FileKind::Folder),
            ("/r/.git", "/r/.git", FileKind::Folder),
            ("/", "/", FileKind::Folder),
        ] {
            let path = Path::new(path);
            assert_eq!(files.status(path).unwrap().kind, kind, "{path:?}");
            assert_eq!(files.canonical(path).unwrap(), Path::new(real), "{path:?}");
        }
        assert!(files.is_link(Path::new("beside")));
        assert_eq!(files.read(Path::new("back/beside"), 0).unwrap(), b"allow x\n");
        for path in
            ["none.gate", "a.gate/x", "module/x", "circle", "out", "/etc/passwd", "../hostile"]
        {
            assert!(files.read(Path::new(path), 0).is_err(), "{path}");
        }
        assert_eq!(files.read(Path::new("deep"), 0), Err(LoadError::folder()));
    }

    #[test]
    fn nothing_leads_out_of_the_revision() {
        let loader = ProjectLoader::new(Bounds::new(Box::new(revision()), Vec::new(), "help"));
        let refused = |path: &str| loader.admit("a.gate", path).unwrap_err().reason;
        assert_eq!(refused("out"), "it is a link to a file outside the project");
        assert_eq!(refused("other"), "no such file");
        assert_eq!(refused("/etc/passwd"), "it is outside the project");
        assert_eq!(loader.admit("a.gate", "up"), loader.admit("a.gate", "beside"));
        assert!(loader.admit("a.gate", "../top.gate").is_ok());
        assert_eq!(
            loader.read("out").unwrap_err().reason,
            "it is a link to a file outside the project"
        );
        assert_eq!(loader.read("../top.gate").unwrap(), b"allow x\n");
    }

    #[test]
    fn a_name_that_no_file_can_have_makes_a_folder_unreadable() {
        let files = revision();
        let error = files.list(Path::new("../hostile"), 9).unwrap_err();
        assert_eq!(error.reason, "the repository holds a malformed folder");
        for name in ["", ".", "..", ".git", ".GIT", "a/b", "/"] {
            let content = [format!("100644 {name}\0").as_bytes(), &[0, 1]].concat();
            assert_eq!(read_tree(&content, 2), None, "{name}");
        }
        for content in ["x", "100644 a", "100644 a\0", "7 a\0\0\0", " a\0\0\0"] {
            assert_eq!(read_tree(content.as_bytes(), 2), None, "{content:?}");
        }
    }

    #[test]
    fn a_revision_of_endless_folders_is_not_searched_for_ever() {
        let mut objects = Objects::default();
        let mut tree = objects.tree(&[]);
        for _ in 0..30 {
            let names: Vec<String> = (0..9).map(|number| format!("f{number}")).collect();
            let entries: Vec<_> =
                names.iter().map(|name| ("40000", name.as_str(), tree.as_str())).collect();
            tree = objects.tree(&entries);
        }
        let files = RevisionFileSystem::new(Box::new(objects), tree, "/r", "/r");
        files.listings_left.store(1000, Ordering::Relaxed);
        let mut waiting = vec![PathBuf::from("/r")];
        let error = loop {
            let folder = waiting.pop().unwrap();
            match files.list(&folder, usize::MAX) {
                Ok(entries) => waiting.extend(entries.iter().map(|it| folder.join(&it.name))),
                Err(error) => break error,
            }
        };
        assert!(error.reason.starts_with("the revision has more than"), "{error}");
    }
}
