//! Which configuration governs a file, and what it says about it: the nearest `gatewright.toml`, from the folder of the file
//! upward, or the one that somebody names.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::check::{NamedManifest, Options};
use crate::config::{self, Config, FILE_NAME, ManifestFile};
use crate::diagnostic::Diagnostic;
use crate::input::add_text;
use crate::lint::Form;
use crate::source::{
    LoadError, Loader, Role, SourceFile, SourceSet, Span, is_absolute, normalize, relative_path,
    resolve_beside,
};

/// A configuration that has been read.
#[derive(Debug)]
pub struct Configuration {
    /// The path that messages show.
    pub path: String,
    /// What it says.
    pub config: Config,
    /// Its text.
    pub sources: SourceSet,
    /// The mistakes in it.
    pub findings: Vec<Diagnostic>,
}

/// The configurations that govern files, each found and read once.
pub struct Configurations<'l> {
    loader: &'l dyn Loader,
    given: Option<GivenConfiguration>,
    /// In the order in which they were found.
    all: Vec<FoundConfiguration>,
    /// What governs the files of a folder, by the folder as it is named. For looking up only.
    folders: HashMap<String, Option<GovernedFolder>>,
    /// The nearest configuration of folders, by their real paths if there are any. For looking up only.
    nearest: HashMap<String, Option<usize>>,
    /// The manifests that configurations name, by configuration and place.
    manifests: BTreeMap<(usize, Span), Option<NamedManifest>>,
    /// Configurations that cannot be read.
    faults: Vec<(String, LoadError)>,
}

/// How files are read that a configuration names.
pub type ReadFile = fn(&str) -> Result<Vec<u8>, LoadError>;

/// The one configuration for all files.
#[derive(Debug, Default)]
struct GivenConfiguration {
    /// How its manifests are read, if the call that names it opens them all.
    read: Option<ReadFile>,
}

#[derive(Debug)]
struct FoundConfiguration {
    configuration: Configuration,
    /// The folder that its patterns begin in, with `/` at its end unless it is empty: real, or as it is named.
    folder: String,
}

/// A folder with files in it.
#[derive(Clone, Debug)]
struct GovernedFolder {
    configuration: usize,
    /// The path from the folder of the configuration, empty or with `/` at its end.
    prefix: String,
}

/// What a configuration says about one file. Files about which the same is said are checked with the same options.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Governed {
    /// The number of the configuration.
    pub configuration: Option<usize>,
    is_policy_json: bool,
    /// Where the configuration names the manifest.
    manifest: Option<Span>,
    /// Where its suppressions are.
    suppressions: Vec<Span>,
}

impl Configuration {
    /// The configuration in a file.
    pub fn of_file(file: Arc<SourceFile>) -> Self {
        let path = file.path().to_owned();
        let mut sources = SourceSet::default();
        let file = sources.share(file);
        let (config, findings) = config::read(file, sources.text(file));
        Self { path, config, sources, findings }
    }

    /// The configuration in the bytes of a file.
    pub fn of_bytes(path: &str, bytes: Vec<u8>) -> Self {
        let mut sources = SourceSet::default();
        let (config, findings) = match add_text(&mut sources, path, bytes) {
            Ok(file) => config::read(file, sources.text(file)),
            Err((_, finding)) => (Config::default(), vec![finding]),
        };
        Self { path: path.to_owned(), config, sources, findings }
    }

    /// The configuration at a path.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn load(path: &str, loader: &dyn Loader) -> Result<Self, LoadError> {
        match loader.held(path) {
            Some(file) => Ok(Self::of_file(file)),
            None => Ok(Self::of_bytes(path, loader.read(path)?)),
        }
    }
}

impl<'l> Configurations<'l> {
    /// Those in the folders of files or above.
    pub fn found(loader: &'l dyn Loader) -> Self {
        Self {
            loader,
            given: None,
            all: Vec::new(),
            folders: HashMap::new(),
            nearest: HashMap::new(),
            manifests: BTreeMap::new(),
            faults: Vec::new(),
        }
    }

