//! What is being typed: the characters that a completion replaces.

use std::ops::Range;

use super::path::keys;
use crate::editor::lines::{line_end, line_start};
use crate::source::TextPart;
use crate::syntax::words::{is_name_byte, is_word};
use crate::syntax::{TokenKind, closed_string, tokens_within};

/// The characters that are being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::editor) enum Typing {
    /// A part of the code, perhaps empty.
    Code(Range<usize>),
    /// An argument as far as it goes, from `args` on.
    Path(Range<usize>),
    /// A mark that an operator begins with.
    Mark(Range<usize>),
    /// A string, with its closing quote if it has one.
    Text(Range<usize>),
    /// A comment, from its `#` to the cursor.
    Comment(usize),
}

impl Typing {
    /// The word before an offset, with the rest of it after the offset. Looks at the line only.
    pub(super) fn at(text: &str, offset: usize) -> Self {
        let line = line_start(text, offset);
        let Some(last) = tokens_within(text, line..offset).last() else {
            return Typing::Code(offset..offset);
        };
        match last.kind() {
            TokenKind::Comment => return Typing::Comment(last.start()),
            TokenKind::OpenString => {
                let start = last.start();
                return Typing::Text(start..string_end(text, start, offset));
            }
            TokenKind::Path if last.end() == offset => {
                let keys = keys(text, &last.range());
                let end = match keys.last().filter(|key| key.is_open) {
                    Some(key) => string_end(text, key.range.start, offset),
                    None => name_end(text, offset),
                };
                return Typing::Path(last.start()..end);
            }
            _ => {}
        }
        if let Some(word) = counter(text, line, offset) {
            return word;
        }
        if last.end() != offset {
            return Typing::Code(offset..offset);
        }
        if last.kind() == TokenKind::String {
            return Typing::Text(last.start()..offset);
        }
        match last.text(text) {
            "=" | "<" | ">" | "!" => {
                let more = usize::from(text.as_bytes().get(offset) == Some(&b'='));
                Typing::Mark(last.start()..offset + more)
            }
            _ => name(text, line, offset),
        }
    }

    /// The bytes that a completion replaces.
    pub(super) fn range(&self, offset: usize) -> Range<usize> {
        match self {
            Typing::Code(range)
            | Typing::Path(range)
            | Typing::Mark(range)
            | Typing::Text(range) => range.clone(),
            Typing::Comment(_) => offset..offset,
        }
    }
}

/// Where the row of name characters ends that goes on at an offset.
pub(in crate::editor) fn name_end(text: &str, offset: usize) -> usize {
    let rest = text.as_bytes().get(offset..).unwrap_or(&[]);
    offset + rest.iter().take_while(|byte| is_name_byte(**byte)).count()
}

/// The end of the string that begins at `start` and holds the cursor. The next quote on the line closes it, unless the quotes after
/// that one do not pair up: then it belongs to another string, and this one is unfinished.
fn string_end(text: &str, start: usize, offset: usize) -> usize {
    let closed = text.get(start..).and_then(closed_string).map(|length| start + length);
    let is_others = |end: usize| {
        let mut rest = tokens_within(text, end..line_end(text, end));
        rest.any(|token| token.kind() == TokenKind::OpenString)
    };
    closed.filter(|end| !is_others(*end)).unwrap_or_else(|| name_end(text, offset))
}

/// A counter's name as a whole: one name follows `as`, and a completion replaces all of it, even before its first character.
/// The rest of a name without braces is left to [`name`].
fn counter(text: &str, line: usize, offset: usize) -> Option<Typing> {
    let before = text.get(line..offset)?;
    let start = line + before.rfind([' ', '\t']).map_or(0, |at| at + 1);
    let (typed, clause) = (text.get(start..offset)?, text.get(line..start)?.trim_end());
    let is_counter = clause.strip_suffix("as").is_some_and(|rest| rest.ends_with([' ', '\t']))
        && typed.bytes().all(|byte| is_name_byte(byte) || matches!(byte, b'{' | b'}'));
    if !is_counter {
        return None;
    }
    let mut end = name_end(text, offset);
    // A template that the cursor lies in ends with its brace.
    if typed.rfind('{') > typed.rfind('}') && text.as_bytes().get(end) == Some(&b'}') {
        end = name_end(text, end + 1);
    }
    let template = |end: usize| {
        let rest = text.get(end..)?;
        ["{tool}", "{window}"].into_iter().find(|template| rest.starts_with(template))
    };
    while let Some(template) = template(end) {
        end = name_end(text, end + template.len());
    }
    let name = text.get(start..end)?;
    let is_begun_behind = typed.is_empty() && !name.is_empty() && !is_word(name);
    (name.contains('{') || is_begun_behind).then_some(Typing::Code(start..end))
}

/// A name, a word or a set.
fn name(text: &str, line: usize, offset: usize) -> Typing {
    let before = text.part(line..offset).as_bytes();
    let length = before.iter().rev().take_while(|byte| is_name_byte(**byte)).count();
    let mut start = offset - length;
    if text.get(line..start).is_some_and(|before| before.ends_with('@')) {
        start -= 1;
    }
    Typing::Code(start..if start == offset { offset } else { name_end(text, offset) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(marked: &str) -> String {
        let offset = marked.find('|').unwrap();
        let text = marked.replace('|', "");
        let word = Typing::at(&text, offset);
        let name = format!("{word:?}");
        let kind = name.split('(').next().unwrap();
        format!("{kind} {}", text.get(word.range(offset)).unwrap())
    }

    #[test]
    fn a_word_is_taken_whole() {
        for (marked, expected) in [
            ("allow get_|page, x", "Code get_page"),
            ("allow |get_page", "Code "),
            ("allow get_*|", "Code get_*"),
            ("allow @re|ad", "Code @read"),
            ("allow @|", "Code @"),
            ("deny x when args.a|b.c exists", "Path args.ab.c"),
            ("deny x when args.\"a b\".c|d", "Path args.\"a b\".cd"),
            ("deny x when args.\"a| b\" == 1", "Path args.\"a b\""),
            ("deny x when args.a =|", "Mark ="),
            ("deny x when args.a <|= 3", "Mark <="),
            ("deny x when args.a == |", "Code "),
            ("deny x when args.a in [\"|, \"b\"]", "Text \""),
            ("deny x when args.a in [\"c|d\", \"b\"]", "Text \"cd\""),
            ("deny x because \"so|", "Text \"so"),
            ("allow x 1/day as a-{to|ol}-b", "Code a-{tool}-b"),
            ("allow x 1/day as |{tool}", "Code {tool}"),
            ("allow x 1/day as pay|-{tool}-{window} # why", "Code pay-{tool}-{window}"),
            ("allow x 1/day as {tool}|{window}", "Code {tool}{window}"),
            ("allow x 1/day as {to|", "Code {to"),
            ("allow x 1/day as |calls", "Code calls"),
            ("classify x as |because \"y\"", "Code "),
            ("classify x as re|ad", "Code read"),
            ("tool pay{al|", "Code al"),
            ("tool was {al|", "Code al"),
            ("allow x 30/mi|", "Code 30/mi"),
            ("allow x # so|me", "Comment "),
        ] {
            assert_eq!(shown(marked), expected, "{marked}");
        }
    }
}
