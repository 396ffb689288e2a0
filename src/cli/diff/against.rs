//! Every policy compared with its version in a revision.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::side::{Side, read_manifest};
use super::{Arguments, ComparedPolicy, Comparisons};
use crate::check::{Decider, NamedManifest, Outcome};
use crate::cli::check::ManyFiles;
use crate::cli::configurations;
use crate::cli::exit::Fault;
use crate::cli::files::quoted;
use crate::cli::find::{Wanted, find_in};
use crate::cli::git::Repository;
use crate::lint::Form;
use crate::project::{Configurations, FileKind, RunInput, each_policy, quote_path};
use crate::resolve::is_test_file;
use crate::source::{Loader, normalize};

/// The policies of a side by path; without a value those that have errors.
type Policies = BTreeMap<String, Option<Decider>>;

/// Compares the policies in the paths of the call with those of a revision.
pub(super) fn compare(revision: &str, arguments: &Arguments) -> Result<Comparisons, Vec<Fault>> {
    let reading = &arguments.reading;
    let mut all = Comparisons::default();
    let old_manifest = read_manifest(arguments.old_manifest.as_deref(), reading, &mut all.report)?;
    let new_manifest = read_manifest(arguments.new_manifest.as_deref(), reading, &mut all.report)?;
    let paths = paths(&arguments.paths)?;
    let (old, new) = (Side::revision(revision)?, Side::disk(&paths, reading)?);
    let mut missing: BTreeSet<&Path> = paths.iter().map(PathBuf::as_path).collect();
    let mut old_policies = policies(&old, &paths, old_manifest, &mut missing, &mut all);
    let mut new_policies = policies(&new, &paths, new_manifest, &mut missing, &mut all);
    for path in missing {
        let reason = format!("it exists neither here nor in {}", crate::text::quote(revision));
        all.faults.push(Fault::unreadable(&quoted(path), &reason));
    }
    let names: BTreeSet<String> = old_policies.keys().chain(new_policies.keys()).cloned().collect();
    if names.is_empty() && all.faults.is_empty() {
        all.faults.push(Fault::new("no policy was found to compare"));
    }
    for path in names {
        let (before, after) = (old_policies.remove(&path), new_policies.remove(&path));
        // What has errors is reported, and cannot be compared.
        if matches!(before, Some(None)) || matches!(after, Some(None)) {
            continue;
        }
        let (before, after) = (before.flatten(), after.flatten());
        let before = before.as_ref().map(|decider| (old.name(&path), decider));
        let after = after.as_ref().map(|decider| (new.name(&path), decider));
        all.policies.push(ComparedPolicy::new(before, after, path));
    }
    Ok(all)
}

/// The paths of the call, from the current folder: a revision knows no link that leads to the repository.
fn paths(given: &[PathBuf]) -> Result<Vec<PathBuf>, Fault> {
    if given.is_empty() {
        return Ok(vec![PathBuf::from(".")]);
    }
    let repository = Repository::find()?;
    let from_here = |path: &PathBuf| match path.is_absolute() {
        true => repository.seen_from_here(path),
        false => path.clone(),
    };
    Ok(given.iter().map(from_here).collect())
}

/// A policy file of a side.
struct SideInput {
    name: String,
    form: Form,
    manifest: Option<NamedManifest>,
}

/// Finds and reads the policies of a side.
fn policies<'p>(
    side: &Side,
    paths: &'p [PathBuf],
    manifest: Option<NamedManifest>,
    missing: &mut BTreeSet<&'p Path>,
    all: &mut Comparisons,
) -> Policies {
    let mut configurations = Configurations::found(&side.loader);
    let found = find(side, paths, &mut configurations, missing, &mut all.faults);
    let inputs: Vec<SideInput> = found
        .into_iter()
        .map(|(name, form)| {
            let given = manifest.clone();
            let manifest = match form {
                Form::PolicyJson => given.or_else(|| configurations.manifest(&name)),
                Form::Gate => given,
            };
            SideInput { name, form, manifest }
        })
        .collect();
    side.report_configurations(configurations, &mut all.report, &mut all.faults);
    let named: Vec<RunInput<'_>> =
        inputs.iter().map(|input| RunInput { name: &input.name, form: input.form }).collect();
    let read = |number: usize| {
        let name = named.get(number).map_or("", |input| input.name);
        side.loader.read(name).map_err(|error| {
            let fault = Fault::unreadable(&quote_path(&side.name(name)), &error.reason);
            Fault { help: error.help, ..fault }
        })
    };
    let compiled = |number: usize, bytes: Vec<u8>, loader: &dyn Loader| {
        let SideInput { name, form, manifest } = inputs.get(number)?;
        Some(side.compiled(name, bytes, *form, loader, manifest.clone()))
    };
    let run = each_policy(&named, read, &side.loader, &ManyFiles, compiled);
    all.faults.extend(run.faults);
    let mut policies = Policies::new();
    for file in run.files.into_iter().filter(|file| file.is_root) {
        let name = named.get(file.input).map_or("", |input| input.name);
        let outcome: Option<Outcome<Decider>> = file.made.flatten();
        all.report.count_file(side.name(name));
        policies.insert(name.to_owned(), outcome.and_then(|outcome| all.report.take(outcome)));
    }
    policies
}

/// The policies that the paths lead to, without those that a configuration excludes. A file of a revision that cannot be taken for a
/// policy is not one there.
fn find<'p>(
    side: &Side,
    paths: &'p [PathBuf],
    configurations: &mut Configurations<'_>,
    missing: &mut BTreeSet<&'p Path>,
    faults: &mut Vec<Fault>,
) -> BTreeMap<String, Form> {
    let kind = |path: &'p PathBuf| {
        let status = side.loader.files().status(path).ok()?;
        Some((path.as_path(), status.kind))
    };
    let there: Vec<(&Path, FileKind)> = paths.iter().filter_map(kind).collect();
    for (path, _) in &there {
        missing.remove(path);
    }
    let mut found = find_in(&there, Wanted::Policies, &side.loader);
    if side.is_revision() {
        found.unusable.clear();
    }
    // A side without any policy can be compared with one that has some.
    let _ = configurations::exclude(configurations, &mut found, false);
    faults.extend(found.faults);
    // A test file says what a policy does; it is not one.
    found.inputs.retain(|input| !is_test_file(&input.name));
    found.inputs.iter().map(|input| (normalize(&input.text_path()), input.form)).collect()
}
