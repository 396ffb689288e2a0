//! The parts of a statement that name something: groups, selectors, arguments, counters, files.
//!
//! A broken statement has no node. Its words are looked at instead, and only if it holds what is searched for.

use std::ops::Range;

use super::nodes::tests;
use super::path::{PathKey, keys};
use super::words::{Word, WordKind, words};
use crate::editor::View;
use crate::policy::is_identifier;
use crate::source::{FileId, Span, TextPart};
use crate::syntax::closed_string;
use crate::syntax::tree::{
    Block, Counter, Key, Path, Rule, Selector, SelectorKind, Selectors, Statement, StatementKind,
    Subjects, TestStep, Text, Tree,
};

/// A part of a statement.
pub(in crate::editor) enum NamedPart<'t> {
    /// A group's name where it is defined.
    Group(Span),
    /// A row of selectors.
    Row(&'t Selectors),
    /// A selector outside a row: in `classify`, or in a broken statement.
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

/// Calls `take` with each part of a statement, in their order. A broken statement is read only if it holds `wanted`.
pub(in crate::editor) fn named_parts(
    tree: &Tree,
    text: &str,
    statement: &Statement,
    wanted: &str,
    take: &mut dyn FnMut(NamedPart<'_>),
) {
    match &statement.kind {
        StatementKind::Manifest(name)
        | StatementKind::Include(name)
        | StatementKind::Policy(name) => take(NamedPart::File(*name)),
        StatementKind::Assert(assertion) => {
            match &assertion.subjects {
                Subjects::All(span) => take(NamedPart::All(*span)),
                Subjects::Tools(selectors) => row(selectors, None, take),
            }
            if let Some(condition) = &assertion.condition {
                tests(condition, &mut |test| take(NamedPart::Argument(&test.path, None)));
            }
        }
        StatementKind::Test(test) => {
            for (_, step) in &test.steps {
                let TestStep::Call(call) = step else { continue };
                row(&call.selectors, None, take);
                call.by.into_iter().for_each(|counter| take(NamedPart::Counter(counter)));
            }
        }
        StatementKind::Default(_) => {}
        StatementKind::Group(group) => {
            take(NamedPart::Group(group.name));
            row(&group.selectors, None, take);
        }
        StatementKind::Classify(classify) => {
            classify.names.iter().for_each(|name| take(NamedPart::Selector(*name)));
        }
        StatementKind::Rule(subjects, rule) => {
            match subjects {
                Subjects::All(span) => take(NamedPart::All(*span)),
                Subjects::Tools(selectors) => row(selectors, Some(statement.span), take),
            }
            rule_parts(statement.span, rule, take);
        }
        StatementKind::Block(block) => {
            block_parts(tree, text, statement.span, block, wanted, take);
        }
        StatementKind::Broken(_) => broken_parts(tree, text, statement.span, wanted, take),
    }
}

/// The files that the statements of the view's file name, in their order.
pub(in crate::editor) fn named_files(view: &View, take: &mut dyn FnMut(Text)) {
    let Some(tree) = view.tree() else { return };
    let names_file = |statement: &&Statement| match &statement.kind {
        StatementKind::Manifest(_) | StatementKind::Include(_) | StatementKind::Policy(_) => true,
        StatementKind::Broken(broken) => {
            matches!(broken.word, Some("manifest" | "include" | "policy"))
        }
        _ => false,
    };
    for statement in tree.statements.iter().filter(names_file) {
        named_parts(tree, view.text(), statement, "\"", &mut |part| {
            if let NamedPart::File(text) = part {
                take(text);
            }
        });
    }
}

fn row(selectors: &Selectors, rule: Option<Span>, take: &mut dyn FnMut(NamedPart<'_>)) {
    take(NamedPart::Row(selectors));
    if let Some(path) = &selectors.having {
        take(NamedPart::Argument(path, rule));
    }
}

fn block_parts(
    tree: &Tree,
    text: &str,
    whole: Span,
    block: &Block,
    wanted: &str,
    take: &mut dyn FnMut(NamedPart<'_>),
) {
    let first = block.rules.first().map(|(span, _)| *span);
    match &block.selectors {
        Some(selectors) => row(selectors, first, take),
        None => {
            let head = Span { end: first.map_or(whole.end, |rule| rule.start), ..whole };
            broken_parts(tree, text, head, wanted, take);
        }
    }
    for (span, rule) in &block.rules {
        rule_parts(*span, rule, take);
    }
}

fn rule_parts(span: Span, rule: &Rule, take: &mut dyn FnMut(NamedPart<'_>)) {
    let counter = match rule {
        Rule::Allow(caps) | Rule::Rate(caps) => caps.counter,
        Rule::Budget(budget) => {
            take(NamedPart::Argument(&budget.path, Some(span)));
            budget.counter
        }
        Rule::Require(guard) | Rule::Approve(guard) | Rule::Deny(guard) => {
            if let Some(condition) = &guard.condition {
                tests(condition, &mut |test| take(NamedPart::Argument(&test.path, Some(span))));
            }
            None
        }
        Rule::Hide => None,
    };
    if let Some(counter) = counter {
        take(NamedPart::Counter(counter));
    }
}

/// The parts of a broken statement, as far as its words tell them.
fn broken_parts(
    tree: &Tree,
    text: &str,
    span: Span,
    wanted: &str,
    take: &mut dyn FnMut(NamedPart<'_>),
) {
    if text.get(span.range()).is_some_and(|slice| slice.contains(wanted)) {
        for word in words(text, tree.tokens_in(&span.range()), false, &[]) {
            of_word(text, tree.file, &word, None, take);
        }
    }
}

/// The part that a word is, if it names something; `rule` is the rule whose tools an argument belongs to.
pub(super) fn of_word(
    text: &str,
    file: FileId,
    word: &Word,
    rule: Option<Span>,
    take: &mut dyn FnMut(NamedPart<'_>),
) {
    let written = text.part(word.range.clone());
    let is_quoted = written.starts_with('"');
    if is_quoted && closed_string(written).is_none() {
        return;
    }
    let span = place(file, word.range.clone());
    match word.kind {
        WordKind::Group => {
            // `group x: a` defines `x` for those that use it.
            let length = written.trim_end_matches(':').len();
            let start = word.range.start;
            take(NamedPart::Group(place(file, start..start + length)));
        }
        WordKind::Selector(SelectorKind::Set) if !is_identifier(written.part(1..)) => {}
        WordKind::Selector(kind) => take(NamedPart::Selector(Selector { span, kind })),
        WordKind::Counter if is_quoted => {
            take(NamedPart::Counter(Counter::Literal(Text { span })));
        }
        WordKind::Counter => take(NamedPart::Counter(Counter::Template(span))),
        WordKind::File => take(NamedPart::File(Text { span })),
        WordKind::Path => {
            if let Some(path) = path_of(written, span) {
                take(NamedPart::Argument(&path, rule));
            }
        }
        _ => {}
    }
}

/// The path of a token such as `args.a."b"`, if it is whole.
fn path_of(written: &str, span: Span) -> Option<Path> {
    let start = span.start as usize;
    let key = |key: PathKey| {
        let span = place(span.file, start + key.range.start..start + key.range.end);
        let is_whole = !key.is_open && (key.is_quoted || is_identifier(&key.name));
        let quoted = key.is_quoted;
        is_whole.then_some(if quoted { Key::Quoted(Text { span }) } else { Key::Bare(span) })
    };
    let keys =
        keys(written, &(0..written.len())).into_iter().map(key).collect::<Option<Vec<_>>>()?;
    Some(Path { span, keys })
}

fn place(file: FileId, range: Range<usize>) -> Span {
    Span::new(file, range.start, range.end)
}
