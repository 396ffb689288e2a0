//! An object whose keys each make their facts hold.

use super::domain::{DomainId, Key};
use super::kinds::Kind;
use super::solve::{Found, Part};
use super::tree::Node;
use super::{Logic, Undecided};
use crate::policy::Literal;
use crate::policy::semantics::ValueSet;

/// A key of the object that is built.
enum ObjectMember {
    Absent,
    Value(Found),
}

/// The values that all domains of a part admit for a key.
enum Said {
    /// It is forbidden.
    Forbidden,
    /// Its value is in all of these domains.
    In(Vec<DomainId>),
}

impl<'d> Logic<'d> {
    /// An object for which the facts of a node hold.
    pub(super) fn object(
        &mut self,
        node: &Node<'_>,
        part: &Part<'d>,
    ) -> Result<Option<Found>, Undecided> {
        if self.is_refused(Kind::Object, node) {
            return Ok(None);
        }
        let nothing = Node::default();
        let mut keys: Vec<&str> = Vec::new();
        let required = |part: &Part<'d>, key: &str| {
            part.domains.iter().any(|domain| domain.required.iter().any(|name| **name == *key))
        };
        for domain in &part.domains {
            let declared = domain.properties.keys().map(|key| &**key);
            let declared =
                declared.filter(|key| node.children.contains_key(key) || required(part, key));
            keys.extend(declared.chain(domain.required.iter().map(|key| &**key)));
        }
        keys.extend(node.children.keys());
        let mut seen = std::collections::HashSet::new();
        keys.retain(|key| seen.insert(*key));
        let (mut members, mut is_admitted) = (Vec::new(), true);
        for key in keys {
            let child = node.children.get(key).unwrap_or(&nothing);
            match self.member(child, part, key, required(part, key))? {
                None => return Ok(None),
                Some(ObjectMember::Absent) => {}
                Some(ObjectMember::Value(found)) => {
                    is_admitted &= found.is_admitted;
                    members.push((Box::from(key), found.value));
                }
            }
        }
        let excluded: ValueSet = node.excluded().collect();
        self.differing(members, is_admitted, &excluded, node, part)
    }

    /// The value of a key, or its absence; `Ok(None)` if its facts cannot hold.
    fn member(
        &mut self,
        child: &Node<'_>,
        part: &Part<'d>,
        key: &str,
        is_required: bool,
    ) -> Result<Option<ObjectMember>, Undecided> {
        if !is_required && child.holds_when_missing() {
            return Ok(Some(ObjectMember::Absent));
        }
        match said(part, key) {
            Said::Forbidden => Ok(None),
            Said::In(ids) => Ok(self.value(child, &ids)?.map(ObjectMember::Value)),
        }
    }

    /// The object with these members, or with another key more, so that it equals no excluded one.
    fn differing(
        &mut self,
        mut members: Vec<(Box<str>, Literal)>,
        mut is_admitted: bool,
        excluded: &ValueSet,
        node: &Node<'_>,
        part: &Part<'d>,
    ) -> Result<Option<Found>, Undecided> {
        let declared: Vec<Box<str>> =
            part.domains.iter().flat_map(|domain| domain.properties.keys().cloned()).collect();
        let fresh = (0..=excluded.len()).map(|number| format!("x{number}").into_boxed_str());
        let mut more = declared.into_iter().chain(fresh);
        loop {
            let object = Literal::Object(members.clone());
            if !excluded.contains(&object) {
                return Ok(Some(Found { value: object, is_admitted }));
            }
            let is_free = |key: &str| {
                !node.children.contains_key(key) && members.iter().all(|(name, _)| **name != *key)
            };
            let free = more.by_ref().find(|key| is_free(key));
            let Some(key) = free else { return Err(Undecided::Values) };
            let Said::In(ids) = said(part, &key) else { continue };
            if let Some(found) = self.value(&Node::default(), &ids)? {
                is_admitted &= found.is_admitted;
                members.push((key, found.value));
            }
        }
    }
}

fn said(part: &Part<'_>, key: &str) -> Said {
    let mut ids = Vec::new();
    for domain in &part.domains {
        match domain.key(key) {
            Key::Forbidden => return Said::Forbidden,
            Key::Any => {}
            Key::Of(id) => ids.push(id),
        }
    }
    Said::In(ids)
}
