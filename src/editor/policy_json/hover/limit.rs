//! A limit in words, and as the language writes it.

use crate::editor::markdown::block;
use crate::editor::policy_json::limit::rate_of;
use crate::editor::policy_json::meaning;
use crate::editor::policy_json::sketch::{Id, Sketch};
use crate::editor::rates;
use crate::policy::Window;

/// What a limit lets through; none of one that is not whole. `for_all` says that it counts the calls of all tools.
pub(super) fn told(sketch: &Sketch<'_>, limit: Id, for_all: bool) -> Option<String> {
    let rate = rate_of(sketch, limit)?;
    let whose = if for_all { " for all tools together" } else { "" };
    let meaning = meaning::of_window(rate.window());
    let twice = rates::grouped(rate.calls().saturating_mul(2));
    let line = if for_all { format!("rate all {rate}") } else { rate.to_string() };
    Some(format!(
        "{}{whose}: up to {} an hour. {meaning} Around that moment, up to {twice} calls can get \
         through in a short time.\n\n{}",
        rates::in_words(rate),
        rates::grouped(rate.most_in(Window::Hour)),
        block("gate", &line),
    ))
}
