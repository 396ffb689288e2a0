//! The growing selection: from the word to the whole file.

mod paragraph;

use std::ops::Range;

use crate::editor::cursor::{
    NamedPart, counter_span, keys, last_begun, literals, named_parts, touched,
};
use crate::editor::{View, lines};
use crate::source::{Span, TextPart};
use crate::syntax::tree::{
    Condition, Guard, Literal, LiteralKind, Rule, Selectors, Statement, StatementKind,
};
use crate::syntax::{TokenKind, Tree, words};

/// What is selected step by step, each range within the next one.
pub(in crate::editor) fn selection(view: &View, offset: usize) -> Vec<Range<usize>> {
    let text = view.text();
    let offset = text.floor_char_boundary(offset);
    let mut growing = Growing { text, offset, ranges: Vec::new() };
    if let Some(tree) = view.tree() {
        growing.line(tree);
        match touched(&tree.statements, offset) {
            Some(statement) => growing.statement(tree, statement),
            None => growing.comment_run(tree),
        }
        growing.paragraph(tree);
    }
    growing.add(0, text.len());
    growing.nested()
}

struct Growing<'t> {
    text: &'t str,
    offset: usize,
    ranges: Vec<Range<usize>>,
}

impl Growing<'_> {
    /// Adds a range that holds the offset.
    fn add(&mut self, start: usize, end: usize) {
        if start <= self.offset && self.offset <= end && start < end {
            self.ranges.push(start..end);
        }
    }

    fn add_span(&mut self, span: Span) {
        self.add(span.range().start, span.range().end);
    }

    /// The ranges that lie within each other, the smallest first.
    fn nested(mut self) -> Vec<Range<usize>> {
        self.ranges.sort_by_key(|range| (range.len(), range.start));
        let mut nested: Vec<Range<usize>> = Vec::new();
        for range in self.ranges {
            let grows = nested.last().is_none_or(|last| {
                range.start <= last.start && last.end <= range.end && *last != range
            });
            if grows {
                nested.push(range);
            }
        }
        nested
    }

    /// The word and the token, told by the line alone. Of two that meet at the offset the one behind it counts, unless only the one
    /// before is a word.
    fn line(&mut self, tree: &Tree) {
        let before = self.text.part(..self.offset);
        let rest = self.text.part(self.offset..);
        let start = lines::line_start(self.text, self.offset);
        let end = lines::line_end(self.text, self.offset);
        let left = before.part(start..);
        let is_word = |character: char| character.is_alphanumeric() || character == '_';
        let word_start = start + left.trim_end_matches(is_word).len();
        let word_end = self.offset + (rest.len() - rest.trim_start_matches(is_word).len());
        self.add(word_start, word_end);
        for token in tree.tokens_in(&(start..end)) {
            let Range { start: from, end: to } = token.range();
            let misses_word = word_start < word_end && (word_start < from || to < word_end);
            if misses_word {
                continue;
            }
            let keys = match token.kind() {
                TokenKind::Path => keys(self.text, &token.range()),
                _ => Vec::new(),
            };
            let quoted = keys.iter().filter(|key| key.is_quoted).map(|key| key.range.clone());
            let own = (token.kind() == TokenKind::String).then(|| token.range());
            for string in quoted.chain(own) {
                self.add(string.start + 1, string.end.saturating_sub(1));
                self.add(string.start, string.end);
            }
            self.add(from, to);
        }
    }

    fn statement(&mut self, tree: &Tree, statement: &Statement) {
        self.add_span(statement.span);
        match &statement.kind {
            StatementKind::Rule(_, rule) => self.rule(rule),
            StatementKind::Block(block) => {
                if let Some((span, rule)) = last_begun(&block.rules, self.offset) {
                    self.add_span(*span);
                    self.rule(rule);
                }
            }
            StatementKind::Classify(classify) => self.clause(classify.because.map(|it| it.span)),
            _ => {}
        }
        named_parts(tree, self.text, statement, "", &mut |part| match part {
            NamedPart::Row(row) => self.row(row),
            NamedPart::Selector(selector) => self.add_span(selector.span),
            NamedPart::Argument(path, _) => {
                path.keys.iter().for_each(|key| self.add_span(key.span()));
                self.add_span(path.span);
            }
            NamedPart::Counter(counter) => self.clause(Some(counter_span(counter))),
            NamedPart::Group(span) | NamedPart::All(span) => self.add_span(span),
            NamedPart::File(text) => self.add_span(text.span),
        });
    }

    fn row(&mut self, row: &Selectors) {
        self.add_span(row.span);
        row.items.iter().chain(&row.except).for_each(|selector| self.add_span(selector.span));
        if let (Some(first), Some(last)) = (row.items.first(), row.items.last()) {
            self.add_span(first.span.to(last.span));
        }
        if let (Some(first), Some(last)) = (row.except.first(), row.except.last()) {
            self.clause(Some(first.span.to(last.span)));
        }
        self.clause(row.having.as_ref().map(|path| path.span));
    }

    fn rule(&mut self, rule: &Rule) {
        match rule {
            Rule::Allow(caps) | Rule::Rate(caps) => {
                caps.rates.iter().for_each(|rate| self.add_span(rate.span));
                if let (Some(first), Some(last)) = (caps.rates.first(), caps.rates.last()) {
                    self.add_span(first.span.to(last.span));
                }
            }
            Rule::Require(guard) | Rule::Approve(guard) | Rule::Deny(guard) => self.guard(guard),
            Rule::Budget(budget) => {
                self.add_span(budget.limit.span);
                self.add_span(budget.path.span.to(budget.limit.span));
            }
            Rule::Hide => {}
        }
    }

    fn guard(&mut self, guard: &Guard) {
        let condition = guard.condition.as_ref().map(|condition| self.condition(condition));
        self.clause(condition.flatten());
        self.clause(guard.because.map(|text| text.span));
    }

    /// Adds every part of a condition, and gives the place of the whole. It nests no deeper than the brackets of a text may.
    fn condition(&mut self, condition: &Condition) -> Option<Span> {
        let span = match condition {
            Condition::Any(parts) | Condition::All(parts) => {
                let spans: Vec<Span> =
                    parts.iter().filter_map(|part| self.condition(part)).collect();
                spans.first()?.to(*spans.last()?)
            }
            Condition::Not(_, inner) => {
                let inner = self.condition(inner)?;
                let mut start = inner.range().start;
                while let Some(word) = self.word_before(start).filter(|it| self.reads(it, "not")) {
                    start = word.start;
                }
                Span::new(inner.file, start, inner.range().end)
            }
            Condition::Parentheses(inner) => {
                let inner = self.condition(inner)?;
                self.in_parentheses(inner)
            }
            Condition::Test(test) => {
                test.value.iter().for_each(|value| self.literal(value));
                test.span
            }
        };
        self.add_span(span);
        Some(span)
    }

    /// The list or object of a test, and what in it holds the offset.
    fn literal(&mut self, literal: &Literal) {
        literals(literal, &mut |literal| {
            self.add_span(literal.span);
            if let LiteralKind::Object(members) = &literal.kind {
                members.iter().for_each(|(key, value)| self.add_span(key.span.to(value.span)));
            }
        });
    }

    /// A part with the word that leads it: `when`, `because`, `except` and the like.
    fn clause(&mut self, part: Option<Span>) {
        let Some(part) = part else { return };
        self.add_span(part);
        if let Some(word) = self.word_before(part.range().start) {
            self.add(word.start, part.range().end);
        }
    }

    /// A condition with the parentheses around it, where nothing but blanks stands between.
    fn in_parentheses(&self, inner: Span) -> Span {
        let Range { start, end } = inner.range();
        let before = self.text.part(..start).trim_end();
        let after = self.text.part(end..);
        let blanks = after.len() - after.trim_start().len();
        if before.ends_with('(') && after.get(blanks..).is_some_and(|rest| rest.starts_with(')')) {
            Span::new(inner.file, before.len() - 1, end + blanks + 1)
        } else {
            inner
        }
    }

    /// The word of the language that ends before a place, with nothing but blanks between.
    fn word_before(&self, place: usize) -> Option<Range<usize>> {
        let before = self.text.get(..place)?.trim_end();
        let start = before.trim_end_matches(|it: char| it.is_ascii_lowercase()).len();
        let word = before.get(start..)?;
        words::is_word(word).then_some(start..before.len())
    }

    fn reads(&self, range: &Range<usize>, word: &str) -> bool {
        self.text.get(range.clone()) == Some(word)
    }
}
