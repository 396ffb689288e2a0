//! Tools that run what their arguments say, more often than anyone can watch.

use std::collections::BTreeSet;

use crate::diagnostic::{Code, Diagnostic};
use crate::lint::group::{self, Group};
use crate::lint::remedy::{self, Remedy};
use crate::lint::{Context, RECOMMENDED_EXECUTE, Rule, approval, control, evidence};
use crate::policy::{Rate, ToolId};
use crate::risk::Class;
use crate::text;

pub(super) const RULE: Rule = Rule { code: Code::UncappedExecute, needs_whole_policy: true, check };

fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let recommended = RECOMMENDED_EXECUTE.min(context.thresholds.execute);
    let is_uncapped =
        |tool| is_uncontrolled(context, tool) && context.policy.caps(tool).next().is_none();
    for group in group::by_grant(context, is_uncapped) {
        let names = text::list(group.names(context), super::SHOWN);
        let finding = found(
            context,
            &group,
            format!(
                "{names} can run any number of times: no cap \
                                                      applies"
            ),
        );
        findings.push(Remedy::Cap(recommended).offer(context, &group, finding));
    }
    let is_loose =
        |tool| is_uncontrolled(context, tool) && context.policy.caps(tool).next().is_some();
    for group in group::by_grant(context, is_loose) {
        let names = text::list(group.names(context), super::SHOWN);
        let most =
            text::count(usize::try_from(context.thresholds.execute).unwrap_or(usize::MAX), "time");
        let message = format!("{names} can run more than {most} a minute");
        let finding = label_caps(context, &group, found(context, &group, message));
        let place = group.rule.span;
        findings.push(remedy::tighten(context, &group.tools(), place, recommended, finding));
    }
}

/// Whether a tool executes and neither a person nor a cap is in its way.
pub(super) fn is_uncontrolled(context: &Context<'_>, tool: ToolId) -> bool {
    context.class(tool) == Class::Execute
        && context.is_known(tool)
        && is_loosely_capped(context, tool)
        && !approval::is_approved(context, tool)
}

/// Whether no cap is strict enough for a tool that executes.
pub(super) fn is_loosely_capped(context: &Context<'_>, tool: ToolId) -> bool {
    let most = Rate::per_minute(context.thresholds.execute);
    control::strictest_cap(context, tool).is_none_or(|cap| cap.rate.is_looser_than(most))
}

fn found(context: &Context<'_>, group: &Group<'_>, message: String) -> Diagnostic {
    let finding = Diagnostic::new(Code::UncappedExecute, group.span(), message)
        .with_tools(group.names(context))
        .with_notes(evidence::reasons(context, &group.tools()));
    approval::explain(context, &group.tools(), finding)
}

/// Shows the caps that are too loose, each once.
fn label_caps(context: &Context<'_>, group: &Group<'_>, mut finding: Diagnostic) -> Diagnostic {
    let caps =
        group.targets.iter().filter_map(|target| control::strictest_cap(context, target.tool));
    let spans: BTreeSet<_> = caps.map(|cap| cap.span).collect();
    for span in spans.into_iter().take(super::SHOWN) {
        finding = finding.with_label(span, "the strictest cap in force");
    }
    finding
}
