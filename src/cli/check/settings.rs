//! What the call and the configuration files say about each of the checked files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use jiff::civil::Date;

use super::Checked;
use crate::check::{NamedManifest, Options};
use crate::cli::configurations;
use crate::cli::exit::{Exit, Fault};
use crate::cli::files;
use crate::cli::find::{Found, Input};
use crate::cli::report::Report;
use crate::config;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::Form;
use crate::project::{Configurations, Governed, ProjectLoader, SuppressionReview};
use crate::resolve::Cache;
use crate::source::SourceSet;

// No doc comment: clap would print it as the description of the command. The name must be that of no other structure of
// arguments.
#[derive(Debug, Args)]
pub(super) struct SettingsArguments {
    /// Use this configuration instead of the nearest gatewright.toml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Skip files that the configuration excludes, also on the command line
    #[arg(long)]
    force_exclude: bool,

    /// Report only these rules and errors of the language
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    select: Vec<String>,

    /// Do not report these rules
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    ignore: Vec<String>,

    /// Also fail on warnings, or on notes and warnings: warnings or notes
    #[arg(long, value_name = "WHAT", value_enum)]
    #[arg(hide_possible_values = true)]
    deny: Option<Deny>,

    /// The server's tools, as tools/list returns them, for policy.json files
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
pub(super) struct Flags<'l> {
    select: BTreeSet<Code>,
    ignore: BTreeSet<Code>,
    deny: Severity,
    manifest: Option<NamedManifest>,
    configurations: Configurations<'l>,
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
    pub(super) fn read<'l>(&self, disk: &'l ProjectLoader) -> Result<Flags<'l>, Vec<Fault>> {
        let mut faults = Vec::new();
        let select = rules(&self.select, &mut faults);
        let ignore = rules(&self.ignore, &mut faults);
        let manifest = self.manifest.as_ref().and_then(|path| {
            let bytes = files::read_named(path, disk).map_err(|fault| faults.push(fault)).ok()?;
            Some(NamedManifest { path: files::shown(path), bytes })
        });
        let configurations = configurations::open(self.config.as_deref(), disk);
        let configurations = configurations.unwrap_or_else(|fault| {
            faults.push(fault);
            Configurations::found(disk)
        });
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

impl Flags<'_> {
    /// Decides about the files that were found.
    pub(super) fn plan(mut self, mut found: Found, today: Date) -> Plan {
        let needs_manifest = found.inputs.iter().any(|input| input.form == Form::PolicyJson);
        if self.manifest.is_some() && !needs_manifest {
            found.faults.extend(needless_manifest(&found.inputs));
        }
        let fault =
            configurations::exclude(&mut self.configurations, &mut found, self.force_exclude);
        found.faults.extend(fault);
        let mut shared: BTreeMap<Governed, Arc<Options>> = BTreeMap::new();
        let cache = Arc::new(Cache::default());
        let (mut options, mut numbers) = (Vec::new(), Vec::new());
        for input in &found.inputs {
            let governed = self.configurations.govern(&input.text_path(), input.form);
            numbers.push(governed.configuration);
            let same = shared.entry(governed).or_insert_with(|| {
                let cache = Arc::clone(&cache);
                Arc::new(Options { cache, today: Some(today), ..self.options(input) })
            });
            options.push(Arc::clone(same));
        }
        let Found { inputs, mut faults, .. } = found;
        let (findings, unread) = configurations::finish(self.configurations);
        faults.extend(unread);
        Plan { inputs, options, configurations: numbers, findings, faults, deny: self.deny }
    }

    fn options(&mut self, input: &Input) -> Options {
        let path = input.text_path();
        let mut options = self.configurations.options(&path, input.form);
        options.settings.choose(&self.select, &self.ignore);
        if input.form == Form::PolicyJson {
            let given = self.manifest.clone();
            options.manifest = given.or_else(|| self.configurations.manifest(&path));
        }
        options
    }
}

impl Plan {
    /// Adds what is to be said about the suppressions of the configurations, once all files have been checked. A suppression is
    /// judged when a file was checked that it is about.
    pub(super) fn review(&mut self, checked: &[Checked]) {
        let mut reviews: BTreeMap<usize, SuppressionReview<'_>> = BTreeMap::new();
        for checked in checked {
            let (Some(Some(number)), Some(options)) =
                (self.configurations.get(checked.input), self.options.get(checked.input))
            else {
                continue;
            };
            if !options.suppressions.is_empty() {
                let review =
                    reviews.entry(*number).or_insert_with(|| SuppressionReview::new(options));
                review.add(options, &checked.matches, &checked.diagnostics);
            }
        }
        let found: Vec<_> =
            reviews.into_iter().map(|(number, review)| (number, review.finish())).collect();
        for (number, review) in found {
            if let Some((_, findings)) = self.findings.get_mut(number) {
                findings.extend(review);
            }
        }
    }

    /// How a run with these findings ends.
    pub(super) fn exit(&self, report: &Report) -> Exit {
        Exit::from_errors(report.reaches(self.deny))
    }
}

/// A manifest is given, and no file needs one. Where no file was found at all, that is fault enough.
fn needless_manifest(found: &[Input]) -> Option<Fault> {
    let message = "`--manifest` applies to policy.json files only, and none is checked";
    let help = "name the manifest in the `.gate` file: `manifest \"FILE\"`";
    (!found.is_empty()).then(|| Fault::new(message).with_help(help))
}
