//! Where a name comes from, and where else it counts.

mod definition;
pub(super) mod reach;
pub(super) mod uses;

use std::ops::Range;

use self::uses::uses;
use super::cursor::{Symbol, between_quotes, file_path, named_files, symbol_at};
use super::{Location, View};

/// A way from a place to another.
#[derive(Clone, Debug)]
pub struct Link {
    /// The characters of this file that lead there.
    pub origin: Range<usize>,
    /// The whole of what is led to.
    pub target: Location,
    /// The name within it.
    pub selection: Range<usize>,
}

/// How a place uses a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// It says what the name is.
    Definition,
    /// It names it.
    Name,
    /// It is about it without naming it: a glob or set that holds a tool.
    Reach,
}

/// Where the name at an offset is defined: a group's statement, a tool's entry in the manifest, a file. Of a set of classes the
/// statements that put tools into it, of `@tools` the manifest, of a glob the tools that it matches, of an argument its
/// declarations.
pub(super) fn definition(view: &View, offset: usize) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    for view in view.all() {
        let place = symbol_at(&view, offset);
        links.extend(place.map(|place| definition::links(&view, &place)).unwrap_or_default());
    }
    let key = |link: &Link| (link.target.file.path().to_owned(), link.selection.start);
    links.sort_by_cached_key(key);
    links.dedup_by(|left, right| key(left) == key(right));
    links
}

/// Every place that is about what stands at an offset, over all policies that the file belongs to; its definition too, if asked.
/// Sorted by path and place, each once.
pub(super) fn references(view: &View, offset: usize, with_definition: bool) -> Vec<Location> {
    let mut found: Vec<Location> = Vec::new();
    for view in view.all() {
        let Some(place) = symbol_at(&view, offset) else { continue };
        let all = uses(&view, &place.symbol).into_iter();
        let wanted = all.filter(|found| with_definition || found.how != Use::Definition);
        found.extend(wanted.filter_map(|found| view.location(found.span)));
        if with_definition && matches!(place.symbol, Symbol::Tool(_)) {
            found.extend(definition::links(&view, &place).into_iter().map(|link| link.target));
        }
    }
    let key = |place: &Location| (place.range.start, place.range.end);
    found
        .sort_by(|left, right| (left.file.path(), key(left)).cmp(&(right.file.path(), key(right))));
    found.dedup_by(|left, right| left.file.path() == right.file.path() && key(left) == key(right));
    found
}

/// The same within the file, for marking.
pub(super) fn highlights(view: &View, offset: usize) -> Vec<(Range<usize>, Use)> {
    let mut marks: Vec<(usize, usize, Use)> = Vec::new();
    for view in view.all() {
        let Some(place) = symbol_at(&view, offset) else { continue };
        let own = uses(&view, &place.symbol).into_iter();
        let own = own.filter(|found| found.span.file == view.file());
        marks
            .extend(own.map(|found| (found.span.range().start, found.span.range().end, found.how)));
    }
    marks.sort_unstable();
    marks.dedup_by_key(|(start, end, _)| (*start, *end));
    marks.into_iter().map(|(start, end, how)| (start..end, how)).collect()
}

/// The files that the text names, for following: each with the path that it resolves to. The range is that of the name between
/// its quotes.
pub fn links(view: &View) -> Vec<(Range<usize>, String)> {
    let mut links = Vec::new();
    named_files(view, &mut |text| {
        links.push((between_quotes(text.span), file_path(view, text)));
    });
    links
}
