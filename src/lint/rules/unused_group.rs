//! Groups that no rule uses.

use std::collections::HashMap;

use crate::diagnostic::{Code, Diagnostic};
use crate::lint::{Context, Rule, fixes, statement};
use crate::syntax::tree::{Group, SelectorKind, Selectors, StatementKind, Subjects};
use crate::text::quote;

pub(super) const RULE: Rule = Rule { code: Code::UnusedGroup, needs_whole_policy: true, check };

/// What uses a group.
#[derive(Clone, Copy, Default)]
struct GroupUse {
    /// A rule, itself or through other groups.
    rule: bool,
    /// Another group, used or not: it cannot be read without this one.
    group: bool,
}

fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    // The groups of an included file are there for all who include it.
    let Some(root) = context.trees.first().filter(|_| !statement::is_part(context)) else { return };
    let uses = uses(context);
    for statement in &root.statements {
        let StatementKind::Group(group) = &statement.kind else { continue };
        let name = context.sources.slice(group.name);
        let Some(found) = uses.get(name).filter(|found| !found.rule) else { continue };
        let message = format!("no rule uses the group {}", quote(name));
        let mut finding = Diagnostic::new(Code::UnusedGroup, group.name, message)
            .with_help(format!("use it as {}, or remove it", quote(&format!("@{name}"))));
        if !found.group {
            let what = format!("the group {}", quote(name));
            finding.fixes.extend(fixes::remove(context, statement.span, &what));
        }
        findings.push(finding);
    }
}

/// What uses each group.
fn uses<'c>(context: &Context<'c>) -> HashMap<&'c str, GroupUse> {
    let mut groups: HashMap<&str, &Group> = HashMap::new();
    let mut uses: HashMap<&str, GroupUse> = HashMap::new();
    let mut used: Vec<&str> = Vec::new();
    for statement in context.trees.iter().flat_map(|tree| &tree.statements) {
        match &statement.kind {
            StatementKind::Group(group) => {
                let name = context.sources.slice(group.name);
                groups.insert(name, group);
                uses.entry(name).or_default();
                for set in sets(context, &group.selectors) {
                    uses.entry(set).or_default().group = true;
                }
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
        let Some(group) = groups.get(name) else { continue };
        if !std::mem::replace(&mut uses.entry(name).or_default().rule, true) {
            used.extend(sets(context, &group.selectors));
        }
    }
    uses
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
