//! Cutting names and texts into words, each with its place.

use crate::source::TextPart;
use std::borrow::Cow;
use std::ops::Range;

/// A word and where it stands, in bytes of the text that it was cut from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NameWord<'t> {
    /// In lower case.
    pub text: Cow<'t, str>,
    /// The place in the decoded name or description.
    pub range: Range<usize>,
    /// Whether a comma, a slash, a colon or a bracket stands before it.
    pub is_after_mark: bool,
    /// Whether it is written in capitals, as keywords and abbreviations are.
    pub is_capitals: bool,
}

/// How much of a name is looked at, in bytes.
const MAX_NAME: usize = 256;
/// How much of a description is read, in bytes. Nothing is reported about the rest: the first sentences say what a tool does, and
/// later ones are details and examples, which decide nothing.
pub(super) const MAX_TEXT: usize = 4096;

/// The words of a name: at every character that is no letter or digit, and where lower case turns to upper.
pub(super) fn of_name(name: &str) -> Vec<NameWord<'_>> {
    let name = head(name, MAX_NAME);
    let mut words = Vec::new();
    let mut start = None;
    let mut characters = name.char_indices().peekable();
    let mut before = ' ';
    while let Some((at, character)) = characters.next() {
        let next = characters.peek().map_or(' ', |(_, next)| *next);
        if !character.is_alphanumeric() {
            push(&mut words, name, start.take(), at);
        } else if is_camel_border(before, character, next) {
            push(&mut words, name, start.replace(at), at);
        } else {
            start.get_or_insert(at);
        }
        before = character;
    }
    push(&mut words, name, start, name.len());
    words
}

/// The words of an argument's key, in lower case.
pub fn key_words(key: &str) -> Vec<String> {
    of_name(key).into_iter().map(|word| word.text.into_owned()).collect()
}

/// `aB`, `1B`, and the last capital of a row before a small letter, as in `HTTPServer`.
fn is_camel_border(before: char, character: char, next: char) -> bool {
    let after_small = before.is_lowercase() || before.is_numeric();
    character.is_uppercase() && (after_small || before.is_uppercase() && next.is_lowercase())
}

fn push<'t>(words: &mut Vec<NameWord<'t>>, text: &'t str, start: Option<usize>, end: usize) {
    let Some(start) = start else { return };
    let Some(word) = text.get(start..end).filter(|word| !word.is_empty()) else { return };
    words.push(NameWord {
        text: lower(word),
        range: start..end,
        is_after_mark: false,
        is_capitals: false,
    });
}

/// The sentences of a description's beginning, each as its words. A list of arguments or examples ends it: what
/// stands there is about other things than the tool's effect.
pub(super) fn sentences(text: &str) -> Vec<Vec<NameWord<'_>>> {
    let mut sentences: Vec<Vec<NameWord<'_>>> = vec![Vec::new()];
    let mut start = None;
    let mut mark = false;
    let text = head(text, MAX_TEXT);
    let mut rest = text.char_indices().peekable();
    let mut current = ' ';
    while let Some((at, character)) = rest.next() {
        let before = std::mem::replace(&mut current, character);
        let next = rest.peek().map_or(' ', |(_, next)| *next);
        if is_word(character, next, start.is_some()) {
            start.get_or_insert(at);
            continue;
        }
        close_word(&mut sentences, text, start.take(), at, &mut mark);
        mark |= matches!(character, ',' | '/' | ':' | '(' | ')' | ';' | '—' | '–' | '"' | '|');
        let ends = match character {
            '.' | '!' | '?' => next.is_whitespace() && goes_on_new(text, at + 1),
            '\n' => before == ':' || next == '\n' || goes_on_new(text, at),
            _ => false,
        };
        if ends && sentences.last().is_some_and(|sentence| !sentence.is_empty()) {
            let is_heading = sentences.last().is_some_and(|sentence| begins_other_things(sentence));
            if is_heading {
                break;
            }
            sentences.push(Vec::new());
            mark = false;
        }
    }
    close_word(&mut sentences, text, start, text.len(), &mut mark);
    sentences.retain(|sentence| !sentence.is_empty() && !begins_other_things(sentence));
    sentences
}

/// Whether what follows does not begin with a small letter, which would carry the sentence on.
fn goes_on_new(text: &str, at: usize) -> bool {
    let rest = text.part(at..).chars();
    // A bound keeps long blanks from being read again and again.
    !rest.take(16).find(|next| !next.is_whitespace()).is_some_and(char::is_lowercase)
}

fn is_word(character: char, next: char, is_inside: bool) -> bool {
    let joins = matches!(character, '\'' | '’' | '.') && next.is_alphanumeric();
    character.is_alphanumeric() || character == '_' || is_inside && joins
}

fn close_word<'t>(
    sentences: &mut [Vec<NameWord<'t>>],
    text: &'t str,
    start: Option<usize>,
    end: usize,
    mark: &mut bool,
) {
    let Some(start) = start else { return };
    let (Some(sentence), Some(word)) = (sentences.last_mut(), text.get(start..end)) else { return };
    let is_after_mark = std::mem::take(mark);
    let is_capitals = word.len() > 1 && !word.contains(char::is_lowercase);
    let text = match lower(word) {
        text if text.contains('’') => text.replace('’', "'").into(),
        text => text,
    };
    sentence.push(NameWord { text, range: start..end, is_after_mark, is_capitals });
}

/// A word in lower case. Nearly every word is written so.
fn lower(word: &str) -> Cow<'_, str> {
    if word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
        Cow::Borrowed(word)
    } else {
        word.to_lowercase().into()
    }
}

/// `Args:`, `Returns:` and the like.
fn begins_other_things(sentence: &[NameWord]) -> bool {
    const HEADINGS: [&str; 12] = [
        "args",
        "arguments",
        "parameters",
        "params",
        "returns",
        "return",
        "raises",
        "example",
        "examples",
        "inputs",
        "output",
        "outputs",
    ];
    sentence.len() <= 2 && sentence.first().is_some_and(|word| HEADINGS.contains(&&*word.text))
}

/// The first `limit` bytes, less if a character would be cut.
fn head(text: &str, limit: usize) -> &str {
    text.part(..text.floor_char_boundary(limit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_every_style_are_cut() {
        for (name, words) in [
            ("list_pull_requests", "list pull requests"),
            ("API-post-search", "api post search"),
            ("TwilioApiV2010--CreateCall", "twilio api v2010 create call"),
            ("getJiraIssuesUsingJQL", "get jira issues using jql"),
            ("HTTPServer.restart", "http server restart"),
            ("mcp__db__dropTable2", "mcp db drop table2"),
            ("a//b::c", "a b c"),
            ("__", ""),
        ] {
            let found: Vec<_> = of_name(name).into_iter().map(|word| word.text).collect();
            assert_eq!(found.join(" "), words, "{name}");
        }
    }

    #[test]
    fn sentences_end_where_arguments_begin() {
        let text = "Reads v1.2 files, e.g. a.txt. Doesn’t write.\nUse get_file\ninstead.\n\nArgs:\n  path: x";
        let shown: Vec<String> = sentences(text)
            .iter()
            .map(|words| words.iter().map(|word| &*word.text).collect::<Vec<_>>().join(" "))
            .collect();
        let expected = ["reads v1.2 files e.g a.txt", "doesn't write", "use get_file instead"];
        assert_eq!(shown, expected);
    }
}
