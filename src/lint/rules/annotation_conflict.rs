//! Tools that the server calls harmless, while all else says that they are not.

use crate::diagnostic::{Code, Diagnostic};
use crate::lint::group::{self, Group};
use crate::lint::remedy::{self, code, with_fix};
use crate::lint::{Context, Form, Rule, evidence};
use crate::policy::ToolId;
use crate::risk::{AnnotationConflict, Class, Source};
use crate::text::{self, quote};

pub(super) const RULE: Rule =
    Rule { code: Code::AnnotationConflict, needs_whole_policy: true, check };

/// How many places of the manifest are shown.
const LABELLED: usize = 3;

fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for group in group::by_grant(context, |tool| conflict(context, tool).is_some()) {
        let names = group.names(context);
        let list = text::list(&names, super::SHOWN);
        let verb = if names.len() == 1 { "seems" } else { "seem" };
        let message = format!("{list} {verb} more dangerous than the server's hints say");
        let finding = Diagnostic::new(Code::AnnotationConflict, group.span(), message)
            .with_tools(names)
            .with_notes(evidence::each(&group.tools(), |tool| reason(context, tool)));
        let finding = label_evidence(context, &group, finding);
        findings.push(offer(context, &group, finding));
    }
}

fn conflict(context: &Context<'_>, tool: ToolId) -> Option<AnnotationConflict> {
    context.declared_assessment(tool)?.annotation_conflict
}

fn reason(context: &Context<'_>, tool: ToolId) -> String {
    let assessment = context.assessment(tool);
    let hint = conflict(context, tool).map_or("", AnnotationConflict::hint);
    let because = evidence::because(&assessment.evidence, assessment.class);
    format!(
        "{} has {}, but looks like {} tool: {because}",
        quote(context.name(tool)),
        quote(hint),
        evidence::kind(assessment.class),
    )
}

/// Shows what the manifest says against the hints.
fn label_evidence(context: &Context<'_>, group: &Group<'_>, mut finding: Diagnostic) -> Diagnostic {
    for target in group.targets.iter().take(LABELLED) {
        let assessment = context.assessment(target.tool);
        let mut speaking =
            assessment.evidence.iter().filter(|piece| piece.points_to == assessment.class);
        // A description says more than the name, which stands in the finding anyway.
        let best =
            speaking.clone().find(|piece| piece.source != Source::Name && piece.place.is_some());
        let best = best.or_else(|| speaking.find(|piece| piece.place.is_some()));
        if let Some(place) = best.and_then(|piece| piece.place) {
            let words = format!("evidence for {}", evidence::kind(assessment.class));
            finding = finding.with_label(place, format!("{words} tool"));
        }
    }
    finding
}

fn offer(context: &Context<'_>, group: &Group<'_>, finding: Diagnostic) -> Diagnostic {
    if context.form == Form::PolicyJson {
        return finding.with_help(
            "remove it from `tools`, or add it to `hide`, until the conflict is resolved",
        );
    }
    let mut statements: Vec<String> = Vec::new();
    for class in Class::ALL {
        let own = group.targets.iter().filter(|target| context.class(target.tool) == class);
        let names: Vec<String> = own.map(|target| context.written(target.tool)).collect();
        if !names.is_empty() {
            let names = names.join(", ");
            statements.push(format!("classify {names} as {}", class.name()));
        }
    }
    let shown: Vec<String> = statements.iter().map(|statement| code(statement)).collect();
    let right = group.targets.first().map_or_else(String::new, |target| {
        let class = match conflict(context, target.tool) {
            Some(AnnotationConflict::NotDestructive) => Class::Write,
            _ => Class::Read,
        };
        let name = context.written(target.tool);
        format!("classify {name} as {} because \"…\"", class.name())
    });
    let help = format!(
        "add {} if the hint is wrong, or {} if it is right",
        shown.join(" and "),
        code(&right),
    );
    let fix = remedy::add(context, group.rule.span, &statements.join("\n"));
    with_fix(finding.with_help(help), fix)
}
