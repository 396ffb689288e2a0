//! What the policy decides on the calls of a tool, in a few words.

use super::View;
use super::markdown::one_line;
use crate::lint::Context;
use crate::policy::{Access, Action, Blocks, Cap, Guard, Purpose, Rule, ToolId};
use crate::source::Span;
use crate::syntax::tree::{self, StatementKind};
use crate::syntax::{TokenKind, tokens};
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
        Access::Hidden => "hidden".to_owned(),
        Access::NotGranted => "not granted".to_owned(),
        Access::Denied => "denied".to_owned(),
        Access::Approved => "needs approval".to_owned(),
        Access::Open => open(view, context, tool),
    }
}

fn open(view: &View, context: &Context<'_>, tool: ToolId) -> String {
    let own = context.policy.tools.get(tool).map_or(&[][..], |tool| &tool.caps);
    let mut out = "allowed".to_owned();
    if !own.is_empty() {
        out += &format!(" {}", rates(own));
    } else if !context.policy.all_caps.is_empty() {
        out += &format!(", {} over all tools", rates(&context.policy.all_caps));
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
fn rates(caps: &[Cap]) -> String {
    caps.iter().map(super::rates::written).collect::<Vec<_>>().join(", ")
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
    let guard = match written(view, rule)? {
        tree::Rule::Require(guard) | tree::Rule::Approve(guard) | tree::Rule::Deny(guard) => guard,
        _ => return None,
    };
    let text = view.sources().text(rule.file);
    let line = crate::syntax::one_line(guard.condition.as_ref()?, text);
    Some(excerpt(&one_line(&line), MAX_CONDITION))
}

/// The node of a rule of the policy, whatever file it stands in.
pub(super) fn written(view: &View, rule: Span) -> Option<&tree::Rule> {
    let tree = view.resolved()?.trees.iter().find(|tree| tree.file == rule.file)?;
    let after = tree.statements.partition_point(|statement| statement.span.start <= rule.start);
    match &tree.statements.get(after.checked_sub(1)?)?.kind {
        StatementKind::Rule(_, written) => Some(written),
        StatementKind::Block(block) => {
            let at = block.rules.partition_point(|(span, _)| span.start < rule.start);
            block.rules.get(at).map(|(_, written)| written)
        }
        _ => None,
    }
}

/// The rule of the policy that stands at a place.
pub(super) fn rule_at(view: &View, span: Span) -> Option<&Rule> {
    view.resolved()?.policy.rules.iter().find(|rule| rule.span == span)
}

/// A part of a file on one line, without its comments, cut when it is long. Not cleaned.
pub(super) fn statement_line(view: &View, span: Span) -> String {
    let text = view.slice(span);
    let end = text.floor_char_boundary(MAX_STATEMENT);
    let shown = text.get(..end).unwrap_or("");
    let mut out = String::new();
    let mut last = None;
    for token in tokens(shown).iter().filter(|token| token.kind != TokenKind::Comment) {
        if last.is_some_and(|last| last < token.start) {
            out.push(' ');
        }
        out.push_str(shown.get(token.start..token.end).unwrap_or(""));
        last = Some(token.end);
    }
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
