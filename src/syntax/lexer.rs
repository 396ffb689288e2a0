//! The lexer: where the tokens of a text begin and end.
//!
//! Every part of the program that must know where a string or a comment ends asks this module: the plain-statement reader,
//! recovery, the formatter and the editor. The grammar describes the same tokens character by character; a test holds the two
//! against each other.
//!
//! Lexing is total and takes one pass. What a token is depends on its own characters and, in two cases, on the token before it: a
//! colon after a string is a mark (a key of an object), and after `as` a name may hold `{tool}` and `{window}`.

use std::fmt;
use std::ops::Range;

use super::words::is_name_byte;

/// A token of a text.
///
/// Eight bytes, because a tree keeps all tokens of its file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Token {
    start: u32,
    /// The length, the kind, and whether the token is the first of its line.
    packed: u32,
}

/// The kinds of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// `# …` without the line break.
    Comment,
    /// A string that ends on its line.
    String,
    /// A string without its closing quote: the rest of its line.
    OpenString,
    /// A name, word, number or rate: a run of name characters.
    Run,
    /// A number with a signed exponent: `1e+5`. Other numbers are runs.
    Number,
    /// An argument with its keys, quoted or not: `args.a."b"`.
    Path,
    /// `@` and the name after it.
    Set,
    /// The name of a counter with `{tool}` or `{window}` in it.
    Template,
    /// An operator, a bracket, a comma, or the colon after a key.
    Mark,
    /// A character that the language does not use.
    Other,
}

const LENGTH_BITS: u32 = 27;
const LENGTH_MASK: u32 = (1 << LENGTH_BITS) - 1;
const BEGINS_LINE: u32 = 1 << LENGTH_BITS;
const KIND_SHIFT: u32 = LENGTH_BITS + 1;

// The longest token of the largest file fits.
const _: () = assert!(crate::source::MAX_FILE_BYTES <= LENGTH_MASK as usize);

impl Token {
    fn new(kind: TokenKind, range: Range<usize>, begins_line: bool) -> Self {
        let clamp = |offset| u32::try_from(offset).unwrap_or(u32::MAX);
        let line = if begins_line { BEGINS_LINE } else { 0 };
        let length = clamp(range.len()).min(LENGTH_MASK);
        Self { start: clamp(range.start), packed: (kind as u32) << KIND_SHIFT | line | length }
    }

    /// The kind.
    pub fn kind(self) -> TokenKind {
        use TokenKind as Kind;
        match self.packed >> KIND_SHIFT {
            0 => Kind::Comment,
            1 => Kind::String,
            2 => Kind::OpenString,
            3 => Kind::Run,
            4 => Kind::Number,
            5 => Kind::Path,
            6 => Kind::Set,
            7 => Kind::Template,
            8 => Kind::Mark,
            _ => Kind::Other,
        }
    }

    /// The offset of the first byte.
    pub fn start(self) -> usize {
        self.start as usize
    }

    /// The offset after the last byte.
    pub fn end(self) -> usize {
        self.start as usize + (self.packed & LENGTH_MASK) as usize
    }

    /// The bytes.
    pub fn range(self) -> Range<usize> {
        self.start()..self.end()
    }

    /// Whether no other token precedes it on its line.
    pub fn begins_line(self) -> bool {
        self.packed & BEGINS_LINE != 0
    }

    /// Whether it is a comment.
    pub fn is_comment(self) -> bool {
        self.packed >> KIND_SHIFT == TokenKind::Comment as u32
    }

    /// The characters in the text that was lexed.
    pub fn text(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or("")
    }

    /// The part of the token before an offset in it.
    pub(super) fn up_to(self, offset: usize) -> Self {
        Self::new(self.kind(), self.start()..offset, self.begins_line())
    }

