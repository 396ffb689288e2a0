//! Tests of presence whose answer to null decides a guard.
//!
//! Whether `exists` holds for null is not published. It matters where a schema lets an argument be null, and the guard
//! blocks a call with null under one reading and not under the other.

use super::Resolver;
use super::errors::conditions as errors;
use crate::manifest::{Lookup, TypeSet};
use crate::policy::{Condition, Path, Target, Test};
use crate::source::Span;

/// Conditions with more tests are not examined: each tested argument is weighed against the whole condition. Nothing is reported,
/// because such a condition is an error already (`too-many-predicates`) unless it repeats its tests.
const MAX_TESTS: usize = 256;

impl Resolver<'_> {
    /// Reports tests of presence of arguments that may be null, where the guard hangs on how null is taken.
    pub(super) fn check_presence(&mut self, condition: &Condition, targets: &[Target]) {
        let Some(manifest) = self.manifest.clone() else { return };
        let mut seen: Vec<&Path> = Vec::new();
        for (test, span) in presence_tests(condition) {
            if seen.contains(&&test.path) {
                continue;
            }
            seen.push(&test.path);
            if reading(condition, &test.path, true) == reading(condition, &test.path, false) {
                continue;
            }
            let tools: Vec<&str> = targets
                .iter()
                .filter_map(|target| manifest.tools().get(target.tool.0 as usize))
                .filter(|tool| match tool.argument(&test.path) {
                    Lookup::Found(shape) => {
                        !shape.is_anything() && shape.types.meets(TypeSet::NULL)
                    }
                    _ => false,
                })
                .map(|tool| &*tool.name)
                .collect();
            if !tools.is_empty() {
                self.report(errors::uncertain(
                    span,
                    &tools,
                    "whether an argument that is null exists, treated here as missing",
                    "name the intended values with `==`, `in`, `matches` or a comparison, which \
                     null never passes",
                ));
            }
        }
    }
}

/// The tests of presence in a condition, in the order of the text; none of one that is too long to be looked at.
fn presence_tests(condition: &Condition) -> Vec<(&Test, Span)> {
    let mut found = Vec::new();
    let mut waiting = vec![condition];
    let mut tests = 0;
    while let Some(condition) = waiting.pop() {
        match condition {
            Condition::Any(parts) | Condition::All(parts) => waiting.extend(parts.iter().rev()),
            Condition::Not(inner) => waiting.push(inner),
            Condition::Test(test, span) => {
                tests += 1;
                found.extend(test.presence().map(|_| (test.as_ref(), *span)));
            }
        }
        if tests > MAX_TESTS {
            return Vec::new();
        }
    }
    found
}

/// What is left of a condition when an argument is null, with null taken as present or not. Always true is an empty
/// [`Condition::All`], always false an empty [`Condition::Any`].
fn reading(condition: &Condition, path: &Path, exists: bool) -> Condition {
    let constant = |holds: bool| {
        if holds { Condition::All(Vec::new()) } else { Condition::Any(Vec::new()) }
    };
    match condition {
        Condition::Test(test, _) if test.path.0.starts_with(&path.0) => {
            let is_there = exists && test.path == *path;
            constant(test.presence() == Some(is_there))
        }
        Condition::Test(..) => condition.clone(),
        Condition::Not(inner) => match reading(inner, path, exists) {
            Condition::All(parts) if parts.is_empty() => constant(false),
            Condition::Any(parts) if parts.is_empty() => constant(true),
            left => Condition::Not(Box::new(left)),
        },
        Condition::All(parts) | Condition::Any(parts) => {
            let is_all = matches!(condition, Condition::All(_));
            let left: Vec<Condition> =
                parts.iter().map(|part| reading(part, path, exists)).collect();
            if left.contains(&constant(!is_all)) {
                return constant(!is_all);
            }
            let neutral = constant(is_all);
            let left: Vec<Condition> = left.into_iter().filter(|part| *part != neutral).collect();
            if is_all { Condition::All(left) } else { Condition::Any(left) }
        }
    }
}
