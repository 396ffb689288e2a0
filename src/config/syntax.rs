//! What is wrong with a text as TOML, one finding a mistake.
//!
//! The parser goes on after a mistake, but says of much that follows that it is wrong too, and reads some of it as what it is
//! not. So only the first fault of a line counts, or of a value that reaches over several lines; what it spoils is taken out,
//! and the rest is parsed again.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::de::{DeTable, DeValue, Error};

use super::errors;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span, TextPart};

/// How often a text is parsed again. Twice is usual; more is for lists that are not closed, each of which hides the next.
const PASSES: usize = 8;

/// A text without its mistakes.
pub(super) struct Repaired {
    /// As long as the author's, with spaces where it is broken; empty when it is broken beyond that.
    pub(super) text: String,
    /// One for each mistake.
    pub(super) findings: Vec<Diagnostic>,
}

/// A mistake, and the bytes that it spoils.
struct TomlFault {
    finding: Diagnostic,
    spoiled: Range<usize>,
    /// Whether it is a bracket or a string that is not closed.
    is_open: bool,
}

/// Takes out of a text whatever the parser refuses.
pub(super) fn repair(file: FileId, text: &str) -> Repaired {
    let mut repaired = Repaired { text: text.to_owned(), findings: Vec::new() };
    for _ in 0..PASSES {
        let (table, errors) = DeTable::parse_recoverable(&repaired.text);
        if errors.is_empty() {
            return repaired;
        }
        let faults = faults(file, &repaired.text, table.get_ref(), &errors);
        repaired.text = masked(&repaired.text, faults.iter().map(|fault| fault.spoiled.clone()));
        repaired.findings.extend(faults.into_iter().map(|fault| fault.finding));
    }
    repaired.text.clear();
    repaired
}

/// The first fault of each line and value.
fn faults(file: FileId, text: &str, table: &DeTable<'_>, errors: &[Error]) -> Vec<TomlFault> {
    let mut places: Vec<(Range<usize>, &Error)> =
        errors.iter().map(|error| (place(text, error), error)).collect();
    // The sort is stable: of two faults at one place the parser's first counts.
    places.sort_by_key(|(place, _)| place.start);
    let (values, unclosed) = (values(table), unclosed(errors));
    let mut values = values.into_iter().peekable();
    let mut outer = 0..0;
    let mut faults: Vec<TomlFault> = Vec::new();
    for (place, error) in places {
        while let Some(value) = values.next_if(|value| value.start <= place.start) {
            // A value within another one ends before it.
            outer = if value.end > outer.end { value } else { outer };
        }
        if faults.last().is_some_and(|fault| place.start < fault.spoiled.end) {
            continue;
        }
        let fault = match outer.end >= place.start {
            true => fault_in(file, text, &outer, unclosed.contains(&outer.end), (&place, error)),
            false => fault_of_line(file, text, (&place, error)),
        };
        let is_open = fault.is_open;
        faults.push(fault);
        // Behind it the parser takes everything for something else: the next pass will tell.
        if is_open {
            break;
        }
    }
    faults
}

/// A fault in a value. One that runs into a heading, or into the end of the text, is not closed: what comes behind the heading
/// is none of it.
fn fault_in(
    file: FileId,
    text: &str,
    value: &Range<usize>,
    ends_open: bool,
    (place, error): (&Range<usize>, &Error),
) -> TomlFault {
    let start = line_start(text, value.start);
    let heading = next_heading(text, line_end(text, value.start), value.end);
    if is_heading(text, start) || heading == value.end && !ends_open {
        let whole = value.start..value.end.max(place.end);
        let (finding, spoiled) = (finding(file, text, place, error), lines(text, &whole));
        return TomlFault { finding, spoiled, is_open: false };
    }
    let is_string = text.get(value.start..).is_some_and(|value| value.starts_with(['"', '\'']));
    let noun = if is_string { "string" } else { "bracket" };
    let finding = errors::unclosed(Span::new(file, value.start, value.start + 1), noun);
    TomlFault { finding, spoiled: start..heading, is_open: true }
}

