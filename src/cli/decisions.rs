//! What `why`, `replay` and `test` share: reading the policy, and showing which part of it decides.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::configurations;
use super::console::{Console, Stream};
use super::disk::{self, Reading};
use super::exit::{Exit, Fault};
use super::report::Report;
use super::{Format, files};
use crate::check::{self, Decider, Options};
use crate::decide::{CallOutcome, Decision};
use crate::lint::Form;
use crate::source::{Position, SourceSet, Span};
use crate::text;

/// The most characters of a statement in a document for programs, and of a line for people.
const MAX_STATEMENT: usize = 2_000;
const MAX_LINE: usize = 160;

/// The forms in which decisions are written. The others are for findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum DecisionFormat {
    /// Words, for people.
    #[default]
    Human,
    /// One JSON document, for programs.
    Json,
}

// No doc comment: clap would print it as the description of every command that takes these options.
#[derive(Debug, Args)]
pub struct PolicyArguments {
    /// The policy: a .gate file or a policy.json
    #[arg(value_name = "POLICY")]
    pub file: PathBuf,

    #[command(flatten)]
    reading: Reading,

    /// The format of the answer: human or json.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    #[arg(hide_possible_values = true)]
    pub format: DecisionFormat,
}

/// A policy that decides calls, and its texts.
pub struct OpenPolicy {
    pub decider: Decider,
    pub sources: SourceSet,
}

/// The policy of a call, and the other one that it names.
pub type OpenPolicies = (OpenPolicy, Option<OpenPolicy>);

impl PolicyArguments {
    /// Reads the policy, and another one.
    ///
    /// # Errors
    /// A file cannot be read. Errors in a policy are printed; then the code is that of the program.
    pub fn open(
        &self,
        other: Option<&Path>,
        console: &Console,
    ) -> Result<Result<OpenPolicies, Exit>, Vec<Fault>> {
        let paths: Vec<PathBuf> =
            [Some(self.file.as_path()), other].into_iter().flatten().map(Path::to_owned).collect();
        let disk = disk::opened(&paths, &self.reading)?;
        let mut configurations = configurations::open(None, &disk)?;
        let mut report = Report::default();
        let mut opened = Vec::new();
        for path in &paths {
            let bytes = files::read_named(path, &disk)?;
            let form = form(path);
            let manifest = match form {
                Form::PolicyJson => configurations.manifest(&path.to_string_lossy()),
                Form::Gate => None,
            };
            let options = Options { manifest, ..Options::default() };
            let outcome = check::decider(&files::name(path), form, bytes, &disk, &options);
            report.count_file(files::name(path));
            let sources = outcome.sources.clone();
            opened.extend(report.take(outcome).map(|decider| OpenPolicy { decider, sources }));
        }
        if report.has_errors() {
            console.report(&report, Format::Human, Stream::Error)?;
            return Ok(Err(Exit::Errors));
        }
        let mut opened = opened.into_iter();
        match (opened.next(), opened.next()) {
            (Some(policy), other) => Ok(Ok((policy, other))),
            (None, _) => Err(Fault::of_the_tool("neither a policy nor an error").into()),
        }
    }
}

/// The form of a policy that the call names.
pub fn form(path: &Path) -> Form {
    match path.extension() {
        Some(extension) if extension == "json" => Form::PolicyJson,
        _ => Form::Gate,
    }
}

impl OpenPolicy {
    /// The statement that decides, for programs.
    pub fn statement(&self, tool: &str, decision: &Decision) -> Option<StatementEntry> {
        StatementEntry::new(&self.sources, self.decider.statement(tool, &decision.cause)?)
    }

    /// The statement that decides, for people: `agent.gate:3: allow x`.
    pub fn statement_line(&self, tool: &str, decision: &Decision) -> String {
        match self.decider.statement(tool, &decision.cause) {
            Some(span) => statement_line(&self.sources, span),
            None => "`default`, which is left out and denies".to_owned(),
        }
    }
}

/// A statement with its place: `agent.gate:3: allow x`.
pub fn statement_line(sources: &SourceSet, span: Span) -> String {
    let Some(source) = sources.get(span.file) else { return String::new() };
    let place = format!("{}:{}", text::clean(source.path()), source.position(span.start).line);
    if sources.is_withheld(span.file) {
        return place;
    }
    let words: Vec<&str> = sources.slice(span).split_whitespace().collect();
    format!("{place}: {}", text::excerpt(&words.join(" "), MAX_LINE))
}

/// A place in a file, as `check --format json` writes it, and the text there.
#[derive(Serialize)]
pub struct StatementEntry {
    file: String,
    start: StatementPosition,
    end: StatementPosition,
    text: String,
}

#[derive(Serialize)]
struct StatementPosition {
    line: u32,
    column: u32,
    offset: u32,
}

impl From<Position> for StatementPosition {
    fn from(at: Position) -> Self {
        Self { line: at.line, column: at.column, offset: at.offset }
    }
}

impl StatementEntry {
    /// The entry of a span.
    pub fn new(sources: &SourceSet, span: Span) -> Option<Self> {
        let source = sources.get(span.file)?;
        let is_withheld = sources.is_withheld(span.file);
        let shown = if is_withheld { "" } else { sources.slice(span) };
        Some(Self {
            file: source.path().to_owned(),
            start: source.position(span.start).into(),
            end: source.position(span.end).into(),
            text: shown.chars().take(MAX_STATEMENT).collect(),
        })
    }
}

/// The corner of a decision, for programs: the first one.
pub fn corner(decision: &Decision) -> Option<&'static str> {
    decision.corners.iter().next().map(crate::policy::semantics::Corner::name)
}

/// The corners of a decision, for people: a line for each.
pub fn corner_lines(decision: &Decision) -> String {
    let line = |corner: crate::policy::semantics::Corner| {
        format!(
            "  caution: this verdict depends on undocumented behaviour of the gateway: {}\n",
            corner.behaviour()
        )
    };
    decision.corners.iter().map(line).collect()
}

/// A call for people: `create_refund {"amount": 200}`.
pub fn shown_call(tool: &str, arguments: &crate::policy::Literal) -> String {
    let mut json = String::new();
    arguments.write_json(&mut json);
    format!("{} {}", text::name(tool), text::excerpt(&json, MAX_LINE))
}

/// A literal as a value of a JSON document. Numbers keep their spelling.
pub fn json_value(value: &crate::policy::Literal) -> Box<serde_json::value::RawValue> {
    let fallback = || serde_json::value::RawValue::NULL.to_owned();
    serde_json::value::RawValue::from_string(value.to_json()).unwrap_or_else(|_| fallback())
}

/// How many calls had each verdict.
#[derive(Clone, Copy, Debug, Default)]
pub struct VerdictCounts([u64; CallOutcome::ALL.len()]);

impl VerdictCounts {
    /// Counts a verdict.
    pub fn add(&mut self, outcome: CallOutcome) {
        if let Some(count) = self.0.get_mut(outcome as usize) {
            *count += 1;
        }
    }

    /// The number of calls with a verdict.
    pub fn get(&self, outcome: CallOutcome) -> u64 {
        self.0.get(outcome as usize).copied().unwrap_or(0)
    }
}
