//! RE2's own spellings, written as `regex-syntax` reads them.
//!
//! Most patterns mean the same to both and stay as they are. The others are valid in RE2 and refused or read in another way by
//! `regex-syntax`: `\Q…\E`, a `{` that begins no count, a `[` in a class, flags given twice. The facts come from RE2's
//! published syntax and from the behaviour of its parser.

use std::collections::HashSet;
use std::ops::Range;

use super::PatternError;
use crate::source::TextPart;
use crate::text::quote;

/// How far the end of a name in braces is looked for, in bytes. The longest that RE2 knows has 22.
const LONGEST_NAME: usize = 64;

/// The classes of characters that RE2 has inside of brackets, as one text.
const POSIX_CLASSES: &str =
    "alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit";

/// A pattern as `regex-syntax` reads it.
pub(super) struct Spelling {
    pub(super) text: String,
    /// For each byte of the text the bytes of the pattern that it comes from.
    origins: Vec<Range<usize>>,
    /// Whether both read the pattern in the same way as it is.
    pub(super) is_shared: bool,
    /// What is valid and means something else than in other dialects.
    pub(super) surprises: Vec<PatternError>,
}

impl Spelling {
    /// Rewrites a pattern. What RE2 refuses is left as it is where `regex-syntax` refuses it too.
    ///
    /// # Errors
    /// What RE2 refuses, and `regex-syntax` would not.
    pub(super) fn of(pattern: &str) -> Result<Self, PatternError> {
        let spelling = Self {
            text: String::with_capacity(pattern.len()),
            origins: Vec::with_capacity(pattern.len()),
            is_shared: true,
            surprises: Vec::new(),
        };
        let last_posix_end = pattern.rfind(":]").unwrap_or(0);
        let names = HashSet::new();
        let mut scanner = Scanner { pattern, at: 0, names, last_posix_end, out: spelling };
        while let Some(character) = scanner.peek() {
            match character {
                '\\' => scanner.escape(),
                '[' => scanner.class()?,
                '(' => scanner.group()?,
                '{' => scanner.brace(),
                other => scanner.copy(other.len_utf8()),
            }
        }
        Ok(scanner.out)
    }

    /// The bytes of the pattern that bytes of the text come from.
    pub(super) fn origin(&self, range: &Range<usize>) -> Range<usize> {
        let of = |at: usize| self.origins.get(at).cloned();
        let end = self.origins.last().map_or(0, |last| last.end);
        let start = of(range.start).map_or(end, |origin| origin.start);
        let last = range.end.checked_sub(1).and_then(of).map_or(end, |origin| origin.end);
        start..if range.is_empty() { start } else { last.max(start) }
    }
}

struct Scanner<'p> {
    pattern: &'p str,
    at: usize,
    /// The names of the groups so far.
    names: HashSet<&'p str>,
    /// Where the last `:]` is: past it none has to be looked for.
    last_posix_end: usize,
    out: Spelling,
}

impl<'p> Scanner<'p> {
    fn rest(&self) -> &'p str {
        self.pattern.part(self.at..)
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Takes over the next bytes.
    fn copy(&mut self, length: usize) {
        let text = self.rest().get(..length).unwrap_or_else(|| self.rest());
        self.out.text.push_str(text);
        self.out.origins.extend((self.at..self.at + text.len()).map(|at| at..at + 1));
        self.at += text.len();
    }

    /// Writes something else for the next bytes.
    fn replace(&mut self, length: usize, text: &str) {
        let origin = self.at..self.at + length;
        self.out.text.push_str(text);
        self.out.origins.extend(std::iter::repeat_n(origin, text.len()));
        self.out.is_shared = false;
        self.at += length;
    }

    /// Writes the next character as one without a meaning.
    fn literal(&mut self, character: char) {
        let length = character.len_utf8();
        if character.is_ascii_punctuation() && !matches!(character, '<' | '>') {
            self.replace(length, &format!("\\{character}"));
        } else {
            self.copy(length);
        }
    }

    fn surprise(&mut self, range: Range<usize>, message: String, help: &str) {
        self.out.surprises.push(PatternError::new(range, message, help));
    }

