//! What a tool's description says.
//!
//! The sentence that says what the tool does counts most. Of the others only phrases count, and the less the further
//! they stand; a sentence about another tool counts nothing.

use super::action::{Meaning, meaning, phrase, taken_out};
use super::class::Class;
use super::lexicon::{self, Form, Set, Verb};
use super::signal::{Flag, Role, Signal, Strength};
use super::weigh::Piece;
use super::words::{self, Word};

/// What a description says.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// What its verbs and phrases say.
    pub pieces: Vec<Piece>,
    /// The verbs with which it begins, in their base form.
    pub leads: Vec<&'static str>,
    /// What it says as a whole.
    pub flags: Vec<Flag>,
    /// What limits the tool to reading.
    pub restriction: Option<std::ops::Range<usize>>,
    /// What the first verb acts on.
    pub things: Vec<Word>,
}

/// How many sentences are searched for phrases.
const MAX_SENTENCES: usize = 24;
/// How many pieces of evidence a description gives.
const MAX_PIECES: usize = 24;
/// How many words of a sentence may stand before its verb.
const MAX_BEFORE_VERB: usize = 10;

/// Reads a description of the tool of this name. `is_general` tells of a tool name whether it leaves open what the tool does.
pub(super) fn read(text: &str, name: &str) -> Reading {
    let sentences = words::sentences(text);
    let mut reading = Reading::default();
    let mut led = None;
    // A title or a label may stand before the sentence that says what the tool does.
    for (place, sentence) in sentences.iter().enumerate().take(3) {
        if is_web_request(sentence) || names_itself(sentence, name) {
            continue;
        }
        let at = lead(sentence);
        // What the tool is like comes after its own verb: "Runs a query, for example a count".
        let all = sentence.as_slice();
        let own = at.map_or(all, |at| all.get(..at + 2).unwrap_or(all));
        if is_elsewhere(if place == 0 { own } else { sentence }) {
            continue;
        }
        if let Some(at) = at {
            reading.take_lead(sentence, at);
            led = Some(place);
            break;
        }
        if reading.take_abroad(sentence) {
            led = Some(place);
            break;
        }
    }
    if led.is_none() {
        reading.flags.push(if sentences.is_empty() { Flag::NoText } else { Flag::NoLead });
    }
    for (place, sentence) in sentences.iter().take(MAX_SENTENCES).enumerate() {
        if place > 0 && is_elsewhere(sentence) {
            continue;
        }
        reading.take_phrases(sentence, place);
        if led.is_none_or(|led| place != led) {
            reading.take_later(sentence);
        }
        reading.take_list((text, sentence), led == Some(place));
    }
    reading
}

/// The name's characters in the text, which say nothing new: "Executes the `add_loaf` operation".
fn names_itself(sentence: &[Word], name: &str) -> bool {
    name.contains('_')
        && sentence
            .iter()
            .any(|word| name.to_lowercase().ends_with(&word.text) && word.text.contains('_'))
}

impl Reading {
    fn push(
        &mut self,
        role: Role,
        class: Class,
        strength: Strength,
        range: std::ops::Range<usize>,
    ) {
        if self.pieces.len() < MAX_PIECES {
            self.pieces.push(Piece { class, signal: Signal::Word(role, class, strength), range });
        }
    }

    /// Takes the verb at this place of a sentence in, and those that are joined to it.
    fn take_lead(&mut self, sentence: &[Word], at: usize) {
        let Some((verb, form)) = sentence.get(at).and_then(|word| lexicon::verb(&word.text)) else {
            return;
        };
        let mut verbs = vec![(at, verb)];
        verbs.extend(joined(sentence, at, form));
        for (place, verb) in verbs {
            let things = things_behind(sentence, place);
            let behind = sentence.get(place + 1..).unwrap_or(&[]);
            let found = taken_out(verb, behind).unwrap_or_else(|| meaning(verb, &things));
            let own = sentence.get(place).map_or(0..0, |word| word.range.clone());
            let last = things.get(found.length.saturating_sub(1)).map_or(&own, |word| &word.range);
            let range = own.start..own.end.max(last.end);
            if place == at && runs_saved(verb, sentence.get(at + 1..).unwrap_or(&[])) {
                self.flags.push(Flag::RunsSaved);
            }
            let role = if place == at { Role::Lead } else { Role::LeadToo };
            self.push(role, found.class, found.strength, range);
            self.leads.push(verb.base);
            if self.things.is_empty() {
                self.things = things;
            }
        }
    }

    /// Takes in the verbs of another language. Whether there are any.
    fn take_abroad(&mut self, sentence: &[Word]) -> bool {
        let mut role = Role::Lead;
        for word in sentence.iter().take(MAX_ABROAD) {
            if let Some(class) = lexicon::abroad(&word.text) {
                self.push(role, class, Strength::Soft, word.range.clone());
                return true;
            }
            if word.text.is_ascii() {
                continue;
            }
            for (range, class) in lexicon::abroad_in(&word.text).into_iter().take(4) {
                // The text is in lower case, which in these languages is the same.
                let range = word.range.start + range.start..word.range.start + range.end;
                self.push(role, class, Strength::Soft, range);
                role = Role::LeadToo;
            }
        }
        role == Role::LeadToo
    }

