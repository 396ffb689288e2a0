//! A statement moved within its file: every place in it, by the same number of bytes.

use super::lexer::Token;
use super::tree::{
    Assertion, Block, Broken, Budget, Calls, Caps, Classify, Condition, Counter, Group, Guard, Key,
    Literal, LiteralKind, Path, Rule, Selector, Selectors, Statement, StatementKind, Subjects,
    TestBlock, TestCall, TestStep, Text,
};
use crate::source::Span;

/// How far statements are moved: what is added to every offset, and wraps around where it stands for less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shift(u32);

impl Shift {
    /// From an offset to another.
    pub(crate) fn new(from: usize, to: usize) -> Self {
        let clamp = |offset| u32::try_from(offset).unwrap_or(u32::MAX);
        Self(clamp(to).wrapping_sub(clamp(from)))
    }

    /// Moves one place.
    pub(crate) fn span(self, span: &mut Span) {
        span.start = span.start.wrapping_add(self.0);
        span.end = span.end.wrapping_add(self.0);
    }

    /// A token, moved.
    pub(super) fn token(self, token: Token) -> Token {
        token.moved(self.0)
    }

    /// Moves a statement with all that is in it.
    pub(crate) fn statement(self, statement: &mut Statement) {
        self.span(&mut statement.span);
        match &mut statement.kind {
            StatementKind::Manifest(text)
            | StatementKind::Include(text)
            | StatementKind::Policy(text) => self.text(text),
            StatementKind::Assert(assertion) => {
                let Assertion { claim, subjects, rates, condition } = &mut **assertion;
                self.span(claim);
                self.subjects(subjects);
                rates.iter_mut().for_each(|rate| self.calls(rate));
                condition.iter_mut().for_each(|condition| self.condition(condition));
            }
            StatementKind::Test(TestBlock { name, steps }) => {
                name.iter_mut().for_each(|name| self.text(name));
                for (span, step) in steps {
                    self.span(span);
                    self.step(step);
                }
            }
            StatementKind::Default(_) => {}
            StatementKind::Group(Group { name, selectors }) => {
                self.span(name);
                self.selectors(selectors);
            }
            StatementKind::Classify(Classify { names, class, because }) => {
                self.each(names);
                self.span(class);
                because.iter_mut().for_each(|because| self.text(because));
            }
            StatementKind::Rule(subjects, rule) => {
                self.subjects(subjects);
                self.rule(rule);
            }
            StatementKind::Block(Block { selectors, rules }) => {
                selectors.iter_mut().for_each(|selectors| self.selectors(selectors));
                for (span, rule) in rules {
                    self.span(span);
                    self.rule(rule);
                }
            }
            StatementKind::Broken(Broken { word: _, name }) => {
                name.iter_mut().for_each(|name| self.span(name));
            }
        }
    }

    fn subjects(self, subjects: &mut Subjects) {
        match subjects {
            Subjects::All(span) => self.span(span),
            Subjects::Tools(selectors) => self.selectors(selectors),
        }
    }

    fn step(self, step: &mut TestStep) {
        match step {
            TestStep::At(time) => self.span(time),
            TestStep::Call(call) => {
                let TestCall { selectors, arguments, times, verdict, by, because } = &mut **call;
                self.selectors(selectors);
                arguments.iter_mut().for_each(|arguments| self.literal(arguments));
                times.iter_mut().for_each(|times| self.span(times));
                self.span(verdict);
                self.counter(by);
                because.iter_mut().for_each(|because| self.text(because));
            }
        }
    }

    fn text(self, text: &mut Text) {
        self.span(&mut text.span);
    }

    fn each(self, selectors: &mut [Selector]) {
        selectors.iter_mut().for_each(|selector| self.span(&mut selector.span));
    }

    fn selectors(self, selectors: &mut Selectors) {
        let Selectors { span, items, having, except } = selectors;
        self.span(span);
        self.each(items);
        having.iter_mut().for_each(|path| self.path(path));
        self.each(except);
    }

    fn rule(self, rule: &mut Rule) {
        match rule {
            Rule::Allow(caps) | Rule::Rate(caps) => self.caps(caps),
            Rule::Require(guard) | Rule::Approve(guard) | Rule::Deny(guard) => self.guard(guard),
            Rule::Hide => {}
            Rule::Budget(budget) => {
                let Budget { path, limit, counter } = &mut **budget;
                self.path(path);
                self.calls(limit);
                self.counter(counter);
            }
        }
    }

    fn caps(self, caps: &mut Caps) {
        caps.rates.iter_mut().for_each(|rate| self.calls(rate));
        self.counter(&mut caps.counter);
    }

    fn calls(self, calls: &mut Calls) {
        self.span(&mut calls.span);
    }

    fn counter(self, counter: &mut Option<Counter>) {
        match counter {
            None => {}
            Some(Counter::Template(span)) => self.span(span),
            Some(Counter::Literal(text)) => self.text(text),
        }
    }

    fn guard(self, guard: &mut Guard) {
        let Guard { mode: _, condition, because } = guard;
        condition.iter_mut().for_each(|condition| self.condition(condition));
        because.iter_mut().for_each(|because| self.text(because));
    }

    fn condition(self, condition: &mut Condition) {
        match condition {
            Condition::Any(parts) | Condition::All(parts) => {
                parts.iter_mut().for_each(|part| self.condition(part));
            }
            Condition::Not(_, inner) | Condition::Parentheses(inner) => self.condition(inner),
            Condition::Test(test) => {
                self.span(&mut test.span);
                self.path(&mut test.path);
                test.value.iter_mut().for_each(|value| self.literal(value));
            }
        }
    }

    fn path(self, path: &mut Path) {
        self.span(&mut path.span);
        for key in &mut path.keys {
            match key {
                Key::Bare(span) => self.span(span),
                Key::Quoted(text) => self.text(text),
            }
        }
    }

    fn literal(self, literal: &mut Literal) {
        self.span(&mut literal.span);
        match &mut literal.kind {
            LiteralKind::Scalar => {}
            LiteralKind::List(items) => items.iter_mut().for_each(|item| self.literal(item)),
            LiteralKind::Object(members) => {
                for (key, value) in members {
                    self.text(key);
                    self.literal(value);
                }
            }
        }
    }
}
