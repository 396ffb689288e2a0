//! What a tool's name says.

use super::action::{meaning, phrase, taken_out};
use super::class::Class;
use super::lexicon::{self, Form, Set, Verb, singular};
use super::signal::{Flag, Role, Signal, Strength};
use super::weigh::Piece;
use super::words::{self, Word};

/// What a name says, and how firmly.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// What each of its verbs says.
    pub pieces: Vec<Piece>,
    /// What it says as a whole.
    pub flags: Vec<Flag>,
    /// Its verb in the base form, if it has one.
    pub verb: Option<&'static str>,
    /// Whether its verb leaves open what the tool does: `manage`, or none.
    pub is_general: bool,
    /// The words after the verb, or those around it when it stands last.
    pub things: Vec<Word>,
    /// Every word.
    pub words: Vec<Word>,
}

/// Points by which a word is more or less likely to be the name's verb.
mod likelihood {
    /// A word that can only be a verb.
    pub(super) const VERB: i32 = 80;
    /// A word that is a noun as often.
    pub(super) const EITHER: i32 = 40;
    /// The first word.
    pub(super) const FIRST: i32 = 45;
    /// The word after the first, when that is no verb: a prefix stands before it.
    pub(super) const SECOND: i32 = 20;
    /// The last word.
    pub(super) const LAST: i32 = 20;
    /// The description begins with the same verb.
    pub(super) const IN_DESCRIPTION: i32 = 50;
    /// A preposition stands before it.
    pub(super) const BEHIND_PREPOSITION: i32 = -60;
}

/// Reads a name. The verbs with which the description begins help to find the name's own.
pub(super) fn read(name: &str, leads: &[&'static str]) -> Reading {
    let words = joined_particles(words::of_name(name));
    let own = own_part(name, &words);
    let mut reading = Reading::default();
    if let Some(http) = http(&words) {
        reading = http;
    } else if let Some(made) = made(own) {
        reading = Reading { pieces: vec![made], things: own.to_vec(), ..reading };
    } else if let Some((at, verb)) = main_verb(own, leads) {
        reading.take_verb(own, at, verb, leads);
    } else {
        let flag = if is_report(own, true) { Flag::ReportName } else { Flag::NoNameVerb };
        reading = Reading { flags: vec![flag], is_general: true, things: own.to_vec(), ..reading };
    }
    reading.words = words;
    reading
}

impl Reading {
    fn take_verb(&mut self, own: &[Word], at: usize, verb: Verb, leads: &[&'static str]) {
        let agrees = leads.contains(&verb.base);
        if verb.is_noun_too && !agrees && is_report(own, at > 0) {
            self.flags.push(Flag::ReportName);
            self.things = own.to_vec();
            return;
        }
        self.things = things_of(own, at);
        let is_firm = at == 0 || !verb.is_noun_too || agrees;
        let main = piece(own, at, verb, &self.things, (Role::Name, is_firm));
        let reads = main.class == Class::Read;
        self.verb = Some(verb.base);
        self.is_general = lexicon::has(Set::General, verb.base) && main.class <= Class::Execute;
        if self.is_general {
            self.flags.push(Flag::GeneralName);
        }
        self.pieces.push(main);
        let more = joined(own, at);
        self.pieces.extend(hidden(own, at, reads));
        self.pieces.extend(more);
    }
}

/// Critical verbs that are not the name's own: `confirm_delete_x`, `x_delete_y_with_z`. After a verb that reads, and as a noun,
/// they say less.
fn hidden(words: &[Word], main: usize, reads: bool) -> Vec<Piece> {
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let verb = lexicon::verb(&word.text).filter(|(_, form)| *form == Form::Base);
        let Some((verb, _)) = verb.filter(|_| at != main) else {
            continue;
        };
        let things = things_of(words, at);
        let meant = meaning(verb, &things);
        if meant.class < Class::Destructive || verb.class < Class::Destructive {
            continue;
        }
        let strength = match (reads && main < at, verb.is_noun_too) {
            (false, false) => Strength::Verb,
            (true, false) => Strength::Soft,
            (_, true) => Strength::Noun,
        };
        let signal = Signal::Word(Role::NameHidden, meant.class, strength);
        found.push(Piece { class: meant.class, signal, range: word.range.clone() });
    }
    found
}

/// `top_up` as `topup`, if that is a verb.
fn joined_particles(words: Vec<Word>) -> Vec<Word> {
    let mut joined: Vec<Word> = Vec::with_capacity(words.len());
    for word in words {
        if let Some(last) = joined.last_mut()
            && lexicon::has(Set::Particles, &word.text)
            && lexicon::verb(&format!("{}{}", last.text, word.text)).is_some()
        {
            last.text.push_str(&word.text);
            last.range.end = word.range.end;
            continue;
        }
        joined.push(word);
    }
    joined
}

/// The part of a name behind its server's: what follows the last `__` or `--`, if a verb stands there.
fn own_part<'w>(name: &str, words: &'w [Word]) -> &'w [Word] {
    let pairs = name.as_bytes().windows(2).rposition(|pair| matches!(pair, b"__" | b"--" | b"::"));
    let Some(border) = pairs.max(name.rfind('/')) else { return words };
    let first = words.partition_point(|word| word.range.start < border);
    let own = words.get(first..).unwrap_or(&[]);
    let has_verb = own.iter().any(|word| lexicon::verb(&word.text).is_some());
    if has_verb { own } else { words }
}

