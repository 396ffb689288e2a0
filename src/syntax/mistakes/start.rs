//! Statements that begin with the wrong word, or in the wrong place.

use super::super::words;
use super::found::Mistake;
use super::refused::{RefusedIn, token_at};
use crate::diagnostic::{Applicability, Code, Diagnostic};
use crate::text;

/// What to write for words that have no counterpart here.
const ELSEWHERE: [(&str, &str); 19] = [
    ("if", "put the condition in the statement: `deny TOOLS when CONDITION`"),
    ("else", "write another statement; the order of statements does not matter"),
    ("let", "to name a set of tools, write `group NAME = TOOLS`"),
    ("var", "to name a set of tools, write `group NAME = TOOLS`"),
    ("const", "to name a set of tools, write `group NAME = TOOLS`"),
    ("expect", "write calls in a test: `test \"NAME\" { call TOOL -> VERDICT }`"),
    ("should", "write calls in a test: `test \"NAME\" { call TOOL -> VERDICT }`"),
    ("call", "write calls in a test: `test \"NAME\" { call TOOL -> VERDICT }`"),
    ("at", "set the clock in a test: `test \"NAME\" { at 10:59 }`"),
    ("package", "remove it: a file contains one policy and needs no heading"),
    ("module", "remove it: a file contains one policy and needs no heading"),
    ("namespace", "remove it: a file contains one policy and needs no heading"),
    ("version", "remove it: the language has no version statement"),
    ("apiVersion", "remove it: the language has no version statement"),
    ("for", "name the tools after the keyword: `require TOOLS with CONDITION`"),
    ("on", "name the tools after the keyword: `require TOOLS with CONDITION`"),
    ("except", "write it after the tools: `allow TOOLS except TOOLS`"),
    ("unless", "write it after the tools: `approve TOOLS unless CONDITION`"),
    ("when", "write it after the tools: `deny TOOLS when CONDITION`"),
];

impl Mistake<'_> {
    /// A statement whose first word is none, or is in the wrong place.
    pub(super) fn first_word(&self) -> Option<Diagnostic> {
        let context = &self.context;
        if context.place == RefusedIn::AfterBlock {
            let message =
                format!("expected the end of the line after `}}`, found {}", self.shown());
            return Some(self.syntax(message).with_help("begin the next statement on a new line"));
        }
        if context.place == RefusedIn::Test {
            return None;
        }
        let token =
            if self.word.is_empty() { token_at(context.text, context.start) } else { self.word };
        let span = self.place(context.start..context.start + token.len());
        if words::RESERVED.contains(&token) {
            let message = format!("`{token}` is reserved for a later version of the language");
            return Some(
                Diagnostic::new(Code::ReservedWord, span, message).with_help_if(elsewhere(token)),
            );
        }
        let is_statement = words::at(context.text, context.start).is_some();
        if context.place == RefusedIn::Block && is_statement && words::stands_outside(token) {
            let message = format!("`{token}` is not allowed inside a block");
            return Some(
                Diagnostic::new(Code::MisplacedStatement, span, message)
                    .with_help("move it outside the block"),
            );
        }
        (!is_statement).then(|| self.unknown_statement(token))
    }

    fn unknown_statement(&self, token: &str) -> Diagnostic {
        let start = self.context.start;
        let range = start..start + token.len();
        let span = self.place(range.clone());
        let message = format!("unknown statement {}", text::quote(token));
        let found = Diagnostic::new(Code::UnknownStatement, span, message);
        if let Some(comment) = self.comment_at(start, token) {
            return Diagnostic { code: Code::UnknownStatement, ..comment };
        }
        let mut after = self.tokens_after(range.end);
        let (next, next_token) = after.next().unwrap_or((range.end, ""));
        if matches!(token, "-" | "*" | "+") && words::at(self.context.text, next).is_some() {
            return found.with_help(format!("remove the `{token}`")).with_fix(
                Applicability::Unsafe,
                format!("remove the `{token}`"),
                self.place(start..next),
                "",
            );
        }
        let name = token.trim_start_matches('@');
        let is_statement = self.tokens_after(next + 1).any(|(_, word)| words::is_word(word));
        if next_token == "=" && !is_statement && crate::policy::is_identifier(name) {
            let by = format!("group {name}");
            return found.with_help(format!("did you mean `{by}`?")).with_fix(
                Applicability::Unsafe,
                format!("write `{by}`"),
                span,
                by,
            );
        }
        let bare = token.trim_end_matches(':');
        if bare != token && words::STATEMENTS.contains(&bare) {
            let message = format!("unexpected `:` after `{bare}`");
            let gone = self.place(start + bare.len()..range.end);
            return Diagnostic::new(Code::UnknownStatement, gone, message)
                .with_help("remove the `:`")
                .with_fix(Applicability::Unsafe, "remove the `:`", gone, "");
        }
        if let Some(statement) = self.statement_meant(token) {
            return found.with_help(format!("did you mean `{statement}`?")).with_fix(
                Applicability::Unsafe,
                format!("write `{statement}`"),
                span,
                statement,
            );
        }
        found.with_help(elsewhere(token).unwrap_or_else(|| {
            "begin a statement with a keyword such as `allow`, `deny`, `rate` or `require`"
                .to_owned()
        }))
    }

    /// The statement that an unknown word means; `tools` before a block is `tool`.
    fn statement_meant(&self, token: &str) -> Option<&'static str> {
        let is_block = self.context.extent.brace.is_some();
        if is_block { Some("tool") } else { words::nearest_statement(token) }
    }

    /// The tokens of the statement's first line from an offset on.
    fn tokens_after(&self, from: usize) -> impl Iterator<Item = (usize, &str)> {
        let at = super::super::lexer::skip_blanks(self.context.text, from);
        let token = token_at(self.context.text, at);
        let is_code = !token.is_empty() && !token.starts_with(['\n', '\r', '#']);
        std::iter::once((at, token)).filter(move |_| is_code)
    }
}

fn elsewhere(word: &str) -> Option<String> {
    ELSEWHERE.iter().find(|(other, _)| *other == word).map(|(_, help)| (*help).to_owned())
}
