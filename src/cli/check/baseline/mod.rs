//! Findings that are known already, kept in a file: a check with a baseline is about the others.
//!
//! The file is JSON with a finding on each line, sorted, so that a difference between two of them can be read. It
//! may lie anywhere and be used from anywhere: its paths are relative to itself.

mod file;
mod matching;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use self::file::Known;
use super::Checked;
use crate::cli::exit::Fault;
use crate::cli::files;
use crate::cli::find::Input;
use crate::cli::fingerprint::fingerprints;
use crate::cli::report::{Finding, Report};
use crate::cli::root::Root;
use crate::diagnostic::Diagnostic;
use crate::project::ProjectLoader;
use crate::text::{clean, count};

// No doc comment: clap would print it as the description of the command.
#[derive(Debug, Args)]
pub(super) struct BaselineFiles {
    /// Do not report findings that are in this file
    #[arg(long, value_name = "FILE", conflicts_with = "write_baseline")]
    baseline: Option<PathBuf>,

    /// Write the findings to this file for --baseline instead of reporting them
    #[arg(long, value_name = "FILE")]
    write_baseline: Option<PathBuf>,
}

/// A finding as the file keeps it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct BaselineEntry {
    file: String,
    code: String,
    message: String,
    /// In alphabetical order. The first version of the form has neither tools nor lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    tools: Option<Vec<String>>,
    /// One-based.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    fingerprint: String,
}

/// What a baseline and the findings of a run have to do with each other.
#[derive(Debug, Default, Serialize)]
pub struct BaselineComparison {
    /// How many findings are in the baseline.
    known: usize,
    /// What is in the baseline and no longer found, with paths as the run names them.
    gone: Vec<BaselineEntry>,
}

/// What a call wants of a baseline.
#[derive(Debug)]
pub(super) enum Baseline {
    /// Nothing.
    None,
    /// To leave out what is in it.
    Known(Known),
    /// To write it.
    Write(PathBuf),
}

impl BaselineFiles {
    /// Reads the baseline, if one is given.
    pub(super) fn open(&self, disk: &ProjectLoader) -> Result<Baseline, Fault> {
        if let Some(path) = &self.write_baseline {
            return Ok(Baseline::Write(path.clone()));
        }
        let Some(path) = &self.baseline else { return Ok(Baseline::None) };
        file::open(path, disk).map(Baseline::Known)
    }
}

impl Baseline {
    /// The files of which everything that is wrong was found, with what was read for them. One with an error that ended the check
    /// early is not among them. Only asked for where it matters.
    pub(super) fn complete<'c>(
        &self,
        inputs: &'c [Input],
        roots: impl Iterator<Item = &'c Checked>,
    ) -> BTreeSet<String> {
        if !matches!(self, Baseline::Known(_)) {
            return BTreeSet::new();
        }
        let mut complete = BTreeSet::new();
        for checked in roots.filter(|checked| !checked.diagnostics.iter().any(is_refusal)) {
            complete.extend(inputs.get(checked.input).map(|input| input.name.clone()));
            complete.extend(checked.others.iter().cloned());
        }
        complete
    }

    /// Takes out of the report what is in the baseline, or writes it there, unless there are files that could not be read and
    /// whose findings it would lose. The answer are lines for people.
    ///
    /// # Errors
    /// Why the file cannot be written.
    pub(super) fn settle(
        self,
        report: &mut Report,
        complete: &BTreeSet<String>,
        all_read: bool,
    ) -> Result<Vec<String>, Fault> {
        match self {
            Baseline::None => Ok(Vec::new()),
            Baseline::Known(known) => Ok(compare(known, report, complete)),
            Baseline::Write(path) if all_read => save(&path, report),
            Baseline::Write(path) => {
                let reason = "because some files could not be read";
                Ok(vec![format!("{} is not written, {reason}", files::quoted(&path))])
            }
        }
    }

    /// Refuses to write over a file that was read.
    pub(super) fn refuse_read(&self, inputs: &[Input], checked: &[Checked]) -> Result<(), Fault> {
        let Baseline::Write(path) = self else { return Ok(()) };
        let others: BTreeSet<&str> =
            checked.iter().flat_map(|checked| &checked.others).map(String::as_str).collect();
        let read = inputs.iter().map(|input| input.path.as_path());
        let is_read = path.exists()
            && read
                .chain(others.into_iter().map(Path::new))
                .any(|read| files::same_file(path, read));
        if !is_read {
            return Ok(());
        }
        let message = format!("{} is also an input", files::quoted(path));
        Err(Fault::new(message).with_help("choose another output file"))
    }
}

