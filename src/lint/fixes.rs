//! Edits of a policy's text that rules propose.

use super::{Context, Form, edits};
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::policy::{Rule, Target};
use crate::source::Span;
use crate::syntax::tree::{StatementKind, Subjects};

/// A fix that writes statements behind the one in which a place lies, on lines of their own. None for a policy.json.
pub fn insert_after(
    context: &Context<'_>,
    place: Span,
    applicability: Applicability,
    title: impl Into<String>,
    statements: &str,
) -> Option<Fix> {
    if context.form == Form::PolicyJson {
        return None;
    }
    let statement = context.statement(place)?;
    let text = context.sources.text(place.file);
    let rest = text.get(statement.span.end as usize..)?;
    // A comment behind the statement stays with it.
    let end = statement.span.end as usize + rest.find(['\n', '\r']).unwrap_or(rest.len());
    let edit = Edit { span: Span::new(place.file, end, end), text: format!("\n{statements}") };
    Some(Fix { title: title.into(), applicability, edits: vec![edit] })
}

/// A fix that takes a statement away, with its line and the comment behind it if nothing else stands there. None for a
/// policy.json.
pub fn remove(context: &Context<'_>, span: Span, title: impl Into<String>) -> Option<Fix> {
    if context.form == Form::PolicyJson {
        return None;
    }
    let span = edits::with_lines(context.sources.text(span.file), span)?;
    let edits = vec![Edit { span, text: String::new() }];
    Some(Fix { title: title.into(), applicability: Applicability::Safe, edits })
}

/// Targets of one rule as selectors: as the author wrote them if they are all that these selectors select, else name by name.
pub fn selectors(context: &Context<'_>, rule: &Rule, targets: &[Target]) -> String {
    let mut spans: Vec<Span> = targets.iter().map(|target| target.selector).collect();
    spans.sort_unstable();
    spans.dedup();
    let from_these = |target: &&Target| spans.binary_search(&target.selector).is_ok();
    let selected = rule.subjects.targets().iter().filter(from_these).count();
    let written: Vec<String> = if selected == targets.len() && !narrows(context, rule) {
        spans.iter().map(|span| context.sources.slice(*span).to_owned()).collect()
    } else {
        targets.iter().map(|target| context.written(target.tool)).collect()
    };
    written.join(", ")
}

/// Whether tools of the rule's selectors are left out by `having` or `except`.
fn narrows(context: &Context<'_>, rule: &Rule) -> bool {
    let Some(statement) = context.statement(rule.span) else { return true };
    let selectors = match &statement.kind {
        StatementKind::Rule(Subjects::Tools(selectors), _) => Some(selectors),
        StatementKind::Block(block) => block.selectors.as_ref(),
        _ => None,
    };
    selectors.is_none_or(|selectors| selectors.having.is_some() || !selectors.except.is_empty())
}
