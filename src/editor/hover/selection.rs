//! About globs, sets, groups and classes.

use super::shown;
use crate::editor::cursor::WordAt;
use crate::editor::{View, reach};
use crate::policy::ToolId;
use crate::resolve::Resolved;
use crate::risk::{Class, ClassSet};
use crate::syntax::tree::{SelectorKind, Selectors};
use crate::text::count;

/// So many of the tools that are taken away are listed.
const MAX_AWAY: usize = 10;
/// Longer names are cut, in characters.
const MAX_NAME: usize = 80;

/// A glob or a set: what it stands for, and what the row in which it stands takes away from that.
pub(super) fn selector(
    view: &View,
    at: &WordAt<'_>,
    written: &str,
    kind: SelectorKind,
) -> Option<String> {
    let resolved = view.resolved()?;
    let mut out = meaning(resolved, written, kind);
    let Some(tools) = reach::tools(resolved, written, kind) else {
        if resolved.manifest.is_none() {
            out += "\n\nTo list its tools, add a manifest: `manifest \"FILE\"`.";
        }
        return Some(out);
    };
    out += &format!("\n\n{}", reach::listing(resolved, &tools));
    let is_item = |selectors: &&Selectors| {
        selectors.items.iter().any(|item| item.span.range() == at.word.range)
    };
    if let Some(selectors) = at.selectors().filter(is_item) {
        out += &taken_away(view, resolved, selectors, tools);
    }
    Some(out)
}

/// The name that a `group` defines.
pub(super) fn group(view: &View, at: &WordAt<'_>, name: &str) -> Option<String> {
    let resolved = view.resolved()?;
    let mut out = format!(
        "The group {}, used as {}.",
        shown(name, MAX_NAME),
        shown(&format!("@{name}"), MAX_NAME)
    );
    let tools = at.selectors().and_then(|_| resolved.groups.tools(name));
    if let Some(targets) = tools {
        let tools: Vec<ToolId> = targets.iter().map(|target| target.tool).collect();
        out += &format!("\n\n{}", reach::listing(resolved, &tools));
    }
    Some(out)
}

/// The class of a `classify`.
pub(super) fn class(written: &str) -> Option<String> {
    let class = Class::from_name(written)?;
    let risk = class.risk().name();
    Some(format!("The class `{written}` ({risk} risk): {}", kind(class)))
}

fn meaning(resolved: &Resolved, written: &str, kind_of: SelectorKind) -> String {
    let name = written.strip_prefix('@').unwrap_or(written);
    if kind_of == SelectorKind::Glob {
        return format!(
            "The glob {}: the manifest's tools whose names it matches. `*` matches any \
             characters, and `?` matches one.",
            shown(written, MAX_NAME)
        );
    }
    if name == "tools" {
        return "The set `@tools`: every tool of the manifest.".to_owned();
    }
    if name == "critical" {
        return "The set `@critical`: the manifest's tools that are `destructive` or `financial`."
            .to_owned();
    }
    match (Class::from_name(name), resolved.groups.definition(name)) {
        (Some(class), _) if ClassSet::from_name(name).is_some() => {
            format!("The set `@{name}`: the manifest's tools of this class. {}", kind(class))
        }
        (_, Some(_)) => format!("The group {}.", shown(written, MAX_NAME)),
        _ => format!("The group {} is not defined.", shown(name, MAX_NAME)),
    }
}

/// What tools of a class do, and how a policy controls them.
fn kind(class: Class) -> &'static str {
    match class {
        Class::Read => "They read data. They need no cap.",
        Class::Write => "They make changes that can be undone. They need a cap.",
        Class::Execute => {
            "They run commands from their arguments. They need a cap of 10 a minute or less, or \
             approval."
        }
        Class::Destructive => "They destroy data. They need approval, or should be hidden.",
        Class::Financial => {
            "They move or commit money. They need approval; a cap alone is not enough."
        }
    }
}

fn taken_away(
    view: &View,
    resolved: &Resolved,
    selectors: &Selectors,
    tools: Vec<ToolId>,
) -> String {
    let matched = tools.len();
    let left = reach::keep(resolved, view.text(), selectors, tools);
    let mut out = String::new();
    let mut tell = |word: &str, away: &[ToolId]| {
        if !away.is_empty() {
            let names = reach::names(resolved, away, MAX_AWAY);
            out += &format!("\n\n`{word}` excludes {}: {names}.", count(away.len(), "tool"));
        }
    };
    tell("having", &left.without_argument);
    tell("except", &left.excepted);
    if left.tools.len() < matched {
        out += &format!(
            " {} left.",
            match left.tools.len() {
                1 => "1 tool is".to_owned(),
                more => format!("{more} tools are"),
            }
        );
    }
    out
}
