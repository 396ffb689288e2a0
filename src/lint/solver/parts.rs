//! Parts of a condition that can never hold.

use super::Solver;
use super::form::{Fact, Form};
use crate::source::Span;

/// A condition, or one of several alternatives in it, that never holds.
#[derive(Clone, Debug)]
pub struct Dead<'c> {
    /// From its first test to its last.
    pub span: Span,
    /// Whether it is the condition as a whole.
    pub is_whole: bool,
    /// The tests that exclude each other, in the order of the text.
    pub facts: Vec<Fact<'c>>,
}

/// Whether an alternative counts as dead that could hold by itself, but not with what is joined to it by `and`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// No: it must be dead by itself.
    Alone,
    /// Yes.
    Beside,
}

/// The condition if it never holds, else its alternatives that do not. Takes time in the square of the number of tests.
pub fn dead_parts<'c>(solver: &Solver, form: &Form<'c>, scope: Scope) -> Vec<Dead<'c>> {
    if let Some(facts) = solver.conflict(&[form]) {
        let span = form.span();
        return span.map(|span| Dead { span, is_whole: true, facts }).into_iter().collect();
    }
    let mut found = Vec::new();
    search(solver, form, scope, &mut Vec::new(), &mut found);
    found
}

/// Looks for dead alternatives of a form that can hold. `beside` are the conditions that hold with it.
fn search<'f, 'c>(
    solver: &Solver,
    form: &'f Form<'c>,
    scope: Scope,
    beside: &mut Vec<&'f Form<'c>>,
    found: &mut Vec<Dead<'c>>,
) {
    match form {
        Form::Fact(_) => {}
        Form::Any(parts) => {
            for part in parts {
                beside.push(part);
                let conflict = solver.conflict(beside);
                beside.pop();
                match (conflict, part.span()) {
                    (Some(facts), Some(span)) => {
                        found.push(Dead { span, is_whole: false, facts });
                    }
                    _ => search(solver, part, scope, beside, found),
                }
            }
        }
        Form::All(parts) => {
            for (number, part) in parts.iter().enumerate() {
                if matches!(part, Form::Fact(_)) {
                    continue;
                }
                let depth = beside.len();
                let others = parts.iter().enumerate().filter(|(other, _)| *other != number);
                if scope == Scope::Beside {
                    beside.extend(others.map(|(_, other)| other));
                }
                search(solver, part, scope, beside, found);
                beside.truncate(depth);
            }
        }
    }
}
