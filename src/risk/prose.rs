//! What a tool's description says.
//!
//! The sentence that says what the tool does counts most. Of the others only phrases count, and the less the further
//! they stand; a sentence about another tool counts nothing.

use super::action::{meaning, phrase};
use super::class::Class;
use super::lexicon::{Lexicon, Set, Verb, VerbForm};
use super::weigh::Piece;
use super::words::{self, NameWord};

/// What a description says.
#[derive(Debug, Default)]
pub(super) struct ProseReading<'t> {
    /// What its verbs and phrases say.
    pub pieces: Vec<Piece>,
    /// The verbs with which it begins, in their base form.
    pub leads: Vec<&'static str>,
    /// What limits the tool to reading.
    pub restriction: Option<std::ops::Range<usize>>,
    /// What the first verb acts on.
    pub things: Vec<NameWord<'t>>,
}

/// How many sentences are searched for phrases; see [`super::words::MAX_TEXT`] for the reason why the rest is ignored.
const MAX_SENTENCES: usize = 24;
/// How many pieces of evidence a description gives.
const MAX_PIECES: usize = 24;
/// How many words of a sentence may stand before its verb.
const MAX_BEFORE_VERB: usize = 10;
/// How much less a verb of the description weighs than one of the name, in tenths.
const LEAD_TENTHS: u8 = 8;

/// Reads a description.
pub(super) fn read<'t>(lexicon: &Lexicon, text: &'t str) -> ProseReading<'t> {
    let sentences = words::sentences(text);
    let mut reading = ProseReading::default();
    // A title or a label may stand before the sentence that says what the tool does.
    for sentence in sentences.iter().take(3) {
        if is_elsewhere(lexicon, sentence) {
            continue;
        }
        if is_web_request(lexicon, sentence) {
            continue;
        }
        if let Some(at) = lead(lexicon, sentence) {
            reading.take_lead(lexicon, sentence, at);
            break;
        }
    }
    for (place, sentence) in sentences.iter().take(MAX_SENTENCES).enumerate() {
        if place > 0 && is_elsewhere(lexicon, sentence) {
            continue;
        }
        reading.take_phrases(lexicon, sentence, place);
    }
    reading
}