    /// The same token at another place; `offset` wraps around for a move to the front.
    pub(super) fn moved(self, offset: u32) -> Self {
        Self { start: self.start.wrapping_add(offset), ..self }
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = if self.begins_line() { "^" } else { "" };
        write!(formatter, "{line}{:?} {:?}", self.kind(), self.range())
    }
}

/// The tokens of a text, comments included, without blanks, line breaks and the byte-order mark.
pub fn tokens(text: &str) -> impl Iterator<Item = Token> {
    Lexer::new(text, 0)
}

/// The tokens of a part of a text, cut where the part ends. It must not begin inside a string or comment.
pub fn tokens_within(text: &str, range: Range<usize>) -> impl Iterator<Item = Token> {
    Lexer::new(text.get(..range.end).unwrap_or(text), range.start)
}

/// The comments of a text in their order, each from its `#` on, without the blanks at its end. The text must not begin inside a
/// string.
pub fn comments(text: &str) -> impl Iterator<Item = &str> {
    let comments = tokens(text).filter(|token| token.is_comment());
    comments.map(|token| token.text(text).trim_end_matches([' ', '\t', '\r']))
}

/// The length of the string with which a text begins, its quotes included; none if its line ends before it does.
pub fn closed_string(text: &str) -> Option<usize> {
    closing_quote(text, 0).map(|quote| quote + 1)
}

/// Cuts a text into tokens, from an offset outside strings and comments on.
pub(super) struct Lexer<'t> {
    text: &'t str,
    at: usize,
    previous: Previous,
    begins_line: bool,
}

/// What the next token depends on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Previous {
    String,
    As,
    Other,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str, from: usize) -> Self {
        let is_mark = from == 0 && text.starts_with('\u{feff}');
        let at = if is_mark { '\u{feff}'.len_utf8() } else { from };
        Self { text, at, previous: Previous::Other, begins_line: true }
    }

    /// From after a token on, on the same line.
    pub(super) fn after(text: &'t str, from: usize) -> Self {
        Self { begins_line: false, ..Self::new(text, from) }
    }

    /// From a token on that has been lexed before, at the same offset of a text that was the same up to it.
    pub(super) fn again(text: &'t str, token: Token, before: Option<Token>) -> Self {
        let previous = before.map_or(Previous::Other, |before| previous(text, before));
        Self { text, at: token.start(), previous, begins_line: token.begins_line() }
    }

    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn skip_blanks(&mut self) {
        loop {
            match self.byte(self.at) {
                Some(b' ' | b'\t') => self.at += 1,
                Some(b'\n') => {
                    self.begins_line = true;
                    self.at += 1;
                }
                Some(b'\r') if self.byte(self.at + 1) == Some(b'\n') => self.at += 1,
                _ => return,
            }
        }
    }

    /// The kind of the token that begins with a byte, and where it ends.
    fn token(&self, first: u8) -> (TokenKind, usize) {
        let (text, start) = (self.text, self.at);
        match first {
            b':' if self.previous == Previous::String => (TokenKind::Mark, start + 1),
            _ if is_name_byte(first) => self.run(),
            b'"' => match closing_quote(text, start) {
                Some(quote) => (TokenKind::String, quote + 1),
                None => (TokenKind::OpenString, content_end(text, start)),
            },
            b'#' => (TokenKind::Comment, content_end(text, start)),
            b'@' => (TokenKind::Set, run_end(text, start + 1)),
            b'{' if self.is_template(start) => (TokenKind::Template, self.template_end(start)),
            b'=' | b'!' | b'<' | b'>' if self.byte(start + 1) == Some(b'=') => {
                (TokenKind::Mark, start + 2)
            }
            b'=' | b'<' | b'>' | b',' | b'(' | b')' | b'[' | b']' | b'{' | b'}' => {
                (TokenKind::Mark, start + 1)
            }
            _ => {
                let rest = text.get(start..).unwrap_or("");
                (TokenKind::Other, start + rest.chars().next().map_or(1, char::len_utf8))
            }
        }
    }

    /// What begins with a name character.
    fn run(&self) -> (TokenKind, usize) {
        let (text, start) = (self.text, self.at);
        let end = run_end(text, start);
        match self.byte(end) {
            Some(b'"') if starts_path(text, start) => (TokenKind::Path, path_end(text, end)),
            Some(b'{') if self.is_template(end) => (TokenKind::Template, self.template_end(end)),
            Some(b'+') if has_exponent(text.get(start..end).unwrap_or("")) => {
                (TokenKind::Number, run_end(text, end + 1))
            }
            Some(b'+') if is_time(text.get(start..end).unwrap_or("")) => {
                (TokenKind::Run, run_end(text, end + 1))
            }
            Some(b'>') if text.get(start..end) == Some("-") => (TokenKind::Mark, end + 1),
            _ if starts_path(text, start) => (TokenKind::Path, end),
            _ => (TokenKind::Run, end),
        }
    }

    /// Whether a counter's name goes on with `{tool}` or `{window}`.
    fn is_template(&self, at: usize) -> bool {
        self.previous == Previous::As && template_length(self.text, at) > 0
    }

    fn template_end(&self, from: usize) -> usize {
        let mut at = from;
        loop {
            let next = run_end(self.text, at + template_length(self.text, at));
            if next == at {
                return at;
            }
            at = next;
        }
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        self.skip_blanks();
        let start = self.at;
        let (kind, end) = self.token(self.byte(start)?);
        let token = Token::new(kind, start..end, self.begins_line);
        self.at = end;
        self.begins_line = false;
        if kind != TokenKind::Comment {
            self.previous = previous(self.text, token);
        }
        Some(token)
    }
}

