//! The configurations of a call: those that are found, or the one that it names.

use std::fs;
use std::path::Path;

use super::exit::Fault;
use super::files;
use super::find::Found;
use crate::diagnostic::Diagnostic;
use crate::input::reason;
use crate::project::{Configuration, Configurations, ProjectLoader};
use crate::source::{LoadError, SourceSet};

/// The configurations in the folders of files or above, or only the one that the call names.
///
/// # Errors
/// That one cannot be read.
pub fn open<'l>(
    given: Option<&Path>,
    disk: &'l ProjectLoader,
) -> Result<Configurations<'l>, Fault> {
    let Some(path) = given else { return Ok(Configurations::found(disk)) };
    let unreadable = |error| files::unreadable(&files::quoted(path), &reason(&error));
    let real = fs::canonicalize(path).map_err(unreadable)?;
    let bytes = files::read_named(path, disk)?;
    let configuration = Configuration::of_bytes(&files::shown(path), bytes);
    let real = real.to_string_lossy().replace('\\', "/");
    Ok(Configurations::trusted(configuration, &real, read_any, disk))
}

/// Reads a file that the configuration of the call names, wherever it is.
fn read_any(path: &str) -> Result<Vec<u8>, LoadError> {
    files::read_bytes(Path::new(path)).map_err(|error| LoadError::new(reason(&error)))
}

/// Takes out the files that a configuration excludes: those in folders, and with `force` also those that the call
/// names. The unusable files that are left become faults. Returns a fault if nothing is left.
pub fn exclude(
    configurations: &mut Configurations<'_>,
    found: &mut Found,
    force: bool,
) -> Option<Fault> {
    let mut excluded = None;
    found.inputs.retain(|input| {
        if input.is_named && !force {
            return true;
        }
        let by = configurations.excluder(&input.text_path());
        excluded = excluded.take().or(by.filter(|_| !input.is_named));
        by.is_none()
    });
    for (path, fault) in std::mem::take(&mut found.unusable) {
        match configurations.excluder(&path.to_string_lossy()) {
            None => found.faults.push(fault),
            by => excluded = excluded.take().or(by),
        }
    }
    let by = excluded.filter(|_| found.inputs.is_empty());
    by.and_then(|by| configurations.get(by)).map(|by| all_excluded(&by.path))
}

/// The findings in the configurations, and those that cannot be read.
pub fn finish(
    configurations: Configurations<'_>,
) -> (Vec<(SourceSet, Vec<Diagnostic>)>, Vec<Fault>) {
    let (all, unread) = configurations.finish();
    let fault = |(path, error): (String, LoadError)| {
        let fault = files::unreadable(&files::quoted(Path::new(&path)), &error.reason);
        Fault { help: error.help, ..fault }
    };
    let parts = all.into_iter().map(|found| (found.sources, found.findings));
    (parts.collect(), unread.into_iter().map(fault).collect())
}

fn all_excluded(configuration: &str) -> Fault {
    let name = crate::text::clean(configuration);
    Fault::new(format!("`{name}` excludes every file found"))
        .with_help("to process an excluded file anyway, name the file itself")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::disk::closed;
    use crate::cli::files::tests::tree;
    use crate::cli::find::{Paths, Wanted, find};

    #[test]
    fn the_path_from_the_configuration_is_found_in_both_directions() {
        let folder = tree(&["a/b/x.gate", "c/y.gate", "a/z.gate"]);
        fs::write(folder.path().join("a/own.toml"), "").unwrap();
        let disk = closed(&[]);
        let mut given = open(Some(&folder.path().join("a/own.toml")), &disk).unwrap();
        let paths = [folder.path().to_owned()];
        let found =
            find(Paths { paths: &paths, stdin_filename: None, wanted: Wanted::Policies }, &disk);
        let places: Vec<(usize, String)> =
            found.inputs.iter().filter_map(|input| given.scoped(&input.text_path())).collect();
        let expected = ["b/x.gate", "z.gate", "../c/y.gate"].map(|path| (0, path.to_owned()));
        assert_eq!(places, expected);
    }
}
