//! Predicates as guards: which statement says them, and whether their message needs a `because`.

use std::sync::Arc;

use crate::manifest::TypeSet;
use crate::policy::{Path, Test, is_identifier, wording, write_string};
use crate::policy_json::{Predicate, ToolRule};

use super::Style;
use super::factor::{self, Term};
use crate::source::TextPart;

/// The most predicates that one statement is made to hold; the compiler refuses more than 64.
const MAX_JOINED: usize = 64;

/// The guards of a tool. Their order is that in which they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum GuardKind {
    /// `require`: one predicate of `require`, or the first ones of `deny_if`.
    Require,
    /// `deny`: predicates of `deny_if`.
    Deny,
    /// `approve … unless`: one predicate of `require` with the message of an approval.
    ApproveUnless,
    /// `approve`: predicates of `deny_if` with the message of an approval.
    Approve,
}

/// One guard.
#[derive(Clone, Debug)]
pub(super) struct Guard<'d> {
    pub(super) kind: GuardKind,
    condition: DecompiledCondition<'d>,
    on_deny: Option<&'d str>,
    style: Style,
    /// The types of the arguments that an `approve … unless` compares with numbers: the compiler may negate its
    /// comparisons, so tools share the statement only if their schemas agree.
    compared: Vec<TypeSet>,
}

/// When a guard blocks a call.
#[derive(Clone, Debug)]
enum DecompiledCondition<'d> {
    /// Always.
    Always,
    /// When one of the terms holds.
    When(Vec<Term<'d>>),
    /// Unless all of the tests hold.
    UnlessAll(&'d [Arc<Test>]),
    /// Unless one of the tests holds.
    UnlessAny(Vec<Test>),
}

/// The guards of a tool. Guards of one kind stand in the order of their predicates; `approve` comes after the other
/// guards of a list, as the compiler puts it there.
pub(super) fn split<'d>(
    rule: &'d ToolRule,
    style: Style,
    types: &dyn Fn(&Path) -> TypeSet,
) -> Vec<Guard<'d>> {
    let (require, approve_unless) = split_approvals(&rule.require);
    let (deny, approve) = split_approvals(&rule.deny_if);
    let mut denials = joined(GuardKind::Deny, deny, style, types);
    // A `require` comes before every `deny`, so only the first predicates can come from one.
    for guard in &mut denials {
        if !matches!(guard.condition, DecompiledCondition::UnlessAny(_)) {
            break;
        }
        guard.kind = GuardKind::Require;
    }
    let mut guards: Vec<Guard<'_>> =
        require.iter().map(|predicate| required(GuardKind::Require, predicate, style)).collect();
    guards.append(&mut denials);
    guards.extend(approve_unless.iter().map(|predicate| {
        let comparisons = predicate.conditions.iter().filter(|test| test.operator.is_ordering());
        let compared = comparisons.map(|test| types(&test.path)).collect();
        Guard { compared, ..required(GuardKind::ApproveUnless, predicate, style) }
    }));
    guards.append(&mut joined(GuardKind::Approve, approve, style, types));
    guards
}

/// The predicates of a list that deny, and behind them those that ask for approval.
fn split_approvals(predicates: &[Arc<Predicate>]) -> (&[Arc<Predicate>], &[Arc<Predicate>]) {
    let is_approval = |predicate: &&Arc<Predicate>| predicate.approves();
    let approvals = predicates.iter().rev().take_while(is_approval).count();
    predicates.split_at(predicates.len() - approvals)
}

/// The guard of a predicate of `require`.
fn required(kind: GuardKind, predicate: &Predicate, style: Style) -> Guard<'_> {
    let condition = DecompiledCondition::UnlessAll(&predicate.conditions);
    let on_deny = predicate.on_deny.as_deref();
    Guard { kind, condition, on_deny, style, compared: Vec::new() }
}

/// Whether an argument of these types is neither a list, an object nor null.
fn is_plain(types: TypeSet) -> bool {
    !types.meets(TypeSet::COMPOSITE.union(TypeSet::NULL))
}

/// The guards of predicates of `deny_if`. Neighbours with one message become one guard.
fn joined<'d>(
    kind: GuardKind,
    predicates: &'d [Arc<Predicate>],
    style: Style,
    types: &dyn Fn(&Path) -> TypeSet,
) -> Vec<Guard<'d>> {
    let same = |left: &Arc<Predicate>, right: &Arc<Predicate>| {
        style != Style::Explicit
            && left.on_deny.is_some()
            && left.on_deny == right.on_deny
            && !left.conditions.is_empty()
            && !right.conditions.is_empty()
    };
    let mut guards = Vec::new();
    for neighbours in predicates.chunk_by(same) {
        let on_deny = neighbours.first().and_then(|first| first.on_deny.as_deref());
        let guard = |condition| Guard { kind, condition, on_deny, style, compared: Vec::new() };
        if neighbours.iter().all(|predicate| predicate.conditions.is_empty()) {
            guards.push(guard(DecompiledCondition::Always));
            continue;
        }
        let (mut terms, mut rows) = (Vec::new(), 0);
        for term in factor::terms(neighbours, &|path| is_plain(types(path))) {
            if rows + term.rows > MAX_JOINED {
                guards.push(guard(DecompiledCondition::when(std::mem::take(&mut terms))));
                rows = 0;
            }
            rows += term.rows;
            terms.push(term);
        }
        guards.push(guard(DecompiledCondition::when(terms)));
    }
    guards
}

