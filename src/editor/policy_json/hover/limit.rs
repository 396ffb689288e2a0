//! A limit in words, and as the language writes it.

use crate::editor::markdown::block;
use crate::editor::policy_json::limit::Quota;
use crate::editor::policy_json::meaning;
use crate::editor::policy_json::sketch::{Id, Sketch};
use crate::editor::rates;

/// What a limit lets through; none of one that is not whole. `for_all` says that it counts the calls of all tools.
pub(super) fn told(sketch: &Sketch<'_>, limit: Id, for_all: bool) -> Option<String> {
    let quota = Quota::of(sketch, limit)?;
    let whose = if for_all { " over all tools together" } else { "" };
    let window = quota.window;
    let meaning = meaning::of_window(window);
    let twice = rates::grouped(quota.max.saturating_mul(2));
    let line = if for_all { format!("rate all {}", quota.rate()) } else { quota.rate() };
    Some(format!(
        "{}{whose}: up to {} an hour. {meaning} Around that moment up to {twice} can get through in a short time.\n\n{}",
        rates::calls(quota.max, window),
        rates::grouped(quota.per_hour()),
        block("gate", &line),
    ))
}