    /// The verb with which a later sentence begins.
    fn take_later(&mut self, sentence: &[Word]) {
        let Some(at) = lead(sentence).filter(|at| *at <= 1) else { return };
        let Some((verb, _)) = sentence.get(at).and_then(|word| lexicon::verb(&word.text)) else {
            return;
        };
        let things = things_behind(sentence, at);
        let found = meaning(verb, &things);
        let known =
            |piece: &Piece| piece.signal == Signal::Word(Role::Later, found.class, found.strength);
        if found.class > Class::Write && !is_negated(sentence, at) && !self.pieces.iter().any(known)
        {
            let range = sentence.get(at).map_or(0..0, |word| word.range.clone());
            self.push(Role::Later, found.class, found.strength, range);
        }
    }

    /// Verbs in a row, as in "supports: create, list or delete", and an item of a list that is a verb.
    fn take_list(&mut self, (text, sentence): (&str, &[Word]), is_lead: bool) {
        let mut row: Vec<usize> = Vec::new();
        let mut at = 0;
        let first = usize::from(is_lead) * lead(sentence).map_or(0, |at| at + 1);
        while let Some(word) = sentence.get(at) {
            let is_joint = matches!(word.text.as_str(), "and" | "or" | "then" | "including");
            let is_verb = at >= first && act(word).is_some();
            let is_joined = row.is_empty()
                || word.is_after_mark
                || text_before(sentence, at) == "and"
                || text_before(sentence, at) == "or";
            if is_verb && is_joined {
                row.push(at);
            } else if !is_joint {
                self.close_row(sentence, &mut row);
            }
            at += 1;
        }
        self.close_row(sentence, &mut row);
        let is_item = sentence.get(1).is_none_or(|next| next.is_after_mark) && !is_lead;
        let item = sentence.first().filter(|_| is_item);
        if let Some(item) = item.and_then(|word| spelled(text, word)) {
            self.take_listed(std::slice::from_ref(&item), 0);
        }
    }

    fn close_row(&mut self, sentence: &[Word], row: &mut Vec<usize>) {
        let row = std::mem::take(row);
        if row.len() > 1 && !row.first().is_some_and(|at| is_negated(sentence, *at)) {
            row.into_iter().for_each(|at| self.take_listed(sentence, at));
        }
    }

    fn take_listed(&mut self, sentence: &[Word], at: usize) {
        let Some(word) = sentence.get(at) else { return };
        let Some(found) = act(word) else { return };
        let listed = Signal::Word(Role::Listed, found.class, found.strength);
        if !self.pieces.iter().any(|piece| piece.signal == listed) {
            self.push(Role::Listed, found.class, found.strength, word.range.clone());
        }
    }

    fn take_phrases(&mut self, sentence: &[Word], place: usize) {
        for (at, word) in sentence.iter().enumerate() {
            let Some(openings) = lexicon::openings(&word.text) else { continue };
            for (words, class, strength) in openings.phrases {
                let Some(range) = matched(words, sentence, at) else { continue };
                if is_negated(sentence, at) {
                    continue;
                }
                let strength = if place < 8 { *strength } else { Strength::Noun };
                self.push(Role::Phrase, *class, strength, range);
            }
            for words in openings.restrictions {
                let Some(range) = matched(words, sentence, at) else { continue };
                if self.restriction.is_none() && !is_negated(sentence, at) {
                    self.restriction = Some(range);
                }
            }
        }
    }
}

/// A word as a name's words are joined: `CreateStack` as `create_stack`.
fn spelled(text: &str, word: &Word) -> Option<Word> {
    let parts = words::of_name(text.get(word.range.clone())?);
    let parts: Vec<String> = parts.into_iter().map(|part| part.text).collect();
    Some(Word { text: parts.join("_"), ..word.clone() })
}

/// How many words of a sentence are searched for verbs of other languages.
const MAX_ABROAD: usize = 24;

/// What a word of a list of operations says, which may be a name of its own such as `delete_stack`.
fn act(word: &Word) -> Option<Meaning> {
    let parts = match word.text.contains('_') {
        true => words::of_name(&word.text),
        false => vec![word.clone()],
    };
    let (first, rest) = parts.split_first()?;
    let (verb, form) = lexicon::verb(&first.text)?;
    let is_thing = verb.is_noun_too && form == Form::Third;
    (!is_thing).then(|| meaning(verb, &phrase(rest)))
}

/// Whether a verb runs what somebody saved before, which its caller does not choose.
fn runs_saved(verb: Verb, behind: &[Word]) -> bool {
    let mut things = behind
        .iter()
        .skip_while(|word| matches!(word.text.as_str(), "a" | "an" | "the" | "one" | "your"));
    matches!(verb.base, "run" | "execute")
        && things.next().is_some_and(|word| lexicon::has(Set::Saved, &word.text))
}

