//! Thresholds: `120/minute`.

use std::ops::Range;

use crate::policy::{MAX_CALLS, Window};
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
    let Some((calls, window)) = text.split_once('/') else {
        let message = format!("{} is no threshold", quote(text));
        return wrong(0..text.len(), message, FORM);
    };
    let is_number = !calls.is_empty() && calls.bytes().all(|byte| byte.is_ascii_digit());
    let number = calls.parse().ok().filter(|number| (1..=MAX_CALLS).contains(number) && is_number);
    let Some(number) = number else {
        let message = format!("{} is no number of calls", quote(calls));
        let help = format!("write a whole number from 1 to {MAX_CALLS}");
        // An empty part has no characters to point at.
        let part = if calls.is_empty() { 0..text.len() } else { 0..calls.len() };
        return wrong(part, message, &help);
    };
    let Some(window) = Window::from_name(window) else {
        let message = format!("there is no window {}", quote(window));
        let words = Window::ALL.map(Window::name);
        let near = did_you_mean(window, words);
        let help = near.unwrap_or_else(|| format!("write {}", choice(words, words.len())));
        let part = if window.is_empty() { 0..text.len() } else { calls.len() + 1..text.len() };
        return wrong(part, message, &help);
    };
    match number / window.minutes() {
        0 => {
            let message = format!("{} is less than one call a minute", quote(text));
            let help = format!("write `{}/{}` or more", window.minutes(), window.name());
            wrong(0..text.len(), message, &help)
        }
        calls => Ok(calls),
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
        assert_eq!(wrong("120"), pair("120", "`120` is no threshold"));
        assert_eq!(wrong("0/minute"), pair("0", "`0` is no number of calls"));
        assert_eq!(wrong("-1/minute"), pair("-1", "`-1` is no number of calls"));
        assert_eq!(wrong("+1/minute"), pair("+1", "`+1` is no number of calls"));
        assert_eq!(wrong("/minute"), pair("/minute", "`` is no number of calls"));
        assert_eq!(wrong("5/"), pair("5/", "there is no window ``"));
        assert_eq!(wrong("5/minutes"), pair("minutes", "there is no window `minutes`"));
        assert_eq!(wrong("59/hour"), pair("59/hour", "`59/hour` is less than one call a minute"));
        assert!(calls_per_minute("5/minutes").unwrap_err().help.contains("`minute`"));
        assert!(calls_per_minute("5/week").unwrap_err().help.contains("`day`"));
    }
}
