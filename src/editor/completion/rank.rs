//! The order of offers: those first that begin with what has been typed.

use std::ops::Range;

use super::{Completion, CompletionKind, Completions, Insert};
use crate::source::TextPart;

/// So many offers are shown; more are left out, the worst first.
pub(super) const MAX_OFFERS: usize = 200;

/// How well a name fits what has been typed, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// It begins with it.
    Start,
    /// It begins with it but for case.
    AnyCase,
    /// One of its words does.
    WordStart,
    /// It holds it.
    Inside,
    /// It holds its characters in their order.
    Scattered,
    /// It does not hold them.
    None,
}

/// What kinds of offers come first where several kinds fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Order {
    /// What the manifest or the policy knows best: values, rates that are recommended.
    First,
    /// The usual.
    Usual,
    /// Words with which a statement goes on.
    Word,
    /// What is longer than a word, or seldom meant.
    Last,
    /// The beginning of another statement.
    Statement,
    /// The same with room for its parts.
    Snippet,
}

/// The offers at a place, while they are gathered.
pub(super) struct Offers<'t> {
    typed: &'t str,
    replace: Range<usize>,
    /// The blank that has to stand before what is put in, and the one behind it.
    blanks: (&'static str, &'static str),
    found: Vec<(RankKey, Completion)>,
    is_incomplete: bool,
}

/// What offers are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct RankKey {
    is_unfit: bool,
    is_faded: bool,
    fit: Fit,
    order: Order,
    number: usize,
}

impl<'t> Offers<'t> {
    /// No offers yet for a place.
    pub(super) fn new(text: &'t str, offset: usize, replace: Range<usize>) -> Self {
        let before = text.part(..replace.start);
        let needs_blank =
            !before.is_empty() && !before.ends_with([' ', '\t', '\n', '(', '[', '\u{feff}']);
        // Where nothing is replaced, another word may begin at once.
        let next = text.get(replace.end..).and_then(|behind| behind.chars().next());
        let begins_word =
            |next: char| next.is_alphanumeric() || matches!(next, '_' | '@' | '"' | '*');
        let meets_word = replace.is_empty() && next.is_some_and(begins_word);
        let blank = |is_needed| if is_needed { " " } else { "" };
        let blanks = (blank(needs_blank), blank(meets_word));
        let typed = text.part(replace.start..offset);
        Self { typed, replace, blanks, found: Vec::new(), is_incomplete: false }
    }

    /// What has been typed of the word.
    pub(super) fn typed(&self) -> &'t str {
        self.typed
    }

    /// Says that not everything is offered.
    pub(super) fn leave_out(&mut self) {
        self.is_incomplete = true;
    }

    /// Offers something. What is put in gets the blanks around it that are needed.
    pub(super) fn push(&mut self, order: Order, mut item: Completion) {
        let (before, behind) = self.blanks;
        let apart = |text: String| format!("{before}{text}{behind}");
        item.insert = match item.insert {
            Insert::Text(text) => Insert::Text(apart(text)),
            Insert::Snippet(snippet, text) => Insert::Snippet(apart(snippet), apart(text)),
        };
        let fit = fit(self.typed, item.filter.as_deref().unwrap_or(&item.label));
        let number = self.found.len();
        let is_faded = item.is_faded;
        self.found
            .push((RankKey { is_unfit: fit == Fit::None, is_faded, fit, order, number }, item));
    }

    /// Offers these characters under a label that reads the same.
    pub(super) fn text(&mut self, order: Order, kind: CompletionKind, text: &str, detail: &str) {
        let item = self.item(kind, text, Insert::Text(text.to_owned()));
        self.push(order, Completion { detail: Some(detail.to_owned()), ..item });
    }

    /// An offer with nothing but a label, cleaned by the caller, and what it puts in.
    pub(super) fn item(&self, kind: CompletionKind, label: &str, insert: Insert) -> Completion {
        Completion {
            label: label.to_owned(),
            kind,
            detail: None,
            class: None,
            documentation: None,
            filter: None,
            insert,
            replace: self.replace.clone(),
            is_faded: false,
        }
    }

    /// The offers in their order, no more than [`MAX_OFFERS`].
    pub(super) fn into_completions(mut self) -> Completions {
        self.found.sort_by_key(|(key, _)| *key);
        let is_incomplete = self.is_incomplete || self.found.len() > MAX_OFFERS;
        self.found.truncate(MAX_OFFERS);
        Completions { items: self.found.into_iter().map(|(_, item)| item).collect(), is_incomplete }
    }
}

