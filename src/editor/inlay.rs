//! What a policy says without writing it, shown between its characters.

use std::collections::HashMap;
use std::ops::Range;

use super::decision::rule_among;
use super::{View, markdown, rates, reach};
use crate::policy::{Cap, Counter, Policy, Rule, Subjects, ToolId, Window};
use crate::resolve::Resolved;
use crate::source::Span;
use crate::syntax::tree::{
    self, Selector, SelectorKind, Selectors, Statement, StatementKind, Tree,
};
use crate::text::{count, excerpt};

/// A few words between the characters of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The byte before which it stands.
    pub offset: usize,
    /// The words, cleaned.
    pub label: String,
    /// More about it, as Markdown.
    pub tooltip: Option<String>,
}

/// Longer names of counters are cut, in characters.
const MAX_COUNTER: usize = 40;

/// The hints for a part of the text, by place.
///
/// Behind a glob or set stands how many tools it is; where `having` or `except` take some of them away, only how many the whole row
/// leaves. Behind a rate stands how many calls an hour it allows, where it counts by the minute, and the counter that is made up for
/// it, where the statement is about one tool or about all calls: with more tools each has its own.
///
/// While statements have errors, the hints are those of the policy with their last good versions, if those are known: outside of
/// these statements.
pub(super) fn hints(view: &View, range: Range<usize>) -> Vec<Hint> {
    let Some(repaired) = view.repaired() else { return of_view(view, range) };
    let mut hints = of_view(&repaired.view, repaired.map.to_repaired_around(&range));
    hints.retain_mut(|hint| {
        let place = repaired.map.to_current(&(hint.offset..hint.offset));
        place.inspect(|place| hint.offset = place.start).is_some()
    });
    hints
}

fn of_view(view: &View, range: Range<usize>) -> Vec<Hint> {
    let (Some(resolved), Some(tree)) = (view.resolved(), view.tree()) else { return Vec::new() };
    let mut hints = Hints {
        view,
        resolved,
        range,
        rules: Vec::new(),
        found: Vec::new(),
        globs: HashMap::new(),
    };
    let statements = hints.statements(tree);
    hints.find_rules(statements);
    for statement in statements {
        hints.statement(statement);
    }
    hints.found
}

struct Hints<'v> {
    view: &'v View,
    resolved: &'v Resolved,
    range: Range<usize>,
    /// The rules of the policy that the statements at hand make, in the order of the text.
    rules: Vec<&'v Rule>,
    found: Vec<Hint>,
    /// What globs and sets that stand more than once stand for.
    globs: HashMap<&'v str, Option<(usize, String)>>,
}

