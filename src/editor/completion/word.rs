//! What stands under the cursor: the characters that an offer takes the place of.

use std::ops::Range;

use crate::editor::lines::line_start;
use crate::syntax::words::{is_name_byte, is_word};
use crate::syntax::{Token, TokenKind, tokens};

/// The characters under the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::editor) enum Word {
    /// A part of the code, perhaps empty.
    Code(Range<usize>),
    /// An argument as far as it goes, from `args` on.
    Path(Range<usize>),
    /// A mark that an operator begins with.
    Mark(Range<usize>),
    /// A string, from its opening quote to behind its closing one, if it has one.
    Text(Range<usize>),
    /// A comment, from its `#` to the cursor.
    Comment(usize),
}

impl Word {
    /// The word before an offset, and the rest of it behind the offset. Looks at the line only.
    pub(super) fn at(text: &str, offset: usize) -> Self {
        let line = line_start(text, offset);
        let row: Vec<Token> = tokens(text.get(line..offset).unwrap_or(""))
            .into_iter()
            .map(|token| shifted(token, line))
            .collect();
        let Some(last) = row.last().copied() else { return Word::Code(offset..offset) };
        if last.kind == TokenKind::Comment {
            return Word::Comment(last.start);
        }
        if last.kind == TokenKind::OpenString {
            let end = string_end(text, offset);
            return match path_start(text, &row) {
                Some(start) => Word::Path(start..end),
                None => Word::Text(last.start..end),
            };
        }
        if let Some(word) = counter(text, line, offset) {
            return word;
        }
        if last.end != offset {
            return Word::Code(offset..offset);
        }
        if let Some(start) = path_start(text, &row) {
            return Word::Path(start..name_end(text, offset));
        }
        if last.kind == TokenKind::String {
            return Word::Text(last.start..offset);
        }
        match text.get(last.start..last.end) {
            Some("=" | "<" | ">" | "!") => {
                let more = usize::from(text.as_bytes().get(offset) == Some(&b'='));
                Word::Mark(last.start..offset + more)
            }
            _ => name(text, line, offset),
        }
    }

    /// The bytes that an offer takes the place of.
    pub(super) fn range(&self, offset: usize) -> Range<usize> {
        match self {
            Word::Code(range) | Word::Path(range) | Word::Mark(range) | Word::Text(range) => {
                range.clone()
            }
            Word::Comment(_) => offset..offset,
        }
    }
}

/// A token with its places moved.
pub(super) fn shifted(token: Token, by: usize) -> Token {
    Token { start: token.start + by, end: token.end + by, ..token }
}

/// Where the row of name characters ends that goes on at an offset.
pub(super) fn name_end(text: &str, offset: usize) -> usize {
    let rest = text.as_bytes().get(offset..).unwrap_or(&[]);
    offset + rest.iter().take_while(|byte| is_name_byte(**byte)).count()
}

/// Where the string ends in which an offset lies. The quotes behind it on its line tell: if they are odd in number, the first
/// closes this string; if they are even, they belong to others, and this one is not closed yet.
fn string_end(text: &str, offset: usize) -> usize {
    let rest = text.get(offset..).unwrap_or("");
    let line = rest.split(['\n', '\r']).next().unwrap_or("");
    let mut first = None;
    let mut count = 0usize;
    let mut escaped = false;
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            b'\\' if !escaped => {
                escaped = true;
                continue;
            }
            b'"' if !escaped => {
                first = first.or(Some(at));
                count += 1;
            }
            _ => {}
        }
        escaped = false;
    }
    match first {
        Some(at) if count % 2 == 1 => offset + at + 1,
        _ => name_end(text, offset),
    }
}

/// Where the argument begins that the last tokens of a row are, which stand side by side.
fn path_start(text: &str, row: &[Token]) -> Option<usize> {
    let mut behind = row.last()?.end;
    for token in row.iter().rev() {
        if token.end != behind {
            return None;
        }
        behind = token.start;
        match token.kind {
            TokenKind::Run if is_path(text.get(token.start..token.end)?) => {
                return Some(token.start);
            }
            TokenKind::Run | TokenKind::String | TokenKind::OpenString => {}
            _ => return None,
        }
    }
    None
}

/// Whether a row of name characters begins an argument.
pub(super) fn is_path(run: &str) -> bool {
    run.starts_with("args.")
}

/// A counter's name, whole: after `as` stands one name, and an offer takes the place of all of it, also before its first character.
/// The rest of a name without braces is left to [`name`].
fn counter(text: &str, line: usize, offset: usize) -> Option<Word> {
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
    (name.contains('{') || is_begun_behind).then_some(Word::Code(start..end))
}

/// A name, a word or a set.
fn name(text: &str, line: usize, offset: usize) -> Word {
    let before = text.get(line..offset).unwrap_or("").as_bytes();
    let length = before.iter().rev().take_while(|byte| is_name_byte(**byte)).count();
    let mut start = offset - length;
    if text.get(line..start).is_some_and(|before| before.ends_with('@')) {
        start -= 1;
    }
    Word::Code(start..if start == offset { offset } else { name_end(text, offset) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(marked: &str) -> String {
        let offset = marked.find('|').unwrap();
        let text = marked.replace('|', "");
        let word = Word::at(&text, offset);
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
