//! Where a condition reads an argument: other names for it, other orders, calls of functions, and elements of lists.

use super::super::grammar::Expected;
use super::super::words;
use super::found::Mistake;
use crate::diagnostic::{Applicability, Code, Diagnostic};
use crate::policy::is_identifier;
use crate::text;

/// What other languages call the arguments of a call, or what they are a part of.
const ROOTS: [&str; 18] = [
    "arg",
    "args",
    "arguments",
    "argument",
    "params",
    "param",
    "parameters",
    "parameter",
    "input",
    "inputs",
    "request",
    "req",
    "call",
    "ctx",
    "context",
    "event",
    "payload",
    "body",
];

/// Functions and methods of other languages, and the operators that say the same.
const FUNCTIONS: [(&str, &str); 26] = [
    ("exists", "exists"),
    ("defined", "exists"),
    ("is_defined", "exists"),
    ("isset", "exists"),
    ("has", "exists"),
    ("missing", "missing"),
    ("is_null", "missing"),
    ("isnull", "missing"),
    ("empty", "== \"\""),
    ("contains", "contains TEXT"),
    ("includes", "contains TEXT"),
    ("matches", "matches TEXT"),
    ("match", "matches TEXT"),
    ("test", "matches TEXT"),
    ("re_match", "matches TEXT"),
    ("regex_match", "matches TEXT"),
    ("equals", "== TEXT"),
    ("startswith", "matches \"^TEXT\""),
    ("starts_with", "matches \"^TEXT\""),
    ("has_prefix", "matches \"^TEXT\""),
    ("endswith", "matches \"TEXT$\""),
    ("ends_with", "matches \"TEXT$\""),
    ("has_suffix", "matches \"TEXT$\""),
    ("lower", "matches \"(?i)TEXT\""),
    ("tolowercase", "matches \"(?i)TEXT\""),
    ("upper", "matches \"(?i)TEXT\""),
];

/// The comparisons, and those that say the same with the sides exchanged.
const EXCHANGED: [(&str, &str); 7] = [
    ("<", ">"),
    ("<=", ">="),
    (">", "<"),
    (">=", "<="),
    ("==", "=="),
    ("!=", "!="),
    ("in", "contains"),
];

