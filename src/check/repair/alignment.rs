//! Which statements of a text are those of an earlier version of it.

use std::collections::HashMap;
use std::ops::Range;

/// Neighbouring statements without a counterpart, by their numbers: those of now, and those that were there before. One of the two
/// may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    pub now: Range<usize>,
    pub good: Range<usize>,
}

/// The gaps between the statements that two versions of a text have in common, in the order of the text.
///
/// Statements are the same if their characters are. Takes O(n log n) steps: what is the same at both ends first, then statements that
/// each version has once, in the longest order that both share.
pub(super) fn gaps(now: &[&str], good: &[&str]) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let (front, back) = common_ends(now, good);
    let inner_now = now.get(front..now.len() - back).unwrap_or(&[]);
    let inner_good = good.get(front..good.len() - back).unwrap_or(&[]);
    let (mut at_now, mut at_good) = (0, 0);
    let end = (inner_now.len(), inner_good.len());
    for (next_now, next_good) in anchors(inner_now, inner_good).into_iter().chain([end]) {
        let part_now = inner_now.get(at_now..next_now).unwrap_or(&[]);
        let part_good = inner_good.get(at_good..next_good).unwrap_or(&[]);
        let (first, last) = common_ends(part_now, part_good);
        let gap = Gap {
            now: front + at_now + first..front + next_now - last,
            good: front + at_good + first..front + next_good - last,
        };
        if !gap.now.is_empty() || !gap.good.is_empty() {
            gaps.push(gap);
        }
        (at_now, at_good) = (next_now + 1, next_good + 1);
    }
    gaps
}

/// How many texts are the same at the start and at the end.
fn common_ends(now: &[&str], good: &[&str]) -> (usize, usize) {
    let front = now.iter().zip(good).take_while(|(now, good)| now == good).count();
    let most = now.len().min(good.len()) - front;
    let ends = now.iter().rev().zip(good.iter().rev()).take(most);
    (front, ends.take_while(|(now, good)| now == good).count())
}

/// Pairs of equal texts that are in the same order in both lists, from those that each list has once.
fn anchors(now: &[&str], good: &[&str]) -> Vec<(usize, usize)> {
    let mut places: HashMap<&str, (Vec<usize>, Vec<usize>)> = HashMap::new();
    for (number, text) in now.iter().enumerate() {
        places.entry(text).or_default().0.push(number);
    }
    for (number, text) in good.iter().enumerate() {
        places.entry(text).or_default().1.push(number);
    }
    let mut pairs: Vec<(usize, usize)> =
        places.values().filter_map(|(now, good)| Some((*only(now)?, *only(good)?))).collect();
    pairs.sort_unstable();
    longest_increasing(&pairs)
}

fn only<T>(items: &[T]) -> Option<&T> {
    items.first().filter(|_| items.len() == 1)
}

/// The longest part of a list, sorted by the first numbers, in which the second numbers increase as well.
fn longest_increasing(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // The pair that ends the best row of each length so far, and for every pair the one before it in its row.
    let mut ends: Vec<usize> = Vec::new();
    let mut previous: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (number, (_, second)) in pairs.iter().enumerate() {
        let is_less = |end: &usize| pairs.get(*end).is_some_and(|(_, other)| other < second);
        let length = ends.partition_point(is_less);
        previous.push(length.checked_sub(1).and_then(|before| ends.get(before).copied()));
        match ends.get_mut(length) {
            Some(end) => *end = number,
            None => ends.push(number),
        }
    }
    let mut row = Vec::new();
    let mut next = ends.last().copied();
    while let Some(number) = next {
        row.extend(pairs.get(number));
        next = previous.get(number).copied().flatten();
    }
    row.reverse();
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gaps_of(now: &str, good: &str) -> Vec<(Range<usize>, Range<usize>)> {
        let texts = |text: &str| text.chars().map(String::from).collect::<Vec<_>>();
        let (now, good) = (texts(now), texts(good));
        let now: Vec<&str> = now.iter().map(String::as_str).collect();
        let good: Vec<&str> = good.iter().map(String::as_str).collect();
        gaps(&now, &good).into_iter().map(|gap| (gap.now, gap.good)).collect()
    }

    #[test]
    fn a_changed_statement_is_a_gap_of_both() {
        assert_eq!(gaps_of("abc", "abc"), []);
        assert_eq!(gaps_of("axc", "abc"), [(1..2, 1..2)]);
        assert_eq!(gaps_of("axcyd", "abced"), [(1..2, 1..2), (3..4, 3..4)]);
    }

    #[test]
    fn what_has_come_or_gone_is_a_gap_of_one() {
        assert_eq!(gaps_of("abxc", "abc"), [(2..3, 2..2)]);
        assert_eq!(gaps_of("ac", "abc"), [(1..1, 1..2)]);
        assert_eq!(gaps_of("x", ""), [(0..1, 0..0)]);
        // Of equal statements any may be the one that has come.
        assert_eq!(gaps_of("aaa", "aa"), [(2..3, 2..2)]);
    }

    #[test]
    fn what_has_moved_is_a_gap_where_it_was_and_where_it_is() {
        assert_eq!(gaps_of("bcda", "abcd"), [(0..0, 0..1), (3..4, 4..4)]);
    }
}
