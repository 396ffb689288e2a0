//! Conditions over the arguments of a call.

use std::sync::Arc;

use crate::source::Span;

use super::literal::{Literal, write_string};

/// An argument: the keys from `args` downwards, at least one, none empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(pub Vec<Box<str>>);

impl Path {
    /// The path as policy.json and messages write it: `args.a.b`.
    pub fn dotted(&self) -> String {
        let mut out = String::from("args");
        for key in &self.0 {
            out.push('.');
            out.push_str(key);
        }
        out
    }

    /// The path as the language writes it: keys that are no identifiers are quoted.
    pub fn write_gate(&self, out: &mut String) {
        out.push_str("args");
        for key in &self.0 {
            out.push('.');
            if is_identifier(key) {
                out.push_str(key);
            } else {
                write_string(key, out);
            }
        }
    }
}

/// Whether a key may stand in a path without quotes: a letter or `_`, then letters, digits and `_`, all ASCII.
pub fn is_identifier(key: &str) -> bool {
    let mut bytes = key.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The pattern that every text matches, as the compiler writes it where it has to find texts of any content.
pub const ANY_TEXT: &str = "(?s)^.*$";

/// The eleven operators of the gateway; `missing` is [`Operator::Exists`] with `false`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operator {
    /// `==`
    Eq,
    /// `!=`
    Neq,
    /// `<`
    Lt,
    /// `<=`
    Lte,
    /// `>`
    Gt,
    /// `>=`
    Gte,
    /// `in`
    In,
    /// `not in`
    NotIn,
    /// `exists` with `true`, `missing` with `false`
    Exists,
    /// `matches`
    Regex,
    /// `contains`
    Contains,
}

impl Operator {
    /// Every operator, in the order of the gateway's documentation.
    pub const ALL: [Operator; 11] = [
        Operator::Eq,
        Operator::Neq,
        Operator::Lt,
        Operator::Lte,
        Operator::Gt,
        Operator::Gte,
        Operator::In,
        Operator::NotIn,
        Operator::Exists,
        Operator::Regex,
        Operator::Contains,
    ];

    /// The operator's word in policy.json.
    pub fn json_name(self) -> &'static str {
        match self {
            Operator::Eq => "eq",
            Operator::Neq => "neq",
            Operator::Lt => "lt",
            Operator::Lte => "lte",
            Operator::Gt => "gt",
            Operator::Gte => "gte",
            Operator::In => "in",
            Operator::NotIn => "not_in",
            Operator::Exists => "exists",
            Operator::Regex => "regex",
            Operator::Contains => "contains",
        }
    }

    /// The operator of a word of policy.json.
    pub fn from_json_name(name: &str) -> Option<Operator> {
        Operator::ALL.into_iter().find(|operator| operator.json_name() == name)
    }

    /// The operator as the language writes it; `exists` for [`Operator::Exists`].
    pub fn gate_name(self) -> &'static str {
        match self {
            Operator::Eq => "==",
            Operator::Neq => "!=",
            Operator::Lt => "<",
            Operator::Lte => "<=",
            Operator::Gt => ">",
            Operator::Gte => ">=",
            Operator::In => "in",
            Operator::NotIn => "not in",
            Operator::Exists => "exists",
            Operator::Regex => "matches",
            Operator::Contains => "contains",
        }
    }

    /// The operator that fails, on a present argument of the right type, exactly where this one holds. `matches` and
    /// `contains` have none; `exists` is turned round by its value.
    pub fn opposite(self) -> Option<Operator> {
        Some(match self {
            Operator::Eq => Operator::Neq,
            Operator::Neq => Operator::Eq,
            Operator::Lt => Operator::Gte,
            Operator::Gte => Operator::Lt,
            Operator::Gt => Operator::Lte,
            Operator::Lte => Operator::Gt,
            Operator::In => Operator::NotIn,
            Operator::NotIn => Operator::In,
            Operator::Exists | Operator::Regex | Operator::Contains => return None,
        })
    }

    /// Whether it compares numbers: `< <= > >=`.
    pub fn is_ordering(self) -> bool {
        matches!(self, Operator::Lt | Operator::Lte | Operator::Gt | Operator::Gte)
    }
}

/// A condition, resolved. Parentheses have done their work.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// One of them holds.
    Any(Vec<Condition>),
    /// All of them hold.
    All(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// The test holds; with its place. Predicates share the test, because lowering may repeat it in each of them.
    Test(Arc<Test>, Span),
}

/// One test of one argument. It is false when the argument is missing, but for `missing`.
///
/// The value fits the operator: a list for `in` and `not in`, a number for the comparisons, a boolean for
/// `exists`, a string for `matches`, any value for the others. Whoever makes a test sees to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// The argument.
    pub path: Path,
    /// The operator.
    pub operator: Operator,
    /// What the argument is compared with.
    pub value: Literal,
}

impl Condition {
    /// Its tests, in the order of the text.
    pub fn tests(&self) -> Vec<&Test> {
        let mut tests = Vec::new();
        let mut waiting = vec![self];
        while let Some(condition) = waiting.pop() {
            match condition {
                Condition::Any(parts) | Condition::All(parts) => waiting.extend(parts.iter().rev()),
                Condition::Not(inner) => waiting.push(inner),
                Condition::Test(test, _) => tests.push(test.as_ref()),
            }
        }
        tests
    }
}

impl Test {
    /// `path exists`, or `path missing` when `present` is false.
    pub fn exists(path: Path, present: bool) -> Self {
        Self { path, operator: Operator::Exists, value: Literal::Bool(present) }
    }

    /// Whether it is `exists` (`Some(true)`), `missing`, or another test.
    pub fn presence(&self) -> Option<bool> {
        (self.operator == Operator::Exists).then(|| self.value != Literal::Bool(false))
    }

    /// Whether it holds for every text, and for nothing else: a `matches` of [`ANY_TEXT`] or of the empty pattern.
    pub fn is_any_text(&self) -> bool {
        let is_any = |value: &Literal| matches!(value, Literal::String(text) if text.is_empty() || **text == *ANY_TEXT);
        self.operator == Operator::Regex && is_any(&self.value)
    }

    /// Writes the test as the language does.
    pub fn write_gate(&self, out: &mut String) {
        self.path.write_gate(out);
        out.push(' ');
        match (self.operator, &self.value) {
            (Operator::Exists, Literal::Bool(false)) => out.push_str("missing"),
            (Operator::Exists, _) => out.push_str("exists"),
            (operator, value) => {
                out.push_str(operator.gate_name());
                out.push(' ');
                value.write_json(out);
            }
        }
    }
}
