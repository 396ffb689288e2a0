//! Renaming, alone and together, of names and of files.

use gatewright::editor::rename::{self, Refusal};
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::ls_types as lsp;

use crate::moment::Asked;

/// The error of a request that makes no sense here (`RequestFailed` of the protocol).
const REQUEST_FAILED: i64 = -32803;

/// What would be renamed at a position.
///
/// # Errors
/// Why nothing can be renamed there.
pub fn prepare(asked: &Asked, position: lsp::Position) -> Result<lsp::PrepareRenameResponse> {
    let (range, placeholder) =
        rename::prepare(asked.snapshot(), &asked.view, asked.offset(position)).map_err(refused)?;
    let range = asked.range(&range);
    Ok(lsp::PrepareRenameResponse::RangeWithPlaceholder { range, placeholder })
}

/// Gives what stands at a position another name.
///
/// # Errors
/// Why it cannot have that name.
pub fn rename(asked: &Asked, position: lsp::Position, name: &str) -> Result<lsp::WorkspaceEdit> {
    let offset = asked.offset(position);
    let edits = rename::rename(asked.snapshot(), &asked.view, offset, name).map_err(refused)?;
    let unable = || failed("the editor cannot change the files that this takes".to_owned());
    asked.workspace_edit(&edits).ok_or_else(unable)
}

/// The places that change together with the one at a position.
pub fn linked(asked: &Asked, position: lsp::Position) -> Option<lsp::LinkedEditingRanges> {
    let found = rename::linked(&asked.view, asked.offset(position));
    if found.is_empty() {
        return None;
    }
    let ranges = found.iter().map(|range| asked.range(range)).collect();
    Some(lsp::LinkedEditingRanges { ranges, word_pattern: None })
}

/// An error with a reason for people.
pub fn failed(reason: String) -> Error {
    Error { code: ErrorCode::ServerError(REQUEST_FAILED), message: reason.into(), data: None }
}

fn refused(Refusal(reason): Refusal) -> Error {
    failed(reason)
}
