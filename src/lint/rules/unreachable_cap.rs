//! Caps that others make needless: what those let through never reaches them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use indexmap::IndexMap;

use crate::diagnostic::{Code, Diagnostic};
use crate::lint::{Context, Form, Rule, edits, statement};
use crate::policy::{Access, Cap, ToolId, Window};
use crate::source::Span;
use crate::text;

pub(super) const RULE: Rule = Rule { code: Code::UnreachableCap, needs_whole_policy: true, check };

/// How many of the stricter caps are shown.
const SHOWN_STRICTER: usize = 3;

fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let policy = context.policy;
    let all = Lowest::of(&policy.all_caps, true);
    if policy.all_caps.is_empty() && policy.tools.iter().all(|(_, tool)| tool.caps.len() < 2) {
        return;
    }
    let mut found: IndexMap<Span, StricterCap<'_>> = IndexMap::new();
    for cap in &policy.all_caps {
        let stricter = all.stricter(cap);
        found.entry(cap.span).or_insert_with(|| StricterCap::new(cap)).add(None, stricter);
    }
    for (id, tool) in policy.tools.iter() {
        // What happens to caps of other tools is not for this rule to say.
        if !matches!(context.access(id), Access::Open | Access::Approved) {
            continue;
        }
        let own = Lowest::of(&tool.caps, false);
        for cap in &tool.caps {
            let others = [own.stricter(cap), all.stricter(cap)];
            let stricter = others.into_iter().flatten().min_by_key(|stricter| stricter.calls);
            found.entry(cap.span).or_insert_with(|| StricterCap::new(cap)).add(Some(id), stricter);
        }
    }
    found.retain(|_, found| !found.can_be_reached);
    if found.is_empty() || !policy.has_bounded_counters() {
        return;
    }
    let shared = Shared::of(context);
    for found in found.into_values().filter(|found| !shared.has(context, found)) {
        let others: Vec<Span> = found.stricter.iter().map(|stricter| stricter.cap.span).collect();
        if statement::may_blame(context, found.cap.span, &others) {
            findings.push(finding(context, &found));
        }
    }
}

/// For each window the lowest of some caps, those of one tool or those over all calls together.
struct Lowest<'c> {
    caps: [Option<&'c Cap>; Window::ALL.len()],
    over_all: bool,
}

impl<'c> Lowest<'c> {
    fn of(caps: &'c [Cap], over_all: bool) -> Self {
        let mut lowest = [None; Window::ALL.len()];
        for cap in caps {
            if let Some(place) = lowest.get_mut(cap.rate.window() as usize) {
                let other: &mut Option<&Cap> = place;
                if other.is_none_or(|other| cap.rate.calls() < other.rate.calls()) {
                    *other = Some(cap);
                }
            }
        }
        Self { caps: lowest, over_all }
    }

    /// The cap that lets the fewest calls through in the window of another. Windows begin with the calendar's, so that a
    /// longer one holds a whole number of shorter ones, and its cap bounds each of them. Of equal caps the first counts.
    fn stricter(&self, other: &Cap) -> Option<Stricter<'c>> {
        let caps = self.caps.iter().flatten().copied().filter(|cap| cap.span != other.span);
        let stricter = caps.map(|cap| Stricter {
            cap,
            over_all: self.over_all,
            calls: cap.rate.most_in(other.rate.window()),
        });
        stricter.min_by_key(|stricter| stricter.calls)
    }
}

/// A cap, and how many calls it lets through in the window of another.
#[derive(Clone, Copy)]
struct Stricter<'c> {
    cap: &'c Cap,
    over_all: bool,
    calls: u64,
}

/// A cap with the tools on which it is in force.
struct StricterCap<'c> {
    cap: &'c Cap,
    tools: Vec<ToolId>,
    /// What keeps the calls below it, the loosest first.
    stricter: Vec<Stricter<'c>>,
    can_be_reached: bool,
}