impl<'d> DecompiledCondition<'d> {
    fn when(mut terms: Vec<Term<'d>>) -> Self {
        match terms.as_mut_slice() {
            [only] if only.holding.is_empty() && !only.failing.is_empty() => {
                DecompiledCondition::UnlessAny(std::mem::take(&mut only.failing))
            }
            _ => DecompiledCondition::When(terms),
        }
    }
}

impl<'d> Guard<'d> {
    /// Whether it blocks every call.
    pub(super) fn is_unconditional(&self) -> bool {
        matches!(self.condition, DecompiledCondition::Always)
    }

    /// Writes what two tools must have in common to share the statement.
    pub(super) fn write_key(&self, out: &mut String) {
        self.write_condition(false, &|_| false, out);
        if let Some(on_deny) = self.on_deny {
            write_string(on_deny, out);
        }
        if !self.compared.is_empty() {
            out.push_str(&format!("{:?}", self.compared));
        }
    }

    /// Writes the condition and the reason, each with a blank before it. `in_block` leaves out the word that divides
    /// the tools from the condition of a `require`; `quoted` names the tests whose keys are to stand in quotes.
    pub(super) fn write(&self, in_block: bool, quoted: &dyn Fn(&Test) -> bool, out: &mut String) {
        let mut condition = String::new();
        let start = self.write_condition(in_block, quoted, &mut condition);
        out.push_str(&condition);
        if let Some(reason) = self.reason(condition.part(start..)) {
            out.push_str(" because ");
            write_string(reason, out);
        }
    }

    /// Writes the condition with the words before it, and returns where it begins behind them.
    fn write_condition(
        &self,
        in_block: bool,
        quoted: &dyn Fn(&Test) -> bool,
        out: &mut String,
    ) -> usize {
        let plain = self.kind == GuardKind::Require;
        out.push_str(match &self.condition {
            DecompiledCondition::Always => return 0,
            DecompiledCondition::UnlessAny(_) if self.kind == GuardKind::Deny => " when ",
            DecompiledCondition::When(_) => " when ",
            _ if plain && in_block => " ",
            _ if plain => " with ",
            _ => " unless ",
        });
        let start = out.len();
        let writer =
            ConditionWriter { quoted: &|test| self.style == Style::Explicit || quoted(test) };
        match &self.condition {
            DecompiledCondition::Always => {}
            DecompiledCondition::UnlessAll(tests) => {
                writer.tests(tests.iter().map(Arc::as_ref), " and ", out)
            }
            DecompiledCondition::UnlessAny(tests) if self.kind == GuardKind::Deny => {
                writer.term(&[], tests, out);
            }
            DecompiledCondition::UnlessAny(tests) => writer.tests(tests.iter(), " or ", out),
            DecompiledCondition::When(terms) => {
                for (index, term) in terms.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { " or " });
                    writer.term(term.holding, &term.failing, out);
                }
            }
        }
        start
    }

    /// The text that must stand behind `because`; `None` when the compiler makes up the message, or may.
    fn reason(&self, condition: &str) -> Option<&'d str> {
        let on_deny = self.on_deny?;
        let made_up = match self.kind {
            GuardKind::ApproveUnless | GuardKind::Approve => {
                return wording::approval_reason(on_deny).flatten();
            }
            _ if self.style == Style::Explicit => return Some(on_deny),
            GuardKind::Require => wording::denied_unless(condition),
            GuardKind::Deny if self.is_unconditional() => wording::DENIED.to_owned(),
            GuardKind::Deny => wording::denied_when(condition),
        };
        (made_up != on_deny).then_some(on_deny)
    }
}

/// Writes tests. Those with their keys in quotes are not compared with the tool's schema.
struct ConditionWriter<'a> {
    quoted: &'a dyn Fn(&Test) -> bool,
}

impl ConditionWriter<'_> {
    /// All of `holding`, and none of `failing`.
    fn term(&self, holding: &[Arc<Test>], failing: &[Test], out: &mut String) {
        self.tests(holding.iter().map(Arc::as_ref), " and ", out);
        if !failing.is_empty() {
            out.push_str(if holding.is_empty() { "not (" } else { " and not (" });
            self.tests(failing.iter(), " or ", out);
            out.push(')');
        }
    }

    fn tests<'t>(&self, tests: impl Iterator<Item = &'t Test>, word: &str, out: &mut String) {
        for (index, test) in tests.enumerate() {
            out.push_str(if index == 0 { "" } else { word });
            self.test(test, out);
        }
    }

    fn test(&self, test: &Test, out: &mut String) {
        let start = out.len();
        test.write_gate(out);
        if !(self.quoted)(test) || !test.path.0.iter().any(|key| is_identifier(key)) {
            return;
        }
        let mut path = String::new();
        test.path.write_gate(&mut path);
        let bare = out.split_off(start);
        write_quoted_path(&test.path, out);
        out.push_str(bare.strip_prefix(path.as_str()).unwrap_or(""));
    }
}

fn write_quoted_path(path: &Path, out: &mut String) {
    out.push_str("args");
    for key in &path.0 {
        out.push('.');
        write_string(key, out);
    }
}
