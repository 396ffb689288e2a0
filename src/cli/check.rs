//! `gatewright check`

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use clap::Args;

use super::Output;
use super::console::{Console, Stream};
use super::exit::{Exit, Fault};
use super::files::{self, Disk};
use super::find::{Found, Input, Kind, Wanted, find};
use super::report::Report;
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
    output: Output,
}

/// Runs the command.
pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, Vec<Fault>> {
    let Found { inputs, mut faults } = find(&arguments.paths, Wanted::Policies);
    let mut report = Report::default();
    let mut checked: Vec<Checked> = Vec::new();
    for (index, input) in inputs.iter().enumerate() {
        match files::read(&input.path) {
            Ok(bytes) => {
                report.count_file();
                checked.push(Checked::new(index, input, bytes));
            }
            Err(fault) => faults.push(fault),
        }
    }
    let included = included(&inputs, &checked);
    let roots = roots(&included);
    for (checked, root) in checked.into_iter().zip(roots) {
        if root {
            report.add(checked.sources, checked.diagnostics);
        }
    }
    console.faults(&faults);
    if report.files() == 0 {
        return Ok(Exit::Fault);
    }
    console.report(&report, arguments.output.format, Stream::Output)?;
    let exit = Exit::from_errors(report.has_errors());
    Ok(if faults.is_empty() { exit } else { Exit::Fault })
}

/// What was found in one file.
struct Checked {
    /// The number of the file among the inputs.
    input: usize,
    /// The `.gate` files that it includes, itself apart.
    includes: Vec<String>,
    /// Empty when nothing was found: the texts of a thousand good files need not be kept.
    sources: SourceSet,
    diagnostics: Vec<Diagnostic>,
}

impl Checked {
    fn new(index: usize, input: &Input, bytes: Vec<u8>) -> Self {
        let outcome = match input.kind {
            Kind::Gate => check::check_gate(&input.name, bytes, &Disk),
            Kind::PolicyJson => check::check_policy_json(&input.name, bytes),
        };
        let others = outcome.sources.iter().skip(1).map(|(_, source)| source.path());
        let includes = others.filter(|path| path.ends_with(".gate")).map(str::to_owned).collect();
        let found = !outcome.diagnostics.is_empty();
        let sources = if found { outcome.sources } else { SourceSet::default() };
        Self { input: index, includes, sources, diagnostics: outcome.diagnostics }
    }
}

/// For each checked file, which of the checked files it includes.
fn included(inputs: &[Input], checked: &[Checked]) -> Vec<BTreeSet<usize>> {
    if checked.len() < 2 {
        return vec![BTreeSet::new(); checked.len()];
    }
    let identities = checked.iter().enumerate().filter_map(|(position, checked)| {
        Some((inputs.get(checked.input)?.identity.as_path(), position))
    });
    let identities: BTreeMap<_, _> = identities.collect();
    let mut known: BTreeMap<&str, Option<usize>> = BTreeMap::new();
    let mut position = |path| {
        *known.entry(path).or_insert_with(|| {
            let identity = std::fs::canonicalize(path).ok()?;
            identities.get(identity.as_path()).copied()
        })
    };
    checked
        .iter()
        .map(|checked| checked.includes.iter().filter_map(|path| position(path)).collect())
        .collect()
}

/// Which files are policies of their own: those that no other one includes, and of files that include each
/// other in a circle the first.
fn roots(included: &[BTreeSet<usize>]) -> Vec<bool> {
    let mut roots = vec![true; included.len()];
    for (position, includes) in included.iter().enumerate() {
        for other in includes.iter().filter(|other| **other != position) {
            if let Some(root) = roots.get_mut(*other) {
                *root = false;
            }
        }
    }
    let mut reached: BTreeSet<usize> = BTreeSet::new();
    for ((position, includes), root) in included.iter().enumerate().zip(&roots) {
        if *root {
            reached.insert(position);
            reached.extend(includes);
        }
    }
    for ((position, includes), root) in included.iter().enumerate().zip(&mut roots) {
        if reached.insert(position) {
            *root = true;
            reached.extend(includes);
        }
    }
    roots
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roots_of(included: &[&[usize]]) -> Vec<usize> {
        let included: Vec<BTreeSet<usize>> =
            included.iter().map(|includes| includes.iter().copied().collect()).collect();
        let roots = roots(&included).into_iter().enumerate();
        roots.filter(|(_, root)| *root).map(|(position, _)| position).collect()
    }

    #[test]
    fn what_another_file_includes_is_no_root() {
        assert_eq!(roots_of(&[&[], &[0], &[]]), [1, 2]);
        assert_eq!(roots_of(&[&[1, 2], &[2], &[]]), [0]);
    }

    #[test]
    fn of_a_circle_the_first_file_is_the_root() {
        assert_eq!(roots_of(&[&[1], &[0]]), [0]);
        assert_eq!(roots_of(&[&[0]]), [0]);
        assert_eq!(roots_of(&[&[1], &[0], &[0, 1]]), [2]);
        assert_eq!(roots_of(&[&[], &[2], &[1], &[4], &[3]]), [0, 1, 3]);
    }
}
