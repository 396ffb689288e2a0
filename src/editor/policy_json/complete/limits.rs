//! Counters, windows and numbers of limits.

use std::collections::HashSet;

use super::insert::Template;
use super::{Question, keys, meaning};
use crate::editor::completion::{Completion, CompletionKind};
use crate::editor::policy_json::facts::recommended;
use crate::editor::policy_json::role::Role;
use crate::lint::{RECOMMENDED_EXECUTE, RECOMMENDED_WRITE};
use crate::policy::Window;
use crate::risk::Class;

/// The counters that a compiled policy would have, that of the limit's own window first, but those of other limits of the tool.
pub(super) fn counters(question: &Question<'_>) -> Vec<Completion> {
    let sketch = &question.sketch;
    let own = question.around(Role::Limit);
    let limits = own.and_then(|own| sketch.parent(own));
    let others = limits.into_iter().flat_map(|limits| sketch.children(limits));
    let there: HashSet<_> = others
        .filter(|limit| Some(*limit) != own)
        .filter_map(|limit| sketch.string(sketch.member(limit, "counter")?))
        .collect();
    let mut windows = Window::ALL.to_vec();
    windows.sort_by_key(|other| window(question) != Some(*other));
    let names = windows.into_iter().map(|window| (keys::counter(question, window), window));
    names
        .filter(|(name, _)| !there.contains(name.as_str()))
        .map(|(name, window)| {
            let kind = CompletionKind::Counter;
            let mut item = question.site.value(&name, Template::string(&name), kind);
            item.detail = Some(format!("calls per {}", window.name()));
            item
        })
        .collect()
}

/// The window of the limit at the place.
fn window(question: &Question<'_>) -> Option<Window> {
    let sketch = &question.sketch;
    let window = sketch.member(question.around(Role::Limit)?, "window")?;
    Window::from_name(&sketch.string(window)?)
}

pub(super) fn windows(question: &Question<'_>) -> Vec<Completion> {
    Window::ALL.map(|window| question.word(window.name(), meaning::of_window(window))).into()
}

/// The numbers that starter policies give tools of the class: of a class without a number those that there are.
pub(super) fn maxima(question: &Question<'_>) -> Vec<Completion> {
    let window = window(question).unwrap_or(Window::Minute);
    let class = question.tool().map(|tool| question.facts.assessment(&tool).class);
    let numbers = match class.and_then(|class| Some((class, recommended(class)?))) {
        Some((class, calls)) => vec![(class, calls)],
        None => vec![(Class::Write, RECOMMENDED_WRITE), (Class::Execute, RECOMMENDED_EXECUTE)],
    };
    let offer = |(class, calls): (Class, u64)| {
        let number = calls.saturating_mul(window.minutes()).to_string();
        let mut item = question.site.value(&number, Template::text(&number), CompletionKind::Rate);
        let each = if window == Window::Minute { "" } else { ", in the long run" };
        item.detail = Some(format!("{calls} a minute{each}, for {} tools", class.name()));
        item
    };
    numbers.into_iter().map(offer).collect()
}
