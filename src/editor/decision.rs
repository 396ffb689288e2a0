//! What the policy decides on the calls of a tool, in a few words.

use super::cursor::{guard_of, last_begun};
use super::markdown::one_line;
use super::{View, lines};
use crate::lint::Context;
use crate::policy::{Access, Action, Blocks, Cap, Condition, Guard, Purpose, Rule, Test, ToolId};
use crate::source::{Span, TextPart};
use crate::syntax::tree::{self, StatementKind};
use crate::text::excerpt;

/// So many conditions of a tool are told, so long each, in characters.
const MAX_CONDITIONS: usize = 3;
const MAX_CONDITION: usize = 80;

/// No more of a statement than this is put on a line, in bytes.
const MAX_STATEMENT: usize = 400;

/// What happens to the calls of a tool in the end, cleaned:
/// `allowed 10/hour, needs approval unless args.stage == "Staging"`.
pub(super) fn in_words(view: &View, context: &Context<'_>, tool: ToolId) -> String {
    match context.access(tool) {
        Access::Open => open(view, context, tool),
        access => word(access).to_owned(),
    }
}

/// What happens to calls before any argument is looked at.
pub(super) fn word(access: Access) -> &'static str {
    match access {
        Access::Hidden => "hidden",
        Access::NotGranted => "not granted",
        Access::Denied => "denied",
        Access::Approved => "needs approval",
        Access::Open => "allowed",
    }
}

fn open(view: &View, context: &Context<'_>, tool: ToolId) -> String {
    let own = context.policy.tools.get(tool).map_or(&[][..], |tool| &tool.caps);
    let mut out = word(Access::Open).to_owned();
    if !own.is_empty() {
        out += &format!(" {}", capped(own));
    } else if !context.policy.all_caps.is_empty() {
        out += &format!(", {} for all tools together", capped(&context.policy.all_caps));
    }
    let mut conditions = 0;
    for purpose in [Purpose::Require, Purpose::Deny, Purpose::Approve] {
        let guards = context.policy.guards(tool).filter(|(_, guard)| guard.purpose == purpose);
        for (rule, guard) in guards {
            conditions += 1;
            if conditions <= MAX_CONDITIONS {
                out += &clause(guard, &condition(view, rule.span).unwrap_or_default());
            }
        }
    }
    match conditions.saturating_sub(MAX_CONDITIONS) {
        0 => {}
        1 => out += ", and 1 more condition",
        more => out += &format!(", and {more} more conditions"),
    }
    out
}

/// `30/minute, 500/day`
fn capped(caps: &[Cap]) -> String {
    caps.iter().map(|cap| cap.rate.to_string()).collect::<Vec<_>>().join(", ")
}

/// What a guard adds to the decision.
fn clause(guard: &Guard, condition: &str) -> String {
    match (&guard.blocks, guard.purpose) {
        (Blocks::Unless(_), Purpose::Approve) => format!(", needs approval unless {condition}"),
        (Blocks::When(_), Purpose::Approve) => format!(", needs approval when {condition}"),
        (Blocks::Unless(_), _) => format!(", denied unless {condition}"),
        (Blocks::When(_), _) => format!(", denied when {condition}"),
        // An open tool has no guard that always blocks.
        (Blocks::Always, _) => String::new(),
    }
}

/// The condition of a rule as it is written, on one line, cleaned and cut.
fn condition(view: &View, rule: Span) -> Option<String> {
    let guard = guard_of(written(view, rule)?)?;
    let text = view.sources().text(rule.file);
    let line = crate::syntax::one_line(guard.condition.as_ref()?, text);
    Some(excerpt(&one_line(&line), MAX_CONDITION))
}

/// The condition of a guard, if it has one.
pub(super) fn condition_of(guard: &Guard) -> Option<&Condition> {
    match &guard.blocks {
        Blocks::When(condition) | Blocks::Unless(condition) => Some(condition),
        Blocks::Always => None,
    }
}

/// Every test of a condition with its place, in the order of the text.
pub(super) fn tests(condition: &Condition) -> Vec<(&Test, Span)> {
    let mut found = Vec::new();
    collect(condition, &mut found);
    found
}

/// The depth of conditions is bounded by the reader.
fn collect<'c>(condition: &'c Condition, found: &mut Vec<(&'c Test, Span)>) {
    match condition {
        Condition::Any(parts) | Condition::All(parts) => {
            parts.iter().for_each(|part| collect(part, found));
        }
        Condition::Not(inner) => collect(inner, found),
        Condition::Test(test, span) => found.push((test, *span)),
    }
}

/// The node of a rule of the policy, whatever file it stands in.
pub(super) fn written(view: &View, rule: Span) -> Option<&tree::Rule> {
    let tree = view.trees().iter().find(|tree| tree.file == rule.file)?;
    match &last_begun(&tree.statements, rule.start as usize)?.kind {
        StatementKind::Rule(_, written) => Some(written),
        StatementKind::Block(block) => {
            last_begun(&block.rules, rule.start as usize).map(|(_, written)| written)
        }
        _ => None,
    }
}

/// The rule of the policy that stands at a place.
pub(super) fn rule_at(view: &View, span: Span) -> Option<&Rule> {
    view.resolved()?.policy.rules.iter().find(|rule| rule.span == span)
}

/// The same among the rules that the statements of one file make, in their order.
pub(super) fn rule_among<'r>(rules: &[&'r Rule], span: Span) -> Option<&'r Rule> {
    let at = rules.partition_point(|rule| rule.span.start < span.start);
    rules.get(at).copied().filter(|rule| rule.span == span)
}

/// A part of a file on one line, without its comments, cut when it is long. Not cleaned.
pub(super) fn statement_line(view: &View, span: Span) -> String {
    let text = view.slice(span);
    let end = text.floor_char_boundary(MAX_STATEMENT);
    let shown = text.part(..end);
    let mut out = lines::code(shown);
    if end < text.len() {
        out.push('…');
    }
    one_line(&out)
}

/// The place of a rule in the order in which a call is decided.
pub(super) fn stage(rule: &Rule) -> u8 {
    match &rule.action {
        Action::Hide => 0,
        Action::Allow(_) => 1,
        Action::Guard(guard) => match guard.purpose {
            Purpose::Require => 2,
            Purpose::Deny => 3,
            Purpose::Approve => 4,
        },
        Action::Rate(_) | Action::Budget(_) => 5,
    }
}
