//! The outline of a policy of the language.

use std::ops::Range;

use super::{View, lines};
use crate::source::{Span, TextPart};
use crate::syntax::tree::{Block, Selectors, Statement, StatementKind, Subjects, Text};
use crate::syntax::{decode_string, words};
use crate::text;

/// A part of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutlineSymbol {
    /// Its name, cleaned.
    pub name: String,
    /// A few words about it, cleaned.
    pub detail: Option<String>,
    /// What it is.
    pub kind: SymbolKind,
    /// The whole.
    pub range: Range<usize>,
    /// The name in it.
    pub selection: Range<usize>,
    /// Its own parts.
    pub children: Vec<OutlineSymbol>,
}

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SymbolKind {
    /// A file that is named.
    File,
    /// The `default`.
    Default,
    /// A group.
    Group,
    /// A tool, or a block about tools.
    Tool,
    /// A rule.
    Rule,
    /// A classification.
    Class,
    /// A key of a policy.json.
    Key,
}

/// The most characters of a name, and of the words about it.
pub(super) const LONGEST: usize = 80;

/// How many bytes of code are looked at for a line.
const MOST_READ: usize = 16 * LONGEST;

/// The outline of a policy of the language.
pub(super) fn symbols(view: &View) -> Vec<OutlineSymbol> {
    view.statements().iter().filter_map(|statement| symbol(view, statement)).collect()
}

fn symbol(view: &View, statement: &Statement) -> Option<OutlineSymbol> {
    let span = statement.span;
    let line = |span: Span| one_line(view.slice(span));
    let leaf = |kind, name: String, detail: String, selection: Span| {
        let detail = (!detail.is_empty()).then_some(detail);
        let children = Vec::new();
        let name = if name.is_empty() { one_line(view.slice(span)) } else { name };
        OutlineSymbol {
            name,
            detail,
            kind,
            range: span.range(),
            selection: selection.range(),
            children,
        }
    };
    Some(match &statement.kind {
        StatementKind::Manifest(text) => {
            leaf(SymbolKind::File, file_name(view, *text), "manifest".to_owned(), text.span)
        }
        StatementKind::Include(text) => {
            leaf(SymbolKind::File, file_name(view, *text), "include".to_owned(), text.span)
        }
        StatementKind::Policy(text) => {
            leaf(SymbolKind::File, file_name(view, *text), "policy".to_owned(), text.span)
        }
        StatementKind::Assert(assertion) => {
            leaf(SymbolKind::Rule, line(span), "assert".to_owned(), assertion.claim)
        }
        StatementKind::Test(test) => {
            let name = test.name.map_or(span.at_start(), |name| name.span);
            leaf(SymbolKind::Rule, line(name), crate::text::count(test.steps.len(), "step"), name)
        }
        StatementKind::Default(posture) => {
            leaf(SymbolKind::Default, "default".to_owned(), posture.name().to_owned(), span)
        }
        StatementKind::Group(group) => {
            leaf(SymbolKind::Group, line(group.name), line(group.selectors.span), group.name)
        }
        StatementKind::Classify(classify) => {
            let first = classify.names.first().map_or(span.at_start(), |name| name.span);
            let names = classify.names.last().map_or(first, |last| first.to(last.span));
            let class = format!("as {}", line(classify.class));
            leaf(SymbolKind::Class, line(names), class, names)
        }
        StatementKind::Rule(subjects, _) => {
            let (Subjects::All(tools) | Subjects::Tools(Selectors { span: tools, .. })) = subjects;
            let rest = view.slice(Span { start: tools.end, ..span });
            let detail = format!("{} {rest}", words::run(view.slice(span), 0));
            leaf(SymbolKind::Rule, line(*tools), one_line(&detail), *tools)
        }
        StatementKind::Block(block) => block_symbol(view, span, block),
        StatementKind::Broken(broken) => {
            let word = broken.word?;
            let name = broken.name.map_or_else(|| word.to_owned(), line);
            leaf(kind_of(word), name, line(span), broken.name.unwrap_or(span))
        }
    })
}

/// A `tool` block, with a part for each rule.
fn block_symbol(view: &View, span: Span, block: &Block) -> OutlineSymbol {
    let selection = block.selectors.as_ref().map_or(span.at_start(), |row| row.span);
    let name = block
        .selectors
        .as_ref()
        .map_or_else(|| "tool".to_owned(), |selectors| one_line(view.slice(selectors.span)));
    let rules = block.rules.iter().map(|(span, _)| {
        let text = view.slice(*span);
        let word = words::run(text, 0);
        let detail = one_line(text.part(word.len()..));
        OutlineSymbol {
            name: word.to_owned(),
            detail: (!detail.is_empty()).then_some(detail),
            kind: SymbolKind::Rule,
            range: span.range(),
            selection: span.range(),
            children: Vec::new(),
        }
    });
    OutlineSymbol {
        name,
        detail: Some(text::count(block.rules.len(), "rule")),
        kind: SymbolKind::Tool,
        range: span.range(),
        selection: selection.range(),
        children: rules.collect(),
    }
}

fn kind_of(word: &str) -> SymbolKind {
    match word {
        "manifest" | "include" => SymbolKind::File,
        "default" => SymbolKind::Default,
        "group" => SymbolKind::Group,
        "classify" => SymbolKind::Class,
        "tool" => SymbolKind::Tool,
        _ => SymbolKind::Rule,
    }
}

fn file_name(view: &View, text: Text) -> String {
    text::excerpt(&decode_string(view.slice(text.span)), LONGEST)
}

/// Code on one line, without its comments, cleaned and cut. It looks at little more of it than is shown.
fn one_line(code: &str) -> String {
    let end = code.floor_char_boundary(MOST_READ);
    let out = lines::code(code.part(..end));
    text::excerpt(&out, LONGEST)
}
