//! A comparison as Markdown: a comment for a pull request.
//!
//! Names and calls are strangers' text. Each is in a `code` element, where services make no links and notify nobody, and every
//! punctuation mark in it is a character reference, which begins no markup.

use super::ComparedPolicy;
use super::shown::{ShownRow, headline, relation};
use crate::text::excerpt;

/// The most bytes of a comment. GitHub takes 65,536 characters.
const MAX_BYTES: usize = 60_000;

/// The most characters of a name, a call or a note.
const MAX_CODE: usize = 300;

/// The comment. The rows that it has no room for are counted.
pub(super) fn render(policies: &[ComparedPolicy]) -> String {
    let mut out = format!("### gatewright: {}\n", super::summary(policies));
    let mut omitted = 0;
    for policy in policies {
        let rows = ShownRow::all(policy);
        if rows.is_empty() && policy.old.is_some() && policy.new.is_some() {
            continue;
        }
        if out.len() > MAX_BYTES {
            omitted += rows.len().max(1);
            continue;
        }
        let name = policy.new.as_ref().or(policy.old.as_ref()).map_or("", String::as_str);
        out.push_str(&format!("\n#### {}: {}\n", code(name), headline(policy)));
        push_rows(&rows, &mut out, &mut omitted);
    }
    if omitted > 0 {
        out.push_str(&format!("\nand {omitted} more, which `gatewright diff` shows\n"));
    }
    out
}

fn push_rows(rows: &[ShownRow], out: &mut String, omitted: &mut usize) {
    if rows.is_empty() {
        return;
    }
    out.push_str("\n| tool | | call | before | now |\n| --- | --- | --- | --- | --- |\n");
    for row in rows {
        if out.len() > MAX_BYTES {
            *omitted += 1;
            continue;
        }
        let (tool, word) = (code(&row.subject), relation(row.relation));
        let notes: String = row.notes.iter().map(|note| format!("<br>{}", code(note))).collect();
        if row.witnesses.is_empty() {
            let notes = notes.trim_start_matches("<br>");
            out.push_str(&format!("| {tool} | {word} | {notes} | | |\n"));
        }
        for (number, witness) in row.witnesses.iter().enumerate() {
            let calls: Vec<String> = witness.calls.iter().map(|call| code(call)).collect();
            let notes = if number + 1 == row.witnesses.len() { notes.as_str() } else { "" };
            let calls = calls.join("<br>");
            let (before, now) = (witness.before, witness.now);
            out.push_str(&format!("| {tool} | {word} | {calls}{notes} | {before} | {now} |\n"));
        }
    }
}

/// A stranger's text, which means nothing but itself.
fn code(text: &str) -> String {
    let mut out = String::from("<code>");
    for character in excerpt(text, MAX_CODE).chars() {
        if character.is_ascii_punctuation() {
            out.push_str(&format!("&#{};", u32::from(character)));
        } else {
            out.push(character);
        }
    }
    out.push_str("</code>");
    out
}
