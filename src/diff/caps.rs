//! Compares how many of the calls that both documents allow get through in a window.

use std::collections::BTreeSet;

use super::calls::CallComparison;
use super::view::{DocumentView, ToolState};
use super::{CallBurst, DiffSubject, Excess};
use crate::policy::Literal;
use crate::policy::logic::Undecided;
use crate::policy_json::Limit;

/// The most entries of a sequence of calls.
const MAX_BURSTS: usize = 100_000;

/// A tool whose calls use up a limit, and calls of it that both documents allow.
struct Caller<'d> {
    tool: Option<String>,
    arguments: Literal,
    limits: &'d [Limit],
}

/// How the caps of the lenient document let more through.
pub(super) fn excess<'d>(
    strict: &DocumentView<'d>,
    lenient: &DocumentView<'d>,
    subject: &DiffSubject,
    calls: &mut CallComparison<'d>,
) -> Excess {
    for limit in own_limits(strict, subject) {
        let callers = match callers_beyond(strict, lenient, subject, limit, calls) {
            Ok(None) => continue,
            Ok(Some(callers)) => callers,
            Err(reason) => return Excess::Undecided(reason),
        };
        return Excess::Sequence(sequence(&callers, &lenient.document.all_limits, limit));
    }
    if loses_shared_counter(strict, lenient, subject) {
        return Excess::SharedCounter;
    }
    Excess::None
}

/// Whether the caps of the lenient document may let more through under some reading.
pub(super) fn may_exceed<'d>(
    strict: &DocumentView<'d>,
    lenient: &DocumentView<'d>,
    subject: &DiffSubject,
    calls: &mut CallComparison<'d>,
) -> bool {
    let mut limits = own_limits(strict, subject).iter();
    loses_shared_counter(strict, lenient, subject)
        || limits.any(|limit| {
            !matches!(callers_beyond(strict, lenient, subject, limit, calls), Ok(None))
        })
}

/// The limits that a row is about. A tool's calls are counted by the limits over all calls too, which have a row of their own.
fn own_limits<'d>(document: &DocumentView<'d>, subject: &DiffSubject) -> &'d [Limit] {
    match subject {
        DiffSubject::Tool(name) => document.tool(name).limits(),
        DiffSubject::OtherTools => &[],
        DiffSubject::AllCalls => &document.document.all_limits,
    }
}

/// The tools whose calls a row counts; `None` is any that neither document names.
fn counted<'s>(
    strict: &DocumentView<'s>,
    lenient: &DocumentView<'s>,
    subject: &'s DiffSubject,
) -> BTreeSet<Option<&'s str>> {
    match subject {
        DiffSubject::Tool(name) => BTreeSet::from([Some(name.as_str())]),
        DiffSubject::OtherTools => BTreeSet::new(),
        DiffSubject::AllCalls => {
            strict.names().chain(lenient.names()).map(Some).chain([None]).collect()
        }
    }
}

/// The tools whose calls get beyond a limit of the strict document under the lenient one; `None` if they cannot.
fn callers_beyond<'d>(
    strict: &DocumentView<'d>,
    lenient: &DocumentView<'d>,
    subject: &DiffSubject,
    limit: &Limit,
    calls: &mut CallComparison<'d>,
) -> Result<Option<Vec<Caller<'d>>>, Undecided> {
    if most(&lenient.document.all_limits, limit).is_some_and(|most| most <= limit.rate.calls()) {
        return Ok(None);
    }
    let mut callers: Vec<Caller<'d>> = Vec::new();
    let mut sum: u64 = 0;
    for tool in counted(strict, lenient, subject) {
        let state =
            |view: &DocumentView<'d>| tool.map_or_else(|| view.others(), |name| view.tool(name));
        let limits = state(lenient).limits();
        let own = most(limits, limit);
        if subject != &DiffSubject::AllCalls && own.is_some_and(|own| own <= limit.rate.calls()) {
            return Ok(None);
        }
        let Some(arguments) = calls.allowed_by_both(state(strict), state(lenient))? else {
            continue;
        };
        callers.push(Caller { tool: tool.map(str::to_owned), arguments, limits });
        sum = sum.saturating_add(own.unwrap_or(u64::MAX));
        if sum > limit.rate.calls() {
            return Ok(Some(callers));
        }
    }
    Ok(None)
}

/// The most calls that some limits let through in one window of another limit.
fn most(limits: &[Limit], within: &Limit) -> Option<u64> {
    limits.iter().map(|limit| limit.rate.most_in(within.rate.window())).min()
}

/// Whether a counter that several tools name counts less under the lenient document. The gateway may count the calls of all these
/// tools together.
fn loses_shared_counter(
    strict: &DocumentView<'_>,
    lenient: &DocumentView<'_>,
    subject: &DiffSubject,
) -> bool {
    let DiffSubject::Tool(name) = subject else { return false };
    let ToolState::Ruled(rule) = lenient.tool(name) else { return false };
    let is_kept = |limit: &&Limit| {
        let same: Vec<Limit> =
            rule.limits.iter().filter(|other| other.counter == limit.counter).cloned().collect();
        most(&same, limit).is_some_and(|most| most <= limit.rate.calls())
    };
    let blocks = rule.deny_if.iter().any(|predicate| predicate.conditions.is_empty());
    let shared = |limit: &&Limit| strict.is_shared(limit);
    !blocks && !strict.tool(name).limits().iter().filter(shared).all(|limit| is_kept(&limit))
}

/// Calls that get through under some limits, as soon as each may, until there is one more than another limit lets through.
fn sequence(callers: &[Caller<'_>], all: &[Limit], beyond: &Limit) -> Vec<CallBurst> {
    let mut bursts = Vec::new();
    let mut left = beyond.rate.calls().saturating_add(1);
    let mut counters: Vec<Vec<u64>> =
        callers.iter().map(|caller| vec![0; caller.limits.len()]).collect();
    let mut all_counters = vec![0; all.len()];
    for minute in 0..beyond.rate.window().minutes() {
        reset(all, &mut all_counters, minute);
        for (caller, own_counters) in callers.iter().zip(&mut counters) {
            reset(caller.limits, own_counters, minute);
            let room = room(caller.limits, own_counters).min(room(all, &all_counters));
            let calls = room.min(left);
            if calls == 0 {
                continue;
            }
            if bursts.len() == MAX_BURSTS {
                return Vec::new();
            }
            own_counters.iter_mut().chain(&mut all_counters).for_each(|used| *used += calls);
            left -= calls;
            let (tool, arguments) = (caller.tool.clone(), caller.arguments.clone());
            bursts.push(CallBurst { tool, arguments, minute, calls });
            if left == 0 {
                return bursts;
            }
        }
    }
    bursts
}

/// Empties the counters whose window begins in this minute.
fn reset(limits: &[Limit], counters: &mut [u64], minute: u64) {
    for (limit, used) in limits.iter().zip(counters) {
        if minute.is_multiple_of(limit.rate.window().minutes()) {
            *used = 0;
        }
    }
}

/// How many calls all limits still let through.
fn room(limits: &[Limit], counters: &[u64]) -> u64 {
    let rooms =
        limits.iter().zip(counters).map(|(limit, used)| limit.rate.calls().saturating_sub(*used));
    rooms.min().unwrap_or(u64::MAX)
}