    /// An escape outside of classes.
    fn escape(&mut self) {
        let Some(letter) = self.rest().chars().nth(1) else { return self.copy(1) };
        match letter {
            'Q' => self.quotation(),
            'C' => {
                let message =
                    "`\\C` matches a single byte, and not every engine supports it".to_owned();
                self.surprise(self.at..self.at + 2, message, "write `.` for any character");
                self.replace(2, "(?s:.)");
            }
            '<' | '>' => self.angle(letter),
            'b' | 'B' => {
                let edge = self.at;
                self.copy(2);
                let name = self.rest().strip_prefix('{').and_then(|rest| rest.split_once('}'));
                if let Some((name, _)) = name
                    && name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
                {
                    let range = edge..self.at + name.len() + 2;
                    let written = quote(self.pattern.part(range.clone()));
                    let message =
                        format!("RE2 reads the braces of {written} as literal characters");
                    self.surprise(range, message, "write `\\b` for a word boundary");
                }
            }
            _ => self.copy(self.escape_length()),
        }
    }

    /// How long the escape is that begins here.
    fn escape_length(&self) -> usize {
        let rest = self.rest();
        let Some(letter) = rest.chars().nth(1) else { return rest.len() };
        let length = 1 + letter.len_utf8();
        let after = rest.part(length..);
        match letter {
            'p' | 'P' | 'x' | 'u' | 'U' if after.starts_with('{') => {
                let end = after.bytes().take(LONGEST_NAME).position(|byte| byte == b'}');
                length + end.map_or(1, |end| end + 1)
            }
            'p' | 'P' => length + after.chars().next().map_or(0, char::len_utf8),
            'x' => length + after.bytes().take(2).take_while(u8::is_ascii_hexdigit).count(),
            '0'..='7' => {
                length + after.bytes().take(2).take_while(|b| (b'0'..b'8').contains(b)).count()
            }
            _ => length,
        }
    }

    /// `\<`, which is the edge of a word in other dialects.
    fn angle(&mut self, letter: char) {
        let written = format!("`\\{letter}`");
        let help = format!("write `\\b` for a word boundary, or `{letter}` for the character");
        let message = format!("RE2 reads {written} as a literal character");
        self.surprise(self.at..self.at + 2, message, &help);
        self.replace(2, &letter.to_string());
    }

    /// `\Q…\E`: everything up to `\E`, or up to the end of the pattern, is literal.
    fn quotation(&mut self) {
        self.replace(2, "");
        let quoted = self.rest();
        let end = quoted.find("\\E").unwrap_or(quoted.len());
        let mut characters = quoted.part(..end).chars();
        // What stands before the quotation must not read on into it: `\0\Q1\E` is not `\01`.
        if let Some(first) = characters.next() {
            match first.is_ascii_alphanumeric() {
                true => self.replace(1, &format!("\\x{{{:x}}}", u32::from(first))),
                false => self.literal(first),
            }
        }
        for character in characters {
            self.literal(character);
        }
        if !self.rest().is_empty() {
            self.replace(2, "");
        }
    }

    /// A brace begins a count of repetitions or is a character.
    fn brace(&mut self) {
        if let Some(length) = count_length(self.rest()) {
            return self.copy(length);
        }
        let inner = self.rest().part(1..);
        let likely = inner.bytes().take_while(|b| b.is_ascii_digit() || b", ".contains(b)).count();
        let is_count = inner.get(likely..).is_some_and(|rest| rest.starts_with('}'))
            && inner.bytes().take(likely).any(|byte| byte.is_ascii_digit());
        if is_count {
            let range = self.at..self.at + likely + 2;
            let written = quote(self.pattern.part(range.clone()));
            let message = format!("RE2 reads {written} as literal characters");
            let help = "write the numbers without spaces and leading zeros, or `\\{` for a \
                        literal `{`";
            self.surprise(range, message, help);
        }
        self.replace(1, "\\{");
    }

    fn group(&mut self) -> Result<(), PatternError> {
        let Some(rest) = self.rest().strip_prefix("(?") else {
            self.copy(1);
            return Ok(());
        };
        if let Some(named) = rest.strip_prefix("P<").or_else(|| rest.strip_prefix('<')) {
            return self.named_group(named);
        }
        let Some((length, flags)) = flags(rest) else {
            self.copy(2);
            return Ok(());
        };
        let operator = operator_length(rest.part(length..));
        if flags.ends_with(')') && operator > 0 {
            self.flags_before_operator(2 + length, &flags, operator);
        } else if rest.get(..length) == Some(&flags) {
            self.copy(2 + length);
        } else {
            self.replace(2 + length, &format!("(?{flags}"));
        }
        Ok(())
    }

