//! The statement in which a range lies, with its selectors and the tools that they stand for.

use std::ops::Range;

use crate::editor::cursor::{last_begun, selectors_of};
use crate::editor::{TextEdit, View, decision, formatting, lines};
use crate::format;
use crate::manifest::Manifest;
use crate::policy::{self, Target};
use crate::resolve::Resolved;
use crate::risk::Risk;
use crate::syntax::tree::{Rule, Selectors, Statement, StatementKind};

/// A statement that selects tools.
pub(super) struct Place<'p> {
    pub(super) statement: &'p Statement,
    pub(super) selectors: &'p Selectors,
    /// The tools in the order in which they are named.
    pub(super) targets: &'p [Target],
    pub(super) resolved: &'p Resolved,
    /// Whether it grants the tools.
    grants: bool,
}

/// The statement that holds a whole range, if it selects tools.
pub(super) fn at<'p>(view: &'p View, range: &Range<usize>) -> Option<Place<'p>> {
    let resolved = view.resolved()?;
    let statement = last_begun(view.statements(), range.start)?;
    if range.end > statement.span.end as usize {
        return None;
    }
    let selectors = selectors_of(statement)?;
    let (span, grants) = match &statement.kind {
        StatementKind::Group(group) => {
            let name = view.slice(group.name);
            let is_first = resolved.groups.definition(name) == Some(group.name);
            let targets = resolved.groups.tools(name).filter(|_| is_first)?;
            return Some(Place { statement, selectors, targets, resolved, grants: false });
        }
        StatementKind::Block(block) => {
            let grants = block.rules.iter().any(|(_, rule)| matches!(rule, Rule::Allow(_)));
            (block.rules.first()?.0, grants)
        }
        StatementKind::Rule(_, rule) => (statement.span, matches!(rule, Rule::Allow(_))),
        _ => return None,
    };
    let policy::Subjects::Tools(targets) = &decision::rule_at(view, span)?.subjects else {
        return None;
    };
    Some(Place { statement, selectors, targets, resolved, grants })
}

impl Place<'_> {
    /// The names of the tools in their order.
    pub(super) fn names(&self) -> Vec<&str> {
        let tools = &self.resolved.policy.tools;
        self.targets.iter().map(|target| tools.name(target.tool)).collect()
    }

    /// The manifest.
    pub(super) fn manifest(&self) -> Option<&Manifest> {
        self.resolved.manifest.as_deref()
    }

    /// Whether it grants a critical tool: that must be named, for a set or glob says that nobody chose it.
    pub(super) fn grants_critical(&self) -> bool {
        let is_critical = |target: &Target| {
            let name = self.resolved.policy.tools.name(target.tool);
            let brief = self.resolved.assessments.brief(target.tool.0 as usize, name);
            brief.class.risk() == Risk::Critical
        };
        self.grants && self.targets.iter().any(is_critical)
    }

    /// The change that writes something else in the place of a part of the statement. Where its line becomes too long, the
    /// statement is laid out anew.
    pub(super) fn replaced(&self, text: &str, part: Range<usize>, by: &str) -> Option<TextEdit> {
        let span = self.statement.span.range();
        let start = lines::line_start(text, part.start);
        let kept = part.start - start + lines::line_end(text, part.end).checked_sub(part.end)?;
        if kept + by.len() <= format::WIDTH {
            return Some(TextEdit::new(part, by));
        }
        let (before, behind) = (text.get(span.start..part.start)?, text.get(part.end..span.end)?);
        let laid_out = formatting::statement(&format!("{before}{by}{behind}"));
        Some(match laid_out {
            Some(whole) => TextEdit::new(span, whole.replace('\n', lines::line_break(text))),
            None => TextEdit::new(part, by),
        })
    }
}
