//! From pest's pairs to the tree, one small function a rule of the grammar.

mod tests_and_claims;

use std::ops::Range;

use pest::iterators::{Pair, Pairs};

use smallvec::SmallVec;

use super::Rule;
use crate::policy::{Operator, Posture, Rate, Window};
use crate::source::Span;
use crate::syntax::build::Builder;
use crate::syntax::tree::{
    self, Block, Budget, Calls, Caps, Classify, Condition, Counter, Guard, GuardMode, Key, Literal,
    LiteralKind, Path, Selector, SelectorKind, Selectors, StatementKind, Subjects, Test, TestStep,
    Text,
};

/// What the grammar read of one entry.
pub(in crate::syntax) struct Reading<'t> {
    pairs: Pairs<'t, Rule>,
    base: usize,
}

impl<'t> Reading<'t> {
    pub(super) fn new(pairs: Pairs<'t, Rule>, base: usize) -> Self {
        Self { pairs, base }
    }

    /// The byte behind the last character that belongs to what was read.
    pub(in crate::syntax) fn end(&self) -> usize {
        let first = self.pairs.peek();
        self.base + first.map_or(0, |pair| pair.as_span().end())
    }

    /// The next statement or block of a run with its range; what is wrong with it is in the builder.
    pub(in crate::syntax) fn next(
        &mut self,
        builder: &mut Builder<'_>,
    ) -> Option<(Range<usize>, Option<StatementKind>)> {
        let between = [Rule::end_of_statement, Rule::comment_text];
        let pair = self.pairs.find(|pair| !between.contains(&pair.as_rule()))?;
        let span = pair.as_span();
        let range = self.base + span.start()..self.base + span.end();
        let mut nodes = Nodes { builder, base: self.base };
        let kind = match pair.as_rule() {
            Rule::block => Some(StatementKind::Block(nodes.block(pair))),
            Rule::test_block => Some(StatementKind::Test(nodes.test_block(pair))),
            Rule::EOI => return None,
            _ => nodes.statement(pair),
        };
        Some((range, kind))
    }

    /// A statement outside a block.
    pub(in crate::syntax) fn statement(
        mut self,
        builder: &mut Builder<'_>,
    ) -> Option<StatementKind> {
        let mut nodes = Nodes { builder, base: self.base };
        nodes.statement(self.pairs.next()?)
    }

    /// The selectors of a block's head.
    pub(in crate::syntax) fn head(mut self, builder: &mut Builder<'_>) -> Option<Selectors> {
        let mut nodes = Nodes { builder, base: self.base };
        let mut inner = self.pairs.next()?.into_inner();
        Some(nodes.selectors(inner.next()?))
    }

    /// The name in the head of a test.
    pub(in crate::syntax) fn test_name(mut self, builder: &mut Builder<'_>) -> Option<Text> {
        let mut nodes = Nodes { builder, base: self.base };
        let name = children(self.pairs.next()?).next()?;
        Some(nodes.text(&name))
    }

    /// A step of a test.
    pub(in crate::syntax) fn test_step(mut self, builder: &mut Builder<'_>) -> Option<TestStep> {
        let mut nodes = Nodes { builder, base: self.base };
        nodes.test_step(self.pairs.next()?)
    }

    /// A rule in a block.
    pub(in crate::syntax) fn rule(mut self, builder: &mut Builder<'_>) -> Option<tree::Rule> {
        let mut nodes = Nodes { builder, base: self.base };
        let pair = self.pairs.next()?;
        let rule = pair.as_rule();
        nodes.rule(rule, children(pair))
    }
}

struct Nodes<'b, 't> {
    builder: &'b mut Builder<'t>,
    base: usize,
}

