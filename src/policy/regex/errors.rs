//! What is said about a pattern that cannot be read, or that repeats wrongly.

use std::ops::Range;

use regex_syntax::ast::{self, ErrorKind};

use super::{PatternError, range};
use crate::text::quote;

/// An error of the reader, in the words of a pattern's author.
pub(super) fn explain(pattern: &str, error: &ast::Error) -> PatternError {
    let span = shown(pattern, error);
    let written = pattern.get(span.clone()).unwrap_or("");
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
            "close it with `)`, or write `\\(` for the character",
        ),
        ErrorKind::GroupUnopened => PatternError::new(
            span,
            "this `)` closes nothing",
            "remove it, or write `\\)` for the character",
        ),
        ErrorKind::ClassUnclosed => PatternError::new(
            first_byte(span),
            "this `[` is never closed",
            "close it with `]`, or write `\\[` for the character",
        ),
        ErrorKind::ClassRangeInvalid => PatternError::new(
            span,
            format!("the range {} runs backwards", quote(written)),
            "write the lower character first",
        ),
        ErrorKind::ClassRangeLiteral => PatternError::new(
            span,
            format!("the class {} cannot begin or end a range", quote(written)),
            "put the `-` last in the class, or write `\\-`",
        ),
        ErrorKind::UnsupportedLookAround => PatternError::new(
            span,
            format!("RE2 has no look-around such as {}", quote(written)),
            "test what must or must not stand there in a condition of its own",
        ),
        ErrorKind::NestLimitExceeded(limit) => PatternError::new(
            span,
            format!("the pattern nests deeper than {limit}"),
            "write it with fewer groups inside groups",
        ),
        ErrorKind::RepetitionMissing => PatternError::new(
            span,
            format!("{} repeats nothing", quote(written)),
            format!("write {} for the character", quote(&format!("\\{written}"))),
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
            format!("the repetition {} has its numbers the wrong way round", quote(written))
        }
        ErrorKind::RepetitionCountUnclosed
        | ErrorKind::RepetitionCountDecimalEmpty
        | ErrorKind::DecimalEmpty
        | ErrorKind::DecimalInvalid => "this `{` begins no count of repetitions".to_owned(),
        _ => "the pattern cannot be read here".to_owned(),
    };
    let help = "write `{2}`, `{2,}` or `{2,5}`; the character itself is `\\{`";
    PatternError::new(span, message, help)
}

