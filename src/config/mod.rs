//! The configuration file `gatewright.toml`: which rules are on, what they measure by, and which files they are about.
//!
//! A text comes in, a [`Config`] and everything that is wrong with the text come out. What is right holds also where
//! something else is wrong, and what is wrong is as if it were not there; a finding here is always an error, so that nothing
//! passes as clean under a configuration that says something else than its author thinks.
//!
//! Knows no disk: who finds the file, and what its paths are relative to, is the program's affair.

mod caps;
mod entries;
mod errors;
mod names;
mod patterns;
mod reader;
mod sections;
mod suppress;
mod syntax;

use self::patterns::Patterns;
use crate::diagnostic::Diagnostic;
use crate::lint::Settings;
use crate::lint::suppress::Suppression;
use crate::source::{FileId, LoadError, Span};

pub use names::{WrongName, rule};

/// The name under which the configuration is looked for.
pub const FILE_NAME: &str = "gatewright.toml";

/// The largest configuration that is read, in bytes: 1 MiB.
pub const MAX_BYTES: usize = 1024 * 1024;

/// The most findings that are reported about one configuration.
pub const MAX_FINDINGS: usize = 500;

/// The longest pattern, in bytes.
pub const MAX_PATTERN_BYTES: usize = 1000;

/// How deep the braces of a pattern may nest. Much deeper ones would be refused by the matcher, for all patterns together.
pub const MAX_PATTERN_DEPTH: usize = 16;

/// What a configuration says. Paths are relative to its folder, with `/` between their parts.
#[derive(Clone, Debug, Default)]
pub struct Config {
    settings: Settings,
    targets: Vec<&'static str>,
    excluded: Patterns,
    manifests: Vec<ManifestFile>,
    manifest_patterns: Patterns,
    suppressions: Vec<Suppression>,
    suppressed: Patterns,
}

/// The manifest that belongs to the policy.json files of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestFile {
    /// The file, as the configuration names it.
    pub path: String,
    /// Where it names it.
    pub place: Span,
}

/// Reads a configuration. Never fails: what is wrong is said in the findings, sorted by place, and left out.
pub fn read(file: FileId, text: &str) -> (Config, Vec<Diagnostic>) {
    reader::read(file, text)
}

/// A manifest that a configuration names cannot be read: looked for at a path, from the configuration at another.
pub fn unreadable_manifest(
    named: &ManifestFile,
    path: &str,
    configuration: &str,
    error: &LoadError,
) -> Diagnostic {
    errors::unreadable_manifest(named.place, path, configuration, error)
}

impl Config {
    /// Which rules are on, how severe, and the thresholds.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The targets that policies are held against; empty for all that there are.
    pub fn targets(&self) -> &[&'static str] {
        &self.targets
    }

    /// Whether a file is left out when a folder is searched.
    pub fn is_excluded(&self, path: &str) -> bool {
        self.excluded.has(path)
    }

    /// The manifest of a policy.json file: that of the first pattern that matches.
    pub fn manifest_for(&self, path: &str) -> Option<&ManifestFile> {
        let first = self.manifest_patterns.matching(path).next()?;
        self.manifests.get(first)
    }

    /// Every manifest that is named, in the order of the text.
    pub fn manifests(&self) -> &[ManifestFile] {
        &self.manifests
    }

    /// The suppressions for a policy.json file, in the order of the text.
    pub fn suppressions_for(&self, path: &str) -> Vec<&Suppression> {
        let matching = self.suppressed.matching(path);
        matching.filter_map(|index| self.suppressions.get(index)).collect()
    }
}
