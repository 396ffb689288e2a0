//! Thresholds: `120/minute`.

use std::ops::Range;

use crate::policy::{MAX_CALLS, Rate, RateError, Window};
use crate::text::{choice, did_you_mean, quote};

/// What is wrong with a threshold, and with which of its bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) part: Range<usize>,
    pub(super) message: String,
    pub(super) help: String,
}

/// The calls per minute of a threshold, rounded down: one that is no whole number is held more strictly than written, never
/// less.
pub(super) fn calls_per_minute(text: &str) -> Result<u64, Wrong> {
    let wrong = |part, message: String, help: &str| Err(Wrong { part, message, help: help.into() });
    let (calls, window) = text.split_once('/').unwrap_or((text, ""));
    match text.parse::<Rate>() {
        Err(RateError::Form) => {
            let message = format!("{} is not a threshold", quote(text));
            wrong(0..text.len(), message, FORM)
        }
        Err(RateError::Calls) => {
            let message = format!("{} is not a number of calls", quote(calls));
            let help = format!("write a whole number from 1 to {MAX_CALLS}");
            // An empty part has no characters to point at.
            let part = if calls.is_empty() { 0..text.len() } else { 0..calls.len() };
            wrong(part, message, &help)
        }
        Err(RateError::Window) => {
            let message = format!("unknown window {}", quote(window));
            let words = Window::ALL.map(Window::name);
            let near = did_you_mean(window, words);
            let help = near.unwrap_or_else(|| format!("write {}", choice(words, words.len())));
            let part = if window.is_empty() { 0..text.len() } else { calls.len() + 1..text.len() };
            wrong(part, message, &help)
        }
        Ok(rate) => match rate.calls() / rate.window().minutes() {
            0 => {
                let least = Rate::clamped(rate.window().minutes(), rate.window());
                let message = format!("{} is less than one call a minute", quote(text));
                wrong(0..text.len(), message, &format!("write `{least}` or more"))
            }
            calls => Ok(calls),
        },
    }
}

/// What a threshold looks like.
pub(super) const FORM: &str =
    "write the calls and their window: `\"120/minute\"`, `\"7200/hour\"` or `\"172800/day\"`";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_and_days_count_by_the_minute() {
        assert_eq!(calls_per_minute("120/minute"), Ok(120));
        assert_eq!(calls_per_minute("600/hour"), Ok(10));
        assert_eq!(calls_per_minute("659/hour"), Ok(10));
        assert_eq!(calls_per_minute("1440/day"), Ok(1));
        assert_eq!(calls_per_minute(&format!("{MAX_CALLS}/minute")), Ok(MAX_CALLS));
    }

    #[test]
    fn the_part_that_is_wrong_is_found() {
        let wrong = |text: &str| {
            let wrong = calls_per_minute(text).unwrap_err();
            (text.get(wrong.part).unwrap().to_owned(), wrong.message)
        };
        let pair = |part: &str, message: &str| (part.to_owned(), message.to_owned());
        assert_eq!(wrong("120"), pair("120", "`120` is not a threshold"));
        assert_eq!(wrong("0/minute"), pair("0", "`0` is not a number of calls"));
        assert_eq!(wrong("-1/minute"), pair("-1", "`-1` is not a number of calls"));
        assert_eq!(wrong("+1/minute"), pair("+1", "`+1` is not a number of calls"));
        assert_eq!(wrong("/minute"), pair("/minute", "`` is not a number of calls"));
        assert_eq!(wrong("5/"), pair("5/", "unknown window ``"));
        assert_eq!(wrong("5/minutes"), pair("minutes", "unknown window `minutes`"));
        assert_eq!(wrong("59/hour"), pair("59/hour", "`59/hour` is less than one call a minute"));
        assert!(calls_per_minute("5/minutes").unwrap_err().help.contains("`minute`"));
        assert!(calls_per_minute("5/week").unwrap_err().help.contains("`day`"));
    }
}
