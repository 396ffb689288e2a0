//! The text behind resolved guards, for fixes that change conditions.

use super::edits::{has_comments_inside, rule_at};
use super::{Context, Form};
use crate::diagnostic::Edit;
use crate::policy::Rule;
use crate::source::Span;
use crate::syntax::tree::{self, Condition, StatementKind, Subjects, Test};

/// A guard as it stands in the text.
#[derive(Clone, Copy)]
pub struct WrittenGuard<'c> {
    /// The statement, from its first word.
    pub span: Span,
    /// Its selectors; none in a block.
    pub selectors: Option<Span>,
    /// Its clauses.
    pub guard: &'c tree::Guard,
}

/// The clause of a guard's condition.
#[derive(Clone, Copy)]
pub struct Clause {
    /// `when`, `unless` or `with`; none in a `require` of a block.
    pub word: Option<Span>,
    /// The condition, with its parentheses.
    pub condition: Span,
}

/// The statement of a rule, if it is a guard of the language.
pub fn guard<'c>(context: &Context<'c>, rule: &Rule) -> Option<WrittenGuard<'c>> {
    let statement = context.statement(rule.span)?;
    let (selectors, written) = match &statement.kind {
        StatementKind::Rule(Subjects::Tools(selectors), written) => (Some(selectors.span), written),
        StatementKind::Block(block) => {
            let at = block.rules.partition_point(|(span, _)| span.start < rule.span.start);
            let (span, written) = block.rules.get(at)?;
            (*span == rule.span).then_some((None, written))?
        }
        _ => return None,
    };
    let (tree::Rule::Require(guard) | tree::Rule::Approve(guard) | tree::Rule::Deny(guard)) =
        written
    else {
        return None;
    };
    Some(WrittenGuard { span: rule.span, selectors, guard })
}

impl<'c> WrittenGuard<'c> {
    /// Its tests, in the order of the text.
    pub fn tests(&self) -> Vec<&'c Test> {
        let mut tests = Vec::new();
        self.guard.condition.iter().for_each(|condition| collect(condition, &mut tests));
        tests
    }

    /// The condition's clause. `None` if there is a comment at its word or between its tests: it would be lost.
    pub fn clause(&self, context: &Context<'_>) -> Option<Clause> {
        let text = context.sources.text(self.span.file);
        let end = match self.guard.because {
            Some(because) => {
                let before = text.get(..because.span.start as usize)?.trim_end();
                before.strip_suffix("because")?.trim_end().len()
            }
            None => self.span.end as usize,
        };
        let head = match self.selectors {
            Some(selectors) => selectors.end as usize,
            None => self.span.start as usize + self.first_word(context)?.len(),
        };
        let rest = text.get(head..end)?.trim_start();
        let start = end - rest.len();
        let word = ["when", "unless", "with"].into_iter().find(|word| {
            let after = rest.strip_prefix(word);
            after.is_some_and(|after| after.starts_with(|c: char| c.is_whitespace() || c == '('))
        });
        let condition = rest.get(word.map_or(0, str::len)..)?.trim_start();
        let condition = Span::new(self.span.file, end - condition.len(), end);
        let word = word.map(|word| Span::new(self.span.file, start, start + word.len()));
        self.has_no_comments(context, condition).then_some(Clause { word, condition })
    }

    /// `deny`, `approve`, `require`
    pub fn first_word<'s>(&self, context: &Context<'s>) -> Option<&'s str> {
        context.sources.slice(self.span).split_whitespace().next()
    }

    /// Whether nothing but words and parentheses stands between the tests.
    fn has_no_comments(&self, context: &Context<'_>, clause: Span) -> bool {
        let tests = self.tests();
        let mut at = clause.start as usize;
        let text = context.sources.text(clause.file);
        let mut gaps = tests.iter().map(|test| {
            let gap = text.get(at..test.span.start as usize);
            at = test.span.end as usize;
            gap
        });
        let is_plain = |gap: Option<&str>| gap.is_some_and(|gap| !gap.contains('#'));
        gaps.all(is_plain) && is_plain(text.get(at..clause.end as usize))
    }
}

/// Every test of a condition, in the order of the text.
fn collect<'c>(condition: &'c Condition, tests: &mut Vec<&'c Test>) {
    match condition {
        Condition::Any(parts) | Condition::All(parts) => {
            parts.iter().for_each(|part| collect(part, tests));
        }
        Condition::Not(_, inner) | Condition::Parentheses(inner) => collect(inner, tests),
        Condition::Test(test) => tests.push(test),
    }
}

/// The one of a guard's tests that stands in a place.
pub fn test_at<'c>(tests: &[&'c Test], place: Span) -> Option<&'c Test> {
    let at = tests.partition_point(|test| test.span.start < place.start);
    tests.get(at).copied().filter(|test| test.span == place)
}

/// Removes one test, with the `and` or `or` that joins it to its neighbour. None in parentheses, after `not`, in a statement with
/// comments between its lines, and in a policy.json.
pub fn without_test(context: &Context<'_>, test: Span, word: &str) -> Option<Edit> {
    if context.form == Form::PolicyJson {
        return None;
    }
    let (rule, _) = rule_at(context.statement(test)?, test)?;
    // A comment beside the test may be about it, or about another one.
    if has_comments_inside(context, rule) {
        return None;
    }
    let text = context.sources.text(test.file);
    let (start, end) = (test.start as usize, test.end as usize);
    let before = text.get(..start)?.trim_end();
    let joined = before.strip_suffix(word).filter(|rest| ends_a_word(rest));
    let span = if let Some(rest) = joined.map(str::trim_end) {
        Span::new(test.file, rest.len(), end)
    } else {
        let rest = text.get(end..)?.trim_start().strip_prefix(word)?;
        if !rest.starts_with(|c: char| c.is_whitespace() || c == '(') {
            return None;
        }
        let rest = rest.trim_start();
        Span::new(test.file, start, text.len() - rest.len())
    };
    Some(Edit { span, text: String::new() })
}

/// Whether a text may stand before a word of the language.
fn ends_a_word(text: &str) -> bool {
    text.ends_with(|c: char| c.is_whitespace() || matches!(c, ')' | ']' | '}' | '"'))
}
