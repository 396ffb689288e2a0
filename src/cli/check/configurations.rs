//! The configuration files: found upward from each checked file, each read once.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use crate::check::{NamedManifest, Options};
use crate::cli::exit::Fault;
use crate::cli::files::{self, Disk};
use crate::cli::find::{Input, Kind};
use crate::config::{self, Config, ManifestFile};
use crate::diagnostic::Diagnostic;
use crate::input::{add_text, reason};
use crate::source::{Loader, SourceSet, Span, resolve_beside};

/// All configurations of a run.
#[derive(Debug, Default)]
pub(super) struct Configurations {
    /// In the order in which they were found.
    all: Vec<Configuration>,
    /// Whether the call names the one configuration that there is.
    is_given: bool,
    /// What is known about the folders of files, as they are named. For looking up only.
    folders: HashMap<PathBuf, Option<Folder>>,
    /// The nearest configuration of folders, by their one path. For looking up only.
    nearest: HashMap<PathBuf, Option<usize>>,
    /// The manifests that configurations name, by configuration and place.
    manifests: BTreeMap<(usize, Span), Option<NamedManifest>>,
    /// Configurations that cannot be read.
    faults: Vec<Fault>,
}

/// One configuration.
#[derive(Debug)]
struct Configuration {
    /// The path that messages show.
    name: String,
    /// The one path of the file.
    identity: PathBuf,
    config: Config,
    sources: SourceSet,
    findings: Vec<Diagnostic>,
}

/// A folder with checked files in it.
#[derive(Clone, Debug)]
struct Folder {
    /// The number of the configuration that governs it.
    configuration: usize,
    /// The way from the folder of the configuration, empty or with `/` at its end.
    prefix: String,
}

/// What a configuration says about one file. Files about which the same is said are checked with the same options.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Governed {
    /// Whether a search leaves it out.
    pub(super) is_excluded: bool,
    pub(super) configuration: Option<usize>,
    is_policy_json: bool,
    /// Where the configuration names the manifest.
    manifest: Option<Span>,
    /// Where its suppressions stand.
    suppressions: Vec<Span>,
}

impl Configurations {
    /// Those that lie in the folders of files or above.
    pub(super) fn found() -> Self {
        Self::default()
    }

    /// Only the one that the call names.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) fn given(path: &Path) -> Result<Self, Fault> {
        let unreadable = |error| files::unreadable(&files::quoted(path), &reason(&error));
        let identity = fs::canonicalize(path).map_err(unreadable)?;
        let configuration = Configuration::read(path, identity)?;
        Ok(Self { all: vec![configuration], is_given: true, ..Self::default() })
    }

    /// What is said about a file.
    pub(super) fn govern(&mut self, input: &Input) -> Governed {
        let is_policy_json = input.kind == Kind::PolicyJson;
        let none = Governed { is_policy_json, ..Governed::default() };
        let Some((number, path)) = self.place(input) else { return none };
        let Some(Configuration { config, .. }) = self.all.get(number) else { return none };
        let mut governed = Governed {
            is_excluded: config.is_excluded(&path),
            configuration: Some(number),
            ..none
        };
        if is_policy_json {
            let suppressions = config.suppressions_for(&path);
            governed.manifest = config.manifest_for(&path).map(|manifest| manifest.place);
            governed.suppressions = suppressions.iter().map(|found| found.place).collect();
        }
        governed
    }

    /// The options for a file, and for all others about which the same is said.
    pub(super) fn options(&mut self, input: &Input) -> Options {
        let mut options = Options::default();
        let Some((number, path)) = self.place(input) else { return options };
        if let Some(Configuration { config, .. }) = self.all.get(number) {
            options.settings = config.settings().clone();
            if input.kind == Kind::PolicyJson {
                let suppressions = config.suppressions_for(&path);
                options.suppressions = suppressions.into_iter().cloned().collect();
            }
        }
        options
    }

    /// The manifest that a configuration names for a policy.json file. One that cannot be read is a finding.
    pub(super) fn manifest(&mut self, input: &Input) -> Option<NamedManifest> {
        let (number, path) = self.place(input)?;
        let configuration = self.all.get_mut(number)?;
        let named = configuration.config.manifest_for(&path)?.clone();
        let read = || configuration.manifest(&named);
        self.manifests.entry((number, named.place)).or_insert_with(read).clone()
    }

    /// The name of the configuration that says so.
    pub(super) fn name(&self, governed: &Governed) -> Option<&str> {
        Some(self.all.get(governed.configuration?)?.name.as_str())
    }

    /// What is wrong with the configurations, and those that cannot be read.
    pub(super) fn finish(self) -> (Vec<(SourceSet, Vec<Diagnostic>)>, Vec<Fault>) {
        let parts = self.all.into_iter().map(|found| (found.sources, found.findings)).collect();
        (parts, self.faults)
    }

    /// The number of the configuration of a file, and the way from its folder to the file.
    fn place(&mut self, input: &Input) -> Option<(usize, String)> {
        let parent = input.path.parent().unwrap_or(Path::new(""));
        if !self.folders.contains_key(parent) {
            let folder = self.folder(parent);
            self.folders.insert(parent.to_owned(), folder);
        }
        let folder = self.folders.get(parent)?.as_ref()?;
        let name = input.path.file_name()?.to_string_lossy();
        Some((folder.configuration, format!("{}{name}", folder.prefix)))
    }

    /// What governs the files of a folder. One that is gone has no files either.
    fn folder(&mut self, named: &Path) -> Option<Folder> {
        let named = if named.as_os_str().is_empty() { Path::new(".") } else { named };
        let identity = fs::canonicalize(named).ok()?;
        let configuration =
            if self.is_given { 0 } else { self.nearest(named.to_owned(), &identity)? };
        let from = slashes(&self.all.get(configuration)?.identity);
        // The way to a file without a name is the way to its folder.
        let folder = slashes(&identity);
        let prefix = files::relative(&format!("{}/", folder.trim_end_matches('/')), &from)?;
        Some(Folder { configuration, prefix })
    }

    /// The configuration that is nearest to a folder. Every folder on the way is asked once in a run.
    fn nearest(&mut self, mut named: PathBuf, folder: &Path) -> Option<usize> {
        let mut passed: Vec<&Path> = Vec::new();
        let mut found = None;
        for folder in folder.ancestors() {
            if let Some(known) = self.nearest.get(folder) {
                found = *known;
                break;
            }
            passed.push(folder);
            let identity = folder.join(config::FILE_NAME);
            if fs::metadata(&identity).is_ok_and(|metadata| metadata.is_file()) {
                found = self.read(&named.join(config::FILE_NAME), identity);
                break;
            }
            named.push("..");
        }
        self.nearest.extend(passed.into_iter().map(|folder| (folder.to_owned(), found)));
        found
    }

    fn read(&mut self, path: &Path, identity: PathBuf) -> Option<usize> {
        match Configuration::read(path, identity) {
            Ok(configuration) => self.all.push(configuration),
            Err(fault) => {
                self.faults.push(fault);
                return None;
            }
        }
        self.all.len().checked_sub(1)
    }
}

