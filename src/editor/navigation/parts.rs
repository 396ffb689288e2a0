//! The parts of a statement that have a name: groups, selectors, arguments, counters, files.
//!
//! A statement that is broken has no tree. Its tokens are looked at instead, and only where somebody looks for something that
//! stands in it, so that a file full of mistakes costs no reading by the grammar.

use std::ops::Range;

use crate::editor::View;
use crate::editor::at::{PathKey, keys, tests};
use crate::policy::is_identifier;
use crate::source::{FileId, Span};
use crate::syntax::names::is_bare;
use crate::syntax::tree::{
    Block, Broken, Counter, Key, Path, Rule, Selector, SelectorKind, Selectors, Statement,
    StatementKind, Subjects, Text,
};
use crate::syntax::{Token, TokenKind, tokens};

/// A part of a statement.
pub(in crate::editor) enum Part<'t> {
    /// A group's name where it is defined.
    Group(Span),
    /// A row of selectors.
    Row(&'t Selectors),
    /// A selector that stands in no row: of `classify`, or in what is broken.
    Selector(Selector),
    /// `all`
    All(Span),
    /// An argument, and the rule whose tools it belongs to; `None` where the tools are not known.
    Argument(&'t Path, Option<Span>),
    /// A counter's name.
    Counter(Counter),
    /// A file.
    File(Text),
}

/// Hands out the parts of a statement of this text in their order. Of what is broken only texts that hold `wanted` are read.
pub(in crate::editor) fn parts(
    text: &str,
    statement: &Statement,
    wanted: &str,
    take: &mut dyn FnMut(Part<'_>),
) {
    match &statement.kind {
        StatementKind::Manifest(name) | StatementKind::Include(name) => take(Part::File(*name)),
        StatementKind::Default(_) => {}
        StatementKind::Group(group) => {
            take(Part::Group(group.name));
            row(&group.selectors, None, take);
        }
        StatementKind::Classify(classify) => {
            classify.names.iter().for_each(|name| take(Part::Selector(*name)));
        }
        StatementKind::Rule(subjects, rule) => {
            match subjects {
                Subjects::All(span) => take(Part::All(*span)),
                Subjects::Tools(selectors) => row(selectors, Some(statement.span), take),
            }
            rule_parts(statement.span, rule, take);
        }
        StatementKind::Block(block) => block_parts(text, statement.span, block, wanted, take),
        StatementKind::Broken(broken) => {
            broken_parts(text, statement.span, broken, wanted, take);
        }
    }
}

/// The files that the statements of the view's file name, in their order.
pub(in crate::editor) fn files(view: &View, take: &mut dyn FnMut(Text)) {
    let names_file = |statement: &&Statement| match &statement.kind {
        StatementKind::Manifest(_) | StatementKind::Include(_) => true,
        StatementKind::Broken(broken) => matches!(broken.word, Some("manifest" | "include")),
        _ => false,
    };
    for statement in view.statements().iter().filter(names_file) {
        parts(view.text(), statement, "\"", &mut |part| {
            if let Part::File(text) = part {
                take(text);
            }
        });
    }
}

fn row(selectors: &Selectors, rule: Option<Span>, take: &mut dyn FnMut(Part<'_>)) {
    take(Part::Row(selectors));
    if let Some(path) = &selectors.having {
        take(Part::Argument(path, rule));
    }
}

fn block_parts(
    text: &str,
    whole: Span,
    block: &Block,
    wanted: &str,
    take: &mut dyn FnMut(Part<'_>),
) {
    let first = block.rules.first().map(|(span, _)| *span);
    match &block.selectors {
        Some(selectors) => row(selectors, first, take),
        None => {
            let head = Span { end: first.map_or(whole.end, |rule| rule.start), ..whole };
            broken_parts(text, head, &Broken::default(), wanted, take);
        }
    }
    for (span, rule) in &block.rules {
        rule_parts(*span, rule, take);
    }
}

fn rule_parts(span: Span, rule: &Rule, take: &mut dyn FnMut(Part<'_>)) {
    let counter = match rule {
        Rule::Allow(caps) | Rule::Rate(caps) => caps.counter,
        Rule::Budget(budget) => {
            take(Part::Argument(&budget.path, Some(span)));
            budget.counter
        }
        Rule::Require(guard) | Rule::Approve(guard) | Rule::Deny(guard) => {
            if let Some(condition) = &guard.condition {
                tests(condition, &mut |test| take(Part::Argument(&test.path, Some(span))));
            }
            None
        }
        Rule::Hide => None,
    };
    if let Some(counter) = counter {
        take(Part::Counter(counter));
    }
}

/// The parts of text that is no statement, as far as its tokens tell them.
fn broken_parts(
    text: &str,
    span: Span,
    broken: &Broken,
    wanted: &str,
    take: &mut dyn FnMut(Part<'_>),
) {
    let Some(slice) = text.get(span.range()).filter(|slice| slice.contains(wanted)) else { return };
    if let Some(name) = broken.name {
        take(Part::Group(name));
    }
    let mut before = "";
    for token in tokens(slice) {
        let Some(written) = slice.get(token.start..token.end) else { continue };
        let place = shifted(&token, span);
        let is_named_group = broken.name.is_some_and(|name| name == place);
        if !before.is_empty() && !is_named_group && token.kind != TokenKind::Comment {
            token_part(token.kind, written, before, place, take);
        }
        before = written;
    }
}

/// The part that a token is, told by itself and the token before it.
fn token_part(
    kind: TokenKind,
    written: &str,
    before: &str,
    span: Span,
    take: &mut dyn FnMut(Part<'_>),
) {
    let selector = |kind| Part::Selector(Selector { span, kind });
    let begins_name = matches!(before, "," | "except" | "classify" | "tool")
        || matches!(before, "allow" | "rate" | "require" | "approve" | "deny" | "hide" | "budget");
    match kind {
        TokenKind::String if matches!(before, "manifest" | "include") => {
            take(Part::File(Text { span }));
        }
        TokenKind::String if begins_name => take(selector(SelectorKind::Quoted)),
        TokenKind::Mark if written.strip_prefix('@').is_some_and(is_identifier) => {
            take(selector(SelectorKind::Set));
        }
        TokenKind::Run if before == "as" => {}
        TokenKind::Run if written.starts_with("args.") => {
            if let Some(path) = bare_path(written, span) {
                take(Part::Argument(&path, None));
            }
        }
        TokenKind::Run if is_bare(written) => take(selector(SelectorKind::Name)),
        _ => {}
    }
}

/// The path of a run such as `args.a.b`.
fn bare_path(written: &str, span: Span) -> Option<Path> {
    let start = span.start as usize;
    let place = |key: &PathKey| place(span.file, start + key.range.start..start + key.range.end);
    let keys = keys(written, &(0..written.len())).into_iter();
    let keys = keys.map(|key| is_identifier(&key.name).then(|| Key::Bare(place(&key))));
    Some(Path { span, keys: keys.collect::<Option<Vec<Key>>>()? })
}

/// The place of a token that was read from the characters of a span.
fn shifted(token: &Token, span: Span) -> Span {
    let start = span.start as usize;
    place(span.file, start + token.start..start + token.end)
}

fn place(file: FileId, range: Range<usize>) -> Span {
    Span::new(file, range.start, range.end)
}
