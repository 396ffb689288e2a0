//! What is left to do when a run is interrupted: unfinished files go, and the user hears how many were changed.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::{NamedTempFile, TempPath};

/// The files of this process that a signal must know of.
static FILES: Mutex<UnfinishedFiles> =
    Mutex::new(UnfinishedFiles { unfinished: BTreeSet::new(), changed: 0 });

#[derive(Debug, Default)]
struct UnfinishedFiles {
    /// Texts that wait beside the files whose place they are to take.
    unfinished: BTreeSet<PathBuf>,
    /// How many files have been changed.
    changed: usize,
}

/// Makes a file beside another, to be removed if the run is interrupted.
///
/// # Errors
/// The system refused.
pub fn create(make: impl FnOnce() -> io::Result<NamedTempFile>) -> io::Result<NamedTempFile> {
    watch();
    // Under the lock no signal comes between the file and its entry.
    let mut files = lock();
    let file = make()?;
    files.unfinished.insert(file.path().to_owned());
    Ok(file)
}

/// Puts a finished file in its place, unless the run is being interrupted.
///
/// # Errors
/// The system refused, and the finished file is gone.
pub fn put_in_place(finished: TempPath, target: &Path) -> io::Result<()> {
    let mut files = lock();
    files.unfinished.remove(&finished.to_path_buf());
    finished.persist(target)?;
    files.changed += 1;
    Ok(())
}

fn lock() -> MutexGuard<'static, UnfinishedFiles> {
    FILES.lock().unwrap_or_else(PoisonError::into_inner)
}

impl UnfinishedFiles {
    /// Removes what is unfinished, and says what was done.
    fn abandon(&mut self) -> String {
        for path in std::mem::take(&mut self.unfinished) {
            // One that was dropped meanwhile is gone already.
            let _ = fs::remove_file(path);
        }
        match self.changed {
            0 => "interrupted: no file was changed\n".to_owned(),
            1 => "interrupted: 1 file was changed\n".to_owned(),
            number => format!("interrupted: {number} files were changed\n"),
        }
    }
}

/// Gets ready for SIGINT and SIGTERM. Where there are none, or no thread to wait for them, the system ends the process as
/// it does any other.
#[cfg(unix)]
pub fn watch() {
    use std::sync::Once;

    static WATCHING: Once = Once::new();
    WATCHING.call_once(|| {
        let signals = [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM];
        let Ok(mut signals) = signal_hook::iterator::Signals::new(signals) else { return };
        let wait = move || {
            if let Some(signal) = signals.forever().next() {
                end(signal);
            }
        };
        let _ = std::thread::Builder::new().name("signals".to_owned()).spawn(wait);
    });
}

/// Gets ready for interruptions, which other systems do not announce.
#[cfg(not(unix))]
pub fn watch() {}

/// Ends the process as the signal would have, so that whoever started it sees what happened.
#[cfg(unix)]
fn end(signal: i32) {
    use std::io::Write;

    // The lock is never released: no further file may take its place.
    let mut files = lock();
    let words = files.abandon();
    let _ = io::stderr().lock().write_all(words.as_bytes());
    let _ = signal_hook::low_level::emulate_default_handler(signal);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unfinished_files_are_removed_and_changed_ones_are_counted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("unfinished");
        fs::write(&path, "x").unwrap();
        let gone = folder.path().join("gone");
        let mut files = UnfinishedFiles { unfinished: [path.clone(), gone].into(), changed: 0 };
        assert_eq!(files.abandon(), "interrupted: no file was changed\n");
        assert!(!path.exists());
        files.changed = 1;
        assert_eq!(files.abandon(), "interrupted: 1 file was changed\n");
        files.changed = 2;
        assert_eq!(files.abandon(), "interrupted: 2 files were changed\n");
    }
}
