//! Renaming, alone and together, of names and of files.

use gatewright::editor::rename::{self, Refusal};
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::ls_types as lsp;

use crate::snapshots::RequestContext;

/// The error of a request that makes no sense here (`RequestFailed` of the protocol).
const REQUEST_FAILED: i64 = -32803;

/// What would be renamed at a position.
///
/// # Errors
/// Why nothing can be renamed there.
pub fn prepare(
    request: &RequestContext,
    position: lsp::Position,
) -> Result<lsp::PrepareRenameResponse> {
    let (range, placeholder) =
        rename::prepare(request.snapshot(), &request.view, request.offset(position))
            .map_err(refused)?;
    let range = request.range(&range);
    Ok(lsp::PrepareRenameResponse::RangeWithPlaceholder { range, placeholder })
}

/// Gives what stands at a position another name.
///
/// # Errors
/// Why it cannot have that name.
pub fn rename(
    request: &RequestContext,
    position: lsp::Position,
    name: &str,
) -> Result<lsp::WorkspaceEdit> {
    let offset = request.offset(position);
    let edits = rename::rename(request.snapshot(), &request.view, offset, name).map_err(refused)?;
    let unable =
        || failed("the editor does not support the file changes that this needs".to_owned());
    request.workspace_edit(&edits).ok_or_else(unable)
}

/// The places that change together with the one at a position.
pub fn linked(
    request: &RequestContext,
    position: lsp::Position,
) -> Option<lsp::LinkedEditingRanges> {
    let found = rename::linked(&request.view, request.offset(position));
    if found.is_empty() {
        return None;
    }
    let ranges = found.iter().map(|range| request.range(range)).collect();
    Some(lsp::LinkedEditingRanges { ranges, word_pattern: None })
}

/// An error with a reason for people.
pub fn failed(reason: String) -> Error {
    Error { code: ErrorCode::ServerError(REQUEST_FAILED), message: reason.into(), data: None }
}

fn refused(Refusal(reason): Refusal) -> Error {
    failed(reason)
}
