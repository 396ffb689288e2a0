//! Tools of the manifest that no statement mentions.

use crate::diagnostic::{Code, Diagnostic};
use crate::lint::{Context, Form, Rule, statement};
use crate::policy::{Hidden, Posture, ToolId};
use crate::risk::Risk;
use crate::text;

pub(super) const RULE: Rule = Rule { code: Code::UnlistedTool, needs_whole_policy: true, check };

/// How many of the tools a note names.
const LISTED: usize = 60;

fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    if context.policy.hidden.contains(&Hidden::All) || statement::is_part(context) {
        return;
    }
    let count = context.manifest.map_or(0, |manifest| manifest.tools().len());
    let tools = (0u32..).map(ToolId).take(count);
    let names: Vec<&str> =
        tools.filter(|tool| is_unlisted(context, *tool)).map(|tool| context.name(tool)).collect();
    if !names.is_empty() {
        findings.push(finding(context, names));
    }
}

/// Whether nothing speaks of a tool: no rule, no `except`, no `classify`. Under `default allow` that leaves a dangerous tool open,
/// which `open-default` reports. Of a tool that cannot be named nothing can speak.
fn is_unlisted(context: &Context<'_>, id: ToolId) -> bool {
    let Some(tool) = context.policy.tools.get(id).filter(|_| context.is_nameable(id)) else {
        return false;
    };
    let is_mentioned = !tool.mentions.is_empty() || tool.standing.hidden || tool.standing.excepted;
    let is_reported = || {
        context.policy.posture == Posture::Allow
            && context.is_known(id)
            && context.class(id).risk() > Risk::Low
    };
    !is_mentioned && !context.is_classified(id) && !is_reported()
}

fn finding(context: &Context<'_>, names: Vec<&str>) -> Diagnostic {
    let places = &context.places;
    let place = places.manifest.or(places.default).unwrap_or(places.start);
    let subject = match context.form {
        Form::Gate => "no statement mentions",
        Form::PolicyJson => "this policy does not mention",
    };
    let decided = match (context.policy.posture, names.len()) {
        (Posture::Deny, 1) => "`default deny` blocks it",
        (Posture::Deny, _) => "`default deny` blocks them",
        (Posture::Allow, 1) => "`default allow` leaves it open",
        (Posture::Allow, _) => "`default allow` leaves them open",
    };
    let listed = text::list(&names, super::SHOWN);
    let mut finding =
        Diagnostic::new(Code::UnlistedTool, place, format!("{subject} {listed}: {decided}"));
    if names.len() > super::SHOWN {
        finding = finding.with_note(format!("the tools are {}", text::list(&names, LISTED)));
    }
    let help = match context.form {
        Form::Gate => {
            "to block a tool on purpose, name it in a `deny` or `hide`, or cover it with a glob"
        }
        Form::PolicyJson => "add the tools to block to `hide`, and the rest to `tools`",
    };
    finding.with_tools(names).with_help(help)
}
