//! Conditions as the tests know them, and their text. Nothing here is the compiler's.

use crate::random::Random;

/// A JSON value: a literal of a condition, or an argument of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    Null,
    Bool(bool),
    /// A spelling, and its value in thousandths, so that it is compared exactly.
    Number(&'static str, i64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    pub fn is_composite(&self) -> bool {
        matches!(self, Json::List(_) | Json::Object(_))
    }

    /// Equality as the language has it: strict by type, numbers by value, objects without regard to order.
    pub fn equals(&self, other: &Json) -> bool {
        match (self, other) {
            (Json::Null, Json::Null) => true,
            (Json::Bool(left), Json::Bool(right)) => left == right,
            (Json::Number(_, left), Json::Number(_, right)) => left == right,
            (Json::Text(left), Json::Text(right)) => left == right,
            (Json::List(left), Json::List(right)) => {
                left.len() == right.len() && left.iter().zip(right).all(|(l, r)| l.equals(r))
            }
            (Json::Object(left), Json::Object(right)) => {
                left.len() == right.len()
                    && left.iter().all(|(key, value)| {
                        right.iter().any(|(other, theirs)| key == other && value.equals(theirs))
                    })
            }
            _ => false,
        }
    }

    /// The tokens of its text.
    fn tokens(&self, out: &mut Vec<String>) {
        match self {
            Json::Null => out.push("null".into()),
            Json::Bool(value) => out.push(value.to_string()),
            Json::Number(spelling, _) => out.push((*spelling).into()),
            Json::Text(text) => out.push(quoted(text)),
            Json::List(items) => {
                out.push("[".into());
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(",".into());
                    }
                    item.tokens(out);
                }
                out.push("]".into());
            }
            Json::Object(members) => {
                out.push("{".into());
                for (index, (key, value)) in members.iter().enumerate() {
                    if index > 0 {
                        out.push(",".into());
                    }
                    out.push(quoted(key));
                    out.push(":".into());
                    value.tokens(out);
                }
                out.push("}".into());
            }
        }
    }

    /// The value as JSON.
    pub fn text(&self) -> String {
        let mut tokens = Vec::new();
        self.tokens(&mut tokens);
        tokens.concat()
    }
}

/// A JSON string with its quotes.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

/// A key of a path, and whether it stands in quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key(pub &'static str, pub bool);

/// What is asked of an argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    Equals(Json),
    Differs(Json),
    Below(Json),
    AtMost(Json),
    Above(Json),
    AtLeast(Json),
    OneOf(Vec<Json>),
    NoneOf(Vec<Json>),
    Matches(&'static Pattern),
    Contains(Json),
    Exists,
    Missing,
}

impl Question {
    pub fn is_comparison(&self) -> bool {
        use Question::{Above, AtLeast, AtMost, Below};
        matches!(self, Below(_) | AtMost(_) | Above(_) | AtLeast(_))
    }

    /// Its number, for counting what has been tried.
    pub fn number(&self) -> usize {
        match self {
            Question::Equals(_) => 0,
            Question::Differs(_) => 1,
            Question::Below(_) => 2,
            Question::AtMost(_) => 3,
            Question::Above(_) => 4,
            Question::AtLeast(_) => 5,
            Question::OneOf(_) => 6,
            Question::NoneOf(_) => 7,
            Question::Matches(_) => 8,
            Question::Contains(_) => 9,
            Question::Exists => 10,
            Question::Missing => 11,
        }
    }

    /// The literals that it names.
    pub fn literals(&self) -> &[Json] {
        match self {
            Question::Equals(value)
            | Question::Differs(value)
            | Question::Below(value)
            | Question::AtMost(value)
            | Question::Above(value)
            | Question::AtLeast(value)
            | Question::Contains(value) => std::slice::from_ref(value),
            Question::OneOf(values) | Question::NoneOf(values) => values,
            Question::Matches(_) | Question::Exists | Question::Missing => &[],
        }
    }
}

/// A regular expression, what it means, and texts on both sides of it.
#[derive(Debug)]
pub struct Pattern {
    pub spelling: &'static str,
    pub holds: fn(&str) -> bool,
    pub near: &'static [&'static str],
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.spelling == other.spelling
    }
}

impl Eq for Pattern {}

/// One test of one argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    pub path: Vec<Key>,
    pub question: Question,
}

