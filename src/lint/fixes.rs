//! Edits of a policy's text that rules propose, and the selectors that they write.

use super::{Context, Form, edits};
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::format;
use crate::policy::{Access, Rule, Target, ToolId};
use crate::risk::{Class, Confidence};
use crate::source::{SourceSet, Span};
use crate::syntax;
use crate::syntax::comments;
use crate::syntax::tree::{Selectors, StatementKind, Subjects};

/// From how many tools of a class on its set is written instead of their names.
const FROM_SET: usize = 3;
/// How many tools an `except` behind a set names at most.
pub const MAX_EXCEPT: usize = 2;

/// A fix that writes statements behind the one in which a place lies, on lines of their own. None for a policy.json.
pub fn insert_after(
    context: &Context<'_>,
    place: Span,
    applicability: Applicability,
    title: impl Into<String>,
    statements: &str,
) -> Option<Fix> {
    let edit = insertion(context, place, statements)?;
    Some(Fix { title: title.into(), applicability, edits: vec![edit] })
}

/// The edit of [`insert_after`].
pub fn insertion(context: &Context<'_>, place: Span, statements: &str) -> Option<Edit> {
    if context.form == Form::PolicyJson {
        return None;
    }
    let statement = context.statement(place)?;
    let text = context.sources.text(place.file);
    let rest = text.get(statement.span.end as usize..)?;
    // A comment behind the statement stays with it.
    let end = statement.span.end as usize + rest.find(['\n', '\r']).unwrap_or(rest.len());
    let text = format!("\n{}", laid_out(statements));
    Some(Edit { span: Span::new(place.file, end, end), text })
}

/// A fix that removes a statement with its line and the comments that are about it: those directly above it, and the one behind it.
/// No comment is left to head another statement. `what` is what is removed, with an article. None for a policy.json, and where the
/// comments above are the heading of the file.
pub fn remove(context: &Context<'_>, span: Span, what: &str) -> Option<Fix> {
    if context.form == Form::PolicyJson {
        return None;
    }
    let text = context.sources.text(span.file);
    let commented = edits::with_comments_above(text, span)?;
    let span = edits::with_lines(text, commented)?;
    let comments = comments(context.sources.slice(span)).count();
    // What loses a comment is for a person to decide.
    let (applicability, title) = match comments {
        0 => (Applicability::Safe, format!("remove {what}")),
        1 => (Applicability::Unsafe, format!("remove {what} and its comment")),
        _ => (Applicability::Unsafe, format!("remove {what} and its comments")),
    };
    Some(Fix { title, applicability, edits: vec![Edit { span, text: String::new() }] })
}

/// Targets of one rule as selectors: as the author wrote them if they are all that these selectors select, else by class or name.
pub fn selectors(context: &Context<'_>, rule: &Rule, targets: &[Target]) -> String {
    if let ([only], [_, _, ..]) = (targets, rule.subjects.targets()) {
        return context.written(only.tool);
    }
    let mut spans: Vec<Span> = targets.iter().map(|target| target.selector).collect();
    spans.sort_unstable();
    spans.dedup();
    let from_these = |target: &&Target| spans.binary_search(&target.selector).is_ok();
    let selected = rule.subjects.targets().iter().filter(from_these).count();
    let narrows = || {
        let written = written_selectors(context, rule);
        written.is_none_or(|all| all.having.is_some() || !all.except.is_empty())
    };
    if selected == targets.len() && !narrows() {
        let written: Vec<&str> = spans.iter().map(|span| context.sources.slice(*span)).collect();
        return written.join(", ");
    }
    let tools: Vec<ToolId> = targets.iter().map(|target| target.tool).collect();
    let is_closed = |tool| context.access(tool) != Access::Open;
    shortest(context, &tools, MAX_EXCEPT, &is_closed)
}

/// The selectors of a rule as they stand in the text, its own or those of its block.
pub fn written_selectors<'c>(context: &Context<'c>, rule: &Rule) -> Option<&'c Selectors> {
    match &context.statement(rule.span)?.kind {
        StatementKind::Rule(Subjects::Tools(selectors), _) => Some(selectors),
        StatementKind::Block(block) => block.selectors.as_ref(),
        _ => None,
    }
}

/// Selectors for these tools: the sets of classes of which they are all or nearly all, and the names of the others.
///
/// A set may hold other tools for which `may_take` holds; up to `exceptions` that it may not hold are taken out with `except`.
pub fn shortest(
    context: &Context<'_>,
    given: &[ToolId],
    exceptions: usize,
    may_take: &dyn Fn(ToolId) -> bool,
) -> String {
    let (mut written, mut except): (Vec<String>, Vec<String>) = Default::default();
    let mut tools = given.to_vec();
    tools.sort_unstable();
    tools.dedup();
    for class in Class::ALL {
        let own: Vec<ToolId> =
            tools.iter().copied().filter(|tool| context.class(*tool) == class).collect();
        let room = exceptions.saturating_sub(except.len());
        match others(context, class, &own, may_take).filter(|others| others.len() <= room) {
            Some(others) => {
                written.push(format!("@{}", class.name()));
                except.extend(others.into_iter().map(|tool| context.written(tool)));
            }
            None => written.extend(own.into_iter().map(|tool| context.written(tool))),
        }
    }
    if written.len() == tools.len()
        && except.is_empty()
        && !written.iter().any(|w| w.starts_with('@'))
    {
        // Without a set the order is that of the finding.
        written = given.iter().map(|tool| context.written(*tool)).collect();
    }
    if let [.., destructive, financial] = written.as_slice()
        && destructive == "@destructive"
        && financial == "@financial"
    {
        written.truncate(written.len() - 2);
        written.push("@critical".to_owned());
    }
    let mut text = written.join(", ");
    if !except.is_empty() {
        text.push_str(" except ");
        text.push_str(&except.join(", "));
    }
    text
}

/// What the set of a class holds besides these tools and those that it may hold; `None` when the set is no good name for them.
fn others(
    context: &Context<'_>,
    class: Class,
    tools: &[ToolId],
    may_take: &dyn Fn(ToolId) -> bool,
) -> Option<Vec<ToolId>> {
    if tools.len() < FROM_SET || tools.iter().any(|tool| context.declaration(*tool).is_none()) {
        return None;
    }
    let mut others = Vec::new();
    let members = context.members(class);
    // Looking at no more than in proportion to the tools keeps many small findings cheap.
    if members.len() > 8 * tools.len() + 64 {
        return None;
    }
    for member in members {
        // In a set a guess is reported, and a tool that cannot be named is an error.
        let is_guess = context.brief(*member).confidence == Confidence::Low;
        if is_guess || !context.is_nameable(*member) {
            return None;
        }
        if tools.binary_search(member).is_err() && !may_take(*member) {
            others.push(*member);
            if others.len() > MAX_EXCEPT {
                return None;
            }
        }
    }
    Some(others)
}

/// Statements with their long lines broken as the formatter breaks them.
fn laid_out(statements: &str) -> String {
    if statements.lines().all(|line| line.len() <= format::WIDTH) {
        return statements.to_owned();
    }
    let mut sources = SourceSet::default();
    let file = sources.add("", statements);
    let (tree, findings) = syntax::parse(file, statements);
    let formatted = findings.is_empty().then(|| format::format(&tree, statements));
    match formatted {
        Some(Ok(formatted)) => formatted.trim_end_matches('\n').to_owned(),
        _ => statements.to_owned(),
    }
}
