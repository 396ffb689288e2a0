//! Whether a schema admits a value.

use super::domain::{Domain, DomainId, Key};
use super::kinds::Kind;
use super::number::parse_number;
use super::solve::Part;
use super::{Logic, Undecided};
use crate::policy::Literal;
use crate::policy::semantics::ValueSet;
use bigdecimal::num_traits::Zero;

impl<'d> Logic<'d> {
    /// Whether all domains of a part admit a value; `None` if that is not known.
    pub(super) fn admits(
        &mut self,
        part: &Part<'d>,
        value: &Literal,
    ) -> Result<Option<bool>, Undecided> {
        let mut known = Some(true);
        for domain in &part.domains {
            known = both(known, self.own(domain, value)?);
            if known == Some(false) {
                break;
            }
        }
        Ok(known)
    }

    /// Whether a domain admits a value, with all that it refers to.
    pub(super) fn domain_admits(
        &mut self,
        id: DomainId,
        value: &Literal,
    ) -> Result<Option<bool>, Undecided> {
        self.spend(1)?;
        let Some(domain) = self.schema.and_then(|(domains, _)| domains.get(id)) else {
            return Ok(None);
        };
        let mut known = self.own(domain, value)?;
        for part in &domain.all_of {
            if known == Some(false) {
                return Ok(known);
            }
            known = both(known, self.domain_admits(*part, value)?);
        }
        for union in &domain.any_of {
            let mut some = Some(false);
            for part in union {
                some = match (some, self.domain_admits(*part, value)?) {
                    (Some(true), _) | (_, Some(true)) => Some(true),
                    (None, _) | (_, None) => None,
                    _ => Some(false),
                };
            }
            known = both(known, some);
        }
        Ok(known)
    }

    /// Whether a domain's own constraints admit a value.
    fn own(&mut self, domain: &Domain, value: &Literal) -> Result<Option<bool>, Undecided> {
        self.spend(1)?;
        let refused = Ok(Some(false));
        if !domain.kinds.has(Kind::of(value))
            || domain.values.as_ref().is_some_and(|listed| !listed.contains(value))
        {
            return refused;
        }
        let known = match value {
            Literal::Number(spelling) => number_fits(domain, spelling),
            Literal::String(text) => self.text_fits(domain, text)?,
            Literal::List(items) => self.list_fits(domain, items)?,
            Literal::Object(members) => self.object_fits(domain, members)?,
            Literal::Null | Literal::Bool(_) => Some(true),
        };
        Ok(if domain.is_exact { known } else { both(known, None) })
    }

    fn text_fits(&mut self, domain: &Domain, text: &str) -> Result<Option<bool>, Undecided> {
        if domain.length != super::Range::default() && !domain.length.holds(text.chars().count()) {
            return Ok(Some(false));
        }
        for pattern in &domain.patterns {
            if !self.pattern(pattern)?.is_match(text) {
                return Ok(Some(false));
            }
        }
        Ok(Some(true))
    }

    fn list_fits(&mut self, domain: &Domain, items: &[Literal]) -> Result<Option<bool>, Undecided> {
        let mut seen = ValueSet::default();
        if !domain.size.holds(items.len())
            || domain.unique && !items.iter().all(|item| seen.insert(item))
        {
            return Ok(Some(false));
        }
        let mut known = Some(true);
        for item in items.iter().filter(|_| domain.items.is_some()) {
            let Some(id) = domain.items else { break };
            known = both(known, self.domain_admits(id, item)?);
        }
        Ok(known)
    }

    fn object_fits(
        &mut self,
        domain: &Domain,
        members: &[(Box<str>, Literal)],
    ) -> Result<Option<bool>, Undecided> {
        let has = |key: &str| members.iter().any(|(name, _)| **name == *key);
        if !domain.required.iter().all(|key| has(key)) {
            return Ok(Some(false));
        }
        let mut known = Some(true);
        for (key, value) in members {
            known = match domain.key(key) {
                Key::Any => known,
                Key::Forbidden => Some(false),
                Key::Of(id) => both(known, self.domain_admits(id, value)?),
            };
            if known == Some(false) {
                break;
            }
        }
        Ok(known)
    }
}

fn number_fits(domain: &Domain, spelling: &str) -> Option<bool> {
    let is_free = !domain.whole
        && domain.multiple_of.is_none()
        && domain.least.is_none()
        && domain.most.is_none();
    if is_free {
        return Some(true);
    }
    let number = parse_number(spelling)?;
    let above = domain
        .least
        .as_ref()
        .is_none_or(|bound| number > bound.number || bound.included && number == bound.number);
    let below = domain
        .most
        .as_ref()
        .is_none_or(|bound| number < bound.number || bound.included && number == bound.number);
    let fits =
        domain.multiple_of.as_ref().is_none_or(|of| !of.is_zero() && (&number % of).is_zero());
    Some(above && below && fits && (!domain.whole || number.is_integer()))
}

/// Three-valued *and*.
pub(super) fn both(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}