    /// Only the one at a path. If it cannot be read, nothing governs.
    pub fn given(path: &str, loader: &'l dyn Loader) -> Self {
        let mut given = Self::found(loader);
        given.given = Some(GivenConfiguration::default());
        match Configuration::load(path, loader) {
            Ok(configuration) => given.add(configuration, &folder_of(path, loader)),
            Err(error) => given.faults.push((path.to_owned(), error)),
        }
        given
    }

    /// Only this one, at its real path. It opens the manifests that it names.
    pub fn trusted(
        configuration: Configuration,
        real_path: &str,
        read: ReadFile,
        loader: &'l dyn Loader,
    ) -> Self {
        let mut trusted = Self::found(loader);
        trusted.given = Some(GivenConfiguration { read: Some(read) });
        trusted.add(configuration, parent(real_path));
        trusted
    }

    /// A configuration by its number.
    pub fn get(&self, number: usize) -> Option<&Configuration> {
        self.all.get(number).map(|found| &found.configuration)
    }

    /// What is said about a file of some form.
    pub fn govern(&mut self, path: &str, form: Form) -> Governed {
        let is_policy_json = form == Form::PolicyJson;
        let none = Governed { is_policy_json, ..Governed::default() };
        let Some((number, path)) = self.scoped(path) else { return none };
        let Some(Configuration { config, .. }) = self.get(number) else { return none };
        let mut governed = Governed { configuration: Some(number), ..none };
        if is_policy_json {
            let suppressions = config.suppressions_for(&path);
            governed.manifest = config.manifest_for(&path).map(|manifest| manifest.place);
            governed.suppressions = suppressions.iter().map(|found| found.place).collect();
        }
        governed
    }

    /// The options for a file, and for all others about which the same is said. They name no manifest.
    pub fn options(&mut self, path: &str, form: Form) -> Options {
        let mut options = Options::default();
        let Some((number, path)) = self.scoped(path) else { return options };
        if let Some(Configuration { config, .. }) = self.get(number) {
            options.settings = config.settings().clone();
            if form == Form::PolicyJson {
                let suppressions = config.suppressions_for(&path);
                options.suppressions = suppressions.into_iter().cloned().collect();
            }
        }
        options
    }

    /// The manifest that a configuration names for a policy.json file. One that cannot be read is a finding of the configuration.
    pub fn manifest(&mut self, path: &str) -> Option<NamedManifest> {
        let (number, path) = self.scoped(path)?;
        let found = self.all.get_mut(number)?;
        let named = found.configuration.config.manifest_for(&path)?.clone();
        let key = (number, named.place);
        if let Some(known) = self.manifests.get(&key) {
            return known.clone();
        }
        let read = self.given.as_ref().and_then(|given| given.read);
        let manifest = found.configuration.manifest(&named, self.loader, read);
        self.manifests.insert(key, manifest.clone());
        manifest
    }

    /// The number of the configuration that excludes a file.
    pub fn excluder(&mut self, path: &str) -> Option<usize> {
        let (number, path) = self.scoped(path)?;
        self.get(number)?.config.is_excluded(&path).then_some(number)
    }

    /// The number of the configuration of a file, and the path of the file as its patterns see it.
    pub fn scoped(&mut self, path: &str) -> Option<(usize, String)> {
        let folder = parent(path);
        if !self.folders.contains_key(folder) {
            let governed = self.folder(folder);
            self.folders.insert(folder.to_owned(), governed);
        }
        let folder = self.folders.get(folder)?.as_ref()?;
        let name = path.rsplit('/').next().unwrap_or(path);
        Some((folder.configuration, format!("{}{name}", folder.prefix)))
    }

    /// All configurations, and those that cannot be read.
    pub fn finish(self) -> (Vec<Configuration>, Vec<(String, LoadError)>) {
        (self.all.into_iter().map(|found| found.configuration).collect(), self.faults)
    }

    fn add(&mut self, configuration: Configuration, folder: &str) {
        let folder = if folder.is_empty() { String::new() } else { with_slash(folder) };
        self.all.push(FoundConfiguration { configuration, folder });
    }

