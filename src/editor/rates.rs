//! What a rate comes to, in words.

use crate::policy::{Rate, Window};

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

/// What a rate allows in the long run, and around the edge of its window. Markdown.
pub(super) fn explained(rate: Rate) -> String {
    let most_in = |window| grouped(rate.most_in(window));
    let long_run = match rate.window() {
        Window::Minute => {
            let (hour, day) = (most_in(Window::Hour), most_in(Window::Day));
            format!(", or {hour} an hour and {day} a day in the long run")
        }
        Window::Hour => format!(", or {} a day in the long run", most_in(Window::Day)),
        Window::Day => ", which can all come within one hour".to_owned(),
    };
    format!(
        "At most {}{long_run}.\n\nWindows are fixed and follow the calendar in UTC: around the \
         end of a window, up to {} calls can get through at once.",
        in_words(rate),
        grouped(rate.calls().saturating_mul(2)),
    )
}

/// `1,800 calls an hour`
pub(super) fn in_words(rate: Rate) -> String {
    let calls = if rate.calls() == 1 { "call" } else { "calls" };
    format!("{} {calls} {}", grouped(rate.calls()), rate.window().with_article())
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
        assert_eq!(in_words(Rate::clamped(1, Window::Hour)), "1 call an hour");
        assert_eq!(in_words(Rate::clamped(1_800, Window::Day)), "1,800 calls a day");
    }
}
