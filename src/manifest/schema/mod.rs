//! What a tool's JSON Schema says of an argument, and what that means for a test.
//!
//! Everything here errs on one side: it may fail to see what a schema forbids, but it never calls a value or a key
//! forbidden that the schema admits. Keywords that it does not follow (`not`, `if`, formats, patterns, bounds) can
//! only forbid more, so leaving them out is safe; where a keyword could declare keys, they make the answer open.
//!
//! Schemas come from strangers. A lookup has a fixed budget, and each schema behind a `$ref` is looked into once
//! for each key of the path, so neither cycles nor unions of unions cost more than their text.

mod answer;
mod declared;
mod domains;
mod judge;
mod parameters;
mod reference;
mod shape;
mod types;
mod values;
mod walk;

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::policy::Path;
use answer::What;
use walk::Walk;

pub(super) use domains::domains;
pub use judge::{Corner, Verdict, corners, judge};
pub(super) use parameters::parameters;
pub use parameters::{MAX_DESCRIPTION, MAX_PARAMETERS, MAX_VALUES, Parameter};
pub use shape::Shape;
pub use types::TypeSet;
pub use values::Values;

/// What a schema says of an argument.
#[derive(Clone, Debug, PartialEq)]
pub enum Lookup {
    /// The schema declares it.
    Found(Shape),
    /// The schema does not declare it.
    Unknown {
        /// The key of the path, counted from zero, that is not declared.
        depth: usize,
        /// Whether the schema forbids the key: it forbids others than the declared ones, or the value that should
        /// hold the key is no object (then `known` is empty).
        closed: bool,
        /// The keys that are declared there, in the schema's order.
        known: Vec<String>,
    },
    /// The schema says nothing that decides it: there is none, it is broken, it describes an object without its
    /// keys, refers to another document, or is beyond the limits of a lookup.
    Open,
}

/// Looks a path up in the schema of a tool's arguments.
pub(super) fn look_up(root: &Value, path: &Path) -> Lookup {
    let mut walk = Walk::new(root, &path.0);
    let answer = walk.answer(root, 0);
    if path.0.is_empty() || walk.is_exhausted() {
        return Lookup::Open;
    }
    match answer.what {
        What::Found(mut shape) => {
            shape.required = answer.required.all(path.0.len());
            Lookup::Found(shape)
        }
        What::Missing(missing) => {
            let known = distinct_keys(&missing.known);
            Lookup::Unknown { depth: missing.depth, closed: missing.closed, known }
        }
        What::Silent | What::Unclear => Lookup::Open,
    }
}

/// The keys that the schema declares at its top level, also in parts of it that hold only under conditions.
pub(super) fn declared_names(root: &Value) -> Vec<String> {
    distinct_keys(&declared::properties(root))
}

fn distinct_keys(declared: &[&Map<String, Value>]) -> Vec<String> {
    let mut seen = HashSet::new();
    let keys = declared.iter().flat_map(|properties| properties.keys());
    keys.filter(|key| seen.insert(key.as_str())).cloned().collect()
}

#[cfg(test)]
mod tests;
