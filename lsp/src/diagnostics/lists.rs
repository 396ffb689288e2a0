//! The diagnostics of files, put together from all workspaces that have something to say about them.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use gatewright::diagnostic::{MAX_SHOWN_IN_FILE, Severity, most_severe};
use gatewright::editor::{Checked, Finding};
use gatewright::text::count;
use tower_lsp::ls_types as lsp;

use super::convert::diagnostic;
use crate::paths::{Place, is_absolute};
use crate::shared_state::SharedState;
use crate::snapshots::WorkspaceSnapshot;

/// All that is to be said about a file.
#[derive(Clone, Debug)]
pub struct List {
    /// The name of the file.
    pub key: String,
    /// Its address.
    pub uri: lsp::Uri,
    /// The version of the document that it is about; `None` for what lies on the disk.
    pub version: Option<i32>,
    /// What is to be said, by place.
    pub items: Vec<lsp::Diagnostic>,
    /// Equal for equal items.
    pub fingerprint: u64,
}

/// The lists of files, by name.
pub fn lists(workspaces: &[WorkspaceSnapshot], keys: &BTreeSet<String>) -> Vec<List> {
    let mut found: BTreeMap<&str, Vec<lsp::Diagnostic>> = BTreeMap::new();
    for workspace in workspaces {
        let paths: BTreeMap<String, &str> = keys
            .iter()
            .map(|key| (workspace.base.path(&place(key)), key.as_str()))
            .filter(|(path, _)| !workspace.snapshot.hears(path))
            .collect();
        let names: BTreeSet<String> = paths.keys().cloned().collect();
        for (path, findings) in workspace.snapshot.findings_of(&names) {
            let Some(key) = paths.get(&path) else { continue };
            add(found.entry(*key).or_default(), shown(workspace, &findings));
        }
    }
    let list = |key: &String| {
        let items = configuration(workspaces, key).or_else(|| found.remove(key.as_str()));
        list(workspaces, key, items.unwrap_or_default())
    };
    keys.iter().filter_map(list).collect()
}

/// The list of a document after an edit, where its findings are known without a check of the whole policy. The document must be a
/// policy, and part of no other one.
pub fn incremental_list(
    state: &SharedState,
    workspaces: &[WorkspaceSnapshot],
    key: &str,
) -> Option<List> {
    let place = place(key);
    let mut found: Option<(&WorkspaceSnapshot, String)> = None;
    for workspace in workspaces {
        let path = workspace.base.path(&place);
        if !state.publish_state().includers(workspace.base.number, key).is_empty() {
            return None;
        }
        if workspace.snapshot.is_policy(&path) && found.replace((workspace, path)).is_some() {
            return None;
        }
    }
    let (workspace, path) = found?;
    let checked = workspace.snapshot.incremental_check(&path)?;
    list(workspaces, key, shown(workspace, &checked.findings(&path)))
}

/// The findings in a file as the client shows them: the most severe ones of very many, and a last one that says how many there are
/// besides.
fn shown(workspace: &WorkspaceSnapshot, findings: &[Finding]) -> Vec<lsp::Diagnostic> {
    let severities: Vec<Severity> =
        findings.iter().map(|finding| finding.diagnostic().severity).collect();
    let kept = most_severe(&severities, MAX_SHOWN_IN_FILE);
    let all = kept.iter().filter_map(|at| findings.get(*at));
    let mut items: Vec<_> = all.filter_map(|finding| diagnostic(workspace, finding)).collect();
    if let (Some(more @ 1..), Some(last)) = (findings.len().checked_sub(kept.len()), items.last()) {
        let message = format!("{} in this file", count(more, "more finding"));
        let severity = Some(lsp::DiagnosticSeverity::INFORMATION);
        let source = last.source.clone();
        items.push(lsp::Diagnostic {
            range: last.range,
            severity,
            source,
            message,
            ..lsp::Diagnostic::default()
        });
    }
    items
}