    /// `a(?i)+`: flags are nothing that could be repeated, so the operator is about what stands before them.
    fn flags_before_operator(&mut self, length: usize, flags: &str, operator: usize) {
        let start = self.at;
        self.at += length;
        self.copy(operator);
        let end = std::mem::replace(&mut self.at, start);
        self.replace(length, &format!("(?{flags}"));
        self.at = end;
    }

    /// A group with a name, from behind its `<`. The name is part of no meaning, so one that `regex-syntax` does not take is left out.
    fn named_group(&mut self, named: &'p str) -> Result<(), PatternError> {
        let is_part = |c: char| c == '_' || c.is_alphanumeric();
        let length = named.find(|c| !is_part(c)).unwrap_or(named.len());
        let name = named.part(..length);
        let opening = self.pattern.len() - self.at - named.len();
        let after = named.get(length..).and_then(|rest| rest.chars().next());
        if after != Some('>') || name.is_empty() {
            if let Some(wrong) = after.filter(|_| !name.is_empty()) {
                let start = self.at + opening + length;
                let message =
                    format!("RE2 does not allow {} in a group name", quote(&wrong.to_string()));
                let help = "write `(?P<name>…)` with letters, digits and `_`";
                return Err(PatternError::new(start..start + wrong.len_utf8(), message, help));
            }
            self.copy(2);
            return Ok(());
        }
        if !self.names.insert(name) {
            let start = self.at + opening;
            let message = format!("the group name {} is given twice", quote(name));
            let help = "write `(?P<name>…)` with letters, digits and `_`";
            return Err(PatternError::new(start..start + length, message, help));
        }
        let whole = opening + length + 1;
        let is_plain = name.is_ascii() && !name.starts_with(|c: char| c.is_ascii_digit());
        if is_plain {
            self.copy(whole)
        } else {
            self.replace(whole, "(")
        }
        Ok(())
    }

    /// A class in brackets.
    fn class(&mut self) -> Result<(), PatternError> {
        let open = self.at;
        let is_negated = self.rest().starts_with("[^");
        self.copy(if is_negated { 2 } else { 1 });
        let first = self.at;
        loop {
            let Some(character) = self.peek() else {
                let help = "close it with `]`, or write `\\[` for a literal `[`";
                return Err(PatternError::new(open..open + 1, "this `[` is never closed", help));
            };
            match character {
                ']' if self.at > first => break,
                '[' if self.posix_class()? => {}
                '\\' if self.has_set() => {
                    self.copy(self.escape_length());
                    // No range begins with a set.
                    if self.rest().starts_with('-') && !self.rest().starts_with("-]") {
                        self.class_range(self.at);
                    }
                }
                _ => self.class_range(first),
            }
        }
        self.copy(1);
        Ok(())
    }

    /// Takes over `[:alpha:]`, if that is what begins here.
    fn posix_class(&mut self) -> Result<bool, PatternError> {
        if !self.rest().starts_with("[:") || self.at >= self.last_posix_end {
            return Ok(false);
        }
        let rest = self.rest().part(2..);
        let Some(end) = rest.find(":]") else { return Ok(false) };
        let length = end + 4;
        let written = rest.part(..end);
        let name = written.strip_prefix('^').unwrap_or(written);
        if POSIX_CLASSES.split(' ').any(|known| known == name) {
            self.copy(length);
            return Ok(true);
        }
        let written = self.rest().part(..length);
        let message = format!("RE2 does not support the class {}", quote(written));
        let help = "use a class such as `[:alpha:]`, `[:digit:]` or `[:word:]`";
        Err(PatternError::new(self.at..self.at + length, message, help))
    }

    /// Whether the escape that begins here is a set of characters.
    fn has_set(&self) -> bool {
        self.rest().chars().nth(1).is_some_and(|letter| "dDsSwWpP".contains(letter))
    }

    /// One character of a class, or a range of them. At `first` a `-` and a `]` are characters to `regex-syntax`, or would be
    /// a mistake.
    fn class_range(&mut self, first: usize) {
        let start = self.at;
        let after = self.rest().part(self.class_character_length()..);
        let is_range = after.starts_with('-') && after.len() > 1 && !after.starts_with("-]");
        let is_mark = start == first && matches!(self.peek(), Some('-' | ']'));
        let after_set = is_mark
            && !matches!(self.pattern.get(..start), Some(before) if before.ends_with(['[', '^']));
        if is_mark && (is_range || after_set) {
            self.escaped_character();
        } else {
            self.class_character(after);
        }
        if !is_range {
            return;
        }
        self.copy(1);
        let is_dash = self.peek() == Some('-');
        if is_mark || is_dash {
            let message = "RE2 reads a range here that begins or ends with `-` or `]`".to_owned();
            self.surprise(
                start..self.at + 1,
                message,
                "put the `-` last in the class, or write `\\-`",
            );
        }
        if self.peek() == Some('\\') { self.class_character("") } else { self.escaped_character() }
    }

