//! Finds the first mistake of a text that is no JSON.
//!
//! Reads token by token with a stack of its own, so that neither length nor nesting costs more than one pass.
//! Accepts exactly what the judge accepts, which a test compares.

use std::ops::Range;

use super::mistake::Mistake;
use super::{MAX_DEPTH, number, strings};
use crate::source::TextPart;
use crate::text::{is_hidden, quote};

/// The first mistake, or `None` if the text is JSON.
pub(super) fn first_mistake(text: &str) -> Option<Mistake> {
    let mut scanner = Scanner::new(text);
    loop {
        match scanner.step() {
            Ok(true) => {}
            Ok(false) => return None,
            Err(mistake) => return Some(*mistake),
        }
    }
}

/// What may come next. The numbers are offsets.
#[derive(Clone, Copy)]
enum Expect {
    /// The value of the whole text.
    Whole,
    /// The first item of a list, or its end.
    FirstItem,
    /// An item after this comma.
    Item { comma: usize },
    /// The first key of an object, or its end.
    FirstKey,
    /// A key after this comma.
    Key { comma: usize },
    /// The colon after a key.
    Colon,
    /// The value after a colon.
    Member,
    /// A comma or the end of the list or object.
    Separator,
    /// The end of the text.
    End,
}

/// A list or object that is still open.
struct Open {
    at: usize,
    bracket: char,
    /// How far the line is indented on which it opens, in bytes.
    indent: usize,
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    expect: Expect,
    open: Vec<Open>,
    /// Where the token before the current place ends.
    last_end: usize,
    /// How far the current line is indented, and whether no token stands on it yet.
    indent: usize,
    line_is_fresh: bool,
    /// The first bracket whose closing one stands further left than the line on which it opens: most likely it
    /// was left open, and the closing one belongs to a bracket around it.
    suspect: Option<(usize, char)>,
}

type Step<T> = Result<T, Box<Mistake>>;

