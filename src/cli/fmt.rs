//! `gatewright fmt`

use std::path::PathBuf;

use clap::Args;

use super::configurations;
use super::console::{Console, Stream};
use super::disk;
use super::exit::{Exit, Fault};
use super::find::{Found, Input, Paths, Wanted, find};
use super::interrupt;
use super::report::Report;
use super::text_diff::unified;
use super::write::{Rewrite, rewrite_all};
use super::{Format, Output};
use crate::check::{self, Outcome};
use crate::diagnostic::{Code, Diagnostic};
use crate::project::ProjectLoader;
use crate::source::{FileId, Span};
use crate::text;

/// What the help says below the arguments.
pub const HELP: &str = "\
Formatting keeps every comment and the meaning. Writes nothing if any of the files has errors.\n\
The path - formats standard input to standard output. Lines end with LF; --check also accepts CRLF.\n\
Files that the nearest gatewright.toml excludes are skipped in folders.\n\
\n\
Example: gatewright fmt policies --check";

#[derive(Debug, Args)]
pub struct Arguments {
    /// Files and folders, or -
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,

    /// Write nothing; report files that are not formatted, and exit with 1 if there are any
    #[arg(long)]
    check: bool,

    /// Write nothing; print the changes
    #[arg(long)]
    diff: bool,

    /// With -: the file name to use for standard input
    #[arg(long, value_name = "FILE")]
    stdin_filename: Option<PathBuf>,

    /// Use this configuration instead of the nearest gatewright.toml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Skip files that the configuration excludes, also on the command line
    #[arg(long)]
    force_exclude: bool,

    #[command(flatten)]
    output: Output,
}

/// The files of a call with their content.
struct Texts {
    texts: Vec<(Input, Vec<u8>)>,
    /// Standard input, if the configuration excludes it: whoever gave it waits for a text.
    passed_on: Option<Input>,
}

/// A text before and after.
struct Formatted {
    input: Input,
    before: String,
    after: String,
}

/// Runs the command.
pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, Vec<Fault>> {
    if !arguments.check && !arguments.diff {
        interrupt::watch();
    }
    let disk = disk::closed(&arguments.paths);
    let mut report = Report::default();
    let Texts { texts, passed_on } = arguments.texts(&disk, &mut report)?;
    let has_wrong_configuration = report.has_errors();
    let mut formatted = Vec::new();
    for (input, bytes) in texts {
        report.count_file(&input.name);
        let mut outcome = check::format(&input.name, bytes)
            .map_err(|fault| Fault::of_the_tool(&format!("{}: {fault}", input.name)))?;
        formatted.extend(take(&mut outcome, input, arguments.check));
        report.add(outcome.sources, outcome.diagnostics);
    }
    // A configuration with mistakes may leave out other files than its author thinks.
    let whole = formatted.len() == report.files() && !has_wrong_configuration;
    if whole && arguments.diff {
        console.result(&formatted.iter().map(diff).collect::<String>())?;
    }
    if whole && !arguments.diff && !arguments.check {
        if let Some(input) = passed_on {
            console.result(&String::from_utf8_lossy(&input.read()?))?;
        }
        write(&formatted, &disk, arguments.output.format, console)?;
    }
    console.report(&report, arguments.output.format, Stream::Error)?;
    if !whole && !report.has_errors() {
        return Err(Fault::of_the_tool("neither a result nor an error").into());
    }
    Ok(Exit::from_errors(report.has_errors()))
}

