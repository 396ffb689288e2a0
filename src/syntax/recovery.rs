//! Where a statement that the grammar refuses ends, so that its neighbours are read as if it were not there.
//!
//! Works on characters, without the grammar: strings, comments, brackets and lines are all it sees. Every search is
//! bounded by the statement, so that many broken statements cost what one of their length does.

use super::words;

/// How far a broken statement reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    /// The byte behind its last line, without the line break; or the `}` that ends it.
    pub end: usize,
    /// The same if brackets that are left open counted: what the grammar may have looked at.
    pub reach: usize,
    /// The innermost bracket that nothing closes.
    pub unclosed: Option<usize>,
    /// The `{` behind the selectors of `tool`.
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
    if text.get(start..).is_some_and(|rest| rest.starts_with("/*")) {
        return foreign_comment(text, start);
    }
    let mut scan = Scan { text, at: start, open: Vec::new(), braces: 0, joins: false, brace: None };
    let block = words::opens_block(text, start);
    let indentation = column(text, start);
    let mut fallback: Option<(usize, usize)> = None;
    let mut patience = patience;
    loop {
        let ended = scan.line(block);
        let end = trim_end(text, start, scan.at);
        if ended || scan.at >= text.len() {
            return scan.finish(end, fallback);
        }
        let next = skip_between(text, scan.at);
        if next >= text.len() || words::at(text, next).is_some() {
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
        scan.at = next;
    }
}

/// A comment between `/*` and `*/`, which the language does not have. It ends before a line that begins with a statement word,
/// as everything does.
fn foreign_comment(text: &str, start: usize) -> Extent {
    let mut line = start;
    loop {
        let line_end = line_end(text, line);
        let close = text.get(line..line_end).and_then(|line| line.find("*/"));
        let next = skip_between(text, line_end);
        let ends = next >= text.len() || words::at(text, next).is_some();
        if close.is_some() || ends {
            let end = close.map_or(line_end, |close| line + close + "*/".len());
            let end = trim_end(text, start, end);
            return Extent { end, reach: end, unclosed: None, brace: None };
        }
        line = next;
    }
}

/// Whether a `{` before an offset ends its line, and the lines after it are rules up to a `}`. Looks at a bounded number of lines.
pub(super) fn holds_rules(text: &str, from: usize) -> bool {
    const LINES: usize = 200;
    let at = skip_blanks(text, from);
    if !matches!(text.as_bytes().get(at), Some(b'\n' | b'\r' | b'#')) {
        return false;
    }
    let mut lines = text.get(at..).unwrap_or("").split('\n').skip(1);
    let mut any = false;
    for line in lines.by_ref().take(LINES) {
        let begins = words::at(line, skip_blanks(line, 0)).is_some();
        let code = line.split('#').next().unwrap_or("").trim();
        match code {
            "}" => return any,
            _ if begins && code.ends_with('{') => return false,
            _ => any = any || begins,
        }
    }
    false
}

struct Scan<'t> {
    text: &'t str,
    at: usize,
    open: Vec<usize>,
    /// How many of the open brackets are braces.
    braces: usize,
    joins: bool,
    brace: Option<usize>,
}

impl Scan<'_> {
    /// Reads to the end of the line; true when the statement ends before it.
    fn line(&mut self, block: bool) -> bool {
        let bytes = self.text.as_bytes();
        while let Some(&byte) = bytes.get(self.at) {
            match byte {
                b'\n' => return false,
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'#' => self.at = line_end(self.text, self.at),
                b'"' => {
                    self.at = string_end(self.text, self.at);
                    self.joins = false;
                }
                b'{' if block && self.open.is_empty() => {
                    self.brace = Some(self.at);
                    return true;
                }
                b'(' | b'[' | b'{' => {
                    self.open.push(self.at);
                    self.braces += usize::from(byte == b'{');
                    self.at += 1;
                    self.joins = true;
                }
                b'}' if self.braces == 0 => return true,
                b')' | b']' | b'}' => {
                    let opened = self.open.pop().and_then(|at| bytes.get(at));
                    self.braces -= usize::from(opened == Some(&b'{'));
                    self.at += 1;
                    self.joins = false;
                }
                _ => self.word(),
            }
        }
        false
    }

    fn word(&mut self) {
        let run = words::run(self.text, self.at);
        if run.is_empty() {
            let rest = self.text.get(self.at..).unwrap_or("");
            let length = rest.chars().next().map_or(1, char::len_utf8);
            self.joins = rest.starts_with([',', '=', '<', '>', '!']);
            self.at += length;
        } else {
            self.joins = joins_next(run);
            self.at += run.len();
        }
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
}

/// Whether the block whose rules are being read at `at` is closed: whether a `}` comes before the next block.
pub(super) fn block_closes(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let mut at = at;
    let mut depth = 0usize;
    let mut line_begins = true;
    let mut in_head = false;
    while let Some(&byte) = bytes.get(at) {
        if line_begins {
            at = skip_blanks(text, at);
            line_begins = false;
            if let Some(word) = words::at(text, at) {
                in_head = word == "tool";
                depth = 0;
            }
            continue;
        }
        match byte {
            b'\n' => line_begins = true,
            b'"' => {
                at = string_end(text, at);
                continue;
            }
            b'#' => {
                at = line_end(text, at);
                continue;
            }
            b'{' if in_head => return false,
            b'{' => depth += 1,
            b'}' if depth == 0 => return true,
            b'}' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    false
}

/// Behind blanks, line breaks and comments.
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

/// Behind blanks on the same line.
pub(super) fn skip_blanks(text: &str, from: usize) -> usize {
    let rest = text.as_bytes().get(from..).unwrap_or(&[]);
    from + rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// The `\n` that ends the line, or the end of the text.
pub(super) fn line_end(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or("");
    from + rest.find('\n').unwrap_or(rest.len())
}

/// Behind a string whose opening quote is at `from`, or the end of its line when it is left open.
pub(super) fn string_end(text: &str, from: usize) -> usize {
    closing_quote(text, from).map_or_else(|| line_end(text, from), |quote| quote + 1)
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

/// How many bytes stand before an offset on its line; a line is looked at for 1,024 bytes, which is deeper than
/// anybody indents, so that one long line of many statements does not cost its length for each.
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
