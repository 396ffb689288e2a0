//! Rates: what is recommended for the tools, and the windows behind a number.

use super::rank::{Offers, Order};
use super::selection::severest;
use super::{Asked, Completion, CompletionKind, Insert};
use crate::lint::{RECOMMENDED_EXECUTE, RECOMMENDED_WRITE};
use crate::policy::{Rate, Window};
use crate::risk::Class;
use crate::source::TextPart;

/// Offers numbers of calls, or the windows of the number that has been typed.
pub(super) fn offer(asked: &Asked<'_>, offers: &mut Offers<'_>) {
    let typed = offers.typed();
    let digits = typed.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 {
        for window in Window::ALL {
            let rate = format!("{}/{}", typed.part(..digits), window.name());
            push(asked, window, &rate, "", Order::First, offers);
        }
        return;
    }
    if asked.writing.statement == Some("budget") {
        for (amount, window) in [(100, Window::Hour), (500, Window::Day)] {
            example(asked, amount, window, "the largest sum", offers);
        }
        return;
    }
    for (calls, about) in recommended(asked) {
        let rate = Rate::per_minute(calls).to_string();
        push(asked, Window::Minute, &rate, &about, Order::First, offers);
    }
    for (calls, window) in [(10, Window::Hour), (100, Window::Day)] {
        example(asked, calls, window, "calls", offers);
    }
}

/// So many calls a minute, and why, best first.
fn recommended(asked: &Asked<'_>) -> Vec<(u64, String)> {
    let thresholds = asked.context.thresholds;
    let write = RECOMMENDED_WRITE.min(thresholds.write);
    let execute = RECOMMENDED_EXECUTE.min(thresholds.execute);
    let most = |calls, class: &str| {
        (calls, format!("the most that `check` accepts for tools that {class}"))
    };
    if asked.selection.is_all {
        return vec![most(thresholds.write, "write")];
    }
    let mut found = match severest(asked.context, &asked.selection) {
        Some(Class::Execute) => vec![
            (execute, "recommended for tools that execute".to_owned()),
            most(thresholds.execute, "execute"),
        ],
        Some(class @ (Class::Destructive | Class::Financial)) => {
            vec![(execute, format!("{} tools should also need approval", class.name()))]
        }
        Some(Class::Read) => vec![(write, "read tools need no cap".to_owned())],
        Some(Class::Write) => vec![
            (write, "recommended for tools that write".to_owned()),
            most(thresholds.write, "write"),
        ],
        None => vec![
            (write, "recommended for tools that write".to_owned()),
            (execute, "recommended for tools that execute".to_owned()),
        ],
    };
    found.dedup_by_key(|(calls, _)| *calls);
    found
}

/// A rate whose number is only there to be changed.
fn example(asked: &Asked<'_>, calls: u64, window: Window, about: &str, offers: &mut Offers<'_>) {
    let name = window.name();
    let plain = format!("{calls}/{name}");
    let insert = Insert::Snippet(format!("${{1:{calls}}}/{name}"), plain.clone());
    let item = offers.item(CompletionKind::Rate, &plain, insert);
    let detail = Some(format!("{about} in {}", window.with_article()));
    let is_faded = is_given(asked, window);
    offers.push(Order::Usual, Completion { detail, is_faded, ..item });
}

fn push(
    asked: &Asked<'_>,
    window: Window,
    rate: &str,
    about: &str,
    order: Order,
    offers: &mut Offers<'_>,
) {
    let item = offers.item(CompletionKind::Rate, rate, Insert::Text(rate.to_owned()));
    let detail = match about {
        "" => format!("in {}", window.with_article()),
        about => about.to_owned(),
    };
    let is_faded = is_given(asked, window);
    offers.push(order, Completion { detail: Some(detail), is_faded, ..item });
}

/// Whether the statement has a rate for the window already.
fn is_given(asked: &Asked<'_>, window: Window) -> bool {
    let mut runs = asked.writing.tokens.iter().map(|token| asked.writing.slice(*token));
    runs.any(|run| run.split_once('/').is_some_and(|(_, name)| name == window.name()))
}
