//! Names as the language writes them.

use super::words;

pub use super::words::is_bare_name as is_bare;
use crate::policy::write_string;

/// Whether a character may stand in a bare name. Those of globs may not.
pub fn is_name_character(character: char) -> bool {
    u8::try_from(character).is_ok_and(words::is_name_byte) && !matches!(character, '*' | '?')
}

/// Writes a name in quotes: one exact name, whatever it holds.
pub fn write_quoted(name: &str, out: &mut String) {
    write_string(name, out);
}

/// Whether a name is written bare in a text that the program makes. A line that begins with `::` is a command to CI
/// runners, which read what is printed, and a `-` looks like an exclusion where no manifest has the name.
pub fn is_written_bare(name: &str) -> bool {
    is_bare(name) && !name.starts_with("::") && !name.starts_with('-')
}

/// Writes a name as an author would: bare where that is possible.
///
/// A bare name is checked against the manifest; one that the manifest lacks has to be quoted all the same, with
/// [`write_quoted`].
pub fn write_name(name: &str, out: &mut String) {
    if is_written_bare(name) { out.push_str(name) } else { write_quoted(name, out) }
}

/// A name as [`write_name`] writes it.
pub fn written_name(name: &str) -> String {
    let mut out = String::new();
    write_name(name, &mut out);
    out
}
