//! Names as the language writes them.

use super::words;
use crate::policy::write_string;

/// Whether a character may stand in a bare name. Those of globs may not.
pub fn is_name_character(character: char) -> bool {
    u8::try_from(character).is_ok_and(words::is_name_byte) && !matches!(character, '*' | '?')
}

/// Whether a name can stand without quotes, as far as its characters decide: it has only those of names, is no
/// word of the language, and looks neither like a rate nor like an argument.
pub fn is_bare(name: &str) -> bool {
    let after_digits = name.trim_start_matches(|character: char| character.is_ascii_digit());
    let like_rate = after_digits.len() < name.len()
        && (after_digits.is_empty() || after_digits.starts_with('/'));
    !name.is_empty()
        && name.chars().all(is_name_character)
        && !like_rate
        && !name.starts_with("args.")
        && !words::is_word(name)
}

/// Writes a name in quotes: one exact name, whatever it holds.
pub fn write_quoted(name: &str, out: &mut String) {
    write_string(name, out);
}

/// Writes a name as an author would: bare where that is possible.
///
/// A bare name is checked against the manifest; one that the manifest lacks has to be quoted all the same, with
/// [`write_quoted`].
pub fn write_name(name: &str, out: &mut String) {
    if is_bare(name) { out.push_str(name) } else { write_quoted(name, out) }
}
