//! `gatewright completions`

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::Cli;
use super::console::Console;
use super::exit::{Exit, Fault};

/// What the help says below the arguments.
pub const HELP: &str = "\
The shells are bash, elvish, fish, powershell and zsh.\n\
\n\
Example: gatewright completions fish > ~/.config/fish/completions/gatewright.fish";

#[derive(Debug, Args)]
pub struct Arguments {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    shell: Shell,
}

/// Runs the command.
pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, Vec<Fault>> {
    // The generator panics when its stream fails, so it writes to memory.
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "gatewright", &mut script);
    console.result(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Clean)
}
