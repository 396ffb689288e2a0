//! What is said about a pattern that cannot be read, or that repeats wrongly.

use std::ops::Range;

use regex_syntax::ast::{self, ErrorKind};

use super::{PatternError, range};
use crate::source::TextPart;
use crate::text::quote;

/// An error of the reader, in the words of a pattern's author.
pub(super) fn explain(pattern: &str, error: &ast::Error) -> PatternError {
    let span = shown(pattern, error);
    let written = pattern.part(span.clone());
    match error.kind() {
        ErrorKind::EscapeUnexpectedEof
        | ErrorKind::EscapeUnrecognized
        | ErrorKind::ClassEscapeInvalid
        | ErrorKind::EscapeHexEmpty
        | ErrorKind::EscapeHexInvalid
        | ErrorKind::EscapeHexInvalidDigit
        | ErrorKind::UnsupportedBackreference
        | ErrorKind::UnicodeClassInvalid
        | ErrorKind::SpecialWordBoundaryUnclosed
        | ErrorKind::SpecialWordBoundaryUnrecognized
        | ErrorKind::SpecialWordOrRepetitionUnexpectedEof => escape(error.kind(), span, written),
        ErrorKind::FlagDanglingNegation
        | ErrorKind::FlagDuplicate { .. }
        | ErrorKind::FlagRepeatedNegation { .. }
        | ErrorKind::FlagUnexpectedEof
        | ErrorKind::FlagUnrecognized => flag(error.kind(), span, written),
        ErrorKind::GroupNameDuplicate { .. }
        | ErrorKind::GroupNameEmpty
        | ErrorKind::GroupNameInvalid
        | ErrorKind::GroupNameUnexpectedEof => group_name(error.kind(), span, written),
        ErrorKind::GroupUnclosed => PatternError::new(
            first_byte(span),
            "this `(` is never closed",
            "close it with `)`, or write `\\(` for a literal `(`",
        ),
        ErrorKind::GroupUnopened => {
            PatternError::new(span, "unmatched `)`", "remove it, or write `\\)` for a literal `)`")
        }
        ErrorKind::ClassUnclosed => PatternError::new(
            first_byte(span),
            "this `[` is never closed",
            "close it with `]`, or write `\\[` for a literal `[`",
        ),
        ErrorKind::ClassRangeInvalid => PatternError::new(
            span,
            format!("the range {} is reversed", quote(written)),
            "write the lower character first",
        ),
        ErrorKind::ClassRangeLiteral => PatternError::new(
            span,
            format!("the class {} cannot begin or end a range", quote(written)),
            "put the `-` last in the class, or write `\\-`",
        ),
        ErrorKind::UnsupportedLookAround => PatternError::new(
            span,
            format!("RE2 does not support look-around such as {}", quote(written)),
            "test the text before or after in its own condition",
        ),
        ErrorKind::NestLimitExceeded(limit) => PatternError::new(
            span,
            format!("the pattern is nested more than {limit} levels deep"),
            "use fewer nested groups",
        ),
        ErrorKind::RepetitionMissing => PatternError::new(
            span,
            format!("{} has nothing to repeat", quote(written)),
            format!("write {} for the literal character", quote(&format!("\\{written}"))),
        ),
        _ => counted(error.kind(), span, written),
    }
}

/// The bytes that an error is shown at. The reader gives an empty range where it stopped: at the next character. An
/// escape that the end of the pattern cuts off is shown from its backslash, a broken count at its brace.
fn shown(pattern: &str, error: &ast::Error) -> Range<usize> {
    let span = range(error.span());
    if matches!(error.kind(), ErrorKind::EscapeUnexpectedEof) {
        return pattern.rfind('\\').unwrap_or(span.start)..pattern.len();
    }
    let is_count = matches!(
        error.kind(),
        ErrorKind::RepetitionCountUnclosed
            | ErrorKind::RepetitionCountDecimalEmpty
            | ErrorKind::DecimalEmpty
            | ErrorKind::DecimalInvalid
    );
    let brace = pattern.get(..span.end).and_then(|before| before.rfind('{'));
    if let Some(brace) = brace.filter(|_| is_count) {
        return brace..brace + 1;
    }
    let next = pattern.get(span.end..).and_then(|rest| rest.chars().next());
    match next {
        Some(character) if span.is_empty() => span.start..span.end + character.len_utf8(),
        _ => span,
    }
}

