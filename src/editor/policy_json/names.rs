//! Where a name of a policy.json comes from, and where else it stands.

use std::borrow::Cow;
use std::ops::Range;

use super::facts::{Facts, argument};
use super::role::{Role, Way, role_of};
use super::sketch::{Id, Side, Sketch};
use crate::editor::navigation::{Link, Use};
use crate::editor::{Location, View};
use crate::source::Span;

/// What a place names.
enum Named<'t> {
    Tool(Cow<'t, str>),
    /// An argument, as the path of a condition has it.
    Argument(Cow<'t, str>),
    Counter(Cow<'t, str>),
}

/// Something that is named at an offset.
struct NamedAt<'t> {
    sketch: Sketch<'t>,
    way: Way,
    named: Named<'t>,
    word: Range<usize>,
}

impl<'t> NamedAt<'t> {
    fn at(text: &'t str, offset: usize) -> Option<Self> {
        let sketch = Sketch::new(text);
        let spot = sketch.spot(text.floor_char_boundary(offset));
        let part = spot.part?;
        let way = Way::to(&sketch, part);
        let named = match (spot.side, way.role()) {
            (Side::Key, Role::Rule) if way.around() == Some(Role::Tools) => {
                Named::Tool(sketch.key_text(part)?)
            }
            (Side::Value, Role::Hidden) => Named::Tool(sketch.string(part)?),
            (Side::Value, Role::Path) => Named::Argument(sketch.string(part)?),
            (Side::Value, Role::Counter) => Named::Counter(sketch.string(part)?),
            _ => return None,
        };
        Some(Self { sketch, way, named, word: spot.word })
    }

    /// Every place of the document that names the same, in order.
    fn places(&self) -> Vec<(Range<usize>, Use)> {
        match &self.named {
            Named::Tool(name) => self.tool(name),
            Named::Counter(name) => self.counter(name),
            Named::Argument(_) => Vec::new(),
        }
    }

    fn top(&self, key: &str) -> impl Iterator<Item = Id> {
        let sketch = &self.sketch;
        let top = sketch.root().and_then(|root| sketch.member(root, key));
        top.into_iter().flat_map(|top| sketch.children(top))
    }

    fn tool(&self, name: &str) -> Vec<(Range<usize>, Use)> {
        let sketch = &self.sketch;
        let mut found = Vec::new();
        for entry in self.top("hide") {
            match sketch.string(entry).as_deref() {
                Some(own) if own == name => found.push((sketch.value(entry), Use::Name)),
                Some("*") => found.push((sketch.value(entry), Use::Reach)),
                _ => {}
            }
        }
        for tool in self.top("tools").filter(|tool| sketch.key_text(*tool).as_deref() == Some(name))
        {
            found.extend(sketch.key(tool).map(|key| (key, Use::Name)));
        }
        found.sort_by_key(|(range, _)| range.start);
        found
    }

    fn counter(&self, name: &str) -> Vec<(Range<usize>, Use)> {
        let sketch = &self.sketch;
        let counters = sketch.all().filter(|id| {
            sketch.string(*id).as_deref() == Some(name)
                && sketch.key_text(*id).as_deref() == Some("counter")
                && role_of(sketch, *id) == Role::Counter
        });
        counters.map(|id| (sketch.value(id), Use::Name)).collect()
    }
}

/// A tool's entry in the manifest, or an argument's key in its schema.
pub(in crate::editor) fn definition(view: &View, offset: usize) -> Vec<Link> {
    let link = |place: NamedAt<'_>| {
        let facts = Facts::of(view);
        let (span, whole) = match &place.named {
            Named::Tool(name) => {
                let span = facts.tool(name)?.name_span;
                (span, entry(&facts, span))
            }
            Named::Argument(path) => {
                let path = argument(path)?;
                let tool = place.way.tool(&place.sketch)?;
                let span = facts.tool(&tool)?.place_in_schema(path.0.last()?, None)?;
                (span, span.range())
            }
            Named::Counter(_) => return None,
        };
        let file = facts.sources.shared(span.file)?;
        let target = Location { file, range: whole };
        Some(Link { origin: place.word, target, selection: span.range() })
    };
    NamedAt::at(view.text(), offset).and_then(link).into_iter().collect()
}

/// The whole of a tool in the manifest.
fn entry(facts: &Facts, name: Span) -> Range<usize> {
    let sketch = Sketch::new(facts.sources.text(name.file));
    let spot = sketch.spot(name.start as usize + 1);
    spot.inside.map_or(name.range(), |inside| sketch.value(inside))
}

/// Every place that names the tool or the counter; the tool's entry in the manifest too, if asked.
pub(in crate::editor) fn references(
    view: &View,
    offset: usize,
    with_definition: bool,
) -> Vec<Location> {
    let Some(place) = NamedAt::at(view.text(), offset) else { return Vec::new() };
    let file = view.source();
    let here = place.places().into_iter().filter(|(_, usage)| *usage == Use::Name);
    let here = here.map(|(range, _)| Location { file: file.clone(), range });
    let there = if with_definition { definition(view, offset) } else { Vec::new() };
    let there = there.into_iter().filter(|_| matches!(place.named, Named::Tool(_)));
    let there = there.map(|link| Location { file: link.target.file, range: link.selection });
    here.chain(there).collect()
}

/// The same within the document, and an entry that hides every tool.
pub(in crate::editor) fn highlights(view: &View, offset: usize) -> Vec<(Range<usize>, Use)> {
    NamedAt::at(view.text(), offset).map_or_else(Vec::new, |place| place.places())
}
