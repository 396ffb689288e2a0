//! Approvals that a call gets past which does as much harm as those that they stop.

use indexmap::IndexMap;

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, Severity};
use crate::lint::approval::{self, Approval, PartialApproval};
use crate::lint::calls::shown_call;
use crate::lint::{Context, Form, Rule, control, evidence, written};
use crate::policy::ToolId;
use crate::policy::logic::Undecided;
use crate::risk::Class;
use crate::source::Span;
use crate::text;

use super::uncapped_execute;

pub(super) const RULE: Rule = Rule { code: Code::PartialApproval, needs_whole_policy: true, check };

fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let mut found: IndexMap<Span, (PartialApproval<'_>, Vec<ToolId>)> = IndexMap::new();
    let mut undecided = None;
    for tool in context.open_tools().filter(|tool| wants_approval(context, *tool)) {
        match &*approval::of(context, tool) {
            Approval::Partial(partial) => {
                let place = partial.guarded.rule.span;
                let (_, tools) =
                    found.entry(place).or_insert_with(|| (partial.clone(), Vec::new()));
                tools.push(tool);
            }
            Approval::Undecided(place, reason) => {
                undecided.get_or_insert((tool, *place, reason.clone()));
            }
            Approval::Absent | Approval::Idle(..) | Approval::Complete => {}
        }
    }
    findings.extend(found.values().map(|(partial, tools)| finding(context, partial, tools)));
    findings
        .extend(undecided.map(|(tool, place, reason)| not_decided(context, tool, place, &reason)));
}

/// Whether a person should approve the calls of a tool, or nothing else holds them back.
fn wants_approval(context: &Context<'_>, tool: ToolId) -> bool {
    let wants = match context.class(tool) {
        Class::Destructive | Class::Financial => true,
        Class::Execute => uncapped_execute::is_loosely_capped(context, tool),
        Class::Read | Class::Write => false,
    };
    wants && context.is_known(tool) && !control::is_critical_by_action(context, tool)
}

fn finding(context: &Context<'_>, partial: &PartialApproval<'_>, tools: &[ToolId]) -> Diagnostic {
    let names: Vec<&str> = tools.iter().map(|tool| context.name(*tool)).collect();
    let call = tools.first().map(|tool| shown_call(context, *tool, &partial.call.arguments));
    let message = format!("{} needs nobody's approval", call.unwrap_or_default());
    let mut finding = Diagnostic::new(Code::PartialApproval, partial.fact.span, message)
        .with_primary(partial.weakness.in_words())
        .with_tools(names.iter().copied())
        .with_notes(evidence::reasons(context, tools));
    if let [_, others @ ..] = names.as_slice()
        && !others.is_empty()
    {
        let others = text::list(others, super::SHOWN);
        finding = finding.with_note(format!("calls of {others} get past it in the same way"));
    }
    let remedy = partial.weakness.remedy();
    if context.form == Form::PolicyJson {
        return finding.with_help("state in `require` which calls need no approval");
    }
    let finding =
        finding.with_help(format!("{remedy}, or remove the condition to have every call approved"));
    let mut finding = finding;
    finding.fixes.extend(without_condition(context, partial, tools));
    finding
}

/// Removes the condition, if all tools of the statement are at fault: then a person approves every call.
fn without_condition(
    context: &Context<'_>,
    partial: &PartialApproval<'_>,
    tools: &[ToolId],
) -> Option<Fix> {
    let rule = partial.guarded.rule;
    let is_at_fault = |target: &crate::policy::Target| tools.contains(&target.tool);
    if !rule.subjects.targets().iter().all(is_at_fault) {
        return None;
    }
    let written = written::guard(context, rule)?;
    let clause = written.clause(context)?;
    let start = clause.word?.start as usize;
    let before = context.sources.text(rule.span.file).get(rule.span.start as usize..start)?;
    let start = rule.span.start as usize + before.trim_end().len();
    let end = clause.condition.end as usize;
    let edits = vec![Edit { span: Span::new(rule.span.file, start, end), text: String::new() }];
    let title = "remove the condition: a person approves every call".to_owned();
    Some(Fix { title, applicability: Applicability::Unsafe, edits })
}

/// A rule that gives up says so once.
fn not_decided(context: &Context<'_>, tool: ToolId, place: Span, reason: &Undecided) -> Diagnostic {
    let name = text::quote(context.name(tool));
    let why = match reason {
        Undecided::Pattern(_) => "a pattern is too large",
        Undecided::Texts | Undecided::Values | Undecided::Numbers | Undecided::Steps => {
            "it takes too long to tell"
        }
    };
    let message = format!("which calls of {name} this `approve` stops is not checked: {why}");
    Diagnostic::new(Code::PartialApproval, place, message)
        .with_severity(Severity::Info)
        .with_tools([context.name(tool)])
        .with_help("write a shorter condition")
}