fn counted(kind: &ErrorKind, span: Range<usize>, written: &str) -> PatternError {
    let message = match kind {
        ErrorKind::RepetitionCountInvalid => {
            format!("the bounds of the repetition {} are reversed", quote(written))
        }
        ErrorKind::RepetitionCountUnclosed
        | ErrorKind::RepetitionCountDecimalEmpty
        | ErrorKind::DecimalEmpty
        | ErrorKind::DecimalInvalid => "this `{` does not begin a repetition count".to_owned(),
        _ => "the pattern is not valid here".to_owned(),
    };
    let help = "write `{2}`, `{2,}` or `{2,5}`, or `\\{` for a literal `{`";
    PatternError::new(span, message, help)
}

fn escape(kind: &ErrorKind, span: Range<usize>, written: &str) -> PatternError {
    match kind {
        ErrorKind::EscapeUnexpectedEof if written == "\\" => PatternError::new(
            span,
            "the pattern ends with a single backslash",
            "write `\\\\` for a literal backslash",
        ),
        ErrorKind::UnsupportedBackreference => back_reference(span, written),
        ErrorKind::ClassEscapeInvalid => PatternError::new(
            span,
            format!("{} is not allowed inside a class", quote(written)),
            "move it out of the brackets",
        ),
        ErrorKind::UnicodeClassInvalid => PatternError::new(
            span,
            format!("unknown character class {}", quote(written)),
            "write `\\p{Lu}` or `\\p{Greek}`",
        ),
        ErrorKind::EscapeUnexpectedEof
        | ErrorKind::EscapeHexEmpty
        | ErrorKind::EscapeHexInvalid
        | ErrorKind::EscapeHexInvalidDigit => PatternError::new(
            span,
            format!("{} is not a character code", quote(written)),
            "write `\\x41` or `\\x{1f600}`",
        ),
        ErrorKind::EscapeUnrecognized if written.ends_with(|c: char| c.is_ascii_digit()) => {
            back_reference(span, written)
        }
        ErrorKind::EscapeUnrecognized => PatternError::new(
            span,
            format!("RE2 does not support the escape {}", quote(written)),
            escape_help(written),
        ),
        _ => PatternError::new(
            span,
            "RE2 reads `\\b{` as a word boundary and a literal `{`",
            "write `\\b` for a word boundary, or `\\{` for a literal `{`",
        ),
    }
}

/// What to write for an escape of other dialects.
fn escape_help(written: &str) -> String {
    let letter = written.chars().nth(1).unwrap_or(' ');
    match letter {
        'Z' => "write `\\z` for the end of the text".to_owned(),
        'G' => "write `\\A` for the start of the text".to_owned(),
        'h' => "write `[ \\t]`".to_owned(),
        'H' => "write `[^ \\t]`".to_owned(),
        'N' => "write `.`".to_owned(),
        'R' => "write `\\r?\\n`".to_owned(),
        'X' | 'C' => "write `.` for any character".to_owned(),
        'e' => "write `\\x1b`".to_owned(),
        'Q' | 'E' => "write a backslash before each special character".to_owned(),
        'k' | 'g' => "RE2 does not support backreferences; repeat the pattern".to_owned(),
        'u' | 'U' => "write `\\x{…}` with the code of the character".to_owned(),
        'K' => "remove it".to_owned(),
        other if other.is_alphanumeric() => {
            format!(
                "write {} for the letter, or `\\\\` for a literal backslash",
                quote(&other.to_string())
            )
        }
        other => format!("write {} without the backslash", quote(&other.to_string())),
    }
}

