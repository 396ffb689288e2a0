//! Where a value is expected: other spellings of constants, numbers, lists and regular expressions, and texts without quotes.

use super::super::grammar::Expected;
use super::super::words;
use super::found::Mistake;
use super::refused::line_from;
use crate::diagnostic::{Applicability, Diagnostic, Edit};
use crate::policy::write_string;
use crate::text;

/// Constants of other languages.
const CONSTANTS: [(&str, &str); 12] = [
    ("True", "true"),
    ("TRUE", "true"),
    ("yes", "true"),
    ("on", "true"),
    ("False", "false"),
    ("FALSE", "false"),
    ("no", "false"),
    ("off", "false"),
    ("None", "null"),
    ("nil", "null"),
    ("undefined", "null"),
    ("NULL", "null"),
];

/// Words that end a text without quotes.
const ENDS_TEXT: [&str; 6] = ["and", "or", "because", "&&", "||", ","];

impl Mistake<'_> {
    pub(super) fn value(&self) -> Option<Diagnostic> {
        let value = self.expects(Expected::Value) || self.expects(Expected::Number);
        let text = self.expects(Expected::Text)
            && !self.expects(Expected::Tool)
            && !self.expects(Expected::Counter);
        let list = self.expects(Expected::List);
        if !value && !text && !list {
            return None;
        }
        let number = self.expects(Expected::Number) && !self.expects(Expected::Value);
        let wanted = match (value, list) {
            _ if number => Expected::Number,
            (true, _) => Expected::Value,
            (_, true) => Expected::List,
            _ => Expected::Text,
        };
        let message = format!("expected {}, found {}", wanted.words(), self.shown());
        let found = self.syntax(message);
        if self.token.is_empty() {
            return Some(found);
        }
        Some(match wanted {
            Expected::List => self.list(found),
            Expected::Number => self.number(found),
            Expected::Text => self.text(found),
            _ => match CONSTANTS.iter().find(|(other, _)| *other == self.token) {
                Some((_, "null")) => self.null(found),
                Some((_, constant)) => found
                    .with_help(format!("did you mean `{constant}`?"))
                    .with_choice(self.span, [(*constant).to_owned()]),
                None if is_numeral(self.token) => self.number(found),
                None => self.text(found),
            },
        })
    }

    /// `== None`, which asks whether the argument is there.
    fn null(&self, found: Diagnostic) -> Diagnostic {
        let before = self.before();
        let (operator, by) = match before {
            _ if before.ends_with("==") => ("==", "missing"),
            _ if before.ends_with("!=") => ("!=", "exists"),
            _ => {
                let help = "to test for a missing argument, write `args.NAME missing`";
                return found.with_help(help);
            }
        };
        let span = self.place(self.before_end() - operator.len()..self.end());
        found.with_help(format!("did you mean `{by}`?")).with_fix(
            Applicability::Unsafe,
            format!("write `{by}`"),
            span,
            by,
        )
    }

    /// A list between other brackets, or between none.
    fn list(&self, found: Diagnostic) -> Diagnostic {
        let found = found.with_help("write the values between `[` and `]`");
        let (open, close) = match self.token {
            "(" => (self.at()..self.end(), ")"),
            "{" => (self.at()..self.end(), "}"),
            token if token.starts_with('"') || is_numeral(token) => (self.at()..self.at(), ""),
            _ => return found,
        };
        let mut end = self.end();
        let mut closed = close.is_empty();
        for (at, token) in self.tokens(self.end()) {
            if !close.is_empty() && token == close {
                (end, closed) = (at, true);
                break;
            }
            let is_item = token == "," || token.starts_with('"') || is_numeral(token);
            if close.is_empty() && !is_item {
                break;
            }
            end = at + token.len();
        }
        if !closed {
            return found;
        }
        let edit = |range: std::ops::Range<usize>, text: &str| Edit {
            span: self.place(range),
            text: text.to_owned(),
        };
        let edits = vec![edit(open, "["), edit(end..end + close.len(), "]")];
        found.with_edits(Applicability::Unsafe, "write `[` and `]`", edits)
    }

    fn number(&self, found: Diagnostic) -> Diagnostic {
        if self.token.starts_with("args.") {
            return found
                .with_help("compare the argument with a value from the policy, not from the call");
        }
        let sign = matches!(self.token, "+" | "$" | "\u{20ac}" | "\u{a3}");
        let (start, end) = match self.tokens(self.end()).next() {
            Some((at, number)) if sign && at == self.end() => (at, at + number.len()),
            _ => (self.at(), self.end()),
        };
        let written = self.slice(start..end).trim_matches('"');
        match meant_number(written) {
            Some(by) => found.with_help(format!("did you mean `{by}`?")).with_fix(
                Applicability::Unsafe,
                format!("write `{by}`"),
                self.place(self.at()..end),
                by,
            ),
            None => found,
        }
    }

    fn text(&self, found: Diagnostic) -> Diagnostic {
        if self.token.starts_with("args.") {
            return found
                .with_help("compare the argument with a value from the policy, not from the call");
        }
        if self.token.starts_with('/') {
            return self.pattern_between_slashes().map_or(found.clone(), |(end, by)| {
                let title = format!("write {}", text::quote(&by));
                let span = self.place(self.at()..end);
                let help =
                    format!("write the regular expression in double quotes: {}", text::quote(&by));
                found.with_help(help).with_fix(Applicability::Unsafe, title, span, by)
            });
        }
        let end = match self.token {
            "r" if self.slice(self.end()..self.end() + 1) == "\"" => {
                return self.raw_string(found);
            }
            "^" => self.unquoted_end(),
            token if words::is_name_byte(token.bytes().next().unwrap_or(0)) => {
                if words::is_word(token) && !self.is_reason() {
                    return found;
                }
                self.unquoted_end()
            }
            _ => return found,
        };
        let written = self.slice(self.at()..end);
        let (code, comment) = match written.find(" //") {
            Some(mark) => (written.get(..mark).unwrap_or(""), true),
            None => (written, false),
        };
        let mut quoted = String::new();
        write_string(code.trim_end_matches([';', ' ', '\t']), &mut quoted);
        if !self.goes_further(self.at()..end, &quoted) {
            return found;
        }
        let help = format!("put it in double quotes: {}", text::quote(&quoted));
        if comment {
            return found.with_help(help);
        }
        found.with_help(help).with_fix(
            Applicability::Unsafe,
            "put it in double quotes",
            self.place(self.at()..end),
            quoted,
        )
    }

    /// Whether the text is a reason or the name of a file, which reach to the end of the line.
    fn is_reason(&self) -> bool {
        self.previous == "because"
    }

    /// Where a text without quotes ends.
    fn unquoted_end(&self) -> usize {
        let line_end = self.line_end();
        if self.is_reason() || matches!(self.word, "manifest" | "include") {
            return line_end;
        }
        let mut end = self.end();
        for (at, token) in self.tokens(self.end()) {
            let closes = token.starts_with(['(', '[', '{', ')', ']', '}', '"', '\'']);
            if closes || ENDS_TEXT.contains(&token) {
                break;
            }
            end = at + token.len();
        }
        end
    }

    /// `/^a/i`: where it ends, and the string that says the same.
    fn pattern_between_slashes(&self) -> Option<(usize, String)> {
        let rest = line_from(self.context.text, self.at() + 1);
        let close = rest.bytes().scan(false, |escaped, byte| {
            let closes = byte == b'/' && !*escaped;
            *escaped = byte == b'\\' && !*escaped;
            Some(closes)
        });
        let close = close.take(rest.len()).position(|closes| closes)?;
        let flags = words::run(rest, close + 1);
        let known = flags.bytes().all(|flag| matches!(flag, b'i' | b'm' | b's' | b'u' | b'g'));
        let kept: String = flags.chars().filter(|flag| matches!(flag, 'i' | 'm' | 's')).collect();
        let mut regex = if kept.is_empty() { String::new() } else { format!("(?{kept})") };
        regex += &rest.get(..close)?.replace("\\/", "/");
        let mut by = String::new();
        write_string(&regex, &mut by);
        known.then_some((self.at() + 1 + close + 1 + flags.len(), by))
    }

    /// `r"^\d"`, in which a backslash is itself.
    fn raw_string(&self, found: Diagnostic) -> Diagnostic {
        let rest = line_from(self.context.text, self.end() + 1);
        let Some(close) = rest.find('"') else { return found };
        let mut by = String::new();
        write_string(rest.get(..close).unwrap_or(""), &mut by);
        let span = self.place(self.at()..self.end() + 1 + close + 1);
        let title = format!("write {}", text::quote(&by));
        found.with_help(title.clone()).with_fix(Applicability::Unsafe, title, span, by)
    }
}