    fn folder(&mut self, named: &str) -> Option<GovernedFolder> {
        let real = self.loader.real_folder(named);
        let configuration = match self.given {
            Some(_) => 0,
            None => self.nearest(Ladder::new(named, real.as_deref(), self.loader))?,
        };
        let from = &self.all.get(configuration)?.folder;
        let folder = real.as_deref().unwrap_or(named);
        let folder = if folder.is_empty() { String::new() } else { with_slash(folder) };
        let prefix = match folder.strip_prefix(from.as_str()) {
            Some(prefix) => prefix.to_owned(),
            None => relative_path(from, &folder)?,
        };
        Some(GovernedFolder { configuration, prefix })
    }

    /// The configuration that is nearest to a folder. Every folder on the way is looked into once.
    fn nearest(&mut self, ladder: Ladder) -> Option<usize> {
        let mut passed = Vec::new();
        let mut found = None;
        for Rung { path, folder } in ladder {
            if let Some(known) = self.nearest.get(&folder) {
                found = *known;
                break;
            }
            passed.push(folder.clone());
            match Configuration::load(&path, self.loader) {
                Ok(configuration) => {
                    self.add(configuration, &folder);
                    found = self.all.len().checked_sub(1);
                    break;
                }
                Err(error) if error.is_absent => {}
                Err(error) => {
                    self.faults.push((path, error));
                    break;
                }
            }
        }
        self.nearest.extend(passed.into_iter().map(|folder| (folder, found)));
        found
    }
}

impl Configuration {
    fn manifest(
        &mut self,
        named: &ManifestFile,
        loader: &dyn Loader,
        trusted: Option<ReadFile>,
    ) -> Option<NamedManifest> {
        let path = resolve_beside(&self.path, &named.path);
        let bounded = || {
            Role::Manifest.admit(loader, &self.path, &path)?;
            loader.read(&path)
        };
        let read = match trusted {
            Some(read) => read(&path),
            // A configuration that was only found opens nothing.
            None => bounded(),
        };
        match read {
            Ok(bytes) => Some(NamedManifest { path, bytes }),
            Err(error) => {
                self.findings.push(config::unreadable_manifest(named, &path, &self.path, &error));
                None
            }
        }
    }
}

/// The folders from one upward.
struct Ladder {
    /// The folder as it is named from here; `None` above the last one.
    name: Option<String>,
    /// Its real path, or the name where there is none.
    folder: String,
    is_real: bool,
    /// Whether a link is on the path, so that `..` may not be taken away from it.
    has_links: bool,
}

/// One folder of a [`Ladder`].
struct Rung {
    /// The path of its configuration.
    path: String,
    /// Its real path, or its name.
    folder: String,
}

impl Ladder {
    fn new(named: &str, real: Option<&str>, loader: &dyn Loader) -> Self {
        let has_links = real.is_some_and(|real| {
            let plain = match (is_absolute(named), loader.real_folder("")) {
                (true, _) => normalize(named),
                (false, Some(here)) => normalize(&format!("{here}/{named}")),
                (false, None) => return true,
            };
            plain != real
        });
        let name = if has_links { named.to_owned() } else { plain(named) };
        let folder = real.unwrap_or(&name).to_owned();
        Self { name: Some(name), folder, is_real: real.is_some(), has_links }
    }
}

impl Iterator for Ladder {
    type Item = Rung;

    fn next(&mut self) -> Option<Rung> {
        let name = self.name.take()?;
        let beside = if name.is_empty() { String::new() } else { with_slash(&name) };
        let rung = Rung { path: format!("{beside}{FILE_NAME}"), folder: self.folder.clone() };
        let above = parent(&self.folder).to_owned();
        let is_last = match self.is_real {
            true => above == self.folder || above.is_empty(),
            // Above the first folder that is known by its name alone, nothing can be told.
            false => above == self.folder || self.folder.starts_with(".."),
        };
        if !is_last {
            let climbed = format!("{}/..", if name.is_empty() { "." } else { &name });
            self.name = Some(if self.has_links { climbed } else { plain(&climbed) });
            self.folder = above;
        }
        Some(rung)
    }
}

/// The shortest name of a folder without links: empty for the one that names begin in.
fn plain(folder: &str) -> String {
    let name = normalize(folder);
    if name == "." { String::new() } else { name }
}

/// The folder of a configuration, real if that can be told.
fn folder_of(path: &str, loader: &dyn Loader) -> String {
    loader.real_folder(parent(path)).unwrap_or_else(|| parent(path).to_owned())
}

