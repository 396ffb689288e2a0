//! Guards that do not say why.

use crate::diagnostic::{Code, Diagnostic};
use crate::lint::{Context, Form, Rule, statement};
use crate::policy::{self, Access, Action, Blocks, Guard, Purpose, wording};
use crate::text::quote;

pub(super) const RULE: Rule = Rule { code: Code::MissingReason, needs_whole_policy: false, check };

fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for rule in &context.policy.rules {
        if let Action::Guard(guard) = &rule.action
            && guard.because.is_none()
            && is_read(context, rule, guard)
        {
            findings.push(finding(context, rule, guard));
        }
    }
}

/// Whether an agent can get to read what is written in place of a reason, and misses one there. That every call needs a person is
/// said well enough without one.
fn is_read(context: &Context<'_>, rule: &policy::Rule, guard: &Guard) -> bool {
    let always = matches!(guard.blocks, Blocks::Always);
    if always && guard.purpose == Purpose::Approve {
        return false;
    }
    rule.subjects.targets().iter().any(|target| match context.access(target.tool) {
        Access::Hidden => false,
        Access::NotGranted => always,
        Access::Denied | Access::Approved | Access::Open => true,
    })
}

fn finding(context: &Context<'_>, rule: &policy::Rule, guard: &Guard) -> Diagnostic {
    let word = statement::word(context, rule);
    let place = statement::first_word(context, rule.span);
    let names = rule.subjects.targets().iter().map(|target| context.name(target.tool));
    let (reads, help) = match context.form {
        Form::Gate => {
            let text = match (&guard.blocks, guard.purpose) {
                (_, Purpose::Approve) => wording::APPROVAL.to_owned(),
                (Blocks::Always, _) => wording::DENIED.to_owned(),
                (Blocks::When(_), _) => wording::denied_when(&guard.wording),
                (Blocks::Unless(_), _) => wording::denied_unless(&guard.wording),
            };
            (format!("the agent reads only {}", quote(&text)), "add `because \"…\"`")
        }
        Form::PolicyJson => ("the agent cannot read why".to_owned(), "write it in `on_deny`"),
    };
    Diagnostic::new(Code::MissingReason, place, format!("this {word} has no reason: {reads}"))
        .with_tools(names)
        .with_help(format!("say what the agent should do instead: {help}"))
}
