//! Words of the language with which a statement goes on, and texts.

use super::rank::{Offers, Order};
use super::selection::severest;
use super::{Asked, Completion, CompletionKind, Insert};
use crate::policy::{CallOutcome, Posture};
use crate::risk::Class;

/// Offers a word or mark, if it is one that people write by themselves.
pub(super) fn offer(asked: &Asked<'_>, word: &'static str, offers: &mut Offers<'_>) {
    let about = match word {
        "when" => "for calls that meet a condition",
        "unless" => "for all calls except those that meet a condition",
        "with" => "the condition that must hold",
        "because" => "the reason",
        "as" if asked.writing.statement == Some("classify") => "the class",
        "as" => "the name of the counter",
        "having" => "keeps tools that have an argument",
        "except" => "excludes tools",
        "and" => "both hold",
        "or" => "at least one holds",
        "not" => "it does not hold",
        "in" => "is in a list",
        "->" => "the verdict that the call must get",
        "by" => "the counter that must be used up",
        "times" => "how often the call is made",
        "all" if asked.writing.statement == Some("hide") => "every tool, known or not",
        "all" => "all calls together",
        "{" => return block(offers),
        "=" => "is equal to",
        _ => return,
    };
    offers.text(Order::Word, CompletionKind::Keyword, word, about);
}

/// The rules of a block, with room for the first.
fn block(offers: &mut Offers<'_>) {
    let insert = Insert::Snippet("{\n\t$0\n}".to_owned(), "{".to_owned());
    let item = offers.item(CompletionKind::Snippet, "{ … }", insert);
    let detail = Some("the rules for these tools".to_owned());
    offers.push(Order::First, Completion { detail, ..item });
}

/// Offers `deny` and `allow`.
pub(super) fn offer_postures(offers: &mut Offers<'_>) {
    for (posture, about) in [
        (Posture::Deny, "tools that nothing grants may not be called"),
        (Posture::Allow, "tools that nothing grants may be called"),
    ] {
        offers.text(Order::Usual, CompletionKind::Keyword, posture.name(), about);
    }
}

/// Offers the steps of a test.
pub(super) fn offer_steps(offers: &mut Offers<'_>) {
    for (word, about, snippet) in [
        (
            "call",
            "a call, and the verdict that it must get",
            "call ${1:TOOL} -> ${2|allow,approve,deny,hide,rate|}",
        ),
        ("at", "sets the clock of the test", "at ${1:10:59:58}"),
    ] {
        offers.text(Order::Statement, CompletionKind::Keyword, word, about);
        let insert = Insert::Snippet(snippet.to_owned(), word.to_owned());
        let item = offers.item(CompletionKind::Snippet, &format!("{word} …"), insert);
        offers.push(Order::Snippet, Completion { detail: Some(about.to_owned()), ..item });
    }
}

/// Offers the verdicts that a test may expect.
pub(super) fn offer_outcomes(offers: &mut Offers<'_>) {
    for outcome in CallOutcome::ALL {
        let about = format!("the call is {}", outcome.participle());
        offers.text(Order::Usual, CompletionKind::Keyword, outcome.name(), &about);
    }
}

/// Offers the classes, first the one that the evidence shows.
pub(super) fn offer_classes(asked: &Asked<'_>, offers: &mut Offers<'_>) {
    let shown = severest(asked.context, &asked.selection);
    for class in Class::ALL {
        let is_shown = shown == Some(class);
        let order = if is_shown { Order::First } else { Order::Usual };
        let evidence = if is_shown { ", according to the evidence" } else { "" };
        let detail = format!("{} risk{evidence}", class.risk().name());
        offers.text(order, CompletionKind::Class, class.name(), &detail);
    }
}

/// Offers quotes for a text: the reason, or the pattern behind `matches`.
pub(super) fn offer_text(asked: &Asked<'_>, offers: &mut Offers<'_>) {
    let (snippet, about) = match asked.writing.last() {
        Some("because") => ("\"$1\"", "the reason"),
        Some("matches") => ("\"^$1\"", "a regular expression"),
        _ => return,
    };
    if asked.writing.is_string {
        return;
    }
    let insert = Insert::Snippet(snippet.to_owned(), "\"\"".to_owned());
    let item = offers.item(CompletionKind::Value, "\"…\"", insert);
    offers.push(Order::First, Completion { detail: Some(about.to_owned()), ..item });
}
