//! Reads tests step by step.

use super::{OpenBlock, StatementReader};
use crate::source::Span;
use crate::syntax::build::Builder;
use crate::syntax::grammar::{GrammarEntry, Refusal};
use crate::syntax::mistakes::{self, RefusedIn};
use crate::syntax::tree::{Statement, StatementKind, TestBlock, TestStep, Text};
use crate::syntax::{recovery, words};

/// A test whose head has been read.
struct OpenTest {
    block: OpenBlock,
    steps: Vec<(Span, TestStep)>,
}

impl StatementReader<'_> {
    pub(super) fn test_block(&mut self) {
        let start = self.position;
        let before = self.diagnostics.len();
        let Some((brace, name)) = self.test_head(start) else {
            let kind = StatementKind::Broken(self.broken(start));
            self.statements.push(Statement { span: self.span(start, self.position), kind });
            return;
        };
        let block = OpenBlock { start, brace, closes: None, rules: Vec::new() };
        let mut open = OpenTest { block, steps: Vec::new() };
        while self.test_step(&mut open) {}
        let steps = open.steps;
        if steps.is_empty() && self.diagnostics.len() == before {
            self.diagnostics.push(mistakes::empty_test(self.span(brace, self.position)));
        }
        let kind = StatementKind::Test(TestBlock { name, steps });
        self.statements.push(Statement { span: self.span(start, self.position), kind });
    }

    /// Reads the head; goes on inside the test if a brace opens one.
    fn test_head(&mut self, start: usize) -> Option<(usize, Option<Text>)> {
        match self.read(GrammarEntry::TestOpen) {
            Ok(reading) => {
                self.position = reading.end();
                let mut builder = Builder::new(self.file, self.text);
                let name = reading.test_name(&mut builder);
                let name = name.filter(|_| builder.problems.is_empty());
                self.diagnostics.extend(builder.problems);
                Some((self.position - 1, name))
            }
            Err(refusal) => {
                let brace = self.refused(start, &refusal, RefusedIn::File).brace?;
                self.position = brace + 1;
                Some((brace, None))
            }
        }
    }

    /// Reads one step; false when the test has ended.
    fn test_step(&mut self, open: &mut OpenTest) -> bool {
        let at = self.next_position();
        if self.text.as_bytes().get(at) == Some(&b'}') {
            self.close_block();
            return false;
        }
        let refusal = if words::step_at(self.text, at).is_none() {
            Refusal::at(at)
        } else {
            match self.read(GrammarEntry::TestStep) {
                Ok(reading) => {
                    self.position = reading.end();
                    let mut builder = Builder::new(self.file, self.text);
                    let step = reading.test_step(&mut builder);
                    let step = step.filter(|_| builder.problems.is_empty());
                    self.diagnostics.extend(builder.problems);
                    open.steps.extend(step.map(|step| (self.span(at, self.position), step)));
                    return true;
                }
                Err(refusal) => refusal,
            }
        };
        let text = self.text;
        let closes = *open.block.closes.get_or_insert_with(|| recovery::block_closes(text, at));
        let is_outside = at >= text.len() || words::at(text, at).is_some();
        if (!closes || at >= text.len()) && is_outside {
            let brace = self.span(open.block.brace, open.block.brace + 1);
            let head = self.span(open.block.start, open.block.brace);
            self.diagnostics.push(mistakes::unclosed_test(brace, head));
            return false;
        }
        self.refused(at, &refusal, RefusedIn::Test);
        true
    }
}