/// Whether it is an error of the language, which no baseline holds.
fn is_refusal(diagnostic: &Diagnostic) -> bool {
    !diagnostic.code.is_rule()
}

/// The findings of a report that a baseline may hold, by their positions, as it holds them. `root` names their files.
fn entries(findings: &[Finding<'_>], root: &Root) -> BTreeMap<usize, BaselineEntry> {
    let fingerprints = fingerprints(findings, |path| root.relative(path)).into_iter().enumerate();
    let rules = fingerprints.zip(findings).filter(|(_, finding)| !is_refusal(finding.diagnostic));
    let entry = |((position, fingerprint), finding): ((usize, String), &Finding<'_>)| {
        let diagnostic = finding.diagnostic;
        let span = diagnostic.primary.span;
        let mut tools: Vec<String> =
            diagnostic.tools.iter().map(|tool| (**tool).to_owned()).collect();
        tools.sort();
        tools.dedup();
        let source = finding.sources.get(span.file);
        let entry = BaselineEntry {
            file: root.relative(finding.sources.path(span.file)),
            code: diagnostic.code.name().to_owned(),
            message: diagnostic.message.clone(),
            tools: Some(tools),
            line: source.map(|source| source.position(span.start).line),
            fingerprint,
        };
        (position, entry)
    };
    rules.map(entry).collect()
}

fn compare(known: Known, report: &mut Report, complete: &BTreeSet<String>) -> Vec<String> {
    let Known { entries: known, root } = known;
    let mut found = entries(&report.findings(), &root);
    let gone = matching::take_known(&known, &mut found);
    // Paths of the baseline, and the same as this run names them.
    let complete: BTreeMap<String, &String> =
        complete.iter().map(|name| (root.relative(name), name)).collect();
    let as_named = |entry: &BaselineEntry| {
        Some(BaselineEntry { file: (*complete.get(&entry.file)?).clone(), ..entry.clone() })
    };
    let mut gone: Vec<BaselineEntry> = gone.into_iter().filter_map(as_named).collect();
    gone.sort();
    let mut lines: Vec<String> = gone
        .iter()
        .map(|entry| {
            let (file, message) = (clean(&entry.file), clean(&entry.message));
            format!("no longer found: {file}: {message} [{}]", clean(&entry.code))
        })
        .collect();
    if !lines.is_empty() {
        lines.push(
            "to remove them from the baseline, write it again with --write-baseline".to_owned(),
        );
    }
    let positions: BTreeSet<usize> = found.into_keys().collect();
    let known = positions.len();
    if known > 0 {
        lines.push(format!("{} left out: in the baseline", count(known, "finding")));
    }
    report.leave_out(positions, Some(BaselineComparison { known, gone }));
    lines
}

fn save(path: &Path, report: &mut Report) -> Result<Vec<String>, Fault> {
    let found = entries(&report.findings(), &file::root(path));
    let mut findings: Vec<BaselineEntry> = found.values().cloned().collect();
    findings.sort();
    let number = findings.len();
    file::write(path, findings)?;
    report.leave_out(found.into_keys().collect(), None);
    Ok(vec![format!("{} written to {}", count(number, "finding"), files::quoted(path))])
}
