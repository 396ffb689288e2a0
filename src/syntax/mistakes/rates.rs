//! Rates that are written in another way: `1,000/hour`, `5 per minute`, `30/min`.

use super::super::grammar::Expected;
use super::super::words;
use super::found::Mistake;
use crate::diagnostic::{Applicability, Code, Diagnostic};
use crate::policy::Rate;
use crate::text;

/// Words between the number and the window.
const BETWEEN: [&str; 17] = [
    "call",
    "calls",
    "time",
    "times",
    "request",
    "requests",
    "req",
    "reqs",
    "invocation",
    "invocations",
    "use",
    "uses",
    "per",
    "a",
    "an",
    "each",
    "every",
];

/// Numbers of calls in words.
const TIMES: [(&str, &str); 2] = [("once", "1"), ("twice", "2")];

/// What people write for a tool without a cap.
const UNCAPPED: [&[&str]; 7] = [
    &["unlimited"],
    &["unbounded"],
    &["uncapped"],
    &["infinite"],
    &["no", "limit"],
    &["no", "cap"],
    &["without", "limit"],
];

/// Windows that the gateway does not count.
const OTHER_WINDOWS: [&str; 10] =
    ["s", "sec", "second", "seconds", "w", "week", "weeks", "month", "months", "year"];

impl Mistake<'_> {
    pub(super) fn rate(&self) -> Option<Diagnostic> {
        if !self.expects(Expected::Calls) && !self.follows_calls() {
            return None;
        }
        if let Some((length, by)) = meant(self.slice(self.at()..self.line_end())) {
            let span = self.place(self.at()..self.at() + length);
            let message = match self.token.split_once('/') {
                Some((calls, window)) if length == self.token.len() && by.starts_with(calls) => {
                    format!("unknown window {}", text::quote(window))
                }
                _ => format!("expected {}", Expected::Calls.words()),
            };
            return Some(
                invalid(span, message).with_help(format!("did you mean `{by}`?")).with_fix(
                    Applicability::Unsafe,
                    format!("write `{by}`"),
                    span,
                    by,
                ),
            );
        }
        if let Some(found) = self.uncapped().or_else(|| self.negative_rate()) {
            return Some(found);
        }
        let digits = self.token.bytes().take_while(u8::is_ascii_digit).count();
        let (calls, rest) = self.token.split_at(digits);
        if calls.is_empty() {
            let caps = matches!(self.word, "rate" | "budget") || self.previous.contains('/');
            let only = self.expected == [Expected::Calls];
            return (caps && (self.token.is_empty() || only)).then(|| {
                self.syntax(format!("expected {}, found {}", Expected::Calls.words(), self.shown()))
            });
        }
        self.window(calls, rest)
    }

    /// Whether a rate could come here, but the grammar asks for a comma first.
    fn follows_calls(&self) -> bool {
        self.expects(Expected::Word(","))
            && self.previous.split_once('/').is_some_and(|(calls, _)| {
                !calls.is_empty() && calls.bytes().all(|byte| byte.is_ascii_digit())
            })
            && !self.goes_further(self.at()..self.at(), ", ")
    }

    /// `unlimited`, where a rate could follow the tools.
    fn uncapped(&self) -> Option<Diagnostic> {
        let words: Vec<(usize, &str)> = std::iter::once((self.at(), self.token))
            .chain(self.tokens(self.end()))
            .take(2)
            .collect();
        let fits = |phrase: &&&[&str]| {
            phrase.len() <= words.len()
                && phrase.iter().zip(&words).all(|(word, (_, token))| word == token)
        };
        let phrase = UNCAPPED.iter().find(fits)?;
        let (at, last) = words.get(phrase.len().checked_sub(1)?)?;
        let end = at + last.len();
        let gone = self.before_end()..end;
        if self.word != "allow" || !self.goes_further(gone.clone(), "") {
            return None;
        }
        let written = text::quote(self.slice(self.at()..end));
        let message = format!("{written} is not a rate: an `allow` without a rate has no cap");
        let title = format!("remove {written}");
        Some(invalid(self.place(self.at()..end), message).with_help(title.clone()).with_fix(
            Applicability::Unsafe,
            title,
            self.place(gone),
            "",
        ))
    }

    /// `-5/minute`
    fn negative_rate(&self) -> Option<Diagnostic> {
        let sign = self.at()..self.at() + 1;
        let written = self.slice(self.at()..self.line_end());
        let rest = written.strip_prefix('-')?;
        let rate = words::run(rest, 0);
        rate.parse::<Rate>().ok()?;
        let span = self.place(self.at()..self.at() + 1 + rate.len());
        Some(
            invalid(span, "a rate cannot be negative".to_owned())
                .with_help(format!("did you mean `{rate}`?"))
                .with_fix(Applicability::Unsafe, "remove the sign", self.place(sign), ""),
        )
    }

    /// A number of calls whose window is missing or unknown.
    fn window(&self, calls: &str, rest: &str) -> Option<Diagnostic> {
        if !self.expects(Expected::Calls) {
            return None;
        }
        let calls = text::excerpt(calls, 24);
        let message = format!("expected {}", Expected::Calls.words());
        if !rest.is_empty() && !rest.starts_with('/') {
            return Some(
                invalid(self.span, message)
                    .with_help("write a whole number, a slash and a window: `30/minute`"),
            );
        }
        let Some(window) = rest.strip_prefix('/').filter(|window| !window.is_empty()) else {
            let found = invalid(self.span, message);
            return Some(found.with_help(format!("write the window: `{calls}/minute`")));
        };
        let help = if OTHER_WINDOWS.contains(&window.to_ascii_lowercase().as_str()) {
            "use `minute`, `hour` or `day`, and adjust the number"
        } else {
            "use `minute`, `hour` or `day`"
        };
        let message = format!("unknown window {}", text::quote(window));
        Some(invalid(self.span, message).with_help(help))
    }
}

