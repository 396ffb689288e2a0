//! Tools that are excluded in another way than with `except`: `get_*, -get_user` and `get_* but not get_user`.

use super::super::grammar::Expected;
use super::super::words;
use super::found::Mistake;
use super::refused::token_at;
use crate::diagnostic::{Applicability, Code, Diagnostic};
use crate::text;

/// What may follow `but`.
const AFTER_BUT: [&str; 6] = ["not", "except", "without", "excluding", "exclude", "for"];

/// Words after `but` with which a sentence goes on.
const ADVERBS: [&str; 9] = ["only", "just", "also", "never", "always", "if", "then", "at", "no"];

impl Mistake<'_> {
    /// An exclusion with a sign or a word that does not exclude. Its remedy must not grant the tool.
    pub(super) fn exclusion(&self) -> Option<Diagnostic> {
        let among_tools = self.expects(Expected::Tool) || self.expects(Expected::Word(","));
        let is_list = self.expects(Expected::Word("]")) || self.expects(Expected::Word("}"));
        if !among_tools || is_list || self.word == "classify" {
            return None;
        }
        let (start, sign_end) = self.exclusion_sign()?;
        let at = super::super::lexer::skip_blanks(self.context.text, sign_end);
        let tool = token_at(self.context.text, at);
        let first = tool.bytes().next()?;
        let is_tool = words::is_name_byte(first) || matches!(first, b'@' | b'"' | b'*' | b'?');
        let is_rate = tool.contains('/');
        if !is_tool || is_rate || words::is_word(tool) || tool.starts_with("args.") {
            return None;
        }
        let front = self.slice(self.context.start..start).trim_end();
        if front.ends_with("except") {
            return None;
        }
        let kept = front.strip_suffix(',').unwrap_or(front).trim_end();
        let sign = self.slice(start..sign_end);
        let message = format!("{} does not exclude a tool", text::quote(sign));
        let found = Diagnostic::new(Code::Syntax, self.place(start..sign_end), message);
        if kept == self.word {
            let help = format!("write {}", text::quote(&format!("@tools except {tool}")));
            return Some(found.with_help(help));
        }
        let title = format!("write {}", text::quote(&format!("except {tool}")));
        let found = found.with_help(title.clone());
        let range = self.context.start + kept.len()..at;
        if !self.goes_further(range.clone(), " except ") {
            return Some(found);
        }
        Some(found.with_fix(Applicability::Unsafe, title, self.place(range), " except "))
    }

    /// Where the sign or the words are that are to exclude what follows.
    fn exclusion_sign(&self) -> Option<(usize, usize)> {
        if self.previous == "not" && self.previous_start() > self.context.start {
            return Some((self.previous_start(), self.before_end()));
        }
        match self.token.to_ascii_lowercase().as_str() {
            "!" | "-" | "not" => Some((self.at(), self.end())),
            "but" => {
                let mut end = self.end();
                for (at, token) in self.tokens(self.end()) {
                    if !AFTER_BUT.contains(&token.to_ascii_lowercase().as_str()) {
                        let goes_on = end == self.end() && ADVERBS.contains(&token);
                        return (!goes_on).then_some((self.at(), end));
                    }
                    end = at + token.len();
                }
                None
            }
            token if token.starts_with('-') => Some((self.at(), self.at() + 1)),
            _ => None,
        }
    }
}
