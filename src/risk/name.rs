//! What a tool's name says.

use super::action::{meaning, phrase};
use super::class::Class;
use super::lexicon::{Lexicon, Set, Verb, VerbForm, singular};
use super::weigh::Piece;
use super::words::{self, NameWord};

/// What a name says, and how firmly.
#[derive(Debug, Default)]
pub(super) struct NameReading<'t> {
    /// What each of its verbs says.
    pub pieces: Vec<Piece>,
    /// Whether its verb can be nothing but a verb.
    pub is_firm: bool,
    /// The words after the verb, or those around it when it stands last.
    pub things: Vec<NameWord<'t>>,
    /// Every word.
    pub words: Vec<NameWord<'t>>,
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
pub(super) fn read<'t>(
    lexicon: &Lexicon,
    name: &'t str,
    leads: &[&'static str],
) -> NameReading<'t> {
    let words = words::of_name(name);
    let own = own_part(lexicon, name, &words);
    if let Some(reading) = http(lexicon, &words) {
        return reading;
    }
    if let Some(made) = made(lexicon, own) {
        return NameReading { pieces: vec![made], is_firm: true, things: own.to_vec(), words };
    }
    let Some((at, verb)) = main_verb(lexicon, own, leads) else {
        return NameReading { things: own.to_vec(), words, ..NameReading::default() };
    };
    if verb.is_noun_too && !leads.contains(&verb.base) && is_report(lexicon, own) {
        let range = own.first().map_or(0, |word| word.range.start)
            ..own.last().map_or(0, |word| word.range.end);
        let piece = Piece { class: Class::Read, weight: 8, range };
        return NameReading { pieces: vec![piece], is_firm: false, things: own.to_vec(), words };
    }
    let things = things_of(lexicon, own, at);
    let agrees = leads.contains(&verb.base);
    let is_firm = at == 0 || !verb.is_noun_too || agrees;
    let mut pieces = vec![piece(lexicon, own, at, verb, &things, is_firm)];
    pieces.extend(joined(lexicon, own, at));
    NameReading { pieces, is_firm, things, words }
}

/// The part of a name behind its server's: what follows the last `__` or `--`, if a verb stands there.
fn own_part<'w, 't>(
    lexicon: &Lexicon,
    name: &str,
    words: &'w [NameWord<'t>],
) -> &'w [NameWord<'t>] {
    let pairs = name.as_bytes().windows(2).rposition(|pair| matches!(pair, b"__" | b"--" | b"::"));
    let Some(border) = pairs.max(name.rfind('/')) else { return words };
    let first = words.partition_point(|word| word.range.start < border);
    let own = words.get(first..).unwrap_or(&[]);
    let has_verb = own.iter().any(|word| lexicon.verb(&word.text).is_some());
    if has_verb { own } else { words }
}

