//! Predicates as guards: which statement says them, and whether their message needs a `because`.

use crate::policy::{Path, Test, is_identifier, wording, write_string};
use crate::policy_json::{Predicate, ToolRule};

use super::Style;

/// The most predicates that one statement is made to hold; the compiler refuses more than 64.
const MAX_JOINED: usize = 64;

/// The statements that guard a tool. Their order is that in which they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum GuardKind {
    /// `require`: one predicate of `require`.
    Require,
    /// `deny`: predicates of `deny_if`.
    Deny,
    /// `approve … unless`: one predicate of `require` with the message of an approval.
    ApproveUnless,
    /// `approve`, `approve … when`: predicates of `deny_if` with the message of an approval.
    Approve,
}

/// One guard.
#[derive(Clone, Debug)]
pub(super) struct Guard<'d> {
    pub(super) kind: GuardKind,
    /// Predicates joined by `or`; none when the guard has no condition.
    alternatives: &'d [Predicate],
    on_deny: Option<&'d str>,
    style: Style,
}

/// The guards of a tool. Guards of one kind stand in the order of their predicates; `approve` comes after the other
/// guards of a list, as the compiler puts it there.
pub(super) fn split<'d>(rule: &'d ToolRule, style: Style) -> Vec<Guard<'d>> {
    let mut guards = Vec::new();
    let (require, approve_unless) = split_approvals(&rule.require, style);
    let (deny, approve) = split_approvals(&rule.deny_if, style);
    guards.extend(require.chunks(1).map(|one| Guard::new(GuardKind::Require, one, style)));
    join(GuardKind::Deny, deny, style, &mut guards);
    let unless = approve_unless.chunks(1);
    guards.extend(unless.map(|one| Guard::new(GuardKind::ApproveUnless, one, style)));
    join(GuardKind::Approve, approve, style, &mut guards);
    guards
}

/// The predicates at the end of a list that have the message of an approval, and those before them.
fn split_approvals(predicates: &[Predicate], style: Style) -> (&[Predicate], &[Predicate]) {
    let is_approval = |predicate: &&Predicate| {
        predicate.on_deny.as_deref().and_then(approval).is_some() && style != Style::Explicit
    };
    let approvals = predicates.iter().rev().take_while(is_approval).count();
    predicates.split_at(predicates.len() - approvals)
}

/// Neighbours with one message become one guard whose condition is joined by `or`.
fn join<'d>(
    kind: GuardKind,
    predicates: &'d [Predicate],
    style: Style,
    guards: &mut Vec<Guard<'d>>,
) {
    let same = |left: &Predicate, right: &Predicate| {
        style != Style::Explicit
            && left.on_deny.is_some()
            && left.on_deny == right.on_deny
            && !left.conditions.is_empty()
            && !right.conditions.is_empty()
    };
    for neighbours in predicates.chunk_by(same) {
        for joined in neighbours.chunks(MAX_JOINED) {
            guards.push(Guard::new(kind, joined, style));
        }
    }
}

impl<'d> Guard<'d> {
    fn new(kind: GuardKind, predicates: &'d [Predicate], style: Style) -> Self {
        let on_deny = predicates.first().and_then(|first| first.on_deny.as_deref());
        let unconditional = predicates.iter().all(|predicate| predicate.conditions.is_empty());
        let alternatives = if unconditional { &[] } else { predicates };
        Self { kind, alternatives, on_deny, style }
    }

    /// Whether it blocks every call.
    pub(super) fn is_unconditional(&self) -> bool {
        self.alternatives.is_empty()
    }

    /// Writes what two tools must have in common to share the statement.
    pub(super) fn write_key(&self, out: &mut String) {
        self.write_condition(&|_| false, out);
        if let Some(on_deny) = self.on_deny {
            write_string(on_deny, out);
        }
    }

    /// Writes the condition and the reason, each with a blank before it. `in_block` leaves out the word that divides
    /// the tools from the condition of a `require`; `quoted` names the tests whose keys are to stand in quotes.
    pub(super) fn write(&self, in_block: bool, quoted: &dyn Fn(&Test) -> bool, out: &mut String) {
        let mut condition = String::new();
        self.write_condition(quoted, &mut condition);
        if !condition.is_empty() {
            out.push_str(match self.kind {
                GuardKind::Require if in_block => " ",
                GuardKind::Require => " with ",
                GuardKind::ApproveUnless => " unless ",
                GuardKind::Deny | GuardKind::Approve => " when ",
            });
            out.push_str(&condition);
        }
        if let Some(reason) = self.reason(&condition) {
            out.push_str(" because ");
            write_string(reason, out);
        }
    }

    fn write_condition(&self, quoted: &dyn Fn(&Test) -> bool, out: &mut String) {
        for (index, predicate) in self.alternatives.iter().enumerate() {
            out.push_str(if index == 0 { "" } else { " or " });
            for (index, test) in predicate.conditions.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { " and " });
                write_test(test, self.style == Style::Explicit || quoted(test), out);
            }
        }
    }

    /// The text that must stand behind `because`; `None` when the compiler makes up the message, or may.
    fn reason(&self, condition: &str) -> Option<&'d str> {
        let on_deny = self.on_deny?;
        let made_up = match self.kind {
            _ if self.style == Style::Explicit => return Some(on_deny),
            GuardKind::ApproveUnless | GuardKind::Approve => return approval(on_deny).flatten(),
            GuardKind::Require => wording::denied_unless(condition),
            GuardKind::Deny if condition.is_empty() => wording::DENIED.to_owned(),
            GuardKind::Deny => wording::denied_when(condition),
        };
        (made_up != on_deny).then_some(on_deny)
    }
}

/// The reason in the message of an approval, if it has one; `None` for any other message.
fn approval(on_deny: &str) -> Option<Option<&str>> {
    let rest = on_deny.strip_prefix(wording::APPROVAL)?;
    if rest.is_empty() {
        return Some(None);
    }
    rest.strip_prefix(' ').filter(|reason| !reason.is_empty()).map(Some)
}

/// Writes a test; with its keys in quotes it is not compared with the tool's schema.
fn write_test(test: &Test, quoted: bool, out: &mut String) {
    let start = out.len();
    test.write_gate(out);
    if !quoted || !test.path.0.iter().any(|key| is_identifier(key)) {
        return;
    }
    let mut path = String::new();
    test.path.write_gate(&mut path);
    let bare = out.split_off(start);
    write_quoted_path(&test.path, out);
    out.push_str(bare.strip_prefix(path.as_str()).unwrap_or(""));
}

fn write_quoted_path(path: &Path, out: &mut String) {
    out.push_str("args");
    for key in &path.0 {
        out.push('.');
        write_string(key, out);
    }
}
