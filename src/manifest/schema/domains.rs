//! A schema as the domains of [`logic`](crate::policy::logic).
//!
//! Every schema of the document becomes one domain, however often it is referred to, so neither cycles nor unions of unions
//! cost more than their text. What is not followed makes a domain that admits more than the schema, and says so.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::reference::{Siblings, resolve};
use super::types::TypeSet;
use super::values::is_exact;
use super::walk::{MAX_NODES, list};
use crate::policy::logic::{
    Additional, Bound, Domain, DomainId, Domains, Kind, KindSet, Listed, Number, Range,
    parse_number,
};
use crate::policy::{Literal, check_pattern};

/// Keywords that refuse values and are not followed. A domain of a schema with one of them is not exact.
const NOT_FOLLOWED: [&str; 22] = [
    "not",
    "if",
    "then",
    "else",
    "oneOf",
    "prefixItems",
    "additionalItems",
    "contains",
    "minContains",
    "maxContains",
    "unevaluatedItems",
    "unevaluatedProperties",
    "patternProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
    "dependentRequired",
    "dependentSchemas",
    "dependencies",
    "$dynamicRef",
    "$recursiveRef",
    "divisibleBy",
];

/// The domains of a schema, and that of the whole.
pub(in crate::manifest) fn domains(root: &Value) -> (Domains, DomainId) {
    let mut builder = DomainBuilder {
        root,
        siblings: Siblings::of(root),
        domains: Domains::default(),
        known: HashMap::new(),
        waiting: Vec::new(),
    };
    let id = builder.refer(root);
    while let Some((id, schema)) = builder.waiting.pop() {
        let domain = builder.domain(schema);
        builder.domains.set(id, domain);
    }
    (builder.domains, id)
}

struct DomainBuilder<'s> {
    root: &'s Value,
    siblings: Siblings,
    domains: Domains,
    /// The domain of each schema, by its address.
    known: HashMap<usize, DomainId>,
    /// Domains that have a number and are still to be made.
    waiting: Vec<(DomainId, &'s Value)>,
}

impl<'s> DomainBuilder<'s> {
    /// The domain of a schema, which is made later. Beyond the limit it admits everything.
    fn refer(&mut self, schema: &'s Value) -> DomainId {
        let address = std::ptr::from_ref(schema).addr();
        if let Some(known) = self.known.get(&address) {
            return *known;
        }
        let id = self.domains.reserve();
        self.known.insert(address, id);
        if self.domains.len() <= MAX_NODES {
            self.waiting.push((id, schema));
        }
        id
    }

    fn domain(&mut self, schema: &'s Value) -> Domain {
        let anything = Domain { is_exact: false, ..Domain::default() };
        match schema {
            Value::Bool(true) => Domain::default(),
            Value::Bool(false) => Domain { kinds: KindSet::NONE, ..Domain::default() },
            Value::Object(keywords) => {
                // References within a schema with an `$id` of its own start from there.
                if keywords.contains_key("$id") && !std::ptr::eq(schema, self.root) {
                    return anything;
                }
                self.object(keywords)
            }
            _ => anything,
        }
    }

    fn object(&mut self, keywords: &'s Map<String, Value>) -> Domain {
        let Some(reference) = keywords.get("$ref") else { return self.keywords(keywords) };
        let target = reference.as_str().and_then(|reference| resolve(self.root, reference));
        let mut domain = match self.siblings {
            Siblings::Hold => self.keywords(keywords),
            // Keywords beside a reference can only remove values.
            Siblings::Ignored | Siblings::Uncertain => Domain {
                is_exact: self.siblings == Siblings::Ignored || keywords.len() == 1,
                ..Domain::default()
            },
        };
        match target {
            Some(target) => domain.all_of.push(self.refer(target)),
            None => domain.is_exact = false,
        }
        domain
    }

    fn keywords(&mut self, keywords: &'s Map<String, Value>) -> Domain {
        let mut domain = Domain {
            is_exact: !NOT_FOLLOWED.iter().any(|word| keywords.contains_key(*word)),
            ..Domain::default()
        };
        types(keywords, &mut domain);
        self.listed(keywords, &mut domain);
        numbers(keywords, &mut domain);
        texts(keywords, &mut domain);
        self.lists(keywords, &mut domain);
        self.objects(keywords, &mut domain);
        domain.all_of.extend(list(keywords, "allOf").iter().map(|part| self.refer(part)));
        for word in ["anyOf", "oneOf"] {
            let union: Vec<DomainId> =
                list(keywords, word).iter().map(|part| self.refer(part)).collect();
            domain.any_of.extend(Some(union).filter(|union| !union.is_empty()));
        }
        if keywords.get("nullable") == Some(&Value::Bool(true)) {
            return self.or_null(domain);
        }
        domain
    }

    /// A domain and null.
    fn or_null(&mut self, domain: Domain) -> Domain {
        let null = Domain { kinds: KindSet::NONE.with(Kind::Null), ..Domain::default() };
        let union = vec![self.domains.add(domain), self.domains.add(null)];
        Domain { any_of: vec![union], is_exact: false, ..Domain::default() }
    }

