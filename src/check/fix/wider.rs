//! Whether a policy lets through a call that another one blocks.
//!
//! The answer is conservative: unless it is certain that the second policy blocks every call that the first one blocks, the second
//! is taken to be wider. Messages do not matter. A counter's name matters only if several tools share it.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use super::implies::{contradicts, implies};
use crate::policy::{Posture, Test};
use crate::policy_json::{Document, Limit, Predicate, ToolRule};

/// Pairs of tests that are held against each other for one tool before it is given up.
const MAX_PAIRS: usize = 1_000_000;

/// Whether a call may get through under `after` that is blocked under `before`.
pub(crate) fn is_wider(before: &Document, after: &Document) -> bool {
    let (old, new) = (View::new(before), View::new(after));
    if new.is_open_by_default() && !old.is_open_by_default() {
        return true;
    }
    let covers_all =
        before.all_limits.iter().all(|limit| is_covered(limit, after.all_limits.iter()));
    if !covers_all {
        return true;
    }
    let names: BTreeSet<&str> = old.names().chain(new.names()).collect();
    let nothing = ToolRule::default();
    let shared = shared_counters(before);
    names.into_iter().any(|name| match (old.rule(name, &nothing), new.rule(name, &nothing)) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(old), Some(new)) => !narrows(old, new, &after.all_limits, &shared),
    })
}

/// The counters that several tools use. Each of their limits counts the calls of all these tools.
fn shared_counters(document: &Document) -> HashSet<&str> {
    let (mut seen, mut shared): (HashSet<&str>, HashSet<&str>) = Default::default();
    let of_tools = document.tools.values().map(|rule| rule.limits.as_slice());
    for limits in of_tools.chain([document.all_limits.as_slice()]) {
        let own: HashSet<&str> = limits.iter().map(|limit| &*limit.counter).collect();
        shared.extend(own.into_iter().filter(|counter| !seen.insert(counter)));
    }
    shared
}

/// A document with its hidden tools at hand.
struct View<'d> {
    document: &'d Document,
    hidden: HashSet<&'d str>,
}

impl<'d> View<'d> {
    fn new(document: &'d Document) -> Self {
        Self { document, hidden: document.hide.iter().map(String::as_str).collect() }
    }

    /// Whether a tool that is named nowhere may be called.
    fn is_open_by_default(&self) -> bool {
        self.document.default == Posture::Allow && !self.hidden.contains("*")
    }

    fn names(&self) -> impl Iterator<Item = &'d str> {
        self.hidden.iter().copied().chain(self.document.tools.keys().map(String::as_str))
    }

    /// The rule of a tool; `None` when no call of it gets through.
    fn rule<'r>(&self, name: &str, nothing: &'r ToolRule) -> Option<&'r ToolRule>
    where
        'd: 'r,
    {
        if self.hidden.contains("*") || self.hidden.contains(name) {
            return None;
        }
        match self.document.tools.get(name) {
            None => (self.document.default == Posture::Allow).then_some(nothing),
            Some(rule) => {
                let blocks = rule.deny_if.iter().any(|predicate| predicate.conditions.is_empty());
                (!blocks).then_some(rule)
            }
        }
    }
}

/// Whether everything that the old rule blocks is blocked by the new one.
fn narrows(old: &ToolRule, new: &ToolRule, all_limits: &[Limit], shared: &HashSet<&str>) -> bool {
    if old == new {
        return true;
    }
    let covered = |limit: &Limit| {
        if shared.contains(&*limit.counter) {
            let same = |other: &&Limit| other.counter == limit.counter;
            return is_covered(limit, new.limits.iter().filter(same));
        }
        is_covered(limit, new.limits.iter().chain(all_limits))
    };
    old.limits.iter().all(covered) && requires_as_much(old, new) && denies_as_much(old, new)
}

