//! The two output streams, each locked and written once per text.
//!
//! Everything that the program prints goes through [`Console::write`], which takes commands to CI runners out of it.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

use anstream::stream::{AsLockedWrite, RawStream};
use anstream::{AutoStream, ColorChoice};

use super::exit::Fault;
use super::report::{Finding, Report};
use super::root::Root;
use super::runner_commands::{Syntax, defuse, has_command_line};
use super::{Color, Format, formats, write};
use crate::input::reason;
use crate::text;

/// The variable of the environment that names the file for the summary of a step.
const STEP_SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// A stream of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output: the result of a command.
    Output,
    /// Standard error: all else.
    Error,
}

/// Where a command writes to.
#[derive(Debug)]
pub struct Console {
    color: Color,
}

impl Console {
    /// A console that uses colours as asked for.
    pub fn new(color: Color) -> Self {
        Self { color }
    }

    /// Whether colours are used on a stream: as asked for, else as the terminal and the environment say.
    pub fn colored(&self, stream: Stream) -> bool {
        let choice = match (self.color, stream) {
            (Color::Always, _) => ColorChoice::Always,
            (Color::Never, _) => ColorChoice::Never,
            (Color::Auto, Stream::Output) => AutoStream::choice(&io::stdout()),
            (Color::Auto, Stream::Error) => AutoStream::choice(&io::stderr()),
        };
        choice != ColorChoice::Never
    }

    /// How many columns the terminal has that standard output is; none when it is no terminal.
    pub fn columns(&self) -> Option<usize> {
        terminal_size::terminal_size_of(io::stdout()).map(|(columns, _)| columns.0.into())
    }

    /// Writes the result of a command to standard output, without colours.
    ///
    /// # Errors
    /// When it cannot be written. A reader that has closed the pipe has seen enough, so that is not an error.
    pub fn result(&self, text: &str) -> Result<(), Fault> {
        self.write(Stream::Output, text, Syntax::Words, false)
    }

    /// Writes a JSON document to standard output.
    ///
    /// # Errors
    /// As [`Console::result`].
    pub fn json(&self, text: &str) -> Result<(), Fault> {
        self.write(Stream::Output, text, Syntax::Json, false)
    }

    /// Writes an XML document to standard output.
    ///
    /// # Errors
    /// As [`Console::result`].
    pub fn xml(&self, text: &str) -> Result<(), Fault> {
        self.write(Stream::Output, text, Syntax::Xml, false)
    }

    /// Writes commands to the runner of GitHub Actions to standard output.
    ///
    /// # Errors
    /// As [`Console::result`].
    pub fn commands(&self, text: &str) -> Result<(), Fault> {
        self.write(Stream::Output, text, Syntax::Commands, false)
    }

    /// Writes a `.gate` text that the program made to standard output. A `#` inside a string can be written as JSON
    /// writes it, and one inside a comment carries no meaning.
    ///
    /// # Errors
    /// As [`Console::result`], and when a line begins as a command to a CI runner does: a name outside of
    /// a string has no other spelling.
    pub fn gate(&self, text: &str) -> Result<(), Fault> {
        refuse_command_lines(text, "write it to a file with `-o FILE`")?;
        self.write(Stream::Output, text, Syntax::Json, false)
    }

    /// Writes the user's own text back to standard output, byte for byte.
    ///
    /// # Errors
    /// As [`Console::gate`].
    pub fn text(&self, text: &str) -> Result<(), Fault> {
        refuse_command_lines(text, "format the file in place, without `-`")?;
        write_stream(Stream::Output, text.as_bytes(), false)
    }

    /// Writes text in a form that can spell a character in another way to standard output.
    ///
    /// # Errors
    /// As [`Console::result`].
    pub fn rendered(&self, text: &str, syntax: Syntax) -> Result<(), Fault> {
        self.write(Stream::Output, text, syntax, false)
    }

    /// Writes text with colours to standard output.
    ///
    /// # Errors
    /// As [`Console::result`].
    pub fn styled(&self, text: &str) -> Result<(), Fault> {
        self.write(Stream::Output, text, Syntax::Words, true)
    }

    /// Writes findings. Unless they are a document for programs, a summary follows on standard error. Beside a
    /// result on standard output, nothing is said to people when nothing was found.
    ///
    /// # Errors
    /// As [`Console::result`].
    pub fn report(&self, report: &Report, format: Format, stream: Stream) -> Result<(), Fault> {
        let findings = report.findings();
        let document = format.is_document();
        if findings.is_empty() && stream == Stream::Error && !document {
            return Ok(());
        }
        let colored = !document && self.colored(stream);
        let rendered = formats::render(format, report, &findings, &root(format), colored);
        if !rendered.is_empty() {
            self.write(stream, &rendered, format.syntax(), colored)?;
        }
        self.summarize_step(report, &findings, format);
        if !document {
            self.note(&report.summary(&findings).to_string());
        }
        // A document on standard error stands there alone.
        if let (Stream::Output, Some(note)) = (stream, formats::limit(format, report, &findings)) {
            self.note(&note);
        }
        Ok(())
    }

