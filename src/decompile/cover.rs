//! Globs and sets that stand for exactly some of a manifest's tools.

use std::collections::{HashMap, HashSet};

use crate::manifest::Manifest;

use super::glob::{Glob, GlobNames};

/// The fewest tools for which a glob or set is written: fewer are better named, so that somebody chose them.
pub(super) const MIN_MATCHES: usize = 3;

/// How many of the widest globs are tried with `except`.
const MAX_TRIED: usize = 6;

/// One selector, and the place of its first tool in the list that it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Item<'m> {
    pub(super) place: usize,
    pub(super) what: What<'m>,
}

/// What a selector names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What<'m> {
    /// One tool.
    Tool(&'m str),
    /// The tools that a glob or set matches.
    Glob(Glob<'m>),
}

/// What is selected, and what is taken away again.
#[derive(Default)]
pub(super) struct Choice<'m> {
    pub(super) items: Vec<Item<'m>>,
    pub(super) except: Vec<Item<'m>>,
}

/// Tools of the manifest, by index, with their places in a list.
struct Targets {
    places: HashMap<usize, usize>,
}

/// The shortest selectors that are found for the tools.
pub(super) fn choose<'t>(
    manifest: &Manifest,
    names: &GlobNames<'t>,
    tools: &[&'t str],
) -> Choice<'t> {
    let mut places = HashMap::new();
    let mut foreign = Vec::new();
    for (place, tool) in tools.iter().enumerate() {
        match manifest.find(tool) {
            Some(index) => {
                places.insert(index, place);
            }
            None => foreign.push(Item { place, what: What::Tool(tool) }),
        }
    }
    let targets = Targets { places };
    let globs = targets.globs(names);
    let mut best = Choice { items: targets.cover(names, &globs, &|_| false), except: Vec::new() };
    for &(glob, matched) in widest(&globs, names).iter().take(MAX_TRIED) {
        let choice = targets.cover_with(names, &globs, glob);
        let exceptions = choice.except.len();
        // What is taken away again costs the reader more than its characters.
        let much_shorter = choice.width() * 4 <= best.width() * 3;
        if much_shorter && exceptions * MIN_MATCHES <= matched {
            best = choice;
        }
    }
    best.items.extend(foreign);
    best.items.sort_unstable();
    best
}

/// The globs that match more than the targets, with the number of targets that they match, the widest first.
fn widest<'m>(globs: &[(Glob<'m>, usize)], names: &GlobNames<'m>) -> Vec<(Glob<'m>, usize)> {
    let wide = |&(glob, matched): &(Glob<'m>, usize)| {
        let others = names.count(glob).saturating_sub(matched);
        others > 0 && others <= matched
    };
    globs.iter().copied().filter(wide).collect()
}

impl Targets {
    fn contains(&self, index: usize) -> bool {
        self.places.contains_key(&index)
    }

    /// The globs of the targets' names that match enough of them, with their number; the widest first.
    fn globs<'m>(&self, names: &GlobNames<'m>) -> Vec<(Glob<'m>, usize)> {
        let mut counts: HashMap<Glob<'m>, usize> = HashMap::new();
        for glob in self.places.keys().flat_map(|&index| names.globs(index)) {
            *counts.entry(glob).or_default() += 1;
        }
        let mut globs: Vec<(Glob<'m>, usize)> =
            counts.into_iter().filter(|(_, count)| *count >= MIN_MATCHES).collect();
        globs.sort_by(|(left, left_count), (right, right_count)| {
            let by_width = left.width().cmp(&right.width());
            // `@tools` sorts before every glob: it says best that all are meant.
            let all = (*right == Glob::TOOLS).cmp(&(*left == Glob::TOOLS));
            right_count.cmp(left_count).then(all).then(by_width).then(left.cmp(right))
        });
        globs
    }

    /// Globs that match targets only, and the names of the others. Targets that are `done` are left out.
    fn cover<'m>(
        &self,
        names: &GlobNames<'m>,
        globs: &[(Glob<'m>, usize)],
        done: &dyn Fn(usize) -> bool,
    ) -> Vec<Item<'m>> {
        let fits = |glob: Glob<'m>, matched: usize| names.count(glob) == matched;
        self.cover_by(names, globs, done, &fits)
    }

    /// The same with globs of which `fits` says whether they may be used.
    fn cover_by<'m>(
        &self,
        names: &GlobNames<'m>,
        globs: &[(Glob<'m>, usize)],
        done: &dyn Fn(usize) -> bool,
        fits: &dyn Fn(Glob<'m>, usize) -> bool,
    ) -> Vec<Item<'m>> {
        let mut open: HashSet<usize> =
            self.places.keys().copied().filter(|&index| !done(index)).collect();
        let mut items = Vec::new();
        for &(glob, _) in globs.iter().filter(|(glob, matched)| fits(*glob, *matched)) {
            let found: Vec<usize> =
                names.find(glob).into_iter().filter(|index| open.contains(index)).collect();
            let listed: usize = found.iter().map(|&index| names.name(index).len() + 2).sum();
            if found.len() >= MIN_MATCHES && glob.width() + 2 < listed {
                let place = found.iter().filter_map(|index| self.places.get(index)).min();
                let place = place.copied().unwrap_or(0);
                items.push(Item { place, what: What::Glob(glob) });
                for index in found {
                    open.remove(&index);
                }
            }
        }
        let left = self.places.iter().filter(|(index, _)| open.contains(index));
        items.extend(
            left.map(|(&index, &place)| Item { place, what: What::Tool(names.name(index)) }),
        );
        items.sort_unstable();
        items
    }

    /// One glob that matches more than the targets, the rest of them, and what must be taken away.
    fn cover_with<'m>(
        &self,
        names: &GlobNames<'m>,
        globs: &[(Glob<'m>, usize)],
        glob: Glob<'m>,
    ) -> Choice<'m> {
        let (inside, outside): (Vec<usize>, Vec<usize>) =
            names.find(glob).into_iter().partition(|&index| self.contains(index));
        let place = inside.iter().filter_map(|index| self.places.get(index)).min().copied();
        let inside: HashSet<usize> = inside.into_iter().collect();
        let mut items = self.cover(names, globs, &|index| inside.contains(&index));
        items.push(Item { place: place.unwrap_or(0), what: What::Glob(glob) });
        items.sort_unstable();
        // What is taken away may match more than it has to, but none of the targets.
        let taken = Targets { places: outside.iter().map(|&index| (index, index)).collect() };
        let harmless = |glob: Glob<'m>, matched: usize| {
            names.count(glob) <= 2 * matched
                && names.find(glob).into_iter().all(|index| !self.contains(index))
        };
        let except = taken.cover_by(names, &taken.globs(names), &|_| false, &harmless);
        Choice { items, except }
    }
}

