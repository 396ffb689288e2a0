//! Compares how many of the calls that both documents allow get through in a window.

use std::collections::{BTreeSet, HashMap};

use super::calls::CallComparison;
use super::view::{DocumentView, Tightest, ToolState, tightest};
use super::{CallBurst, DiffSubject, Excess};
use crate::policy::logic::Undecided;
use crate::policy::semantics::Corner;
use crate::policy::{Literal, Window};
use crate::policy_json::Limit;

/// The most entries of a sequence of calls.
const MAX_BURSTS: usize = 100_000;

/// A tool whose calls use up a limit, and calls of it that both documents allow.
struct Caller<'d> {
    tool: Option<String>,
    arguments: Literal,
    /// Its limits under the lenient document, and under the strict one.
    lenient: Tightest<'d>,
    strict: Tightest<'d>,
}

/// How the caps of the lenient document let more through.
pub(super) fn excess<'d>(
    strict: &DocumentView<'d>,
    lenient: &DocumentView<'d>,
    subject: &DiffSubject,
    calls: &mut CallComparison<'d>,
) -> Excess {
    for limit in tightest(own_limits(strict, subject)) {
        let callers = match callers_beyond(strict, lenient, subject, limit, calls) {
            Ok(None) => continue,
            Ok(Some(callers)) => callers,
            Err(reason) => return Excess::Undecided(reason),
        };
        return Excess::Sequence(sequence(&callers, (&lenient.all, &strict.all), limit));
    }
    if loses_shared_counter(strict, lenient, subject) {
        return Excess::Corner(Corner::SharedCounter);
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
    let mut limits = tightest(own_limits(strict, subject)).into_iter();
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
fn counted<'s, 'd: 's>(
    strict: &DocumentView<'d>,
    lenient: &DocumentView<'d>,
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
    if most(&lenient.all, limit).is_some_and(|most| most <= limit.rate.calls()) {
        return Ok(None);
    }
    let mut callers: Vec<Caller<'d>> = Vec::new();
    let mut sum: u64 = 0;
    for tool in counted(strict, lenient, subject) {
        let state =
            |view: &DocumentView<'d>| tool.map_or_else(|| view.others(), |name| view.tool(name));
        let limits = tightest(state(lenient).limits());
        let own = most(&limits, limit);
        if subject != &DiffSubject::AllCalls && own.is_some_and(|own| own <= limit.rate.calls()) {
            return Ok(None);
        }
        let Some(arguments) = calls.allowed_by_both(state(strict), state(lenient))? else {
            continue;
        };
        let (tool, strict) = (tool.map(str::to_owned), tightest(state(strict).limits()));
        callers.push(Caller { tool, arguments, lenient: limits, strict });
        sum = sum.saturating_add(own.unwrap_or(u64::MAX));
        if sum > limit.rate.calls() {
            return Ok(Some(callers));
        }
    }
    Ok(None)
}

/// The most calls that some limits let through in one window of another limit.
fn most(limits: &[&Limit], within: &Limit) -> Option<u64> {
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
    let kept: HashMap<&str, &Limit> =
        rule.limits.iter().map(|limit| (limit.counter.as_str(), limit)).collect();
    let is_kept = |limit: &&Limit| {
        let same = kept.get(limit.counter.as_str());
        same.is_some_and(|same| same.rate.most_in(limit.rate.window()) <= limit.rate.calls())
    };
    let blocks = rule.deny_if.iter().any(|predicate| predicate.conditions.is_empty());
    let shared = |limit: &&Limit| strict.is_shared(limit);
    !blocks && !strict.tool(name).limits().iter().filter(shared).all(|limit| is_kept(&limit))
}

/// Calls that get through under the lenient limits, as soon as each may, until there is one that the strict limits stop. Empty
/// if there are too many to list.
fn sequence(callers: &[Caller<'_>], all: (&[&Limit], &[&Limit]), beyond: &Limit) -> Vec<CallBurst> {
    let mut bursts = Vec::new();
    let mut lenient = Clock::new(callers.iter().map(|caller| &*caller.lenient), all.0);
    let mut strict = Clock::new(callers.iter().map(|caller| &*caller.strict), all.1);
    let end = beyond.rate.window().minutes();
    for minute in 0..end {
        lenient.begin(minute);
        strict.begin(minute);
        for number in lenient.order(minute, end) {
            let calls = lenient.room(number).min(strict.room(number).saturating_add(1));
            let Some(caller) = callers.get(number).filter(|_| calls > 0) else { continue };
            if bursts.len() == MAX_BURSTS {
                return Vec::new();
            }
            let (tool, arguments) = (caller.tool.clone(), caller.arguments.clone());
            bursts.push(CallBurst { tool, arguments, minute, calls });
            if calls > strict.room(number) {
                return bursts;
            }
            lenient.count(number, calls);
            strict.count(number, calls);
        }
    }
    Vec::new()
}

/// Limits with what is left of them.
struct Quota<'d> {
    limit: &'d Limit,
    left: u64,
}

/// The limits of some callers, and of all calls, as time passes.
struct Clock<'d> {
    callers: Vec<Vec<Quota<'d>>>,
    all: Vec<Quota<'d>>,
}

