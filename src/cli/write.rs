//! Replacing files whole or not at all.
//!
//! The new text is written beside the old file, flushed to the disk, and put in its place in one step: a
//! reader sees the old text or the new one, never a part.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use super::disk;
use super::exit::Fault;
use super::files::quoted;
use super::interrupt;
use crate::input::reason;
use crate::project::ProjectLoader;

/// How many links are followed from one name.
const MAX_LINKS: usize = 40;

/// A new text that only waits to be put in place. Dropped, it leaves nothing behind.
#[derive(Debug)]
pub struct Replacement {
    name: String,
    step: Step,
}

#[derive(Debug)]
enum Step {
    /// The file holds the text already.
    Nothing,
    /// The finished file is renamed to the target.
    Rename { finished: TempPath, target: PathBuf },
    /// A device or pipe takes the text as it comes.
    Stream { target: PathBuf, text: String },
}

impl Replacement {
    /// Writes the text beside the file at `path`. A link is followed inside its project: its target is replaced, not the
    /// link.
    ///
    /// # Errors
    /// Why the file cannot be written. It is untouched then.
    pub fn prepare(path: &Path, text: &str) -> Result<Self, Fault> {
        let name = quoted(path);
        let step = match target(path)? {
            WriteTarget::File(target) => prepare(&target, text),
            WriteTarget::Stream => {
                Ok(Step::Stream { target: path.to_owned(), text: text.to_owned() })
            }
        };
        match step {
            Ok(step) => Ok(Self { name, step }),
            Err(error) => Err(unwritable(&name, &error)),
        }
    }

    /// Puts the text in place.
    ///
    /// # Errors
    /// Why that failed.
    pub fn commit(self) -> Result<(), Fault> {
        let done = match self.step {
            Step::Nothing => Ok(()),
            Step::Rename { finished, target } => interrupt::put_in_place(finished, &target),
            Step::Stream { target, text } => stream(&target, &text),
        };
        done.map_err(|error| unwritable(&self.name, &error))
    }
}

/// Replaces one file.
///
/// # Errors
/// Why the file cannot be written.
pub fn replace(path: &Path, text: &str) -> Result<(), Fault> {
    Replacement::prepare(path, text)?.commit()
}

/// A change of a file that was read before.
#[derive(Debug)]
pub struct Rewrite<'t> {
    name: String,
    /// The real path of the file.
    target: PathBuf,
    before: &'t str,
    after: &'t str,
}

impl<'t> Rewrite<'t> {
    /// The change of the file at `path` from one text to another.
    ///
    /// # Errors
    /// The call does not name the file: it may not be rewritten.
    pub fn new(
        path: &Path,
        before: &'t str,
        after: &'t str,
        disk: &ProjectLoader,
    ) -> Result<Self, Fault> {
        let name = quoted(path);
        match disk.rewritable(path) {
            Some(target) => Ok(Self { name, target, before, after }),
            None => {
                let message = format!(
                    "cannot write {name}: it is outside the paths on the \
                                       command line"
                );
                Err(Fault::new(message)
                    .with_help("use the path of the file itself, without a link"))
            }
        }
    }

    /// Whether the file is what it was.
    fn verify(&self) -> Result<(), Fault> {
        let metadata = fs::symlink_metadata(&self.target);
        let is_same = metadata.is_ok_and(|metadata| metadata.is_file())
            && holds(&self.target, self.before).unwrap_or(false);
        if is_same {
            return Ok(());
        }
        let message =
            format!("{} was changed by another program and is not overwritten", self.name);
        Err(Fault::new(message).with_help("run the command again"))
    }

    fn prepare(&self) -> Result<Replacement, Fault> {
        self.verify()?;
        match prepare(&self.target, self.after) {
            Ok(step) => Ok(Replacement { name: self.name.clone(), step }),
            Err(error) => Err(unwritable(&self.name, &error)),
        }
    }
}