impl Mistake<'_> {
    pub(super) fn argument(&self) -> Option<Diagnostic> {
        if self.expects(Expected::Key) {
            return Some(self.key());
        }
        if !self.expects(Expected::Argument) {
            return None;
        }
        None.or_else(|| self.negation())
            .or_else(|| self.value_first())
            .or_else(|| self.call())
            .or_else(|| self.operator_first())
            .or_else(|| self.constant())
            .or_else(|| self.bare_key())
            .or_else(|| self.other_root())
    }

    fn invalid_path(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Code::InvalidPath, self.span, message)
    }

    fn key(&self) -> Diagnostic {
        let touches = self.before_end() == self.at();
        let found = self.invalid_path(format!(
            "expected {}, found {}",
            Expected::Key.words(),
            self.shown()
        ));
        if self.token.starts_with('*') {
            return found.with_help("to test whether a list has an element, write `contains`");
        }
        if !touches && is_identifier(self.token) {
            let gone = self.place(self.before_end()..self.at());
            let help = "write the name directly after the dot";
            return found.with_help(help).with_fix(
                Applicability::Unsafe,
                "remove the space",
                gone,
                "",
            );
        }
        found.with_help("quote a key that is not an identifier: args.\"filter-query\"")
    }

    /// `NOT` and `!`.
    fn negation(&self) -> Option<Diagnostic> {
        let is_not =
            self.token == "!" || self.token != "not" && self.token.eq_ignore_ascii_case("not");
        if !is_not {
            return None;
        }
        let touches = self.end() == self.tokens(self.end()).next().map_or(0, |(at, _)| at);
        let by = if touches && self.next() != "(" { "not " } else { "not" };
        let message = if self.token == "!" {
            "`!` is not an operator".to_owned()
        } else {
            format!("{} must be lower case", self.shown())
        };
        Some(self.syntax(message).with_help("did you mean `not`?").with_fix(
            Applicability::Unsafe,
            "write `not`",
            self.span,
            by,
        ))
    }

    /// `500 < args.x`
    fn value_first(&self) -> Option<Diagnostic> {
        let is_value = is_number(self.token) || self.token.starts_with('"');
        if !is_value {
            return None;
        }
        let rest: Vec<(usize, &str)> = self.tokens(self.end()).take(2).collect();
        let exchanged = |operator: &str| {
            EXCHANGED.iter().find(|(other, _)| *other == operator).map(|(_, by)| *by)
        };
        if let &[(_, operator), (at, path)] = rest.as_slice()
            && let (Some(by), true) = (exchanged(operator), path.starts_with("args."))
        {
            let end = at + path.len();
            let by = format!("{path} {by} {}", self.token);
            let message = "the argument must come first in a test";
            return Some(self.value_first_fix(end, message, by, path));
        }
        let Some((_, path)) = self.argument_before_join() else {
            return Some(
                self.syntax(format!(
                    "expected {}, found {}",
                    Expected::Argument.words(),
                    self.shown()
                ))
                .with_help("write the argument first: `args.NAME == VALUE`"),
            );
        };
        let path = text::clean(path);
        Some(self.syntax(format!("{} is not a test", self.shown())).with_help(format!(
            "repeat the argument and the operator, or list the values: `{path} in [VALUE, VALUE]`"
        )))
    }

    /// With a second comparison behind the argument, if there is one: `1 < args.x < 5`.
    fn value_first_fix(&self, end: usize, message: &str, by: String, path: &str) -> Diagnostic {
        let rest: Vec<(usize, &str)> = self.tokens(end).take(2).collect();
        if let &[(_, operator @ ("<" | "<=" | ">" | ">=")), (at, number)] = rest.as_slice()
            && is_number(number)
        {
            let by = format!("({by} and {path} {operator} {number})");
            return self.rewritten(self.at()..at + number.len(), message, &by);
        }
        self.rewritten(self.at()..end, message, &by)
    }

    /// `args.x > 5 or < 3`: the argument is not repeated.
    fn operator_first(&self) -> Option<Diagnostic> {
        const OPERATORS: [&str; 10] =
            ["<", "<=", ">", ">=", "==", "!=", "in", "matches", "contains", "exists"];
        let is_missing = self.token == "missing";
        if !is_missing && !OPERATORS.contains(&self.token) {
            return None;
        }
        let found = self.syntax(format!("{} follows an argument", self.shown()));
        if let Some((_, path)) = self.argument_before_join() {
            let by = format!("{path} ");
            let shown = text::quote(&format!("{path} {}", self.token));
            return Some(found.with_help(format!("repeat the argument: {shown}")).with_fix(
                Applicability::Unsafe,
                "repeat the argument",
                self.span.at_start(),
                by,
            ));
        }
        match self.tokens(self.end()).next() {
            Some((at, path)) if path.starts_with("args.") => {
                let by = format!("{path} {}", self.token);
                Some(found.with_help(format!("write {}", text::quote(&by))).with_fix(
                    Applicability::Unsafe,
                    format!("write {}", text::quote(&by)),
                    self.place(self.at()..at + path.len()),
                    by,
                ))
            }
            _ => Some(found.with_help(format!("write `args.NAME {}`", self.token))),
        }
    }

    /// The argument of the test before `and` or `or`, which the author did not repeat.
    fn argument_before_join(&self) -> Option<(usize, &str)> {
        if !matches!(self.previous, "and" | "or") {
            return None;
        }
        let test = self.slice(self.context.start..self.previous_start());
        let start = test.rfind("args.")?;
        let path = words::run(test, start);
        is_path(path).then_some((start, path))
    }

    /// `exists(args.x)`
    fn call(&self) -> Option<Diagnostic> {
        let name = self.token;
        let is_called = self.slice(self.end()..self.end() + 1) == "(";
        if name == "args" || !is_called || !is_identifier(name) && !name.contains('.') {
            return None;
        }
        let inside: Vec<&str> =
            self.tokens(self.end() + 1).map(|(_, token)| token).take(3).collect();
        let path = inside.iter().copied().find(|token| is_path(token));
        let value = inside.iter().copied().find(|token| token.starts_with('"'));
        let message = format!("{} is a function, which conditions do not support", self.shown());
        let function = name.rsplit('.').next().unwrap_or(name);
        Some(self.syntax(message).with_help(counterpart(function, path, value)))
    }

    /// `args.x.exists()`
    pub(super) fn method(&self) -> Option<Diagnostic> {
        let path = self.previous.strip_prefix("args.").filter(|_| self.token == "(")?;
        let (object, method) = path.rsplit_once('.').unwrap_or(("", path));
        let start = self.before_end() - method.len();
        let span = self.place(start..self.before_end());
        let value = Some(self.next()).filter(|value| value.starts_with('"'));
        let path = Some(format!("args.{object}")).filter(|path| is_path(path));
        let message =
            format!("{} is a method, which arguments do not support", text::quote(method));
        Some(Diagnostic::new(Code::Syntax, span, message).with_help(counterpart(
            method,
            path.as_deref(),
            value,
        )))
    }

    /// `args.x[0]`
    pub(super) fn element(&self) -> Option<Diagnostic> {
        if self.token != "[" || self.before_end() != self.at() {
            return None;
        }
        let rest: Vec<(usize, &str)> = self.tokens(self.end()).take(2).collect();
        if let &[(_, key), (at, "]")] = rest.as_slice()
            && key.starts_with(['"', '\''])
        {
            return Some(self.bracketed_key(key, at + 1));
        }
        let end = rest.get(1).map_or(self.end(), |(at, token)| at + token.len());
        let span = self.place(self.at()..end);
        Some(
            Diagnostic::new(Code::InvalidPath, span, "a path cannot reach the elements of a list")
                .with_help("to test whether a list has an element, write `contains`"),
        )
    }

    /// `args.x["key"]`
    fn bracketed_key(&self, key: &str, end: usize) -> Diagnostic {
        let name = key.trim_matches(['"', '\'']);
        let by = if is_identifier(name) { format!(".{name}") } else { format!(".\"{name}\"") };
        let found = self.rewritten(self.at()..end, "expected a dot before the key", &by);
        Diagnostic { code: Code::InvalidPath, ..found }
    }

    pub(super) fn arithmetic(&self) -> Option<Diagnostic> {
        matches!(self.token, "+" | "-" | "*" | "/" | "%").then(|| {
            self.syntax("conditions do not support arithmetic")
                .with_help("compare the argument itself with a number")
        })
    }

    /// `true`, and words for every call.
    fn constant(&self) -> Option<Diagnostic> {
        let lower = self.token.to_ascii_lowercase();
        matches!(lower.as_str(), "true" | "false" | "always" | "never" | "null").then(|| {
            self.syntax(format!("{} is not a condition", self.shown()))
                .with_help("remove the condition to cover every call")
        })
    }

    /// What looks like an argument and has a key that must be quoted.
    fn bare_key(&self) -> Option<Diagnostic> {
        if matches!(self.token, "args" | "args.") {
            let rest: Vec<(usize, &str)> = self.tokens(self.end()).take(3).collect();
            if let &[(_, "["), (_, key), (at, "]")] = rest.as_slice()
                && key.starts_with(['"', '\''])
            {
                let name = key.trim_matches(['"', '\'']);
                let by = if is_identifier(name) { name.to_owned() } else { format!("\"{name}\"") };
                let found = self.rewritten(
                    self.at()..at + 1,
                    "expected a dot before the key",
                    &format!("args.{by}"),
                );
                return Some(Diagnostic { code: Code::InvalidPath, ..found });
            }
            let message = "expected an argument's name directly after `args.`";
            return Some(
                self.invalid_path(message).with_help("write it without spaces: args.amount"),
            );
        }
        let tail = self.token.strip_prefix("args.")?;
        let key = tail.split('.').find(|key| !is_identifier(key))?;
        let message = format!("the key {} must be in quotes", text::quote(key));
        Some(
            self.invalid_path(message)
                .with_help(format!("quote it: args.\"{}\"", text::clean(key))),
        )
    }

    /// An argument under another name: `input.x`, `$.x`, `x`.
    fn other_root(&self) -> Option<Diagnostic> {
        let sign = self.token == "$";
        let end = if sign {
            self.end() + words::run(self.context.text, self.end()).len()
        } else {
            self.end()
        };
        let written = self.slice(self.at()..end);
        let mut name = written.trim_start_matches(['$', '.', '?']);
        if !name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            || !sign && words::is_word(self.token)
        {
            return None;
        }
        while let Some((root, rest)) = name.split_once('.')
            && ROOTS.contains(&root.trim_end_matches('?'))
        {
            name = rest;
        }
        let span = self.place(self.at()..end);
        let message = format!(
            "conditions can only test arguments of the call, and {} is not one",
            text::quote(written)
        );
        let found = Diagnostic::new(Code::InvalidPath, span, message);
        let path = format!("args.{name}");
        if !sign && self.next().starts_with("args.") {
            return Some(
                found.with_help("to test whether a list has an element, write `contains`"),
            );
        }
        if !is_path(&path) {
            return Some(found.with_help("write args.NAME"));
        }
        Some(found.with_help(format!("did you mean `{path}`?")).with_fix(
            Applicability::Unsafe,
            format!("write `{path}`"),
            span,
            path,
        ))
    }
}

/// How the language says what a function or method does.
fn counterpart(function: &str, path: Option<&str>, value: Option<&str>) -> String {
    let lower = function.to_ascii_lowercase();
    let path = path.unwrap_or("args.NAME");
    let Some((_, form)) = FUNCTIONS.iter().find(|(other, _)| *other == lower) else {
        return "write an argument, an operator and a value: `args.NAME == VALUE`".to_owned();
    };
    // Inside quotes, TEXT is a part of a pattern, and what is quoted already is not escaped for one.
    let value = value.filter(|_| !form.ends_with('"')).unwrap_or("\"TEXT\"");
    let form = if form.ends_with('"') { (*form).to_owned() } else { form.replace("TEXT", value) };
    format!("write {}", text::quote(&format!("{path} {form}")))
}

/// Whether a token is an argument with bare keys.
fn is_path(token: &str) -> bool {
    token.strip_prefix("args.").is_some_and(|keys| keys.split('.').all(is_identifier))
}

pub(super) fn is_number(token: &str) -> bool {
    let digits = token.strip_prefix('-').unwrap_or(token);
    digits.starts_with(|first: char| first.is_ascii_digit())
        && serde_json::from_str::<f64>(token).is_ok()
}
