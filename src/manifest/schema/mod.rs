//! What a tool's JSON Schema says of an argument, and what that means for a test.
//!
//! Everything here errs on one side: it may fail to see what a schema forbids, but it never calls a value or a key
//! forbidden that the schema admits. Keywords that it does not follow (`not`, formats, patterns, bounds) can only forbid
//! more, so leaving them out is safe. What holds under a condition (`if`, `then`, `else`, `dependentSchemas`) may declare
//! keys and forbids nothing. Where a keyword may declare keys and is not followed, the answer is that nobody knows.
//!
//! Schemas come from strangers. `inspect` finds what of them cannot be used. A lookup has a fixed budget, and each schema
//! behind a `$ref` is looked into once for each key of the path, so neither cycles nor unions of unions cost more than
//! their text. Answers are kept, and so is what a lookup makes of a long list, so many tests of one tool do not read the
//! same list again.

mod answer;
mod declared;
mod defaults;
mod domains;
mod inspect;
mod judge;
mod lookups;
mod parameters;
mod reference;
mod shape;
mod types;
mod values;
mod walk;

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::{Map, Value};

pub use crate::policy::semantics::Corner;
pub(super) use defaults::{bounds, default};
pub(super) use domains::domains;
pub(super) use inspect::{Fault, FaultKind, inspect};
pub use judge::{Verdict, corners, judge};
pub(super) use lookups::{Answered, Lookups};
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
        known: Arc<[String]>,
    },
    /// The schema says nothing that decides it: there is none, it is broken, it describes an object without its
    /// keys, refers to another document, or is beyond the limits of a lookup.
    Open,
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
