//! The keys of the format, each with a value to be filled out.

use super::insert::Template;
use super::{Question, meaning};
use crate::editor::completion::{Completion, CompletionKind};
use crate::editor::policy_json::facts::recommended;
use crate::editor::policy_json::role::Role;
use crate::lint::RECOMMENDED_WRITE;
use crate::policy::{Window, wording};

/// The keys that the object at the place may have and lacks.
pub(super) fn offers(question: &Question<'_>) -> Vec<Completion> {
    let Some(place) = question.role.place() else { return Vec::new() };
    let sketch = &question.sketch;
    let there: Vec<_> = question
        .inside
        .into_iter()
        .flat_map(|inside| sketch.children(inside))
        .filter(|child| Some(*child) != question.part)
        .filter_map(|child| sketch.key_text(child))
        .filter(|key| place.keys().contains(&key.as_ref()))
        .take(place.keys().len() * 2)
        .collect();
    let missing = place.keys().iter().filter(|key| !there.iter().any(|other| other == **key));
    missing
        .map(|key| {
            let value = skeleton(question, question.role.within(Some(key)));
            let mut item = question.site.key(key, &value, CompletionKind::Key);
            item.documentation = Some(meaning::of_key(place, key).to_owned());
            item
        })
        .collect()
}

/// A value of a role, to be filled out.
pub(super) fn skeleton(question: &Question<'_>, role: Role) -> Template {
    let list = |item: &Template| Template::text("[").and(item).then("]");
    match role {
        Role::Root => Template::text("{\n  \"version\": \"1\",\n  \"default\": \"")
            .hole(1, "deny")
            .then("\",\n  \"tools\": {")
            .hole(2, "")
            .then("}\n}\n"),
        Role::Version => Template::string("1"),
        Role::Default => Template::text("\"").hole(1, "deny").then("\""),
        Role::Hide | Role::Inner => Template::text("[").hole(1, "").then("]"),
        Role::AllTools => Template::text("{ \"limits\": ").and(&list(&limit(question))).then(" }"),
        Role::Tools | Role::Rule => Template::text("{").hole(1, "").then("}"),
        Role::Require | Role::DenyIf => list(&predicate()),
        Role::Predicate => predicate(),
        Role::Conditions => list(&condition()),
        Role::Condition => condition(),
        Role::Message => Template::text("\"").hole(1, "").then("\""),
        Role::Path => Template::text("\"args.").hole(1, "").then("\""),
        Role::Operator => Template::text("\"").hole(1, "eq").then("\""),
        Role::Limits => list(&limit(question)),
        Role::Limit => limit(question),
        Role::Counter => Template::string(&counter(question, Window::Minute)),
        Role::Window => Template::text("\"").hole(1, "minute").then("\""),
        Role::Maximum => Template::default().hole(1, &calls(question).to_string()),
        Role::Scope => Template::string("grant"),
        _ => Template::default().hole(1, ""),
    }
}

fn predicate() -> Template {
    Template::text("{ \"conditions\": [")
        .and(&condition())
        .then("], \"on_deny\": \"")
        .hole(4, "")
        .then("\" }")
}

fn condition() -> Template {
    Template::text("{ \"path\": \"args.")
        .hole(1, "")
        .then("\", \"op\": \"")
        .hole(2, "eq")
        .then("\", \"value\": ")
        .hole(3, "\"\"")
        .then(" }")
}

fn limit(question: &Question<'_>) -> Template {
    limit_of(&counter(question, Window::Minute), calls(question))
}

/// A limit of so many calls a minute.
pub(super) fn limit_of(counter: &str, calls: u64) -> Template {
    Template::text("{ \"counter\": ")
        .then_string(counter)
        .then(", \"window\": \"")
        .hole(2, "minute")
        .then("\", \"max\": ")
        .hole(1, &calls.to_string())
        .then(", \"scope\": \"grant\" }")
}

/// The counter that a compiled policy would have here.
pub(super) fn counter(question: &Question<'_>, window: Window) -> String {
    wording::counter(question.tool().as_deref(), window)
}

/// The calls per minute to begin with.
fn calls(question: &Question<'_>) -> u64 {
    let tool = question.tool();
    let class = tool.map(|tool| question.facts.assessment(&tool).class);
    class.and_then(recommended).unwrap_or(RECOMMENDED_WRITE)
}
