//! Diagnostics for clients that ask for them: of a document, and of the whole workspace.

use std::collections::{BTreeMap, BTreeSet};

use tower_lsp::ls_types as lsp;

use super::lists::{List, incremental_list, lists};
use crate::paths::Place;
use crate::shared_state::SharedState;
use crate::snapshots::WorkspaceSnapshot;

/// What is to be said about one document. The policies that include it are checked before.
pub fn document(
    state: &SharedState,
    workspaces: &[WorkspaceSnapshot],
    params: &lsp::DocumentDiagnosticParams,
) -> lsp::DocumentDiagnosticReport {
    let place = Place::of(&params.text_document.uri);
    if let Some(list) = incremental_list(state, workspaces, place.key()) {
        return report(state, list, params.previous_result_id.as_ref());
    }
    for workspace in workspaces {
        workspace.snapshot.checked(&workspace.base.path(&place));
        for path in state.publish_state().includers(workspace.base.number, place.key()) {
            workspace.snapshot.checked(&path);
        }
    }
    let keys = BTreeSet::from([place.key().to_owned()]);
    let Some(list) = lists(workspaces, &keys).pop() else {
        return lsp::DocumentDiagnosticReport::Full(Default::default());
    };
    report(state, list, params.previous_result_id.as_ref())
}

fn report(
    state: &SharedState,
    list: List,
    previous: Option<&String>,
) -> lsp::DocumentDiagnosticReport {
    state.publish_state().record(&list);
    let id = id(&list);
    if previous == Some(&id) {
        let report = lsp::UnchangedDocumentDiagnosticReport { result_id: id };
        return lsp::DocumentDiagnosticReport::Unchanged(
            lsp::RelatedUnchangedDocumentDiagnosticReport {
                related_documents: None,
                unchanged_document_diagnostic_report: report,
            },
        );
    }
    let report = lsp::FullDocumentDiagnosticReport { result_id: Some(id), items: list.items };
    lsp::DocumentDiagnosticReport::Full(lsp::RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: report,
    })
}

/// What is to be said about all files: about those that have findings, and those that the client has heard of.
pub fn workspace(
    state: &SharedState,
    workspaces: &[WorkspaceSnapshot],
    params: lsp::WorkspaceDiagnosticParams,
) -> lsp::WorkspaceDiagnosticReport {
    let before: BTreeMap<String, lsp::PreviousResultId> = params
        .previous_result_ids
        .into_iter()
        .map(|known| (Place::of(&known.uri).key().to_owned(), known))
        .collect();
    let mut keys: BTreeSet<String> = before.keys().cloned().collect();
    for workspace in workspaces {
        for path in workspace.snapshot.unchecked() {
            workspace.snapshot.checked(&path);
        }
        for checked in workspace.snapshot.roots() {
            let sources = &checked.analysis.outcome.sources;
            let found = checked.analysis.outcome.diagnostics.iter();
            let files: BTreeSet<&str> =
                found.map(|found| sources.path(found.primary.span.file)).collect();
            keys.extend(files.into_iter().map(|path| workspace.base.key(path)));
        }
        keys.extend(
            workspace.snapshot.heard_configurations().iter().map(|path| workspace.base.key(path)),
        );
    }
    let mut items = Vec::new();
    for list in lists(workspaces, &keys) {
        state.publish_state().record(&list);
        let known = before.get(&list.key);
        // What has no findings and never had any is not worth a word.
        if known.is_some() || !list.items.is_empty() {
            items.push(item(list, known));
        }
    }
    lsp::WorkspaceDiagnosticReport { items }
}

fn item(
    list: List,
    known: Option<&lsp::PreviousResultId>,
) -> lsp::WorkspaceDocumentDiagnosticReport {
    let id = id(&list);
    let version = list.version.map(i64::from);
    if known.is_some_and(|known| known.value == id) {
        let report = lsp::UnchangedDocumentDiagnosticReport { result_id: id };
        return lsp::WorkspaceDocumentDiagnosticReport::Unchanged(
            lsp::WorkspaceUnchangedDocumentDiagnosticReport {
                uri: list.uri,
                version,
                unchanged_document_diagnostic_report: report,
            },
        );
    }
    let report = lsp::FullDocumentDiagnosticReport { result_id: Some(id), items: list.items };
    // The answer bears the address that the client used before.
    let uri = known.map_or(list.uri, |known| known.uri.clone());
    lsp::WorkspaceDocumentDiagnosticReport::Full(lsp::WorkspaceFullDocumentDiagnosticReport {
        uri,
        version,
        full_document_diagnostic_report: report,
    })
}

fn id(list: &List) -> String {
    format!("{:016x}", list.fingerprint)
}
