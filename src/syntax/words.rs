//! The words of the language, and what an author may have meant by another.

use std::ops::Range;

use super::tree::SelectorKind;
use crate::text;

/// The words that begin a statement.
pub const STATEMENTS: [&str; 16] = [
    "allow", "approve", "assert", "budget", "classify", "default", "deny", "group", "hide",
    "include", "manifest", "policy", "rate", "require", "test", "tool",
];

/// The words that begin a step of a test. Elsewhere they are names like any others.
pub const STEPS: [&str; 2] = ["at", "call"];

/// Words kept for later versions; none begins a statement of this one.
pub const RESERVED: [&str; 3] = ["let", "if", "else"];

/// The other words.
const CONNECTIVES: [&str; 19] = [
    "all", "and", "as", "because", "contains", "except", "exists", "false", "having", "in",
    "matches", "missing", "not", "null", "or", "true", "unless", "when", "with",
];

/// Words of other policy languages, and the statement that does the same here.
const SYNONYMS: [(&str, &str); 26] = [
    ("permit", "allow"),
    ("grant", "allow"),
    ("enable", "allow"),
    ("forbid", "deny"),
    ("block", "deny"),
    ("reject", "deny"),
    ("disallow", "deny"),
    ("disable", "deny"),
    ("limit", "rate"),
    ("cap", "rate"),
    ("throttle", "rate"),
    ("quota", "rate"),
    ("rate_limit", "rate"),
    ("import", "include"),
    ("use", "include"),
    ("set", "group"),
    ("define", "group"),
    ("tools", "manifest"),
    ("confirm", "approve"),
    ("ask", "approve"),
    ("ensure", "require"),
    ("class", "classify"),
    ("scenario", "test"),
    ("describe", "test"),
    ("it", "test"),
    ("testcase", "test"),
];

/// Whether a byte may stand in a bare name or glob.
pub fn is_name_byte(byte: u8) -> bool {
    // Asked of nearly every byte of a file, hence the table.
    NAME_BYTES.get(usize::from(byte)).copied().unwrap_or(false)
}

#[expect(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler, which would refuse to go on"
)]
static NAME_BYTES: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0u8;
    while byte < u8::MAX {
        table[byte as usize] = byte.is_ascii_alphanumeric()
            || matches!(byte, b'_' | b'-' | b'.' | b'/' | b':' | b'*' | b'?');
        byte += 1;
    }
    table
};

/// The run of name characters that begins at an offset; empty when none does.
pub fn run(text: &str, at: usize) -> &str {
    let rest = text.get(at..).unwrap_or("");
    let end = rest.bytes().position(|byte| !is_name_byte(byte)).unwrap_or(rest.len());
    rest.get(..end).unwrap_or("")
}

/// The statement word, reserved ones among them, that begins at an offset.
pub fn at(text: &str, at: usize) -> Option<&'static str> {
    statement_word(run(text, at))
}

/// The word of a step that begins at an offset inside a test.
pub fn step_at(text: &str, at: usize) -> Option<&'static str> {
    let run = run(text, at);
    STEPS.into_iter().find(|word| *word == run)
}

/// The statement word that reads so.
fn statement_word(run: &str) -> Option<&'static str> {
    // Asked at every line: the first letter rules out most words without comparing any.
    let first = run.bytes().next()?;
    if run.len() > "classify".len() {
        return None;
    }
    let words = STATEMENTS.iter().chain(&RESERVED).copied();
    words.filter(|word| word.as_bytes().first() == Some(&first)).find(|word| *word == run)
}

/// Whether a block begins at an offset if a `{` follows: with `tool`, or with an unknown word that was meant as `tool`.
pub fn opens_block(text: &str, offset: usize) -> bool {
    let word = run(text, offset);
    match statement_word(word) {
        Some(word) => matches!(word, "tool" | "test"),
        None => {
            let lower = word.to_ascii_lowercase();
            matches!(lower.as_str(), "tool" | "tools" | "tool:")
                || nearest_statement(&lower) == Some("tool")
        }
    }
}

/// Whether a word of the language reads so, and can therefore be no bare name.
pub fn is_word(run: &str) -> bool {
    statement_word(run).is_some() || (run.len() <= "contains".len() && CONNECTIVES.contains(&run))
}

/// What a run of name characters is as a selector; `None` when it can be none: a word of the language, what looks like
/// a rate, and the beginning of an argument.
pub fn plain_name(run: &str) -> Option<SelectorKind> {
    let digits = run.bytes().take_while(u8::is_ascii_digit).count();
    let looks_like_rate = digits > 0 && run.as_bytes().get(digits).is_none_or(|byte| *byte == b'/');
    if run.is_empty() || looks_like_rate || run.starts_with("args.") || is_word(run) {
        return None;
    }
    let is_glob = run.bytes().any(|byte| matches!(byte, b'*' | b'?'));
    Some(if is_glob { SelectorKind::Glob } else { SelectorKind::Name })
}

/// Whether a tool's name may stand without quotes.
pub fn is_bare_name(name: &str) -> bool {
    name.bytes().all(is_name_byte) && plain_name(name) == Some(SelectorKind::Name)
}

/// Whether a statement word can begin no rule of a block.
pub fn stands_outside(word: &str) -> bool {
    let outside =
        ["manifest", "include", "default", "group", "classify", "tool", "policy", "test", "assert"];
    outside.contains(&word) || RESERVED.contains(&word)
}

/// The statement that an unknown word probably means.
pub fn nearest_statement(word: &str) -> Option<&'static str> {
    let lower = word.to_ascii_lowercase();
    let synonym =
        SYNONYMS.iter().find(|(other, _)| *other == lower).map(|(_, statement)| *statement);
    synonym
        .or_else(|| text::nearest(&lower, STATEMENTS).first().copied())
        .or_else(|| STATEMENTS.iter().copied().find(|statement| *statement == lower))
}

/// The statement that broken text at an offset was meant to be, and the name behind `group`.
pub fn meant(text: &str, start: usize) -> (Option<&'static str>, Option<Range<usize>>) {
    let first = run(text, start);
    let word = at(text, start).or_else(|| nearest_statement(first));
    if word != Some("group") {
        return (word, None);
    }
    let behind = start + first.len();
    let blanks = text.get(behind..).unwrap_or("").bytes();
    let name_start = behind + blanks.take_while(|byte| matches!(byte, b' ' | b'\t' | b'@')).count();
    // `group x: a` defines `x` for those that use it: one mistake, one finding.
    let name = run(text, name_start).trim_end_matches(':');
    (word, (!name.is_empty()).then(|| name_start..name_start + name.len()))
}