/// Rewrites several files once all new texts are on the disk. `done` is told the number of each that is in place. A file
/// that somebody has changed since it was read is left as it is.
///
/// # Errors
/// Why files cannot be written. When one cannot be prepared, all are untouched.
pub fn rewrite_all(
    rewrites: &[Rewrite<'_>],
    mut done: impl FnMut(usize),
) -> Result<(), Vec<Fault>> {
    let (mut replacements, mut faults) = (Vec::new(), Vec::new());
    for rewrite in rewrites {
        match rewrite.prepare() {
            Ok(replacement) => replacements.push((rewrite, replacement)),
            Err(fault) => faults.push(fault),
        }
    }
    // Preparing many files takes a while.
    faults.extend(replacements.iter().filter_map(|(rewrite, _)| rewrite.verify().err()));
    if !faults.is_empty() {
        return Err(faults);
    }
    for (number, (rewrite, replacement)) in replacements.into_iter().enumerate() {
        match rewrite.verify().and_then(|()| replacement.commit()) {
            Ok(()) => done(number),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// What a path leads to.
enum WriteTarget {
    /// A file, or the place for one.
    File(PathBuf),
    /// A device or a pipe.
    Stream,
}

fn target(path: &Path) -> Result<WriteTarget, Fault> {
    let target = follow(path).map_err(|error| unwritable(&quoted(path), &error))?;
    // Devices such as `/dev/fd/3` come from the shell; any other link may come with the files beside it.
    if !path.starts_with("/dev") && !path.starts_with("/proc/self/fd") {
        disk::closed(&[]).admit_target(path, &target)?;
    }
    if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir()) {
        return Ok(WriteTarget::Stream);
    }
    Ok(WriteTarget::File(target))
}

fn prepare(target: &Path, text: &str) -> io::Result<Step> {
    let old = match fs::metadata(target) {
        Ok(metadata) => Some(metadata),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    match &old {
        Some(metadata) if metadata.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        Some(metadata) => {
            if metadata.len() == text.len() as u64 && holds(target, text)? {
                return Ok(Step::Nothing);
            }
            // Renaming asks only for the right to the folder; a file that is protected stays so.
            OpenOptions::new().write(true).open(target)?;
        }
        None => {}
    }
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let finished = finish(folder, text, old.as_ref())?;
    Ok(Step::Rename { finished, target: target.to_owned() })
}

/// The file with the text, on the disk, with the owner and the permissions of the old one or those of any new file.
fn finish(folder: &Path, text: &str, old: Option<&fs::Metadata>) -> io::Result<TempPath> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".gatewright-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The system takes from these what the user's umask withholds.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = interrupt::create(|| builder.tempfile_in(folder))?;
    file.write_all(text.as_bytes())?;
    if let Some(old) = old {
        keep_owner(file.as_file(), old)?;
        // After the owner, since a new owner takes special permissions away.
        file.as_file().set_permissions(old.permissions())?;
    }
    file.as_file().sync_all()?;
    // The path alone is kept, so that thousands of waiting files need no open handles.
    Ok(file.into_temp_path())
}

/// Gives a file the owner and the group of an old one.
#[cfg(unix)]
fn keep_owner(file: &File, old: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};

    let new = file.metadata()?;
    if (new.uid(), new.gid()) == (old.uid(), old.gid()) {
        return Ok(());
    }
    fchown(file, Some(old.uid()), Some(old.gid())).map_err(|error| match error.kind() {
        io::ErrorKind::PermissionDenied => io::Error::other(
            "it belongs to another user or group, and writing it would change that",
        ),
        _ => error,
    })
}

/// Gives a file the owner of an old one, which other systems take from the folder.
#[cfg(not(unix))]
fn keep_owner(_: &File, _: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

/// What the path leads to after all links, whether that exists or not.
fn follow(path: &Path) -> io::Result<PathBuf> {
    let mut target = path.to_owned();
    for _ in 0..MAX_LINKS {
        match fs::symlink_metadata(&target) {
            Ok(metadata) if metadata.is_symlink() => {
                let next = fs::read_link(&target)?;
                target = match target.parent() {
                    Some(folder) => folder.join(next),
                    None => next,
                };
            }
            Ok(_) => return Ok(target),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(target),
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other("too many links"))
}

fn holds(path: &Path, text: &str) -> io::Result<bool> {
    let mut bytes = Vec::with_capacity(text.len());
    File::open(path)?.take(text.len() as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes == text.as_bytes())
}

fn stream(target: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(target)?;
    match file.write_all(text.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

fn unwritable(name: &str, error: &io::Error) -> Fault {
    let reason = match error.kind() {
        io::ErrorKind::NotFound => "no such folder".to_owned(),
        _ => reason(error),
    };
    Fault::new(format!("cannot write {name}: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        replace(&path, "one").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"one");
        replace(&path, "two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(names(folder.path()), ["a.json"]);
    }

    #[test]
    fn what_is_not_committed_leaves_no_trace() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        fs::write(&path, "old").unwrap();
        let waiting = Replacement::prepare(&path, "new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(names(folder.path()).len(), 2);
        drop(waiting);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(names(folder.path()), ["a.json"]);
    }

    #[test]
    fn when_one_of_several_cannot_be_written_all_are_untouched() {
        let folder = tempfile::tempdir().unwrap();
        let (good, bad) = (folder.path().join("a.gate"), folder.path().join("no/b.gate"));
        fs::write(&good, "old").unwrap();
        let disk = disk::closed(&[folder.path().to_owned()]);
        let rewrite = |path| Rewrite::new(path, "old", "new", &disk).unwrap();
        let mut done = Vec::new();
        let faults = rewrite_all(&[rewrite(&good), rewrite(&bad)], |number| done.push(number));
        assert_eq!(faults.unwrap_err().len(), 1);
        assert_eq!((fs::read(&good).unwrap(), done.len()), (b"old".to_vec(), 0));
        rewrite_all(&[rewrite(&good)], |number| done.push(number)).unwrap();
        assert_eq!((fs::read(&good).unwrap(), done), (b"new".to_vec(), vec![0]));
        assert_eq!(names(folder.path()), ["a.gate"]);
    }

    #[test]
    fn an_edit_made_meanwhile_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["a.gate", "b.gate", "c.gate"] {
            fs::write(at(name), "old").unwrap();
        }
        let disk = disk::closed(&[folder.path().to_owned()]);
        let rewrite = |name: &str| Rewrite::new(&at(name), "old", "new", &disk).unwrap();
        fs::write(at("b.gate"), "theirs").unwrap();
        let faults = rewrite_all(&[rewrite("a.gate"), rewrite("b.gate")], |_| {}).unwrap_err();
        assert!(faults[0].message.contains("b.gate` was changed by another program"), "{faults:?}");
        assert_eq!(fs::read(at("a.gate")).unwrap(), b"old");
        // The edit comes while files are put in place: the others are, and this one is reported.
        let rewrites = [rewrite("a.gate"), rewrite("c.gate")];
        let edit = |number| {
            if number == 0 {
                fs::write(at("c.gate"), "theirs").unwrap();
            }
        };
        let faults = rewrite_all(&rewrites, edit).unwrap_err();
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert_eq!(fs::read(at("a.gate")).unwrap(), b"new");
        assert_eq!(fs::read(at("c.gate")).unwrap(), b"theirs");
        assert_eq!(names(folder.path()), ["a.gate", "b.gate", "c.gate"]);
    }

    #[test]
    fn the_same_text_is_not_written_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        fs::write(&path, "same").unwrap();
        let long_ago = std::time::SystemTime::UNIX_EPOCH;
        OpenOptions::new().write(true).open(&path).unwrap().set_modified(long_ago).unwrap();
        replace(&path, "same").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), long_ago);
        replace(&path, "else").unwrap();
        assert_ne!(fs::metadata(&path).unwrap().modified().unwrap(), long_ago);
    }

    #[test]
    fn folders_and_missing_folders_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let fault = replace(folder.path(), "x").unwrap_err();
        assert!(fault.message.ends_with("it is a folder"), "{fault:?}");
        let fault = replace(&folder.path().join("no/a.json"), "x").unwrap_err();
        assert!(fault.message.ends_with("no such folder"), "{fault:?}");
    }

    #[cfg(unix)]
    mod unix {
        use std::os::unix::fs::{PermissionsExt, symlink};

        use super::*;

        fn mode(path: &Path) -> u32 {
            fs::metadata(path).unwrap().permissions().mode() & 0o777
        }

        #[test]
        fn permissions_are_kept_and_new_files_have_ordinary_ones() {
            let folder = tempfile::tempdir().unwrap();
            let (old, new) = (folder.path().join("old"), folder.path().join("new"));
            fs::write(&old, "x").unwrap();
            fs::set_permissions(&old, fs::Permissions::from_mode(0o640)).unwrap();
            replace(&old, "longer").unwrap();
            assert_eq!(mode(&old), 0o640);
            replace(&new, "x").unwrap();
            let ordinary = folder.path().join("ordinary");
            fs::write(&ordinary, "x").unwrap();
            assert_eq!(mode(&new), mode(&ordinary));
        }

        #[test]
        fn the_target_of_a_link_is_replaced() {
            let folder = tempfile::tempdir().unwrap();
            let at = |name: &str| folder.path().join(name);
            fs::create_dir(at("real")).unwrap();
            fs::write(at("real/a.json"), "old").unwrap();
            symlink("real/a.json", at("link")).unwrap();
            symlink("real/new.json", at("ahead")).unwrap();
            replace(&at("link"), "new").unwrap();
            replace(&at("ahead"), "first").unwrap();
            assert!(fs::symlink_metadata(at("link")).unwrap().is_symlink());
            assert!(fs::symlink_metadata(at("ahead")).unwrap().is_symlink());
            assert_eq!(fs::read(at("real/a.json")).unwrap(), b"new");
            assert_eq!(fs::read(at("real/new.json")).unwrap(), b"first");
        }

        #[test]
        fn links_in_a_circle_are_refused() {
            let folder = tempfile::tempdir().unwrap();
            symlink("b", folder.path().join("a")).unwrap();
            symlink("a", folder.path().join("b")).unwrap();
            let fault = replace(&folder.path().join("a"), "x").unwrap_err();
            assert!(fault.message.ends_with("too many links"), "{fault:?}");
        }

        #[test]
        fn a_device_is_written_to_and_not_replaced() {
            replace(Path::new("/dev/null"), "x").unwrap();
            assert!(!fs::metadata("/dev/null").unwrap().is_file());
        }
    }
}
