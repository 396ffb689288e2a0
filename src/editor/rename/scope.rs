//! How far a name reaches: the policies that have to change together, and what is changed in them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::Change;
use crate::editor::cursor::Symbol;
use crate::editor::navigation::Use;
use crate::editor::navigation::uses::{SymbolUse, uses};
use crate::editor::{Checked, Edits, Snapshot, View};
use crate::lint::Form;
use crate::source::Loader;
use crate::syntax::names::{write_name, write_quoted};

/// A policy in which a thing is named, with the places that name it.
pub(super) struct Affected {
    /// The policy's own file.
    pub view: View,
    /// Where the name stands; what is about a tool without naming it is not there.
    pub named: Vec<SymbolUse>,
}

/// The policies that name a thing and share the files in which it is named, beginning with those of the view. A file that two
/// policies include may use a group that each of them defines, so one policy leads to the next.
pub(super) fn affected(snapshot: &Snapshot, view: &View, thing: &Symbol) -> Vec<Affected> {
    let all = policies(snapshot);
    let identity = |path: &str| snapshot.files.identity(path);
    let mut with: HashMap<String, Vec<usize>> = HashMap::new();
    for (number, checked) in all.iter().enumerate() {
        for part in checked.parts() {
            with.entry(identity(part)).or_default().push(number);
        }
    }
    let mut waiting = with.remove(&identity(view.path())).unwrap_or_default();
    let mut found: BTreeMap<usize, Affected> = BTreeMap::new();
    while let Some(number) = waiting.pop() {
        let Some(checked) = all.get(number).filter(|_| !found.contains_key(&number)) else {
            continue;
        };
        let Some(view) = View::new(Arc::clone(checked), Vec::new(), &checked.path) else {
            continue;
        };
        let mut named = uses(&view, thing);
        named.retain(|found| found.how != Use::Reach);
        let files: BTreeSet<_> = named.iter().map(|found| found.span.file).collect();
        for file in files {
            waiting.extend(with.remove(&identity(view.sources().path(file))).unwrap_or_default());
        }
        found.insert(number, Affected { view, named });
    }
    found.into_values().collect()
}

/// Every policy of the language that the workspace knows, checked now or before, sorted by path.
pub(super) fn policies(snapshot: &Snapshot) -> Vec<Arc<Checked>> {
    let known = snapshot.policies.iter().filter(|(_, policy)| policy.form == Form::Gate);
    let mut paths: Vec<&String> = known.map(|(path, _)| path).collect();
    paths.sort_unstable();
    paths.into_iter().filter_map(|path| snapshot.checked(path)).collect()
}

/// The change of every place that names the thing: quotes stay, and come where the new name needs them.
pub(super) fn edits(snapshot: &Snapshot, change: &Change<'_>, affected: &[Affected]) -> Edits {
    let (mut bare, mut quoted) = (String::new(), String::new());
    if change.is_of_tool() {
        write_name(change.new, &mut bare);
    } else {
        bare.push_str(change.new);
    }
    write_quoted(change.new, &mut quoted);
    let mut edits = Edits::default();
    let mut paths: HashMap<String, String> = HashMap::new();
    for policy in affected {
        for found in &policy.named {
            let Some(file) = policy.view.sources().shared(found.span.file) else { continue };
            // One file to which two paths lead is changed under the first of them only.
            if !edits.files.contains_key(file.path()) {
                let path = paths.entry(snapshot.files.identity(file.path()));
                if path.or_insert_with(|| file.path().to_owned()) != file.path() {
                    continue;
                }
            }
            let is_quoted = policy.view.slice(found.span).starts_with('"');
            edits.replace(&file, found.span.range(), if is_quoted { &*quoted } else { &*bare });
        }
    }
    edits
}
