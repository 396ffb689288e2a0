//! Two policies that the call names.

use std::path::Path;

use super::side::{NamedFile, read_manifest, read_named};
use super::{Arguments, ComparedPolicy, Comparisons};
use crate::check::{Decider, NamedManifest};
use crate::cli::disk::Reading;
use crate::cli::exit::Fault;
use crate::cli::files::is_standard_input;
use crate::cli::find::form_of_named;
use crate::lint::Form;
use crate::project::{Configurations, quote_path};
use crate::resolve::is_test_file;

/// Compares OLD and NEW.
pub(super) fn compare(arguments: &Arguments) -> Result<Comparisons, Vec<Fault>> {
    let [old, new] = arguments.paths.as_slice() else {
        let message = "`gatewright diff` compares two policies";
        let help = "name the old and the new one, or use `--against REV`";
        return Err(Fault::new(message).with_help(help).into());
    };
    if is_standard_input(old) && is_standard_input(new) {
        return Err(Fault::new("only one of the two policies can be standard input").into());
    }
    let reading = &arguments.reading;
    let mut all = Comparisons::default();
    let manifests = [&arguments.old_manifest, &arguments.new_manifest]
        .map(|manifest| read_manifest(manifest.as_deref(), reading, &mut all.report));
    let [old_manifest, new_manifest] = manifests;
    let old = policy(old, old_manifest?, reading, &mut all)?;
    let new = policy(new, new_manifest?, reading, &mut all)?;
    if let ((old_name, Some(old)), (new_name, Some(new))) = (old, new)
        && !all.report.has_errors()
    {
        let path = new_name.clone();
        let compared = ComparedPolicy::new(Some((old_name, &old)), Some((new_name, &new)), path);
        all.policies.push(compared);
    }
    Ok(all)
}

/// Reads one of the policies; `None` if it has errors, which are reported.
fn policy(
    argument: &Path,
    manifest: Option<NamedManifest>,
    reading: &Reading,
    all: &mut Comparisons,
) -> Result<(String, Option<Decider>), Vec<Fault>> {
    let NamedFile { side, path, bytes } = read_named(argument, reading)?;
    if is_test_file(&path) {
        let message = format!("{} is a test file, not a policy", quote_path(&side.name(&path)));
        return Err(Fault::new(message).with_help("name the policy that it tests").into());
    }
    let form = form_of_named(argument, &bytes)?;
    let manifest = match form {
        Form::PolicyJson if manifest.is_none() => {
            let mut configurations = Configurations::found(&side.loader);
            let manifest = configurations.manifest(&path);
            side.report_configurations(configurations, &mut all.report, &mut all.faults);
            manifest
        }
        _ => manifest,
    };
    let name = side.name(&path);
    let outcome = side.compiled(&path, bytes, form, &side.loader, manifest);
    all.report.count_file(&name);
    Ok((name, all.report.take(outcome)))
}