impl Configuration {
    fn read(path: &Path, identity: PathBuf) -> Result<Self, Fault> {
        let bytes = files::read(path)?;
        let name = files::shown(path);
        let mut sources = SourceSet::default();
        let (config, findings) = match add_text(&mut sources, &name, bytes) {
            Ok(file) => config::read(file, sources.text(file)),
            Err((_, finding)) => (Config::default(), vec![finding]),
        };
        Ok(Self { name, identity, config, sources, findings })
    }

    /// Reads a manifest that this configuration names.
    fn manifest(&mut self, named: &ManifestFile) -> Option<NamedManifest> {
        let path = resolve_beside(&self.name, &named.path);
        match Disk.read(&path) {
            Ok(bytes) => Some(NamedManifest { path, bytes }),
            Err(error) => {
                self.findings.push(config::unreadable_manifest(named, &path, &self.name, &error));
                None
            }
        }
    }
}

/// A path with `/` between its parts.
fn slashes(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::files::tests::tree;
    use crate::cli::find::{Wanted, find};

    #[test]
    fn a_folder_is_looked_up_once_and_a_configuration_read_once() {
        let names: Vec<String> = (0..40)
            .flat_map(|folder| (0..5).map(move |file| format!("top/f{folder}/{file}.gate")))
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let folder = tree(&names);
        let path = folder.path().join(config::FILE_NAME);
        fs::write(&path, "exclude = [\"/top/f7/3.gate\"]\n").unwrap();
        let found = find(&[folder.path().to_owned()], Wanted::Policies);
        let mut configurations = Configurations::found();
        let governed: Vec<Governed> =
            found.inputs.iter().map(|input| configurations.govern(input)).collect();
        assert_eq!(governed.len(), 200);
        assert_eq!(governed.iter().filter(|governed| governed.is_excluded).count(), 1);
        assert_eq!(configurations.folders.len(), 40);
        assert_eq!(configurations.nearest.len(), 42);
        assert_eq!(configurations.all.len(), 1);
    }

    #[test]
    fn the_way_from_the_configuration_is_found_in_both_directions() {
        let folder = tree(&["a/b/x.gate", "c/y.gate", "a/z.gate"]);
        fs::write(folder.path().join("a/own.toml"), "").unwrap();
        let mut given = Configurations::given(&folder.path().join("a/own.toml")).unwrap();
        let found = find(&[folder.path().to_owned()], Wanted::Policies);
        let places: Vec<(usize, String)> =
            found.inputs.iter().filter_map(|input| given.place(input)).collect();
        let expected = ["b/x.gate", "z.gate", "../c/y.gate"].map(|path| (0, path.to_owned()));
        assert_eq!(places, expected);
    }
}
