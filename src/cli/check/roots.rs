//! The files of a run checked: each that is a policy of its own, with the files that it includes.

use std::sync::Arc;

use super::settings::Plan;
use super::{Checked, many};
use crate::check::{self, Division, RunFile};
use crate::cli::exit::Fault;
use crate::cli::find::Input;
use crate::lint::Form;
use crate::project::ProjectLoader;
use crate::source::{LoadError, Loader};

/// The files that could be read, in the order of the inputs.
pub(super) struct Checks {
    pub(super) checked: Vec<Checked>,
    /// Whether each is a policy of its own. Nothing is found in the others, which are parts of policies.
    pub(super) roots: Vec<bool>,
    /// Whether each is a policy that has been checked with all that it includes, and so can be fixed.
    pub(super) whole: Vec<bool>,
    /// What could not be read.
    pub(super) faults: Vec<Fault>,
}

/// A file that has been read.
enum First {
    Checked(Box<Checked>),
    /// One that may lead to others waits until it is known which files are policies, and how much they share.
    Waiting(Vec<u8>),
}

/// Checks every file of the plan that can be read.
pub(super) fn check_all(plan: &Plan, disk: &ProjectLoader) -> Checks {
    let is_alone = plan.inputs.len() == 1;
    let first = many::each(&plan.inputs, |index, input| {
        let bytes = input.read()?;
        if is_alone || input.form != Form::Gate || !check::may_lead(&bytes) {
            let part = RunFile::alone(&input.name, bytes.len());
            let checked = checked(plan, index, input, bytes, disk);
            return Ok((First::Checked(Box::new(checked)), part));
        }
        let part = RunFile::new(&input.name, &bytes);
        Ok((First::Waiting(bytes), part))
    });
    let (mut read, mut parts, mut faults) = (Vec::new(), Vec::new(), Vec::new());
    for (index, result) in first.into_iter().enumerate() {
        match result {
            Err(fault) => faults.push(fault),
            Ok((first, part)) => {
                read.push((index, first));
                parts.push(part);
            }
        }
    }
    let division = check::divide(parts, disk);
    let whole = division.roots.iter().zip(&division.too_much).zip(&division.too_many_tools);
    let whole = whole.map(|((root, too_much), too_many)| *root && !too_much && !too_many);
    let whole = whole.collect();
    let checked = check_waiting(plan, disk, read, &division);
    Checks { checked, roots: division.roots, whole, faults }
}

/// Checks the policies among the files that wait.
fn check_waiting(
    plan: &Plan,
    disk: &ProjectLoader,
    read: Vec<(usize, First)>,
    division: &Division,
) -> Vec<Checked> {
    let is_in = |all: &[bool], position: usize| all.get(position).copied().unwrap_or(false);
    let policies = read.iter().enumerate().filter_map(|(position, (index, first))| match first {
        First::Waiting(bytes) if is_in(&division.roots, position) => {
            Some((position, *index, bytes))
        }
        _ => None,
    });
    let policies: Vec<_> = policies.collect();
    let found = many::each(&policies, |_, (position, index, bytes)| {
        let input = plan.inputs.get(*index)?;
        let loader = BudgetLoader {
            disk,
            refuses_includes: is_in(&division.too_much, *position),
            refuses_manifests: is_in(&division.too_many_tools, *position),
        };
        Some((*position, checked(plan, *index, input, bytes.to_vec(), &loader)))
    });
    let mut found = found.into_iter().flatten().peekable();
    let read = read.into_iter().enumerate();
    read.map(|(position, (index, first))| match first {
        First::Checked(checked) => *checked,
        First::Waiting(_) => found
            .next_if(|(other, _)| *other == position)
            .map_or_else(|| Checked::part(index), |(_, checked)| checked),
    })
    .collect()
}

fn checked(
    plan: &Plan,
    index: usize,
    input: &Input,
    bytes: Vec<u8>,
    loader: &dyn Loader,
) -> Checked {
    let options = plan.options.get(index).map(Arc::as_ref);
    Checked::new(index, input, bytes, loader, options.unwrap_or(&check::Options::default()))
}

/// The disk for a policy that may read no more of what policies share once their budget is spent.
struct BudgetLoader<'d> {
    disk: &'d ProjectLoader,
    refuses_includes: bool,
    refuses_manifests: bool,
}

impl Loader for BudgetLoader<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, LoadError> {
        let is_refused = match path.ends_with(".gate") {
            true => self.refuses_includes,
            false => self.refuses_manifests,
        };
        if !is_refused {
            return self.disk.read(path);
        }
        let reason = match path.ends_with(".gate") {
            true => {
                let limit = check::MAX_INCLUDED_AGAIN / (1024 * 1024);
                format!("the checked policies already include {limit} MiB of shared files")
            }
            false => {
                let limit = check::MAX_MANIFEST_OBJECTS / 1_000_000;
                format!(
                    "the manifests of the checked policies already hold {limit} million objects"
                )
            }
        };
        Err(LoadError::new(format!("{reason}; check fewer policies at once")))
    }

    fn admit(&self, from: &str, path: &str) -> Result<(), LoadError> {
        self.disk.admit(from, path)
    }
}
