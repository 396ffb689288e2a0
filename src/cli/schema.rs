//! `gatewright schema`

use clap::Args;

use super::console::Console;
use super::exit::{Exit, Fault};
use crate::policy_json::SCHEMA;

/// What the help says below the arguments.
pub const HELP: &str = "\
The schema uses the dialect 2020-12, for editors and other validators.\n\
\n\
Example: gatewright schema > policy.schema.json";

#[derive(Debug, Args)]
pub struct Arguments {}

/// Runs the command.
pub fn run(_: &Arguments, console: &Console) -> Result<Exit, Vec<Fault>> {
    console.json(SCHEMA)?;
    Ok(Exit::Clean)
}
