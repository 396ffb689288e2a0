//! Marks of other languages: comments, quotation marks, semicolons, commas and signs between a word and what it is about.

use super::super::grammar::Expected;
use super::super::{lexer, words};
use super::found::Mistake;
use super::refused::{RefusedIn, line_from};
use crate::diagnostic::{Applicability, Code, Diagnostic, Edit};
use crate::policy::write_string;
use crate::text;

/// What begins a comment in other languages.
const COMMENTS: [&str; 4] = ["//", "/*", "*/", "--"];

/// The quotation marks of word processors and of other languages, with the one that closes each.
const QUOTATION_MARKS: [(char, char); 9] = [
    ('\'', '\''),
    ('`', '`'),
    ('\u{201c}', '\u{201d}'),
    ('\u{201d}', '\u{201d}'),
    ('\u{201e}', '\u{201c}'),
    ('\u{2018}', '\u{2019}'),
    ('\u{2019}', '\u{2019}'),
    ('\u{ab}', '\u{bb}'),
    ('\u{bb}', '\u{ab}'),
];

/// Signs that other languages write between a word and what it is about.
const NOISE: [&str; 7] = ["=", ":", ":=", "->", "=>", "==", "."];

impl Mistake<'_> {
    /// A comment of another language, at the token or taken for a tool's name before it.
    pub(super) fn comment(&self) -> Option<Diagnostic> {
        let is_pattern = self.expects(Expected::Text) && !self.expects(Expected::Tool);
        if is_pattern && self.token.starts_with('/') && self.tail().contains('/') {
            return None;
        }
        self.comment_at(self.at(), self.token)
            .or_else(|| self.comment_at(self.previous_start(), self.previous))
    }

    /// A comment of another language that begins with a token.
    pub(super) fn comment_at(&self, at: usize, token: &str) -> Option<Diagnostic> {
        let mark = COMMENTS.into_iter().find(|mark| token.starts_with(mark))?;
        let span = self.place(at..at + mark.len());
        let message = format!("`{mark}` does not begin a comment");
        let found = Diagnostic::new(Code::Syntax, span, message)
            .with_help("begin each line of a comment with `#`");
        if mark == "*/" {
            return Some(found);
        }
        let line = line_from(self.context.text, at);
        if !self.ends_its_line() {
            return Some(found);
        }
        let close = line.find("*/").filter(|_| mark == "/*");
        let mut edits = vec![Edit { span, text: "#".to_owned() }];
        match close {
            None if mark == "/*" => return Some(found),
            None => {}
            Some(close) if line.get(close + 2..).is_some_and(|rest| rest.trim().is_empty()) => {
                let start = line.get(..close).unwrap_or("").trim_end().len();
                let gone = self.place(at + start..at + close + 2);
                edits.push(Edit { span: gone, text: String::new() });
            }
            Some(_) => return Some(found),
        }
        Some(found.with_edits(Applicability::Unsafe, "write `#`", edits))
    }

    /// Whether the statement reaches to the end of its line, so that a comment behind it takes nothing else away.
    fn ends_its_line(&self) -> bool {
        let end = lexer::skip_blanks(self.context.text, self.context.extent.end);
        matches!(self.context.text.as_bytes().get(end), None | Some(b'\n' | b'\r' | b'#'))
    }

    /// A string or a name between other quotation marks.
    pub(super) fn quotation(&self) -> Option<Diagnostic> {
        let open = self.token.chars().next()?;
        let (_, closing) = QUOTATION_MARKS.into_iter().find(|(mark, _)| *mark == open)?;
        let code = if open.is_ascii() { Code::Syntax } else { Code::InvalidCharacter };
        let message = if open.is_ascii() {
            format!("{} is not in double quotes", self.shown())
        } else {
            format!("`{open}` is not a double quote")
        };
        let start = self.at() + open.len_utf8();
        let line = line_from(self.context.text, start);
        let inside = line.find([closing, open]).and_then(|end| line.get(..end));
        let span = if open.is_ascii() { self.span } else { self.place(self.at()..start) };
        let found = Diagnostic::new(code, span, message).with_help("use double quotes");
        let Some(inside) = inside else { return Some(found) };
        let close = line.get(inside.len()..).and_then(|rest| rest.chars().next());
        let whole = self.at()..start + inside.len() + close.map_or(0, char::len_utf8);
        let after = line.get(inside.len()..).and_then(|rest| rest.chars().nth(1));
        if after.is_some_and(|next| next == open || next.is_alphanumeric()) {
            // `'It''s'`: the text does not end at this mark.
            return Some(found);
        }
        let by = self.quoted(inside);
        let title = format!("write {}", text::quote(&by));
        Some(found.with_fix(Applicability::Unsafe, title, self.place(whole), by))
    }

    /// A text in double quotes; the name of a tool without, where that is possible, so that it is checked.
    fn quoted(&self, inside: &str) -> String {
        let tool = self.expects(Expected::Tool) || self.expects(Expected::Name);
        let value = self.expects(Expected::Value);
        if tool && !value && words::is_bare_name(inside) {
            return inside.to_owned();
        }
        let mut quoted = String::new();
        write_string(inside, &mut quoted);
        quoted
    }

    /// `;`, which ends no statement here.
    pub(super) fn semicolon(&self) -> Option<Diagnostic> {
        if self.token != ";" {
            return None;
        }
        let message = "a statement ends at the end of its line";
        let from = self.before_end();
        let Some((next, _)) = self.tokens(self.end()).next() else {
            return Some(self.removed(self.at()..self.end(), message, from..self.end()));
        };
        let indent = if self.context.place == RefusedIn::Block { "\n    " } else { "\n" };
        Some(
            self.syntax(message)
                .with_help("remove the `;`, and begin the next statement on a new line")
                .with_fix(
                    Applicability::Unsafe,
                    "begin a new line",
                    self.place(from..next),
                    indent,
                ),
        )
    }

    /// A comma after the last item.
    pub(super) fn trailing_comma(&self) -> Option<Diagnostic> {
        let closes = matches!(self.token, "" | "]" | "}" | ")");
        let before = self.before();
        if !closes || !before.ends_with(',') {
            return None;
        }
        let comma = self.before_end() - 1..self.before_end();
        Some(self.removed(comma.clone(), "trailing comma", comma))
    }

    /// A number with separators between its thousands, which reads as two values.
    pub(super) fn thousands(&self) -> Option<Diagnostic> {
        let text = self.context.text;
        let is_digit = |byte: &u8| byte.is_ascii_digit();
        let before = self.slice(self.context.start..self.at());
        let front = before.strip_suffix(',').unwrap_or(before);
        let head = front.bytes().rev().take_while(|byte| is_digit(byte)).count();
        let start = self.context.start + front.len() - head;
        let is_group = self.token == "," || before.ends_with(',');
        let is_value = front.bytes().rev().nth(head).is_none_or(|byte| !words::is_name_byte(byte));
        if !is_group || !(1..=3).contains(&head) || !is_value {
            return None;
        }
        let mut end = start + head;
        while let Some(group) = text.as_bytes().get(end..end + 4)
            && group.first() == Some(&b',')
            && group.get(1..)?.iter().all(is_digit)
        {
            end += 4;
        }
        let number = self.slice(start..end).replace(',', "");
        let ends = text.as_bytes().get(end).is_none_or(|byte| !words::is_name_byte(*byte));
        let (message, by) = ("numbers cannot have thousands separators", number.as_str());
        (end > start + head && ends && self.goes_further(start..end, by))
            .then(|| self.rewritten(start..end, message, by))
    }

    /// `1,5` with a decimal comma, and `5%`.
    pub(super) fn part_of_number(&self) -> Option<Diagnostic> {
        let before = self.slice(self.context.start..self.at());
        let head = before.bytes().rev().take_while(u8::is_ascii_digit).count();
        if head == 0 || !self.expects(Expected::Word("because")) {
            return None;
        }
        let whole = self.at() - head;
        match self.token {
            "%" => {
                let message = "a number has no unit";
                self.goes_further(self.at()..self.end(), "")
                    .then(|| self.removed(self.at()..self.end(), message, self.at()..self.end()))
            }
            "," => {
                let rest = self.slice(self.end()..self.line_end());
                let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
                let end = self.end() + digits;
                let by =
                    format!("{}.{}", self.slice(whole..self.at()), self.slice(self.end()..end));
                let message = "a number has a decimal point, not a comma";
                (digits > 0 && self.goes_further(whole..end, &by))
                    .then(|| self.rewritten(whole..end, message, &by))
            }
            _ => None,
        }
    }

    /// A sign without which the statement is right.
    pub(super) fn noise(&self) -> Option<Diagnostic> {
        if !NOISE.contains(&self.token) {
            return None;
        }
        let next = self.tokens(self.end()).next().map_or(self.end(), |(at, _)| at);
        let gone = self.at()..next;
        let message = format!("unexpected {}", self.shown());
        self.goes_further(gone.clone(), "")
            .then(|| self.removed(self.at()..self.end(), &message, gone))
    }
}
