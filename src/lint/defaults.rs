//! Guards against a value that an argument has when a call leaves it out.

use super::guards::Guarded;
use super::solver::Fact;
use super::{Context, written};
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix, Severity};
use crate::policy::{Condition, ToolId};
use crate::risk::Class;
use crate::text::{clean, excerpt, quote};

/// How many characters of a default are shown.
const SHOWN: usize = 40;

/// The finding with the default and its place. That a call gets through is certain, so for critical tools it is an error.
pub fn with_default(
    context: &Context<'_>,
    tools: &[ToolId],
    fact: &Fact<'_>,
    mut finding: Diagnostic,
) -> Diagnostic {
    if tools.iter().any(|tool| context.class(*tool) >= Class::Destructive) {
        finding = finding.with_severity(Severity::Error);
    }
    let declared = tools.first().and_then(|tool| context.declaration(*tool));
    let key = fact.test.path.0.last();
    let default = declared.and_then(|tool| tool.default_value(&fact.test.path));
    let place = declared.zip(key).and_then(|(tool, key)| tool.place_in_schema(key, None));
    match (place, default) {
        (Some(place), Some(default)) => {
            let default = excerpt(&default.to_json(), SHOWN);
            finding.with_label(place, format!("its default is `{default}`"))
        }
        _ => finding,
    }
}

/// The finding with a fix that blocks the calls without the argument too.
pub fn offer(
    context: &Context<'_>,
    guarded: &Guarded<'_>,
    fact: &Fact<'_>,
    finding: Diagnostic,
) -> Diagnostic {
    let fix = block_missing(context, guarded, fact);
    let path = fact.test.path.dotted();
    let help = match (&fix, guarded.when) {
        (Some(_), true) => format!("add `or {} missing`", clean(&path)),
        (Some(_), false) => format!("add `and {} exists`", clean(&path)),
        (None, _) => format!("block calls without {} too", quote(&path)),
    };
    let mut finding = finding.with_help(help);
    finding.fixes.extend(fix);
    finding
}

/// Makes a guard block the calls without an argument too.
fn block_missing(context: &Context<'_>, guarded: &Guarded<'_>, fact: &Fact<'_>) -> Option<Fix> {
    let written = written::guard(context, guarded.rule)?;
    let condition = written.clause(context)?.condition;
    let test = written::test_at(&written.tests(), fact.span)?;
    let path = context.sources.slice(test.path.span);
    let added =
        if guarded.when { format!(" or {path} missing") } else { format!(" and {path} exists") };
    let needs_parentheses = !guarded.when && matches!(guarded.condition, Condition::Any(_));
    let edit = |span, text: String| Edit { span, text };
    let edits = if needs_parentheses {
        vec![
            edit(condition.at_start(), "(".to_owned()),
            edit(condition.at_end(), format!("){added}")),
        ]
    } else {
        vec![edit(condition.at_end(), added.clone())]
    };
    let title = format!("add `{}`", clean(added.trim_start()));
    Some(Fix { title, applicability: Applicability::Unsafe, edits })
}
