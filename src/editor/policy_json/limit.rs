//! What a limit says.

use super::sketch::{Id, Sketch};
use crate::policy::{MAX_CALLS, Window};

/// The numbers of a limit, as far as it is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quota {
    /// Calls per window.
    pub(super) max: u64,
    pub(super) window: Window,
}

impl Quota {
    pub(super) fn of(sketch: &Sketch<'_>, limit: Id) -> Option<Self> {
        let max = sketch.slice(sketch.value(sketch.member(limit, "max")?));
        let max = max.parse().ok().filter(|max| (1..=MAX_CALLS).contains(max))?;
        let window = sketch.string(sketch.member(limit, "window")?)?;
        Some(Self { max, window: Window::from_name(&window)? })
    }

    /// `30/minute`
    pub(super) fn rate(self) -> String {
        format!("{}/{}", self.max, self.window.name())
    }

    /// The most calls that get through in one of the calendar's hours.
    pub(super) fn per_hour(self) -> u64 {
        match self.window {
            Window::Minute => self.max.saturating_mul(Window::Hour.minutes()),
            Window::Hour | Window::Day => self.max,
        }
    }
}
