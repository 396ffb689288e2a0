//! The server's tools, as keys of `tools` and as entries of `hide`.

use std::cmp::Reverse;
use std::collections::HashSet;

use super::Question;
use super::insert::Template;
use super::keys::limit_of;
use crate::editor::completion::{Completion, CompletionKind, Completions, class_in_words};
use crate::editor::markdown::escape;
use crate::editor::policy_json::facts::recommended;
use crate::editor::policy_json::sketch::{Id, Sketch};
use crate::editor::schema::texts;
use crate::manifest::Tool;
use crate::policy::{Window, wording};
use crate::risk::Class;
use crate::text::excerpt;

/// How many tools are offered at once; of more, those that hold what is typed.
const MAX_OFFERS: usize = 500;
/// How much of a description is shown, in characters.
const MAX_DESCRIPTION: usize = 400;

/// Tools that the policy does not list yet, the safest first; those that it hides come last.
pub(super) fn keys(question: &Question<'_>) -> Completions {
    let listed = named(question, "tools", true);
    let hidden = named(question, "hide", false);
    let offer = |tool: &Tool, class: Class| {
        let mut item =
            question.site.key(&tool.name, &rule(&tool.name, class), CompletionKind::Tool);
        item.is_faded = hidden.contains(&*tool.name);
        item
    };
    let mut found = offers(question, &listed, offer);
    found.items.sort_by_key(|item| (item.is_faded, item.class));
    found
}

/// Tools that the policy does not hide yet, the most dangerous first; those that it lists under `tools` come last.
pub(super) fn hidden(question: &Question<'_>) -> Completions {
    let hidden = named(question, "hide", false);
    let listed = named(question, "tools", true);
    let site = &question.site;
    let mut found = offers(question, &hidden, |tool, _| {
        let mut item = site.value(&tool.name, Template::string(&tool.name), CompletionKind::Tool);
        item.is_faded = listed.contains(&*tool.name);
        item
    });
    found.items.sort_by_key(|item| (item.is_faded, Reverse(item.class)));
    if !hidden.contains("*") {
        let mut all = site.value("*", Template::string("*"), CompletionKind::Set);
        all.detail = Some("every tool".to_owned());
        found.items.push(all);
    }
    found
}

/// An offer for each tool of the manifest but those that are there.
fn offers(
    question: &Question<'_>,
    there: &HashSet<String>,
    mut offer: impl FnMut(&Tool, Class) -> Completion,
) -> Completions {
    let tools = question.facts.tools();
    let is_many = tools.len() > MAX_OFFERS;
    let typed = question.typed.to_lowercase();
    let wanted = tools.iter().enumerate().filter(|(_, tool)| {
        !there.contains(&*tool.name) && (!is_many || holds(&tool.name, &typed))
    });
    let mut found = Completions::default();
    for (number, tool) in wanted {
        if found.items.len() == MAX_OFFERS {
            found.is_incomplete = true;
            break;
        }
        let class = question.facts.class(number);
        let mut item = offer(tool, class);
        item.detail = Some(class_in_words(class));
        item.class = Some(class);
        item.documentation = documentation(tool);
        found.items.push(item);
    }
    found.is_incomplete |= is_many;
    found
}

/// Whether a name holds these characters in their order.
fn holds(name: &str, typed: &str) -> bool {
    let mut rest = name.chars().flat_map(char::to_lowercase);
    typed.chars().all(|character| rest.any(|other| other == character))
}

fn documentation(tool: &Tool) -> Option<String> {
    let shown = |text: String| escape(&excerpt(text.trim(), MAX_DESCRIPTION));
    let parts: Vec<String> = texts(tool).map(shown).collect();
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

/// The names that stand under a key of the policy, but the one at the place.
fn named(question: &Question<'_>, key: &str, are_keys: bool) -> HashSet<String> {
    let sketch = &question.sketch;
    let list = sketch.root().and_then(|root| sketch.member(root, key));
    let others = list.into_iter().flat_map(|list| sketch.children(list));
    let others = others.filter(|child| Some(*child) != question.part);
    others.filter_map(|child| name(sketch, child, are_keys)).collect()
}

fn name(sketch: &Sketch<'_>, id: Id, is_key: bool) -> Option<String> {
    let name = if is_key { sketch.key_text(id) } else { sketch.string(id) };
    name.map(std::borrow::Cow::into_owned)
}

/// The rule that a starter policy gives a tool of a class.
fn rule(name: &str, class: Class) -> Template {
    match (class, recommended(class)) {
        (_, Some(calls)) => Template::text("{ \"limits\": [")
            .and(&limit_of(&wording::counter(Some(name), Window::Minute), calls))
            .then("] }"),
        (Class::Financial, None) => {
            Template::text("{ \"deny_if\": [{ \"conditions\": [], \"on_deny\": ")
                .then_string(wording::APPROVAL)
                .then(" }] }")
        }
        _ => Template::text("{").hole(1, "").then("}"),
    }
}