impl Choice<'_> {
    /// The characters that it takes.
    fn width(&self) -> usize {
        let item = |item: &Item<'_>| match item.what {
            What::Tool(name) => name.len() + 2,
            What::Glob(glob) => glob.width() + 2,
        };
        let except = if self.except.is_empty() { 0 } else { " except".len() };
        self.items.iter().chain(&self.except).map(item).sum::<usize>() + except
    }
}

/// The tools that a choice stands for, in the order in which the compiler names them.
pub(super) fn expand<'m>(choice: &Choice<'m>, names: &GlobNames<'m>) -> Vec<&'m str> {
    let tools = |item: &Item<'m>| match item.what {
        What::Tool(name) => vec![name],
        What::Glob(glob) => names.find(glob).into_iter().map(|index| names.name(index)).collect(),
    };
    let mut seen: HashSet<&str> = choice.except.iter().flat_map(tools).collect();
    choice.items.iter().flat_map(tools).filter(|tool| seen.insert(tool)).collect()
}

/// Globs for those stretches of the list that they match in the manifest's order, and names for the rest.
pub(super) fn choose_in_order<'m>(names: &GlobNames<'m>, tools: &[&'m str]) -> Vec<Item<'m>> {
    let mut items = Vec::new();
    let mut seen: HashSet<&str> = HashSet::new();
    // Globs that do not fit cost time as well: the sum of what they match is bounded.
    let mut budget = 64 * tools.len();
    let mut rest = tools;
    while let [first, others @ ..] = rest {
        let place = items.len();
        let stretch = longest_stretch(names, rest, &seen, &mut budget);
        let (what, length) = match stretch {
            Some((glob, length)) => (What::Glob(glob), length),
            None => (What::Tool(first), 1),
        };
        seen.extend(rest.iter().take(length));
        items.push(Item { place, what });
        rest = others.get(length - 1..).unwrap_or(&[]);
    }
    items
}

/// The glob of the first tool's name whose tools, those already seen left out, are the next of the list.
fn longest_stretch<'m>(
    names: &GlobNames<'m>,
    rest: &[&'m str],
    seen: &HashSet<&str>,
    budget: &mut usize,
) -> Option<(Glob<'m>, usize)> {
    let first = *rest.first()?;
    let mut best: Option<(Glob<'m>, usize)> = None;
    for glob in Glob::of_name(first) {
        let count = names.count(glob);
        if count < MIN_MATCHES || count > *budget {
            continue;
        }
        *budget -= count;
        let found: Vec<&str> = names
            .find(glob)
            .into_iter()
            .map(|index| names.name(index))
            .filter(|name| !seen.contains(name))
            .collect();
        if found.len() >= MIN_MATCHES
            && rest.starts_with(&found)
            && best.is_none_or(|(_, length)| found.len() > length)
        {
            best = Some((glob, found.len()));
        }
    }
    best
}
