//! How many calls get through in a window.

use super::{Standing, View, Widening};
use crate::policy::{Posture, Window};
use crate::policy_json::Limit;

/// The most calls that limits let through in one window; `None` without a limit. Shorter windows count as often as they fit in,
/// longer ones as they stand, since all their calls may fall into one of these.
fn most<'l>(limits: impl Iterator<Item = &'l Limit>, window: Window) -> Option<u64> {
    let bound = |limit: &Limit| {
        let times = (window.minutes() / limit.window.minutes()).max(1);
        limit.max.saturating_mul(times)
    };
    limits.map(bound).min()
}

fn limits<'d>(standing: Standing<'d>) -> &'d [Limit] {
    match standing {
        Standing::Ruled(Some(rule)) => &rule.limits,
        _ => &[],
    }
}

/// Whether no call of the tool gets through.
fn is_blocked(standing: Standing<'_>) -> bool {
    match standing {
        Standing::Hidden | Standing::NotGranted => true,
        Standing::Ruled(rule) => rule.is_some_and(|rule| {
            rule.deny_if.iter().any(|predicate| predicate.conditions.is_empty())
        }),
    }
}

/// A window in which more calls of a tool get through under `new`.
pub(super) fn tool(
    old: &View<'_>,
    new: &View<'_>,
    before: Standing<'_>,
    after: Standing<'_>,
) -> Option<Widening> {
    if is_blocked(before) || is_blocked(after) {
        return None;
    }
    wider_window(
        |window| most(limits(before).iter().chain(old.all_limits()), window),
        |window| most(limits(after).iter().chain(new.all_limits()), window),
    )
}

/// A window in which more calls of all tools get through under `new`.
pub(super) fn all_calls(old: &View<'_>, new: &View<'_>) -> Option<Widening> {
    wider_window(
        |window| most(old.all_limits().iter(), window),
        |window| {
            let all = most(new.all_limits().iter(), window);
            [all, total(new, window)].into_iter().flatten().min()
        },
    )
}

/// The most calls that the tools let through in a window by their own limits; `None` if one has none.
fn total(view: &View<'_>, window: Window) -> Option<u64> {
    if view.others() != Standing::NotGranted && view.document.default == Posture::Allow {
        return None;
    }
    let open = view.document.tools.keys().map(|name| view.tool(name));
    let open = open.filter(|standing| !is_blocked(*standing));
    let mut sum: u64 = 0;
    for standing in open {
        sum = sum.saturating_add(most(limits(standing).iter(), window)?);
    }
    Some(sum)
}

fn wider_window(
    old: impl Fn(Window) -> Option<u64>,
    new: impl Fn(Window) -> Option<u64>,
) -> Option<Widening> {
    Window::ALL.into_iter().find_map(|window| {
        let (old, new) = (old(window)?, new(window));
        new.is_none_or(|new| new > old).then_some(Widening::Calls { window, old, new })
    })
}