/// All that is to be said about a configuration; `None` if the file is not one. The innermost folder that holds it speaks of it,
/// but the policies of all folders count: a suppression that one of them needs is not unused.
fn configuration(workspaces: &[WorkspaceSnapshot], key: &str) -> Option<Vec<lsp::Diagnostic>> {
    let place = place(key);
    let hearing: Vec<(&WorkspaceSnapshot, String)> = workspaces
        .iter()
        .map(|workspace| (workspace, workspace.base.path(&place)))
        .filter(|(workspace, path)| workspace.snapshot.hears(path))
        .collect();
    let (owner, path) = hearing.iter().max_by_key(|(workspace, _)| {
        let folder = workspace.base.folder.as_ref().filter(|folder| folder.holds(key));
        folder.map(|folder| folder.path.len())
    })?;
    let governed: Option<Vec<Vec<Arc<Checked>>>> =
        hearing.iter().map(|(workspace, path)| workspace.snapshot.governed_by(path)).collect();
    let governed = governed.map(|all| all.concat());
    Some(shown(owner, &owner.snapshot.configuration_findings(path, governed.as_deref())))
}

/// Adds what is not there already: two workspaces may say the same about a file that both know.
fn add(items: &mut Vec<lsp::Diagnostic>, more: Vec<lsp::Diagnostic>) {
    if items.is_empty() {
        *items = more;
        return;
    }
    let what = |item: &lsp::Diagnostic| (place_in(item), code(item), item.message.clone());
    let known: BTreeSet<_> = items.iter().map(what).collect();
    items.extend(more.into_iter().filter(|item| !known.contains(&what(item))));
    items.sort_by_key(place_in);
}

fn place_in(item: &lsp::Diagnostic) -> (lsp::Position, lsp::Position) {
    (item.range.start, item.range.end)
}

fn code(item: &lsp::Diagnostic) -> String {
    match &item.code {
        Some(lsp::NumberOrString::String(code)) => code.clone(),
        _ => String::new(),
    }
}

fn list(workspaces: &[WorkspaceSnapshot], key: &str, items: Vec<lsp::Diagnostic>) -> Option<List> {
    let place = place(key);
    let address = |workspace: &WorkspaceSnapshot| workspace.uri(&workspace.base.path(&place));
    let uri = workspaces.iter().find_map(|workspace| {
        let folder = workspace.base.folder.as_ref();
        folder.is_none_or(|folder| folder.holds(key)).then(|| address(workspace)).flatten()
    })?;
    let version = workspaces.first()?.shown.get(key).map(|shown| shown.version);
    Some(List { key: key.to_owned(), uri, version, fingerprint: fingerprint(&items), items })
}

/// The place with this name.
pub fn place(key: &str) -> Place {
    if is_absolute(key) { Place::File(key.to_owned()) } else { Place::Elsewhere(key.to_owned()) }
}

/// A hash of everything that the client is sent about the items. The items are hashed as they are: as JSON they would be written
/// twice.
fn fingerprint(items: &[lsp::Diagnostic]) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    for item in items {
        let severities = [
            lsp::DiagnosticSeverity::ERROR,
            lsp::DiagnosticSeverity::WARNING,
            lsp::DiagnosticSeverity::INFORMATION,
        ];
        let severity = severities.iter().position(|known| Some(*known) == item.severity);
        let page = item.code_description.as_ref().map(|page| page.href.as_str());
        (span(item.range), severity, code(item), &item.message, page).hash(&mut hasher);
        item.tags.as_ref().map(Vec::len).hash(&mut hasher);
        let related = item.related_information.iter().flatten();
        related.clone().count().hash(&mut hasher);
        for related in related {
            let lsp::Location { uri, range } = &related.location;
            (uri.as_str(), span(*range), &related.message).hash(&mut hasher);
        }
    }
    hasher.finish()
}

fn span(range: lsp::Range) -> [u32; 4] {
    [range.start.line, range.start.character, range.end.line, range.end.character]
}
