//! Rates: how many calls per window.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// The largest number of calls: 2^53 - 1, the largest count that every JSON reader keeps exactly.
pub const MAX_CALLS: u64 = (1 << 53) - 1;

/// The period over which calls are counted. Windows are fixed and aligned to the UTC calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Window {
    /// A minute.
    Minute,
    /// An hour.
    Hour,
    /// A day.
    Day,
}

impl Window {
    /// Every window, shortest first.
    pub const ALL: [Window; 3] = [Window::Minute, Window::Hour, Window::Day];

    /// `minute`, `hour`, `day`: the word in both languages.
    pub fn name(self) -> &'static str {
        match self {
            Window::Minute => "minute",
            Window::Hour => "hour",
            Window::Day => "day",
        }
    }

    /// `a minute`, `an hour`, `a day`.
    pub fn with_article(self) -> &'static str {
        match self {
            Window::Minute => "a minute",
            Window::Hour => "an hour",
            Window::Day => "a day",
        }
    }

    /// The window of a word.
    pub fn from_name(name: &str) -> Option<Window> {
        Window::ALL.into_iter().find(|window| window.name() == name)
    }

    /// Its length in minutes.
    pub fn minutes(self) -> u64 {
        match self {
            Window::Minute => 1,
            Window::Hour => 60,
            Window::Day => 24 * 60,
        }
    }
}

/// A number of calls per window, such as `30/minute`: from 1 to [`MAX_CALLS`] calls.
///
/// Parses and prints as it is written in a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rate {
    calls: u64,
    window: Window,
}

/// Why a text is not a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateError {
    /// There is no `/`.
    Form,
    /// The part before the `/` is not a whole number from 1 to [`MAX_CALLS`].
    Calls,
    /// The part after the `/` is not a window.
    Window,
}

impl Rate {
    /// The rate with the nearest number of calls from 1 to [`MAX_CALLS`].
    pub fn clamped(calls: u64, window: Window) -> Rate {
        Rate { calls: calls.clamp(1, MAX_CALLS), window }
    }

    /// So many calls a minute, clamped.
    pub fn per_minute(calls: u64) -> Rate {
        Rate::clamped(calls, Window::Minute)
    }

    /// The calls per window.
    pub fn calls(self) -> u64 {
        self.calls
    }

    /// The period.
    pub fn window(self) -> Window {
        self.window
    }

    /// A number of calls in decimal digits, from 1 to [`MAX_CALLS`].
    pub fn parse_calls(digits: &str) -> Option<u64> {
        // `parse` takes a sign, which is not part of a rate.
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse().ok().filter(|calls| is_number && (1..=MAX_CALLS).contains(calls))
    }

    /// The most calls in one aligned `window`. A longer window holds a whole number of shorter ones, and all calls of a
    /// longer window may fall into one shorter one.
    pub fn most_in(self, window: Window) -> u64 {
        self.calls.saturating_mul((window.minutes() / self.window.minutes()).max(1))
    }

    /// Whether it lets more calls through in the long run than another.
    pub fn is_looser_than(self, other: Rate) -> bool {
        self.cmp_long_run(other).is_gt()
    }

    /// Compares how many calls get through in the long run.
    pub fn cmp_long_run(self, other: Rate) -> Ordering {
        let scaled =
            |rate: Rate, by: Rate| u128::from(rate.calls) * u128::from(by.window.minutes());
        scaled(self, other).cmp(&scaled(other, self))
    }
}

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Rate, RateError> {
        let (calls, window) = text.split_once('/').ok_or(RateError::Form)?;
        let calls = Rate::parse_calls(calls).ok_or(RateError::Calls)?;
        let window = Window::from_name(window).ok_or(RateError::Window)?;
        Ok(Rate { calls, window })
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.calls, self.window.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_parsed_and_nothing_else() {
        for text in ["1/minute", "30/hour", "9007199254740991/day"] {
            assert_eq!(text.parse::<Rate>().unwrap().to_string(), text);
        }
        for (text, error) in [
            ("", RateError::Form),
            ("5", RateError::Form),
            ("/day", RateError::Calls),
            ("0/day", RateError::Calls),
            ("+1/day", RateError::Calls),
            ("-1/day", RateError::Calls),
            (" 1/day", RateError::Calls),
            ("9007199254740992/day", RateError::Calls),
            ("5/", RateError::Window),
            ("5/Day", RateError::Window),
            ("5/minute/hour", RateError::Window),
        ] {
            assert_eq!(text.parse::<Rate>(), Err(error), "{text}");
        }
        assert_eq!(Rate::per_minute(0).to_string(), "1/minute");
        assert_eq!(Rate::clamped(u64::MAX, Window::Day).calls(), MAX_CALLS);
    }

    #[test]
    fn a_bound_holds_in_any_window() {
        let rate = |text: &str| text.parse::<Rate>().unwrap();
        for (text, minute, hour, day) in
            [("30/minute", 30, 1_800, 43_200), ("30/hour", 30, 30, 720), ("30/day", 30, 30, 30)]
        {
            let most = Window::ALL.map(|window| rate(text).most_in(window));
            assert_eq!(most, [minute, hour, day], "{text}");
        }
        assert_eq!(rate("60/hour").cmp_long_run(rate("1/minute")), Ordering::Equal);
        assert_eq!(rate("59/hour").cmp_long_run(rate("1/minute")), Ordering::Less);
        assert_eq!(rate("1/minute").cmp_long_run(rate("1439/day")), Ordering::Greater);
    }
}
