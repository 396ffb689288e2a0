//! Giving a group, a tool or a file another name.

use std::ops::Range;

use super::{Edits, Snapshot, View};

/// Why something cannot be renamed, in a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(pub String);

/// What would be renamed at an offset: its characters, and the name that is offered for editing.
///
/// # Errors
/// Nothing there has a name that can be changed.
pub fn prepare(view: &View, offset: usize) -> Result<(Range<usize>, String), Refusal> {
    let _ = (view, offset);
    Err(Refusal("nothing here has a name".to_owned()))
}

/// Gives what stands at an offset another name, everywhere.
///
/// # Errors
/// The policy would not mean the same afterwards.
pub fn rename(
    snapshot: &Snapshot,
    view: &View,
    offset: usize,
    name: &str,
) -> Result<Edits, Refusal> {
    let _ = (snapshot, view, offset, name);
    Err(Refusal("nothing here has a name".to_owned()))
}

/// The places that change together with the one at an offset while somebody types: a group's name and its uses in the file.
pub fn linked(view: &View, offset: usize) -> Vec<Range<usize>> {
    let _ = (view, offset);
    Vec::new()
}

/// What has to change in the workspace's policies when files get other names: `include` and `manifest` statements, and the
/// manifests of configurations. Pairs of the old path and the new one; a folder stands for all in it.
pub fn moved(snapshot: &Snapshot, files: &[(String, String)]) -> Edits {
    let _ = (snapshot, files);
    Edits::default()
}
