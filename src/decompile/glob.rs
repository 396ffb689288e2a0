//! Globs that name some of a manifest's tools: found from the names themselves, counted exactly.
//!
//! Only globs of the form `start*end` are looked for, with the start and the end cut where the words of a name meet.
//! Each name has a bounded number of them, so that the search takes time in proportion to the names.

use std::cmp::Ordering;
use std::collections::HashMap;

use crate::manifest::Manifest;
use crate::source::TextPart;
use crate::syntax::words;

/// The most cuts of one name that begin a glob, and as many that end one.
const MAX_CUTS: usize = 4;

/// A set of tools by the text of their names. Both parts empty, it is `@tools`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Glob<'m> {
    start: &'m str,
    end: &'m str,
}

impl<'m> Glob<'m> {
    /// Every tool of the manifest.
    pub(super) const TOOLS: Glob<'static> = Glob { start: "", end: "" };

    /// The globs that match a name and may match others.
    pub(super) fn of_name(name: &'m str) -> Vec<Glob<'m>> {
        let starts = starts(name);
        let ends = ends(name);
        let mut globs: Vec<Glob<'m>> = vec![Glob::TOOLS];
        globs.extend(starts.iter().map(|&start| Glob { start, end: "" }));
        globs.extend(ends.iter().map(|&end| Glob { start: "", end }));
        for start in starts.iter().copied().filter(|start| start.ends_with(is_divider)) {
            for end in ends.iter().copied().filter(|end| end.starts_with(is_divider)) {
                if start.len() + end.len() <= name.len() {
                    globs.push(Glob { start, end });
                }
            }
        }
        globs
    }

    /// The characters of the glob as written.
    pub(super) fn width(self) -> usize {
        if self == Glob::TOOLS { "@tools".len() } else { self.start.len() + self.end.len() + 1 }
    }

    /// Writes the glob.
    pub(super) fn write(self, out: &mut String) {
        if self == Glob::TOOLS {
            out.push_str("@tools");
            return;
        }
        out.push_str(self.start);
        out.push('*');
        out.push_str(self.end);
    }
}

/// Where a name can be cut behind its start: behind a divider, before a capital, and at its end.
fn starts(name: &str) -> Vec<&str> {
    let own = name.find(|character: char| !is_plain(character)).unwrap_or(name.len());
    let own = name.part(..own);
    let cuts = (1..own.len()).filter(|&at| joins(own, at)).take(MAX_CUTS);
    let whole = (own.len() == name.len()).then_some(own.len());
    cuts.chain(whole)
        .filter_map(|at| own.get(..at))
        .filter(|start| !start.starts_with("args.") && !is_like_rate(start))
        // See `is_written_bare`: a glob has no other spelling.
        .filter(|start| !start.starts_with("::"))
        .collect()
}

/// Where a name can be cut before its end: before a divider, before a capital, and at its start.
fn ends(name: &str) -> Vec<&str> {
    let foreign = name.char_indices().rev().find(|(_, character)| !is_plain(*character));
    let own = foreign.map_or(0, |(at, character)| at + character.len_utf8());
    let own = name.part(own..);
    let cuts = (1..own.len()).rev().filter(|&at| divides(own, at)).take(MAX_CUTS);
    let whole = (own.len() == name.len()).then_some(0);
    cuts.chain(whole).filter_map(|at| own.get(at..)).collect()
}

/// Whether a word may end before the offset, with the divider that follows the word.
fn joins(name: &str, at: usize) -> bool {
    let before = name.get(..at).and_then(|start| start.chars().next_back());
    before.is_some_and(is_divider) || is_capital_behind_small(name, at)
}

/// Whether a word may begin at the offset, with the divider before the word.
fn divides(name: &str, at: usize) -> bool {
    name.get(at..).is_some_and(|end| end.starts_with(is_divider))
        || is_capital_behind_small(name, at)
}

fn is_capital_behind_small(name: &str, at: usize) -> bool {
    let before = name.get(..at).and_then(|start| start.chars().next_back());
    let behind = name.get(at..).and_then(|end| end.chars().next());
    before.is_some_and(|character| character.is_ascii_lowercase())
        && behind.is_some_and(|character| character.is_ascii_uppercase())
}

fn is_divider(character: char) -> bool {
    matches!(character, '_' | '-' | '.' | '/' | ':')
}

fn is_plain(character: char) -> bool {
    u8::try_from(character).is_ok_and(words::is_name_byte) && !matches!(character, '*' | '?')
}

fn is_like_rate(start: &str) -> bool {
    let rest = start.trim_start_matches(|character: char| character.is_ascii_digit());
    rest.len() < start.len() && rest.starts_with('/')
}

/// The names of a manifest, ready to be asked for the tools of a glob.
pub(super) struct GlobNames<'m> {
    names: Vec<&'m str>,
    /// The indices, sorted by the names.
    by_start: Vec<usize>,
    /// The indices, sorted by the names read backwards.
    by_end: Vec<usize>,
    /// The tools of every glob with both parts, ascending.
    by_both: HashMap<Glob<'m>, Vec<usize>>,
}