/// Whether a limit can never be reached under others: one of them lets no more through in as long a time.
fn is_covered<'l>(limit: &Limit, mut others: impl Iterator<Item = &'l Limit>) -> bool {
    others.any(|other| other.rate.most_in(limit.rate.window()) <= limit.rate.calls())
}

/// Whether every test that had to hold has to hold still.
fn requires_as_much(old: &ToolRule, new: &ToolRule) -> bool {
    let required: Vec<&Test> = tests(&new.require).collect();
    let same: HashSet<String> = required.iter().map(|test| spelled([*test])).collect();
    let others: Vec<&Test> =
        tests(&old.require).filter(|test| !same.contains(&spelled([*test]))).collect();
    others.len().saturating_mul(required.len()) <= MAX_PAIRS
        && others.iter().all(|test| required.iter().any(|other| implies(other, test)))
}

/// Whether every call for which a predicate of `deny_if` held is blocked still.
fn denies_as_much(old: &ToolRule, new: &ToolRule) -> bool {
    let same: HashSet<String> = new
        .deny_if
        .iter()
        .map(|predicate| spelled(predicate.conditions.iter().map(Arc::as_ref)))
        .collect();
    let others: Vec<&[Arc<Test>]> = old
        .deny_if
        .iter()
        .map(|predicate| predicate.conditions.as_slice())
        .filter(|conditions| !same.contains(&spelled(conditions.iter().map(Arc::as_ref))))
        .collect();
    let left: usize = others.iter().map(|conditions| conditions.len()).sum();
    let right = tests(&new.deny_if).count() + tests(&new.require).count() + left;
    left.saturating_mul(right) <= MAX_PAIRS
        && others.into_iter().all(|conditions| is_blocked(conditions, new))
}

/// Whether no call for which all these conditions hold gets past a rule.
fn is_blocked(conditions: &[Arc<Test>], rule: &ToolRule) -> bool {
    let contradicted = |test: &Test| conditions.iter().any(|other| contradicts(other, test));
    let implied = |test: &Test| conditions.iter().any(|other| implies(other, test));
    conditions.iter().any(|test| contradicted(test))
        || tests(&rule.require).any(contradicted)
        || rule
            .deny_if
            .iter()
            .any(|predicate| predicate.conditions.iter().all(|test| implied(test)))
}

fn tests(predicates: &[Arc<Predicate>]) -> impl Iterator<Item = &Test> {
    predicates.iter().flat_map(|predicate| &predicate.conditions).map(Arc::as_ref)
}

