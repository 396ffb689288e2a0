//! The words and weights of `lexicon.txt`, read once.

mod forms;
mod read;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use super::class::Class;

pub(in crate::risk) use forms::singular;

/// The words and weights: data, so that they can be read and argued about in one place.
const TEXT: &str = include_str!("lexicon.txt");

/// A word that says what a tool does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::risk) struct Verb {
    /// The base form.
    pub base: &'static str,
    /// What a tool that does this is, as far as the word alone says.
    pub class: Class,
    /// In points.
    pub weight: u8,
    /// Whether the word is a noun as often.
    pub is_noun_too: bool,
}

/// The grammatical form in which a verb stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::risk) enum VerbForm {
    /// `delete`
    Base,
    /// `deletes`
    Third,
    /// `deleting`
    Ongoing,
}

/// What a verb means with one of some things behind it.
#[derive(Debug)]
pub(in crate::risk) struct LexiconRule {
    pub class: Class,
    pub weight: u8,
    pub things: Arc<Things>,
}

/// Things of a rule, shared by its verbs: lines of words, made into a set when a tool first has one of the verbs.
#[derive(Debug)]
pub(in crate::risk) struct Things {
    lines: Vec<&'static str>,
    set: OnceLock<HashSet<&'static str, foldhash::fast::FixedState>>,
}

impl Things {
    /// Those of some lines. Words that begin with `@` name groups, whose lines are among them.
    fn new(lines: Vec<&'static str>) -> Self {
        Self { lines, set: OnceLock::new() }
    }

    /// Whether a lower-case word is one of them.
    pub fn contains(&self, word: &str) -> bool {
        let words = || self.lines.iter().flat_map(|line| line.split_whitespace());
        let set = || words().filter(|word| !word.starts_with('@')).collect();
        self.set.get_or_init(set).contains(word)
    }
}

/// Words in a row that say something wherever they stand.
#[derive(Debug)]
pub(in crate::risk) struct Phrase {
    pub words: Vec<&'static str>,
    pub class: Class,
    pub weight: u8,
}

/// Sets of words that need no weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::risk) enum Set {
    Light,
    Leading,
    Tame,
    Negations,
    Openers,
    Determiners,
    Prepositions,
    ActionKeys,
    RequestKeys,
    HttpMethods,
    Sensitive,
    SaveKeys,
    DestroyingSwitches,
    FileKeys,
    Saving,
    Harmless,
    Reports,
}

impl Set {
    fn bit(self) -> u32 {
        1 << self as u32
    }

    const ALL: [(&'static str, Set); 17] = [
        ("light", Set::Light),
        ("leading", Set::Leading),
        ("tame", Set::Tame),
        ("negations", Set::Negations),
        ("openers", Set::Openers),
        ("determiners", Set::Determiners),
        ("prepositions", Set::Prepositions),
        ("action_keys", Set::ActionKeys),
        ("request_keys", Set::RequestKeys),
        ("http_methods", Set::HttpMethods),
        ("sensitive", Set::Sensitive),
        ("save_keys", Set::SaveKeys),
        ("destroying_switches", Set::DestroyingSwitches),
        ("file_keys", Set::FileKeys),
        ("saving", Set::Saving),
        ("harmless", Set::Harmless),
        ("reports", Set::Reports),
    ];
}

/// A map of words that this package brings along; strangers' words are looked up and never put in, so that the quickest
/// hash will do.
type Map<K, V> = HashMap<K, V, foldhash::fast::FixedState>;

/// Phrases that begin with one word.
#[derive(Debug, Default)]
pub(in crate::risk) struct Openings {
    /// Those that speak for a class.
    pub phrases: Vec<Phrase>,
    /// Those that limit the tool to reading.
    pub restrictions: Vec<Vec<&'static str>>,
    /// Those of sentences about other tools.
    pub elsewhere: Vec<Vec<&'static str>>,
}

/// All of it.
#[derive(Debug, Default)]
pub(in crate::risk) struct Lexicon {
    verbs: Map<&'static str, Verb>,
    rules: Map<&'static str, Vec<LexiconRule>>,
    /// The sets in which a word stands, a bit each.
    sets: Map<&'static str, u32>,
    gateway_keys: Map<&'static str, u8>,
    /// By the phrases' first word.
    openings: Map<&'static str, Openings>,
    /// What the text has that this reader does not understand; a test holds it empty.
    faults: Vec<String>,
}

impl Lexicon {
    /// The lexicon, read at the first call.
    pub(in crate::risk) fn get() -> &'static Lexicon {
        static LEXICON: OnceLock<Lexicon> = OnceLock::new();
        LEXICON.get_or_init(|| read::read(TEXT))
    }