/// Whether one of the three words before denies what stands here.
fn is_negated(sentence: &[Word], at: usize) -> bool {
    let before = sentence.get(at.saturating_sub(3)..at).unwrap_or(&[]);
    before.iter().any(|word| lexicon::has(Set::Negations, &word.text))
}

/// Where the verb of a sentence stands that says what the tool does.
fn lead(sentence: &[Word]) -> Option<usize> {
    let mut is_opening = true;
    let mut may_be_base = true;
    for (at, word) in sentence.iter().enumerate().take(MAX_BEFORE_VERB) {
        let text = word.text.as_str();
        let after_label = word.is_after_mark
            && (at <= 3 || lexicon::verb(text).is_some_and(|(verb, _)| !verb.is_noun_too));
        let is_expected = is_opening || may_be_base || after_label;
        if let Some((verb, form)) = lexicon::verb(text) {
            let opens_as_noun =
                matches!(text, "use" | "tool" | "allow" | "enable" | "enables" | "uses");
            let is_verb = match form {
                Form::Base => is_expected,
                Form::Third => is_expected || !verb.is_noun_too && at > 0,
                Form::Ongoing => is_opening || text_before(sentence, at) == "for",
            };
            let qualifies = verb.is_noun_too && form == Form::Base && before_verb(sentence, at);
            if is_verb && !opens_as_noun && !qualifies && !lexicon::has(Set::Openers, text) {
                return Some(at);
            }
        }
        may_be_base = matches!(text, "to" | "can" | "will" | "lets" | "you" | "and" | "or");
        is_opening &= lexicon::has(Set::Openers, text) || text.chars().all(char::is_numeric);
    }
    None
}

/// Whether a verb that can be nothing else follows at once: "Batch delete", "Forward geocode".
fn before_verb(sentence: &[Word], at: usize) -> bool {
    let next = sentence.get(at + 1).filter(|next| !next.is_after_mark);
    next.and_then(|next| lexicon::verb(&next.text))
        .is_some_and(|(verb, form)| !verb.is_noun_too && form == Form::Base)
}

/// "Make a POST request to …": a sentence about how the tool is built, which no tool that takes any request has.
fn is_web_request(sentence: &[Word]) -> bool {
    let start = sentence.iter().take(MAX_BEFORE_VERB);
    let mut pairs = start.clone().zip(start.skip(1));
    pairs.any(|(method, request)| {
        method.is_capitals
            && lexicon::has(Set::HttpMethods, &method.text)
            && request.text == "request"
    })
}

fn text_before(sentence: &[Word], at: usize) -> &str {
    at.checked_sub(1).and_then(|before| sentence.get(before)).map_or("", |word| &word.text)
}

/// Verbs that "and", "or" or a comma joins to the one at this place, in the same form.
fn joined(sentence: &[Word], at: usize, form: Form) -> Vec<(usize, Verb)> {
    let mut found = Vec::new();
    let mut is_list = true;
    for (place, word) in sentence.iter().enumerate().skip(at + 1).take(24) {
        let before = text_before(sentence, place);
        let is_joined =
            word.is_after_mark || matches!(before, "and" | "or" | "then" | "optionally");
        let known =
            lexicon::verb(&word.text).filter(|(_, other)| *other == form && !word.is_capitals);
        match known {
            Some((verb, _))
                if is_joined && (is_list || !verb.is_noun_too || form == Form::Third) =>
            {
                found.push((place, verb));
            }
            _ => is_list &= matches!(word.text.as_str(), "and" | "or" | "then"),
        }
        if lexicon::has(Set::Prepositions, &word.text) && word.text != "from" {
            // Past a preposition a joined word is one more thing rather than one more action.
            if !matches!(word.text.as_str(), "in" | "of" | "for") {
                break;
            }
        }
    }
    found
}

/// What a verb acts on; verbs joined to it share what stands behind the last.
fn things_behind(sentence: &[Word], at: usize) -> Vec<Word> {
    let mut start = at + 1;
    while let Some(word) = sentence.get(start) {
        let is_joint = matches!(word.text.as_str(), "and" | "or" | "then");
        let is_joined = word.is_after_mark || matches!(text_before(sentence, start), "and" | "or");
        let is_verb = lexicon::verb(&word.text).is_some();
        if !(is_joint || is_joined && is_verb) {
            break;
        }
        start += 1;
    }
    phrase(sentence.get(start..).unwrap_or(&[]))
}

/// Whether a sentence is about another tool.
fn is_elsewhere(sentence: &[Word]) -> bool {
    sentence.iter().enumerate().any(|(at, word)| {
        let phrases = lexicon::openings(&word.text).map_or(&[][..], |openings| openings.elsewhere);
        phrases.iter().any(|words| matched(words, sentence, at).is_some())
    })
}

/// The place of these words when they stand in a row from here on.
fn matched(words: &[&str], sentence: &[Word], at: usize) -> Option<std::ops::Range<usize>> {
    let here = sentence.get(at..at + words.len())?;
    let same = here.iter().zip(words).all(|(word, expected)| word.text == *expected);
    let (first, last) = (here.first()?, here.last()?);
    same.then_some(first.range.start..last.range.end)
}
