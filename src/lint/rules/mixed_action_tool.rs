//! Tools of which one argument decides whether they read or destroy.

use std::cell::LazyCell;

use crate::diagnostic::{Code, Diagnostic};
use crate::lint::control::{self, Tested};
use crate::lint::group::{self, Group};
use crate::lint::remedy::Remedy;
use crate::lint::{Context, Rule, approval};
use crate::policy::{ToolId, write_string};
use crate::risk::{Class, MixedAction};
use crate::text::{self, quote};

pub(super) const RULE: Rule = Rule { code: Code::MixedActionTool, needs_whole_policy: true, check };

/// How many values a message or note lists.
const VALUES: usize = 8;

fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let tested = LazyCell::new(|| Tested::new(context));
    let is_open = |tool| untested(context, &tested, tool).is_some();
    for group in group::by_grant(context, is_open) {
        for target in &group.targets {
            if let Some(action) = untested(context, &tested, target.tool) {
                let own = Group { rule: group.rule, targets: vec![*target] };
                findings.push(found(context, &own, target.tool, action));
            }
        }
    }
}

/// The first parameter that chooses between reading and destroying and that no guard tests. None where another rule asks for
/// approval of every call, because more than this parameter speaks for danger.
fn untested<'s, 'c>(
    context: &'s Context<'c>,
    tested: &LazyCell<Tested<'s, 'c>, impl FnOnce() -> Tested<'s, 'c>>,
    tool: ToolId,
) -> Option<&'s MixedAction> {
    let assessment = context.declared_assessment(tool)?;
    let mut actions = assessment.mixed_actions.iter();
    let action = actions.find(|action| !tested.has_key(tool, &action.parameter))?;
    let asked_elsewhere = assessment.class >= Class::Destructive
        && !control::is_critical_by_action(context, tool)
        && !approval::is_approved(context, tool);
    (!asked_elsewhere).then_some(action)
}

fn found(
    context: &Context<'_>,
    group: &Group<'_>,
    tool: ToolId,
    action: &MixedAction,
) -> Diagnostic {
    let name = quote(context.name(tool));
    let message = format!(
        "{} of {name} may be {}, and no rule tests it",
        quote(&action.parameter),
        text::choice(&action.destructive, VALUES),
    );
    let reading = text::list(&action.reading, VALUES);
    let finding = Diagnostic::new(Code::MixedActionTool, group.span(), message)
        .with_tools([context.name(tool)])
        .with_note(format!("the argument decides what {name} does: with {reading} it only reads"));
    match condition(context, tool, action) {
        Some(condition) => Remedy::Require(condition).offer(context, group, finding),
        None => Remedy::Approve.offer(context, group, finding),
    }
}

/// What keeps the tool to reading; none for an argument that no condition reaches.
fn condition(context: &Context<'_>, tool: ToolId, action: &MixedAction) -> Option<String> {
    let path = control::text_argument(context, tool, &action.parameter)?;
    let mut values = String::new();
    for value in &action.reading {
        values.push_str(if values.is_empty() { "" } else { ", " });
        write_string(value, &mut values);
    }
    Some(format!("{path} in [{values}]"))
}
