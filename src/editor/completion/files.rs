//! Files that `manifest` and `include` may name.

use super::rank::{Offers, Order};
use super::{Completion, CompletionKind, Completions, Insert, label};
use crate::editor::cursor::Writing;
use crate::editor::{Folder, View};
use crate::policy::write_string;
use crate::source::resolve_beside;
use crate::syntax::decode_string;

/// What kind of file a name is of, the likeliest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Likely,
    Possible,
    Folder,
}

/// Offers the files of a folder, relative to the file that names them.
pub(super) fn complete(
    view: &View,
    files: &dyn Folder,
    writing: &Writing<'_>,
    statement: &str,
) -> Completions {
    let typed = writing.typed();
    // What is typed has no closing quote yet.
    let content = match typed.strip_prefix('"') {
        Some(_) if typed.len() > 1 && typed.ends_with('"') => decode_string(typed),
        Some(_) => decode_string(&format!("{typed}\"")).into_owned().into(),
        None => "".into(),
    };
    let folder = content.rfind('/').and_then(|slash| content.get(..=slash)).unwrap_or("");
    let path = resolve_beside(view.path(), folder);
    let mut found: Vec<(Rank, String)> = files
        .entries(view.path(), &path)
        .into_iter()
        .filter(|name| !name.starts_with('.'))
        .filter(|name| !is_itself(view, &path, name))
        .filter_map(|name| rank(statement, &name).map(|rank| (rank, name)))
        .collect();
    found.sort();
    let mut offers = Offers::new(writing.text, writing.offset, writing.replace.clone());
    for (rank, name) in found {
        push(rank, &format!("{folder}{name}"), &mut offers);
    }
    offers.into_completions()
}

fn is_itself(view: &View, folder: &str, name: &str) -> bool {
    resolve_beside(&format!("{folder}/."), name) == view.path()
}

fn rank(statement: &str, name: &str) -> Option<Rank> {
    if name.ends_with('/') {
        return Some(Rank::Folder);
    }
    let is_policy = name == "policy.json" || name.ends_with(".policy.json");
    match statement {
        "include" => name.ends_with(".gate").then_some(Rank::Likely),
        _ if name.ends_with("tools.json") => Some(Rank::Likely),
        _ => (name.ends_with(".json") && !is_policy).then_some(Rank::Possible),
    }
}

fn push(rank: Rank, path: &str, offers: &mut Offers<'_>) {
    let mut quoted = String::new();
    write_string(path, &mut quoted);
    let (kind, order, insert) = match rank {
        // The cursor stays inside, where the name goes on.
        Rank::Folder => {
            let inner = quoted.strip_suffix('"').unwrap_or(&quoted);
            let snippet = format!("{}$0\"", escaped(inner));
            (CompletionKind::Folder, Order::Last, Insert::Snippet(snippet, quoted))
        }
        Rank::Likely => (CompletionKind::File, Order::First, Insert::Text(quoted)),
        Rank::Possible => (CompletionKind::File, Order::Usual, Insert::Text(quoted)),
    };
    let item = offers.item(kind, &label(path), insert);
    let filter = offers.typed().starts_with('"').then(|| format!("\"{}", label(path)));
    offers.push(order, Completion { filter, ..item });
}

/// Characters that mean something in a snippet, made plain.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '$' | '}' | '\\') {
            out.push('\\');
        }
        out.push(character);
    }
    out
}
