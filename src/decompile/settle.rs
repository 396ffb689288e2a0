//! The predicates of a tool in the order in which the compiler writes them.
//!
//! The compiler arranges the lists of a tool so that a call which is denied never reads the message of an approval. A document
//! that was written otherwise blocks the same calls, and is compared in the compiler's form.

use std::sync::Arc;

use crate::lower::{Placeable, Placed, Predicates, arrange, compared, needs_arranging};
use crate::manifest::{Manifest, Tool};
use crate::policy::{Compared, Test, ToolId};
use crate::policy_json::{Document, Predicate, ToolRule};

/// The document with the predicates of each tool as the shortest text has them: the approvals of a list come last, and
/// without what the compiler does to approvals when it arranges a tool.
pub(super) fn relaxed(document: &Document, manifest: Option<&Manifest>) -> Document {
    let mut document = document.clone();
    for (tool, rule) in &mut document.tools {
        if rule.deny_if.iter().any(|predicate| predicate.approves()) {
            let declared = manifest.and_then(|manifest| manifest.tools().get(manifest.find(tool)?));
            let arranged = settled(rule, declared);
            let without = without_repeats(rule);
            let mut shorter = [moved_back(&without), without].into_iter();
            if let Some(shorter) = shorter.find(|shorter| settled(shorter, declared) == arranged) {
                *rule = shorter;
            }
        }
        rule.require.sort_by_key(|predicate| predicate.approves());
        rule.deny_if.sort_by_key(|predicate| predicate.approves());
    }
    document
}

/// The rule without the conditions at the ends of approvals in `deny_if` that denials in `require` ask for.
fn without_repeats(rule: &ToolRule) -> ToolRule {
    let denials = rule.require.iter().filter(|predicate| !predicate.approves());
    let required: Vec<&Arc<Test>> = denials.flat_map(|predicate| &predicate.conditions).collect();
    let mut rule = rule.clone();
    for predicate in rule.deny_if.iter_mut().filter(|predicate| predicate.approves()) {
        let conditions = &predicate.conditions;
        let repeated = conditions.iter().rev().take_while(|test| required.contains(test)).count();
        if repeated > 0 {
            let left = conditions.iter().take(conditions.len() - repeated).cloned().collect();
            Arc::make_mut(predicate).conditions = left;
        }
    }
    rule
}

/// The rule with the approvals in `deny_if` that say how tests fail as approvals in `require` that ask for the tests.
fn moved_back(rule: &ToolRule) -> ToolRule {
    let mut moved = ToolRule { deny_if: Vec::new(), ..rule.clone() };
    let alike = |left: &Arc<Predicate>, right: &Arc<Predicate>| {
        left.on_deny == right.on_deny && is_single(left) && is_single(right)
    };
    for row in rule.deny_if.chunk_by(alike) {
        let tests: Vec<Arc<Test>> =
            row.iter().flat_map(|predicate| predicate.conditions.clone()).collect();
        let arguments = tests.chunk_by(|left, right| left.path == right.path);
        let opposites: Option<Vec<Arc<Test>>> = arguments.map(opposite).collect();
        match (row.first(), opposites) {
            (Some(first), Some(conditions)) if is_single(first) && row.len() > conditions.len() => {
                let on_deny = first.on_deny.clone();
                moved.require.push(Arc::new(Predicate { conditions, on_deny }));
            }
            _ => moved.deny_if.extend(row.iter().cloned()),
        }
    }
    moved
}

/// Whether it asks for approval by one condition.
fn is_single(predicate: &Predicate) -> bool {
    predicate.approves() && predicate.conditions.len() == 1
}

/// The test that fails in ways like these, which are of one argument.
fn opposite(ways: &[Arc<Test>]) -> Option<Arc<Test>> {
    let decides = |test: &&Arc<Test>| test.operator.opposite().is_some();
    let by_order = ways.iter().find(|test| test.operator.is_ordering());
    if let Some(test) = by_order.or_else(|| ways.iter().find(decides)) {
        let (path, value) = (test.path.clone(), test.value.clone());
        return Some(Arc::new(Test { path, operator: test.operator.opposite()?, value }));
    }
    let test = ways.first()?;
    Some(Arc::new(Test::exists(test.path.clone(), !test.presence()?)))
}

/// The `require` and `deny_if` of a tool as the compiler arranges them, given what the manifest says of the tool.
pub(super) fn settled(rule: &ToolRule, declared: Option<&Tool>) -> [Vec<Arc<Predicate>>; 2] {
    let of_require = |predicate: &Arc<Predicate>| {
        let require = predicate.conditions.clone();
        (Arc::clone(predicate), Predicates { require, deny_if: Vec::new() })
    };
    let of_deny_if = |predicate: &Arc<Predicate>| {
        let deny_if = vec![predicate.conditions.clone()];
        (Arc::clone(predicate), Predicates { require: Vec::new(), deny_if })
    };
    let require = rule.require.iter().map(of_require);
    let mut guards: Vec<(Arc<Predicate>, Predicates)> =
        require.chain(rule.deny_if.iter().map(of_deny_if)).collect();
    guards.sort_by_key(|(predicate, _)| predicate.approves());
    let compared: Vec<Vec<Compared>> =
        guards.iter().map(|(_, predicates)| compared_in(&predicates.require, declared)).collect();
    let placeables: Vec<Placeable<'_>> = guards
        .iter()
        .zip(&compared)
        .map(|((predicate, predicates), compared)| Placeable {
            approves: predicate.approves(),
            predicates,
            compared,
        })
        .collect();
    if !needs_arranging(placeables.iter().copied()) {
        let in_order = |list: &[Arc<Predicate>]| {
            let mut list = list.to_vec();
            list.sort_by_key(|predicate| predicate.approves());
            list
        };
        return [in_order(&rule.require), in_order(&rule.deny_if)];
    }
    let arranged = arrange(&placeables);
    let predicate = |placed: Placed| {
        let on_deny = guards.get(placed.guard).and_then(|(predicate, _)| predicate.on_deny.clone());
        Arc::new(Predicate { conditions: placed.conditions, on_deny })
    };
    [
        arranged.require.into_iter().map(predicate).collect(),
        arranged.deny_if.into_iter().map(predicate).collect(),
    ]
}

/// What the schema says of the arguments that tests compare with numbers.
fn compared_in(tests: &[Arc<Test>], declared: Option<&Tool>) -> Vec<Compared> {
    compared(tests.iter().map(Arc::as_ref), &[ToolId(0)], Some(&|_| declared))
}
