//! Names of counters: what is replaced in them, and those that the policy has already.

use std::collections::BTreeSet;

use super::rank::{Offers, Order};
use super::{Asked, Completion, CompletionKind, Insert, label};
use crate::policy::{Action, Cap, Counter, Rule, write_string};

/// So many counters of the policy are offered.
const MAX_COUNTERS: usize = 100;

/// Offers names of counters.
pub(super) fn offer(asked: &Asked<'_>, offers: &mut Offers<'_>) {
    if !asked.writing.is_string {
        for (name, about) in [
            ("{tool}-{window}", "one per tool and window"),
            ("{tool}", "one per tool"),
            ("{window}", "one per window, shared by all tools"),
        ] {
            offers.text(Order::First, CompletionKind::Counter, name, about);
        }
    }
    let mut written = BTreeSet::new();
    for cap in asked.context.policy.rules.iter().flat_map(caps) {
        if written.len() == MAX_COUNTERS {
            break;
        }
        let is_own = cap.span.file == asked.view.file()
            && asked
                .writing
                .tokens
                .first()
                .is_some_and(|first| first.start() <= cap.span.start as usize)
            && cap.span.end as usize <= asked.writing.replace.end;
        match &cap.counter {
            Counter::Template(name) if !is_own && !asked.writing.is_string => {
                written.insert(name.to_string());
            }
            Counter::Literal(name) if !is_own => {
                let mut quoted = String::new();
                write_string(name, &mut quoted);
                written.insert(quoted);
            }
            _ => {}
        }
    }
    for name in written {
        let item = offers.item(CompletionKind::Counter, &label(&name), Insert::Text(name.clone()));
        let detail = Some("a counter of this policy".to_owned());
        offers.push(Order::Usual, Completion { detail, ..item });
    }
}

fn caps(rule: &Rule) -> &[Cap] {
    match &rule.action {
        Action::Allow(caps) | Action::Rate(caps) => caps,
        Action::Budget(budget) => std::slice::from_ref(&budget.cap),
        Action::Guard(_) | Action::Hide => &[],
    }
}
