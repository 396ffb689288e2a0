//! Groups that no rule uses.

use std::collections::HashMap;

use crate::diagnostic::{Code, Diagnostic};
use crate::lint::{Context, Rule, fixes, statement};
use crate::syntax::tree::{Group, SelectorKind, Selectors, StatementKind, Subjects};
use crate::text::quote;

pub(super) const RULE: Rule = Rule { code: Code::UnusedGroup, needs_whole_policy: true, check };

fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    // The groups of an included file are there for all who include it.
    let Some(root) = context.trees.first().filter(|_| !statement::is_part(context)) else { return };
    let used = used(context);
    for statement in &root.statements {
        let StatementKind::Group(group) = &statement.kind else { continue };
        let name = context.sources.slice(group.name);
        if used.get(name).copied() == Some(false) {
            let message = format!("no rule uses the group {}", quote(name));
            let mut finding = Diagnostic::new(Code::UnusedGroup, group.name, message)
                .with_help("use it as `@NAME`, or remove it");
            let title = format!("remove the group {}", quote(name));
            finding.fixes.extend(fixes::remove(context, statement.span, title));
            findings.push(finding);
        }
    }
}

/// Every group, and whether a rule uses it, itself or through others.
fn used<'c>(context: &Context<'c>) -> HashMap<&'c str, bool> {
    let mut groups: HashMap<&str, (&Group, bool)> = HashMap::new();
    let mut used: Vec<&str> = Vec::new();
    for statement in context.trees.iter().flat_map(|tree| &tree.statements) {
        match &statement.kind {
            StatementKind::Group(group) => {
                groups.insert(context.sources.slice(group.name), (group, false));
            }
            StatementKind::Rule(Subjects::Tools(selectors), _) => {
                used.extend(sets(context, selectors));
            }
            StatementKind::Block(block) => {
                used.extend(block.selectors.iter().flat_map(|row| sets(context, row)));
            }
            _ => {}
        }
    }
    while let Some(name) = used.pop() {
        if let Some((group, is_used)) = groups.get_mut(name)
            && !std::mem::replace(is_used, true)
        {
            used.extend(sets(context, &group.selectors));
        }
    }
    groups.into_iter().map(|(name, (_, is_used))| (name, is_used)).collect()
}

/// The names behind `@` of a row of selectors.
fn sets<'c>(
    context: &Context<'c>,
    selectors: &'c Selectors,
) -> impl Iterator<Item = &'c str> + use<'c> {
    let sources = context.sources;
    let row = selectors.items.iter().chain(&selectors.except);
    row.filter(|selector| selector.kind == SelectorKind::Set)
        .filter_map(|selector| sources.slice(selector.span).strip_prefix('@'))
}
