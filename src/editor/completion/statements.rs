//! The words that begin a statement, by themselves and with room for what follows.

use super::rank::{Offers, Order};
use super::{Asked, Completion, CompletionKind, Insert};
use crate::editor::shapes::{self, Shape};
use crate::source::TextPart;
use crate::syntax::{Expected, Fragment};

/// Offers the statements that may begin here.
pub(super) fn offer(asked: &Asked<'_>, expected: Expected, offers: &mut Offers<'_>) {
    let is_rule = expected == Expected::BlockRule;
    let mut before = "";
    for shape in shapes::all().iter().filter(|shape| (shape.fragment == Fragment::Rule) == is_rule)
    {
        if shape.word != before {
            before = shape.word;
            let text = Insert::Text(shape.word.to_owned());
            push(asked, shape, Order::Statement, shape.word, text, offers);
        }
        for snippet in shape.snippets {
            let label = plain(snippet);
            let insert = Insert::Snippet((*snippet).to_owned(), shape.word.to_owned());
            push(asked, shape, Order::Snippet, &label, insert, offers);
        }
    }
}

fn push(
    asked: &Asked<'_>,
    shape: &Shape,
    order: Order,
    label: &str,
    insert: Insert,
    offers: &mut Offers<'_>,
) {
    let kind = match order {
        Order::Snippet => CompletionKind::Snippet,
        _ => CompletionKind::Keyword,
    };
    let places = asked.context.places;
    let is_there = match shape.word {
        "manifest" => places.manifest.is_some(),
        "default" => places.default.is_some(),
        _ => false,
    };
    // Nothing can be named before there is a manifest.
    let is_first = shape.word == "manifest" && asked.context.manifest.is_none() && !is_there;
    let order = if is_first && order == Order::Statement { Order::First } else { order };
    let item = offers.item(kind, label, insert);
    let detail = Some(shape.label.to_owned());
    let documentation = Some(shape.about.to_owned());
    offers.push(order, Completion { detail, documentation, is_faded: is_there, ..item });
}

/// A snippet as it reads: its places show what they begin with, a choice its first value.
fn plain(snippet: &str) -> String {
    let mut out = String::new();
    let mut rest = snippet;
    while let Some(at) = rest.find('$') {
        out.push_str(rest.part(..at));
        let place = rest.part(at + 1..);
        let Some(inner) = place.strip_prefix('{') else {
            rest = place.trim_start_matches(|character: char| character.is_ascii_digit());
            continue;
        };
        let end = inner.find('}').unwrap_or(inner.len());
        let inner_text = inner.part(..end);
        let value = inner_text.trim_start_matches(|character: char| character.is_ascii_digit());
        let value = value.trim_start_matches([':', '|']).trim_end_matches('|');
        out.push_str(value.split(',').next().unwrap_or(""));
        rest = inner.part(end + 1..);
    }
    out.push_str(rest);
    out.replace("\n\t\n", " … ").replace(['\n', '\t'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snippet_is_shown_as_it_reads() {
        assert_eq!(plain("allow ${1:TOOLS} ${2:30/minute}"), "allow TOOLS 30/minute");
        assert_eq!(plain("default ${1|deny,allow|}"), "default deny");
        assert_eq!(plain("tool ${1:TOOLS} {\n\t$0\n}"), "tool TOOLS { … }");
    }

    #[test]
    fn every_snippet_begins_with_its_word() {
        for shape in shapes::all() {
            assert!(!shape.snippets.is_empty() || shape.label == shape.word, "{}", shape.label);
            for snippet in shape.snippets {
                assert!(snippet.starts_with(shape.word), "{snippet}");
            }
        }
    }
}
