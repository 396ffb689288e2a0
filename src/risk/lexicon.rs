//! The words and weights of `lexicon.txt`, read once.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use super::class::Class;

/// The words and weights: data, so that they can be read and argued about in one place.
const TEXT: &str = include_str!("lexicon.txt");

/// A word that says what a tool does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Verb {
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
pub(super) enum Form {
    /// `delete`
    Base,
    /// `deletes`
    Third,
    /// `deleting`
    Ongoing,
}

/// What a verb means with one of some things behind it.
#[derive(Debug)]
pub(super) struct Rule {
    pub class: Class,
    pub weight: u8,
    pub things: HashSet<&'static str>,
}

/// Words in a row that say something wherever they stand.
#[derive(Debug)]
pub(super) struct Phrase {
    pub words: Vec<&'static str>,
    pub class: Class,
    pub weight: u8,
}

/// Sets of words that need no weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Set {
    Light,
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
}

impl Set {
    const ALL: [(&'static str, Set); 15] = [
        ("light", Set::Light),
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
    ];
}

/// All of it.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    verbs: HashMap<&'static str, Verb>,
    forms: HashMap<String, (&'static str, Form)>,
    rules: HashMap<&'static str, Vec<Rule>>,
    sets: HashMap<Set, HashSet<&'static str>>,
    gateway_keys: HashMap<&'static str, u8>,
    /// By their first word.
    phrases: HashMap<&'static str, Vec<Phrase>>,
    restrictions: HashMap<&'static str, Vec<Vec<&'static str>>>,
    elsewhere: HashMap<&'static str, Vec<Vec<&'static str>>>,
    /// What the text has that this reader does not understand; a test holds it empty.
    faults: Vec<String>,
}

impl Lexicon {
    /// The lexicon, read at the first call.
    pub(super) fn get() -> &'static Lexicon {
        static LEXICON: OnceLock<Lexicon> = OnceLock::new();
        LEXICON.get_or_init(|| read(TEXT))
    }

    /// The verb that a lower-case word is a form of, and the form.
    pub(super) fn verb(&self, word: &str) -> Option<(Verb, Form)> {
        if let Some(verb) = self.verbs.get(word) {
            return Some((*verb, Form::Base));
        }
        let (base, form) = self.forms.get(word)?;
        self.verbs.get(base).map(|verb| (*verb, *form))
    }

    /// What a verb means with things behind it.
    pub(super) fn rules(&self, verb: &str) -> &[Rule] {
        self.rules.get(verb).map_or(&[], Vec::as_slice)
    }

    /// Whether a lower-case word stands in a set.
    pub(super) fn has(&self, set: Set, word: &str) -> bool {
        self.sets.get(&set).is_some_and(|words| words.contains(word))
    }

    /// How much a parameter of this name says that its text is run.
    pub(super) fn gateway_weight(&self, key: &str) -> Option<u8> {
        self.gateway_keys.get(key).copied()
    }

    /// The phrases that begin with a word.
    pub(super) fn phrases(&self, first: &str) -> &[Phrase] {
        self.phrases.get(first).map_or(&[], Vec::as_slice)
    }

    /// The phrases that limit a tool to reading and begin with a word.
    pub(super) fn restrictions(&self, first: &str) -> &[Vec<&'static str>] {
        self.restrictions.get(first).map_or(&[], Vec::as_slice)
    }

    /// The phrases of sentences about other tools that begin with a word.
    pub(super) fn elsewhere(&self, first: &str) -> &[Vec<&'static str>] {
        self.elsewhere.get(first).map_or(&[], Vec::as_slice)
    }
}

/// What the lines under a heading are.
enum Section {
    None,
    Verbs(Class, u8),
    Group(&'static str),
    Rules(Class, u8),
    Phrases(Class, u8),
    GatewayKeys(u8),
    Restrictions,
    Elsewhere,
    Set(Set),
}

fn read(text: &'static str) -> Lexicon {
    let mut lexicon = Lexicon::default();
    let mut groups: HashMap<&str, Vec<&'static str>> = HashMap::new();
    let mut section = Section::None;
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(heading) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            section = heading_of(heading).unwrap_or_else(|| {
                lexicon.faults.push(format!("the heading {heading:?} is unknown"));
                Section::None
            });
            continue;
        }
        match section {
            Section::None => lexicon.faults.push(format!("{line:?} stands under no heading")),
            Section::Verbs(class, weight) => lexicon.add_verbs(line, class, weight),
            Section::Group(name) => {
                groups.entry(name).or_default().extend(line.split_whitespace());
            }
            Section::Rules(class, weight) => lexicon.add_rules(line, class, weight, &groups),
            Section::Phrases(class, weight) => {
                let words: Vec<&str> = line.split_whitespace().collect();
                let first = words.first().copied().unwrap_or_default();
                lexicon.phrases.entry(first).or_default().push(Phrase { words, class, weight });
            }
            Section::GatewayKeys(weight) => {
                lexicon.gateway_keys.extend(line.split_whitespace().map(|key| (key, weight)));
            }
            Section::Restrictions => add_phrase(&mut lexicon.restrictions, line),
            Section::Elsewhere => add_phrase(&mut lexicon.elsewhere, line),
            Section::Set(set) => {
                lexicon.sets.entry(set).or_default().extend(line.split_whitespace());
            }
        }
    }
    lexicon
}