impl<'t> Scanner<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            expect: Expect::Whole,
            open: Vec::new(),
            last_end: 0,
            indent: 0,
            line_is_fresh: true,
            suspect: None,
        }
    }

    fn rest(&self) -> &'t str {
        self.text.part(self.at..)
    }

    /// Reads one token; false at the end of the text.
    fn step(&mut self) -> Step<bool> {
        self.skip_blanks()?;
        let Some(next) = self.rest().chars().next() else {
            return self.end_of_text().map(|()| false);
        };
        match next {
            '}' | ']' => self.close(next)?,
            ',' => self.comma()?,
            ':' => self.colon()?,
            _ => match self.expect {
                Expect::Whole | Expect::FirstItem | Expect::Item { .. } | Expect::Member => {
                    self.value(next)?;
                }
                Expect::FirstKey | Expect::Key { .. } => self.key(next)?,
                Expect::Colon | Expect::Separator | Expect::End => return Err(self.surplus(next)),
            },
        }
        self.last_end = self.at;
        self.line_is_fresh = false;
        Ok(true)
    }

    fn skip_blanks(&mut self) -> Step<()> {
        while let Some(next) = self.rest().chars().next() {
            match next {
                '\n' => {
                    self.indent = 0;
                    self.line_is_fresh = true;
                }
                ' ' | '\t' if self.line_is_fresh => self.indent += 1,
                ' ' | '\t' | '\r' => {}
                '#' => return Err(Mistake::comment(self.line())),
                '/' if self.rest().starts_with("//") => return Err(Mistake::comment(self.line())),
                '/' if self.rest().starts_with("/*") => {
                    let length = self.rest().find("*/").map_or(2, |end| end + 2);
                    return Err(Mistake::comment(self.at..self.at + length));
                }
                _ => break,
            }
            self.at += 1;
        }
        Ok(())
    }

    /// From here to the end of the line.
    fn line(&self) -> Range<usize> {
        let length = self.rest().find(['\n', '\r']).unwrap_or(self.rest().len());
        self.at..self.at + length
    }

    fn end_of_text(&self) -> Step<()> {
        match (self.suspect, self.open.last(), self.expect) {
            (_, None, Expect::End) => Ok(()),
            (Some((at, bracket)), Some(_), _) => Err(Mistake::unclosed_bracket(at, bracket)),
            (None, Some(open), _) => Err(Mistake::unclosed_bracket(open.at, open.bracket)),
            (_, None, _) => Err(Mistake::empty(self.text.len())),
        }
    }

    fn close(&mut self, found: char) -> Step<()> {
        let wanted = if found == '}' { '{' } else { '[' };
        let here = self.at..self.at + 1;
        let Some(top) = self.open.last() else {
            let message = match self.expect {
                Expect::End => format!("unmatched `{found}`"),
                _ => format!("expected a JSON value, found `{found}`"),
            };
            return Err(Mistake::new(here, message));
        };
        if top.bracket != wanted {
            return Err(self.mismatch(found, wanted, top));
        }
        match self.expect {
            Expect::Item { comma } | Expect::Key { comma } => {
                return Err(Mistake::trailing_comma(comma, self.at, found));
            }
            Expect::Colon => {
                let message = format!("expected `:` and a value after the key, found `{found}`");
                return Err(Mistake::new(here, message));
            }
            Expect::Member => {
                let message = format!("expected a value after `:`, found `{found}`");
                return Err(Mistake::new(here, message));
            }
            _ => {}
        }
        if self.line_is_fresh && self.indent < top.indent && self.suspect.is_none() {
            self.suspect = Some((top.at, top.bracket));
        }
        self.open.pop();
        self.at += 1;
        self.after_value();
        Ok(())
    }

    /// A closing bracket of the other kind: the open one was forgotten if one around it is of the right kind.
    fn mismatch(&self, found: char, wanted: char, top: &Open) -> Box<Mistake> {
        let here = self.at..self.at + 1;
        if self.open.iter().any(|open| open.bracket == wanted) {
            let (at, bracket) = self.suspect.unwrap_or((top.at, top.bracket));
            return Mistake::unclosed_bracket(at, bracket)
                .with_label(here, format!("this `{found}` does not close it"));
        }
        let close = if top.bracket == '{' { '}' } else { ']' };
        Mistake::new(here, format!("expected `{close}`, found `{found}`"))
            .with_label(top.at..top.at + 1, format!("to close this `{}`", top.bracket))
    }

    fn comma(&mut self) -> Step<()> {
        let here = self.at..self.at + 1;
        self.expect = match (self.expect, self.open.last()) {
            (Expect::Separator, Some(open)) if open.bracket == '[' => {
                Expect::Item { comma: self.at }
            }
            (Expect::Separator, _) => Expect::Key { comma: self.at },
            (Expect::Item { .. } | Expect::Key { .. }, _) => {
                return Err(Mistake::two_commas(self.at));
            }
            (Expect::Colon, _) => {
                let message = "expected `:` and a value after the key, found `,`";
                return Err(Mistake::new(here, message));
            }
            (Expect::FirstKey, _) => {
                return Err(Mistake::new(here, "expected a key in double quotes, found `,`"));
            }
            (Expect::End, _) => return Err(self.surplus(',')),
            _ => return Err(Mistake::new(here, "expected a value, found `,`")),
        };
        self.at += 1;
        Ok(())
    }

    fn colon(&mut self) -> Step<()> {
        let here = self.at..self.at + 1;
        match (self.expect, self.open.last()) {
            (Expect::Colon, _) => {
                self.expect = Expect::Member;
                self.at += 1;
                Ok(())
            }
            (Expect::Separator, Some(open)) if open.bracket == '[' => {
                Err(Mistake::new(here, "expected `,` or `]`, found `:`")
                    .with_help("write keys in an object: `{ \"key\": … }`"))
            }
            (Expect::Separator | Expect::End, _) => Err(self.surplus(':')),
            (Expect::FirstKey | Expect::Key { .. }, _) => {
                Err(Mistake::new(here, "expected a key in double quotes, found `:`"))
            }
            _ => Err(Mistake::new(here, "expected a value, found `:`")),
        }
    }

    fn value(&mut self, next: char) -> Step<()> {
        match next {
            '{' | '[' => return self.open_bracket(next),
            '"' => self.at = strings::end_of_string(self.text, self.at)?,
            '\'' => return Err(Mistake::single_quotes(self.text, self.single_quoted())),
            _ => {
                let range = self.word();
                let word = self.text.part(range.clone());
                if range.is_empty() {
                    return Err(self.strange(next, "a value"));
                }
                if next.is_ascii_digit() || matches!(next, '-' | '+' | '.') {
                    if !number::is_readable_number(word) {
                        return Err(Mistake::wrong_number(word, range));
                    }
                } else if !matches!(word, "true" | "false" | "null") {
                    return Err(Mistake::wrong_word(word, range));
                }
                self.at = range.end;
            }
        }
        self.after_value();
        Ok(())
    }

    fn open_bracket(&mut self, bracket: char) -> Step<()> {
        if self.open.len() >= MAX_DEPTH {
            return Err(Mistake::too_deep(self.at));
        }
        self.open.push(Open { at: self.at, bracket, indent: self.indent });
        self.at += 1;
        self.expect = if bracket == '[' { Expect::FirstItem } else { Expect::FirstKey };
        Ok(())
    }

    fn key(&mut self, next: char) -> Step<()> {
        if next == '"' {
            self.at = strings::end_of_string(self.text, self.at)?;
            self.expect = Expect::Colon;
            return Ok(());
        }
        if next == '\'' {
            return Err(Mistake::single_quotes(self.text, self.single_quoted()));
        }
        let range = self.word();
        let word = self.text.part(range.clone());
        Err(match range.is_empty() {
            true => self.strange(next, "a key in double quotes"),
            false => Mistake::unquoted_key(word, range),
        })
    }

    fn after_value(&mut self) {
        self.expect = if self.open.is_empty() { Expect::End } else { Expect::Separator };
    }

    /// A run of characters such as names and numbers are made of.
    fn word(&self) -> Range<usize> {
        let rest = self.rest();
        let length = rest
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '+' | '.' | '$')))
            .unwrap_or(rest.len());
        self.at..self.at + length
    }

    /// From a single quote to the next one on the line; the quote alone if there is none.
    fn single_quoted(&self) -> Range<usize> {
        let inner = self.rest().part(1..);
        match inner.find(['\'', '\n']) {
            Some(end) if inner.as_bytes().get(end) == Some(&b'\'') => self.at..self.at + end + 2,
            _ => self.at..self.at + 1,
        }
    }

    /// A token where a colon, a comma or the end was expected.
    fn surplus(&self, next: char) -> Box<Mistake> {
        let range = self.token(next);
        let found = self.found(next, &range);
        let touching = self.at == self.last_end && next.is_alphanumeric();
        if touching && self.text.get(..self.at).is_some_and(|before| before.ends_with('"')) {
            return Mistake::new(range, format!("the string ends before {found}"))
                .with_help("write a quote in a string as `\\\"`");
        }
        match (self.expect, self.open.last()) {
            (Expect::Colon, _) => {
                Mistake::new(range, format!("expected `:` after the key, found {found}"))
            }
            (Expect::Separator, Some(open)) => {
                let expected = if open.bracket == '[' { "`,` or `]`" } else { "`,` or `}`" };
                let begins = next.is_alphanumeric() || matches!(next, '"' | '\'' | '{' | '[' | '-');
                if begins {
                    return Mistake::missing_comma(range, self.last_end, expected, &found);
                }
                Mistake::new(range, format!("expected {expected}, found {found}"))
            }
            _ => Mistake::new(range, format!("expected the end of the file, found {found}"))
                .with_help("write one JSON value per file"),
        }
    }

    fn token(&self, next: char) -> Range<usize> {
        let word = self.word();
        if next == '"' {
            let end = strings::end_of_string(self.text, self.at).unwrap_or(self.at + 1);
            return self.at..end;
        }
        if word.is_empty() { self.at..self.at + next.len_utf8() } else { word }
    }

    /// A token in words.
    fn found(&self, next: char, range: &Range<usize>) -> String {
        match next {
            '"' => "a string".to_owned(),
            _ if is_hidden(next) || next.is_whitespace() => invisible(next),
            _ => quote(self.text.part(range.clone())),
        }
    }

    /// A character that begins nothing.
    fn strange(&self, next: char, expected: &str) -> Box<Mistake> {
        let range = self.at..self.at + next.len_utf8();
        let found = self.found(next, &range);
        let mistake = Mistake::new(range, format!("expected {expected}, found {found}"));
        match next {
            '\u{201c}'..='\u{201f}' | '\u{ab}' | '\u{bb}' | '`' | '\u{2018}'..='\u{201b}' => {
                mistake.with_help("write straight double quotes: `\"`")
            }
            _ if is_hidden(next) || next.is_whitespace() => mistake.with_help("remove it"),
            _ => mistake,
        }
    }
}

/// An invisible character in words.
fn invisible(character: char) -> String {
    format!("the invisible character `\\u{{{:x}}}`", u32::from(character))
}
