//! Tools: the manifest's, and those that only the policy names.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::rank::{self, Offers, Order};
use super::{Asked, Completion, CompletionKind, Insert, class_in_words, label};
use crate::editor::markdown;
use crate::editor::reach::matching;
use crate::editor::schema::texts;
use crate::policy::{Action, Purpose, Rule, Target, ToolId};
use crate::resolve::matches_glob;
use crate::source::TextPart;
use crate::syntax::names::{is_bare, write_quoted};
use crate::syntax::{Fragment, decode_string};
use crate::text::count;

/// So many of a tool's rules are looked at to see whether it is covered.
const MAX_RULES: usize = 32;

/// How much of a description is shown, in bytes.
const MAX_DESCRIPTION: usize = 1000;

/// Offers the tools that can be named.
pub(super) fn offer(asked: &Asked<'_>, offers: &mut Offers<'_>) {
    let context = asked.context;
    let typed = offers.typed();
    let is_glob = !asked.writing.is_string && typed.contains(['*', '?']);
    let globbed: BTreeSet<ToolId> = match is_glob {
        // What is half written may go on.
        true => {
            let glob = format!("{typed}*");
            context.manifest.into_iter().flat_map(|manifest| matching(manifest, &glob)).collect()
        }
        false => BTreeSet::new(),
    };
    if is_glob {
        // What the glob matches is among what it matches when it goes on.
        let is_match = |tool: &&ToolId| matches_glob(typed, context.name(**tool));
        offer_glob(globbed.iter().filter(is_match).count(), typed, offers);
    }
    let tools = context.policy.tools.iter().map(|(tool, _)| tool);
    let mut tools: Vec<ToolId> =
        tools.filter(|tool| context.is_nameable(*tool) && !is_being_typed(asked, *tool)).collect();
    match RiskOrder::of(asked) {
        Some(RiskOrder::SafestFirst) => tools.sort_by_key(|tool| context.class(*tool)),
        Some(RiskOrder::SafestLast) => tools.sort_by_key(|tool| Reverse(context.class(*tool))),
        None => {}
    }
    // A glob fits what it matches, whatever its characters are.
    let candidates = tools.into_iter().map(|tool| {
        let name = if globbed.contains(&tool) { typed } else { context.name(tool) };
        (tool, name, is_covered(asked, tool))
    });
    let (found, is_cut) = rank::best(typed, candidates);
    if is_cut {
        offers.leave_out();
    }
    for tool in found {
        let item = item(asked, tool, offers);
        let filter = globbed.contains(&tool).then(|| typed.to_owned());
        offers.push(Order::Usual, Completion { filter: filter.or(item.filter), ..item });
    }
}

/// In which order a statement is offered tools and sets of equal fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RiskOrder {
    /// What grants tools begins with those that do the least harm.
    SafestFirst,
    /// What stops tools begins with those that do the most.
    SafestLast,
}

impl RiskOrder {
    /// The order for the statement at hand; `None` where the manifest's is as good.
    pub(super) fn of(asked: &Asked<'_>) -> Option<Self> {
        let grants = match asked.writing.statement? {
            "allow" => true,
            "hide" | "deny" | "approve" => false,
            _ => return None,
        };
        // What a statement excepts gets the opposite.
        let is_safest_first = grants != asked.selection.is_exception;
        Some(if is_safest_first { Self::SafestFirst } else { Self::SafestLast })
    }
}

/// The glob itself, with how many tools it matches.
fn offer_glob(matched: usize, typed: &str, offers: &mut Offers<'_>) {
    if matched > 0 {
        let item = offers.item(CompletionKind::Tool, typed, Insert::Text(typed.to_owned()));
        let detail = Some(format!("glob, {}", count(matched, "tool")));
        offers.push(Order::First, Completion { detail, ..item });
    }
}