impl<'d> Clock<'d> {
    fn new<'c>(callers: impl Iterator<Item = &'c [&'d Limit]>, all: &[&'d Limit]) -> Self
    where
        'd: 'c,
    {
        let quotas = |limits: &[&'d Limit]| -> Vec<Quota<'d>> {
            limits.iter().map(|limit| Quota { limit, left: limit.rate.calls() }).collect()
        };
        Self { callers: callers.map(quotas).collect(), all: quotas(all) }
    }

    /// Fills up the limits whose window begins in this minute.
    fn begin(&mut self, minute: u64) {
        for quota in self.callers.iter_mut().flatten().chain(&mut self.all) {
            if minute.is_multiple_of(quota.limit.rate.window().minutes()) {
                quota.left = quota.limit.rate.calls();
            }
        }
    }

    /// The callers in the order in which they call in a minute. Those come first that lose most of what they may still call before
    /// the end if they do not: limits over all calls may leave no room for all of them.
    fn order(&self, minute: u64, end: u64) -> Vec<usize> {
        let is_open = |caller: &usize| self.room(*caller) > 0;
        let mut order: Vec<usize> = (0..self.callers.len()).filter(is_open).collect();
        if !self.all.is_empty() && order.len() > 1 {
            let loss = |number: &usize| {
                let quotas = self.callers.get(*number).map_or(&[][..], Vec::as_slice);
                most_before(quotas, minute, end) - most_before(quotas, minute + 1, end)
            };
            order.sort_by_cached_key(|number| std::cmp::Reverse(loss(number)));
        }
        order
    }

    /// How many calls of a caller all limits still let through.
    fn room(&self, caller: usize) -> u64 {
        let own = self.callers.get(caller).into_iter().flatten();
        own.chain(&self.all).map(|quota| quota.left).min().unwrap_or(u64::MAX)
    }

    fn count(&mut self, caller: usize, calls: u64) {
        let own = self.callers.get_mut(caller).into_iter().flatten();
        own.chain(&mut self.all).for_each(|quota| quota.left = quota.left.saturating_sub(calls));
    }
}

/// The most calls that some limits let through from the beginning of a minute to the end of a window.
fn most_before(quotas: &[Quota<'_>], minute: u64, end: u64) -> u64 {
    let left = |window: Window| {
        let own = quotas.iter().filter(|quota| quota.limit.rate.window() == window);
        let is_fresh = minute.is_multiple_of(window.minutes());
        let left = own.map(|quota| if is_fresh { quota.limit.rate.calls() } else { quota.left });
        left.min().unwrap_or(u64::MAX)
    };
    let whole = |window: Window| {
        let own = quotas.iter().filter(|quota| quota.limit.rate.window() <= window);
        own.map(|quota| quota.limit.rate.most_in(window)).min().unwrap_or(u64::MAX)
    };
    let hour_end = (minute / 60 + 1).saturating_mul(60).min(end.max(minute));
    let this_hour = whole(Window::Minute).saturating_mul(hour_end - minute).min(left(Window::Hour));
    let later_hours = whole(Window::Hour).saturating_mul(end.saturating_sub(hour_end) / 60);
    this_hour.saturating_add(later_hours).min(left(Window::Day))
}
