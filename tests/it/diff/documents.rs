//! Random documents with one tool, and their verdicts by the tests' own evaluator.

use std::sync::Arc;

use gatewright::policy_json::{Document, Predicate, ToolRule};

use crate::logic::facts::{holds, random_test};
use crate::logic::universe::Json;
use crate::random::Random;

/// From the most lenient to the strictest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    Allow,
    Approve,
    Deny,
}

/// A document that grants the tool `t`, with up to two predicates in each list.
pub fn random_document(random: &mut Random) -> Document {
    let mut list = || (0..random.below(3)).map(|_| Arc::new(predicate(random))).collect();
    let rule = ToolRule { require: list(), deny_if: list(), limits: Vec::new() };
    let mut document = Document::default();
    document.tools.insert("t".to_owned(), rule);
    document
}

fn predicate(random: &mut Random) -> Predicate {
    let conditions = (0..1 + random.below(3)).map(|_| Arc::new(random_test(random))).collect();
    let message = random.pick(&["No.", "Requires human approval."]);
    Predicate { conditions, on_deny: Some(message.into()) }
}

/// The verdict about a call of `t`.
pub fn verdict(document: &Document, call: &Json) -> Verdict {
    let rule = &document.tools["t"];
    let all_hold =
        |predicate: &Predicate| predicate.conditions.iter().all(|test| holds(test, call));
    let failed = rule.require.iter().filter(|predicate| !all_hold(predicate));
    let blocking = failed.chain(rule.deny_if.iter().filter(|predicate| all_hold(predicate)));
    let strictness = |predicate: &Arc<Predicate>| match predicate.on_deny.as_deref() {
        Some("Requires human approval.") => Verdict::Approve,
        _ => Verdict::Deny,
    };
    blocking.map(strictness).max().unwrap_or(Verdict::Allow)
}