fn main_verb(words: &[Word], leads: &[&'static str]) -> Option<(usize, Verb)> {
    let mut best: Option<(i32, usize, Verb)> = None;
    let first_is_verb = words.first().is_some_and(|word| lexicon::verb(&word.text).is_some());
    for (at, word) in words.iter().enumerate() {
        let Some((verb, Form::Base)) = lexicon::verb(&word.text) else { continue };
        let mut points = if verb.is_noun_too { likelihood::EITHER } else { likelihood::VERB };
        points += if at == 0 { likelihood::FIRST } else { 0 };
        points += if at == 1 && !first_is_verb { likelihood::SECOND } else { 0 };
        points += if at + 1 == words.len() { likelihood::LAST } else { 0 };
        points += if leads.contains(&verb.base) { likelihood::IN_DESCRIPTION } else { 0 };
        let before = at.checked_sub(1).and_then(|before| words.get(before));
        if before.is_some_and(|word| lexicon::has(Set::Prepositions, &word.text)) {
            points += likelihood::BEHIND_PREPOSITION;
        }
        if best.is_none_or(|(most, ..)| points > most) {
            best = Some((points, at, verb));
        }
    }
    best.map(|(_, at, verb)| (at, verb))
}

/// Whether the name is one of something to read: `order_status`. More words say so where the name does not begin with what may
/// be its verb.
fn is_report(words: &[Word], is_thing: bool) -> bool {
    let says =
        |word: &str| lexicon::has(Set::Reports, word) || is_thing && lexicon::has(Set::Views, word);
    words.len() > 1
        && words.last().is_some_and(|last| says(&singular(&last.text)) || says(&last.text))
}

/// `text_to_speech` makes speech, if making it is more than rendering.
fn made(words: &[Word]) -> Option<Piece> {
    let at = words.iter().position(|word| word.text == "to")?;
    let first = at.checked_sub(1).and_then(|before| words.get(before))?;
    let things = phrase(words.get(at + 1..)?);
    let (verb, _) = lexicon::verb("generate")?;
    let begins_with_verb = words
        .first()
        .is_some_and(|word| lexicon::verb(&word.text).is_some_and(|(v, _)| !v.is_noun_too));
    let found = meaning(verb, &things);
    let is_made = found.class == Class::Execute && !begins_with_verb;
    let end = things.last().map_or(first.range.end, |word| word.range.end);
    let signal = Signal::Word(Role::Name, found.class, Strength::Pair);
    is_made.then_some(Piece { class: found.class, signal, range: first.range.start..end })
}

/// What the verb acts on: the words behind it, or those before it when it stands last.
fn things_of(words: &[Word], at: usize) -> Vec<Word> {
    let behind = phrase(words.get(at + 1..).unwrap_or(&[]));
    if behind.is_empty() { words.get(..at).unwrap_or(&[]).to_vec() } else { behind }
}

fn piece(
    words: &[Word],
    at: usize,
    verb: Verb,
    things: &[Word],
    (role, is_firm): (Role, bool),
) -> Piece {
    let behind = words.get(at + 1..).unwrap_or(&[]);
    let found = taken_out(verb, behind).unwrap_or_else(|| meaning(verb, things));
    let strength = if is_firm { found.strength } else { Strength::Noun };
    let signal = Signal::Word(role, found.class, strength);
    let own = words.get(at).map_or(0..0, |word| word.range.clone());
    let last = things.get(found.length.saturating_sub(1)).map_or(&own, |word| &word.range);
    let range = own.start.min(things.first().map_or(own.start, |word| word.range.start))
        ..own.end.max(last.end);
    Piece { class: found.class, signal, range }
}

/// Verbs that an "and" or "or" joins to the main one.
fn joined(words: &[Word], at: usize) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (before, pair) in words.windows(2).enumerate().skip(at + 1) {
        let [joint, word] = pair else { continue };
        if !matches!(joint.text.as_str(), "and" | "or" | "then") {
            continue;
        }
        if let Some((verb, Form::Base)) = lexicon::verb(&word.text) {
            let things = things_of(words, before + 1);
            pieces.push(piece(words, before + 1, verb, &things, (Role::NameToo, true)));
        }
    }
    pieces
}

/// Names made from a web interface: `API-post-search`. The method says as much as a verb, but for `post`, which
/// reads as often as it writes.
fn http(words: &[Word]) -> Option<Reading> {
    let [api, method, rest @ ..] = words else { return None };
    if api.text != "api" || !lexicon::has(Set::HttpMethods, &method.text) {
        return None;
    }
    let verb = |word: &str| lexicon::verb(word).map(|(verb, _)| verb);
    let things = phrase(rest);
    let mut at = 1;
    let found = match method.text.as_str() {
        "post" => {
            let inner = main_verb(rest, &[]);
            at = inner.map_or(1, |(place, _)| place + 2);
            inner.map(|(_, verb)| verb).or_else(|| verb("create"))
        }
        "patch" | "put" => verb("update"),
        "delete" => verb("delete"),
        _ => verb("get"),
    }?;
    let things = if at == 1 { things } else { things_of(words, at) };
    let mut own = piece(words, at, found, &things, (Role::Name, true));
    own.range.start = method.range.start;
    if own.class == Class::Read {
        own.signal = Signal::Word(Role::Name, Class::Read, Strength::Verb);
    }
    Some(Reading { pieces: vec![own], verb: Some(found.base), things, ..Reading::default() })
}