/// The folder of a path: empty for a bare name, `/` for a name at the root. That of a root is the root.
fn parent(path: &str) -> &str {
    match path.rfind('/') {
        None => "",
        Some(0) => "/",
        Some(slash) => path.get(..slash).unwrap_or(""),
    }
}

fn with_slash(folder: &str) -> String {
    format!("{}/", folder.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{Bounds, MemoryFileSystem, ProjectLoader};
    use crate::source::MemoryLoader;

    fn loader(files: MemoryFileSystem) -> ProjectLoader {
        ProjectLoader::new(Bounds::new(Box::new(files), Vec::new(), "help"))
    }

    fn paths(found: Configurations<'_>) -> Vec<String> {
        found.finish().0.into_iter().map(|found| found.path).collect()
    }

    #[test]
    fn the_nearest_configuration_governs() {
        let loader = loader(
            MemoryFileSystem::new("/r/here")
                .with("/r/gatewright.toml", "exclude = [\"/here/old/*\"]\n")
                .with("in/gatewright.toml", "")
                .with("in/deep/a.gate", "")
                .with("old/b.gate", "")
                .with("own/gatewright.toml/c.gate", ""),
        );
        let mut found = Configurations::found(&loader);
        for (path, scoped, is_excluded) in [
            ("old/b.gate", (0, "here/old/b.gate"), true),
            ("./old/b.gate", (0, "here/old/b.gate"), true),
            ("/r/here/old/b.gate", (0, "here/old/b.gate"), true),
            ("new/but/missing/x.gate", (0, "here/new/but/missing/x.gate"), false),
            ("in/deep/a.gate", (1, "deep/a.gate"), false),
            ("in/x.gate", (1, "x.gate"), false),
            // A folder of the name is not a configuration.
            ("own/x.gate", (0, "here/own/x.gate"), false),
        ] {
            assert_eq!(found.scoped(path), Some((scoped.0, scoped.1.to_owned())), "{path}");
            assert_eq!(found.excluder(path).is_some(), is_excluded, "{path}");
        }
        assert_eq!(paths(found), ["../gatewright.toml", "in/gatewright.toml"]);
    }

    #[test]
    fn without_a_disk_names_are_paths() {
        let loader =
            MemoryLoader::default().with("a/gatewright.toml", "").with("gatewright.toml", "");
        let mut found = Configurations::found(&loader);
        assert_eq!(found.scoped("a/b/x.gate"), Some((0, "b/x.gate".to_owned())));
        assert_eq!(found.scoped("c/x.gate"), Some((1, "c/x.gate".to_owned())));
        assert_eq!(found.scoped("../x.gate"), None);
        assert_eq!(found.scoped("/y/x.gate"), None);
        let mut given = Configurations::given(
            "conf/own.toml",
            &MemoryLoader::default().with("conf/own.toml", ""),
        )
        .scoped("a/x.gate");
        assert_eq!(given.take(), Some((0, "../a/x.gate".to_owned())));
    }

    #[test]
    fn a_folder_is_looked_up_once_and_a_configuration_read_once() {
        let mut files = MemoryFileSystem::new("/r").with("gatewright.toml", "");
        for (folder, file) in (0..40).flat_map(|folder| (0..5).map(move |file| (folder, file))) {
            files.insert(format!("top/f{folder}/{file}.gate"), "");
        }
        let loader = loader(files);
        let mut found = Configurations::found(&loader);
        for (folder, file) in (0..40).flat_map(|folder| (0..5).map(move |file| (folder, file))) {
            assert!(found.scoped(&format!("top/f{folder}/{file}.gate")).is_some());
        }
        assert_eq!((found.folders.len(), found.nearest.len(), found.all.len()), (40, 42, 1));
    }

    #[test]
    fn a_configuration_that_cannot_be_read_is_a_fault() {
        let loader = loader(MemoryFileSystem::new("/r").with("a.gate", ""));
        let mut given = Configurations::given("strict.toml", &loader);
        assert_eq!(given.scoped("a.gate"), None);
        let (_, faults) = given.finish();
        assert_eq!(faults, [("strict.toml".to_owned(), LoadError::absent())]);
    }
}
