//! Offsets and positions, held against counting.

use gatewright_lsp::position::{Encoding, Lines, line_start, offset_once};
use tower_lsp::ls_types::Position;

const TEXTS: [&str; 9] = [
    "",
    "a",
    "a\r\nb\rc\n\nd",
    "\r\n\r\n",
    "\r\r\n\n",
    "\u{1f600}\u{4e2d}x\u{e9}\r\ny\u{1f600}",
    "\u{feff}first\nsecond",
    "x\u{2028}y\u{85}z\u{b}w\nv",
    "last\r",
];

/// The position of an offset, counted from the start.
fn counted(text: &str, offset: usize, encoding: Encoding) -> Position {
    let (mut line, mut character) = (0, 0);
    let mut characters = text[..offset].chars().peekable();
    while let Some(found) = characters.next() {
        let ends = found == '\n'
            || found == '\r'
                && text[offset - characters.clone().map(char::len_utf8).sum::<usize>()..]
                    .bytes()
                    .next()
                    != Some(b'\n');
        if ends {
            line += 1;
            character = 0;
        } else if found != '\r' {
            character += match encoding {
                Encoding::Utf8 => found.len_utf8(),
                Encoding::Utf16 => found.len_utf16(),
            };
        }
    }
    Position::new(line, u32::try_from(character).unwrap())
}

#[test]
fn every_offset_has_its_position_and_every_position_its_offset() {
    let long = "ab\u{4e2d}\u{1f600}".repeat(700);
    let texts = TEXTS.iter().copied().chain([long.as_str()]);
    for text in texts {
        let lines = Lines::new(text);
        for encoding in [Encoding::Utf8, Encoding::Utf16] {
            for offset in (0..=text.len()).filter(|offset| text.is_char_boundary(*offset)) {
                let position = lines.position(text, offset, encoding);
                assert_eq!(position, counted(text, offset, encoding), "{text:?} {offset}");
                let is_within_break =
                    text[..offset].ends_with('\r') && text[offset..].starts_with('\n');
                let expected = if is_within_break { offset - 1 } else { offset };
                assert_eq!(
                    lines.offset(text, position, encoding),
                    expected,
                    "{text:?} {position:?}"
                );
                assert_eq!(
                    offset_once(text, position, encoding).0,
                    expected,
                    "{text:?} {position:?}"
                );
            }
        }
    }
}

#[test]
fn positions_out_of_bounds_are_drawn_to_the_text() {
    for text in TEXTS {
        let lines = Lines::new(text);
        for encoding in [Encoding::Utf8, Encoding::Utf16] {
            for line in (0..8).chain([u32::MAX]) {
                for character in (0..12).chain([u32::MAX]) {
                    let position = Position::new(line, character);
                    let offset = lines.offset(text, position, encoding);
                    assert!(text.is_char_boundary(offset), "{text:?} {position:?}");
                    assert_eq!(
                        offset_once(text, position, encoding).0,
                        offset,
                        "{text:?} {position:?} {encoding:?}"
                    );
                    let back = lines.position(text, offset, encoding);
                    assert!(back <= position || line >= back.line, "{text:?} {position:?}");
                }
            }
        }
        assert_eq!(
            lines.position(text, usize::MAX, Encoding::Utf16),
            counted(text, text.len(), Encoding::Utf16)
        );
    }
}

#[test]
fn a_place_within_a_character_is_its_start() {
    let text = "\u{1f600}x";
    let lines = Lines::new(text);
    assert_eq!(lines.offset(text, Position::new(0, 1), Encoding::Utf16), 0);
    assert_eq!(lines.offset(text, Position::new(0, 2), Encoding::Utf16), 4);
    assert_eq!(lines.offset(text, Position::new(0, 3), Encoding::Utf8), 0);
    assert_eq!(lines.position(text, 2, Encoding::Utf16), Position::new(0, 0));
}

#[test]
fn the_start_of_a_line_is_found_in_blocks() {
    let text = "0123456789\n".repeat(1000) + &"\r".repeat(3000);
    for line in [0, 1, 92, 93, 94, 999, 1000, 1001, 3999] {
        let expected = if line <= 1000 { line * 11 } else { 11_000 + line - 1000 };
        assert_eq!(line_start(&text, line), Some(expected), "{line}");
    }
    assert_eq!(line_start(&text, 4000), Some(text.len()));
    assert_eq!(line_start(&text, 4001), None);
}

#[test]
fn many_places_on_one_long_line_are_found_from_checkpoints() {
    // Six bytes and three units each.
    let text = "\u{e9}\u{1f600}".repeat(20_000);
    let lines = Lines::new(&text);
    for offset in (0..text.len()).step_by(60) {
        let position = lines.position(&text, offset, Encoding::Utf16);
        assert_eq!(position, Position::new(0, u32::try_from(offset / 2).unwrap()));
        assert_eq!(lines.offset(&text, position, Encoding::Utf16), offset);
    }
}
