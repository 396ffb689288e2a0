//! `gatewright init`

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::Output;
use super::compile::{conclude, destination, refuse_input};
use super::console::Console;
use super::decompile::named;
use super::disk;
use super::exit::{Exit, Fault};
use super::files;
use crate::check;
use crate::policy::Posture;

/// What the help says below the arguments.
pub const HELP: &str = "\
Each tool gets the statements that its class calls for, with the evidence. The result is a proposal:\n\
read it before you use it. Existing files are never overwritten.\n\
\n\
Example: gatewright init tools.json -o agent.gate";

#[derive(Debug, Args)]
pub struct Arguments {
    /// The server's tools, as tools/list returns them; - is standard input
    #[arg(value_name = "MANIFEST")]
    manifest: PathBuf,

    /// Where to write the policy; - is standard output
    #[arg(short, long = "output", value_name = "FILE")]
    output_file: Option<PathBuf>,

    /// What happens to tools that the policy does not name: allow or deny
    #[arg(long = "default", value_name = "DEFAULT", value_enum, default_value_t)]
    #[arg(hide_possible_values = true)]
    posture: DefaultPolicy,

    /// With -: the path of the manifest to write in the policy
    #[arg(long, value_name = "FILE", default_value = "tools.json")]
    stdin_filename: PathBuf,

    #[command(flatten)]
    output: Output,
}

/// The postures under the names that the language has for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum DefaultPolicy {
    /// What nothing grants is blocked.
    #[default]
    Deny,
    /// What nothing blocks is open.
    Allow,
}

impl From<DefaultPolicy> for Posture {
    fn from(posture: DefaultPolicy) -> Posture {
        match posture {
            DefaultPolicy::Deny => Posture::Deny,
            DefaultPolicy::Allow => Posture::Allow,
        }
    }
}

/// Runs the command.
pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, Vec<Fault>> {
    let (manifest, out) = (&arguments.manifest, destination(arguments.output_file.as_deref()));
    let bytes = files::read_argument(manifest, &disk::closed(&[]))?;
    refuse_input(out, manifest)?;
    let called = match files::is_standard_input(manifest) {
        true => named(&arguments.stdin_filename, out),
        false => named(manifest, out),
    };
    let path = files::name(manifest);
    let outcome = check::starter(&path, bytes, &called, arguments.posture.into());
    if let (Some(out), Some(text)) = (out, &outcome.value) {
        refuse_other(out, text)?;
    }
    conclude(outcome, out, arguments.output.format, |text| console.gate(text), console)
}

/// Refuses to write over a file with another text: somebody has worked on it. Devices and pipes hold nothing.
fn refuse_other(out: &Path, text: &str) -> Result<(), Fault> {
    if !fs::metadata(out).is_ok_and(|metadata| metadata.is_file()) {
        return Ok(());
    }
    let old = files::read(out)?;
    if old == text.as_bytes() {
        return Ok(());
    }
    Err(Fault::new(format!("{} already exists", files::quoted(out)))
        .with_help("choose another file, or remove this one first"))
}
