//! Policies that leave unsaid what happens to the tools that nothing grants.

use crate::diagnostic::{Code, Diagnostic};
use crate::lint::{Context, Rule, edits, statement};

pub(super) const RULE: Rule = Rule { code: Code::ImplicitDefault, needs_whole_policy: true, check };

fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let first = context.trees.first().and_then(|root| root.statements.first());
    let Some(first) = first.filter(|_| context.places.default.is_none()) else { return };
    // A part that others include gets its default from them.
    if statement::is_part(context) {
        return;
    }
    let place = statement::first_word(context, first.span);
    let message = "the policy has no `default` for tools that nothing grants";
    let mut finding = Diagnostic::new(Code::ImplicitDefault, place, message)
        .with_note("without it, the default is `deny`")
        .with_help("add `default deny` to make this explicit");
    finding.fixes.extend(edits::add_default(context));
    findings.push(finding);
}
