//! Markdown in which strangers' words stay words: names and descriptions come from servers that nobody vouches for, and an
//! editor shows Markdown with links, pictures and commands.

use crate::text::{clean, is_hidden};

/// A text as running words: hidden characters become visible, and nothing in it formats, links or opens a tag.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut at_line_start = true;
    for character in text.chars() {
        match character {
            '\n' => out.push('\n'),
            // Four blanks or a tab at the start of a line would make code of it.
            ' ' | '\t' | '\r' if at_line_start => {}
            '\t' | '\r' => out.push(' '),
            _ if is_hidden(character) => out.push_str(&clean(character.encode_utf8(&mut [0; 4]))),
            // Letters, digits and plain punctuation mean nothing by themselves. A full stop or a closing parenthesis after
            // a number begins a list, a colon makes a link of an address.
            '\u{80}'..
            | 'A'..='Z'
            | 'a'..='z'
            | '0'..='9'
            | ' '
            | ','
            | ';'
            | '?'
            | '\''
            | '/'
            | '%' => {
                out.push(character);
            }
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
        at_line_start =
            character == '\n' || (at_line_start && matches!(character, ' ' | '\t' | '\r'));
    }
    out
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
        assert_eq!(escape("[x](command:y)"), "\\[x\\]\\(command&#58;y\\)");
        assert_eq!(escape("<img src=x>"), "&lt;img src\\=x&gt;");
        assert_eq!(escape("    code\n\t# head"), "code\n\\# head");
        assert_eq!(escape("a\u{202e}b"), "a\\u{202e}b");
    }

    #[test]
    fn code_keeps_its_backticks() {
        assert_eq!(code("set_tag"), "`set_tag`");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(block("gate", "x ``` y"), "````gate\nx ``` y\n````");
    }
}
