//! The tools that the statement at hand is about, read from its tokens: while it is written it has no tree.

use std::collections::BTreeSet;

use crate::editor::cursor::{Writing, split_keys};
use crate::editor::schema::declares;
use crate::editor::{View, reach};
use crate::lint::Context;
use crate::policy::{Path, ToolId};
use crate::risk::{Class, ClassSet};
use crate::syntax::tree::SelectorKind;
use crate::syntax::{Fragment, Token, TokenKind, words};

/// So many tools of a statement are looked at: enough to tell what may follow.
pub(super) const MAX_TOOLS: usize = 200;

/// What the statement at hand selects.
#[derive(Debug, Default)]
pub(super) struct Selection {
    /// The tools in the order in which they are named, no more than [`MAX_TOOLS`].
    pub tools: Vec<ToolId>,
    /// The selectors as they are written.
    pub written: BTreeSet<String>,
    /// Whether it is about all calls, or every tool.
    pub is_all: bool,
    /// Whether the cursor stands behind `except`.
    pub is_exception: bool,
    /// The tools that can still be taken away, where the cursor stands behind `except` and they are not too many to tell.
    pub removable: Option<BTreeSet<ToolId>>,
}

/// A selector as it is written, and whether it takes tools away.
struct Item<'t> {
    text: &'t str,
    kind: TokenKind,
    is_exception: bool,
}

/// The tools of the statement, or of the block, in which the cursor stands.
pub(super) fn selection(view: &View, context: &Context<'_>, writing: &Writing<'_>) -> Selection {
    let tokens = if writing.fragment == Fragment::Rule { &writing.head } else { &writing.tokens };
    let (items, having) = read(writing, tokens);
    let last_clause = tokens.iter().rev().find_map(|token| clause(writing.slice(*token)));
    let mut selection = Selection {
        is_exception: last_clause == Some("except"),
        is_all: items.first().is_some_and(|item| item.text == "all"),
        written: items.iter().map(|item| item.text.to_owned()).collect(),
        tools: Vec::new(),
        removable: None,
    };
    let mut seen = BTreeSet::new();
    for item in items.iter().filter(|item| item.is_exception) {
        seen.extend(tools_of(view, context, item));
    }
    for item in items.iter().filter(|item| !item.is_exception) {
        let room = MAX_TOOLS.saturating_sub(selection.tools.len());
        let fresh = tools_of(view, context, item).into_iter().filter(|tool| seen.insert(*tool));
        selection.tools.extend(fresh.take(room));
    }
    if let Some(path) = having {
        let has = |tool: ToolId| context.declaration(tool).is_some_and(|it| declares(it, &path));
        selection.tools.retain(|tool| has(*tool));
    }
    if selection.is_exception && selection.tools.len() < MAX_TOOLS {
        selection.removable = Some(selection.tools.iter().copied().collect());
    }
    selection
}

/// The word, if it begins a part of a statement.
fn clause(word: &str) -> Option<&str> {
    let words = ["except", "having", "with", "when", "unless", "because", "as", "{"];
    words.into_iter().find(|known| *known == word)
}

/// The class that asks for most of what the selection holds.
pub(super) fn severest(context: &Context<'_>, selection: &Selection) -> Option<Class> {
    selection.tools.iter().map(|tool| context.class(*tool)).max()
}

/// The selectors among the tokens of a statement, and what stands behind `having`.
fn read<'t>(writing: &Writing<'t>, tokens: &[Token]) -> (Vec<Item<'t>>, Option<Path>) {
    let mut items = Vec::new();
    let mut having = None;
    let (mut is_exception, mut is_having) = (false, false);
    let mut rest = tokens.iter().skip(1).peekable();
    if writing.statement == Some("group") && writing.fragment == Fragment::Statement {
        rest.by_ref().take(2).for_each(drop);
    }
    for token in rest {
        let text = writing.slice(*token);
        match text {
            "except" => (is_exception, is_having) = (true, false),
            "having" => is_having = true,
            "," => {}
            "with" | "when" | "unless" | "because" | "as" | "{" => break,
            _ if is_having && token.kind() == TokenKind::Path => {
                having = Some(Path(split_keys(text).0));
                is_having = false;
            }
            _ if token.kind() == TokenKind::Path || is_rate(text) => break,
            _ if token.kind() == TokenKind::OpenString => {}
            _ => items.push(Item { text, kind: token.kind(), is_exception }),
        }
    }
    (items, having)
}

/// Whether a row of name characters begins a rate.
pub(super) fn is_rate(run: &str) -> bool {
    let digits = run.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0 && run.as_bytes().get(digits).is_none_or(|byte| *byte == b'/')
}

fn tools_of(view: &View, context: &Context<'_>, item: &Item<'_>) -> Vec<ToolId> {
    if let Some(set) = item.text.strip_prefix('@').filter(|_| item.kind != TokenKind::String) {
        return set_tools(view, context, set);
    }
    let is_string = item.kind == TokenKind::String;
    let kind = if is_string { Some(SelectorKind::Quoted) } else { words::plain_name(item.text) };
    let found = view.resolved().zip(kind).and_then(|(it, kind)| reach::tools(it, item.text, kind));
    found.unwrap_or_default()
}

/// The tools of a set, as far as they are looked at: a statement may name many sets of thousands of tools.
fn set_tools(view: &View, context: &Context<'_>, set: &str) -> Vec<ToolId> {
    let declared = context.manifest.map_or(0, |manifest| manifest.tools().len());
    if set == "tools" {
        return (0u32..).map(ToolId).take(declared.min(MAX_TOOLS)).collect();
    }
    if let Some(classes) = ClassSet::from_name(set) {
        let members = Class::ALL.into_iter().filter(|class| classes.contains(*class));
        let members = members.flat_map(|class| context.members(class));
        return members.copied().take(MAX_TOOLS).collect();
    }
    let group = view.resolved().and_then(|resolved| resolved.groups.tools(set));
    group.unwrap_or(&[]).iter().map(|target| target.tool).take(MAX_TOOLS).collect()
}
