//! Comments that were meant as suppressions and are not written as one.

use super::comments::MARK;
use super::{errors, is_suppressible};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Span};
use crate::text::nearest;

/// The words that ask a linter to be silent.
const DIRECTIVES: [&str; 8] =
    ["allow", "ignore", "disable", "suppress", "skip", "off", "expect", "noqa"];

/// What may come between the name of the program and its directive.
const BETWEEN: [char; 9] = [' ', '\t', ':', '-', '/', '.', '=', ',', ';'];

/// The finding of a comment whose text begins at an offset: nearly `gatewright: allow(…)`, or `allow(RULE)` alone.
pub(super) fn find(file: FileId, at: usize, comment: &str) -> Option<Diagnostic> {
    let (name, rest) = split_word(comment);
    let is_name = name.eq_ignore_ascii_case("gatewright")
        || name.len() > 7 && !nearest(name, ["gatewright"]).is_empty();
    let (directive, list) =
        if is_name { split_word(rest.trim_start_matches(BETWEEN)) } else { (name, rest) };
    let is_directive = DIRECTIVES.contains(&directive.to_ascii_lowercase().as_str());
    let rules = list.trim_start_matches([' ', '\t', ':']).strip_prefix(['(', '['])?;
    let rule = rules.split([',', ')', ']']).next().unwrap_or("").trim();
    let is_rule = Code::from_name(rule).is_some_and(is_suppressible);
    let is_meant = if is_name { is_directive } else { is_rule && directive == "allow" };
    if !is_meant {
        return None;
    }
    let written = comment.len() - list.len();
    let span = Span::new(file, at, at + written);
    let shown = comment.get(..written).unwrap_or("");
    Some(errors::slip(span, shown, &format!("{MARK} allow")))
}

/// The letters at the start of a text, and the rest.
fn split_word(text: &str) -> (&str, &str) {
    let end = text.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}