fn main_verb(
    lexicon: &Lexicon,
    words: &[NameWord],
    leads: &[&'static str],
) -> Option<(usize, Verb)> {
    let mut best: Option<(i32, usize, Verb)> = None;
    let first_is_verb = words.first().is_some_and(|word| lexicon.verb(&word.text).is_some());
    for (at, word) in words.iter().enumerate() {
        let Some((verb, VerbForm::Base)) = lexicon.verb(&word.text) else { continue };
        let mut points = if verb.is_noun_too { likelihood::EITHER } else { likelihood::VERB };
        points += if at == 0 { likelihood::FIRST } else { 0 };
        points += if at == 1 && !first_is_verb { likelihood::SECOND } else { 0 };
        points += if at + 1 == words.len() { likelihood::LAST } else { 0 };
        points += if leads.contains(&verb.base) { likelihood::IN_DESCRIPTION } else { 0 };
        let before = at.checked_sub(1).and_then(|before| words.get(before));
        if before.is_some_and(|word| lexicon.has(Set::Prepositions, &word.text)) {
            points += likelihood::BEHIND_PREPOSITION;
        }
        if best.is_none_or(|(most, ..)| points > most) {
            best = Some((points, at, verb));
        }
    }
    best.map(|(_, at, verb)| (at, verb))
}

/// Whether the name is one of something to read: `order_status`.
fn is_report(lexicon: &Lexicon, words: &[NameWord]) -> bool {
    words.len() > 1
        && words.last().is_some_and(|last| {
            lexicon.has(Set::Reports, &singular(&last.text))
                || lexicon.has(Set::Reports, &last.text)
        })
}

/// `text_to_speech` makes speech, if making it is more than rendering.
fn made(lexicon: &Lexicon, words: &[NameWord]) -> Option<Piece> {
    let at = words.iter().position(|word| word.text == "to")?;
    let first = at.checked_sub(1).and_then(|before| words.get(before))?;
    let things = phrase(lexicon, words.get(at + 1..)?);
    let (verb, _) = lexicon.verb("generate")?;
    let begins_with_verb = words
        .first()
        .is_some_and(|word| lexicon.verb(&word.text).is_some_and(|(v, _)| !v.is_noun_too));
    let found = meaning(lexicon, verb, &things);
    let is_made = found.class == Class::Execute && !begins_with_verb;
    let end = things.last().map_or(first.range.end, |word| word.range.end);
    is_made.then_some(Piece {
        class: found.class,
        weight: found.weight,
        range: first.range.start..end,
    })
}

/// What the verb acts on: the words behind it, or those before it when it stands last.
fn things_of<'t>(lexicon: &Lexicon, words: &[NameWord<'t>], at: usize) -> Vec<NameWord<'t>> {
    let behind = phrase(lexicon, words.get(at + 1..).unwrap_or(&[]));
    if behind.is_empty() { words.get(..at).unwrap_or(&[]).to_vec() } else { behind }
}

fn piece(
    lexicon: &Lexicon,
    words: &[NameWord],
    at: usize,
    verb: Verb,
    things: &[NameWord],
    is_firm: bool,
) -> Piece {
    let found = meaning(lexicon, verb, things);
    let weight = if is_firm { found.weight } else { found.weight * 3 / 5 };
    let own = words.get(at).map_or(0..0, |word| word.range.clone());
    let last = things.get(found.length.saturating_sub(1)).map_or(&own, |word| &word.range);
    let range = own.start.min(things.first().map_or(own.start, |word| word.range.start))
        ..own.end.max(last.end);
    Piece { class: found.class, weight, range }
}

/// Verbs that an "and" or "or" joins to the main one.
fn joined(lexicon: &Lexicon, words: &[NameWord], at: usize) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (before, pair) in words.windows(2).enumerate().skip(at + 1) {
        let [joint, word] = pair else { continue };
        if !matches!(&*joint.text, "and" | "or" | "then") {
            continue;
        }
        if let Some((verb, VerbForm::Base)) = lexicon.verb(&word.text) {
            let things = things_of(lexicon, words, before + 1);
            pieces.push(piece(lexicon, words, before + 1, verb, &things, true));
        }
    }
    pieces
}

/// Names made from a web interface: `API-post-search`. The method says as much as a verb, but for `post`, which
/// reads as often as it writes.
fn http<'t>(lexicon: &Lexicon, words: &[NameWord<'t>]) -> Option<NameReading<'t>> {
    let [api, method, rest @ ..] = words else { return None };
    if api.text != "api" || !lexicon.has(Set::HttpMethods, &method.text) {
        return None;
    }
    let verb = |word: &str| lexicon.verb(word).map(|(verb, _)| verb);
    let things = phrase(lexicon, rest);
    let mut at = 1;
    let found = match &*method.text {
        "post" => {
            let inner = main_verb(lexicon, rest, &[]);
            at = inner.map_or(1, |(place, _)| place + 2);
            inner.map(|(_, verb)| verb).or_else(|| verb("create"))
        }
        "patch" | "put" => verb("update"),
        "delete" => verb("delete"),
        _ => verb("get"),
    }?;
    let things = if at == 1 { things } else { things_of(lexicon, words, at) };
    let mut own = piece(lexicon, words, at, found, &things, true);
    own.range.start = method.range.start;
    if own.class == Class::Read && own.weight < 8 {
        own.weight = 8;
    }
    Some(NameReading { pieces: vec![own], is_firm: true, things, words: words.to_vec() })
}
