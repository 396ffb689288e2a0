//! Following a path through a schema.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::answer::{Answer, Doubt, Missing, Named, Required, What};
use super::lookups::ListsRead;
use super::reference::{Siblings, resolve};
use super::shape::Shape;
use super::types::TypeSet;

/// How many schemas a lookup visits at most.
pub(super) const MAX_NODES: usize = 10_000;
/// How many bytes of `enum` values a lookup reads, merges and compares at most.
const MAX_VALUE_BYTES: usize = 16 * 1024 * 1024;
/// How deep schemas may lie in one another.
const MAX_DEPTH: usize = 64;

/// The keywords that hold under a condition: a schema each, and a map of them.
const CONDITIONAL: [&str; 3] = ["if", "then", "else"];
const CONDITIONAL_MAPS: [&str; 2] = ["dependentSchemas", "dependencies"];

/// The keywords of a schema, or keys and their schemas.
pub(super) type Object = Map<String, Value>;

/// One lookup. A *level* counts the keys that lie behind: at level 0 the schema is that of all arguments, at the level
/// of the path's length that of the argument itself, and one further that of its elements.
pub(super) struct Walk<'s, 'r> {
    root: &'s Value,
    keys: &'s [Box<str>],
    siblings: Siblings,
    read: &'r mut ListsRead,
    /// The answers of schemas behind references, by address and level; `None` while one is being found.
    answers: HashMap<(usize, usize), Option<Answer<'s>>>,
    nodes_left: usize,
    bytes_left: usize,
    depth: usize,
    exhausted: bool,
}

impl<'s, 'r> Walk<'s, 'r> {
    pub(super) fn new(root: &'s Value, keys: &'s [Box<str>], read: &'r mut ListsRead) -> Self {
        Self {
            root,
            keys,
            siblings: Siblings::of(root),
            read,
            answers: HashMap::new(),
            nodes_left: MAX_NODES,
            bytes_left: MAX_VALUE_BYTES,
            depth: 0,
            exhausted: false,
        }
    }

    /// Whether a limit was reached, so that no answer counts.
    pub(super) fn is_exhausted(&self) -> bool {
        self.exhausted
    }

    /// What a schema says of the rest of the path.
    pub(super) fn answer(&mut self, schema: &'s Value, level: usize) -> Answer<'s> {
        self.exhausted |= self.nodes_left == 0 || self.depth == MAX_DEPTH;
        if self.exhausted {
            return Answer::unclear(Doubt::Unread);
        }
        self.nodes_left -= 1;
        self.depth += 1;
        let answer = match schema {
            Value::Object(keywords) => self.object(schema, keywords, level),
            Value::Bool(true) if self.is_value(level) => Answer::found(Shape::anything()),
            Value::Bool(true) => Answer::silent(),
            Value::Bool(false) if self.is_value(level) => {
                Answer::found(Shape::of_types(TypeSet::NONE))
            }
            Value::Bool(false) => Answer::forbidden(level, Vec::new()),
            _ => Answer::unclear(Doubt::Unread),
        };
        self.depth -= 1;
        answer
    }

    /// Whether the schema at this level is one of a value, all keys of the path being behind.
    fn is_value(&self, level: usize) -> bool {
        level >= self.keys.len()
    }

    /// All keywords of a schema together.
    fn object(&mut self, schema: &'s Value, keywords: &'s Object, level: usize) -> Answer<'s> {
        let target = keywords.get("$ref").map(|reference| self.reference(reference, level));
        let mut answer = match (target, self.siblings) {
            (None, _) => self.keywords(schema, keywords, level),
            (Some(target), Siblings::Ignored) => target,
            (Some(target), Siblings::Hold) => {
                let beside = self.keywords(schema, keywords, level);
                self.both(target, beside)
            }
            (Some(target), Siblings::Uncertain) => {
                let beside = self.keywords(schema, keywords, level);
                let together = self.both(target.clone(), beside);
                self.either(together, target)
            }
        };
        // Drafts up to 7 do not know `unevaluatedProperties`.
        if !self.is_value(level) && self.siblings != Siblings::Ignored {
            answer = self.unevaluated(answer, keywords, level);
        }
        // What is neither true nor false may mean either.
        if !matches!(keywords.get("nullable"), None | Some(Value::Null | Value::Bool(false))) {
            // Where there is no object, no key is required.
            answer.required = Required::default();
            if let What::Found(shape) = &mut answer.what
                && self.is_value(level)
            {
                *shape = shape.clone().union(Shape::of_types(TypeSet::NULL));
            }
        }
        answer
    }

