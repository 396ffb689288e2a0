//! Where the files of one side of a comparison are: on the disk, or in a revision.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::text_of;
use crate::check::{self, Decider, NamedManifest, Options, Outcome};
use crate::cli::disk::{self, Reading};
use crate::cli::exit::Fault;
use crate::cli::files;
use crate::cli::git::{Repository, in_revision};
use crate::cli::report::Report;
use crate::diagnostic::Diagnostic;
use crate::lint::Form;
use crate::project::{Bounds, Configurations, ProjectLoader};
use crate::resolve::Cache;
use crate::source::{Loader, normalize};

/// What to do about a file that a revision lacks.
const HELP: &str = "a policy of a revision reads files of that revision only";

/// The files of one side.
pub(super) struct Side {
    pub(super) loader: ProjectLoader,
    revision: Option<(String, Repository)>,
    cache: Arc<Cache>,
}

impl Side {
    /// The disk, for a call with these paths.
    pub(super) fn disk(paths: &[PathBuf], reading: &Reading) -> Result<Self, Vec<Fault>> {
        let loader = disk::opened(paths, reading)?;
        Ok(Self { loader, revision: None, cache: Arc::default() })
    }

    /// The files of a revision of the repository around the current folder.
    pub(super) fn revision(revision: &str) -> Result<Self, Fault> {
        let repository = Repository::find()?;
        let bounds = Bounds::new(Box::new(repository.open(revision)?), Vec::new(), HELP);
        let revision = Some((revision.to_owned(), repository));
        Ok(Self { loader: ProjectLoader::new(bounds), revision, cache: Arc::default() })
    }

    pub(super) fn is_revision(&self) -> bool {
        self.revision.is_some()
    }

    /// The name of a file as messages show it.
    pub(super) fn name(&self, path: &str) -> String {
        match &self.revision {
            Some((revision, repository)) => {
                format!("{revision}:{}", text_of(&repository.below_root(Path::new(path))))
            }
            None => path.to_owned(),
        }
    }

    /// Reads a policy as the gateway gets it.
    pub(super) fn compiled(
        &self,
        path: &str,
        bytes: Vec<u8>,
        form: Form,
        loader: &dyn Loader,
        manifest: Option<NamedManifest>,
    ) -> Outcome<Decider> {
        let cache = Arc::clone(&self.cache);
        let options = Options { manifest, cache, ..Options::default() };
        let mut outcome = check::decider(path, form, bytes, loader, &options);
        if self.revision.is_some() {
            outcome.sources = outcome.sources.with_paths(|path| self.name(path));
        }
        outcome
    }

    /// The manifest that the configuration of this side names for a policy.json. The errors of the configurations are reported.
    pub(super) fn report_configurations(
        &self,
        configurations: Configurations<'_>,
        report: &mut Report,
        faults: &mut Vec<Fault>,
    ) {
        let (found, unread) = configurations.finish();
        for (path, error) in unread {
            let fault = Fault::unreadable(&crate::project::quote_path(&path), &error.reason);
            faults.push(Fault { help: error.help, ..fault });
        }
        for configuration in found {
            let is_error = |found: &Diagnostic| found.is_error();
            let errors: Vec<Diagnostic> =
                configuration.findings.into_iter().filter(is_error).collect();
            report.add(configuration.sources.with_paths(|path| self.name(path)), errors);
        }
    }
}

/// A file that the call names, with the side that it is read from.
pub(super) struct NamedFile {
    pub(super) side: Side,
    /// The path from the current folder.
    pub(super) path: String,
    pub(super) bytes: Vec<u8>,
}

/// Reads a file that the call names: `REV:PATH`, a path, or `-`.
pub(super) fn read_named(argument: &Path, reading: &Reading) -> Result<NamedFile, Vec<Fault>> {
    let Some((revision, path)) = in_revision(argument) else {
        let side = Side::disk(&[argument.to_owned()], reading)?;
        let bytes = files::read_argument(argument, &side.loader)?;
        return Ok(NamedFile { side, path: files::name(argument), bytes });
    };
    let side = Side::revision(revision)?;
    let path = match &side.revision {
        Some((_, repository)) => normalize(&text_of(&repository.path(path))),
        None => path.to_owned(),
    };
    let bytes = side.loader.read(&path).map_err(|error| {
        let name = crate::project::quote_path(&argument.to_string_lossy());
        let reason = if error.is_absent { "the revision has no such file" } else { &error.reason };
        Fault { help: error.help.clone(), ..Fault::unreadable(&name, reason) }
    })?;
    Ok(NamedFile { side, path, bytes })
}

/// Reads the manifest of a flag. Errors in it are reported; then there is none.
pub(super) fn read_manifest(
    argument: Option<&Path>,
    reading: &Reading,
    report: &mut Report,
) -> Result<Option<NamedManifest>, Vec<Fault>> {
    let Some(argument) = argument else { return Ok(None) };
    let NamedFile { side, path, bytes } = read_named(argument, reading)?;
    let path = side.name(&path);
    let mut outcome = check::classify(&path, bytes.clone());
    outcome.diagnostics.retain(Diagnostic::is_error);
    let is_usable = outcome.diagnostics.is_empty();
    report.take(outcome);
    Ok(is_usable.then_some(NamedManifest { path, bytes }))
}
