//! Sets: those that come with the language, and the groups of the policy.

use super::rank::{Offers, Order};
use super::tools::RiskOrder;
use super::{Asked, Completion, CompletionKind, Insert, label};
use crate::risk::{Class, ClassSet};
use crate::text::count;

/// Offers the sets with how many tools each holds.
pub(super) fn offer(asked: &Asked<'_>, offers: &mut Offers<'_>) {
    // Quotes make a name of anything.
    if asked.writing.is_string {
        return;
    }
    groups(asked, offers);
    let Some(manifest) = asked.context.manifest else { return };
    let of_class = |class: Class| {
        let about = format!("tools of the class `{}`, {} risk", class.name(), class.risk().name());
        (class.name(), about)
    };
    let mut sets: Vec<(&str, String)> = Class::ALL.into_iter().map(of_class).collect();
    sets.push(("critical", "destructive and financial tools, critical risk".to_owned()));
    if RiskOrder::of(asked) == Some(RiskOrder::SafestLast) {
        sets.reverse();
    }
    for (name, about) in sets {
        push(asked, offers, name, members(asked, name), &about);
    }
    push(asked, offers, "tools", manifest.tools().len(), "every tool of the manifest");
}

fn members(asked: &Asked<'_>, name: &str) -> usize {
    let set = ClassSet::from_name(name);
    let classes =
        Class::ALL.into_iter().filter(|class| set.is_some_and(|set| set.contains(*class)));
    classes.map(|class| asked.context.members(class).len()).sum()
}

fn groups(asked: &Asked<'_>, offers: &mut Offers<'_>) {
    let Some(resolved) = asked.view.resolved() else { return };
    // A group is no part of itself.
    let own = asked.writing.tokens.get(1).map(|token| asked.writing.slice(*token));
    let own = own.filter(|_| asked.writing.statement == Some("group"));
    for (name, tools) in resolved.groups.iter().filter(|(name, _)| Some(*name) != own) {
        let written = format!("@{name}");
        let item =
            offers.item(CompletionKind::Group, &label(&written), Insert::Text(written.clone()));
        let detail = tools
            .map_or("group".to_owned(), |tools| format!("group, {}", count(tools.len(), "tool")));
        let is_faded = asked.selection.written.contains(&written);
        offers.push(Order::Usual, Completion { detail: Some(detail), is_faded, ..item });
    }
}

fn push(asked: &Asked<'_>, offers: &mut Offers<'_>, name: &str, tools: usize, about: &str) {
    let written = format!("@{name}");
    let item = offers.item(CompletionKind::Set, &written, Insert::Text(written.clone()));
    offers.push(
        Order::Word,
        Completion {
            detail: Some(count(tools, "tool")),
            documentation: Some(format!("The {about}.")),
            is_faded: tools == 0 || asked.selection.written.contains(&written),
            ..item
        },
    );
}
