//! The nodes of tests and assertions.

use pest::iterators::Pair;
use smallvec::SmallVec;

use super::{Nodes, Rule, children};
use crate::syntax::tree::{Assertion, Subjects, TestBlock, TestCall, TestStep};

impl Nodes<'_, '_> {
    /// A test whose every step the grammar takes. One with a mistake of another kind is left out.
    pub(super) fn test_block(&mut self, pair: Pair<'_, Rule>) -> TestBlock {
        let mut test = TestBlock { name: None, steps: Vec::new() };
        for part in children(pair) {
            let known = self.builder.problems.len();
            match part.as_rule() {
                Rule::test_open => {
                    let name = children(part).next().map(|name| self.text(&name));
                    test.name = name.filter(|_| self.builder.problems.len() == known);
                }
                Rule::end_of_statement => {}
                _ => {
                    let span = self.span(&part);
                    let step = self.test_step(part);
                    let step = step.filter(|_| self.builder.problems.len() == known);
                    test.steps.extend(step.map(|step| (span, step)));
                }
            }
        }
        test
    }

    pub(super) fn test_step(&mut self, pair: Pair<'_, Rule>) -> Option<TestStep> {
        let rule = pair.as_rule();
        let mut parts = children(pair);
        let first = parts.next()?;
        if rule == Rule::at {
            return Some(TestStep::At(self.span(&first)));
        }
        let selectors = self.selectors(first);
        let (mut arguments, mut times, mut verdict) = (None, None, None);
        let (mut by, mut because) = (None, None);
        let mut is_counter = false;
        for part in parts {
            match part.as_rule() {
                Rule::object => arguments = Some(self.literal(part)),
                Rule::repeats => times = children(part).next().map(|digits| self.span(&digits)),
                Rule::verdict => verdict = Some(self.span(&part)),
                Rule::by_word => is_counter = true,
                Rule::because => is_counter = false,
                Rule::string | Rule::counter_name if is_counter => by = self.counter(&part),
                Rule::string => because = Some(self.text(&part)),
                _ => {}
            }
        }
        let call = TestCall { selectors, arguments, times, verdict: verdict?, by, because };
        Some(TestStep::Call(Box::new(call)))
    }

    pub(super) fn assertion<'p>(
        &mut self,
        mut inner: impl Iterator<Item = Pair<'p, Rule>>,
    ) -> Option<Assertion> {
        let claim = self.span(&inner.next()?);
        let first = inner.next()?;
        let subjects = match first.as_rule() {
            Rule::all => Subjects::All(self.span(&first)),
            _ => Subjects::Tools(self.selectors(first)),
        };
        let (mut rates, mut condition) = (SmallVec::new(), None);
        for pair in inner {
            match pair.as_rule() {
                Rule::calls => rates.extend(self.calls(&pair)),
                Rule::condition => condition = self.condition(pair),
                _ => {}
            }
        }
        Some(Assertion { claim, subjects, rates, condition })
    }
}
