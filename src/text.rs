//! Words for people: cleaning strangers' text, quoting it, listing it, and finding the nearest name.
//!
//! Knows nothing of the language. Everything that a message shows of a file goes through [`quote`] or
//! [`clean`], because tool names and descriptions come from strangers' servers.

use crate::source::TextPart;
use std::borrow::Cow;

/// Names longer than this are cut in messages, in characters.
const MAX_QUOTED: usize = 80;

/// Whether a character could change what a terminal or a reader sees besides itself: controls, escape,
/// bidirectional marks, zero-width characters, tags and other invisible format characters.
pub fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// The text with every hidden character written as `\u{…}`.
pub fn clean(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_hidden(character) {
            cleaned.extend(character.escape_unicode());
        } else {
            cleaned.push(character);
        }
    }
    Cow::Owned(cleaned)
}

/// The text as messages show it: between backticks, cleaned, and cut when it is long.
pub fn quote(text: &str) -> String {
    match text.char_indices().nth(MAX_QUOTED) {
        Some((end, _)) => format!("`{}…`", name(text.part(..end))),
        None => format!("`{}`", name(text)),
    }
}

/// A name, cleaned, in which blanks are shown that a reader would miss or take for others: those at its ends, and all but
/// the ordinary one inside.
pub fn name(text: &str) -> Cow<'_, str> {
    let trimmed = text.trim();
    let has_other_blank = |c: char| c != ' ' && c.is_whitespace();
    if trimmed.len() == text.len() && !trimmed.contains(has_other_blank) {
        return clean(text);
    }
    let start = text.len() - text.trim_start().len();
    let end = start + trimmed.len();
    let mut shown = String::with_capacity(text.len() + 16);
    for (at, character) in text.char_indices() {
        let is_outside = at < start || at >= end;
        if is_outside || has_other_blank(character) || is_hidden(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// The text cleaned, and cut after `limit` characters.
pub fn excerpt(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((end, _)) => format!("{}…", clean(text.part(..end))),
        None => clean(text).into_owned(),
    }
}

/// `` `a`, `b` and `c` ``; past `limit` items `` `a`, `b` and 5 more ``.
pub fn list<T: AsRef<str>>(items: impl IntoIterator<Item = T>, limit: usize) -> String {
    join(items, limit, "and")
}

/// The same with "or", for a choice.
pub fn choice<T: AsRef<str>>(items: impl IntoIterator<Item = T>, limit: usize) -> String {
    join(items, limit, "or")
}

fn join<T: AsRef<str>>(items: impl IntoIterator<Item = T>, limit: usize, word: &str) -> String {
    let mut items = items.into_iter();
    let mut shown: Vec<String> =
        items.by_ref().take(limit).map(|item| quote(item.as_ref())).collect();
    match items.count() {
        0 => {}
        more => shown.push(format!("{more} more")),
    }
    match shown.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, first)) => format!("{} {word} {last}", first.join(", ")),
    }
}

/// `1 tool`, `3 tools`.
pub fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// The candidates that an author may have meant by `name`, nearest first, three at most.
///
/// The measure is the optimal string alignment distance (edits and swaps of neighbours) without regard to case, with one mistake allowed in
/// every three characters; a candidate that differs only in case, or in `-`, `_` and `.`, is nearest of all. Ties
/// keep the candidates' order.
pub fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Vec<&'c str> {
    const LONGEST: usize = 128;
    if name.is_empty() || name.len() > LONGEST {
        return Vec::new();
    }
    let folded = fold(name);
    let length = folded.chars().count();
    let allowed = (length / 3).max(1);
    let mut found: Vec<(usize, &str)> = Vec::new();
    for candidate in candidates {
        if candidate == name || candidate.len() > LONGEST {
            continue;
        }
        let other = fold(candidate);
        if other.chars().count().abs_diff(length) > allowed {
            continue;
        }
        let distance = strsim::osa_distance(&folded, &other);
        if distance <= allowed {
            found.push((distance, candidate));
        }
    }
    found.sort_by_key(|(distance, _)| *distance);
    found.into_iter().take(3).map(|(_, candidate)| candidate).collect()
}

