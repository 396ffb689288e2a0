//! What can be wrong with a JSON text, a constructor each.

use std::ops::Range;

use super::number;
use crate::diagnostic::{Applicability, Code, Diagnostic};
use crate::source::{FileId, Span, TextPart};
use crate::text::quote;

/// A finding in offsets of the text that was scanned, which may begin after a byte-order mark.
#[derive(Debug)]
pub(super) struct Mistake {
    code: Code,
    range: Range<usize>,
    message: String,
    label: Option<(Range<usize>, String)>,
    help: Option<String>,
    fix: Option<(String, Range<usize>, String)>,
    /// Of a fix that guesses a value rather than a sign.
    applicability: Applicability,
}

impl Mistake {
    /// A syntax error at these bytes.
    pub(super) fn new(range: Range<usize>, message: impl Into<String>) -> Box<Self> {
        Box::new(Self {
            code: Code::InvalidJson,
            range,
            message: message.into(),
            label: None,
            help: None,
            fix: None,
            applicability: Applicability::Safe,
        })
    }

    pub(super) fn with_help(mut self: Box<Self>, help: impl Into<String>) -> Box<Self> {
        self.help = Some(help.into());
        self
    }

    pub(super) fn with_label(
        mut self: Box<Self>,
        range: Range<usize>,
        message: impl Into<String>,
    ) -> Box<Self> {
        self.label = Some((range, message.into()));
        self
    }

    pub(super) fn with_fix(
        mut self: Box<Self>,
        title: impl Into<String>,
        range: Range<usize>,
        text: impl Into<String>,
    ) -> Box<Self> {
        self.fix = Some((title.into(), range, text.into()));
        self
    }

    fn guessed(mut self: Box<Self>) -> Box<Self> {
        self.applicability = Applicability::Unsafe;
        self
    }

    /// The finding in a file whose first `offset` bytes were not scanned.
    pub(super) fn into_diagnostic(self, file: FileId, offset: usize) -> Diagnostic {
        let span = |range: Range<usize>| Span::new(file, range.start + offset, range.end + offset);
        let mut diagnostic = Diagnostic::new(self.code, span(self.range), self.message);
        if let Some((range, message)) = self.label {
            diagnostic = diagnostic.with_label(span(range), message);
        }
        if let Some((title, range, text)) = self.fix {
            diagnostic = diagnostic.with_fix(self.applicability, title, span(range), text);
        }
        diagnostic.with_help_if(self.help)
    }

    /// A place where the judge stopped and the scanner saw nothing: the two are tested to agree.
    pub(super) fn unexplained(at: usize) -> Self {
        *Mistake::new(at..at, "the text is not valid JSON here")
    }

    pub(super) fn empty(length: usize) -> Box<Self> {
        Mistake::new(0..length.min(1), "expected a JSON value, but the file is empty")
    }

    pub(super) fn too_deep(at: usize) -> Box<Self> {
        let message =
            format!("lists and objects are nested more than {} levels deep", super::MAX_DEPTH);
        let mut mistake = Mistake::new(at..at + 1, message);
        mistake.code = Code::NestingTooDeep;
        mistake
    }

    pub(super) fn unclosed_bracket(at: usize, bracket: char) -> Box<Self> {
        let close = if bracket == '{' { '}' } else { ']' };
        Mistake::new(at..at + 1, format!("this `{bracket}` is never closed"))
            .with_help(format!("close it with `{close}`"))
    }

    pub(super) fn unclosed_string(text: &str, start: usize) -> Box<Self> {
        let rest = text.part(start..);
        let line = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let help = if line == rest.len() {
            "close it with `\"`"
        } else {
            "close it with `\"` on the same line; write a line break in a string as `\\n`"
        };
        Mistake::new(start..start + line, "this string is never closed").with_help(help)
    }

    pub(super) fn control_character(text: &str, at: usize) -> Box<Self> {
        let character = text.get(at..).and_then(|rest| rest.chars().next()).unwrap_or(' ');
        let escape = match character {
            '\t' => "\\t".to_owned(),
            other => format!("\\u{:04x}", u32::from(other)),
        };
        let message = match character {
            '\t' => "a string contains a tab".to_owned(),
            _ => format!("a string contains the control character {}", escape_name(character)),
        };
        Mistake::new(at..at + 1, message).with_help(format!("write `{escape}`")).with_fix(
            format!("write `{escape}`"),
            at..at + 1,
            escape,
        )
    }

    pub(super) fn unknown_escape(text: &str, at: usize) -> Box<Self> {
        let character = text.get(at + 1..).and_then(|rest| rest.chars().next()).unwrap_or(' ');
        let range = at..at + 1 + character.len_utf8();
        let written = format!("\\{character}");
        let mistake =
            Mistake::new(range.clone(), format!("{} is not a JSON escape", quote(&written)));
        if character == '\'' {
            return mistake.with_help("write `'` without the backslash").with_fix(
                "write `'` \
                                                                                  without the \
                                                                                  backslash",
                range,
                "'",
            );
        }
        let doubled = format!("\\{written}");
        mistake.with_help(format!("to write a backslash, double it: {}", quote(&doubled)))
    }

