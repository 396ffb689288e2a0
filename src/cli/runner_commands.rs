//! Texts that a CI runner would take for commands.
//!
//! Runners read commands from the log of a job: GitHub Actions from lines that begin with `::`, after white space, and
//! from `##[…]` anywhere; Azure Pipelines and TeamCity from `##vso[…]` and `##teamcity[…]` anywhere. File names, tool names
//! and excerpts come from strangers, so everything that is written to a stream passes through [`defuse`]. It changes
//! one character of each command to an escape of the text's own format.

use crate::source::TextPart;
use std::borrow::Cow;

/// How a text can spell a character in another way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// For people: `\u{3a}`, as [`crate::text::clean`] writes hidden characters.
    Words,
    /// JSON: `\u003a`, which reads as the same document.
    Json,
    /// XML: `&#x3A;`, likewise.
    Xml,
    /// Commands to the runner, a line each. Other lines are for people.
    Commands,
}

/// The text without commands.
pub fn defuse(text: &str, syntax: Syntax) -> Cow<'_, str> {
    // Nearly every text: two quick searches instead of one look at each line and bracket.
    let holds = |mark| memchr::memmem::find(text.as_bytes(), mark).is_some();
    if !holds(b"::") && !holds(b"##") {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut copied = 0;
    for at in command_characters(text, syntax) {
        let Some(character) = text.get(at..).and_then(|rest| rest.chars().next()) else { continue };
        out.push_str(text.part(copied..at));
        out.push_str(&escape(character, syntax));
        copied = at + character.len_utf8();
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.part(copied..));
    Cow::Owned(out)
}

/// Whether a line of the text begins as a command of GitHub Actions does.
pub fn has_command_line(text: &str) -> bool {
    lines(text).any(|(_, line)| begins_command(line).is_some())
}

/// The offsets of the characters without which the text holds no command.
fn command_characters(text: &str, syntax: Syntax) -> Vec<usize> {
    let mut found = Vec::new();
    for (start, line) in lines(text) {
        match begins_command(line) {
            Some(0) if syntax == Syntax::Commands => continue,
            Some(at) => found.push(start + at),
            None => {}
        }
        found.extend(bracket_commands(line).map(|at| start + at));
    }
    found
}

/// The lines with their offsets. A runner ends a line at a carriage return too.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split_inclusive(['\n', '\r']).map(move |line| {
        let at = start;
        start += line.len();
        (at, line)
    })
}

/// Where `::` stands at the beginning of a line, after white space and styles.
fn begins_command(line: &str) -> Option<usize> {
    let mut rest = line.trim_start();
    while let Some(style) = rest.strip_prefix("\u{1b}[") {
        rest = style.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
        rest = rest.part(1..).trim_start();
    }
    rest.starts_with("::").then(|| line.len() - rest.len())
}

/// The last `#` of each `##[` and `##word[`.
fn bracket_commands(line: &str) -> impl Iterator<Item = usize> {
    line.match_indices('[').filter_map(|(bracket, _)| {
        let word = line.get(..bracket)?.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        word.ends_with("##").then(|| word.len() - 1)
    })
}

fn escape(character: char, syntax: Syntax) -> String {
    let number = u32::from(character);
    match syntax {
        Syntax::Words | Syntax::Commands => format!("\\u{{{number:x}}}"),
        Syntax::Json => format!("\\u{number:04x}"),
        Syntax::Xml => format!("&#x{number:X};"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_begins_with_a_command() {
        for (text, expected) in [
            ("::error::x\n", "\\u{3a}:error::x\n"),
            ("a\n \t::error::x", "a\n \t\\u{3a}:error::x"),
            ("a\r::stop-commands::x", "a\r\\u{3a}:stop-commands::x"),
            ("\u{1b}[1;31m::x", "\u{1b}[1;31m\\u{3a}:x"),
            ("\u{a0}::x", "\u{a0}\\u{3a}:x"),
            ("a ::error::x b::c\n:x", "a ::error::x b::c\n:x"),
        ] {
            assert_eq!(defuse(text, Syntax::Words), expected, "{text:?}");
            assert!(!has_command_line(expected), "{text:?}");
        }
    }

    #[test]
    fn commands_in_brackets_are_found_anywhere() {
        for (text, expected) in [
            ("a ##vso[task.x]y", "a #\\u{23}vso[task.x]y"),
            ("##[error]", "#\\u{23}[error]"),
            ("###[a] ##teamcity[b]", "##\\u{23}[a] #\\u{23}teamcity[b]"),
            ("## [a] #[b] ##", "## [a] #[b] ##"),
        ] {
            assert_eq!(defuse(text, Syntax::Words), expected, "{text:?}");
        }
    }

    #[test]
    fn documents_stay_the_same() {
        let json = serde_json::to_string("::a ##vso[b] \\##[c").unwrap();
        let written = defuse(&json, Syntax::Json);
        assert!(!written.contains("##"), "{written}");
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), "::a ##vso[b] \\##[c");
        assert_eq!(defuse("<a>\n::x ##[b</a>", Syntax::Xml), "<a>\n&#x3A;:x #&#x23;[b</a>");
    }

    #[test]
    fn commands_of_our_own_are_kept() {
        assert_eq!(defuse("::error::##[a]\nb ##[c]\n ::d", Syntax::Commands), {
            "::error::##[a]\nb #\\u{23}[c]\n \\u{3a}:d"
        });
    }
}
