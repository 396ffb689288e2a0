//! The order of statements, and which of them stand together in a block.
//!
//! Between two statements that add to one list of one tool, the order of the list decides; any other order means the
//! same, and the one that reads best is chosen: what is granted comes before what guards it, each in the order of the
//! tools in the document, and statements about the same tools together.

use std::collections::{BTreeSet, HashMap};

use indexmap::IndexSet;

use super::Style;
use super::fold::{self, Folded, Share};
use super::statement::List;

/// Neighbouring statements about the same tools.
pub(super) struct Run {
    /// The indices of the kinds of tools, ascending.
    pub(super) kinds: Vec<usize>,
    /// The indices of the statements, at least one.
    pub(super) statements: Vec<usize>,
}

/// Divides the statements among the tools and puts them into order.
pub(super) fn arrange(folded: &Folded<'_>, style: Style, known: Option<usize>) -> Vec<Run> {
    let mut plan = OrderPlan::new(folded, fold::share(folded, style, known, &|_| false));
    let mut order = plan.schedule(folded);
    if order.len() < plan.shares.len() {
        // Two kinds want two statements in opposite orders, so they cannot share both.
        let alone = plan.entangled(folded, &order);
        plan = OrderPlan::new(
            folded,
            fold::share(folded, style, known, &|kind| alone.contains(&kind)),
        );
        order = plan.schedule(folded);
    }
    plan.runs(&order)
}

/// The shares with what decides their order.
struct OrderPlan {
    /// In the order in which they are best written.
    shares: Vec<Share>,
    /// For every share the index of its set of kinds, so that equal sets are found by number.
    sets: Vec<usize>,
    /// The share of a statement and a kind.
    places: HashMap<(usize, usize), usize>,
}

impl OrderPlan {
    fn new(folded: &Folded<'_>, mut shares: Vec<Share>) -> Self {
        let guarded: BTreeSet<Vec<usize>> = shares
            .iter()
            .filter(|share| is_guard(folded, share))
            .map(|share| share.kinds.clone())
            .collect();
        let mut positions: HashMap<(usize, usize), usize> = HashMap::new();
        for (kind, content) in folded.kinds.iter().enumerate() {
            let numbered = content.statements.iter().enumerate();
            positions.extend(numbered.map(|(position, &statement)| ((statement, kind), position)));
        }
        shares.sort_by_cached_key(|share| {
            let first = share.kinds.first().copied().unwrap_or(0);
            let position = positions.get(&(share.statement, first)).copied();
            (guarded.contains(&share.kinds), first, position)
        });
        let mut distinct: IndexSet<&[usize]> = IndexSet::new();
        let sets = shares.iter().map(|share| distinct.insert_full(&share.kinds).0).collect();
        let mut places = HashMap::new();
        for (place, share) in shares.iter().enumerate() {
            places.extend(share.kinds.iter().map(|&kind| ((share.statement, kind), place)));
        }
        Self { shares, sets, places }
    }

    /// For every share those that must come after it: its neighbours in a list of a tool.
    fn successors(&self, folded: &Folded<'_>) -> Vec<Vec<usize>> {
        let mut successors = vec![Vec::new(); self.shares.len()];
        for (kind, content) in folded.kinds.iter().enumerate() {
            let mut last: HashMap<List, usize> = HashMap::new();
            for &statement in &content.statements {
                let Some(list) = folded.statements.get(statement).map(|s| s.list()) else {
                    continue;
                };
                let Some(&place) = self.places.get(&(statement, kind)) else { continue };
                if let Some(before) = last.insert(list, place)
                    && let Some(after) = successors.get_mut(before)
                {
                    after.push(place);
                }
            }
        }
        successors
    }

    /// The shares in an order that every list agrees with; fewer than all when there is none.
    fn schedule(&self, folded: &Folded<'_>) -> Vec<usize> {
        let successors = self.successors(folded);
        let mut waiting = vec![0_usize; self.shares.len()];
        for &after in successors.iter().flatten() {
            if let Some(count) = waiting.get_mut(after) {
                *count += 1;
            }
        }
        let mut ready = Ready::default();
        for (place, _) in waiting.iter().enumerate().filter(|(_, count)| **count == 0) {
            ready.insert(place, self.set(place));
        }
        let mut order = Vec::with_capacity(self.shares.len());
        let mut set = None;
        while let Some(place) = ready.next(set) {
            order.push(place);
            set = Some(self.set(place));
            ready.remove(place, self.set(place));
            for &after in successors.get(place).into_iter().flatten() {
                let Some(count) = waiting.get_mut(after) else { continue };
                *count = count.saturating_sub(1);
                if *count == 0 {
                    ready.insert(after, self.set(after));
                }
            }
        }
        order
    }

    fn set(&self, place: usize) -> usize {
        self.sets.get(place).copied().unwrap_or(0)
    }

    /// The kinds with two neighbouring statements that could not be put into order.
    fn entangled(&self, folded: &Folded<'_>, order: &[usize]) -> BTreeSet<usize> {
        let mut stuck = vec![true; self.shares.len()];
        for &place in order {
            if let Some(stuck) = stuck.get_mut(place) {
                *stuck = false;
            }
        }
        let is_stuck = |kind: usize, statement: usize| {
            let place = self.places.get(&(statement, kind));
            place.and_then(|&place| stuck.get(place)).copied().unwrap_or(false)
        };
        let entangled = folded.kinds.iter().enumerate().filter(|(kind, content)| {
            content.statements.iter().filter(|&&statement| is_stuck(*kind, statement)).count() > 1
        });
        entangled.map(|(kind, _)| kind).collect()
    }

    fn runs(self, order: &[usize]) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        for share in order.iter().filter_map(|&place| self.shares.get(place)) {
            match runs.last_mut() {
                Some(run) if run.kinds == share.kinds => run.statements.push(share.statement),
                _ => {
                    runs.push(Run { kinds: share.kinds.clone(), statements: vec![share.statement] })
                }
            }
        }
        runs
    }
}

fn is_guard(folded: &Folded<'_>, share: &Share) -> bool {
    folded.statements.get(share.statement).is_some_and(|statement| statement.is_guard())
}

/// The shares that may come next.
#[derive(Default)]
struct Ready {
    all: BTreeSet<usize>,
    by_set: HashMap<usize, BTreeSet<usize>>,
}

impl Ready {
    fn insert(&mut self, place: usize, set: usize) {
        self.all.insert(place);
        self.by_set.entry(set).or_default().insert(place);
    }

    fn remove(&mut self, place: usize, set: usize) {
        self.all.remove(&place);
        if let Some(places) = self.by_set.get_mut(&set) {
            places.remove(&place);
        }
    }

    /// The first one about the same tools as the one before, else the first of all.
    fn next(&self, set: Option<usize>) -> Option<usize> {
        let same = set.and_then(|set| self.by_set.get(&set)).and_then(BTreeSet::first);
        same.or_else(|| self.all.first()).copied()
    }
}