/// Characters that are compared in the search for nearest names before it is given up.
const SUGGESTION_WORK: usize = 2_000_000;

/// The search for nearest names in one run, which ends when it has become expensive.
#[derive(Clone, Debug)]
pub struct Suggestions {
    work_left: usize,
    /// Whether a search was not made, and nobody has been told.
    gave_up: bool,
    told: bool,
}

impl Default for Suggestions {
    fn default() -> Self {
        Self { work_left: SUGGESTION_WORK, gave_up: false, told: false }
    }
}

impl Suggestions {
    /// The names near a wrong one; none when too much has been searched before.
    pub fn nearest<'c>(
        &mut self,
        name: &str,
        candidates: impl ExactSizeIterator<Item = &'c str>,
    ) -> Vec<&'c str> {
        if self.may_search(name, candidates.len()) { nearest(name, candidates) } else { Vec::new() }
    }

    /// Pays for a search among so many candidates, or says that it is too much by now.
    pub fn may_search(&mut self, name: &str, candidates: usize) -> bool {
        let left = self.work_left.checked_sub(candidates.saturating_mul(name.len()));
        self.work_left = left.unwrap_or(0);
        self.gave_up |= left.is_none();
        left.is_some()
    }

    /// A note for the first finding for which the search was given up.
    pub fn note(&mut self) -> Option<&'static str> {
        let is_due = self.gave_up && !std::mem::replace(&mut self.told, self.gave_up);
        is_due.then_some("too many unknown names: no suggestions from here on")
    }
}

/// "did you mean …?" for the nearest candidates, if any is near.
pub fn did_you_mean<'c>(
    name: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<String> {
    let near = nearest(name, candidates);
    if near.is_empty() { None } else { Some(format!("did you mean {}?", choice(near, 3))) }
}

fn fold(name: &str) -> String {
    name.chars()
        .map(|c| if matches!(c, '-' | '.') { '_' } else { c.to_ascii_lowercase() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_become_visible() {
        assert_eq!(clean("a\u{1b}[31mb\u{202e}c"), "a\\u{1b}[31mb\\u{202e}c");
        assert_eq!(clean("h\u{e9}\u{4e2d}"), "h\u{e9}\u{4e2d}");
    }

    #[test]
    fn names_that_differ_in_blanks_look_different() {
        let names = ["a b", "a b ", " a b", "a\u{a0}b", "a\u{3000}b", "\u{2003}a b", "   ", ""];
        let shown = names.map(quote);
        assert_eq!(
            shown.each_ref().map(String::as_str),
            [
                "`a b`",
                "`a b\\u{20}`",
                "`\\u{20}a b`",
                "`a\\u{a0}b`",
                "`a\\u{3000}b`",
                "`\\u{2003}a b`",
                "`\\u{20}\\u{20}\\u{20}`",
                "``"
            ]
        );
        assert_eq!(
            quote(&format!("{} b", "a".repeat(79))),
            format!("`{}…`", "a".repeat(79) + "\\u{20}")
        );
    }

    #[test]
    fn lists_read_as_prose() {
        assert_eq!(list(["a"], 3), "`a`");
        assert_eq!(list(["a", "b"], 3), "`a` and `b`");
        assert_eq!(list(["a", "b", "c", "d"], 2), "`a`, `b` and 2 more");
        assert_eq!(choice(["a", "b", "c"], 3), "`a`, `b` or `c`");
    }

    #[test]
    fn the_nearest_name_comes_first() {
        let tools = ["get_run", "set_run_tag", "delete_run"];
        assert_eq!(nearest("set_run_tga", tools), ["set_run_tag"]);
        assert_eq!(nearest("Get-Run", tools), ["get_run"]);
        assert!(nearest("frobnicate", tools).is_empty());
    }
}
