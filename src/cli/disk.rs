//! The disk for a call: which files its paths and flags open.

use std::fs;
use std::path::PathBuf;

use clap::Args;

use super::exit::Fault;
use super::files::{quoted, unreadable};
use crate::input::reason;
use crate::project::{
    Bounds, DiskFileSystem, ProjectLoader, STANDARD_INPUT, absolute_text, path_text,
};

/// How to read more.
const HELP: &str = "copy the file into the project, or pass `--allow-read PATH`";
/// The same for a command without that flag.
const HELP_CLOSED: &str = "copy the file into the project, or use a path without the link";

// No doc comment: clap would print it as the description of every command that takes these options.
#[derive(Debug, Default, Args)]
pub struct Reading {
    /// Let policies read this file or folder outside the project; may be given more than once
    #[arg(long, value_name = "PATH")]
    allow_read: Vec<PathBuf>,
}

/// The disk for a call with these paths and flags.
///
/// # Errors
/// A flag opens a path that does not exist.
pub fn opened(paths: &[PathBuf], reading: &Reading) -> Result<ProjectLoader, Vec<Fault>> {
    let missing = |path: &PathBuf| {
        fs::metadata(path).err().map(|error| unreadable(&quoted(path), &reason(&error)))
    };
    let faults: Vec<Fault> = reading.allow_read.iter().filter_map(missing).collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(disk(paths, &reading.allow_read, HELP))
}

/// The disk for a call with these paths and without such flags.
pub fn closed(paths: &[PathBuf]) -> ProjectLoader {
    disk(paths, &[], HELP_CLOSED)
}

fn disk(paths: &[PathBuf], opened: &[PathBuf], help: &'static str) -> ProjectLoader {
    // Most paths of a call with thousands are files by their names, so that the disk need not be asked.
    let is_file = |path: &PathBuf| {
        let ending = path.extension().is_some_and(|ending| ending == "gate" || ending == "json");
        ending && !path.is_dir() || path.as_os_str() == STANDARD_INPUT
    };
    let (files, folders): (Vec<&PathBuf>, Vec<&PathBuf>) =
        paths.iter().partition(|path| is_file(path));
    let texts = |paths: &[&PathBuf]| -> Vec<String> {
        paths.iter().filter_map(|path| path_text(path)).collect()
    };
    let new = |named| Bounds::new(Box::new(DiskFileSystem::current()), named, help);
    // A path that a link in a repository leads out of it is not what the user has named.
    let typed = new(Vec::new());
    let stays = |path: &&PathBuf| match (path_text(path), absolute_text(typed.files(), path)) {
        (Some(text), Some(absolute)) => !typed.leads_out(&text, &absolute),
        _ => true,
    };
    let (files, folders): (Vec<&PathBuf>, Vec<&PathBuf>) =
        (files.into_iter().filter(stays).collect(), folders.into_iter().filter(stays).collect());
    let bounds = new(texts(&files));
    bounds.open(&texts(&folders), &texts(&opened.iter().collect::<Vec<_>>()));
    ProjectLoader::new(bounds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::files::tests::tree;
    use crate::source::Loader;

    #[test]
    fn the_loader_reads_regular_files_only() {
        let folder = tree(&["a.gate"]);
        let disk = closed(&[]);
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
        let disk = closed(&[]);
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
        let disk = closed(&[at("in"), at("d.gate")]);
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
        assert!(closed(&[at("in/link.gate")]).rewritable(&at("in/link.gate")).is_none());
        assert!(closed(&[at("in")]).rewritable(&at("in/link.gate")).is_none());
        assert!(closed(&[at("out")]).rewritable(&at("in/link.gate")).is_some());
    }
}