impl<'t> ProseReading<'t> {
    /// Takes the verb at this place of a sentence in, and those that are joined to it.
    fn take_lead(&mut self, lexicon: &Lexicon, sentence: &[NameWord<'t>], at: usize) {
        let Some((verb, form)) = sentence.get(at).and_then(|word| lexicon.verb(&word.text)) else {
            return;
        };
        let mut verbs = vec![(at, verb)];
        verbs.extend(joined(lexicon, sentence, at, form));
        for (place, verb) in verbs {
            let things = things_behind(lexicon, sentence, place);
            let found = meaning(lexicon, verb, &things);
            let own = sentence.get(place).map_or(0..0, |word| word.range.clone());
            let last = things.get(found.length.saturating_sub(1)).map_or(&own, |word| &word.range);
            let range = own.start..own.end.max(last.end);
            let weight = found.weight * LEAD_TENTHS / 10;
            self.pieces.push(Piece { class: found.class, weight, range });
            self.leads.push(verb.base);
            if self.things.is_empty() {
                self.things = things;
            }
        }
    }

    fn take_phrases(&mut self, lexicon: &Lexicon, sentence: &[NameWord], place: usize) {
        for (at, word) in sentence.iter().enumerate() {
            let Some(openings) = lexicon.openings(&word.text) else { continue };
            for phrase in &openings.phrases {
                let Some(range) = matched(&phrase.words, sentence, at) else { continue };
                if is_negated(lexicon, sentence, at) || self.pieces.len() >= MAX_PIECES {
                    continue;
                }
                let weight = if place < 4 { phrase.weight } else { phrase.weight / 2 };
                self.pieces.push(Piece { class: phrase.class, weight, range });
            }
            for words in &openings.restrictions {
                let Some(range) = matched(words, sentence, at) else { continue };
                if self.restriction.is_none() && !is_negated(lexicon, sentence, at) {
                    self.restriction = Some(range);
                }
            }
        }
    }
}

/// Whether one of the three words before denies what stands here.
fn is_negated(lexicon: &Lexicon, sentence: &[NameWord], at: usize) -> bool {
    let before = sentence.get(at.saturating_sub(3)..at).unwrap_or(&[]);
    before.iter().any(|word| lexicon.has(Set::Negations, &word.text))
}

/// Where the verb of a sentence stands that says what the tool does.
fn lead(lexicon: &Lexicon, sentence: &[NameWord]) -> Option<usize> {
    let mut is_opening = true;
    let mut may_be_base = true;
    for (at, word) in sentence.iter().enumerate().take(MAX_BEFORE_VERB) {
        let text = &*word.text;
        let after_label = word.is_after_mark && at <= 3;
        let is_expected = is_opening || may_be_base || after_label;
        if let Some((verb, form)) = lexicon.verb(text) {
            let opens_as_noun =
                matches!(text, "use" | "tool" | "allow" | "enable" | "enables" | "uses");
            let is_verb = match form {
                VerbForm::Base => is_expected,
                VerbForm::Third => is_expected || !verb.is_noun_too && at > 0,
                VerbForm::Ongoing => is_opening || text_before(sentence, at) == "for",
            };
            if is_verb && !opens_as_noun && !lexicon.has(Set::Openers, text) {
                return Some(at);
            }
        }
        may_be_base = matches!(text, "to" | "can" | "will" | "lets" | "you" | "and" | "or");
        is_opening &= lexicon.has(Set::Openers, text) || text.chars().all(char::is_numeric);
    }
    None
}

/// "Make a POST request to …": a sentence about how the tool is built, which no tool that takes any request has.
fn is_web_request(lexicon: &Lexicon, sentence: &[NameWord]) -> bool {
    let start = sentence.iter().take(MAX_BEFORE_VERB);
    let mut pairs = start.clone().zip(start.skip(1));
    pairs.any(|(method, request)| {
        method.is_capitals
            && lexicon.has(Set::HttpMethods, &method.text)
            && request.text == "request"
    })
}

fn text_before<'w>(sentence: &'w [NameWord<'_>], at: usize) -> &'w str {
    at.checked_sub(1).and_then(|before| sentence.get(before)).map_or("", |word| &word.text)
}

/// Verbs that "and", "or" or a comma joins to the one at this place, in the same form.
fn joined(
    lexicon: &Lexicon,
    sentence: &[NameWord],
    at: usize,
    form: VerbForm,
) -> Vec<(usize, Verb)> {
    let mut found = Vec::new();
    let mut is_list = true;
    for (place, word) in sentence.iter().enumerate().skip(at + 1).take(24) {
        let before = text_before(sentence, place);
        let is_joined =
            word.is_after_mark || matches!(before, "and" | "or" | "then" | "optionally");
        let known =
            lexicon.verb(&word.text).filter(|(_, other)| *other == form && !word.is_capitals);
        match known {
            Some((verb, _))
                if is_joined && (is_list || !verb.is_noun_too || form == VerbForm::Third) =>
            {
                found.push((place, verb));
            }
            _ => is_list &= matches!(&*word.text, "and" | "or" | "then"),
        }
        if lexicon.has(Set::Prepositions, &word.text) && word.text != "from" {
            // Past a preposition a joined word is one more thing rather than one more action.
            if !matches!(&*word.text, "in" | "of" | "for") {
                break;
            }
        }
    }
    found
}

/// What a verb acts on; verbs joined to it share what stands behind the last.
fn things_behind<'t>(lexicon: &Lexicon, sentence: &[NameWord<'t>], at: usize) -> Vec<NameWord<'t>> {
    let mut start = at + 1;
    while let Some(word) = sentence.get(start) {
        let is_joint = matches!(&*word.text, "and" | "or" | "then");
        let is_joined = word.is_after_mark || matches!(text_before(sentence, start), "and" | "or");
        let is_verb = lexicon.verb(&word.text).is_some();
        if !(is_joint || is_joined && is_verb) {
            break;
        }
        start += 1;
    }
    phrase(lexicon, sentence.get(start..).unwrap_or(&[]))
}

/// Whether a sentence is about another tool.
fn is_elsewhere(lexicon: &Lexicon, sentence: &[NameWord]) -> bool {
    sentence.iter().enumerate().any(|(at, word)| {
        let phrases = lexicon.openings(&word.text).map_or(&[][..], |openings| &openings.elsewhere);
        phrases.iter().any(|words| matched(words, sentence, at).is_some())
    })
}

/// The place of these words when they stand in a row from here on.
fn matched(words: &[&str], sentence: &[NameWord], at: usize) -> Option<std::ops::Range<usize>> {
    let here = sentence.get(at..at + words.len())?;
    let same = here.iter().zip(words).all(|(word, expected)| word.text == *expected);
    let (first, last) = (here.first()?, here.last()?);
    same.then_some(first.range.start..last.range.end)
}

/// Whether a class can be said by a restriction to be none of the tool's.
pub(super) fn yields_to_restriction(class: Class) -> bool {
    matches!(class, Class::Write | Class::Execute)
}
