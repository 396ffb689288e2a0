//! Tools that take any request, query or command, with no rule about which.

use std::cell::LazyCell;

use crate::diagnostic::{Code, Diagnostic};
use crate::lint::control::{self, Tested};
use crate::lint::remedy::{Remedy, code};
use crate::lint::{Context, Rule, approval, evidence, group};
use crate::manifest::Tool;
use crate::policy::{ToolId, write_string};
use crate::text::{self, quote};

pub(super) const RULE: Rule =
    Rule { code: Code::UnconstrainedGateway, needs_whole_policy: true, check };

fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let tested = LazyCell::new(|| Tested::new(context));
    let is_open = |tool| {
        gateway(context, tool).is_some()
            && !approval::is_approved(context, tool)
            && !tested.has_any(tool)
    };
    for group in group::by_grant(context, is_open) {
        let names = group.names(context);
        let list = text::list(&names, super::SHOWN);
        let verb = if names.len() == 1 { "does" } else { "do" };
        let message = format!("{list} {verb} whatever the arguments say, and no rule tests them");
        let tools = group.tools();
        let finding = Diagnostic::new(Code::UnconstrainedGateway, group.span(), message)
            .with_tools(names)
            .with_notes(evidence::each(&tools, |tool| taken(context, tool)));
        let mut finding = Remedy::Approve.offer(context, &group, finding);
        let example = tools.iter().find_map(|tool| example(context, *tool));
        if let (Some(example), Some(help)) = (example, &mut finding.help) {
            help.push_str(&format!(", or test the argument, for example {}", code(&example)));
        }
        findings.push(finding);
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
        r#"matches "^/reports/""#
    } else if has(&["method", "verb"]) {
        r#"== "GET""#
    } else {
        r#"in ["first allowed value", "second allowed value"]"#
    }
}
