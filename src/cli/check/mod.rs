//! `gatewright check`

pub mod baseline;
mod day;
mod roots;

use std::path::PathBuf;

use clap::Args;

use super::console::{Console, Stream};
use super::exit::{Exit, Fault};
use super::files::{self, Disk};
use super::find::{Found, Input, Kind, Wanted, find};
use super::report::Report;
use super::{Format, Output};
use crate::check;
use crate::diagnostic::Diagnostic;
use crate::source::SourceSet;

/// What the help says below the arguments.
pub const HELP: &str = "\
A folder is searched for *.gate, policy.json and *.policy.json, honouring .gitignore. A .gate file\n\
that another of the checked files includes is checked as a part of that one.\n\
\n\
Example: gatewright check policies";

#[derive(Debug, Args)]
pub struct Arguments {
    /// Files and folders
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    day: day::Day,

    #[command(flatten)]
    baseline: baseline::BaselineFiles,

    #[command(flatten)]
    output: Output,
}

/// Runs the command.
pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, Vec<Fault>> {
    let Found { inputs, mut faults } = find(&arguments.paths, Wanted::Policies);
    let baseline = arguments.baseline.open()?;
    let options = check::Options { today: Some(arguments.day.date()), ..Default::default() };
    let mut report = Report::default();
    let mut checked: Vec<Checked> = Vec::new();
    for (index, input) in inputs.iter().enumerate() {
        match files::read(&input.path) {
            Ok(bytes) => {
                report.count_file();
                checked.push(Checked::new(index, input, bytes, &options));
            }
            Err(fault) => faults.push(fault),
        }
    }
    baseline.refuse_read(&inputs, &checked)?;
    let roots = roots::roots(&inputs, &checked);
    let policies = checked.iter().zip(&roots).filter(|(_, root)| **root);
    let complete = baseline.complete(&inputs, policies.map(|(checked, _)| checked));
    for (checked, root) in checked.into_iter().zip(roots) {
        if root {
            report.add(checked.sources, checked.diagnostics);
        }
    }
    console.faults(&faults);
    if report.files() == 0 {
        return Ok(Exit::Fault);
    }
    let notes = baseline.settle(&mut report, &complete, faults.is_empty())?;
    console.report(&report, arguments.output.format, Stream::Output)?;
    if arguments.output.format != Format::Json {
        notes.iter().for_each(|note| console.note(note));
    }
    let exit = Exit::from_errors(report.has_errors());
    Ok(if faults.is_empty() { exit } else { Exit::Fault })
}

/// What was found in one file.
struct Checked {
    /// The number of the file among the inputs.
    input: usize,
    /// The files that were read for it, itself apart: `.gate` files that it includes, and manifests.
    others: Vec<String>,
    /// Empty when nothing was found: the texts of a thousand good files need not be kept.
    sources: SourceSet,
    diagnostics: Vec<Diagnostic>,
}

impl Checked {
    fn new(index: usize, input: &Input, bytes: Vec<u8>, options: &check::Options) -> Self {
        let outcome = match input.kind {
            Kind::Gate => check::check_gate(&input.name, bytes, &Disk, options),
            Kind::PolicyJson => check::check_policy_json(&input.name, bytes, options),
        };
        let others = outcome.sources.iter().skip(1).map(|(_, source)| source.path());
        let others = others.map(str::to_owned).collect();
        let found = !outcome.diagnostics.is_empty();
        let sources = if found { outcome.sources } else { SourceSet::default() };
        Self { input: index, others, sources, diagnostics: outcome.diagnostics }
    }
}
