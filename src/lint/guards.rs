//! The guards of a policy that have a condition.

use super::Context;
use super::solver::{Dead, Form, Solver};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::policy::{Action, Blocks, Condition, Guard, Purpose, Rule};
use crate::source::Span;

/// Conditions with more tests are not thought about: each test is held against the others.
pub const MAX_TESTS: usize = 256;

/// A guard with a condition.
#[derive(Clone, Copy)]
pub struct Guarded<'c> {
    /// The rule.
    pub rule: &'c Rule,
    /// The guard in it.
    pub guard: &'c Guard,
    /// Its condition.
    pub condition: &'c Condition,
    /// Whether it blocks the calls for which the condition holds, and not the others.
    pub when: bool,
}

/// What becomes of a guard whose condition is the same for every call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It blocks every call, or asks a person for every call.
    All(Purpose),
    /// It never does anything.
    None(Purpose),
}

/// Every guard with a condition, in the order of the text.
pub fn conditional<'c>(context: &Context<'c>) -> impl Iterator<Item = Guarded<'c>> {
    context.policy.rules.iter().filter_map(of_rule)
}

/// Those that are short enough to be thought about.
pub fn solvable<'c>(context: &Context<'c>) -> impl Iterator<Item = Guarded<'c>> {
    conditional(context).filter(Guarded::is_short)
}

/// A question about a condition alone: its answer depends on the characters of its statement, and on nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Whether a part of it always holds.
    AlwaysTrue,
    /// Whether a part of it never holds.
    Contradictory,
    /// Whether its patterns say something else than they seem to.
    DangerousPattern,
    /// Whether its patterns match anywhere in a text.
    UnanchoredPattern,
}

/// Asks a question about every guard that has a condition, but for those about which it has been asked before, in a program that
/// checks again and again, and found nothing. `look` returns whether it could decide everything: only then is a statement
/// remembered.
pub fn ask<'c>(
    context: &Context<'c>,
    question: Question,
    findings: &mut Vec<Diagnostic>,
    mut look: impl FnMut(Guarded<'c>, &mut Vec<Diagnostic>) -> bool,
) {
    for guarded in conditional(context) {
        let Some(sound) = context.sound else {
            look(guarded, findings);
            continue;
        };
        let (bit, statement) = (1 << question as u32, context.sources.slice(guarded.rule.span));
        if !sound.has(statement, bit) {
            let before = findings.len();
            if look(guarded, findings) && findings.len() == before {
                sound.remember(statement, bit);
            }
        }
    }
}

/// Reports that nothing was decided about a guard, and why. Several rules ask about the same guard: the first one reports it.
pub fn report_unexamined(
    context: &Context<'_>,
    code: Code,
    place: Span,
    message: String,
    findings: &mut Vec<Diagnostic>,
) {
    if context.unexamined.borrow_mut().insert(place) {
        let help =
            "use `in` for several values of one argument, or write fewer or shorter conditions";
        let finding = Diagnostic::new(code, place, message)
            .with_severity(Severity::Info)
            .with_note("contradictory or redundant tests and rules may not be reported here")
            .with_help(help);
        findings.push(finding);
    }
}

/// Reports a condition with too many tests to examine. Returns whether it is short enough.
pub fn is_examined(
    context: &Context<'_>,
    code: Code,
    guarded: &Guarded<'_>,
    findings: &mut Vec<Diagnostic>,
) -> bool {
    let is_short = guarded.is_short();
    if !is_short {
        let message = format!("this condition has more than {MAX_TESTS} tests");
        report_unexamined(context, code, guarded.span(), message, findings);
    }
    is_short
}

/// Reports that the solver gave up on a question about a guard; once for the whole policy if it has no steps left. Returns whether
/// it answered everything.
pub fn is_decided(
    context: &Context<'_>,
    code: Code,
    guarded: &Guarded<'_>,
    solver: &Solver,
    findings: &mut Vec<Diagnostic>,
) -> bool {
    if !solver.take_undecided() {
        return true;
    }
    let place = guarded.span();
    if !solver.is_exhausted() {
        let message = "this condition is too complex to examine".to_owned();
        report_unexamined(context, code, place, message, findings);
    } else if !context.ran_out_of_steps.replace(true) {
        let message = "the conditions of this policy take too long to compare".to_owned();
        report_unexamined(context, code, place, message, findings);
    }
    false
}

/// The guard of a rule, if it is one with a condition.
pub fn of_rule(rule: &Rule) -> Option<Guarded<'_>> {
    let Action::Guard(guard) = &rule.action else { return None };
    let (condition, when) = match &guard.blocks {
        Blocks::Always => return None,
        Blocks::When(condition) => (condition, true),
        Blocks::Unless(condition) => (condition, false),
    };
    Some(Guarded { rule, guard, condition, when })
}

impl<'c> Guarded<'c> {
    /// Whether its condition is short enough to be thought about.
    pub fn is_short(&self) -> bool {
        Form::of(self.condition).facts().len() <= MAX_TESTS
    }

    /// Which calls it blocks.
    pub fn blocks(&self) -> Form<'c> {
        if self.when { Form::of(self.condition) } else { Form::not(self.condition) }
    }

    /// Which calls it lets pass.
    pub fn passes(&self) -> Form<'c> {
        if self.when { Form::not(self.condition) } else { Form::of(self.condition) }
    }

    /// What it does if its condition always, or never, holds.
    pub fn effect_if(&self, holds: bool) -> Effect {
        let purpose = self.guard.purpose;
        if holds == self.when { Effect::All(purpose) } else { Effect::None(purpose) }
    }

    /// From the first test of its condition to the last.
    pub fn span(&self) -> Span {
        Form::of(self.condition).span().unwrap_or(self.rule.span)
    }
}

impl Effect {
    /// What happens, as a sentence.
    pub fn in_words(self) -> &'static str {
        match self {
            Effect::All(Purpose::Require) => "so the `require` blocks every call",
            Effect::All(Purpose::Deny) => "so the `deny` blocks every call",
            Effect::All(Purpose::Approve) => "so a person must approve every call",
            Effect::None(Purpose::Require) => "so the `require` never blocks a call",
            Effect::None(Purpose::Deny) => "so the `deny` never blocks a call",
            Effect::None(Purpose::Approve) => "so the `approve` never asks anyone",
        }
    }

    /// What to write instead.
    pub fn remedy(self) -> &'static str {
        match self {
            Effect::All(Purpose::Require) => {
                "fix one of the tests, or to block every call, write `deny` without a condition"
            }
            Effect::All(_) => "fix one of the tests, or to cover every call, remove the condition",
            Effect::None(_) => "fix one of the tests, or remove the statement",
        }
    }
}

/// The words for a guard: `require`.
pub fn word(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Require => "require",
        Purpose::Deny => "deny",
        Purpose::Approve => "approve",
    }
}

/// A finding about tests that decide the condition or a part of it: at the last of them, with labels at the others.
pub fn at_tests(code: Code, dead: &Dead<'_>, message: String, others: &str) -> Diagnostic {
    let Some((last, first)) = dead.facts.split_last() else {
        return Diagnostic::new(code, dead.span, message);
    };
    let finding = Diagnostic::new(code, last.span, message);
    first.iter().fold(finding, |finding, fact| finding.with_label(fact.span, others))
}
