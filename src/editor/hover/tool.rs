//! About a tool: what it can do, what the policy does with it, and which arguments it takes.

use super::{prose, shown};
use crate::editor::schema::{description, keys_in, texts};
use crate::editor::{View, decision, markdown};
use crate::lint::Context;
use crate::manifest::{self, Lookup, TypeSet};
use crate::policy::{Action, Path, Rule, Subjects, ToolId};
use crate::risk::{Assessment, Evidence, Source, assess_name, telling};
use crate::syntax::decode_string;

/// So many rules, pieces of evidence and parameters are shown.
const MAX_RULES: usize = 12;
const MAX_POLICIES: usize = 3;
const MAX_EVIDENCE: usize = 4;
const MAX_PARAMETERS: usize = 24;
/// Longer words of the server and the author are cut, in characters.
const MAX_NAME: usize = 80;
const MAX_DESCRIPTION: usize = 400;
const MAX_STATEMENT: usize = 160;
const MAX_HINT: usize = 120;

/// A tool by its name as it is written.
pub(super) fn tool(view: &View, written: &str) -> Option<String> {
    let name = if written.starts_with('"') { decode_string(written) } else { written.into() };
    let context = view.context()?;
    let Some(id) = context.policy.tools.find(&name) else {
        let mut out = assessed(&name, &assess_name(&name));
        if context.manifest.is_some() {
            out += "\n\nThe manifest lacks it.";
        }
        return Some(out);
    };
    let mut sections = vec![assessed(&name, context.assessment(id))];
    let declared = context.declaration(id);
    sections.extend(declared.and_then(said));
    sections.push(decided(view, &context, id));
    sections.extend(declared.map(parameters).filter(|section| !section.is_empty()));
    match (declared, context.manifest) {
        (Some(_), _) => {}
        (None, Some(_)) => sections.push("The manifest lacks it: nothing but its name is known.".to_owned()),
        (None, None) => sections.push(
            "Nothing but its name is known. `manifest \"FILE\"` would tell its description and its arguments.".to_owned(),
        ),
    }
    Some(sections.join("\n\n"))
}

/// The class, the risk and the evidence.
fn assessed(name: &str, assessment: &Assessment) -> String {
    let class = assessment.class;
    let article = if class == crate::risk::Class::Execute { "an" } else { "a" };
    let mut out = format!(
        "{}: {article} **{}** tool ({} risk, {} confidence)",
        shown(name, MAX_NAME),
        class.name(),
        class.risk().name(),
        assessment.confidence.name()
    );
    let pieces: Vec<String> = assessment.evidence.iter().take(MAX_EVIDENCE).map(piece).collect();
    for piece in pieces {
        out += &format!("\n- {piece}");
    }
    for action in &assessment.mixed_actions {
        let list = |values: &[String]| {
            let values = values.iter().take(5).map(|value| shown(value, MAX_NAME));
            values.collect::<Vec<_>>().join(", ")
        };
        let key = shown(&action.parameter, MAX_NAME);
        out += &format!(
            "\n- {key} chooses between {} and {}",
            list(&action.destructive),
            list(&action.reading)
        );
    }
    if let Some(key) = &assessment.generic_gateway {
        out += &format!("\n- {} takes any request, query or command", shown(key, MAX_NAME));
    }
    if let Some(conflict) = assessment.annotation_conflict {
        out += &format!("\n- the server's `{}` claims less than the rest shows", conflict.hint());
    }
    if assessment.sensitive_read {
        out += "\n- it reads secrets, credentials or environments";
    }
    out
}

/// `its name says set`, and for which class that speaks.
fn piece(evidence: &Evidence) -> String {
    let words = evidence.words.as_str();
    let code = |words: &str| shown(words, 60);
    let said = match (evidence.source, &evidence.parameter) {
        (Source::Name, _) => format!("its name says {}", code(telling(words, evidence.points_to))),
        (Source::Description, _) => format!("its description says {}", code(words)),
        (Source::Title, _) => format!("its title says {}", code(words)),
        (Source::Parameter, Some(key)) if key == words => {
            format!("its parameters include {}", code(words))
        }
        (Source::Parameter, Some(key)) => {
            format!("its parameter {} may be {}", code(key), code(words))
        }
        (Source::Parameter, None) => format!("its parameters say {}", code(words)),
        (Source::Annotation, _) => format!("the server's hint is {}", code(words)),
        (Source::Classify, _) => "the policy says so".to_owned(),
    };
    format!("{said} ({})", evidence.points_to.name())
}

/// The server's own words.
fn said(tool: &manifest::Tool) -> Option<String> {
    let words: Vec<String> = texts(tool).map(|text| prose(&text, MAX_DESCRIPTION)).collect();
    (!words.is_empty()).then(|| format!("> {}", words.join(": ")))
}

