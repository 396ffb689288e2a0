//! A JSON text as far as it can be told while somebody types: objects, lists, keys and values with their places, whatever is
//! missing or too much. Made in one pass, kept flat, so that neither length nor nesting of a hostile text costs more.

use crate::source::TextPart;

mod read;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;

/// A part of a [`Sketch`], by its number.
pub(super) type Id = usize;

/// What stands for no part.
const NONE: u32 = u32::MAX;

/// A text and its parts, in the order in which they begin; what lies in a part follows it.
pub(super) struct Sketch<'t> {
    text: &'t str,
    parts: Vec<SketchNode>,
}

/// A value, with its key if it has one. Offsets are bytes; a text has no more than 64 MiB.
#[derive(Clone, Copy, Debug)]
struct SketchNode {
    /// The key with its quotes.
    key: Option<(u32, u32)>,
    value: (u32, u32),
    parent: u32,
    /// The number behind the last part that lies in it.
    after: u32,
    kind: SketchKind,
    has_colon: bool,
    is_closed: bool,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SketchKind {
    Object,
    Array,
    String,
    /// A number, `true`, `false`, `null`, or anything else without quotes.
    Word,
    /// There is a key and no value yet.
    Missing,
}

/// What a place in the text is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Key,
    Value,
    /// Neither: a colon or comma is due, or the document is over.
    Nothing,
}

/// A place in the text.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    /// The innermost object or list around it.
    pub(super) inside: Option<Id>,
    /// The part whose key or value stands there or is due there; none for one that is to come.
    pub(super) part: Option<Id>,
    pub(super) side: Side,
    /// The key or plain value that the place touches, with its quotes; empty at the place itself if there is none.
    pub(super) word: Range<usize>,
}

impl SketchNode {
    fn start(&self) -> u32 {
        self.key.map_or(self.value.0, |key| key.0)
    }

    fn is_container(&self) -> bool {
        matches!(self.kind, SketchKind::Object | SketchKind::Array)
    }
}

