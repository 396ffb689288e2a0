//! What the call and the configuration files say about each of the checked files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::configurations::{Configurations, Governed};
use crate::check::{NamedManifest, Options};
use crate::cli::exit::{Exit, Fault};
use crate::cli::files;
use crate::cli::find::{Input, Kind};
use crate::cli::report::Report;
use crate::config;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::source::SourceSet;

// No doc comment: clap would print it as the description of the command. The name must be that of no other structure of
// arguments.
#[derive(Debug, Args)]
pub(super) struct SettingsArguments {
    /// Read this configuration, not the nearest gatewright.toml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Report these rules only, besides errors of the language
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    select: Vec<String>,

    /// Do not report these rules
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    ignore: Vec<String>,

    /// Fail also for warnings, or for notes and warnings: warnings or notes
    #[arg(long, value_name = "WHAT", value_enum)]
    #[arg(hide_possible_values = true)]
    deny: Option<Deny>,

    /// The server's tools, as tools/list returns them: for policy.json files
    #[arg(long, value_name = "TOOLS")]
    manifest: Option<PathBuf>,
}

/// What counts as a failure besides errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Deny {
    /// Warnings.
    Warnings,
    /// Notes, and warnings too.
    Notes,
}

/// The flags of a call, read and found right.
#[derive(Debug)]
pub(super) struct Flags {
    select: BTreeSet<Code>,
    ignore: BTreeSet<Code>,
    deny: Severity,
    manifest: Option<NamedManifest>,
    configurations: Configurations,
}

/// Which files are checked, and how.
#[derive(Debug)]
pub(super) struct Plan {
    /// The files: those that are excluded are left out.
    pub(super) inputs: Vec<Input>,
    /// How each of them is checked. Files with the same settings share one value.
    pub(super) options: Vec<Arc<Options>>,
    /// What is wrong with the configurations.
    pub(super) findings: Vec<(SourceSet, Vec<Diagnostic>)>,
    /// What makes the call one that cannot be carried out as asked.
    pub(super) faults: Vec<Fault>,
    deny: Severity,
}

impl SettingsArguments {
    /// Reads what the flags name.
    ///
    /// # Errors
    /// Everything that is wrong with the flags.
    pub(super) fn read(&self) -> Result<Flags, Vec<Fault>> {
        let mut faults = Vec::new();
        let select = rules(&self.select, &mut faults);
        let ignore = rules(&self.ignore, &mut faults);
        let manifest = self.manifest.as_ref().and_then(|path| {
            let bytes = files::read(path).map_err(|fault| faults.push(fault)).ok()?;
            Some(NamedManifest { path: files::shown(path), bytes })
        });
        let configurations = match &self.config {
            None => Configurations::found(),
            Some(path) => Configurations::given(path).unwrap_or_else(|fault| {
                faults.push(fault);
                Configurations::found()
            }),
        };
        let deny = match self.deny {
            None => Severity::Error,
            Some(Deny::Warnings) => Severity::Warning,
            Some(Deny::Notes) => Severity::Info,
        };
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Flags { select, ignore, deny, manifest, configurations })
    }
}

/// The rules of a flag.
fn rules(names: &[String], faults: &mut Vec<Fault>) -> BTreeSet<Code> {
    let mut rules = BTreeSet::new();
    for name in names {
        match config::rule(name.trim()) {
            Ok(code) => {
                rules.insert(code);
            }
            Err(wrong) => faults.push(Fault::new(wrong.message).with_help(wrong.help)),
        }
    }
    rules
}

impl Flags {
    /// Decides about the files that were found.
    pub(super) fn plan(mut self, found: Vec<Input>) -> Plan {
        let mut faults = Vec::new();
        if self.manifest.is_some() && !found.iter().any(|input| input.kind == Kind::PolicyJson) {
            faults.extend(needless_manifest(&found));
        }
        let mut shared: BTreeMap<Governed, Arc<Options>> = BTreeMap::new();
        let (mut inputs, mut options) = (Vec::new(), Vec::new());
        let mut excluded = None;
        for input in found {
            let governed = self.configurations.govern(&input);
            if governed.is_excluded && !input.is_named {
                excluded = excluded.or(self.configurations.name(&governed).map(str::to_owned));
                continue;
            }
            let same = shared.get(&governed).cloned();
            let same = same.unwrap_or_else(|| Arc::new(self.options(&input)));
            shared.insert(governed, Arc::clone(&same));
            inputs.push(input);
            options.push(same);
        }
        if let (true, Some(name)) = (inputs.is_empty(), excluded) {
            faults.push(all_excluded(&name));
        }
        let (findings, unread) = self.configurations.finish();
        faults.extend(unread);
        Plan { inputs, options, findings, faults, deny: self.deny }
    }

    fn options(&mut self, input: &Input) -> Options {
        let mut options = self.configurations.options(input);
        if !self.select.is_empty() {
            options.settings.select(&self.select);
        }
        options.settings.ignore(&self.ignore);
        if input.kind == Kind::PolicyJson {
            let given = self.manifest.clone();
            options.manifest = given.or_else(|| self.configurations.manifest(input));
        }
        options
    }
}

impl Plan {
    /// How a run with these findings ends.
    pub(super) fn exit(&self, report: &Report) -> Exit {
        Exit::from_errors(report.reaches(self.deny))
    }
}

/// A manifest is given, and no file needs one. Where no file was found at all, that is fault enough.
fn needless_manifest(found: &[Input]) -> Option<Fault> {
    let message = "`--manifest` is for policy.json files, and none is checked";
    let help = "a `.gate` file names its manifest itself: `manifest \"FILE\"`";
    (!found.is_empty()).then(|| Fault::new(message).with_help(help))
}

fn all_excluded(configuration: &str) -> Fault {
    let name = crate::text::clean(configuration);
    Fault::new(format!("`{name}` excludes every file that was found"))
        .with_help("a file that the call names itself is checked all the same")
}
