//! Values that an argument may have: those that the schema lists, true and false.

use std::collections::BTreeSet;

use super::operators::{shapes, tested, types};
use super::rank::{Offers, Order};
use super::{Asked, Completion, CompletionKind, Insert, label};
use crate::editor::cursor::open_list;
use crate::manifest::{Shape, TypeSet};
use crate::policy::Literal;
use crate::syntax::{Expected, Token, TokenKind, decode_string, tokens_within};

/// How far behind the cursor a list is looked at, in bytes.
const MAX_BEHIND: usize = 4096;

/// Offers values, or a list of them.
pub(super) fn offer(asked: &Asked<'_>, expected: Expected, offers: &mut Offers<'_>) {
    let shapes = shapes(asked);
    if expected == Expected::List {
        // Where any value may stand, the values themselves are meant.
        if !asked.writing.expects(Expected::Value) {
            offer_lists(asked, &shapes, offers);
        }
        return;
    }
    let is_element = operator(asked) == Some("contains");
    let elements: Vec<Shape> = match is_element {
        true => shapes.iter().filter_map(|shape| shape.items.as_deref().cloned()).collect(),
        false => Vec::new(),
    };
    let shapes = if elements.is_empty() { shapes } else { elements };
    let listed = listed(asked);
    for value in values(&shapes) {
        if !listed.contains(&value.to_json()) {
            push(asked, &value, offers);
        }
    }
    let any_text =
        shapes.is_empty() || shapes.iter().any(|shape| shape.unlimited.meets(TypeSet::STRING));
    if any_text && !asked.writing.is_string {
        let insert = Insert::Snippet("\"$1\"".to_owned(), "\"\"".to_owned());
        let item = offers.item(CompletionKind::Value, "\"…\"", insert);
        offers.push(Order::Last, Completion { detail: Some("a string".to_owned()), ..item });
    }
}

/// The values that are listed, and both truth values where any may stand; each once and without null, which counts as missing.
fn values(shapes: &[Shape]) -> Vec<Literal> {
    let mut seen = BTreeSet::new();
    let listed = shapes.iter().flat_map(|shape| shape.values.iter().cloned());
    let has_truth = match shapes {
        [] => true,
        shapes => shapes.iter().any(|shape| shape.unlimited.meets(TypeSet::BOOLEAN)),
    };
    let truth = [true, false].into_iter().filter(|_| has_truth).map(Literal::Bool);
    listed
        .chain(truth)
        .filter(|value| *value != Literal::Null && seen.insert(value.to_json()))
        .collect()
}

fn push(asked: &Asked<'_>, value: &Literal, offers: &mut Offers<'_>) {
    let json = value.to_json();
    let is_string = asked.writing.is_string;
    if is_string && !json.starts_with('"') {
        return;
    }
    let filter = match value {
        Literal::String(text) if !is_string => Some(label(text)),
        _ => None,
    };
    let item = offers.item(CompletionKind::Value, &label(&json), Insert::Text(json));
    offers.push(Order::First, Completion { filter, ..item });
}

/// Brackets for a list, empty or with one value.
fn offer_lists(asked: &Asked<'_>, shapes: &[Shape], offers: &mut Offers<'_>) {
    let is_known = !types(shapes).is_empty();
    let insert = Insert::Snippet("[$1]".to_owned(), "[".to_owned());
    let item = offers.item(CompletionKind::Value, "[…]", insert);
    if is_known && !asked.writing.is_string {
        offers.push(Order::First, Completion { detail: Some("a list".to_owned()), ..item });
    }
    for value in values(shapes).iter().filter(|_| !shapes.is_empty()) {
        let json = format!("[{}]", value.to_json());
        let item = offers.item(CompletionKind::Value, &label(&json), Insert::Text(json));
        offers.push(Order::Usual, item);
    }
}

/// The operator of the test before the cursor.
fn operator<'a>(asked: &Asked<'a>) -> Option<&'a str> {
    let (_, behind) = tested(asked)?;
    asked.writing.tokens.get(behind).map(|token| asked.writing.slice(*token))
}

/// The values of the list in which the cursor stands, as JSON: those before the cursor and those behind it.
fn listed(asked: &Asked<'_>) -> BTreeSet<String> {
    let writing = asked.writing;
    let Some(open) = open_list(writing, writing.tokens.len()) else { return BTreeSet::new() };
    let before = writing.tokens.iter().skip(open + 1).map(|token| (*token, writing.slice(*token)));
    let end = writing.replace.end;
    let limit = writing.text.floor_char_boundary(end.saturating_add(MAX_BEHIND));
    let behind = tokens_within(writing.text, end..limit).map(|token| (token, writing.slice(token)));
    // What cannot stand in a list of plain values ends it.
    let in_list = behind.take_while(|(token, text)| {
        token.kind() == TokenKind::String
            || token.kind() == TokenKind::Comment
            || *text == ","
            || is_constant(text)
    });
    before.chain(in_list).map(|(token, text)| json(token, text)).collect()
}

fn is_constant(text: &str) -> bool {
    matches!(text, "true" | "false" | "null")
        || text.starts_with(|first: char| first.is_ascii_digit() || first == '-')
}

fn json(token: Token, text: &str) -> String {
    match token.kind() {
        TokenKind::String => Literal::String(decode_string(text).into()).to_json(),
        _ => text.to_owned(),
    }
}
