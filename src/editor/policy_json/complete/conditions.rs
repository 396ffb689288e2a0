//! Arguments, operators and values of conditions.

use std::collections::VecDeque;

use super::insert::Template;
use super::{Question, meaning};
use crate::editor::completion::{Completion, CompletionKind};
use crate::editor::markdown::escape;
use crate::editor::policy_json::role::Role;
use crate::editor::policy_json::sketch::SketchKind;
use crate::editor::schema::{description, keys_in};
use crate::manifest::{Lookup, Shape, Tool, TypeSet};
use crate::policy::{Literal, Operator, Path, wording};
use crate::text::excerpt;

/// How many arguments of a tool are offered.
const MAX_PATHS: usize = 256;
/// How many keys deep arguments are offered.
const MAX_DEPTH: usize = 4;
/// How many values are offered.
const MAX_VALUES: usize = 256;
/// How many characters of a value are shown.
const SHOWN: usize = 60;

/// The arguments of the tool, outer ones first.
pub(super) fn paths(question: &Question<'_>) -> Vec<Completion> {
    let tool = question.tool();
    let Some(tool) = tool.and_then(|tool| question.facts.tool(&tool)) else { return Vec::new() };
    let parameters = tool.parameters();
    let offer = |(path, shape): (Path, Shape)| {
        let (label, kind) = (path.dotted(), CompletionKind::Argument);
        let mut item = question.site.value(&label, Template::string(&label), kind);
        item.detail = Some(shape.describe());
        let words = description(&parameters, &path);
        item.documentation = (!words.is_empty()).then(|| escape(words));
        item
    };
    declared(tool).into_iter().map(offer).collect()
}

/// The arguments that the schema declares, also inside of others.
fn declared(tool: &Tool) -> Vec<(Path, Shape)> {
    let mut found = Vec::new();
    let top = tool.argument_names().into_iter();
    let mut waiting: VecDeque<Path> = top.map(|name| Path(vec![name.into()])).collect();
    let mut inner = VecDeque::new();
    while let Some(path) = waiting.pop_front() {
        // No path can reach a key with a dot.
        let is_reachable = path.0.last().is_some_and(|key| !key.is_empty() && !key.contains('.'));
        if !is_reachable || found.len() >= MAX_PATHS {
            continue;
        }
        if let Lookup::Found(shape) = tool.argument(&path) {
            let holds_keys = shape.unlimited.meets(TypeSet::OBJECT) && !shape.is_anything();
            if holds_keys && path.0.len() < MAX_DEPTH {
                let below = |key: String| Path([&path.0[..], &[key.into()]].concat());
                inner.extend(keys_in(tool, &path.0).into_iter().map(below));
            }
            found.push((path, shape));
        }
        if waiting.is_empty() {
            std::mem::swap(&mut waiting, &mut inner);
        }
    }
    found
}

/// The operators that the type of the argument admits.
pub(super) fn operators(question: &Question<'_>) -> Vec<Completion> {
    let types = shape(question).map_or(TypeSet::ALL, |shape| shape.types);
    let fitting = Operator::ALL.into_iter().filter(|operator| fits(*operator, types));
    fitting
        .map(|operator| {
            let (name, kind) = (operator.json_name(), CompletionKind::Operator);
            let mut item = question.site.value(name, Template::string(name), kind);
            item.detail = Some(operator.gate_name().to_owned());
            item.documentation = Some(meaning::of_operator(operator));
            item
        })
        .collect()
}

fn fits(operator: Operator, types: TypeSet) -> bool {
    match operator {
        Operator::Eq | Operator::Neq | Operator::Exists => true,
        Operator::Lt | Operator::Lte | Operator::Gt | Operator::Gte => types.meets(TypeSet::NUMBER),
        Operator::In | Operator::NotIn => types.meets(TypeSet::NUMBER.union(TypeSet::STRING)),
        Operator::Regex => types.meets(TypeSet::STRING),
        Operator::Contains => types.meets(TypeSet::STRING.union(TypeSet::ARRAY)),
    }
}

/// What the schema says of the argument of the condition at the place.
fn shape(question: &Question<'_>) -> Option<Shape> {
    let sketch = &question.sketch;
    let path = sketch.string(sketch.member(question.around(Role::Condition)?, "path")?)?;
    question.facts.shape(&question.tool()?, &path)
}