fn flag(kind: &ErrorKind, span: Range<usize>, written: &str) -> PatternError {
    let help = "use the flags `i`, `m`, `s` and `U`, or `(?:…)` for a group without flags";
    match (kind, written) {
        (ErrorKind::FlagDuplicate { .. }, _) => PatternError::new(
            span,
            format!("the flag {} is given twice", quote(written)),
            "remove one of them",
        ),
        (ErrorKind::FlagUnrecognized, ">") => {
            PatternError::new(span, "RE2 does not support atomic groups", "write `(?:…)`")
        }
        (ErrorKind::FlagUnrecognized, "#") => PatternError::new(
            span,
            "RE2 does not support comments in patterns",
            "remove the \
                                                                                  comment",
        ),
        (ErrorKind::FlagUnrecognized, "'") => PatternError::new(
            span,
            "RE2 does not support group names in quotes",
            "write `(?P<name>…)`",
        ),
        (ErrorKind::FlagUnrecognized, "P" | "&" | "|" | "+") => recursion(span),
        (ErrorKind::FlagUnrecognized, digit) if digit.bytes().all(|b| b.is_ascii_digit()) => {
            recursion(span)
        }
        (ErrorKind::FlagUnrecognized, _) => PatternError::new(
            span,
            format!("RE2 does not support the flag {}", quote(written)),
            help,
        ),
        _ => PatternError::new(span, "these flags are incomplete", help),
    }
}

fn recursion(span: Range<usize>) -> PatternError {
    PatternError::new(
        span,
        "RE2 does not support backreferences, recursion or branch reset",
        "repeat the pattern, or write `(?P<name>…)` for a named group",
    )
}

fn group_name(kind: &ErrorKind, span: Range<usize>, written: &str) -> PatternError {
    let message = match kind {
        ErrorKind::GroupNameDuplicate { .. } => {
            format!("the group name {} is given twice", quote(written))
        }
        ErrorKind::GroupNameInvalid => {
            format!("RE2 does not allow {} in a group name", quote(written))
        }
        _ => "this group has no name".to_owned(),
    };
    PatternError::new(span, message, "write `(?P<name>…)` with letters, digits and `_`")
}

/// A reference to what a group matched.
pub(super) fn back_reference(span: Range<usize>, written: &str) -> PatternError {
    PatternError::new(
        span,
        format!("RE2 does not support backreferences such as {}", quote(written)),
        "repeat the pattern, or write `\\x{…}` for a character code",
    )
}

/// A repetition of a repetition, as in `a**` or `a*+`.
pub(super) fn stacked(
    pattern: &str,
    inner: &ast::Repetition,
    outer: &ast::Repetition,
) -> PatternError {
    let span = inner.op.span.start.offset..outer.op.span.end.offset;
    let written = pattern.part(span.clone());
    if matches!(outer.op.kind, ast::RepetitionKind::OneOrMore) {
        let message =
            format!("RE2 does not support possessive repetition such as {}", quote(written));
        return PatternError::new(span, message, "remove the second `+`");
    }
    let message =
        format!("RE2 does not allow a repetition of a repetition such as {}", quote(written));
    PatternError::new(span, message, "keep one of the two, or put the first in a group `(?:…)`")
}

/// A count over the limit, by itself or multiplied with those around it.
pub(super) fn too_often(span: Range<usize>, nested: bool, limit: u32) -> PatternError {
    let message = if nested {
        format!("nested repetitions multiply to more than {limit}")
    } else {
        format!("the repetition count is more than {limit}, the maximum in RE2")
    };
    PatternError::new(
        span,
        message,
        format!("use at most {limit} repetitions, or write `*`, `+` or `{{n,}}`"),
    )
}

fn first_byte(span: Range<usize>) -> Range<usize> {
    span.start..(span.start + 1).min(span.end.max(span.start + 1))
}
