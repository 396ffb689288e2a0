//! The words of `lexicon.txt`, in tables that are made when the program is built.

#[cfg(test)]
mod compile;
mod forms;
mod sets;

use super::class::Class;
use super::signal::Strength;

pub(in crate::risk) use forms::singular;
pub(in crate::risk) use sets::Set;

mod tables {
    use super::{Class, Openings, Rule, Strength, Verb};

    include!(concat!(env!("OUT_DIR"), "/lexicon.rs"));

    pub(super) fn find<V>(table: &'static [(&'static str, V)], word: &str) -> Option<&'static V> {
        let at = table.binary_search_by(|(known, _)| (*known).cmp(word)).ok()?;
        table.get(at).map(|(_, value)| value)
    }

    pub(super) fn verb(word: &str) -> Option<Verb> {
        find(VERBS, word).copied()
    }

    pub(super) fn rules(verb: &str) -> &'static [Rule] {
        find(RULES, verb).copied().unwrap_or(&[])
    }

    pub(super) fn sets(word: &str) -> u64 {
        find(SETS, word).copied().unwrap_or(0)
    }

    pub(super) fn abroad(word: &str) -> Option<Class> {
        find(ABROAD, word).copied()
    }

    pub(super) fn abroad_parts() -> &'static [(&'static str, Class)] {
        ABROAD_PARTS
    }

    pub(super) fn openings(first: &str) -> Option<&'static Openings> {
        find(OPENINGS, first)
    }

    #[cfg(test)]
    pub(super) fn bases() -> impl Iterator<Item = &'static str> {
        VERBS.iter().map(|(base, _)| *base)
    }
}

/// A word that says what a tool does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::risk) struct Verb {
    /// The base form.
    pub base: &'static str,
    /// What a tool that does this is, as far as the word alone says.
    pub class: Class,
    /// Whether the word means several things.
    pub is_soft: bool,
    /// Whether the word is a noun as often.
    pub is_noun_too: bool,
}

impl Verb {
    /// How much the word alone decides.
    pub fn strength(self) -> Strength {
        if self.is_soft { Strength::Soft } else { Strength::Verb }
    }
}

/// The grammatical form of a verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::risk) enum Form {
    /// `delete`
    Base,
    /// `deletes`
    Third,
    /// `deleting`
    Ongoing,
}

/// What a verb means with one of some things after it.
#[derive(Debug)]
pub(in crate::risk) struct Rule {
    /// The class.
    pub class: Class,
    /// The things, in order.
    pub things: &'static [&'static str],
}

impl Rule {
    /// Whether a lower-case word is one of its things.
    pub fn has(&self, word: &str) -> bool {
        self.things.binary_search(&word).is_ok()
    }
}

/// Words in a row that say something wherever they are, with the class that they speak for.
pub(in crate::risk) type Phrase = (&'static [&'static str], Class, Strength);

/// Phrases that begin with one word.
#[derive(Debug)]
pub(in crate::risk) struct Openings {
    /// Those that speak for a class.
    pub phrases: &'static [Phrase],
    /// Those that limit the tool to reading.
    pub restrictions: &'static [&'static [&'static str]],
    /// Those of sentences about other tools.
    pub elsewhere: &'static [&'static [&'static str]],
}

/// The verb that a lower-case word is a form of, and the form.
pub(in crate::risk) fn verb(word: &str) -> Option<(Verb, Form)> {
    if let Some(verb) = tables::verb(word) {
        return Some((verb, Form::Base));
    }
    forms::possible_bases(word).find_map(|base| {
        let verb = tables::verb(&base)?;
        let forms = forms::of_verb(verb.base);
        let (form, _) = forms.into_iter().find(|(_, text)| text == word)?;
        Some((verb, form))
    })
}

/// What a verb means with things after it.
pub(in crate::risk) fn rules(verb: &str) -> &'static [Rule] {
    tables::rules(verb)
}

/// Whether a lower-case word is in a set.
pub(in crate::risk) fn has(set: Set, word: &str) -> bool {
    tables::sets(word) & 1 << (set as u64) != 0
}

/// The phrases that begin with a word.
pub(in crate::risk) fn openings(first: &str) -> Option<&'static Openings> {
    tables::openings(first)
}

/// The class of a verb of another language, in lower case.
pub(in crate::risk) fn abroad(word: &str) -> Option<Class> {
    tables::abroad(word)
}

/// The verbs of other languages in a text without blanks, each with its place, in the text's order.
pub(in crate::risk) fn abroad_in(text: &str) -> Vec<(std::ops::Range<usize>, Class)> {
    let mut found: Vec<(std::ops::Range<usize>, Class)> = Vec::new();
    for (part, class) in tables::abroad_parts() {
        if let Some(at) = text.find(part) {
            found.push((at..at + part.len(), *class));
        }
    }
    found.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
    let mut end = 0;
    found.retain(|(range, _)| {
        let is_apart = range.start >= end;
        end = end.max(range.end);
        is_apart
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_are_known_in_their_forms() {
        for (word, base, form) in [
            ("delete", "delete", Form::Base),
            ("deletes", "delete", Form::Third),
            ("deleting", "delete", Form::Ongoing),
            ("fetches", "fetch", Form::Third),
            ("modifies", "modify", Form::Third),
            ("dropping", "drop", Form::Ongoing),
            ("pays", "pay", Form::Third),
        ] {
            let found = verb(word).map(|(verb, form)| (verb.base, form));
            assert_eq!(found, Some((base, form)), "{word}");
        }
        assert_eq!(verb("deleted"), None);
    }

    #[test]
    fn every_form_of_every_verb_is_known() {
        for base in tables::bases() {
            for (form, text) in forms::of_verb(base) {
                let (verb, found) = verb(&text).unwrap_or_else(|| panic!("{text}"));
                // A form may be a verb of its own, or one of two.
                let own = forms::of_verb(verb.base).contains(&(found, text.clone()));
                assert!(verb.base == text || (own && found == form), "{base} {text} {verb:?}");
            }
        }
    }

    #[test]
    fn mistakes_in_the_text_are_faults() {
        let text = "x\n[verbs read]\na a\n[odd]\ny\n[rules read]\na b\nb : c\na : @none\n";
        let faults = compile::lexicon(text, sets::NAMES).unwrap_err();
        assert_eq!(faults.len(), 6, "{faults:?}");
        let faults =
            compile::weights("[name]\na 1 2\nc 1 2 3 4 5\n[odd]\na 1 2 3 4 5\n", &["a".to_owned()])
                .unwrap_err();
        assert_eq!(faults.len(), 3, "{faults:?}");
    }
}
