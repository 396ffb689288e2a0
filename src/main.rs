//! The command line of Gatewright.

use std::process::ExitCode;

fn main() -> ExitCode {
    gatewright::cli::main(std::env::args_os())
}