    /// The keywords but `$ref` and those that are applied to the whole.
    fn keywords(&mut self, schema: &'s Value, keywords: &'s Object, level: usize) -> Answer<'s> {
        let mut answer = if self.is_value(level) {
            Answer::found(self.own_shape(keywords, level))
        } else {
            self.own_keys(keywords, level)
        };
        for part in list(keywords, "allOf") {
            let part = self.answer(part, level);
            answer = self.both(answer, part);
        }
        for word in ["anyOf", "oneOf"] {
            if let Some(union) = self.union(list(keywords, word), level) {
                answer = self.both(answer, union);
            }
        }
        if !self.is_value(level) {
            for part in conditional_parts(keywords) {
                let part = self.answer(part, level).conditional();
                answer = self.both(answer, part);
            }
        }
        if self.is_foreign(schema, keywords) {
            answer = self.both(answer, Answer::unclear(Doubt::Unread));
        }
        answer
    }

    /// Whether the schema refers to something in a way that is not followed here. Within a schema with an `$id` of its
    /// own references start from there.
    fn is_foreign(&self, schema: &Value, keywords: &Object) -> bool {
        keywords.contains_key("$dynamicRef")
            || keywords.contains_key("$recursiveRef")
            || keywords.contains_key("$id") && !std::ptr::eq(schema, self.root)
    }

    fn union(&mut self, parts: &'s [Value], level: usize) -> Option<Answer<'s>> {
        let (first, rest) = parts.split_first()?;
        let mut union = self.answer(first, level);
        for part in rest {
            let part = self.answer(part, level);
            union = self.either(union, part);
        }
        Some(union)
    }

    /// What the schema behind a `$ref` says. One that leads back to itself says nothing that can be understood.
    fn reference(&mut self, reference: &'s Value, level: usize) -> Answer<'s> {
        let target = reference.as_str().and_then(|reference| resolve(self.root, reference));
        let Some(target) = target else { return Answer::unclear(Doubt::Unread) };
        let place = (std::ptr::from_ref(target).addr(), level);
        if let Some(known) = self.answers.get(&place) {
            return known.clone().unwrap_or_else(|| Answer::unclear(Doubt::Unread));
        }
        self.answers.insert(place, None);
        let answer = self.answer(target, level);
        self.answers.insert(place, Some(answer.clone()));
        answer
    }

    /// `type`, `enum`, `const` and `items`.
    fn own_shape(&mut self, keywords: &'s Object, level: usize) -> Shape {
        let mut shape = Shape::of_types(TypeSet::declared(keywords.get("type")));
        let constant = keywords.get("const").map(std::slice::from_ref);
        let listed = keywords.get("enum").and_then(Value::as_array).map(Vec::as_slice);
        for listed in [listed, constant].into_iter().flatten() {
            let (values, is_new) = self.read.values(listed);
            let Some(values) = values else { continue };
            let values = Shape::of_values(values);
            if is_new {
                self.charge(values.cost());
            }
            shape = shape.intersection(&values);
        }
        let is_tuple = keywords.contains_key("prefixItems");
        if level == self.keys.len() && !is_tuple && shape.unlimited.meets(TypeSet::ARRAY) {
            let items = keywords.get("items").filter(|items| !items.is_array());
            let items = items.map(|items| self.answer(items, level + 1).what);
            if let Some(What::Found(items)) = items {
                shape = shape.with_items(items);
            }
        }
        shape
    }

    /// `type`, `required`, `properties` and what is said of other keys.
    fn own_keys(&mut self, keywords: &'s Object, level: usize) -> Answer<'s> {
        let Some(key) = self.keys.get(level) else { return Answer::unclear(Doubt::Unread) };
        let types = TypeSet::declared(keywords.get("type"));
        // The arguments of a call are an object, whatever a schema says of them.
        let is_object = level == 0 || types == TypeSet::OBJECT;
        if level > 0 && !types.meets(TypeSet::OBJECT) {
            return Answer::forbidden(level, Vec::new());
        }
        let declared = keywords.get("properties").and_then(Value::as_object);
        let mut answer = match declared.and_then(|properties| properties.get(&**key)) {
            Some(property) => self.descend(property, level),
            None => self.other_key(keywords, declared, level),
        };
        if is_object && self.read.requires(list(keywords, "required"), key) {
            answer.required = answer.required.or(Required::at(level));
        }
        answer
    }

    /// What is said of a key that `properties` does not declare.
    fn other_key(
        &mut self,
        keywords: &'s Object,
        declared: Option<&'s Object>,
        level: usize,
    ) -> Answer<'s> {
        let patterns = keywords.get("patternProperties").and_then(Value::as_object);
        if patterns.is_some_and(|patterns| !patterns.is_empty()) {
            return Answer::unclear(Doubt::Unread);
        }
        let known: Vec<&Object> = declared.into_iter().collect();
        let free = match keywords.get("additionalProperties") {
            Some(Value::Bool(false)) => return Answer::forbidden(level, known),
            Some(other @ Value::Object(schema)) if !schema.is_empty() => {
                // What admits any key declares none, whatever it says of the value.
                return Answer { named: Named::No, ..self.descend(other, level) };
            }
            Some(Value::Bool(true) | Value::Object(_)) => true,
            _ => false,
        };
        let is_named = declared.is_some_and(|properties| !properties.is_empty() || !free);
        if keywords.contains_key("propertyNames") || free && !is_named {
            return Answer::unclear(Doubt::Admitted);
        }
        if is_named {
            What::Missing(Missing { depth: level, closed: false, free, known }).into()
        } else {
            Answer::silent()
        }
    }

    /// What the schema of the next key says. The key is declared, so silence about its value means any value, and
    /// silence about keys within it must not be taken for silence about the key itself.
    fn descend(&mut self, schema: &'s Value, level: usize) -> Answer<'s> {
        let Answer { what, required, named } = self.answer(schema, level + 1);
        let named = if self.is_value(level + 1) { Named::Yes } else { named };
        let what = match what {
            What::Silent | What::Unclear(_) if self.is_value(level + 1) => {
                What::Found(Shape::anything())
            }
            What::Silent => What::Unclear(Doubt::Admitted),
            what => what,
        };
        Answer { what, required, named }
    }

    /// `unevaluatedProperties`: what is said of keys that no part of the schema declares.
    fn unevaluated(&mut self, answer: Answer<'s>, keywords: &Object, level: usize) -> Answer<'s> {
        let (required, named) = (answer.required, answer.named);
        match (keywords.get("unevaluatedProperties"), answer.what) {
            (None, what) => Answer { what, required, named },
            (Some(Value::Bool(false)), What::Missing(missing))
                if missing.depth == level && !missing.free =>
            {
                Answer { what: What::Missing(Missing { closed: true, ..missing }), required, named }
            }
            (Some(Value::Bool(false)), What::Silent) => Answer::forbidden(level, Vec::new()),
            (Some(Value::Bool(false)), what) => Answer { what, required, named },
            (Some(_), what) => {
                self.both(Answer { what, required, named }, Answer::unclear(Doubt::Admitted))
            }
        }
    }

    fn both(&mut self, left: Answer<'s>, right: Answer<'s>) -> Answer<'s> {
        self.charge(left.cost_of_both(&right));
        left.both(right)
    }

    fn either(&mut self, left: Answer<'s>, right: Answer<'s>) -> Answer<'s> {
        self.charge(left.cost_of_either(&right));
        left.either(right)
    }

    fn charge(&mut self, bytes: usize) {
        self.exhausted |= bytes > self.bytes_left;
        self.bytes_left = self.bytes_left.saturating_sub(bytes);
    }
}

/// The elements of a keyword that holds a list.
pub(super) fn list<'s>(keywords: &'s Object, word: &str) -> &'s [Value] {
    keywords.get(word).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The schemas that hold under a condition. A list in the place of one names keys and declares none.
fn conditional_parts(keywords: &Object) -> impl Iterator<Item = &Value> {
    let single = CONDITIONAL.iter().filter_map(|word| keywords.get(*word));
    let maps = CONDITIONAL_MAPS.iter().filter_map(|word| keywords.get(*word)?.as_object());
    single.chain(maps.flat_map(Map::values)).filter(|part| !part.is_array() && !part.is_null())
}
