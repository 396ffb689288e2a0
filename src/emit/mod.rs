//! From a policy to the text that a gateway enforces.
//!
//! A target is one file here. It says what it cannot express, as findings at the statements that need it, and writes the
//! rest. What it is handed is a [`VerifiedPolicy`], which only [`verify`] makes and only without any error: a policy
//! that is wrong cannot be written, by type.
//!
//! This layer knows no syntax and no file: it sees the resolved policy only.

mod errors;
mod policy_json;
mod size;

use crate::diagnostic::{self, Diagnostic};
use crate::lower::{self, Predicates, Unexpressible};
use crate::policy::{Action, Policy, RuleId};

pub use policy_json::{
    PolicyJson, PredicateOrigins, document, on_deny, rule_of_guard, traced_document,
};

/// A format that a gateway enforces.
pub trait Target {
    /// The target's name, as people write it.
    fn name(&self) -> &'static str;

    /// What of a policy it cannot say, as errors at the statements that need it. `predicates` are those of each rule's guard,
    /// as far as there are any.
    fn unsupported(&self, policy: &Policy, predicates: &[Option<Predicates>]) -> Vec<Diagnostic>;

    /// The policy in this format, with a final newline. The same policy gives the same bytes everywhere.
    ///
    /// Takes the policy, so that a large one need not lie in memory beside its text.
    fn write(&self, policy: VerifiedPolicy) -> String;
}

/// A policy without errors, with the predicates of its guards. There is no other way to make one than [`verify`].
#[derive(Debug)]
pub struct VerifiedPolicy {
    policy: Policy,
    predicates: Vec<Option<Predicates>>,
}

impl VerifiedPolicy {
    /// The policy.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The predicates of a rule's guard; `None` for a rule without guard.
    pub fn predicates(&self, rule: RuleId) -> Option<&Predicates> {
        self.predicates.get(rule.0 as usize)?.as_ref()
    }
}

/// Holds a policy against a target: adds what the target cannot say to the findings, and gives the policy out for
/// writing if none of them, new or old, is an error.
pub fn verify(
    policy: Policy,
    target: &dyn Target,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<VerifiedPolicy> {
    let predicates = examine(&policy, target, diagnostics);
    if diagnostic::has_errors(diagnostics) {
        return None;
    }
    Some(VerifiedPolicy { policy, predicates })
}

/// The first half of [`verify`], for programs that write nothing: adds what the target cannot say to the findings, and
/// gives the predicates of each rule's guard, as far as there are any.
pub fn examine(
    policy: &Policy,
    target: &dyn Target,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Option<Predicates>> {
    let mut predicates = Vec::with_capacity(policy.rules.len());
    for rule in &policy.rules {
        let Action::Guard(guard) = &rule.action else {
            predicates.push(None);
            continue;
        };
        match lower::lower(&guard.blocks, &guard.compared) {
            Ok(lowered) => predicates.push(Some(lowered)),
            Err(unexpressible) => {
                predicates.push(None);
                diagnostics.push(match unexpressible {
                    Unexpressible::NoExactForm { test, span } => {
                        errors::no_exact_form(policy, guard, &test, span)
                    }
                    Unexpressible::TooMany => {
                        errors::too_many_predicates(rule.span, lower::MAX_PREDICATES)
                    }
                });
            }
        }
    }
    diagnostics.extend(target.unsupported(policy, &predicates));
    predicates
}
