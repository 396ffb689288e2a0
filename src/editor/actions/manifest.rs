//! A manifest for a policy that names none.

use std::ops::Range;

use super::{Action, ActionKind};
use crate::diagnostic::Code;
use crate::editor::{Edits, Finding, Snapshot, View, lines};
use crate::policy::write_string;
use crate::source::relative_path;
use crate::syntax::tree::StatementKind;
use crate::text::quote;

/// How many manifests are offered.
const MAX_OFFERED: usize = 3;

/// The nearest manifests of the workspace, to be named at the top: for findings that need one, else where the range lies before
/// the end of the first statement, or for who asks.
pub(super) fn actions(
    snapshot: &Snapshot,
    view: &View,
    range: &Range<usize>,
    findings: &[(usize, Finding)],
    is_asked: bool,
) -> Vec<Action> {
    let needs = |(_, finding): &&(usize, Finding)| finding.diagnostic().code == Code::NeedsManifest;
    let needed: Vec<usize> = findings.iter().filter(needs).map(|(number, _)| *number).collect();
    let statements = view.statements();
    let first = statements.first().map_or(view.text().len(), |first| first.span.end as usize);
    let is_wanted = is_asked || !needed.is_empty() || range.start <= first;
    if !is_wanted || view.all().iter().any(names_manifest) {
        return Vec::new();
    }
    let ways = snapshot.manifests().filter_map(|path| relative_path(view.path(), path));
    let mut near: Vec<(usize, String)> = ways.map(|way| (way.split('/').count(), way)).collect();
    near.sort();
    let kind =
        if needed.is_empty() || is_asked { ActionKind::Source } else { ActionKind::QuickFix };
    let action = |(_, way): (usize, String)| {
        Some(Action {
            title: format!("name the manifest {}", quote(&way)),
            kind,
            edits: named(view, &way)?,
            findings: needed.clone(),
            is_preferred: false,
        })
    };
    near.into_iter().take(MAX_OFFERED).filter_map(action).collect()
}

/// Whether a policy names a manifest anywhere, also one that cannot be read.
fn names_manifest(view: &View) -> bool {
    view.trees().iter().flat_map(|tree| &tree.statements).any(|statement| match &statement.kind {
        StatementKind::Manifest(_) => true,
        StatementKind::Broken(broken) => broken.word == Some("manifest"),
        _ => false,
    })
}

/// The statement at the top: behind the comments with which the file begins, before those that are about its first statement.
fn named(view: &View, way: &str) -> Option<Edits> {
    let text = view.text();
    let line_break = lines::line_break(text);
    let mut statement = String::from("manifest ");
    write_string(way, &mut statement);
    let (at, written) = match view.tree()?.statements.first() {
        Some(first) => {
            let own = lines::line_start(text, first.span.start as usize);
            let top = lines::comments_above(text, own).last().map_or(own, |comment| comment.start);
            let is_heading = top == 0 && !text.get(..own)?.contains("gatewright:");
            let at = if is_heading { own } else { top };
            (at, format!("{statement}{line_break}{line_break}"))
        }
        None => {
            let is_open = !text.is_empty() && !text.ends_with('\n') && text != "\u{feff}";
            let gap = if is_open { line_break } else { "" };
            (text.len(), format!("{gap}{statement}{line_break}"))
        }
    };
    let mark = if at == 0 && text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut edits = Edits::default();
    edits.replace(view.source(), at + mark..at + mark, written);
    Some(edits)
}
