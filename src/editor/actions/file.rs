//! Another file for one that cannot be read: one of the workspace whose name is near.

use std::ops::Range;

use super::{Action, ActionKind};
use crate::diagnostic::Code;
use crate::editor::cursor::last_begun;
use crate::editor::{Edits, Finding, Snapshot, View};
use crate::policy::write_string;
use crate::source::relative_path;
use crate::syntax::decode_string;
use crate::syntax::tree::StatementKind;
use crate::text::{nearest, quote};

/// So many files of the workspace are compared with the name.
const MAX_COMPARED: usize = 1000;

/// The near names for each file that is named in this text and cannot be read.
pub(super) fn actions(
    snapshot: &Snapshot,
    view: &View,
    findings: &[(usize, Finding)],
) -> Vec<Action> {
    let unreadable =
        findings.iter().filter(|(_, finding)| finding.diagnostic().code == Code::UnreadableFile);
    let offers = unreadable.filter_map(|(number, finding)| {
        let range = finding.diagnostic().primary.span.range();
        let name = decode_string(view.text().get(range.clone())?);
        let known = candidates(snapshot, view, &range)?;
        let near = nearest(&name, known.iter().map(String::as_str));
        Some(near.into_iter().map(|near| offer(view, &range, near, *number)).collect::<Vec<_>>())
    });
    offers.flatten().collect()
}

/// The files that may stand at a place, as they would be named there; none where no file is named.
fn candidates(snapshot: &Snapshot, view: &View, range: &Range<usize>) -> Option<Vec<String>> {
    let files: Vec<&str> = match last_begun(view.statements(), range.start)?.kind {
        StatementKind::Manifest(_) => snapshot.manifests().collect(),
        StatementKind::Include(_) => snapshot.policies(),
        _ => return None,
    };
    let is_part = |file: &&&str| **file != view.path() && !file.ends_with("policy.json");
    let files = files.iter().filter(is_part).take(MAX_COMPARED);
    Some(files.filter_map(|file| relative_path(view.path(), file)).collect())
}

fn offer(view: &View, range: &Range<usize>, near: &str, finding: usize) -> Action {
    let mut written = String::new();
    write_string(near, &mut written);
    let mut edits = Edits::default();
    edits.replace(view.source(), range.clone(), written);
    Action {
        title: format!("write {}", quote(near)),
        kind: ActionKind::QuickFix,
        edits,
        findings: vec![finding],
        is_preferred: false,
    }
}