fn heading_of(heading: &'static str) -> Option<Section> {
    let words: Vec<&'static str> = heading.split_whitespace().collect();
    let weight = |word: &str| word.parse::<u8>().ok();
    Some(match words[..] {
        ["verbs", class, points] => Section::Verbs(Class::from_name(class)?, weight(points)?),
        ["rules", class, points] => Section::Rules(Class::from_name(class)?, weight(points)?),
        ["phrases", class, points] => Section::Phrases(Class::from_name(class)?, weight(points)?),
        ["gateway_keys", points] => Section::GatewayKeys(weight(points)?),
        ["group", name] => Section::Group(name),
        ["restrictions"] => Section::Restrictions,
        ["elsewhere"] => Section::Elsewhere,
        [name] => Section::Set(Set::ALL.iter().find(|(word, _)| *word == name)?.1),
        _ => return None,
    })
}

type Phrases = HashMap<&'static str, Vec<Vec<&'static str>>>;

fn add_phrase(phrases: &mut Phrases, line: &'static str) {
    let words: Vec<&str> = line.split_whitespace().collect();
    phrases.entry(words.first().copied().unwrap_or_default()).or_default().push(words);
}

impl Lexicon {
    /// A word that stands twice keeps its first meaning, so the order of the sections counts.
    fn add_verbs(&mut self, line: &'static str, class: Class, weight: u8) {
        for word in line.split_whitespace() {
            let base = word.strip_suffix('?').unwrap_or(word);
            if self.verbs.contains_key(base) {
                self.faults.push(format!("the verb {base:?} stands twice"));
                continue;
            }
            let is_noun_too = base.len() < word.len();
            self.verbs.insert(base, Verb { base, class, weight, is_noun_too });
            for (form, text) in forms(base) {
                self.forms.entry(text).or_insert((base, form));
            }
        }
    }

    fn add_rules(
        &mut self,
        line: &'static str,
        class: Class,
        weight: u8,
        groups: &HashMap<&str, Vec<&'static str>>,
    ) {
        let Some((verbs, words)) = line.split_once(" : ") else {
            self.faults.push(format!("the rule {line:?} has no colon"));
            return;
        };
        let mut things = HashSet::new();
        for word in words.split_whitespace() {
            match word.strip_prefix('@') {
                None => {
                    things.insert(word);
                }
                Some(group) => match groups.get(group) {
                    Some(words) => things.extend(words),
                    None => self.faults.push(format!("the group {group:?} is unknown")),
                },
            }
        }
        for verb in verbs.split_whitespace() {
            let things = things.clone();
            self.rules.entry(verb).or_default().push(Rule { class, weight, things });
        }
    }
}

/// The forms of a verb in which a description may begin.
fn forms(base: &str) -> [(Form, String); 3] {
    let (third, ongoing) = match base.as_bytes() {
        [.., b's' | b'x' | b'z' | b'o'] | [.., b'c' | b's', b'h'] => {
            (format!("{base}es"), format!("{base}ing"))
        }
        [head @ .., b'y'] if !matches!(head.last(), Some(b'a' | b'e' | b'o' | b'u')) => {
            (format!("{}ies", base.trim_end_matches('y')), format!("{base}ing"))
        }
        [head @ .., b'e'] if !matches!(head.last(), Some(b'e')) => {
            (format!("{base}s"), format!("{}ing", base.trim_end_matches('e')))
        }
        _ => (format!("{base}s"), format!("{base}ing")),
    };
    let doubled = base.chars().next_back().map_or(String::new(), |last| format!("{base}{last}ing"));
    [(Form::Third, third), (Form::Ongoing, ongoing), (Form::Ongoing, doubled)]
}

/// The singular of a lower-case noun, as far as its ending tells.
pub(super) fn singular(word: &str) -> Cow<'_, str> {
    let Some(head) = word.strip_suffix('s').filter(|head| head.len() > 2) else {
        return Cow::Borrowed(word);
    };
    if let Some(stem) = head.strip_suffix("ie").filter(|stem| stem.len() > 1) {
        return Cow::Owned(format!("{stem}y"));
    }
    let stem = head.strip_suffix('e').unwrap_or(head);
    let hisses = stem.ends_with("ch") || stem.ends_with("sh") || stem.ends_with('x');
    match head {
        _ if head.ends_with(['s', 'u', 'i']) => Cow::Borrowed(word),
        _ if stem.len() < head.len() && (hisses || stem.ends_with("ss")) => Cow::Borrowed(stem),
        _ => Cow::Borrowed(head),
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
            ("delete", "delete", Form::Base),
            ("deletes", "delete", Form::Third),
            ("deleting", "delete", Form::Ongoing),
            ("fetches", "fetch", Form::Third),
            ("modifies", "modify", Form::Third),
            ("dropping", "drop", Form::Ongoing),
            ("pays", "pay", Form::Third),
        ] {
            let found = lexicon.verb(word).map(|(verb, form)| (verb.base, form));
            assert_eq!(found, Some((base, form)), "{word}");
        }
        assert_eq!(lexicon.verb("deleted"), None);
    }

    #[test]
    fn mistakes_in_the_text_are_faults() {
        let lexicon = read("x\n[verbs read 1]\na a\n[odd]\n[rules read 1]\na b\na : @none\n");
        assert_eq!(lexicon.faults.len(), 5, "{:?}", lexicon.faults);
    }

    #[test]
    fn plurals_lose_their_ending() {
        for (plural, one) in [
            ("invoices", "invoice"),
            ("branches", "branch"),
            ("status", "status"),
            ("queries", "query"),
        ] {
            assert_eq!(singular(plural), one);
        }
    }
}
