//! Whether two documents say the same.

use std::sync::Arc;

use super::refused;
use super::settle::settled;
use crate::manifest::{Manifest, Tool};
use crate::policy_json::{Document, Predicate, ToolRule};
use crate::text::quote;

/// What differs between a document and one that was compiled from its text; `None` when they say the same. Messages
/// that the original leaves out may read as they like, and predicates are compared in the order and form in which the
/// compiler arranges those of a tool. The manifest is that which the text was made with.
///
/// The words follow "differs in ", such as `` the limits of `get_run` ``.
pub fn difference(
    original: &Document,
    compiled: &Document,
    manifest: Option<&Manifest>,
) -> Option<String> {
    let manifest = manifest.filter(|manifest| refused::find(original, manifest).is_none());
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
            Some(other) => {
                let declared = manifest.and_then(|it| it.tools().get(it.find(tool)?));
                difference_of_rules(rule, other, declared)
            }
        };
        if let Some(part) = part {
            return Some(format!("{part} of {}", quote(tool)));
        }
    }
    let extra = compiled.tools.keys().find(|tool| !original.tools.contains_key(*tool));
    extra.map(|tool| format!("the entry of {}", quote(tool)))
}

fn difference_of_rules(
    original: &ToolRule,
    compiled: &ToolRule,
    declared: Option<&Tool>,
) -> Option<&'static str> {
    let [require, deny_if] = settled(original, declared);
    if !same_predicates(&require, &compiled.require) {
        Some("the `require` list")
    } else if !same_predicates(&deny_if, &compiled.deny_if) {
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
