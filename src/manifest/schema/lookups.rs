//! The lookups in one schema: their answers, and what they read of its long lists.
//!
//! Everything is kept under the address of the part of the schema that it comes from, which does not move while the tool
//! lives. Nothing that is kept depends on the order of the questions.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::answer::{Doubt, Named, What};
use super::values::Values;
use super::walk::Walk;
use super::{Lookup, distinct_keys};
use crate::policy::Path;

/// So many answers are kept for a tool; later ones are found anew each time.
const MAX_KEPT: usize = 4096;
/// A list of required keys that is no longer than this is searched as it is.
const SHORT_LIST: usize = 8;

/// What a schema says of an argument, and whether it declares the argument by name.
#[derive(Clone, Debug)]
pub(in crate::manifest) struct Answered {
    pub(in crate::manifest) lookup: Lookup,
    /// `None` where parts of the schema that could do so were not read.
    pub(in crate::manifest) declares: Option<bool>,
    /// Whether the lookup reached one of its limits.
    pub(in crate::manifest) is_exhausted: bool,
}

#[derive(Debug, Default)]
pub(in crate::manifest) struct Lookups {
    answers: HashMap<Path, Answered>,
    read: ListsRead,
}

/// The lists of a schema that have been read, by their addresses.
#[derive(Debug, Default)]
pub(super) struct ListsRead {
    values: HashMap<(usize, usize), Option<Values>>,
    required: HashMap<usize, HashSet<Box<str>>>,
    known: HashMap<Vec<usize>, Arc<[String]>>,
}

impl Lookups {
    /// Looks a path up in the schema of a tool's arguments, which must be the same one at every call.
    pub(in crate::manifest) fn look_up(&mut self, root: &Value, path: &Path) -> Answered {
        if let Some(answered) = self.answers.get(path) {
            return answered.clone();
        }
        let answered = self.find(root, path);
        if self.answers.len() < MAX_KEPT {
            self.answers.insert(path.clone(), answered.clone());
        }
        answered
    }

    fn find(&mut self, root: &Value, path: &Path) -> Answered {
        let mut walk = Walk::new(root, &path.0, &mut self.read);
        let answer = walk.answer(root, 0);
        let is_exhausted = walk.is_exhausted();
        if path.0.is_empty() || is_exhausted {
            return Answered { lookup: Lookup::Open, declares: None, is_exhausted };
        }
        let answered = |lookup, declares| Answered { lookup, declares, is_exhausted };
        let read = |lookup| answered(lookup, Some(false));
        match answer.what {
            What::Found(mut shape) => {
                shape.required = answer.required.all(path.0.len());
                let declares = match answer.named {
                    Named::Yes => Some(true),
                    Named::Unread => None,
                    Named::No => Some(false),
                };
                answered(Lookup::Found(shape), declares)
            }
            What::Missing(missing) => {
                let known = self.read.known(&missing.known);
                read(Lookup::Unknown { depth: missing.depth, closed: missing.closed, known })
            }
            What::Silent => read(Lookup::Open),
            What::Unclear(doubt) => {
                let declares = (doubt != Doubt::Unread).then_some(false);
                answered(Lookup::Open, declares)
            }
        }
    }
}

impl ListsRead {
    /// The values that `enum` or `const` lists, unless nobody knows one of them, and whether they are read for the first time.
    /// The slice is that of the schema.
    pub(super) fn values(&mut self, listed: &[Value]) -> (Option<Values>, bool) {
        let address = (listed.as_ptr().addr(), listed.len());
        if let Some(values) = self.values.get(&address) {
            return (values.clone(), false);
        }
        let values = (!listed.iter().any(is_beyond)).then(|| Values::of(listed));
        self.values.insert(address, values.clone());
        (values, true)
    }

    /// Whether a list of required keys has this one.
    pub(super) fn requires(&mut self, list: &[Value], key: &str) -> bool {
        let mut keys = list.iter().filter_map(Value::as_str);
        if list.len() <= SHORT_LIST {
            return keys.any(|required| required == key);
        }
        let address = list.as_ptr().addr();
        self.required.entry(address).or_insert_with(|| keys.map(Into::into).collect()).contains(key)
    }

    /// The keys of these objects, each once.
    fn known(&mut self, objects: &[&Map<String, Value>]) -> Arc<[String]> {
        let addresses = objects.iter().map(|object| std::ptr::from_ref(*object).addr()).collect();
        let keys = self.known.entry(addresses).or_insert_with(|| distinct_keys(objects).into());
        Arc::clone(keys)
    }
}

/// Whether a value holds a number beyond double precision: what the reader puts in its place is the largest double.
fn is_beyond(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_f64().is_some_and(|number| number.abs() == f64::MAX),
        Value::Array(items) => items.iter().any(is_beyond),
        Value::Object(members) => members.values().any(is_beyond),
        _ => false,
    }
}
