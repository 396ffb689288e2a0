//! What is said about a configuration, a constructor a finding.

use toml::de::DeValue;

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{LoadError, Span};
use crate::text::{choice, clean, did_you_mean, quote};

/// A finding of this kind.
pub(super) fn error(span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Code::InvalidConfiguration, span, message)
}

pub(super) fn too_large(span: Span, bytes: usize) -> Diagnostic {
    let message = format!(
        "the configuration is {bytes} bytes long, more than the maximum of {}",
        super::MAX_BYTES
    );
    error(span, message).with_help("replace lists of files with patterns")
}

/// What the parser says; `expected` may be empty.
pub(super) fn syntax(span: Span, what: &str, expected: &str) -> Diagnostic {
    let finding = error(span, format!("this is not valid TOML: {what}"));
    match expected {
        "" | "nothing" => finding,
        _ => finding.with_primary(format!("expected {expected}")),
    }
}

pub(super) fn unclosed(span: Span, noun: &str) -> Diagnostic {
    error(span, format!("this {noun} is never closed")).with_help("close it")
}

pub(super) fn unquoted(span: Span, word: &str) -> Diagnostic {
    let written = format!("\"{word}\"");
    error(span, format!("the string {} is not in quotes", quote(word)))
        .with_help(format!("write {}", quote(&written)))
}

/// Nothing stands behind a `=`.
pub(super) fn missing_value(span: Span) -> Diagnostic {
    error(span, "the value is missing".to_owned()).with_help("write a value after the `=`")
}

/// A key that the place does not have.
pub(super) fn unknown_key(span: Span, place: &str, key: &str, keys: &[&str]) -> Diagnostic {
    let near = did_you_mean(key, keys.iter().copied());
    let help = near
        .unwrap_or_else(|| format!("the known keys are {}", crate::text::list(keys, keys.len())));
    error(span, format!("unknown key {} in {place}", quote(key))).with_help(help)
}

pub(super) fn rule_outside_rules(span: Span, name: &str) -> Diagnostic {
    error(span, format!("the rule {} is outside `[rules]`", quote(name)))
        .with_help("move the line below `[rules]`")
}

pub(super) fn missing_key(span: Span, key: &str, help: &str) -> Diagnostic {
    error(span, format!("the suppression is missing the key {}", quote(key))).with_help(help)
}

/// A value of the wrong type. `subject` and `expected` are words: `` `exclude` ``, `a list`.
pub(super) fn wrong_type(
    span: Span,
    subject: &str,
    expected: &str,
    found: &DeValue<'_>,
) -> Diagnostic {
    error(span, format!("{subject} must be {expected}, found {}", kind(found)))
}

/// A string that is none of the words. `noun` is what they are: `target`.
pub(super) fn wrong_word(span: Span, noun: &str, found: &str, words: &[&str]) -> Diagnostic {
    let near = did_you_mean(found, words.iter().copied());
    let help = near.unwrap_or_else(|| format!("write {}", choice(words, words.len())));
    error(span, format!("unknown {noun} {}", quote(found))).with_help(help)
}

pub(super) fn empty_list(span: Span, subject: &str, help: &str) -> Diagnostic {
    error(span, format!("{subject} is empty")).with_help(help)
}

pub(super) fn patterns_too_large(span: Span) -> Diagnostic {
    error(span, "these patterns are too large together")
        .with_help("write fewer patterns, or use fewer braces")
}

pub(super) fn of_gate_files(span: Span, pattern: &str, help: &str) -> Diagnostic {
    error(span, format!("{} matches `.gate` files, which set this themselves", quote(pattern)))
        .with_help(help)
}

/// The type of a value, in words.
pub(super) fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// A manifest that is named cannot be read.
pub(super) fn unreadable_manifest(
    place: Span,
    path: &str,
    configuration: &str,
    error: &LoadError,
) -> Diagnostic {
    let message = format!("cannot read {}: {}", quote(path), clean(&error.reason));
    let searched = || format!("the path is relative to {}", quote(configuration));
    Diagnostic::new(Code::UnreadableFile, place, message)
        .with_help(error.help.clone().unwrap_or_else(searched))
}
