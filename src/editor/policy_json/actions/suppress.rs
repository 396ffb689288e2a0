//! Letting a finding stand: an entry in the configuration, because a policy.json has no comments.

use crate::config;
use crate::diagnostic::Diagnostic;
use crate::editor::actions::{Action, ActionKind};
use crate::editor::configuration::string;
use crate::editor::{Edits, Finding, Snapshot, View};
use crate::lint::suppress::is_suppressible;
use crate::source::{SourceFile, SourceSet};
use crate::text::{clean, quote};

/// How many tools an entry lists at most. A finding about more of them would be suppressed by a glob, which only its author can
/// choose.
const MAX_TOOLS: usize = 50;
/// How many findings of one place are offered to be suppressed.
const MAX_OFFERS: usize = 20;
/// What stands for the reason. It has no letter in it, so that a check does not take it for one.
const NO_REASON: &str = "…";
/// A reason, to see whether an entry would count.
const SOME_REASON: &str = "x";

/// An entry for each of the findings that can be suppressed.
pub(super) fn actions(
    snapshot: &Snapshot,
    view: &View,
    findings: &[(usize, Finding)],
) -> Vec<Action> {
    let Some(scope) = view.policy().scope.as_ref() else { return Vec::new() };
    let Some(file) = snapshot.text(&scope.configuration) else { return Vec::new() };
    let way = &scope.path;
    let before = heard(file.text(), way);
    let mut found = Vec::new();
    for (number, finding) in findings.iter().take(MAX_OFFERS) {
        let diagnostic = finding.diagnostic();
        let Some(trial) = entry(diagnostic, way, SOME_REASON) else { continue };
        // In a configuration that is broken, or has another list of the name, the entry would not count.
        if heard(&format!("{}{}", file.text(), added(&file, &trial)), way) != before + 1 {
            continue;
        }
        let Some(entry) = entry(diagnostic, way, NO_REASON) else { continue };
        let mut edits = Edits::default();
        let end = file.text().len();
        edits.replace(&file, end..end, added(&file, &entry));
        found.push(Action {
            title: title(diagnostic, file.path()),
            kind: ActionKind::QuickFix,
            edits,
            findings: vec![*number],
            is_preferred: false,
        });
    }
    found
}

fn title(diagnostic: &Diagnostic, path: &str) -> String {
    let tools = match diagnostic.tools.as_slice() {
        [] => String::new(),
        [only] => format!(" for {}", quote(only)),
        several => format!(" for {} tools", several.len()),
    };
    format!("suppress `{}`{tools} in {}", diagnostic.code.name(), clean(path))
}

/// The entry that suppresses a finding in the file at a path for some reason, if one can.
fn entry(diagnostic: &Diagnostic, way: &str, reason: &str) -> Option<String> {
    let tools = &diagnostic.tools;
    // A name with a star or question mark would stand for others too.
    let is_plain = tools.len() <= MAX_TOOLS && !tools.iter().any(|tool| tool.contains(['*', '?']));
    if !is_suppressible(diagnostic.code) || !is_plain {
        return None;
    }
    let path = string(&pattern(way));
    let mut out =
        format!("[[suppress]]\npath = {path}\nrules = [\"{}\"]\n", diagnostic.code.name());
    if !tools.is_empty() {
        let tools: Vec<String> = tools.iter().map(|tool| string(tool)).collect();
        out.push_str(&format!("tools = [{}]\n", tools.join(", ")));
    }
    out.push_str(&format!("reason = {}\n", string(reason)));
    Some(out)
}

/// The pattern of one path and no other.
fn pattern(way: &str) -> String {
    // Without a `/` it would be about files of this name in every folder.
    let mut out = String::from(if way.contains('/') { "" } else { "/" });
    for character in way.chars() {
        if matches!(character, '*' | '?' | '[' | ']' | '{' | '}' | '\\' | '!') {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

/// The entry with the line breaks of the file, and a blank line before it.
fn added(file: &SourceFile, entry: &str) -> String {
    let text = file.text();
    let before = match text {
        _ if text.trim().is_empty() => "",
        _ if text.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    let added = format!("{before}{entry}");
    if text.contains("\r\n") { added.replace('\n', "\r\n") } else { added }
}

/// How many suppressions of a configuration are about the file.
fn heard(configuration: &str, way: &str) -> usize {
    let mut sources = SourceSet::default();
    let file = sources.add(config::FILE_NAME, configuration);
    config::read(file, sources.text(file)).0.suppressions_for(way).len()
}
