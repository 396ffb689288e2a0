//! What to write where a door stands open.

use super::group::Group;
use super::{Context, Form, fixes};
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix};
use crate::policy::{Action, Window, wording};
use crate::text::{clean, quote};

/// What closes a door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// A cap of so many calls a minute.
    Cap(u64),
    /// Approval by a person for every call.
    Approve,
    /// A condition on the arguments, as the language writes it.
    Require(String),
}

impl Remedy {
    /// The finding with what to write instead, and with a fix that writes it.
    pub fn offer(
        &self,
        context: &Context<'_>,
        group: &Group<'_>,
        finding: Diagnostic,
    ) -> Diagnostic {
        if context.form == Form::PolicyJson {
            return finding.with_help(self.in_json(context, group));
        }
        let selectors = fixes::selectors(context, group.rule, &group.targets);
        let statement = match self {
            Remedy::Cap(calls) => format!("rate {selectors} {calls}/minute"),
            Remedy::Approve => format!("approve {selectors}"),
            Remedy::Require(condition) => format!("require {selectors} with {condition}"),
        };
        if let Some(fix) = self.in_place(group) {
            let selectors =
                if group.is_in_block() { String::new() } else { format!(" {selectors}") };
            let help = format!("write {}", code(&format!("allow{selectors}{}", self.suffix())));
            return with_fix(finding.with_help(help), Some(fix));
        }
        let fix = fixes::insert_after(
            context,
            group.rule.span,
            Applicability::Unsafe,
            format!("add {}", code(&statement)),
            &statement,
        );
        with_fix(finding.with_help(format!("add {}", code(&statement))), fix)
    }

    /// A cap is written behind an `allow` that has none, if it is about all tools of the `allow`.
    fn in_place(&self, group: &Group<'_>) -> Option<Fix> {
        let (Remedy::Cap(_), Action::Allow(caps)) = (self, &group.rule.action) else { return None };
        if !caps.is_empty() || !group.is_whole() {
            return None;
        }
        let text = self.suffix();
        let edit = Edit { span: group.rule.span.at_end(), text: text.clone() };
        let title = format!("cap it: {}", quote(text.trim_start()));
        Some(Fix { title, applicability: Applicability::Unsafe, edits: vec![edit] })
    }

    fn suffix(&self) -> String {
        match self {
            Remedy::Cap(calls) => format!(" {calls}/minute"),
            Remedy::Approve | Remedy::Require(_) => String::new(),
        }
    }

    /// The remedy for the first tool in the gateway's own words.
    fn in_json(&self, context: &Context<'_>, group: &Group<'_>) -> String {
        let name = group.targets.first().map_or("", |target| context.name(target.tool));
        match self {
            Remedy::Cap(calls) => {
                let limit = serde_json::json!([{
                    "counter": wording::counter(name, Window::Minute),
                    "window": "minute",
                    "max": calls,
                    "scope": "grant",
                }]);
                format!("add to {} {}", quote(name), code(&format!("\"limits\": {limit}")))
            }
            Remedy::Approve => {
                let predicate =
                    serde_json::json!([{"conditions": [], "on_deny": wording::APPROVAL}]);
                format!("add to {} {}", quote(name), code(&format!("\"deny_if\": {predicate}")))
            }
            Remedy::Require(condition) => {
                format!("add to {} a `require` that says {}", quote(name), code(condition))
            }
        }
    }
}

fn with_fix(mut finding: Diagnostic, fix: Option<Fix>) -> Diagnostic {
    finding.fixes.extend(fix);
    finding
}

/// What to write, whole: nobody can use a part.
fn code(text: &str) -> String {
    format!("`{}`", clean(text))
}
