//! What can be done at a place.

use gatewright::editor::actions::{Action, ActionKind};
use gatewright::editor::answers::actions;
use tower_lsp::ls_types as lsp;

use crate::diagnostics::convert::diagnostic;
use crate::snapshots::RequestContext;

/// The kinds of actions with their names in the protocol.
pub const KINDS: [(ActionKind, lsp::CodeActionKind); 5] = [
    (ActionKind::QuickFix, lsp::CodeActionKind::QUICKFIX),
    (ActionKind::Rewrite, lsp::CodeActionKind::REFACTOR_REWRITE),
    (ActionKind::Extract, lsp::CodeActionKind::REFACTOR_EXTRACT),
    (ActionKind::FixAll, lsp::CodeActionKind::new("source.fixAll.gatewright")),
    (ActionKind::Source, lsp::CodeActionKind::new("source.gatewright")),
];

/// What can be done in a range; only of the kinds that the client asks for.
pub fn code_actions(
    request: &RequestContext,
    range: lsp::Range,
    only: Option<&[lsp::CodeActionKind]>,
) -> lsp::CodeActionResponse {
    let kinds: Vec<ActionKind> =
        KINDS.iter().filter(|(_, name)| is_asked_for(name, only)).map(|(kind, _)| *kind).collect();
    if kinds.is_empty() {
        return Vec::new();
    }
    let asked_for: &[ActionKind] = if only.is_some() { &kinds } else { &[] };
    let found = actions(request.snapshot(), &request.view, request.bytes(range), asked_for);
    found
        .into_iter()
        .filter(|action| kinds.contains(&action.kind))
        .filter_map(|action| code_action(request, action))
        .map(lsp::CodeActionOrCommand::CodeAction)
        .collect()
}

/// Whether an action of a kind is wanted: a client that asks for `source` wants `source.fixAll` too.
fn is_asked_for(kind: &lsp::CodeActionKind, only: Option<&[lsp::CodeActionKind]>) -> bool {
    let is_part = |wanted: &lsp::CodeActionKind| {
        let rest = kind.as_str().strip_prefix(wanted.as_str());
        rest.is_some_and(|rest| {
            rest.is_empty() || rest.starts_with('.') || wanted.as_str().is_empty()
        })
    };
    only.is_none_or(|only| only.iter().any(is_part))
}

fn code_action(request: &RequestContext, action: Action) -> Option<lsp::CodeAction> {
    let edit = request.workspace_edit(&action.edits)?;
    let kind = KINDS.iter().find(|(kind, _)| *kind == action.kind).map(|(_, name)| name.clone());
    Some(lsp::CodeAction {
        title: action.title,
        kind,
        diagnostics: diagnostics(request, &action.findings),
        edit: Some(edit),
        is_preferred: action.is_preferred.then_some(true),
        ..lsp::CodeAction::default()
    })
}

/// The diagnostics with these numbers, as they were sent.
fn diagnostics(request: &RequestContext, numbers: &[usize]) -> Option<Vec<lsp::Diagnostic>> {
    if numbers.is_empty() {
        return None;
    }
    let findings = request.findings();
    let found = numbers.iter().filter_map(|number| findings.get(*number));
    Some(found.filter_map(|finding| diagnostic(&request.workspace, finding)).collect())
}