impl Nodes<'_, '_> {
    fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        let span = pair.as_span();
        self.builder.span(self.base + span.start(), self.base + span.end())
    }

    fn text(&mut self, pair: &Pair<'_, Rule>) -> Text {
        let span = self.span(pair);
        self.builder.text(span, pair.as_str())
    }

    /// A block whose every rule the grammar takes. One with a mistake of another kind is left out.
    fn block(&mut self, pair: Pair<'_, Rule>) -> Block {
        let mut block = Block { selectors: None, rules: Vec::new() };
        for part in children(pair) {
            let known = self.builder.problems.len();
            match part.as_rule() {
                Rule::block_open => {
                    let selectors = children(part).next().map(|inner| self.selectors(inner));
                    block.selectors = selectors.filter(|_| self.builder.problems.len() == known);
                }
                Rule::end_of_statement => {}
                kind => {
                    let span = self.span(&part);
                    let rule = self.rule(kind, children(part));
                    let rule = rule.filter(|_| self.builder.problems.len() == known);
                    block.rules.extend(rule.map(|rule| (span, rule)));
                }
            }
        }
        block
    }

    fn statement(&mut self, pair: Pair<'_, Rule>) -> Option<StatementKind> {
        let rule = pair.as_rule();
        let mut inner = children(pair);
        Some(match rule {
            Rule::manifest => StatementKind::Manifest(self.text(&inner.next()?)),
            Rule::include => StatementKind::Include(self.text(&inner.next()?)),
            Rule::assertion => StatementKind::Assert(Box::new(self.assertion(inner)?)),
            Rule::policy => StatementKind::Policy(self.text(&inner.next()?)),
            Rule::default => {
                let word = inner.next()?;
                let allow = word.as_str() == Posture::Allow.name();
                StatementKind::Default(if allow { Posture::Allow } else { Posture::Deny })
            }
            Rule::group => {
                let name = self.span(&inner.next()?);
                let selectors = self.selectors(inner.next()?);
                StatementKind::Group(tree::Group { name, selectors })
            }
            Rule::classify => StatementKind::Classify(self.classify(inner)?),
            _ => {
                let first = inner.next()?;
                let subjects = match first.as_rule() {
                    Rule::all => Subjects::All(self.span(&first)),
                    _ => Subjects::Tools(self.selectors(first)),
                };
                StatementKind::Rule(subjects, self.rule(rule, inner)?)
            }
        })
    }

    fn classify<'p>(&mut self, inner: impl Iterator<Item = Pair<'p, Rule>>) -> Option<Classify> {
        let mut names = Vec::new();
        let mut class = None;
        let mut because = None;
        for pair in inner {
            match pair.as_rule() {
                Rule::names => {
                    names.extend(children(pair).filter_map(|name| self.selector(&name)));
                }
                Rule::class => class = Some(self.span(&pair)),
                Rule::string => because = Some(self.text(&pair)),
                _ => {}
            }
        }
        Some(Classify { names, class: class?, because })
    }

    /// A rule, given its clauses: the selectors have been taken.
    fn rule<'p>(
        &mut self,
        rule: Rule,
        clauses: impl Iterator<Item = Pair<'p, Rule>>,
    ) -> Option<tree::Rule> {
        Some(match rule {
            Rule::allow | Rule::block_allow => tree::Rule::Allow(self.caps(clauses)),
            Rule::rate | Rule::block_rate => tree::Rule::Rate(self.caps(clauses)),
            Rule::require | Rule::block_require => {
                tree::Rule::Require(self.guard(clauses, GuardMode::Unless))
            }
            Rule::approve | Rule::block_approve => {
                tree::Rule::Approve(self.guard(clauses, GuardMode::When))
            }
            Rule::deny | Rule::block_deny => tree::Rule::Deny(self.guard(clauses, GuardMode::When)),
            Rule::hide | Rule::block_hide => tree::Rule::Hide,
            Rule::budget | Rule::block_budget => {
                tree::Rule::Budget(Box::new(self.budget(clauses)?))
            }
            _ => return None,
        })
    }

    fn caps<'p>(&mut self, clauses: impl Iterator<Item = Pair<'p, Rule>>) -> Caps {
        let mut caps = Caps::default();
        for pair in clauses {
            match pair.as_rule() {
                Rule::calls => caps.rates.extend(self.calls(&pair)),
                _ => caps.counter = self.counter(&pair).or(caps.counter),
            }
        }
        caps
    }

    fn calls(&mut self, pair: &Pair<'_, Rule>) -> Option<Calls> {
        let (calls, window) = pair.as_str().split_once('/')?;
        let span = self.span(pair);
        let calls = self.builder.calls(span, calls);
        Some(Calls { span, rate: Rate::clamped(calls, Window::from_name(window)?) })
    }

    fn counter(&mut self, pair: &Pair<'_, Rule>) -> Option<Counter> {
        match pair.as_rule() {
            Rule::string => Some(Counter::Literal(self.text(pair))),
            Rule::counter_name => Some(Counter::Template(self.span(pair))),
            _ => None,
        }
    }

    fn budget<'p>(&mut self, clauses: impl Iterator<Item = Pair<'p, Rule>>) -> Option<Budget> {
        let (mut path, mut limit, mut counter) = (None, None, None);
        for pair in clauses {
            match pair.as_rule() {
                Rule::path => path = Some(self.path(pair)),
                Rule::calls => limit = self.calls(&pair),
                _ => counter = self.counter(&pair).or(counter),
            }
        }
        Some(Budget { path: path?, limit: limit?, counter })
    }

    fn guard<'p>(
        &mut self,
        clauses: impl Iterator<Item = Pair<'p, Rule>>,
        mode: GuardMode,
    ) -> Box<Guard> {
        let mut guard = Guard { mode, condition: None, because: None };
        for pair in clauses {
            match pair.as_rule() {
                Rule::unless => guard.mode = GuardMode::Unless,
                Rule::condition => guard.condition = self.condition(pair),
                Rule::string => guard.because = Some(self.text(&pair)),
                _ => {}
            }
        }
        if guard.condition.is_none() {
            guard.mode = GuardMode::Always;
        }
        Box::new(guard)
    }

    fn selectors(&mut self, pair: Pair<'_, Rule>) -> Selectors {
        let span = self.span(&pair);
        let mut selectors =
            Selectors { span, items: SmallVec::new(), having: None, except: Vec::new() };
        for part in children(pair) {
            match part.as_rule() {
                Rule::having => {
                    selectors.having = children(part).next().map(|path| Box::new(self.path(path)));
                }
                Rule::except => {
                    let inner = children(part);
                    selectors.except = inner.filter_map(|item| self.selector(&item)).collect();
                }
                _ => selectors.items.extend(self.selector(&part)),
            }
        }
        selectors
    }

    fn selector(&mut self, pair: &Pair<'_, Rule>) -> Option<Selector> {
        let span = self.span(pair);
        let kind = match pair.as_rule() {
            Rule::set => SelectorKind::Set,
            Rule::string => {
                self.text(pair);
                SelectorKind::Quoted
            }
            Rule::name if pair.as_str().contains(['*', '?']) => SelectorKind::Glob,
            Rule::name => {
                self.builder.name(span, pair.as_str());
                SelectorKind::Name
            }
            _ => return None,
        };
        Some(Selector { span, kind })
    }

    fn condition(&mut self, pair: Pair<'_, Rule>) -> Option<Condition> {
        let parts = children(pair).filter_map(|part| self.conjunction(part)).collect();
        one_or(parts, Condition::Any)
    }

    fn conjunction(&mut self, pair: Pair<'_, Rule>) -> Option<Condition> {
        let mut negations = 0usize;
        let mut parts = Vec::new();
        for part in children(pair) {
            let operand = match part.as_rule() {
                Rule::negation => {
                    negations += 1;
                    continue;
                }
                Rule::parentheses => {
                    let inner = children(part).next();
                    let condition = inner.and_then(|inner| self.condition(inner));
                    condition.map(|condition| Condition::Parentheses(Box::new(condition)))
                }
                Rule::test => self.test(part).map(Condition::Test),
                _ => None,
            };
            let Some(operand) = operand else { continue };
            let negated = match std::mem::take(&mut negations) {
                0 => operand,
                count => Condition::Not(count, Box::new(operand)),
            };
            parts.push(negated);
        }
        one_or(parts, Condition::All)
    }

    fn test(&mut self, pair: Pair<'_, Rule>) -> Option<Test> {
        let span = self.span(&pair);
        let mut inner = children(pair);
        let path = self.path(inner.next()?);
        let word = inner.next()?;
        let value = inner.next().map(|literal| self.literal(literal));
        let missing = word.as_str() == "missing";
        let operator = match word.as_str() {
            "exists" | "missing" => Operator::Exists,
            negated if negated.starts_with("not") => Operator::NotIn,
            other => Operator::ALL.into_iter().find(|operator| operator.gate_name() == other)?,
        };
        Some(Test { span, path, operator, value, missing })
    }

    fn path(&mut self, pair: Pair<'_, Rule>) -> Path {
        let span = self.span(&pair);
        let keys = pair
            .into_inner()
            .map(|key| match key.as_rule() {
                Rule::string => {
                    let text = self.text(&key);
                    self.builder.key(text, key.as_str());
                    Key::Quoted(text)
                }
                _ => Key::Bare(self.span(&key)),
            })
            .collect();
        Path { span, keys }
    }

    fn literal(&mut self, pair: Pair<'_, Rule>) -> Literal {
        let span = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::list => {
                let items = children(pair).filter(|part| is_value(part));
                LiteralKind::List(items.map(|item| self.literal(item)).collect())
            }
            Rule::object => LiteralKind::Object(self.members(pair)),
            Rule::string => {
                self.text(&pair);
                LiteralKind::Scalar
            }
            _ => LiteralKind::Scalar,
        };
        Literal { span, kind }
    }

    fn members(&mut self, pair: Pair<'_, Rule>) -> Vec<(Text, Literal)> {
        let mut members = Vec::new();
        let mut parts = children(pair).filter(is_value);
        while let (Some(key), Some(value)) = (parts.next(), parts.next()) {
            members.push((self.text(&key), self.literal(value)));
        }
        self.builder.members(&members);
        members
    }
}

