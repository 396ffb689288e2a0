//! The configuration files: found upward from each checked file, each read once.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::disk::Disk;
use super::exit::Fault;
use super::files;
use super::find::{Found, Input, Kind};
use crate::check::{NamedManifest, Options};
use crate::config::{self, Config, ManifestFile};
use crate::diagnostic::Diagnostic;
use crate::input::{add_text, reason};
use crate::source::{LoadError, Loader, Role, SourceSet, Span, resolve_beside};

/// All configurations of a run.
#[derive(Debug)]
pub struct Configurations {
    /// What the call opens.
    disk: Arc<Disk>,
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
pub struct Governed {
    pub configuration: Option<usize>,
    is_policy_json: bool,
    /// Where the configuration names the manifest.
    manifest: Option<Span>,
    /// Where its suppressions stand.
    suppressions: Vec<Span>,
}

impl Configurations {
    /// Those that lie in the folders of files or above.
    pub fn found(disk: Arc<Disk>) -> Self {
        Self {
            disk,
            all: Vec::new(),
            is_given: false,
            folders: HashMap::new(),
            nearest: HashMap::new(),
            manifests: BTreeMap::new(),
            faults: Vec::new(),
        }
    }

    /// Only the one that the call names.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn given(path: &Path, disk: Arc<Disk>) -> Result<Self, Fault> {
        let unreadable = |error| files::unreadable(&files::quoted(path), &reason(&error));
        let identity = fs::canonicalize(path).map_err(unreadable)?;
        let configuration = Configuration::new(path, identity, files::read_named(path, &disk)?);
        Ok(Self { all: vec![configuration], is_given: true, ..Self::found(disk) })
    }

    /// What is said about a file.
    pub fn govern(&mut self, input: &Input) -> Governed {
        let is_policy_json = input.kind == Kind::PolicyJson;
        let none = Governed { is_policy_json, ..Governed::default() };
        let Some((number, path)) = self.place(&input.path) else { return none };
        let Some(Configuration { config, .. }) = self.all.get(number) else { return none };
        let mut governed = Governed { configuration: Some(number), ..none };
        if is_policy_json {
            let suppressions = config.suppressions_for(&path);
            governed.manifest = config.manifest_for(&path).map(|manifest| manifest.place);
            governed.suppressions = suppressions.iter().map(|found| found.place).collect();
        }
        governed
    }

    /// The options for a file, and for all others about which the same is said.
    pub fn options(&mut self, input: &Input) -> Options {
        let mut options = Options::default();
        let Some((number, path)) = self.place(&input.path) else { return options };
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
    pub fn manifest(&mut self, input: &Input) -> Option<NamedManifest> {
        let (number, path) = self.place(&input.path)?;
        let configuration = self.all.get_mut(number)?;
        let named = configuration.config.manifest_for(&path)?.clone();
        let disk = (!self.is_given).then_some(self.disk.as_ref());
        let read = || configuration.manifest(&named, disk);
        self.manifests.entry((number, named.place)).or_insert_with(read).clone()
    }

    /// Takes out the files that a configuration excludes: those in folders, and with `force` also those that the call
    /// names. What is left of the unusable files joins the faults, and so does a search that leaves nothing.
    pub fn exclude(&mut self, found: &mut Found, force: bool) {
        let mut excluded = None;
        found.inputs.retain(|input| {
            if input.is_named && !force {
                return true;
            }
            let by = self.excluder(&input.path);
            excluded = excluded.take().or(by.filter(|_| !input.is_named));
            by.is_none()
        });
        let unusable = std::mem::take(&mut found.unusable);
        let unusable = unusable.into_iter().filter(|(path, _)| self.excluder(path).is_none());
        found.faults.extend(unusable.map(|(_, fault)| fault));
        if let (true, Some(by)) =
            (found.inputs.is_empty(), excluded.and_then(|by| self.all.get(by)))
        {
            found.faults.push(all_excluded(&by.name));
        }
    }

    /// The number of the configuration that excludes a file.
    fn excluder(&mut self, path: &Path) -> Option<usize> {
        let (number, path) = self.place(path)?;
        self.all.get(number)?.config.is_excluded(&path).then_some(number)
    }

    /// What is wrong with the configurations, and those that cannot be read.
    pub fn finish(self) -> (Vec<(SourceSet, Vec<Diagnostic>)>, Vec<Fault>) {
        let parts = self.all.into_iter().map(|found| (found.sources, found.findings)).collect();
        (parts, self.faults)
    }

    /// The number of the configuration of a file, and the way from its folder to the file.
    fn place(&mut self, path: &Path) -> Option<(usize, String)> {
        let parent = path.parent().unwrap_or(Path::new(""));
        if !self.folders.contains_key(parent) {
            let folder = self.folder(parent);
            self.folders.insert(parent.to_owned(), folder);
        }
        let folder = self.folders.get(parent)?.as_ref()?;
        let name = path.file_name()?.to_string_lossy();
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
            match fs::symlink_metadata(&identity) {
                Ok(metadata) if metadata.is_file() || metadata.is_symlink() => {
                    found =
                        self.read(&named.join(config::FILE_NAME), identity, metadata.is_symlink());
                    break;
                }
                Ok(metadata) if !metadata.is_dir() => {
                    let name = files::quoted(&named.join(config::FILE_NAME));
                    self.faults.push(files::unreadable(&name, files::IRREGULAR));
                    break;
                }
                _ => {}
            }
            named.push("..");
        }
        self.nearest.extend(passed.into_iter().map(|folder| (folder.to_owned(), found)));
        found
    }