fn escape(kind: &ErrorKind, span: Range<usize>, written: &str) -> PatternError {
    match kind {
        ErrorKind::EscapeUnexpectedEof if written == "\\" => PatternError::new(
            span,
            "the pattern ends in a single backslash",
            "write `\\\\` for the character",
        ),
        ErrorKind::UnsupportedBackreference => back_reference(span, written),
        ErrorKind::ClassEscapeInvalid => PatternError::new(
            span,
            format!("{} means nothing inside a class", quote(written)),
            "move it out of the brackets",
        ),
        ErrorKind::UnicodeClassInvalid => PatternError::new(
            span,
            format!("{} names no class of characters", quote(written)),
            "write `\\p{Lu}` or `\\p{Greek}`",
        ),
        ErrorKind::EscapeUnexpectedEof
        | ErrorKind::EscapeHexEmpty
        | ErrorKind::EscapeHexInvalid
        | ErrorKind::EscapeHexInvalidDigit => PatternError::new(
            span,
            format!("{} is no code of a character", quote(written)),
            "write `\\x41` or `\\x{1f600}`",
        ),
        ErrorKind::EscapeUnrecognized if written.ends_with(|c: char| c.is_ascii_digit()) => {
            back_reference(span, written)
        }
        ErrorKind::EscapeUnrecognized => PatternError::new(
            span,
            format!("RE2 has no escape {}", quote(written)),
            escape_help(written),
        ),
        _ => PatternError::new(
            span,
            "RE2 reads `\\b{` as the edge of a word and a plain `{`",
            "write `\\b` for the edge of a word, `\\{` for the character",
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
        'X' | 'C' => "write `.` for a character".to_owned(),
        'e' => "write `\\x1b`".to_owned(),
        'Q' | 'E' => "write a backslash before each special character".to_owned(),
        'k' | 'g' => "RE2 has no back-references; spell the text out again".to_owned(),
        'u' | 'U' => "write `\\x{…}` with the code of the character".to_owned(),
        'K' => "leave it out".to_owned(),
        other if other.is_alphanumeric() => {
            format!("write {} for the letter, `\\\\` for a backslash", quote(&other.to_string()))
        }
        other => format!("write {} alone", quote(&other.to_string())),
    }
}

fn flag(kind: &ErrorKind, span: Range<usize>, written: &str) -> PatternError {
    let help = "the flags are `i`, `m`, `s` and `U`; a plain group is `(?:…)`";
    match (kind, written) {
        (ErrorKind::FlagDuplicate { .. }, _) => PatternError::new(
            span,
            format!("the flag {} stands twice", quote(written)),
            "leave one out",
        ),
        (ErrorKind::FlagUnrecognized, ">") => {
            PatternError::new(span, "RE2 has no atomic groups", "write `(?:…)`")
        }
        (ErrorKind::FlagUnrecognized, "#") => {
            PatternError::new(span, "RE2 has no comments in patterns", "leave the comment out")
        }
        (ErrorKind::FlagUnrecognized, "'") => {
            PatternError::new(span, "RE2 names no groups in quotes", "write `(?P<name>…)`")
        }
        (ErrorKind::FlagUnrecognized, "P" | "&" | "|" | "+") => recursion(span),
        (ErrorKind::FlagUnrecognized, digit) if digit.bytes().all(|b| b.is_ascii_digit()) => {
            recursion(span)
        }
        (ErrorKind::FlagUnrecognized, _) => {
            PatternError::new(span, format!("RE2 has no flag {}", quote(written)), help)
        }
        _ => PatternError::new(span, "these flags are not complete", help),
    }
}

fn recursion(span: Range<usize>) -> PatternError {
    PatternError::new(
        span,
        "RE2 has no back-references, recursion or branch reset",
        "spell the text out again; a named group is `(?P<name>…)`",
    )
}

fn group_name(kind: &ErrorKind, span: Range<usize>, written: &str) -> PatternError {
    let message = match kind {
        ErrorKind::GroupNameDuplicate { .. } => {
            format!("the group name {} is given twice", quote(written))
        }
        ErrorKind::GroupNameInvalid => format!("RE2 takes no {} in a group name", quote(written)),
        _ => "this group has no name".to_owned(),
    };
    PatternError::new(span, message, "write `(?P<name>…)` with letters, digits and `_`")
}

/// A reference to what a group matched.
pub(super) fn back_reference(span: Range<usize>, written: &str) -> PatternError {
    PatternError::new(
        span,
        format!("RE2 has no back-references such as {}", quote(written)),
        "spell the text out again; a character by its code is `\\x{…}`",
    )
}

/// A repetition of a repetition, as in `a**` or `a*+`.
pub(super) fn stacked(
    pattern: &str,
    inner: &ast::Repetition,
    outer: &ast::Repetition,
) -> PatternError {
    let span = inner.op.span.start.offset..outer.op.span.end.offset;
    let written = pattern.get(span.clone()).unwrap_or("");
    if matches!(outer.op.kind, ast::RepetitionKind::OneOrMore) {
        let message = format!("RE2 has no possessive repetition such as {}", quote(written));
        return PatternError::new(span, message, "leave the second `+` out");
    }
    let message = format!("RE2 takes no repetition of a repetition such as {}", quote(written));
    PatternError::new(span, message, "keep one of the two, or put the first into a group `(?:…)`")
}

/// A count over the limit, by itself or multiplied with those around it.
pub(super) fn too_often(span: Range<usize>, nested: bool, limit: u32) -> PatternError {
    let message = if nested {
        format!("repetitions inside repetitions come to more than {limit} in RE2")
    } else {
        format!("RE2 repeats no more than {limit} times")
    };
    PatternError::new(
        span,
        message,
        format!("stay at {limit} or below, or write `*`, `+` or `{{n,}}`"),
    )
}

fn first_byte(span: Range<usize>) -> Range<usize> {
    span.start..(span.start + 1).min(span.end.max(span.start + 1))
}
