//! The diagnostics of files, put together from all workspaces that have something to say about them.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};

use gatewright::config;
use gatewright::diagnostic::{MAX_SHOWN_IN_FILE, Severity, most_severe};
use gatewright::editor::Finding;
use gatewright::text::count;
use tower_lsp::ls_types as lsp;

use super::convert::diagnostic;
use crate::moment::Seen;
use crate::paths::{Place, is_absolute};
use crate::state::State;

/// All that is to be said about a file.
#[derive(Clone, Debug)]
pub struct List {
    /// The name of the file.
    pub key: String,
    /// Its address.
    pub uri: lsp::Uri,
    /// The version of the document that it is about; `None` for what lies on the disk.
    pub version: Option<i32>,
    /// What is to be said, by place.
    pub items: Vec<lsp::Diagnostic>,
    /// Equal for equal items.
    pub print: u64,
}

/// The lists of files, by name.
pub fn lists(everything: &[Seen], keys: &BTreeSet<String>) -> Vec<List> {
    let mut found: BTreeMap<&str, Vec<lsp::Diagnostic>> = BTreeMap::new();
    for seen in everything {
        let paths: BTreeMap<String, &str> = keys
            .iter()
            .map(|key| (seen.base.path(&place(key)), key.as_str()))
            .filter(|(path, key)| speaks_of(everything, seen, path, key))
            .collect();
        let names: BTreeSet<String> = paths.keys().cloned().collect();
        for (path, findings) in seen.snapshot.findings_of(&names) {
            let Some(key) = paths.get(&path) else { continue };
            add(found.entry(*key).or_default(), shown(seen, &findings));
        }
    }
    let list = |key: &String| list(everything, key, found.remove(key.as_str()).unwrap_or_default());
    keys.iter().filter_map(list).collect()
}

/// What is going to be said about a document, where that can be told without checking its policy: it is the whole policy, and a
/// part of no other one.
pub fn foretold(state: &State, everything: &[Seen], key: &str) -> Option<List> {
    let place = place(key);
    let mut found: Option<(&Seen, String)> = None;
    for seen in everything {
        let path = seen.base.path(&place);
        if !state.shelf().includers(seen.base.number, key).is_empty() {
            return None;
        }
        if seen.snapshot.is_policy(&path) && found.replace((seen, path)).is_some() {
            return None;
        }
    }
    let (seen, path) = found?;
    let checked = seen.snapshot.foretold(&path)?;
    list(everything, key, shown(seen, &checked.findings(&path)))
}

/// The findings in a file as the client shows them: the most severe ones of very many, and a last one that says how many there are
/// besides.
fn shown(seen: &Seen, findings: &[Finding]) -> Vec<lsp::Diagnostic> {
    let severities: Vec<Severity> =
        findings.iter().map(|finding| finding.diagnostic().severity).collect();
    let kept = most_severe(&severities, MAX_SHOWN_IN_FILE);
    let all = kept.iter().filter_map(|at| findings.get(*at));
    let mut items: Vec<_> = all.filter_map(|finding| diagnostic(seen, finding)).collect();
    if let (Some(more @ 1..), Some(last)) = (findings.len().checked_sub(kept.len()), items.last()) {
        let message = format!("{} in this file", count(more, "more finding"));
        let severity = Some(lsp::DiagnosticSeverity::INFORMATION);
        let source = last.source.clone();
        items.push(lsp::Diagnostic {
            range: last.range,
            severity,
            source,
            message,
            ..lsp::Diagnostic::default()
        });
    }
    items
}

/// A configuration is the matter of the folder that it lies in, and of no other one.
fn speaks_of(everything: &[Seen], seen: &Seen, path: &str, key: &str) -> bool {
    if path.rsplit('/').next() != Some(config::FILE_NAME) {
        return true;
    }
    let holds = |seen: &Seen| seen.base.folder.as_ref().is_some_and(|folder| folder.holds(key));
    let length = |seen: &&Seen| seen.base.folder.as_ref().map(|folder| folder.path.len());
    let owner = everything.iter().filter(|seen| holds(seen)).max_by_key(length);
    owner.is_none_or(|owner| owner.base.number == seen.base.number)
}

/// Adds what is not there already: two workspaces may say the same about a file that both know.
fn add(items: &mut Vec<lsp::Diagnostic>, more: Vec<lsp::Diagnostic>) {
    if items.is_empty() {
        *items = more;
        return;
    }
    let what = |item: &lsp::Diagnostic| (place_in(item), code(item), item.message.clone());
    let known: BTreeSet<_> = items.iter().map(what).collect();
    items.extend(more.into_iter().filter(|item| !known.contains(&what(item))));
    items.sort_by_key(place_in);
}

fn place_in(item: &lsp::Diagnostic) -> (lsp::Position, lsp::Position) {
    (item.range.start, item.range.end)
}

fn code(item: &lsp::Diagnostic) -> String {
    match &item.code {
        Some(lsp::NumberOrString::String(code)) => code.clone(),
        _ => String::new(),
    }
}

fn list(everything: &[Seen], key: &str, items: Vec<lsp::Diagnostic>) -> Option<List> {
    let place = place(key);
    let address = |seen: &Seen| seen.uri(&seen.base.path(&place));
    let uri = everything.iter().find_map(|seen| {
        let folder = seen.base.folder.as_ref();
        folder.is_none_or(|folder| folder.holds(key)).then(|| address(seen)).flatten()
    })?;
    let version = everything.first()?.shown.get(key).map(|shown| shown.version);
    Some(List { key: key.to_owned(), uri, version, print: print(&items), items })
}

/// The place with this name.
pub fn place(key: &str) -> Place {
    if is_absolute(key) { Place::File(key.to_owned()) } else { Place::Elsewhere(key.to_owned()) }
}

fn print(items: &[lsp::Diagnostic]) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    // What cannot be written is sent every time.
    serde_json::to_vec(items).unwrap_or_default().hash(&mut hasher);
    hasher.finish()
}