impl<'m> GlobNames<'m> {
    /// The names of a manifest.
    pub(super) fn new(manifest: &'m Manifest) -> Self {
        let names: Vec<&'m str> = manifest.tools().iter().map(|tool| &*tool.name).collect();
        let name = |index: &usize| names.get(*index).copied().unwrap_or("");
        let mut by_start: Vec<usize> = (0..names.len()).collect();
        by_start.sort_by(|left, right| name(left).cmp(name(right)));
        let mut by_end: Vec<usize> = (0..names.len()).collect();
        by_end.sort_by(|left, right| backwards(name(left), name(right)));
        let by_both = by_both(&names);
        Self { names, by_start, by_end, by_both }
    }

    /// The globs that match the tool of an index, and may match others.
    pub(super) fn globs(&self, index: usize) -> Vec<Glob<'m>> {
        self.names.get(index).map_or_else(Vec::new, |name| Glob::of_name(name))
    }

    /// The name of an index.
    pub(super) fn name(&self, index: usize) -> &'m str {
        self.names.get(index).copied().unwrap_or("")
    }

    /// How many tools a glob matches.
    pub(super) fn count(&self, glob: Glob<'m>) -> usize {
        self.found(glob).len()
    }

    /// The indices of the tools that a glob matches, ascending.
    pub(super) fn find(&self, glob: Glob<'m>) -> Vec<usize> {
        let mut found = self.found(glob).to_vec();
        found.sort_unstable();
        found
    }

    fn found(&self, glob: Glob<'m>) -> &[usize] {
        let range = |sorted: &[usize], order: &dyn Fn(&str) -> Ordering| {
            let start = sorted.partition_point(|&index| order(self.name(index)).is_lt());
            let rest = sorted.get(start..).unwrap_or(&[]);
            let length = rest.partition_point(|&index| order(self.name(index)).is_eq());
            start..start + length
        };
        match (glob.start, glob.end) {
            (start, "") => {
                let order = |name: &str| order_of_start(name, start);
                self.by_start.get(range(&self.by_start, &order)).unwrap_or(&[])
            }
            ("", end) => {
                let order = |name: &str| order_of_end(name, end);
                self.by_end.get(range(&self.by_end, &order)).unwrap_or(&[])
            }
            _ => self.by_both.get(&glob).map_or(&[], Vec::as_slice),
        }
    }
}

/// The tools of every glob with both parts. The parts end and begin with dividers, so that such a glob is made of every
/// name that it matches, and the map is complete.
fn by_both<'m>(names: &[&'m str]) -> HashMap<Glob<'m>, Vec<usize>> {
    let mut map: HashMap<Glob<'m>, Vec<usize>> = HashMap::new();
    for (index, name) in names.iter().enumerate() {
        for glob in Glob::of_name(name) {
            if !glob.start.is_empty() && !glob.end.is_empty() {
                map.entry(glob).or_default().push(index);
            }
        }
    }
    map
}

/// Where a name stands among those that start so.
fn order_of_start(name: &str, start: &str) -> Ordering {
    name.bytes().take(start.len()).cmp(start.bytes())
}

fn order_of_end(name: &str, end: &str) -> Ordering {
    name.bytes().rev().take(end.len()).cmp(end.bytes().rev())
}

fn backwards(left: &str, right: &str) -> Ordering {
    left.bytes().rev().cmp(right.bytes().rev())
}
