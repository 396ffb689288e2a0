//! Semantic tokens: of a file, of a part of it, and what is different since the last time.

use std::ops::Range;

use gatewright::editor::tokens::tokens;
use tower_lsp::ls_types as lsp;

use crate::snapshots::RequestContext;
use crate::tokens::{SentTokens, difference, encode};

/// The tokens of the whole file.
pub fn full(request: &RequestContext) -> Vec<lsp::SemanticToken> {
    encoded(request, 0..request.view.text().len())
}

/// The tokens of a part of the file.
pub fn range(request: &RequestContext, range: lsp::Range) -> Vec<lsp::SemanticToken> {
    encoded(request, request.bytes(range))
}

fn encoded(request: &RequestContext, range: Range<usize>) -> Vec<lsp::SemanticToken> {
    encode(request, &tokens(&request.view, range))
}

/// What is different since the tokens that the client names; all of them if those are not known any more.
pub fn delta(
    before: Option<&SentTokens>,
    id: String,
    data: Vec<lsp::SemanticToken>,
) -> lsp::SemanticTokensFullDeltaResult {
    let result_id = Some(id);
    match before {
        None => lsp::SemanticTokensFullDeltaResult::Tokens(lsp::SemanticTokens { result_id, data }),
        Some(before) => {
            let edits = difference(&before.data, &data);
            let delta = lsp::SemanticTokensDelta { result_id, edits };
            lsp::SemanticTokensFullDeltaResult::TokensDelta(delta)
        }
    }
}