fn invalid(span: crate::source::Span, message: String) -> Diagnostic {
    Diagnostic::new(Code::InvalidRate, span, message)
}

/// How many bytes at the start of a text are a rate as people write it, and how the language writes it. None for a text that
/// begins with no rate, or with a right one.
fn meant(text: &str) -> Option<(usize, String)> {
    let (mut at, mut digits) = number(text)?;
    if text.as_bytes().get(at).is_some_and(|byte| matches!(byte, b'k' | b'K')) {
        digits += "000";
        at += 1;
    }
    if text.as_bytes().get(at) == Some(&b'x') {
        at += 1;
    }
    loop {
        at += text.get(at..)?.len() - text.get(at..)?.trim_start_matches([' ', '\t', '/']).len();
        let word = letters(text.get(at..)?);
        if !BETWEEN.contains(&word.to_ascii_lowercase().as_str()) {
            break;
        }
        at += word.len();
    }
    let word = letters(text.get(at..)?);
    let window = window_of(word)?;
    let end = at + word.len();
    let ends = text.as_bytes().get(end).is_none_or(|byte| !words::is_name_byte(*byte));
    let by = format!("{digits}/{window}");
    (ends && text.get(..end) != Some(by.as_str())).then_some((end, by))
}

/// The number at the start of a text, in a word or in digits with or without separators between its thousands: its length and
/// its digits.
fn number(text: &str) -> Option<(usize, String)> {
    if let Some((word, digits)) = TIMES.iter().find(|(word, _)| letters(text) == *word) {
        return Some((word.len(), (*digits).to_owned()));
    }
    let bytes = text.as_bytes();
    let run = |at: usize| {
        bytes.get(at..).unwrap_or(&[]).iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    let mut end = run(0);
    let mut digits = text.get(..end).filter(|digits| !digits.is_empty())?.to_owned();
    while let Some(b',' | b'_' | b'.' | b'\'' | b' ') = bytes.get(end)
        && run(end + 1) == 3
        && (digits.len() <= 3 || end > digits.len())
    {
        digits += text.get(end + 1..end + 4)?;
        end += 4;
    }
    Some((end, digits))
}

fn letters(text: &str) -> &str {
    let end = text.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(text.len());
    text.get(..end).unwrap_or("")
}

/// The window that an author meant by another word for it.
fn window_of(word: &str) -> Option<&'static str> {
    match word {
        "minute" | "m" | "min" | "mins" | "minutes" | "Minute" | "minut" | "rpm" => Some("minute"),
        "hour" | "h" | "hr" | "hrs" | "hours" | "Hour" | "hourly" | "rph" => Some("hour"),
        "day" | "d" | "days" | "Day" | "daily" | "rpd" => Some("day"),
        other => text::nearest(other, ["minute", "hour", "day"])
            .first()
            .copied()
            .filter(|_| !OTHER_WINDOWS.contains(&other)),
    }
}
