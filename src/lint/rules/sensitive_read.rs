//! Tools that read secrets, without anyone's approval and without a rule about which.

use crate::diagnostic::{Code, Diagnostic};
use crate::lint::remedy::{self, Remedy, code, with_fix};
use crate::lint::{Context, Form, Rule, approval, evidence, group};
use crate::policy::{Posture, ToolId};
use crate::risk;
use crate::source::Span;
use crate::text::{self, quote};

pub(super) const RULE: Rule = Rule { code: Code::SensitiveRead, needs_whole_policy: true, check };

fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let is_open = |tool| {
        context.brief(tool).sensitive_read
            && context.is_known(tool)
            && !approval::is_approved(context, tool)
            && !approval::is_limited(context, tool)
    };
    for group in group::by_grant(context, is_open) {
        let finding = found(context, &group.tools(), group.span());
        findings.push(Remedy::Approve.offer_or_hide(context, &group, finding));
    }
    if context.policy.posture == Posture::Allow {
        let unmentioned = |tool: &ToolId| context.policy.rules_of(*tool).next().is_none();
        let tools: Vec<ToolId> =
            context.open_tools().filter(unmentioned).filter(|tool| is_open(*tool)).collect();
        findings.extend(by_default(context, &tools));
    }
}

fn found(context: &Context<'_>, tools: &[ToolId], place: Span) -> Diagnostic {
    let names: Vec<&str> = tools.iter().map(|tool| context.name(*tool)).collect();
    let list = text::list(&names, super::SHOWN);
    let verb = if names.len() == 1 { "reads" } else { "read" };
    let message = format!("{list} {verb} possible secrets without human approval");
    let finding = Diagnostic::new(Code::SensitiveRead, place, message)
        .with_tools(names)
        .with_notes(evidence::each(tools, |tool| reason(context, tool)));
    approval::explain(context, tools, finding)
}

fn reason(context: &Context<'_>, tool: ToolId) -> String {
    let name = context.name(tool);
    if let Some(word) = risk::secret(name) {
        return format!("{} may read secrets: its name says {}", quote(name), quote(word));
    }
    let evidence = &context.assessment(tool).evidence;
    let words = evidence.iter().find_map(|piece| risk::secret(&piece.words));
    let said = words
        .map_or_else(|| "mentions secrets".to_owned(), |word| format!("mentions {}", quote(word)));
    format!("{} may read secrets: its description {said}", quote(name))
}

/// The tools that are open because no rule is about them.
fn by_default(context: &Context<'_>, tools: &[ToolId]) -> Option<Diagnostic> {
    if tools.is_empty() {
        return None;
    }
    let place = context.places.default.unwrap_or(context.places.start);
    let finding = found(context, tools, place);
    if context.form == Form::PolicyJson {
        return Some(finding.with_help("add them to `hide`"));
    }
    let names: Vec<String> = tools.iter().map(|tool| context.written(*tool)).collect();
    let names = names.join(", ");
    let statement = Remedy::Approve.statement(&names);
    let them = if tools.len() == 1 { "it" } else { "them" };
    let help = format!("add {}, or {}", code(&statement), remedy::hide(&names, them));
    Some(with_fix(finding.with_help(help), remedy::add(context, place, &statement)))
}