/// A fault outside of values. With a heading goes what stands below it: it would count as a part of what stands above.
fn fault_of_line(file: FileId, text: &str, (place, error): (&Range<usize>, &Error)) -> TomlFault {
    let mut spoiled = lines(text, place);
    if is_heading(text, spoiled.start) {
        spoiled.end = next_heading(text, spoiled.end, text.len());
    }
    TomlFault { finding: finding(file, text, place, error), spoiled, is_open: false }
}

/// Where the parser found a fault; at the end of the text when it does not say.
fn place(text: &str, error: &Error) -> Range<usize> {
    error.span().unwrap_or(text.len()..text.len())
}

/// The places of all values, by their starts. The parser bounds how deep they nest.
fn values(table: &DeTable<'_>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut open: Vec<&DeTable<'_>> = vec![table];
    while let Some(table) = open.pop() {
        for value in table.values() {
            found.push(value.span());
            match value.get_ref() {
                DeValue::Table(inner) => open.push(inner),
                DeValue::Array(list) => {
                    open.extend(list.iter().filter_map(|element| element.get_ref().as_table()));
                }
                _ => {}
            }
        }
    }
    found.sort_by_key(|span| span.start);
    found
}

/// Where the parser missed the end of a list or an inline table.
fn unclosed(errors: &[Error]) -> BTreeSet<usize> {
    let missed = errors.iter().filter(|error| error.message().starts_with("unclosed"));
    missed.filter_map(|error| Some(error.span()?.start)).collect()
}

fn finding(file: FileId, text: &str, place: &Range<usize>, error: &Error) -> Diagnostic {
    let message = error.message();
    let (what, expected) = message.split_once(", expected ").unwrap_or((message, ""));
    let start = line_start(text, place.start);
    if what.starts_with("unclosed") && is_heading(text, start) {
        let bracket = start + text.get(start..).and_then(|line| line.find('[')).unwrap_or(0);
        return errors::unclosed(Span::new(file, bracket, bracket + 1), "bracket");
    }
    let word = word_around(text, place);
    let is_word = ["string values must be quoted", "invalid boolean", "invalid float"];
    if is_word.contains(&what)
        && let Some(written) = text.get(word.clone())
        && !written.contains(['"', '\''])
    {
        let span = Span::new(file, word.start, word.end);
        return if written.is_empty() {
            errors::missing_value(Span::new(file, place.start, place.end))
        } else {
            errors::unquoted(span, written)
        };
    }
    errors::syntax(Span::new(file, place.start, place.end), what, expected)
}

/// The characters up to the next space or mark on both sides of a place.
fn word_around(text: &str, place: &Range<usize>) -> Range<usize> {
    let goes_on =
        |c: char| !c.is_whitespace() && !matches!(c, ',' | '[' | ']' | '{' | '}' | '#' | '=');
    let before = text.part(..place.start);
    let after = text.part(place.end..);
    let rest = after.trim_start_matches(goes_on);
    before.trim_end_matches(goes_on).len()..place.end + after.len() - rest.len()
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |line_break| line_break + 1)
}

fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|after| after.find('\n')).map_or(text.len(), |length| at + length)
}

/// Whether a line looks like `[rules]`: it begins with a bracket, and what follows is no list of values.
fn is_heading(text: &str, line: usize) -> bool {
    let line = text.part(line..line_end(text, line)).trim_start();
    let name = line.trim_start_matches('[');
    name.len() < line.len() && name.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// The end of the line before the next heading, from the end of a line up to a limit, else the limit.
fn next_heading(text: &str, from: usize, limit: usize) -> usize {
    let mut at = from;
    while at < limit && !is_heading(text, at + 1) {
        at = line_end(text, at + 1);
    }
    at.min(limit)
}

/// The whole lines of a range, one byte at least.
fn lines(text: &str, range: &Range<usize>) -> Range<usize> {
    line_start(text, range.start)..line_end(text, range.end).max(range.start + 1)
}

/// The text with spaces in these ranges, which are in order but may overlap or cut a character; line breaks stay.
fn masked(text: &str, ranges: impl Iterator<Item = Range<usize>>) -> String {
    let mut out = String::with_capacity(text.len());
    for range in ranges {
        let start = text.floor_char_boundary(range.start).max(out.len());
        let end = text.ceil_char_boundary(range.end).max(start);
        out.push_str(text.part(out.len()..start));
        let spoiled = text.part(start..end);
        out.extend(spoiled.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
    }
    out.push_str(text.part(out.len()..));
    out
}
