//! A statement about several tools as one for each.

use super::place::Place;
use super::trial::Trial;
use super::{Action, ActionKind};
use crate::editor::{TextEdit, View, lines};
use crate::syntax::comments;
use crate::syntax::tree::{SelectorKind, StatementKind};
use crate::text::count;

/// Statements about more tools are not taken apart.
const MAX_STATEMENTS: usize = 50;

/// The action, where a rule names its tools one by one and nothing stands between them.
pub(super) fn actions(view: &View, place: &Place<'_>, trial: &mut Trial<'_>) -> Option<Action> {
    let selectors = place.selectors;
    let items = &selectors.items;
    let is_name = |kind| matches!(kind, SelectorKind::Name | SelectorKind::Quoted);
    let is_row = (2..=MAX_STATEMENTS).contains(&items.len())
        && selectors.having.is_none()
        && selectors.except.is_empty()
        && items.iter().all(|item| is_name(item.kind));
    let statement = place.statement.span;
    let whole = view.slice(statement);
    let is_rule = matches!(place.statement.kind, StatementKind::Rule(..));
    if !is_row || !is_rule || comments(whole).next().is_some() {
        return None;
    }
    let text = view.text();
    let before = text.get(statement.start as usize..selectors.span.start as usize)?;
    let behind = text.get(selectors.span.end as usize..statement.end as usize)?;
    let statements: Vec<String> =
        items.iter().map(|item| format!("{before}{}{behind}", view.slice(item.span))).collect();
    let edit = TextEdit::new(statement.range(), statements.join(lines::line_break(text)));
    let title = format!("write {}, one per tool", count(items.len(), "statement"));
    trial.action(ActionKind::Rewrite, title, &[edit])
}
