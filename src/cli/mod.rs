//! The command line: arguments in, an exit code out. One file per command.
//!
//! The only layer that knows a terminal, the disk and the environment. It has no opinion about policies: each
//! command reads files, calls [`crate::check`] once for each, and writes what came of it. Standard output
//! carries only the result of a command; all else goes to standard error.

mod check;
mod classify;
mod classify_table;
mod compile;
mod completions;
mod configurations;
mod console;
mod decisions;
mod decompile;
mod diff;
mod disk;
mod exit;
mod explain;
mod files;
mod find;
mod fingerprint;
mod fmt;
mod formats;
mod git;
mod init;
mod interrupt;
mod replay;
mod report;
mod root;
mod runner_commands;
mod schema;
mod test;
mod text_diff;
mod why;
mod write;

use std::ffi::OsString;
use std::io::Write;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};

use self::console::Console;
use self::exit::{Exit, Fault};
use self::runner_commands::Syntax;
use crate::text;

/// Runs the command that the arguments name; the first argument is the program's own name.
pub fn main<I>(arguments: I) -> ExitCode
where
    I: IntoIterator,
    I::Item: Into<OsString> + Clone,
{
    panic::set_hook(Box::new(report_panic));
    let arguments: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
    guard(|| match Cli::try_parse_from(&arguments) {
        Ok(cli) => dispatch(cli),
        Err(error) => usage(&error, &arguments),
    })
    .into()
}

/// A policy language for AI agents' tools that compiles to the gateway's policy.json.
#[derive(Debug, Parser)]
#[command(name = "gatewright", version, propagate_version = false, disable_help_subcommand = true)]
#[command(
    after_help = "Exit codes: 0 no errors, 1 errors in the files, 2 the command could not be \
    carried out.\n\nExample: gatewright check policies"
)]
struct Cli {
    /// When to use colours: auto (on a terminal), always or never.
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        value_enum,
        default_value_t,
        display_order = 90
    )]
    #[arg(hide_possible_values = true)]
    color: Color,

    #[command(subcommand)]
    command: Command,
}

// The arguments of each command are built only when it is called: `defer`. The structures that hold them have
// no doc comments, because the parser would take these for the description of the command.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Command {
    /// Compile a .gate file to the gateway's policy.json
    #[command(after_help = compile::HELP)]
    Compile(compile::Arguments),
    /// Report every problem in .gate and policy.json files
    #[command(after_help = check::HELP)]
    Check(check::Arguments),
    /// Format .gate files in place
    #[command(after_help = fmt::HELP)]
    Fmt(fmt::Arguments),
    /// Compare two versions of a policy by the calls that they let through
    #[command(after_help = diff::HELP)]
    Diff(diff::Arguments),
    /// Turn a policy.json into a .gate file
    #[command(after_help = decompile::HELP)]
    Decompile(decompile::Arguments),
    /// Say whether a call gets through, and which statement decides
    #[command(after_help = why::HELP)]
    Why(why::Arguments),
    /// Decide the calls of a recording, caps included
    #[command(after_help = replay::HELP)]
    Replay(replay::Arguments),
    /// Run the tests of policies
    #[command(after_help = test::HELP)]
    Test(test::Arguments),
    /// Show what each tool of a manifest can do: its risk and the evidence
    #[command(after_help = classify::HELP)]
    Classify(classify::Arguments),
    /// Write a starter policy for the tools of a manifest
    #[command(after_help = init::HELP)]
    Init(init::Arguments),
    /// Explain a diagnostic code, or list all codes
    #[command(after_help = explain::HELP)]
    Explain(explain::Arguments),
    /// Print the JSON Schema of policy.json
    #[command(after_help = schema::HELP)]
    Schema(schema::Arguments),
    /// Print a completion script for a shell
    #[command(after_help = completions::HELP)]
    Completions(completions::Arguments),
}

// No doc comment: clap would print it as the description of every command that takes these options.
#[derive(Debug, Args)]
struct Output {
    /// The format of findings: human, concise, json, sarif, github or junit.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    #[arg(hide_possible_values = true)]
    format: Format,
}

