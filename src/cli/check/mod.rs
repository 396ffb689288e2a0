//! `gatewright check`

pub mod baseline;
mod day;
mod fix;
mod many;
mod roots;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;

use super::compile::{destination, overwrites_input};
use super::console::Console;
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
A safe fix allows nothing that was blocked, and says what was plainly meant. Fixes are applied to\n\
.gate files until nothing changes; what is left is reported. With --diff the report goes to\n\
standard error.\n\
\n\
Example: gatewright check policies";

#[derive(Debug, Args)]
pub struct Arguments {
    /// Files and folders
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,

    /// Where to write the findings instead of standard output; - is standard output
    #[arg(long = "output", value_name = "FILE")]
    output_file: Option<PathBuf>,

    #[command(flatten)]
    fix: fix::Fixing,

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
    let results = many::each(&inputs, |index, input| {
        files::read(&input.path).map(|bytes| Checked::new(index, input, bytes, &options))
    });
    for (input, result) in inputs.iter().zip(results) {
        match result {
            Ok(one) => {
                report.count_file(&input.name);
                checked.push(one);
            }
            Err(fault) => faults.push(fault),
        }
    }
    let out = destination(arguments.output_file.as_deref());
    if let Some(out) = out {
        refuse_read(out, &inputs, &checked)?;
    }
    baseline.refuse_read(&inputs, &checked)?;
    let roots = roots::roots(&inputs, &checked);
    faults.extend(arguments.fix.run(
        &inputs,
        |_| options.clone(),
        (&mut checked, &roots),
        arguments.output.format,
        console,
    ));
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
    match out {
        Some(out) => console.report_to(out, &report, arguments.output.format)?,
        None => console.report(&report, arguments.output.format, arguments.fix.stream())?,
    }
    if arguments.output.format != Format::Json {
        notes.iter().for_each(|note| console.note(note));
    }
    let exit = Exit::from_errors(report.has_errors());
    Ok(if faults.is_empty() { exit } else { Exit::Fault })
}

/// Refuses to write findings over a file that was read.
fn refuse_read(out: &Path, inputs: &[Input], checked: &[Checked]) -> Result<(), Fault> {
    let Ok(identity) = std::fs::canonicalize(out) else { return Ok(()) };
    let others: BTreeSet<&str> =
        checked.iter().flat_map(|checked| &checked.others).map(String::as_str).collect();
    let is_out = |path: &Path| std::fs::canonicalize(path).is_ok_and(|path| path == identity);
    // The identity of a file that is read alone is not looked for.
    let is_input = |input: &Input| match inputs {
        [_] => is_out(&input.path),
        _ => input.identity == identity,
    };
    if inputs.iter().any(is_input) || others.iter().any(|other| is_out(Path::new(other))) {
        return Err(overwrites_input(out));
    }
    Ok(())
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
        Self::of(index, outcome)
    }

    fn of(index: usize, outcome: check::Outcome<()>) -> Self {
        let others = outcome.sources.iter().skip(1).map(|(_, source)| source.path());
        let others = others.map(str::to_owned).collect();
        let found = !outcome.diagnostics.is_empty();
        let sources = if found { outcome.sources } else { SourceSet::default() };
        Self { input: index, others, sources, diagnostics: outcome.diagnostics }
    }
}
