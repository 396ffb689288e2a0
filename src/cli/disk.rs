//! The disk as policies see it: what they may read, and which files a run may rewrite.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;

use super::exit::Fault;
use super::files::{IRREGULAR, STANDARD_INPUT, is_regular, quoted, unreadable};
use crate::input::{read_limited, reason};
use crate::source::{Bounds, FileTree, LoadError, Loader, normalize};

/// How to read more.
const HELP: &str = "copy the file into the project, or pass `--allow-read PATH`";
/// The same for a command without that flag.
const HELP_CLOSED: &str = "copy the file into the project, or name it without the link";

// No doc comment: clap would print it as the description of every command that takes these options.
#[derive(Debug, Default, Args)]
pub struct Reading {
    /// Let policies read this file or folder outside the project; may be given more than once
    #[arg(long, value_name = "PATH")]
    allow_read: Vec<PathBuf>,
}

/// The disk, for a call with certain paths.
#[derive(Debug)]
pub struct Disk {
    bounds: Bounds<Links>,
}

impl Disk {
    /// The disk for a call with these paths.
    ///
    /// # Errors
    /// What the flags open does not exist.
    pub fn new(paths: &[PathBuf], reading: &Reading) -> Result<Self, Vec<Fault>> {
        let missing = |path: &PathBuf| {
            fs::metadata(path).err().map(|error| unreadable(&quoted(path), &reason(&error)))
        };
        let faults: Vec<Fault> = reading.allow_read.iter().filter_map(missing).collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Self::of(paths, &reading.allow_read, HELP))
    }

    /// The same with nothing opened.
    pub fn closed(paths: &[PathBuf]) -> Self {
        Self::of(paths, &[], HELP_CLOSED)
    }

    fn of(paths: &[PathBuf], opened: &[PathBuf], help: &'static str) -> Self {
        // Most paths of a call with thousands are files by their names, so that the disk need not be asked.
        let is_file = |path: &PathBuf| {
            let ending =
                path.extension().is_some_and(|ending| ending == "gate" || ending == "json");
            ending && !path.is_dir() || path.as_os_str() == STANDARD_INPUT
        };
        let (files, folders): (Vec<&PathBuf>, Vec<&PathBuf>) =
            paths.iter().partition(|path| is_file(path));
        let texts = |paths: &[&PathBuf]| -> Vec<String> {
            paths.iter().filter_map(|path| text_of(path)).collect()
        };
        // What a link in a repository leads out of it is not what the user has named.
        let typed = Bounds::new(Links, Vec::new(), help);
        let stays = |path: &&PathBuf| match (text_of(path), absolute(path)) {
            (Some(text), Some(absolute)) => !typed.leads_out(&text, &absolute),
            _ => true,
        };
        let (files, folders): (Vec<&PathBuf>, Vec<&PathBuf>) = (
            files.into_iter().filter(stays).collect(),
            folders.into_iter().filter(stays).collect(),
        );
        let bounds = Bounds::new(Links, texts(&files), help);
        bounds.open(&texts(&folders), &texts(&opened.iter().collect::<Vec<_>>()));
        Self { bounds }
    }

    /// Says whether the file at a path may be read where a link may be at its end.
    ///
    /// # Errors
    /// It is a link that leads out of the project, or to a file of another kind.
    pub fn admit_link(&self, path: &Path) -> Result<(), Fault> {
        let admitted = match text_of(path) {
            Some(path) => self.bounds.admit(&path, &path),
            None => Err(LoadError::new("it is a link, and its name is not UTF-8")),
        };
        admitted.map_err(|error| fault(path, error))
    }

    /// Says whether a file or folder that the call names may be read: no link on its way may lead it out of the project.
    ///
    /// # Errors
    /// One does, or it is itself a link to a file that it may not lead to.
    pub fn admit_named(&self, path: &Path) -> Result<(), Fault> {
        if let (Some(text), Some(absolute)) = (text_of(path), absolute(path)) {
            self.bounds.admit_typed(&text, &absolute).map_err(|error| fault(path, error))?;
        }
        let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
        if is_link && !path.is_dir() { self.admit_link(path) } else { Ok(()) }
    }

    /// Says whether what a path leads to after all links at its end may be written.
    ///
    /// # Errors
    /// The target lies outside the project, as the path is typed.
    pub fn admit_target(&self, link: &Path, target: &Path) -> Result<(), Fault> {
        let held = match (text_of(link), text_of(target), absolute(link)) {
            (Some(link), Some(target), Some(absolute)) => {
                (link == target || self.bounds.holds(&link, &target))
                    && !self.bounds.leads_out(&target, &absolute)
            }
            _ => link == target,
        };
        if held {
            return Ok(());
        }
        let message =
            format!("cannot write {}: it is a link to a file outside the project", quoted(link));
        Err(Fault::new(message).with_help("name the file itself"))
    }

    /// The real path of a file that may be rewritten: a `.gate` file that the call names or that lies below a folder
    /// that it names.
    pub fn rewritable(&self, path: &Path) -> Option<PathBuf> {
        let real = self.bounds.real_path(&text_of(path)?)?;
        self.may_change(&real).then(|| PathBuf::from(real))
    }
}

