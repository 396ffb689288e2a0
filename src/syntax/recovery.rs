//! Where a statement that the grammar refuses ends, so that its neighbours are read as if it were not there.
//!
//! Works on tokens, without the grammar: strings, comments, brackets and lines are all it sees. Every search is
//! bounded by the statement, so that many broken statements cost what one of their length does.

use std::iter::Peekable;

use super::lexer::{Lexer, TokenKind, line_end, skip_between};
use super::words;

/// How far a broken statement reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    /// The end of its last line, without the line break; or the `}` that ends it.
    pub end: usize,
    /// The same if brackets that are left open counted: what the grammar may have looked at.
    pub reach: usize,
    /// The innermost bracket that nothing closes.
    pub unclosed: Option<usize>,
    /// The `{` after the selectors of `tool`.
    pub brace: Option<usize>,
}

/// The extent of the statement that begins at `start`.
///
/// It goes on over the end of a line when a bracket is open and what follows is indented deeper than the
/// statement or closes a bracket; when the line ends in a comma, an operator or a connecting word; and when the next
/// one begins with an operator, a connecting word, a rate or `{`. It never goes on into a statement word.
///
/// `patience` is how many lines are read in search of what closes a bracket, before it counts as left open.
pub(super) fn extent(text: &str, start: usize, patience: usize) -> Extent {
    extent_before(text, start, patience, |at| words::at(text, at).is_some())
}

/// The extent of the step of a test that begins at `start`: it does not go on into another step either.
pub(super) fn extent_of_step(text: &str, start: usize, patience: usize) -> Extent {
    let begins = |at| words::at(text, at).is_some() || words::step_at(text, at).is_some();
    extent_before(text, start, patience, begins)
}

/// The extent of a statement that ends before a line that `begins` another one.
fn extent_before(
    text: &str,
    start: usize,
    patience: usize,
    begins: impl Fn(usize) -> bool,
) -> Extent {
    if text.get(start..).is_some_and(|rest| rest.starts_with("/*")) {
        return foreign_comment(text, start, patience);
    }
    let mut scan = Scan::new(text, start);
    let block = words::opens_block(text, start);
    let indentation = column(text, start);
    let mut fallback: Option<(usize, usize)> = None;
    let mut patience = patience;
    loop {
        let ended = scan.line(block);
        let end = trim_end(text, start, scan.at);
        let Some(next) = scan.next_line().filter(|_| !ended) else {
            return scan.finish(end, fallback);
        };
        if begins(next) {
            return scan.finish(end, fallback);
        }
        let closes = matches!(text.as_bytes().get(next), Some(b')' | b']' | b'}'));
        if let Some(&innermost) = scan.open.last() {
            fallback = fallback.or(Some((end, innermost)));
            if patience == 0 || !closes && column(text, next) <= indentation {
                return scan.finish(end, fallback);
            }
            patience -= 1;
        } else if fallback.is_some() {
            fallback = None;
        }
        if scan.open.is_empty() && !scan.joins && !continues(text, next) {
            return scan.finish(end, fallback);
        }
    }
}

/// A comment between `/*` and `*/`, which the language does not have. Without a `*/` it ends before a line that begins with a
/// statement word, as everything does.
fn foreign_comment(text: &str, start: usize, patience: usize) -> Extent {
    let closed = |end, reach| Extent { end, reach, unclosed: None, brace: None };
    let searched = match foreign_comment_end(text, start, patience) {
        Ok(end) => return closed(end, end),
        Err(searched) => searched,
    };
    let mut line = start;
    loop {
        let line_end = line_end(text, line);
        let next = skip_between(text, line_end);
        if next >= text.len() || words::at(text, next).is_some() {
            let end = trim_end(text, start, line_end);
            return closed(end, searched.max(end));
        }
        line = next;
    }
}

/// The end of a comment that begins with `/*`; how far it was looked for if nothing closes it within so many lines.
pub(super) fn foreign_comment_end(
    text: &str,
    start: usize,
    patience: usize,
) -> Result<usize, usize> {
    let from = start + "/*".len();
    let mut lines = 0;
    for (at, pair) in text.as_bytes().windows(2).enumerate().skip(from) {
        match pair {
            b"*/" => return Ok(at + pair.len()),
            [b'\n' | b'\r', _] if lines == patience => return Err(at),
            [b'\n' | b'\r', _] => lines += 1,
            _ => {}
        }
    }
    Err(text.len())
}

/// Whether a `{` before an offset ends its line, and the lines after it are rules up to a `}`. Looks at a bounded number of lines.
pub(super) fn holds_rules(text: &str, from: usize) -> bool {
    const LINES: usize = 200;
    let mut tokens = Lexer::after(text, from).filter(|token| !token.is_comment()).peekable();
    if !tokens.peek().is_some_and(|token| token.begins_line()) {
        return false;
    }
    let mut any = false;
    for _ in 0..LINES {
        let Some(first) = tokens.next() else { return false };
        let mut last = first;
        while let Some(token) = tokens.next_if(|token| !token.begins_line()) {
            last = token;
        }
        if first == last && first.text(text) == "}" {
            return any;
        }
        let begins = words::at(text, first.start()).is_some();
        if begins && last.text(text) == "{" {
            return false;
        }
        any = any || begins;
    }
    false
}