    fn class_character_length(&self) -> usize {
        match self.peek() {
            Some('\\') => self.escape_length(),
            Some(character) => character.len_utf8(),
            None => 0,
        }
    }

    /// A character of a class before the given text, escaped where `regex-syntax` would read an operator.
    fn class_character(&mut self, after: &str) {
        let Some(character) = self.peek() else { return };
        match character {
            '\\' => match self.rest().chars().nth(1) {
                Some(angle @ ('<' | '>')) => self.replace(2, &angle.to_string()),
                _ => self.copy(self.escape_length()),
            },
            '[' => {
                let message = "RE2 does not support nested classes and reads this `[` as a \
                               literal character";
                let help = "write `\\[` for a literal `[`, or list the characters in one class";
                self.surprise(self.at..self.at + 1, message.to_owned(), help);
                self.literal(character);
            }
            '&' | '~' | '-' if after.starts_with(character) => {
                let message = format!(
                    "RE2 does not support the operator `{character}{character}` \
                                       in classes"
                );
                let help = format!(
                    "write `\\{character}` for a literal `{character}`, or use one \
                                    class"
                );
                self.surprise(self.at..self.at + 2, message, &help);
                self.literal(character);
            }
            _ => self.copy(character.len_utf8()),
        }
    }

    fn escaped_character(&mut self) {
        match self.peek() {
            Some(character @ ('[' | ']' | '-' | '&' | '~' | '^')) => self.literal(character),
            Some(character) => self.copy(character.len_utf8()),
            None => {}
        }
    }
}

/// The length of `{2}`, `{2,}` or `{2,5}` at the beginning of a text.
fn count_length(text: &str) -> Option<usize> {
    let number = |text: &str| {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        (digits == 1 || (digits > 1 && !text.starts_with('0'))).then_some(digits)
    };
    let mut length = 1 + number(text.strip_prefix('{')?)?;
    if let Some(most) = text.get(length..)?.strip_prefix(',') {
        length += 1;
        if !most.starts_with('}') {
            length += number(most)?;
        }
    }
    text.get(length..)?.starts_with('}').then_some(length + 1)
}

/// The length of the repetition at the beginning of a text, without a `?` that makes it lazy.
fn operator_length(text: &str) -> usize {
    match text.as_bytes().first() {
        Some(b'*' | b'+' | b'?') => 1,
        Some(b'{') => count_length(text).unwrap_or(0),
        _ => 0,
    }
}

/// The length of flags such as `i-s:` or `m)`, and the same flags each once; the last one counts. None for what RE2 refuses.
fn flags(text: &str) -> Option<(usize, String)> {
    let (mut set, mut negated, mut is_open) = ([None; 4], false, false);
    for (at, character) in text.char_indices() {
        match character {
            '-' if !negated => (negated, is_open) = (true, true),
            ':' | ')' if !is_open => {
                let letters = |wanted: bool| {
                    let found = "imsU".chars().zip(set).filter(move |(_, on)| *on == Some(wanted));
                    found.map(|(letter, _)| letter).collect::<String>()
                };
                let (on, off) = (letters(true), letters(false));
                let minus = if off.is_empty() { "" } else { "-" };
                // A group that only sets nothing.
                let empty =
                    if on.is_empty() && off.is_empty() && character == ')' { ":" } else { "" };
                let length = at + 1;
                let written = text.get(..length)?;
                let is_canonical = written.chars().filter(|c| c.is_ascii_alphabetic()).count()
                    == on.len() + off.len();
                let flags = match is_canonical && empty.is_empty() {
                    true => written.to_owned(),
                    false => format!("{on}{minus}{off}{empty}{character}"),
                };
                return Some((length, flags));
            }
            letter => {
                let place = "imsU".find(letter)?;
                *set.get_mut(place)? = Some(!negated);
                is_open = false;
            }
        }
    }
    None
}
