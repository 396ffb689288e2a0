//! What stands at an offset.

use std::ops::Range;

use super::parts::{Part, parts};
use crate::editor::View;
use crate::editor::at::{counter_span, exact_name, touched};
use crate::risk::ClassSet;
use crate::source::{Span, resolve_beside};
use crate::syntax::decode_string;
use crate::syntax::tree::{Counter, Key, Path, Selector, SelectorKind, Text};

/// What a place in a policy names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::editor) enum Thing {
    /// A group, by its name without `@`.
    Group(String),
    /// A set that comes with the language, by its name without `@`.
    Set(String),
    /// A tool, by its exact name.
    Tool(String),
    /// A glob as it is written.
    Glob(String),
    /// An argument as far as the key at the offset, and the rule whose tools it belongs to.
    Argument { keys: Vec<String>, rule: Option<Span> },
    /// A file, by its path.
    File(String),
    /// A counter, by its name as it is written, without quotes.
    Counter(String),
}

/// A thing and where it stands.
#[derive(Clone, Debug)]
pub(in crate::editor) struct Place {
    /// What it is.
    pub thing: Thing,
    /// Its characters, with `@` or quotes.
    pub whole: Range<usize>,
    /// The name in them.
    pub name: Range<usize>,
}

/// What stands at an offset of the view's file. The place right behind a name counts as part of it.
pub(in crate::editor) fn at(view: &View, offset: usize) -> Option<Place> {
    let statement = touched(view.statements(), offset)?;
    let mut found = None;
    parts(view.text(), statement, "", &mut |part| {
        if found.is_none() {
            found = of_part(view, &part, offset);
        }
    });
    found
}

/// The thing that a selector names.
pub(in crate::editor) fn of_selector(view: &View, selector: Selector) -> Thing {
    let written = view.slice(selector.span);
    match selector.kind {
        SelectorKind::Name | SelectorKind::Quoted => {
            Thing::Tool(exact_name(written, selector.kind).into_owned())
        }
        SelectorKind::Glob => Thing::Glob(written.to_owned()),
        SelectorKind::Set => {
            let name = written.trim_start_matches('@').to_owned();
            if is_given(&name) { Thing::Set(name) } else { Thing::Group(name) }
        }
    }
}

/// Whether a set comes with the language.
pub(in crate::editor) fn is_given(set: &str) -> bool {
    set == "tools" || ClassSet::from_name(set).is_some()
}

/// The path of the file that a string of a policy names.
pub(in crate::editor) fn file_path(view: &View, text: Text) -> String {
    resolve_beside(view.sources().path(text.span.file), &decode_string(view.slice(text.span)))
}

/// A counter's name as it is written, without quotes.
pub(in crate::editor) fn counter_name(view: &View, counter: Counter) -> String {
    match counter {
        Counter::Template(span) => view.slice(span).to_owned(),
        Counter::Literal(text) => decode_string(view.slice(text.span)).into_owned(),
    }
}

/// A key of an argument without quotes.
pub(in crate::editor) fn key_name(view: &View, key: Key) -> String {
    match key {
        Key::Bare(span) => view.slice(span).to_owned(),
        Key::Quoted(text) => decode_string(view.slice(text.span)).into_owned(),
    }
}

/// What stands between the quotes of a string.
pub(super) fn between_quotes(string: Span) -> Range<usize> {
    let Range { start, end } = string.range();
    start + 1..end.saturating_sub(1).max(start + 1)
}

fn of_part(view: &View, part: &Part<'_>, offset: usize) -> Option<Place> {
    match part {
        Part::Group(span) if view.touches(*span, offset) => {
            let thing = Thing::Group(view.slice(*span).to_owned());
            Some(Place { thing, whole: span.range(), name: span.range() })
        }
        Part::Row(row) if view.touches(row.span, offset) => {
            let mut all = row.items.iter().chain(&row.except);
            all.find(|selector| view.touches(selector.span, offset))
                .map(|selector| of_selector_place(view, *selector))
        }
        Part::Selector(selector) if view.touches(selector.span, offset) => {
            Some(of_selector_place(view, *selector))
        }
        Part::Argument(path, rule) if view.touches(path.span, offset) => {
            argument(view, path, *rule, offset)
        }
        Part::Counter(counter) => {
            let span = counter_span(*counter);
            let thing = Thing::Counter(counter_name(view, *counter));
            view.touches(span, offset).then(|| with_quotes(view, thing, span))
        }
        Part::File(text) if view.touches(text.span, offset) => {
            Some(with_quotes(view, Thing::File(file_path(view, *text)), text.span))
        }
        _ => None,
    }
}

fn of_selector_place(view: &View, selector: Selector) -> Place {
    with_quotes(view, of_selector(view, selector), selector.span)
}

/// A place whose name is what stands between the quotes, or behind the `@`, if it has them.
fn with_quotes(view: &View, thing: Thing, span: Span) -> Place {
    let written = view.slice(span);
    let whole = span.range();
    let name = match written.as_bytes().first() {
        Some(b'@') => whole.start + 1..whole.end,
        Some(b'"') => between_quotes(span),
        _ => whole.clone(),
    };
    Place { thing, whole, name }
}

/// An argument as far as the key at the offset; at `args` the whole.
fn argument(view: &View, path: &Path, rule: Option<Span>, offset: usize) -> Option<Place> {
    let touched = path.keys.iter().position(|key| view.touches(key.span(), offset));
    let last = touched.unwrap_or(path.keys.len().checked_sub(1)?);
    let whole = path.keys.get(last)?.span().range();
    let keys = path.keys.iter().take(last + 1).map(|key| key_name(view, *key)).collect();
    let place = with_quotes(view, Thing::Argument { keys, rule }, path.keys.get(last)?.span());
    Some(Place { whole, ..place })
}