fn item(asked: &Asked<'_>, tool: ToolId, offers: &Offers<'_>) -> Completion {
    let context = asked.context;
    let name = context.name(tool);
    let is_group = asked.view.resolved().is_some_and(|r| r.groups.definition(name).is_some());
    let is_string = asked.writing.is_string;
    let mut written = context.written(tool);
    if (is_string || is_group) && is_bare(&written) {
        written.clear();
        write_quoted(name, &mut written);
    }
    let class = context.class(tool);
    let is_faded = is_covered(asked, tool);
    let covered = match (is_faded, asked.selection.removable.is_some()) {
        (false, _) => "",
        (true, false) => ", already covered",
        (true, true) => ", not selected",
    };
    let item = offers.item(CompletionKind::Tool, &label(name), Insert::Text(written));
    Completion {
        detail: Some(format!("{}{covered}", class_in_words(class))),
        class: Some(class),
        documentation: Some(documentation(asked, tool)),
        // What has been typed begins with a quote, and so must what it is compared with.
        filter: is_string.then(|| format!("\"{}", label(name))),
        is_faded,
        ..item
    }
}

/// What the server says of a tool.
fn documentation(asked: &Asked<'_>, tool: ToolId) -> String {
    let class = asked.context.class(tool);
    let mut out = format!("**{}**, {} risk", class.name(), class.risk().name());
    let Some(declared) = asked.context.declaration(tool) else {
        if asked.context.manifest.is_some() {
            out.push_str("\n\nIt is not in the manifest.");
        }
        return out;
    };
    texts(declared).for_each(|text| out.push_str(&format!("\n\n{}", shown(&text))));
    out
}

/// A stranger's text, escaped, and cut when it is long.
pub(super) fn shown(text: &str) -> String {
    let text = text.trim();
    let end = text.floor_char_boundary(MAX_DESCRIPTION);
    let more = if end < text.len() { "…" } else { "" };
    format!("{}{more}", markdown::escape(text.part(..end)))
}

/// Whether nothing but the word under the cursor names the tool: then it is no tool yet.
fn is_being_typed(asked: &Asked<'_>, tool: ToolId) -> bool {
    let context = asked.context;
    if context.declaration(tool).is_some() {
        return false;
    }
    let mut rules = context.policy.rules_of(tool).take(MAX_RULES);
    let mut own_name = decode_string(asked.writing.text.part(asked.writing.replace.clone()));
    if !asked.writing.is_string {
        own_name = asked.writing.text.part(asked.writing.replace.clone()).into();
    }
    own_name == context.name(tool) && rules.all(|(_, _, target)| is_at_cursor(asked, target))
}

/// Whether the word under the cursor is what names a tool.
fn is_at_cursor(asked: &Asked<'_>, target: Target) -> bool {
    let range = target.selector.range();
    let word = &asked.writing.replace;
    target.selector.file == asked.view.file() && range.start < word.end && word.start < range.end
}

/// Whether a statement of the same kind is about the tool already, or the row at hand names it; behind `except`, whether there is
/// nothing to take away.
fn is_covered(asked: &Asked<'_>, tool: ToolId) -> bool {
    let context = asked.context;
    if let Some(removable) = &asked.selection.removable {
        return !removable.contains(&tool);
    }
    let mut rules = context.policy.rules_of(tool).take(MAX_RULES);
    let is_named = asked.selection.written.contains(context.name(tool))
        && asked.writing.fragment != Fragment::Rule;
    is_named
        || match asked.writing.statement {
            Some("classify") => context.is_classified(tool),
            Some("group") | None => false,
            Some(statement) => rules.any(|(_, rule, target)| {
                is_of_kind(rule, statement) && !is_at_cursor(asked, target)
            }),
        }
}

fn is_of_kind(rule: &Rule, statement: &str) -> bool {
    match (&rule.action, statement) {
        (Action::Allow(_), "allow")
        | (Action::Rate(_), "rate")
        | (Action::Hide, "hide")
        | (Action::Budget(_), "budget")
        // A block is for whatever is said of its tools.
        | (_, "tool") => true,
        (Action::Guard(guard), "require") => guard.purpose == Purpose::Require,
        (Action::Guard(guard), "approve") => guard.purpose == Purpose::Approve,
        (Action::Guard(guard), "deny") => guard.purpose == Purpose::Deny,
        _ => false,
    }
}
