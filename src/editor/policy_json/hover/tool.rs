//! A tool: what it can do, and what the policy does with it.

use crate::editor::View;
use crate::editor::markdown::{code, escape};
use crate::editor::policy_json::facts::Facts;
use crate::editor::rates;
use crate::editor::schema::texts;
use crate::lint::Context;
use crate::manifest::Tool;
use crate::policy::{Access, Blocks, Condition, Guard, Posture, Purpose, ToolId};
use crate::risk::Assessment;
use crate::source::TextPart;
use crate::text::excerpt;

/// How much of a description is shown, in characters.
const MAX_DESCRIPTION: usize = 600;
/// How many pieces of evidence, rules and arguments are shown.
const SHOWN: usize = 8;

/// All that is known about a tool of this name.
pub(super) fn summary(view: &View, name: &str) -> String {
    let known = view.context();
    let tool = known.as_ref().and_then(|context| context.policy.tools.find(name));
    if let (Some(context), Some(tool)) = (&known, tool) {
        return tool_summary(context, tool);
    }
    // The document is broken: what it does with the tool cannot be told.
    let facts = Facts::of(view);
    what_it_is(name, &facts.assessment(name), facts.tool(name), !facts.tools().is_empty())
}

/// What a tool can do, how that is known, and what the policy does with its calls.
fn tool_summary(context: &Context<'_>, tool: ToolId) -> String {
    let name = context.name(tool);
    let declared = context.declaration(tool);
    let has_manifest = context.manifest.is_some();
    let what = what_it_is(name, context.assessment(tool), declared, has_manifest);
    format!("{what}\n\n---\n\n{}", treatment(context, tool))
}

fn what_it_is(
    name: &str,
    assessment: &Assessment,
    declared: Option<&Tool>,
    has_manifest: bool,
) -> String {
    let class = assessment.class;
    let mut out = format!(
        "**{}**: {}, {} risk, {}% sure",
        code(name),
        class.name(),
        class.risk().name(),
        assessment.confidence.percent()
    );
    if declared.is_none() && has_manifest {
        out.push_str("\n\nIt is not in the manifest: only its name was considered.");
    }
    for text in declared.into_iter().flat_map(texts) {
        out.push_str("\n\n");
        out.push_str(&escape(&excerpt_of_lines(text.trim())));
    }
    let speaking = assessment.evidence.iter().filter(|piece| piece.points_to == class);
    let mut before = "\n\nEvidence:\n";
    for piece in speaking.take(SHOWN) {
        let key = piece.parameter.as_deref().filter(|key| *key != piece.words);
        let key = key.map_or_else(String::new, |key| format!(" {}", code(key)));
        out.push_str(before);
        out.push_str(&format!("\n- {}{key}: {}", piece.source.name(), code(&piece.words)));
        before = "";
    }
    out.push_str(&arguments(declared));
    out
}

/// The text, cut when it is long; unlike elsewhere its lines stay.
fn excerpt_of_lines(text: &str) -> String {
    match text.char_indices().nth(MAX_DESCRIPTION) {
        Some((end, _)) => format!("{}…", text.part(..end)),
        None => text.to_owned(),
    }
}

fn arguments(declared: Option<&Tool>) -> String {
    let names = declared.map(Tool::argument_names).unwrap_or_default();
    if names.is_empty() {
        return String::new();
    }
    let shown: Vec<String> =
        names.iter().take(SHOWN).map(|name| code(&excerpt(name, 60))).collect();
    let more = names.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("\n\nArguments: {}{more}", shown.join(", "))
}

/// What happens to its calls, in the order of the decision.
fn treatment(context: &Context<'_>, tool: ToolId) -> String {
    let access = match context.access(tool) {
        Access::Hidden => "**Hidden**: the agent does not see it, and its calls are denied.",
        Access::NotGranted => "**Denied**: `tools` does not list it, and the default is `deny`.",
        Access::Denied => "**Denied**: every call is denied.",
        Access::Approved => {
            "**Approval**: every call is denied with the message that it requires human approval."
        }
        Access::Open => match is_listed(context, tool) {
            true => "**Allowed**",
            false if context.policy.posture == Posture::Allow => {
                "**Allowed**: `tools` does not list it, and the default is `allow`."
            }
            false => "**Allowed**",
        },
    };
    let mut lines = Vec::new();
    if context.access(tool) == Access::Open {
        lines.extend(context.policy.guards(tool).map(|(_, guard)| guarded(guard)));
        let own = context.policy.tools.get(tool).map_or(&[][..], |tool| &tool.caps);
        lines.extend(own.iter().map(|cap| rates::in_words(cap.rate)));
        let joint = context.policy.all_caps.iter();
        lines.extend(
            joint.map(|cap| format!("{} for all tools together", rates::in_words(cap.rate))),
        );
    }
    let more = lines.len().saturating_sub(SHOWN);
    let mut out = access.to_owned();
    for line in lines.iter().take(SHOWN) {
        out.push_str("\n- ");
        out.push_str(line);
    }
    if more > 0 {
        out.push_str(&format!("\n- {more} more"));
    }
    out
}

fn is_listed(context: &Context<'_>, tool: ToolId) -> bool {
    context.policy.grants(tool).next().is_some()
}

fn guarded(guard: &Guard) -> String {
    let (joint, condition) = match &guard.blocks {
        Blocks::Always => return "denied".to_owned(),
        Blocks::When(condition) => ("if", condition),
        Blocks::Unless(condition) => ("unless", condition),
    };
    let verb = if guard.purpose == Purpose::Approve { "approval" } else { "denied" };
    format!("{verb} {joint} {}", code(&excerpt(&spelled(condition, &guard.wording), 160)))
}

/// The condition as the language writes it; what is no plain list of tests as its author did.
fn spelled(condition: &Condition, wording: &str) -> String {
    let tests = match condition {
        Condition::All(tests) => tests.as_slice(),
        other => std::slice::from_ref(other),
    };
    let mut out = String::new();
    for test in tests {
        let Condition::Test(test, _) = test else { return wording.to_owned() };
        if !out.is_empty() {
            out.push_str(" and ");
        }
        test.write_gate(&mut out);
    }
    out
}