    /// The verb that a lower-case word is a form of, and the form.
    pub(in crate::risk) fn verb(&self, word: &str) -> Option<(Verb, VerbForm)> {
        if let Some(verb) = self.verbs.get(word) {
            return Some((*verb, VerbForm::Base));
        }
        forms::possible_bases(word).find_map(|base| {
            let verb = self.verbs.get(&*base)?;
            let forms = forms::of_verb(verb.base);
            let (form, _) = forms.into_iter().find(|(_, text)| text == word)?;
            Some((*verb, form))
        })
    }

    /// What a verb means with things behind it.
    pub(in crate::risk) fn rules(&self, verb: &str) -> &[LexiconRule] {
        self.rules.get(verb).map_or(&[], Vec::as_slice)
    }

    /// Whether a lower-case word stands in a set.
    pub(in crate::risk) fn has(&self, set: Set, word: &str) -> bool {
        self.sets.get(word).is_some_and(|sets| sets & set.bit() != 0)
    }

    /// How much a parameter of this name says that its text is run.
    pub(in crate::risk) fn gateway_weight(&self, key: &str) -> Option<u8> {
        self.gateway_keys.get(key).copied()
    }

    /// The phrases that begin with a word.
    pub(in crate::risk) fn openings(&self, first: &str) -> Option<&Openings> {
        self.openings.get(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lexicon_is_understood() {
        assert_eq!(Lexicon::get().faults, Vec::<String>::new());
        assert!(Lexicon::get().verbs.len() > 300);
    }

    #[test]
    fn verbs_are_known_in_their_forms() {
        let lexicon = Lexicon::get();
        for (word, base, form) in [
            ("delete", "delete", VerbForm::Base),
            ("deletes", "delete", VerbForm::Third),
            ("deleting", "delete", VerbForm::Ongoing),
            ("fetches", "fetch", VerbForm::Third),
            ("modifies", "modify", VerbForm::Third),
            ("dropping", "drop", VerbForm::Ongoing),
            ("pays", "pay", VerbForm::Third),
        ] {
            let found = lexicon.verb(word).map(|(verb, form)| (verb.base, form));
            assert_eq!(found, Some((base, form)), "{word}");
        }
        assert_eq!(lexicon.verb("deleted"), None);
    }

    #[test]
    fn every_form_of_every_verb_is_known() {
        let lexicon = Lexicon::get();
        for base in lexicon.verbs.keys() {
            for (form, text) in forms::of_verb(base) {
                let (verb, found) = lexicon.verb(&text).unwrap_or_else(|| panic!("{text}"));
                // A form may be a verb of its own, or one of two.
                let own = forms::of_verb(verb.base).contains(&(found, text.clone()));
                assert!(verb.base == text || (own && found == form), "{base} {text} {verb:?}");
            }
        }
    }

    #[test]
    fn mistakes_in_the_text_are_faults() {
        let lexicon = read::read("x\n[verbs read 1]\na a\n[odd]\n[rules read 1]\na b\na : @none\n");
        assert_eq!(lexicon.faults.len(), 5, "{:?}", lexicon.faults);
    }
}
