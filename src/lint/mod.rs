//! What a policy leaves open, and which of its rules do not do what they say.
//!
//! A rule is one file in `rules`, a line in its list, a code in [`crate::diagnostic::Code`] and a page in `diagnostic/codes`. It
//! sees a [`Context`], which holds the whole policy and nothing of where it comes from: the same rules look at `.gate` files and
//! at policy.json files. What is said in the end is decided by [`Settings`] and by the author's suppressions.
//!
//! Lint never stops compiling: it is asked by those who check, never by those who write.

mod approval;
mod calls;
mod context;
mod control;
mod defaults;
mod edits;
mod evidence;
mod fixes;
mod free_text;
mod group;
mod guards;
mod pattern;
mod remedy;
mod rewrite;
mod rules;
mod settings;
mod statement;
mod schema_conditions;
pub mod suppress;
pub mod solver;
mod weakness;
mod written;

use crate::diagnostic::{Category, Code, Diagnostic};

pub use context::{Context, Form, Places};
pub use settings::{Settings, Thresholds};

/// What a starter policy gives a tool that writes, in calls per minute.
pub const RECOMMENDED_WRITE: u64 = 30;
/// What a starter policy gives a tool that executes, in calls per minute.
pub const RECOMMENDED_EXECUTE: u64 = 10;

/// One rule of the linter.
pub struct Rule {
    /// The code of its findings.
    pub code: Code,
    /// Whether it concludes from what a policy does not say. Such a rule does not run on a policy with errors: what is absent
    /// may be what is broken.
    pub needs_whole_policy: bool,
    /// Looks at a policy and adds what it finds.
    pub check: fn(&Context<'_>, &mut Vec<Diagnostic>),
}

/// Every rule, in the order of the codes.
pub fn rules() -> &'static [&'static Rule] {
    rules::ALL
}

/// All findings of the rules that the settings leave on, unsorted.
///
/// `whole` says whether everything of the policy could be read.
pub fn lint(context: &Context<'_>, settings: &Settings, whole: bool) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let wanted = rules().iter().filter(|rule| settings.severity(rule.code).is_some());
    for rule in wanted.filter(|rule| whole || !rule.needs_whole_policy) {
        (rule.check)(context, &mut findings);
    }
    drop_repeated_causes(&mut findings);
    findings
}

/// Leaves out that a condition does nothing, or that calls pass it, where a finding about an open door says so of the same tools.
fn drop_repeated_causes(findings: &mut Vec<Diagnostic>) {
    use Code::{AlwaysTrueCondition, ContradictoryCondition, FailsOpen};
    let is_door = |finding: &&Diagnostic| finding.code.category() == Category::OpenDoors;
    let doors: Vec<Diagnostic> =
        findings.iter().filter(is_door).filter(|door| !door.labels.is_empty()).cloned().collect();
    findings.retain(|finding| {
        let is_repeated = |door: &Diagnostic| {
            door.labels.iter().any(|label| label.span.to(finding.primary.span) == label.span)
                && finding.tools.iter().all(|tool| door.tools.contains(tool))
        };
        let may_repeat =
            matches!(finding.code, AlwaysTrueCondition | ContradictoryCondition | FailsOpen)
                && !finding.tools.is_empty();
        !(may_repeat && doors.iter().any(is_repeated))
    });
}
