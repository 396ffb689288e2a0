//! Tools that move money without anyone's approval.

use crate::diagnostic::{Code, Diagnostic};
use crate::lint::remedy::Remedy;
use crate::lint::{Context, Rule, approval, control, evidence, group};
use crate::policy::ToolId;
use crate::risk::Class;
use crate::text;

pub(super) const RULE: Rule =
    Rule { code: Code::UnapprovedFinancial, needs_whole_policy: true, check };

fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for group in group::by_grant(context, |tool| is_open(context, tool)) {
        let names = group.names(context);
        let list = text::list(&names, super::SHOWN);
        let message = format!("{list} can move money without human approval");
        let mut finding = Diagnostic::new(Code::UnapprovedFinancial, group.span(), message)
            .with_tools(names)
            .with_notes(evidence::reasons(context, &group.tools()));
        let mut caps = group.targets.iter().flat_map(|target| context.policy.caps(target.tool));
        if caps.next().is_some() {
            finding = finding.with_note(
                "a cap alone is not enough: it limits how often money moves, not how much or where",
            );
        }
        let finding = approval::explain(context, &group.tools(), finding);
        findings.push(Remedy::Approve.offer_or_hide(context, &group, finding));
    }
}

fn is_open(context: &Context<'_>, tool: ToolId) -> bool {
    context.class(tool) == Class::Financial
        && context.is_known(tool)
        && !approval::is_approved(context, tool)
        // Where only an argument decides, a rule about it is enough, and its absence is a finding of `mixed-action-tool`.
        && !control::is_critical_by_action(context, tool)
}
