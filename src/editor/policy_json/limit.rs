//! The rate of a limit.

use super::sketch::{Id, Sketch};
use crate::policy::{Rate, Window};

/// The rate of a limit; `None` while it is incomplete.
pub(super) fn rate_of(sketch: &Sketch<'_>, limit: Id) -> Option<Rate> {
    let calls = sketch.slice(sketch.value(sketch.member(limit, "max")?));
    let window = sketch.string(sketch.member(limit, "window")?)?;
    Some(Rate::clamped(Rate::parse_calls(calls)?, Window::from_name(&window)?))
}
