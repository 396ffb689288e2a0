//! `gatewright compile`

use std::path::{Path, PathBuf};

use clap::Args;

use super::console::{Console, Stream};
use super::disk::{self, Reading};
use super::exit::{Exit, Fault};
use super::files;
use super::report::Report;
use super::{Format, Output, write};
use crate::check::{self, Outcome};
use crate::source::SourceSet;

/// What the help says below the arguments.
pub const HELP: &str = "\
Writes nothing if there are errors. Findings go to standard error. A policy may read files in its own\n\
project: its repository, or else its folder. Use --allow-read to allow more.\n\
\n\
Example: gatewright compile agent.gate -o policy.json";

#[derive(Debug, Args)]
pub struct Arguments {
    /// The .gate file; - is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Where to write the result; - is standard output
    #[arg(short, long = "output", value_name = "OUT")]
    output_file: Option<PathBuf>,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    output: Output,
}

/// Runs the command.
pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, Vec<Fault>> {
    let (file, out) = (&arguments.file, destination(arguments.output_file.as_deref()));
    if file.extension().is_some_and(|extension| extension == "json") {
        let message = format!("{} is not a `.gate` file", files::quoted(file));
        return Err(Fault::new(message)
            .with_help("to turn a policy.json into a `.gate` file, use `gatewright decompile`")
            .into());
    }
    let disk = disk::opened(std::slice::from_ref(file), &arguments.reading)?;
    let bytes = files::read_argument(file, &disk)?;
    refuse_input(out, file)?;
    let outcome = check::compile(&files::name(file), bytes, &disk);
    refuse_sources(out, &outcome.sources)?;
    conclude(outcome, out, arguments.output.format, |text| console.json(text), console)
}

/// The file to write, none for standard output. A device that is standard output is not a file to replace.
pub fn destination(output_file: Option<&Path>) -> Option<&Path> {
    let names = ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];
    output_file.filter(|path| !names.iter().any(|name| *path == Path::new(name)))
}

/// Reports what was found, and writes the result if there is one: to its file, or with `print`.
pub fn conclude(
    outcome: Outcome<String>,
    out: Option<&Path>,
    format: Format,
    print: impl FnOnce(&str) -> Result<(), Fault>,
    console: &Console,
) -> Result<Exit, Vec<Fault>> {
    let mut report = Report::default();
    report.count_file(outcome.sources.iter().next().map_or("", |(_, source)| source.path()));
    let value = report.take(outcome);
    console.report(&report, format, Stream::Error)?;
    match (value, out) {
        (Some(text), Some(path)) => write::replace(path, &text)?,
        (Some(text), None) => print(&text)?,
        (None, _) if report.has_errors() => return Ok(Exit::Errors),
        (None, _) => return Err(Fault::of_the_tool("neither a result nor an error").into()),
    }
    Ok(Exit::Clean)
}

/// Refuses to write a result over the file that it was made from.
pub fn refuse_input(out: Option<&Path>, input: &Path) -> Result<(), Fault> {
    match out {
        Some(out) if files::same_file(out, input) => Err(overwrites_input(out)),
        _ => Ok(()),
    }
}

/// The fault of a call that would write over what it reads.
pub fn overwrites_input(out: &Path) -> Fault {
    let message = format!("{} is also an input", files::quoted(out));
    Fault::new(message).with_help("choose another output file")
}

/// The same for everything that the input includes.
fn refuse_sources(out: Option<&Path>, sources: &SourceSet) -> Result<(), Fault> {
    sources.iter().try_for_each(|(_, source)| refuse_input(out, Path::new(source.path())))
}
