//! What the call and the configuration files say about each of the checked files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use jiff::civil::Date;

use super::Checked;
use crate::check::{NamedManifest, Options};
use crate::cli::configurations::{Configurations, Governed};
use crate::cli::disk::Disk;
use crate::cli::exit::{Exit, Fault};
use crate::cli::files;
use crate::cli::find::{Found, Input, Kind};
use crate::cli::report::Report;
use crate::config;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::suppress::{self, Matches, Review, Suppression};
use crate::resolve::Cache;
use crate::source::{SourceSet, Span};

// No doc comment: clap would print it as the description of the command. The name must be that of no other structure of
// arguments.
#[derive(Debug, Args)]
pub(super) struct SettingsArguments {
    /// Read this configuration, not the nearest gatewright.toml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Leave out files that the configuration excludes also where the call names them
    #[arg(long)]
    force_exclude: bool,

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
    force_exclude: bool,
}

/// Which files are checked, and how.
#[derive(Debug)]
pub(super) struct Plan {
    /// The files: those that are excluded are left out.
    pub(super) inputs: Vec<Input>,
    /// How each of them is checked. Files with the same settings share one value.
    pub(super) options: Vec<Arc<Options>>,
    /// The number of the configuration of each.
    configurations: Vec<Option<usize>>,
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
    pub(super) fn read(&self, disk: &Arc<Disk>) -> Result<Flags, Vec<Fault>> {
        let mut faults = Vec::new();
        let select = rules(&self.select, &mut faults);
        let ignore = rules(&self.ignore, &mut faults);
        let manifest = self.manifest.as_ref().and_then(|path| {
            let bytes = files::read_named(path, disk).map_err(|fault| faults.push(fault)).ok()?;
            Some(NamedManifest { path: files::shown(path), bytes })
        });
        let configurations = match &self.config {
            None => Configurations::found(Arc::clone(disk)),
            Some(path) => Configurations::given(path, Arc::clone(disk)).unwrap_or_else(|fault| {
                faults.push(fault);
                Configurations::found(Arc::clone(disk))
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
        let force_exclude = self.force_exclude;
        Ok(Flags { select, ignore, deny, manifest, configurations, force_exclude })
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
    pub(super) fn plan(mut self, mut found: Found, today: Date) -> Plan {
        let needs_manifest = found.inputs.iter().any(|input| input.kind == Kind::PolicyJson);
        if self.manifest.is_some() && !needs_manifest {
            found.faults.extend(needless_manifest(&found.inputs));
        }
        self.configurations.exclude(&mut found, self.force_exclude);
        let mut shared: BTreeMap<Governed, Arc<Options>> = BTreeMap::new();
        let cache = Arc::new(Cache::default());
        let (mut options, mut configurations) = (Vec::new(), Vec::new());
        for input in &found.inputs {
            let governed = self.configurations.govern(input);
            configurations.push(governed.configuration);
            let same = shared.entry(governed).or_insert_with(|| {
                let cache = Arc::clone(&cache);
                Arc::new(Options { cache, today: Some(today), ..self.options(input) })
            });
            options.push(Arc::clone(same));
        }
        let Found { inputs, mut faults, .. } = found;
        let (findings, unread) = self.configurations.finish();
        faults.extend(unread);
        Plan { inputs, options, configurations, findings, faults, deny: self.deny }
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
    /// Adds what is to be said about the suppressions of the configurations, once all files have been checked. A suppression is
    /// judged when a file was checked that it is about.
    pub(super) fn review(&mut self, checked: &[Checked]) {
        let mut accepted: BTreeMap<usize, Accepted> = BTreeMap::new();
        for checked in checked {
            let (Some(Some(number)), Some(options)) =
                (self.configurations.get(checked.input), self.options.get(checked.input))
            else {
                continue;
            };
            if !options.suppressions.is_empty() {
                let accepted = accepted.entry(*number).or_insert_with(|| Accepted::new(options));
                accepted.add(options, checked);
            }
        }
        for (number, accepted) in accepted {
            if let Some((_, findings)) = self.findings.get_mut(number) {
                findings.extend(accepted.review());
            }
        }
    }

    /// How a run with these findings ends.
    pub(super) fn exit(&self, report: &Report) -> Exit {
        Exit::from_errors(report.reaches(self.deny))
    }
}

/// The suppressions of one configuration, and what they were about in all files together.
struct Accepted<'p> {
    options: &'p Options,
    suppressions: BTreeMap<Span, Suppression>,
    matches: Matches,
    complete: bool,
}

impl<'p> Accepted<'p> {
    fn new(options: &'p Options) -> Self {
        let (suppressions, matches) = (BTreeMap::new(), Matches::default());
        Self { options, suppressions, matches, complete: true }
    }

    fn add(&mut self, options: &Options, checked: &Checked) {
        for suppression in &options.suppressions {
            self.suppressions.entry(suppression.place).or_insert_with(|| suppression.clone());
        }
        self.matches.add(&checked.matches);
        self.complete &= checked.diagnostics.iter().all(|found| found.code.is_rule());
    }

    fn review(self) -> Vec<Diagnostic> {
        let Options { settings, today, .. } = self.options;
        let review = Review { settings, today: *today, complete: self.complete, root: None };
        let suppressions: Vec<Suppression> = self.suppressions.into_values().collect();
        suppress::review(&suppressions, &self.matches, &review)
    }
}

/// A manifest is given, and no file needs one. Where no file was found at all, that is fault enough.
fn needless_manifest(found: &[Input]) -> Option<Fault> {
    let message = "`--manifest` is for policy.json files, and none is checked";
    let help = "a `.gate` file names its manifest itself: `manifest \"FILE\"`";
    (!found.is_empty()).then(|| Fault::new(message).with_help(help))
}
