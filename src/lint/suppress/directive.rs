//! What follows `gatewright:` in a comment: `allow(RULES) [until DATE] REASON`.
//!
//! Reading goes on after a mistake wherever the rest still makes sense, so that all mistakes are said at once.

use jiff::civil::Date;

use super::date::is_date_shaped;
use super::{date, errors, is_suppressible};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Span};
use crate::text::nearest;

/// The word before the date.
const UNTIL: &str = "until";

/// What a comment says, as far as it could be read.
#[derive(Debug, Default)]
pub(super) struct Directive {
    /// The rules and their places.
    pub rules: Vec<(Code, Span)>,
    /// The last day and its place.
    pub until: Option<(Date, Span)>,
    /// The reason.
    pub reason: String,
}

/// What all comments of a run share.
#[derive(Debug)]
pub(super) struct Reports {
    /// The mistakes.
    pub findings: Vec<Diagnostic>,
    /// For how many more names the nearest ones are looked for, so that a file full of wrong names is read in time.
    pub suggestions_left: usize,
}

/// Reads the characters from the mark `gatewright:` to `end`.
pub(super) fn read(
    file: FileId,
    text: &str,
    mark: Span,
    end: usize,
    reports: &mut Reports,
) -> Directive {
    let reader = DirectiveReader { file, text, at: mark.end as usize, end, reports };
    reader.directive(mark)
}

struct DirectiveReader<'r> {
    file: FileId,
    text: &'r str,
    at: usize,
    end: usize,
    reports: &'r mut Reports,
}

impl<'r> DirectiveReader<'r> {
    fn directive(mut self, mark: Span) -> Directive {
        let mut directive = Directive::default();
        self.skip_blanks();
        let allow = self.word(|character| character == '(');
        match self.slice(allow) {
            "allow" => {}
            "" if self.rest().is_empty() => {
                self.report(errors::nothing(mark));
                return directive;
            }
            word => {
                let word = if word.is_empty() { "(" } else { word };
                let span = self.span(allow.start as usize, allow.start as usize + word.len());
                self.report(errors::no_instruction(span, word));
                return directive;
            }
        }
        self.skip_blanks();
        let open = self.at;
        if !self.rest().starts_with('(') {
            self.report(errors::no_list(allow));
            return directive;
        }
        let Some(length) = self.rest().find(')') else {
            self.report(errors::unclosed_list(self.span(open, open + 1)));
            return directive;
        };
        self.at = open + length + 1;
        directive.rules = self.rules(open + 1, open + length);
        directive.until = self.until();
        directive.reason = self.reason(allow);
        directive
    }

    /// The rules of the list between two offsets.
    fn rules(&mut self, from: usize, to: usize) -> Vec<(Code, Span)> {
        let list = self.text.get(from..to).unwrap_or("");
        if list.trim().is_empty() {
            self.report(errors::empty_list(self.span(from - 1, to + 1)));
            return Vec::new();
        }
        let mut rules = Vec::new();
        let mut start = from;
        for item in list.split(',') {
            let name = item.trim();
            let name_start = start + (item.len() - item.trim_start().len());
            let span = self.span(name_start, name_start + name.len());
            if name.is_empty() {
                // The comma before it, or for the first the one behind it.
                let comma = if start > from { start - 1 } else { start + item.len() };
                self.report(errors::missing_rule(self.span(comma, comma + 1)));
            } else if let Some(code) = self.rule(name, span) {
                rules.push((code, span));
            }
            start += item.len() + 1;
        }
        rules
    }

    fn rule(&mut self, name: &str, span: Span) -> Option<Code> {
        let problem = match Code::from_name(name) {
            Some(code) if is_suppressible(code) => return Some(code),
            Some(code) if code.is_rule() => errors::rule_about_suppressions(span, code),
            Some(code) => errors::error_of_the_language(span, code),
            None => errors::unknown_rule(span, name, &self.near(name)),
        };
        self.report(problem);
        None
    }

    fn near(&mut self, name: &str) -> Vec<&'static str> {
        if self.reports.suggestions_left == 0 {
            return Vec::new();
        }
        self.reports.suggestions_left -= 1;
        let rules = Code::ALL.iter().filter(|code| is_suppressible(**code));
        nearest(name, rules.map(|code| code.name()))
    }

    fn until(&mut self) -> Option<(Date, Span)> {
        self.skip_blanks();
        let start = self.at;
        let word = self.word(|_| false);
        if self.slice(word) != UNTIL {
            self.at = start;
            return None;
        }
        self.skip_blanks();
        let behind = self.at;
        let span = self.word(|_| false);
        let written = self.slice(span);
        match date(written) {
            Ok(date) => Some((date, span)),
            Err(fault) if written.contains(|character: char| character.is_ascii_digit()) => {
                self.report(errors::wrong_date(span, written, fault));
                None
            }
            Err(_) => {
                // The word belongs to the reason, which may be there all the same.
                let span = if written.is_empty() { word } else { span };
                self.report(errors::no_date(span, written));
                self.at = behind;
                None
            }
        }
    }

    /// The reason. `allow` is where the instruction begins.
    fn reason(&mut self, allow: Span) -> String {
        let read = self.at;
        let is_separator = |character: char| {
            character.is_whitespace() || matches!(character, ':' | ',' | ';' | '-' | '–' | '—')
        };
        let reason = self.rest().trim_start_matches(is_separator).trim_end();
        if !reason.contains(char::is_alphanumeric) {
            let read_from = allow.start as usize;
            let said = self.text.get(read_from..read).unwrap_or("").trim_end();
            self.report(errors::no_reason(self.span(read_from, read_from + said.len())));
            return String::new();
        }
        let start = self.end - self.rest().trim_start_matches(is_separator).len();
        if let Some((place, length, at_start)) = stray_date(reason) {
            let span = self.span(start + place, start + place + length);
            self.report(errors::stray_date(span, at_start));
        }
        reason.to_owned()
    }

    fn rest(&self) -> &'r str {
        self.text.get(self.at..self.end).unwrap_or("")
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    /// Takes what stands before the next blank, or before a character that ends the word too.
    fn word(&mut self, ends: impl Fn(char) -> bool) -> Span {
        let rest = self.rest();
        let end = rest.find(|character: char| character.is_whitespace() || ends(character));
        let start = self.at;
        self.at += end.unwrap_or(rest.len());
        self.span(start, self.at)
    }

    fn slice(&self, span: Span) -> &'r str {
        self.text.get(span.range()).unwrap_or("")
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }

    fn report(&mut self, finding: Diagnostic) {
        self.reports.findings.push(finding);
    }
}

/// A day with which a reason begins, or that stands behind `until` in it: its offset and length, and whether the reason begins
/// with it.
fn stray_date(reason: &str) -> Option<(usize, usize, bool)> {
    let mut offset = 0;
    let mut previous = None;
    for piece in reason.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        let day = word.trim_end_matches(|character: char| character.is_ascii_punctuation());
        let is_last_day = previous.is_none_or(|previous| previous == UNTIL);
        if is_last_day && is_date_shaped(day) {
            return Some((offset, day.len(), previous.is_none()));
        }
        offset += piece.len();
        if !word.is_empty() {
            previous = Some(word);
        }
    }
    None
}