    pub(super) fn short_unicode_escape(text: &str, at: usize) -> Box<Self> {
        let rest = text.part(at + 2..);
        let digits = rest.bytes().take(4).take_while(u8::is_ascii_hexdigit).count();
        Mistake::new(at..at + 2 + digits, "expected four hexadecimal digits after `\\u`")
            .with_help("write the character itself, or its code, such as `\\u00e9`")
    }

    pub(super) fn half_character(text: &str, at: usize) -> Box<Self> {
        let written = text.part(at..at + 6);
        Mistake::new(at..at + 6, format!("{} is only half of a surrogate pair", quote(written)))
            .with_help("write the character itself, or both halves of the pair")
    }

    pub(super) fn trailing_comma(comma: usize, close: usize, bracket: char) -> Box<Self> {
        Mistake::new(comma..comma + 1, format!("trailing comma before `{bracket}`"))
            .with_label(close..close + 1, "the list or object ends here")
            .with_help("remove the comma")
            .with_fix("remove the comma", comma..comma + 1, "")
    }

    pub(super) fn two_commas(at: usize) -> Box<Self> {
        Mistake::new(at..at + 1, "expected a value between two commas")
            .with_help("remove this comma")
            .with_fix("remove this comma", at..at + 1, "")
    }

    pub(super) fn comment(range: Range<usize>) -> Box<Self> {
        Mistake::new(range.clone(), "JSON does not allow comments")
            .with_help("remove the comment")
            .with_fix("remove the comment", range, "")
    }

    pub(super) fn single_quotes(text: &str, range: Range<usize>) -> Box<Self> {
        let mistake = Mistake::new(range.clone(), "a string is in single quotes");
        let opened = text.part(range.clone()).strip_prefix('\'');
        let inner = opened.and_then(|opened| opened.strip_suffix('\''));
        let is_plain =
            |inner: &&str| !inner.contains(['"', '\\']) && inner.chars().all(|c| c >= ' ');
        let Some(inner) = inner.filter(is_plain) else {
            return mistake.with_help("use double quotes");
        };
        let written = format!("\"{inner}\"");
        mistake.with_help(format!("write {}", quote(&written))).with_fix(
            "use double quotes",
            range,
            written,
        )
    }

    pub(super) fn unquoted_key(key: &str, range: Range<usize>) -> Box<Self> {
        let written = format!("\"{key}\"");
        Mistake::new(range.clone(), format!("the key {} is not in quotes", quote(key)))
            .with_help(format!("write {}", quote(&written)))
            .with_fix("put the key in double quotes", range, written)
    }

    pub(super) fn wrong_word(word: &str, range: Range<usize>) -> Box<Self> {
        let mistake =
            Mistake::new(range.clone(), format!("expected a value, found {}", quote(word)));
        let meant = match word.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" => "true",
            "false" | "no" | "off" => "false",
            "null" | "none" | "nil" | "undefined" => "null",
            "nan" | "infinity" => {
                return mistake.with_help(
                    "JSON has no such number; write a \
                                                            finite number",
                );
            }
            _ => return mistake.with_help(format!("write {}", quote(&format!("\"{word}\"")))),
        };
        mistake.guessed().with_help(format!("write `{meant}`")).with_fix(
            format!("write `{meant}`"),
            range,
            meant,
        )
    }

    pub(super) fn wrong_number(spelling: &str, range: Range<usize>) -> Box<Self> {
        if number::is_number(spelling) {
            let message =
                format!("the number {} is out of range for JSON parsers", quote(spelling));
            return Mistake::new(range, message).with_help("write a number below `1e308`");
        }
        let mistake =
            Mistake::new(range.clone(), format!("{} is not a JSON number", quote(spelling)));
        match number::repaired(spelling) {
            Some(meant) => mistake.guessed().with_help(format!("write `{meant}`")).with_fix(
                format!("write `{meant}`"),
                range,
                meant,
            ),
            None => mistake.with_help("write a decimal number, such as `10`, `-1.5` or `2e3`"),
        }
    }

    pub(super) fn missing_comma(
        range: Range<usize>,
        after: usize,
        expected: &str,
        found: &str,
    ) -> Box<Self> {
        Mistake::new(range, format!("expected {expected}, found {found}"))
            .with_label(after..after, "the comma is missing here")
            .with_help("insert a comma")
            .with_fix("insert a comma", after..after, ",")
    }
}

fn escape_name(character: char) -> String {
    format!("`\\u{{{:x}}}`", u32::from(character))
}
