//! A comparison as a SARIF log: a result for each row that differs.

use super::ComparedPolicy;
use super::github::lines;
use super::shown::{ShownRow, headline, relation};
use crate::cli::formats::sarif::{PlainResult, PlainRule, plain_log};
use crate::cli::root::Root;
use crate::diff::Relation;
use crate::text::excerpt;

/// The rules, each for one relation, and last that for policies that have come or gone.
const RULES: [PlainRule; 6] = [
    PlainRule {
        id: "policy-equal",
        text: "The policy is written differently, and lets the same calls through.",
    },
    PlainRule { id: "policy-wider", text: "The policy lets calls through that it stopped before." },
    PlainRule { id: "policy-narrower", text: "The policy stops calls that it let through before." },
    PlainRule {
        id: "policy-incomparable",
        text: "The policy lets calls through that it stopped before, and stops others.",
    },
    PlainRule {
        id: "policy-undecided",
        text: "The comparison of two policies took too much work.",
    },
    PlainRule { id: "policy-exists", text: "A policy is new, or is gone." },
];

/// The log.
pub(super) fn render(policies: &[ComparedPolicy]) -> String {
    let mut results = Vec::new();
    for policy in policies {
        if policy.old.is_none() || policy.new.is_none() {
            let level = if policy.may_let_more_through() { "warning" } else { "note" };
            let message = format!("{}.", headline(policy));
            results.push(PlainResult {
                rule: 5,
                level,
                message,
                path: &policy.path,
                key: "".into(),
            });
        }
        for row in ShownRow::all(policy) {
            let (rule, level) = match row.relation {
                Relation::Equal => (0, "note"),
                Relation::Wider => (1, "warning"),
                Relation::Narrower => (2, "note"),
                Relation::Incomparable => (3, "warning"),
                Relation::Undecided => (4, "warning"),
            };
            let subject = excerpt(&row.subject, 200);
            let mut message = format!("{subject} is {}.", relation(row.relation));
            for line in lines(&row) {
                message.push('\n');
                message.push_str(&line);
            }
            results.push(PlainResult {
                rule,
                level,
                message,
                path: &policy.path,
                key: row.subject,
            });
        }
    }
    plain_log(&RULES, results, &Root::of_repository())
}
