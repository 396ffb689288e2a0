//! The parts of a policy by name: of one file as a tree, of a workspace by search.

mod search;

use std::ops::Range;

use super::{View, policy_json};
use crate::lint::Form;
use crate::source::Span;
use crate::syntax::tree::{Block, Selectors, Statement, StatementKind, Subjects, Text};
use crate::syntax::{decode_string, words};
use crate::text;

pub use search::search;

/// A part of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
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
    pub children: Vec<Symbol>,
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
const LONGEST: usize = 80;

/// The parts of a file, by place.
pub fn symbols(view: &View) -> Vec<Symbol> {
    match view.form() {
        Form::Gate => {
            view.statements().iter().filter_map(|statement| symbol(view, statement)).collect()
        }
        Form::PolicyJson => policy_json::symbols(view),
    }
}

fn symbol(view: &View, statement: &Statement) -> Option<Symbol> {
    let span = statement.span;
    let line = |span: Span| one_line(view.slice(span));
    let leaf = |kind, name: String, detail: String, selection: Span| {
        let detail = (!detail.is_empty()).then_some(detail);
        let children = Vec::new();
        let name = if name.is_empty() { one_line(view.slice(span)) } else { name };
        Symbol { name, detail, kind, range: span.range(), selection: selection.range(), children }
    };
    Some(match &statement.kind {
        StatementKind::Manifest(text) => {
            leaf(SymbolKind::File, file_name(view, *text), "manifest".to_owned(), text.span)
        }
        StatementKind::Include(text) => {
            leaf(SymbolKind::File, file_name(view, *text), "include".to_owned(), text.span)
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
fn block_symbol(view: &View, span: Span, block: &Block) -> Symbol {
    let selection = block.selectors.as_ref().map_or(span.at_start(), |row| row.span);
    let name = block
        .selectors
        .as_ref()
        .map_or_else(|| "tool".to_owned(), |selectors| one_line(view.slice(selectors.span)));
    let rules = block.rules.iter().map(|(span, _)| {
        let text = view.slice(*span);
        let word = words::run(text, 0);
        let detail = one_line(text.get(word.len()..).unwrap_or(""));
        Symbol {
            name: word.to_owned(),
            detail: (!detail.is_empty()).then_some(detail),
            kind: SymbolKind::Rule,
            range: span.range(),
            selection: span.range(),
            children: Vec::new(),
        }
    });
    Symbol {
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

/// A text on one line, without its comments, cleaned and cut. It looks at no more of it than is shown.
fn one_line(text: &str) -> String {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'#';
    if text.len() <= LONGEST && text.bytes().all(is_plain) && !text.contains("  ") {
        return text.trim().to_owned();
    }
    let mut out = String::new();
    let (mut length, mut in_string, mut in_comment, mut is_escaped) = (0, false, false, false);
    let mut blank = false;
    for character in text.chars() {
        if in_comment || (character == '#' && !in_string) {
            in_comment = character != '\n';
            blank = true;
            continue;
        }
        if matches!(character, ' ' | '\t' | '\r' | '\n') {
            blank = true;
            continue;
        }
        if blank && !out.is_empty() {
            out.push(' ');
            length += 1;
        }
        in_string ^= character == '"' && !is_escaped;
        is_escaped = in_string && character == '\\' && !is_escaped;
        blank = false;
        out.push(character);
        length += 1;
        if length > LONGEST {
            break;
        }
    }
    text::excerpt(&out, LONGEST)
}