struct Scan<'t> {
    text: &'t str,
    tokens: Peekable<Lexer<'t>>,
    /// The end of what has been read.
    at: usize,
    open: Vec<usize>,
    /// How many of the open brackets are braces.
    braces: usize,
    joins: bool,
    brace: Option<usize>,
}

impl<'t> Scan<'t> {
    fn new(text: &'t str, start: usize) -> Self {
        let tokens = Lexer::new(text, start).peekable();
        Self { text, tokens, at: start, open: Vec::new(), braces: 0, joins: false, brace: None }
    }

    /// Reads to the end of the line; true when the statement ends before it.
    fn line(&mut self, block: bool) -> bool {
        let mut next = self.tokens.next();
        while let Some(token) = next {
            let text = token.text(self.text);
            self.at = token.start();
            match text {
                "{" if block && self.open.is_empty() => {
                    self.brace = Some(self.at);
                    return true;
                }
                "}" if self.braces == 0 => return true,
                "(" | "[" | "{" => {
                    self.open.push(self.at);
                    self.braces += usize::from(text == "{");
                    self.joins = true;
                }
                ")" | "]" | "}" => {
                    let opened = self.open.pop().and_then(|at| self.text.as_bytes().get(at));
                    self.braces -= usize::from(opened == Some(&b'{'));
                    self.joins = false;
                }
                _ => match token.kind() {
                    TokenKind::Comment => {}
                    TokenKind::Run => self.joins = joins_next(text),
                    _ => self.joins = text.starts_with([',', '=', '<', '>', '!']),
                },
            }
            self.at = token.end();
            next = self.tokens.next_if(|token| !token.begins_line());
        }
        false
    }

    /// Where the code of the next line begins; none at the end of the text.
    fn next_line(&mut self) -> Option<usize> {
        while self.tokens.next_if(|token| token.is_comment()).is_some() {}
        self.tokens.peek().map(|token| token.start())
    }

    fn finish(&self, end: usize, fallback: Option<(usize, usize)>) -> Extent {
        match (self.open.last(), fallback) {
            (Some(_), Some((first, innermost))) => {
                Extent { end: first, reach: end, unclosed: Some(innermost), brace: self.brace }
            }
            (open, _) => Extent { end, reach: end, unclosed: open.copied(), brace: self.brace },
        }
    }
}

/// Whether a line that ends in this word goes on in the next.
fn joins_next(word: &str) -> bool {
    matches!(
        word,
        "when"
            | "unless"
            | "with"
            | "having"
            | "except"
            | "because"
            | "as"
            | "and"
            | "or"
            | "not"
            | "in"
            | "matches"
            | "contains"
    )
}

/// Whether a line that begins here goes on with the statement before it.
pub(super) fn continues(text: &str, at: usize) -> bool {
    let word = words::run(text, at);
    let rest = text.get(at..).unwrap_or("");
    let rate = word.split_once('/').is_some_and(|(calls, _)| {
        !calls.is_empty() && calls.bytes().all(|byte| byte.is_ascii_digit())
    });
    joins_next(word)
        || matches!(word, "exists" | "missing")
        || rate
        || rest.starts_with(['=', '<', '>', '!', '{', ')', ']', '&', '|', ','])
        || rest.starts_with("->")
}

/// Whether the block whose rules are being read at `at` is closed: whether a `}` comes before the next block.
pub(super) fn block_closes(text: &str, at: usize) -> bool {
    let mut depth = 0usize;
    let mut in_head = false;
    for token in Lexer::new(text, at) {
        if token.begins_line()
            && let Some(word) = words::at(text, token.start())
        {
            in_head = matches!(word, "tool" | "test");
            depth = 0;
        }
        match token.text(text) {
            "{" if in_head => return false,
            "{" => depth += 1,
            "}" if depth == 0 => return true,
            "}" => depth -= 1,
            _ => {}
        }
    }
    false
}

/// How many bytes of its line come before an offset. At most 1,024 bytes are looked at, which is deeper than anybody indents,
/// so that one long line of many statements does not cost its length for each.
fn column(text: &str, at: usize) -> usize {
    let window = at.saturating_sub(1024);
    let before = text.as_bytes().get(window..at).unwrap_or(&[]);
    let mark =
        if window == 0 && text.starts_with('\u{feff}') && !before.contains(&b'\n') { 3 } else { 0 };
    before.iter().rev().take_while(|&&byte| byte != b'\n').count().saturating_sub(mark)
}

fn trim_end(text: &str, start: usize, end: usize) -> usize {
    start + text.get(start..end).unwrap_or("").trim_end().len()
}