impl<'t> Sketch<'t> {
    /// Reads a text.
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, parts: read::read(text) }
    }

    /// The first value of the text: the policy, if it is one.
    pub(super) fn root(&self) -> Option<Id> {
        (!self.parts.is_empty()).then_some(0)
    }

    /// Every part, in the order in which they begin.
    pub(super) fn all(&self) -> Range<Id> {
        0..self.parts.len()
    }

    /// The parts that begin in a range of the text.
    pub(super) fn beginning_in(&self, range: &Range<usize>) -> Range<Id> {
        let before =
            |offset: usize| self.parts.partition_point(|part| (part.start() as usize) < offset);
        before(range.start)..before(range.end.saturating_add(1))
    }

    /// What the value of a part is.
    pub(super) fn kind(&self, id: Id) -> SketchKind {
        self.parts.get(id).map_or(SketchKind::Missing, |part| part.kind)
    }

    /// The object or list that a part lies in.
    pub(super) fn parent(&self, id: Id) -> Option<Id> {
        self.parts.get(id).filter(|part| part.parent != NONE).map(|part| part.parent as usize)
    }

    /// A part and what it lies in, inside out.
    pub(super) fn upward(&self, id: Id) -> impl Iterator<Item = Id> {
        std::iter::successors(Some(id), |id| self.parent(*id))
    }

    /// What lies directly in a part.
    pub(super) fn children(&self, id: Id) -> impl Iterator<Item = Id> {
        let end = self.parts.get(id).map_or(0, |part| part.after as usize);
        let next = move |child: Id| (child < end).then_some(child);
        std::iter::successors(next(id + 1), move |child| {
            next(self.parts.get(*child).map_or(end, |part| part.after as usize))
        })
    }

    /// The key of a part with its quotes.
    pub(super) fn key(&self, id: Id) -> Option<Range<usize>> {
        self.parts.get(id)?.key.map(range)
    }

    /// The value of a part, from bracket to bracket; empty where it is due.
    pub(super) fn value(&self, id: Id) -> Range<usize> {
        self.parts.get(id).map_or(0..0, |part| range(part.value))
    }

    /// A part with its key.
    pub(super) fn whole(&self, id: Id) -> Range<usize> {
        let value = self.value(id);
        self.key(id).map_or(value.clone(), |key| key.start..value.end.max(key.end))
    }

    /// Whether a key has its colon.
    pub(super) fn has_colon(&self, id: Id) -> bool {
        self.parts.get(id).is_some_and(|part| part.has_colon)
    }

    /// Whether the bracket of an object or list is closed.
    pub(super) fn is_closed(&self, id: Id) -> bool {
        self.parts.get(id).is_some_and(|part| part.is_closed)
    }

    /// The characters of a range.
    pub(super) fn slice(&self, range: Range<usize>) -> &'t str {
        self.text.part(range)
    }

    /// The characters from an offset on.
    pub(super) fn rest(&self, from: usize) -> &'t str {
        self.text.part(from..)
    }

    /// The key of a part, decoded.
    pub(super) fn key_text(&self, id: Id) -> Option<Cow<'t, str>> {
        self.key(id).map(|key| decoded(self.slice(key)))
    }

    /// The string of a part, decoded; none for any other value.
    pub(super) fn string(&self, id: Id) -> Option<Cow<'t, str>> {
        (self.kind(id) == SketchKind::String).then(|| decoded(self.slice(self.value(id))))
    }

    /// The part that a key has in an object; of several the first.
    pub(super) fn member(&self, id: Id, key: &str) -> Option<Id> {
        self.children(id).find(|child| self.key_text(*child).is_some_and(|text| text == key))
    }

    /// What stands at an offset.
    pub(super) fn spot(&self, offset: usize) -> Spot {
        let next = self.parts.partition_point(|part| part.start() as usize <= offset);
        let last = next.checked_sub(1);
        last.and_then(|last| self.touched(last, offset)).unwrap_or_else(|| self.gap(last, offset))
    }

    /// The word of the part that begins last before an offset, if the offset touches it.
    fn touched(&self, id: Id, offset: usize) -> Option<Spot> {
        let touches = |range: &Range<usize>| range.start <= offset && offset <= range.end;
        let spot = |side, word| Spot { inside: self.parent(id), part: Some(id), side, word };
        if let Some(key) = self.key(id).filter(touches) {
            return Some(spot(Side::Key, key));
        }
        let is_word = matches!(self.kind(id), SketchKind::String | SketchKind::Word);
        let value = Some(self.value(id)).filter(|value| is_word && touches(value));
        value.map(|value| spot(Side::Value, value))
    }

    /// A place between words.
    fn gap(&self, last: Option<Id>, offset: usize) -> Spot {
        let holds = |id: &Id| {
            let Some(part) = self.parts.get(*id) else { return false };
            let (start, end) = (part.value.0 as usize, part.value.1 as usize);
            part.is_container()
                && start < offset
                && (offset < end || !part.is_closed && offset == end)
        };
        let inside = last.and_then(|last| self.upward(last).find(holds));
        let spot = |part, side| Spot { inside, part, side, word: offset..offset };
        let Some(around) = inside else {
            let is_blank = self.parts.is_empty();
            return spot(None, if is_blank { Side::Value } else { Side::Nothing });
        };
        let before = self.slice(0..offset);
        let written = before.trim_end_matches([' ', '\t', '\r', '\n']);
        let is_new_line = self.slice(written.len()..offset).contains('\n');
        let own =
            last.and_then(|last| self.upward(last).find(|id| self.parent(*id) == Some(around)));
        let is_object = self.kind(around) == SketchKind::Object;
        match written.bytes().last() {
            Some(b':') if is_object => spot(own, Side::Value),
            Some(b'{' | b',' | b'[') => spot(None, if is_object { Side::Key } else { Side::Value }),
            _ if !is_new_line => spot(own, Side::Nothing),
            _ if !is_object => spot(None, Side::Value),
            _ if own.is_some_and(|own| !self.has_colon(own)) => spot(own, Side::Nothing),
            _ => spot(None, Side::Key),
        }
    }
}

fn range((start, end): (u32, u32)) -> Range<usize> {
    start as usize..end as usize
}

/// What a string says that may lack its last quote; a word without quotes says itself.
pub(super) fn decoded(raw: &str) -> Cow<'_, str> {
    let Some(inner) = raw.strip_prefix('"') else { return Cow::Borrowed(raw) };
    if !inner.contains('\\') {
        return Cow::Borrowed(inner.strip_suffix('"').unwrap_or(inner));
    }
    let text = serde_json::from_str(raw).or_else(|_| serde_json::from_str(&format!("{raw}\"")));
    text.map_or_else(|_| Cow::Borrowed(inner.strip_suffix('"').unwrap_or(inner)), Cow::Owned)
}
