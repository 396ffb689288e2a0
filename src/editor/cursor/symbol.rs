//! The thing that the word at an offset names.

use std::ops::Range;

use super::named::{NamedPart, of_word};
use super::nodes::{counter_span, exact_name};
use super::words::Word;
use crate::editor::View;
use crate::risk::ClassSet;
use crate::source::{Span, resolve_beside};
use crate::syntax::decode_string;
use crate::syntax::tree::{Counter, Key, Path, Selector, SelectorKind, Text};

/// Something that a policy names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::editor) enum Symbol {
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

/// A symbol and where it is named.
#[derive(Clone, Debug)]
pub(in crate::editor) struct SymbolAt {
    /// What it is.
    pub symbol: Symbol,
    /// Its characters, with `@` or quotes.
    pub whole: Range<usize>,
    /// The name in them.
    pub name: Range<usize>,
}

/// The symbol at an offset of the view's file. The end of a name counts as part of it.
pub(in crate::editor) fn symbol_at(view: &View, offset: usize) -> Option<SymbolAt> {
    let (part, words) = super::words_around(view, view.text().floor_char_boundary(offset))?;
    let rule = part.rule_of_arguments();
    let touched = |word: &&Word| word.range.start <= offset && offset <= word.range.end;
    let mut found = None;
    for word in words.iter().filter(touched) {
        of_word(view.text(), view.file(), word, rule, &mut |part| {
            found = found.take().or_else(|| of_part(view, &part, offset));
        });
    }
    found
}

/// What a selector names.
pub(in crate::editor) fn of_selector(view: &View, selector: Selector) -> Symbol {
    let written = view.slice(selector.span);
    match selector.kind {
        SelectorKind::Name | SelectorKind::Quoted => {
            Symbol::Tool(exact_name(written, selector.kind).into_owned())
        }
        SelectorKind::Glob => Symbol::Glob(written.to_owned()),
        SelectorKind::Set => {
            let name = written.trim_start_matches('@').to_owned();
            if is_given(&name) { Symbol::Set(name) } else { Symbol::Group(name) }
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

/// The range between the quotes of a string.
pub(in crate::editor) fn between_quotes(string: Span) -> Range<usize> {
    let Range { start, end } = string.range();
    start + 1..end.saturating_sub(1).max(start + 1)
}

fn of_part(view: &View, part: &NamedPart<'_>, offset: usize) -> Option<SymbolAt> {
    let (symbol, span) = match part {
        NamedPart::Group(span) => (Symbol::Group(view.slice(*span).to_owned()), *span),
        NamedPart::Selector(selector) => (of_selector(view, *selector), selector.span),
        NamedPart::Counter(counter) => {
            (Symbol::Counter(counter_name(view, *counter)), counter_span(*counter))
        }
        NamedPart::File(text) => (Symbol::File(file_path(view, *text)), text.span),
        NamedPart::Argument(path, rule) => return argument(view, path, *rule, offset),
        NamedPart::Row(_) | NamedPart::All(_) => return None,
    };
    Some(with_quotes(view, symbol, span))
}

/// A symbol whose name is the text without its quotes or `@`.
fn with_quotes(view: &View, symbol: Symbol, span: Span) -> SymbolAt {
    let written = view.slice(span);
    let whole = span.range();
    let name = match written.as_bytes().first() {
        Some(b'@') => whole.start + 1..whole.end,
        Some(b'"') => between_quotes(span),
        _ => whole.clone(),
    };
    SymbolAt { symbol, whole, name }
}

/// An argument up to the key at the offset; at `args`, the whole argument.
fn argument(view: &View, path: &Path, rule: Option<Span>, offset: usize) -> Option<SymbolAt> {
    let touched = path.keys.iter().position(|key| view.touches(key.span(), offset));
    let last = touched.unwrap_or(path.keys.len().checked_sub(1)?);
    let whole = path.keys.get(last)?.span().range();
    let keys = path.keys.iter().take(last + 1).map(|key| key_name(view, *key)).collect();
    let place = with_quotes(view, Symbol::Argument { keys, rule }, path.keys.get(last)?.span());
    Some(SymbolAt { whole, ..place })
}
