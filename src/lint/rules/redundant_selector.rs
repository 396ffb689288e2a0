//! Selectors that add nothing to their row.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Context, Rule, edits};
use crate::resolve::RedundantSelector;
use crate::risk::Risk;
use crate::text::quote;

pub(super) const RULE: Rule =
    Rule { code: Code::RedundantSelector, needs_whole_policy: false, check };

fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for redundant in context.redundant {
        // The name of a dangerous tool beside a glob says that somebody chose it.
        let is_choice =
            redundant.choice.is_some_and(|tool| context.class(tool).risk() == Risk::Critical);
        if !is_choice {
            findings.push(finding(context, redundant));
        }
    }
    for place in context.uncompared {
        let message = "this list has too many globs and sets to compare";
        let finding = Diagnostic::new(RULE.code, *place, message)
            .with_severity(Severity::Info)
            .with_note(
                "a glob or set that is covered only by this one or a later one is not reported",
            )
            .with_help("split the list, or write fewer globs");
        findings.push(finding);
    }
}

fn finding(context: &Context<'_>, redundant: &RedundantSelector) -> Diagnostic {
    let selector = context.sources.slice(redundant.selector);
    let message = format!("{} adds nothing: the rest of the list covers it", quote(selector));
    let mut finding = Diagnostic::new(Code::RedundantSelector, redundant.selector, message)
        .with_label(redundant.covered_by, "covers it")
        .with_help("remove it");
    let title = format!("remove {}", quote(selector));
    finding.fixes.extend(edits::remove_selector(context, redundant.selector, &title));
    finding
}
