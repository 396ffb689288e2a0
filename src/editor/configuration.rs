//! Which configuration governs each policy of a workspace, which policies it excludes, and what is wrong with it.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::files::Files;
use super::workspace::{Policy, Preferences};
use crate::check::Options;
use crate::diagnostic::Diagnostic;
use crate::lint::Form;
use crate::project::{Configurations, quote_path};
use crate::source::{LoadError, Loader};
use crate::text::is_hidden;

/// What the configurations say about all policies of a workspace.
#[derive(Debug, Default)]
pub(super) struct Governance {
    /// The policies that are left out of checks.
    excluded: HashSet<String>,
    /// The configurations by path, each with the policy.json files that it governs and does not exclude.
    governed: BTreeMap<String, Vec<String>>,
    /// Configurations that cannot be read.
    faults: Vec<(String, LoadError)>,
}

/// How a file is to be checked.
pub(super) struct Governed {
    pub(super) options: Options,
    /// The configuration that governs it, if there is one.
    pub(super) scope: Option<Scope>,
    /// The findings in the configuration that only this file brings up: its manifest cannot be read.
    pub(super) findings: Vec<Diagnostic>,
}

/// A file in the folder of its configuration.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The path of the configuration.
    pub configuration: String,
    /// The path of the file, as the patterns of the configuration see it.
    pub path: String,
}

impl Governance {
    /// Looks for the configurations of policies.
    pub(super) fn new(
        policies: &HashMap<String, Policy>,
        files: &Files,
        preferences: &Preferences,
    ) -> Self {
        if policies.is_empty() {
            return Self::default();
        }
        let mut configurations = configurations(files, preferences);
        let (mut excluded, mut numbered) = (HashSet::new(), Vec::new());
        for (path, policy) in policies {
            if !policy.is_found && !is_admitted(path, files) {
                continue;
            }
            let Some((number, _)) = configurations.scoped(path) else { continue };
            if configurations.excluder(path).is_some() {
                excluded.insert(path.clone());
            } else if policy.form == Form::PolicyJson {
                numbered.push((number, path.clone()));
            }
        }
        let (found, faults) = configurations.finish();
        let mut governed: BTreeMap<String, Vec<String>> =
            found.iter().map(|found| (found.path.clone(), Vec::new())).collect();
        for (number, path) in numbered {
            let paths = found.get(number).and_then(|found| governed.get_mut(&found.path));
            paths.into_iter().for_each(|paths| paths.push(path.clone()));
        }
        Self { excluded, governed, faults }
    }

    /// Whether a policy is left out of checks.
    pub(super) fn excludes(&self, path: &str) -> bool {
        self.excluded.contains(path)
    }

    /// The paths of the configurations that govern policies.
    pub(super) fn configurations(&self) -> impl Iterator<Item = &str> {
        self.governed.keys().map(String::as_str)
    }

    /// The policy.json files that a configuration governs; `None` if it governs no policy.
    pub(super) fn governed(&self, configuration: &str) -> Option<&[String]> {
        self.governed.get(configuration).map(Vec::as_slice)
    }

    /// The configurations that cannot be read, a sentence each.
    pub(super) fn faults(&self) -> impl Iterator<Item = String> {
        self.faults.iter().map(|(path, error)| {
            let help = error.help.as_ref().map_or_else(String::new, |help| format!("; {help}"));
            format!("cannot read {}: {}{help}", quote_path(path), error.reason)
        })
    }
}

/// What is said about a file. `options` holds what does not come from the configuration.
pub(super) fn govern(
    path: &str,
    form: Form,
    loader: &dyn Loader,
    preferences: &Preferences,
    mut options: Options,
) -> Governed {
    let mut configurations = configurations(loader, preferences);
    let scoped = configurations.scoped(path).filter(|_| is_admitted(path, loader));
    let (mut scope, mut findings) = (None, Vec::new());
    if let Some((number, scoped)) = scoped {
        let said = configurations.options(path, form);
        (options.settings, options.suppressions) = (said.settings, said.suppressions);
        let findings_in = |configurations: &Configurations<'_>| {
            configurations.get(number).map_or(&[][..], |found| &found.findings).to_vec()
        };
        if form == Form::PolicyJson {
            let before = findings_in(&configurations).len();
            options.manifest = configurations.manifest(path);
            findings = findings_in(&configurations).split_off(before);
        }
        let configuration = configurations.get(number).map(|found| found.path.clone());
        scope = configuration.map(|configuration| Scope { configuration, path: scoped });
    }
    options.settings.choose(&preferences.select, &preferences.ignore);
    Governed { options, scope, findings }
}

/// The configurations that count. In an editor a configuration opens nothing, also where a setting names it: settings may come with
/// the folder.
fn configurations<'l>(loader: &'l dyn Loader, preferences: &Preferences) -> Configurations<'l> {
    match &preferences.configuration {
        Some(given) => Configurations::given(given, loader),
        None => Configurations::found(loader),
    }
}

/// Whether a file that is open may lead to others: no link on its path leads it out of the project.
fn is_admitted(path: &str, loader: &dyn Loader) -> bool {
    loader.admit(path, path).is_ok()
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