    /// `enum` and `const`.
    fn listed(&mut self, keywords: &Map<String, Value>, domain: &mut Domain) {
        let constant = keywords.get("const").map(std::slice::from_ref);
        let listed = keywords.get("enum").and_then(Value::as_array).map(Vec::as_slice);
        for values in [listed, constant].into_iter().flatten() {
            let values: Vec<_> = values.iter().map(Literal::from).collect();
            if !values.iter().all(is_exact) {
                domain.is_exact = false;
            } else if domain.values.is_none() {
                domain.values = Some(Listed::new(values));
            } else {
                let both = Domain { values: Some(Listed::new(values)), ..Domain::default() };
                domain.all_of.push(self.domains.add(both));
            }
        }
    }

    fn lists(&mut self, keywords: &'s Map<String, Value>, domain: &mut Domain) {
        domain.size = range(keywords, "minItems", "maxItems");
        domain.unique = keywords.get("uniqueItems") == Some(&Value::Bool(true));
        let is_tuple = keywords.contains_key("prefixItems");
        match keywords.get("items") {
            Some(Value::Array(_)) => domain.is_exact = false,
            Some(items) if !is_tuple => domain.items = Some(self.refer(items)),
            _ => {}
        }
    }

    fn objects(&mut self, keywords: &'s Map<String, Value>, domain: &mut Domain) {
        let properties = keywords.get("properties").and_then(Value::as_object);
        for (key, schema) in properties.into_iter().flatten() {
            domain.properties.insert(key.as_str().into(), self.refer(schema));
        }
        let required = list(keywords, "required").iter().filter_map(Value::as_str);
        domain.required = required.map(Into::into).collect();
        if keywords.contains_key("patternProperties") {
            return;
        }
        domain.additional = match keywords.get("additionalProperties") {
            Some(Value::Bool(false)) => Additional::None,
            Some(other @ Value::Object(_)) => Additional::Of(self.refer(other)),
            _ => Additional::Any,
        };
    }
}

fn types(keywords: &Map<String, Value>, domain: &mut Domain) {
    let types = TypeSet::declared(keywords.get("type"));
    let kinds = [
        (TypeSet::NULL, Kind::Null),
        (TypeSet::BOOLEAN, Kind::Boolean),
        (TypeSet::NUMBER, Kind::Number),
        (TypeSet::STRING, Kind::Text),
        (TypeSet::ARRAY, Kind::List),
        (TypeSet::OBJECT, Kind::Object),
    ];
    let admitted = kinds.into_iter().filter(|(one, _)| types.meets(*one)).map(|(_, kind)| kind);
    domain.kinds = admitted.collect();
    domain.whole =
        types.meets(TypeSet::INTEGER) && types.intersection(TypeSet::NUMBER) == TypeSet::INTEGER;
}

/// `minimum` and its like; in older drafts `exclusiveMinimum` is a switch.
fn numbers(keywords: &Map<String, Value>, domain: &mut Domain) {
    let is_set = |word: &str| keywords.get(word) == Some(&Value::Bool(true));
    let bound = |word: &str, exclusive: &str| {
        let own =
            number(keywords, word).map(|number| Bound { number, included: !is_set(exclusive) });
        let other = number(keywords, exclusive).map(|number| Bound { number, included: false });
        (own, other)
    };
    let tighter = |one: &Bound, other: &Bound, is_least: bool| {
        let order = one.number.cmp(&other.number);
        if is_least { order.is_gt() } else { order.is_lt() }
    };
    let pick = |(own, other): (Option<Bound>, Option<Bound>), is_least: bool| match (own, other) {
        (Some(own), Some(other)) if tighter(&own, &other, is_least) => Some(own),
        (own, other) => other.or(own),
    };
    domain.least = pick(bound("minimum", "exclusiveMinimum"), true);
    domain.most = pick(bound("maximum", "exclusiveMaximum"), false);
    domain.multiple_of = number(keywords, "multipleOf");
}

fn number(keywords: &Map<String, Value>, word: &str) -> Option<Number> {
    match keywords.get(word)? {
        Value::Number(number) => parse_number(&number.to_string()),
        _ => None,
    }
}

/// `pattern` and lengths. Where RE2 and the dialect of JSON Schema differ about white space, the pattern is not followed.
fn texts(keywords: &Map<String, Value>, domain: &mut Domain) {
    domain.length = range(keywords, "minLength", "maxLength");
    if let Some(pattern) = keywords.get("pattern").and_then(Value::as_str) {
        let differs = pattern.contains("\\s") || pattern.contains("\\S");
        if differs || check_pattern(pattern).is_err() {
            domain.is_exact = false;
        } else {
            domain.patterns.push(pattern.to_owned());
        }
    }
}

fn range(keywords: &Map<String, Value>, least: &str, most: &str) -> Range {
    let count = |word: &str| {
        let number = keywords.get(word)?.as_f64().filter(|number| *number >= 0.0)?;
        // Counts beyond what memory holds are beyond every value.
        number.to_string().parse::<usize>().ok()
    };
    Range { least: count(least).unwrap_or(0), most: count(most) }
}