fn previous(text: &str, token: Token) -> Previous {
    match token.kind() {
        TokenKind::String => Previous::String,
        TokenKind::Run if token.text(text) == "as" => Previous::As,
        _ => Previous::Other,
    }
}

/// Where the run of name characters ends that goes on at an offset.
pub(super) fn run_end(text: &str, from: usize) -> usize {
    let rest = text.as_bytes().get(from..).unwrap_or(&[]);
    from + rest.iter().position(|byte| !is_name_byte(*byte)).unwrap_or(rest.len())
}

fn starts_path(text: &str, at: usize) -> bool {
    text.as_bytes().get(at..).is_some_and(|rest| rest.starts_with(b"args."))
}

/// Where the argument ends whose keys are bare up to an offset, at which there is a quote.
fn path_end(text: &str, from: usize) -> usize {
    let byte = |at: usize| text.as_bytes().get(at);
    let mut at = from;
    while byte(at) == Some(&b'"') && byte(at - 1) == Some(&b'.') {
        let Some(quote) = closing_quote(text, at) else { return content_end(text, at) };
        at = quote + 1;
        if byte(at) == Some(&b'.') {
            at = run_end(text, at);
        }
    }
    at
}

/// The length of the `{tool}` or `{window}` at an offset; 0 if there is none.
fn template_length(text: &str, at: usize) -> usize {
    let rest = text.as_bytes().get(at..).unwrap_or(&[]);
    let templates: [&[u8]; 2] = [b"{tool}", b"{window}"];
    templates.into_iter().find(|template| rest.starts_with(template)).map_or(0, <[u8]>::len)
}

/// Whether a run is a number up to the sign of its exponent: `1.5e`.
fn has_exponent(run: &str) -> bool {
    let digits = run.strip_suffix(['e', 'E']).unwrap_or("");
    !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-')
}

/// Whether a run is a date with a time, which an offset may follow: `2026-01-31T10:59:30`.
fn is_time(run: &str) -> bool {
    run.split_once('T').is_some_and(|(date, time)| {
        let is_of = |text: &str, mark| {
            text.bytes().all(|byte| byte.is_ascii_digit() || byte == mark || byte == b'.')
        };
        date.len() == 10 && is_of(date, b'-') && is_of(time, b':')
    })
}