/// Tests as a text: two that are spelled alike say the same.
fn spelled<'t>(tests: impl IntoIterator<Item = &'t Test>) -> String {
    let mut out = String::new();
    for test in tests {
        test.write_gate(&mut out);
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod policies {
    use super::*;
    use crate::check::compile;
    use crate::policy_json::read;
    use crate::source::{MemoryLoader, SourceSet};

    fn document(text: &str) -> Document {
        let json = compile("a.gate", text.into(), &MemoryLoader::default()).value.unwrap();
        let mut sources = SourceSet::default();
        let file = sources.add("policy.json", json);
        read(file, sources.text(file)).0.unwrap()
    }

    /// Whether the second policy is wider than the first, and the first than the second.
    fn wider(first: &str, second: &str) -> (bool, bool) {
        let (first, second) = (document(first), document(second));
        (is_wider(&first, &second), is_wider(&second, &first))
    }

    #[test]
    fn a_policy_is_no_wider_than_itself() {
        let text = "allow a 5/minute\nallow b\ndeny b when args.x > 5\nhide c\nrate all 9/day\n";
        assert_eq!(wider(text, text), (false, false));
    }

    #[test]
    fn what_opens_a_door_is_wider() {
        for (narrow, wide) in [
            ("allow a\n", "allow a, b\n"),
            ("allow a\n", "default allow\n"),
            ("default allow\nhide a\n", "default allow\n"),
            ("default allow\nhide all\n", "default allow\n"),
            ("allow a\ndeny a\n", "allow a\n"),
            ("allow a 5/minute\n", "allow a 6/minute\n"),
            ("allow a 5/hour\n", "allow a 5/minute\n"),
            ("allow a 10/minute\n", "allow a 599/hour\n"),
            ("allow a\nrate all 5/minute\n", "allow a 5/minute\n"),
            ("allow a\nrequire a with args.x < 5\n", "allow a\nrequire a with args.x < 6\n"),
            ("allow a\ndeny a when args.x > 5\n", "allow a\ndeny a when args.x > 6\n"),
            ("allow a\nrequire a with args.x <= 5\n", "allow a\ndeny a when args.x > 5\n"),
        ] {
            assert!(wider(narrow, wide).0, "{narrow}{wide}");
        }
    }

    #[test]
    fn what_says_the_same_in_other_words_is_not_wider() {
        for (one, other) in [
            ("allow a 10/minute, 1000/hour\n", "allow a 10/minute\n"),
            (
                "allow a\nrequire a with args.x < 5\nrequire a with args.x < 9\n",
                "allow a\nrequire a with args.x < 5\n",
            ),
            (
                "allow a\ndeny a when args.x == 1 and args.x == 2\ndeny a when args.y == 3\n",
                "allow a\ndeny a when args.y == 3\n",
            ),
            (
                "allow a\ndeny a when args.x in [1, 2]\ndeny a when args.x == 1\n",
                "allow a\ndeny a when args.x in [1, 2]\n",
            ),
            ("allow a\nhide a\ndeny a when args.x == 1\n", "allow a\nhide a\n"),
        ] {
            assert_eq!(wider(one, other), (false, false), "{one}{other}");
        }
    }

    #[test]
    fn tests_are_compared_within_a_budget() {
        let policy = |count: usize, offset: usize| {
            let guards =
                (0..count).map(|n| format!("require a with args.x < {}\n", 2 * n + offset));
            format!("allow a\n{}", guards.collect::<String>())
        };
        // Every new test is stricter than one of the old ones.
        assert!(!wider(&policy(400, 2), &policy(400, 1)).0);
        // Too many pairs to compare, so the answer is the conservative one.
        assert!(wider(&policy(5000, 2), &policy(5000, 1)).0);
        // Equal tests cost nothing, however many there are.
        assert!(!wider(&policy(5000, 2), &policy(5000, 2)).0);
    }

    #[test]
    fn denials_are_compared_within_a_budget() {
        let policy = |count: usize, offset: usize| {
            let guards = (0..count).map(|n| format!("deny a when args.x > {}\n", 2 * n + offset));
            format!("allow a\n{}", guards.collect::<String>())
        };
        assert!(!wider(&policy(400, 2), &policy(400, 1)).0);
        assert!(wider(&policy(5000, 2), &policy(5000, 1)).0);
    }

    #[test]
    fn a_shared_counter_is_not_replaced_by_a_cap_of_one_tool() {
        let before = "allow a 5/hour as x\nallow b 5/hour as x\nrate a 5/hour\n";
        let after = "allow a 5/hour\nallow b 5/hour as x\n";
        assert!(wider(before, after).0);
        assert_eq!(wider(before, before), (false, false));
        assert!(!wider("allow a 5/hour as x\n", "allow a 5/hour as y\n").0);
    }

    #[test]
    fn a_pattern_may_narrow_what_passes_and_widen_what_is_blocked() {
        let require =
            |pattern: &str| format!("allow a\nrequire a with args.x matches \"{pattern}\"\n");
        let deny = |pattern: &str| format!("allow a\ndeny a when args.x matches \"{pattern}\"\n");
        let (loose, strict) = ("^rm|shutdown$", "^(?:rm|shutdown)$");
        assert_eq!(wider(&require(loose), &require(strict)), (false, true));
        assert_eq!(wider(&deny(loose), &deny(strict)), (true, false));
    }
}
