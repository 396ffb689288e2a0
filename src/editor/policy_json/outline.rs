//! The parts of a policy.json: as a tree, for folding, for growing selections.

use std::ops::Range;

use super::limit::rate_of;
use super::role::Role;
use super::sketch::{Id, Side, Sketch, SketchKind};
use crate::editor::View;
use crate::editor::folding::{Fold, FoldKind};
use crate::editor::symbols::{OutlineSymbol, SymbolKind};
use crate::text::{count, excerpt};

/// How many characters of a name are shown.
const SHOWN: usize = 120;

/// The parts of the document.
pub(in crate::editor) fn symbols(view: &View) -> Vec<OutlineSymbol> {
    let sketch = Sketch::new(view.text());
    let Some(root) = sketch.root() else { return Vec::new() };
    sketch.children(root).filter_map(|child| top(&sketch, child)).collect()
}

fn top(sketch: &Sketch<'_>, id: Id) -> Option<OutlineSymbol> {
    let role = Role::Root.within(sketch.key_text(id).as_deref());
    let (kind, children, detail) = match role {
        Role::Default => (SymbolKind::Default, Vec::new(), sketch.string(id).map(String::from)),
        Role::Version => (SymbolKind::Key, Vec::new(), sketch.string(id).map(String::from)),
        Role::Hide => {
            let hidden = sketch.children(id).filter_map(|entry| hidden(sketch, entry));
            let hidden: Vec<OutlineSymbol> = hidden.collect();
            let detail = count(hidden.len(), "tool");
            (SymbolKind::Key, hidden, Some(detail))
        }
        Role::AllTools => (SymbolKind::Key, rule(sketch, id, role), None),
        Role::Tools => {
            let tools = sketch.children(id).filter_map(|tool| {
                symbol(sketch, tool, SymbolKind::Tool, rule(sketch, tool, Role::Rule), None)
            });
            let tools: Vec<OutlineSymbol> = tools.collect();
            let detail = count(tools.len(), "tool");
            (SymbolKind::Key, tools, Some(detail))
        }
        _ => (SymbolKind::Key, Vec::new(), None),
    };
    symbol(sketch, id, kind, children, detail)
}

/// A part under its key.
fn symbol(
    sketch: &Sketch<'_>,
    id: Id,
    kind: SymbolKind,
    children: Vec<OutlineSymbol>,
    detail: Option<String>,
) -> Option<OutlineSymbol> {
    let name = shown(&sketch.key_text(id)?);
    let (range, selection) = (sketch.whole(id), sketch.key(id)?);
    let detail = detail.map(|detail| excerpt(&detail, SHOWN));
    Some(OutlineSymbol { name, detail, kind, range, selection, children })
}

/// A name that a list can show: some editors refuse an outline in which one is empty.
fn shown(name: &str) -> String {
    if name.trim().is_empty() { "\"\"".to_owned() } else { excerpt(name, SHOWN) }
}

fn hidden(sketch: &Sketch<'_>, id: Id) -> Option<OutlineSymbol> {
    let name = shown(&sketch.string(id)?);
    let range = sketch.whole(id);
    let (selection, children) = (range.clone(), Vec::new());
    Some(OutlineSymbol { name, detail: None, kind: SymbolKind::Tool, range, selection, children })
}

/// The lists of a rule.
fn rule(sketch: &Sketch<'_>, id: Id, role: Role) -> Vec<OutlineSymbol> {
    let list = |list: Id| {
        let role = role.within(sketch.key_text(list).as_deref());
        let entries: Vec<OutlineSymbol> =
            sketch.children(list).enumerate().map(|(at, id)| entry(sketch, id, role, at)).collect();
        let detail =
            Some(count(entries.len(), if role == Role::Limits { "limit" } else { "rule" }));
        symbol(sketch, list, SymbolKind::Key, entries, detail)
    };
    sketch.children(id).filter_map(list).collect()
}

/// An entry of a list: a limit by its rate, a predicate by its message.
fn entry(sketch: &Sketch<'_>, id: Id, role: Role, at: usize) -> OutlineSymbol {
    let name = match role {
        Role::Limits => rate_of(sketch, id).map(|rate| rate.to_string()),
        _ => sketch.member(id, "on_deny").and_then(|id| sketch.string(id)).map(String::from),
    };
    let name = name.filter(|name| !name.trim().is_empty());
    let name = name.map_or_else(|| (at + 1).to_string(), |name| excerpt(&name, SHOWN));
    let range = sketch.whole(id);
    let first = sketch.slice(range.clone()).chars().next();
    let selection = range.start..range.start + first.map_or(0, char::len_utf8);
    OutlineSymbol {
        name,
        detail: None,
        kind: SymbolKind::Rule,
        range,
        selection,
        children: Vec::new(),
    }
}

/// What can be folded: objects and lists over several lines; the line of the closing bracket stays.
pub(in crate::editor) fn folds(view: &View) -> Vec<Fold> {
    let text = view.text();
    let sketch = Sketch::new(text);
    let breaks: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
    let line = |offset: usize| breaks.partition_point(|at| *at < offset);
    let fold = |id: Id| {
        let value = sketch.value(id);
        let inner = value.end.saturating_sub(usize::from(sketch.is_closed(id)));
        let (first, last) = (line(value.start), line(inner));
        // Before the line break that ends the line above that of the closing bracket.
        let end = if sketch.is_closed(id) { *breaks.get(last.checked_sub(1)?)? } else { inner };
        let end = end - usize::from(text.get(..end)?.ends_with('\r'));
        let range = value.start + 1..end;
        (line(end) > first).then_some(Fold { range, kind: FoldKind::Region })
    };
    let containers = sketch.all().filter(|id| is_container(&sketch, *id));
    containers.filter_map(fold).collect()
}

fn is_container(sketch: &Sketch<'_>, id: Id) -> bool {
    matches!(sketch.kind(id), SketchKind::Object | SketchKind::Array)
}

/// What is selected when the selection grows: a string's inside, the string, its key and value, what its object or list holds,
/// and so on.
pub(in crate::editor) fn selection(view: &View, offset: usize) -> Vec<Range<usize>> {
    let text = view.text();
    let offset = text.floor_char_boundary(offset);
    let sketch = Sketch::new(text);
    let spot = sketch.spot(offset);
    let mut ranges = Vec::new();
    if !spot.word.is_empty() {
        let raw = sketch.slice(spot.word.clone());
        if let Some(inner) = raw.strip_prefix('"') {
            let inner = inner.strip_suffix('"').unwrap_or(inner);
            ranges.push(spot.word.start + 1..spot.word.start + 1 + inner.len());
        }
        ranges.push(spot.word.clone());
    }
    let has_word = !spot.word.is_empty() && spot.side != Side::Nothing;
    for id in
        spot.part.filter(|_| has_word).or(spot.inside).into_iter().flat_map(|id| sketch.upward(id))
    {
        let value = sketch.value(id);
        if is_container(&sketch, id) {
            let end = value.end - usize::from(sketch.is_closed(id));
            ranges.push(value.start + 1..end.max(value.start + 1));
        }
        ranges.extend([value, sketch.whole(id)]);
    }
    ranges.push(0..text.len());
    growing(ranges, offset)
}

/// The ranges that hold the offset, each larger than the one before and around it.
fn growing(ranges: Vec<Range<usize>>, offset: usize) -> Vec<Range<usize>> {
    let mut kept: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        let holds = range.start <= offset && offset <= range.end;
        let grows = kept.last().is_none_or(|last| {
            range.start <= last.start && last.end <= range.end && *last != range
        });
        if holds && grows {
            kept.push(range);
        }
    }
    kept
}
