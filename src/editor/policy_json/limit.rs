//! What a limit says.

use super::sketch::{Id, Sketch};
use crate::editor::rates;
use crate::policy::Window;

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
        let window = sketch.string(sketch.member(limit, "window")?)?;
        let (max, window) = rates::read(max, &window)?;
        Some(Self { max, window })
    }

    /// `30/minute`
    pub(super) fn rate(self) -> String {
        rates::written(self.max, self.window)
    }

    /// The most calls that get through in one of the calendar's hours.
    pub(super) fn per_hour(self) -> u64 {
        rates::per_hour(self.max, self.window).unwrap_or(self.max)
    }
}