impl Arguments {
    /// The files of the call with their content. Nothing is formatted unless all can be read.
    fn texts(&self, disk: &ProjectLoader, report: &mut Report) -> Result<Texts, Vec<Fault>> {
        let mut configurations = configurations::open(self.config.as_deref(), disk)?;
        let paths = Paths {
            paths: &self.paths,
            stdin_filename: self.stdin_filename.as_deref(),
            wanted: Wanted::Gate,
        };
        let mut found = find(paths, disk);
        let standard_input = found.inputs.iter().find(|input| input.is_standard_input()).cloned();
        let fault = configurations::exclude(&mut configurations, &mut found, self.force_exclude);
        found.faults.extend(fault);
        let passed_on = standard_input.filter(|_| found.inputs.is_empty());
        let Found { inputs, mut faults, .. } = found;
        let (findings, unread) = configurations::finish(configurations);
        faults.extend(unread);
        for (sources, findings) in findings {
            report.add(sources, findings);
        }
        let mut texts = Vec::new();
        for input in inputs {
            match input.read() {
                Ok(bytes) => texts.push((input, bytes)),
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { Ok(Texts { texts, passed_on }) } else { Err(faults) }
    }
}

/// The text before and after, if it could be formatted; a finding is added where that is asked for and the
/// two differ.
fn take(outcome: &mut Outcome<String>, input: Input, check: bool) -> Option<Formatted> {
    let after = outcome.value.take()?;
    let (file, source) = outcome.sources.iter().next()?;
    let before = source.text().to_owned();
    // A checkout on Windows has other line ends than the formatter writes.
    if check && before.replace("\r\n", "\n") != after {
        let argument = if input.is_standard_input() { "-" } else { input.name.as_str() };
        outcome.diagnostics.push(unformatted(file, &before, &after, argument));
    }
    Some(Formatted { input, before, after })
}

/// The finding at the first line that differs.
fn unformatted(file: FileId, before: &str, after: &str, argument: &str) -> Diagnostic {
    let mut theirs = after.split_inclusive('\n');
    let mut start = 0;
    let mut length = 0;
    for line in before.split_inclusive('\n') {
        let same = |theirs: &str| theirs == line || Some(theirs) == with_plain_end(line).as_deref();
        if !theirs.next().is_some_and(same) {
            length = line.trim_end_matches(['\n', '\r']).len();
            break;
        }
        start += line.len();
    }
    let span = Span::new(file, start, start + length);
    Diagnostic::new(Code::Unformatted, span, "the file is not formatted")
        .with_primary("first difference here")
        .with_help(format!("run `gatewright fmt {}`", text::clean(argument)))
}

/// A line that ends with CRLF, with LF instead.
fn with_plain_end(line: &str) -> Option<String> {
    line.strip_suffix("\r\n").map(|line| format!("{line}\n"))
}

/// Puts the changed texts in place once all of them are on the disk; standard input goes to standard output.
fn write(
    formatted: &[Formatted],
    disk: &ProjectLoader,
    format: Format,
    console: &Console,
) -> Result<(), Vec<Fault>> {
    let (mut names, mut rewrites) = (Vec::new(), Vec::new());
    for Formatted { input, before, after } in formatted {
        if input.is_standard_input() {
            console.text(after)?;
        } else if before != after {
            names.push(input.name.as_str());
            rewrites.push(Rewrite::new(&input.path, before, after, disk)?);
        }
    }
    rewrite_all(&rewrites, |number| {
        if let Some(name) = names.get(number).filter(|_| !format.is_document()) {
            console.note(&format!("formatted {}", text::clean(name)));
        }
    })
}

/// The change as a unified diff, empty when there is none.
fn diff(Formatted { input, before, after }: &Formatted) -> String {
    let is_absolute = !input.is_standard_input() && input.path.is_absolute();
    unified(&input.name, is_absolute, before, after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceSet;

    fn first_difference(before: &str, after: &str) -> (u32, u32) {
        let mut sources = SourceSet::default();
        let file = sources.add("a.gate", before);
        let span = unformatted(file, before, after, "a.gate").primary.span;
        (span.start, span.end)
    }

    #[test]
    fn the_first_line_that_differs_is_marked() {
        assert_eq!(first_difference("a\nb  \nc\n", "a\nb\nc\n"), (2, 5));
        assert_eq!(first_difference("a\r\nb  \r\n", "a\nb\n"), (3, 6));
        assert_eq!(first_difference("a\nb", "a\nb\n"), (2, 3));
        assert_eq!(first_difference("a\n", "a\nb\n"), (2, 2));
        assert_eq!(first_difference("a\n\n\n", "a\n"), (2, 2));
    }
}
