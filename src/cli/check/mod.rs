//! `gatewright check`
//!
//! The files that the call leads to, what is to be heard about each, all of them checked, and what is new of that said.

pub mod baseline;
mod day;
mod fix;
mod many;
mod settings;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

pub use many::ManyFiles;

use super::compile::{destination, overwrites_input};
use super::console::Console;
use super::disk::{self, Reading};
use super::exit::{Exit, Fault};
use super::files;
use super::find::{Input, Paths, Wanted, find};
use super::report::Report;
use super::{Format, Output};
use crate::check;
use crate::diagnostic::Diagnostic;
use crate::lint::Form;
use crate::lint::suppress::{Matches, Suppressed};
use crate::project::{MadeFile, ProjectLoader, RunFiles, RunInput, STANDARD_INPUT, each_policy};
use crate::source::{Loader, SourceSet};

/// What the help says below the arguments.
pub const HELP: &str = "\
Folders are searched for *.gate, policy.json and *.policy.json, honouring .gitignore. A .gate file that\n\
another checked file includes is checked as part of that file.\n\
\n\
The nearest gatewright.toml, in the folder of a file or above it, configures the rules. Files that it\n\
excludes are skipped in folders, and with --force-exclude also on the command line.\n\
\n\
Policies may read files in their own project: their repository, or else the folder on the command line,\n\
or else their own folder. Use --allow-read to allow more.\n\
\n\
A safe fix never allows a call that was blocked, and does what the author plainly meant. Fixes are\n\
applied to .gate files in the given paths until nothing changes; the rest is reported. With --diff, the\n\
report goes to standard error.\n\
\n\
Example: gatewright check policies";

#[derive(Debug, Args)]
pub struct Arguments {
    /// Files and folders, or - for standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,

    /// With -: the file name to use for standard input
    #[arg(long, value_name = "FILE")]
    stdin_filename: Option<PathBuf>,

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
    settings: settings::SettingsArguments,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    output: Output,
}

/// Runs the command.
pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, Vec<Fault>> {
    let disk = disk::opened(&arguments.named(), &arguments.reading)?;
    let flags = arguments.settings.read(&disk)?;
    let baseline = arguments.baseline.open(&disk)?;
    let paths = Paths {
        paths: &arguments.paths,
        stdin_filename: arguments.stdin_filename.as_deref(),
        wanted: Wanted::Policies,
    };
    let mut plan = flags.plan(find(paths, &disk), arguments.day.date());
    let mut faults = std::mem::take(&mut plan.faults);
    arguments.fix.begin(&plan.inputs)?;
    let mut report = Report::default();
    let run = check_all(&plan, &disk);
    faults.extend(run.faults);
    let roots: Vec<bool> = run.files.iter().map(|file| file.is_root).collect();
    let whole: Vec<bool> = run.files.iter().map(|file| file.is_whole).collect();
    let file = |file: MadeFile<Checked>| file.made.unwrap_or_else(|| Checked::part(file.input));
    let mut checked: Vec<Checked> = run.files.into_iter().map(file).collect();
    for input in checked.iter().filter_map(|checked| plan.inputs.get(checked.input)) {
        report.count_file(&input.name);
    }
    let out = destination(arguments.output_file.as_deref());
    if let Some(out) = out {
        refuse_read(out, &plan.inputs, &checked)?;
    }
    baseline.refuse_read(&plan.inputs, &checked)?;
    faults.extend(arguments.fix.run(
        &plan.inputs,
        |input| plan.options.get(input).cloned().unwrap_or_default(),
        (&mut checked, &whole),
        &disk,
        arguments.output.format,
        console,
    ));
    plan.review(&checked);
    let policies = checked.iter().zip(&roots).filter(|(_, root)| **root);
    let complete = baseline.complete(&plan.inputs, policies.map(|(checked, _)| checked));
    for (sources, findings) in plan.findings.drain(..) {
        report.add(sources, findings);
    }
    for (checked, _) in checked.into_iter().zip(roots).filter(|(_, root)| *root) {
        checked.report(&mut report);
    }
    console.faults(&faults);
    if report.files() == 0 && !faults.is_empty() {
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
    let exit = plan.exit(&report);
    Ok(if faults.is_empty() { exit } else { Exit::Fault })
}

/// Checks every policy among the files of the plan.
fn check_all(plan: &settings::Plan, disk: &ProjectLoader) -> RunFiles<Checked> {
    let inputs: Vec<RunInput<'_>> =
        plan.inputs.iter().map(|input| RunInput { name: &input.name, form: input.form }).collect();
    let input = |number: usize| plan.inputs.get(number);
    let read = |number: usize| input(number).map_or_else(|| Ok(Vec::new()), Input::read);
    let default = check::Options::default();
    let made = |number: usize, bytes: Vec<u8>, loader: &dyn Loader| {
        let options = plan.options.get(number).map_or(&default, Arc::as_ref);
        let outcome = match input(number) {
            Some(Input { name, form: Form::Gate, .. }) => {
                check::check_gate(name, bytes, loader, options)
            }
            Some(Input { name, .. }) => check::check_policy_json(name, bytes, options),
            None => return Checked::part(number),
        };
        Checked::of(number, outcome)
    };
    each_policy(&inputs, read, disk, &ManyFiles, made)
}

impl Arguments {
    /// The paths that the call names: for standard input the file that it is taken for.
    fn named(&self) -> Vec<PathBuf> {
        let real = |path: &PathBuf| match files::is_standard_input(path) {
            true => self.stdin_filename.clone().unwrap_or_else(|| STANDARD_INPUT.into()),
            false => path.clone(),
        };
        self.paths.iter().map(real).collect()
    }
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
    /// What was found and let stand.
    suppressed: Vec<Suppressed>,
    /// What the configuration's suppressions were about.
    matches: Matches,
}

impl Checked {
    /// A file of which nothing is found by itself, because it is a part of policies.
    fn part(index: usize) -> Self {
        Self {
            input: index,
            others: Vec::new(),
            sources: SourceSet::default(),
            diagnostics: Vec::new(),
            suppressed: Vec::new(),
            matches: Matches::default(),
        }
    }

    fn of(index: usize, outcome: check::Outcome<()>) -> Self {
        let check::Outcome { sources, diagnostics, suppressed, matches, .. } = outcome;
        let others = sources.iter().skip(1).map(|(_, source)| source.path().to_owned()).collect();
        let is_clean = diagnostics.is_empty() && suppressed.is_empty();
        let sources = if is_clean { SourceSet::default() } else { sources };
        Self { input: index, others, sources, diagnostics, suppressed, matches }
    }

    fn report(self, report: &mut Report) {
        let sources = Arc::new(self.sources);
        for Suppressed { diagnostic, reason, origin, .. } in self.suppressed {
            report.add_suppressed(Arc::clone(&sources), diagnostic, reason, origin);
        }
        report.add(sources, self.diagnostics);
    }
}
