//! What a rate comes to, in words.

use crate::policy::{MAX_CALLS, Window};

/// The most calls in an hour of the calendar that a cap lets through; `None` where the cap says so itself, or lets all of its calls
/// through in one hour.
pub(super) fn per_hour(max: u64, window: Window) -> Option<u64> {
    (window == Window::Minute).then(|| max.saturating_mul(Window::Hour.minutes()))
}

/// A number with a comma before every three digits: `1,800`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// What so many calls in a window mean: in the long run, and around the edge of the window. Markdown.
pub(super) fn explained(max: u64, window: Window) -> String {
    let times = |factor: u64| grouped(max.saturating_mul(factor));
    let long_run = match window {
        Window::Minute => {
            format!(": in the long run {} an hour and {} a day", times(60), times(24 * 60))
        }
        Window::Hour => format!(": in the long run {} a day", times(24)),
        Window::Day => ", which may all come within one hour".to_owned(),
    };
    format!(
        "At most {}{long_run}.\n\nWindows are fixed and follow the calendar in UTC: around the edge of \
         one, up to {} calls get through at once.",
        calls(max, window),
        times(2),
    )
}

/// A rate by its two halves as they are written; `None` where one is not right.
pub(super) fn read(max: &str, window: &str) -> Option<(u64, Window)> {
    let max = max.parse().ok().filter(|max| (1..=MAX_CALLS).contains(max))?;
    Some((max, Window::from_name(window)?))
}

/// `1,800 calls an hour`
pub(super) fn calls(max: u64, window: Window) -> String {
    let calls = if max == 1 { "call" } else { "calls" };
    let article = if window == Window::Hour { "an" } else { "a" };
    format!("{} {calls} {article} {}", grouped(max), window.name())
}

/// `30/minute`
pub(super) fn written(max: u64, window: Window) -> String {
    format!("{max}/{}", window.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (number, expected) in
            [(0, "0"), (999, "999"), (1_800, "1,800"), (43_200_000, "43,200,000")]
        {
            assert_eq!(grouped(number), expected);
        }
        assert_eq!(calls(1, Window::Hour), "1 call an hour");
        assert_eq!(calls(1_800, Window::Day), "1,800 calls a day");
        assert_eq!(per_hour(MAX_CALLS, Window::Minute), Some(MAX_CALLS * 60));
    }
}
