//! Critical tools that nobody chose: a glob or set grants them.

use std::collections::HashSet;

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix};
use crate::lint::group::{self, Group};
use crate::lint::remedy::{self, code, them, with_fix};
use crate::lint::{Context, Rule, evidence, fixes, statement};
use crate::policy::{Posture, ToolId};
use crate::risk::Risk;
use crate::source::Span;
use crate::text;

pub(super) const RULE: Rule = Rule { code: Code::CriticalBySet, needs_whole_policy: true, check };

const NOBODY_CHOSE: &str = "a glob or set grants tools that nobody chose; grant a critical tool \
                            by name only";

fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let is_swept_in = |tool: ToolId| {
        context.class(tool).risk() == Risk::Critical
            && context.policy.grants(tool).next().is_some()
            && context.policy.grants(tool).all(|(_, _, target)| !target.exact)
    };
    for group in group::by_grant(context, is_swept_in) {
        let names = group.names(context);
        let list = text::list(&names, super::SHOWN);
        let verb = if names.len() == 1 { "is" } else { "are" };
        let message = format!("{list} {verb} granted, but no `allow` names {}", them(&group));
        let finding = Diagnostic::new(Code::CriticalBySet, group.span(), message)
            .with_tools(names)
            .with_note(NOBODY_CHOSE)
            .with_notes(evidence::reasons(context, &group.tools()));
        findings.push(offer(context, &group, finding));
    }
}

/// What to write: the names of the tools in place of the glob or set, if the rule is about nothing else; `except`, if that takes
/// away nothing but the grant; else an `allow` that names them, which changes what happens to no call.
fn offer(context: &Context<'_>, group: &Group<'_>, finding: Diagnostic) -> Diagnostic {
    let wanted = if group.targets.len() == 1 {
        "name it in its own `allow` if you want to grant it"
    } else {
        "name the ones you want to grant in their own `allow`"
    };
    if context.policy.posture == Posture::Allow {
        // What an `allow` does not grant is open all the same.
        let selectors = fixes::selectors(context, group.rule, &group.targets);
        let statement = format!("hide {selectors}");
        let finding = finding.with_help(format!("add {}, or {wanted}", code(&statement)));
        return with_fix(finding, remedy::add(context, group.rule.span, &statement));
    }
    let tools = group.tools();
    let names: Vec<String> = tools.iter().map(|tool| context.written(*tool)).collect();
    let names = names.join(", ");
    let Some(selectors) = fixes::written_selectors(context, group.rule) else {
        return finding.with_help(wanted);
    };
    if group.is_whole() {
        let help =
            format!("name the tools you want to grant, {}, or remove the rule", code(&names));
        let has_comment = context.sources.slice(selectors.span).contains('#');
        let fix = (!has_comment).then(|| replace(selectors.span, names, "name the tools"));
        return with_fix(finding.with_help(help), fix);
    }
    let own: HashSet<ToolId> =
        group.rule.subjects.targets().iter().map(|target| target.tool).collect();
    let except = fixes::shortest(context, &tools, 0, &|tool| !own.contains(&tool));
    let them = them(group);
    if !is_only_grant(context, group) {
        // `except` would take the guards of a block away from them, or the caps of this `allow` while others still grant them.
        let statement = format!("allow {names}");
        let help = format!(
            "add {} if {them} {} wanted, or exclude {them} from every `allow` with {}",
            code(&statement),
            if tools.len() == 1 { "is" } else { "are" },
            code(&format!("except {except}"))
        );
        let finding = finding.with_help(help);
        return with_fix(finding, remedy::add(context, group.rule.span, &statement));
    }
    let joint = if selectors.except.is_empty() { " except " } else { ", " };
    let help = format!("exclude {them} with {}, or {wanted}", code(&format!("except {except}")));
    let title = format!("exclude {}", code(&except));
    let fix = replace(selectors.span.at_end(), format!("{joint}{except}"), &title);
    with_fix(finding.with_help(help), Some(fix))
}

/// Whether the rule is a statement of its own, and the only one that grants these tools.
fn is_only_grant(context: &Context<'_>, group: &Group<'_>) -> bool {
    statement::is_whole(context, group.rule)
        && group.targets.iter().all(|target| context.policy.grants(target.tool).count() == 1)
}

fn replace(span: Span, text: String, title: &str) -> Fix {
    let edits = vec![Edit { span, text }];
    Fix { title: title.to_owned(), applicability: Applicability::Unsafe, edits }
}
