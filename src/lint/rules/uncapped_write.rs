//! Tools that write, as often as the agent likes.

use crate::diagnostic::{Code, Diagnostic};
use crate::lint::remedy::Remedy;
use crate::lint::{Context, RECOMMENDED_WRITE, Rule, evidence, group};
use crate::risk::Class;
use crate::text;

pub(super) const RULE: Rule = Rule { code: Code::UncappedWrite, needs_whole_policy: true, check };

fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let is_open = |tool| {
        context.class(tool) == Class::Write
            && context.is_known(tool)
            && context.policy.caps(tool).next().is_none()
    };
    for group in group::by_grant(context, is_open) {
        let names = group.names(context);
        let message = format!(
            "{} can write any number of times: no cap applies",
            text::list(&names, super::SHOWN)
        );
        let finding = Diagnostic::new(Code::UncappedWrite, group.span(), message)
            .with_tools(names)
            .with_notes(evidence::reasons(context, &group.tools()));
        let calls = RECOMMENDED_WRITE.min(context.thresholds.write);
        findings.push(Remedy::Cap(calls).offer(context, &group, finding));
    }
}
