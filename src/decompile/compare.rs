//! Whether two documents say the same.

use std::sync::Arc;

use crate::policy_json::{Document, Predicate, ToolRule};
use crate::text::quote;

/// What differs between a document and one that was compiled from its text; `None` when they say the same. Messages
/// that the original leaves out may read as they like.
///
/// The words follow "differs in ", such as `` the limits of `get_run` ``.
pub fn difference(original: &Document, compiled: &Document) -> Option<String> {
    if original.default != compiled.default {
        return Some("`default`".to_owned());
    }
    if original.hide != compiled.hide {
        return Some("`hide`".to_owned());
    }
    if original.all_limits != compiled.all_limits {
        return Some("`all_tools`".to_owned());
    }
    for (tool, rule) in &original.tools {
        let part = match compiled.tools.get(tool) {
            None => Some("the entry"),
            Some(other) => difference_of_rules(rule, other),
        };
        if let Some(part) = part {
            return Some(format!("{part} of {}", quote(tool)));
        }
    }
    let extra = compiled.tools.keys().find(|tool| !original.tools.contains_key(*tool));
    extra.map(|tool| format!("the entry of {}", quote(tool)))
}

fn difference_of_rules(original: &ToolRule, compiled: &ToolRule) -> Option<&'static str> {
    if !same_predicates(&original.require, &compiled.require) {
        Some("the `require` list")
    } else if !same_predicates(&original.deny_if, &compiled.deny_if) {
        Some("the `deny_if` list")
    } else if original.limits != compiled.limits {
        Some("the limits")
    } else {
        None
    }
}

fn same_predicates(original: &[Arc<Predicate>], compiled: &[Arc<Predicate>]) -> bool {
    original.len() == compiled.len()
        && original.iter().zip(compiled).all(|(original, compiled)| {
            original.conditions == compiled.conditions
                && (original.on_deny.is_none() || original.on_deny == compiled.on_deny)
        })
}
