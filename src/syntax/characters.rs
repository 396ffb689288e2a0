//! Characters that have no place in a source: what a reader cannot see must not be there.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Span};
use crate::text;

/// How many bytes are looked at at once.
const STRIDE: usize = 256;

/// Reports controls other than tab and line break, and characters that reorder or hide text, wherever they stand
/// in comments or strings. Outside these the grammar refuses them anyway.
pub(crate) fn check(file: FileId, source: &str) -> Vec<Diagnostic> {
    // Nearly every file holds none: looked at in strides, without stopping inside one, which the processor does at once.
    let suspicious = |byte: &u8| !matches!(byte, b' '..=b'~' | b'\n' | b'\t');
    let any = |stride: &[u8]| stride.iter().fold(false, |found, byte| found | suspicious(byte));
    if !source.as_bytes().chunks(STRIDE).any(any) {
        return Vec::new();
    }
    let mut diagnostics = Vec::new();
    let mut characters = source.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let line_break = character == '\r' && matches!(characters.peek(), Some((_, '\n')));
        let mark = character == '\u{feff}' && at == 0;
        if line_break || mark || !hides(character) {
            continue;
        }
        let span = Span::new(file, at, at + character.len_utf8());
        diagnostics.push(hidden(span, character));
    }
    diagnostics
}

/// Joiners and variation selectors are left alone: emoji and some scripts need them.
fn hides(character: char) -> bool {
    text::is_hidden(character)
        && !matches!(character, '\n' | '\t' | '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}')
}

fn hidden(span: Span, character: char) -> Diagnostic {
    let name = character.escape_unicode();
    let what = match character {
        '\r' => "a carriage return without a line feed",
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => "a character that reorders text",
        character if character.is_control() => "a control character",
        _ => "an invisible character",
    };
    Diagnostic::new(Code::InvalidCharacter, span, format!("the source contains {what} (`{name}`)"))
        .with_note("invisible characters can hide the meaning of a policy")
        .with_help("remove it, or write its JSON escape in a string")
}
