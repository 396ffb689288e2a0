//! Changes of files, made and shown: the lines that are gone and those that have come.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::texts::{Text, Texts};

/// The text after changes that are all made at once. None of them may touch another.
fn changed(text: &Text, edits: &[Value]) -> String {
    let bounds = |edit: &Value| ["start", "end"].map(|end| text.offset(&edit["range"][end]));
    let mut edits: Vec<([usize; 2], &str)> =
        edits.iter().map(|edit| (bounds(edit), edit["newText"].as_str().unwrap())).collect();
    edits.sort_by_key(|(bounds, _)| *bounds);
    assert!(edits.windows(2).all(|pair| pair[0].0[1] <= pair[1].0[0]), "changes overlap");
    let mut made = text.raw().to_owned();
    for ([start, end], new) in edits.into_iter().rev() {
        made.replace_range(start..end, new);
    }
    made
}

/// The lines that are different, from the first to the last, with plain line breaks.
fn difference(name: &str, old: &str, new: &str) -> Vec<String> {
    let old: Vec<&str> = old.lines().collect();
    let new: Vec<&str> = new.lines().collect();
    let same = |pairs: &mut dyn Iterator<Item = (&&str, &&str)>| {
        pairs.take_while(|(old, new)| old == new).count()
    };
    let start = same(&mut old.iter().zip(&new));
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let end = same(&mut old_rest.iter().rev().zip(new_rest.iter().rev()));
    let gone = old_rest[..old_rest.len() - end].iter().map(|line| ("-", line));
    let come = new_rest[..new_rest.len() - end].iter().map(|line| ("+", line));
    let lines = gone.chain(come).map(|(sign, line)| format!("{name}{} {sign} {line}", start + 1));
    lines.map(|line| line.trim_end().to_owned()).collect()
}

fn name(texts: &Texts, text: &Text) -> String {
    if std::ptr::eq(text, texts.own()) { String::new() } else { format!("{} ", text.name) }
}

/// Changes of the document itself.
pub fn edits(texts: &Texts, answer: &Value) -> Vec<String> {
    let edits = answer.as_array().unwrap();
    let (old, new) = (texts.own().raw(), changed(texts.own(), edits));
    let lines = difference("", old, &new);
    // Line breaks stay of one kind.
    let ends = |text: &str| [text.matches("\r\n").count(), text.matches('\n').count()];
    let [pairs, all] = ends(&new);
    assert!(pairs == all || pairs == 0, "{pairs} of {all} line breaks: {new:?}");
    if lines.is_empty() { vec!["no change".to_owned()] } else { lines }
}

/// Changes of several files, which bear the version of what is open.
pub fn files(texts: &Texts, answer: &Value) -> Vec<String> {
    let mut made: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for change in answer["documentChanges"].as_array().unwrap() {
        if change["kind"] == "create" {
            made.entry(change["uri"].as_str().unwrap().to_owned()).or_default();
            continue;
        }
        let document = &change["textDocument"];
        let uri = document["uri"].as_str().unwrap();
        let edits = change["edits"].as_array().unwrap();
        let lines = match texts.all.get(uri) {
            Some(text) => {
                let version = if uri == texts.own { json!(1) } else { Value::Null };
                assert_eq!(document["version"], version, "{uri}");
                difference(&name(texts, text), text.raw(), &changed(text, edits))
            }
            None => {
                assert!(made.contains_key(uri), "{uri} is no file");
                let lines = edits.iter().flat_map(|edit| edit["newText"].as_str().unwrap().lines());
                let last = uri.rsplit('/').next().unwrap();
                lines.map(|line| format!("{last} + {line}").trim_end().to_owned()).collect()
            }
        };
        made.entry(uri.to_owned()).or_default().extend(lines);
    }
    made.into_values().flatten().collect()
}

/// Code actions, each with what it changes.
pub fn actions(texts: &Texts, answer: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    for action in answer.as_array().unwrap() {
        let preferred = if action["isPreferred"] == true { "!" } else { "" };
        let fixed: Vec<&str> = action["diagnostics"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|one| one["code"].as_str().unwrap())
            .collect();
        let (kind, title) = (action["kind"].as_str().unwrap(), action["title"].as_str().unwrap());
        lines.push(format!("{kind}{preferred}: {title} [{}]", fixed.join(" ")));
        lines.extend(files(texts, &action["edit"]).into_iter().map(|line| format!("> {line}")));
    }
    lines
}