/// A condition. Parentheses that precedence asks for are written where needed; `Parentheses` are those that it does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    Test(Test),
    Not(Box<Condition>),
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Parentheses(Box<Condition>),
}

impl Condition {
    /// Calls `see` with every test.
    pub fn each_test<'c>(&'c self, see: &mut dyn FnMut(&'c Test)) {
        match self {
            Condition::Test(test) => see(test),
            Condition::Not(inner) | Condition::Parentheses(inner) => inner.each_test(see),
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter().for_each(|part| part.each_test(see));
            }
        }
    }

    /// The condition on one line, spaced as the formatter spaces it.
    pub fn one_line(&self) -> String {
        let mut out = String::new();
        let mut before = String::new();
        for token in self.all_tokens() {
            let glued = before.is_empty()
                || matches!(before.as_str(), "(" | "[" | "{")
                || matches!(token.as_str(), ")" | "]" | "}" | "," | ":");
            out += if glued { "" } else { " " };
            out += &token;
            before = token;
        }
        out
    }

    /// The condition with blanks, line breaks and comments wherever the language lets them stand.
    pub fn scattered(&self, random: &mut Random) -> String {
        let mut out = String::new();
        for token in self.all_tokens() {
            if !out.is_empty() {
                let needs_none = token.starts_with([')', ']', '}', ',', ':', '('])
                    && out.ends_with(['(', '[', '{', ')', ']', '}', '"']);
                out += match random.below(12) {
                    0 => "\n        ",
                    1 => "\t ",
                    2 => " # a note, with \"quotes\" and )\n    ",
                    3 => "\n\n  # another\n\t",
                    4 if needs_none => "",
                    _ => " ",
                };
            }
            out += &token;
        }
        out
    }

    fn all_tokens(&self) -> Vec<String> {
        let mut tokens = Vec::new();
        self.tokens(&mut tokens);
        tokens
    }

    fn tokens(&self, out: &mut Vec<String>) {
        match self {
            Condition::Test(test) => test.tokens(out),
            Condition::Not(inner) => {
                out.push("not".into());
                inner.inside(out, matches!(**inner, Condition::All(_) | Condition::Any(_)));
            }
            Condition::Parentheses(inner) => inner.inside(out, true),
            Condition::All(parts) => {
                for (index, part) in parts.iter().enumerate() {
                    if index > 0 {
                        out.push("and".into());
                    }
                    part.inside(out, matches!(part, Condition::Any(_)));
                }
            }
            Condition::Any(parts) => {
                for (index, part) in parts.iter().enumerate() {
                    if index > 0 {
                        out.push("or".into());
                    }
                    part.tokens(out);
                }
            }
        }
    }

    fn inside(&self, out: &mut Vec<String>, parentheses: bool) {
        if parentheses {
            out.push("(".into());
        }
        self.tokens(out);
        if parentheses {
            out.push(")".into());
        }
    }
}

impl Test {
    fn tokens(&self, out: &mut Vec<String>) {
        let mut path = String::from("args");
        for Key(key, is_quoted) in &self.path {
            path.push('.');
            path += &if *is_quoted { quoted(key) } else { (*key).to_owned() };
        }
        out.push(path);
        let list = |values: &[Json]| Json::List(values.to_vec());
        let (words, value) = match &self.question {
            Question::Equals(value) => (vec!["=="], Some(value.clone())),
            Question::Differs(value) => (vec!["!="], Some(value.clone())),
            Question::Below(value) => (vec!["<"], Some(value.clone())),
            Question::AtMost(value) => (vec!["<="], Some(value.clone())),
            Question::Above(value) => (vec![">"], Some(value.clone())),
            Question::AtLeast(value) => (vec![">="], Some(value.clone())),
            Question::OneOf(values) => (vec!["in"], Some(list(values))),
            Question::NoneOf(values) => (vec!["not", "in"], Some(list(values))),
            Question::Matches(pattern) => {
                (vec!["matches"], Some(Json::Text(pattern.spelling.to_owned())))
            }
            Question::Contains(value) => (vec!["contains"], Some(value.clone())),
            Question::Exists => (vec!["exists"], None),
            Question::Missing => (vec!["missing"], None),
        };
        out.extend(words.into_iter().map(str::to_owned));
        if let Some(value) = value {
            value.tokens(out);
        }
    }
}
