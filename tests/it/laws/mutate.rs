//! Random edits, of the kinds that happen while people type, paste and merge.

use crate::random::Random;

/// What is put in: brackets, quotes, words, line ends, and characters that nobody sees.
const SNIPPETS: [&str; 76] = [
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "\"",
    "\\",
    "'",
    "#",
    ",",
    ":",
    ".",
    ";",
    "@",
    "*",
    "?",
    "=",
    "==",
    "<",
    "!=",
    "&&",
    "-",
    "0",
    "5/minute",
    "1e9",
    "\n",
    "\r",
    "\r\n",
    "\t",
    " ",
    "\u{feff}",
    "\u{202e}",
    "\u{0}",
    "\u{7f}",
    "\u{e9}",
    "\u{4e2d}",
    "\u{1f600}",
    "\u{200d}",
    "args.",
    "args.x",
    "args.\"",
    " exists",
    " not ",
    " and ",
    " or ",
    " in [",
    " when ",
    " because \"",
    " as ",
    "null",
    "\nallow x\n",
    "\ntool x {\n",
    "\n}\n",
    "\ndeny x when ",
    "{\"a\": [",
    "//",
    "/*",
    "*/",
    "`",
    "\u{201c}",
    " if ",
    " AND ",
    " is not null ",
    " not matches ",
    " starts_with \"",
    " between 1 and ",
    " 500 < args.x",
    " args.x[0]",
    " matches /a",
    "1,000/hour",
    " 5 per minute",
    " over 5",
    " {\n",
    "\ngroup g { ",
    "\ntools x {\n",
];

/// The text after one to four edits.
pub fn mutated(text: &str, random: &mut Random) -> String {
    let mut text = text.to_owned();
    for _ in 0..1 + random.below(4) {
        text = edited(&text, random);
    }
    text
}

fn edited(text: &str, random: &mut Random) -> String {
    let at = boundary(text, random);
    match random.below(10) {
        0..4 => insert(text, at, random.pick(&SNIPPETS)),
        4 | 5 => {
            let longest = if random.one_in(4) { 40 } else { 3 };
            let length = 1 + random.below(longest);
            let end = text[at..].char_indices().nth(length).map_or(text.len(), |(end, _)| at + end);
            format!("{}{}", &text[..at], &text[end..])
        }
        6 => {
            let from = boundary(text, random);
            let copied: String = text[from..].chars().take(1 + random.below(30)).collect();
            insert(text, at, &copied)
        }
        7 => lines(text, random, |lines, one, _| lines.insert(one, lines[one])),
        8 => lines(text, random, |lines, one, other| lines.swap(one, other)),
        _ => lines(text, random, |lines, one, _| {
            lines.remove(one);
        }),
    }
}

fn insert(text: &str, at: usize, snippet: &str) -> String {
    format!("{}{snippet}{}", &text[..at], &text[at..])
}

/// A random place between two characters.
fn boundary(text: &str, random: &mut Random) -> usize {
    let at = random.below(text.len() + 1);
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap()
}

fn lines(text: &str, random: &mut Random, edit: fn(&mut Vec<&str>, usize, usize)) -> String {
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    if !lines.is_empty() {
        let (one, other) = (random.below(lines.len()), random.below(lines.len()));
        edit(&mut lines, one, other);
    }
    lines.concat()
}

/// Bytes after one edit that knows nothing of characters.
pub fn mutated_bytes(text: &str, random: &mut Random) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    let at = random.below(bytes.len() + 1);
    let byte = u8::try_from(random.below(256)).unwrap();
    match random.below(3) {
        0 => bytes.insert(at, byte),
        1 if at < bytes.len() => bytes[at] = byte,
        _ if at < bytes.len() => {
            bytes.remove(at);
        }
        _ => bytes.push(byte),
    }
    bytes
}