impl<'c> StricterCap<'c> {
    fn new(cap: &'c Cap) -> Self {
        Self { cap, tools: Vec::new(), stricter: Vec::new(), can_be_reached: false }
    }

    /// A cap that means something for one of its tools is no mistake.
    fn add(&mut self, tool: Option<ToolId>, stricter: Option<Stricter<'c>>) {
        let Some(stricter) = stricter.filter(|stricter| self.cap.rate.calls() >= stricter.calls)
        else {
            self.can_be_reached = true;
            return;
        };
        self.tools.extend(tool);
        match self.stricter.first() {
            Some(first) if first.cap.span == stricter.cap.span => {}
            Some(first) if first.calls < stricter.calls => self.stricter.insert(0, stricter),
            _ if self.stricter.len() < SHOWN_STRICTER => self.stricter.push(stricter),
            _ => {}
        }
        self.stricter.truncate(SHOWN_STRICTER);
    }
}

/// The counters under which the calls of several tools add up.
struct Shared(HashMap<String, (Option<ToolId>, bool)>);

impl Shared {
    fn of(context: &Context<'_>) -> Self {
        let policy = context.policy;
        let own = policy.tools.iter().flat_map(|(id, tool)| {
            tool.caps.iter().map(move |cap| {
                (Some(id), cap.counter.name(Some(context.name(id)), cap.rate.window()))
            })
        });
        let all =
            policy.all_caps.iter().map(|cap| (None, cap.counter.name(None, cap.rate.window())));
        let mut shared = HashMap::new();
        for (owner, counter) in own.chain(all) {
            match shared.entry(counter) {
                Entry::Vacant(entry) => {
                    entry.insert((owner, false));
                }
                Entry::Occupied(mut entry) => {
                    let (first, shared) = entry.get_mut();
                    *shared |= *first != owner;
                }
            }
        }
        Self(shared)
    }

    /// Whether calls that other caps let through add up under the counter of a cap.
    fn has(&self, context: &Context<'_>, found: &StricterCap<'_>) -> bool {
        let (counter, window) = (&found.cap.counter, found.cap.rate.window());
        let is_shared = |name: Option<&str>| {
            self.0.get(&counter.name(name, window)).is_some_and(|(_, shared)| *shared)
        };
        match found.tools.as_slice() {
            [] => is_shared(None),
            tools => tools.iter().any(|tool| is_shared(Some(context.name(*tool)))),
        }
    }
}

fn finding(context: &Context<'_>, found: &StricterCap<'_>) -> Diagnostic {
    let names: Vec<&str> = found.tools.iter().map(|tool| context.name(*tool)).collect();
    let calls = match names.as_slice() {
        [] => "a call".to_owned(),
        names => format!("a call to {}", text::list(names, super::SHOWN)),
    };
    let mut message = format!("this cap never stops {calls}");
    if let Some(loosest) = found.stricter.first() {
        message.push_str(&format!(
            ": {} already allows at most {} {}",
            written(context, loosest.cap, loosest.over_all),
            loosest.calls,
            found.cap.rate.window().with_article(),
        ));
    }
    let mut finding = Diagnostic::new(Code::UnreachableCap, found.cap.span, message)
        .with_tools(names)
        .with_help("remove it, or lower it");
    for stricter in &found.stricter {
        finding = finding.with_label(stricter.cap.span, "stricter");
    }
    let title = format!("remove {}", written(context, found.cap, false));
    finding.fixes.extend(edits::remove_rate(context, found.cap.span, &title));
    finding
}

/// A cap in the words of the file.
fn written(context: &Context<'_>, cap: &Cap, over_all: bool) -> String {
    let (rate, max, window) = (cap.rate, cap.rate.calls(), cap.rate.window().with_article());
    match (context.form, over_all) {
        (Form::Gate, false) => format!("`{rate}`"),
        (Form::Gate, true) => format!("`rate all {rate}`"),
        (Form::PolicyJson, false) => format!("{max} {window}"),
        (Form::PolicyJson, true) => format!("{max} {window} for all calls"),
    }
}