/// The end of a line without its line break, `\n` or `\r\n`.
fn content_end(text: &str, from: usize) -> usize {
    let end = line_end(text, from);
    let is_pair = end > from && end < text.len() && text.as_bytes().get(end - 1) == Some(&b'\r');
    end - usize::from(is_pair)
}

/// The `\n` that ends the line, or the end of the text.
pub(super) fn line_end(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or("");
    from + rest.find('\n').unwrap_or(rest.len())
}

/// The offset after the blanks, line breaks and comments that begin at an offset.
pub(super) fn skip_between(text: &str, from: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'\n' => at += 1,
            b'\r' if bytes.get(at + 1) == Some(&b'\n') => at += 2,
            b'#' => at = line_end(text, at),
            _ => break,
        }
    }
    at
}

/// The offset after the blanks that begin at an offset, on the same line.
pub(super) fn skip_blanks(text: &str, from: usize) -> usize {
    let rest = text.as_bytes().get(from..).unwrap_or(&[]);
    from + rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// The quote that closes the string that opens at `from`, if its line has one.
pub(super) fn closing_quote(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from + 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at),
            b'\n' => return None,
            b'\\' if bytes.get(at + 1) != Some(&b'\n') => at += 2,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let shown = |token: Token| format!("{:?}:{}", token.kind(), token.text(text));
        tokens(text).map(shown).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn tokens_are_what_an_author_reads_as_one_thing() {
        for (text, expected) in [
            (
                "\u{feff}allow a,@b-c 5/day#d\r\n",
                "Run:allow Run:a Mark:, Set:@b-c Run:5/day Comment:#d",
            ),
            (r#"args.a."b \" c"."d".e==.5"#, r#"Path:args.a."b \" c"."d".e Mark:== Run:.5"#),
            (r#"args."x" "y""#, r#"Path:args."x" String:"y""#),
            ("args.\"open\r\nargs", "Path:args.\"open Run:args"),
            ("args.a\"b\"", "Path:args.a String:\"b\""),
            ("as{tool}", "Run:as Template:{tool}"),
            (
                "as # c\n as-{tool}-{window} {tool}",
                "Run:as Comment:# c Template:as-{tool}-{window} Mark:{ Run:tool Mark:}",
            ),
            ("tool x{tool}", "Run:tool Run:x Mark:{ Run:tool Mark:}"),
            (
                "{\"a\\\":\" # b:\n :1e+5,-2}",
                "Mark:{ String:\"a\\\":\" Comment:# b: Mark:: Number:1e+5 Mark:, Run:-2 Mark:}",
            ),
            (":a:b \"c\":d", "Run::a:b String:\"c\" Mark:: Run:d"),
            ("x {} -> allow # -", "Run:x Mark:{ Mark:} Mark:-> Run:allow Comment:# -"),
            (
                "at 2026-01-31T10:59:30+01:00 a+1",
                "Run:at Run:2026-01-31T10:59:30+01:00 Run:a Other:+ Run:1",
            ),
            ("x+1 ! != é\r", "Run:x Other:+ Run:1 Other:! Mark:!= Other:é Other:\r"),
            ("\"a\\\nb\"c\\", "OpenString:\"a\\ Run:b OpenString:\"c\\"),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }

    #[test]
    fn comments_are_found_after_strings() {
        let text = "#a \n allow \"b # \\\" #\" # \"c\t\r\n\n##\nhide \"\\\\\"# d";
        assert_eq!(comments(text).collect::<Vec<_>>(), ["#a", "# \"c", "##", "# d"]);
    }

    #[test]
    fn the_first_token_of_each_line_is_known() {
        let text = "a b # c\r\n\r\n  # d\n}e";
        let first: Vec<&str> = tokens(text)
            .filter(|token| token.begins_line())
            .map(|token| token.text(text))
            .collect();
        assert_eq!(first, ["a", "# d", "}"]);
    }
}
