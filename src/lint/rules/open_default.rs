//! Tools that are open because nothing is said about them.

use crate::diagnostic::{Code, Diagnostic};
use crate::lint::remedy::{self, Remedy, code, with_fix};
use crate::lint::{Context, Form, RECOMMENDED_EXECUTE, RECOMMENDED_WRITE, Rule, evidence, fixes};
use crate::policy::{Access, Posture, ToolId};
use crate::risk::Class;
use crate::text;

pub(super) const RULE: Rule = Rule { code: Code::OpenDefault, needs_whole_policy: true, check };

fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    if context.policy.posture != Posture::Allow {
        return;
    }
    let mut tools: Vec<ToolId> =
        context.open_tools().filter(|tool| is_left_open(context, *tool)).collect();
    if tools.is_empty() {
        return;
    }
    tools.sort_by_key(|tool| std::cmp::Reverse(context.class(*tool)));
    let names: Vec<&str> = tools.iter().map(|tool| context.name(*tool)).collect();
    let list = text::list(&names, super::SHOWN);
    let them = if names.len() == 1 { "it" } else { "them" };
    let message = format!("`default allow` leaves {list} open: no rule covers {them}");
    let place = context.places.default.unwrap_or(context.places.start);
    let finding = Diagnostic::new(Code::OpenDefault, place, message)
        .with_tools(names)
        .with_notes(evidence::reasons(context, &tools));
    findings.push(offer(context, &tools, finding));
}

/// Whether a tool is risky, no rule is about it, and no cap over all calls is enough for its class.
fn is_left_open(context: &Context<'_>, tool: ToolId) -> bool {
    let controlled = match context.class(tool) {
        Class::Read => true,
        Class::Write => !context.policy.all_caps.is_empty(),
        Class::Execute => !super::uncapped_execute::is_uncontrolled(context, tool),
        Class::Destructive | Class::Financial => false,
    };
    !controlled && context.is_known(tool) && context.policy.rules_of(tool).next().is_none()
}

/// What a starter policy says about each class, the least severe first.
fn offer(context: &Context<'_>, tools: &[ToolId], finding: Diagnostic) -> Diagnostic {
    if context.form == Form::PolicyJson {
        return finding.with_help(
            "write `\"default\": \"deny\"`, or add an entry for each of them under `tools` or in \
             `hide`",
        );
    }
    let mut statements: Vec<String> = Vec::new();
    for class in Class::ALL {
        let is_own = |tool: &ToolId| context.class(*tool) == class && context.is_nameable(*tool);
        let own: Vec<ToolId> = tools.iter().copied().filter(is_own).collect();
        if own.is_empty() {
            continue;
        }
        // On a closed tool a cap does nothing; on an open one that has rules it may be unwelcome.
        let is_closed = |tool: ToolId| context.access(tool) != Access::Open;
        let selectors = fixes::shortest(context, &own, fixes::MAX_EXCEPT, &is_closed);
        statements.push(starter(context, class, &selectors));
    }
    if statements.is_empty() {
        return finding.with_help("write `default deny` and allow the tools you need");
    }
    let shown: Vec<String> = statements.iter().map(|statement| code(statement)).collect();
    let help =
        format!("add {}; or write `default deny` and allow the tools you need", shown.join(", "));
    let place = context.places.default.unwrap_or(context.places.start);
    let fix = remedy::add(context, place, &statements.join("\n")).map(|mut fix| {
        fix.title = format!("add {}", text::count(statements.len(), "rule"));
        fix
    });
    with_fix(finding.with_help(help), fix)
}

fn starter(context: &Context<'_>, class: Class, selectors: &str) -> String {
    let cap = |recommended: u64, most: u64| Remedy::Cap(recommended.min(most)).statement(selectors);
    match class {
        Class::Read | Class::Write => cap(RECOMMENDED_WRITE, context.thresholds.write),
        Class::Execute => cap(RECOMMENDED_EXECUTE, context.thresholds.execute),
        Class::Destructive => format!("hide {selectors}"),
        Class::Financial => Remedy::Approve.statement(selectors),
    }
}
