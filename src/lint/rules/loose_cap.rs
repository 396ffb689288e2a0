//! Caps on tools that write which are no caps in practice.

use indexmap::IndexMap;

use crate::diagnostic::{Code, Diagnostic};
use crate::lint::{Context, RECOMMENDED_WRITE, Rule, control, evidence, remedy};
use crate::policy::{Cap, Rate, ToolId};
use crate::risk::Class;
use crate::source::Span;
use crate::text;

pub(super) const RULE: Rule = Rule { code: Code::LooseCap, needs_whole_policy: true, check };

fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let most = context.thresholds.write;
    let mut by_cap: IndexMap<Span, (&Cap, Vec<ToolId>)> = IndexMap::new();
    for tool in context.open_tools() {
        if context.policy.caps(tool).next().is_none() || context.class(tool) != Class::Write {
            continue;
        }
        let cap = control::strictest_cap(context, tool);
        if let Some(cap) = cap
            .filter(|cap| cap.rate.is_looser_than(Rate::per_minute(most)) && context.is_known(tool))
        {
            by_cap.entry(cap.span).or_insert((cap, Vec::new())).1.push(tool);
        }
    }
    let calls = RECOMMENDED_WRITE.min(most);
    for (span, (cap, tools)) in by_cap {
        let names: Vec<&str> = tools.iter().map(|tool| context.name(*tool)).collect();
        let list = text::list(&names, super::SHOWN);
        let message = format!("this cap lets {list} write more than {most} times a minute");
        let finding = Diagnostic::new(Code::LooseCap, span, message)
            .with_tools(names)
            .with_notes(evidence::reasons(context, &tools));
        let first = tools.first().and_then(|tool| control::rule_of_own_cap(context, *tool, cap));
        let place = first.map_or(span, |rule| rule.span);
        findings.push(remedy::tighten(context, &tools, place, calls, finding));
    }
}
