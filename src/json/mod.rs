//! JSON texts with the place of every value, and syntax errors in an author's words.
//!
//! Whether a text is JSON is decided by `serde_json`, which also bounds the nesting; where its values lie is
//! told by `jsonc-parser`, which this module alone names. Nothing of policies is known here: keys that are
//! given twice are kept in order, and [`duplicate_keys`] reports them.

mod mistake;
mod number;
mod scan;
mod strings;
mod verdict;

use std::collections::{HashMap, HashSet};

use jsonc_parser::ast;

use crate::diagnostic::{Code, Diagnostic};
use crate::policy::Literal;
use crate::source::{FileId, Span};
use crate::text::quote;

pub use number::is_readable_number;
pub use strings::{span_in_string, spans_in_string};

/// How deep lists and objects may stand in each other; the same as `serde_json` allows. It bounds every recursion
/// over a [`Node`].
pub const MAX_DEPTH: usize = 127;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its characters: with the quotes of a string, from bracket to bracket of a list or an object.
    pub span: Span,
    /// What it is.
    pub value: Value,
}

/// A JSON value. Numbers keep their spelling, objects the order of their keys and keys given twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number as spelled.
    Number(Box<str>),
    /// A string, decoded.
    String(Box<str>),
    /// A list.
    Array(Vec<Node>),
    /// An object.
    Object(Vec<Member>),
}

/// A key of an object and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The key, decoded.
    pub key: Box<str>,
    /// The key's characters with the quotes.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

/// Reads a JSON text; a byte-order mark before it is skipped. Takes time in proportion to its length.
///
/// # Errors
/// The first place where the text is no JSON, or where it nests deeper than [`MAX_DEPTH`].
pub fn parse(file: FileId, text: &str) -> Result<Node, Diagnostic> {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let offset = text.len() - body.len();
    if let Err(place) = verdict::check(body) {
        return Err(scan::first_mistake(body)
            .unwrap_or_else(|| mistake::Mistake::unexplained(place))
            .into_diagnostic(file, offset));
    }
    let options = jsonc_parser::ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let place = Placing { file, offset };
    match jsonc_parser::parse_to_ast(body, &jsonc_parser::CollectOptions::default(), &options) {
        Ok(jsonc_parser::ParseResult { value: Some(value), .. }) => Ok(place.node(value)),
        Ok(_) => Err(mistake::Mistake::unexplained(0).into_diagnostic(file, offset)),
        Err(error) => {
            Err(mistake::Mistake::unexplained(error.range().start).into_diagnostic(file, offset))
        }
    }
}

/// Reports every key that stands twice in one object, at its later places.
pub fn duplicate_keys(node: &Node, report: &mut dyn FnMut(Diagnostic)) {
    match &node.value {
        Value::Array(items) => items.iter().for_each(|item| duplicate_keys(item, report)),
        Value::Object(members) => {
            let mut first: HashMap<&str, Span> = HashMap::with_capacity(members.len());
            for member in members {
                match first.get(&*member.key) {
                    Some(earlier) => report(duplicate_key(member, *earlier)),
                    None => {
                        first.insert(&member.key, member.key_span);
                    }
                }
                duplicate_keys(&member.value, report);
            }
        }
        _ => {}
    }
}

fn duplicate_key(member: &Member, earlier: Span) -> Diagnostic {
    let message = format!("the key {} is given twice in this object", quote(&member.key));
    Diagnostic::new(Code::DuplicateKey, member.key_span, message)
        .with_label(earlier, "first given here")
        .with_note("some JSON parsers keep the first value, others the last")
        .with_help("remove one of them")
}

impl Node {
    /// What the value is, in the words of messages: `a list`, `a number`.
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        }
    }

    /// The characters that a finding about the whole value points at: of a list or an object only the opening
    /// bracket, because the value may be most of the file.
    pub fn head(&self) -> Span {
        match self.value {
            Value::Array(_) | Value::Object(_) => {
                Span { end: self.span.start.saturating_add(1), ..self.span }
            }
            _ => self.span,
        }
    }

    /// The members of an object, in the order of the text; none of another value.
    pub fn members(&self) -> &[Member] {
        match &self.value {
            Value::Object(members) => members,
            _ => &[],
        }
    }

    /// The elements of a list; none of another value.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::Array(items) => items,
            _ => &[],
        }
    }

    /// The member of an object with a key.
    pub fn member(&self, key: &str) -> Option<&Member> {
        self.members().iter().find(|member| &*member.key == key)
    }

    /// The value of a key of an object.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.member(key).map(|member| &member.value)
    }

    /// The string, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// How many lists and objects stand in each other here; 0 for a plain value.
    pub fn depth(&self) -> usize {
        match &self.value {
            Value::Array(items) => 1 + items.iter().map(Node::depth).max().unwrap_or(0),
            Value::Object(members) => {
                1 + members.iter().map(|member| member.value.depth()).max().unwrap_or(0)
            }
            _ => 0,
        }
    }

    /// The value without its place. Of a key given twice the first stays: see [`duplicate_keys`].
    pub fn to_literal(&self) -> Literal {
        match &self.value {
            Value::Null => Literal::Null,
            Value::Bool(value) => Literal::Bool(*value),
            Value::Number(spelling) => Literal::Number(spelling.clone()),
            Value::String(text) => Literal::String(text.clone()),
            Value::Array(items) => Literal::List(items.iter().map(Node::to_literal).collect()),
            Value::Object(members) => {
                let mut seen = HashSet::with_capacity(members.len());
                let members = members.iter().filter(|member| seen.insert(&*member.key));
                Literal::Object(
                    members.map(|member| (member.key.clone(), member.value.to_literal())).collect(),
                )
            }
        }
    }
}

/// Turns the ranges of the body into spans of the file.
struct Placing {
    file: FileId,
    offset: usize,
}

impl Placing {
    fn span(&self, range: jsonc_parser::common::Range) -> Span {
        Span::new(self.file, range.start + self.offset, range.end + self.offset)
    }

    fn node(&self, value: ast::Value<'_>) -> Node {
        match value {
            ast::Value::NullKeyword(it) => Node { span: self.span(it.range), value: Value::Null },
            ast::Value::BooleanLit(it) => {
                Node { span: self.span(it.range), value: Value::Bool(it.value) }
            }
            ast::Value::NumberLit(it) => {
                Node { span: self.span(it.range), value: Value::Number(it.value.into()) }
            }
            ast::Value::StringLit(it) => {
                Node { span: self.span(it.range), value: Value::String(it.value.into()) }
            }
            ast::Value::Array(it) => {
                let items = it.elements.into_iter().map(|item| self.node(item)).collect();
                Node { span: self.span(it.range), value: Value::Array(items) }
            }
            ast::Value::Object(it) => {
                let members = it.properties.into_iter().map(|property| self.member(property));
                Node { span: self.span(it.range), value: Value::Object(members.collect()) }
            }
        }
    }

    fn member(&self, property: ast::ObjectProp<'_>) -> Member {
        let (key, range) = match property.name {
            ast::ObjectPropName::String(name) => (name.value.into(), name.range),
            ast::ObjectPropName::Word(name) => (name.value.into(), name.range),
        };
        Member { key, key_span: self.span(range), value: self.node(property.value) }
    }
}

#[cfg(test)]
mod tests;
