//! What a verb with things behind it comes to.

use std::borrow::Cow;

use super::class::Class;
use super::lexicon::{Lexicon, LexiconRule, Set, Verb, singular};
use super::words::NameWord;

/// What doing something to some things says of a tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Meaning {
    pub class: Class,
    /// In points.
    pub weight: u8,
    /// How many of the things belong to what was said.
    pub length: usize,
}

/// What a verb means with these things behind it. They are one phrase, whose last word is what it is about.
pub(super) fn meaning(lexicon: &Lexicon, verb: Verb, things: &[NameWord]) -> Meaning {
    let rules = lexicon.rules(verb.base);
    let row = (!rules.is_empty()).then(|| WordRow::new(lexicon, things));
    let matches = row
        .iter()
        .flat_map(|row| rules.iter().filter_map(|rule| row.fit(rule).map(|fit| (fit, rule))));
    // The nearest fit decides, and among equals the most severe.
    let best = matches.max_by_key(|(fit, rule)| (*fit, rule.class));
    let ruled =
        best.map(|(fit, rule)| Meaning { class: rule.class, weight: rule.weight, length: fit.end });
    if lexicon.has(Set::Leading, verb.base)
        && let Some(led) = led_to(lexicon, things)
        && led.class > ruled.map_or(verb.class, |ruled| ruled.class)
    {
        return led;
    }
    if let Some(ruled) = ruled {
        return ruled;
    }
    if lexicon.has(Set::Light, verb.base)
        && let Some((inner, length)) = handed_over(lexicon, things)
    {
        return Meaning { class: inner.class, weight: inner.weight.min(8), length };
    }
    Meaning { class: verb.class, weight: verb.weight, length: things.len() }
}

/// "Confirm delete group" and "start the deletion" delete: the act that a verb only leads to, if it is a critical one.
fn led_to(lexicon: &Lexicon, things: &[NameWord]) -> Option<Meaning> {
    let act = |word: &NameWord| {
        let (verb, _) = lexicon.verb(&word.text).filter(|_| !word.is_capitals)?;
        (verb.class >= Class::Destructive && !verb.is_noun_too).then_some(verb)
    };
    let (first, rest) = things.split_first()?;
    if let Some(verb) = act(first) {
        let led = meaning(lexicon, verb, rest);
        return (led.class >= Class::Destructive)
            .then_some(Meaning { length: led.length + 1, ..led });
    }
    let verb = act(rest.last()?)?;
    Some(Meaning { class: verb.class, weight: verb.weight, length: things.len() })
}

/// How well a rule fits, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Fit {
    /// Whether the last word fits, which is what the phrase is about.
    is_head: bool,
    /// How many words fit together.
    width: usize,
    /// Where the fitting words end.
    end: usize,
}

/// The things behind a verb, ready to be held against many rules.
struct WordRow<'w> {
    lexicon: &'w Lexicon,
    things: &'w [NameWord<'w>],
    /// Each of them in the singular.
    singular: Vec<Cow<'w, str>>,
    /// Each with the one behind it, which is in the singular.
    pairs: Vec<String>,
    /// Whether the last word makes the things before it harmless.
    is_tame: bool,
}

impl<'w> WordRow<'w> {
    fn new(lexicon: &'w Lexicon, things: &'w [NameWord<'w>]) -> Self {
        let singular: Vec<_> = things.iter().map(|word| singular(&word.text)).collect();
        let behind = singular.iter().skip(1);
        let pairs = things.iter().zip(behind);
        let pairs = pairs.map(|(word, next)| format!("{}_{next}", word.text)).collect();
        let is_tame = singular.last().is_some_and(|last| lexicon.has(Set::Tame, last));
        Self { lexicon, things, singular, pairs, is_tame }
    }

    fn fit(&self, rule: &LexiconRule) -> Option<Fit> {
        let last = self.things.len().checked_sub(1)?;
        let mut best = None;
        for (at, thing) in self.singular.iter().enumerate() {
            let is_head = at == last;
            if self.is_tame && !is_head {
                // A pair may still end in the tame word.
                if at + 1 < last {
                    continue;
                }
            } else if rule.things.contains(thing) && !is_harmless(self.lexicon, self.things, at) {
                best = best.max(Some(Fit { is_head, width: 1, end: at + 1 }));
            }
            if self.pairs.get(at).is_some_and(|pair| rule.things.contains(pair.as_str())) {
                let is_head = at + 1 == last;
                best = best.max(Some(Fit { is_head, width: 2, end: at + 2 }));
            }
        }
        best
    }
}

/// Whether one of the two words before makes it another thing: a sort order is no order, and a notification thread
/// subscription no subscription.
fn is_harmless(lexicon: &Lexicon, things: &[NameWord], at: usize) -> bool {
    let Some(thing) = things.get(at) else { return false };
    let thing = singular(&thing.text);
    let before = things.get(at.saturating_sub(2)..at).unwrap_or(&[]);
    before.iter().any(|word| lexicon.has(Set::Harmless, &format!("{}_{thing}", word.text)))
}

/// "Perform a search" is a search.
fn handed_over(lexicon: &Lexicon, things: &[NameWord]) -> Option<(Verb, usize)> {
    // In capitals it is the keyword of a language: "execute an INSERT".
    let last = things.last().filter(|word| !word.is_capitals)?;
    lexicon.verb(&last.text).map(|(verb, _)| (verb, things.len()))
}

/// The longest phrase that is looked at, in words.
const MAX_THINGS: usize = 6;

/// The phrase at the beginning of some words: up to a preposition, a mark or another "and".
pub(super) fn phrase<'t>(lexicon: &Lexicon, words: &[NameWord<'t>]) -> Vec<NameWord<'t>> {
    let mut things: Vec<NameWord<'t>> = Vec::new();
    for word in words {
        let text = &*word.text;
        let ends = lexicon.has(Set::Prepositions, text) || matches!(text, "and" | "or" | "then");
        if things.len() == MAX_THINGS || ends || !things.is_empty() && word.is_after_mark {
            break;
        }
        let is_first = things.is_empty();
        if !(is_first && lexicon.has(Set::Determiners, text)) {
            things.push(word.clone());
        }
    }
    things
}

#[cfg(test)]
mod tests {
    use super::super::words::of_name;
    use super::*;

    fn class(text: &str) -> &'static str {
        let lexicon = Lexicon::get();
        let words = of_name(text);
        let verb = lexicon.verb(&words[0].text).unwrap().0;
        meaning(lexicon, verb, &phrase(lexicon, &words[1..])).class.name()
    }

    #[test]
    fn things_change_what_a_verb_means() {
        for (text, expected) in [
            ("create customer", "write"),
            ("create invoice", "financial"),
            ("create the invoice item", "financial"),
            ("create invoice note", "write"),
            ("add note to invoice", "write"),
            ("close issue", "write"),
            ("close position", "financial"),
            ("remove label", "write"),
            ("remove file", "destructive"),
            ("perform a web search", "read"),
            ("run shell command", "execute"),
            ("generate speech", "execute"),
            ("list refunds", "read"),
            ("confirm delete group", "destructive"),
            ("start the deletion", "destructive"),
            ("execute application removal", "destructive"),
            ("confirm delete bookmark", "write"),
            ("confirm email", "write"),
            ("remove type", "write"),
            ("delete notification thread subscription", "destructive"),
            ("submit pull request review", "write"),
            ("submit request", "execute"),
        ] {
            assert_eq!(class(text), expected, "{text}");
        }
    }
}
