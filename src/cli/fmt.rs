//! `gatewright fmt`

use std::path::{Path, PathBuf};

use clap::Args;

use super::console::{Console, Stream};
use super::diff::unified;
use super::exit::{Exit, Fault};
use super::files;
use super::find::{Found, Wanted, find};
use super::report::Report;
use super::write::replace_all;
use super::{Format, Output};
use crate::check::{self, Outcome};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Span};
use crate::text;

/// The name of standard input in messages.
const STANDARD_INPUT: &str = "<stdin>";

/// What the help says below the arguments.
pub const HELP: &str = "\
Every comment and the meaning are kept. With an error in any of the files none is written.\n\
The path - formats standard input to standard output.\n\
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

    /// Write nothing; print what would change
    #[arg(long)]
    diff: bool,

    #[command(flatten)]
    output: Output,
}

/// A text as it was read.
struct Text {
    name: String,
    /// Where it lies; none for standard input.
    path: Option<PathBuf>,
    bytes: Vec<u8>,
}

/// A text before and after.
struct Formatted {
    name: String,
    /// Where the text lies; none for standard input.
    path: Option<PathBuf>,
    before: String,
    after: String,
}

/// Runs the command.
pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, Vec<Fault>> {
    let texts = read(&arguments.paths)?;
    let mut report = Report::default();
    let mut formatted = Vec::new();
    for Text { name, path, bytes } in texts {
        report.count_file(&name);
        let mut outcome = check::format(&name, bytes)
            .map_err(|fault| Fault::of_the_tool(&format!("{name}: {fault}")))?;
        formatted.extend(take(&mut outcome, name, path, arguments.check));
        report.add(outcome.sources, outcome.diagnostics);
    }
    let whole = formatted.len() == report.files();
    if whole && arguments.diff {
        console.result(&formatted.iter().map(diff).collect::<String>())?;
    }
    if whole && !arguments.diff && !arguments.check {
        write(&formatted, arguments.output.format, console)?;
    }
    console.report(&report, arguments.output.format, Stream::Error)?;
    if !whole && !report.has_errors() {
        return Err(Fault::of_the_tool("no result and no error").into());
    }
    Ok(Exit::from_errors(report.has_errors()))
}

/// The texts of the call with their names. Nothing is formatted unless all can be read.
fn read(paths: &[PathBuf]) -> Result<Vec<Text>, Vec<Fault>> {
    let dash = |path: &PathBuf| path.as_os_str() == "-";
    if paths.iter().any(dash) {
        if !paths.iter().all(dash) {
            return Err(Fault::new("`-` cannot stand beside other paths").into());
        }
        let bytes = files::read_standard_input()?;
        return Ok(vec![Text { name: STANDARD_INPUT.to_owned(), path: None, bytes }]);
    }
    let Found { inputs, mut faults } = find(paths, Wanted::Gate);
    let mut texts = Vec::new();
    for input in inputs {
        match files::read(&input.path) {
            Ok(bytes) => texts.push(Text { name: input.name, path: Some(input.path), bytes }),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(texts) } else { Err(faults) }
}

/// The text before and after, if it could be formatted; a finding is added where that is asked for and the
/// two differ.
fn take(
    outcome: &mut Outcome<String>,
    name: String,
    path: Option<PathBuf>,
    check: bool,
) -> Option<Formatted> {
    let after = outcome.value.take()?;
    let (file, source) = outcome.sources.iter().next()?;
    let before = source.text().to_owned();
    if check && before != after {
        let argument = if path.is_some() { name.as_str() } else { "-" };
        outcome.diagnostics.push(unformatted(file, &before, &after, argument));
    }
    Some(Formatted { name, path, before, after })
}

/// The finding at the first line that differs.
fn unformatted(file: FileId, before: &str, after: &str, argument: &str) -> Diagnostic {
    let mut theirs = after.split_inclusive('\n');
    let mut start = 0;
    let mut length = 0;
    for line in before.split_inclusive('\n') {
        if theirs.next() != Some(line) {
            length = line.trim_end_matches(['\n', '\r']).len();
            break;
        }
        start += line.len();
    }
    let span = Span::new(file, start, start + length);
    Diagnostic::new(Code::Unformatted, span, "the file is not formatted")
        .with_primary("the first line that differs")
        .with_help(format!("run `gatewright fmt {}`", text::clean(argument)))
}

/// Puts the changed texts in place once all of them are on the disk; standard input goes to standard output.
fn write(formatted: &[Formatted], format: Format, console: &Console) -> Result<(), Vec<Fault>> {
    let mut changed: Vec<(&str, &Path, &str)> = Vec::new();
    for file in formatted {
        match &file.path {
            None => console.result(&file.after)?,
            Some(path) if file.before != file.after => {
                changed.push((&file.name, path, &file.after));
            }
            Some(_) => {}
        }
    }
    let texts: Vec<(&Path, &str)> = changed.iter().map(|(_, path, text)| (*path, *text)).collect();
    replace_all(&texts, |number| {
        if let Some((name, ..)) = changed.get(number).filter(|_| !format.is_document()) {
            console.note(&format!("formatted {}", text::clean(name)));
        }
    })
}

/// The change as a unified diff, empty when there is none.
fn diff(file: &Formatted) -> String {
    let is_absolute = file.path.as_deref().is_some_and(Path::is_absolute);
    unified(&file.name, is_absolute, &file.before, &file.after)
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
        assert_eq!(first_difference("a\r\nb\r\n", "a\nb\n"), (0, 1));
        assert_eq!(first_difference("a\nb", "a\nb\n"), (2, 3));
        assert_eq!(first_difference("a\n", "a\nb\n"), (2, 2));
        assert_eq!(first_difference("a\n\n\n", "a\n"), (2, 2));
    }
}
