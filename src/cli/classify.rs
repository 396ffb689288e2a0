//! `gatewright classify`

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::console::{Console, Stream};
use super::disk;
use super::exit::{Exit, Fault};
use super::formats::json;
use super::report::Report;
use super::{Format, classify_table, files};
use crate::check::{self, AssessedTool};
use crate::text;

/// What the help says below the arguments.
pub const HELP: &str = "\
A tool reads, writes, executes, destroys or moves money; the most severe counts. The evidence is its\n\
name, its description, its parameters and the server's hints.\n\
\n\
Example: gatewright classify tools.json --explain delete_page";

#[derive(Debug, Args)]
pub struct Arguments {
    /// The server's tools, as tools/list returns them; - is standard input
    #[arg(value_name = "MANIFEST")]
    manifest: PathBuf,

    /// Show all evidence of this tool
    #[arg(long, value_name = "TOOL")]
    explain: Option<String>,

    /// How the tools are written: human or json.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    #[arg(hide_possible_values = true)]
    format: ToolsFormat,
}

/// The forms in which tools are written. The others are for findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum ToolsFormat {
    /// A table, for people.
    #[default]
    Human,
    /// One JSON document, for programs.
    Json,
}

/// Runs the command.
pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, Vec<Fault>> {
    let bytes = files::read_argument(&arguments.manifest, &disk::closed(&[]))?;
    let outcome = check::classify(&files::name(&arguments.manifest), bytes);
    let mut report = Report::default();
    report.count_file(files::name(&arguments.manifest));
    let value = report.take(outcome);
    console.report(&report, format_of_findings(arguments.format, &report), Stream::Error)?;
    let Some(tools) = value else { return Ok(Exit::Errors) };
    let chosen = arguments.explain.as_deref().map(|name| find(&tools, name)).transpose()?;
    match (arguments.format, chosen) {
        (ToolsFormat::Json, Some(tool)) => console.json(&document(std::slice::from_ref(tool)))?,
        (ToolsFormat::Json, None) => console.json(&document(&tools))?,
        (_, Some(tool)) => console.result(&classify_table::explanation(tool))?,
        (_, None) => {
            console.result(&classify_table::table(&tools, console.columns()))?;
            console.note(&classify_table::summary(&tools));
        }
    }
    Ok(Exit::Clean)
}

/// A program that gets its document on standard output looks for findings on standard error only when there are some.
fn format_of_findings(format: ToolsFormat, report: &Report) -> Format {
    match format {
        ToolsFormat::Json if !report.findings().is_empty() => Format::Json,
        _ => Format::Human,
    }
}

fn find<'t>(tools: &'t [AssessedTool], name: &str) -> Result<&'t AssessedTool, Fault> {
    tools.iter().find(|tool| tool.name == name).ok_or_else(|| {
        let fault = Fault::new(format!("the manifest has no tool {}", text::quote(name)));
        match text::did_you_mean(name, tools.iter().map(|tool| tool.name.as_str())) {
            Some(help) => fault.with_help(help),
            None => fault.with_help("list the tools with `gatewright classify MANIFEST`"),
        }
    })
}

#[derive(Serialize)]
struct Document<'t> {
    version: u32,
    tools: Vec<Entry<'t>>,
}

#[derive(Serialize)]
struct Entry<'t> {
    name: &'t str,
    class: &'static str,
    risk: &'static str,
    confidence: &'static str,
    /// How many of a hundred judgements of this confidence are right.
    share_right: u8,
    evidence: Vec<Piece<'t>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gateway: Option<&'t str>,
    privilege: bool,
    outbound: bool,
    reads_private: bool,
    takes_in_strangers_text: bool,
    sensitive_read: bool,
}

#[derive(Serialize)]
struct Piece<'t> {
    source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<&'t str>,
    words: &'t str,
    points_to: &'static str,
    weight: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Place>,
}

/// Zero-based offsets in the manifest, in bytes.
#[derive(Serialize)]
struct Place {
    start: u32,
    end: u32,
}

/// The tools as one JSON document, a line for each.
fn document(tools: &[AssessedTool]) -> String {
    let entries = tools.iter().map(Entry::of).collect();
    let bytes = json::lines(&Document { version: 1, tools: entries });
    String::from_utf8_lossy(&bytes).into_owned()
}

impl<'t> Entry<'t> {
    fn of(tool: &'t AssessedTool) -> Self {
        let assessment = &tool.assessment;
        let piece = |evidence: &'t crate::risk::Evidence| Piece {
            source: evidence.source.name(),
            parameter: evidence.parameter.as_deref(),
            words: &evidence.words,
            points_to: evidence.points_to.name(),
            weight: evidence.weight,
            place: evidence.place.map(|span| Place { start: span.start, end: span.end }),
        };
        Self {
            name: &tool.name,
            class: assessment.class.name(),
            risk: assessment.class.risk().name(),
            confidence: assessment.confidence.name(),
            share_right: assessment.confidence.share_right(),
            evidence: assessment.evidence.iter().map(piece).collect(),
            gateway: assessment.generic_gateway.as_deref(),
            privilege: assessment.traits.privilege,
            outbound: assessment.traits.outbound,
            reads_private: assessment.traits.reads_private,
            takes_in_strangers_text: assessment.traits.takes_in_strangers_text,
            sensitive_read: assessment.sensitive_read,
        }
    }
}