    /// Writes findings to a file, whole or not at all; the summary goes to standard error whatever their form. The
    /// file has colours only where they are asked for.
    ///
    /// # Errors
    /// Why the file cannot be written.
    pub fn report_to(&self, path: &Path, report: &Report, format: Format) -> Result<(), Fault> {
        let findings = report.findings();
        let colored = self.color == Color::Always;
        let rendered = formats::render(format, report, &findings, &root(format), colored);
        write::replace(path, &defuse(&rendered, format.syntax()))?;
        self.summarize_step(report, &findings, format);
        self.note(&report.summary(&findings).to_string());
        if let Some(note) = formats::limit(format, report, &findings) {
            self.note(&note);
        }
        Ok(())
    }

    /// Adds the findings to the summary of the step.
    fn summarize_step(&self, report: &Report, findings: &[Finding<'_>], format: Format) {
        if format == Format::Github {
            self.add_to_step_summary(&formats::step_summary(report, findings));
        }
    }

    /// Adds a section of Markdown to the summary of the step, if the runner of GitHub Actions has named a file for it. That the
    /// summary is missing changes nothing about a result, so it is not a fault.
    pub fn add_to_step_summary(&self, section: &str) {
        let named = std::env::var_os(STEP_SUMMARY).filter(|path| !path.is_empty());
        let Some(path) = named else { return };
        let file = OpenOptions::new().append(true).create(true).open(path);
        if let Err(error) = file.and_then(|mut file| file.write_all(section.as_bytes())) {
            let reason = reason(&error);
            self.note(&format!("cannot write the file named by {STEP_SUMMARY}: {reason}"));
        }
    }

    /// Writes a line for people to standard error.
    pub fn note(&self, line: &str) {
        // There is no place left to say that standard error cannot be written.
        let _ = self.write(Stream::Error, &format!("{line}\n"), Syntax::Words, false);
    }

    /// Says why the command could not be carried out.
    pub fn faults(&self, faults: &[Fault]) {
        if faults.is_empty() {
            return;
        }
        let colored = self.colored(Stream::Error);
        let (red, bold, plain) =
            if colored { ("\u{1b}[1;31m", "\u{1b}[1m", "\u{1b}[0m") } else { ("", "", "") };
        let mut out = String::new();
        for fault in faults {
            out.push_str(&format!(
                "{red}error{plain}{bold}: {}{plain}\n",
                text::clean(&fault.message)
            ));
            if let Some(help) = &fault.help {
                out.push_str(&format!("  = help: {}\n", text::clean(help)));
            }
        }
        let _ = self.write(Stream::Error, &out, Syntax::Words, colored);
    }

    /// Prints what the argument parser says: help and version to standard output, a wrong call to standard error.
    pub fn usage(&self, error: &clap::Error) {
        let stream = if error.use_stderr() { Stream::Error } else { Stream::Output };
        let colored = self.colored(stream);
        let rendered = error.render();
        let text = if colored { rendered.ansi().to_string() } else { rendered.to_string() };
        // Nobody is left to tell when the stream is closed.
        let _ = self.write(stream, &text, Syntax::Words, colored);
    }

    fn write(
        &self,
        stream: Stream,
        text: &str,
        syntax: Syntax,
        colored: bool,
    ) -> Result<(), Fault> {
        write_stream(stream, defuse(text, syntax).as_bytes(), colored)
    }
}

/// The folder that a form names files from. SARIF logs and the commands of the form `github` are read by those
/// who know the repository alone.
fn root(format: Format) -> Root {
    match format {
        Format::Sarif | Format::Github => Root::of_repository(),
        _ => Root::default(),
    }
}

fn refuse_command_lines(text: &str, help: &str) -> Result<(), Fault> {
    if !has_command_line(text) {
        return Ok(());
    }
    let message = "a line of the result begins with `::`, which CI runners treat as a command";
    Err(Fault::new(message).with_help(help))
}

fn write_stream(stream: Stream, bytes: &[u8], colored: bool) -> Result<(), Fault> {
    let written = match stream {
        Stream::Output => write_all(io::stdout().lock(), bytes, colored),
        Stream::Error => write_all(io::stderr().lock(), bytes, colored),
    };
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Fault::new(format!("cannot write the output: {}", reason(&error))))
        }
        _ => Ok(()),
    }
}

fn write_all<S>(mut stream: S, bytes: &[u8], colored: bool) -> io::Result<()>
where
    S: RawStream + AsLockedWrite,
{
    if !colored {
        stream.write_all(bytes)?;
        return stream.flush();
    }
    // Old Windows consoles know no escape sequences; this stream translates for them.
    let mut stream = AutoStream::always(stream);
    stream.write_all(bytes)?;
    stream.flush()
}