/// The best of many candidates, at most as many as are shown, and whether some were left out. Each comes with its name and
/// whether it is faded; those that do not fit what has been typed are left out only where there is no room for them.
pub(super) fn best<'n, T: Copy>(
    typed: &str,
    candidates: impl Iterator<Item = (T, &'n str, bool)>,
) -> (Vec<T>, bool) {
    let mut found: Vec<((bool, bool, Fit, usize), T)> = candidates
        .enumerate()
        .map(|(number, (candidate, name, is_faded))| {
            let fit = fit(typed, name);
            ((fit == Fit::None, is_faded, fit, number), candidate)
        })
        .collect();
    let is_cut = found.len() > MAX_OFFERS;
    if is_cut {
        found.select_nth_unstable_by_key(MAX_OFFERS, |(key, _)| *key);
        found.truncate(MAX_OFFERS);
    }
    found.sort_unstable_by_key(|(key, _)| *key);
    (found.into_iter().map(|(_, candidate)| candidate).collect(), is_cut)
}

/// How well a name fits what has been typed. Quotes in front say nothing; `@` asks for a set.
pub(super) fn fit(typed: &str, name: &str) -> Fit {
    if typed.starts_with('@') && !name.starts_with('@') {
        return Fit::None;
    }
    let bare = |text: &'_ str| text.len() - text.trim_start_matches(['"', '@']).len();
    let typed = typed.part(bare(typed)..).trim_end_matches('"').as_bytes();
    let name = name.part(bare(name)..).as_bytes();
    if name.starts_with(typed) {
        return Fit::Start;
    }
    let begins = |at: usize| {
        name.get(at..at + typed.len()).is_some_and(|part| part.eq_ignore_ascii_case(typed))
    };
    if begins(0) {
        return Fit::AnyCase;
    }
    let mut inside = false;
    for at in 1..(name.len() + 1).saturating_sub(typed.len()) {
        if begins(at) {
            let before = name.get(at - 1).copied().unwrap_or(0);
            let starts_word = !before.is_ascii_alphanumeric()
                || before.is_ascii_lowercase() && name.get(at).is_some_and(u8::is_ascii_uppercase);
            if starts_word {
                return Fit::WordStart;
            }
            inside = true;
        }
    }
    match inside {
        true => Fit::Inside,
        false if is_scattered(typed, name) => Fit::Scattered,
        false => Fit::None,
    }
}

fn is_scattered(typed: &[u8], name: &[u8]) -> bool {
    let mut rest = name.iter();
    typed.iter().all(|byte| rest.any(|other| other.eq_ignore_ascii_case(byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_with_the_typed_characters_comes_first() {
        for (typed, name, expected) in [
            ("", "get_page", Fit::Start),
            ("get", "get_page", Fit::Start),
            ("Get", "get_page", Fit::AnyCase),
            ("pa", "get_page", Fit::WordStart),
            ("pa", "getPage", Fit::WordStart),
            ("ag", "get_page", Fit::Inside),
            ("gp", "get_page", Fit::Scattered),
            ("px", "get_page", Fit::None),
            ("\"ex", "export all", Fit::Start),
            ("@re", "@read", Fit::Start),
            ("re", "@read", Fit::Start),
            ("@re", "read_page", Fit::None),
            ("longer_than_it", "short", Fit::None),
        ] {
            assert_eq!(fit(typed, name), expected, "{typed} {name}");
        }
        let names = ["b_a", "a", "xax", "a_faded"];
        let candidates = names.iter().map(|name| (*name, *name, name.ends_with("faded")));
        assert_eq!(best("a", candidates), (vec!["a", "b_a", "xax", "a_faded"], false));
    }
}
