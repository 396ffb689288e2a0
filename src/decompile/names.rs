//! Names as the language writes them.

use crate::policy::write_string;
use crate::syntax::words;

/// Whether a character may stand in a bare name. Those of globs may not.
pub(super) fn is_name_character(character: char) -> bool {
    u8::try_from(character).is_ok_and(words::is_name_byte) && !matches!(character, '*' | '?')
}

/// Whether a name can stand without quotes, as far as its characters decide: it has only those of names, is no
/// word of the language, and looks neither like a rate nor like an argument.
pub(super) fn is_bare(name: &str) -> bool {
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
pub(super) fn write_quoted(name: &str, out: &mut String) {
    write_string(name, out);
}
