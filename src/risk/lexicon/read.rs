//! Reading the lexicon: headings in brackets, and under each its words, rules or phrases.

use std::sync::Arc;

use super::{Lexicon, LexiconRule, Map, Openings, Phrase, Set, Things, Verb};
use crate::risk::class::Class;

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

/// Reads it; what is not understood is noted as a fault.
pub(super) fn read(text: &'static str) -> Lexicon {
    let mut lexicon = Lexicon::default();
    // Room for about as much as there is: growing would copy it several times.
    lexicon.verbs.reserve(512);
    lexicon.sets.reserve(1024);
    lexicon.rules.reserve(256);
    lexicon.openings.reserve(128);
    let mut groups = Groups::default();
    let mut section = Section::None;
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(heading) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            section = heading_of(heading).unwrap_or_else(|| {
                lexicon.faults.push(format!("unknown heading {heading:?}"));
                Section::None
            });
            continue;
        }
        lexicon.add_line(line, &section, &mut groups);
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

/// The lines of each group.
type Groups = Map<&'static str, Vec<&'static str>>;

impl Lexicon {
    fn add_line(&mut self, line: &'static str, section: &Section, groups: &mut Groups) {
        match *section {
            Section::None => self.faults.push(format!("{line:?} has no heading")),
            Section::Verbs(class, weight) => self.add_verbs(line, class, weight),
            Section::Group(name) => {
                groups.entry(name).or_default().push(line);
            }
            Section::Rules(class, weight) => self.add_rules(line, class, weight, groups),
            Section::Phrases(class, weight) => {
                let words = line.split_whitespace().collect();
                self.opening(line).phrases.push(Phrase { words, class, weight });
            }
            Section::GatewayKeys(weight) => {
                self.gateway_keys.extend(line.split_whitespace().map(|key| (key, weight)));
            }
            Section::Restrictions => {
                self.opening(line).restrictions.push(line.split_whitespace().collect());
            }
            Section::Elsewhere => {
                self.opening(line).elsewhere.push(line.split_whitespace().collect());
            }
            Section::Set(set) => {
                for word in line.split_whitespace() {
                    *self.sets.entry(word).or_default() |= set.bit();
                }
            }
        }
    }

    /// The phrases that begin like this one.
    fn opening(&mut self, line: &'static str) -> &mut Openings {
        self.openings.entry(line.split_whitespace().next().unwrap_or_default()).or_default()
    }

    /// A word that stands twice is a fault and keeps its first meaning.
    fn add_verbs(&mut self, line: &'static str, class: Class, weight: u8) {
        for word in line.split_whitespace() {
            let base = word.strip_suffix('?').unwrap_or(word);
            if self.verbs.contains_key(base) {
                self.faults.push(format!("the verb {base:?} is given twice"));
                continue;
            }
            let is_noun_too = base.len() < word.len();
            self.verbs.insert(base, Verb { base, class, weight, is_noun_too });
        }
    }

    fn add_rules(&mut self, line: &'static str, class: Class, weight: u8, groups: &Groups) {
        let Some((verbs, words)) = line.split_once(" : ") else {
            self.faults.push(format!("the rule {line:?} has no colon"));
            return;
        };
        let mut lines = vec![words];
        for group in words.split_whitespace().filter_map(|word| word.strip_prefix('@')) {
            match groups.get(group) {
                Some(more) => lines.extend(more),
                None => self.faults.push(format!("unknown group {group:?}")),
            }
        }
        let things = Arc::new(Things::new(lines));
        for verb in verbs.split_whitespace() {
            if !self.verbs.contains_key(verb) {
                self.faults.push(format!("unknown verb {verb:?} in a rule"));
            }
            let things = Arc::clone(&things);
            self.rules.entry(verb).or_default().push(LexiconRule { class, weight, things });
        }
    }
}
