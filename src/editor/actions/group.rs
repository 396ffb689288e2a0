//! Selectors taken out into a group.

use std::collections::BTreeSet;
use std::ops::Range;

use super::place::Place;
use super::trial::Trial;
use super::{Action, ActionKind};
use crate::editor::cursor::selectors_of;
use crate::editor::{TextEdit, View, formatting, lines};
use crate::risk::ClassSet;
use crate::source::Span;
use crate::syntax::tree::{Broken, Selector, Statement, StatementKind};
use crate::syntax::{comments, words};
use crate::text::count;

/// What a new group is called; with a number behind it where the name is taken.
const NAME: &str = "selected";

/// A group for what is selected of a row of selectors, or for the whole row, here and wherever the same row stands in the file.
/// Critical tools that are granted keep their names.
pub(super) fn actions(
    view: &View,
    range: &Range<usize>,
    place: &Place<'_>,
    trial: &mut Trial<'_>,
) -> Vec<Action> {
    let is_group = matches!(place.statement.kind, StatementKind::Group(_));
    if is_group
        || place.grants_critical()
        || comments(view.slice(place.selectors.span)).next().is_some()
    {
        return Vec::new();
    }
    let Some(name) = free_name(view, place) else { return Vec::new() };
    if let Some(part) = selected(place, range) {
        let edits = extracted(view, &name, &[(place.statement, part)]);
        let title = format!("extract the selection into the group `{name}`");
        return trial.action(ActionKind::Extract, title, &edits).into_iter().collect();
    }
    let selectors = place.selectors;
    if selectors.items.len() < 2 && selectors.having.is_none() && selectors.except.is_empty() {
        return Vec::new();
    }
    let edits = extracted(view, &name, &[(place.statement, selectors.span)]);
    let title = format!("extract the tools into the group `{name}`");
    let mut found: Vec<Action> =
        trial.action(ActionKind::Extract, title, &edits).into_iter().collect();
    let same = with_same_selectors(view, place);
    if same.len() > 1 {
        let edits = extracted(view, &name, &same);
        let title = format!(
            "extract the tools of {} into the group `{name}`",
            count(same.len(), "statement")
        );
        found.extend(trial.action(ActionKind::Extract, title, &edits));
    }
    found
}

/// The items of a row that a range holds, if they are several of them but not all.
fn selected(place: &Place<'_>, range: &Range<usize>) -> Option<Span> {
    let is_inside = |item: &&Selector| {
        range.start <= item.span.start as usize && item.span.end as usize <= range.end
    };
    let items = &place.selectors.items;
    let chosen: Vec<&Selector> = items.iter().filter(is_inside).collect();
    let (first, last) = (chosen.first()?, chosen.last()?);
    let is_part = chosen.len() > 1 && first.span.to(last.span) != place.selectors.span;
    is_part.then(|| first.span.to(last.span))
}

/// The statements of the file with the same selectors, character by character.
fn with_same_selectors<'v>(view: &'v View, place: &Place<'_>) -> Vec<(&'v Statement, Span)> {
    let wanted = view.slice(place.selectors.span);
    let same = view.statements().iter().filter_map(|statement| {
        let span = selectors_of(statement)?.span;
        let is_group = matches!(statement.kind, StatementKind::Group(_));
        (!is_group && view.slice(span) == wanted).then_some((statement, span))
    });
    same.collect()
}

/// The changes that define the group above the first of some statements, and name it in each.
fn extracted(view: &View, name: &str, parts: &[(&Statement, Span)]) -> Vec<TextEdit> {
    let Some((first, part)) = parts.first() else { return Vec::new() };
    let text = view.text();
    let own = lines::line_start(text, first.span.start as usize);
    // What stands directly above the statement is about it, and stays so.
    let above = lines::comments_above(text, own).last();
    let is_apart = above.is_some() || matches!(first.kind, StatementKind::Block(_));
    let at = above.map_or(own, |comment| comment.start);
    let mark =
        text.get(at..).map_or(0, |rest| rest.len() - rest.trim_start_matches('\u{feff}').len());
    let line_break = lines::line_break(text);
    let definition = format!("group {name} = {}", view.slice(*part));
    let laid_out = formatting::statement(&definition).unwrap_or(definition);
    let gap = if is_apart { line_break } else { "" };
    let definition = format!("{}{line_break}{gap}", laid_out.replace('\n', line_break));
    let mut edits = vec![TextEdit::new(at + mark..at + mark, definition)];
    edits.extend(parts.iter().map(|(_, part)| TextEdit::new(part.range(), format!("@{name}"))));
    edits
}

/// A name that no group of any policy of the file has, nor a tool.
fn free_name(view: &View, place: &Place<'_>) -> Option<String> {
    let all = view.all();
    let mut taken: BTreeSet<&str> = BTreeSet::new();
    for view in &all {
        let Some(resolved) = view.resolved() else { continue };
        let statements = resolved.trees.iter().flat_map(|tree| &tree.statements);
        taken.extend(statements.filter_map(|statement| match &statement.kind {
            StatementKind::Group(group) => Some(view.slice(group.name)),
            StatementKind::Broken(Broken { name: Some(name), .. }) => Some(view.slice(*name)),
            _ => None,
        }));
        taken.extend(resolved.policy.tools.iter().map(|(_, tool)| &*tool.name));
    }
    let is_free = |name: &String| {
        !taken.contains(name.as_str())
            && !words::is_word(name)
            && ClassSet::from_name(name).is_none()
            && place.manifest().is_none_or(|manifest| manifest.find(name).is_none())
    };
    let numbered = (2..=taken.len() + 2).map(|number| format!("{NAME}_{number}"));
    std::iter::once(NAME.to_owned()).chain(numbered).find(is_free)
}
