//! Folding and growing selections.

use gatewright::editor::answers::{folds, selection};
use gatewright::editor::folding::{Fold, FoldKind};
use tower_lsp::ls_types as lsp;

use crate::snapshots::RequestContext;

/// What can be folded. Clients that fold whole lines get lines only, and nothing that lies on one line.
pub fn folding_ranges(request: &RequestContext) -> Vec<lsp::FoldingRange> {
    let found = folds(&request.view);
    found.iter().filter_map(|fold| folding_range(request, fold)).collect()
}

fn folding_range(request: &RequestContext, fold: &Fold) -> Option<lsp::FoldingRange> {
    let range = request.range(&fold.range);
    let lines_only = request.features().line_folding;
    if range.start.line >= range.end.line {
        return None;
    }
    Some(lsp::FoldingRange {
        start_line: range.start.line,
        start_character: (!lines_only).then_some(range.start.character),
        end_line: range.end.line,
        end_character: (!lines_only).then_some(range.end.character),
        kind: match fold.kind {
            FoldKind::Comment => Some(lsp::FoldingRangeKind::Comment),
            FoldKind::Imports => Some(lsp::FoldingRangeKind::Imports),
            FoldKind::Region => Some(lsp::FoldingRangeKind::Region),
        },
        collapsed_text: None,
    })
}

/// What is selected when selections at positions grow: one answer for each.
pub fn selection_ranges(
    request: &RequestContext,
    positions: &[lsp::Position],
) -> Vec<lsp::SelectionRange> {
    positions.iter().map(|position| selection_range(request, *position)).collect()
}

fn selection_range(request: &RequestContext, position: lsp::Position) -> lsp::SelectionRange {
    let found = selection(&request.view, request.offset(position));
    let mut outer: Option<lsp::SelectionRange> = None;
    for range in found.iter().rev() {
        let range = request.range(range);
        outer = Some(lsp::SelectionRange { range, parent: outer.map(Box::new) });
    }
    // The protocol wants an answer for every position.
    let here = lsp::SelectionRange { range: lsp::Range::new(position, position), parent: None };
    outer.unwrap_or(here)
}
