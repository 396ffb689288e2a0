//! Tools that destroy without anyone's approval.

use crate::diagnostic::{Code, Diagnostic};
use crate::lint::remedy::Remedy;
use crate::lint::{Context, Rule, approval, control, evidence, group};
use crate::risk::Class;
use crate::text;

pub(super) const RULE: Rule =
    Rule { code: Code::UnguardedDestructive, needs_whole_policy: true, check };

fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let is_open = |tool| {
        context.class(tool) == Class::Destructive
            && context.is_known(tool)
            && !approval::is_approved(context, tool)
            // Where only an argument decides, a rule about it is enough, and its absence is a finding of `mixed-action-tool`.
            && !control::is_critical_by_action(context, tool)
    };
    for group in group::by_grant(context, is_open) {
        let names = group.names(context);
        let list = text::list(&names, super::SHOWN);
        let message = format!("{list} can destroy data without human approval");
        let finding = Diagnostic::new(Code::UnguardedDestructive, group.span(), message)
            .with_tools(names)
            .with_notes(evidence::reasons(context, &group.tools()));
        let finding = approval::explain(context, &group.tools(), finding);
        findings.push(Remedy::Approve.offer_or_hide(context, &group, finding));
    }
}
