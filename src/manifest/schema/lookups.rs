//! The lookups in one schema: their answers, and what they read of its long lists.
//!
//! Everything is kept under the address of the part of the schema that it comes from, which does not move while the tool
//! lives. Nothing that is kept depends on the order of the questions.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::answer::{Doubt, What};
use super::values::Values;
use super::walk::Walk;
use super::{Lookup, distinct_keys};
use crate::policy::Path;

/// So many answers are kept for a tool; later ones are found anew each time.
const MAX_KEPT: usize = 4096;
/// A list of required keys that is no longer than this is searched as it is.
const SHORT_LIST: usize = 8;

/// What a schema says of an argument, and whether parts of it that could say more were not read.
#[derive(Clone, Debug)]
pub(in crate::manifest) struct Answered {
    pub(in crate::manifest) lookup: Lookup,
    pub(in crate::manifest) is_unread: bool,
}

#[derive(Debug, Default)]
pub(in crate::manifest) struct Lookups {
    answers: HashMap<Path, Answered>,
    read: ListsRead,
}

/// The lists of a schema that have been read, by their addresses.
#[derive(Debug, Default)]
pub(super) struct ListsRead {
    values: HashMap<(usize, usize), Values>,
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
        if path.0.is_empty() || walk.is_exhausted() {
            return Answered { lookup: Lookup::Open, is_unread: true };
        }
        let read = |lookup| Answered { lookup, is_unread: false };
        match answer.what {
            What::Found(mut shape) => {
                shape.required = answer.required.all(path.0.len());
                read(Lookup::Found(shape))
            }
            What::Missing(missing) => {
                let known = self.read.known(&missing.known);
                read(Lookup::Unknown { depth: missing.depth, closed: missing.closed, known })
            }
            What::Silent => read(Lookup::Open),
            What::Unclear(doubt) => {
                Answered { lookup: Lookup::Open, is_unread: doubt == Doubt::Unread }
            }
        }
    }
}

impl ListsRead {
    /// The values that `enum` or `const` lists, and whether they are read for the first time. The slice is that of the schema.
    pub(super) fn values(&mut self, listed: &[Value]) -> (Values, bool) {
        let address = (listed.as_ptr().addr(), listed.len());
        if let Some(values) = self.values.get(&address) {
            return (values.clone(), false);
        }
        let values = Values::of(listed);
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