/// Whether a token is meant as a number.
fn is_numeral(token: &str) -> bool {
    let digits = token.trim_start_matches(['-', '+', '.']);
    digits.starts_with(|first: char| first.is_ascii_digit())
}

/// Letters after a number that multiply it, and the zeros that say the same.
const MULTIPLES: [(&str, &str); 4] = [("k", "000"), ("K", "000"), ("m", "000000"), ("M", "000000")];

/// The JSON number that a number of another language means.
fn meant_number(written: &str) -> Option<String> {
    let multiple = MULTIPLES.iter().find_map(|(letter, zeros)| {
        let digits = written.strip_suffix(letter)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| format!("{digits}{zeros}"))
    });
    let plain = multiple.unwrap_or_else(|| written.replace(['_', ','], ""));
    let (sign, digits) = match plain.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", plain.strip_prefix('+').unwrap_or(&plain)),
    };
    let digits = digits.strip_suffix('.').unwrap_or(digits);
    let trimmed = digits.trim_start_matches('0');
    let whole = if trimmed.starts_with(|first: char| first.is_ascii_digit()) {
        trimmed.to_owned()
    } else {
        format!("0{trimmed}")
    };
    let by = format!("{sign}{whole}");
    let is_number = serde_json::from_str::<serde_json::Number>(&by).is_ok();
    is_number.then_some(by)
}