/// The ranges of the pairs that hold no others.
pub(super) fn terminals(pair: Pair<'_, Rule>, base: usize, found: &mut Vec<Range<usize>>) {
    let span = pair.as_span();
    let (start, end) = (base + span.start(), base + span.end());
    let rule = pair.as_rule();
    match rule {
        Rule::path => found.push(start..end),
        // The mark belongs to the token.
        Rule::comment_text => {
            found.push(start - 1..end - usize::from(pair.as_str().ends_with('\r')));
        }
        _ => {
            let before = found.len();
            pair.into_inner().for_each(|inner| terminals(inner, base, found));
            // These hold blanks, or nothing.
            let is_row = matches!(
                rule,
                Rule::list | Rule::object | Rule::negation | Rule::end_of_statement | Rule::EOI
            );
            if found.len() == before && !is_row {
                found.push(start..end);
            }
        }
    }
}

/// The parts of a node, without the comments between them.
fn children<'p>(pair: Pair<'p, Rule>) -> impl Iterator<Item = Pair<'p, Rule>> {
    pair.into_inner().filter(|part| part.as_rule() != Rule::comment_text)
}

/// Whether a pair inside a list or object is a value or key, not a mark.
fn is_value(pair: &Pair<'_, Rule>) -> bool {
    matches!(
        pair.as_rule(),
        Rule::string | Rule::number | Rule::constant | Rule::list | Rule::object
    )
}

/// The only part, or all of them joined.
fn one_or(
    mut parts: Vec<Condition>,
    join: impl FnOnce(Vec<Condition>) -> Condition,
) -> Option<Condition> {
    if parts.len() > 1 { Some(join(parts)) } else { parts.pop() }
}
