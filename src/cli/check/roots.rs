//! Which of the checked files are policies of their own, and which are parts of others.

use std::collections::{BTreeMap, BTreeSet};

use super::Checked;
use crate::check;
use crate::cli::find::Input;

/// For each checked file, whether it is a policy of its own.
pub(super) fn roots(inputs: &[Input], checked: &[Checked]) -> Vec<bool> {
    check::roots(&included(inputs, checked))
}

/// For each checked file, which of the checked files it includes.
fn included(inputs: &[Input], checked: &[Checked]) -> Vec<BTreeSet<usize>> {
    if checked.len() < 2 {
        return vec![BTreeSet::new(); checked.len()];
    }
    let identities = checked.iter().enumerate().filter_map(|(position, checked)| {
        Some((inputs.get(checked.input)?.identity.as_path(), position))
    });
    let identities: BTreeMap<_, _> = identities.collect();
    let mut known: BTreeMap<&str, Option<usize>> = BTreeMap::new();
    let mut position = |path| {
        *known.entry(path).or_insert_with(|| {
            let identity = std::fs::canonicalize(path).ok()?;
            identities.get(identity.as_path()).copied()
        })
    };
    checked
        .iter()
        .map(|checked| {
            let includes = checked.others.iter().filter(|path| path.ends_with(".gate"));
            includes.filter_map(|path| position(path)).collect()
        })
        .collect()
}