/// What the policy does with the tool in the end, and the rules that say so, in the order in which a call is decided.
fn decided(view: &View, context: &Context<'_>, tool: ToolId) -> String {
    let decision = markdown::code(&decision::in_words(view, context, tool));
    let mut rules: Vec<(u8, &Rule, Option<crate::source::Span>)> = context
        .policy
        .rules_of(tool)
        .map(|(_, rule, target)| {
            let through = (!target.exact).then_some(target.selector);
            (decision::stage(rule), rule, through)
        })
        .collect();
    let over_all =
        context.policy.rules.iter().filter(|rule| matches!(rule.subjects, Subjects::All));
    rules.extend(over_all.map(|rule| match rule.action {
        Action::Hide => (decision::stage(rule), rule, None),
        _ => (u8::MAX, rule, None),
    }));
    rules.sort_by_key(|(stage, _, _)| *stage);
    let mut out = format!("{} {decision}", heading(view));
    for (_, rule, through) in rules.iter().take(MAX_RULES) {
        out += &format!("\n- {}", line(view, rule, *through));
    }
    if rules.len() > MAX_RULES {
        out += &format!("\n- {} more", crate::text::count(rules.len() - MAX_RULES, "rule"));
    }
    out + &decided_elsewhere(view, context.name(tool))
}

/// What the other policies that the file is a part of do with the tool.
fn decided_elsewhere(view: &View, name: &str) -> String {
    let mut out = String::new();
    for other in view.all().iter().skip(1).take(MAX_POLICIES) {
        let Some(context) = other.context() else { continue };
        let Some(tool) = context.policy.tools.find(name) else { continue };
        let decision = markdown::code(&decision::in_words(other, &context, tool));
        out += &format!("\n\n{} {decision}", heading(other));
    }
    let more = view.other_policies().len().saturating_sub(MAX_POLICIES);
    if more > 0 {
        let policies = if more == 1 { "policy" } else { "policies" };
        out += &format!("\n\nThe file is a part of {more} more {policies}.");
    }
    out
}

/// The policy; by its name where the file is only a part of it, or a part of others too.
fn heading(view: &View) -> String {
    let root = view.sources().iter().next().map_or("", |(_, file)| file.path());
    match root == view.path() && view.other_policies().is_empty() {
        true => "**The policy:**".to_owned(),
        false => format!("**The policy {}:**", shown(root, MAX_HINT)),
    }
}

/// A rule with its place: `line 4: allow @read, through @read`.
fn line(view: &View, rule: &Rule, through: Option<crate::source::Span>) -> String {
    let file = view.sources().get(rule.span.file);
    let line = file.map_or(0, |file| file.position(rule.span.start).line);
    let place = if rule.span.file == view.file() {
        format!("line {line}")
    } else {
        format!("{} line {line}", shown(view.sources().path(rule.span.file), MAX_HINT))
    };
    let mut out =
        format!("{place}: {}", shown(&decision::statement_line(view, rule.span), MAX_STATEMENT));
    if let Some(selector) = through {
        out += &format!(", through {}", shown(view.slice(selector), MAX_NAME));
    }
    out
}

/// The arguments, each with its type, and those inside of objects.
fn parameters(tool: &manifest::Tool) -> String {
    let descriptions = tool.parameters();
    let mut lines = Vec::new();
    let names = tool.argument_names();
    for name in &names {
        let path = Path(vec![name.as_str().into()]);
        lines.push(parameter(tool, &path, description(&descriptions, &path)));
        if lines.len() > MAX_PARAMETERS {
            break;
        }
        for inner in inside(tool, &path) {
            let path = Path(vec![name.as_str().into(), inner.as_str().into()]);
            lines.push(parameter(tool, &path, description(&descriptions, &path)));
        }
    }
    if lines.is_empty() {
        return String::new();
    }
    if lines.len() > MAX_PARAMETERS {
        lines.truncate(MAX_PARAMETERS);
        lines.push("- and more".to_owned());
    }
    format!("**Arguments**\n{}", lines.join("\n"))
}

/// The keys that the schema declares inside of an argument.
fn inside(tool: &manifest::Tool, path: &Path) -> Vec<String> {
    let Lookup::Found(shape) = tool.argument(path) else { return Vec::new() };
    if shape.is_anything() || !shape.types.meets(TypeSet::OBJECT) {
        return Vec::new();
    }
    keys_in(tool, &path.0)
}

fn parameter(tool: &manifest::Tool, path: &Path, description: &str) -> String {
    let mut written = String::new();
    path.write_gate(&mut written);
    let mut out = format!("- {}", shown(&written, MAX_HINT));
    if let Lookup::Found(shape) = tool.argument(path) {
        out += &format!(" {}", markdown::escape(&shape.describe()));
        if shape.required {
            out += ", required";
        }
    }
    if !description.trim().is_empty() {
        out += &format!(": {}", prose(description, MAX_HINT));
    }
    out
}
