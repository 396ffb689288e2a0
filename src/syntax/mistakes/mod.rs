//! Findings about text that is not a statement: one small function for each kind of mistake.

mod clauses;
mod comments;
mod conditions;
mod exclusion;
mod found;
mod marks;
mod operators;
mod rates;
mod refused;
mod start;
mod steps;
mod tools;
mod values;

use crate::diagnostic::{Applicability, Code, Diagnostic};
use crate::policy::MAX_CALLS;
use crate::source::Span;
use crate::text;

pub(super) use refused::{Context, RefusedIn, describe};

pub(super) fn stray_brace(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Syntax, span, "unmatched `}`")
        .with_help("remove it, or open a block with `tool NAME {`")
}

pub(super) fn empty_block(span: Span) -> Diagnostic {
    Diagnostic::new(Code::EmptyBlock, span, "this block has no rules")
        .with_help("add a rule such as `allow`, or remove the block")
}

pub(super) fn empty_test(span: Span) -> Diagnostic {
    Diagnostic::new(Code::EmptyBlock, span, "this test has no calls")
        .with_help("add a call such as `call TOOL -> deny`, or remove the test")
}

pub(super) fn unclosed_test(brace: Span, head: Span) -> Diagnostic {
    Diagnostic::new(Code::UnclosedDelimiter, brace, "this test is never closed")
        .with_label(head, "the head of the test")
        .with_help("close it with `}` on its own line")
}

pub(super) fn unclosed_block(brace: Span, head: Span) -> Diagnostic {
    Diagnostic::new(Code::UnclosedDelimiter, brace, "this block is never closed")
        .with_label(head, "the block of this `tool` statement")
        .with_help("close it with `}` on its own line")
}

pub(super) fn word_as_name(span: Span, name: &str) -> Diagnostic {
    let message = format!("{} is a keyword, not a tool's name", text::quote(name));
    let diagnostic = Diagnostic::new(Code::WordAsName, span, message);
    if name == "all" {
        return diagnostic.with_help(
            "write `@tools` for every tool of the manifest; `all` is allowed only after `rate` \
             and `hide`",
        );
    }
    diagnostic.with_help(format!("if a tool has this name, write \"{name}\"")).with_fix(
        Applicability::Unsafe,
        "put the name in double quotes",
        span,
        format!("\"{name}\""),
    )
}

pub(super) fn no_calls(span: Span) -> Diagnostic {
    Diagnostic::new(Code::InvalidRate, span, "a cap of 0 blocks every call")
        .with_help("write `deny` or `hide` to block the tool, or a cap of at least 1")
}

pub(super) fn too_many_calls(span: Span, digits: &str) -> Diagnostic {
    let number = text::excerpt(digits, 24);
    let message = format!("{number} calls are more than the gateway can count exactly");
    Diagnostic::new(Code::InvalidRate, span, message)
        .with_help(format!("the largest cap is {MAX_CALLS}; for no cap, remove it"))
}

pub(super) fn empty_key(span: Span) -> Diagnostic {
    Diagnostic::new(Code::InvalidPath, span, "the name of an argument is empty")
        .with_help("write the argument's name, such as args.amount")
}

pub(super) fn duplicate_key(span: Span, name: &str) -> Diagnostic {
    let message = format!("the key {} is given twice in this object", text::quote(name));
    Diagnostic::new(Code::DuplicateKey, span, message)
        .with_note("some JSON parsers keep the first value, others the last")
        .with_help("remove one of them")
}

pub(super) fn invalid_string(span: Span, problem: &str) -> Diagnostic {
    Diagnostic::new(Code::InvalidString, span, problem.to_owned()).with_help(
        "the JSON escapes are \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four hexadecimal \
         digits",
    )
}

/// A quoted string in which each backslash that begins no JSON escape is doubled, if that makes it right.
pub(super) fn doubled_backslashes(quoted: &str) -> Option<String> {
    let mut doubled = String::with_capacity(quoted.len() + 8);
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        doubled.push(character);
        if character == '\\' {
            let kind = characters.next()?;
            if !"\"\\/bfnrtu".contains(kind) {
                doubled.push('\\');
            }
            doubled.push(kind);
        }
    }
    (doubled != quoted && string_problem(&doubled).is_none()).then_some(doubled)
}

/// The remedy for `"^\d"`: regular expressions are full of backslashes that JSON wants twice.
pub(super) fn with_backslashes(found: Diagnostic, string: Span, by: String) -> Diagnostic {
    let kind = found.message.chars().nth(2).unwrap_or('d');
    found.with_help(format!("to write a backslash, double it: `\\\\{kind}`")).with_fix(
        Applicability::Unsafe,
        "double the backslash",
        string,
        by,
    )
}

/// What is wrong with a quoted JSON string: where, over how many bytes, and the message.
pub(super) fn string_problem(quoted: &str) -> Option<(usize, usize, String)> {
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        if character < ' ' {
            let name = character.escape_unicode();
            return Some((at, 1, format!("a string contains the control character `{name}`")));
        }
        if character != '\\' {
            continue;
        }
        let (_, kind) = characters.next()?;
        match kind {
            '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' => {}
            'u' => {
                let length = unicode_escape(quoted.get(at..)?)?;
                if length == 0 {
                    let shown = text::quote(quoted.get(at..at + 6).unwrap_or("\\u"));
                    return Some((at, 2, format!("{shown} is not a character")));
                }
                while characters.as_str().len() > quoted.len() - at - length {
                    characters.next();
                }
            }
            other => {
                let shown = text::quote(&format!("\\{other}"));
                return Some((at, 1 + other.len_utf8(), format!("{shown} is not a JSON escape")));
            }
        }
    }
    None
}

/// How long the `\u` escape is that the text begins with, a pair of surrogates being one; 0 when it names none.
fn unicode_escape(escape: &str) -> Option<usize> {
    let unit = |at: usize| {
        let digits = escape.get(at..at + 4)?;
        let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if plain { u32::from_str_radix(digits, 16).ok() } else { None }
    };
    Some(match unit(2) {
        Some(0xd800..0xdc00) if escape.get(6..8) == Some("\\u") => match unit(8) {
            Some(0xdc00..0xe000) => 12,
            _ => 0,
        },
        Some(0xd800..0xe000) | None => 0,
        Some(_) => 6,
    })
}
