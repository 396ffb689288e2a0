//! What is said of one tool, statement by statement.

use crate::manifest::{Tool, TypeSet};
use crate::policy::{Posture, Test};
use crate::policy_json::ToolRule;

use super::Style;
use super::caps::{Caps, Templates};
use super::guards::{self, Guard, GuardKind};

/// One statement about one or more tools.
#[derive(Clone, Debug)]
pub(super) enum Statement<'d> {
    /// `allow`
    Allow(Caps<'d>),
    /// `rate`
    Rate(Caps<'d>),
    /// `require`, `deny`, `approve`
    Guard(Guard<'d>),
}

/// A list of policy.json to which statements add. The order of the statements of one list matters, and no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum List {
    /// `limits`
    Limits,
    /// `require` and `deny_if`, as far as guards of one kind fill them.
    Guards(GuardKind),
}

/// Everything that is said of a tool, in the order in which it is written.
pub(super) fn of_tool<'d>(
    tool: &str,
    rule: &'d ToolRule,
    default: Posture,
    style: Style,
    declared: Option<&Tool>,
    templates: &Templates,
) -> Vec<Statement<'d>> {
    let mut caps = Caps::split(&rule.limits, Some(tool), templates).into_iter();
    let guards = guards::split(rule, style, &|path| {
        declared.map_or(TypeSet::ALL, |tool| tool.admitted_types(path))
    });
    let mut statements = Vec::with_capacity(caps.len() + guards.len() + 1);
    if needs_allow(rule, &guards, default) {
        statements.push(Statement::Allow(caps.next().unwrap_or_else(Caps::none)));
    }
    statements.extend(caps.map(Statement::Rate));
    statements.extend(guards.into_iter().map(Statement::Guard));
    statements
}

/// Whether a tool needs an `allow` to be listed. Under `default deny` one that is only ever blocked is listed
/// for the sake of its message; under `default allow` every rule lists its tool.
fn needs_allow(rule: &ToolRule, guards: &[Guard<'_>], default: Posture) -> bool {
    match (default, guards) {
        (Posture::Deny, [only]) => !rule.limits.is_empty() || !only.is_unconditional(),
        (Posture::Deny, _) => true,
        (Posture::Allow, guards) => rule.limits.is_empty() && guards.is_empty(),
    }
}

impl<'d> Statement<'d> {
    /// The list that the statement adds to.
    pub(super) fn list(&self) -> List {
        match self {
            Statement::Allow(_) | Statement::Rate(_) => List::Limits,
            Statement::Guard(guard) => List::Guards(guard.kind),
        }
    }

    /// Whether it guards calls, rather than granting or capping them.
    pub(super) fn is_guard(&self) -> bool {
        matches!(self, Statement::Guard(_))
    }

    /// Writes what two tools must have in common to share the statement.
    pub(super) fn write_key(&self, out: &mut String) {
        out.push_str(self.word());
        match self {
            Statement::Allow(caps) | Statement::Rate(caps) => caps.write_key(out),
            Statement::Guard(guard) => {
                if guard.kind == GuardKind::ApproveUnless {
                    // The predicate stands in `require`, that of a plain `approve` in `deny_if`.
                    out.push('!');
                }
                guard.write_key(out);
            }
        }
    }

    /// Writes the statement about `selectors`, or without them when it stands in a block. `tool` is the tool when
    /// there is only one; `quoted` names the tests whose keys are to stand in quotes.
    pub(super) fn write(
        &self,
        selectors: Option<&str>,
        tool: Option<&str>,
        quoted: &dyn Fn(&Test) -> bool,
        out: &mut String,
    ) {
        out.push_str(self.word());
        if let Some(selectors) = selectors {
            out.push(' ');
            out.push_str(selectors);
        }
        match self {
            Statement::Allow(caps) | Statement::Rate(caps) => caps.write(tool, out),
            Statement::Guard(guard) => guard.write(selectors.is_none(), quoted, out),
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Statement::Allow(_) => "allow",
            Statement::Rate(_) => "rate",
            Statement::Guard(guard) => match guard.kind {
                GuardKind::Require => "require",
                GuardKind::Deny => "deny",
                GuardKind::ApproveUnless | GuardKind::Approve => "approve",
            },
        }
    }
}