/// The fault of a file that may not be read.
fn fault(path: &Path, error: LoadError) -> Fault {
    let fault = unreadable(&quoted(path), &error.reason);
    match error.help {
        Some(help) => fault.with_help(help),
        None => fault,
    }
}

impl Loader for Disk {
    fn read(&self, path: &str) -> Result<Vec<u8>, LoadError> {
        let failed = |error: io::Error| LoadError::new(reason(&error));
        let mut metadata = fs::symlink_metadata(path).map_err(failed)?;
        if metadata.is_symlink() {
            self.bounds.admit(path, path)?;
            metadata = fs::metadata(path).map_err(failed)?;
        }
        if metadata.is_dir() {
            return Err(LoadError::new("it is a folder"));
        }
        // A policy may come from a stranger: what it names must not be a device that never ends.
        if !is_regular(Path::new(path), &metadata) {
            return Err(LoadError::new(IRREGULAR));
        }
        File::open(path).and_then(|file| read_limited(file, metadata.len())).map_err(failed)
    }

    fn admit(&self, from: &str, path: &str) -> Result<(), LoadError> {
        self.bounds.admit(from, path)
    }

    fn may_change(&self, identity: &str) -> bool {
        // A change of standard input can be shown only.
        let is_gate = identity.ends_with(".gate") || identity.ends_with(STANDARD_INPUT);
        is_gate && self.bounds.names(identity)
    }

    fn identity(&self, path: &str) -> String {
        self.bounds.real_path(path).unwrap_or_else(|| path.to_owned())
    }
}

/// The paths and links of the disk.
#[derive(Debug)]
struct Links;

impl FileTree for Links {
    fn real_path(&self, path: &str) -> Option<String> {
        text_of(&fs::canonicalize(path).ok()?)
    }

    fn is_link(&self, path: &str) -> bool {
        fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink())
    }

    fn exists(&self, path: &str) -> bool {
        fs::metadata(path).is_ok()
    }
}

/// A path from the root on, as it is typed: no link is followed.
fn absolute(path: &Path) -> Option<String> {
    Some(normalize(std::path::absolute(path).ok()?.to_str()?))
}

/// A path with `/` between its parts; `None` if it is not UTF-8.
fn text_of(path: &Path) -> Option<String> {
    let text = path.to_str()?;
    Some(if cfg!(windows) { text.replace('\\', "/") } else { text.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::files::tests::tree;

    #[test]
    fn the_loader_reads_regular_files_only() {
        let folder = tree(&["a.gate"]);
        let disk = Disk::closed(&[]);
        let read = |name: &str| disk.read(folder.path().join(name).to_str().unwrap());
        assert_eq!(read("a.gate").unwrap(), b"default deny\n");
        assert_eq!(read("b.gate").unwrap_err().reason, "no such file");
        assert_eq!(read("").unwrap_err().reason, "it is a folder");
        if cfg!(unix) {
            assert_eq!(disk.read("/dev/zero").unwrap_err().reason, "it is not a regular file");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_has_the_identity_of_the_file() {
        let folder = tree(&["a.gate", "b.gate"]);
        let disk = Disk::closed(&[]);
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        std::os::unix::fs::symlink(path("a.gate"), path("link.gate")).unwrap();
        assert_eq!(disk.identity(&path("link.gate")), disk.identity(&path("a.gate")));
        assert_ne!(disk.identity(&path("b.gate")), disk.identity(&path("a.gate")));
        assert!(disk.identity(&path("no.gate")).ends_with("/no.gate"));
    }

    #[test]
    fn only_policies_below_the_paths_of_the_call_may_be_rewritten() {
        let folder = tree(&["in/a.gate", "in/b.txt", "out/c.gate", "d.gate"]);
        let at = |name: &str| folder.path().join(name);
        let disk = Disk::closed(&[at("in"), at("d.gate")]);
        assert!(disk.rewritable(&at("in/a.gate")).is_some());
        assert!(disk.rewritable(&at("in/../in/a.gate")).is_some());
        assert!(disk.rewritable(&at("d.gate")).is_some());
        assert!(disk.rewritable(&at("in/b.txt")).is_none());
        assert!(disk.rewritable(&at("out/c.gate")).is_none());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_the_call_names_opens_its_target_for_nothing() {
        let folder = tree(&["out/c.gate", "in/a.gate"]);
        let at = |name: &str| folder.path().join(name);
        std::os::unix::fs::symlink(at("out/c.gate"), at("in/link.gate")).unwrap();
        assert!(Disk::closed(&[at("in/link.gate")]).rewritable(&at("in/link.gate")).is_none());
        assert!(Disk::closed(&[at("in")]).rewritable(&at("in/link.gate")).is_none());
        assert!(Disk::closed(&[at("out")]).rewritable(&at("in/link.gate")).is_some());
    }
}
