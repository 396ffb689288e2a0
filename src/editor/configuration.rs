//! Which configuration governs a file: the nearest `gatewright.toml`, from the folder of the file upward.

use std::sync::Arc;

use super::workspace::Preferences;
use crate::check::{NamedManifest, Options};
use crate::config::{self, Config};
use crate::diagnostic::Diagnostic;
use crate::lint::Form;
use crate::source::{LoadError, Loader, Role, SourceFile, SourceSet, resolve_beside};
use crate::text::is_hidden;

/// A configuration that has been read.
#[derive(Debug)]
pub(super) struct Configuration {
    pub(super) config: Config,
    pub(super) sources: SourceSet,
    pub(super) findings: Vec<Diagnostic>,
}

/// How a file is to be checked, and what is wrong with what says so.
pub(super) struct Governed {
    pub(super) options: Options,
    /// The configuration file, if there is one.
    pub(super) configuration: Option<String>,
}

impl Configuration {
    pub(super) fn read(file: Arc<SourceFile>) -> Self {
        let mut sources = SourceSet::default();
        let file = sources.share(file);
        let (config, findings) = config::read(file, sources.text(file));
        Self { config, sources, findings }
    }
}

/// A text as a configuration writes it: as in JSON, but for characters that are escaped by their numbers.
pub(super) fn string(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            _ if is_hidden(character) => out.push_str(&format!("\\U{:08X}", u32::from(character))),
            _ => out.push(character),
        }
    }
    out.push('"');
    out
}

/// What is said about a file. `options` holds what does not come from the configuration.
pub(super) fn govern(
    path: &str,
    form: Form,
    loader: &dyn Loader,
    preferences: &Preferences,
    mut options: Options,
) -> Governed {
    let found = nearest(path, loader, preferences);
    if let Some((file, way)) = &found {
        let configuration = Configuration::read(Arc::clone(file));
        options.settings = configuration.config.settings().clone();
        if form == Form::PolicyJson {
            let suppressions = configuration.config.suppressions_for(way);
            options.suppressions = suppressions.into_iter().cloned().collect();
            options.manifest = manifest(&configuration.config, way, file.path(), loader);
        }
    }
    if !preferences.select.is_empty() {
        options.settings.select(&preferences.select);
    }
    options.settings.ignore(&preferences.ignore);
    Governed { options, configuration: found.map(|(file, _)| file.path().to_owned()) }
}

/// What is wrong with a configuration: with its text, and with the manifests that it names.
pub(super) fn findings(file: Arc<SourceFile>, loader: &dyn Loader) -> Configuration {
    let path = file.path().to_owned();
    let mut configuration = Configuration::read(file);
    for named in configuration.config.manifests() {
        let manifest = resolve_beside(&path, &named.path);
        if let Err(error) = read(&path, &manifest, loader) {
            let finding = config::unreadable_manifest(named, &manifest, &path, &error);
            configuration.findings.push(finding);
        }
    }
    configuration
}

fn manifest(
    config: &Config,
    way: &str,
    configuration: &str,
    loader: &dyn Loader,
) -> Option<NamedManifest> {
    let named = config.manifest_for(way)?;
    let path = resolve_beside(configuration, &named.path);
    let bytes = read(configuration, &path, loader).ok()?;
    Some(NamedManifest { path, bytes })
}

/// Reads a manifest that a configuration names. In an editor a configuration opens nothing, also where a setting names it:
/// settings may come with the folder.
fn read(configuration: &str, manifest: &str, loader: &dyn Loader) -> Result<Vec<u8>, LoadError> {
    Role::Manifest.admit(loader, configuration, manifest)?;
    loader.read(manifest)
}

/// The way from the folder of a configuration to a file, as its patterns see it.
pub(super) fn way(configuration: &str, path: &str, loader: &dyn Loader) -> Option<String> {
    let folder =
        configuration.rfind('/').map_or("", |slash| configuration.get(..=slash).unwrap_or(""));
    match path.strip_prefix(folder) {
        Some(way) => Some(way.to_owned()),
        None => way_down(folder, path, loader),
    }
}

/// The nearest configuration, and the way from its folder to the file.
fn nearest(
    path: &str,
    loader: &dyn Loader,
    preferences: &Preferences,
) -> Option<(Arc<SourceFile>, String)> {
    if let Some(given) = &preferences.configuration {
        let file = loader.held(given)?;
        let folder = given.rfind('/').map_or("", |slash| given.get(..=slash).unwrap_or(""));
        let way = path.strip_prefix(folder).unwrap_or(path);
        return Some((file, way.to_owned()));
    }
    let mut folder = path;
    while let Some(slash) = folder.rfind('/') {
        folder = folder.get(..slash).unwrap_or("");
        if let Some(file) = loader.held(&format!("{folder}/{}", config::FILE_NAME)) {
            let way = path.get(slash + 1..).unwrap_or("");
            return Some((file, way.to_owned()));
        }
    }
    if path.starts_with('/') {
        return None;
    }
    above(path, loader)
}

/// How many folders above that of the workspace are looked into.
const MAX_ABOVE: usize = 32;

/// The nearest configuration in the workspace's own folder or above it.
fn above(path: &str, loader: &dyn Loader) -> Option<(Arc<SourceFile>, String)> {
    let mut up = String::new();
    for _ in 0..MAX_ABOVE {
        if let Some(file) = loader.held(&format!("{up}{}", config::FILE_NAME)) {
            return Some((file, way_down(&up, path, loader)?));
        }
        up.push_str("../");
    }
    None
}

/// The way to a file from a folder above the workspace's own: its names are known to the loader alone.
fn way_down(up: &str, path: &str, loader: &dyn Loader) -> Option<String> {
    if up.is_empty() {
        return Some(path.to_owned());
    }
    let folder = loader.identity(&format!("{up}{}", config::FILE_NAME));
    let folder = folder.strip_suffix(config::FILE_NAME)?;
    let file = loader.identity(path);
    Some(file.strip_prefix(folder)?.to_owned())
}