/// The operator of the condition at the place.
fn operator(question: &Question<'_>) -> Option<Operator> {
    let sketch = &question.sketch;
    let name = sketch.string(sketch.member(question.around(Role::Condition)?, "op")?)?;
    Operator::from_json_name(&name)
}

/// The values that the schema lists.
pub(super) fn values(question: &Question<'_>) -> Vec<Completion> {
    let operator = operator(question);
    let is_item = question.role == Role::Inner;
    let template = |literal: &Literal| Template::text(&literal.to_json());
    match operator {
        Some(Operator::Exists) if !is_item => [true, false]
            .map(|value| offer(question, &Literal::Bool(value), template(&Literal::Bool(value))))
            .into(),
        Some(Operator::Regex) if !is_item => {
            let pattern = Template::text("\"^").hole(1, "").then("$\"");
            vec![question.site.value("\"^…$\"", pattern, CompletionKind::Snippet)]
        }
        Some(Operator::In | Operator::NotIn) if !is_item => lists(question),
        Some(operator) if operator.is_ordering() => Vec::new(),
        _ => {
            let listed = listed(question, operator);
            listed.iter().map(|value| offer(question, value, template(value))).collect()
        }
    }
}

fn offer(question: &Question<'_>, value: &Literal, template: Template) -> Completion {
    let label = excerpt(&value.to_json(), SHOWN);
    question.site.value(&label, template, CompletionKind::Value)
}

/// A list of all values, and one to be filled out.
fn lists(question: &Question<'_>) -> Vec<Completion> {
    let values = listed(question, Some(Operator::In));
    let mut items = Vec::new();
    if !values.is_empty() {
        let all = Literal::List(values);
        items.push(offer(question, &all, Template::text(&all.to_json())));
    }
    let list = Template::text("[").hole(1, "").then("]");
    items.push(question.site.value("[…]", list, CompletionKind::Snippet));
    items
}

/// The values that the argument, or an element of it, may have by `enum`, `const` or as a boolean, but those that stand
/// beside the place in a list.
fn listed(question: &Question<'_>, operator: Option<Operator>) -> Vec<Literal> {
    let Some(shape) = shape(question) else { return Vec::new() };
    let element = shape.items.as_deref().filter(|_| operator == Some(Operator::Contains));
    let shape = element.unwrap_or(&shape);
    let mut values: Vec<Literal> = shape.values.iter().take(MAX_VALUES).cloned().collect();
    if shape.unlimited.meets(TypeSet::BOOLEAN) && !shape.is_anything() {
        values.extend([Literal::Bool(true), Literal::Bool(false)]);
    }
    let there = beside(question);
    values.retain(|value| !matches!(value, Literal::Null) && !there.contains(&value.to_json()));
    values
}

/// What stands in the same list.
fn beside(question: &Question<'_>) -> std::collections::HashSet<String> {
    let sketch = &question.sketch;
    let list = question.inside.filter(|inside| sketch.kind(*inside) == SketchKind::Array);
    let others = list.into_iter().flat_map(|list| sketch.children(list));
    let others = others.filter(|child| Some(*child) != question.part);
    others.map(|child| sketch.slice(sketch.value(child)).to_owned()).collect()
}

/// Texts for the agent: those that a compiled policy would have.
pub(super) fn messages(question: &Question<'_>) -> Vec<Completion> {
    let texts = [(wording::APPROVAL, "as for an approval"), (wording::DENIED, "as for a denial")];
    texts
        .map(|(text, detail)| {
            let mut item = question.site.value(text, Template::string(text), CompletionKind::Value);
            item.detail = Some(detail.to_owned());
            item
        })
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_follow_types() {
        let of = |types| {
            let fitting = Operator::ALL.into_iter().filter(|operator| fits(*operator, types));
            fitting.map(Operator::json_name).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(of(TypeSet::BOOLEAN), "eq neq exists");
        assert_eq!(of(TypeSet::STRING), "eq neq in not_in exists regex contains");
        assert_eq!(of(TypeSet::INTEGER), "eq neq lt lte gt gte in not_in exists");
        assert_eq!(of(TypeSet::ARRAY), "eq neq exists contains");
    }
}
