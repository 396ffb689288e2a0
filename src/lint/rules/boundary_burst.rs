//! What a fixed window lets through around its edge, where a call cannot be taken back.

use indexmap::IndexMap;

use crate::diagnostic::{Code, Diagnostic};
use crate::lint::{Context, Rule, edits};
use crate::policy::{Cap, Rate, ToolId, Window};
use crate::risk::Risk;
use crate::source::Span;
use crate::text;

pub(super) const RULE: Rule = Rule { code: Code::BoundaryBurst, needs_whole_policy: true, check };

fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let mut bursts: IndexMap<Span, (&Cap, Vec<ToolId>)> = IndexMap::new();
    let of_all = lowest(NO_CAPS, &context.policy.all_caps);
    for tool in context.open_tools() {
        let caps = context.policy.tools.get(tool).map_or(&[][..], |tool| &tool.caps);
        let lowest = lowest(of_all, caps);
        let bursting = |cap: &&Cap| is_burst(cap, &lowest);
        for cap in caps.iter().filter(bursting).filter(|_| is_critical(context, tool)) {
            bursts.entry(cap.span).or_insert_with(|| (cap, Vec::new())).1.push(tool);
        }
    }
    findings.extend(bursts.values().map(|(cap, tools)| finding(context, cap, tools)));
}

fn is_critical(context: &Context<'_>, tool: ToolId) -> bool {
    context.is_known(tool) && context.class(tool).risk() == Risk::Critical
}

/// For each window the lowest number of calls.
type Lowest = [Option<u64>; Window::ALL.len()];

const NO_CAPS: Lowest = [None; Window::ALL.len()];

/// The lowest of those found before and of some more caps.
fn lowest(mut lowest: Lowest, caps: &[Cap]) -> Lowest {
    for cap in caps {
        if let Some(lowest) = lowest.get_mut(cap.rate.window() as usize) {
            *lowest = Some(lowest.map_or(cap.rate.calls(), |other| other.min(cap.rate.calls())));
        }
    }
    lowest
}

/// Whether more calls than a cap says get through around the edge of its window, and a stricter cap could hold them back: one on a
/// shorter window lets twice its own number through there. No window is shorter than a minute, and a cap of one call has no half.
fn is_burst(cap: &Cap, lowest: &Lowest) -> bool {
    let mut shorter = lowest.iter().take(cap.rate.window() as usize).flatten();
    cap.rate.window() > Window::Minute
        && cap.rate.calls() > 1
        && !shorter.any(|calls| calls.saturating_mul(2) <= cap.rate.calls())
}

fn finding(context: &Context<'_>, cap: &Cap, tools: &[ToolId]) -> Diagnostic {
    let names: Vec<&str> = tools.iter().map(|tool| context.name(*tool)).collect();
    let (max, window) = (cap.rate.calls(), cap.rate.window().name());
    let message = format!(
        "when one {window} ends and the next begins, {} calls to {} can get through at once",
        max.saturating_mul(2),
        text::list(&names, super::SHOWN),
    );
    let half = max / 2;
    let mut finding = Diagnostic::new(Code::BoundaryBurst, cap.span, message)
        .with_tools(names)
        .with_note(format!(
            "windows are fixed and follow the calendar in UTC: {max} calls can come in the last \
             minute of one {window}, and {max} in the first minute of the next"
        ))
        .with_help(format!("add a cap on a shorter window, such as {half} a minute"));
    finding.fixes.extend(edits::add_rate(context, cap.span, Rate::per_minute(half)));
    finding
}
