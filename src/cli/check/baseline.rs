//! Findings that are known already, kept in a file: a check with a baseline is about the others.
//!
//! The file is JSON with a finding on each line, sorted, so that a difference between two of them can be read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::Checked;
use crate::cli::exit::Fault;
use crate::cli::find::Input;
use crate::cli::fingerprint::fingerprints;
use crate::cli::formats::json;
use crate::cli::report::{Finding, Report};
use crate::cli::{files, write};
use crate::diagnostic::Diagnostic;
use crate::json::{Node, Value};
use crate::source::{SourceSet, Span, decode};
use crate::text::{clean, count, quote};

/// The version of the file's form that this program reads and writes.
const VERSION: u32 = 1;

/// How to get a file that is right.
const ANEW: &str = "write it with `gatewright check PATH --write-baseline FILE`";

// No doc comment: clap would print it as the description of the command.
#[derive(Debug, Args)]
pub(super) struct BaselineFiles {
    /// Leave out the findings that stand in this file
    #[arg(long, value_name = "FILE", conflicts_with = "write_baseline")]
    baseline: Option<PathBuf>,

    /// Write the findings to this file for --baseline instead of reporting them
    #[arg(long, value_name = "FILE")]
    write_baseline: Option<PathBuf>,
}

/// A finding as the file keeps it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Entry {
    file: String,
    code: String,
    fingerprint: String,
    message: String,
}

/// What a baseline and the findings of a run have to do with each other.
#[derive(Debug, Default, Serialize)]
pub struct Comparison {
    /// How many findings stand in the baseline.
    known: usize,
    /// What stands in the baseline and is found no more.
    gone: Vec<Entry>,
}

/// What a call wants of a baseline.
#[derive(Debug)]
pub(super) enum Baseline {
    /// Nothing.
    None,
    /// To leave out what stands in it.
    Known(Vec<Entry>),
    /// To write it.
    Write(PathBuf),
}

