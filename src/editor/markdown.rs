//! Markdown in which strangers' words stay words: names and descriptions come from servers that nobody vouches for, and an
//! editor shows Markdown with links, pictures and commands.

use crate::text::{clean, is_hidden};

/// A text as running words: hidden characters become visible, and nothing in it formats, links or opens a tag. Some editors show
/// Markdown as it is written, so what means nothing at its place stays as it is.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut place = LinePosition::Start;
    let mut before = '\n';
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let next = characters.peek().copied().unwrap_or('\n');
        match character {
            '\n' => out.push('\n'),
            // Four blanks or a tab at the start of a line would make code of it.
            ' ' | '\t' | '\r' if place == LinePosition::Start => {}
            '\t' | '\r' => out.push(' '),
            _ if is_hidden(character) => out.push_str(&clean(character.encode_utf8(&mut [0; 4]))),
            _ if is_plain(character, place, before, next) => out.push(character),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            ':' => out.push_str("&#58;"),
            '@' => out.push_str("&#64;"),
            _ => {
                out.push('\\');
                out.push(character);
            }
        }
        place = place.behind(character);
        before = character;
    }
    out
}

/// Where in its line a character is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LinePosition {
    /// Only blanks precede it.
    Start,
    /// Only a number precedes it.
    Number,
    /// Something else precedes it.
    Inside,
}

impl LinePosition {
    /// The position after a character at this one.
    fn behind(self, character: char) -> Self {
        match (self, character) {
            (_, '\n') => LinePosition::Start,
            (LinePosition::Start, ' ' | '\t' | '\r') => LinePosition::Start,
            (LinePosition::Start | LinePosition::Number, '0'..='9') => LinePosition::Number,
            _ => LinePosition::Inside,
        }
    }
}

/// Whether a character means nothing in Markdown at its place.
fn is_plain(character: char, place: LinePosition, before: char, next: char) -> bool {
    match character {
        // Letters, digits and plain punctuation mean nothing by themselves.
        '\u{80}'..
        | 'A'..='Z'
        | 'a'..='z'
        | '0'..='9'
        | ' '
        | ','
        | ';'
        | '?'
        | '\''
        | '"'
        | '/'
        | '%' => true,
        // At the start of a line it begins a list, a rule or a table.
        '-' => place == LinePosition::Inside && before != '-' && next != '-',
        // Behind a number it begins a list, within a word it makes an address of it.
        '.' => place == LinePosition::Inside && next.is_whitespace(),
        ':' => place == LinePosition::Inside && next.is_whitespace(),
        // Behind a bracket it holds an address, behind `$` a sign, behind a number it begins a list.
        '(' => !matches!(before, ']' | '$'),
        ')' => place == LinePosition::Inside,
        '!' => next != '[',
        // Within a word it is a part of it.
        '_' => before.is_ascii_alphanumeric() && next.is_ascii_alphanumeric(),
        _ => false,
    }
}

/// A text as code within a line, between as many backticks as it takes.
pub fn code(text: &str) -> String {
    let text = one_line(text);
    let fence = "`".repeat(longest_fence(&text) + 1);
    let needs_room = text.is_empty() || text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']);
    let room = if needs_room { " " } else { "" };
    format!("{fence}{room}{text}{room}{fence}")
}

/// A block of code in a language; the text's own line breaks stay.
pub fn block(language: &str, text: &str) -> String {
    let longest = longest_fence(text).max(2);
    let fence = "`".repeat(longest + 1);
    let lines: Vec<String> = text.lines().map(|line| clean(line).into_owned()).collect();
    format!("{fence}{language}\n{}\n{fence}", lines.join("\n"))
}

/// The most backticks that stand side by side in a text.
fn longest_fence(text: &str) -> usize {
    let (mut longest, mut run) = (0, 0);
    for byte in text.bytes() {
        run = if byte == b'`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

/// The text on one line: line breaks and tabs become blanks, other hidden characters visible.
pub fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\r' | '\t' => out.push(' '),
            _ if is_hidden(character) => out.extend(character.escape_unicode()),
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_strangers_format_nothing() {
        assert_eq!(escape("plain, words"), "plain, words");
        assert_eq!(escape("[x](command:y)"), "\\[x\\]\\(command&#58;y)");
        assert_eq!(escape("<img src=x>"), "&lt;img src\\=x&gt;");
        assert_eq!(escape("    code\n\t# head"), "code\n\\# head");
        for text in ["- item", "  - item", "---", "1. one", "12) two", ":-:", "_em_", "__st__"] {
            assert_ne!(escape(text), text.trim_start(), "{text}");
        }
        for text in
            ["www.example.org", "a.b", "http://x", "mailto:x@y", "a -- b", "_x", "x_", "$(sync)"]
        {
            assert_ne!(escape(text), text);
        }
        assert_eq!(escape("a\u{202e}b"), "a\\u{202e}b");
    }

    #[test]
    fn words_that_mean_nothing_stay_as_they_are() {
        for text in [
            "It takes: - page_id (str): the page. - a well-known \"name\"!",
            "1 of 2 tools.\nSee below: 3) and 4.",
        ] {
            assert_eq!(escape(text), text);
        }
    }

    #[test]
    fn code_keeps_its_backticks() {
        assert_eq!(code("set_tag"), "`set_tag`");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(block("gate", "x ``` y"), "````gate\nx ``` y\n````");
    }
}