/// The form of findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// With an excerpt of the file, for people.
    #[default]
    Human,
    /// A line for each, for people.
    Concise,
    /// One JSON document, for programs.
    Json,
    /// A SARIF log, for services for code scanning.
    Sarif,
    /// Commands to the runner of GitHub Actions, and a summary of the step.
    Github,
    /// JUnit's XML, for servers that run tests.
    Junit,
}

impl Format {
    /// Whether it is one document, beside which nothing else can stand on a stream.
    fn is_document(self) -> bool {
        matches!(self, Format::Json | Format::Sarif | Format::Junit)
    }

    /// How its texts can spell a character in another way.
    fn syntax(self) -> Syntax {
        match self {
            Format::Human | Format::Concise => Syntax::Words,
            Format::Json | Format::Sarif => Syntax::Json,
            Format::Junit => Syntax::Xml,
            Format::Github => Syntax::Commands,
        }
    }
}

/// When colours are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Color {
    /// On a terminal, unless `NO_COLOR` or `CLICOLOR` say otherwise.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

fn dispatch(cli: Cli) -> Exit {
    let console = Console::new(cli.color);
    let result = match cli.command {
        Command::Compile(arguments) => compile::run(&arguments, &console),
        Command::Check(arguments) => check::run(&arguments, &console),
        Command::Fmt(arguments) => fmt::run(&arguments, &console),
        Command::Diff(arguments) => diff::run(&arguments, &console),
        Command::Decompile(arguments) => decompile::run(&arguments, &console),
        Command::Why(arguments) => why::run(&arguments, &console),
        Command::Replay(arguments) => replay::run(&arguments, &console),
        Command::Test(arguments) => test::run(&arguments, &console),
        Command::Classify(arguments) => classify::run(&arguments, &console),
        Command::Init(arguments) => init::run(&arguments, &console),
        Command::Explain(arguments) => explain::run(&arguments, &console),
        Command::Schema(arguments) => schema::run(&arguments, &console),
        Command::Completions(arguments) => completions::run(&arguments, &console),
    };
    result.unwrap_or_else(|faults: Vec<Fault>| {
        console.faults(&faults);
        Exit::Fault
    })
}

/// Prints what the argument parser says. It quotes arguments, so what it is asked about is the same call with these
/// cleaned, in case that is wrong in the same way.
fn usage(error: &clap::Error, arguments: &[OsString]) -> Exit {
    let console = Console::new(Color::Auto);
    // Help and the version quote no argument.
    if error.exit_code() == 0 {
        console.usage(error);
        return Exit::Clean;
    }
    let shown =
        arguments.iter().map(|argument| text::clean(&argument.to_string_lossy()).into_owned());
    match Cli::try_parse_from(shown) {
        Err(cleaned) if cleaned.kind() == error.kind() => console.usage(&cleaned),
        _ => console.faults(&[Fault::new("an argument contains characters that cannot be shown")]),
    }
    Exit::Fault
}

/// Runs it; a panic is a fault of the tool and nothing worse.
fn guard(run: impl FnOnce() -> Exit) -> Exit {
    // Nothing of what the closure touched is used again, so it cannot be seen half changed.
    panic::catch_unwind(AssertUnwindSafe(run)).unwrap_or(Exit::Fault)
}

/// One line on standard error in place of Rust's own report.
fn report_panic(info: &panic::PanicHookInfo<'_>) {
    let place = info.location().map(|at| format!(" at {}:{}", at.file(), at.line()));
    let message = info.payload_as_str().unwrap_or("no message");
    let what = format!("{}{}", text::excerpt(message, 200), place.unwrap_or_default());
    let line = format!("error: {}\n", Fault::of_the_tool(&what).message);
    let _ = std::io::stderr().lock().write_all(line.as_bytes());
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        let mut command = Cli::command();
        command.build();
        command.debug_assert();
    }

    #[test]
    fn a_panic_is_a_fault() {
        assert_eq!(guard(|| panic!("on purpose")), Exit::Fault);
        assert_eq!(guard(|| Exit::Errors), Exit::Errors);
    }
}