impl<'v> Hints<'v> {
    /// The statements that reach into the range.
    fn statements(&self, tree: &'v Tree) -> &'v [Statement] {
        let from = tree
            .statements
            .partition_point(|statement| (statement.span.end as usize) < self.range.start);
        let to = tree
            .statements
            .partition_point(|statement| (statement.span.start as usize) < self.range.end);
        tree.statements.get(from..to).unwrap_or(&[])
    }

    fn find_rules(&mut self, statements: &[Statement]) {
        let (Some(first), Some(last)) = (statements.first(), statements.last()) else { return };
        let span = first.span.to(last.span);
        let lies = |rule: &&Rule| {
            rule.span.file == span.file
                && span.start <= rule.span.start
                && rule.span.end <= span.end
        };
        self.rules = self.resolved.policy.rules.iter().filter(lies).collect();
    }

    fn statement(&mut self, statement: &Statement) {
        match &statement.kind {
            StatementKind::Group(group) => self.selectors(&group.selectors, None),
            StatementKind::Rule(subjects, rule) => {
                if let tree::Subjects::Tools(selectors) = subjects {
                    self.selectors(selectors, rule_among(&self.rules, statement.span));
                }
                self.caps(statement.span, rule);
            }
            StatementKind::Block(block) => {
                let first =
                    block.rules.first().and_then(|(span, _)| rule_among(&self.rules, *span));
                if let Some(selectors) = &block.selectors {
                    self.selectors(selectors, first);
                }
                let end = self.range.end;
                let rules = &block.rules;
                let from =
                    rules.partition_point(|(span, _)| (span.end as usize) < self.range.start);
                let inside =
                    rules.iter().skip(from).take_while(|(span, _)| (span.start as usize) < end);
                for (span, rule) in inside {
                    self.caps(*span, rule);
                }
            }
            _ => {}
        }
    }

    fn selectors(&mut self, selectors: &Selectors, rule: Option<&Rule>) {
        let is_glob =
            |selector: &Selector| matches!(selector.kind, SelectorKind::Glob | SelectorKind::Set);
        if selectors.having.is_none() && selectors.except.is_empty() {
            for selector in selectors.items.iter().filter(|selector| is_glob(selector)) {
                if self.wants(selector.span)
                    && let Some((label, tooltip)) = self.expanded(selector)
                {
                    self.push(selector.span.end, label, tooltip);
                }
            }
        } else if self.wants(selectors.span)
            && let Some(tools) = self.row(selectors, rule)
        {
            let tooltip = reach::listing(self.resolved, &tools);
            self.push(selectors.span.end, label(tools.len()), tooltip);
        }
    }

    /// The tools that a row is about in the end: as its rule has them, or for a group as its definition says.
    fn row(&self, selectors: &Selectors, rule: Option<&Rule>) -> Option<Vec<ToolId>> {
        if let Some(rule) = rule {
            return Some(rule.subjects.targets().iter().map(|target| target.tool).collect());
        }
        let text = self.view.text();
        let mut tools = Vec::new();
        for selector in &selectors.items {
            tools.extend(reach::tools(
                self.resolved,
                text.get(selector.span.range())?,
                selector.kind,
            )?);
        }
        Some(reach::keep(self.resolved, text, selectors, reach::distinct(tools)).tools)
    }

    fn expanded(&mut self, selector: &Selector) -> Option<(String, String)> {
        let (view, resolved) = (self.view, self.resolved);
        let written = view.text().get(selector.span.range())?;
        let found = self.globs.entry(written).or_insert_with(|| {
            let tools = reach::tools(resolved, written, selector.kind)?;
            Some((tools.len(), reach::listing(resolved, &tools)))
        });
        found.as_ref().map(|(count, tooltip)| (label(*count), tooltip.clone()))
    }

    fn caps(&mut self, span: Span, written: &tree::Rule) {
        let (tree::Rule::Allow(caps) | tree::Rule::Rate(caps)) = written else { return };
        if caps.rates.is_empty() {
            return;
        }
        let Some(rule) = rule_among(&self.rules, span) else { return };
        for cap in rule.caps().into_iter().flatten() {
            if !self.wants(cap.span) {
                continue;
            }
            if cap.rate.window() == Window::Minute {
                let label = format!("<= {}/hour", rates::grouped(cap.rate.most_in(Window::Hour)));
                self.push(cap.span.end, label, rates::explained(cap.rate));
            }
            if let Some(counter) = made_up(&self.resolved.policy, rule, cap) {
                let label = format!("as {}", excerpt(&markdown::one_line(&counter), MAX_COUNTER));
                let tooltip = format!(
                    "Calls are counted under {}, a name generated from the tool and the window. \
                     To use another name, write `as NAME` after the rates.",
                    markdown::code(&counter)
                );
                self.push(cap.span.end, label, tooltip);
            }
        }
    }

    /// Whether the end of a part of the text, where its hint stands, lies in the range.
    fn wants(&self, span: Span) -> bool {
        self.range.start <= span.end as usize && span.end as usize <= self.range.end
    }

    fn push(&mut self, offset: u32, label: String, tooltip: String) {
        self.found.push(Hint { offset: offset as usize, label, tooltip: Some(tooltip) });
    }
}

/// `= 5 tools`
fn label(tools: usize) -> String {
    format!("= {}", count(tools, "tool"))
}

/// The counter that is made up for a cap which is in force on one tool, or on all calls together.
fn made_up(policy: &Policy, rule: &Rule, cap: &Cap) -> Option<String> {
    if cap.counter != Counter::Generated {
        return None;
    }
    let (name, caps) = match (&rule.subjects, rule.subjects.targets()) {
        (Subjects::All, _) => (None, &policy.all_caps),
        (_, [only]) => {
            let tool = policy.tools.get(only.tool)?;
            (Some(&*tool.name), &tool.caps)
        }
        _ => return None,
    };
    let is_in_force = caps.iter().any(|other| other.span == cap.span);
    is_in_force.then(|| cap.counter.name(name, cap.rate.window()))
}
