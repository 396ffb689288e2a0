//! Operators of other languages, and what says the same here.

use super::super::grammar::Expected;
use super::super::tree::decode_string;
use super::comments;
use super::found::Mistake;
use crate::diagnostic::{Applicability, Code, Diagnostic};
use crate::policy::write_string;
use crate::text;

/// How a phrase is said in the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meant {
    /// An operator in the same place.
    Operator(&'static str),
    /// `not` before the argument, and this operator.
    Negated(&'static str),
    /// `matches` with what a text begins with, ends with or is like.
    Pattern(OperandShape, bool),
    /// Whether a text is empty, or not if true.
    Empty(bool),
    /// Two comparisons.
    Between,
    /// `and` or `or`.
    Join(&'static str),
}

/// What a pattern says of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OperandShape {
    Start,
    End,
    /// With `%` for any characters and `_` for one; without regard to case if true.
    Like(bool),
}

use Meant::{Between, Empty, Join, Negated, Operator, Pattern};

/// Operators and phrases, word by word, in lower case. Of two that fit, the longer one counts.
const PHRASES: &[(&[&str], Meant)] = &[
    // Presence.
    (&["exist"], Operator("exists")),
    (&["present"], Operator("exists")),
    (&["defined"], Operator("exists")),
    (&["is", "present"], Operator("exists")),
    (&["is", "set"], Operator("exists")),
    (&["is", "defined"], Operator("exists")),
    (&["is", "given"], Operator("exists")),
    (&["is", "not", "null"], Operator("exists")),
    (&["is", "not", "none"], Operator("exists")),
    (&["is", "not", "missing"], Operator("exists")),
    (&["is", "not", "empty"], Empty(true)),
    (&["not", "null"], Operator("exists")),
    (&["not", "missing"], Operator("exists")),
    (&["not", "empty"], Empty(true)),
    (&["absent"], Operator("missing")),
    (&["empty"], Empty(false)),
    (&["unset"], Operator("missing")),
    (&["is", "missing"], Operator("missing")),
    (&["is", "absent"], Operator("missing")),
    (&["is", "empty"], Empty(false)),
    (&["is", "null"], Operator("missing")),
    (&["is", "none"], Operator("missing")),
    (&["is", "unset"], Operator("missing")),
    (&["is", "not", "set"], Operator("missing")),
    (&["is", "not", "present"], Operator("missing")),
    (&["is", "not", "defined"], Operator("missing")),
    (&["is", "not", "given"], Operator("missing")),
    (&["not", "exists"], Operator("missing")),
    (&["not", "<"], Negated("<")),
    (&["not", "<="], Negated("<=")),
    (&["not", ">"], Negated(">")),
    (&["not", ">="], Negated(">=")),
    (&["not", "exist"], Operator("missing")),
    (&["not", "present"], Operator("missing")),
    (&["not", "set"], Operator("missing")),
    (&["does", "not", "exist"], Operator("missing")),
    // Equality.
    (&["="], Operator("==")),
    (&["==="], Operator("==")),
    (&["is"], Operator("==")),
    (&["equals"], Operator("==")),
    (&["equal", "to"], Operator("==")),
    (&["is", "equal", "to"], Operator("==")),
    (&["eq"], Operator("==")),
    (&[":"], Operator("==")),
    (&["!=="], Operator("!=")),
    (&["<>"], Operator("!=")),
    (&["=!"], Operator("!=")),
    (&["neq"], Operator("!=")),
    (&["ne"], Operator("!=")),
    (&["isnt"], Operator("!=")),
    (&["is", "not"], Operator("!=")),
    (&["not", "=="], Operator("!=")),
    (&["not", "="], Operator("!=")),
    (&["not", "equals"], Operator("!=")),
    (&["not", "equal", "to"], Operator("!=")),
    (&["is", "not", "equal", "to"], Operator("!=")),
    (&["does", "not", "equal"], Operator("!=")),
    // Order.
    (&["=>"], Operator(">=")),
    (&["\u{2265}"], Operator(">=")),
    (&["gte"], Operator(">=")),
    (&["ge"], Operator(">=")),
    (&["at", "least"], Operator(">=")),
    (&["is", "at", "least"], Operator(">=")),
    (&["greater", "than", "or", "equal", "to"], Operator(">=")),
    (&["=<"], Operator("<=")),
    (&["\u{2264}"], Operator("<=")),
    (&["lte"], Operator("<=")),
    (&["le"], Operator("<=")),
    (&["at", "most"], Operator("<=")),
    (&["is", "at", "most"], Operator("<=")),
    (&["up", "to"], Operator("<=")),
    (&["less", "than", "or", "equal", "to"], Operator("<=")),
    (&["gt"], Operator(">")),
    (&["over"], Operator(">")),
    (&["above"], Operator(">")),
    (&["exceeds"], Operator(">")),
    (&["exceeding"], Operator(">")),
    (&["more", "than"], Operator(">")),
    (&["greater", "than"], Operator(">")),
    (&["is", "over"], Operator(">")),
    (&["is", "above"], Operator(">")),
    (&["is", "more", "than"], Operator(">")),
    (&["is", "greater", "than"], Operator(">")),
    (&["lt"], Operator("<")),
    (&["under"], Operator("<")),
    (&["below"], Operator("<")),
    (&["less", "than"], Operator("<")),
    (&["fewer", "than"], Operator("<")),
    (&["is", "under"], Operator("<")),
    (&["is", "below"], Operator("<")),
    (&["is", "less", "than"], Operator("<")),
    (&["between"], Between),
    (&["is", "between"], Between),
    // Lists.
    (&["is", "in"], Operator("in")),
    (&["one", "of"], Operator("in")),
    (&["is", "one", "of"], Operator("in")),
    (&["any", "of"], Operator("in")),
    (&["!in"], Operator("not in")),
    (&["not_in"], Operator("not in")),
    (&["notin"], Operator("not in")),
    (&["is", "not", "in"], Operator("not in")),
    (&["not", "one", "of"], Operator("not in")),
    (&["is", "not", "one", "of"], Operator("not in")),
    // Texts.
    (&["=~"], Operator("matches")),
    (&["~"], Operator("matches")),
    (&["~="], Operator("matches")),
    (&["match"], Operator("matches")),
    (&["regex"], Operator("matches")),
    (&["regexp"], Operator("matches")),
    (&["rlike"], Operator("matches")),
    (&["!~"], Negated("matches")),
    (&["not", "matches"], Negated("matches")),
    (&["not", "match"], Negated("matches")),
    (&["does", "not", "match"], Negated("matches")),
    (&["not_matches"], Negated("matches")),
    (&["has"], Operator("contains")),
    (&["includes"], Operator("contains")),
    (&["include"], Operator("contains")),
    (&["contain"], Operator("contains")),
    (&["not", "contains"], Negated("contains")),
    (&["not", "contain"], Negated("contains")),
    (&["not", "includes"], Negated("contains")),
    (&["does", "not", "contain"], Negated("contains")),
    (&["not_contains"], Negated("contains")),
    (&["starts_with"], Pattern(OperandShape::Start, false)),
    (&["startswith"], Pattern(OperandShape::Start, false)),
    (&["starts", "with"], Pattern(OperandShape::Start, false)),
    (&["begins", "with"], Pattern(OperandShape::Start, false)),
    (&["has_prefix"], Pattern(OperandShape::Start, false)),
    (&["hasprefix"], Pattern(OperandShape::Start, false)),
    (&["not", "starts_with"], Pattern(OperandShape::Start, true)),
    (&["not", "startswith"], Pattern(OperandShape::Start, true)),
    (&["does", "not", "start", "with"], Pattern(OperandShape::Start, true)),
    (&["ends_with"], Pattern(OperandShape::End, false)),
    (&["endswith"], Pattern(OperandShape::End, false)),
    (&["ends", "with"], Pattern(OperandShape::End, false)),
    (&["has_suffix"], Pattern(OperandShape::End, false)),
    (&["hassuffix"], Pattern(OperandShape::End, false)),
    (&["not", "ends_with"], Pattern(OperandShape::End, true)),
    (&["not", "endswith"], Pattern(OperandShape::End, true)),
    (&["does", "not", "end", "with"], Pattern(OperandShape::End, true)),
    (&["like"], Pattern(OperandShape::Like(false), false)),
    (&["ilike"], Pattern(OperandShape::Like(true), false)),
    (&["not", "like"], Pattern(OperandShape::Like(false), true)),
    (&["not", "ilike"], Pattern(OperandShape::Like(true), true)),
    // Between two tests.
    (&["&&"], Join("and")),
    (&["&"], Join("and")),
    (&["||"], Join("or")),
    (&["|"], Join("or")),
];

/// The operators that a slip may have changed.
const OPERATORS: [&str; 5] = ["matches", "contains", "exists", "missing", "in"];

/// A comparison in words at the token, and where it ends.
pub(super) fn comparison(found: &Mistake<'_>) -> Option<(&'static str, usize)> {
    match phrase(found) {
        Some((Operator(operator @ ("<" | "<=" | ">" | ">=")), end)) => Some((operator, end)),
        _ => match found.token {
            "<" => Some(("<", found.end())),
            "<=" => Some(("<=", found.end())),
            ">" => Some((">", found.end())),
            ">=" => Some((">=", found.end())),
            _ => None,
        },
    }
}

/// The longest phrase that begins with the token, and where it ends.
fn phrase(found: &Mistake<'_>) -> Option<(Meant, usize)> {
    const LONGEST: usize = 5;
    let words: Vec<(usize, String)> = std::iter::once((found.at(), found.token))
        .chain(found.tokens(found.end()))
        .take(LONGEST)
        .map(|(at, token)| (at + token.len(), token.to_ascii_lowercase()))
        .collect();
    let fits = |phrase: &&(&[&str], Meant)| {
        phrase.0.len() <= words.len()
            && phrase.0.iter().zip(&words).all(|(word, (_, token))| word == token)
    };
    let (phrase, meant) = PHRASES.iter().filter(fits).max_by_key(|(phrase, _)| phrase.len())?;
    let (end, _) = words.get(phrase.len().checked_sub(1)?)?;
    Some((*meant, *end))
}

impl<'t> Mistake<'t> {
    pub(super) fn operator(&self) -> Option<Diagnostic> {
        let meant = phrase(self);
        if let Some((Join(by), end)) = meant {
            let touches = self.before_end() == self.at();
            if let Some((at, "!")) = self.tokens(end).next() {
                let by = format!("{}{by} not ", if touches { " " } else { "" });
                return self
                    .goes_further(self.at()..at + 1, &by)
                    .then(|| self.operator_instead(at + 1, &by));
            }
            let by = format!("{}{by}", if touches { " " } else { "" });
            let by = self.spaced(&by, end);
            return self.goes_further(self.at()..end, &by).then(|| self.operator_instead(end, &by));
        }
        if let Some(found) = self.joined_tests() {
            return Some(found);
        }
        if !self.expects(Expected::Operator) {
            return None;
        }
        if let Some(found) = self.bare_argument() {
            return Some(found);
        }
        if let Some(found) = self.element().or_else(|| self.method()).or_else(|| self.arithmetic())
        {
            return Some(found);
        }
        match meant {
            Some((Operator(by), end)) => Some(self.operator_instead(end, &self.spaced(by, end))),
            Some((Negated(by), end)) => Some(self.negated(end, by)),
            Some((Pattern(shape, negated), end)) => Some(self.pattern(end, shape, negated)),
            Some((Empty(negated), end)) => Some(self.emptiness(end, negated)),
            Some((Between, end)) => Some(self.between(end)),
            _ => self.near_operator(),
        }
    }

    /// The operator of an unfinished word, of one in capitals, or of one with a slip in it.
    fn near_operator(&self) -> Option<Diagnostic> {
        let lower = self.token.to_ascii_lowercase();
        let same = OPERATORS.into_iter().find(|operator| *operator == lower);
        let by = same.or_else(|| text::nearest(&lower, OPERATORS).first().copied())?;
        let message = format!("{} is not an operator", self.shown());
        let is_negated = lower == "not" || self.slice(self.end()..self.end() + 1) == "'";
        (!is_negated).then(|| self.replaced(Code::Syntax, message, by))
    }

    /// Two tests with a comma between them, or nothing.
    fn joined_tests(&self) -> Option<Diagnostic> {
        let range =
            if self.token == "," { self.before_end()..self.end() } else { self.at()..self.at() };
        let begins = self.token == "," || self.token.starts_with("args.");
        if !begins || !self.goes_further(range.clone(), " and ") {
            return None;
        }
        let edit =
            |word: &str| if self.token == "," { format!(" {word}") } else { format!("{word} ") };
        let place = self.place(range);
        let mut found = self
            .syntax(format!("expected `and` or `or` between two tests, found {}", self.shown()))
            .with_help("write `and` or `or`");
        for word in ["and", "or"] {
            let title = format!("write `{word}`");
            found = found.with_fix(Applicability::Unsafe, title, place, edit(word));
        }
        Some(found)
    }

    /// An argument without an operator, as if it were a test.
    fn bare_argument(&self) -> Option<Diagnostic> {
        if !matches!(self.token, "" | ")" | "and" | "or" | "because" | "&&" | "||") {
            return None;
        }
        let (start, path) = self.argument_before()?;
        let span = self.place(start..start + path.len());
        let (exists, is_true) = (format!("{path} exists"), format!("{path} == true"));
        let message = format!("{} is not a condition", text::quote(path));
        let help = format!("did you mean {}?", text::choice([&exists, &is_true], 2));
        let found = Diagnostic::new(Code::Syntax, span, message).with_help(help);
        let front = self.slice(self.context.start..start).trim_end();
        if front.ends_with(" not") || front.ends_with("(not") {
            // `not args.flag exists` blocks other calls than `not args.flag == true`: the author decides.
            return Some(found);
        }
        Some(found.with_choice(span, [exists, is_true]))
    }

    /// The operator, with a blank behind it if the next token would touch it.
    fn spaced(&self, operator: &str, end: usize) -> String {
        let touches = self.slice(end..end + 1).starts_with(|next: char| !next.is_whitespace());
        let is_word = operator.ends_with(|last: char| last.is_ascii_alphabetic());
        format!("{operator}{}", if touches && is_word { " " } else { "" })
    }

    fn operator_instead(&self, end: usize, by: &str) -> Diagnostic {
        let span = self.place(self.at()..end);
        let message = format!("{} is not an operator", text::quote(self.slice(self.at()..end)));
        let shown = by.trim();
        Diagnostic::new(Code::Syntax, span, message)
            .with_help(format!("did you mean `{shown}`?"))
            .with_fix(Applicability::Unsafe, format!("write `{shown}`"), span, by)
    }

    /// The argument before the operator, and where it begins.
    pub(super) fn argument_before(&self) -> Option<(usize, &'t str)> {
        let before = self.before();
        let starts = before.rmatch_indices("args.").map(|(at, _)| at);
        let start = starts.take(8).find(|at| {
            let front = before.get(..*at).unwrap_or("");
            let path = before.get(*at..).unwrap_or("");
            !front.ends_with(|last: char| last.is_ascii_alphanumeric() || "_.\"".contains(last))
                && path.matches('"').count() % 2 == 0
        })?;
        let path = before.get(start..)?;
        let is_path = !comments::holds_comment(path)
            && !path.contains(['\n', '(', ')', '[', ']', ',', '=', '<', '>']);
        is_path.then_some((self.context.start + start, path))
    }

    /// `args.a not matches "x"`: `not` comes before the argument.
    fn negated(&self, end: usize, operator: &str) -> Diagnostic {
        let shown = text::quote(self.slice(self.at()..end));
        let span = self.place(self.at()..end);
        let found = Diagnostic::new(Code::Syntax, span, format!("{shown} is not an operator"));
        match self.argument_before() {
            Some((start, path)) => {
                let by = format!("not {path} {operator}");
                found
                    .with_help(format!("write `not` before the argument: {}", text::quote(&by)))
                    .with_fix(
                        Applicability::Unsafe,
                        format!("write {}", text::quote(&by)),
                        self.place(start..end),
                        by,
                    )
            }
            None => found.with_help(format!("write `not args.NAME {operator} …`")),
        }
    }

    /// `starts_with "x"` and `like "x%"`, which a regular expression says.
    fn pattern(&self, end: usize, shape: OperandShape, negated: bool) -> Diagnostic {
        let shown = text::quote(self.slice(self.at()..end));
        let span = self.place(self.at()..end);
        let found = Diagnostic::new(Code::Syntax, span, format!("{shown} is not an operator"));
        let example = match shape {
            OperandShape::Start => "matches \"^TEXT\"",
            OperandShape::End => "matches \"TEXT$\"",
            OperandShape::Like(_) => "matches \"REGEX\"",
        };
        let not = if negated { "not " } else { "" };
        let general = format!("write a regular expression: `{not}args.NAME {example}`");
        let value = self.tokens(end).next().filter(|(_, value)| value.starts_with('"'));
        let (Some((at, value)), Some((start, path))) = (value, self.argument_before()) else {
            return found.with_help(general);
        };
        let mut by = format!("{not}{path} matches ");
        write_string(&regex(&decode_string(value), shape), &mut by);
        found.with_help(format!("write a regular expression: {}", text::quote(&by))).with_fix(
            Applicability::Unsafe,
            format!("write {}", text::quote(&by)),
            self.place(start..at + value.len()),
            by,
        )
    }

    /// `is empty`, which is not the same as `missing`.
    fn emptiness(&self, end: usize, negated: bool) -> Diagnostic {
        let span = self.place(self.at()..end);
        let message = format!("{} is not an operator", text::quote(self.slice(self.at()..end)));
        Diagnostic::new(Code::Syntax, span, message).with_help(if negated {
            "write `args.NAME != \"\"`, or `args.NAME exists` if any value will do"
        } else {
            "write `args.NAME == \"\"`, or `args.NAME missing` for a missing argument"
        })
    }

    /// `between 1 and 5`
    fn between(&self, end: usize) -> Diagnostic {
        let span = self.place(self.at()..end);
        let found = Diagnostic::new(Code::Syntax, span, "`between` is not an operator");
        let is_number = |token: &str| {
            let digits = token.trim_start_matches('-');
            digits.starts_with(|first: char| first.is_ascii_digit())
        };
        let rest: Vec<(usize, &str)> = self.tokens(end).take(3).collect();
        match (rest.as_slice(), self.argument_before()) {
            (&[(_, low), (_, "and" | "AND"), (at, high)], Some((start, path)))
                if is_number(low) && is_number(high) =>
            {
                let by = format!("({path} >= {low} and {path} <= {high})");
                found.with_help(format!("write {}", text::quote(&by))).with_fix(
                    Applicability::Unsafe,
                    format!("write {}", text::quote(&by)),
                    self.place(start..at + high.len()),
                    by,
                )
            }
            _ => found.with_help("write two comparisons: `args.NAME >= LOW and args.NAME <= HIGH`"),
        }
    }
}

/// A regular expression for what a text begins with, ends with or is like.
fn regex(text: &str, shape: OperandShape) -> String {
    let escaped = regex_syntax::escape(text);
    match shape {
        OperandShape::Start => format!("^{escaped}"),
        OperandShape::End => format!("{escaped}$"),
        OperandShape::Like(any_case) => {
            let flags = if any_case { "(?is)" } else { "(?s)" };
            let inner = escaped.replace('%', ".*").replace('_', ".");
            format!("{flags}^{inner}$")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_phrase_is_listed_twice_and_each_can_be_typed() {
        let mut seen = std::collections::BTreeSet::new();
        for (phrase, _) in PHRASES {
            assert!(seen.insert(*phrase), "{phrase:?}");
            assert!((1..=5).contains(&phrase.len()), "{phrase:?}");
            assert!(phrase.iter().all(|word| *word == word.to_ascii_lowercase()), "{phrase:?}");
        }
    }
}
