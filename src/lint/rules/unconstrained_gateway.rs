//! Tools that take any request, query or command, with no rule about which.

use std::cell::LazyCell;

use crate::diagnostic::{Code, Diagnostic};
use crate::lint::calls::shown_call;
use crate::lint::control::{self, Tested};
use crate::lint::guards::{self, Guarded};
use crate::lint::remedy::{Remedy, code};
use crate::lint::{Context, Rule, approval, evidence, free_text, group};
use crate::manifest::{Lookup, Tool, TypeSet};
use crate::policy::{Operator, Path, ToolId, write_string};
use crate::risk::Class;
use crate::text::{self, quote};

pub(super) const RULE: Rule =
    Rule { code: Code::UnconstrainedGateway, needs_whole_policy: true, check };

fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let tested = LazyCell::new(|| Tested::new(context));
    let is_open = |tool| gateway(context, tool).is_some() && !is_bounded(context, &tested, tool);
    for group in group::by_grant(context, is_open) {
        let names = group.names(context);
        let list = text::list(&names, super::SHOWN);
        let verb = if names.len() == 1 { "does" } else { "do" };
        let tools = group.tools();
        let has_guards = |tool: &ToolId| context.policy.guards(*tool).next().is_some();
        let rules = if tools.iter().any(has_guards) { "bounds" } else { "tests" };
        let message = format!("{list} {verb} whatever the arguments say, and no rule {rules} them");
        let finding = Diagnostic::new(Code::UnconstrainedGateway, group.span(), message)
            .with_tools(names)
            .with_notes(evidence::each(&tools, |tool| taken(context, tool)));
        let finding = tools.iter().fold(finding, |finding, tool| explain(context, *tool, finding));
        let mut finding = Remedy::Approve.offer(context, &group, finding);
        let example = tools.iter().find_map(|tool| example(context, *tool));
        if let (Some(example), Some(help)) = (example, &mut finding.help) {
            help.push_str(&format!(", or test the argument, for example {}", code(&example)));
        }
        findings.push(finding);
    }
}

/// Whether a person approves the calls that matter, or the guards bound the text that the tool obeys. Where no condition reaches that
/// text, or the argument is a choice, any guard that stops a call counts.
fn is_bounded<'s, 'c>(
    context: &'s Context<'c>,
    tested: &LazyCell<Tested<'s, 'c>, impl FnOnce() -> Tested<'s, 'c>>,
    tool: ToolId,
) -> bool {
    if !tested.has_any(tool) {
        return false;
    }
    // What a critical tool does to its user is for the rules about approval to judge.
    if context.class(tool) >= Class::Destructive && approval::is_approved(context, tool) {
        return true;
    }
    match text_path(context, tool) {
        Some(path) => free_text::unbounded(context, tool, &path).is_none(),
        None => approval::is_limited(context, tool),
    }
}

/// The path of the text that a tool obeys, if it may be any text and a condition reaches it.
fn text_path(context: &Context<'_>, tool: ToolId) -> Option<Path> {
    let path = control::text_path(context, tool, gateway(context, tool)?)?;
    match context.declaration(tool)?.argument(&path) {
        Lookup::Found(shape) if shape.unlimited.meets(TypeSet::STRING) => Some(path),
        _ => None,
    }
}

/// The finding with what each guard tests instead of bounding the text, and a call that gets through.
fn explain(context: &Context<'_>, tool: ToolId, mut finding: Diagnostic) -> Diagnostic {
    let Some(path) = text_path(context, tool) else {
        return finding;
    };
    let shown = quote(&path.dotted());
    let guards: Vec<Guarded<'_>> =
        context.policy.guards(tool).filter_map(|(rule, _)| guards::of_rule(rule)).collect();
    for guarded in guards.iter().take(super::SHOWN) {
        let facts = guarded.passes().facts();
        let own: Vec<_> = facts.iter().filter(|fact| fact.test.path == path).collect();
        let what = if own.is_empty() {
            format!("does not test {shown}")
        } else if own.iter().all(|fact| fact.presence().is_some()) {
            format!("asks only whether {shown} is given")
        } else if own.iter().any(|fact| !fact.negated && fact.test.operator != Operator::Neq) {
            format!("lets more of {shown} pass than it names")
        } else {
            format!("lists what {shown} must not be, and lets everything else pass")
        };
        let place = guarded.span();
        if finding.labels.iter().all(|label| label.span != place) {
            finding = finding.with_label(place, what);
        }
    }
    match free_text::unbounded(context, tool, &path).filter(|_| !guards.is_empty()) {
        Some(call) => {
            let call = shown_call(context, tool, &call.arguments);
            finding.with_note(format!("{call} gets through"))
        }
        None => finding,
    }
}

fn gateway<'c>(context: &Context<'c>, tool: ToolId) -> Option<&'c str> {
    context.declared_assessment(tool)?.generic_gateway.as_deref()
}

fn taken(context: &Context<'_>, tool: ToolId) -> String {
    let (name, key) = (quote(context.name(tool)), gateway(context, tool).unwrap_or(""));
    let parameters = context.declaration(tool).map(Tool::parameters).unwrap_or_default();
    let is_choice = parameters.iter().any(|p| p.name == key && !p.values.is_empty());
    let what = if is_choice || sample(key).starts_with("== ") {
        "makes any request, with its method in"
    } else {
        "accepts anything in"
    };
    format!("{name} {what} {}", quote(key))
}

/// A rule that shows how the argument is constrained. What belongs there only the author knows, so it is no fix.
fn example(context: &Context<'_>, tool: ToolId) -> Option<String> {
    let key = gateway(context, tool)?;
    let path = control::text_argument(context, tool, key)?;
    let parameters = context.declaration(tool)?.parameters();
    let values = parameters.into_iter().find(|parameter| parameter.name == key)?.values;
    let reading = values.iter().find(|value| value.eq_ignore_ascii_case("get")).or(values.first());
    let test = match reading {
        Some(value) => {
            let mut literal = String::new();
            write_string(value, &mut literal);
            format!("== {literal}")
        }
        None => sample(key).to_owned(),
    };
    Some(format!("require {} with {path} {test}", context.written(tool)))
}

/// A test that fits what a key of this name holds.
fn sample(key: &str) -> &'static str {
    let key = key.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| key.contains(word));
    if has(&["sql", "query", "statement"]) {
        r#"matches "^SELECT [^;]*$""#
    } else if has(&["url", "uri", "endpoint"]) {
        r#"matches "^https://api\\.example\\.com/""#
    } else if has(&["path"]) {
        r#"matches "^/reports/[a-z0-9-]+$""#
    } else if has(&["method", "verb"]) {
        r#"== "GET""#
    } else {
        r#"in ["first allowed value", "second allowed value"]"#
    }
}
