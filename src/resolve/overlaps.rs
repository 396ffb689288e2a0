//! Which selectors of a row add nothing to it, because the others stand for all of their tools already.

use super::selectors::Use;
use crate::policy::ToolId;
use crate::source::Span;
use crate::syntax::tree::{Selector, SelectorKind};

/// A selector that adds nothing to its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Redundant {
    /// The selector.
    pub selector: Span,
    /// Another one of the row that stands for its first tool and adds something.
    pub covered_by: Span,
    /// The tool, where the selector is its name, only globs and sets cover it, and the rule grants it: the name says that somebody
    /// chose the tool.
    pub choice: Option<ToolId>,
}

/// The tools of each selector of a row, as far as they matter here.
#[derive(Default)]
pub(super) struct Row {
    /// The number of the selector in its row, and a tool; in the order of the row.
    tools: Vec<(usize, ToolId)>,
    overlaps: bool,
}

/// How many selectors of the row at hand stand for each tool; all zero between two rows.
#[derive(Default)]
pub(super) struct Counts(Vec<Count>);

#[derive(Clone, Copy, Default)]
struct Count {
    all: u32,
    names: u32,
    /// The first selector that stands for the tool and adds something, counted from 1.
    first: u32,
}

impl Row {
    /// Takes in a tool of a selector; `seen` says whether another selector stood for it.
    pub(super) fn add(&mut self, selector: usize, tool: ToolId, seen: bool) {
        self.tools.push((selector, tool));
        self.overlaps |= seen;
    }

    /// The selectors that add nothing. Of two that stand for the same the later one does; names come before globs and sets, and
    /// smaller ones before larger. What is left of the row stands for the same tools.
    pub(super) fn redundant(
        &self,
        selectors: &[Selector],
        purpose: Use,
        counts: &mut Counts,
    ) -> Vec<Redundant> {
        if !self.overlaps {
            return Vec::new();
        }
        for (number, tool) in &self.tools {
            let is_name = selectors.get(*number).is_some_and(is_name);
            counts.change(*tool, |count| {
                count.all += 1;
                count.names += u32::from(is_name);
            });
        }
        let found = self.judge(selectors, purpose, counts);
        for (_, tool) in &self.tools {
            counts.change(*tool, |count| *count = Count::default());
        }
        found
    }

    fn judge(&self, selectors: &[Selector], purpose: Use, counts: &mut Counts) -> Vec<Redundant> {
        let runs = self.tools.chunk_by(|(left, _), (right, _)| left == right);
        let mut runs: Vec<(Selector, usize, &[(usize, ToolId)])> = runs
            .filter_map(|run| {
                let number = run.first()?.0;
                Some((*selectors.get(number)?, number, run))
            })
            .collect();
        runs.sort_by_key(|(selector, number, run)| {
            (!is_name(selector), run.len(), std::cmp::Reverse(*number))
        });
        let (mut needless, mut needed) = (Vec::new(), Vec::new());
        for (selector, number, run) in runs {
            if run.iter().any(|(_, tool)| counts.of(*tool).all < 2) {
                needed.push((number, run));
                continue;
            }
            let is_name = is_name(&selector);
            let named = run.first().map(|(_, tool)| *tool).filter(|_| is_name);
            let choice = named.filter(|tool| purpose == Use::Grant && counts.of(*tool).names < 2);
            for (_, tool) in run {
                counts.change(*tool, |count| {
                    count.all -= 1;
                    count.names -= u32::from(is_name);
                });
            }
            needless.push((selector, choice, run));
        }
        // The first in the row is shown as what covers a tool, so it is entered last.
        needed.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
        for (number, run) in needed {
            for (_, tool) in run {
                let place = u32::try_from(number + 1).unwrap_or(u32::MAX);
                counts.change(*tool, |count| count.first = place);
            }
        }
        let covered = needless.into_iter().filter_map(|(selector, choice, run)| {
            let first = counts.of(run.first()?.1).first.checked_sub(1)?;
            let covered_by = selectors.get(first as usize)?.span;
            Some(Redundant { selector: selector.span, covered_by, choice })
        });
        covered.collect()
    }
}

impl Counts {
    fn of(&self, tool: ToolId) -> Count {
        self.0.get(tool.0 as usize).copied().unwrap_or_default()
    }

    fn change(&mut self, tool: ToolId, change: impl FnOnce(&mut Count)) {
        let index = tool.0 as usize;
        if self.0.len() <= index {
            self.0.resize(index + 1, Count::default());
        }
        self.0.get_mut(index).map(change);
    }
}

fn is_name(selector: &Selector) -> bool {
    matches!(selector.kind, SelectorKind::Name | SelectorKind::Quoted)
}