    fn read(&mut self, path: &Path, identity: PathBuf, is_link: bool) -> Option<usize> {
        let admitted = if is_link { self.disk.admit_link(path) } else { Ok(()) };
        match admitted.and_then(|()| files::read(path)) {
            Ok(bytes) => self.all.push(Configuration::new(path, identity, bytes)),
            Err(fault) => {
                self.faults.push(fault);
                return None;
            }
        }
        self.all.len().checked_sub(1)
    }
}

impl Configuration {
    fn new(path: &Path, identity: PathBuf, bytes: Vec<u8>) -> Self {
        let name = files::shown(path);
        let mut sources = SourceSet::default();
        let (config, findings) = match add_text(&mut sources, &name, bytes) {
            Ok(file) => config::read(file, sources.text(file)),
            Err((_, finding)) => (Config::default(), vec![finding]),
        };
        Self { name, identity, config, sources, findings }
    }

    /// Reads a manifest that this configuration names. One that was only found opens nothing, so what it names lies within
    /// the bounds of a disk.
    fn manifest(&mut self, named: &ManifestFile, bounds: Option<&Disk>) -> Option<NamedManifest> {
        let path = resolve_beside(&self.name, &named.path);
        let read = match bounds {
            Some(disk) => {
                Role::Manifest.admit(disk, &self.name, &path).and_then(|()| disk.read(&path))
            }
            None => {
                files::read_bytes(Path::new(&path)).map_err(|error| LoadError::new(reason(&error)))
            }
        };
        match read {
            Ok(bytes) => Some(NamedManifest { path, bytes }),
            Err(error) => {
                self.findings.push(config::unreadable_manifest(named, &path, &self.name, &error));
                None
            }
        }
    }
}

fn all_excluded(configuration: &str) -> Fault {
    let name = crate::text::clean(configuration);
    Fault::new(format!("`{name}` excludes every file that was found"))
        .with_help("name a file itself to work on it all the same")
}

/// A path with `/` between its parts.
fn slashes(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::files::tests::tree;
    use crate::cli::find::{Paths, Wanted};

    fn find(folder: &Path) -> Found {
        let paths = [folder.to_owned()];
        let wanted = Paths { paths: &paths, stdin_filename: None, wanted: Wanted::Policies };
        crate::cli::find::find(wanted, &disk())
    }

    fn disk() -> Arc<Disk> {
        Arc::new(Disk::closed(&[]))
    }

    #[test]
    fn a_folder_is_looked_up_once_and_a_configuration_read_once() {
        let names: Vec<String> = (0..40)
            .flat_map(|folder| (0..5).map(move |file| format!("top/f{folder}/{file}.gate")))
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let folder = tree(&names);
        let path = folder.path().join(config::FILE_NAME);
        fs::write(&path, "exclude = [\"/top/f7/3.gate\"]\n").unwrap();
        let mut found = find(folder.path());
        let mut configurations = Configurations::found(disk());
        assert_eq!(found.inputs.len(), 200);
        configurations.exclude(&mut found, false);
        assert_eq!(found.inputs.len(), 199);
        for input in &found.inputs {
            configurations.govern(input);
        }
        assert_eq!(configurations.folders.len(), 40);
        assert_eq!(configurations.nearest.len(), 42);
        assert_eq!(configurations.all.len(), 1);
    }

    #[test]
    fn the_way_from_the_configuration_is_found_in_both_directions() {
        let folder = tree(&["a/b/x.gate", "c/y.gate", "a/z.gate"]);
        fs::write(folder.path().join("a/own.toml"), "").unwrap();
        let mut given = Configurations::given(&folder.path().join("a/own.toml"), disk()).unwrap();
        let found = find(folder.path());
        let places: Vec<(usize, String)> =
            found.inputs.iter().filter_map(|input| given.place(&input.path)).collect();
        let expected = ["b/x.gate", "z.gate", "../c/y.gate"].map(|path| (0, path.to_owned()));
        assert_eq!(places, expected);
    }
}
