//! `gatewright decompile`

use std::path::{Path, PathBuf};

use clap::Args;

use super::Output;
use super::compile::{conclude, destination, refuse_input};
use super::console::Console;
use super::disk;
use super::exit::{Exit, Fault};
use super::files;
use crate::check::{self, NamedManifest};
use crate::source::{normalize, relative_path};

/// What the help says below the arguments.
pub const HELP: &str = "\
The result is the shortest .gate text that compiles to the same policy.\n\
\n\
Example: gatewright decompile policy.json --manifest tools.json -o agent.gate";

#[derive(Debug, Args)]
pub struct Arguments {
    /// The policy.json; - is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// The server's tools, as tools/list returns them; allows globs and sets in the result
    #[arg(long, value_name = "TOOLS")]
    manifest: Option<PathBuf>,

    /// Where to write the result; - is standard output
    #[arg(short, long = "output", value_name = "OUT")]
    output_file: Option<PathBuf>,

    #[command(flatten)]
    output: Output,
}

/// Runs the command.
pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, Vec<Fault>> {
    let (file, out) = (&arguments.file, destination(arguments.output_file.as_deref()));
    if file.extension().is_some_and(|extension| extension == "gate") {
        let message = format!("{} is not a policy.json", files::quoted(file));
        return Err(Fault::new(message)
            .with_help(
                "to compile a `.gate` file, use `gatewright \
                                                  compile`",
            )
            .into());
    }
    let (bytes, manifest) = read_all(file, arguments.manifest.as_deref())?;
    refuse_input(out, file)?;
    let manifest = match (&arguments.manifest, manifest) {
        (Some(path), Some(bytes)) => {
            refuse_input(out, path)?;
            Some(NamedManifest { path: named(path, out), bytes })
        }
        _ => None,
    };
    let outcome = check::decompile(&files::name(file), bytes, manifest);
    conclude(outcome, out, arguments.output.format, |text| console.gate(text), console)
}

/// The bytes of the policy.json and of the manifest.
type PolicyAndManifest = (Vec<u8>, Option<Vec<u8>>);

/// Both files, or what is wrong with each.
fn read_all(file: &Path, manifest: Option<&Path>) -> Result<PolicyAndManifest, Vec<Fault>> {
    let disk = disk::closed(&[file.to_owned()]);
    let manifest = manifest.map(|path| files::read_named(path, &disk)).transpose();
    match (files::read_argument(file, &disk), manifest) {
        (Ok(bytes), Ok(manifest)) => Ok((bytes, manifest)),
        (bytes, manifest) => Err(bytes.err().into_iter().chain(manifest.err()).collect()),
    }
}

/// The manifest as the result shall name it: seen from the folder of the result, or as given when the
/// result has none.
pub fn named(manifest: &Path, out: Option<&Path>) -> String {
    let given = manifest.to_string_lossy().replace('\\', "/");
    let Some(out) = out else { return given };
    match (absolute(manifest), absolute(out)) {
        (Some(manifest), Some(out)) => relative_path(&out, &manifest).unwrap_or(given),
        _ => given,
    }
}

fn absolute(path: &Path) -> Option<String> {
    Some(normalize(&std::path::absolute(path).ok()?.to_string_lossy()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_is_named_as_given_without_a_result_file() {
        assert_eq!(named(Path::new("./x/../tools.json"), None), "./x/../tools.json");
        assert_eq!(
            named(Path::new("x/tools.json"), Some(Path::new("out/a.gate"))),
            "../x/tools.json"
        );
    }
}
