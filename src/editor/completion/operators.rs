//! Operators that fit what an argument may be.

use std::collections::BTreeSet;

use super::rank::{Offers, Order};
use super::{Asked, CompletionKind};
use crate::editor::cursor::split_keys;
use crate::editor::decision::{condition_of, tests};
use crate::manifest::{Lookup, Shape, TypeSet};
use crate::policy::{Action, Path, Rule};
use crate::syntax::TokenKind;

/// So many tools are asked for their arguments.
const MAX_TOOLS: usize = 100;

/// So many arguments that the policy uses are told, and so many of its rules looked at.
const MAX_PATHS: usize = 100;
const MAX_RULES: usize = 10_000;

/// An operator, the types that it is for, and what it says.
const OPERATORS: [(&str, TypeSet, &str); 12] = [
    ("==", TypeSet::ALL, "is equal to a value"),
    ("!=", TypeSet::ALL, "is present and not equal to a value"),
    ("<", TypeSet::NUMBER, "is a number less than another"),
    ("<=", TypeSet::NUMBER, "is a number, at most another"),
    (">", TypeSet::NUMBER, "is a number greater than another"),
    (">=", TypeSet::NUMBER, "is a number, at least another"),
    ("in", TypeSet::ALL, "is in a list"),
    ("not in", TypeSet::ALL, "is present and not in a list"),
    ("matches", TypeSet::STRING, "is a string that a regular expression matches"),
    ("contains", TypeSet::STRING, "is a string or list that contains a value"),
    ("exists", TypeSet::ALL, "is present and not null"),
    ("missing", TypeSet::ALL, "is missing or null"),
];

/// Offers the operators for the argument before the cursor.
pub(super) fn offer(asked: &Asked<'_>, offers: &mut Offers<'_>) {
    let types = types(&shapes(asked));
    for (operator, fitting, about) in OPERATORS {
        let fits = match operator {
            "contains" => types.meets(TypeSet::STRING) || types.meets(TypeSet::ARRAY),
            "exists" | "missing" => true,
            _ => types.meets(fitting),
        };
        // What holds other values is seldom compared as a whole.
        let is_whole =
            types.without(TypeSet::ARRAY.union(TypeSet::OBJECT).union(TypeSet::NULL)).is_empty();
        let is_comparison = matches!(operator, "==" | "!=" | "in" | "not in");
        let order = if is_whole && is_comparison { Order::Last } else { Order::Usual };
        if fits {
            offers.text(order, CompletionKind::Operator, operator, about);
        }
    }
}

/// The argument of the test before the cursor, and the number of the token behind it.
pub(super) fn tested(asked: &Asked<'_>) -> Option<(Path, usize)> {
    let writing = asked.writing;
    let number = writing.tokens.iter().rposition(|token| token.kind() == TokenKind::Path)?;
    let (keys, _) = split_keys(writing.slice(*writing.tokens.get(number)?));
    (!keys.is_empty()).then_some((Path(keys), number + 1))
}

/// What the tools at hand say of the argument of the test before the cursor; nothing if one of them leaves it open.
pub(super) fn shapes(asked: &Asked<'_>) -> Vec<Shape> {
    let Some((path, _)) = tested(asked) else { return Vec::new() };
    let mut shapes = Vec::new();
    for tool in asked.selection.tools.iter().take(MAX_TOOLS) {
        match asked.context.declaration(*tool).map(|tool| tool.argument(&path)) {
            Some(Lookup::Found(shape)) => shapes.push(shape),
            Some(Lookup::Unknown { .. }) => {}
            Some(Lookup::Open) | None => return Vec::new(),
        }
    }
    shapes
}

/// The types that an argument may have; all where nothing is known.
pub(super) fn types(shapes: &[Shape]) -> TypeSet {
    match shapes {
        [] => TypeSet::ALL,
        shapes => shapes.iter().fold(TypeSet::NONE, |types, shape| types.union(shape.types)),
    }
}

/// The arguments that the policy's conditions test: those of the tools at hand, or of all if there are none.
pub(super) fn used_paths(asked: &Asked<'_>) -> BTreeSet<Path> {
    let policy = asked.context.policy;
    let tools = &asked.selection.tools;
    let mut rules: Vec<&Rule> = tools
        .iter()
        .flat_map(|tool| policy.rules_of(*tool))
        .map(|(_, rule, _)| rule)
        .take(MAX_RULES)
        .collect();
    if tools.is_empty() {
        rules.extend(policy.rules.iter().take(MAX_RULES));
    }
    let mut found = BTreeSet::new();
    for rule in rules {
        let Action::Guard(guard) = &rule.action else { continue };
        for (test, _) in condition_of(guard).map(tests).into_iter().flatten() {
            if found.len() < MAX_PATHS {
                found.insert(test.path.clone());
            }
        }
    }
    found
}
