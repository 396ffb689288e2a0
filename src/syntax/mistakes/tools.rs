//! Tools, groups, classes and defaults that are written in another way.

use super::super::grammar::Expected;
use super::super::words;
use super::found::Mistake;
use super::refused::RefusedIn;
use crate::diagnostic::{Applicability, Code, Diagnostic, Edit};
use crate::policy::is_identifier;
use crate::text;

/// Signs and words that other languages write between a name and what it stands for.
const DEFINES: [&str; 8] = ["=", ":=", "==", ":", "is", "are", "contains", "->"];

/// Words between the tools of `classify` and their class.
const BEFORE_CLASS: [&str; 7] = ["=", ":", "is", "to", "are", "->", "=>"];

/// Words that people write before the tools.
const BEFORE_TOOLS: [&str; 9] =
    ["tool", "tools", "function", "functions", "call", "calls", "to", "the", "limit"];

const CLASSES: [&str; 5] = ["read", "write", "execute", "destructive", "financial"];

impl Mistake<'_> {
    /// Statements that name something: `group`, `classify`, `default`.
    pub(super) fn heading(&self) -> Option<Diagnostic> {
        match self.word {
            "group" if self.expects(Expected::GroupName) => Some(self.group()),
            "classify" => self.classify(),
            "default" if self.expects(Expected::Posture) => self.posture(),
            "default" => self.assigned_posture(),
            _ => None,
        }
    }

    fn group(&self) -> Diagnostic {
        let written = self.token.trim_matches('"').trim_start_matches('@');
        let name = written.trim_end_matches(':');
        let rest = self.slice(self.end()..self.context.extent.end);
        let sign = DEFINES.into_iter().find(|sign| {
            let after = rest.trim_start().strip_prefix(sign);
            after
                .is_some_and(|after| !sign.ends_with(char::is_alphabetic) || after.starts_with(' '))
        });
        let tools = rest.trim_start();
        let tools = sign.and_then(|sign| tools.strip_prefix(sign)).unwrap_or(tools);
        let tools = tools.trim().trim_matches(['{', '}', '[', ']', '(', ')']).trim();
        let tools: Vec<&str> =
            tools.lines().map(|line| line.trim().trim_end_matches(',')).collect();
        let by = format!("{name} = {}", tools.join(", "));
        let whole = self.at()..self.context.extent.end;
        let found = self.after_group_name(name).unwrap_or_else(|| {
            self.syntax(format!("expected {}, found {}", Expected::GroupName.words(), self.shown()))
        });
        if is_identifier(name) && self.goes_further(whole.clone(), &by) {
            let help = format!("write {}", text::quote(&format!("group {by}")));
            let span = self.place(whole);
            let title = "write it with `=`";
            return found.with_help(help).with_fix(Applicability::Unsafe, title, span, by);
        }
        let meant = name.replace(['-', '.', '/'], "_");
        if meant != name && is_identifier(&meant) {
            let help =
                format!("did you mean `{meant}`? a name can contain letters, digits and `_`");
            let title = format!("write `{meant}`");
            return found.with_help(help).with_fix(Applicability::Unsafe, title, self.span, meant);
        }
        found.with_help("write `group NAME = TOOLS`")
    }

    /// What follows the name of a group and is no `=`; none if the name itself is wrong.
    fn after_group_name(&self, name: &str) -> Option<Diagnostic> {
        let end = self.at() + name.len();
        let is_name = is_identifier(name) && self.token.starts_with(name);
        let (at, next) = match self.tokens(self.end()).next() {
            _ if end < self.end() => (end, self.slice(end..self.end())),
            Some(next) => next,
            None => (self.end(), ""),
        };
        is_name.then(|| {
            let shown =
                if next.is_empty() { "the end of the line".to_owned() } else { text::quote(next) };
            let span = self.place(at..at + next.len());
            let message = format!("expected `=` after the name of the group, found {shown}");
            Diagnostic::new(Code::Syntax, span, message)
        })
    }

    fn classify(&self) -> Option<Diagnostic> {
        let message = format!("expected `as` before the class, found {}", self.shown());
        let range = self.at()..self.end();
        if self.expects(Expected::Class) {
            let bare = self.token.trim_matches('"');
            return (bare != self.token && self.goes_further(range.clone(), bare))
                .then(|| self.rewritten(range, "the class must not be in quotes", bare));
        }
        if !self.expects(Expected::Word("as")) {
            return None;
        }
        if BEFORE_CLASS.contains(&self.token) && self.goes_further(range.clone(), "as") {
            return Some(self.rewritten(range, &message, "as"));
        }
        let insertion = self.at()..self.at();
        let is_class = CLASSES.contains(&self.token);
        (is_class && self.goes_further(insertion.clone(), "as ")).then(|| {
            self.syntax(message).with_help("write `as`").with_fix(
                Applicability::Unsafe,
                "insert `as`",
                self.place(insertion),
                "as ",
            )
        })
    }

    fn posture(&self) -> Option<Diagnostic> {
        let bare = self.token.trim_matches(['"', ':']);
        let by = words::nearest_statement(bare)
            .or_else(|| words::STATEMENTS.into_iter().find(|word| *word == bare))
            .filter(|word| matches!(*word, "allow" | "deny"))?;
        let message = format!("expected {}, found {}", Expected::Posture.words(), self.shown());
        Some(self.replaced(Code::Syntax, message, by))
    }

    /// `default allow = false`
    fn assigned_posture(&self) -> Option<Diagnostic> {
        let meant = match (self.previous, self.next()) {
            ("allow", "true") | ("deny", "false") => "default allow",
            ("allow", "false") | ("deny", "true") => "default deny",
            _ => return None,
        };
        let is_assigned = matches!(self.token, "=" | ":" | ":=");
        let whole = self.context.start..self.line_end();
        is_assigned.then(|| {
            let message = format!("unexpected {}", self.shown());
            let title = format!("write `{meant}`");
            self.syntax(message).with_help(title.clone()).with_fix(
                Applicability::Unsafe,
                title,
                self.place(whole),
                meant,
            )
        })
    }

    pub(super) fn tool(&self) -> Option<Diagnostic> {
        None.or_else(|| self.tool_in_block())
            .or_else(|| self.parentheses())
            .or_else(|| self.rules_of_block())
            .or_else(|| self.word_before_tools())
            .or_else(|| self.word_among_tools())
            .or_else(|| self.missing_comma())
            .or_else(|| self.brackets())
    }

    /// Whether the token could be a selector.
    fn is_selector(&self) -> bool {
        let first = self.token.bytes().next();
        first.is_some_and(|byte| words::is_name_byte(byte) || byte == b'@' || byte == b'"')
    }

    fn tool_in_block(&self) -> Option<Diagnostic> {
        let is_rule = self.context.place == RefusedIn::Block && self.expects(Expected::End);
        let message = "a rule inside a block cannot name tools";
        (is_rule && self.is_selector()).then(|| {
            Diagnostic::new(Code::MisplacedStatement, self.span, message)
                .with_help(format!("remove {}, or write the rule outside the block", self.shown()))
        })
    }

    /// `x()` and `x(args.a == 1)`.
    fn parentheses(&self) -> Option<Diagnostic> {
        if self.token != "(" || !self.expects(Expected::Word(",")) || self.previous.is_empty() {
            return None;
        }
        let found = self.syntax("a tool's name cannot have parentheses");
        match self.tokens(self.end()).next() {
            Some((at, ")")) => {
                let gone = self.at()..at + 1;
                Some(self.removed(gone.clone(), "a tool's name cannot have parentheses", gone))
            }
            _ => Some(found.with_help("to add a condition, write `require`, `deny` or `approve`")),
        }
    }

    /// A word between the statement and its tools that the grammar has taken for a tool: `allow tools x`.
    fn word_before_tools(&self) -> Option<Diagnostic> {
        let start = self.previous_start();
        let is_first = self.slice(self.context.start..start).trim_end() == self.word;
        let follows = self.expects(Expected::Word(",")) && self.is_selector();
        if !is_first || !follows || !BEFORE_TOOLS.contains(&self.previous) {
            return None;
        }
        let is_tool = |(_, token): &(usize, &str)| !BEFORE_TOOLS.contains(token);
        let (tool, _) = self.tokens(self.at()).find(is_tool)?;
        let words = start..start + self.slice(start..tool).trim_end().len();
        let message = format!("the tools follow `{}` directly", self.word);
        self.goes_further(start..tool, "").then(|| self.removed(words, &message, start..tool))
    }

    /// `tool x: allow` and `tool x { allow, hide }`.
    fn rules_of_block(&self) -> Option<Diagnostic> {
        let lacks_brace = self.expects(Expected::Word("{")) && words::is_word(self.token);
        let has_comma = self.context.place == RefusedIn::Block && self.token == ",";
        if !lacks_brace && !has_comma {
            return None;
        }
        let found = self.syntax(format!("unexpected {}", self.shown()));
        if lacks_brace {
            return Some(
                found.with_help("write the rules between `{` and `}`, each on its own line"),
            );
        }
        let next = self.tokens(self.end()).next().map_or(self.end(), |(at, _)| at);
        let found = found.with_help("write each rule of a block on its own line");
        let gone = self.at()..next;
        Some(match self.goes_further(gone.clone(), "\n") {
            true => found.with_fix(Applicability::Unsafe, "break the line", self.place(gone), "\n"),
            false => found,
        })
    }

    /// A word of the language that the grammar has taken for a tool, and its comma.
    fn word_among_tools(&self) -> Option<Diagnostic> {
        let is_tool = self.expects(Expected::Word(",")) && self.is_selector();
        if !is_tool || words::is_word(self.token) || !words::is_word(self.previous) {
            return None;
        }
        let start = self.previous_start();
        let span = self.place(start..self.before_end());
        let front = self.slice(self.context.start..start).trim_end();
        let comma = self.context.start + front.len().saturating_sub(1);
        let stray = if !front.ends_with(',') {
            Some("is a keyword, not a tool's name")
        } else if matches!(self.previous, "and" | "or") {
            Some("is not allowed after a comma")
        } else {
            None
        };
        if let Some(reason) = stray {
            let message = format!("`{}` {reason}", self.previous);
            return Some(
                Diagnostic::new(Code::Syntax, span, message)
                    .with_help(format!("remove `{}`", self.previous))
                    .with_fix(
                        Applicability::Unsafe,
                        format!("remove `{}`", self.previous),
                        self.place(start..self.at()),
                        "",
                    ),
            );
        }
        let message = format!("unexpected comma before `{}`", self.previous);
        Some(
            Diagnostic::new(Code::Syntax, span, message)
                .with_help(format!("remove the comma before `{}`", self.previous))
                .with_fix(
                    Applicability::Unsafe,
                    "remove the comma",
                    self.place(comma..comma + 1),
                    "",
                ),
        )
    }

    fn missing_comma(&self) -> Option<Diagnostic> {
        let is_tool = self.expects(Expected::Word(",")) && self.is_selector();
        if !is_tool || words::is_word(self.token) || self.token.starts_with("args.") {
            return None;
        }
        let list = self.expects(Expected::Word("]")) || self.expects(Expected::Word("}"));
        let what = match (list, self.expects(Expected::Calls)) {
            (true, _) => "values",
            _ if self.previous.contains('/') => "rates",
            _ => "names, globs and sets",
        };
        let at = self.before_end()..self.before_end();
        let found = self
            .syntax(format!("expected a comma before {}", self.shown()))
            .with_help(format!("separate {what} with commas"));
        if !list && !self.goes_further(self.before_end()..self.at(), ", ") {
            return Some(found);
        }
        Some(found.with_fix(Applicability::Unsafe, "insert a comma", self.place(at), ","))
    }

    /// `allow [x, y]`, and a rate where tools are expected.
    fn brackets(&self) -> Option<Diagnostic> {
        if !self.expects(Expected::Tool) && !self.expects(Expected::Name) {
            return None;
        }
        let message = format!("expected {}, found {}", Expected::Tool.words(), self.shown());
        if self.token.starts_with(|first: char| first.is_ascii_digit()) {
            return Some(self.syntax(message).with_help("write the rates after the tools"));
        }
        let close = match self.token {
            "[" => "]",
            "(" => ")",
            "{" => "}",
            _ => return None,
        };
        let found = self.syntax(message).with_help(format!(
            "write the tools without `{}` and `{close}`, and commas between them",
            self.token
        ));
        let end = self.tokens(self.end()).find(|(_, token)| *token == close).map(|(at, _)| at)?;
        let inside = self.slice(self.end()..end).trim();
        if inside.is_empty() || !self.goes_further(self.at()..end + 1, inside) {
            return Some(found);
        }
        let edits = vec![
            Edit { span: self.span, text: String::new() },
            Edit { span: self.place(end..end + 1), text: String::new() },
        ];
        Some(found.with_edits(
            Applicability::Unsafe,
            format!("remove `{}` and `{close}`", self.token),
            edits,
        ))
    }
}
