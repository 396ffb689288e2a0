//! Where a thing comes from.

use std::ops::Range;

use super::Link;
use super::uses::{puts_into, rules_of};
use crate::editor::cursor::{Symbol, SymbolAt};
use crate::editor::reach::matching;
use crate::editor::schema::declares;
use crate::editor::{Location, View};
use crate::manifest::Manifest;
use crate::policy::Path;
use crate::source::Span;
use crate::syntax::tree::{Broken, StatementKind};

/// The most entries of a manifest that one place leads to: nobody looks through more.
const MOST_ENTRIES: usize = 200;

/// Where a thing comes from in the view's policy.
pub(super) fn links(view: &View, place: &SymbolAt) -> Vec<Link> {
    match &place.symbol {
        Symbol::Group(name) => statements(view, place, |kind| match kind {
            StatementKind::Group(group) => Some(group.name),
            StatementKind::Broken(Broken { name, .. }) => *name,
            _ => None,
        })
        .into_iter()
        .filter(|link| link.target.file.text().get(link.selection.clone()) == Some(name))
        .collect(),
        Symbol::Set(name) if name == "tools" => manifest_file(view, place).into_iter().collect(),
        Symbol::Set(name) => statements(view, place, |kind| match kind {
            StatementKind::Classify(classify) => {
                puts_into(view.slice(classify.class), name).then_some(classify.class)
            }
            _ => None,
        }),
        Symbol::File(path) => {
            let file = view.sources().find(path);
            file.and_then(|file| whole_file(view, place, Span::new(file, 0, 0)))
                .into_iter()
                .collect()
        }
        Symbol::Tool(_) | Symbol::Glob(_) | Symbol::Argument { .. } => {
            let spans = manifest(view).map_or_else(Vec::new, |it| entries(view, it, &place.symbol));
            spans.into_iter().filter_map(|span| link(view, place, span, span.range())).collect()
        }
        Symbol::Counter(_) => Vec::new(),
    }
}

/// The statements in which something of interest stands, with it.
fn statements(
    view: &View,
    place: &SymbolAt,
    name: impl Fn(&StatementKind) -> Option<Span>,
) -> Vec<Link> {
    let all = view.trees().iter().flat_map(|tree| &tree.statements);
    all.filter_map(|statement| link(view, place, statement.span, name(&statement.kind)?.range()))
        .collect()
}

fn link(view: &View, place: &SymbolAt, target: Span, selection: Range<usize>) -> Option<Link> {
    Some(Link { origin: place.whole.clone(), target: view.location(target)?, selection })
}

fn whole_file(view: &View, place: &SymbolAt, start: Span) -> Option<Link> {
    let file = view.sources().shared(start.file)?;
    let range = 0..file.text().len();
    Some(Link { origin: place.whole.clone(), target: Location { file, range }, selection: 0..0 })
}

fn manifest(view: &View) -> Option<&Manifest> {
    view.resolved()?.manifest.as_deref()
}

fn manifest_file(view: &View, place: &SymbolAt) -> Option<Link> {
    whole_file(view, place, manifest(view)?.tools().first()?.name_span)
}

/// The places of a manifest that tell about tools or their arguments.
fn entries(view: &View, manifest: &Manifest, thing: &Symbol) -> Vec<Span> {
    let tools = manifest.tools();
    match thing {
        Symbol::Tool(name) => {
            let tool = manifest.find(name).and_then(|number| tools.get(number));
            tool.map(|tool| tool.name_span).into_iter().collect()
        }
        Symbol::Glob(glob) => {
            let matching = matching(manifest, glob).filter_map(|tool| tools.get(tool.0 as usize));
            matching.map(|tool| tool.name_span).take(MOST_ENTRIES).collect()
        }
        Symbol::Argument { keys, rule: Some(rule) } => {
            let path = Path(keys.iter().map(|key| key.as_str().into()).collect());
            let rules = rules_of(view);
            let targets = rules.get(rule).copied().unwrap_or(&[]);
            let own = targets.iter().filter_map(|target| tools.get(target.tool.0 as usize));
            own.take(MOST_ENTRIES)
                .filter(|tool| declares(tool, &path))
                .filter_map(|tool| tool.place_in_schema(keys.last()?, None))
                .collect()
        }
        _ => Vec::new(),
    }
}
