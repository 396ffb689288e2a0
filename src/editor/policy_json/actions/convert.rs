//! A policy.json turned into a `.gate` file beside it.

use std::ops::Range;

use crate::check::{self, NamedManifest};
use crate::diagnostic::has_errors;
use crate::editor::actions::{Action, ActionKind};
use crate::editor::policy_json::sketch::Sketch;
use crate::editor::{Edits, Snapshot, View};
use crate::source::{is_absolute, relative_path};
use crate::text::clean;

/// Whether a range is about the policy as a whole: it begins in the object itself, not within `hide` or `tools`.
pub(super) fn is_about_all(view: &View, range: &Range<usize>) -> bool {
    let sketch = Sketch::new(view.text());
    let spot = sketch.spot(view.text().floor_char_boundary(range.start));
    spot.inside.is_none() || spot.inside == sketch.root()
}

/// The file that compiles to the policy, if there is none of its name yet.
pub(super) fn action(snapshot: &Snapshot, view: &View) -> Option<Action> {
    let path = beside(view.path())?;
    let policy = view.policy();
    let is_valid = view.document().is_some() && !has_errors(&policy.analysis.outcome.diagnostics);
    if !is_valid || snapshot.text(&path).is_some() {
        return None;
    }
    let manifest = match &policy.options.manifest {
        Some(named) => {
            let way = named_from(&path, &named.path)?;
            Some(NamedManifest { path: way, bytes: named.bytes.clone() })
        }
        None => None,
    };
    let content = check::decompile(view.path(), view.text().as_bytes().to_vec(), manifest).value?;
    let name = path.rsplit('/').next().unwrap_or(&path);
    let title = format!("convert to `{}`", clean(name));
    let mut edits = Edits::default();
    edits.create(path, content);
    let (kind, findings) = (ActionKind::Rewrite, Vec::new());
    Some(Action { title, kind, edits, findings, is_preferred: false })
}

/// `policies/agent.gate` for `policies/agent.policy.json`, `policies/policy.gate` for `policies/policy.json`.
fn beside(path: &str) -> Option<String> {
    let stem = path.strip_suffix(".json")?;
    let stem = stem.strip_suffix(".policy").filter(|stem| !stem.is_empty() && !stem.ends_with('/'));
    let stem = stem.or_else(|| path.strip_suffix(".json"))?;
    Some(format!("{stem}.gate"))
}

/// The name of a manifest as the file at `from` writes it. `None` where it leads through folders whose names are unknown.
fn named_from(from: &str, manifest: &str) -> Option<String> {
    if is_absolute(manifest) && !is_absolute(from) {
        return Some(manifest.to_owned());
    }
    relative_path(from, manifest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_new_file_lies_beside_the_old_one() {
        assert_eq!(beside("policy.json").as_deref(), Some("policy.gate"));
        assert_eq!(beside("p/agent.policy.json").as_deref(), Some("p/agent.gate"));
        assert_eq!(beside("p/.policy.json").as_deref(), Some("p/.policy.gate"));
        assert_eq!(beside("notes.txt"), None);
    }

    #[test]
    fn the_way_to_a_manifest_is_told_from_the_new_file() {
        let way = |from, to| named_from(from, to);
        assert_eq!(way("a.gate", "tools.json").as_deref(), Some("tools.json"));
        assert_eq!(way("p/a.gate", "tools.json").as_deref(), Some("../tools.json"));
        assert_eq!(way("p/q/a.gate", "p/c/tools.json").as_deref(), Some("../c/tools.json"));
        assert_eq!(way("a.gate", "../tools.json").as_deref(), Some("../tools.json"));
        assert_eq!(way("/w/a.gate", "/w/c/tools.json").as_deref(), Some("c/tools.json"));
        assert_eq!(way("a.gate", "/w/tools.json").as_deref(), Some("/w/tools.json"));
        assert_eq!(way("../p/a.gate", "tools.json"), None);
    }
}
