//! Caps compared with brute force: random caps of two tools and of all calls, and every sequence of calls at a few times.

use std::collections::BTreeMap;

use gatewright::diff::{DiffSubject, Excess, diff};
use gatewright::policy::{Rate, Window};
use gatewright::policy_json::{Document, Limit, ToolRule};

use super::evaluate;
use crate::logic::cases;
use crate::random::Random;

const TOOLS: [&str; 2] = ["a", "b"];

/// The minutes in which calls are made: in two minutes of one hour, and in the next hour and day.
const MINUTES: [u64; 4] = [0, 1, 60, 1440];

/// The most calls of one tool in one minute.
const MOST: u64 = 3;

fn random_limits(random: &mut Random) -> Vec<Limit> {
    let mut limits = Vec::new();
    for window in Window::ALL {
        if random.one_in(2) {
            let calls = 1 + random.below(if window == Window::Minute { 3 } else { 6 }) as u64;
            let counter = format!("c{}", limits.len());
            limits.push(Limit { counter, rate: Rate::clamped(calls, window) });
        }
    }
    limits
}

fn random_document(random: &mut Random) -> Document {
    let mut document = Document { all_limits: random_limits(random), ..Document::default() };
    for (number, tool) in TOOLS.into_iter().enumerate() {
        let mut limits = random_limits(random);
        limits.iter_mut().for_each(|limit| limit.counter.push_str(&number.to_string()));
        document.tools.insert(tool.to_owned(), ToolRule { limits, ..ToolRule::default() });
    }
    if random.one_in(3) {
        document.all_limits.clear();
    }
    document
}

/// Counts calls by the numbers of their windows.
#[derive(Clone, Default)]
struct Counts<'d>(BTreeMap<(&'d str, usize, u64), u64>);

impl<'d> Counts<'d> {
    /// Whether a call gets through; then it is counted.
    fn call(&mut self, document: &'d Document, tool: &'d str, minute: u64) -> bool {
        let own = document.tools[tool].limits.iter().enumerate();
        let own = own.map(|(number, limit)| (tool, number, limit));
        let all = document.all_limits.iter().enumerate();
        let limits: Vec<_> = own.chain(all.map(|(number, limit)| ("", number, limit))).collect();
        let key = |(tool, number, limit): &(&'d str, usize, &Limit)| {
            (*tool, *number, minute / limit.rate.window().minutes())
        };
        let has_room = |limit: &(&'d str, usize, &Limit)| {
            self.0.get(&key(limit)).copied().unwrap_or(0) < limit.2.rate.calls()
        };
        let passes = limits.iter().all(has_room);
        for limit in limits.iter().filter(|_| passes) {
            *self.0.entry(key(limit)).or_default() += 1;
        }
        passes
    }
}

/// Whether some sequence of calls gets through as a whole under one document, and not under another.
fn is_beyond(strict: &Document, lenient: &Document) -> bool {
    let slots: Vec<(u64, &str)> =
        MINUTES.into_iter().flat_map(|minute| TOOLS.map(|tool| (minute, tool))).collect();
    goes_beyond((strict, Counts::default()), (lenient, Counts::default()), &slots)
}

/// The same for calls from the first of some moments on. What both let through is counted.
fn goes_beyond<'d>(
    strict: (&'d Document, Counts<'d>),
    lenient: (&'d Document, Counts<'d>),
    slots: &[(u64, &'d str)],
) -> bool {
    let Some(((minute, tool), later)) = slots.split_first() else { return false };
    let (mut strict_counts, mut lenient_counts) = (strict.1, lenient.1);
    for calls in 0..=MOST {
        if calls > 0 {
            if !lenient_counts.call(lenient.0, tool, *minute) {
                return false;
            }
            if !strict_counts.call(strict.0, tool, *minute) {
                return true;
            }
        }
        let counts = (strict_counts.clone(), lenient_counts.clone());
        if goes_beyond((strict.0, counts.0), (lenient.0, counts.1), later) {
            return true;
        }
    }
    false
}

#[test]
fn caps_agree_with_every_sequence_of_calls() {
    let (mut shown, mut none) = (0, 0);
    // Each case tries thousands of sequences.
    let total = cases() / 500;
    for seed in 0..total {
        let mut random = Random::new(seed);
        let (old, new) = (random_document(&mut random), random_document(&mut random));
        let rows = diff(&old, &new).rows;
        rows.iter().for_each(|row| evaluate(row, &old, &new));
        let is_shown = |excess: fn(&gatewright::diff::DiffRow) -> &Excess| {
            rows.iter()
                .any(|row| matches!(excess(row), Excess::Sequence(bursts) if !bursts.is_empty()))
        };
        let found = [is_shown(|row| &row.wider), is_shown(|row| &row.narrower)];
        for (found, strict, lenient) in [(found[0], &old, &new), (found[1], &new, &old)] {
            shown += usize::from(found);
            none += usize::from(!found);
            assert!(found || !is_beyond(strict, lenient), "{seed}: {strict:?}\n{lenient:?}");
        }
    }
    assert!(shown > 0 && none > 0, "{shown} {none}");
}

#[test]
fn a_sequence_is_found_for_any_caps() {
    for seed in 0..cases() / 20 {
        let mut random = Random::new(seed);
        let (old, new) = (random_document(&mut random), random_document(&mut random));
        for row in diff(&old, &new).rows {
            // No limit is so large that its sequence could not be listed.
            for excess in [&row.wider, &row.narrower] {
                assert_ne!(
                    *excess,
                    Excess::Sequence(Vec::new()),
                    "{seed}: {row:?}\n{old:?}\n{new:?}"
                );
            }
            evaluate(&row, &old, &new);
        }
    }
}

#[test]
fn tools_that_wait_for_each_other_are_ordered() {
    let limit = |calls, window, counter: &str| Limit {
        counter: counter.to_owned(),
        rate: Rate::clamped(calls, window),
    };
    let document = |all: Vec<Limit>| {
        let mut document = Document { all_limits: all, ..Document::default() };
        let own = |limits| ToolRule { limits, ..ToolRule::default() };
        let few = vec![limit(2, Window::Hour, "few")];
        document.tools.insert("a".to_owned(), own(few));
        let slow = vec![limit(1, Window::Minute, "slow")];
        document.tools.insert("b".to_owned(), own(slow));
        document
    };
    // In an hour, 2 calls of `a` and 60 of `b` fit between caps of 2 calls a minute only if `a` waits for its turn.
    let strict = document(vec![limit(61, Window::Hour, "all")]);
    let lenient = document(vec![limit(2, Window::Minute, "all")]);
    let rows = diff(&strict, &lenient).rows;
    let row = rows.iter().find(|row| row.subject == DiffSubject::AllCalls).unwrap();
    let Excess::Sequence(bursts) = &row.wider else { panic!("{row:?}") };
    assert_eq!(bursts.iter().map(|burst| burst.calls).sum::<u64>(), 62);
    evaluate(row, &strict, &lenient);
}