impl BaselineFiles {
    /// Reads the baseline, if one is given.
    pub(super) fn open(&self) -> Result<Baseline, Fault> {
        if let Some(path) = &self.write_baseline {
            return Ok(Baseline::Write(path.clone()));
        }
        let Some(path) = &self.baseline else { return Ok(Baseline::None) };
        let bytes = files::read(path).map_err(|fault| fault.with_help(ANEW))?;
        read(path, bytes).map(Baseline::Known)
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

    /// Takes out of the report what stands in the baseline, or writes it there, unless there are files that could not be read and
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
            Baseline::Known(entries) => Ok(compare(entries, report, complete)),
            Baseline::Write(path) if all_read => save(&path, report),
            Baseline::Write(path) => {
                let reason = "because not everything could be read";
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
        let message = format!("{} is an input of this call", files::quoted(path));
        Err(Fault::new(message).with_help("give another file to write to"))
    }
}

/// Whether it is an error of the language, which no baseline holds.
fn is_refusal(diagnostic: &Diagnostic) -> bool {
    !diagnostic.code.is_rule()
}

/// The findings of a report that a baseline may hold, by their positions, as it holds them.
fn entries(findings: &[Finding<'_>]) -> BTreeMap<usize, Entry> {
    let fingerprints = fingerprints(findings).into_iter().enumerate().zip(findings);
    let rules = fingerprints.filter(|(_, finding)| !is_refusal(finding.diagnostic));
    let entry = |((position, fingerprint), finding): ((usize, String), &Finding<'_>)| {
        let diagnostic = finding.diagnostic;
        let entry = Entry {
            file: finding.sources.path(diagnostic.primary.span.file).to_owned(),
            code: diagnostic.code.name().to_owned(),
            fingerprint,
            message: diagnostic.message.clone(),
        };
        (position, entry)
    };
    rules.map(entry).collect()
}

fn compare(known: Vec<Entry>, report: &mut Report, complete: &BTreeSet<String>) -> Vec<String> {
    let mut absent: BTreeMap<(String, String, String), Entry> = known
        .into_iter()
        .map(|entry| ((entry.file.clone(), entry.code.clone(), entry.fingerprint.clone()), entry))
        .collect();
    let mut found = entries(&report.findings());
    found.retain(|_, entry| {
        let key = (entry.file.clone(), entry.code.clone(), entry.fingerprint.clone());
        absent.remove(&key).is_some()
    });
    let mut gone: Vec<Entry> =
        absent.into_values().filter(|entry| complete.contains(&entry.file)).collect();
    gone.sort();
    let mut lines: Vec<String> = gone
        .iter()
        .map(|entry| {
            let (file, message) = (clean(&entry.file), clean(&entry.message));
            format!("fixed since the baseline: {file}: {message} [{}]", clean(&entry.code))
        })
        .collect();
    if !lines.is_empty() {
        lines.push("write the baseline anew, so that they stay fixed: --write-baseline".to_owned());
    }
    if !found.is_empty() {
        lines.push(format!("{} left out: in the baseline", count(found.len(), "finding")));
    }
    let known = found.len();
    report.leave_out(found.into_keys().collect(), Some(Comparison { known, gone }));
    lines
}

#[derive(Serialize)]
struct Document {
    version: u32,
    findings: Vec<Entry>,
}

fn save(path: &Path, report: &mut Report) -> Result<Vec<String>, Fault> {
    let found = entries(&report.findings());
    let mut findings: Vec<Entry> = found.values().cloned().collect();
    findings.sort();
    let number = findings.len();
    let bytes = json::lines(&Document { version: VERSION, findings });
    write::replace(path, &String::from_utf8_lossy(&bytes))?;
    report.leave_out(found.into_keys().collect(), None);
    Ok(vec![format!("{} written to {}", count(number, "finding"), files::quoted(path))])
}

/// The entries of a baseline.
fn read(path: &Path, bytes: Vec<u8>) -> Result<Vec<Entry>, Fault> {
    let name = files::quoted(path);
    let no_text = |_| Fault::new(format!("the baseline {name} is no text")).with_help(ANEW);
    let text = decode(bytes).map_err(no_text)?;
    let mut sources = SourceSet::default();
    let file = sources.add(path.to_string_lossy(), text);
    let wrong = |span: Span, message: &str| {
        let at = sources.get(file).map(|file| file.position(span.start));
        let (line, column) = at.map_or((1, 1), |at| (at.line, at.column));
        let place = format!("line {line}, column {column}");
        Fault::new(format!("the baseline {name} is broken at {place}: {message}")).with_help(ANEW)
    };
    let root = crate::json::parse(file, sources.text(file))
        .map_err(|finding| wrong(finding.primary.span, &finding.message))?;
    entries_of(&root).map_err(|Shape { span, message }| wrong(span, &message))
}

/// What has another shape than it should, and where.
struct Shape {
    span: Span,
    message: String,
}

fn entries_of(root: &Node) -> Result<Vec<Entry>, Shape> {
    let version = member(root, "version")?;
    match &version.value {
        Value::Number(number) if **number == *VERSION.to_string() => {}
        Value::Number(number) => {
            let message = format!("its version is {}, and only {VERSION} is known", quote(number));
            return Err(Shape { span: version.span, message });
        }
        _ => return Err(no_kind(version, "`version`", "a number")),
    }
    let findings = member(root, "findings")?;
    let Value::Array(items) = &findings.value else {
        return Err(no_kind(findings, "`findings`", "a list"));
    };
    items.iter().map(entry).collect()
}

fn entry(node: &Node) -> Result<Entry, Shape> {
    let text = |key| {
        let value = member(node, key)?;
        let text = value.as_str().ok_or_else(|| no_kind(value, &quote(key), "a string"))?;
        Ok(text.to_owned())
    };
    Ok(Entry {
        file: text("file")?,
        code: text("code")?,
        fingerprint: text("fingerprint")?,
        message: text("message")?,
    })
}

fn member<'n>(node: &'n Node, key: &str) -> Result<&'n Node, Shape> {
    let Value::Object(members) = &node.value else {
        return Err(no_kind(node, "what stands here", "an object"));
    };
    let found = members.iter().find(|member| *member.key == *key);
    let missing =
        || Shape { span: node.head(), message: format!("the key {} is missing", quote(key)) };
    found.map(|member| &member.value).ok_or_else(missing)
}

fn no_kind(node: &Node, what: &str, kind: &str) -> Shape {
    Shape { span: node.head(), message: format!("{what} is {}, not {kind}", node.kind()) }
}
