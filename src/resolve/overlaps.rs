//! Which selectors of a row add nothing to it, because the others stand for all of their tools already.
//!
//! A name adds nothing where anything else stands for its tool. Of a glob or set that has to show in what is written: that another
//! glob happens to match the same tools of this manifest does not make it needless.

use super::selectors::{Use, matches_glob};
use crate::policy::ToolId;
use crate::risk::ClassSet;
use crate::source::{SourceSet, Span};
use crate::syntax::tree::{Selector, SelectorKind};

/// A selector that adds nothing to its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RedundantSelector {
    /// The selector.
    pub selector: Span,
    /// Another one of the row that stands for its tools.
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

/// A selector, its number in the row, and its tools.
type Run<'r> = (Selector, usize, &'r [(usize, ToolId)]);

/// A glob or set is compared with so many others of its row; if a row has more, that is reported.
const COMPARED: usize = 64;
/// Globs whose lengths come to more when multiplied are not compared: that is longer than names are.
const COMPARED_BYTES: usize = 1 << 16;

/// How many selectors of the row at hand stand for each tool; all zero between two rows.
#[derive(Default)]
pub(super) struct Counts(Vec<Count>);

#[derive(Clone, Copy, Default)]
struct Count {
    all: u32,
    names: u32,
    /// The first selector that stands for the tool and stays.
    first: u32,
}

impl Row {
    /// Takes in a tool of a selector; `seen` says whether another selector stood for it.
    pub(super) fn add(&mut self, selector: usize, tool: ToolId, seen: bool) {
        self.tools.push((selector, tool));
        self.overlaps |= seen;
    }

    /// The selectors that add nothing; of two that say the same the later one. What is left of the row stands for the same tools.
    pub(super) fn redundant(
        &self,
        selectors: &[Selector],
        purpose: Use,
        sources: &SourceSet,
        counts: &mut Counts,
    ) -> Vec<RedundantSelector> {
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
        let mut found = self.names(selectors, purpose, counts);
        found.extend(self.globs_and_sets(selectors, sources, counts));
        for (_, tool) in &self.tools {
            counts.change(*tool, |count| *count = Count::default());
        }
        found
    }

    /// The first of the globs and sets with which the others are not compared, because there are too many of them.
    pub(super) fn first_uncompared(&self, selectors: &[Selector]) -> Option<Span> {
        let mut rest = self.runs(selectors).filter(|(selector, ..)| !is_name(selector));
        let (selector, ..) = rest.nth(COMPARED).filter(|_| self.overlaps)?;
        Some(selector.span)
    }

    /// The selectors with their tools, in the order of the row.
    fn runs<'r>(&'r self, selectors: &'r [Selector]) -> impl DoubleEndedIterator<Item = Run<'r>> {
        let runs = self.tools.chunk_by(|(left, _), (right, _)| left == right);
        runs.filter_map(|run| {
            let number = run.first()?.0;
            Some((*selectors.get(number)?, number, run))
        })
    }

    /// The names for which another selector stands, the last of the row first.
    fn names(
        &self,
        selectors: &[Selector],
        purpose: Use,
        counts: &mut Counts,
    ) -> Vec<RedundantSelector> {
        let mut needless = Vec::new();
        for (selector, number, run) in self.runs(selectors).rev() {
            let Some((_, tool)) = run.first() else { continue };
            let count = counts.of(*tool);
            if !is_name(&selector) || count.all < 2 {
                // What is entered last stands first in the row, and is shown.
                for (_, tool) in run {
                    let place = u32::try_from(number).unwrap_or(u32::MAX);
                    counts.change(*tool, |count| count.first = place);
                }
                continue;
            }
            let choice = (purpose == Use::Grant && count.names < 2).then_some(*tool);
            counts.change(*tool, |count| {
                count.all -= 1;
                count.names -= 1;
            });
            needless.push((selector, *tool, choice));
        }
        let covered = needless.into_iter().filter_map(|(selector, tool, choice)| {
            let covered_by = selectors.get(counts.of(tool).first as usize)?.span;
            Some(RedundantSelector { selector: selector.span, covered_by, choice })
        });
        covered.collect()
    }

    /// The globs and sets that another one of the row holds by what is written.
    fn globs_and_sets(
        &self,
        selectors: &[Selector],
        sources: &SourceSet,
        counts: &Counts,
    ) -> Vec<RedundantSelector> {
        let mut rest: Vec<Run<'_>> =
            self.runs(selectors).filter(|(selector, ..)| !is_name(selector)).collect();
        let holders: Vec<Run<'_>> = rest.iter().take(COMPARED).copied().collect();
        rest.retain(|(_, _, run)| run.iter().all(|(_, tool)| counts.of(*tool).all > 1));
        let covered = rest.into_iter().filter_map(|(selector, number, _)| {
            let held = sources.slice(selector.span);
            // Of two that hold each other the later one goes.
            let (holder, ..) = holders.iter().find(|(holder, other, _)| {
                let holder = sources.slice(holder.span);
                *other != number && holds(holder, held) && (*other < number || !holds(held, holder))
            })?;
            Some(RedundantSelector {
                selector: selector.span,
                covered_by: holder.span,
                choice: None,
            })
        });
        covered.collect()
    }
}

/// Whether one glob or set stands for all that another one does, in every manifest.
///
/// `@tools`, classes and globs stand for tools of the manifest alone. A group may also hold quoted names that the manifest lacks,
/// so no set of the language covers a group.
fn holds(holder: &str, held: &str) -> bool {
    match (holder, held) {
        _ if holder == held => true,
        ("@tools", _) => {
            held.strip_prefix('@').is_none_or(|name| ClassSet::from_name(name).is_some())
        }
        ("@critical", "@destructive" | "@financial") => true,
        _ if holder.starts_with('@') || held.starts_with('@') => false,
        // A `*` of the one stands for whatever the other has there, its `*` too; a `?` does not.
        _ if holder.len().saturating_mul(held.len()) > COMPARED_BYTES => false,
        _ => !holder.contains('?') && matches_glob(holder, held),
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

#[cfg(test)]
mod tests {
    use super::holds;

    #[test]
    fn what_is_written_says_what_holds_what() {
        for (holder, held, expected) in [
            ("@tools", "get_*", true),
            ("@tools", "@write", true),
            ("@tools", "@critical", true),
            ("@tools", "@mine", false),
            ("@critical", "@financial", true),
            ("@critical", "@write", false),
            ("@read", "get_*", false),
            ("get_*", "get_run_*", true),
            ("*_run", "get_*_run", true),
            ("get_*", "*_get_a", false),
            ("*_issue", "get_*", false),
            ("get_*", "get_?", true),
            ("get_?", "get_*", false),
            ("*a*", "*a*b*", true),
            ("get_*", "get_*", true),
            ("get_**", "get_*", true),
        ] {
            assert_eq!(holds(holder, held), expected, "{holder} {held}");
        }
    }
}
