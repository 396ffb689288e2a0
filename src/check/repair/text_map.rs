//! Where the parts of a repaired text are in the current one.

use std::ops::Range;

/// Where the parts of a repaired text are in the current one.
#[derive(Debug, Default)]
pub struct TextMap {
    /// In the order of the text; they do not overlap.
    replaced: Vec<Replaced>,
}

/// A part of the text that was replaced by its last good version, in bytes of each text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Replaced {
    pub current: Range<usize>,
    pub repaired: Range<usize>,
}

impl TextMap {
    /// Of a text in which nothing was replaced.
    pub(super) const fn unchanged() -> Self {
        Self { replaced: Vec::new() }
    }

    /// Of a text in which these parts were replaced, in their order.
    pub(super) fn new(replaced: Vec<Replaced>) -> Self {
        Self { replaced }
    }

    /// Where a part of the repaired text is in the current one; `None` if it touches what was replaced.
    pub fn to_current(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let after = self.replaced.partition_point(|replaced| replaced.repaired.end <= range.start);
        let touches = |replaced: &Replaced| {
            let Range { start, end } = replaced.repaired;
            match range.is_empty() {
                true => start <= range.end && range.start <= end,
                false => start < range.end && range.start < end,
            }
        };
        let around = after.saturating_sub(1)..self.replaced.len().min(after + 1);
        if self.replaced.get(around)?.iter().any(touches) {
            return None;
        }
        let moved = |offset| self.moved_back(after, offset);
        Some(moved(range.start)?..moved(range.end)?)
    }

    /// The same for a part that may have been replaced as a whole or in part: then it is all that was replaced.
    pub fn to_current_around(&self, range: &Range<usize>) -> Range<usize> {
        if let Some(current) = self.to_current(range) {
            return current;
        }
        let touches = |replaced: &&Replaced| {
            replaced.repaired.start <= range.end && range.start <= replaced.repaired.end
        };
        let mut touched = self.replaced.iter().filter(touches);
        let first = touched.next().map_or(0..0, |replaced| replaced.current.clone());
        first.start..touched.next_back().map_or(first.end, |last| last.current.end)
    }

    /// Where an offset of the current text is in the repaired one; `None` if it touches what was replaced.
    pub fn to_repaired(&self, offset: usize) -> Option<usize> {
        let after = self.replaced.partition_point(|replaced| replaced.current.end < offset);
        if self.replaced.get(after).is_some_and(|replaced| replaced.current.start <= offset) {
            return None;
        }
        Some(self.moved(after, offset))
    }

    /// A part of the current text in the repaired one, with all that was put in place of what it touches.
    pub fn to_repaired_around(&self, range: &Range<usize>) -> Range<usize> {
        let before = self.replaced.partition_point(|replaced| replaced.current.end < range.start);
        let first = self.replaced.get(before).filter(|first| first.current.start <= range.start);
        let start =
            first.map_or_else(|| self.moved(before, range.start), |first| first.repaired.start);
        let after = self.replaced.partition_point(|replaced| replaced.current.end < range.end);
        let last = self.replaced.get(after).filter(|last| last.current.start <= range.end);
        let end = last.map_or_else(|| self.moved(after, range.end), |last| last.repaired.end);
        start..end
    }

    /// An offset after the first `count` replacements, in the repaired text.
    fn moved(&self, count: usize, offset: usize) -> usize {
        match count.checked_sub(1).and_then(|last| self.replaced.get(last)) {
            Some(last) => last.repaired.end + offset - last.current.end,
            None => offset,
        }
    }

    /// An offset after the first `count` replacements, in the current text.
    fn moved_back(&self, count: usize, offset: usize) -> Option<usize> {
        match count.checked_sub(1).and_then(|last| self.replaced.get(last)) {
            Some(last) => Some(last.current.end + offset.checked_sub(last.repaired.end)?),
            None => Some(offset),
        }
    }

    /// Where the next part begins in the current text that replaces nothing, from an offset on.
    pub(super) fn next_new(&self, from: usize) -> Option<usize> {
        let next = self.replaced.partition_point(|replaced| replaced.current.start < from);
        let next = self.replaced.get(next).filter(|next| next.repaired.is_empty())?;
        Some(next.current.start)
    }
}
